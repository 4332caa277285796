"""What the contribution page is asked, as it stands in its address, and the figures it is answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from domain.contribution.change import Change
from domain.contribution.curve import WhaleCurve, whale_curve
from domain.contribution.sums import Sums, total
from portal.access import Ctx, Refusal
from portal.branch_choice import branch_asked, is_leaf
from portal.customer_words import Words, words_of
from portal.overview_question import LONGEST_MONTH, query
from store.branches import Branch
from store.contributions import changed, members, sums_by, values
from store.kpis import month_before
from store.lookup import place_names
from store.runs import Run, published
from store.served_runs import published_id
from warehouse.batches import folder_of
from warehouse.contribution import basis_of, ensure_groups, ensure_places, sums_by_group
from warehouse.picture import Picture

PATH = "/contribution"
KIND = "contribution"
YEAR = 12
MONTHS_SHOWN = 13
GROUPED = ("tier", "segment")  # by the published segmentation, not in the mart: added up from the run's months
BY = ("branch", "manager", "family", "kind", *GROUPED)
_COLUMN = {"branch": "branch_path", "manager": "manager_id", "family": "family", "kind": "kind"}
Months = Mapping[date, Sums]


@dataclass(frozen=True)
class Question:
    """A month of the published run, a branch (None: all that the viewer may see), and what the table is by."""

    run: Run
    months: tuple[date, ...]  # of the run, oldest first
    month: date
    branch: Branch | None
    by: str
    tree: Sequence[Branch]

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(by="family")."""
        return f"{PATH}?{self.query(**changed)}"

    def query(self, **changed: str) -> str:
        """The question as a query string."""
        told = {"month": f"{self.month:%Y-%m}", "branch": self.branch_id, "by": self.by}
        return query(**{**told, **changed})

    @property
    def branch_id(self) -> str:
        """The chosen branch's number, '' for all the viewer's."""
        return self.branch.branch_id if self.branch else ""

    @property
    def path(self) -> str | None:
        """The chosen branch's place in the tree."""
        return self.branch.path if self.branch else None

    @property
    def above(self) -> Branch | None:
        """The branch above, when it is in scope."""
        parent = self.branch.parent_id if self.branch else None
        return next((one for one in self.tree if one.branch_id == parent), None)

    @property
    def newest(self) -> bool:
        """Whether this is the run's last month: what is known by customer is of that one."""
        return self.month == self.months[-1]


@dataclass(frozen=True)
class Line:
    """A row of the table: its key (branch, manager, family, kind, tier or segment), its words, its month, the one before, twelve.

    year is None where the run does not reach back twelve months, before where it has no month before.
    """

    key: str
    name: str
    now: Sums
    before: Sums | None
    year: Sums | None


@dataclass(frozen=True)
class View:
    """All that the page shows. now and year are the sums of the lines, to the cent. curve: of customers' twelve months."""

    asked: Question
    by_month: Months
    now: Sums
    lines: tuple[Line, ...]
    change: Change | None
    curve: WhaleCurve | None
    currency: str
    scope_name: str

    def at(self, months_ago: int) -> Sums | None:
        """The sums of an earlier month; None where there is none."""
        return self.by_month.get(month_before(self.asked.month, months_ago))

    def year(self, months_ago: int = 0) -> Sums | None:
        """The sums of twelve months; None where one of them is missing."""
        return year_of(self.by_month, month_before(self.asked.month, months_ago))


def year_of(by_month: Months, month: date) -> Sums | None:
    """Twelve months to `month` added up; None where the run does not have them all."""
    days = [month_before(month, ago) for ago in range(YEAR)]
    return total(by_month[day] for day in days) if all(day in by_month for day in days) else None


def run_on_show(ctx: Ctx) -> Run | None:
    """The published contribution run with its model; None before the first."""
    return published(ctx.connection, KIND)


def months_of(shown: Run) -> tuple[date, ...]:
    """The run's month-ends, oldest first."""
    return tuple(date.fromisoformat(day) for day in shown.model["months"])


def month_of(shown: Run, wanted: str) -> date | None:
    """The month-end that an address calls 2026-10; None for a month the run does not have."""
    return next((end for end in months_of(shown) if f"{end:%Y-%m}" == wanted), None)


def question_of(ctx: Ctx, shown: Run, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; the run's last month and the top where it says nothing.

    OutOfScope for a branch that is not the viewer's or not there, Refusal for a month the run does not have.
    """
    months, wanted = months_of(shown), str(told.get("month") or "")
    month = month_of(shown, wanted) if wanted else months[-1]
    if month is None:
        raise Refusal("overview.no_month", month=wanted[:LONGEST_MONTH])
    tree, branch = branch_asked(ctx, told)
    leaf = is_leaf(tree, branch)
    by = str(told.get("by") or "")
    if by not in BY or (leaf and by == "branch"):
        by = "manager" if leaf else "branch"
    return Question(shown, months, month, branch, by, tree)


def view_of(ctx: Ctx, asked: Question) -> View:
    """All that the page shows, read in this transaction."""
    by_month = _by_month(ctx, asked)
    before = month_before(asked.month)
    curve = whale_curve(values(ctx.connection, ctx.scope, asked.run.run_id, asked.path))
    moved = changed(ctx.connection, ctx.scope, asked.run.run_id, asked.month, before, asked.path)
    name = asked.branch.name if asked.branch else ctx.t("overview.all_mine")
    return View(
        asked, by_month, by_month.get(asked.month, Sums()), lines_of(ctx, asked), moved, curve, ctx.currency, name
    )


def _by_month(ctx: Ctx, asked: Question) -> Months:
    found = sums_by(ctx.connection, ctx.scope, asked.run.run_id, asked.months, ("month",), asked.path)
    return {month: sums for (month,), sums in found.items()}


def lines_of(ctx: Ctx, asked: Question) -> tuple[Line, ...]:
    """The table's rows, those that bring most first; together they are the page's total."""
    days = [day for day in (month_before(asked.month, ago) for ago in range(YEAR)) if day in asked.months]
    before, whole = month_before(asked.month), len(days) == YEAR
    parts: dict[str, list[Sums]] = {}  # by key: the month, the one before it, the ten before these
    for span, of_span in enumerate((days[:1], days[1:2], days[2:])):
        for value, sums in _by_value(ctx, asked, of_span).items():
            own = parts.setdefault(_key(asked, value), [Sums(), Sums(), Sums()])
            own[span] += sums
    names = _names(ctx, asked, list(parts))
    lines = [
        Line(
            key, names[key], own[0], own[1] if before in asked.months else None, total(own) if whole else None,
        )
        for key, own in parts.items()
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (-line.now.contribution, line.key)))


def _by_value(ctx: Ctx, asked: Question, days: Sequence[date]) -> Mapping[str, Sums]:
    """Sums of these months together by what the table is by; there is nothing of no months."""
    if not days:
        return {}
    if asked.by not in GROUPED:
        column = (_COLUMN[asked.by],)
        found = sums_by(ctx.connection, ctx.scope, asked.run.run_id, days, column, asked.path)
        return {value: sums for (value,), sums in found.items()}
    paths = (asked.path,) if asked.path else ctx.scope.paths
    basis, places, groups = basis_of(asked.run.model), places_of(ctx, asked.run), groups_of(ctx, asked.run)
    try:
        return sums_by_group(ctx.settings.warehouse, basis, places, groups, asked.by, days, paths)
    except FileNotFoundError as error:
        raise Refusal("contribution.cleared") from error


def groups_of(ctx: Ctx, run: Run) -> Path:
    """Who is in which tier and segment by the published segmentation, beside the run's months."""
    shown = published_id(ctx.connection, "segmentation") or 0
    ground = basis_of(run.model).ground
    return ensure_groups(ctx.settings.warehouse, ground, shown, lambda: members(ctx.connection, shown))


def places_of(ctx: Ctx, run: Run) -> Path:
    """Where the run's customers stood; worked out once for a run that was made before this was kept."""
    home, bank = ctx.settings.warehouse, ctx.settings.bank_name("zh")
    batches = tuple(folder_of(home, batch_id) for batch_id in run.batches)
    return ensure_places(lambda: Picture(batches), home, basis_of(run.model).ground, bank)


def _key(asked: Question, value: str) -> str:
    """The value itself; of a branch the one below the chosen branch (or the viewer's own) in whose subtree it lies."""
    return place_of(asked.tree, asked.branch, value) if asked.by == "branch" else value


def place_of(tree: Sequence[Branch], branch: Branch | None, path: str) -> str:
    """The branch a path counts for on the page of `branch`: the one below it, or of the viewer's own where None."""
    above = [one for one in tree if path.startswith(one.path)]
    if branch is None:
        return above[0].branch_id
    below = [one for one in above if one.parent_id == branch.branch_id]
    return below[0].branch_id if below else branch.branch_id


def _names(ctx: Ctx, asked: Question, keys: Sequence[str]) -> dict[str, str]:
    if asked.by == "branch":
        names = {one.branch_id: one.name for one in asked.tree}
        own = ctx.t("overview.own", branch=names[asked.branch_id]) if asked.branch else ""
        return {key: own if key == asked.branch_id else names[key] for key in keys}
    if asked.by == "manager":
        known = place_names(ctx.connection, [], [key for key in keys if key])
        return {key: known.get(key, key) if key else ctx.t("overview.nobody") for key in keys}
    words = words_of(ctx)
    return {key: group_word(ctx, words, asked.by, key) for key in keys}


def group_word(ctx: Ctx, words: Words, by: str, key: str) -> str:
    """What a family, kind, tier or segment is called; '' is who has none."""
    if by in ("family", "kind"):
        return words.family(key) if by == "family" else words.kind(key)
    if not key:
        return ctx.t(f"contribution.none.{by}")
    return words.tier(key) or key if by == "tier" else words.segment(int(key))
