"""Schedules: what starts by itself, when, which steps; an administrator changes it here."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import choose
from jobs.queue import as_at_first
from jobs.registry import DELIVERY, JOB_KINDS, SCHEDULES, Schedule
from portal import chain_words, job_words
from portal.access import Ctx
from portal.widgets import frame, status
from portal.widgets.lists import facts
from portal.widgets.marks import marks
from store import job_history
from store.chains import Chain
from store.schedules import LAST_DAY, Line, line

PATH = "/admin/schedules"
BY_DELIVERY = ("receive_delivery", "build_picture")  # the first jobs of chains that this line has a say in


class Ids:
    """Of this page."""

    CARDS = "schedules-cards"

    @staticmethod
    def save(name: Any) -> dict[str, Any]:
        """The button that keeps a schedule as its form says."""
        return {"type": "schedules-save", "name": name}

    @staticmethod
    def run(name: Any) -> dict[str, Any]:
        """The button that starts it now."""
        return {"type": "schedules-run", "name": name}

    @staticmethod
    def field(name: Any, part: Any) -> dict[str, Any]:
        """A control of a schedule: active, day, at or steps."""
        return {"type": "schedules-field", "name": name, "part": part}


def layout(ctx: Ctx) -> Component:
    """A card a schedule, drawn anew when one was kept or started."""
    back = dcc.Link(ctx.t("jobs.title"), href="/admin/jobs", className="gx-btn")
    context = ctx.t("schedules.context", zone=ctx.settings.time_zone)
    return frame.page(
        ctx.t("schedules.title"), context, [back], html.Div(cards(ctx), id=Ids.CARDS, className="gx-grid-3")
    )


def cards(ctx: Ctx) -> list[Component]:
    """A card a schedule."""
    return [_card(ctx, schedule) for schedule in SCHEDULES.values()]


def _card(ctx: Ctx, schedule: Schedule) -> Component:
    set_so = line(ctx.connection, as_at_first(schedule))
    origins = BY_DELIVERY if schedule.name == DELIVERY else ()
    last = job_history.last_of(ctx.connection, None if origins else schedule.name, origins)
    chip = status.chip(ctx.t(f"schedules.{'on' if set_so.active else 'off'}"), "good" if set_so.active else "plain")
    parts: list[Any] = [html.P(chip), _standing(ctx, schedule, set_so, last)]
    if ctx.may("schedules.edit"):
        parts.append(_form(ctx, schedule, set_so))
    else:
        told = choose(ctx.language, "、", ", ").join(job_words.title(ctx, step) for step in set_so.steps)
        parts.append(html.P(ctx.t("schedules.steps_are", steps=told or "—"), className="gx-sub"))
    return frame.card(schedule.title(ctx.language), parts, why=ctx.t(f"schedules.why.{schedule.name}"))


def _standing(ctx: Ctx, schedule: Schedule, set_so: Line, last: Chain | None) -> Component:
    told: list[tuple[str, Any]] = []
    if schedule.day is not None:
        told.append((ctx.t("schedules.next"), job_words.moment(ctx, set_so.next_at) if set_so.next_at else "—"))
    if last is None:
        told.append((ctx.t("schedules.last"), ctx.t("schedules.never")))
    else:
        begun: list[Any] = [dcc.Link(job_words.moment(ctx, last.begun_at), href=_address(last)), " "]
        begun.append(chain_words.chip(ctx, last))
        if late := chain_words.late(ctx, last):
            begun.append(html.Div(late, className="gx-sub"))
        told.append((ctx.t("schedules.last"), html.Span(begun)))
    if set_so.changed_by is not None:
        told.append((ctx.t("schedules.changed"), f"{set_so.changed_by} · {job_words.moment(ctx, set_so.changed_at)}"))
    return facts(told)


def _address(chain: Chain) -> str:
    numbers = [step.job_id for step in chain.steps if step.job_id is not None]
    return f"/admin/jobs/{numbers[-1]}" if numbers else "/admin/jobs"


def _form(ctx: Ctx, schedule: Schedule, set_so: Line) -> Component:
    name = schedule.name
    on = [{"label": ctx.t("schedules.active"), "value": "yes"}]
    parts: list[Component] = [
        dcc.Checklist(on, ["yes"] if set_so.active else [], id=Ids.field(name, "active"), className="gx-checks")
    ]
    if schedule.day is not None:
        parts.append(html.Div([_day(ctx, name, set_so), _time(ctx, name, set_so)], className="gx-when"))
    options = [{"label": JOB_KINDS[step].title(ctx.language), "value": step} for step in schedule.offered]
    steps = dcc.Checklist(
        options, list(set_so.steps), id=Ids.field(name, "steps"), className="gx-checks gx-checks-list"
    )
    words = ctx.t("schedules.steps")
    parts.append(html.Div([html.Span(words), steps], className="gx-labelled", role="group", **marks(aria_label=words)))
    buttons = [_button(ctx, "save", Ids.save(name), schedule, "main")]
    if schedule.day is not None and ctx.may("jobs.submit"):
        buttons.append(_button(ctx, "run", Ids.run(name), schedule, ""))
    parts.append(html.Div(buttons, className="gx-row"))
    return html.Div(parts, className="gx-form")


def _day(ctx: Ctx, name: str, set_so: Line) -> Component:
    box = dcc.Dropdown(
        [{"label": ctx.t("schedules.day_of", day=day), "value": day} for day in range(1, LAST_DAY + 1)],
        set_so.day, id=Ids.field(name, "day"), clearable=False, searchable=False,
    )  # fmt: skip
    words = ctx.t("schedules.day")
    return html.Div([html.Span(words), box], className="gx-labelled", role="group", **marks(aria_label=words))


def _time(ctx: Ctx, name: str, set_so: Line) -> Component:
    box = dcc.Input(
        id=Ids.field(name, "at"), type="text", value=set_so.at, className="gx-input", autoComplete="off", maxLength=5
    )
    return html.Label([ctx.t("schedules.time"), box], className="gx-labelled")


def _button(ctx: Ctx, act: str, ident: dict[str, Any], schedule: Schedule, look: str) -> Component:
    label = ctx.t(f"schedules.{act}")
    told = marks(aria_label=f"{label}：{schedule.title(ctx.language)}")
    if act == "run":
        return status.confirm(ident, label, _ask(ctx, schedule), look, **told)
    return html.Button(label, id=ident, n_clicks=0, type="button", className=f"gx-btn {look}".strip(), **told)


def _ask(ctx: Ctx, schedule: Schedule) -> str:
    """What is started: the steps that are kept, whatever the boxes say by now."""
    steps = line(ctx.connection, as_at_first(schedule)).steps
    names = choose(ctx.language, "、", ", ").join(job_words.title(ctx, step) for step in steps)
    return ctx.t("schedules.ask_run", name=schedule.title(ctx.language), count=len(steps), steps=names)
