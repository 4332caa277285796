"""One run: its figures beside those on show, who would move, what gives pause, and the decision."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import minute
from portal import run_parameters, run_words
from portal.access import Ctx, Refusal
from portal.actors import person
from portal.address_numbers import number_in
from portal.layouts import run_card, run_moves
from portal.layouts.runs import PATH
from portal.run_warnings import warnings
from portal.showings import card
from portal.widgets import frame, status
from portal.widgets.lists import facts
from store import runs as store_runs
from store.jobs import said
from store.model_decisions import why_not_shown
from store.runs import Run
from store.shown import again_for, before, by_run, showings

# By state: what can be decided. A superseded run may be put on show again.
OPEN_TO = {"candidate": ("publish", "reject"), "superseded": ("publish",)}


class Ids:
    """Of this page."""

    RUN = "run-number"
    SEEN = "run-seen-on-show"  # the run on show when the page was put together, 0 for none
    MOVERS = "run-movers"
    REASON = "run-reason"
    PUBLISH = "run-publish"
    REJECT = "run-reject"


def found(ctx: Ctx, run_id: str | int) -> Run:
    """The run of a number as it stands in an address. Refusal when there is none."""
    number = number_in(run_id)
    run = None if number is None else store_runs.run(ctx.connection, number)
    if run is None:
        raise Refusal("runs.refused.no_such_run")
    return run


def layout(ctx: Ctx, run_id: str) -> Component:
    """What gives pause first, then figures and decision, then who moves."""
    run = found(ctx, run_id)
    shown = store_runs.published(ctx.connection, run.kind)
    on_show = shown is not None and shown.run_id == run.run_id
    pause = warnings(ctx, run, shown, ctx.picture) if run.state == "candidate" else []
    decision = _decision(ctx, run)
    figures = _on_show(ctx, run) if on_show else _beside(ctx, run, shown)
    first = [figures, decision] if decision else [figures]
    return frame.page(
        [f"{ctx.t(f'runs.kind.{run.kind}')} {run.version} ", run_words.chip(ctx, run)],
        ctx.t("run.context", who=run_words.started(ctx, run), at=minute(ctx.local(run.finished_at))),
        [dcc.Link(ctx.t("run.back"), href=PATH, className="gx-btn")],
        [
            dcc.Store(id=Ids.RUN, data=run.run_id),
            dcc.Store(id=Ids.SEEN, data=shown.run_id if shown else 0),
            _pause(ctx, pause) if run.state == "candidate" else None,
            run_card.standing(ctx, run),
            html.Div(first, className="gx-grid-2" if decision else "gx-stack"),
            html.Div(
                [
                    *run_moves.kept(ctx, run),
                    html.Div(id=Ids.MOVERS),
                    run_card.scorecard(ctx, run),
                    card(ctx, by_run(showings(ctx.connection, run.kind)).get(run.run_id, ())),
                    _parameters(ctx, run),
                    _made(ctx, run),
                ],
                className="gx-stack",
            ),
        ],
    )


def _pause(ctx: Ctx, sentences: list[str]) -> Component:
    if not sentences:
        return html.P(ctx.t("run.no_warning"), className="gx-alert good", role="note")
    listed = html.Ul([html.Li(sentence) for sentence in sentences])
    return html.Div(
        [html.Strong(ctx.t("run.warnings", count=len(sentences))), listed],
        className="gx-alert warn gx-pause",
        role="note",
    )


def _run_of(ctx: Ctx, run_id: int | None) -> Run | None:
    return None if run_id is None else store_runs.run(ctx.connection, run_id)


def _on_show(ctx: Ctx, run: Run) -> Component:
    """Figures of the run on show beside those of the one before it by the rule of store/shown.py and, when it was put on show
    again, first beside those of the one it took the place of then."""
    again = again_for(ctx.connection, run.kind, run.run_id)
    earlier, left = (
        _run_of(ctx, before(ctx.connection, run.run_id)),
        _run_of(ctx, again.replaced_run if again else None),
    )
    beside = [("run.replaced", left)] if left else []
    if earlier and (left is None or left.run_id != earlier.run_id):
        beside.append(("run.was_before", earlier))
    if again is not None and left is not None:
        told = {"at": minute(ctx.local(again.since)), "who": person(ctx, again.by), "version": left.version}
        why = ctx.t("run.again_in_use", **told)
    else:
        why = ctx.t("run.in_use", version=earlier.version) if earlier else ctx.t("run.first_in_use")
    return _figures(ctx, run, beside, why)


def _beside(ctx: Ctx, run: Run, shown: Run | None) -> Component:
    """Figures of any other run beside those of the one on show."""
    why = ctx.t("run.figures_why" if shown else "run.nothing_on_show")
    return _figures(ctx, run, [("run.on_show", shown)] if shown else [], why)


def _figures(ctx: Ctx, run: Run, beside: list[tuple[str, Run]], why: str) -> Component:
    names: list[Any] = [ctx.t("run.measure"), run.version]
    names += [dcc.Link(ctx.t(key, version=each.version), href=f"{PATH}/{each.run_id}") for key, each in beside]
    rows = []
    for measure in run_words.MEASURES[run.kind]:
        cells = [html.Td(measure.written(each, ctx)) for each in (run, *(each for _, each in beside))]
        rows.append(html.Tr([html.Td(ctx.t(f"runs.measure.{measure.key}")), *cells]))
    heads = [html.Th(name, scope="col") for name in names]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table run-figures")
    return frame.card(ctx.t("run.figures"), html.Div(table, className="gx-scroll"), why=why)


def _decision(ctx: Ctx, run: Run) -> Component | None:
    if run.decided_by is not None and run.state not in OPEN_TO:
        return _decided(ctx, run)
    if not ctx.may("runs.publish") or run.state not in OPEN_TO:
        return None
    own = run.started_by == ctx.viewer.login
    gone = "、".join(f"#{batch}" for batch in store_runs.batches_gone(ctx.connection, run.batches))
    back = run.state == "superseded"
    unsigned = why_not_shown(ctx.connection, run.run_id, back) if run.kind == "credit" else None
    shut = own or bool(gone) or unsigned is not None
    reason = dcc.Textarea(id=Ids.REASON, className="gx-input", rows=3, maxLength=400)
    key = "again" if back else "publish"
    ask = ctx.t(f"run.ask_{key}", version=run.version)
    needs = Ids.REASON if back else None
    buttons = [status.confirm(Ids.PUBLISH, ctx.t(f"run.{key}"), ask, "main", needs=needs, disabled=shut)]
    # Both buttons stand on the page even where one is of no use: the callbacks name them both.
    refuse = ctx.t("run.ask_reject", version=run.version)
    buttons.append(
        status.confirm(
            Ids.REJECT,
            ctx.t("run.reject"),
            refuse,
            "danger",
            needs=Ids.REASON,
            hidden="reject" not in OPEN_TO[run.state],
        )
    )
    notice = html.P(ctx.t("runs.refused.own_run"), className="gx-alert", id="run-own") if own else None
    if unsigned is not None:
        notice = html.P(
            ctx.t(f"runs.refused.{unsigned.key}", **unsigned.values), className="gx-alert warn", role="note"
        )
    if gone:
        notice = html.P(ctx.t("runs.refused.batches_gone", batches=gone), className="gx-alert warn", role="note")
    body = [
        html.Label([ctx.t("run.reason_again" if back else "run.reason"), reason], className="gx-labelled"),
        notice,
        html.Div(buttons, className="gx-row"),
    ]
    return frame.card(
        ctx.t("run.decision"),
        html.Div([part for part in body if part], className="gx-form"),
        why=ctx.t("run.decision_why"),
    )


def _decided(ctx: Ctx, run: Run) -> Component:
    told = facts(
        [
            (ctx.t("run.decided_by"), person(ctx, run.decided_by)),
            (ctx.t("run.decided_at"), minute(ctx.local(run.decided_at))),
            (ctx.t("run.decided_why"), said(run.decision_reason, ctx.language) or "—"),
        ]
    )
    return frame.card(ctx.t("run.decision"), told)


def _parameters(ctx: Ctx, run: Run) -> Component:
    """All it was worked out with, in words."""
    rows = [html.Tr([html.Th(name, scope="row"), html.Td(words)]) for name, words in run_parameters.told(ctx, run)]
    table = html.Table(html.Tbody(rows), className="gx-table run-parameters")
    return frame.card(ctx.t("run.parameters"), html.Div(table, className="gx-scroll"), why=ctx.t("run.parameters_why"))


def _made(ctx: Ctx, run: Run) -> Component:
    pairs: list[tuple[str, Any]] = [
        ("started", run_words.started(ctx, run)),
        ("started_at", minute(ctx.local(run.started_at))),
        ("finished_at", minute(ctx.local(run.finished_at))),
        ("code", html.Code(run.code_version[:16])),
        ("seed", str(run.seed)),
    ]
    if run.job_id is not None:
        link: Any = f"#{run.job_id}"
        if ctx.may("jobs.view"):
            link = dcc.Link(link, href=f"/admin/jobs/{run.job_id}")
        pairs.append(("job", link))
    return frame.card(
        ctx.t("run.made"), facts([(ctx.t(f"run.{name}"), value) for name, value in pairs]), why=ctx.t("run.made_why")
    )
