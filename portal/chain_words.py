"""How a chain of jobs stands, in words and step by step: wherever one is shown, it is shown like this."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import choose
from jobs.registry import JOB_KINDS, SCHEDULES
from portal import job_words, translations
from portal.access import Ctx
from portal.actors import who
from portal.widgets import status
from portal.widgets.marks import marks
from store import job_history
from store.chains import Chain, Step
from store.job_history import Made
from store.jobs import JobRow

JOBS, RUNS = "/admin/jobs", "/admin/runs"
TONES = {"running": "accent", "halted": "bad", "done": "good", "cancelled": "warn"}
STEP_TONES = {
    "queued": "plain", "running": "accent", "done": "good", "failed": "bad", "cancelled": "warn", "refused": "warn",
}  # fmt: skip
LATE = dt.timedelta(minutes=15)  # a schedule begun this much after its time had been missed


def title(ctx: Ctx, chain: Chain) -> str:
    """What began it: a schedule, a delivery, a rebuild of the picture."""
    if chain.schedule is not None:
        return SCHEDULES[chain.schedule].title(ctx.language) if chain.schedule in SCHEDULES else chain.schedule
    key = f"jobs.chain.{chain.origin}"
    return ctx.t(key) if translations.has(key) else job_words.title(ctx, chain.origin)


def link(ctx: Ctx, chain: Chain) -> Component:
    """Its title; leads to the job it is at, or was last at."""
    here = chain.current
    numbers = [step.job_id for step in chain.steps if step.job_id is not None]
    number = here.job_id if here is not None and here.job_id is not None else numbers[-1] if numbers else None
    return html.Span(title(ctx, chain)) if number is None else dcc.Link(title(ctx, chain), href=f"{JOBS}/{number}")


def chip(ctx: Ctx, chain: Chain) -> Component:
    """The state in a word."""
    return status.chip(ctx.t(f"jobs.chain_state.{chain.state}"), TONES[chain.state])


def about(ctx: Ctx, chain: Chain) -> str:
    """Of what, by whom, since when, and how far."""
    first = chain.steps[0]
    told = [job_words.in_words(ctx, first.kind, first.parameters), who(ctx, chain.begun_by)]
    told += [job_words.moment(ctx, chain.begun_at), progress(ctx, chain)]
    return " · ".join(word for word in told if word)


def progress(ctx: Ctx, chain: Chain) -> str:
    """How many of its steps are behind it."""
    return ctx.t("jobs.steps_done", done=chain.behind, total=len(chain.steps))


def late(ctx: Ctx, chain: Chain) -> str | None:
    """That it should have been earlier; None when it was in time or a person began it."""
    if chain.due_at is None or chain.begun_at - chain.due_at < LATE:
        return None
    return ctx.t("jobs.late", due=job_words.moment(ctx, chain.due_at))


def steps(ctx: Ctx, chain: Chain, here: int | None = None) -> Component:
    """Each step with its state, time and sentence; `here` the job whose page this is."""
    jobs = job_history.jobs_of(ctx.connection, chain)
    runs = [row.result.get("run_id") for row in jobs.values() if row.result]
    made = job_history.made_by(ctx.connection, [run_id for run_id in runs if isinstance(run_id, int)])
    shown = [_step(ctx, chain, step, jobs.get(step.job_id or 0), made, here) for step in chain.steps]
    return html.Ol(shown, className="gx-steps")


def _step(ctx: Ctx, chain: Chain, step: Step, row: JobRow | None, made: dict[int, Made], here: int | None) -> Component:
    name: Any = job_words.title(ctx, step.kind)
    if row is not None:
        words = f"#{row.job_id} {name}"
        name = html.Strong(words) if row.job_id == here else dcc.Link(words, href=f"{JOBS}/{row.job_id}")
    state = step.outcome or (row.status if row is not None else "planned")
    head = [name, status.chip(ctx.t(f"jobs.step_state.{state}"), STEP_TONES.get(state, "plain"))]
    if row is not None and row.claimed_at is not None:
        head.append(
            html.Span(f"{job_words.moment(ctx, row.claimed_at)} · {job_words.took(ctx, row)}", className="gx-sub")
        )
    told = _told(ctx, chain, step, row, made)
    current = marks(aria_current="step") if row is not None and row.job_id == here else {}
    return html.Li([html.Div(head, className="gx-step-head"), told], className=f"gx-step {state}", **current)


def _told(ctx: Ctx, chain: Chain, step: Step, row: JobRow | None, made: dict[int, Made]) -> Component | None:
    if row is None:
        waits = step.waits_for and step.outcome is None and step == chain.current
        key = "jobs.step_waits" if waits else None
        return html.Div(ctx.t(key), className="gx-sub") if key else None
    if step.outcome is None and row.active:
        return job_words.progress(ctx, row)
    if step.outcome in ("failed", "refused") and (said := job_words.sentence(ctx, row)):
        untold = row.incident is not None and row.incident not in said
        incident = ctx.t("jobs.incident", incident=row.incident) if untold else ""
        return html.Div(choose(ctx.language, "", " ").join(filter(None, (said, incident))), className="gx-step-said")
    return _result(ctx, row, made) if step.outcome == "done" else None


def _result(ctx: Ctx, row: JobRow, made: dict[int, Made]) -> Component | None:
    run = made.get((row.result or {}).get("run_id") or 0)
    said = job_words.sentence(ctx, row) or job_words.rows_told(row, ctx.language)
    parts: list[Any] = [said] if said else []
    if run is not None:
        state = ctx.t(f"runs.state.{run.state}")
        shown = dcc.Link(run.version, href=f"{RUNS}/{run.run_id}") if ctx.may("runs.view") else html.Span(run.version)
        parts += [" · " if parts else "", shown, choose(ctx.language, f"（{state}）", f" ({state})")]
        if run.kind == "contribution":
            key = "jobs.with_rating" if run.rating else "jobs.without_rating"
            parts += [" · ", ctx.t(key, version=run.rating)]
    return html.Div(parts, className="gx-sub") if parts else None


def retry_of(ctx: Ctx, chain: Chain) -> int | None:
    """The job whose retry lets a halted chain go on; None when it is not halted or this viewer may not."""
    step = chain.current if chain.state == "halted" else None
    row = job_history.jobs_of(ctx.connection, chain).get(step.job_id or 0) if step is not None else None
    return row.job_id if row is not None and job_words.can_retry(ctx, row) else None


def may_skip(ctx: Ctx, chain: Chain) -> bool:
    """Whether a halted chain may go on without the step it is at, by this viewer."""
    step = chain.current
    return chain.state == "halted" and step is not None and not step.needed and ctx.may(JOB_KINDS[step.kind].permission)
