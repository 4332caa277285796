"""Whether words are enough for something to rest on them: a signature, an answer, a change by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import east_asian_width

ENOUGH, DIFFERENT = 20, 5  # letters and figures, a Chinese one as two; how many of them differ


@dataclass(frozen=True)
class TooThin:
    """Why they are not. key names the sentence for translation: words_short or words_repeated."""

    key: str
    sentence: str
    values: dict[str, str] = field(default_factory=dict)


def too_thin(words: str) -> TooThin | None:
    """None where they are enough."""
    letters = [letter for letter in words if letter.isalnum()]
    weight = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in letters)
    if weight >= ENOUGH and len({letter.casefold() for letter in letters}) >= DIFFERENT:
        return None
    missing = max(ENOUGH - weight, 0)
    told = {
        "letters": str(ENOUGH), "characters": str(ENOUGH // 2), "missing": str(missing),
        "missing_characters": str(-(-missing // 2)),
    }  # fmt: skip
    if not missing:
        sentence = "the same few letters over and over say nothing; say what was looked at, found and done"
        return TooThin("words_repeated", sentence, told)
    return TooThin(
        "words_short",
        f"these words are too few to rest on: {ENOUGH} letters or {ENOUGH // 2} Chinese characters at least, {missing} letters "
        f"(or {-(-missing // 2)} Chinese characters) are missing; say what was looked at, found and done",
        told,
    )
