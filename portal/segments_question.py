"""What the segments page is asked, as it stands in its address, and the figures it is answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from domain.segmentation.given_names import every_cluster
from portal import run_words
from portal.access import Ctx
from portal.branch_choice import branch_asked
from portal.customer_words import Words, words_of
from portal.overview_question import query
from store import segments
from store.branches import Branch
from store.facets import ABSENT, NONE
from store.runs import Run, published
from store.segments import Flow, Group, Mover, Place, Score, added

PATH = "/segments"
KIND = "segmentation"
VIEWS = ("profile", "rfm", "moves", "quality")
BY = segments.COLUMNS
# A column as the run's migration and words know it.
RUN_COLUMN = {"segment": "cluster", "tier": "tier", "life_cycle": "life_cycle"}
# A figure of money as the look-up knows it.
LOOKED_UP = {"aum": "aum", "loans": "loans", "contribution": "contribution_12m"}


@dataclass(frozen=True)
class Question:
    """The published run and the one before (None: there was none), a branch (None: all the viewer may see), the view,
    and what the view of moves is by."""

    run: Run
    before: Run | None
    branch: Branch | None
    view: str
    by: str
    tree: Sequence[Branch]

    @property
    def branch_id(self) -> str:
        """The chosen branch's number, '' for all the viewer's."""
        return self.branch.branch_id if self.branch else ""

    @property
    def path(self) -> str | None:
        """The chosen branch's place in the tree."""
        return self.branch.path if self.branch else None

    def query(self, **changed: str) -> str:
        """The question as a query string."""
        return query(**{"branch": self.branch_id, "view": self.view, "by": self.by, **changed})

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(view="moves")."""
        return f"{PATH}?{self.query(**changed)}"

    def customers(self, **facets: str) -> str:
        """The look-up of the customers behind a figure of this page."""
        told = {"branch": self.branch_id, **facets}
        return f"/customers?{urlencode({name: value for name, value in told.items() if value}, safe=',:')}"

    def money(self, name: str, **facets: str) -> str:
        """The same for a figure of LOOKED_UP: most first, with their sum."""
        column = LOOKED_UP[name]
        return self.customers(**facets, total=column, sort=f"-{column}")


@dataclass(frozen=True)
class View:
    """All that the page shows, each part read when it is first asked for, in one transaction."""

    ctx: Ctx
    asked: Question
    words: Words
    scope_name: str

    @cached_property
    def places(self) -> list[Place]:
        """Everybody in scope, counted once for all that is asked of them."""
        return segments.places(self.ctx.connection, self.ctx.scope, self.asked.path)

    @cached_property
    def groups(self) -> dict[str, list[Group]]:
        """By column of BY: everybody in scope, by code and kind of customer."""
        return {column: segments.groups_of(self.places, column) for column in BY}

    @cached_property
    def flows(self) -> dict[str, list[Flow]]:
        """By column of BY: everybody in scope by where they stood and stand; empty lists without an earlier run."""
        return {column: segments.flows_of(self.places, column) if self.asked.before else [] for column in BY}

    @cached_property
    def movers(self) -> list[Mover]:
        """Who changed place in what the view is by and has most AUM."""
        return segments.movers(self.ctx.connection, self.ctx.scope, self.asked.by, self.asked.path)

    @cached_property
    def scores(self) -> list[Score]:
        """Everybody in scope by RFM scores."""
        return segments.scores(self.ctx.connection, self.ctx.scope, self.asked.path)

    @property
    def customers(self) -> int:
        """Everybody in scope."""
        return sum(one.customers for one in self.groups["segment"])

    @property
    def contributed(self) -> bool:
        """Whether a contribution run is on show, so that contribution is known of anybody."""
        return any(one.contribution is not None for one in self.groups["segment"])

    def of(self, column: str) -> list[Group]:
        """Groups by code alone, both kinds of customer added up, in the order they rank; NONE last."""
        codes = {one.code for one in self.groups[column]}
        return [self.group(column, code) for code in self.ordered(column, codes)]

    def group(self, column: str, code: str) -> Group:
        """One group, both kinds added up; nobody in it, no customers."""
        own = [one for one in self.groups[column] if one.code == code]
        sums = (added(getattr(one, name) for one in own) for name in ("aum", "loans", "contribution"))
        return Group(code, "", sum(one.customers for one in own), *sums)

    def ordered(self, column: str, codes: set[str]) -> list[str]:
        """Codes in the order they rank: tiers from the highest, stages in time, segments by number; NONE, ABSENT last."""
        return run_words.class_order(self.asked.run, RUN_COLUMN[column], codes)

    def name(self, column: str, code: str, before: bool = False) -> str:
        """What a group is called."""
        if code == ABSENT:
            return self.ctx.t("segments.absent")
        if code == NONE:
            return self.ctx.t(f"segments.none_of.{column}")
        model = self.asked.before if before and self.asked.before else self.asked.run
        return run_words.class_name(self.ctx, model, RUN_COLUMN[column], code)

    @property
    def clusters(self) -> list[Mapping[str, Any]]:
        """The run's clusters, personal ones first, by number."""
        return sorted(every_cluster(self.asked.run.model), key=lambda cluster: int(cluster["number"]))

    def kind_of(self, number: int) -> str:
        """personal or corporate: whose cluster it is."""
        told = self.asked.run.model.get("clusters", {})
        return next(
            (kind for kind, one in told.items() if any(c["number"] == number for c in one["clusters"])), "personal"
        )


def moved(flows: Sequence[Flow]) -> list[Flow]:
    """Those that are moves: who is new to the run moved nowhere."""
    return [one for one in flows if one.before not in (one.after, ABSENT)]


def moved_sum(moves: Sequence[Flow], name: str) -> Decimal | None:
    """aum or contribution of those who moved: 0 where nobody did, None where they did and nobody's is known."""
    return segments.added(getattr(one, name) for one in moves) if moves else Decimal(0)


def run_on_show(ctx: Ctx) -> Run | None:
    """The published segmentation with its model; None before the first."""
    return published(ctx.connection, KIND)


def question_of(ctx: Ctx, shown: Run, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; the first view and the top where it says nothing.

    OutOfScope for a branch that is not the viewer's or not there.
    """
    tree, branch = branch_asked(ctx, told)
    view, by = (str(told.get(name) or "") for name in ("view", "by"))
    before = segments.earlier_run(ctx.connection)
    return Question(
        shown, before, branch, view if view in VIEWS else VIEWS[0], by if by in BY else BY[0], tree
    )  # fmt: skip


def view_of(ctx: Ctx, asked: Question) -> View:
    """What the page shows, read in this transaction."""
    return View(ctx, asked, words_of(ctx), asked.branch.name if asked.branch else ctx.t("overview.all_mine"))
