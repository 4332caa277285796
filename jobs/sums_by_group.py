"""Sums by tier and segment worked out before somebody asks for them: for every pair of a contribution and a segmentation
run that is on show, or will be when the newest candidates are published.

Whoever publishes then switches between files that are already there. A pair that was missed is worked out by the first
page that asks for it; nothing here decides what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from jobs.runner import Job
from store.contributions import members
from store.database import Connection, reading
from store.runs import Run, list_runs, published
from store.runs import run as run_of
from warehouse.contribution import basis_of, ensure_group_months, ensure_groups, ensure_span
from warehouse.contribution.behind import places_path

YEAR = 12  # what a page opens with; earlier months are added up when somebody goes back to them
CANDIDATES_LOOKED_AT = 20


def keep_sums(job: Job) -> None:
    """See that the files are there. A contribution run whose months or places are no longer on disk is passed over."""
    with reading(job.engine) as connection:
        contributions = _may_be_shown(connection, "contribution")
        segmentations = [run.run_id for run in _may_be_shown(connection, "segmentation")]
        for contribution in contributions:
            _of_run(connection, job.settings.warehouse, contribution, segmentations)


def _of_run(connection: Connection, home: Path, run: Run, segmentations: Sequence[int]) -> None:
    basis = basis_of(run.model)
    places = places_path(home, basis.ground)
    months = [date.fromisoformat(month) for month in run.model["months"]][-YEAR:]
    if not places.exists() or not all(basis.path(home, month).exists() for month in months):
        return
    if len(months) > 1:
        ensure_span(home, basis, months)
    for number in segmentations:
        groups = ensure_groups(home, basis.ground, number, partial(members, connection, number))
        ensure_group_months(home, basis, places, groups, months)


def _may_be_shown(connection: Connection, kind: str) -> list[Run]:
    """The run on show and the newest candidate."""
    waiting = [each for each in list_runs(connection, kind, CANDIDATES_LOOKED_AT) if each.state == "candidate"][:1]
    newest = [run_of(connection, each.run_id) for each in waiting]
    return [run for run in (published(connection, kind), *newest) if run is not None]
