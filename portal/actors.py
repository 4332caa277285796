"""Who did something, in words: a person's login or name, or what acts without a person."""

from __future__ import annotations

from domain.actors import actor_words
from domain.phrasing import ABSENT
from portal.access import Ctx
from store.users import name_of


def who(ctx: Ctx, login: str | None) -> str:
    """A login stands as it is; the machine's own names and the console (console:root) are said in the viewer's language.

    A dash where nobody is known.
    """
    return (actor_words(login, ctx.language) or login) if login else ABSENT


def person(ctx: Ctx, login: str | None) -> str:
    """As `who`, a person by name: where people answer to each other for what they signed. Who is no user stands as
    written."""
    return name_of(ctx.connection, login, ctx.language) if login else ABSENT
