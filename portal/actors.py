"""Who did something, in words: a person's login, or what acts without a person."""

from __future__ import annotations

from portal.access import Ctx

# What signs work as itself: the first installation's work, who publishes it, and what starts by itself.
MACHINES = ("system", "installer", "schedule")
CONSOLE = "console:"


def who(ctx: Ctx, login: str | None) -> str:
    """A login stands as it is; the machine's own names and the console (console:root) are said in the viewer's language.

    A dash where nobody is known.
    """
    if not login:
        return "—"
    if login.startswith(CONSOLE):
        return ctx.t("common.actor.console", user=login.removeprefix(CONSOLE))
    return ctx.t(f"common.actor.{login}") if login in MACHINES else login
