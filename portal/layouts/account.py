"""One's own account: password, language, theme."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import listing
from portal.access import Ctx
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.branches import names_of


class Ids:
    """Of this page."""

    CURRENT = "account-current"
    NEW = "account-new"
    REPEAT = "account-repeat"
    CHANGE = "account-change"
    RESULT = "account-result"
    FIRST = "account-first"


def layout(ctx: Ctx) -> Component:
    """The password form and what is known of the person."""
    first = ctx.viewer.must_change_password
    notice = html.P(ctx.t("account.first"), className="gx-alert warn", role="alert") if first else None
    standing = html.Div(notice, id=Ids.FIRST)
    return frame.page(
        ctx.t("account.title"),
        ctx.t("account.context"),
        body=html.Div([_password(ctx, standing), _person(ctx)], className="gx-grid-2"),
    )


def _password(ctx: Ctx, notice: Component) -> Component:
    def field(ident: str, key: str, use: str) -> list[Component]:
        label = html.Label(ctx.t(key), htmlFor=ident)
        return [label, dcc.Input(id=ident, type="password", autoComplete=use, className="gx-input", n_submit=0)]

    return frame.card(
        ctx.t("account.password"),
        html.Div(
            [
                notice,
                *field(Ids.CURRENT, "account.current", "current-password"),
                *field(Ids.NEW, "account.new", "new-password"),
                *field(Ids.REPEAT, "account.repeat", "new-password"),
                html.Button(ctx.t("account.change"), id=Ids.CHANGE, n_clicks=0, className="gx-btn main", type="button"),
                html.Div(id=Ids.RESULT, **marks(aria_live="polite")),
            ],
            className="gx-form",
        ),
        why=ctx.t("account.rule"),
    )


def _person(ctx: Ctx) -> Component:
    roles = frame.role_words(ctx.viewer.roles, ctx.language)
    names = names_of(ctx.connection, ctx.viewer.branches)
    scope = listing([names.get(branch, branch) for branch in ctx.viewer.branches], ctx.language) or ctx.t("common.none")
    rows = [("login", ctx.viewer.login), ("name", ctx.viewer.name), ("roles", roles), ("scope", scope)]
    listed = [part for key, value in rows for part in (html.Dt(ctx.t(f"account.{key}")), html.Dd(value))]
    return frame.card(ctx.t("account.person"), html.Dl(listed, className="gx-kv"), why=ctx.t("account.person_why"))


def changed(ctx: Ctx) -> Component:
    """The new password stands: on to the work."""
    return html.P([status.chip(ctx.t("account.changed"), "good"), " ", html.A(ctx.t("common.to_home"), href="/")])


def refused(sentence: str) -> Component:
    """Why the password was not taken."""
    return html.P(sentence, className="gx-alert bad", role="alert")
