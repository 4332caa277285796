"""User administration: who may sign in, as what, over which branches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain.permissions import EXTRA_GRANTS, ROLE_WORDS
from domain.phrasing import minute
from portal.access import Ctx
from portal.actors import who
from portal.widgets import frame, pickers, status
from portal.widgets.marks import marks
from store.branches import Branch
from store.users import LONGEST_LOGIN, LONGEST_NAME, LONGEST_NUMBER, User

PATH = "/admin/users"
NEW = "new"


class Ids:
    """Of this page."""

    ASKED = "users-asked"
    CHANGED = "users-changed"
    LIST = "users-list"
    PANEL = "users-panel"
    RESULT = "users-result"
    LOGIN = "users-login"
    NAME = "users-name"
    STAFF = "users-staff"
    LANGUAGE = "users-language"
    ROLES = "users-roles"
    GRANTS = "users-grants"
    BRANCHES = "users-branches"
    CREATE = "users-create"

    @staticmethod
    def act(name: Any) -> dict[str, Any]:
        """The button of an act on the chosen user."""
        return {"type": "users-act", "act": name}


def layout(ctx: Ctx, user: str | None = None, q: str | None = None) -> Component:
    """The list and, beside it, the chosen user or the form of a new one (`user` is a number or 'new')."""
    new = dcc.Link(ctx.t("users.new"), href=f"{PATH}?user={NEW}", className="gx-btn main")
    side = html.Div([html.Div(id=Ids.RESULT, **marks(aria_live="polite")), html.Div(status.skeleton(), id=Ids.PANEL)])
    return frame.page(
        ctx.t("users.title"),
        ctx.t("users.context"),
        [new] if ctx.may("users.edit") else [],
        [
            dcc.Store(id=Ids.ASKED, data={"user": user, "q": q}),
            dcc.Store(id=Ids.CHANGED, data=0),
            html.Div(
                [html.Div(status.skeleton(6), id=Ids.LIST), html.Div(side, className="gx-stack")],
                className="gx-grid-2 gx-side-first" if user else "gx-grid-2",
            ),
        ],
    )


def listed(ctx: Ctx, users: Sequence[User], names: dict[str, str], wanted: str, chosen: str | None) -> Component:
    """The list, narrowed to logins and names that hold `wanted`."""
    found = [user for user in users if wanted.lower() in user.login or wanted.lower() in user.name.lower()]
    heads = [ctx.t(f"users.head_{name}") for name in ("login", "roles", "branches", "state", "last")]
    rows = [_row(ctx, user, names, str(user.user_id) == chosen, wanted) for user in found]
    search = html.Form(
        [
            dcc.Input(name="q", value=wanted, type="search", placeholder=ctx.t("users.filter"), className="gx-input short"),
            html.Button(ctx.t("users.find"), type="submit", className="gx-btn"),
        ],
        action=PATH, method="get", className="gx-row",
    )  # fmt: skip
    table = html.Table(
        [html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])), html.Tbody(rows)], className="gx-table"
    )
    body = (
        html.Div(table, className="gx-scroll")
        if rows
        else status.empty(ctx.t("users.nobody"), ctx.t("users.nobody_what"))
    )
    return frame.card(ctx.t("users.list", count=len(found)), body, actions=[search])


def _row(ctx: Ctx, user: User, names: dict[str, str], on: bool, wanted: str) -> Component:
    query = urlencode({"user": user.user_id, **({"q": wanted} if wanted else {})})
    scope = "、".join(names.get(branch, branch) for branch in user.branches) or "—"
    name = [dcc.Link(user.name, href=f"{PATH}?{query}"), html.Div(user.login, className="gx-sub")]
    cells = [
        html.Td(name),
        html.Td(frame.role_words(user.roles, ctx.language)),
        html.Td(scope),
        html.Td(state(ctx, user)),
        html.Td(minute(ctx.local(user.last_sign_in_at)), className="w"),
    ]
    return html.Tr(cells, className="on", **marks(aria_current="true")) if on else html.Tr(cells)


def state(ctx: Ctx, user: User) -> Component:
    """How the account stands."""
    if user.disabled:
        return status.chip(ctx.t("users.state_disabled"), "bad")
    if user.locked_until is not None and user.locked_until > ctx.now:
        return status.chip(ctx.t("users.state_locked", until=minute(ctx.local(user.locked_until))[-5:]), "warn")
    if user.must_change_password:
        return status.chip(ctx.t("users.state_first"), "accent")
    return status.chip(ctx.t("users.state_active"), "good")


def nothing_chosen(ctx: Ctx) -> Component:
    """Beside the list when nobody is chosen."""
    return frame.card(None, status.empty(ctx.t("users.choose"), ctx.t("users.choose_what")))


def form(ctx: Ctx, user: User | None, tree: Sequence[Branch]) -> Component:
    """Roles, grants and branches of a user, with what can be done; or all of a new one."""
    first = _identity(ctx) if user is None else _standing(ctx, user)
    own = user is not None and user.login == ctx.viewer.login
    body = [
        *first,
        *_field(ctx, "roles", dcc.Checklist(_role_options(ctx), list(user.roles) if user else [], id=Ids.ROLES, className="gx-checks")),
        *_field(ctx, "grants", dcc.Checklist(_grant_options(ctx), list(user.grants) if user else [], id=Ids.GRANTS, className="gx-checks")),
        *_field(ctx, "branches", _branch_picker(ctx, user, tree)),
        html.P(ctx.t("users.branches_why"), className="gx-sub"),
    ]  # fmt: skip
    buttons = _buttons(ctx, user) if ctx.may("users.edit") and not own else []
    notice = [html.P(ctx.t("users.refused.oneself"), className="gx-alert")] if own else []
    title = ctx.t("users.new") if user is None else user.name
    return frame.card(title, html.Div([*body, *notice, html.Div(buttons, className="gx-row")], className="gx-form"))


def _identity(ctx: Ctx) -> list[Component]:
    languages = [{"label": "简体中文", "value": "zh"}, {"label": "English", "value": "en"}]
    chosen = dcc.RadioItems(languages, "zh", id=Ids.LANGUAGE, className="gx-checks", inline=True)
    return [
        *_field(ctx, "login", _box(Ids.LOGIN, LONGEST_LOGIN), Ids.LOGIN),
        *_field(ctx, "name", _box(Ids.NAME, LONGEST_NAME), Ids.NAME),
        *_field(ctx, "staff", _box(Ids.STAFF, LONGEST_NUMBER), Ids.STAFF),
        *_field(ctx, "language", chosen),
    ]


def _box(ident: str, longest: int) -> Component:
    return dcc.Input(id=ident, className="gx-input", autoComplete="off", maxLength=longest)


def _standing(ctx: Ctx, user: User) -> list[Component]:
    rows: list[tuple[str, Any]] = [
        ("login", user.login), ("state", state(ctx, user)), ("staff", user.staff_id or "—"),
        ("made", f"{minute(ctx.local(user.created_at))} · {who(ctx, user.created_by)}"), ("last", minute(ctx.local(user.last_sign_in_at))),
    ]  # fmt: skip
    listed = [part for key, value in rows for part in (html.Dt(ctx.t(f"users.head_{key}")), html.Dd(value))]
    return [html.Dl(listed, className="gx-kv")]


def _field(ctx: Ctx, key: str, control: Component, ident: str | None = None) -> list[Component]:
    label = html.Label(ctx.t(f"users.field_{key}"), htmlFor=ident) if ident else html.Label(ctx.t(f"users.field_{key}"))
    return [label, control]


def _role_options(ctx: Ctx) -> list[dict[str, str]]:
    return [{"label": words[0 if ctx.language == "zh" else 1], "value": role} for role, words in ROLE_WORDS.items()]


def _grant_options(ctx: Ctx) -> list[dict[str, str]]:
    return [
        {"label": ctx.t(f"users.grant.{grant.replace('.', '_')}"), "value": grant} for grant in sorted(EXTRA_GRANTS)
    ]


def _branch_picker(ctx: Ctx, user: User | None, tree: Sequence[Branch]) -> Component:
    options = [{"label": "　" * branch.level + branch.name, "value": branch.branch_id} for branch in tree]
    chosen = list(user.branches) if user else []
    nothing, said = ctx.t("users.branches_none"), pickers.words(ctx)
    return dcc.Dropdown(options, chosen, id=Ids.BRANCHES, multi=True, placeholder=nothing, labels=said)


def _buttons(ctx: Ctx, user: User | None) -> list[Component]:
    if user is None:
        return [html.Button(ctx.t("users.create"), id=Ids.CREATE, n_clicks=0, className="gx-btn main", type="button")]
    locked = user.locked_until is not None and user.locked_until > ctx.now
    acts = ["reset", "unlock" if locked else "", "enable" if user.disabled else "disable"]
    save = html.Button(ctx.t("users.save"), id=Ids.act("save"), n_clicks=0, className="gx-btn main", type="button")
    asked = [
        status.confirm(
            Ids.act(act),
            ctx.t(f"users.{act}"),
            ctx.t(f"users.ask_{act}", name=user.name),
            "danger" if act == "disable" else "",
        )
        for act in acts
        if act
    ]
    return [save, *asked]


def done(sentence: str) -> Component:
    """An act that went through."""
    return html.P(sentence, className="gx-alert good", role="status")


def password_shown(ctx: Ctx, name: str, password: str) -> Component:
    """The one-time password, shown this once."""
    return frame.card(
        ctx.t("users.one_time", name=name),
        html.Div(password, className="gx-secret", lang="en"),
        why=ctx.t("users.one_time_why"),
    )
