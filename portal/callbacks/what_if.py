"""What if: the question goes into the address, a job works the answer out, and each viewer is shown their own part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.contribution.cells import BadCell, cells, key_of, read
from portal import background
from portal.access import Bind, Ctx, Refusal
from portal.contribution_question import run_on_show
from portal.customer_words import words_of
from portal.layouts import what_if as page
from portal.layouts import what_if_answer as answers
from portal.layouts.what_if import Ids
from portal.parameter_form import refusal_of
from portal.what_if_question import Question, base_of, question_of, said
from store.customers import named
from store.what_ifs import WHAT_IF, newest
from warehouse.contribution.what_if import WhatIf, kept

Asked = Mapping[str, Any] | None


def asked_of(ctx: Ctx, told: Asked) -> Question:
    """The question in the address. Refusal where nothing is published."""
    run = run_on_show(ctx) if ctx.picture is not None and ctx.scope.paths else None
    if run is None:
        raise Refusal("contribution.no_run")
    return question_of(ctx, run, told or {})


def answer_of(ctx: Ctx, asked: Question) -> tuple[int, WhatIf] | None:
    """The newest answer to it, the viewer's own part; None when there is none."""
    row = newest(ctx.connection, asked.parameters())
    if row is None or row.status != "done":
        return None
    found = kept(ctx.settings.warehouse, row.job_id, asked.paths(ctx))
    return None if found is None else (row.job_id, found)


def show(ctx: Ctx, told: Asked, _job: Any, _ticks: int | None) -> tuple[Any, bool, int | None]:
    """The answer, its progress, or why there is none; whether to stop looking; the job once it is done."""
    asked = asked_of(ctx, told)
    if not asked.asks:
        return page.nothing_asked(ctx), True, None
    row = newest(ctx.connection, asked.parameters())
    if row is not None and row.active:
        return page.waiting(ctx, row), False, None
    answered = answer_of(ctx, asked)
    if answered is None:
        return page.not_answered(ctx, row), True, None
    return answers.answer(ctx, asked, answered[1], words_of(ctx)), True, answered[0]


def people(ctx: Ctx, done: int | None, told: Asked) -> Component | None:
    """Who would rise or fall a band, on the audit trail as every list of customers is."""
    if not done or not ctx.may("customers.search"):
        return None
    asked = asked_of(ctx, told)
    answered = answer_of(ctx, asked)
    if answered is None:
        return None
    job_id, found = answered
    rows = {side: answers.moved_people(found, side == "gained", answers.MOST_PEOPLE) for side in ("gained", "lost")}
    who = named(ctx.connection, ctx.scope, [row["customer_id"] for side in rows.values() for row in side])
    # Who has moved to a branch out of scope since the run is nobody's to see here.
    rows = {side: [row for row in found_ if row["customer_id"] in who] for side, found_ in rows.items()}
    branch = asked.branch.branch_id if asked.branch else None
    ctx.audit("what_if.customers", "branch", branch, job=job_id, shown=sum(len(side) for side in rows.values()))
    return answers.people(ctx, found, who, words_of(ctx), rows)


def add(ctx: Ctx, clicks: int, word: str | None, text: str | None, told: Asked) -> str:
    """One more changed figure, in the address."""
    if not clicks:
        raise PreventUpdate
    asked, key = asked_of(ctx, told), key_of(word or "")
    if key is None or key not in cells(base_of(ctx, asked)):
        raise Refusal("what_if.choose_first")
    try:
        value = read(key, text)
        if value is None:
            raise BadCell(key, "", "needed")
    except BadCell as bad:
        raise refusal_of(ctx, bad) from bad
    return f"?{asked.query(change=said({**asked.changes, key: value}))}"


def choose(
    ctx: Ctx, month: str | None, window: str | None, version: str | None, branch: str | None, told: Asked
) -> str:  # fmt: skip
    """Other months, another version, another part of the answer."""
    asked = asked_of(ctx, told)
    wanted = asked.query(month=month or "", months=window or "", version=version or "", branch=branch or "")
    if wanted == asked.query():
        raise PreventUpdate
    return f"?{wanted}"


def compute(ctx: Ctx, clicks: int, told: Asked) -> int:
    """Have it worked out; asked for twice while it runs, it is worked out once."""
    if not clicks:
        raise PreventUpdate
    asked = asked_of(ctx, told)
    if not asked.asks:
        raise Refusal("what_if.nothing")
    return background.start(ctx, WHAT_IF, asked.parameters()).job_id


def register(bind: Bind) -> None:
    """Attach them."""
    told, place = State(Ids.ASKED, "data"), Output("_pages_location", "search", allow_duplicate=True)
    bind(
        show, output=[Output(Ids.ANSWER, "children"), Output(Ids.TICK, "disabled"), Output(Ids.DONE, "data")],
        inputs=[Input(Ids.ASKED, "data"), Input(Ids.JOB, "data"), Input(Ids.TICK, "n_intervals")],
        permission="contribution.view",
    )  # fmt: skip
    bind(
        people, output=Output(Ids.PEOPLE, "children"), inputs=[Input(Ids.DONE, "data")], states=[told],
        permission="contribution.view", writes=True,
    )  # fmt: skip
    bind(
        add, output=place, inputs=[Input(Ids.ADD, "n_clicks")],
        states=[State(Ids.CELL, "value"), State(Ids.VALUE, "value"), told], permission="contribution.view",
        prevent_initial_call=True,
    )  # fmt: skip
    bind(
        choose, output=place, inputs=[Input(name, "value") for name in (Ids.MONTH, Ids.WINDOW, Ids.VERSION, Ids.BRANCH)],
        states=[told], permission="contribution.view", prevent_initial_call=True,
    )  # fmt: skip
    bind(
        compute, output=Output(Ids.JOB, "data"), inputs=[Input(Ids.COMPUTE, "n_clicks")], states=[told],
        permission="contribution.view", writes=True, prevent_initial_call=True,
    )  # fmt: skip
