"""What somebody asked for in the one box of the look-up: which postings answer it, decided by the shape of the text.

Chinese: names that hold it. Digits: customer number, the last four of a phone, the beginning of a phone, ID number,
account or card. Latin letters: the beginning of a name's pinyin, of its initials, or of a Latin word. Letters and
digits: the beginning of any number that has letters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.search_terms import (
    CHINESE,
    INITIALS_BEGINNINGS,
    LONGEST,
    NAME_RUNS,
    PINYIN_BEGINNINGS,
    TAIL,
    folded,
    name_runs,
)

LEAST_LENGTH = 2  # as one types; one Chinese character is answered when asked for outright
PHONE_BEGINNING = 5
NUMBER_BEGINNING = 6
_PSEUDONYM = re.compile(r"^(?:client|customer|客户)\s*[-#]?\s*(\d+)$", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s\-·.'’]+")


@dataclass(frozen=True)
class Arm:
    """Postings of one kind whose term equals `term`, or begins with it; `also`: what the name must hold besides."""

    kind: str
    term: str
    prefix: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """arms: a customer found by any of them is a hit. When `all_arms`, only one found by every arm is.

    contains: texts the name, folded, must hold besides (its pieces may stand apart; LIKE decides).
    """

    shape: str  # empty, short, name, number, latin, mixed
    arms: tuple[Arm, ...] = ()
    all_arms: bool = False
    contains: tuple[str, ...] = ()


def read(text: str | None) -> Asked:
    """What the text asks for. Never raises: what cannot be looked up has no arms and shape `short`."""
    told = unicodedata.normalize("NFKC", text or "").strip()[:LONGEST]
    if not told:
        return Asked("empty")
    if pseudonym := _PSEUDONYM.match(told):
        number = pseudonym.group(1)
        return Asked("number", (Arm("customer", number), Arm("word", number)))
    if CHINESE.search(told):
        # Brackets of company names are full width where they were typed so: what was asked stands as it was.
        return _name(folded((text or "").strip()[:LONGEST]))
    return _letters_or_digits(told)


def _letters_or_digits(told: str) -> Asked:
    bare = _PUNCTUATION.sub("", told).lower()
    if bare.isdigit() and bare.isascii():
        return _number(bare)
    if not bare.isalnum() or len(bare) < LEAST_LENGTH:
        return Asked("short")
    if bare.isalpha():
        return _latin(bare, [w.lower() for w in re.findall(r"[^\W\d_]+", told)])
    whole = folded(told)
    numbers = (Arm(kind, whole, len(whole) >= TAIL) for kind in ("customer", "id", "account", "card"))
    return Asked("mixed", (*numbers, Arm("word", bare, prefix=True)))


def _name(whole: str) -> Asked:
    if len(whole) == 1:
        return Asked("name", (Arm("char", whole),))
    length = min(len(whole), NAME_RUNS[-1])
    arms = tuple(Arm("name", run) for run in name_runs(whole, length))
    return Asked("name", arms, all_arms=True, contains=(whole,) if len(whole) > length else ())


def _number(digits: str) -> Asked:
    begins = len(digits) >= NUMBER_BEGINNING
    arms = [Arm("customer", digits, begins)]
    if len(digits) == TAIL:
        arms.append(Arm("tail", digits))
    if len(digits) >= PHONE_BEGINNING:
        arms.append(Arm("phone", digits, prefix=True))
    if begins:
        arms.append(Arm("id", digits, prefix=True))
    arms += [Arm("account", digits, begins), Arm("card", digits, begins)]
    return Asked("number", tuple(arms))


def _latin(bare: str, words: list[str]) -> Asked:
    spoken = Arm("pinyin", bare, len(bare) > PINYIN_BEGINNINGS[-1])
    letters = Arm("initials", bare, len(bare) > INITIALS_BEGINNINGS[-1])
    if len(words) == 1:
        return Asked("latin", (spoken, letters, Arm("word", bare, prefix=True)))
    # Several words are a Chinese name spelt apart, or a Latin one: the longest word finds it, LIKE sees to the rest.
    if all(len(word) == 1 for word in words):
        return Asked("latin", (spoken, letters))
    longest = max(words, key=len)
    others = tuple(word for word in words if word != longest)
    return Asked("latin", (spoken, letters, Arm("word", longest, prefix=True, also=others)))
