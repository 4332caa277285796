"""Where a scorecard of the register stands, as its validation dossier prints it: owner, state, and each step with its name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from domain.phrasing import choose
from domain.reports.dossier import Promised, Signature, Standing
from jobs.runner import Job
from store.database import Connection
from store.models import Event, Model, events, shown
from store.reports import code_of
from store.undertakings import of_model
from store.users import name_of


@dataclass(frozen=True)
class Carried:
    """A standing with the register's steps; model_event: the newest of them, as the paper's row keeps it."""

    standing: Standing
    model_id: int
    model_event: int


def carried(job: Job, connection: Connection, bare: Standing, model: Model, language: str) -> Carried:
    """The standing with the register's steps as they are now, their times in the bank's zone."""
    zone, told = ZoneInfo(job.settings.time_zone), events(connection, model.model_id)
    steps = tuple(
        Signature(
            one.act, name_of(connection, one.by, language), one.at.astimezone(zone), _words(connection, one, language),
            None if one.report_id is None else code_of(connection, one.report_id),
        )
        for one in told
    )  # fmt: skip
    standing = replace(
        bare, version=model.version, state=model.state, owner=name_of(connection, model.owner, language), tier=model.tier,
        signatures=steps, promised=_promised(connection, model.model_id, language, zone),
        on_trial=not model.signed and shown(connection) == model.model_id,
    )  # fmt: skip
    return Carried(standing, model.model_id, told[-1].event_id)


def _words(connection: Connection, one: Event, language: str) -> str:
    """As given; with whom and what a change of owner or tier gave it to."""
    if one.owner is None or one.tier is None:
        return one.words
    owner = name_of(connection, one.owner, language)
    return choose(
        language, f"{one.words}（责任人：{owner}，级别 {one.tier}）", f"{one.words} (owner: {owner}, tier {one.tier})"
    )


def _promised(connection: Connection, model_id: int, language: str, zone: ZoneInfo) -> tuple[Promised, ...]:
    """Answers that count, and conditions; people by name."""
    return tuple(
        Promised(
            one.finding, one.step, one.words, name_of(connection, one.owner, language), one.due,
            name_of(connection, one.made_by, language), one.made_at.astimezone(zone),
            None if one.closed_by is None else name_of(connection, one.closed_by, language),
            None if one.closed_at is None else one.closed_at.astimezone(zone), one.closed_words,
        )
        for one in of_model(connection, model_id) if not one.replaced
    )  # fmt: skip
