"""A validation dossier with the later steps of the register: the same figures that were signed, the sign-off page as it is now.

Every decision about a model makes one in each language a dossier of it was made in (jobs/sweep.py asks for it until it is
there). The earlier paper stays on the shelf, and its code stays genuine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.reports.dossier import ValidationDossier
from jobs import make_validation_dossier
from jobs.dossier_standing import carried
from jobs.make_validation_dossier import head_office, shelved
from jobs.runner import Job, Refused
from jobs.shelving import made_before
from store.database import reading
from store.models import model
from store.reports import dossier_kept
from store.users import name_of


def run(job: Job, report_id: int, model_event: int) -> dict[str, Any]:
    """Steps: gather, draw, file. report_id: the paper whose figures are kept; model_event: the step that asks for it.

    A paper of another version of the program, which can no longer be read, is worked out anew from its sample. Refused for
    what is no dossier of a model of the register.
    """
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    with reading(job.engine) as connection:
        kept = dossier_kept(connection, report_id)
        found = None if kept is None else model(connection, kept.model_id)
        if kept is None or found is None:
            raise Refused(
                f"Report {report_id} is no validation dossier of a model of the register.",
                f"报告 {report_id} 不是台账中模型的验证档案。",
            )
        try:
            report = ValidationDossier.from_dict(kept.inputs)
        except ValueError as error:
            job.log(f"the earlier paper cannot be read, so the dossier is made anew: {error}")
            return make_validation_dossier.run(job, found.run_id, kept.language)
        register = carried(job, connection, report.standing, found, kept.language)
        asked_by, root = name_of(connection, job.by, kept.language), head_office(connection)
    at = make_validation_dossier.local_now(job)
    stamp = replace(report.stamp, generated_for=asked_by, generated_at=at, verification_code=None)
    return shelved(job, replace(report, stamp=stamp, standing=register.standing), register, root)
