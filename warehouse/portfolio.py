"""Questions to the credit book: sums of a scope, and the customers behind each, who add up to it.

Every figure is a sum over rows of one of SOURCES, narrowed by cells (key = value): `sums` groups them, `people` lists their
customers, and both read the same rows. Money in whole cents of the bank's currency. The rows are those of the branches asked
for, where customers stand in the picture the book was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from domain.contribution.parameters import ContributionParameters
from warehouse.columns import quoted
from warehouse.contribution.arithmetic import lend
from warehouse.contribution.inputs import MILLION
from warehouse.credit_book import BOOK, FOLDER, HISTORY, LOANS, PLACES, RATED
from warehouse.engine import Warehouse
from warehouse.picture import Picture

RATINGS = pa.schema([("customer_id", pa.string()), ("grade", pa.string()), ("chance", pa.int32())])
MEMBERS = pa.schema([("customer_id", pa.string()), ("segment", pa.string())])
ABSENT = "absent"  # no rating by that run, or no such loan then or now
UNRATED = ""
# Source: the keys its rows can be grouped and narrowed by.
SOURCES: dict[str, tuple[str, ...]] = {
    "exposure": (
        "branch_path", "own_path", "family", "kind", "grade", "bucket", "five_class", "industry", "segment", "borrower",
        "npl", "late",
    ),
    "roll": ("was", "bucket", "family"),
    "change": ("part", "branch_path", "own_path", "family", "kind", "segment", "grade"),
    "rated": ("grade", "branch_path", "kind"),
    "migration": ("was", "grade"),
    "vintage": ("cohort", "bad_by", "family"),
}  # fmt: skip
MEASURES = ("n", "outstanding", "ead", "loss", "overdue")
_NUMBERS = {"bad_by": "bad_months <= {value}"}  # keys that are bounds, not values


@dataclass(frozen=True)
class Sum:
    """What stands behind a figure. n: accounts, or customers of `rated` and `migration`, loans of `vintage`; the rest cents."""

    key: tuple[str, ...]
    customers: int
    n: int
    outstanding: int
    ead: int
    loss: int
    overdue: int


@dataclass(frozen=True)
class Part:
    """What a customer brings to a figure; days: the most past due of their accounts in it, None where not asked. families: the
    product families it is of, in order of their codes; none where the figure is of customers."""

    customer_id: str
    n: int
    outstanding: int
    ead: int
    loss: int
    overdue: int
    days: int | None
    grade: str
    families: tuple[str, ...] = ()


@dataclass(frozen=True)
class People:
    """A page of customers, and what all of them bring."""

    rows: tuple[Part, ...]
    whole: Sum


@dataclass(frozen=True)
class Mover:
    """A customer whose expected loss moved: before, now, and the part of PARTS that moved it most."""

    customer_id: str
    before: int
    now: int
    part: str


@dataclass(frozen=True)
class Late:
    """A month-end's accounts of one bucket: their customers, what is owed, and how much of it is non-performing; in cents."""

    month: date
    bucket: str
    customers: int
    outstanding: int
    npl: int


@dataclass(frozen=True)
class Rated:
    """What a month-end is judged by: the ratings then on show (a file of `ensure_ratings`, None without) and its parameters."""

    month: date
    ratings: Path | None
    parameters: ContributionParameters


def ensure_ratings(home: Path, run_id: int, version: str, read: Callable[[], pa.Table]) -> Path:
    """The file of a run's ratings (RATINGS); `read` gives them where there is none yet. What a run found never changes."""
    path = home / FOLDER / RATED / f"{run_id}-{version}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            pq.write_table(read(), draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path


class Book:
    """One book, for the branches of some paths; use it in a `with`. members: MEMBERS, for sums by segment.

    `month("x_now", rated)` must have been told before a source that needs it is asked: exposure, change, roll and migration
    need x_now, change and roll x_was too.
    """

    def __init__(self, folder: Path, paths: Sequence[str], members: pa.Table | None = None) -> None:
        self._folder = folder
        self._warehouse = Warehouse(Picture(()))
        self._within = " or ".join(f"starts_with(branch_path, {quoted(path)})" for path in paths) or "false"
        self._ratings: dict[str, str] = {}
        self._members = members is not None
        if members is not None:
            self._warehouse.lend("m_members", members)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._warehouse.close()

    def _file(self, name: str) -> str:
        return f"read_parquet({quoted(str(self._folder / name))})"

    def first_seen(self) -> date | None:
        """The day from which loans granted are followed; None without any."""
        return next(iter(self._warehouse.rows(f"select min(granted_on) from {self._file(LOANS)}")))[0]

    def history(self, months: Sequence[date]) -> list[Late]:
        """What was owed at these month-ends by bucket of days past due; in order of month and bucket."""
        listed = ", ".join(f"date '{month}'" for month in months) or "null::date"
        rows = self._warehouse.rows(
            f"""select month, bucket, sum(customers)::bigint, sum(outstanding)::bigint, sum(npl)::bigint
            from {self._file(HISTORY)} where month in ({listed}) and ({self._within}) group by 1, 2 order by 1, 2"""
        )
        return [Late(*row) for row in rows]

    def month(self, name: str, rated: Rated) -> None:
        """Keep a month's accounts under this name, x_now or x_was, each with its PD, LGD, EAD, loss and grade."""
        lend(self._warehouse, rated.parameters)
        segment = "coalesce(m.segment, '')" if self._members else "''"
        members = "left join m_members m using (customer_id)" if self._members else ""
        text = _MONTH.format(
            book=self._file(BOOK), month=rated.month, ratings=self._told(name, rated.ratings), within=self._within,
            segment=segment, members=members,
        )  # fmt: skip
        self._warehouse.keep(name, text)

    def _told(self, name: str, path: Path | None) -> str:
        """SQL: the rows of a file of ratings, none without one; remembered for the grades of lists."""
        if path is None:
            self._warehouse.lend("r_none", RATINGS.empty_table())
        self._ratings[name] = "r_none" if path is None else f"read_parquet({quoted(str(path))})"
        return self._ratings[name]

    def no_month(self, name: str) -> None:
        """Keep nothing under this name: there are no figures of that month. x_now must have been told."""
        self._warehouse.keep(name, "select * from x_now where false")

    def ratings(self, name: str, path: Path | None) -> None:
        """Keep a run's ratings of the scope under this name; x_rated and x_rated_before are read by sources."""
        places = f"(select customer_id, branch_path, kind from {self._file(PLACES)} where {self._within})"
        self._warehouse.keep(name, f"select * from {self._told(name, path)} join {places} using (customer_id)")

    def sums(self, source: str, by: Sequence[str] = (), where: Mapping[str, str] | None = None) -> list[Sum]:
        """Sums by these keys, in their order; without keys one, of everything. ValueError for a key the source has not."""
        self._known(source, by)
        return self._summed(source, self._rows(source), by, self._where(source, where))

    def _summed(self, source: str, rows: str, by: Sequence[str], where: str) -> list[Sum]:
        self._known(source, by)
        keys = "".join(f"{name}::varchar, " for name in by)
        text = f"select {keys}{_SUMS} from ({rows}) {where}"
        if by:
            places = ", ".join(str(at) for at in range(1, len(by) + 1))
            text += f" group by {places} order by {places}"
        wide = len(by)
        return [Sum(tuple(row[:wide]), *map(int, row[wide:])) for row in self._warehouse.rows(text)]

    def sums_before(self, by: Sequence[str] = ()) -> list[Sum]:
        """As `sums` of exposure, of the month before; grades are those the customers had then."""
        return self._summed("exposure", "select * from x_was", by, "")

    def people(
        self, source: str, where: Mapping[str, str], order: str = "outstanding", descending: bool = True,
        limit: int = 50, offset: int = 0,
    ) -> People:  # fmt: skip
        """The customers behind a figure by one of MEASURES (or days), ties by number; their sum is the figure."""
        if order not in (*MEASURES, "days"):
            raise ValueError(f"customers cannot be ordered by {order}; they can by {', '.join(MEASURES)}")
        rows = f"select * from ({self._rows(source)}) {self._where(source, where)}"
        (whole,) = self._warehouse.rows(f"select {_SUMS} from ({rows})")
        added = ", ".join(f"sum({name})::bigint as {name}" for name in MEASURES)
        families = "list(distinct family order by family)" if "family" in SOURCES[source] else "null"
        found = self._warehouse.rows(
            f"""with own as (select customer_id, {added}, max(days)::integer as days, {families} as families
              from ({rows}) group by customer_id)
            select own.* exclude (families), coalesce(g.grade, ''), families
            from own left join ({self._grades(source)}) g using (customer_id)
            order by {order} {"desc" if descending else "asc"} nulls last, customer_id
            limit {int(limit)} offset {int(offset)}"""
        )
        return People(tuple(_part(row) for row in found), Sum((), *map(int, whole)))

    def movers(self, limit: int = 20) -> tuple[Mover, ...]:
        """Customers whose expected loss rose most, ties by number."""
        parts = f"select customer_id, part, sum(loss)::bigint as loss from ({_CHANGE}) group by all"
        text = f"""
with parts as ({parts}),
  moved as (select customer_id, sum(loss)::bigint as moved, arg_max(part, (loss, part)) as part from parts group by customer_id),
  was as (select customer_id, sum(loss)::bigint as loss from x_was group by customer_id)
select customer_id, coalesce(w.loss, 0), coalesce(w.loss, 0) + moved, part from moved left join was w using (customer_id)
where moved > 0 order by moved desc, customer_id limit {int(limit)}"""
        return tuple(Mover(*row) for row in self._warehouse.rows(text))

    def borrowers(self, limit: int = 10) -> tuple[list[Sum], int, float | None, float | None]:
        """The largest borrowers (a group counts as one), how many there are, the part of the largest ten, and Herfindahl's index.

        key: the borrower, and the customer of it with the largest account, whose name it bears: a group's head may owe nothing.
        """
        text = f"""
with own as (select borrower, arg_max(customer_id, outstanding) as who, {_SUMS} from x_now group by borrower having sum(outstanding) > 0),
  whole as (select sum(outstanding)::double as whole from own)
select borrower, own.* exclude (borrower), count(*) over (),
  sum(power(outstanding / whole, 2)) over (), whole
from own, whole order by outstanding desc, borrower limit {max(int(limit), 10)}"""
        found = self._warehouse.rows(text)
        shown = [Sum((row[0], row[1]), *map(int, row[2:8])) for row in found]
        if not found:
            return [], 0, None, None
        top = sum(one.outstanding for one in shown[:10]) / found[0][-1]
        return shown[:limit], int(found[0][-3]), top, float(found[0][-2])

    def bad_months(self) -> dict[str, tuple[int, int, list[int]]]:
        """Of each quarter: loans granted, customers, and months on book at which each bad one first was 90 days past due."""
        rows = self._warehouse.rows(
            f"select cohort, count(*), count(distinct customer_id), list(bad_months order by bad_months) filter (bad_months is not null) "
            f"from ({self._rows('vintage')}) group by cohort order by cohort"
        )
        return {cohort: (int(loans), int(people), list(bad or ())) for cohort, loans, people, bad in rows}

    def _known(self, source: str, keys: Sequence[str]) -> None:
        if source not in SOURCES:
            raise ValueError(f"the credit book is not asked for {source}; it is for {', '.join(SOURCES)}")
        if strange := [name for name in keys if name not in SOURCES[source]]:
            raise ValueError(f"{source} has no {', '.join(strange)}; it has {', '.join(SOURCES[source])}")

    def _where(self, source: str, where: Mapping[str, str] | None) -> str:
        told = dict(where or {})
        self._known(source, list(told))
        conditions = [
            _NUMBERS[key].format(value=int(value)) if key in _NUMBERS
            else f"starts_with(branch_path, {quoted(value)})" if key == "branch_path"
            else f"{'branch_path' if key == 'own_path' else key}::varchar = {quoted(value)}"
            for key, value in told.items()
        ]  # fmt: skip
        return f"where {' and '.join(conditions)}" if conditions else ""

    def _rows(self, source: str) -> str:
        if source == "vintage":
            return _VINTAGE.format(loans=self._file(LOANS), within=self._within)
        return {
            "exposure": "select * from x_now",
            "roll": _ROLL,
            "change": _CHANGE,
            "rated": _RATED,
            "migration": _MIGRATION,
        }[source]

    def _grades(self, source: str) -> str:
        """SQL: the grade of each customer in a list; who has defaulted stands as D where the list knows it."""
        if source in ("rated", "migration"):
            return "select customer_id, grade from x_rated"
        late = "select customer_id, 'D' as grade from x_now where defaulted group by customer_id"
        return f"{late} union all select customer_id, grade from {self._ratings['x_now']} anti join ({late}) using (customer_id)"


def _part(row: Sequence[Any]) -> Part:
    customer_id, n, outstanding, ead, loss, overdue, days, grade, families = row
    return Part(customer_id, n, outstanding, ead, loss, overdue, days, grade, tuple(families or ()))


_SUMS = "count(distinct customer_id), " + ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in MEASURES)


def _rounded(numerator: str, denominator: str) -> str:
    """Half away from zero, of what is not negative."""
    return f"((2 * ({numerator}) + ({denominator})) // (2 * ({denominator})))::bigint"


_EAD = _rounded(
    '1000::hugeint * outstanding + greatest(coalesce("limit", 0) - outstanding, 0) * conversion', "1000::hugeint"
)


def _loss(ead: str, chance: str, lgd: str) -> str:
    return _rounded(f"{ead}::hugeint * {chance} * {lgd}_n", f"{MILLION}::hugeint * {lgd}_d")


_MONTH = f"""
with rows as (
  select b.* exclude (month), {{segment}} as segment, f.conversion, r.grade as rated_grade,
    if(b.defaulted, {MILLION}, coalesce(if(r.chance < {MILLION}, r.chance, null), f.pd_unrated))::bigint as chance,
    coalesce(s.lgd_n, d.lgd_n) as lgd_n, coalesce(s.lgd_d, d.lgd_d) as lgd_d
  from {{book}} b {{members}} join c_families f using (family)
    join c_risks d on d.family = b.family and d.collateral = ''
    left join c_risks s on s.family = b.family and s.collateral = b.collateral and s.collateral <> ''
    left join {{ratings}} r using (customer_id)
  where b.month = date '{{month}}' and ({{within}})),
exposed as (select *, {_EAD} as ead from rows)
select * exclude (conversion, rated_grade), {_loss("ead", "chance", "lgd")} as loss, 1 as n, days > 0 as late,
  case when defaulted then 'D' when rated_grade = 'D' then '' else coalesce(rated_grade, '') end as grade from exposed"""
_ROLL = f"""
select w.customer_id, w.family, w.bucket as was, coalesce(n.bucket, '{ABSENT}') as bucket, 1 as n, w.outstanding, w.ead, w.loss,
  w.overdue, coalesce(n.days, w.days) as days
from x_was w left join x_now n using (account_id) where w.outstanding > 0"""
# As domain.credit.portfolio.moved takes one step after the other.
_STEPS = f"""
select n.customer_id, n.branch_path, n.family, n.kind, n.segment, n.grade, n.days, n.defaulted <> w.defaulted as turned,
  w.loss as before, {_loss("n.ead", "w.chance", "w.lgd")} as grown, {_loss("n.ead", "n.chance", "w.lgd")} as changed, n.loss as after
from x_now n join x_was w using (account_id)"""
_CHANGE = f"""
select customer_id, branch_path, family, kind, segment, grade, part, 1 as n, 0 as outstanding, 0 as ead, loss, 0 as overdue, days
from (
  with steps as ({_STEPS})
  select * exclude (turned, before, grown, changed, after), 'volume' as part, grown - before as loss from steps
  union all by name
  select * exclude (turned, before, grown, changed, after), if(turned, 'default', 'pd') as part, changed - grown as loss from steps
  union all by name
  select * exclude (turned, before, grown, changed, after), 'lgd' as part, after - changed as loss from steps
  union all by name
  select customer_id, branch_path, family, kind, segment, grade, days, 'new' as part, loss
    from x_now anti join x_was using (account_id)
  union all by name
  select customer_id, branch_path, family, kind, segment, grade, days, 'gone' as part, -loss as loss
    from x_was anti join x_now using (account_id))
where loss <> 0"""
_OWED = """select customer_id, sum(outstanding) as outstanding, sum(ead) as ead, sum(loss) as loss, sum(overdue) as overdue,
  max(days) as days from x_now group by customer_id"""
_RATED = f"""
select r.customer_id, r.grade, r.branch_path, r.kind, 1 as n, coalesce(o.outstanding, 0) as outstanding, coalesce(o.ead, 0) as ead,
  coalesce(o.loss, 0) as loss, coalesce(o.overdue, 0) as overdue, o.days
from x_rated r left join ({_OWED}) o using (customer_id) where r.grade is not null"""
_MIGRATION = f"""
select coalesce(r.customer_id, b.customer_id) as customer_id, coalesce(b.grade, '{ABSENT}') as was,
  coalesce(r.grade, '{ABSENT}') as grade, 1 as n, coalesce(o.outstanding, 0) as outstanding, coalesce(o.ead, 0) as ead,
  coalesce(o.loss, 0) as loss, coalesce(o.overdue, 0) as overdue, o.days
from x_rated r full outer join x_rated_before b using (customer_id)
  left join ({_OWED}) o on o.customer_id = coalesce(r.customer_id, b.customer_id)"""
_VINTAGE = """
select l.customer_id, l.family, cohort, bad_months, 1 as n, principal as outstanding, 0 as ead, 0 as loss, 0 as overdue,
  null::integer as days, null as bad_by
from {loans} l where {within}"""
