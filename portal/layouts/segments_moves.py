"""Who moved between the run before and the one on show: customers and money, and the biggest movers with the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.catalogue import BY_NAME
from domain.phrasing import choose, day, number, percent
from domain.standing import feature_value
from portal.access import Ctx
from portal.layouts.segments_profile import link, money_links
from portal.segments_question import BY, View, moved, moved_sum
from portal.widgets import frame, status
from portal.widgets.charts import Figure, Table, chart_card
from portal.widgets.marks import marks
from portal.widgets.theme import plotly_layout, series, tokens
from store.facets import ABSENT, NONE
from store.segments import Flow, Mover

HEIGHT = 420
PALE = 0.35  # how much of its colour a band keeps
STILL = 0.18


def moves_view(ctx: Ctx, view: View) -> list[Component]:
    """What it is by, and the bands with their table; the movers come by themselves, on the audit trail."""
    if view.asked.before is None:
        empty = status.empty(ctx.t("segments.no_before"), ctx.t("segments.no_before_what"))
        return [frame.card(ctx.t("segments.view.moves"), empty)]
    return [_tabs(ctx, view), _flow_card(ctx, view)]


def _tabs(ctx: Ctx, view: View) -> Component:
    links = []
    for by in BY:
        here = by == view.asked.by
        look = "gx-btn small segments-on" if here else "gx-btn small"
        told = dcc.Link(ctx.t(f"segments.by.{by}"), href=view.asked.address(by=by), className=look)
        links.append(html.Span(told, **(marks(aria_current="true") if here else {})))
    return html.Div(links, className="gx-row segments-tabs")


def ranked(view: View) -> list[Flow]:
    """The flows of what the view is by: moves first, most customers first; then who stayed; ties by name."""
    by = view.asked.by
    return sorted(view.flows[by], key=lambda one: (one.before == one.after, -one.customers, one.before, one.after))


def facets_of(view: View, one: Flow) -> dict[str, str]:
    """By what the look-up finds a flow's customers."""
    by = view.asked.by
    return {by: one.after, "was": f"{by}:{one.before}"}


def behind(view: View, one: Flow) -> str:
    """The look-up of a flow's customers."""
    return view.asked.customers(**facets_of(view, one))


def _flow_card(ctx: Ctx, view: View) -> Component:
    by, flows = view.asked.by, ranked(view)
    moves = moved(flows)
    people, known = sum(one.customers for one in moves), sum(one.customers for one in flows if one.before != ABSENT)
    heads = [
        ctx.t(f"segments.head.{name}") for name in ("before", "after", "customers", "share", "aum", "contribution")
    ]
    rows = [
        [
            view.name(by, one.before, before=True), link(ctx, view.name(by, one.after), behind(view, one)),
            link(ctx, number(one.customers), behind(view, one)), percent(Decimal(one.customers) / view.customers),
            *money_links(ctx, view, {"aum": one.aum, "contribution": one.contribution}, **facets_of(view, one)),
        ]
        for one in flows
    ]  # fmt: skip
    money = [
        phrasing.short_money(moved_sum(moves, name), ctx.currency, ctx.language) for name in ("aum", "contribution")
    ]
    title = ctx.t(
        "segments.moved_says", people=number(people), share=percent(Decimal(people) / known if known else None)
    )
    if not people:
        title = ctx.t("segments.nobody_moved")
    why = ctx.t(
        "segments.moved_why",
        aum=money[0],
        contribution=money[1],
        currency=phrasing.currency_word(ctx.currency, ctx.language),
    )
    ident = {"type": "segments-chart", "name": "moves"}
    return chart_card(title, why, _bands(ctx, view, flows), Table(heads, rows, (2, 3, 4, 5)), ctx.language, ident)


def _bands(ctx: Ctx, view: View, flows: Sequence[Flow]) -> Figure:
    """Bands from where customers stood (left) to where they stand (right); who stayed is grey."""
    by, look = view.asked.by, tokens(ctx.theme)
    left = view.ordered(by, {one.before for one in flows})
    right = view.ordered(by, {one.after for one in flows})
    colours = series(ctx.theme)
    tone = {code: colours[at % len(colours)] for at, code in enumerate(right)} | {NONE: look["c6"], ABSENT: look["c6"]}
    names = [view.name(by, code, before=True) for code in left] + [view.name(by, code) for code in right]
    ends = [sum(one.customers for one in flows if one.before == code) for code in left]
    ends += [sum(one.customers for one in flows if one.after == code) for code in right]
    may = ctx.may("customers.search")
    wanted = [f"{by}:{code}" for code in left]
    nodes = [view.asked.customers(was=code) for code in wanted] + [view.asked.customers(**{by: code}) for code in right]
    still, faint = _faded(look["c6"], STILL), [one.before == one.after for one in flows]
    bands = [still if same else _faded(tone[one.after], PALE) for one, same in zip(flows, faint, strict=True)]
    words = [_band_words(ctx, view, one) for one in flows]
    goals = [len(left) + right.index(one.after) for one in flows]
    trace: Figure = {
        "type": "sankey", "arrangement": "fixed", "valueformat": ",", "textfont": {"color": look["ink"], "size": 12},
        "node": {
            "label": [f"{name} {number(end)}" for name, end in zip(names, ends, strict=True)], "pad": 14, "thickness": 12,
            "color": [tone.get(code, look["c6"]) for code in (*left, *right)], "line": {"width": 0},
            "customdata": nodes if may else [""] * len(nodes), "hovertemplate": "%{label}<extra></extra>",
        },
        "link": {
            "source": [left.index(one.before) for one in flows], "target": goals,
            "value": [one.customers for one in flows], "label": words, "hovertemplate": "%{label}<extra></extra>",
            "color": bands,
            "customdata": [behind(view, one) if may else "" for one in flows],
        },
    }  # fmt: skip
    layout = {
        **plotly_layout(ctx.theme),
        "height": HEIGHT,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 12, "b": 12},
    }
    return {"data": [trace], "layout": layout}


def _band_words(ctx: Ctx, view: View, one: Flow) -> str:
    """金卡 → 白金, 12户 · 管理资产 …: what hovering says."""
    by, people = view.asked.by, phrasing.counted(one.customers, ctx.language, "户", "customer")
    money = phrasing.short_money(one.aum, ctx.currency, ctx.language)
    said = f"{ctx.t('segments.head.aum')} {money}"
    return f"{view.name(by, one.before, before=True)} → {view.name(by, one.after)}<br>{people} · {said}"


def _faded(colour: str, share: float) -> str:
    """A token's colour (#rrggbb) with so much of it kept."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def movers_card(ctx: Ctx, view: View) -> Component:
    """Customers with most AUM among who moved, from where to where, and the figures that moved."""
    asked, people = view.asked, view.movers
    if not people:
        return frame.card(ctx.t("segments.movers"), status.empty(ctx.t("segments.nobody_moved")))
    before = asked.before
    same_day = before is not None and before.as_of >= asked.run.as_of
    heads = [ctx.t(f"segments.head.{name}") for name in ("customer", "before", "after", "aum", "contribution", "moved")]
    head = [html.Th(name, scope="col", className="n" if 3 <= at <= 4 else "") for at, name in enumerate(heads)]
    rows = [_mover(ctx, view, one) for one in people]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="gx-table segments-movers")
    days = {"before": day(before.as_of if before else None), "now": day(asked.run.as_of)}
    why = ctx.t("segments.movers_same_day" if same_day else "segments.movers_why", count=len(people), **days)
    return frame.card(ctx.t("segments.movers"), html.Div(table, className="gx-scroll"), why=why)


def _mover(ctx: Ctx, view: View, one: Mover) -> Component:
    by, name = view.asked.by, view.words.name(one.name, one.kind, one.customer_id)
    who: Any = dcc.Link(name, href=f"/customers/{one.customer_id}") if ctx.may("customers.view") else name
    money = [html.Td(phrasing.short(value, ctx.language), className="n w") for value in (one.aum, one.contribution)]
    told = [html.Li(move_words(ctx, entry)) for entry in one.moved]
    return html.Tr(
        [
            html.Td([who, " ", html.Small(one.customer_id, className="gx-sub")]), html.Td(view.name(by, one.before, before=True)),
            html.Td(view.name(by, one.after)), *money, html.Td(html.Ul(told, className="segments-moved") if told else "—"),
        ]
    )  # fmt: skip


def move_words(ctx: Ctx, entry: Mapping[str, Any]) -> str:
    """近3个月日均存款 12.0万元 → 3.1万元."""
    feature = BY_NAME[entry["name"]]
    before, after = (
        feature_value(feature.unit, entry.get(side), ctx.currency, ctx.language) or "—" for side in ("before", "after")
    )
    return f"{choose(ctx.language, feature.zh, feature.en)} {before} → {after}"
