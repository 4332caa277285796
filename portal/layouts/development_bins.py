"""An opened characteristic: its bins with counts and points, put together or cut by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.binning import Bin, Binning
from domain.credit.by_hand import merged, plan_of, taken_out
from domain.credit.characteristics import named
from domain.credit.reasons import bins_in_words
from domain.credit.scorecard import Scorecard
from domain.credit.workbench import HeldBin
from domain.phrasing import begun, choose, day, number, percent
from portal.access import Ctx
from portal.development_question import Opened, Question
from portal.layouts.development import Ids, name_of
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table
from portal.widgets.marks import marks

MOST_WORDS = 12  # of a bin that can each be taken out by a link


def gone(ctx: Ctx) -> Component:
    """The rows of the sample are no longer on disk."""
    return frame.card(None, status.empty(ctx.t("development.gone"), ctx.t("development.gone_what")))


def opened(
    ctx: Ctx, asked: Question, found: Opened, card: Scorecard, beside: Component
) -> list[Component]:  # fmt: skip
    """The chart of the bins with a card beside it, and their table. card: what the points are read from."""
    best, shown = found.best, found.shown
    name = shown.name
    iv = ctx.t("development.iv_is", iv=number(shown.iv, 3), trend=ctx.t(f"development.trend.{shown.shape}"))
    if name in asked.bins:
        iv = ctx.t("development.iv_moved", before=number(best.iv, 3), now=iv)
    there = [one for one in shown.bins if one.rows]
    places = [says for one, says in zip(shown.bins, _says(ctx, shown), strict=True) if one.rows]
    rates = [Decimal(str(round(100 * (one.bad_rate or 0), 4))) for one in there]
    behind = Table(
        [ctx.t("development.head.bin"), ctx.t("development.head.bad_rate")],
        [[place, percent(one.bad_rate)] for place, one in zip(places, there, strict=True)],
        right=(1,),
    )
    beside_bars = [_on_two_lines(place) for place in places]
    chart = charts.chart_card(
        ctx.t("development.bad_rate_of", name=name_of(ctx, name)), iv,
        charts.hbars(beside_bars, rates, ctx.theme, [percent(one.bad_rate) for one in there]), behind, ctx.language,
    )  # fmt: skip
    return [html.Div([chart, beside], className="gx-grid-2"), _bins(ctx, asked, found, card)]


def _on_two_lines(place: str) -> str:
    """Both ends of a range under one another: beside a bar on a phone there is no room for them in one line."""
    return place.replace(" and under ", "<br>and under ").replace("、低于", "、<br>低于")


def _says(ctx: Ctx, shown: Binning) -> list[str]:
    return [begun(str(getattr(words, ctx.language))) for words in bins_in_words(shown)]


def _bins(ctx: Ctx, asked: Question, found: Opened, card: Scorecard) -> Component:
    edits, shown = ctx.may("development.edit"), found.shown
    on_card = next((c for c in card.characteristics if c.name == shown.name), None)
    points = None if on_card is None else on_card.points
    # The card holds each state to what was seen of it: its WoE is what the points beside it are made of.
    weighed = (shown if on_card is None else on_card.binning).bins
    names = ["bin", "rows", "share", "bad", "bad_rate", "held", "woe", "points"] + (["by_hand"] if edits else [])
    heads = [
        html.Th(ctx.t(f"development.head.{each}"), scope="col", className="n" if 0 < at < 8 else "")
        for at, each in enumerate(names)
    ]
    total, rows = sum(one.rows for one in shown.bins), list[Component]()
    own = [at for at, one in enumerate(shown.bins) if one.kind in ("range", "words")]
    for at, (one, says) in enumerate(zip(shown.bins, _says(ctx, shown), strict=True)):
        cells: list[Any] = [
            says, number(one.rows), percent(one.rows / total if total else None), number(one.bad),
            percent(one.bad_rate), _held(found.held[at]), number(weighed[at].woe, 3, sign=True),
            "—" if points is None else number(points[at], sign=True),
        ]  # fmt: skip
        if edits:
            cells.append(_by_hand(ctx, asked, shown, one, own.index(at) if at in own else None))
        looks = ["development-why", *["n"] * 7, "development-why"]
        rows.append(html.Tr([html.Td(cell, className=look) for cell, look in zip(cells, looks, strict=False)]))
    rows.append(_total(ctx, found, len(names)))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    parts: list[Any] = [html.Div(table, className="gx-scroll")]
    if edits and shown.kind == "number":
        parts.append(_cut(ctx, named(shown.name).unit))
    ways = [dcc.Link(ctx.t("development.close"), href=asked.address(of=""), className="gx-btn small")]
    if shown.name in asked.bins:
        back = asked.address(bins=asked.changed(shown.name, None))
        ways.insert(0, dcc.Link(ctx.t("development.give_back"), href=back, className="gx-btn small"))
    held = ctx.t("development.held_newest", day=day(found.since)) if found.since else ctx.t("development.held_third")
    why = choose(ctx.language, "；", "; ").join(
        [
            ctx.t("development.bins_why" if points is not None else "development.bins_out"),
            *([ctx.t("development.bins_states")] if weighed != shown.bins else []),
            held,
        ]
    )
    return frame.card(ctx.t("development.bins"), [*parts, html.Div(ways, className="gx-row development-cut")], why=why)


def _total(ctx: Ctx, found: Opened, columns: int) -> Component:
    """All bins together, in the sample and among the rows checked on."""
    every = found.shown.bins
    total, bad = sum(one.rows for one in every), sum(one.bad for one in every)
    held = HeldBin(sum(one.rows for one in found.held), sum(one.bad for one in found.held))
    cells = [
        ctx.t("development.total"), number(total), percent(1 if total else None), number(bad),
        percent(bad / total if total else None), _held(held),
    ]  # fmt: skip
    drawn = [html.Td(cell, className="n" if at else "") for at, cell in enumerate(cells)]
    return html.Tr([*drawn, *(html.Td() for _ in range(columns - len(drawn)))], className="gx-total")


def _by_hand(ctx: Ctx, asked: Question, shown: Binning, one: Bin, place: int | None) -> list[Component]:
    """Links that put a bin together with the next, or take one word out of it."""
    if place is None:
        return []
    plan, found = plan_of(shown), []
    parts = len(plan["cuts"]) + 1 if "cuts" in plan else len(plan["groups"])
    if place < parts - 1:
        href = asked.address(bins=asked.changed(shown.name, merged(plan, place)))
        found.append(dcc.Link(ctx.t("development.merge"), href=href, className="gx-btn small"))
    if len(one.words) > 1:
        for word in one.words[:MOST_WORDS]:
            href = asked.address(bins=asked.changed(shown.name, taken_out(plan, word)))
            found.append(dcc.Link(ctx.t("development.take_out", word=word), href=href, className="gx-btn small"))
    return [html.Div(found, className="gx-row")]


def _held(one: HeldBin) -> str:
    return f"{percent(one.bad_rate)} ({number(one.bad)} / {number(one.rows)})" if one.rows else "—"


def _cut(ctx: Ctx, unit: str) -> Component:
    words, told = ctx.t("development.cut_at"), ctx.t(f"development.unit.{unit}")
    box = dcc.Input(id=Ids.CUT_AT, type="text", className="gx-input short", autoComplete="off", placeholder=words)
    cut = html.Button(ctx.t("development.cut"), id=Ids.CUT, n_clicks=0, type="button", className="gx-btn")
    boxed = html.Div(box, role="group", **marks(aria_label=f"{words} ({told})"))
    row = html.Div([boxed, html.Span(told, className="gx-why"), cut], className="gx-row development-cut")
    return html.Div([row, status.told(Ids.CUT_TOLD)])


def odd_address(ctx: Ctx) -> Component:
    """Something in the address could not be read."""
    return html.P(ctx.t("development.odd_address"), className="gx-alert warn", role="status")


def no_card(ctx: Ctx, error: ValueError) -> Component:
    """The changes leave nothing to rate with."""
    return html.P(ctx.t("development.no_card", why=str(error)), className="gx-alert warn", role="alert")
