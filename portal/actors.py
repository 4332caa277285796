"""Who did something, in words: a person's login or name, or what acts without a person."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from domain.actors import actor_words
from domain.phrasing import ABSENT, choose
from portal.access import Ctx
from store.users import name_of, spoken_name


def who(ctx: Ctx, login: str | None) -> str:
    """A person by name with the login behind it, where the account matters as much; the machine's own names and the console
    (console:root) are said in the viewer's language.

    A dash where nobody is known; who is no user stands as written.
    """
    if not login:
        return ABSENT
    words = actor_words(login, ctx.language)
    if words is not None:
        return words
    name = spoken_name(ctx.connection, login)
    return login if name in (None, login) else choose(ctx.language, f"{name}（{login}）", f"{name} ({login})")


def account(ctx: Ctx, login: str) -> list[Component | str]:
    """The login first, on a trail where it is the identity, and the person's name of today below it."""
    name = spoken_name(ctx.connection, login)
    said = actor_words(login, ctx.language) or login
    return [said] if name in (None, said) else [said, html.Div(name, className="gx-sub")]


def person(ctx: Ctx, login: str | None) -> str:
    """As `who`, a person by name: where people answer to each other for what they signed. Who is no user stands as
    written."""
    return name_of(ctx.connection, login, ctx.language) if login else ABSENT
