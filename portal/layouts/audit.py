"""The audit trail: who did what to whom, when, from where. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import minute, number
from portal import audit_words
from portal.access import Ctx
from portal.actors import account
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.audit import Entry

PATH = "/audit"
ROWS = 50
FIELDS = ("actor", "action", "object_id", "since", "until")


class Ids:
    """Of this page."""

    ASKED = "audit-asked"
    BODY = "audit-body"
    VERIFY = "audit-verify"
    VERDICT = "audit-verdict"


@dataclass(frozen=True)
class Shown:
    """One page of the trail and what it was asked with."""

    entries: Sequence[Entry]
    total: int
    first: int
    asked: dict[str, str]
    actions: Sequence[str]


def layout(
    ctx: Ctx, actor: str = "", action: str = "", object_id: str = "", since: str = "", until: str = "", page: str = "1"
) -> Component:  # fmt: skip
    """The filter stands in the address; the rows come by callback."""
    asked = {"actor": actor, "action": action, "object_id": object_id, "since": since, "until": until, "page": page}
    verify = html.Button(ctx.t("audit.verify"), id=Ids.VERIFY, n_clicks=0, className="gx-btn", type="button")
    return frame.page(
        ctx.t("audit.title"),
        ctx.t("audit.context"),
        [html.Span(id=Ids.VERDICT, **marks(aria_live="polite")), verify],
        [dcc.Store(id=Ids.ASKED, data=asked), html.Div(status.skeleton(8), id=Ids.BODY)],
    )


def body(ctx: Ctx, shown: Shown) -> Component:
    """Filter, rows, pager."""
    rows = [_row(ctx, entry) for entry in shown.entries]
    heads = [
        html.Th(ctx.t(f"audit.head_{name}"), scope="col")
        for name in ("at", "actor", "action", "object", "detail", "address")
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    found = (
        html.Div(table, className="gx-scroll") if rows else status.empty(ctx.t("audit.none"), ctx.t("audit.none_what"))
    )
    return html.Div([_filter(ctx, shown), frame.card(None, [found, pager(ctx, shown)])], className="gx-stack")


def _filter(ctx: Ctx, shown: Shown) -> Component:
    def box(name: str, hint: str = "") -> Component:
        ident = f"audit-{name}"
        entry = dcc.Input(
            id=ident, name=name, value=shown.asked[name], placeholder=hint, className="gx-input", autoComplete="off"
        )
        return html.Div([html.Label(ctx.t(f"audit.field_{name}"), htmlFor=ident), entry], className="gx-field")

    options = [html.Option(ctx.t("common.all"), value="")] + [
        html.Option(action_words(ctx, name), value=name, selected=name == shown.asked["action"])
        for name in shown.actions
    ]
    select = html.Select(options, name="action", id="audit-action", className="gx-input")
    chosen = html.Div([html.Label(ctx.t("audit.field_action"), htmlFor="audit-action"), select], className="gx-field")
    send = html.Button(ctx.t("audit.show"), type="submit", className="gx-btn main")
    clear = html.A(ctx.t("audit.clear"), href=PATH, className="gx-btn")
    parts = [
        box("actor"),
        chosen,
        box("object_id"),
        box("since", "2026-01-31"),
        box("until", "2026-01-31"),
        send,
        clear,
    ]
    return html.Form(parts, action=PATH, method="get", className="gx-card audit-filter")


def _row(ctx: Ctx, entry: Entry) -> Component:
    whom = html.Span([object_words(ctx, entry.object_kind), f" {entry.object_id}" if entry.object_id else ""])
    cells = [
        html.Td([minute(ctx.local(entry.at)), html.Div(f"#{entry.sequence}", className="gx-sub")], className="w"),
        html.Td(account(ctx, entry.actor)),
        html.Td(status.chip(action_words(ctx, entry.action), tone(entry.action))),
        html.Td(whom),
        html.Td(audit_words.told(ctx, entry.detail), className="audit-detail"),
        html.Td(entry.address or "—", className="w"),
    ]
    return html.Tr(cells)


def action_words(ctx: Ctx, action: str) -> str:
    """The action in words; one without words of its own keeps its code."""
    key = f"audit.action.{action}" if "." in action else f"audit.action.{action}._"
    return audit_words.translated(ctx, key, action)


def object_words(ctx: Ctx, kind: str) -> str:
    """The kind of thing in words."""
    return audit_words.translated(ctx, f"audit.object.{kind}", kind)


def tone(action: str) -> str:
    """Refusals stand out; the rest is quiet."""
    return "bad" if action.endswith((".failed", ".locked", ".denied", ".refused")) else "plain"


def pager(ctx: Ctx, shown: Shown) -> Component:
    """Where in the trail this page stands, and its neighbours."""
    at, last = shown.first // ROWS + 1, max((shown.total - 1) // ROWS + 1, 1)

    def link(key: str, to: int) -> Component:
        query = urlencode({**{name: value for name, value in shown.asked.items() if value}, "page": to})
        return dcc.Link(ctx.t(key), href=f"{PATH}?{query}", className="gx-btn small")

    words = ctx.t(
        "common.rows_of", first=number(shown.first + 1 if shown.total else 0),
        last=number(shown.first + len(shown.entries)), total=number(shown.total),
    )  # fmt: skip
    before = [link("common.previous", at - 1)] if at > 1 else []
    after = [link("common.next", at + 1)] if at < last else []
    return html.Div([html.Span(words), *before, *after], className="gx-pager")


def verdict(ctx: Ctx, broken: int | None, rows: int) -> Component:
    """What checking the chain found."""
    if broken is None:
        return status.chip(ctx.t("audit.whole", rows=number(rows)), "good")
    return status.chip(ctx.t("audit.broken", sequence=number(broken)), "bad")


def day_of(ctx: Ctx, words: str) -> date | None:
    """A day as it was typed, or None where nothing was. ValueError when it is no day."""
    return date.fromisoformat(words.strip()) if words and words.strip() else None
