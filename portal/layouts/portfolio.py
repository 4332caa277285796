"""The credit portfolio: how much is owed, how late, how risky, what it is expected to lose, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.phrasing import day, percent, percent_points
from domain.phrasing import month as month_words
from portal.access import Ctx
from portal.layouts.portfolio_concentration import concentration_view
from portal.layouts.portfolio_grades import grades_view
from portal.layouts.portfolio_loss import loss_view
from portal.layouts.portfolio_parts import Ids, may_open
from portal.layouts.portfolio_people import people_view
from portal.layouts.portfolio_quality import quality_view
from portal.portfolio_figure import Figure
from portal.portfolio_question import VIEWS, Seen, money, ratio
from portal.widgets import frame, pickers, status
from portal.widgets.export_links import export_links
from portal.widgets.marks import marks
from portal.widgets.tiles import Comparison, judged, tile

STEM = "portfolio"
_VIEWS = {
    "quality": quality_view, "grades": grades_view, "loss": loss_view, "concentration": concentration_view,
    "collections": people_view, "people": people_view,
}  # fmt: skip


def layout(
    ctx: Ctx, view: str = "", month: str = "", branch: str = "", by: str = "", of: str = "", on: str = ""
) -> Component:
    """The bones; everything else comes by callback."""
    bones = [html.Section(status.skeleton(3), className="gx-card gx-tile") for _ in range(6)]
    return frame.page(
        ctx.t("portfolio.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions")],
        [
            dcc.Store(
                id=Ids.ASKED, data={"view": view, "month": month, "branch": branch, "by": by, "of": of, "on": on}
            ),
            dcc.Store(id=Ids.SHOWN),
            html.Div(html.Div(bones, className="gx-tiles"), id=Ids.BODY),
            html.Div(id=Ids.PEOPLE),
            html.Div(id=Ids.FOOT),
        ],
    )


def context(ctx: Ctx, seen: Seen) -> str:
    """One line: scope, month, currency, the rating and the parameters."""
    asked = seen.asked
    scope = asked.branch.name if asked.branch else ctx.t("overview.all_mine")
    parts = [scope, month_words(asked.month, ctx.language), phrasing.currency_word(ctx.currency, ctx.language)]
    run, carried = seen.rating_at(asked.month)
    if run is None:
        parts.append(ctx.t("portfolio.no_rating"))
    else:
        parts.append(ctx.t("portfolio.rating_later" if carried else "portfolio.rating", version=run.version))
    return " · ".join(parts)


def actions(ctx: Ctx, seen: Seen) -> list[Component]:
    """Month, branch and the exports of what is shown."""
    asked = seen.asked
    month = pickers.month(ctx, {"type": Ids.FILTER, "name": "month"}, seen.picture.months, asked.month)
    branch = pickers.branch(ctx, {"type": Ids.FILTER, "name": "branch"}, asked.tree, asked.branch_id)
    return [month, branch, *export_links(ctx, "portfolio.export", "/portfolio-export", asked.query())]


def filters(seen: Seen) -> dict[str, str]:
    """What the pickers show."""
    return {"month": f"{seen.asked.month:%Y-%m}", "branch": seen.asked.branch_id}


def body(ctx: Ctx, seen: Seen) -> list[Component]:
    """Tiles, the views to choose from, and the chosen one."""
    if not seen.now.n and seen.asked.view != "grades":
        return [
            _tabs(ctx, seen),
            frame.card(None, status.empty(ctx.t("portfolio.empty"), ctx.t("portfolio.empty_what"))),
        ]
    top = [] if seen.asked.view == "people" else [html.Div(_tiles(ctx, seen), className="gx-tiles")]
    return [*top, _tabs(ctx, seen), *_VIEWS[seen.asked.view](ctx, seen)]


def _tabs(ctx: Ctx, seen: Seen) -> Component:
    asked, links = seen.asked, []
    for name in VIEWS:
        here = name == asked.view
        if (name == "people" and not here) or (name == "collections" and not ctx.may("customers.search")):
            continue
        look = "gx-btn small behaviour-on" if here else "gx-btn small"
        href = asked.address() if here else asked.address(view=name, of="")
        link = dcc.Link(ctx.t(f"portfolio.view.{name}"), href=href, className=look)
        links.append(html.Span(link, **(marks(aria_current="page") if here else {})))
    return html.Nav(links, className="gx-row portfolio-tabs", **marks(aria_label=ctx.t("portfolio.views")))


@dataclass(frozen=True)
class Headline:
    """A tile: its figure now and the month before, in cents or as a share; line: the last months'. None where not known."""

    name: str
    now: int | Decimal | None
    was: int | Decimal | None
    line: tuple[Decimal | None, ...] = ()

    @property
    def money(self) -> bool:
        """In cents, not a share."""
        return self.name in AMOUNTS


AMOUNTS = {"outstanding": 0, "ead": 0, "loss": -1}  # tiles of money, and which way is good


# What a tile's customers are ordered by, where it is not the loans: they add up to the tile in each.
ABOUT = {"late": "overdue", "ead": "ead", "loss": "loss", "loss_rate": "loss"}


def headlines(seen: Seen) -> list[Headline]:
    """Owed, non-performing, overdue, exposed, expected loss and its rate, each with the month before."""
    now = seen.now
    was = seen.book.sums_before()[0] if seen.before is not None else None
    history = seen.book.history(seen.months)
    owed, npl, late = (
        [sum(_value(one, name) for one in history if one.month == month) for month in seen.months]
        for name in ("outstanding", "npl", "late")
    )
    shares = {
        name: tuple(ratio(part, whole) for part, whole in zip(parts, owed, strict=True))
        for name, parts in (("npl", npl), ("late", late))
    }
    return [
        Headline("outstanding", now.outstanding, was.outstanding if was else None, tuple(money(one) for one in owed)),
        *(Headline(name, line[-1] if line else None, line[-2] if len(line) > 1 else None, line) for name, line in shares.items()),
        Headline("ead", now.ead, was.ead if was else None),
        Headline("loss", now.loss, was.loss if was else None),
        Headline("loss_rate", ratio(now.loss, now.ead), ratio(was.loss, was.ead) if was else None),
    ]  # fmt: skip


def _tiles(ctx: Ctx, seen: Seen) -> list[Component]:
    return [_amount(ctx, seen, one) if one.money else _share(ctx, seen, one) for one in headlines(seen)]


def _value(one: Any, name: str) -> int:
    if name == "late":
        return 0 if one.bucket == "0" else int(one.outstanding)
    return int(getattr(one, name))


def _amount(ctx: Ctx, seen: Seen, one: Headline) -> Component:
    now, was = money(int(one.now or 0)), money(int(one.was)) if one.was else None
    before, words, unit = phrasing.money_parts(now, ctx.currency, ctx.language)
    change = phrasing.change(now, was) if was else None
    return _tile(
        ctx, seen, one.name, words, unit, change, percent(change, sign=True), AMOUNTS[one.name], one.line, before
    )


def _share(ctx: Ctx, seen: Seen, one: Headline) -> Component:
    change = Decimal(one.now) - Decimal(one.was) if one.now is not None and one.was is not None else None
    said = percent_points(change, ctx.language) if change is not None else phrasing.ABSENT
    return _tile(ctx, seen, one.name, percent(one.now, 2), "", change, said, -1, one.line)


def _tile(
    ctx: Ctx, seen: Seen, name: str, words: str, unit: str, change: Decimal | None, said: str, direction: int, line: Any,
    before: str = "",
) -> Component:  # fmt: skip
    compared = [Comparison(ctx.t("portfolio.against"), said, judged(change, direction))]
    behind = Figure("exposure", {name: "true"} if name in ("npl", "late") else {})
    return tile(
        ctx.t(f"portfolio.name.{name}"), words, unit, compared, line, ctx.t(f"portfolio.about.{name}"), ctx.theme,
        ctx.settings.red_means_up, href=seen.asked.customers(behind, ABOUT.get(name, "")) if may_open(ctx) else None,
        before=before,
    )  # fmt: skip


def made_of(ctx: Ctx, seen: Seen) -> Component:
    """What everything on the page was made of."""
    run, carried = seen.rating_at(seen.asked.month)
    version = seen.rated(seen.asked.month)
    words = ctx.t("portfolio.made_of", day=day(seen.picture.as_of), month=day(version.month))
    if run is not None:
        words += ctx.t("portfolio.made_rating", version=run.version, day=day(run.as_of))
    before = seen.before
    if (before is not None and seen.rating_at(before)[1]) or carried:
        words += ctx.t("portfolio.made_carried")
    return html.P(words, className="gx-sub")
