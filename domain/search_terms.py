"""The look-up's terms: under which words a customer can be found.

A posting says (kind, term, customer). Kinds:

char      each character of a Chinese name, so that one character finds what LIKE '%x%' finds
name      each pair and each three of neighbouring characters of it
pinyin    every reading of it, joined ("zhangwei"), and the reading's first 2, 3, 4 and 5 letters
initials  first letters of every reading ("zw"), and their first 2, 3 and 4
word      each word of a Latin name in small letters ("client", "1787")
id        ID number or unified social credit code;  phone  digits of the phone;  tail  its last 4
account   account numbers;  card  card numbers;  customer  the customer's own number

The short beginnings of pinyin and initials stand as terms of their own because they are what everybody types first
and what most customers share: as equal terms their postings are read in order, as ranges they would be sorted.
What is written in small letters without spaces here is asked so too: `folded` does both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product

import numpy as np
import pandas as pd

LONGEST = 64
PINYIN_BEGINNINGS = (2, 3, 4, 5)
INITIALS_BEGINNINGS = (2, 3, 4)
NAME_RUNS = (2, 3)  # most people's whole name is one of these, so that asking for it reads one list
TAIL = 4
MOST_READINGS = 12  # of one name; a name of rare characters would have hundreds
PERSON_LENGTH = 4  # longer Chinese names are companies: read by their words, 银行 is yin hang
CHUNK = 200_000
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
# Readings a character has only as a surname, or first of all there; the others it has are kept as well.
SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "翟": "zhai", "盖": "ge", "区": "ou", "任": "ren",
    "华": "hua", "朴": "piao", "乐": "yue", "尉": "wei", "缪": "miao", "繁": "po", "折": "she", "黑": "he", "秘": "bi",
    "冼": "xian", "洗": "xian", "召": "shao", "种": "chong", "重": "chong", "员": "yun", "覃": "qin", "纪": "ji",
    "那": "na", "哈": "ha", "宓": "mi", "逄": "pang", "晁": "chao", "訾": "zi", "佘": "she", "佴": "nai", "郇": "huan",
    "燕": "yan", "盛": "sheng", "曲": "qu", "车": "che", "万": "wan", "柏": "bai", "臧": "zang", "隗": "kui",
    "万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu", "令狐": "ling hu", "澹台": "tan tai", "长孙": "zhang sun",
    "宰父": "zai fu", "鲜于": "xian yu", "亓官": "qi guan", "夏侯": "xia hou", "皇甫": "huang fu", "司徒": "si tu",
}  # fmt: skip

Term = tuple[str, str]


def folded(text: str) -> str:
    """Small letters, no white space: the form names are indexed in and asked for."""
    return _SPACE.sub("", text).lower()


def digits_of(phone: str) -> str:
    """The digits of a phone without the country's: +86 138-1234 2906 -> 13812342906."""
    digits = "".join(c for c in phone if c.isdigit())
    return digits[2:] if phone.strip().startswith("+86") else digits


def _pinyin(text: str, heteronym: bool = False) -> list[list[str]]:
    # Its dictionaries take half a second: only who writes postings reads them, not the portal, which asks for terms.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    return pinyin(text, heteronym=heteronym, style=Style.NORMAL)


@cache
def readings(character: str) -> tuple[str, ...]:
    """Every reading of one character without tones, the commonest first; what is not Chinese reads as itself."""
    return tuple(dict.fromkeys(r.replace("ü", "v") for r in _pinyin(character, heteronym=True)[0]))


def name_readings(name: str) -> list[tuple[str, ...]]:
    """Syllables of each reading of a Chinese name, at most MOST_READINGS, the surname's own reading first."""
    if len(name) > PERSON_LENGTH:
        by_words = tuple(s[0].lower() for s in _pinyin(name))
        by_characters = tuple(readings(c)[0] for c in name)
        return list(dict.fromkeys((by_words, by_characters)))
    compound = SURNAME_READINGS.get(name[:2]) if len(name) > 2 else None
    found: list[tuple[str, ...]] = []
    if compound:
        found += product(*((s,) for s in compound.split()), *(readings(c) for c in name[2:]))
    surname = SURNAME_READINGS.get(name[0])
    first = tuple(dict.fromkeys((*((surname,) if surname else ()), *readings(name[0]))))
    # The rightmost place turns fastest in a product: turn the surname's fastest, it is what people type first.
    turned = product(*(readings(c) for c in reversed(name[1:])), first)
    found += (tuple(reversed(combination)) for combination in turned)
    return list(dict.fromkeys(found))[:MOST_READINGS]


def _beginnings(whole: str, lengths: Iterable[int]) -> set[str]:
    return {whole[:n] for n in lengths if len(whole) >= n} | {whole[:LONGEST]}


def name_runs(whole: str, length: int) -> dict[str, None]:
    """Every `length` neighbouring characters, each once, as they come; none when the text is shorter."""
    return dict.fromkeys(whole[i : i + length] for i in range(len(whole) - length + 1))


def name_terms(name: str) -> list[Term]:
    """The terms of a name, each once, in a fixed order."""
    whole = folded(name)
    if not whole:
        return []
    if not CHINESE.search(whole):
        words = sorted({w[:LONGEST] for w in _WORD.findall(name.lower())})
        return [("word", word) for word in words]
    spoken: set[str] = set()
    letters: set[str] = set()
    for syllables in name_readings(whole):
        spoken |= _beginnings("".join(syllables), PINYIN_BEGINNINGS)
        letters |= _beginnings("".join(s[0] for s in syllables if s), INITIALS_BEGINNINGS)
    return [
        *(("char", c) for c in sorted(set(whole))),
        *(("name", run) for n in NAME_RUNS for run in sorted(name_runs(whole, n))),
        *(("pinyin", p) for p in sorted(spoken)),
        *(("initials", i) for i in sorted(letters)),
    ]


def terms_of(
    name: str | None,
    *,
    id_numbers: Sequence[str | None],
    phone: str | None,
    account_ids: Sequence[str],
    card_ids: Sequence[str],
    customer_id: str,
) -> list[Term]:
    """All terms of one customer. What is None or empty gives none."""
    found = name_terms(name) if name else []
    found += [("id", folded(number)[:LONGEST]) for number in id_numbers if number and folded(number)]
    digits = digits_of(phone) if phone else ""
    if digits:
        found.append(("phone", digits[:LONGEST]))
    if len(digits) >= TAIL:
        found.append(("tail", digits[-TAIL:]))
    found += [("account", folded(a)[:LONGEST]) for a in account_ids] + [("card", folded(c)[:LONGEST]) for c in card_ids]
    found.append(("customer", folded(customer_id)[:LONGEST]))
    return list(dict.fromkeys(found))


def postings(customers: pd.DataFrame, accounts: pd.DataFrame, cards: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Frames of kind, term, place, no row twice; the same terms as `terms_of`, column by column.

    customers: place, customer_id, name, id_number, uscc, phone (None where absent). accounts: place of the owner,
    account_id. cards: place, card_id. Work is once a name, not once a customer; memory is that of CHUNK customers.
    """
    for start in range(0, len(customers), CHUNK):
        some = customers.iloc[start : start + CHUNK]
        yield _name_postings(some)
        ids = pd.concat([_plain("id", some["place"], some[c]) for c in ("id_number", "uscc")])
        yield ids.drop_duplicates(ignore_index=True)
        phones = some["phone"].dropna().astype(str).map(digits_of)
        places = some["place"].loc[phones.index]
        yield _plain("phone", places, phones)
        tails = phones[phones.str.len() >= TAIL].str[-TAIL:]
        yield _plain("tail", places.loc[tails.index], tails)
        yield _plain("customer", some["place"], some["customer_id"])
    for kind, frame, column in (("account", accounts, "account_id"), ("card", cards, "card_id")):
        for start in range(0, len(frame), CHUNK):
            some = frame.iloc[start : start + CHUNK]
            yield _plain(kind, some["place"], some[column])


def _frame(kinds: object, terms: object, places: object) -> pd.DataFrame:
    return pd.DataFrame({"kind": kinds, "term": terms, "place": places})


def _plain(kind: str, places: pd.Series, values: pd.Series) -> pd.DataFrame:
    text = values.dropna().astype(str).str.replace(r"\s+", "", regex=True).str.lower().str[:LONGEST]
    text = text[text != ""]
    return _frame(kind, text.to_numpy(dtype=object), places.loc[text.index].to_numpy()).drop_duplicates()


def _name_postings(customers: pd.DataFrame) -> pd.DataFrame:
    codes, names = pd.factorize(customers["name"])
    told = [name_terms(str(name)) for name in names]
    counts = np.array([len(t) for t in told], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)))[:-1]
    kinds = np.array([kind for t in told for kind, _ in t], dtype=object)
    terms = np.array([term for t in told for _, term in t], dtype=object)
    named = codes >= 0
    codes, places = codes[named], customers["place"].to_numpy()[named]
    each = counts[codes]
    within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    picked = np.repeat(starts[codes], each) + within
    return _frame(kinds[picked], terms[picked], np.repeat(places, each))
