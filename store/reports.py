"""Finished papers on the shelf: entered by the job that made them, opened only within scope.

A customer report opens for whoever may see the customer's branch today (people and customers move); a report on a
branch for whoever sees the whole of that branch; the dossier of a model, which holds no customer, whatever the scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, or_, select

from domain.credit.findings import Finding
from store.scope import OutOfScope, Scope
from store.tables import branches, credit_model_events, customers, dossier_findings, reports, users

CUSTOMER, MANAGEMENT = "customer_report", "management_report"
SEGMENT, BRANCH, CREDIT = "segment_report", "branch_report", "credit_report"
DOSSIER = "validation_dossier"
KINDS = (CUSTOMER, MANAGEMENT, SEGMENT, BRANCH, CREDIT, DOSSIER)


@dataclass(frozen=True)
class NewPaper:
    """A finished file to be entered. path is relative to the reports folder; inputs is the report's `to_dict()`.

    Of a validation dossier: model_id is the model it is of, model_event the newest step of the register it carries,
    findings what it found that is not stable, in the order it prints them.
    """

    kind: str
    branch_id: str
    language: str
    as_of: dt.date
    title: str
    file_name: str
    path: str
    size: int
    sha256: str
    code: str
    inputs: Mapping[str, Any]
    by: str
    customer_id: str | None = None
    job_id: int | None = None
    pages: int | None = None
    model_id: int | None = None
    model_event: int | None = None
    findings: Sequence[Finding] | None = None


@dataclass(frozen=True)
class Paper:
    """A paper on the shelf, without its inputs."""

    report_id: int
    kind: str
    customer_id: str | None
    branch_id: str
    branch: str | None
    language: str
    as_of: dt.date
    title: str
    file_name: str
    path: str
    size: int
    pages: int | None
    sha256: str
    code: str
    created_by: str
    author: str | None
    created_at: dt.datetime


def keep(connection: Connection, new: NewPaper, at: dt.datetime) -> int:
    """Enter a finished file; its report_id. A job that is run again finds its own row: one paper a job."""
    if new.job_id is not None:
        there = connection.scalar(select(reports.c.report_id).where(reports.c.job_id == new.job_id))
        if there is not None:
            return int(there)
    row = connection.execute(
        insert(reports)
        .values(
            kind=new.kind, customer_id=new.customer_id, branch_id=new.branch_id, language=new.language, as_of=new.as_of,
            job_id=new.job_id, title=new.title, file_name=new.file_name, path=new.path, bytes=new.size,
            pages=new.pages, sha256=new.sha256, code=new.code, inputs=dict(new.inputs), created_by=new.by, created_at=at,
            model_id=new.model_id, model_event=new.model_event,
            findings=None if new.findings is None else len(new.findings),
        )
        .returning(reports.c.report_id)
    )  # fmt: skip
    report_id = int(row.scalar_one())
    found = [
        {"report_id": report_id, "finding": one.key, "place": place, "level": one.level, "required": one.required}
        for place, one in enumerate(new.findings or ())
    ]
    if found:
        connection.execute(insert(dossier_findings), found)
    return report_id


def _path() -> ColumnElement[str]:
    # A customer who has left the picture leaves the branch the paper was made for.
    return case((customers.c.branch_path.is_not(None), customers.c.branch_path), else_=branches.c.path)


def _papers() -> Any:
    return (
        select(
            reports.c.report_id, reports.c.kind, reports.c.customer_id, reports.c.branch_id,
            branches.c.name.label("branch"), reports.c.language, reports.c.as_of, reports.c.title,
            reports.c.file_name, reports.c.path, reports.c.bytes.label("size"), reports.c.pages, reports.c.sha256,
            reports.c.code, reports.c.created_by, users.c.name.label("author"), reports.c.created_at,
        )
        .select_from(reports)
        .outerjoin(customers, customers.c.customer_id == reports.c.customer_id)
        .outerjoin(branches, branches.c.branch_id == reports.c.branch_id)
        .outerjoin(users, users.c.login == reports.c.created_by)
    )  # fmt: skip


def _open_to(scope: Scope, kinds: Sequence[str]) -> ColumnElement[bool]:
    # A dossier is of a model of the whole bank and holds no customer: whoever may open the kind may open each.
    return and_(reports.c.kind.in_(kinds), or_(reports.c.kind == DOSSIER, scope.where(_path())))


def shelf(
    connection: Connection,
    scope: Scope,
    kinds: Sequence[str],
    customer_id: str | None = None,
    kind: str | None = None,
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Paper], int]:
    """The papers of these kinds in scope, newest first, and how many there are in all.

    kinds: what the viewer may open. words: part of the title, file name or code.
    """
    wanted = [_open_to(scope, kinds)]
    if customer_id is not None:
        wanted.append(reports.c.customer_id == customer_id)
    if kind is not None:
        wanted.append(reports.c.kind == kind)
    if words.strip():
        wanted.append(
            or_(
                *(
                    c.contains(words.strip(), autoescape=True)
                    for c in (reports.c.title, reports.c.file_name, reports.c.code)
                )
            )
        )
    found = _papers().where(*wanted)
    total = connection.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    newest = found.order_by(reports.c.created_at.desc(), reports.c.report_id.desc()).limit(limit).offset(offset)
    return [Paper(**row) for row in connection.execute(newest).mappings()], int(total)


def paper(connection: Connection, scope: Scope, kinds: Sequence[str], report_id: int) -> Paper:
    """One paper. OutOfScope alike for one that is not there and one that is not theirs: the answer tells no stranger
    which."""
    row = (
        connection.execute(_papers().where(reports.c.report_id == report_id, _open_to(scope, kinds))).mappings().first()
    )
    if row is None:
        raise OutOfScope(f"there is no report {report_id} in your scope")
    return Paper(**row)


def paper_of_job(connection: Connection, scope: Scope, kinds: Sequence[str], job_id: int) -> Paper | None:
    """The paper a job made, when it is there and in scope."""
    row = connection.execute(_papers().where(reports.c.job_id == job_id, _open_to(scope, kinds))).mappings().first()
    return None if row is None else Paper(**row)


@dataclass(frozen=True)
class Genuine:
    """What may be told of a genuine paper to whoever holds it: no name, no figure."""

    kind: str
    as_of: dt.date
    language: str
    created_at: dt.datetime
    same_file: bool | None  # None when no file was given


def genuine(connection: Connection, code: str, sha256: str | None) -> Genuine | None:
    """Whether papers of ours carry this code, and whether the file is one of them byte for byte. None: no such code.

    The same report made twice has the same code and two rows: the file may be either.
    """
    rows = connection.execute(
        select(reports.c.kind, reports.c.as_of, reports.c.language, reports.c.created_at, reports.c.sha256)
        .where(reports.c.code == code)
        .order_by(reports.c.created_at)
    ).all()
    if not rows:
        return None
    match = next((row for row in rows if row.sha256 == sha256), None)
    row = match or rows[0]
    return Genuine(row.kind, row.as_of, row.language, row.created_at, None if sha256 is None else match is not None)


@dataclass(frozen=True)
class Dossier:
    """A validation dossier of a model: a paper, and the newest step of the register it carries."""

    report_id: int
    language: str
    code: str
    model_event: int | None
    created_by: str
    created_at: dt.datetime


def newest_dossier(connection: Connection, model_id: int) -> int | None:
    """The number of the newest validation dossier of a model; None before the first is finished."""
    mine = reports.c.kind == DOSSIER, reports.c.model_id == model_id
    return connection.scalar(select(func.max(reports.c.report_id)).where(*mine))


def dossiers(connection: Connection, model_id: int) -> list[Dossier]:
    """All of a model, newest first: earlier ones stay on the shelf, and their codes stay genuine."""
    names = list(Dossier.__dataclass_fields__)
    query = select(*(reports.c[name] for name in names)).where(
        reports.c.kind == DOSSIER, reports.c.model_id == model_id
    )
    return [Dossier(*row) for row in connection.execute(query.order_by(reports.c.report_id.desc()))]


@dataclass(frozen=True)
class KeptDossier:
    """A dossier with everything it says, as `domain.reports.dossier` reads it."""

    model_id: int
    language: str
    inputs: Mapping[str, Any]


def dossier_kept(connection: Connection, report_id: int) -> KeptDossier | None:
    """None where there is no such dossier of a model of the register."""
    mine = reports.c.report_id == report_id, reports.c.kind == DOSSIER, reports.c.model_id.is_not(None)
    query = select(reports.c.model_id, reports.c.language, reports.c.inputs).where(*mine)
    row = connection.execute(query).one_or_none()
    return None if row is None else KeptDossier(*row)


def code_of(connection: Connection, report_id: int) -> str | None:
    """A paper's verification code."""
    return connection.scalar(select(reports.c.code).where(reports.c.report_id == report_id))


def dossiers_behind(connection: Connection) -> list[tuple[int, int]]:
    """Models whose newest dossier of a language does not carry their newest step: (report to make anew, that step)."""
    newest = (
        select(func.max(reports.c.report_id)).where(reports.c.kind == DOSSIER, reports.c.model_id.is_not(None))
        .group_by(reports.c.model_id, reports.c.language)
    )  # fmt: skip
    steps = credit_model_events.c
    last = select(func.max(steps.event_id)).where(steps.model_id == reports.c.model_id).scalar_subquery()
    behind = select(reports.c.report_id, last).where(reports.c.report_id.in_(newest))
    behind = behind.where(func.coalesce(reports.c.model_event, 0) < last).order_by(reports.c.report_id)
    return [(int(report), int(event)) for report, event in connection.execute(behind)]
