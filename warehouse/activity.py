"""Hour × weekday of activity: a customer's slots counted into seven rows of twenty-four, as JSON text."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

DAYS, HOURS = 7, 24


def hours_as_text(slots: pa.ListArray) -> pa.Array:
    """slots: a list a customer of weekday · 24 + hour, Monday 0. Returns JSON of 7 × 24 counts, null where the list is."""
    there = np.asarray(slots.is_valid())
    length = np.where(there, slots.value_lengths().fill_null(0), 0)
    owner = np.repeat(np.arange(len(slots)), length)
    counts = np.bincount(owner * (DAYS * HOURS) + np.asarray(slots.flatten()), minlength=len(slots) * DAYS * HOURS)
    days = pa.FixedSizeListArray.from_arrays(pa.array(counts.astype(np.int32)), HOURS)
    table = pa.table(
        {"n": np.arange(len(slots)), "there": there, "hours": pa.FixedSizeListArray.from_arrays(days, DAYS)}
    )
    with duckdb.connect() as connection:
        connection.register("counted", table)
        text = connection.execute("select case when there then hours::varchar end as t from counted order by n")
        return text.to_arrow_table().column("t").combine_chunks()
