"""What is known of each account in each month, whatever the parameters: the inputs of the formulas, for all accounts at once.

The definitions of B, of a month with a row and of what is None are those of domain/contribution/formula.py. Money is in
whole cents of the account's currency, rates and chances in millionths. Attributes of accounts and customers are the newest
delivery's: an account's rate, owner and term are seen as they are now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from domain.canonical import CHANNELS, DEPOSIT_FAMILIES, INVESTMENT_FAMILIES, LOAN_FAMILIES
from domain.contribution.parameters import COUNTED, OTHER
from warehouse.engine import Warehouse
from warehouse.features.windows import back, midnight_after

MILLION = 1_000_000
PAST_DUE = 90  # days from which an owner has defaulted
COUNTS = tuple(f"n_{channel}" for channel in COUNTED)
INPUTS = (
    "account_id", "customer_id", "month", "family", "currency", "term_months", "collateral", "rate", "balance", "limit",
    "pd", "defaulted", *COUNTS, "fees_booked", "interest_charged",
)  # fmt: skip
RATINGS = pa.schema([("customer_id", pa.string()), ("pd", pa.int32())])


def _words(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def gather(warehouse: Warehouse, months: Sequence[date], as_of: date, ratings: pa.Table) -> None:
    """Keep on the connection what `of_month` reads for these month-ends. ratings: RATINGS, one row a rated customer.

    Accounts get a number, so that every month is joined and ordered by whole numbers instead of texts.
    """
    first, last = back(min(months), 1), max(months)
    bounds = {"since": midnight_after(first), "until": midnight_after(last)}
    days = {"first": first, "last": last, "as_of": as_of}
    warehouse.lend("k_ratings", ratings)
    for name, text in _PIECES.items():
        warehouse.keep(name, text.format(**bounds, **days))


def of_month(month: date) -> str:
    """SQL: INPUTS of every account with a row in the month, and `no`, its place by customer and account."""
    return _OF_MONTH.format(month=month, before=back(month, 1), first=month.replace(day=1))


_CHANNEL_COUNTS = ", ".join(f"count(*) filter (channel = '{c}')::integer as n_{c}" for c in CHANNELS)
_PIECES = {
    "k_accounts": f"""
select row_number() over (order by h.customer_id, a.account_id)::integer as no, a.account_id, h.customer_id,
  p.family, a.currency, coalesce(a.term_months, l.term_months)::integer as term_months,
  l.collateral, round(coalesce(l.rate, a.rate) * {MILLION})::integer as rate, (a."limit" * 100)::bigint as "limit",
  a.opened_on, a.closed_on, a.status = 'closed' and a.closed_on is null as gone, r.pd,
  case when p.family in ({_words(LOAN_FAMILIES)}) then -1
    when p.family in ({_words(DEPOSIT_FAMILIES + INVESTMENT_FAMILIES)}) then 1 else 0 end as side
from accounts a join products p using (product_id) join holders h on h.account_id = a.account_id and h.role = 'owner'
  join customers c on c.customer_id = h.customer_id and (c.opened_on is null or c.opened_on <= date '{{as_of}}')
  left join loans l on l.account_id = a.account_id left join k_ratings r on r.customer_id = h.customer_id
where a.opened_on <= date '{{last}}'""",
    # The newest day of a month there are figures for stands for it.
    "k_ends": """
with days as (select last_day(as_of) as month, max(as_of) as as_of from (select distinct as_of from balances)
  where as_of between date '{first}' - 31 and date '{last}' group by 1)
select a.no, d.month, (b.balance * 100)::bigint as balance, (b.average_balance * 100)::bigint as average
from balances b join days d using (as_of) join k_accounts a using (account_id) where d.month >= date '{first}'""",
    "k_owed": """
with days as (select last_day(as_of) as month, max(as_of) as as_of from (select distinct as_of from loan_status)
  where as_of between date '{first}' - 31 and date '{last}' group by 1)
select a.no, a.customer_id, d.month, (s.outstanding * 100)::bigint as outstanding, s.days_past_due
from loan_status s join days d using (as_of) join k_accounts a using (account_id) where d.month >= date '{first}'""",
    "k_defaults": f"select distinct customer_id, month from k_owed where days_past_due >= {PAST_DUE}",
    "k_moves": f"""
select a.no, m.* exclude (account_id) from (select account_id, last_day(booked_at) as month, {_CHANNEL_COUNTS},
  count(*) filter (channel is null)::integer as n_{OTHER},
  (coalesce(-sum(amount) filter (kind = 'fee'), 0) * 100)::bigint as fees,
  (coalesce(-sum(amount) filter (kind = 'penalty_interest'), 0) * 100)::bigint as penalties,
  (coalesce(-sum(amount) filter (kind = 'interest'), 0) * 100)::bigint as interest
from (select account_id, booked_at, amount, kind, channel from transactions
  where booked_at >= timestamp '{{since}}' and booked_at < timestamp '{{until}}') group by all) m join k_accounts a using (account_id)""",
}

_OF_MONTH = f"""
with known as (
  select a.*, a.side * e.average as given,
    if(a.side < 0, coalesce(o.outstanding, -e.balance), e.balance) as here,
    if(a.side < 0, coalesce(q.outstanding, -p.balance), p.balance) as there,
    a.opened_on >= date '{{first}}' as opens, coalesce(a.closed_on <= date '{{month}}', false) as closes,
    d.customer_id is not null as defaulted, m.no is not null as moved,
    {", ".join(f"coalesce(m.{name}, 0) as {name}" for name in COUNTS)}, coalesce(m.fees, 0) as fees_booked,
    coalesce(m.penalties + if(a.family = 'credit_card', m.interest, 0), 0) as interest_charged
  from k_accounts a
    left join k_ends e on e.no = a.no and e.month = date '{{month}}'
    left join k_ends p on p.no = a.no and p.month = date '{{before}}'
    left join k_owed o on o.no = a.no and o.month = date '{{month}}'
    left join k_owed q on q.no = a.no and q.month = date '{{before}}'
    left join k_moves m on m.no = a.no and m.month = date '{{month}}'
    left join k_defaults d on d.customer_id = a.customer_id and d.month = date '{{month}}'
  where a.opened_on <= date '{{month}}' and (a.closed_on is null or a.closed_on >= date '{{first}}')),
ends as (select *, if(opens, 0, there) as first_end, coalesce(here, if(closes, 0, null)) as last_end from known),
rows as (select *, case when side = 0 then 0 when given is not null then given
    when first_end is not null and last_end is not null then sign(first_end + last_end) * ((abs(first_end + last_end) + 1) // 2)
    else here end as balance from ends)
select account_id, customer_id, date '{{month}}' as month, family, currency, term_months, collateral, rate,
  balance::bigint as balance, "limit", pd, defaulted, {", ".join(COUNTS)}, fees_booked, interest_charged, no
from rows where moved or (balance is not null and not (gone and side = 0))"""
