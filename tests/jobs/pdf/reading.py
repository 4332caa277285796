"""Paper read back: what a reader, a search and a screen reader find in it."""

from __future__ import annotations

import io
import re
from functools import cache

from pypdf import PdfReader


@cache
def pages(paper: bytes) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def flat(paper: bytes) -> str:
    """All text without white space: where a line breaks is not what is tested."""
    return re.sub(r"\s", "", "".join(pages(paper)))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
