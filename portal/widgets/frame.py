"""The frame of every page: menu by work area, top bar, and the head of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import flask
from dash import dcc, html
from dash.development.base_component import Component

from domain.permissions import ROLE_WORDS
from domain.phrasing import day
from portal.access import Ctx
from portal.bank_look import EXTENSION as BANK_LOOK
from portal.pages import PAGES, SECTIONS, Page
from portal.widgets import status
from portal.widgets.marks import marks

TOAST = "frame-toast"
PLACE = "frame-place"
MENU = "frame-menu"


def frame(ctx: Ctx, body: list[Component]) -> Component:
    """Menu, top bar and `body`."""
    return html.Div(
        [
            html.A(ctx.t("common.skip"), href="#frame-main", className="gx-skip"),
            html.Nav(menu(ctx), id=MENU, className="gx-nav", **marks(aria_label=ctx.t("common.menu"))),
            html.Div(className="gx-veil", **marks(data_menu="close")),
            html.Div(
                [_top(ctx), html.Main(body, id="frame-main", className="gx-main", tabIndex=-1)], className="gx-body"
            ),
            html.Div(id=TOAST, className="gx-toasts", **marks(aria_live="polite")),
        ],
        className="gx-shell",
    )


def menu(ctx: Ctx) -> list[Component]:
    """The bank's mark and the pages this viewer may open, by section."""
    name = ctx.settings.bank_name(ctx.language)
    brand = html.A(
        [html.Img(src=flask.current_app.extensions[BANK_LOOK].mark, alt="", className="gx-mark"), html.Span(name)],
        href="/",
        className="gx-brand",
    )
    return [brand, *(part for section in SECTIONS for part in _section(ctx, section))]


def _section(ctx: Ctx, section: str) -> Iterable[Component]:
    pages = [page for page in PAGES if page.section == section and page.menu and ctx.may(page.permission)]
    if not pages:
        return []
    heading = [] if section == "home" else [html.H2(ctx.t(f"common.section.{section}"))]
    return [*heading, *(_link(ctx, page) for page in pages)]


def _link(ctx: Ctx, page: Page) -> Component:
    # A page with a table or a dialog needs a script the others do without, so it is opened as a document of its own.
    words, look = ctx.t(f"{page.stem}.title"), "gx-menu-link"
    if page.packages:
        return html.A(words, href=page.path, className=look)
    return dcc.Link(words, href=page.path, className=look)


def _top(ctx: Ctx) -> Component:
    return html.Header(
        [
            html.Button(
                "☰", className="gx-burger", type="button", **marks(data_menu="open", aria_label=ctx.t("common.menu"))
            ),
            _look_up(ctx),
            html.Div([_date(ctx), _switches(ctx), _person(ctx)], className="gx-top-right"),
        ],
        className="gx-top",
    )


def _look_up(ctx: Ctx) -> Component:
    if not ctx.may("customers.search"):
        return html.Div(className="gx-search-none")
    hint = ctx.t("common.look_up_hint")
    box = dcc.Input(
        id="frame-search", name="q", type="search", placeholder=hint, autoComplete="off", className="gx-search"
    )
    return html.Form(
        [box, html.Kbd("/", title=ctx.t("common.look_up_key"))],
        action="/customers", method="get", className="gx-search-box", role="search", **marks(aria_label=hint),
    )  # fmt: skip


def _date(ctx: Ctx) -> Component:
    shown = ctx.picture
    if shown is None:
        return status.chip(ctx.t("common.no_picture"), "warn")
    batch = html.Span(ctx.t("common.picture_batch", batch=shown.batch_id), className="gx-wide")
    return status.chip(
        [ctx.t("common.picture", day=day(shown.as_of)), batch], "good", title=ctx.t("common.picture_title")
    )


def _switches(ctx: Ctx) -> Component:
    other, name = ("en", "English") if ctx.language == "zh" else ("zh", "中文")
    theme = "dark" if ctx.theme == "light" else "light"
    return html.Form(
        [
            html.Button(name, name="language", value=other, type="submit", className="gx-plain", lang=other),
            html.Button(
                "◐", name="theme", value=theme, type="submit", className="gx-plain", title=ctx.t(f"common.theme_{theme}"),
                **marks(aria_label=ctx.t(f"common.theme_{theme}")),
            ),
        ],
        action="/preferences", method="post", className="gx-switches",
    )  # fmt: skip


def role_words(roles: Iterable[str], language: str) -> str:
    """The roles in words, joined: 管理层、审计员."""
    words = [ROLE_WORDS[role][0 if language == "zh" else 1] for role in roles if role in ROLE_WORDS]
    return ("、" if language == "zh" else ", ").join(words)


def _person(ctx: Ctx) -> Component:
    roles = role_words(ctx.viewer.roles, ctx.language)
    return html.Details(
        [
            html.Summary([html.Span(ctx.viewer.name), html.Span(f" · {roles}", className="gx-roles")]),
            html.Div(
                [
                    html.Div(ctx.viewer.login, className="gx-sub"),
                    dcc.Link(ctx.t("account.title"), href="/account", className="gx-person-link"),
                    html.Form(
                        html.Button(ctx.t("common.sign_out"), type="submit", className="gx-person-link"),
                        action="/sign-out", method="post",
                    ),
                ],
                className="gx-person-menu",
            ),
        ],
        className="gx-person",
    )  # fmt: skip


def page(title: Any, context: Any = None, actions: Sequence[Component] = (), body: Any = None) -> Component:
    """A page: title, one line of context (scope, month, units, versions), actions on the right, then the answer."""
    words = [html.H1(title), html.P(context, className="gx-sub") if context is not None else None]
    return html.Div(
        [
            html.Div(
                [
                    html.Div([word for word in words if word is not None], className="gx-head-words"),
                    html.Div(list(actions), className="gx-head-actions"),
                ],
                className="gx-head",
            ),
            *(body if isinstance(body, list | tuple) else [body]),
        ],
        className="gx-page",
    )


def nothing(ctx: Ctx, key: str, jobs: bool = False) -> Component:
    """A card that says why there is nothing (`key`) and what to do (`key`_what); with `jobs` the way to the jobs page for
    who may open it."""
    way = html.A(ctx.t("common.to_jobs"), href="/admin/jobs", className="gx-btn") if ctx.may("jobs.view") else None
    return card(None, status.empty(ctx.t(key), ctx.t(f"{key}_what"), way if jobs else None))


def card(
    title: str | None, body: Any, why: Any = None, actions: Sequence[Component] = (), ident: str | None = None
) -> Component:
    """A card with a hairline: heading, one line that says the unit or rule, then the matter."""
    head = html.Div(
        [
            html.Div([html.H3(title) if title else None, html.P(why, className="gx-why") if why else None]),
            html.Div(list(actions), className="gx-card-actions"),
        ],
        className="gx-card-head",
    )
    more: dict[str, Any] = {"id": ident} if ident else {}
    return html.Section(
        [head if title or why or actions else None, *(body if isinstance(body, list | tuple) else [body])],
        className="gx-card",
        **more,
    )
