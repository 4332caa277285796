"""The button that makes a PDF: pressed, it says where the job is, and hands over the file when it is there.

On a page:  report_button.shown(ctx, "customer", ctx.t("reports.make_customer"), {"customer_id": …}), and in its callbacks
report_button.register(bind, "customer", report_button.for_customer, "reports.customer").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.phrasing import LANGUAGES, percent
from domain.standing import clusters_of
from portal import background, job_words
from portal.access import Bind, Ctx, Refusal
from portal.downloads import kinds_open_to
from portal.widgets.marks import marks
from store import jobs as rows
from store.branches import branches_in
from store.customers import customer, segmentation_model
from store.jobs import JobRow
from store.models import model
from store.reports import BRANCH, CREDIT, CUSTOMER, DOSSIER, KINDS, MANAGEMENT, SEGMENT, paper_of_job

FIRST_MS, LATER_MS, SLOW_MS = 300, 1_000, 3_000
Outcome = tuple[Any, ...]


@dataclass(frozen=True)
class Ids:
    """Of the button on one page; `stem` is the page's."""

    stem: str

    @property
    def press(self) -> str:
        """The button."""
        return f"{self.stem}-pdf-press"

    @property
    def said(self) -> str:
        """Where its progress stands."""
        return f"{self.stem}-pdf-said"

    @property
    def asked(self) -> str:
        """The job's parameters."""
        return f"{self.stem}-pdf-asked"

    @property
    def job(self) -> str:
        """The job's number."""
        return f"{self.stem}-pdf-job"

    @property
    def tick(self) -> str:
        """The clock."""
        return f"{self.stem}-pdf-tick"

    @property
    def paper(self) -> str:
        """The finished paper."""
        return f"{self.stem}-pdf-paper"

    @property
    def fetched(self) -> str:
        """The paper that was fetched."""
        return f"{self.stem}-pdf-fetched"


def shown(
    ctx: Ctx,
    stem: str,
    words: str,
    asked: Mapping[str, Any] | None = None,
    main: bool = True,
    why_not: str | None = None,
    running: JobRow | None = None,
) -> Component:
    """The button, the place where its progress stands, and what they keep. asked: the job's parameters as the page has
    them. why_not: why it cannot be pressed now. running: the viewer's job that makes this paper already: it is followed
    as if the button had just been pressed."""
    ids = Ids(stem)
    press = html.Button(
        words, id=ids.press, n_clicks=0, type="button", className="gx-btn main" if main else "gx-btn",
        disabled=why_not is not None or running is not None, title=why_not,
    )  # fmt: skip
    said = None if running is None else _progress(ctx, running)
    return html.Div(
        [
            press,
            html.Div(said, id=ids.said, className="report-said", **marks(aria_live="polite")),
            dcc.Store(id=ids.asked, data=dict(asked or {})),
            dcc.Store(id=ids.job, data=None if running is None else {"job": running.job_id}),
            dcc.Store(id=ids.paper),
            dcc.Store(id=ids.fetched),
            dcc.Interval(id=ids.tick, interval=FIRST_MS, disabled=running is None),
        ],
        className="report-button",
    )


def for_customer(ctx: Ctx, clicks: int | None, asked: Mapping[str, Any] | None) -> Outcome:
    """Enter the job for a customer in scope."""
    return _of_customer(ctx, CUSTOMER, clicks, asked)


def for_credit(ctx: Ctx, clicks: int | None, asked: Mapping[str, Any] | None) -> Outcome:
    """Enter the job for the credit report of a customer in scope."""
    return _of_customer(ctx, CREDIT, clicks, asked)


def _of_customer(ctx: Ctx, kind: str, clicks: int | None, asked: Mapping[str, Any] | None) -> Outcome:
    customer_id = str((asked or {}).get("customer_id") or "")
    if not clicks:
        raise PreventUpdate
    if customer(ctx.connection, ctx.scope, customer_id) is None:
        raise Refusal("reports.no_customer")
    return _started(ctx, kind, {"customer_id": customer_id, "language": _language(ctx, asked)})


def for_month(ctx: Ctx, clicks: int | None, asked: Mapping[str, Any] | None) -> Outcome:
    """Enter the job for a month of a branch in scope."""
    if not clicks:
        raise PreventUpdate
    told = asked or {}
    return of_month(ctx, told.get("month"), told.get("branch_id"), _language(ctx, asked))


def of_month(ctx: Ctx, month: str | None, branch_id: str | None, language: str) -> Outcome:
    """As `for_month`, for a page that asks for each part itself."""
    return _of_month(ctx, MANAGEMENT, month, branch_id, language)


def of_branch(ctx: Ctx, month: str | None, branch_id: str | None, language: str) -> Outcome:
    """Enter the job for a branch's performance in a month."""
    return _of_month(ctx, BRANCH, month, branch_id, language)


def for_model(ctx: Ctx, clicks: int | None, model_id: int | None) -> Outcome:
    """Enter the job for the validation dossier of a model of the register."""
    if not clicks:
        raise PreventUpdate
    found = None if model_id is None else model(ctx.connection, int(model_id))
    if found is None:
        raise Refusal("models.refused.no_such_model")
    return _started(ctx, DOSSIER, {"run_id": found.run_id, "language": ctx.language})


def of_segment(ctx: Ctx, branch_id: str | None, segment: str | None, language: str) -> Outcome:
    """Enter the job for the published segments of a branch; segment: one of them by number, none for all."""
    _known_branch(ctx, branch_id)
    numbers = {str(number) for number in clusters_of(segmentation_model(ctx.connection))}
    if not numbers or (segment and segment not in numbers):
        raise Refusal("reports.no_segment" if numbers else "reports.no_segmentation")
    return _started(ctx, SEGMENT, {"branch_id": branch_id, "segment": segment or "", "language": language})


def _of_month(ctx: Ctx, kind: str, month: str | None, branch_id: str | None, language: str) -> Outcome:
    months = [f"{end:%Y-%m}" for end in (ctx.picture.months if ctx.picture else ())]
    if month not in months:
        raise Refusal("reports.no_month", month=month or "—")
    _known_branch(ctx, branch_id)
    return _started(ctx, kind, {"month": month, "branch_id": branch_id, "language": language})


def _known_branch(ctx: Ctx, branch_id: str | None) -> None:
    if branch_id not in {branch.branch_id for branch in branches_in(ctx.connection, ctx.scope)}:
        raise Refusal("reports.no_branch")


def _language(ctx: Ctx, asked: Mapping[str, Any] | None) -> str:
    told = (asked or {}).get("language")
    return told if told in LANGUAGES else ctx.language


def _started(ctx: Ctx, kind: str, parameters: Mapping[str, Any]) -> Outcome:
    """Values of _of_press: the job, the clock set going, the first words."""
    entered = background.start(ctx, kind, parameters)
    return {"job": entered.job_id}, False, FIRST_MS, 0, ctx.t("reports.asked"), True, None


def follow(ctx: Ctx, ticks: int | None, told: Mapping[str, Any] | None) -> Outcome:
    """Where the job is; when it has ended, the file or the sentence. Values of _of_follow."""
    if not told or not ticks:
        raise PreventUpdate
    row = background.found(ctx, told["job"])
    if row.submitted_by != ctx.viewer.login or row.kind not in KINDS:
        raise Refusal("reports.not_yours")
    if row.active:
        return (
            _progress(ctx, row),
            False,
            FIRST_MS if ticks < 20 else LATER_MS if ticks < 60 else SLOW_MS,
            True,
            no_update,
        )
    paper = paper_of_job(ctx.connection, ctx.scope, kinds_open_to(ctx), row.job_id) if row.status == "done" else None
    if paper is None:
        return _not_made(ctx, row), True, FIRST_MS, False, no_update
    link = html.A(ctx.t("reports.download"), href=f"/files/{paper.report_id}", className="report-link")
    return [ctx.t("reports.made"), link], True, FIRST_MS, False, paper.report_id


def _progress(ctx: Ctx, row: JobRow) -> Any:
    if row.status == "queued":
        before = rows.place(ctx.connection, row) or 0
        return ctx.t("jobs.waiting", count=before) if before else ctx.t("jobs.next")
    done = min(max(row.percent or 0.0, 0.0), 100.0)
    words = f"{job_words.step_words(ctx, row.step)} {percent(done / 100, 0)}"
    told = marks(aria_valuenow=f"{done:.0f}", aria_valuemin="0", aria_valuemax="100", aria_label=words)
    bar = html.Div(html.I(style={"width": f"{done:.0f}%"}), className="report-bar", role="progressbar", **told)
    return [html.Span(words), bar]


def _not_made(ctx: Ctx, row: JobRow) -> Component:
    said = job_words.sentence(ctx, row) or ctx.t("reports.cancelled" if row.status == "cancelled" else "reports.gone")
    return html.Span([said, " ", ctx.t("reports.press_again")], className="report-bad", role="alert")


def register(
    bind: Bind, stem: str, press: Callable[..., Outcome], permission: str, states: Sequence[State] | None = None
) -> None:
    """Attach the button of a page. press(ctx, clicks, *states) enters the job; states: the page's own, else `asked`."""
    ids = Ids(stem)
    bind(
        press, output=_of_press(ids), inputs=[Input(ids.press, "n_clicks")],
        states=[State(ids.asked, "data")] if states is None else states, permission=permission, writes=True,
        prevent_initial_call=True,
    )  # fmt: skip
    bind(
        follow, output=_of_follow(ids), inputs=[Input(ids.tick, "n_intervals")], states=[State(ids.job, "data")],
        permission="reports.view", prevent_initial_call=True,
    )  # fmt: skip
    bind.clientside(
        "report_button.fetch",
        output=Output(ids.fetched, "data"),
        inputs=[Input(ids.paper, "data")],
        prevent_initial_call=True,
    )


def _of_press(ids: Ids) -> list[Output]:
    return [
        Output(ids.job, "data"), Output(ids.tick, "disabled"), Output(ids.tick, "interval"), Output(ids.tick, "n_intervals"),
        Output(ids.said, "children"), Output(ids.press, "disabled"), Output(ids.paper, "data"),
    ]  # fmt: skip


def _of_follow(ids: Ids) -> list[Output]:
    shared = (
        (ids.said, "children"),
        (ids.tick, "disabled"),
        (ids.tick, "interval"),
        (ids.press, "disabled"),
        (ids.paper, "data"),
    )
    return [Output(ident, prop, allow_duplicate=True) for ident, prop in shared]
