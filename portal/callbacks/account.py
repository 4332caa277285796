"""One's own account."""

from __future__ import annotations

from dash import Input, Output, State
from dash.development.base_component import Component

from portal.access import Bind, Ctx, session_token
from portal.layouts import account as page
from portal.layouts.account import Ids
from store.sessions import token_hash
from store.users import UserRefused, change_password


def change(ctx: Ctx, _clicks: int, _enter: int, current: str | None, new: str | None, repeat: str | None) -> Component:
    """Take the new password, or say why not; the other sessions of this person end."""
    if not current or not new or not repeat:
        return page.refused(ctx.t("account.fill"))
    if new != repeat:
        return page.refused(ctx.t("account.differ"))
    kept = session_token()
    try:
        change_password(
            ctx.connection, ctx.viewer.user_id, current, new, ctx.now, ctx.address, token_hash(kept) if kept else None
        )
    except UserRefused as refusal:
        return page.refused(ctx.t(f"users.refused.{refusal.key}"))
    return page.changed(ctx)


def register(bind: Bind) -> None:
    """Attach them."""
    bind(
        change,
        output=Output(Ids.RESULT, "children"),
        inputs=[Input(Ids.CHANGE, "n_clicks"), Input(Ids.REPEAT, "n_submit")],
        states=[State(Ids.CURRENT, "value"), State(Ids.NEW, "value"), State(Ids.REPEAT, "value")],
        permission="account.self",
        writes=True,
        prevent_initial_call=True,
    )
