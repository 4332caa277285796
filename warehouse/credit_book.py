"""The credit book: every account that lends at every month-end, kept beside the batches it was made of.

`<warehouse>/credit_book/<name>/`: `book.parquet` (a row an account and month-end, with where its owner stands),
`loans.parquet` (a row a loan, for vintages), `places.parquet` (where customers stand) and `history.parquet` (sums by month,
branch and bucket). The name is a digest of the batches and of the questions below, so
that a picture always finds its own book and never another's. What is owed is counted as the monthly marts count it
(warehouse/marts.py), so that ratios of the book are the KPIs'. Probabilities and losses are not in it: they come from the
rating on show and the parameters of the month when the book is read (warehouse/portfolio.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from domain.canonical import LOAN_FAMILIES, NON_PERFORMING
from domain.credit.portfolio import BUCKETS
from warehouse.columns import quoted
from warehouse.contribution.inputs import PAST_DUE
from warehouse.contribution.totals import lend_places
from warehouse.engine import Connects, Warehouse
from warehouse.marts import months_of

FOLDER, RATED = "credit_book", "ratings"
BOOK, LOANS, PLACES, HISTORY = (f"{name}.parquet" for name in ("book", "loans", "places", "history"))
KEPT = 3  # books: of the picture on show, the one before, and one more for who is still reading
RATINGS_KEPT = 24  # files of runs' ratings, the newest; each can be written again (warehouse/portfolio.py)
GROUP_STEPS = 4  # as warehouse/features/companies.py joins companies


def _words(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_PIECES = {
    "b_owned": f"""
select a.account_id, h.customer_id, p.family, coalesce(l.collateral, '') as collateral, (a."limit" * 100)::bigint as "limit",
  a.opened_on, a.closed_on, a.status = 'closed' and a.closed_on is null as gone
from accounts a join products p using (product_id) join holders h on h.account_id = a.account_id and h.role = 'owner'
  join k_places using (customer_id) left join loans l on l.account_id = a.account_id
where p.family in ({_words(LOAN_FAMILIES)}) and a.currency = '{{currency}}'""",
    "b_status": """
with days as (select last_day(as_of) as month, max(as_of) as as_of from (select distinct as_of from loan_status) group by 1)
select s.*, d.month from loan_status s join days d using (as_of) join b_months using (month)""",
    "b_balances": """
with days as (select last_day(as_of) as month, max(as_of) as as_of from (select distinct as_of from balances) group by 1)
select b.account_id, b.as_of, b.balance, d.month from balances b join days d using (as_of) join b_months using (month)
  join b_owned o using (account_id) where o.family = 'credit_card'""",
    # Any loan of theirs, whatever its currency: as contribution judges a default.
    "b_defaults": f"""
select distinct h.customer_id, s.month from b_status s join holders h on h.account_id = s.account_id and h.role = 'owner'
where s.days_past_due >= {PAST_DUE}""",
}
_BOOK = f"""
with rows as (
  select s.month, account_id, customer_id, family, collateral, "limit", (s.outstanding * 100)::bigint as outstanding,
    coalesce(s.overdue_amount * 100, 0)::bigint as overdue, coalesce(s.days_past_due, 0)::integer as days, s.five_class
  from b_status s join b_owned o using (account_id)
  where s.outstanding is not null and (o.closed_on > s.as_of or (o.closed_on is null and not o.gone))
  union all
  select b.month, account_id, customer_id, family, collateral, "limit", (greatest(-b.balance, 0) * 100)::bigint, 0, 0, 'normal'
  from b_balances b join b_owned o using (account_id)
    left join b_status s on s.account_id = b.account_id and s.as_of = b.as_of
  where s.account_id is null
    and (b.balance < 0 or (o."limit" > 0 and (o.closed_on > b.as_of or (o.closed_on is null and not o.gone)))))
select r.month, account_id, r.customer_id, p.branch_path, p.kind, p.industry, p.borrower, family, collateral, "limit",
  outstanding, overdue, days, five_class, coalesce(five_class in ({_words(NON_PERFORMING)}), false) as npl,
  d.customer_id is not null as defaulted, case when days <= 0 then '{BUCKETS[0]}' when days <= 30 then '{BUCKETS[1]}'
    when days <= 60 then '{BUCKETS[2]}' when days < {PAST_DUE} then '{BUCKETS[3]}' else '{BUCKETS[4]}' end as bucket
from rows r join b_places p on p.customer_id = r.customer_id
  left join b_defaults d on d.customer_id = r.customer_id and d.month = r.month order by r.month, r.customer_id, account_id"""
# Granted in or after the first month there is a status of: of older loans nobody knows how they began.
_LOANS = f"""
with first as (select date_trunc('month', min(as_of))::date as since from loan_status),
  bad as (select account_id, min(as_of) as bad_on from loan_status where days_past_due >= {PAST_DUE} group by account_id)
select o.account_id, o.customer_id, p.branch_path, o.family, l.granted_on, (l.principal * 100)::bigint as principal, bad_on,
  year(l.granted_on) || 'Q' || quarter(l.granted_on) as cohort,
  (datediff('month', l.granted_on, bad_on))::integer as bad_months
from loans l join b_owned o using (account_id) join b_places p using (customer_id) left join bad using (account_id), first
where l.granted_on >= first.since and l.granted_on <= date '{{as_of}}' order by o.account_id"""
_GROUPS = f"""
with recursive edges as (
    select customer_id as one, other_id as other from relations where kind = 'group_member'
    union select other_id, customer_id from relations where kind = 'group_member'),
  reached as (
    select distinct one as customer_id, one as head, 0 as steps from edges
    union select r.customer_id, e.other, r.steps + 1 from reached r join edges e on e.one = r.head where r.steps < {GROUP_STEPS})
select customer_id, min(head) as head from reached group by customer_id"""
_PLACES = """
select k.customer_id, k.kind, k.branch_id, k.manager_id, k.branch_path,
  if(k.kind = 'corporate', coalesce(left(c.industry, 1), ''), '') as industry, coalesce(g.head, k.customer_id) as borrower
from k_places k join customers c using (customer_id) left join b_groups g using (customer_id) order by k.customer_id"""
# A customer stands in one branch, so customers may be added up over branches.
_HISTORY = """
select month, branch_path, bucket, count(distinct customer_id) as customers, sum(outstanding)::bigint as outstanding,
  coalesce(sum(outstanding) filter (npl), 0)::bigint as npl from {book} group by all order by all"""


def name_of(batch_ids: Sequence[int]) -> str:
    """The name of the book of exactly these batches, worked out by these questions."""
    text = json.dumps([list(batch_ids), _PIECES, _BOOK, _LOANS, _GROUPS, _PLACES, _HISTORY])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def folder_of(home: Path, batch_ids: Sequence[int]) -> Path:
    """Where the book of these batches stands, made or not."""
    return home / FOLDER / name_of(batch_ids)


def ensure_book(picture: Callable[[], Connects], home: Path, batch_ids: Sequence[int], bank_name: str) -> Path:
    """The folder of the book of these batches, written from the picture where it is missing; older books are forgotten."""
    folder = folder_of(home, batch_ids)
    if (folder / HISTORY).exists():
        return folder
    found = picture()
    as_of = found.as_of
    if as_of is None:
        raise ValueError("no delivery counts, so there is no credit book; receive a delivery first")
    with Warehouse(found) as warehouse:
        lend_places(warehouse, bank_name)
        months = months_of(warehouse, as_of)
        listed = ", ".join(f"(date '{month}')" for month in months) or "(null::date)"
        warehouse.keep("b_months", f"select m as month from (values {listed}) v(m) where m is not null")
        for name, text in _PIECES.items():
            warehouse.keep(name, text.format(currency=found.currency or ""))
        warehouse.keep("b_groups", _GROUPS)
        warehouse.keep("b_places", _PLACES)
        warehouse.write("select * from b_places order by customer_id", folder / PLACES)
        warehouse.write(_LOANS.format(as_of=as_of), folder / LOANS)
        warehouse.write(_BOOK, folder / BOOK)
        add_up(warehouse, folder)  # the last, by which the rest is known to be there
    _forget_old(folder)
    return folder


def add_up(warehouse: Warehouse, folder: Path) -> None:
    """Write the sums of the book in a folder."""
    warehouse.write(_HISTORY.format(book=f"read_parquet({quoted(str(folder / BOOK))})"), folder / HISTORY)


def _forget_old(newest: Path) -> None:
    os.utime(newest)
    books = [each for each in newest.parent.iterdir() if each.is_dir() and (each / HISTORY).exists()]
    for old in sorted(books, key=lambda each: -each.stat().st_mtime_ns)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    ratings = [(each.stat().st_mtime_ns, each) for each in (newest.parent / RATED).glob("*.parquet")]
    for _, path in sorted(ratings, reverse=True)[RATINGS_KEPT:]:
        path.unlink(missing_ok=True)
