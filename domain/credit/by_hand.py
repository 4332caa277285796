"""Bins an analyst sets by hand: cut points of numbers, groups of words; counted on the sample as any others.

A plan is what is kept of them, plain words and numbers: {"cuts": [5.0, 10.0]} or {"groups": [["own"], ["free", "rent"]]}.
Missing, special and other values keep bins of their own: only what the values themselves say is cut or put together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from domain.credit.binning import Bin, Binning, BinningRules, Codes, counted
from domain.credit.figures import is_number
from domain.credit.woe import Counts

Plan = Mapping[str, Any]
MOST_BINS = 30


def plan_of(binning: Binning) -> dict[str, Any]:
    """What would give these bins again."""
    if binning.kind == "number":
        return {"cuts": list(binning.cuts)}
    return {"groups": [list(b.words) for b in binning.bins if b.kind == "words"]}


def sound(plan: Any) -> dict[str, Any]:
    """The plan, put in order. ValueError says what is wrong with it: it may come from anybody's address bar."""
    if isinstance(plan, Mapping) and set(plan) == {"cuts"} and isinstance(plan["cuts"], list):
        cuts = plan["cuts"]
        if all(isinstance(c, int | float) and not isinstance(c, bool) and math.isfinite(c) for c in cuts):
            return {"cuts": _not_too_many(sorted({float(c) for c in cuts}))}
    if isinstance(plan, Mapping) and set(plan) == {"groups"} and isinstance(plan["groups"], list):
        groups = plan["groups"]
        if all(isinstance(g, list) and g and all(isinstance(w, str) for w in g) for g in groups):
            words = [word for group in groups for word in group]
            if len(words) == len(set(words)):
                return {"groups": _not_too_many([sorted(group) for group in groups])}
    raise ValueError("bins set by hand are cut points (finite numbers) or groups of words, each word in one group")


def _not_too_many(parts: list[Any]) -> list[Any]:
    if len(parts) >= MOST_BINS:
        raise ValueError(f"{len(parts)} parts are too many: at most {MOST_BINS} bins can be set by hand")
    return parts


def merged(plan: Plan, place: int) -> dict[str, Any]:
    """The plan with bin `place` (from 0, of the values' own bins) and the next one put together. IndexError: no next."""
    if "cuts" in plan:
        cuts = list(plan["cuts"])
        if not 0 <= place < len(cuts):
            raise IndexError(f"bin {place} has none after it")
        return {"cuts": cuts[:place] + cuts[place + 1 :]}
    groups = [list(group) for group in plan["groups"]]
    if not 0 <= place < len(groups) - 1:
        raise IndexError(f"bin {place} has none after it")
    return {"groups": [*groups[:place], sorted(groups[place] + groups[place + 1]), *groups[place + 2 :]]}


def split_at(plan: Plan, cut: float) -> dict[str, Any]:
    """Numbers cut at one more point; a point that is there already changes nothing."""
    return sound({"cuts": [*plan["cuts"], cut]})


def taken_out(plan: Plan, word: str) -> dict[str, Any]:
    """One word taken out of its group, into a bin of its own after it. A word alone or not there changes nothing."""
    groups: list[list[str]] = []
    for group in plan["groups"]:
        rest = [one for one in group if one != word]
        groups += [rest, [word]] if word in group and rest else [list(group)]
    return sound({"groups": groups})


def binned_by_hand(
    values: pd.Series, bad: Counts, name: str, rules: BinningRules, plan: Plan, specials: tuple[float, ...] = ()
) -> tuple[Binning, Codes]:
    """The bins of the plan with the sample's counts, and the bin of each row. ValueError where plan and column differ.

    Words of no group go to `other`. Nothing is held against chance here (credibility 1): that is the analyst's judgement,
    and the reason given for it stands beside the bins.
    """
    plan, number = sound(plan), is_number(values)
    if number != ("cuts" in plan):
        raise ValueError(
            f"{name} holds {'numbers' if number else 'words'}; the bins set by hand are of the other kind."
        )
    if number:
        bounds = (None, *plan["cuts"], None)
        ranges = [Bin("range", 0, 0, 0.0, low, high) for low, high in pairwise(bounds)]
        coded = [Bin("special", 0, 0, 0.0, value=value) for value in specials]
        bins = (*ranges, *coded, Bin("missing", 0, 0, 0.0))
        draft = Binning(name, "number", bins, "none", 0.0, tuple(plan["cuts"]), specials)
    else:
        grouped = [Bin("words", 0, 0, 0.0, words=tuple(group)) for group in plan["groups"]]
        draft = Binning(name, "word", (*grouped, Bin("other", 0, 0, 0.0), Bin("missing", 0, 0, 0.0)), "none", 0.0)
    codes = draft.assign(values)
    rows = np.bincount(codes, minlength=len(draft.bins))
    bads = np.bincount(codes[bad > 0], minlength=len(draft.bins))
    found = counted(draft, rows, bads, rules.added(bad))
    return replace(found, trend=trend_of(found)), codes


@dataclass(frozen=True)
class Odd:
    """What bins set by hand have that the best ones may not. key: direction (the bin is safer or riskier than the one before it
    against what was declared), turns (the bad rate turns more than once along the bins, where the sample decides), thin or empty
    (fewer rows than the rules ask for). place: of the bin among all bins; turns have none."""

    key: str
    place: int | None = None


def odd_of(binning: Binning, direction: str, rules: BinningRules) -> tuple[Odd, ...]:
    """Where bins go against the rules of a development: an analyst may set them so, and everybody is told."""
    told: list[Odd] = []
    own = [place for place, one in enumerate(binning.bins) if one.kind in ("range", "words")]
    there = [place for place in own if binning.bins[place].rows]
    signs = {"safer": 1, "riskier": -1} if binning.kind == "number" else {}
    for before, place in pairwise(there):
        moved = binning.bins[place].woe - binning.bins[before].woe
        if direction in signs and moved * signs[direction] < 0:
            told.append(Odd("direction", place))
    if binning.kind == "number" and direction not in signs and trend_of(binning) == "mixed":
        told.append(Odd("turns"))
    least = rules.least_share * sum(one.rows for one in binning.bins)
    told += [Odd("thin" if binning.bins[i].rows else "empty", i) for i in own if binning.bins[i].rows < least]
    return tuple(told)


def trend_of(binning: Binning) -> str:
    """rising, falling, peak, valley or none (one bin), of the bad rate along the bins; mixed where it turns twice."""
    weights = np.array([b.woe for b in binning.bins if b.kind in ("range", "words") and b.rows])
    signs = np.sign(-np.diff(weights))
    signs = signs[signs != 0]
    if not len(signs):
        return "none"
    turns = int((np.diff(signs) != 0).sum())
    if turns > 1:
        return "mixed"
    up, down = ("peak", "valley") if turns else ("rising", "falling")
    return up if signs[0] > 0 else down
