"""Answers to what a dossier found, and conditions of a signature: what is done, who does it, until when, and that it is done.

A finding that asks for an answer holds validation and approval back until somebody else than who validates gave one
(store/model_decisions.py, and the triggers of migration 0019). The newest answer to a finding counts; an earlier one stays in
the history. Whoever must do a thing does not say that it is done. Each writes its history and trail in the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select, update

from store.model_steps import ModelRefused, event, held, said, weighed, wrong_state
from store.models import Model
from store.reports import newest_dossier
from store.tables import credit_models, dossier_findings, reports, undertakings
from store.users import login_of

ANSWER, CONDITION, ACT = "answer", "condition", "act"
SOON = dt.timedelta(days=30)  # what is due by then is told to every risk officer


@dataclass(frozen=True)
class Promise:
    """What is done (words), who does it (a user's login or name), until when."""

    words: str
    owner: str
    due: dt.date | None


@dataclass(frozen=True)
class Undertaking:
    """One answer or condition, as the table has it. replaced: a newer answer to the same finding counts in its place."""

    undertaking_id: int
    model_id: int
    kind: str
    finding: str | None
    level: str | None
    step: str | None
    words: str
    owner: str
    due: dt.date
    made_by: str
    made_at: dt.datetime
    report_id: int | None
    closed_by: str | None
    closed_at: dt.datetime | None
    closed_words: str | None
    replaced: bool = False

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.closed_at is None and not self.replaced


@dataclass(frozen=True)
class Found:
    """A finding of the newest dossier. answer: the one that counts, None while there is none as grave as the finding."""

    key: str
    level: str
    required: bool
    answer: Undertaking | None

    def answered(self, validator: str | None) -> bool:
        """Whether it holds nobody back: not asked for, or answered by somebody else than who validates."""
        return not self.required or (self.answer is not None and self.answer.made_by != validator)

    def given_by(self, login: str | None) -> bool:
        """Whether it asks for an answer and this person gave the one that counts: they may not validate then."""
        return self.required and self.answer is not None and self.answer.made_by == login


def of_model(connection: Connection, model_id: int) -> list[Undertaking]:
    """All of a model, oldest first."""
    rows = connection.execute(
        select(undertakings).where(undertakings.c.model_id == model_id).order_by(undertakings.c.undertaking_id)
    ).all()
    newest = {row.finding: row.undertaking_id for row in rows if row.kind == ANSWER}
    told = [Undertaking(**row._mapping) for row in rows]
    return [replace(one, replaced=one.kind == ANSWER and newest[one.finding] != one.undertaking_id) for one in told]


def findings(connection: Connection, model_id: int) -> list[Found] | None:
    """What the newest dossier of a model found, with the answers that count; None where no dossier says what it found."""
    report_id = newest_dossier(connection, model_id)
    if (
        report_id is None
        or connection.scalar(select(reports.c.findings).where(reports.c.report_id == report_id)) is None
    ):
        return None
    answers = [one for one in of_model(connection, model_id) if one.kind == ANSWER]
    f = dossier_findings.c
    rows = connection.execute(select(f.finding, f.level, f.required).where(f.report_id == report_id).order_by(f.place))
    return [Found(row.finding, row.level, row.required, _counts(row.finding, row.level, answers)) for row in rows]


def _counts(key: str, level: str, answers: Sequence[Undertaking]) -> Undertaking | None:
    """The newest answer to it; what was answered when it was only watched does not answer what must be acted on."""
    fitting = [one for one in answers if one.finding == key and one.level in (level, ACT)]
    return fitting[-1] if fitting else None


def answered_first(connection: Connection, found: Model, validator: str | None) -> None:
    """ModelRefused before every finding that asks for it is answered by somebody else: old_dossier (it does not say what it
    found), unanswered."""
    told = findings(connection, found.model_id)
    if told is None:
        raise ModelRefused(
            "old_dossier",
            f"the newest dossier of model {found.version} is of an older program and does not list its findings; make it again "
            "on the Models page (Validation dossier PDF)",
            version=found.version,
        )
    missing = [one for one in told if not one.answered(validator)]
    if found.validated_by is None and any(one.given_by(validator) for one in missing):
        raise ModelRefused(
            "you_answered",
            f"{validator} answered what the dossier of model {found.version} found and may not validate it; somebody else must",
            version=found.version,
        )
    if missing:
        raise ModelRefused(
            "unanswered",
            f"the dossier of model {found.version} has {len(missing)} findings without a written answer by somebody else than "
            "who validates it; answer them on the Models page: what is done, by whom, until when",
            version=found.version, count=str(len(missing)),
        )  # fmt: skip


def answer(
    connection: Connection, model_id: int, finding: str, told: Promise, by: str, at: dt.datetime, address: str | None = None
) -> int:  # fmt: skip
    """Answer a finding of the newest dossier. ModelRefused: no_such_finding, validator_answers, wrong_state, and what a
    promise is refused for (promise_needed, words_short, words_repeated, no_such_person, due_needed, due_past), no_such_model."""
    found = _open_model(connection, model_id)
    there = next((one for one in findings(connection, model_id) or () if one.key == finding), None)
    if there is None:
        raise ModelRefused("no_such_finding", "the newest dossier has no such finding; look at the page again")
    if there.required and by == found.validated_by:
        raise ModelRefused(
            "validator_answers",
            f"model {found.version} was validated by {by}; somebody else must answer what its dossier found",
            version=found.version,
        )
    kept = {"kind": ANSWER, "finding": finding, "level": there.level}
    return _keep(connection, model_id, "answered", kept, told, by, at, address)


def condition(
    connection: Connection, model_id: int, told: Promise, by: str, at: dt.datetime, address: str | None = None
) -> int:  # fmt: skip
    """Set a condition of the signature that is next, or of one's own. ModelRefused: own_model (to who developed it),
    not_signer (it is signed, by others), wrong_state, and what a promise is refused for, no_such_model."""
    found = _open_model(connection, model_id)
    if by == found.developed_by:
        raise ModelRefused(
            "own_model", f"model {found.version} was developed by {by}; somebody else must validate it", version=found.version
        )  # fmt: skip
    return _keep(
        connection, model_id, "condition", {"kind": CONDITION, "step": _step(found, by)}, told, by, at, address
    )


def close(
    connection: Connection, undertaking_id: int, words: str, by: str, at: dt.datetime, address: str | None = None
) -> int:  # fmt: skip
    """Say that it is done, and how that was seen; returns its model. ModelRefused: no_such_undertaking, closed_already,
    own_undertaking (to who must do it), words_needed, words_short, words_repeated."""
    model_id = connection.scalar(select(undertakings.c.model_id).where(undertakings.c.undertaking_id == undertaking_id))
    if model_id is None:
        raise ModelRefused("no_such_undertaking", "there is no such answer or condition; look at the page again")
    held(connection, model_id)
    one = next(each for each in of_model(connection, model_id) if each.undertaking_id == undertaking_id)
    if not one.open:
        raise ModelRefused("closed_already", "this is closed already; look at the page again")
    if by == one.owner:
        raise ModelRefused(
            "own_undertaking", "whoever must do it does not say that it is done; let somebody else close it"
        )
    if not said(words):
        raise ModelRefused("words_needed", "say what was looked at and why this is decided")
    seen = weighed(words)
    mine = undertakings.c.undertaking_id == undertaking_id
    told = {"closed_by": by, "closed_at": at, "closed_words": seen}
    connection.execute(update(undertakings).where(mine).values(told))
    what = {"finding": one.finding, "step": one.step, "owner": one.owner, "due": one.due.isoformat()}
    event(connection, model_id, "closed", by, at, seen, address, **what)
    return int(model_id)


@dataclass(frozen=True)
class Due:
    """What is to be done about a model, for a home page."""

    version: str
    what: Undertaking


def due_to(connection: Connection, login: str, officer: bool, day: dt.date) -> list[Due]:
    """What this person must do themselves, and for a risk officer everybody's that is due within SOON; the earliest first.
    Nothing of retired models."""
    wanted = select(credit_models.c.model_id, credit_models.c.version).where(credit_models.c.state != "retired")
    found = [
        Due(row.version, one)
        for row in connection.execute(wanted.where(credit_models.c.model_id.in_(select(undertakings.c.model_id))))
        for one in of_model(connection, row.model_id)
        if one.open and (one.owner == login or (officer and one.due <= day + SOON))
    ]
    return sorted(found, key=lambda one: (one.what.due, one.what.undertaking_id))


def _open_model(connection: Connection, model_id: int) -> Model:
    found = held(connection, model_id)
    if found.state == "retired":
        raise wrong_state(found)
    return found


def _step(found: Model, by: str) -> str:
    """Whose signature a condition belongs to."""
    if found.state == "developed" or by == found.validated_by:
        return "validated"
    if found.state == "validated" or by == found.approved_by:
        return "approved"
    raise ModelRefused(
        "not_signer",
        f"model {found.version} is signed; conditions are set by who validated or approved it",
        version=found.version,
    )


def _keep(
    connection: Connection, model_id: int, act: str, kept: dict[str, str], told: Promise, by: str, at: dt.datetime,
    address: str | None,
) -> int:  # fmt: skip
    if not said(told.words):
        raise ModelRefused("promise_needed", "say what is done about it")
    words = weighed(told.words)
    owner = login_of(connection, told.owner)
    if owner is None:
        raise ModelRefused(
            "no_such_person", f"{told.owner.strip() or 'nobody'} is no active user; name who does it by login or name"
        )
    if told.due is None:
        raise ModelRefused("due_needed", "say until when it is done")
    if told.due < at.date():
        raise ModelRefused("due_past", f"{told.due} is over; say until when it is done")
    paper = newest_dossier(connection, model_id)
    row = {
        "model_id": model_id,
        "words": words,
        "owner": owner,
        "due": told.due,
        "made_by": by,
        "made_at": at,
        "report_id": paper,
    }
    result = connection.execute(insert(undertakings).values(**kept, **row))
    (number,) = result.inserted_primary_key or (0,)
    detail = {
        **{name: value for name, value in kept.items() if name != "kind"},
        "owner": owner,
        "due": told.due.isoformat(),
    }
    event(connection, model_id, act, by, at, words, address, undertaking=int(number), **detail)
    return int(number)
