"""The customers behind a figure of contribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output
from dash.development.base_component import Component

from portal.access import Bind, Ctx, Refusal
from portal.contribution_people import people_behind, people_question
from portal.contribution_question import run_on_show
from portal.customer_words import words_of
from portal.layouts import contribution_customers as page
from portal.layouts.contribution_customers import Ids
from store.customers import named


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> tuple[Any, str, list[Component]]:
    """The list, what figure it is, and its files; on the audit trail as every list of customers is."""
    ctx.require("customers.search")
    run = run_on_show(ctx) if ctx.picture is not None and ctx.scope.paths else None
    if run is None:
        raise Refusal("contribution.no_run")
    asked, words = people_question(ctx, run, told or {}), words_of(ctx)
    found = people_behind(ctx, asked)
    who = named(ctx.connection, ctx.scope, [part.customer_id for part in found.rows])
    ctx.audit(
        "contribution.behind", "branch", asked.base.branch_id or None, run=run.run_id, month=f"{asked.base.month:%Y-%m}",
        found=found.customers, shown=len(found.rows),
    )  # fmt: skip
    return page.body(ctx, asked, found, who, words), page.context(ctx, asked, words), page.actions(ctx, asked)


def register(bind: Bind) -> None:
    """Attach it."""
    parts = [Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS)]
    bind(show, output=parts, inputs=[Input(Ids.ASKED, "data")], permission="contribution.view", writes=True)
