"""Developments of scorecards and the drafts made of them: who changed which bins by hand, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from domain.credit.by_hand import sound
from store import audit
from store.tables import development_drafts, developments
from store.weighed import too_thin

OBJECT = "development_draft"  # on the audit trail
LONGEST_REASON = 400


class DraftRefused(Exception):
    """A draft cannot be kept; `key` names the sentence for translation."""

    def __init__(self, key: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Development:
    """A sample as it was drawn and the card it gave. sample, found: as jobs/develop_scorecard.py writes them."""

    development_id: int
    job_id: int
    as_of: date
    batches: list[int]
    sample: Mapping[str, Any]
    found: Mapping[str, Any]
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class Draft:
    """Bins set by hand: column -> plan (domain/credit/by_hand.py); effect: figures before and after, as they were seen."""

    draft_id: int
    development_id: int
    bins: Mapping[str, Any]
    effect: Mapping[str, Any]
    reason: str
    made_by: str
    made_at: datetime


def keep(
    connection: Connection, job_id: int, as_of: date, batches: tuple[int, ...], sample: Mapping[str, Any],
    found: Mapping[str, Any], by: str, at: datetime,
) -> int:  # fmt: skip
    """Add a development; returns its number."""
    result = connection.execute(
        insert(developments).values(
            job_id=job_id, as_of=as_of, batches=list(batches), sample=dict(sample), found=dict(found), made_by=by, made_at=at
        )
    )  # fmt: skip
    (development_id,) = result.inserted_primary_key or (0,)
    return int(development_id)


def newest(connection: Connection) -> Development | None:
    """The last one made, None before the first."""
    number = connection.scalar(select(func.max(developments.c.development_id)))
    return None if number is None else development(connection, number)


def development(connection: Connection, development_id: int) -> Development | None:
    """One, or None."""
    query = select(developments).where(developments.c.development_id == development_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Development(**row._mapping)


def drafts(connection: Connection, limit: int = 20) -> list[Draft]:
    """Newest first."""
    query = select(development_drafts).order_by(development_drafts.c.draft_id.desc()).limit(limit)
    return [Draft(**row._mapping) for row in connection.execute(query)]


def draft(connection: Connection, draft_id: int) -> Draft | None:
    """One, or None."""
    query = select(development_drafts).where(development_drafts.c.draft_id == draft_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Draft(**row._mapping)


def reasoned(reason: str, key: str, sentence: str) -> str:
    """A reason as it is kept. DraftRefused `key` without one, words_short or words_repeated where nothing can rest on it."""
    kept = " ".join(reason.split())[:LONGEST_REASON]
    if not kept:
        raise DraftRefused(key, sentence)
    thin = too_thin(kept)
    if thin is not None:
        raise DraftRefused(thin.key, thin.sentence, **thin.values)
    return kept


def save_draft(
    connection: Connection, development_id: int, bins: Mapping[str, Any], effect: Mapping[str, Any], reason: str,
    by: str, at: datetime, address: str | None = None,
) -> int:  # fmt: skip
    """Keep bins set by hand, beside its row on the trail; returns the draft's number.

    DraftRefused: reason_needed, words_short, words_repeated, nothing_changed, no_such_development, not_sound.
    """
    reason = reasoned(reason, "reason_needed", "say why these bins are set by hand")
    if not bins:
        raise DraftRefused("nothing_changed", "no bin was changed, so there is nothing to save")
    made = development(connection, development_id)
    if made is None:
        raise DraftRefused("no_such_development", f"there is no development {development_id}; look at the page again")
    offered = {one["name"] for one in made.found["characteristics"]}
    try:
        kept = {name: sound(plan) for name, plan in bins.items() if name in offered}
    except ValueError as error:
        raise DraftRefused("not_sound", str(error)) from error
    if len(kept) != len(bins):
        raise DraftRefused("not_sound", "a changed characteristic is not among those of the development")
    result = connection.execute(
        insert(development_drafts).values(
            development_id=development_id, bins=kept, effect=dict(effect), reason=reason, made_by=by, made_at=at
        )
    )
    (draft_id,) = result.inserted_primary_key or (0,)
    detail = {"characteristics": sorted(kept), "development": development_id, "reason": reason}
    audit.write(connection, at, by, "development.draft", OBJECT, str(draft_id), detail, address)
    return int(draft_id)
