"""A rating in words: where the points were lost, and what would move the customer one grade up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.credit.binning import Bin, Binning, Codes
from domain.credit.characteristics import ABSENT, Characteristic, lacks, named
from domain.credit.scorecard import Points, Scorecard, ScoredCharacteristic
from domain.phrasing import exact

MOST_REASONS = 4
Objects = NDArray[np.object_]


@dataclass(frozen=True)
class Words:
    """A sentence in both languages."""

    zh: str
    en: str


NONE = Words("无（0）", "none (0)")  # of what is counted


def amount(value: float, unit: str) -> Words:
    """A figure of a bin's edge as it is said: shares as percent, money with thousands, others plainly."""
    if unit in ("share", "rate"):
        said = f"{exact(value * 100, 6)}%"
        return Words(said, said)
    said = exact(value)
    suffix = {"days": ("天", " days"), "months": ("个月", " months"), "years": ("岁", " years")}.get(unit, ("", ""))
    return Words(said + suffix[0], said + (suffix[1][:-1] if value == 1 and suffix[1] else suffix[1]))


def bin_words(one: Bin, unit: str) -> Words:
    """What a bin says of the customers in it; a sentence's end: "不低于 5，低于 10" / "at least 5 and under 10"."""
    if one.kind == "range":
        return _range_words(one, unit)
    if one.kind == "words":
        return Words("为" + "、".join(one.words), "is " + " or ".join(one.words))
    if one.kind == "special":
        state = one.value is not None and one.value >= 0  # as of arrears; a code lies below zero
        return Words(
            *(
                f"{words}{exact(one.value)}"
                for words in (("为", "is ") if state else ("为特殊值", "is the special value "))
            )
        )
    return Words("未知", "not known") if one.kind == "missing" else Words("为其他", "is something else")


def _range_words(one: Bin, unit: str) -> Words:
    if unit == "count" and one.low is None and one.high == 1:
        return NONE
    low = amount(one.low, unit) if one.low is not None else None
    high = amount(one.high, unit) if one.high is not None else None
    if low and high:
        return Words(f"不低于{low.zh}、低于{high.zh}", f"at least {low.en} and under {high.en}")
    if low:
        return Words(f"不低于{low.zh}", f"at least {low.en}")
    return Words(f"低于{high.zh}", f"under {high.en}") if high else Words("已知", "known")


def bins_in_words(binning: Binning) -> list[Words]:
    """`bin_words` of each bin, told beside the others: what is left when all others are states, and what does not apply."""
    known = named(binning.name)
    return [_beside_others(binning, one, known) for one in binning.bins]


def _beside_others(binning: Binning, one: Bin, known: Characteristic) -> Words:
    if one.kind == "missing" and (lack := lacks(binning.name)) != "unknown":
        zh, en = ABSENT[lack]  # the same words wherever it is said, whether or not the sample had such customers
        return Words(f"不适用：{zh}", f"does not apply: {en}") if does_not_apply(one) else Words(zh, en)
    if one.kind == "range" and one.low is None and one.high is None and binning.specials:
        counted = known.unit == "count" and binning.specials == tuple(range(1, len(binning.specials) + 1))
        # Of a count whose states are 1, 2, 3 only none is left: whoever has more is in default and not scored.
        return NONE if counted else Words("为其他值", "any other value")
    return bin_words(one, known.unit)


def does_not_apply(one: Bin) -> bool:
    """Whether this is the bin of an absent value that every row of the development had: nothing is known of such rows."""
    return one.kind == "missing" and not one.rows


def point_entries(characteristic: ScoredCharacteristic) -> list[dict[str, Any]]:
    """One entry a bin, as a rating shows it: characteristic, both names, the bin in words, points, best, average.

    lacks: only where the bin does not apply (see `does_not_apply`), what the customer lacks, a key of ABSENT.
    """
    known = named(characteristic.name)
    told = []
    bins = characteristic.binning.bins
    for one, words, points in zip(bins, bins_in_words(characteristic.binning), characteristic.points, strict=True):
        told.append(
            {
                "characteristic": known.name, "zh": known.zh, "en": known.en, "bin_zh": words.zh, "bin_en": words.en,
                "points": points, "best": characteristic.best, "average": round(characteristic.average, 1),
                **({"lacks": lacks(known.name)} if does_not_apply(one) else {}),
            }
        )  # fmt: skip
    return told


def reason_entries(characteristic: ScoredCharacteristic) -> list[dict[str, Any]]:
    """One reason a bin: code (the column), points lost against the best bin, and the sentence in both languages."""
    known = named(characteristic.name)
    told = []
    for words, points in zip(bins_in_words(characteristic.binning), characteristic.points, strict=True):
        lost = characteristic.best - points
        told.append(
            {
                "characteristic": known.name, "lost": lost,
                "zh": f"{known.zh}{words.zh}，比最好一档少{lost}分",
                "en": f"{known.en}: {words.en}, {lost} points below the best band",
            }
        )  # fmt: skip
    return told


def points_of(card: Scorecard, codes: Codes) -> list[list[dict[str, Any]]]:
    """For each row its point entries in the card's order; together with the base they add up to the score.

    Entries are shared between rows of the same bin: read them, do not change them.
    """
    return _looked_up([point_entries(c) for c in card.characteristics], codes).tolist()


def reasons_of(card: Scorecard, codes: Codes, points: Points) -> list[list[dict[str, Any]]]:
    """For each row at most four reasons, the one that costs most first; equal cost in the card's order.

    What does not apply to a customer costs nothing: it is no reason.
    """
    lost = np.array([c.best for c in card.characteristics]) - points
    lost[_in_bins(card, codes, does_not_apply)] = 0
    order = np.argsort(-lost, axis=1, kind="stable")[:, :MOST_REASONS]
    told = np.take_along_axis(_looked_up([reason_entries(c) for c in card.characteristics], codes), order, axis=1)
    count = (np.take_along_axis(lost, order, axis=1) > 0).sum(axis=1)
    return [row[:n] for row, n in zip(told.tolist(), count.tolist(), strict=True)]


def _in_bins(card: Scorecard, codes: Codes, such: Callable[[Bin], bool]) -> NDArray[np.bool_]:
    """Whether each row is in a bin of this sort, shape (n, characteristics)."""
    columns = [np.array([such(b) for b in c.binning.bins])[codes[:, i]] for i, c in enumerate(card.characteristics)]
    return np.column_stack(columns)


def _looked_up(tables: list[list[dict[str, Any]]], codes: Codes) -> Objects:
    found = np.empty(codes.shape, dtype=object)
    for column, table in enumerate(tables):
        entries = np.empty(len(table), dtype=object)
        entries[:] = table
        found[:, column] = entries[codes[:, column]]
    return found


def one_grade_up(card: Scorecard, codes: Codes, points: Points, scores: Points) -> list[dict[str, Any] | None]:
    """What would move each row to the next better grade; None for who has the best.

    A row: grade, points (still needed), and steps: the changeable characteristics to better, each with the bin to reach
    and what it gains. The single step that just suffices is taken where there is one, before it to leave a state (arrears):
    nobody is advised to save up while instalments are missed; else the largest gains in turn,
    and `enough` tells whether all of them together reach the grade. Steps are shared between rows, as `points_of`'s.
    A characteristic without a value is no step: getting one is nothing a customer could be advised to do.
    """
    needed, target = _needed(card, scores)
    states = _in_bins(card, codes, lambda one: one.kind == "special" and one.value is not None and one.value > 0)
    ladders = [_ladder(c, named(c.name)) for c in card.characteristics]
    steps_to: dict[tuple[int, int, int | None], dict[str, Any]] = {}

    def step(column: int, now: int, want: int | None) -> dict[str, Any]:
        if (column, now, want) not in steps_to:
            steps_to[column, now, want] = _step(ladders, column, now, want)
        return steps_to[column, now, want]

    gain = np.maximum(np.array([rungs[-1] for rungs, _ in ladders]) - points, 0)
    gain[:, [not named(c.name).changeable for c in card.characteristics]] = 0
    gain[_in_bins(card, codes, lambda one: one.kind == "missing")] = 0
    reach = np.stack([_least_gain(*ladders[i], points[:, i], needed) for i in range(len(ladders))], axis=1)
    reach = np.where(gain >= needed[:, None], np.where(states, -1, reach), np.iinfo(np.int64).max)
    single = np.argmin(reach, axis=1)
    alone = np.take_along_axis(reach, single[:, None], axis=1)[:, 0] < np.iinfo(np.int64).max
    order = np.argsort(-gain, axis=1, kind="stable")
    climbed = np.cumsum(np.take_along_axis(gain, order, axis=1), axis=1)
    taken = (climbed < needed[:, None]).sum(axis=1) + 1
    told: list[dict[str, Any] | None] = []
    for row in range(len(scores)):
        if target[row] < 0:
            told.append(None)
            continue
        chosen = [int(single[row])] if alone[row] else [int(c) for c in order[row, : taken[row]] if gain[row, c] > 0]
        want = int(needed[row]) if alone[row] else None
        steps = [step(c, int(points[row, c]), want) for c in chosen]
        told.append(
            {
                "grade": card.masterscale.grades[target[row]], "points": int(needed[row]), "steps": steps,
                "enough": bool(alone[row] or climbed[row, -1] >= needed[row]),
            }
        )  # fmt: skip
    return told


def _needed(card: Scorecard, scores: Points) -> tuple[Points, NDArray[np.int64]]:
    """Points each score lacks to the next better grade, and that grade's place (−1 for the best)."""
    place = card.masterscale.place(card.scaling.probability(scores))
    bounds = np.array([card.scaling.score(b) for b in card.masterscale.bounds])
    # A grade begins at the first whole score whose PD is strictly under the bound.
    entry = np.floor(bounds).astype(np.int64) + 1
    target = place - 1
    return np.where(target >= 0, entry[target] - scores, 0), target


def _ladder(c: ScoredCharacteristic, known: Characteristic) -> tuple[NDArray[np.int64], list[dict[str, Any]]]:
    """Points of the bins a row could climb to, rising, and the entry of each."""
    bins = [
        (p, i) for i, (p, b) in enumerate(zip(c.points, c.binning.bins, strict=True)) if b.kind in ("range", "words")
    ] or [(c.best, 0)]
    entries = []
    told = bins_in_words(c.binning)
    for points, i in sorted(bins):
        words = told[i]
        entries.append(
            {"characteristic": c.name, "zh": f"{known.zh}{words.zh}", "en": f"{known.en}: {words.en}", "points": points}
        )
    return np.array([p for p, _ in sorted(bins)], dtype=np.int64), entries


def _least_gain(rungs: Points, _: list[dict[str, Any]], points: Points, needed: Points) -> Points:
    """The gain of the lowest rung that brings what is needed; the highest integer where none does."""
    at = np.searchsorted(rungs, points + needed, side="left")
    return np.where(at < len(rungs), rungs[at.clip(max=len(rungs) - 1)] - points, np.iinfo(np.int64).max)


def _step(
    ladders: list[tuple[Points, list[dict[str, Any]]]], column: int, now: int, needed: int | None
) -> dict[str, Any]:
    rungs, entries = ladders[column]
    at = len(rungs) - 1 if needed is None else int(np.searchsorted(rungs, now + needed, side="left"))
    entry = entries[min(at, len(rungs) - 1)]
    return {
        "characteristic": entry["characteristic"],
        "zh": entry["zh"],
        "en": entry["en"],
        "gain": entry["points"] - now,
    }
