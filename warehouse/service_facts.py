"""What service and the customer's own record say at a day: complaints, enquiries, consent, risk preference, business.

Counted for a day in the past as it was known then: an event counts from its own moment on, a complaint is open until it
was settled. Consent, risk preference, occupation, relations and the wish not to be contacted have no date in a delivery:
they are the newest.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from warehouse.engine import Connects
from warehouse.features.windows import back, midnight_after

# Words of an occupation that mean a business of one's own, in either language, as banks write them.
SELF_EMPLOYED = (
    "个体|经营|企业主|业主|自由职业|self.?employed|entrepreneur|business owner|freelance|sole (trader|proprietor)"
)
# One row a customer. ? : the moment after the day, the moment three months before it.
_SERVICE = f"""
with asked as (select ?::timestamp as until, ?::timestamp as since),
told as (
  select customer_id,
    count(*) filter (kind = 'complaint' and "at" >= since) as complaints_3m,
    count(*) filter (kind <> 'complaint' and "at" >= since) as enquiries_3m,
    count(*) filter (kind = 'complaint' and (resolved_at is null or resolved_at >= until)) as complaints_open
  from service_events, asked where "at" < until group by customer_id
),
owners as (  -- of a relation's two customers one is the company, which is not asked for a business of its own
  select unnest([customer_id, other_id]) as customer_id from relations where kind in ('legal_representative', 'shareholder')
)
select c.customer_id, coalesce(complaints_3m, 0)::double as complaints_3m, coalesce(enquiries_3m, 0)::double as enquiries_3m,
  coalesce(complaints_open, 0)::double as complaints_open, try_cast(right(c.risk_preference, 1) as double) as risk_preference,
  coalesce(consent_sms, false) or coalesce(consent_phone, false) or coalesce(consent_email, false) as consent,
  coalesce(do_not_contact, false) as do_not_contact,
  coalesce(regexp_matches(lower(occupation), '{SELF_EMPLOYED}'), false) or o.customer_id is not null as trades
from customers c left join told using (customer_id) left join (select distinct customer_id from owners) o using (customer_id)
order by c.customer_id"""

_LEAST_RISK = "select family, min(risk_level)::integer as least from products group by family order by family"


def service_facts(picture: Connects, day: date) -> pd.DataFrame:
    """By customer_id: complaints_3m, enquiries_3m, complaints_open, risk_preference (1..5 or missing), consent (to one
    channel at least), do_not_contact, trades (self-employed by occupation, or a company's representative or shareholder).
    Every customer has a row; a source without service events has counts of zero.
    """
    with picture.connect() as connection:
        found = connection.execute(_SERVICE, [midnight_after(day), midnight_after(back(day, 3))]).df()
    return found.set_index("customer_id")


def least_risk(picture: Connects) -> dict[str, int | None]:
    """family -> risk level (1..5) of its least risky product, None where the bank does not say."""
    with picture.connect() as connection:
        return dict(connection.execute(_LEAST_RISK).fetchall())
