"""Overrides of ratings: proposed with a reason, signed by a second person, over on a day.

proposed -> in_force -> expired | withdrawn; proposed -> refused | withdrawn. What a grade may become stands in
domain/credit/overrides.py; who may act is read from the database here, whoever calls, and every step writes its row on the
audit trail in the caller's transaction. `at` is in the bank's time zone: days are counted in it.

The serving column customers.grade stays the model's: lists, facets, totals and the expected loss count by it, so that a
grade always fits its probability of default. The grade in effect is told where one customer is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.credit import overrides as rules
from domain.credit.grades import DEFAULTED
from domain.credit.overrides import EXPIRED, IN_FORCE, LADDER, PROPOSED, REFUSED, WITHDRAWN, Override
from store import audit
from store.override_rates import OverrideRate, rates
from store.override_rows import in_force, listed, of_customer, of_state, override, past_their_day
from store.scope import Scope
from store.served_runs import published_id
from store.tables import customers, rating_overrides, runs
from store.users import user_by_login

OBJECT = "override"  # on the audit trail
SYSTEM = "system"  # who writes down that one is over
MAY_PROPOSE, MAY_SIGN = "ratings.override", "ratings.sign"
__all__ = [
    "Override", "OverrideRate", "OverrideRefused", "expire_due", "in_force", "ladder", "listed", "of_customer", "override",
    "past_their_day", "propose", "rates", "refuse", "sign", "withdraw",
]  # fmt: skip


class OverrideRefused(Exception):
    """An override cannot be proposed, signed or ended; the sentence says why. `key` names it for translation, `values`
    fill it in."""

    def __init__(self, key: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


def ladder(connection: Connection) -> tuple[str, ...]:
    """The grades of the rating on show from best to worst, D last; the house's own without one."""
    run_id = published_id(connection, "credit")
    model = connection.scalar(select(runs.c.model).where(runs.c.run_id == run_id)) or {}
    grades = (model.get("masterscale") or {}).get("grades")
    return (*grades, DEFAULTED) if grades else LADDER


def propose(
    connection: Connection, scope: Scope, customer_id: str, grade: str, reason_code: str, reason: str, expires_on: date | None,
    by: str, at: datetime, address: str | None = None,
) -> int:  # fmt: skip
    """Keep a proposal for the customer's grade; returns its number.

    OverrideRefused: not_allowed, no_such_customer (alike for who is not there and who is not in scope), not_rated,
    reason_unknown, reason_needed, defaulted, same_grade, not_allowed_grade, wrong_way (the reason does not speak for that
    direction), expiry_needed, expiry_range, open_proposal.
    """
    _require(connection, by, MAY_PROPOSE)
    one = _rated(connection, scope, customer_id)
    words, scale = _words(reason), ladder(connection)
    _may_become(one, grade, scale)
    distance = rules.notches(one.grade, grade, scale)
    _speaks_for(reason_code, distance)
    if expires_on is None:
        raise OverrideRefused("expiry_needed", "give the last day the override holds")
    _within_a_year(expires_on, at.date())
    row = {
        "customer_id": customer_id, "branch_id": one.branch_id, "model_run_id": published_id(connection, "credit") or 0,
        "model_grade": one.grade, "model_score": one.score, "model_pd": one.pd, "grade": grade, "notches": distance,
        "reason_code": reason_code, "reason": words, "expires_on": expires_on, "state": PROPOSED, "proposed_by": by,
        "proposed_at": at,
    }  # fmt: skip
    try:
        with connection.begin_nested():
            made = connection.execute(insert(rating_overrides).values(row)).inserted_primary_key or (0,)
    except IntegrityError as error:
        raise OverrideRefused(
            "open_proposal", f"an override of customer {customer_id} already waits for a signature; decide on it first"
        ) from error
    detail = {"customer_id": customer_id, "from": one.grade, "to": grade, "reason": f"{reason_code}: {words}",
              "expires_on": expires_on.isoformat()}  # fmt: skip
    audit.write(connection, at, by, "overrides.propose", OBJECT, str(made[0]), detail, address)
    return int(made[0])


def sign(
    connection: Connection, scope: Scope, override_id: int, reason: str, by: str, at: datetime, address: str | None = None
) -> None:  # fmt: skip
    """The second signature: from this day on it holds, and takes the place of one that held before.

    OverrideRefused: not_allowed, no_such_override, own_proposal, decided, reason_needed, over (its last day is past),
    moved (the model's grade is no longer the one that was proposed against), and what `propose` refuses of the grade.
    """
    found = _decidable(connection, scope, override_id, by, reason)
    if found.proposed_by == by:
        raise OverrideRefused("own_proposal", f"{by} proposed this override; another risk officer must sign it")
    one = _rated(connection, scope, found.customer_id)
    if one.grade != found.model_grade:
        raise OverrideRefused(
            "moved", f"the model's grade is now {one.grade}, not {found.model_grade} as when this was proposed; propose anew",
            now=one.grade, then=found.model_grade,
        )  # fmt: skip
    _may_become(one, found.grade, ladder(connection))
    if found.expires_on < at.date():
        raise OverrideRefused("over", f"this override was to end on {found.expires_on}, which is past; propose anew")
    for earlier in of_state(connection, found.customer_id, IN_FORCE):
        if earlier.expires_on < at.date():
            _expire(connection, earlier, at)
        else:
            _end(connection, earlier, WITHDRAWN, f"#{override_id}", by, at, address)
    try:
        with connection.begin_nested():
            _turn(connection, found, IN_FORCE, by, at, reason, valid_from=at.date())
    except IntegrityError as error:
        raise _decided_meanwhile(found) from error
    _note_decision(connection, "overrides.sign", found, reason, by, at, address)


def refuse(
    connection: Connection, scope: Scope, override_id: int, reason: str, by: str, at: datetime, address: str | None = None
) -> None:  # fmt: skip
    """Turn a proposal down, with a reason. OverrideRefused as `sign`; who proposed it withdraws it instead."""
    found = _decidable(connection, scope, override_id, by, reason)
    if found.proposed_by == by:
        raise OverrideRefused("own_refusal", f"{by} proposed this override and may withdraw it; another decides on it")
    _turn(connection, found, REFUSED, by, at, reason)
    _note_decision(connection, "overrides.refuse", found, reason, by, at, address)


def withdraw(
    connection: Connection, scope: Scope, override_id: int, reason: str, by: str, at: datetime, address: str | None = None
) -> None:  # fmt: skip
    """Take a proposal back (who made it), or end one that holds (who made it, or a risk officer), with a reason.

    OverrideRefused: not_allowed, no_such_override, decided, reason_needed.
    """
    _require(connection, by, MAY_PROPOSE)
    found = _found(connection, scope, override_id)
    if found.state_on(at.date()) not in (PROPOSED, IN_FORCE):
        raise _decided_meanwhile(found)
    if found.proposed_by != by and (found.state == PROPOSED or not _may(connection, by, MAY_SIGN)):
        raise OverrideRefused("not_yours", "only who proposed it, or a risk officer once it holds, may withdraw it")
    _end(connection, found, WITHDRAWN, _words(reason), by, at, address)


def expire_due(connection: Connection, at: datetime) -> tuple[int, ...]:
    """Write down which overrides are over by now; their numbers. Nothing waits for it: an override past its last day
    counts no longer, whatever its row says."""
    return tuple(one.override_id for one in past_their_day(connection, at.date()) if _expire(connection, one, at))


def _may(connection: Connection, login: str, permission: str) -> bool:
    user = user_by_login(connection, login)
    return user is not None and not user.disabled and permission in user.permissions


def _require(connection: Connection, login: str, permission: str) -> None:
    if not _may(connection, login, permission):
        raise OverrideRefused("not_allowed", f"{login} may not do this; it takes the grant {permission}")


def _rated(connection: Connection, scope: Scope, customer_id: str) -> Any:
    c = customers.c
    query = select(c.grade, c.score, c.pd, c.branch_id, c.days_past_due)
    row = connection.execute(query.where(c.customer_id == customer_id, scope.where(c.branch_path))).one_or_none()
    if row is None:
        raise OverrideRefused("no_such_customer", "there is no such customer in your scope; look the customer up again")
    if row.grade is None:
        raise OverrideRefused(
            "not_rated", f"customer {customer_id} is not in the published rating: nothing to override"
        )
    return row


def _may_become(one: Any, grade: str, scale: Sequence[str]) -> None:
    if one.grade == DEFAULTED:
        raise OverrideRefused("defaulted", "a customer in D has defaulted, which is a fact and no judgement")
    if grade == one.grade:
        raise OverrideRefused("same_grade", f"the model's grade is {grade} already")
    found = rules.allowed(one.grade, bool(one.days_past_due), scale)
    if grade not in found:
        raise OverrideRefused(
            "not_allowed_grade",
            f"from {one.grade} an override may lead to {', '.join(found)}: {rules.MOST_NOTCHES} grades at the most, never to "
            f"D, never up to {scale[0]}, and not up while something is past due",
            grades=" ".join(found),
        )


def _speaks_for(code: str, distance: int) -> None:
    reason = rules.REASON_BY_CODE.get(code)
    if reason is None:
        raise OverrideRefused("reason_unknown", "choose the reason from the list")
    if rules.way_of(distance) not in reason.ways:
        raise OverrideRefused(
            "wrong_way", f"the reason '{reason.en}' does not speak for a {rules.way_of(distance)} override"
        )


def _words(reason: str) -> str:
    words = reason.strip()
    few = len({letter.casefold() for letter in words if letter.isalnum()}) < rules.LEAST_DIFFERENT
    if few or not rules.LEAST_WORDS <= len(words) <= rules.MOST_WORDS:
        raise OverrideRefused(
            "reason_needed",
            f"say why in words: at least {rules.LEAST_WORDS} characters, {rules.MOST_WORDS} at the most",
            least=str(rules.LEAST_WORDS), most=str(rules.MOST_WORDS),
        )  # fmt: skip
    return words


def _within_a_year(expires_on: date, today: date) -> None:
    last = rules.last_day(today)
    if not today < expires_on <= last:
        raise OverrideRefused(
            "expiry_range", f"an override ends after {today} and on {last} at the latest", last=last.isoformat()
        )


def _found(connection: Connection, scope: Scope, override_id: int) -> Override:
    found = override(connection, scope, override_id)
    if found is None:
        raise OverrideRefused("no_such_override", "there is no such override in your scope; look at the list again")
    return found


def _decidable(connection: Connection, scope: Scope, override_id: int, by: str, reason: str) -> Override:
    _require(connection, by, MAY_SIGN)
    found = _found(connection, scope, override_id)
    if found.state != PROPOSED:
        raise _decided_meanwhile(found)
    _words(reason)
    return found


def _decided_meanwhile(found: Override) -> OverrideRefused:
    return OverrideRefused("decided", f"override {found.override_id} was decided on meanwhile; look at the list again")


def _turn(
    connection: Connection, found: Override, state: str, by: str, at: datetime, reason: str, valid_from: date | None = None
) -> None:  # fmt: skip
    """From proposed; whoever comes second is told."""
    told = {
        "state": state,
        "decided_by": by,
        "decided_at": at,
        "decision_reason": reason.strip(),
        "valid_from": valid_from,
    }
    _change(connection, found, told)


def _end(
    connection: Connection, found: Override, state: str, reason: str, by: str, at: datetime, address: str | None
) -> None:  # fmt: skip
    ended_on = at.date() if found.state == IN_FORCE else None
    _change(
        connection, found, {"state": state, "ended_by": by, "ended_at": at, "end_reason": reason, "ended_on": ended_on}
    )
    detail = {"customer_id": found.customer_id, "from": found.model_grade, "to": found.grade, "reason": reason}
    audit.write(connection, at, by, "overrides.withdraw", OBJECT, str(found.override_id), detail, address)


def _expire(connection: Connection, found: Override, at: datetime) -> bool:
    """Whether it was this call that wrote it down."""
    told = {"state": EXPIRED, "ended_by": SYSTEM, "ended_at": at, "ended_on": found.expires_on + timedelta(days=1)}
    try:
        _change(connection, found, told)
    except OverrideRefused:
        return False
    detail = {"customer_id": found.customer_id, "from": found.model_grade, "to": found.grade}
    audit.write(connection, at, SYSTEM, "overrides.expire", OBJECT, str(found.override_id), detail)
    return True


def _change(connection: Connection, found: Override, told: Mapping[str, Any]) -> None:
    c = rating_overrides.c
    mine = c.override_id == found.override_id, c.state == found.state
    if connection.execute(update(rating_overrides).where(*mine).values(told)).rowcount != 1:
        raise _decided_meanwhile(found)


def _note_decision(
    connection: Connection, action: str, found: Override, reason: str, by: str, at: datetime, address: str | None
) -> None:  # fmt: skip
    detail = {"customer_id": found.customer_id, "from": found.model_grade, "to": found.grade, "reason": reason.strip()}
    audit.write(connection, at, by, action, OBJECT, str(found.override_id), detail, address)
