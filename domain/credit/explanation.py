"""The explanation of one rating as plain JSON: what a program asks for, in the figures the pages and papers show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from domain.credit.characteristics import named
from domain.credit.overrides import LADDER, Override, effect, in_effect
from domain.credit.run import rate
from domain.credit.scorecard import Scorecard, to_dict

KEY = "_row"


def explain_one(card: Scorecard, row: Mapping[str, Any]) -> dict[str, Any]:
    """Why one row has its score, from the card itself.

    row: a value (or None) for each of the card's columns; others are not looked at, except `days_past_due`, by which who
    has defaulted is told. ValueError for a column that is not there. What `told_of` gives, and `scorecard`, the card's hash.
    """
    rated = rate(card, pd.DataFrame([{**row, KEY: 0}]), key=KEY).iloc[0]
    score = None if pd.isna(rated["score"]) else int(rated["score"])
    told = told_of(
        grade=str(rated["grade"]), score=score, pd_=float(rated["pd"]), base=int(rated["base"]), points=rated["points"],
        values=rated["values"], reasons=rated["reasons"], next_grade=rated["next_grade"],
    )  # fmt: skip
    return {**told, "scorecard": to_dict(card)["hash"]}


def told_of(
    *, grade: str, score: int | None, pd_: float | None, base: int, points: Sequence[Mapping[str, Any]], values: Sequence[Any],
    reasons: Sequence[Mapping[str, Any]], next_grade: Mapping[str, Any] | None,
) -> dict[str, Any]:  # fmt: skip
    """A rating as JSON-able words and numbers.

    grade, score (None for D), pd (0..1), base, points (characteristic, zh, en, value, unit, bin_zh, bin_en, points, best,
    average, lost: against the best, 0 for what does not apply, lacks: what the customer lacks there, else None),
    average_score, best_score, reasons (at most four, both languages), next_grade.
    base + the sum of points is the score: ValueError when it is not.
    """
    entries = [_entry(entry, value) for entry, value in zip(points, values, strict=True)]
    total = base + sum(entry["points"] for entry in entries)
    if score is not None and entries and total != score:
        raise ValueError(f"the points of the rating add up to {total}, the score is {score}; rate again")
    return {
        "grade": grade, "score": score, "pd": pd_, "base": base, "points": entries,
        "best_score": base + sum(entry["best"] for entry in entries) if entries else None,
        "average_score": round(base + sum(entry["average"] for entry in entries), 1) if entries else None,
        "reasons": plain(list(reasons)), "next_grade": plain(next_grade),
    }  # fmt: skip


def with_override(told: Mapping[str, Any], one: Override | None, ladder: Sequence[str] = LADDER) -> dict[str, Any]:
    """The explanation with the grade in effect, and the signed override beside the model's grade; the points stay."""
    grade = told["grade"]
    beside = None
    if one is not None:
        beside = {
            "grade": one.grade, "model_grade_then": one.model_grade, "notches": one.notches, "reason": one.reason_code,
            "words": one.reason, "valid_from": plain(one.valid_from), "expires_on": plain(one.expires_on),
            "proposed_by": one.proposed_by, "signed_by": one.decided_by, "does": effect(grade, one.grade, ladder),
        }  # fmt: skip
    return {**told, "grade_in_effect": in_effect(grade, one.grade if one else None, ladder), "override": beside}


def _entry(entry: Mapping[str, Any], value: Any) -> dict[str, Any]:
    known = named(str(entry["characteristic"]))
    return {
        "characteristic": known.name, "zh": entry["zh"], "en": entry["en"], "value": plain(value), "unit": known.unit,
        "bin_zh": entry["bin_zh"], "bin_en": entry["bin_en"], "points": int(entry["points"]), "best": int(entry["best"]),
        "average": float(entry["average"]), "lacks": entry.get("lacks"),
        "lost": 0 if entry.get("lacks") else int(entry["best"]) - int(entry["points"]),
    }  # fmt: skip


def plain(value: Any) -> Any:
    """As `json.dumps` takes it: NumPy's numbers as Python's, not-a-number as None, days as ISO text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value
