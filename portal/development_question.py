"""What the development page is asked, as it stands in its address: a characteristic, and the bins changed by hand so far."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.credit import by_hand
from domain.credit.binning import Binning, BinningRules
from domain.credit.characteristics import named
from domain.credit.workbench import (
    Difference,
    HeldBin,
    Rows,
    Trial,
    bins_at,
    difference,
    held_back,
    held_bins,
    trial,
    with_plans,
)
from domain.plain import from_plain
from portal.access import Ctx
from portal.answers import Kept
from portal.overview_question import query
from store import clearances, developments
from store.developments import Development
from warehouse.developments import beside_of, between_of, columns_of

PATH = "/risk/development"
LONGEST, MOST = 6000, 12
_TRIALS = Kept(32)  # cards already tried, of one process: the log odds of a sample of 50,000 are 0.4 MB


@dataclass(frozen=True)
class Question:
    """A development, the opened characteristic (None: the list alone), bins set by hand by characteristic.

    odd: something in the address could not be read and is left out.
    """

    made: Development
    of: str | None
    bins: Mapping[str, dict[str, Any]]
    odd: bool

    @property
    def rules(self) -> BinningRules:
        """By which the development cut its bins; the plain ones where it is from before bins had rules of their own."""
        return from_plain(BinningRules, self.made.found.get("binning") or {})

    def query(self, of: str | None = None, bins: Mapping[str, Any] | None = None) -> str:
        """The question as a query string, with another characteristic or other bins."""
        opened = self.of if of is None else of
        plans = self.bins if bins is None else bins
        return query_of(opened or "", plans)

    def address(self, of: str | None = None, bins: Mapping[str, Any] | None = None) -> str:
        """The page with it."""
        return f"{PATH}?{self.query(of, bins)}"

    def changed(self, name: str, plan: Mapping[str, Any] | None) -> dict[str, Any]:
        """The bins with those of one characteristic set, or (None) given back."""
        rest = {other: kept for other, kept in self.bins.items() if other != name}
        return rest if plan is None else {**rest, name: plan}

    def told_of(self, name: str) -> Mapping[str, Any]:
        """What the development says of a characteristic."""
        return next(one for one in self.made.found["characteristics"] if one["name"] == name)


def query_of(of: str, bins: Mapping[str, Any]) -> str:
    """A characteristic and bins set by hand as they stand in an address."""
    told = json.dumps(dict(bins), ensure_ascii=False, separators=(",", ":"), sort_keys=True) if bins else ""
    return query(of=of, bins=told)


def question_of(ctx: Ctx, told: Mapping[str, Any]) -> Question | None:
    """Read an address; None before the first development."""
    made = developments.newest(ctx.connection)
    if made is None:
        return None
    offered = {one["name"] for one in made.found["characteristics"]}
    of = str(told.get("of") or "")
    bins, odd = _bins(str(told.get("bins") or ""), offered)
    return Question(made, of if of in offered else None, bins, odd or bool(of and of not in offered))


def _bins(text: str, offered: set[str]) -> tuple[dict[str, dict[str, Any]], bool]:
    if not text:
        return {}, False
    try:
        told = json.loads(text) if len(text) <= LONGEST else None
        if not isinstance(told, dict) or len(told) > MOST or not set(told) <= offered:
            return {}, True
        return {name: by_hand.sound(plan) for name, plan in told.items()}, False
    except ValueError:
        return {}, True


@dataclass(frozen=True)
class Opened:
    """The best bins of a characteristic, those of its plan (the same without one), and these among the rows held back.

    since: the observation day that is held back, None for one row in three.
    """

    best: Binning
    shown: Binning
    held: tuple[HeldBin, ...]
    since: date | None


def opened(ctx: Ctx, asked: Question) -> Opened | None:
    """The opened characteristic; None where nothing is opened or its rows are gone."""
    if asked.of is None:
        return None
    found = columns_of(ctx.settings.warehouse, asked.made.job_id, [asked.of])
    if found is None:
        return None
    table, bad = found
    values = table[asked.of]
    rows = _rows(ctx, asked, bad)
    best = shown = bins_at(values, rows, asked.of)
    plan = asked.bins.get(asked.of)
    if plan is not None:
        # Words for a column of numbers, or the other way: the trial of the card says so in its sentence.
        with contextlib.suppress(ValueError):
            shown = bins_at(values, rows, asked.of, plan)
    held = held_back(table, rows)
    newest = rows.observed is not None and bool((held == (rows.observed == rows.observed.max())).all())
    since = rows.observed.max().item() if newest and rows.observed is not None else None
    return Opened(best, shown, held_bins(shown, values, bad, held), since)


def _rows(ctx: Ctx, asked: Question, bad: NDArray[np.int64]) -> Rows:
    observed, whose = beside_of(ctx.settings.warehouse, asked.made.job_id)
    return Rows(bad, observed, whose, clearances.given(ctx.connection), asked.rules)


@dataclass(frozen=True)
class Tried:
    """The card before and after the changes, both fitted now on the same columns of the same rows, and how far apart.

    odd: by characteristic changed, its bins and where they go against the rules of a development; only those that do.
    level: whether the PD's level, and with it the base, is found on the same rows as the development's.
    """

    before: Trial
    after: Trial
    gain: Difference
    odd: Mapping[str, tuple[Binning, tuple[by_hand.Odd, ...]]]
    level: bool


def trials(ctx: Ctx, asked: Question) -> Tried | None:
    """None without changes or rows. ValueError where the changes leave no card."""
    kept = tuple(asked.made.found["kept"])
    names = with_plans(kept, asked.bins)
    found = columns_of(ctx.settings.warehouse, asked.made.job_id, names) if asked.bins else None
    if found is None:
        return None
    table, bad = found
    rows = replace(_rows(ctx, asked, bad), between=between_of(ctx.settings.warehouse, asked.made.job_id, names))
    before, after = (
        _tried(ctx, asked.made, columns, rows, plans)
        for columns, plans in ((table[list(kept)], {}), (table, asked.bins))
    )
    level = rows.between is not None or not asked.made.sample.get("indeterminate")
    return Tried(before, after, difference(before, after, rows), _odd(asked, table, rows), level)


def _tried(ctx: Ctx, made: Development, table: pd.DataFrame, rows: Rows, plans: Mapping[str, Any]) -> Trial:
    """The card of these columns with these plans, fitted once: each look at it and its saving ask for the same.

    All that it depends on is in the key; nothing of it depends on who asks. A development and its sample never change once
    they are written, what people clear of a suspicion does.
    """
    key = (
        str(ctx.settings.warehouse), made.development_id, made.job_id, made.made_at, tuple(table.columns),
        json.dumps(plans, ensure_ascii=False, sort_keys=True), frozenset(rows.cleared.items()),
    )  # fmt: skip
    found: Trial | None = _TRIALS.get(key)
    if found is None:
        then = made.found
        rates = (float(then["shrinkage"]), float(then["long_run_rate"]), float(then.get("steeper", 1.0)))
        states = tuple((str(name), float(state), float(by)) for name, state, by in then.get("states", ()))
        found = trial(table, rows, plans, *rates, states)
        _TRIALS.put(key, found)
    return found


def _odd(asked: Question, table: pd.DataFrame, rows: Rows) -> dict[str, tuple[Binning, tuple[by_hand.Odd, ...]]]:
    found = {name: bins_at(table[name], rows, name, plan) for name, plan in asked.bins.items()}
    told = {name: (one, by_hand.odd_of(one, named(name).direction, rows.rules)) for name, one in found.items()}
    return {name: each for name, each in told.items() if each[1]}


def effect_of(both: Tried) -> dict[str, Any]:
    """What is kept of it beside a draft."""
    sides = {
        side: {
            "auc": done.auc, "unseen_auc": done.unseen_auc, "base": done.card.base_points, "names": list(done.card.names)
        }
        for side, done in (("before", both.before), ("after", both.after))
    }  # fmt: skip
    odd = {name: [one.key for one in found] for name, (_, found) in both.odd.items()}
    return {**sides, "gain": both.gain.value, "gain_error": both.gain.error, "odd": odd}
