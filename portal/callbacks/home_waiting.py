"""The card on the home page of what waits for this person's signature."""

from __future__ import annotations

from dash import Input, Output
from dash.development.base_component import Component

from portal.access import Bind, Ctx
from portal.layouts import home_waiting as part
from portal.layouts.home_waiting import STEPS, Ids
from store import parameters
from store.model_decisions import waiting_for
from store.override_rows import to_sign
from store.undertakings import due_to


def show_waiting(ctx: Ctx, _login: str) -> Component | None:
    """Nothing where nothing waits for them: what waits for another is not their business here."""
    if not part.concerns(ctx):
        return None
    mine = ctx.viewer.login
    steps = [step for step in STEPS if ctx.may(f"models.{step}")]
    models = waiting_for(ctx.connection, mine, steps)
    overrides = to_sign(ctx.connection, ctx.scope, mine) if ctx.may("ratings.sign") else 0
    proposals = parameters.waiting_for(ctx.connection, mine) if ctx.may("parameters.approve") else []
    return part.waiting(ctx, models, overrides, proposals) if models or overrides or proposals else None


def show_due(ctx: Ctx, _login: str) -> Component | None:
    """What this person promised about a model, and for a risk officer everybody's that is due soon."""
    found = due_to(ctx.connection, ctx.viewer.login, ctx.may("models.answer"), ctx.now.date())
    return part.due(ctx, found) if found else None


def register(bind: Bind, asked: str) -> None:
    """Attach it to the home page; asked: what every part of it begins with."""
    bind(show_waiting, output=Output(Ids.CARD, "children"), inputs=[Input(asked, "data")], permission="home.view")
    bind(show_due, output=Output(Ids.DUE, "children"), inputs=[Input(asked, "data")], permission="home.view")
