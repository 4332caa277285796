"""How a job stands, in words and as a bar: wherever one is shown, it is shown like this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.phrasing import choose, counted, minute, month, percent
from jobs.registry import JOB_KINDS, Field
from portal import run_words, translations
from portal.access import Ctx
from portal.actors import who
from portal.layouts.deliveries import source_words
from portal.widgets import status
from portal.widgets.marks import marks
from store import jobs as rows
from store import runs as store_runs
from store.branches import names_of
from store.jobs import JobRow

TONES = {"queued": "plain", "running": "accent", "done": "good", "failed": "bad", "cancelled": "warn"}


def title(ctx: Ctx, kind: str) -> str:
    """What a person calls this kind of work; a kind that is no longer in the registry keeps its name."""
    return JOB_KINDS[kind].title(ctx.language) if kind in JOB_KINDS else kind


def chip(ctx: Ctx, row: JobRow) -> Component:
    """The status in a word."""
    asked = row.status == "running" and row.cancel_requested_at is not None
    key = "stopping" if asked else row.status
    return status.chip(ctx.t(f"jobs.status.{key}"), "warn" if asked else TONES[row.status])


def sentence(ctx: Ctx, row: JobRow) -> str | None:
    """What the job says of its end, in the viewer's language."""
    return rows.said(row.sentence, ctx.language)


def step_words(ctx: Ctx, step: str | None) -> str:
    """A step in words; one without words stands as it is."""
    if step is None:
        return ctx.t("jobs.step.begin")
    key = f"jobs.step.{step}"
    return ctx.t(key) if translations.has(key) else step


def duration(seconds: float, language: str) -> str:
    """12 秒, 3 分 20 秒, 2 小时 5 分; 12 s, 3 min 20 s, 2 h 5 min. Whole units, rounded down."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return choose(language, f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
    if minutes:
        return choose(language, f"{minutes} 分 {rest} 秒", f"{minutes} min {rest} s")
    return choose(language, f"{rest} 秒", f"{rest} s")


def took(ctx: Ctx, row: JobRow) -> str:
    """How long it ran, or has run until now; an em dash when it never began."""
    if row.claimed_at is None:
        return "—"
    return duration(((row.finished_at or ctx.now) - row.claimed_at).total_seconds(), ctx.language)


def moment(ctx: Ctx, at: datetime | None) -> str:
    """A moment in the bank's time zone."""
    return minute(ctx.local(at))


def can_retry(ctx: Ctx, row: JobRow) -> bool:
    """Whether it ended, this viewer may start its kind, and the upload it works on, if any, is still there."""
    if row.active or row.kind not in JOB_KINDS or not ctx.may(JOB_KINDS[row.kind].permission):
        return False
    path = row.parameters.get("path")
    return path is None or Path(str(path)).exists()


def progress(ctx: Ctx, row: JobRow) -> Component:
    """Waiting: the place in the queue. Running: step, detail, bar, time gone and left. Ended: the sentence."""
    if row.status == "queued":
        before = rows.place(ctx.connection, row) or 0
        words = ctx.t("jobs.waiting", count=before) if before else ctx.t("jobs.next")
        return html.Div([html.Div(words, className="gx-job-step"), _bar(0.0, words)])
    if row.status == "running":
        return _running(ctx, row)
    return _ended(ctx, row)


def _running(ctx: Ctx, row: JobRow) -> Component:
    left = rows.seconds_left(row, rows.typical_seconds(ctx.connection, row.kind), ctx.now)
    done = min(max(row.percent or 0.0, 0.0), 100.0)
    detail = rows.said(row.step_detail, ctx.language)
    words = step_words(ctx, row.step) + (f" · {detail}" if detail else "")
    times = [ctx.t("jobs.running_for", time=took(ctx, row))]
    if left is not None:
        times.append(ctx.t("jobs.left", time=duration(left, ctx.language)))
    head = [html.Span(words), html.Span(percent(done / 100, 0), className="gx-job-percent")]
    return html.Div(
        [
            html.Div(head, className="gx-job-step"),
            _bar(done, words),
            html.Div(" · ".join(times), className="gx-sub"),
        ]
    )


def _bar(done: float, label: str) -> Component:
    told = marks(aria_valuenow=f"{done:.0f}", aria_valuemin="0", aria_valuemax="100", aria_label=label)
    return html.Div(html.I(style={"width": f"{done:.1f}%"}), className="gx-progress", role="progressbar", **told)


def _ended(ctx: Ctx, row: JobRow) -> Component:
    said = sentence(ctx, row)
    key = f"jobs.ended.{row.status}"
    words = ctx.t(key, time=moment(ctx, row.finished_at), took=took(ctx, row))
    parts: list[Any] = [html.Div(words, className="gx-job-step")]
    if said:
        idle = row.status == "done" and (row.result or {}).get("changed") is False
        tone = "warn" if idle else {"failed": "bad", "cancelled": "warn"}.get(row.status, "good")
        parts.append(html.P(said, className=f"gx-alert {tone}", role="alert" if row.status == "failed" else "note"))
    if row.incident:
        parts.append(html.Div(ctx.t("jobs.incident", incident=row.incident), className="gx-sub"))
    if row.cancelled_by:
        parts.append(html.Div(ctx.t("jobs.cancelled_by", who=who(ctx, row.cancelled_by)), className="gx-sub"))
    return html.Div(parts)


def parameters(ctx: Ctx, row: JobRow) -> str:
    """What it was asked for, in words. Personal work keeps it to whoever asked.

    Of contribution, whose parameters are a register of approved versions, those its run was worked out with; '' before that.
    """
    kind = JOB_KINDS.get(row.kind)
    if kind is not None and kind.personal and row.submitted_by != ctx.viewer.login:
        return ctx.t("jobs.personal")
    if told := in_words(ctx, row.kind, row.parameters):
        return told
    return _versions(ctx, row) if row.kind == "contribute" else ctx.t("jobs.no_parameters")


def _versions(ctx: Ctx, row: JobRow) -> str:
    run_id = (row.result or {}).get("run_id")
    run = store_runs.run(ctx.connection, run_id) if isinstance(run_id, int) else None
    return "" if run is None else ctx.t("jobs.worked_with", versions=run_words.parameter_versions(run, ctx))


def in_words(ctx: Ctx, kind_name: str, given: Mapping[str, Any]) -> str:
    """The parameters a kind of work was asked for with; '' without any."""
    if kind_name == "what_if":
        return _what_if(ctx, given)
    kind = JOB_KINDS.get(kind_name)
    fields = {field.name: field for field in (kind.form or ())} if kind else {}
    return " · ".join(_told(ctx, fields, given))


def _what_if(ctx: Ctx, given: Mapping[str, Any]) -> str:
    """The months and how many figures were changed; which ones, the page of the question says."""
    months = counted(given.get("months"), ctx.language, "个月", "month")
    last = month(date.fromisoformat(str(given["month"])), ctx.language)
    return ctx.t("what_if.job", month=last, months=months, count=len(given.get("changes") or {}))


def _told(ctx: Ctx, fields: dict[str, Field], given: Mapping[str, Any]) -> Iterable[str]:
    for name, value in given.items():
        if value is None or value is False:
            continue
        field = fields.get(name)
        if name == "path":
            yield PurePath(str(value)).name
        elif name == "draft":
            yield ctx.t("development.number", number=value)
        elif name == "source":
            yield source_words(ctx, str(value))
        elif field is None:
            yield str(value)
        elif field.kind == "flag":
            yield choose(ctx.language, field.zh, field.en)
        elif field.kind == "branch":
            yield f"{choose(ctx.language, field.zh, field.en)} {names_of(ctx.connection, [value]).get(value, value)}"
        else:
            shown = percent(value, 2) if field.kind == "share" else str(value)
            yield f"{choose(ctx.language, field.zh, field.en)} {shown}"


def rows_told(row: JobRow, language: str) -> str | None:
    """How many rows or customers the result speaks of."""
    result = row.result or {}
    if isinstance(count := result.get("rows_in"), int):
        return counted(count, language, "行", "row")
    if isinstance(count := result.get("customers"), int):
        return counted(count, language, "户", "customer")
    return None
