"""Which columns of a table are figures and which are words, and both as plain floats and plain text.

Figures are numbers, flags (0 and 1), dates and times (days since 1970-01-01 UTC), spans of time (days), and columns of
objects in which every known value is one of these: what a database driver makes of decimals with gaps, say.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.credit.woe import Floats

_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "boolean")
_DATES = ("date", "datetime", "datetime64")
_DAY = pd.Timedelta(days=1)


def is_number(values: pd.Series) -> bool:
    """Whether a column is cut as numbers."""
    kind = values.dtype
    if pd.api.types.is_object_dtype(kind):
        return pd.api.types.infer_dtype(values, skipna=True) in (*_NUMBERS, *_DATES)
    return bool(pd.api.types.is_numeric_dtype(kind)) or _is_time(values)


def as_numbers(values: pd.Series, name: str) -> Floats:
    """Floats with NaN for missing; ±infinity, complex numbers and text raise ValueError naming the column."""
    if values.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: characteristic {name} holds {values.dtype} values.")
    if _is_time(values):
        return _days(values)
    try:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        if pd.api.types.is_object_dtype(values.dtype) and pd.api.types.infer_dtype(values, skipna=True) in _DATES:
            return _days(pd.to_datetime(values, utc=True))
        raise ValueError(f"Characteristic {name} was developed on numbers but holds {values.dtype} values.") from error
    if np.isinf(numbers).any():
        raise ValueError(f"Characteristic {name} holds an infinite value; make it missing or a number first.")
    return numbers


def _is_time(values: pd.Series) -> bool:
    kind = values.dtype
    return isinstance(kind, pd.PeriodDtype) or kind.kind in "mM"


def _days(values: pd.Series) -> Floats:
    if isinstance(values.dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
    if values.dtype.kind == "m":
        return np.asarray(values.astype("timedelta64[ns]") / _DAY, dtype=float)
    utc = pd.to_datetime(values, utc=True).dt.tz_localize(None)
    return np.asarray((utc - pd.Timestamp(0)) / _DAY, dtype=float)


def words_of(values: pd.Series, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """The place of each row among the distinct words (−1: missing), and the words as text, each once.

    A whole number reads the same however it is stored (36 and 36.0): gaps turn whole numbers into floats elsewhere.
    """
    try:
        places, distinct = pd.factorize(values)
    except TypeError as error:
        raise TypeError(
            f"Characteristic {name}: argument must be a string or a number in every row ({error})."
        ) from error
    told = [_text(word) for word in distinct.tolist()]
    first: dict[str, int] = {}
    at = np.array([first.setdefault(word, len(first)) for word in told] + [-1], dtype=np.int64)
    return (at.take(places) if len(first) < len(told) else places.astype(np.int64)), list(first)


def _text(word: object) -> str:
    return str(int(word)) if isinstance(word, float) and word.is_integer() else str(word)
