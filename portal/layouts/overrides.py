"""Overrides of ratings: what waits for a signature, what holds, what is about to end, what ended, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.overrides import (
    IN_FORCE,
    MOST_MONTHS,
    MOST_NOTCHES,
    MOST_SHARE,
    MOST_WORDS,
    PROPOSED,
    REASON_BY_CODE,
    RESTS,
    Override,
    effect,
)
from domain.phrasing import day, minute, number, percent, percent_against, short_month
from portal.access import Ctx
from portal.actors import person
from portal.customer_words import tone_of_grade
from portal.widgets import charts, frame, status
from portal.widgets.charts import Series, Table
from portal.widgets.lists import facts, pager
from portal.widgets.marks import marks
from store import overrides as store
from store.override_rows import LISTS, SOON_DAYS
from store.overrides import OverrideRate

PATH, PAGE_SIZE = "/risk/overrides", 30
TONES = {"proposed": "warn", "in_force": "good", "refused": "bad", "withdrawn": "plain", "expired": "plain"}


class Ids:
    """Of this page."""

    ASKED = "overrides-asked"
    BODY = "overrides-body"
    OF = "overrides-of"
    WORDS = "overrides-words"
    SIGN = "overrides-sign"
    TOLD = "overrides-told"
    REFUSE = "overrides-refuse"
    WITHDRAW = "overrides-withdraw"


@dataclass(frozen=True)
class View:
    """What the page shows: the list asked for with how many each has, the chosen one, the rates, names by customer."""

    which: str
    page: int
    rows: Sequence[Override]
    counts: Mapping[str, int]
    chosen: Override | None
    rates: Sequence[OverrideRate]
    names: Mapping[str, str]
    ladder: tuple[str, ...]


def layout(ctx: Ctx, which: str = "", page: str = "", of: str = "") -> Component:
    """The bones; the rest comes by callback."""
    return frame.page(
        ctx.t("overrides.title"),
        ctx.t("overrides.context", most=MOST_NOTCHES, months=MOST_MONTHS),
        [],
        [
            dcc.Store(id=Ids.ASKED, data={"which": which, "page": page, "of": of}),
            html.Div(frame.card(None, status.skeleton(8)), id=Ids.BODY, className="gx-stack"),
        ],
    )


def address(which: str, page: int = 1, of: int | None = None) -> str:
    """Where a list, or one of it, stands."""
    told = {"which": which, "page": page if page > 1 else "", "of": of or ""}
    return f"{PATH}?{urlencode({name: value for name, value in told.items() if value})}"


def body(ctx: Ctx, view: View) -> list[Component]:
    """The chosen one first, then the list, then how many there are."""
    parts = [_chosen(ctx, view, view.chosen) if view.chosen else None, _list(ctx, view), _rates(ctx, view.rates)]
    return [part for part in parts if part is not None]


def _tabs(ctx: Ctx, view: View) -> Component:
    links = []
    for which in LISTS:
        words = f"{ctx.t(f'overrides.list.{which}')} {number(view.counts[which])}"
        on = which == view.which
        link = dcc.Link(words, href=address(which), className="gx-btn small main" if on else "gx-btn small")
        links.append(html.Span(link, **marks(aria_current="true")) if on else link)
    return html.Nav(links, className="gx-row", **marks(aria_label=ctx.t("overrides.lists")))


def _list(ctx: Ctx, view: View) -> Component:
    why = ctx.t(f"overrides.list_why.{view.which}", days=SOON_DAYS)
    if not view.rows:
        empty = status.empty(ctx.t(f"overrides.none.{view.which}"), ctx.t("overrides.none_what"))
        return frame.card(ctx.t("overrides.listed"), [_tabs(ctx, view), empty], why=why)
    names = ("customer", "grades", "reason", "proposed", "decided", "until", "state")
    heads = html.Tr([html.Th(ctx.t(f"overrides.head.{name}"), scope="col") for name in names])
    rows = [_row(ctx, view, one) for one in view.rows]
    table = html.Table([html.Thead(heads), html.Tbody(rows)], className="gx-table gx-cards overrides-list")
    parts: list[Component] = [_tabs(ctx, view), html.Div(table, className="gx-scroll")]
    if view.counts[view.which] > PAGE_SIZE:
        total = view.counts[view.which]
        parts.append(pager(ctx.language, view.page, total, PAGE_SIZE, lambda at: address(view.which, at)))
    return frame.card(ctx.t("overrides.listed"), parts, why=why)


def _row(ctx: Ctx, view: View, one: Override) -> Component:
    chosen = view.chosen is not None and view.chosen.override_id == one.override_id
    link = dcc.Link(view.names[one.customer_id], href=address(view.which, view.page, one.override_id))
    proposer = one.proposer_name or person(ctx, one.proposed_by)
    cells: list[tuple[str, Any, str]] = [
        ("customer", _two(link, one.customer_id), ""),
        ("grades", grades(one), "w"),
        ("reason", _two(reason(ctx, one), one.reason), "overrides-words"),
        ("proposed", _two(proposer, day(ctx.local(one.proposed_at))), ""),
        ("decided", _decided(ctx, one), ""),
        ("until", day(one.expires_on), "w"),
        ("state", state(ctx, view, one), ""),
    ]
    named = {name: marks(data_head=ctx.t(f"overrides.head.{name}")) for name, _, _ in cells[1:-1]}
    drawn = [html.Td(cell, className=look, **named.get(name, {})) for name, cell, look in cells]
    return html.Tr(drawn, className="on" if chosen else "")


def _two(first: Any, below: str) -> Component:
    """A cell of two lines; one component, so that a narrow screen keeps them together."""
    return html.Div([first, html.Div(below, className="gx-sub")])


def grades(one: Override) -> Component:
    """模型 BBB → A, with how many grades."""
    chips = [status.chip(grade, tone_of_grade(grade)) for grade in (one.model_grade, one.grade)]
    return html.Span([chips[0], " → ", chips[1], html.Small(f" {number(one.notches, sign=True)}", className="gx-sub")])


def reason(ctx: Ctx, one: Override) -> str:
    """The reason of the list, in words."""
    known = REASON_BY_CODE.get(one.reason_code)
    return known.words(ctx.language) if known else one.reason_code


def _decided(ctx: Ctx, one: Override) -> Any:
    if one.decided_by is None:
        return "—"
    return _two(one.decider_name or person(ctx, one.decided_by), day(ctx.local(one.decided_at)))


def state(ctx: Ctx, view: View, one: Override) -> Component:
    """Its state today, and whether the model's grade has moved since."""
    told = one.state_on(ctx.now.date())
    chips = [status.chip(ctx.t(f"overrides.state.{told}"), TONES[told])]
    if told in (IN_FORCE, PROPOSED) and one.moved and one.grade_now:
        rests = told == IN_FORCE and effect(one.grade_now, one.grade, view.ladder) == RESTS
        key = "rests" if rests else "moved"
        chips.append(status.chip(ctx.t(f"overrides.{key}", grade=one.grade_now), "bad" if rests else "warn"))
    return html.Div(chips, className="gx-row")


def _chosen(ctx: Ctx, view: View, one: Override) -> Component:
    customer: Any = view.names[one.customer_id]
    if ctx.may("customers.view"):
        customer = html.A(customer, href=f"/customers/{one.customer_id}?tab=rating")
    model = ctx.t(
        "overrides.model_then", grade=one.model_grade, score=number(one.model_score), pd=percent(one.model_pd, 2),
        version=one.model_version or "—",
    )  # fmt: skip
    told: list[tuple[str, Any]] = [
        ("customer", customer), ("model", model), ("now", one.grade_now or "—"), ("grades", grades(one)),
        ("reason", reason(ctx, one)), ("words", one.reason), ("until", day(one.expires_on)),
        ("proposed", _by(ctx, one.proposer_name, one.proposed_by, one.proposed_at)), ("state", state(ctx, view, one)),
    ]  # fmt: skip
    if one.decided_by:
        told.append(("decided", _by(ctx, one.decider_name, one.decided_by, one.decided_at)))
        told.append(("decision", one.decision_reason or "—"))
    if one.ended_by:
        told.append(("ended", _by(ctx, None, one.ended_by, one.ended_at)))
    if one.end_reason:
        replaced = one.end_reason.startswith("#") and one.end_reason[1:].isdecimal()
        told.append(("end_reason", ctx.t("overrides.replaced") if replaced else one.end_reason))
    parts: list[Component | None] = [facts([(ctx.t(f"overrides.head.{name}"), value) for name, value in told])]
    parts.append(_decide(ctx, one))
    title = ctx.t("overrides.one", customer=view.names[one.customer_id])
    return frame.card(title, [part for part in parts if part is not None])


def _by(ctx: Ctx, name: str | None, login: str, at: Any) -> str:
    return f"{name or person(ctx, login)} · {minute(ctx.local(at))}"


def _decide(ctx: Ctx, one: Override) -> Component | None:
    """What this viewer may do with it now; the store asks again."""
    told, own = one.state_on(ctx.now.date()), one.proposed_by == ctx.viewer.login
    signs = ctx.may(store.MAY_SIGN)
    buttons: list[Component] = []
    if told == PROPOSED and signs and not own:
        ask = ctx.t("overrides.ask_sign", model=one.model_grade, grade=one.grade, until=day(one.expires_on))
        buttons.append(status.confirm(Ids.SIGN, ctx.t("overrides.sign"), ask, "main", needs=Ids.WORDS))
        ask = ctx.t("overrides.ask_refuse")
        buttons.append(status.confirm(Ids.REFUSE, ctx.t("overrides.refuse"), ask, "danger", needs=Ids.WORDS))
    if (told == PROPOSED and own) or (told == IN_FORCE and (own or signs)):
        ask = ctx.t("overrides.ask_withdraw")
        buttons.append(status.confirm(Ids.WITHDRAW, ctx.t("overrides.withdraw"), ask, "danger", needs=Ids.WORDS))
    if not buttons:
        return html.P(ctx.t("overrides.another_signs"), className="gx-alert", role="note") if told == PROPOSED else None
    notice = html.P(ctx.t("overrides.own"), className="gx-sub") if told == PROPOSED and own else None
    words = dcc.Textarea(id=Ids.WORDS, className="gx-input", rows=2, maxLength=MOST_WORDS)
    parts = [
        dcc.Store(id=Ids.OF, data=one.override_id),
        notice,
        html.Label([ctx.t("overrides.words"), words], className="gx-labelled"),
        html.Div(buttons, className="gx-row"),
        status.told(Ids.TOLD),
    ]
    return html.Div([part for part in parts if part is not None], className="gx-form")


def _rates(ctx: Ctx, rates: Sequence[OverrideRate]) -> Component:
    """The share of rated customers overridden at each month-end, against what gives pause."""
    title, why = ctx.t("overrides.rates"), ctx.t("overrides.rates_why", most=percent(MOST_SHARE, 0))
    known = [one for one in rates if one.share is not None]
    if not known:
        empty = status.empty(ctx.t("overrides.no_rates"), ctx.t("overrides.no_rates_what"))
        return frame.card(title, empty, why=why)
    places = [_place(ctx, one, rates) for one in rates]
    shown = [percent_against(one.share, MOST_SHARE, 2) for one in rates]
    shares = [None if one.share is None else one.share * 100 for one in rates]
    drawn = [
        Series(ctx.t("overrides.share"), shares, shown),
        Series(
            ctx.t("overrides.most"), [MOST_SHARE * 100] * len(rates), [percent(MOST_SHARE, 0)] * len(rates), dashed=True
        ),
    ]
    figure = charts.from_zero(charts.upright(charts.lines(places, drawn, ctx.theme, "%", 220), len(places), 3))
    heads = [ctx.t(f"overrides.rate.{name}") for name in ("day", "rated", "up", "down", "share")]
    behind = Table(
        heads,
        [
            (
                day(one.day),
                number(one.rated),
                number(one.up),
                number(one.down),
                percent_against(one.share, MOST_SHARE, 2),
            )
            for one in reversed(rates)
        ],
        right=(1, 2, 3, 4),
    )
    last = known[-1]
    if last.share is not None and last.share > MOST_SHARE:
        why = f"{why} · {ctx.t('overrides.too_many')}"
    return charts.chart_card(title, why, figure, behind, ctx.language)


def _place(ctx: Ctx, one: OverrideRate, rates: Sequence[OverrideRate]) -> str:
    """A month's name; the last place is today."""
    return ctx.t("overrides.today") if one is rates[-1] else short_month(one.day, ctx.language)
