"""Whose money a figure of the contribution page is: the question as it stands in an address, and the customers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.access import Ctx, Refusal
from portal.address_numbers import page_in
from portal.contribution_question import GROUPED, PATH, YEAR, Question, groups_of, places_of, question_of
from portal.overview_question import query
from store.kpis import month_before
from store.runs import Run
from warehouse.contribution import Behind, Of, basis_of, behind
from warehouse.contribution.behind import LOST, ORDERS, STAYED, WON

PEOPLE = f"{PATH}/customers"
MONTH, TWELVE, CHANGE = "month", "year", "change"
CELLS = ("manager", "family", "kind", *GROUPED)  # what narrows a figure besides its branch
AMONG = (WON, LOST, STAYED)
NOBODY = "none"  # in an address, for '': no manager, no tier, no segment
PAGE_ROWS = 50


@dataclass(frozen=True)
class PeopleQuestion:
    """A figure: a month (or the twelve to it, or its change), a branch, and the row it stands in; the order and the page.

    cell: of CELLS, the value a figure is narrowed to, '' for who has none.
    """

    base: Question
    of: str
    cell: Mapping[str, str]
    among: str | None
    order: str
    descending: bool
    page: int
    own: bool  # the branch's own customers, without those of the branches below it

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(page="2")."""
        return f"{PEOPLE}?{self.query(**changed)}"

    def query(self, **changed: str) -> str:
        """The question as a query string."""
        sort = f"{'-' if self.descending else ''}{self.order}"
        own = {"month": f"{self.base.month:%Y-%m}", "branch": self.base.branch_id, "of": self.of, "among": self.among or "",
               "sort": sort, "page": str(self.page), "own": "1" if self.own else ""}  # fmt: skip
        own |= {name: value or NOBODY for name, value in self.cell.items()}
        return query(**{**own, **changed})


def people_address(
    base: Question,
    of: str = MONTH,
    sort: str = "",
    among: str = "",
    own: bool = False,
    cell: Mapping[str, str] | None = None,
) -> str:
    """The customers behind a figure of the contribution page."""
    told = {"month": f"{base.month:%Y-%m}", "branch": base.branch_id, "of": of, "sort": sort, "among": among}
    told["own"] = "1" if own else ""
    return f"{PEOPLE}?{query(**told, **{name: value or NOBODY for name, value in (cell or {}).items()})}"


def people_question(ctx: Ctx, run: Run, told: Mapping[str, Any]) -> PeopleQuestion:
    """Read an address; what it does not say is the run's last month, everybody, most first. OutOfScope as `question_of`."""
    base = question_of(ctx, run, told)
    of = str(told.get("of") or "")
    whole_year = base.months.index(base.month) >= YEAR - 1
    allowed = [MONTH, *([TWELVE] if whole_year else []), *([CHANGE] if base.month != base.months[0] else [])]
    of = of if of in allowed else MONTH
    cell = {name: str(told[name]) for name in CELLS if told.get(name)}
    cell = {name: "" if value == NOBODY else value for name, value in cell.items()}
    groups = [name for name in cell if name in GROUPED]
    if len(groups) > 1:
        raise Refusal("contribution_customers.one_group")
    among = str(told.get("among") or "")
    sort = str(told.get("sort") or ("-moved" if of == CHANGE else "-contribution"))
    order = sort.lstrip("-") if sort.lstrip("-") in ORDERS else "contribution"
    if of != CHANGE and order == "moved":
        order = "contribution"
    return PeopleQuestion(
        base, of, cell, among if of == CHANGE and among in AMONG else None, order, sort.startswith("-"),
        page_in(told.get("page")), told.get("own") == "1" and base.branch is not None,
    )  # fmt: skip


def people_behind(ctx: Ctx, asked: PeopleQuestion, limit: int = PAGE_ROWS, offset: int | None = None) -> Behind:
    """The customers of a page and what all of them bring together, within the viewer's scope."""
    base = asked.base
    months: tuple[date, ...] = (base.month,)
    if asked.of == TWELVE:
        months = tuple(day for day in base.months if day <= base.month)[-YEAR:]
    before = (month_before(base.month),) if asked.of == CHANGE else ()
    of = Of(
        months, (base.path,) if base.path else ctx.scope.paths, before, asked.cell.get("family"),
        asked.cell.get("manager"), asked.cell.get("kind"), among=asked.among, own=asked.own,
    )  # fmt: skip
    for name in GROUPED:
        if name in asked.cell:
            of = replace(of, groups=groups_of(ctx, base.run), grouping=name, key=asked.cell[name])
    start = (asked.page - 1) * PAGE_ROWS if offset is None else offset
    try:
        return behind(
            ctx.settings.warehouse, basis_of(base.run.model), places_of(ctx, base.run), of, asked.order, asked.descending,
            limit, start,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Refusal("contribution.cleared") from error
