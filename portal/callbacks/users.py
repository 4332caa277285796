"""User administration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash
from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx, Refusal
from portal.layouts import users as page
from portal.layouts.users import Ids
from store import users
from store.branches import every_branch, names_of

Asked = Mapping[str, Any]


def show_list(ctx: Ctx, asked: Asked, _changed: int) -> Component:
    """Everybody, or who fits the filter."""
    found = users.list_users(ctx.connection)
    names = names_of(ctx.connection, {branch for user in found for branch in user.branches})
    return page.listed(ctx, found, names, asked.get("q") or "", asked.get("user"))


def show_panel(ctx: Ctx, asked: Asked, _changed: int) -> Component:
    """The chosen user, the form of a new one, or a word on how to choose."""
    wanted = asked.get("user")
    if wanted == page.NEW:
        ctx.require("users.edit")
        return page.form(ctx, None, every_branch(ctx.connection))
    if not wanted:
        return page.nothing_chosen(ctx)
    return page.form(ctx, _chosen(ctx, asked), every_branch(ctx.connection))


def _chosen(ctx: Ctx, asked: Asked) -> users.User:
    wanted = str(asked.get("user") or "")
    # From the list: it also knows who is locked only where they usually sign in.
    user = next((user for user in users.list_users(ctx.connection) if str(user.user_id) == wanted), None)
    if user is None:
        raise Refusal("users.refused.nobody")
    return user


def create(
    ctx: Ctx, clicks: int, changed: int, login: str | None, name: str | None, staff_id: str | None, language: str,
    roles: list[str], grants: list[str], branches: list[str] | None,
) -> tuple[Component, int]:  # fmt: skip
    """Make the user and show the one-time password once."""
    if not clicks:
        raise PreventUpdate
    password = users.create_user(
        ctx.connection, login or "", name or "", roles, branches or [], ctx.viewer.login, ctx.now, language,
        (staff_id or "").strip() or None, grants, ctx.address,
    )  # fmt: skip
    return page.password_shown(ctx, (name or "").strip(), password), changed + 1


def act(
    ctx: Ctx, clicks: list[int], asked: Asked, changed: int, roles: list[str], grants: list[str], branches: list[str] | None
) -> tuple[Component, int]:  # fmt: skip
    """Save, reset, unlock, enable or disable the chosen user: which one, the pressed button says."""
    if not any(clicks) or not isinstance(dash.ctx.triggered_id, dict):
        raise PreventUpdate
    name, user = dash.ctx.triggered_id["act"], _chosen(ctx, asked)
    done = ctx.connection, user.user_id, ctx.viewer.login, ctx.now, ctx.address
    if name == "reset":
        return page.password_shown(ctx, user.name, users.reset_password(*done)), changed + 1
    if name == "save":
        _save(ctx, user, roles, grants, branches or [])
    elif name in ("unlock", "enable", "disable"):
        {"unlock": users.unlock, "enable": users.enable, "disable": users.disable}[name](*done)
    return page.done(ctx.t(f"users.done_{name}", name=user.name)), changed + 1


def _save(ctx: Ctx, user: users.User, roles: list[str], grants: list[str], branches: list[str]) -> None:
    by, at = ctx.viewer.login, ctx.now
    if set(roles) != set(user.roles) or set(grants) != set(user.grants):
        users.set_roles(ctx.connection, user.user_id, roles, by, at, grants, ctx.address)
    if set(branches) != set(user.branches):
        users.set_scopes(ctx.connection, user.user_id, branches, by, at, ctx.address)


def register(bind: Bind) -> None:
    """Attach them."""
    asked, changed = Input(Ids.ASKED, "data"), Input(Ids.CHANGED, "data")
    given = [State(Ids.ROLES, "value"), State(Ids.GRANTS, "value"), State(Ids.BRANCHES, "value")]
    bind(show_list, output=Output(Ids.LIST, "children"), inputs=[asked, changed], permission="users.view")
    bind(show_panel, output=Output(Ids.PANEL, "children"), inputs=[asked, changed], permission="users.view")
    result = [Output(Ids.RESULT, "children", allow_duplicate=True), Output(Ids.CHANGED, "data", allow_duplicate=True)]
    bind(
        create,
        output=result,
        inputs=[Input(Ids.CREATE, "n_clicks")],
        states=[
            State(Ids.CHANGED, "data"), State(Ids.LOGIN, "value"), State(Ids.NAME, "value"), State(Ids.STAFF, "value"),
            State(Ids.LANGUAGE, "value"), *given,
        ],
        permission="users.edit",
        writes=True,
        prevent_initial_call=True,
    )  # fmt: skip
    bind(
        act,
        output=result,
        inputs=[Input(Ids.act(ALL), "n_clicks")],
        states=[State(Ids.ASKED, "data"), State(Ids.CHANGED, "data"), *given],
        permission="users.edit",
        writes=True,
        prevent_initial_call=True,
    )
