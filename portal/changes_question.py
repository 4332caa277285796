"""What the page of rating changes is asked, as it stands in its address, and the figures it is answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.credit.changes import FIGURES
from domain.credit.early_warning import BY_CODE
from portal.access import Ctx
from portal.address_numbers import page_in
from portal.branch_choice import branch_asked
from portal.customer_words import Words, words_of
from portal.overview_question import query
from store import early_warning, rating_changes
from store.branches import Branch
from store.rating_changes import MOVES, Comparison, Count
from store.runs import Run, on_show, run

PATH = "/risk/changes"
VIEWS = ("changes", "warning")
NAMES = ("view", "branch", "move", "notches", "rule", "sort", "page")
MOST_NOTCHES = 9
ROWS = 25
# By what a list may be sorted, and whether it begins with the most.
SORTS = {
    "changes": {"notches": False, "score": False, "aum": True},
    "warning": {"since": False, "value": True, "aum": True},
}


@dataclass(frozen=True)
class Question:
    """A view; a branch (None: all the viewer may see); of the changes a move of MOVES and a number of notches; of the
    early warnings a rule; how the list is sorted and its page."""

    view: str
    branch: Branch | None
    move: str
    notches: int | None
    rule: str
    sort: str
    page: int
    tree: Sequence[Branch]

    @property
    def told(self) -> dict[str, str]:
        """By name of the address."""
        return {
            "view": self.view, "branch": self.branch.branch_id if self.branch else "", "move": self.move,
            "notches": str(self.notches or ""), "rule": self.rule, "sort": self.sort,
            "page": str(self.page) if self.page > 1 else "",
        }  # fmt: skip

    @property
    def path(self) -> str | None:
        """The branch's place in the tree."""
        return self.branch.path if self.branch else None

    @property
    def descending(self) -> bool:
        """Whether the list begins with the most."""
        return SORTS[self.view][self.sort]

    @property
    def first(self) -> int:
        """The place of the list's first row, from 0."""
        return (self.page - 1) * ROWS

    def query(self, **changed: str) -> str:
        """The question as a query string, with something else asked; another question begins at its first page."""
        told = {**self.told, **({"page": ""} if changed else {}), **changed}
        plain = {"view": VIEWS[0], "sort": next(iter(SORTS[told["view"]]))}
        return query(**{name: value for name, value in told.items() if plain.get(name) != value})

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(move="down")."""
        asked = self.query(**changed)
        return f"{PATH}?{asked}" if asked else PATH


def question_of(ctx: Ctx, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; what means nothing is left out. OutOfScope for a branch not the viewer's."""
    tree, branch = branch_asked(ctx, told)
    said = {name: str(told.get(name) or "") for name in NAMES}
    view = said["view"] if said["view"] in VIEWS else VIEWS[0]
    notches = int(said["notches"]) if said["notches"].isdecimal() and len(said["notches"]) == 1 else 0
    sorts = SORTS[view]
    changes = view == "changes"
    return Question(
        view, branch, said["move"] if changes and said["move"] in MOVES else "",
        notches if changes and 1 <= notches <= MOST_NOTCHES else None,
        said["rule"] if not changes and said["rule"] in BY_CODE else "",
        said["sort"] if said["sort"] in sorts else next(iter(sorts)), page_in(said["page"]), tree,
    )  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What the page reads: each part once, in one transaction."""

    ctx: Ctx
    asked: Question

    @cached_property
    def words(self) -> Words:
        """Of this viewer."""
        return words_of(self.ctx)

    @cached_property
    def currency(self) -> str:
        """The bank's."""
        return self.ctx.currency

    @cached_property
    def run(self) -> Run | None:
        """The published credit run, without its model."""
        return on_show(self.ctx.connection).get("credit")

    @cached_property
    def comparison(self) -> Comparison | None:
        """What it was compared with; None for a run from before changes were kept."""
        return None if self.run is None else rating_changes.comparison(self.ctx.connection, self.run.run_id)

    @cached_property
    def before(self) -> Run | None:
        """The run it was compared with; None for the first."""
        compared = self.comparison
        return run(self.ctx.connection, compared.before_run_id) if compared and compared.before_run_id else None

    @cached_property
    def counts(self) -> list[Count]:
        """Everybody in scope who changed."""
        if self.run is None:
            return []
        return rating_changes.counts(self.ctx.connection, self.ctx.scope, self.run.run_id, self.asked.path)

    @property
    def other_card(self) -> bool:
        """Whether the grades on show are made with another card or scale than those they are compared with."""
        return self.comparison is not None and self.comparison.cause != FIGURES

    @property
    def by_own_figures(self) -> int:
        """Customers whose own figures moved their grade, whatever the card did besides."""
        return sum(one.customers for one in self.counts if one.own)

    def count(self, move: str = "", notches: int | None = None) -> int:
        """Customers of a move of MOVES ('' for all), of so many notches either way."""
        return sum(one.customers for one in self.counts if one.of(move, notches))

    @cached_property
    def board(self) -> early_warning.Board | None:
        """How good the early-warning rules have been."""
        return early_warning.board(self.ctx.connection)

    @cached_property
    def flagged(self) -> dict[str, int]:
        """Customers in scope flagged today, by rule; under '' by any."""
        return early_warning.counts(self.ctx.connection, self.ctx.scope, self.asked.path)

    @property
    def found(self) -> int:
        """Customers of the list."""
        if self.asked.view == "warning":
            return self.flagged.get(self.asked.rule, 0) if self.asked.rule else 0
        return self.count(self.asked.move, self.asked.notches)

    @property
    def page(self) -> int:
        """The page of the list that is shown: none lies beyond the last."""
        return min(self.asked.page, max(1, -(-self.found // ROWS)))
