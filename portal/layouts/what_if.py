"""What if: parameters changed on paper, months worked out again, and nobody's published figure touched."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.cell_words import shown, title
from domain.contribution.cells import cells, told
from domain.phrasing import choose, counted
from domain.phrasing import month as month_words
from portal import job_words
from portal.access import Ctx
from portal.contribution_question import months_of, run_on_show
from portal.layouts.contribution import no_run
from portal.what_if_question import WINDOWS, Question, base_of, question_of, said
from portal.widgets import frame, pickers, status
from portal.widgets.marks import marks
from store.jobs import JobRow
from store.parameters import CONTRIBUTION, versions

POLL_MS = 1000


class Ids:
    """Of this page."""

    ASKED = "what_if-asked"
    CELL = "what_if-cell"
    VALUE = "what_if-value"
    ADD = "what_if-add"
    MONTH = "what_if-month"
    WINDOW = "what_if-window"
    VERSION = "what_if-version"
    BRANCH = "what_if-branch"
    COMPUTE = "what_if-compute"
    JOB = "what_if-job"
    TICK = "what_if-tick"
    DONE = "what_if-done"
    ANSWER = "what_if-answer"
    PEOPLE = "what_if-people"


def layout(
    ctx: Ctx, month: str = "", months: str = "", version: str = "", change: str = "", branch: str = ""
) -> Component:  # fmt: skip
    """The question, and the place where its answer will stand."""
    heading, back = (
        ctx.t("what_if.title"),
        dcc.Link(ctx.t("contribution.title"), href="/contribution", className="gx-btn"),
    )
    if ctx.picture is None or not ctx.scope.paths:
        key = "common.empty_picture" if ctx.picture is None else "overview.no_scope"
        return frame.page(heading, None, [back], frame.card(None, status.empty(ctx.t(key), ctx.t(f"{key}_what"))))
    run = run_on_show(ctx)
    if run is None:
        return frame.page(heading, None, [back], no_run(ctx))
    given = {"month": month, "months": months, "version": version, "change": change, "branch": branch}
    asked = question_of(ctx, run, given)
    return frame.page(
        heading,
        context(ctx, asked),
        [*_exports(ctx, asked), back],
        [
            dcc.Store(id=Ids.ASKED, data={**given, "now": asked.query()}),
            dcc.Store(id=Ids.JOB),
            dcc.Store(id=Ids.DONE),
            dcc.Interval(id=Ids.TICK, interval=POLL_MS, disabled=True),
            _question(ctx, asked),
            html.Div(
                status.skeleton(3) if asked.asks else nothing_asked(ctx), id=Ids.ANSWER, **marks(aria_live="polite")
            ),
            html.Div(id=Ids.PEOPLE),
        ],
    )


def context(ctx: Ctx, asked: Question) -> str:
    """One line: scope, months, currency, the run that is left as it is."""
    scope = asked.branch.name if asked.branch else ctx.t("overview.all_mine")
    first, last = asked.months[0], asked.months[-1]
    months = month_words(last, ctx.language)
    if first != last:
        months = f"{month_words(first, ctx.language)} – {months}"
    currency = phrasing.currency_word(ctx.currency, ctx.language)
    return " · ".join([scope, months, currency, ctx.t("what_if.against", version=asked.run.version)])


def _exports(ctx: Ctx, asked: Question) -> list[Component]:
    if not ctx.may("contribution.export") or not asked.asks:
        return []
    return [
        html.A(
            ctx.t(f"what_if.export_{part}"),
            href=f"/what-if-export/{part}?{asked.query()}",
            className="gx-btn",
            download="",
        )
        for part in ("figures", "customers")
    ]


def nothing_asked(ctx: Ctx) -> Component:
    """Before anything is changed."""
    return frame.card(None, status.empty(ctx.t("what_if.nothing"), ctx.t("what_if.nothing_what")))


def _question(ctx: Ctx, asked: Question) -> Component:
    compute = html.Button(
        ctx.t("what_if.compute"), id=Ids.COMPUTE, n_clicks=0, type="button", className="gx-btn main", disabled=not asked.asks
    )  # fmt: skip
    parts: list[Any] = [
        html.Div(_pickers(ctx, asked), className="what_if-pickers"),
        html.Div(_adding(ctx, asked), className="what_if-adding"),
        html.Div([*_changes(ctx, asked), compute], className="gx-row what_if-changes"),
    ]
    if asked.odd:
        words = choose(ctx.language, "、", ", ").join(asked.odd)
        parts.insert(0, html.P(ctx.t("what_if.odd", words=words), className="gx-alert warn", role="status"))
    return frame.card(ctx.t("what_if.question"), parts, why=ctx.t("what_if.question_why"))


def _pickers(ctx: Ctx, asked: Question) -> list[Component]:
    months = pickers.month_choices(ctx, months_of(asked.run))
    windows = [(counted(each, ctx.language, "个月", "month"), str(each)) for each in WINDOWS]
    kept = [each for each in versions(ctx.connection, CONTRIBUTION) if each.state != "rejected"]
    own = [(ctx.t("what_if.own"), "")]
    own += [(ctx.t("parameters.number", version=each.version), str(each.version)) for each in kept]
    version = "" if asked.version is None else str(asked.version)
    chosen, places = asked.branch.branch_id if asked.branch else "", pickers.branch_choices(ctx, asked.tree)
    found = [
        ("month", pickers.dropdown(ctx, Ids.MONTH, months, f"{asked.month:%Y-%m}", searchable=False)),
        ("window", pickers.dropdown(ctx, Ids.WINDOW, windows, str(asked.window), searchable=False)),
        ("version", pickers.dropdown(ctx, Ids.VERSION, own, version, searchable=False)),
        ("branch", pickers.dropdown(ctx, Ids.BRANCH, places, chosen)),
    ]
    return [_labelled(ctx, name, picker) for name, picker in found]


def _labelled(ctx: Ctx, name: str, control: Component) -> Component:
    words = ctx.t(f"what_if.{name}")
    return html.Div([html.Span(words), control], className="gx-labelled", role="group", **marks(aria_label=words))


def _adding(ctx: Ctx, asked: Question) -> list[Component]:
    """A figure to choose and what it would be."""
    options = [
        {"label": ctx.t("what_if.option", name=title(key, ctx.language), value=shown(key, value)), "value": told(key)}
        for key, value in cells(base_of(ctx, asked)).items()
    ]  # fmt: skip
    cell = dcc.Dropdown(options, None, id=Ids.CELL, placeholder=ctx.t("what_if.choose"), labels=pickers.words(ctx))
    value = dcc.Input(
        id=Ids.VALUE, type="text", placeholder=ctx.t("what_if.new_value"), className="gx-input", autoComplete="off"
    )
    add = html.Button(ctx.t("what_if.add"), id=Ids.ADD, n_clicks=0, type="button", className="gx-btn")
    return [_labelled(ctx, "cell", cell), _labelled(ctx, "value", value), add]


def _changes(ctx: Ctx, asked: Question) -> list[Component]:
    """Each changed figure, with a way to take it back."""
    own = cells(base_of(ctx, asked))
    found: list[Component] = []
    for key, value in asked.changes.items():
        words = f"{title(key, ctx.language)} {shown(key, own[key])} → {shown(key, value)}"
        rest = {other: figure for other, figure in asked.changes.items() if other != key}
        away = dcc.Link(
            "×", href=asked.address(change=said(rest)), className="what_if-away", title=ctx.t("what_if.take_back")
        )
        found.append(html.Span([words, away], className="gx-chip accent what_if-change"))
    if asked.version is not None:
        found.insert(0, status.chip(ctx.t("what_if.with_version", version=asked.version), "accent"))
    return found


def waiting(ctx: Ctx, row: JobRow) -> Component:
    """The answer is being worked out."""
    return frame.card(ctx.t("what_if.under_way"), job_words.progress(ctx, row))


def not_answered(ctx: Ctx, row: JobRow | None) -> Component:
    """Nobody asked this yet, or the answer failed or was cleared away."""
    if row is None:
        return frame.card(None, status.empty(ctx.t("what_if.not_yet"), ctx.t("what_if.not_yet_what")))
    if row.status == "done":
        return frame.card(None, status.empty(ctx.t("what_if.cleared"), ctx.t("what_if.not_yet_what")))
    words = job_words.sentence(ctx, row) or ctx.t("what_if.stopped")
    return frame.card(None, status.failed(words, row.incident, ctx.language))
