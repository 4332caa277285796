"""From arrays to Arrow columns of the canonical types, without a Python object a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from demobank.plan import Array
from domain.canonical import BY_NAME

ARROW_TYPES = {
    "id": pa.string(), "text": pa.string(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
    "money": pa.decimal128(18, 2), "rate": pa.float64(), "share": pa.float64(), "decimal": pa.float64(),
    "integer": pa.int32(), "flag": pa.bool_(),
}  # fmt: skip
DAY_US = 86_400_000_000


def schema_of(table: str) -> pa.Schema:
    """The Arrow schema of a canonical table."""
    return pa.schema([pa.field(c.name, ARROW_TYPES[c.type]) for c in BY_NAME[table].columns])


def money(whole_cents: Array, valid: Array | None = None) -> pa.Array:
    """Cents (int64) as DECIMAL(18,2): the two words of each 128-bit value are the cents and their sign."""
    words = np.empty((whole_cents.size, 2), dtype=np.int64)
    words[:, 0] = whole_cents
    words[:, 1] = words[:, 0] >> 63
    mask = None if valid is None else pa.array(valid).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(18, 2), whole_cents.size, [mask, pa.py_buffer(words)])


def days(epoch: Array, valid: Array | None = None) -> pa.Array:
    """Epoch days as date32; null where not valid."""
    return pa.array(epoch.astype(np.int32), mask=None if valid is None else ~valid).cast(pa.date32())


def moments(microseconds: Array, valid: Array | None = None) -> pa.Array:
    """Microseconds since 1970 (bank's local time) as timestamp[us] without a zone."""
    return pa.array(microseconds.astype(np.int64), mask=None if valid is None else ~valid).cast(pa.timestamp("us"))


def words(codes: Array, names: Any, valid: Array | None = None) -> pa.Array:
    """Names looked up by code, kept as a dictionary so that a name is stored once; None among names is null.

    names: words, or an Arrow array of them without nulls where the same ones are used often.
    """
    if isinstance(names, pa.Array):
        return pa.DictionaryArray.from_arrays(
            pa.array(codes.astype(np.int32), mask=None if valid is None else ~valid), names
        )
    values = list(names)
    index = pa.array(codes.astype(np.int32), mask=None if valid is None else ~valid)
    if None in values:
        blank = values.index(None)
        index = pa.array(codes.astype(np.int32), mask=(codes == blank) if valid is None else (codes == blank) | ~valid)
        values = ["" if v is None else v for v in values]
    return pa.DictionaryArray.from_arrays(index, pa.array(values, pa.string()))


def text(values: Array, valid: Array | None = None) -> pa.Array:
    """A numpy array of text as a string column; null where not valid."""
    return pa.array(values.astype(object), pa.string(), mask=None if valid is None else ~valid)


def table(name: str, rows: int, /, **columns: Any) -> pa.Table:
    """A canonical table from some of its columns; the others are null. Dictionaries stay dictionaries.

    KeyError when a column is not one of the table's.
    """
    fields, arrays = [], []
    for field in schema_of(name):
        found = columns.pop(field.name, None)
        if found is None:
            found = pa.nulls(rows, field.type)
        elif not isinstance(found, pa.Array):
            found = pa.array(found, field.type)
        elif not pa.types.is_dictionary(found.type):
            found = found.cast(field.type)
        fields.append(pa.field(field.name, found.type))
        arrays.append(found)
    if columns:
        raise KeyError(f"table {name} has no column {', '.join(columns)}")
    return pa.table(arrays, schema=pa.schema(fields))


def plain(source: pa.Table) -> pa.Table:
    """The same table with every dictionary written out."""
    arrays, fields = [], []
    for field in source.schema:
        column = source.column(field.name)
        if pa.types.is_dictionary(field.type):
            column = column.cast(field.type.value_type)
        arrays.append(column)
        fields.append(pa.field(field.name, column.type))
    return pa.table(arrays, schema=pa.schema(fields))
