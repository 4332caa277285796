"""Cutting one characteristic into bins: numbers by cut points, words by groups, missing and special values apart.

Numbers are first cut into at most `groups` equal-sized runs of distinct values, words into one group each; the exact
best partition of these groups follows in `partition`. Only the order of the values is used, so any rising
transformation of a characteristic gives the same partition of the rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from domain.credit.figures import as_numbers, is_number, words_of
from domain.credit.partition import Segments, best_cuts, segments
from domain.credit.round_cuts import round_cuts
from domain.credit.woe import Counts, Floats, information_value, woe

Codes = NDArray[np.int64]
CHANCE = 0.05
DIRECTIONS = ("auto", "safer", "riskier", "any")
_SHAPES = {
    "safer": ("falling",),  # a higher value is safer: the bad rate falls
    "riskier": ("rising",),
    "auto": ("falling", "rising", "peak", "valley"),
    "any": ("falling", "rising", "peak", "valley"),
}
_FEW_CUTS = 16  # up to here comparing with each cut is quicker than looking each row's place up


@dataclass(frozen=True)
class BinningRules:
    """How bins are cut; the same for every characteristic and every sample.

    least_share: smallest share of all rows in a bin cut from the values (a missing or special bin is as big as it is).
    sure_share, sure_rows: a large sample may have bins down to sure_share that expect sure_rows of the rarer outcome; None:
    least_share holds for every sample.
    groups: most runs of numbers looked at. price: log-likelihood a further bin must earn. smoothing: how many rows of
    the rarer outcome, with the others that come with them, are added to each bin.
    rare_share, rare_rows: words rarer than this share, and with fewer expected rows of the rarer outcome than this,
    share one bin, where unknown words go too. word_groups: most runs of words looked at.
    rounded: cut only at numbers that people say (see `round_cuts`). apart_chance: None, or how often chance alone may give a
    missing or special value a weight of its own (see `apart`).
    """

    least_share: float = 0.05
    sure_share: float | None = None
    sure_rows: float = 100.0
    groups: int = 50
    price: float = 0.1
    smoothing: float = 1.0
    rare_share: float = 0.005
    rare_rows: float = 10.0
    word_groups: int = 200
    rounded: bool = False
    apart_chance: float | None = None

    def added(self, bad: Counts) -> float:
        """Rows of the average kind that smoothing adds to each bin of a sample with these outcomes.

        A bin of a few rows of one outcome leans to the average the more, the rarer the other outcome is at all.
        """
        rate = float(bad.mean())
        if not 0 < rate < 1:
            raise ValueError(f"The sample's share of bad is {rate:g}: bins need both outcomes.")
        return self.smoothing / min(rate, 1 - rate)

    def least_rows(self, bad: Counts) -> float:
        """Rows a bin of a sample with these outcomes must have: what a large one is sure of may be a smaller part of it."""
        share = self.least_share
        if self.sure_share is not None:
            rate = float(bad.mean())
            share = min(share, max(self.sure_share, self.sure_rows / (min(rate, 1 - rate) * len(bad))))
        return share * len(bad)

    def least_of_word(self, bad: Counts) -> float:
        """Rows a word must have to be looked at by itself: a large sample tells more of a rare word than a small one."""
        rate = float(bad.mean())
        return max(2.0, min(self.rare_share * len(bad), self.rare_rows / min(rate, 1 - rate)))


# A bank's card is read and signed: cuts that can be said, and no points by chance for what a figure says nothing about.
CARD_BINS = BinningRules(rounded=True, apart_chance=0.05)

# Who ranks rows of any table: the skewed ends of a large sample are told apart where there are outcomes enough to be sure of it.
TABLE_BINS = BinningRules(sure_share=0.02)


@dataclass(frozen=True)
class Bin:
    """One bin. kind: range (low ≤ x < high, None is open), words, special, missing, other (rare or unknown words).

    rows and bad are counts of the development sample; woe as in `woe.woe`, 0 where the sample had no such row.
    """

    kind: str
    rows: int
    bad: int
    woe: float
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    value: float | None = None

    @property
    def bad_rate(self) -> float | None:
        """Share of bad rows 0..1; None without rows."""
        return self.bad / self.rows if self.rows else None


@dataclass(frozen=True)
class Binning:
    """The bins of one characteristic in the order of their codes: ranges or words, then specials, then the rest.

    kind: number or word. The last bin is always `missing` for numbers; for words `other` and `missing` close the list.
    trend: falling, rising, peak, valley (bad rate along the bins), or none with a single bin. credibility: what the WoE
    of words was multiplied with (see `word_credibility`); 1 for numbers.
    """

    name: str
    kind: str
    bins: tuple[Bin, ...]
    trend: str
    iv: float
    cuts: tuple[float, ...] = ()
    specials: tuple[float, ...] = ()
    credibility: float = 1.0
    _codes_of: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._codes_of.update({word: i for i, b in enumerate(self.bins) for word in b.words})

    @property
    def shape(self) -> str:
        """The trend as it is told: states where the only bins with values are states, each in its own, and the rest."""
        return "states" if self.trend == "none" and self.specials else self.trend

    @property
    def weights(self) -> Floats:
        """WoE of each bin, shape (n_bins,)."""
        return np.array([b.woe for b in self.bins])

    def assign(self, values: pd.Series) -> Codes:
        """The bin of each row, shape (n,). A word never seen goes to `other`; missing (None, NaN) to `missing`."""
        if self.kind == "word":
            return self._assign_words(values)
        numbers = as_numbers(values, self.name)
        codes = _places(numbers, self.cuts)
        for place, special in enumerate(self.specials):
            codes[numbers == special] = len(self.cuts) + 1 + place
        codes[np.isnan(numbers)] = len(self.bins) - 1
        return codes

    def _assign_words(self, values: pd.Series) -> Codes:
        places, names = words_of(values, self.name)
        other = len(self.bins) - 2
        table = np.array([self.code_of(name) for name in names] + [other + 1], dtype=np.int64)
        return table[places]  # factorize gives −1, the last entry, to a missing value

    def code_of(self, word: str) -> int:
        """The bin of a word; `other` for one never seen."""
        return self._codes_of.get(word, len(self.bins) - 2)


def _places(numbers: Floats, cuts: tuple[float, ...]) -> Codes:
    """How many cuts each number reaches, shape (n,); NaN reaches none."""
    if len(cuts) > _FEW_CUTS:
        return np.searchsorted(np.asarray(cuts), numbers, side="right").astype(np.int64)
    reached = np.zeros(len(numbers), dtype=np.uint8)
    for cut in cuts:
        reached += numbers >= cut
    return reached.astype(np.int64)


def bin_characteristic(
    values: pd.Series,
    bad: Counts,
    name: str,
    rules: BinningRules,
    *,
    direction: str = "auto",
    specials: tuple[float, ...] = (),
    step: float | None = None,
) -> Binning:
    """The best bins of one characteristic.

    values: numbers, or words (text, category). bad: 0/1, shape (n,). direction: safer (a higher number is safer),
    riskier, any (one turn allowed), auto: monotone, whichever way fits better, unless a turn is beyond doubt (it must
    gain ln n of log-likelihood, as one further parameter twice over must by Schwarz' criterion). specials: numbers that
    are codes, each in a bin of its own. A characteristic with one value has one bin and IV 0.
    step: of `rounded` cuts, the least distance of two (see `round_cuts.step_among`).
    """
    return binned(values, bad, name, rules, direction=direction, specials=specials, step=step)[0]


def binned(
    values: pd.Series,
    bad: Counts,
    name: str,
    rules: BinningRules,
    *,
    direction: str = "auto",
    specials: tuple[float, ...] = (),
    step: float | None = None,
) -> tuple[Binning, Codes]:
    """The bins, and the bin of each row of the sample."""
    if direction not in DIRECTIONS:
        raise ValueError(f"Direction of {name} is '{direction}'; it must be one of {', '.join(DIRECTIONS)}.")
    if is_number(values):
        numbers = as_numbers(values, name)
        return _bin_numbers(numbers, bad, name, rules, direction=direction, specials=specials, step=step)
    return _bin_words(values, bad, name, rules)


def _bin_numbers(
    numbers: Floats,
    bad: Counts,
    name: str,
    rules: BinningRules,
    *,
    direction: str,
    specials: tuple[float, ...],
    step: float | None,
) -> tuple[Binning, Codes]:
    apart = np.isnan(numbers)
    for special in specials:
        apart |= numbers == special
    there = (numbers[~apart], bad[~apart]) if apart.any() else (numbers, bad)
    cuts: tuple[float, ...] = ()
    trend = "none"
    if len(there[0]):
        edges, total, bads = _round_runs(*there, rules.groups, step) if rules.rounded else _runs(*there, rules.groups)
        found = segments(total, bads, rules.least_rows(bad), rules.price, rules.added(bad), float(bad.mean()))
        cuts, trend = _cut_points(
            edges, found, _SHAPES[direction], math.log(len(numbers)) if direction == "auto" else 0.0
        )
    draft = Binning(name, "number", _empty_ranges(cuts, specials), trend, 0.0, cuts, specials)
    return _counted(draft, draft.assign(pd.Series(numbers)), bad, rules)


def _empty_ranges(cuts: tuple[float, ...], specials: tuple[float, ...]) -> tuple[Bin, ...]:
    bounds = (None, *cuts, None)
    ranges = [Bin("range", 0, 0, 0.0, low, high) for low, high in pairwise(bounds)]
    coded = [Bin("special", 0, 0, 0.0, value=value) for value in specials]
    return (*ranges, *coded, Bin("missing", 0, 0, 0.0))


def _runs(numbers: Floats, bad: Counts, groups: int) -> tuple[Floats, Counts, Counts]:
    """Runs of distinct values of about equal size: (lowest and highest value of each, rows, bad rows). At least a row."""
    ordered = np.sort(numbers)
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    if len(starts) > groups:
        wanted = np.arange(groups) * len(ordered) / groups
        starts = np.unique(starts[np.searchsorted(starts, wanted, side="left").clip(max=len(starts) - 1)])
        starts[0] = 0
    stops = np.concatenate([starts[1:], [len(ordered)]])
    edges = np.column_stack([ordered[starts], ordered[stops - 1]])
    # Sorting values alone and looking the few bad rows up is several times quicker than sorting rows by value.
    bad_runs = np.searchsorted(edges[:, 0], numbers[bad > 0], side="right") - 1
    return edges, (stops - starts).astype(np.int64), np.bincount(bad_runs, minlength=len(starts))


def _round_runs(numbers: Floats, bad: Counts, groups: int, step: float | None) -> tuple[Floats, Counts, Counts]:
    """The same between round cuts; a run ends at the cut where the next begins."""
    ordered = np.sort(numbers)
    cuts = round_cuts(ordered, groups, step)
    starts = np.concatenate([[0], np.searchsorted(ordered, cuts, side="left")])
    edges = np.column_stack([np.concatenate([ordered[:1], cuts]), np.concatenate([cuts, ordered[-1:]])])
    bad_runs = np.searchsorted(cuts, numbers[bad > 0], side="right")
    rows = np.diff(starts, append=len(ordered)).astype(np.int64)
    return edges, rows, np.bincount(bad_runs, minlength=len(starts))


def _cut_points(
    edges: Floats, found_runs: Segments, shapes: tuple[str, ...], turn: float
) -> tuple[tuple[float, ...], str]:
    found = best_cuts(found_runs, shapes, turn)
    if found is None or not found[0]:
        return (), "none"
    return tuple(round_between(edges[i - 1, 1], edges[i, 0]) for i in found[0]), found[1]


def round_between(low: float, high: float) -> float:
    """The number with the fewest digits in (low, high]: a cut that a person can read and say.

    At equal length the one nearest the middle. Where low is high already, that.
    """
    if low == high:
        return float(high)
    for digits in range(-math.floor(math.log10(max(abs(low), abs(high)))) - 1, 18):
        step = 10.0**-digits
        first, last = math.floor(low / step) + 1, math.floor(high / step)
        if first <= last:
            middle = round((low + high) / 2 / step)
            value = round(float(min(max(middle, first), last) * step), max(digits, 0))
            if low < value <= high:
                return value
    return high


def _bin_words(values: pd.Series, bad: Counts, name: str, rules: BinningRules) -> tuple[Binning, Codes]:
    places, told = words_of(values, name)
    known = places >= 0
    total = np.bincount(places[known], minlength=len(told))
    bads = np.bincount(places[known & (bad > 0)], minlength=len(told))
    names = np.array(told, dtype=object)
    common = total >= rules.least_of_word(bad)
    base, added = bad.mean(), rules.added(bad)
    rate = (bads + added * base) / (total + added)
    order = np.lexsort((names.astype(str), rate))
    order = order[common[order]]
    starts = _word_runs(total[order], rules.word_groups)
    found = None
    if len(order):
        rows, bad_rows = np.add.reduceat(total[order], starts), np.add.reduceat(bads[order], starts)
        runs = segments(rows, bad_rows, rules.least_rows(bad), rules.price, added)
        found = best_cuts(runs, ("rising",))
    groups = np.split(order, starts[list(found[0])] if found else ())
    bins = [Bin("words", 0, 0, 0.0, words=tuple(sorted(names[group]))) for group in groups]
    bins += [Bin("other", 0, 0, 0.0), Bin("missing", 0, 0, 0.0)]
    draft = Binning(name, "word", tuple(bins), "rising" if len(groups) > 1 else "none", 0.0)
    table = np.array([draft.code_of(word) for word in told] + [len(bins) - 1], dtype=np.int64)
    return _counted(draft, table[places], bad, rules, word_credibility(total[order], bads[order]))


def _word_runs(total: Counts, most: int) -> Codes:
    """First word of each run of neighbours: every word by itself, or at most `most` runs of about as many rows."""
    if len(total) <= most:
        return np.arange(len(total), dtype=np.int64)
    before = np.cumsum(total) - total
    return np.flatnonzero(np.diff(before * most // total.sum(), prepend=-1))


def word_credibility(total: Counts, bad: Counts) -> float:
    """How much of the spread between the words' bad rates is more than chance, 0..1.

    1 − (words − 1) / X², with Pearson's X² of words against outcomes, whose expectation is words − 1 when the words mean
    nothing, however rare they are; 0 where so large an X² comes by chance more often than once in twenty. Words are put
    in order by the outcome they are then cut on, so without this a code list of pure noise would look like a strong
    characteristic. Source: James and Stein (1961), applied to X².
    """
    if len(total) < 2:
        return 1.0
    rate = bad.sum() / total.sum()
    if not 0 < rate < 1:
        return 0.0
    square = float(((bad - rate * total) ** 2 / (rate * (1 - rate) * total)).sum())
    freedom = len(total) - 1
    return 1 - freedom / square if chdtrc(freedom, square) < CHANCE and square > freedom else 0.0


def _counted(
    draft: Binning, codes: Codes, bad: Counts, rules: BinningRules, credibility: float = 1.0
) -> tuple[Binning, Codes]:
    rows = np.bincount(codes, minlength=len(draft.bins))
    bads = np.bincount(codes[bad > 0], minlength=len(draft.bins))
    return counted(draft, rows, bads, rules.added(bad), credibility), codes


def counted(draft: Binning, rows: Counts, bads: Counts, added: float, credibility: float = 1.0) -> Binning:
    """The same bins with these rows and bad rows, shape (bins,), and the WoE and IV that follow from them.

    added: rows of the average kind added to each bin, `BinningRules.added` of the sample.
    """
    weights = credibility * woe(rows - bads, bads, added)
    iv = credibility**2 * information_value(rows - bads, bads, added)
    bins = tuple(
        replace(b, rows=int(n), bad=int(k), woe=float(w))
        for b, n, k, w in zip(draft.bins, rows, bads, weights, strict=True)
    )
    return Binning(draft.name, draft.kind, bins, draft.trend, iv, draft.cuts, draft.specials, credibility)
