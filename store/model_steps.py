"""What every step about a model of the register has in common: held as it is now, refused in a sentence, its row of history
and its line on the trail written beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from store import audit
from store.models import Model, model_row
from store.tables import credit_model_events, credit_models
from store.weighed import too_thin

OBJECT = "credit_model"  # on the audit trail
LONGEST_WORDS = 2_000
AUDITED = {
    "developed": "models.register", "validated": "models.validate", "approved": "models.approve", "in_use": "models.use",
    "retired": "models.retire", "assigned": "models.assign", "answered": "models.answer", "condition": "models.condition",
    "closed": "models.close",
}  # fmt: skip


class ModelRefused(Exception):
    """A model cannot be entered, decided on or used; the sentence says why. `key` names it for translation, `values`
    fill it in."""

    def __init__(self, key: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


def held(connection: Connection, model_id: int) -> Model:
    """The row as it is now, and stays until the transaction ends; SQLite's writers wait before they read anything.
    ModelRefused no_such_model."""
    query = select(credit_models).where(credit_models.c.model_id == model_id)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise ModelRefused("no_such_model", f"there is no model {model_id}; look at the register again")
    return model_row(row)


def wrong_state(found: Model) -> ModelRefused:
    """That a step cannot follow the state a model is in."""
    return ModelRefused(
        "wrong_state", f"model {found.version} is {found.state}; that step cannot follow", version=found.version
    )


def event(
    connection: Connection, model_id: int, act: str, by: str, at: datetime, words: str, address: str | None = None,
    told_by: str | None = None, **detail: Any,
) -> None:  # fmt: skip
    """One step, in the history and on the trail. report_id in the detail: the dossier it was decided on. told_by: whose act
    the entry on the trail is, where that is another."""
    row = {"model_id": model_id, "act": act, "by": by, "at": at, "words": words, "report_id": detail.get("report_id")}
    connection.execute(insert(credit_model_events).values(row))
    told = {**detail, "words": words}
    audit.write(connection, at, told_by or by, AUDITED[act], OBJECT, str(model_id), told, address)


def said(words: str) -> str:
    """Words as they are kept."""
    return " ".join(words.split())[:LONGEST_WORDS]


def weighed(words: str) -> str:
    """Words as they are kept, where a signature or an answer rests on them. ModelRefused words_short or words_repeated: see
    `store.weighed`."""
    kept = said(words)
    thin = too_thin(kept)
    if thin is not None:
        raise ModelRefused(thin.key, thin.sentence, **thin.values)
    return kept
