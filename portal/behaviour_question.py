"""What the behaviour page is asked, as it stands in its address, and the figures it is answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from domain.behaviour import habits as packing
from domain.behaviour.measures import Measure, measure_of, of_chances, of_flow, of_hours, of_uses
from domain.behaviour.risk_bands import BANDS
from domain.marketing.chances import unpacked
from portal.access import Ctx
from portal.customer_words import Words, words_of
from portal.overview_question import query
from store import behaviour
from store.branches import Branch, branches_in
from store.kpis import last_months
from store.picture import PictureOnShow
from store.runs import Run, published
from store.scope import OutOfScope

PATH = "/behaviour"
VIEWS = ("habits", "attrition", "offers", "people")
FILTERS = ("branch", "kind", "tier", "segment", "manager")  # facets of the look-up
NAMES = ("view", *FILTERS, "band", "of")
LONGEST = 64


@dataclass(frozen=True)
class Question:
    """A view, the filters with a value, a band of the watch list, and the figure whose customers are wanted."""

    view: str
    facets: Mapping[str, tuple[str, ...]]
    band: str
    measure: Measure | None
    months: tuple[date, ...]  # month-ends of the habits, ascending; the last is the newest
    tree: Sequence[Branch]

    @property
    def told(self) -> dict[str, str]:
        """By name of the address."""
        chosen = {name: values[0] for name, values in self.facets.items()}
        of = self.measure.name if self.measure else ""
        return {"view": self.view, **chosen, "band": self.band, "of": of}

    def query(self, **changed: str) -> str:
        """The question as a query string, with something else asked."""
        told = {**self.told, **changed}
        return query(**{name: value for name, value in told.items() if (name, value) != ("view", VIEWS[0])})

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(view="people", of="channel:mobile")."""
        asked = self.query(**changed)
        return f"{PATH}?{asked}" if asked else PATH

    @property
    def bands(self) -> tuple[str, ...]:
        """The band as the store takes it."""
        return (self.band,) if self.band else ()

    @property
    def branch(self) -> Branch | None:
        """The chosen branch."""
        wanted = self.facets.get("branch", ("",))[0]
        return next((one for one in self.tree if one.branch_id == wanted), None)


def question_of(ctx: Ctx, picture: PictureOnShow, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; what means nothing is left out. OutOfScope for a branch not the viewer's."""
    said = {name: str(told.get(name) or "")[:LONGEST] for name in NAMES}
    tree = branches_in(ctx.connection, ctx.scope)
    if said["branch"] and said["branch"] not in {one.branch_id for one in tree}:
        raise OutOfScope(f"branch {said['branch']} is not in scope")
    newest = picture.opening_month
    months = tuple(last_months(newest, packing.MONTHS)) if newest else ()
    of = measure_of(said["of"], months)
    view = said["view"] if said["view"] in VIEWS else VIEWS[0]
    return Question(
        "habits" if view == "people" and of is None else view,
        {name: (said[name],) for name in FILTERS if said[name]},
        said["band"] if said["band"] in BANDS else "",
        of if view == "people" else None, months, tree,
    )  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a view reads of: the question, the words, the currency and the runs on show; each read once."""

    ctx: Ctx
    asked: Question
    picture: PictureOnShow

    @cached_property
    def words(self) -> Words:
        """Of this viewer."""
        return words_of(self.ctx)

    @cached_property
    def currency(self) -> str:
        """The bank's."""
        return self.ctx.currency

    @property
    def measure(self) -> Measure:
        """The figure whose customers are asked for; a view without one does not ask."""
        if self.asked.measure is None:
            raise ValueError("the address names no figure whose customers could be shown")
        return self.asked.measure

    @cached_property
    def attrition(self) -> Run | None:
        """The published attrition run."""
        return published(self.ctx.connection, "attrition")

    @cached_property
    def next_product(self) -> Run | None:
        """The published next-product run."""
        return published(self.ctx.connection, "next_product")

    @property
    def shown_months(self) -> tuple[int, ...]:
        """Places of the months there are figures for."""
        return tuple(at for at, month in enumerate(self.asked.months) if month in self.picture.months)

    @cached_property
    def habits(self) -> behaviour.Read:
        """All habits of the group."""
        return behaviour.habits(self.ctx.connection, self.ctx.scope, self.asked.facets, behaviour.COLUMNS)

    @cached_property
    def chances(self) -> Chances | None:
        """The chances of the group; None without a run that keeps them."""
        run = self.next_product
        if run is None or "families" not in run.model:
            return None
        read = behaviour.chances(self.ctx.connection, self.ctx.scope, self.asked.facets, run.run_id)
        families = tuple(run.model["families"])
        return Chances(
            read.ids, families, tuple(run.model["reasons"]), *unpacked(read.columns["chances"], len(families))
        )


@dataclass(frozen=True)
class Chances:
    """Of each customer (ids) and family: chance in millionths, −1 where not to be had, and bits of the reasons against."""

    ids: behaviour.Words
    families: tuple[str, ...]
    reasons: tuple[str, ...]
    chance: Any
    against: Any


@dataclass(frozen=True)
class Behind:
    """The customers who count in a figure, their values in the measure's unit, and of chances the reasons against."""

    ids: behaviour.Words
    values: Any
    against: Any = None

    @property
    def total(self) -> int:
        """The sum of the values: cents, millionths or a number."""
        return int(self.values.sum())


def behind(seen: Seen, measure: Measure) -> Behind:
    """Who stands behind a figure: only those who count in it."""
    ctx, asked = seen.ctx, seen.asked
    if measure.source == "chances":
        told = seen.chances
        if told is None:
            return Behind(np.array([], dtype=object), np.array([], dtype=np.int64), np.array([], dtype=np.uint8))
        value, counts = of_chances(measure, told.chance, told.against, told.families, told.reasons)
        family = measure.part.partition("-")[0]
        at = told.families.index(family) if family in told.families else 0
        return Behind(told.ids[counts], value[counts], told.against[counts, at])
    read = behaviour.habits(ctx.connection, ctx.scope, asked.facets, (measure.source,))
    kept = read.columns[measure.source]
    if measure.source == "flow":
        value, counts = of_flow(measure, kept, asked.months)
    elif measure.source == "uses":
        value, counts = of_uses(measure, kept)
    else:
        value, counts = of_hours(measure, kept)
    return Behind(read.ids[counts], value[counts])
