"""What acts without a person, in words: the program itself, its installation, what starts by itself, a command at a prompt."""

from __future__ import annotations

from domain.phrasing import choose

# What signs work as itself, and is nobody's second or third person.
MACHINES: dict[str, tuple[str, str]] = {
    "system": ("系统", "system"), "installer": ("安装程序", "installer"), "schedule": ("定时任务", "schedule"),
}  # fmt: skip
CONSOLE = "console:"


def actor_words(login: str, language: str) -> str | None:
    """The machine's own names and the console (console:root) in words; None for a person's login."""
    if login.startswith(CONSOLE):
        user = login.removeprefix(CONSOLE)
        return choose(language, f"命令行（{user}）", f"console ({user})")
    return choose(language, *MACHINES[login]) if login in MACHINES else None
