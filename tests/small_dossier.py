"""A validation dossier on the shelf, as its job enters it: what a model is decided on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from domain.credit.findings import Finding
from store.models import events
from store.reports import DOSSIER, NewPaper, keep

AT = dt.datetime(2026, 11, 1, 7, 0, tzinfo=dt.UTC)


def keep_dossier(
    connection: Connection,
    model_id: int,
    language: str = "zh",
    branch_id: str = "HQ",
    findings: Sequence[Finding] | None = (),
) -> int:
    """Its number. It says nothing: only its row is asked for, and what it found."""
    step = events(connection, model_id)[-1].event_id
    code = f"D{model_id:03d}-{step:03d}-{language}"
    paper = NewPaper(
        DOSSIER, branch_id, language, dt.date(2026, 10, 31), f"M-{model_id}", "dossier.pdf", f"2026/11/{code}.pdf", 1, code,
        code, {}, "risk", model_id=model_id, model_event=step, findings=findings,
    )  # fmt: skip
    return keep(connection, paper, AT)
