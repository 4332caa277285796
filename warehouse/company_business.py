"""What one company does through its accounts, straight from the batches' Parquet: by month, by partner, and its group.

The same rules as the features have it (warehouse/features/companies.py), of a few accounts and by calendar month.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.canonical import BY_NAME, NOT_SETTLED, SETTLED_KINDS
from domain.reports.company import Business, CompanyMonth, Traded
from warehouse.movements import cursor
from warehouse.picture import Picture

MONTHS = 12
STEPS = 4  # a group reaches so far


def business(
    picture: Picture, customer_id: str, account_ids: Sequence[str], own: Sequence[str], as_of: date
) -> Business:
    """Payroll and settlement of these deposit and settlement accounts of one company, and its group.

    own: all accounts of the company; what passes between them is left out. The caller looks at the scope, of the members
    and of whose the others' accounts are too.
    """
    members, heads = group(picture, customer_id)
    ends = _month_ends(as_of)
    if not account_ids:
        return Business(tuple(_month(end, {}) for end in ends), members=members, heads=heads)
    accounts = list(dict.fromkeys(account_ids))
    arm = (  # by `=` the engine reads the account's few rows alone, see `movements.recent`
        f"SELECT * FROM ({picture.sql(BY_NAME['transactions'])}) WHERE account_id = ? AND booked_at >= ? "
        "AND booked_at < CAST(? AS DATE) + INTERVAL 1 DAY"
    )
    given = [value for account in accounts for value in (account, ends[0].replace(day=1), as_of)]
    text = _QUESTION.format(
        arms=" UNION ALL ".join(arm for _ in accounts), kinds=_listed(SETTLED_KINDS), left_out=_listed(NOT_SETTLED),
        own=", ".join("?" for _ in own) or "NULL",
    )  # fmt: skip
    with cursor() as connection:
        rows = connection.execute(text, [*given, *own]).fetchall()
    by_month = {row[1]: row for row in rows if row[0] == "month"}
    traded = tuple(Traded(row[2], row[3], row[6], row[7]) for row in rows if row[0] == "partner")
    last = max((row[8] for row in by_month.values() if row[8] is not None), default=None)
    return Business(tuple(_month(end, by_month) for end in ends), traded, last, members, heads)


def group(picture: Picture, customer_id: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Everybody joined to the company by group membership, itself among them, and who of them heads a group.

    In order of number; empty when it is in no group.
    """
    with cursor() as connection:
        text = _GROUP.format(relations=picture.sql(BY_NAME["relations"]), steps=STEPS)
        rows = connection.execute(text, [customer_id]).fetchall()
    found = tuple(row[0] for row in rows)
    return (found if len(found) > 1 else ()), frozenset(row[0] for row in rows if row[1])


def _month_ends(as_of: date) -> list[date]:
    """Last days of the MONTHS calendar months to that of as_of, oldest first."""
    count = as_of.year * 12 + as_of.month - 1
    months = [(n // 12, n % 12 + 1) for n in range(count - MONTHS + 1, count + 1)]
    return [date(year, month, calendar.monthrange(year, month)[1]) for year, month in months]


def _month(end: date, by_month: dict[date, Any]) -> CompanyMonth:
    row = by_month.get(end)
    return CompanyMonth(end, row[4], row[5], row[6], row[7]) if row else CompanyMonth(end, *_NOTHING)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_NOTHING = (Decimal(0), 0, Decimal(0), Decimal(0))
_QUESTION = """
WITH moved AS (
  SELECT last_day(booked_at::DATE) AS month, booked_at::DATE AS day, amount, kind = 'payroll' AS run,
    counterparty_account AS partner, counterparty_bank AS bank
  FROM ({arms}) WHERE (kind = 'payroll' AND amount < 0) OR (kind IN ({kinds}) AND coalesce(category NOT IN ({left_out}), true)
    AND coalesce(counterparty_account NOT IN ({own}), true)))
SELECT 'month' AS what, month, NULL AS partner, NULL AS bank, coalesce(-sum(amount) FILTER (run), 0) AS payroll,
  count(DISTINCT day) FILTER (run) AS runs, coalesce(sum(amount) FILTER (NOT run AND amount > 0), 0) AS came,
  coalesce(-sum(amount) FILTER (NOT run AND amount < 0), 0) AS went, max(day) FILTER (run) AS last_run
FROM moved GROUP BY month
UNION ALL SELECT 'partner', NULL, partner, max(bank), 0, 0, coalesce(sum(amount) FILTER (amount > 0), 0),
  coalesce(-sum(amount) FILTER (amount < 0), 0), NULL
FROM moved WHERE NOT run GROUP BY partner"""
_GROUP = """
WITH RECURSIVE told AS (SELECT customer_id AS a, other_id AS b FROM ({relations})
    WHERE kind = 'group_member' AND customer_id <> other_id),
  sides AS (SELECT a, b FROM told UNION SELECT b, a FROM told),
  reached AS (SELECT CAST(? AS VARCHAR) AS who, 0 AS step
    UNION SELECT s.b, r.step + 1 FROM reached r JOIN sides s ON s.a = r.who WHERE r.step < {steps})
SELECT who, bool_or(who IN (SELECT b FROM told) AND who NOT IN (SELECT a FROM told)) FROM reached GROUP BY who ORDER BY who"""
