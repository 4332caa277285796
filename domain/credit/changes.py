"""What changed between two ratings of the same customers, and which characteristic moved how many points.

The parts of a change add up to it exactly: score after − score before is the sum of what each characteristic gained or
lost, the base's own difference included where the scorecard is another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.credit.characteristics import named
from domain.credit.grades import DEFAULTED

ALERT_NOTCHES = (
    2  # as many notches down, or more, alert the customer's manager and the risk officer; so does any fall into D
)
CAUSES = FIGURES, CARD, SCALE = "figures", "card", "scale"
BASE = "base"  # stands where a part is not a characteristic's but the scorecard's
COLUMNS = (
    "customer_id",
    "grade_before",
    "grade_after",
    "notches",
    "score_before",
    "score_after",
    "parts",
    "own_notches",
)
_AT_ONCE = 20_000  # customers whose points are taken apart in one go
_SIDES = ("before", "after")
_PART = ("characteristic", "points_before", "points_after", "value_before", "value_after", "bin_before", "bin_after")


@dataclass(frozen=True)
class Part:
    """What one characteristic did to a score. points_*: None where that scorecard does not have it.

    bin_*: what the bin says, (Chinese, English); None likewise. value_*: the customer's figure, None where not known.
    """

    characteristic: str
    points_before: int | None
    points_after: int | None
    value_before: Any
    value_after: Any
    bin_before: tuple[str, str] | None
    bin_after: tuple[str, str] | None

    @property
    def difference(self) -> int:
        """Points gained (+) or lost (−)."""
        return (self.points_after or 0) - (self.points_before or 0)


def cause_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Why grades may differ between runs of these two cards (as `domain.credit.scorecard.to_dict` has them): one of
    CAUSES. The same card and scale leave the customers' own figures alone."""
    first, second = ({key: value for key, value in card.items() if key != "hash"} for card in (before, after))
    if first == second:
        return FIGURES
    first["masterscale"] = second["masterscale"] = None
    return SCALE if first == second else CARD


def changes(
    before: pd.DataFrame, after: pd.DataFrame, grades: Sequence[str], between: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Who has another grade or score than before, one row a customer in order of their number; columns COLUMNS.

    before, after: customer_id (once each), grade, score (missing for D) and points as `run_ratings` keeps them:
    {"base", "points": [{"characteristic", "points", "bin_zh", "bin_en"}], "values"}. grades: from the best to the worst,
    without D, which is the last notch.
    notches: up is positive; missing for who is new to the rating (grade_before missing), for who is rated no longer
    (grade_after missing) and where a grade is not on the scale. parts: what `parts_of` reads, the largest first; [] where
    nothing but the grade moved or either side has no score.
    between: customer_id and grade as the card and scale of before grade the figures of after, where another card or scale
    made `after`. own_notches: as many of the notches as the customer's own figures made, all of them without `between`,
    missing where `between` does not have the customer; the rest is the card's doing.
    ValueError where kept points do not add up to their score.
    """
    both = before.merge(after, on="customer_id", how="outer", suffixes=("_before", "_after"))
    both = both.sort_values("customer_id", kind="stable").reset_index(drop=True)
    for name in _SIDES:
        both[f"score_{name}"] = both[f"score_{name}"].astype("Int64")
        both[f"grade_{name}"] = both[f"grade_{name}"].astype(object).where(both[f"grade_{name}"].notna(), None)
    same = _same(both["score_before"], both["score_after"]) & _same(both["grade_before"], both["grade_after"])
    both = both[~same].reset_index(drop=True)
    both["notches"] = _notches(both["grade_before"], both["grade_after"], grades)
    both["own_notches"] = both["notches"]
    if between is not None:
        reached = both["customer_id"].map(between.set_index("customer_id")["grade"])
        both["own_notches"] = _notches(both["grade_before"], reached, grades)
    both["parts"] = pd.Series(_parts(both), index=both.index, dtype=object)
    return both[list(COLUMNS)]


def _same(one: pd.Series, other: pd.Series) -> NDArray[np.bool_]:
    """Equal, or both missing."""
    equal = (one == other).fillna(False).to_numpy(dtype=bool)
    return np.asarray(equal | (one.isna() & other.isna()).to_numpy(dtype=bool))


def _notches(before: pd.Series, after: pd.Series, grades: Sequence[str]) -> pd.Series:
    place = {grade: at for at, grade in enumerate((*grades, DEFAULTED))}
    return (before.map(place).astype("Float64") - after.map(place).astype("Float64")).astype("Int64")


def _parts(both: pd.DataFrame) -> list[list[dict[str, Any]]]:
    told: list[list[dict[str, Any]]] = [[] for _ in range(len(both))]
    if not len(both):
        return told
    kept = [np.array([_adds_up(points) for points in both[f"points_{name}"]]) for name in _SIDES]
    scored = (both["score_before"].notna() & both["score_after"].notna()).to_numpy(dtype=bool)
    rows = np.flatnonzero(scored & kept[0] & kept[1])
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        for row, parts in zip(some, _taken_apart(both.iloc[some].reset_index(drop=True)), strict=True):
            told[row] = parts
    return told


def _adds_up(points: Any) -> bool:
    """Whether a rating tells its points at all."""
    return isinstance(points, Mapping) and "base" in points and isinstance(points.get("points"), list)


def _taken_apart(both: pd.DataFrame) -> list[list[dict[str, Any]]]:
    sides = [_long(both[f"points_{name}"].tolist()).add_suffix(f"_{name}") for name in _SIDES]
    keys = [[f"{key}_{name}" for key in ("row", "characteristic")] for name in _SIDES]
    found = sides[0].merge(sides[1], left_on=keys[0], right_on=keys[1], how="outer")
    row = found["row_before"].fillna(found["row_after"]).to_numpy(dtype=np.int64)
    found["characteristic"] = found["characteristic_before"].fillna(found["characteristic_after"])
    for name in _SIDES:
        whole = np.bincount(row, found[f"points_{name}"].fillna(0), minlength=len(both))
        scores = both[f"score_{name}"].to_numpy(dtype=float)
        if (wrong := np.flatnonzero(whole != scores)).size:
            who = both["customer_id"].iloc[wrong[0]]
            raise ValueError(
                f"The points of {len(wrong)} ratings do not add up to their scores, first of customer {who} "
                f"({name} the change); those ratings were altered after they were made. Rate anew."
            )
    difference = (found["points_after"].fillna(0) - found["points_before"].fillna(0)).to_numpy(dtype=np.int64)
    order = np.lexsort((found["characteristic"].to_numpy(dtype=str), -np.abs(difference), row))
    order = order[difference[order] != 0]
    told = found[list(_PART)].iloc[order].astype(object)
    records = told.where(told.notna(), None).to_dict("records")
    ends = np.searchsorted(row[order], np.arange(len(both) + 1))
    return [_whole(records[a:b]) for a, b in pairwise(ends)]


def _whole(records: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """Points as whole numbers again: a gap in a column has made them fractions."""
    for one in records:
        for key in ("points_before", "points_after"):
            one[key] = None if one[key] is None else int(one[key])
    return records


def _long(kept: list[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a rating and characteristic, and one for the base."""
    counts = [len(one["points"]) for one in kept]
    entries = list(chain.from_iterable(one["points"] for one in kept))
    values = list(chain.from_iterable(one.get("values") or [None] * n for one, n in zip(kept, counts, strict=True)))
    bins = np.empty(len(entries), dtype=object)
    bins[:] = [(entry["bin_zh"], entry["bin_en"]) for entry in entries]
    each = pd.DataFrame(
        {
            "row": np.repeat(np.arange(len(kept)), counts), "characteristic": [entry["characteristic"] for entry in entries],
            "points": [entry["points"] for entry in entries], "value": pd.Series(values, dtype=object), "bin": bins,
        }
    )  # fmt: skip
    base = pd.DataFrame({"row": np.arange(len(kept)), "characteristic": BASE, "points": [one["base"] for one in kept]})
    base["value"], base["bin"] = None, None
    return pd.concat([each, base.astype({"value": object, "bin": object})], ignore_index=True)


def parts_of(kept: Sequence[Mapping[str, Any]] | None) -> tuple[Part, ...]:
    """The parts as `changes` gives them or as they come back from JSON."""
    found = []
    for one in kept or ():
        bins = (tuple(one[key]) if one[key] else None for key in ("bin_before", "bin_after"))
        found.append(Part(*(one[key] for key in _PART[:5]), *bins))
    return tuple(found)


def name_of(part: Part) -> tuple[str, str]:
    """What the characteristic is called, (Chinese, English)."""
    if part.characteristic == BASE:
        return "基础分", "base points"
    known = named(part.characteristic)
    return known.zh, known.en
