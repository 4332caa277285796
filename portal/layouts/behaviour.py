"""Behaviour: how customers use the bank, who is about to leave, what to offer next, and who stands behind each figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import day
from domain.phrasing import month as month_words
from portal.access import Ctx
from portal.behaviour_question import FILTERS, VIEWS, Seen
from portal.branch_choice import branch_options
from portal.widgets import frame, pickers, status
from portal.widgets.export_links import export_links
from portal.widgets.marks import marks
from store.customers import segmentation_model

STEM = "behaviour"


class Ids:
    """Of this page."""

    ASKED = "behaviour-asked"
    CONTEXT = "behaviour-context"
    ACTIONS = "behaviour-actions"
    BODY = "behaviour-body"
    GRID = "behaviour-grid"
    SHOWN = "behaviour-shown"
    FILTER = "behaviour-filter"  # {"type": FILTER, "name": the filter}
    CHART = "behaviour-chart"  # {"type": CHART, "name": the chart}


def layout(
    ctx: Ctx, view: str = "", branch: str = "", kind: str = "", tier: str = "", segment: str = "", manager: str = "",
    band: str = "", of: str = "",
) -> Component:  # fmt: skip
    """The bones; everything else comes by callback."""
    told = {
        "view": view, "branch": branch, "kind": kind, "tier": tier, "segment": segment, "manager": manager, "band": band,
        "of": of,
    }  # fmt: skip
    bones = [html.Section(status.skeleton(3), className="gx-card gx-tile") for _ in range(6)]
    return frame.page(
        ctx.t("behaviour.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions behaviour-actions")],
        [
            dcc.Store(id=Ids.ASKED, data=told),
            dcc.Store(id=Ids.SHOWN),
            html.Div(html.Div(bones, className="gx-tiles"), id=Ids.BODY),
        ],
    )


def context(ctx: Ctx, seen: Seen) -> str:
    """One line: scope, month or day, currency, the runs."""
    asked = seen.asked
    scope = asked.branch.name if asked.branch else _scope_name(ctx, seen)
    newest = asked.months[-1] if asked.months else None
    parts = [scope, month_words(newest, ctx.language) if asked.view == "habits" else day(seen.picture.as_of)]
    for run, key in ((seen.attrition, "attrition"), (seen.next_product, "offers")):
        if run is not None and asked.view == key:
            parts.append(ctx.t(f"behaviour.run_{key}", version=run.version))
    return " · ".join(parts)


def _scope_name(ctx: Ctx, seen: Seen) -> str:
    tops = [one for one in seen.asked.tree if one.path in ctx.scope.paths]
    return tops[0].name if len(tops) == 1 else ctx.t("overview.all_mine")


def actions(ctx: Ctx, seen: Seen) -> list[Component]:
    """Filters and exports."""
    asked, words = seen.asked, seen.words
    model = segmentation_model(ctx.connection)
    clusters = [c["number"] for told in model.get("clusters", {}).values() for c in told.get("clusters", ())]
    choices: dict[str, list[tuple[str, str]]] = {
        "branch": branch_options(asked.tree),
        "kind": [(words.kind(code), code) for code in ("personal", "corporate")],
        "tier": [(words.tier(code) or code, code) for code in words.tiers] if model else [],
        "segment": [(words.segment(int(n)), str(n)) for n in sorted(set(clusters))],
    }
    shown = filters(seen)
    parts = [picker(ctx, name, options, shown[name]) for name, options in choices.items() if len(options) > 1]
    return [*parts, *export_links(ctx, "behaviour.export", "/behaviour-export", seen.asked.query())]


def filters(seen: Seen) -> dict[str, str]:
    """What each filter is set to, '' for all."""
    return {**{name: seen.asked.facets.get(name, ("",))[0] for name in FILTERS}, "band": seen.asked.band}


def picker(ctx: Ctx, name: str, options: Sequence[tuple[str, str]], value: str) -> Component:
    """A filter: (label, value) to choose from, emptied for all."""
    words = ctx.t(f"behaviour.filter.{name}")
    return pickers.narrowing(ctx, {"type": Ids.FILTER, "name": name}, words, options, value)


def tabs(ctx: Ctx, seen: Seen) -> Component:
    """The views; what narrows the group goes along."""
    asked = seen.asked
    links = []
    for view in VIEWS:
        here = view == asked.view
        if view == "people" and not here:
            continue
        look = "gx-btn small behaviour-on" if here else "gx-btn small"
        href = asked.address() if here else asked.address(view=view, of="", band="", manager="")
        link = dcc.Link(ctx.t(f"behaviour.view.{view}"), href=href, className=look)
        links.append(html.Span(link, **(marks(aria_current="page") if here else {})))
    return html.Nav(links, className="gx-row behaviour-tabs", **marks(aria_label=ctx.t("behaviour.views")))


def to_people(ctx: Ctx, seen: Seen, of: str, words: Any) -> Any:
    """The words as a link to the customers of that figure, for who may look customers up."""
    if not ctx.may("customers.search"):
        return words
    return dcc.Link(words, href=seen.asked.address(view="people", of=of, band=""))


def chart_id(name: str) -> dict[str, str]:
    """The Graph whose bars open their customers: assets/filters.js reads `meta` of its traces."""
    return {"type": Ids.CHART, "name": name}
