"""What is decided about a scorecard of the register: entered, validated, approved, in use, retired.

The model in use is always the one whose run is on show: `taken_over` is called by store/runs.py when a credit run goes on
show, and approving the model of the run on show puts it in use at once. A model that another replaced comes back in use
with its run; one retired by hand never does. Each step writes its words, its row of history and the trail in the caller's
one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from store.model_steps import ModelRefused, event, held, said, weighed, wrong_state
from store.models import STATES, Model, any_approved, list_models, model_id_of, model_row, of_run, origin_of, shown
from store.reports import newest_dossier
from store.tables import credit_models, runs
from store.undertakings import answered_first, findings
from store.users import is_person

TIERS = (1, 2, 3)


def register(
    connection: Connection, run_id: int, purpose: str, card: Mapping[str, Any], metrics: Mapping[str, Any],
    definition: Mapping[str, Any], by: str, at: datetime, words: str = "", owner: str | None = None, tier: int = 1,
    address: str | None = None, told_by: str | None = None,
) -> int:  # fmt: skip
    """Enter the card a credit run developed; returns its number. Runs that rate with it name it in their parameters.

    by: who developed it, its owner too unless another is given. told_by: whose act the entry is, where that is another.
    ModelRefused: no_such_run, registered (the run has a model already).
    """
    if connection.scalar(select(runs.c.kind).where(runs.c.run_id == run_id)) != "credit":
        raise ModelRefused("no_such_run", f"there is no credit run {run_id} that could have developed a model")
    if model_id_of(connection, run_id) is not None:
        raise ModelRefused("registered", f"the scorecard of run {run_id} is in the register already")
    entry = insert(credit_models).values(
        version="", run_id=run_id, purpose=purpose, tier=tier, owner=owner or by, card=dict(card), metrics=dict(metrics),
        definition=dict(definition), state="developed", developed_by=by, developed_at=at,
    )  # fmt: skip
    try:
        with connection.begin_nested():
            result = connection.execute(entry)
    except IntegrityError as error:
        raise ModelRefused("registered", f"the scorecard of run {run_id} is in the register already") from error
    (model_id,) = result.inserted_primary_key or (0,)
    mine = credit_models.c.model_id == model_id
    connection.execute(update(credit_models).where(mine).values(version=f"M-{model_id}"))
    event(connection, model_id, "developed", by, at, words, address, told_by, run_id=run_id)
    return int(model_id)


def registered(connection: Connection, run_id: int, by: str, at: datetime, address: str | None = None) -> Model:
    """The model of a credit run; a run from before there was a register gets its card entered now, as developed by who
    started it. by: who asks. ModelRefused no_such_run."""
    found = of_run(connection, run_id)
    if found is not None:
        return found
    origin = origin_of(connection, run_id)
    row = None if origin is None else connection.execute(select(runs).where(runs.c.run_id == origin)).one_or_none()
    if row is None:
        raise ModelRefused("no_such_run", f"there is no credit run {run_id} that could have developed a model")
    kind = row.parameters.get("sample", "behaviour")
    definition = {"kind": kind, "as_of": row.as_of.isoformat(), **row.metrics.get("left_out", {})}
    try:
        number = register(
            connection, row.run_id, kind, row.model, row.metrics, definition, row.started_by, row.finished_at,
            address=address, told_by=by,
        )  # fmt: skip
    except ModelRefused:  # somebody else entered it at the same moment
        found = of_run(connection, run_id)
        if found is None:
            raise
        return found
    return held(connection, number)


def validate(
    connection: Connection, model_id: int, by: str, at: datetime, words: str, address: str | None = None
) -> None:
    """A second person says that the model does what it should, with its validation dossier before them. ModelRefused:
    own_model, wrong_state, no_dossier, old_dossier, you_answered, unanswered, words_needed, words_short, no_such_model."""
    found = _decidable(connection, model_id, words, ("developed",))
    _somebody_else(found, by, "validate")
    paper = _dossier_of(connection, found, "validated")
    answered_first(connection, found, by)
    words = weighed(words)
    _turn(connection, found, "validated", by, at, words, address, paper, validated_by=by, validated_at=at)


def approve(
    connection: Connection, model_id: int, by: str, at: datetime, words: str, address: str | None = None
) -> None:
    """A third person allows its use; the model of the run on show is in use from then on. ModelRefused: own_model (to who
    developed it), same_person (to who validated it), nobody_answers, wrong_state, no_dossier, old_dossier,
    unanswered (a dossier made since found more), words_needed, words_short, no_such_model."""
    found = _decidable(connection, model_id, words, ("validated",))
    _somebody_else(found, by, "approve")
    if by == found.validated_by:
        raise ModelRefused(
            "same_person",
            f"model {found.version} was validated by {by}; a third person must approve it",
            version=found.version,
        )
    _answered_for(connection, found.version, found.owner)
    paper = _dossier_of(connection, found, "approved")
    answered_first(connection, found, found.validated_by)
    words = weighed(words)
    _turn(connection, found, "approved", by, at, words, address, paper, approved_by=by, approved_at=at)
    if shown(connection) == model_id:
        _put_in_use(connection, model_id, by, at, words, address)


def retire(
    connection: Connection, model_id: int, by: str, at: datetime, words: str, address: str | None = None
) -> None:
    """Turn a model down, or take one that was replaced out for good. ModelRefused: on_show (another must be published
    first), wrong_state, words_needed, no_such_model."""
    found = _decidable(connection, model_id, words, STATES)
    if found.state == "retired" and found.replaced_by is None:
        raise wrong_state(found)
    if shown(connection) == model_id:
        raise ModelRefused(
            "on_show",
            f"the grades on show are made with model {found.version}; publish a run of another model, then retire this one",
            version=found.version,
        )
    _turn(connection, found, "retired", by, at, words, address, retired_by=by, retired_at=at, replaced_by=None)


def assign(
    connection: Connection, model_id: int, owner: str, tier: int, by: str, at: datetime, words: str,
    address: str | None = None,
) -> None:  # fmt: skip
    """Say who answers for a model and how much depends on it. ModelRefused: no_owner, no_such_tier, nobody_answers (once it is
    approved), wrong_state (retired), words_needed, no_such_model."""
    owner = " ".join(owner.split())[:64]
    if not owner:
        raise ModelRefused("no_owner", "say who answers for this model")
    if tier not in TIERS:
        raise ModelRefused("no_such_tier", f"there is no tier {tier}; tiers are 1, 2 and 3")
    found = _decidable(connection, model_id, words, STATES[:-1])
    if found.state in ("approved", "in_use"):
        _answered_for(connection, found.version, owner)
    mine = credit_models.c.model_id == model_id
    connection.execute(update(credit_models).where(mine).values(owner=owner, tier=tier))
    event(connection, model_id, "assigned", by, at, said(words), address, None, owner=owner, tier=tier)


@dataclass(frozen=True)
class Waiting:
    """A model that waits for somebody's signature. step: validate, approve, or answer (what its dossier found comes first).
    dossier: whether it has one that says what it found. count: findings to be answered."""

    model_id: int
    version: str
    step: str
    developed_by: str
    dossier: bool
    count: int = 0


def waiting_for(connection: Connection, login: str, steps: Collection[str]) -> list[Waiting]:
    """Models this person may take a step further now, the oldest first: nobody is told of what they may not do.

    steps: those their grants allow, of validate, approve and answer. While findings wait for an answer nobody signs; who
    answered one does not validate.
    """
    found = (_waits(connection, one, login, steps) for one in reversed(list_models(connection)))
    return [one for one in found if one is not None]


def _waits(connection: Connection, one: Model, login: str, steps: Collection[str]) -> Waiting | None:
    step = {"developed": "validate", "validated": "approve"}.get(one.state)
    if step is None:
        return None
    told = findings(connection, one.model_id)
    asked = [each for each in told or () if not each.answered(one.validated_by)]
    if asked:
        mine = "answer" in steps and login != one.validated_by
        return Waiting(one.model_id, one.version, "answer", one.developed_by, True, len(asked)) if mine else None
    answered = step == "validate" and any(each.given_by(login) for each in told or ())
    if step not in steps or answered or login in (one.developed_by, one.validated_by):
        return None
    return Waiting(one.model_id, one.version, step, one.developed_by, told is not None)


def showable(connection: Connection, run_id: int, going_back: bool, by: str, at: datetime) -> Model:
    """The model of a credit run that may go on show; it stays as it is until the transaction ends.

    Allowed: approved or in use; going back to a run: also one that another replaced; and any that is not retired as long as
    no model was ever approved (on trial). ModelRefused otherwise: model_not_approved, model_retired.
    """
    found = held(connection, registered(connection, run_id, by, at).model_id)
    refused = _why_not(connection, found, going_back)
    if refused is not None:
        raise refused
    return found


def why_not_shown(connection: Connection, run_id: int, going_back: bool) -> ModelRefused | None:
    """What `showable` would refuse this run with, for who looks before deciding; nothing is written or held."""
    found = of_run(connection, run_id)
    if found is not None:
        return _why_not(connection, found, going_back)
    return _not_approved("", "not in the register") if any_approved(connection) else None


def _why_not(connection: Connection, found: Model, going_back: bool) -> ModelRefused | None:
    if found.state in ("approved", "in_use"):
        return None
    if found.state == "retired":
        if going_back and found.replaced_by is not None and found.signed:
            return None
        return ModelRefused(
            "model_retired",
            f"model {found.version} of this run is retired; rate with another one",
            version=found.version,
        )
    return _not_approved(found.version, f"only {found.state}") if any_approved(connection) else None


def _not_approved(version: str, standing: str) -> ModelRefused:
    return ModelRefused(
        "model_not_approved",
        f"model {version} of this run is {standing}; it must be validated and approved first".replace("  ", " "),
        version=version,
    )


def taken_over(
    connection: Connection, taken: Model, by: str, at: datetime, words: str, address: str | None = None
) -> None:
    """Its run has gone on show: an approved model, or one come back, is in use now and the one before is retired."""
    if taken.signed and taken.state != "in_use":
        _put_in_use(connection, taken.model_id, by, at, words, address)


def _decidable(connection: Connection, model_id: int, words: str, states: tuple[str, ...]) -> Model:
    if not said(words):
        raise ModelRefused("words_needed", "say what was looked at and why this is decided")
    found = held(connection, model_id)
    if found.state not in states:
        raise wrong_state(found)
    return found


def _somebody_else(found: Model, by: str, verb: str) -> None:
    if by == found.developed_by:
        raise ModelRefused(
            "own_model",
            f"model {found.version} was developed by {by}; somebody else must {verb} it",
            version=found.version,
        )


def _answered_for(connection: Connection, version: str, owner: str) -> None:
    if not is_person(connection, owner):
        raise ModelRefused(
            "nobody_answers",
            f"nobody answers for model {version}: its owner, {owner}, is no active user; name a person by login or name as its "
            "owner on the Models page, and let the model be approved then",
            version=version,
        )


def _dossier_of(connection: Connection, found: Model, verb: str) -> int:
    """The newest validation dossier of exactly this model: what is decided, is decided on that paper."""
    paper = newest_dossier(connection, found.model_id)
    if paper is None:
        raise ModelRefused(
            "no_dossier",
            f"model {found.version} has no validation dossier yet; make it on the Models page (Validation dossier PDF), read "
            f"it, and let the model be {verb} then",
            version=found.version,
        )
    return paper


def _put_in_use(connection: Connection, model_id: int, by: str, at: datetime, words: str, address: str | None) -> None:
    """The grades on show are one card's, so whatever was in use before is replaced, of whatever purpose."""
    held = select(credit_models).where(or_(credit_models.c.model_id == model_id, credit_models.c.state == "in_use"))
    # One order for all, so that two never wait for each other.
    rows = [model_row(row) for row in connection.execute(held.order_by(credit_models.c.model_id).with_for_update())]
    for before in rows:
        if before.model_id != model_id and before.state == "in_use":
            told: dict[str, Any] = {"retired_by": by, "retired_at": at, "replaced_by": model_id}
            _turn(connection, before, "retired", by, at, words, address, **told)
    for mine in rows:
        if mine.model_id == model_id:
            cleared: dict[str, Any] = {"retired_by": None, "retired_at": None, "replaced_by": None}
            _turn(connection, mine, "in_use", by, at, words, address, in_use_since=at, **cleared)


def _turn(
    connection: Connection, found: Model, state: str, by: str, at: datetime, words: str, address: str | None,
    report_id: int | None = None, **noted: Any,
) -> None:  # fmt: skip
    """From the state it was read in; whoever comes second is told. report_id: the dossier it is decided on."""
    turned = connection.execute(
        update(credit_models)
        .where(credit_models.c.model_id == found.model_id, credit_models.c.state == found.state)
        .values(state=state, **noted)
    )
    if turned.rowcount != 1:
        raise ModelRefused(
            "decided_meanwhile", f"model {found.version} was decided on meanwhile; look again", version=found.version
        )
    on = {} if report_id is None else {"report_id": report_id}
    event(connection, found.model_id, state, by, at, said(words), address, None, version=found.version, **on)
