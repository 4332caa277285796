"""Frozen dataclasses as plain JSON and back, by their type hints.

Decimal is text (to the cent, not as a float), days and moments are ISO text, tuples are lists. Reading back gives an
equal object or a sentence that names the field.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """What `json.dumps` can say of a dataclass, recursively."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def from_plain(cls: type[T], told: Mapping[str, Any], where: str = "") -> T:
    """The dataclass `cls` from what `to_plain` gave. ValueError names the field that is missing, unknown or wrong."""
    where = where or cls.__name__
    kind: Any = cls
    hints = _hints(kind)
    known = {field.name: field for field in fields(kind)}
    if strange := sorted(set(told) - set(known)):
        raise ValueError(f"{where} has no field {', '.join(strange)}; the snapshot is of another version")
    without = [n for n, f in known.items() if n not in told and f.default is MISSING and f.default_factory is MISSING]
    if without:
        raise ValueError(f"{where} lacks the field {', '.join(without)}; the snapshot is of another version")
    return cls(**{name: _read(hints[name], value, f"{where}.{name}") for name, value in told.items()})


def _read(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(arm for arm in get_args(hint) if arm is not type(None)), value, where)
    if origin is tuple:
        inner = get_args(hint)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        if len(kinds) != len(value):
            raise ValueError(f"{where} needs {len(kinds)} values and has {len(value)}")
        return tuple(
            _read(kind, item, f"{where}[{i}]") for i, (kind, item) in enumerate(zip(kinds, value, strict=True))
        )
    if is_dataclass(hint):
        return from_plain(hint, value, where)  # type: ignore[arg-type]
    return _read_one(hint, value, where)


def _read_one(hint: Any, value: Any, where: str) -> Any:
    try:
        if hint is Decimal:
            return Decimal(value)
        if hint in (date, datetime):
            return hint.fromisoformat(value)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise ValueError(f"{where} cannot be read from {value!r}") from error
    if hint is float and isinstance(value, int):
        return float(value)
    if isinstance(hint, type) and not isinstance(value, hint):
        raise ValueError(f"{where} should be {hint.__name__} and is {value!r}")
    return value
