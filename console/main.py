"""The operator's command line, `./guanxi`: what the portal does, at a prompt, through the same functions."""

from __future__ import annotations

import importlib
from typing import Any

import click

# command -> module and name in it, and what `--help` says: a module is imported when its command is called
COMMANDS: dict[str, tuple[str, str]] = {
    "start": ("console.starting:start", "Start everything: Redis, workers, scheduler, web. Ctrl-C ends it."),
    "install": ("console.starting:install", "Make an installation: folder, secret key, database."),
    "fonts": ("console.starting:fonts", "Cut the fonts of paper (once; start does it too)."),
    "status": ("console.health:status", "What runs, what is on show, what waits."),
    "demo": ("console.deliveries:demo", "Generate the demo bank's delivery files."),
    "receive": ("console.deliveries:receive", "Receive a delivery: a folder or a zip."),
    "deliveries": ("console.deliveries:deliveries", "List the ledger of deliveries."),
    "roll-back": ("console.deliveries:roll_back", "Let a batch count no longer and rebuild the picture."),
    "roll-forward": ("console.deliveries:roll_forward", "Let a rolled-back batch count again."),
    "run": ("console.background:run", "Run a job of any kind."),
    "jobs": ("console.background:jobs", "List jobs and chains, or show one with its log."),
    "cancel": ("console.background:cancel", "Stop a job, or with --chain all that follows it."),
    "retry": ("console.background:retry", "Run an ended job again; its chain goes on."),
    "schedules": ("console.chain_words:schedules", "List what starts by itself, and when."),
    "work": ("console.background:work", "Run one worker process (start runs them for you)."),
    "runs": ("console.runs:runs", "List the runs of every kind, the newest first."),
    "publish": ("console.runs:publish", "Publish a candidate run, or go back to an earlier one."),
    "reject": ("console.runs:reject", "Reject a candidate run."),
    "rating": ("console.rating:rating", "Explain a customer's rating as JSON."),
    "users": ("console.people:users", "Add, list, disable, enable and reset users."),
    "roles": ("console.people:roles", "List roles; give a user roles and branches."),
    "verify-audit": ("console.health:verify_audit", "Check the audit trail's chain of hashes."),
}


class Commands(click.Group):
    """The commands by name, imported one by one so that `--help` and small commands are quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: Any = getattr(importlib.import_module(module), name)
        command.name = cmd_name
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Guanxi 关系: the operator's commands.

    The installation is the folder GUANXI_HOME (./var by default). Exit code 0: done; 1: refused, with a sentence;
    2: the command was not understood.
    """
