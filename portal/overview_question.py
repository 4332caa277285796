"""What the overview is asked, as it stands in its address, and what it is answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from domain.kpis import BY_NAME, Kpi
from domain.month import HEADLINES, MonthSums
from domain.reports.management import KpiFigure
from portal.access import Ctx, Refusal
from portal.branch_choice import branch_asked, is_leaf
from store.branches import Branch
from store.month_sums import month_sums
from store.picture import PictureOnShow

PATH = "/overview"
FIRST_KPI = HEADLINES[1]
LONGEST_MONTH = 10  # characters of an odd address that are said back


@dataclass(frozen=True)
class Question:
    """A month, a branch (None: all that the viewer may see), the KPI in front, and the branches to choose from.

    leaf: no branch lies below, so the league is one of managers.
    """

    month: date
    branch: Branch | None
    kpi: Kpi
    tree: Sequence[Branch]
    leaf: bool

    @property
    def told(self) -> dict[str, str]:
        """By name of the address."""
        return {
            "month": f"{self.month:%Y-%m}",
            "branch": self.branch.branch_id if self.branch else "",
            "kpi": self.kpi.name,
        }

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(kpi="loans")."""
        return f"{PATH}?{query(**{**self.told, **changed})}"

    @property
    def above(self) -> Branch | None:
        """The branch above, when it is in scope."""
        parent = self.branch.parent_id if self.branch else None
        return next((one for one in self.tree if one.branch_id == parent), None)


@dataclass(frozen=True)
class View:
    """All that the page shows of a month."""

    asked: Question
    picture: PictureOnShow
    sums: MonthSums
    figures: tuple[KpiFigure, ...]
    currency: str
    scope_name: str

    @property
    def past(self) -> bool:
        """Whether the month ended before the picture's day: customers and their figures are of that day only."""
        return self.asked.month < self.picture.as_of


def query(**told: str) -> str:
    """A query string of what is not empty."""
    return urlencode({name: value for name, value in told.items() if value})


def month_of(picture: PictureOnShow, wanted: str) -> date | None:
    """The month-end that an address calls 2026-10; None for a month without figures."""
    return next((end for end in picture.months if f"{end:%Y-%m}" == wanted), None)


def month_asked(picture: PictureOnShow, told: Mapping[str, Any]) -> date:
    """The month-end an address asks for, the newest complete one where it says nothing; Refusal for one without figures."""
    if picture.opening_month is None:
        raise Refusal("overview.no_months")
    wanted = str(told.get("month") or "")
    month = month_of(picture, wanted) if wanted else picture.opening_month
    if month is None:
        raise Refusal("overview.no_month", month=wanted[:LONGEST_MONTH])
    return month


def question_of(ctx: Ctx, picture: PictureOnShow, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; the newest complete month and the top where it says nothing.

    OutOfScope for a branch that is not the viewer's or not there, Refusal for a month without figures.
    """
    month = month_asked(picture, told)
    tree, branch = branch_asked(ctx, told)
    kpi = BY_NAME.get(str(told.get("kpi") or ""), BY_NAME[FIRST_KPI])
    return Question(month, branch, kpi, tree, is_leaf(tree, branch))


def sums_of(ctx: Ctx, asked: Question) -> MonthSums:
    """The sums behind the page."""
    return month_sums(
        ctx.connection, ctx.scope, asked.month, asked.branch.path if asked.branch else None, managers=asked.leaf
    )
