"""Names analysts give to segments: kept with who, when and why, valid in every run the segment is matched in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from domain.segmentation.given_names import every_cluster, identity_of, with_names
from domain.segmentation.naming import LONGEST_EN, LONGEST_ZH
from store import audit
from store.served_runs import published_id
from store.tables import runs, segment_names

OBJECT = "segment"  # on the audit trail
LONGEST_REASON = 400


class NameRefused(Exception):
    """A segment cannot be named so; `key` names the sentence for translation, `values` fill it in."""

    def __init__(self, key: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


@dataclass(frozen=True)
class GivenName:
    """One row: zh and en are None where a name was taken back."""

    identity: str
    run_id: int
    number: int
    zh: str | None
    en: str | None
    reason: str
    named_by: str
    named_at: datetime


_SHOWN = [segment_names.c[name] for name in GivenName.__dataclass_fields__]


def given(connection: Connection) -> dict[str, GivenName]:
    """The valid names by identity; those taken back are left out."""
    newest = select(func.max(segment_names.c.name_id)).group_by(segment_names.c.identity)
    found = connection.execute(select(*_SHOWN).where(segment_names.c.name_id.in_(newest)))
    return {row.identity: GivenName(*row) for row in found if row.zh}


def newest(connection: Connection) -> int:
    """The number of the last change to any name, 0 before the first: whoever keeps answers asks by it."""
    return connection.scalar(select(func.max(segment_names.c.name_id))) or 0


def history(connection: Connection, identity: str, limit: int = 20) -> list[GivenName]:
    """What a segment was called, newest first."""
    query = select(*_SHOWN).where(segment_names.c.identity == identity)
    return [GivenName(*row) for row in connection.execute(query.order_by(segment_names.c.name_id.desc()).limit(limit))]


def named(connection: Connection, model: Mapping[str, Any]) -> dict[str, Any]:
    """A segmentation's model with the valid names on its clusters."""
    names = {key: {"zh": one.zh or "", "en": one.en or ""} for key, one in given(connection).items()}
    return with_names(model, names)


def give(
    connection: Connection,
    number: int,
    zh: str,
    en: str,
    reason: str,
    by: str,
    at: datetime,
    address: str | None = None,
) -> None:
    """Name a segment of the published run in both languages; two empty texts take its name back.

    NameRefused: no_such_segment, reason_needed, both_languages, too_long, taken (another segment is called so).
    """
    zh, en, reason = (" ".join(text.split()) for text in (zh, en, reason))
    run_id, model = _on_show(connection)
    cluster = next((c for c in every_cluster(model) if int(c["number"]) == number), None)
    if cluster is None:
        raise NameRefused(
            "no_such_segment", f"the published segmentation has no segment {number}; look at the page again"
        )
    _fit(zh, en, reason)
    _free(model, identity_of(cluster), zh, en)
    connection.execute(
        insert(segment_names).values(
            identity=identity_of(cluster), run_id=run_id, number=number, zh=zh or None, en=en or None,
            reason=reason[:LONGEST_REASON], named_by=by, named_at=at,
        )
    )  # fmt: skip
    before = cluster.get("name") or {}
    detail = {"zh": zh, "en": en, "zh_before": before.get("zh"), "en_before": before.get("en"), "reason": reason}
    audit.write(connection, at, by, "segments.name" if zh else "segments.unname", OBJECT, str(number), detail, address)


def _on_show(connection: Connection) -> tuple[int, dict[str, Any]]:
    run_id = published_id(connection, "segmentation")
    if run_id is None:
        raise NameRefused("no_run", "no segmentation is published yet, so there is no segment to name")
    return run_id, named(connection, connection.scalar(select(runs.c.model).where(runs.c.run_id == run_id)) or {})


def _fit(zh: str, en: str, reason: str) -> None:
    if not reason:
        raise NameRefused("reason_needed", "say why the segment is called so")
    if bool(zh) != bool(en):
        raise NameRefused("both_languages", "give the name in Chinese and in English, or in neither to take it back")
    if len(zh) > LONGEST_ZH or len(en) > LONGEST_EN:
        limits = {"zh": str(LONGEST_ZH), "en": str(LONGEST_EN)}
        raise NameRefused(
            "too_long", f"at most {LONGEST_ZH} characters in Chinese and {LONGEST_EN} in English", **limits
        )


def _free(model: Mapping[str, Any], identity: str, zh: str, en: str) -> None:
    """Segments stand in one list on screen: no two of a run are called the same, by name or by what sets them apart."""
    for cluster in every_cluster(model):
        words = cluster.get("name") or cluster.get("label") or {}
        if zh and identity_of(cluster) != identity and (words.get("zh") == zh or words.get("en") == en):
            number = str(cluster["number"])
            raise NameRefused("taken", f"segment {number} is already called so; choose another name", number=number)
