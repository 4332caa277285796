"""Numbers that are codes and not quantities: no bureau record, not applicable, not answered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.credit.figures import as_numbers, is_number

# What bureaus and survey files write where a number cannot be: the last three of as many nines as the field is wide.
_WIDTHS = range(1, 7)
CODES = (*(float(-int(digit * width)) for width in _WIDTHS for digit in "789"), -997.0, -998.0)


def special_codes(values: pd.Series) -> tuple[float, ...]:
    """The codes a column holds, the one nearest zero first: every number below zero must be one of CODES.

    A column with any other number below zero (a balance, a difference, a score in units of deviation) has none, and
    neither has a column of words.
    """
    if not is_number(values):
        return ()
    numbers = as_numbers(values, str(values.name))
    below = numbers[numbers < 0]
    if not len(below) or not np.isin(below[:1000], CODES).all():
        return ()
    found = np.unique(below)[::-1]
    return tuple(found.tolist()) if np.isin(found, CODES).all() else ()
