"""Home: customers whose rating on show fell by two notches or more or into default, until this person has seen them."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.change_words import why
from domain.credit.changes import ALERT_NOTCHES
from domain.phrasing import counted, day, number
from portal.access import Ctx
from portal.customer_words import words_of
from portal.layouts.changes_list import grades
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.rating_alerts import Alerts, Moved
from store.rating_changes import Changed

SHOWN, REASONS = 8, 2
MORE, MOVED = "/risk/changes?move=alert", "/risk/changes?move=card"


class Ids:
    """Of this part."""

    CARD = "home-downgrades"
    TURN = "home-downgrades-turn"  # how often something was marked: the card is drawn anew
    RUN = "home-downgrades-run"
    SEEN = "home-downgrades-seen"  # {"type": SEEN, "customer": one customer}
    ALL = "home-downgrades-all"
    NOTED = "home-downgrades-noted"  # that the card is another one


def downgrades(ctx: Ctx, alerts: Alerts, moved: Moved | None = None) -> list[Component]:
    """The first of those not seen, one's own first; and a button that marks what stands here. moved: that the card or the
    scale is another one than before, in one line."""
    why_words = ctx.t("home.downgrades_why", notches=number(ALERT_NOTCHES), version=alerts.version)
    to_all = html.A(ctx.t("home.to_changes"), href=MORE, className="gx-btn small")
    store = dcc.Store(id=Ids.RUN, data=alerts.run_id)
    if not alerts.shown:
        body: Any = [*_moved(ctx, moved), status.empty(ctx.t("home.no_downgrades"), ctx.t("home.no_downgrades_what"))]
        return [store, frame.card(ctx.t("home.downgrades"), body, why=why_words, actions=[to_all])]
    people = counted(alerts.total, ctx.language, "户", "customer")
    key = "home.downgrades_own" if alerts.own else "home.downgrades_waiting"
    line = ctx.t(key, people=people, own=number(alerts.own))
    mark = html.Button(ctx.t("home.seen_shown", count=number(len(alerts.shown))), id=Ids.ALL, n_clicks=0, type="button",
                       className="gx-btn small")  # fmt: skip
    names = words_of(ctx)
    rows = [
        _row(ctx, one, names.name(one.person.name, one.person.kind, one.person.customer_id)) for one in alerts.shown
    ]
    table = html.Table(html.Tbody(rows), className="gx-table home-table")
    body = [*_moved(ctx, moved), html.P(line, className="gx-sub"), table]
    return [store, frame.card(ctx.t("home.downgrades"), body, why=why_words, actions=[mark, to_all])]


def _moved(ctx: Ctx, moved: Moved | None) -> list[Component]:
    """Grades that another card or scale moved are one line: nobody's figures fell."""
    if moved is None:
        return []
    people = counted(moved.customers, ctx.language, "户", "customer")
    words = ctx.t(f"home.moved_by_{moved.cause}", day=day(ctx.local(moved.at)), version=moved.version, people=people)
    noted = html.Button(ctx.t("home.noted"), id=Ids.NOTED, n_clicks=0, type="button", className="gx-btn small")
    line = html.Span([words, " ", html.A(ctx.t("home.to_moved"), href=MOVED)])
    return [html.Div([line, noted], className="gx-alert home-moved", role="note")]


def _row(ctx: Ctx, one: Changed, name: str) -> Component:
    who = one.person.customer_id
    told = why(one.grade_before, one.grade_after, one.parts, ctx.currency, ctx.language, REASONS)
    own = one.person.manager_name
    seen = html.Button(
        ctx.t("home.seen"), id={"type": Ids.SEEN, "customer": who}, n_clicks=0, type="button", className="gx-btn small",
        **marks(aria_label=ctx.t("home.seen_one", name=name)),
    )  # fmt: skip
    return html.Tr(
        [
            html.Td([html.A(name, href=f"/customers/{who}?tab=rating"), html.Div(own, className="gx-sub") if own else None]),
            html.Td(grades(one), className="w"),
            html.Td(html.Ul([html.Li(each) for each in told], className="changes-why")),
            html.Td(seen, className="n"),
        ]
    )  # fmt: skip
