"""Where a scorecard of the register stands, as its validation dossier prints it: owner, state, and each step with its name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from domain.reports.dossier import Signature, Standing
from jobs.runner import Job
from store.database import Connection
from store.models import Model, events
from store.reports import code_of
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
            one.act, name_of(connection, one.by, language), one.at.astimezone(zone), one.words,
            None if one.report_id is None else code_of(connection, one.report_id),
        )
        for one in told
    )  # fmt: skip
    standing = replace(
        bare, version=model.version, state=model.state, owner=name_of(connection, model.owner, language), tier=model.tier,
        signatures=steps,
    )  # fmt: skip
    return Carried(standing, model.model_id, told[-1].event_id)
