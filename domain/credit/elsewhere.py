"""The scorecard for other systems: SQL that gives the same points on every row, and the card as a table to read.

SQL reads a table with the card's columns under their own names and gives one row a customer. Figures are compared as
doubles, as here; NULL and NaN are missing. A characteristic kept as a flag must be given as 0 and 1. An infinite figure,
which the portal refuses, is missing there. A date must be given as days since 1970-01-01. Rounding: points are whole;
grades are cut at whole scores, so they agree exactly; only the PD is a floating-point result (about 1e-15 apart between
engines).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.credit.binning import Bin
from domain.credit.characteristics import named
from domain.credit.grades import DEFAULTED
from domain.credit.reasons import Words, bins_in_words
from domain.credit.run import DEFAULT_DAYS
from domain.credit.scorecard import Scorecard, ScoredCharacteristic

DIALECTS = ("duckdb", "postgresql")
_DOUBLE = {"duckdb": "double", "postgresql": "double precision"}


@dataclass(frozen=True)
class CardLine:
    """One bin of the card as a table: the characteristic, what the bin says, its development rows and its points.

    woe: of the bin, before the weight. bad_rate: 0..1, None for a bin nobody was in.
    """

    characteristic: str
    title: Words
    says: Words
    rows: int
    bad: int
    bad_rate: float | None
    woe: float
    points: int


def card_lines(card: Scorecard) -> tuple[CardLine, ...]:
    """All bins of the card in its order: with the base points they are all there is to a score."""
    found = []
    for characteristic in card.characteristics:
        known = named(characteristic.name)
        bins = characteristic.binning.bins
        for one, says, points in zip(bins, bins_in_words(characteristic.binning), characteristic.points, strict=True):
            found.append(
                CardLine(
                    known.name, Words(known.zh, known.en), says, one.rows, one.bad, one.bad_rate,
                    one.woe, points,
                )
            )  # fmt: skip
    return tuple(found)


def grade_floors(card: Scorecard) -> tuple[tuple[str, int | None], ...]:
    """Each grade from the best with its lowest whole score; None for the worst, which has none.

    A score whose PD equals a bound belongs to the worse grade, as in `Masterscale.grade`: the floor is looked for on
    whole scores, not worked out from the bound, so that no rounding of a logarithm can move it.
    """
    scale = card.masterscale
    floors: list[tuple[str, int | None]] = []
    for place, bound in enumerate(scale.bounds):
        near = int(np.floor(card.scaling.score(bound)))
        floor = next(s for s in range(near - 2, near + 5) if card.scaling.probability(np.array(s)) < bound)
        floors.append((scale.grades[place], floor))
    return (*floors, (scale.grades[-1], None))


def as_sql(card: Scorecard, dialect: str, table: str = "customers", key: str = "customer_id") -> str:
    """One SELECT with the key, points of each characteristic, score, pd and grade of every row of `table`.

    dialect: duckdb or postgresql. The table also needs days_past_due: from 90 days on the grade is D with PD 1 and no
    score. ValueError: another dialect.
    """
    if dialect not in DIALECTS:
        raise ValueError(f"There is no SQL of the card for '{dialect}'; it is written for {' and '.join(DIALECTS)}.")
    double = _DOUBLE[dialect]
    names = [_name(f"points_{name}") for name in card.names]
    cases = ",\n".join(
        f"    {_case(one, double)} as {name}" for one, name in zip(card.characteristics, names, strict=True)
    )
    overdue = f"cast({_name('days_past_due')} as {double})"
    gone = f"coalesce({overdue} >= {DEFAULT_DAYS} and {_is_known(overdue, double)}, false)"
    scaling = card.scaling
    more = (
        ""
        if scaling.knee is None
        else f" + {_number(scaling.steeper - 1, double)} * greatest(score - {scaling.knee}, 0)"
    )
    chance = f"1 / (1 + exp((score{more} - ({scaling.offset!r})) / {scaling.factor!r}))"
    grades = "\n".join(
        f"    when score >= {floor} then {_text(grade)}" for grade, floor in grade_floors(card) if floor is not None
    )
    return f"""-- Scorecard, {len(card.names)} characteristics; {card.rows} rows of development, {card.bad} bad.
-- The score is {card.base_points} points and the points of each characteristic; {DEFAULT_DAYS} days past due is {DEFAULTED}.
with pointed as (
  select {_name(key)},
    {gone} as defaulted,
{cases}
  from {_name(table)}
), scored as (
  select *, case when not defaulted then {" + ".join([str(card.base_points), *names])} end as score
  from pointed
)
select {", ".join([_name(key), *names])}, score,
  case when defaulted then 1 else {chance} end as pd,
  case
    when defaulted then {_text(DEFAULTED)}
{grades}
    else {_text(card.masterscale.grades[-1])}
  end as grade
from scored
"""


def _case(characteristic: ScoredCharacteristic, double: str) -> str:
    binning = characteristic.binning
    column = _name(binning.name)
    told = list(zip(binning.bins, characteristic.points, strict=True))
    if binning.kind == "word":
        return _word_case(column, told)
    value = f"cast({column} as {double})"
    missing = told[-1][1]
    lines = [f"when not {_is_known(value, double)} then {missing}"]
    coded = zip(binning.specials, told[len(binning.cuts) + 1 :], strict=False)
    lines += [f"when {value} = {_number(code, double)} then {points}" for code, (_, points) in coded]
    ranges = [(b, points) for b, points in told if b.kind == "range"]
    closed = zip(binning.cuts, ranges, strict=False)  # the last range is open and is what remains
    lines += [f"when {value} < {_number(cut, double)} then {points}" for cut, (_, points) in closed]
    return f"case {' '.join(lines)} else {ranges[-1][1]} end"


def _word_case(column: str, told: list[tuple[Bin, int]]) -> str:
    value = f"cast({column} as varchar)"
    lines = [f"when {column} is null then {told[-1][1]}"]
    for one, points in told[:-2]:
        lines.append(f"when {value} in ({', '.join(_text(word) for word in one.words)}) then {points}")
    return f"case {' '.join(lines)} else {told[-2][1]} end"


def _is_known(value: str, double: str) -> str:
    """Neither NULL nor NaN nor infinite: between the least and the greatest double, which NaN is not in either engine."""
    most = f"cast('1.7976931348623157e308' as {double})"
    return f"coalesce({value} between -{most} and {most}, false)"


def _number(value: float, double: str) -> str:
    """A double of exactly this value: repr is the shortest text that reads back the same."""
    return f"cast('{float(value)!r}' as {double})"


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
