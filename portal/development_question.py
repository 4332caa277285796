"""What the development page is asked, as it stands in its address: a characteristic, and the bins changed by hand so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.credit import by_hand
from domain.credit.workbench import Trial, bins_at, trial, with_plans
from portal.access import Ctx
from portal.overview_question import query
from store import developments
from store.developments import Development
from warehouse.developments import columns_of

PATH = "/risk/development"
LONGEST, MOST = 6000, 12


@dataclass(frozen=True)
class Question:
    """A development, the opened characteristic (None: the list alone), bins set by hand by characteristic.

    odd: something in the address could not be read and is left out.
    """

    made: Development
    of: str | None
    bins: Mapping[str, dict[str, Any]]
    odd: bool

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


def opened(ctx: Ctx, asked: Question) -> tuple[Any, Any] | None:
    """The best bins of the opened characteristic and those of its plan (the same without one); None: no rows any more."""
    if asked.of is None:
        return None
    rows = columns_of(ctx.settings.warehouse, asked.made.job_id, [asked.of])
    if rows is None:
        return None
    table, bad = rows
    best = bins_at(table[asked.of], bad, asked.of)
    plan = asked.bins.get(asked.of)
    try:
        return best, best if plan is None else bins_at(table[asked.of], bad, asked.of, plan)
    except ValueError:  # words for a column of numbers, or the other way: the trial of the card says so in its sentence
        return best, best


def trials(ctx: Ctx, asked: Question) -> tuple[Trial, Trial] | None:
    """The card before and after the changes, both fitted now on the same columns of the same rows; None without changes
    or rows. ValueError where the changes leave no card."""
    kept = tuple(asked.made.found["kept"])
    rows = columns_of(ctx.settings.warehouse, asked.made.job_id, with_plans(kept, asked.bins)) if asked.bins else None
    if rows is None:
        return None
    table, bad = rows
    rates = (float(asked.made.found["shrinkage"]), float(asked.made.found["long_run_rate"]))
    return trial(table[list(kept)], bad, {}, *rates), trial(table, bad, asked.bins, *rates)


def effect_of(both: tuple[Trial, Trial]) -> dict[str, Any]:
    """What is kept of it beside a draft."""
    return {
        side: {"auc": done.auc, "base": done.card.base_points, "names": list(done.card.names)}
        for side, done in zip(("before", "after"), both, strict=True)
    }
