"""A callback's answer on its way out: written as JSON in one pass, and kept where many ask for the same.

Dash walks every component, list and word of an answer in Python before it hands them to the JSON writer; here the
writer walks by itself and asks only for components. What it wrote goes through Dash untouched.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from typing import Any

import orjson
from dash import NoUpdate

from portal.access import Ctx
from store.segment_names import newest

MOST_KEPT = 128  # answers a process, some 50 kB each
# An English amount stays on one line on screen as it does on paper: between CNY and its figure, and before K, M or B.
_AMOUNT = re.compile(rb"(?<=\b[A-Z]{3}) (?=(?:\+|\xe2\x88\x92)?\d)|(?<=\d) (?=[KMB]\b)")
_NO_BREAK = "\u00a0".encode()
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def written(values: Any, outputs: Sequence[Any], single: bool) -> Any:
    """The handler's values with each one as finished JSON; NoUpdate and the values of wildcard outputs stay."""
    if single:
        return _one(values, outputs[0])
    if not isinstance(values, list | tuple) or len(values) != len(outputs):
        return values  # Dash says what is wrong with it
    return [_one(value, output) for value, output in zip(values, outputs, strict=True)]


def _one(value: Any, output: Any) -> Any:
    if NoUpdate.is_no_update(value) or output.has_wildcard():
        return value
    return orjson.Fragment(unbroken(orjson.dumps(value, default=_plain, option=_OPTIONS)))


def unbroken(words: bytes) -> bytes:
    """Words on their way to a screen, with each English amount on one line."""
    return _AMOUNT.sub(_NO_BREAK, words)


def _plain(value: Any) -> Any:
    """What the writer does not know: a component (or a Patch) as Dash tells it, a Decimal as a number."""
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "to_plotly_json"):
        return value.to_plotly_json()
    raise TypeError(f"a callback's answer holds a {type(value).__name__}, which JSON cannot say")


class Kept:
    """Answers of one process by all that they depend on; the longest unused goes first. Safe between threads."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._lock = most, threading.Lock()
        self._held: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any | None:
        """The answer, or None."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: Hashable, answer: Any) -> None:
        """Keep it."""
        with self._lock:
            self._held[key] = answer
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)


def key_of(ctx: Ctx, callback: str, asked: Hashable) -> Hashable | None:
    """All that an answer may depend on beside the question: the picture and its runs, the whole scope, every grant,
    language and theme. A new picture, publication or name of a segment is another key. None without a picture: nothing is kept then."""
    shown, who = ctx.picture, ctx.viewer
    if shown is None:
        return None
    served = (shown.built_at, shown.batches, tuple(sorted(shown.versions.items())), newest(ctx.connection))
    return (callback, asked, served, ctx.scope.paths, who.grants, who.language, who.theme)


def answering(
    handler: Callable[..., Any], outputs: Sequence[Any], single: bool, keep: Callable[..., Hashable] | None
) -> Callable[..., Any]:
    """The handler with its answer written; with `keep`, answered from what is kept where the same was asked before."""
    kept = Kept()

    def told(ctx: Ctx, *values: Any) -> Any:
        key = key_of(ctx, handler.__qualname__, keep(*values)) if keep else None
        found = kept.get(key) if key else None
        if found is None:
            found = written(handler(ctx, *values), outputs, single)
            if key:
                kept.put(key, found)
        return found

    return told
