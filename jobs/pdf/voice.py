"""Which language a paper speaks, and its words for the codes of the canonical tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from domain import phrasing
from domain.catalogue import CATEGORY_WORDS, CHANNEL_WORDS, FAMILY_WORDS
from domain.phrasing import Number, Scale

_STRAIGHT = str.maketrans("“”", '""')
LATIN_ENDS = 0x2E7F  # beyond it begin the letters of Chinese


class Voice:
    """Says things in one language: `say("客户报告", "Customer report")`."""

    def __init__(self, language: str) -> None:
        if language not in phrasing.LANGUAGES:
            raise ValueError(f"paper speaks {' or '.join(phrasing.LANGUAGES)}, not {language!r}")
        self.language = language
        self.chinese = language == "zh"

    def __call__(self, zh: str, en: str) -> str:
        """The words of this paper's language. Curved quotation marks are as wide as a Chinese character in this face; English has
        straight ones."""
        return zh if self.chinese else en.translate(_STRAIGHT)

    def coded(self, words: Mapping[str, tuple[str, str]], code: str | None) -> str:
        """The word for a code, with a capital in English; a code without words stands as it is, None as a dash."""
        if code is None:
            return phrasing.ABSENT
        return self.opened(self(*words[code]) if code in words else code)

    def channel(self, code: str | None) -> str:
        """Word for a channel."""
        return self.coded(CHANNEL_WORDS, code)

    def category(self, code: str | None) -> str:
        """Word for a movement category."""
        return self.coded(CATEGORY_WORDS, code)

    def family(self, code: str | None) -> str:
        """Word for a product family."""
        return self.coded(FAMILY_WORDS, code)

    def money(self, value: Number | None, currency: str, sign: bool = False) -> str:
        """Short, with currency."""
        return phrasing.short_money(value, currency, self.language, sign)

    def scale(self, values: list[Decimal | None]) -> Scale:
        """The scale of a column or an axis."""
        return phrasing.scale_of(values, self.language)

    def unit(self, scale: Scale, currency: str) -> str:
        """Its unit for the header."""
        return phrasing.scale_unit(scale, currency, self.language)

    def month(self, value: date) -> str:
        """2026年10月, October 2026."""
        return phrasing.month(value, self.language)

    def short_month(self, value: date) -> str:
        """10月, Oct."""
        return phrasing.short_month(value, self.language)

    def opened(self, text: str) -> str:
        """With a capital, as it stands at the beginning of a line."""
        return phrasing.begun(text)

    def stop(self, text: str) -> str:
        """As a sentence."""
        return self.opened(phrasing.sentence(text, self.language))

    def product(self, name: str, family: str) -> str:
        """A product; one named in the other language's letters has its family's word before it."""
        word = self.family(family)
        foreign = any(ord(letter) > LATIN_ENDS for letter in name) != self.chinese
        return name if not foreign or name.casefold() == word.casefold() else self.bracket(word, name)

    def joined(self, *parts: str | None) -> str:
        """What there is of the parts, with middle dots: in this face the dot is as wide as a Chinese character."""
        return "·".join(part for part in parts if part)

    def bracket(self, text: str, inside: str) -> str:
        """Text with something in the brackets of the language."""
        return f"{text}（{inside}）" if self.chinese else f"{text} ({inside})"
