"""What became of customers after a day: for the sample of a scorecard, never for a feature."""

from __future__ import annotations

from datetime import date

import pandas as pd

from warehouse.engine import Connects

_WORST = """
select h.customer_id, max(s.days_past_due)::double as worst
from loan_status s join holders h using (account_id)
where h.role = 'owner' and s.as_of > ? and s.as_of <= ? group by h.customer_id"""


def has_loan_status(picture: Connects) -> bool:
    """Whether the source ever says how loans stand."""
    with picture.connect() as connection:
        return connection.execute("select 1 from loan_status limit 1").fetchone() is not None


def worst_days_after(picture: Connects, after: date, until: date) -> pd.Series:
    """customer_id -> most days past due on any loan or card they own in (after, until]; only customers with a status then."""
    with picture.connect() as connection:
        found = connection.execute(_WORST, [after, until]).df()
    return found.set_index("customer_id")["worst"]


_DEFAULTED = """
select distinct h.customer_id, s.as_of::timestamp as as_of
from loan_status s join holders h using (account_id)
where h.role = 'owner' and s.days_past_due >= ? and s.as_of <= ?"""


def days_in_default(picture: Connects, days_past_due: int, until: date) -> pd.DataFrame:
    """customer_id, as_of (datetime64): every day up to `until` whose status has a loan or card they own so many days past due."""
    with picture.connect() as connection:
        return connection.execute(_DEFAULTED, [days_past_due, until]).df()
