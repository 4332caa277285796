"""Dated parameters: proposed with a reason, approved by a second person, and then never changed.

proposed -> approved | rejected. A month uses the approved version with the newest `valid_from` not after its end; before
the first there is what the product brings. Every step is on the audit trail in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.contribution.parameters import ContributionParameters
from domain.contribution.timeline import BUILT_IN, Dated, built_in
from domain.credit.grades import Masterscale
from domain.credit.limits import LimitParameters
from domain.plain import from_plain, to_plain
from store import audit
from store.tables import parameter_versions

CONTRIBUTION = "contribution"
OBJECT = "parameters"  # on the audit trail
MASTERSCALE = "masterscale"
LIMITS = "limits"  # what a customer could be lent, by grade
KINDS: Mapping[str, type[Any]] = {
    CONTRIBUTION: ContributionParameters, MASTERSCALE: Masterscale, LIMITS: LimitParameters,
}  # fmt: skip


class ParameterRefused(Exception):
    """A version cannot be proposed or decided on; the sentence says why. `key` names it for translation."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class ParameterVersion:
    """One version. version counts within its kind; parameters as `domain.plain.to_plain` gives them."""

    version_id: int
    kind: str
    version: int
    valid_from: date
    parameters: Mapping[str, Any]
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


def propose(
    connection: Connection,
    kind: str,
    valid_from: date,
    parameters: Mapping[str, Any],
    reason: str,
    by: str,
    at: datetime,
    address: str | None = None,
) -> int:
    """Keep a proposal; returns its number. parameters: plain values as a form or `to_plain` gives them.

    ParameterRefused: unknown_kind, reason_needed, not_sound (the sentence says which figure), proposed_meanwhile.
    """
    if kind not in KINDS:
        raise ParameterRefused("unknown_kind", f"there are no parameters of {kind}; there are {', '.join(KINDS)}")
    if not reason.strip():
        raise ParameterRefused("reason_needed", "say why these parameters are proposed")
    try:
        sound = to_plain(_sound(from_plain(KINDS[kind], parameters)))
    except ValueError as error:
        raise ParameterRefused("not_sound", str(error)) from error
    last = connection.scalar(select(func.max(parameter_versions.c.version)).where(parameter_versions.c.kind == kind))
    version = (last or 0) + 1
    try:
        with connection.begin_nested():
            result = connection.execute(
                insert(parameter_versions).values(
                    kind=kind, version=version, valid_from=valid_from, parameters=sound, reason=reason.strip(),
                    state="proposed", proposed_by=by, proposed_at=at,
                )
            )  # fmt: skip
    except IntegrityError as error:
        raise ParameterRefused("proposed_meanwhile", "somebody proposed a version meanwhile; look again") from error
    (version_id,) = result.inserted_primary_key or (0,)
    detail = {"kind": kind, "version": version, "valid_from": valid_from.isoformat(), "reason": reason.strip()}
    audit.write(connection, at, by, "parameters.propose", OBJECT, str(version_id), detail, address)
    return int(version_id)


def _sound(parameters: Any) -> Any:
    """The bank's grades have names that pages, limits and overrides know: only the bounds between them may change."""
    known = Masterscale().grades
    if isinstance(parameters, Masterscale) and parameters.grades != known:
        raise ValueError(
            f"The grades of the masterscale are {', '.join(known)}; only the bounds between them may change."
        )
    return parameters


def approve(
    connection: Connection,
    version_id: int,
    by: str,
    at: datetime,
    reason: str | None = None,
    address: str | None = None,
) -> None:
    """Make a proposal valid. ParameterRefused to who proposed it (own_proposal), and unless it is still open."""
    found = _open(connection, version_id)
    if found.proposed_by == by:
        raise ParameterRefused(
            "own_proposal", f"version {found.version} was proposed by {by}; somebody else must approve it"
        )
    _decide(connection, found, "approved", by, at, reason, address)


def reject(
    connection: Connection, version_id: int, by: str, at: datetime, reason: str, address: str | None = None
) -> None:
    """Turn a proposal down, with a reason; whoever proposed it may also withdraw it so."""
    if not reason.strip():
        raise ParameterRefused("reason_needed", "say why this version is rejected")
    _decide(connection, _open(connection, version_id), "rejected", by, at, reason, address)


def versions(connection: Connection, kind: str, state: str | None = None) -> list[ParameterVersion]:
    """Versions of a kind, newest first; all states, or one."""
    query = select(parameter_versions).where(parameter_versions.c.kind == kind)
    if state is not None:
        query = query.where(parameter_versions.c.state == state)
    return [
        ParameterVersion(**row)
        for row in connection.execute(query.order_by(parameter_versions.c.version.desc())).mappings()
    ]


def waiting_for(connection: Connection, login: str) -> list[ParameterVersion]:
    """Proposals that wait for somebody else than who proposed them, of every kind, the oldest first: none of theirs."""
    found = [one for kind in KINDS for one in versions(connection, kind, "proposed") if one.proposed_by != login]
    return sorted(found, key=lambda one: one.version_id)


def version(connection: Connection, version_id: int) -> ParameterVersion | None:
    """One version, or None."""
    query = select(parameter_versions).where(parameter_versions.c.version_id == version_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else ParameterVersion(**row)


def numbered(connection: Connection, kind: str, number: int) -> ParameterVersion | None:
    """The version of this number within its kind, or None."""
    query = select(parameter_versions).where(parameter_versions.c.kind == kind, parameter_versions.c.version == number)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else ParameterVersion(**row)


def replaced(connection: Connection, found: ParameterVersion, currency: str) -> Dated | None:
    """What held, or would hold, where this version begins if it were not there; None when nothing would."""
    try:
        timeline = contribution_timeline(connection, currency)
    except KeyError:
        return None
    own = (found.valid_from, found.version)
    earlier = [each for each in timeline if (each.valid_from or date.min, each.version) < own]
    return max(earlier, key=lambda each: (each.valid_from or date.min, each.version), default=None)


def masterscale_at(connection: Connection, day: date) -> tuple[int, Masterscale]:
    """The version that holds on a day and its scale: the approved one with the newest first day not after it.

    Of two that begin on one day the later version; before the first, version 0, the scale the product brings.
    """
    number, found = _at(connection, MASTERSCALE, day)
    return number, Masterscale() if found is None else found


def limits_at(connection: Connection, day: date) -> tuple[int, LimitParameters]:
    """As `masterscale_at`, of what a customer could be lent."""
    number, found = _at(connection, LIMITS, day)
    return number, LimitParameters() if found is None else found


def _at(connection: Connection, kind: str, day: date) -> tuple[int, Any]:
    begun = [each for each in versions(connection, kind, "approved") if each.valid_from <= day]
    if not begun:
        return BUILT_IN, None
    newest = max(begun, key=lambda each: (each.valid_from, each.version))
    return newest.version, from_plain(KINDS[kind], newest.parameters)


def contribution_timeline(connection: Connection, currency: str) -> tuple[Dated, ...]:
    """What contribution is worked out with, month by month: the built-in version 0 and every approved one, oldest first.

    KeyError when there is nothing for this currency; an approved version in another currency is left out.
    """
    kept = [
        Dated(each.version, each.valid_from, from_plain(ContributionParameters, each.parameters))
        for each in reversed(versions(connection, CONTRIBUTION, "approved"))
    ]
    own = tuple(each for each in kept if each.parameters.currency == currency)
    try:
        return (built_in(currency), *own)
    except KeyError:
        if not own:
            raise
        return own


def _open(connection: Connection, version_id: int) -> ParameterVersion:
    found = version(connection, version_id)
    if found is None:
        raise ParameterRefused("no_such_version", f"there is no parameter version {version_id}")
    if found.state != "proposed":
        raise ParameterRefused(
            "decided", f"version {found.version} is {found.state}; only a proposed one can be decided on"
        )
    return found


def _decide(
    connection: Connection,
    found: ParameterVersion,
    state: str,
    by: str,
    at: datetime,
    reason: str | None,
    address: str | None,
) -> None:
    turned = connection.execute(
        update(parameter_versions)
        .where(parameter_versions.c.version_id == found.version_id, parameter_versions.c.state == "proposed")
        .values(state=state, decided_by=by, decided_at=at, decision_reason=reason)
    )
    if turned.rowcount != 1:
        raise ParameterRefused("decided", f"version {found.version} was decided on meanwhile; look again")
    act = "parameters.approve" if state == "approved" else "parameters.reject"
    detail = {
        "kind": found.kind,
        "version": found.version,
        "valid_from": found.valid_from.isoformat(),
        "reason": reason,
    }
    audit.write(connection, at, by, act, OBJECT, str(found.version_id), detail, address)
