"""Every word on the screen, in both languages: flat catalogues, one file a page and language.

A text is addressed as `<file>.<key>`; tables inside a file only lengthen its keys. A house test holds both languages
to the same keys and the code to keys that exist.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")


class _Counting(Formatter):
    """Fills {count:customer|customers} with the count and the noun that goes with it: 1 customer, 2 customers."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, several, many = format_spec.partition("|")
        return f"{value} {one if str(value) == '1' else many}" if several else super().format_field(value, format_spec)


_COUNTING = _Counting()


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by full key. Read once a process."""
    files = sorted((FOLDER / language).glob("*.toml"))
    return {key: text for file in files for key, text in _flat(file.stem, tomllib.loads(file.read_text("utf-8")))}


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", str(value)


def text(language: str, key: str, **values: object) -> str:
    """The text of `key` with its {placeholders} filled; {count:customer|customers} is a count with its noun.

    A key that is missing stands for itself: a page with one odd word serves better than no page, and the house test
    finds it before anybody sees it.
    """
    found = catalogue(language if language in LANGUAGES else "en").get(key)
    if found is None:
        return key
    if not values:
        return found
    return _COUNTING.vformat(found, (), values) if "|" in found else found.format(**values)


def has(key: str) -> bool:
    """Whether there is such a text."""
    return key in catalogue("en")
