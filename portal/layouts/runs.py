"""Runs: which one is on show, which wait for a decision, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import day, minute, number
from portal import run_words
from portal.access import Ctx
from portal.actors import person
from portal.showings import line
from portal.widgets import frame, status
from portal.widgets.lists import facts
from store import runs as store_runs
from store.jobs import said
from store.runs import Run
from store.shown import Showing, showings

PATH = "/admin/runs"
MOST = 30


class Ids:
    """Of this page."""

    @staticmethod
    def back(kind: Any) -> dict[str, Any]:
        """The button that goes back to what was on show before."""
        return {"type": "runs-back", "kind": kind}

    @staticmethod
    def reason(kind: Any) -> dict[str, Any]:
        """Why one goes back."""
        return {"type": "runs-reason", "kind": kind}


def layout(ctx: Ctx) -> Component:
    """A section a kind: on show, candidates and earlier ones, what was published when."""
    sections = [part for kind in run_words.KINDS for part in _section(ctx, kind)]
    return frame.page(ctx.t("runs.title"), ctx.t("runs.context"), body=html.Div(sections, className="gx-stack"))


def _section(ctx: Ctx, kind: str) -> list[Component]:
    found = store_runs.list_runs(ctx.connection, kind, MOST)
    shown = next((run for run in found if run.state == "published"), None) or store_runs.published(ctx.connection, kind)
    past = showings(ctx.connection, kind)
    first = [_on_show(ctx, kind, shown, past)]
    back = _back(ctx, kind, shown, past)
    if back is not None:
        first.append(back)
    return [
        html.H2(ctx.t(f"runs.kind.{kind}"), className="gx-part"),
        html.Div(first, className="gx-grid-2" if len(first) > 1 else ""),
        _table(ctx, kind, found),
    ]


def _on_show(ctx: Ctx, kind: str, shown: Run | None, past: Sequence[Showing]) -> Component:
    title = ctx.t("runs.on_show")
    if shown is None:
        return frame.card(title, status.empty(ctx.t("runs.none_on_show"), ctx.t("runs.none_on_show_what")))
    told = facts(
        [
            (ctx.t("runs.head.version"), dcc.Link(shown.version, href=f"{PATH}/{shown.run_id}")),
            (ctx.t("runs.measure.as_of"), day(shown.as_of)),
            (ctx.t("runs.measure.customers"), number(shown.customers)),
            (ctx.t("runs.head.figures"), run_words.summary(ctx, shown)),
            (ctx.t("runs.head.started"), run_words.started(ctx, shown)),
            (ctx.t("runs.head.decided"), f"{person(ctx, shown.decided_by)} · {minute(ctx.local(shown.decided_at))}"),
        ]
    )
    lines = [html.Li(line(ctx, one)) for one in past[::-1][:MOST]]
    earlier = html.Details([html.Summary(ctx.t("runs.past", count=len(lines))), html.Ul(lines)], className="gx-past")
    return frame.card(title, [told, earlier if lines else None], why=ctx.t(f"runs.on_show_why.{kind}"))


def _back(ctx: Ctx, kind: str, shown: Run | None, past: Sequence[Showing]) -> Component | None:
    """To what was on show until this was: the earlier version, or, after going back, the one that was left."""
    if shown is None or not ctx.may("runs.publish") or not past:
        return None
    before = None if past[-1].replaced_run is None else store_runs.run(ctx.connection, past[-1].replaced_run)
    if before is None:
        return None
    undone = past[-1].again
    ask = ctx.t("runs.ask_back", version=before.version)
    own = before.started_by == ctx.viewer.login
    words = ctx.t("runs.forward" if undone else "runs.back", version=before.version)
    button = status.confirm(Ids.back(kind), words, ask, needs=Ids.reason(kind), disabled=own)
    reason = dcc.Textarea(id=Ids.reason(kind), className="gx-input", rows=2, maxLength=400)
    body = [html.Label([ctx.t("runs.reason"), reason], className="gx-labelled"), button]
    if own:
        body.append(html.P(ctx.t("runs.refused.own_run"), className="gx-sub"))
    title, why = ("runs.forward_title", "runs.forward_why") if undone else ("runs.back_title", "runs.back_why")
    return frame.card(ctx.t(title), html.Div(body, className="gx-form"), why=ctx.t(why))


def _table(ctx: Ctx, kind: str, found: Sequence[Run]) -> Component:
    title = ctx.t("runs.list")
    if not found:
        return frame.card(title, status.empty(ctx.t("runs.none"), ctx.t("runs.none_what")))
    names = ("version", "state", "as_of", "customers", "figures", "started", "finished", "decided")
    heads = [
        html.Th(ctx.t(f"runs.head.{name}"), scope="col", className="n" if name == "customers" else "") for name in names
    ]
    rows = [_line(ctx, run) for run in found]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    return frame.card(title, html.Div(table, className="gx-scroll"), why=ctx.t("runs.list_why"))


def _scope(ctx: Ctx, run: Run) -> Component | None:
    """Under the version, where only a branch was computed."""
    return html.Div(run.parameters["branch"]["name"], className="gx-sub") if run.parameters.get("branch") else None


def _line(ctx: Ctx, run: Run) -> Component:
    decided, reason = "—", said(run.decision_reason, ctx.language)
    if run.decided_by is not None:
        decided = f"{person(ctx, run.decided_by)} · {minute(ctx.local(run.decided_at))}"
    return html.Tr(
        [
            html.Td([dcc.Link(run.version, href=f"{PATH}/{run.run_id}"), _scope(ctx, run)], className="w"),
            html.Td(run_words.chip(ctx, run)),
            html.Td(day(run.as_of), className="w"),
            html.Td(number(run.customers), className="n"),
            html.Td(run_words.summary(ctx, run), className="w"),
            html.Td(run_words.started(ctx, run), className="w"),
            html.Td(minute(ctx.local(run.finished_at)), className="w"),
            html.Td([decided, html.Div(reason, className="gx-sub gx-clip") if reason else None]),
        ]
    )
