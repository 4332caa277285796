"""One's own account."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from portal.access import Bind, Ctx, session_token
from portal.layouts import account as page
from portal.layouts.account import Ids
from store.sessions import token_hash
from store.users import UserRefused, change_password

Said = tuple[Component, Any]


def change(ctx: Ctx, _clicks: int, _enter: int, current: str | None, new: str | None, repeat: str | None) -> Said:
    """Take the new password, or say why not; the other sessions of this person end, and the notice goes."""
    if not current or not new or not repeat:
        return page.refused(ctx.t("account.fill")), no_update
    if new != repeat:
        return page.refused(ctx.t("account.differ")), no_update
    kept = session_token()
    try:
        change_password(
            ctx.connection, ctx.viewer.user_id, current, new, ctx.now, ctx.address, token_hash(kept) if kept else None
        )
    except UserRefused as refusal:
        return page.refused(ctx.t(f"users.refused.{refusal.key}")), no_update
    return page.changed(ctx), None


def register(bind: Bind) -> None:
    """Attach them."""
    bind(
        change,
        output=[Output(Ids.RESULT, "children"), Output(Ids.FIRST, "children")],
        inputs=[Input(Ids.CHANGE, "n_clicks"), Input(Ids.REPEAT, "n_submit")],
        states=[State(Ids.CURRENT, "value"), State(Ids.NEW, "value"), State(Ids.REPEAT, "value")],
        permission="account.self",
        writes=True,
        prevent_initial_call=True,
    )
