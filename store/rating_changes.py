"""What changed in a credit run against the run on show when it was made: kept when it is saved, counted and listed in scope."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select

from domain.credit.changes import ALERT_NOTCHES, COLUMNS, FIGURES, Part, changes, parts_of
from domain.credit.grades import DEFAULTED, Masterscale
from store.behaviour import Person, person_columns, with_places
from store.bulk import fill
from store.scope import Scope
from store.tables import customers, publications, rating_changes, rating_comparisons, run_ratings, runs

MOVES = ("down", "alert", "defaulted", "up", "same", "entered", "left", "card")
SORTS = ("notches", "score", "aum")
MOST_VERSIONS = 24
AT_ONCE = 10_000  # customers named in one statement
_R, _C = rating_changes.c, customers.c
CHANGE = [_R[name] for name in COLUMNS if name != "customer_id"]
_POINTS = run_ratings.c.score, run_ratings.c.grade, run_ratings.c.points


@dataclass(frozen=True)
class Comparison:
    """What a run was compared with, None for the first. changed: customers of the whole bank with another grade or score.

    cause: why grades may have moved, of domain.credit.changes.CAUSES.
    """

    run_id: int
    before_run_id: int | None
    changed: int
    made_at: datetime
    cause: str


@dataclass(frozen=True)
class Count:
    """Customers who moved by so many notches (None: new, gone, or a grade that is not on the scale), all of one kind.

    own: as many of them as their own figures made; None where that is not known.
    """

    notches: int | None
    own: int | None
    entered: bool
    left: bool
    defaulted: bool
    customers: int

    def of(self, move: str, notches: int | None = None) -> bool:
        """Whether they count in a move of MOVES ('' for all), of so many notches either way: `_moved` in Python."""
        moved, own = self.notches or 0, self.own or 0
        told = {
            "": True, "down": moved < 0, "alert": own <= -ALERT_NOTCHES or (self.defaulted and not self.entered),
            "card": moved != own, "defaulted": self.defaulted, "up": moved > 0,
            "same": not moved and not self.entered and not self.left, "entered": self.entered, "left": self.left,
        }[move]  # fmt: skip
        return told and (notches is None or abs(moved) == notches)


@dataclass(frozen=True)
class Changed:
    """One customer's change; unmasked: masking is the portal's."""

    person: Person
    grade_before: str | None
    grade_after: str | None
    notches: int | None
    score_before: int | None
    score_after: int | None
    parts: tuple[Part, ...]
    own_notches: int | None

    @property
    def by_card(self) -> int | None:
        """Notches that another card or scale made, not the customer's figures; None without notches."""
        return None if self.notches is None else self.notches - (self.own_notches or 0)


@dataclass(frozen=True)
class Step:
    """A version that was on show, and what changed in it against the one before: None for the first, or where the customer
    is not in both. same_day: it took the place of the version before it, of the same business date."""

    run_id: int
    version: str
    as_of: date
    on_show: bool
    published_at: datetime
    grade: str | None
    score: int | None
    notches: int | None
    parts: tuple[Part, ...] | None
    same_day: bool = False


def scale_of(model: Mapping[str, Any]) -> tuple[str, ...]:
    """The grades of a credit run's scorecard, the best first, without D."""
    return tuple((model.get("masterscale") or {}).get("grades") or Masterscale().grades)


def compared(
    connection: Connection, before_id: int, rows: pa.Table, scale: Sequence[str], between: pd.DataFrame | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """`domain.credit.changes.changes` of a run's rows, saved or not, against the run `before_id`. only: of the customers
    in the rows and these, where all others are as they were. Only who differs in grade or score is read whole."""
    b = run_ratings.c
    there = connection.execute(select(b.customer_id, b.score, b.grade).where(b.run_id == before_id))
    told = {row[0]: (row[1], row[2]) for row in there}
    now = dict(zip(rows.column("customer_id").to_pylist(), _pairs(rows), strict=True))
    wanted = set(told) if only is None else set(told) & set(only)
    other = {who for who in wanted | set(now) if told.get(who) != now.get(who)}
    after = [
        (who, *now[who], json.loads(points))
        for who, points in zip(*(rows.column(name).to_pylist() for name in ("customer_id", "points")), strict=True)
        if who in other
    ]
    before, ids = [], sorted(other & set(told))
    for first in range(0, len(ids), AT_ONCE):
        asked = select(b.customer_id, *_POINTS).where(
            b.run_id == before_id, b.customer_id.in_(ids[first : first + AT_ONCE])
        )
        before += [tuple(row) for row in connection.execute(asked)]
    return changes(_frame(before), _frame(after), scale, between)


def _pairs(rows: pa.Table) -> list[tuple[int | None, str | None]]:
    return list(zip(rows.column("score").to_pylist(), rows.column("grade").to_pylist(), strict=True))


def _frame(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "score", "grade", "points"], dtype=object)
    return frame.astype({"score": "Int64"})


def save(
    connection: Connection,
    run_id: int,
    before_id: int | None,
    found: pd.DataFrame | None,
    at: datetime,
    cause: str = FIGURES,
) -> int:
    """Keep what changed in a run, in the place of what was kept of it; returns the customers. found: None where there was
    no run to compare it with. cause: of CAUSES."""
    for table in (rating_changes, rating_comparisons):
        connection.execute(delete(table).where(table.c.run_id == run_id))
    made = {"run_id": run_id, "before_run_id": before_id, "changed": 0 if found is None else len(found), "made_at": at,
            "cause": cause}  # fmt: skip
    connection.execute(insert(rating_comparisons).values(**made))
    if found is None:
        return 0
    columns: dict[str, Any] = {"run_id": pa.array([run_id] * len(found), pa.int32())}
    for name in COLUMNS:
        whole = name in ("notches", "own_notches", "score_before", "score_after")
        kept = [json.dumps(one, ensure_ascii=False) for one in found[name]] if name == "parts" else found[name]
        columns[name] = pa.array(kept, pa.int32() if whole else pa.string(), from_pandas=True)
    return fill(connection, rating_changes, pa.table(columns).to_batches(max_chunksize=20_000))


def comparison(connection: Connection, run_id: int) -> Comparison | None:
    """None for a run whose changes were never worked out."""
    row = connection.execute(select(rating_comparisons).where(rating_comparisons.c.run_id == run_id)).one_or_none()
    return None if row is None else Comparison(*row)


def counts(connection: Connection, scope: Scope, run_id: int, branch_path: str | None = None) -> list[Count]:
    """Everybody in scope who changed; OutOfScope for a branch that is not. No row without customers."""
    keys = (_R.notches, _R.own_notches, _R.grade_before.is_(None), _R.grade_after.is_(None), defaulted())
    asked = select(*keys, func.count()).select_from(_beside()).where(*_within(scope, run_id, branch_path))
    rows = connection.execute(asked.group_by(*keys)).all()
    return [Count(row[0], row[1], bool(row[2]), bool(row[3]), bool(row[4]), row[5]) for row in rows]


def listed(
    connection: Connection, scope: Scope, run_id: int, branch_path: str | None = None, *, move: str = "",
    notches: int | None = None, sort: str = "notches", descending: bool = False, start: int = 0, rows: int = 50,
) -> list[Changed]:  # fmt: skip
    """`rows` customers from `start` on. notches sorts by grade, then by points lost; ties by AUM. ValueError for no such
    sort or move."""
    if sort not in SORTS or (move and move not in MOVES):
        raise ValueError(f"changes are sorted by {', '.join(SORTS)} and narrowed to {', '.join(MOVES)}")
    difference = _R.score_after - _R.score_before
    keys = {"notches": (_R.notches, difference), "score": (difference,), "aum": (_C.aum,)}[sort]
    order = [key.desc().nulls_last() if descending else key.asc().nulls_last() for key in keys]
    query = select(*person_columns(), *CHANGE).select_from(_beside(with_places()))
    query = query.where(*_within(scope, run_id, branch_path), *_moved(move, notches)).order_by(*order, _C.place)
    return [changed_of(row) for row in connection.execute(query.limit(rows).offset(start))]


def changed_of(row: Sequence[Any]) -> Changed:
    """A row of person_columns() and CHANGE."""
    before, after, notches, score_before, score_after, parts, own = row[-len(CHANGE) :]
    who = Person(*row[: -len(CHANGE)])
    return Changed(who, before, after, notches, score_before, score_after, parts_of(parts), own)


def _beside(source: Any = customers) -> Any:
    return source.join(rating_changes, rating_changes.c.customer_id == customers.c.customer_id)


def _within(scope: Scope, run_id: int, branch_path: str | None) -> tuple[ColumnElement[bool], ...]:
    if branch_path is None:
        return _R.run_id == run_id, scope.where(_C.branch_path)
    scope.require(branch_path)
    return _R.run_id == run_id, Scope((branch_path,)).where(_C.branch_path)


def defaulted() -> ColumnElement[bool]:
    """Who is in default and was not before, or was not rated."""
    return and_(_R.grade_after == DEFAULTED, _R.grade_before.is_distinct_from(DEFAULTED))


def by_own_figures() -> ColumnElement[bool]:
    """Whose own figures moved them so far down that somebody is told, or into default, from whatever grade; what another card
    did to them tells nobody."""
    return or_(_R.own_notches <= -ALERT_NOTCHES, and_(defaulted(), _R.grade_before.is_not(None)))


def moved_by_card() -> ColumnElement[bool]:
    """Whom another card or scale moved, whether or not their own figures did too."""
    return func.coalesce(_R.notches, 0) != func.coalesce(_R.own_notches, 0)


def _moved(move: str, notches: int | None) -> tuple[ColumnElement[bool], ...]:
    told: dict[str, tuple[ColumnElement[bool], ...]] = {
        "": (), "down": (_R.notches < 0,), "alert": (by_own_figures(),), "card": (moved_by_card(),), "defaulted": (defaulted(),),
        "up": (_R.notches > 0,), "entered": (_R.grade_before.is_(None),), "left": (_R.grade_after.is_(None),),
        "same": (
            func.coalesce(_R.notches, 0) == 0, _R.grade_before.is_not(None), _R.grade_after.is_not(None),
        ),
    }  # fmt: skip
    return told[move] if notches is None else (*told[move], func.abs(func.coalesce(_R.notches, 0)) == notches)


def history(connection: Connection, customer_id: str) -> tuple[Step, ...]:
    """The customer's ratings by the runs that were on show, by the day they are as of, those of one day in the order they
    were put on show; the caller has looked at the scope.

    What changed is worked out from the points of two versions that followed each other, whatever they were compared with
    when they were made. Runs whose rows have been cleared away, and those of before the customer was rated, are left out.
    """
    first = (
        select(publications.c.run_id, func.min(publications.c.published_at).label("at"))
        .where(publications.c.kind == "credit")
        .group_by(publications.c.run_id)
        .subquery()
    )
    query = (
        select(runs.c.run_id, runs.c.version, runs.c.as_of, runs.c.state, first.c.at, *_POINTS)
        .join(first, first.c.run_id == runs.c.run_id)
        .outerjoin(run_ratings, and_(run_ratings.c.run_id == runs.c.run_id, run_ratings.c.customer_id == customer_id))
        .where(runs.c.state.in_(("published", "superseded")))
        .where(exists().where(run_ratings.c.run_id == runs.c.run_id).correlate(runs))
        .order_by(runs.c.as_of.desc(), first.c.at.desc(), runs.c.run_id.desc())
        .limit(MOST_VERSIONS)
    )
    found = connection.execute(query).all()[::-1]
    while found and found[0].grade is None:
        found = found[1:]
    if not found:
        return ()
    model = connection.scalar(select(runs.c.model).where(runs.c.run_id == found[-1].run_id)) or {}
    return _steps(found, scale_of(model))


def _steps(found: Sequence[Any], scale: Sequence[str]) -> tuple[Step, ...]:
    # Each version under the number of its place: the pairs that follow each other are compared in one go.
    rows = [(f"{at:02d}", one.score, one.grade, one.points) for at, one in enumerate(found)]
    after = [row for at, row in enumerate(rows[1:]) if row[2] and rows[at][2]]
    places = {row[0] for row in after}
    before = [(f"{at + 1:02d}", *row[1:]) for at, row in enumerate(rows[:-1]) if f"{at + 1:02d}" in places]
    moved = changes(_frame(before), _frame(after), scale)
    known: dict[str, tuple[int | None, tuple[Part, ...]]] = dict.fromkeys(places, (0, ()))  # what did not change
    for place, notches, parts in zip(moved["customer_id"], moved["notches"], moved["parts"], strict=True):
        known[place] = (None if pd.isna(notches) else int(notches), parts_of(parts))
    steps = []
    for at, one in enumerate(found):
        moved_by, because = known.get(f"{at:02d}", (None, None))
        same_day = at > 0 and found[at - 1].as_of == one.as_of
        shown = one.state == "published"
        steps.append(
            Step(one.run_id, one.version, one.as_of, shown, one.at, one.grade, one.score, moved_by, because, same_day)
        )
    return tuple(steps)
