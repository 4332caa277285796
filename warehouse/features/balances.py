"""Month-end balances of accounts, as the picture has them.

The picture itself sums them from the movements of a source that delivers none (Berka); an account without movements
then has no balance at all, which is not zero.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from warehouse.engine import Warehouse
from warehouse.features.windows import back, bucket


def month_dates(warehouse: Warehouse, as_of: date, months: int = 13) -> dict[int, date]:
    """Bucket (0 the newest) -> the day whose balances stand for it, over the last `months` buckets.

    Of several days in a bucket the newest counts; a bucket without figures is absent.
    """
    balances = warehouse.table("balances")
    days = balances.filter(
        (balances.as_of <= ibis.literal(as_of)) & (balances.as_of > ibis.literal(back(as_of, months)))
    )
    by_bucket = days.select("as_of").distinct()
    by_bucket = by_bucket.mutate(bucket=bucket(by_bucket.as_of, as_of))
    newest = by_bucket.group_by("bucket").aggregate(day=by_bucket.as_of.max())
    return dict(warehouse.rows(newest))


def account_balances(warehouse: Warehouse, days: dict[int, date]) -> ir.Table:
    """account_id, bucket, balance, average (of the month; the balance itself where the source gives none).

    days: bucket -> day, as `month_dates` gives them.
    """
    balances = warehouse.table("balances")
    found = balances.filter(balances.as_of.isin([ibis.literal(day) for day in days.values()] or [None]))
    number = ibis.cases(*((found.as_of == ibis.literal(day), n) for n, day in days.items())) if days else ibis.null(int)
    return found.select(
        "account_id",
        bucket=number,
        balance=found.balance,
        average=ibis.coalesce(found.average_balance, found.balance),
    )
