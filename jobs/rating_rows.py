"""Ratings as the store keeps them: a row a customer, its points and reasons as JSON text.

A bank's ratings are put together from few pieces: the entries of a bin, of a reason and of a step are the same objects in
every row that has them (see domain/credit/reasons.py). Each is put into words once; a row is only joined. Five thousand
customers take a tenth of the time of a `json.dumps` a row, and the text is the same to the letter.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa

from jobs.sources_of_a_run import sayable

Say = Callable[[Mapping[str, Any]], str]


def rating_rows(rated: pd.DataFrame) -> pa.Table:
    """The rows of a run from `domain.credit.run.rate`, in the store's raw shape, as the 360 and the papers read them.

    points: {"base", "points", "values"}; reasons: {"reasons", "next_grade"}.
    """
    said = _entries()
    points = [
        f'{{"base": {base}, "points": {_list(entries, said)}, "values": [{", ".join([_value(v) for v in values])}]}}'
        for base, entries, values in zip(
            rated["base"].tolist(), rated["points"].tolist(), rated["values"].tolist(), strict=True
        )
    ]
    reasons = [
        f'{{"reasons": {_list(entries, said)}, "next_grade": {_next_grade(step, said)}}}'
        for entries, step in zip(rated["reasons"].tolist(), rated["next_grade"].tolist(), strict=True)
    ]
    return pa.table(
        {
            "customer_id": pa.array(rated["customer_id"], pa.string()),
            "score": pa.array(rated["score"].astype("Int64"), pa.int32(), from_pandas=True),
            "pd": pa.array(rated["pd"], pa.float64()),
            "grade": pa.array(rated["grade"], pa.string()),
            "points": pa.array(points, pa.string()),
            "reasons": pa.array(reasons, pa.string()),
        }
    )


def _said(value: Any) -> str:
    return json.dumps(sayable(value), ensure_ascii=False)


def _entries() -> Say:
    """What an entry is in JSON. It is remembered by the object, which is kept so that no other can take its place."""
    known: dict[int, tuple[Mapping[str, Any], str]] = {}

    def say(entry: Mapping[str, Any]) -> str:
        found = known.get(id(entry))
        if found is None:
            found = known[id(entry)] = (entry, _said(entry))
        return found[1]

    return say


def _list(entries: Sequence[Mapping[str, Any]], said: Say) -> str:
    return f"[{', '.join([said(each) for each in entries])}]"


def _value(value: Any) -> str:
    """A customer's own figure; what is not a number is not known."""
    if type(value) is float:
        return repr(value) if math.isfinite(value) else "null"
    if type(value) is int:
        return repr(value)
    if value is None:
        return "null"
    return _word(value) if type(value) is str else _said(value)


@lru_cache(maxsize=4_096)
def _word(value: str) -> str:
    """Columns of words have few; a text that is new each time costs no more than without the memory."""
    return json.dumps(value, ensure_ascii=False)


def _next_grade(told: Mapping[str, Any] | None, said: Say) -> str:
    if told is None:
        return "null"
    pieces = [f'"{name}": {_list(value, said) if name == "steps" else _value(value)}' for name, value in told.items()]
    return f"{{{', '.join(pieces)}}}"
