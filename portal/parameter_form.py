"""What somebody wrote into the boxes of the parameters, as parameters: every box is read, and a wrong one is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.canonical import DEPOSIT_FAMILIES, LOAN_FAMILIES
from domain.contribution.cell_words import SECTION_WORDS, title
from domain.contribution.cells import BadCell, Key, cells, from_cells, limits, read, told
from domain.contribution.parameters import ContributionParameters
from domain.phrasing import choose, number
from portal.access import Ctx, Refusal

SPARE = 2  # empty rows under each table that may grow
NEW = "new"
# The boxes of an empty row: what tells the row, then its figures.
GROWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "transfer_prices": (("family", "term"), ("rate",)),
    "collaterals": (("family", "collateral"), ("risk_weight", "lgd")),
    "exchange": (("currency",), ("rate",)),
}
FAMILIES = {"transfer_prices": (*DEPOSIT_FAMILIES, *LOAN_FAMILIES), "collaterals": LOAN_FAMILIES}
LONGEST_TERM, LONGEST_WORD, CURRENCY = 600, 40, 3
Boxes = Mapping[str, Any]


def spare_name(section: str, place: int, box: str) -> str:
    """The name of a box in an empty row."""
    return told((NEW, section, str(place), box))


def parameters_of(ctx: Ctx, base: ContributionParameters, boxes: Boxes) -> ContributionParameters:
    """The parameters as the boxes have them; Refusal names the box that cannot be read.

    boxes: by the word of their key, those of empty rows by `spare_name`. A box that is missing keeps the figure of
    `base`; an emptied one takes its row away where rows may go.
    """
    try:
        found = {key: value for key in cells(base) if (value := _cell(base, key, boxes)) is not None}
        for section in GROWS:
            for place in range(SPARE):
                found |= _new_row(ctx, base, section, place, boxes, found)
        _whole_rows(found)
    except BadCell as bad:
        raise refusal_of(ctx, bad) from bad
    try:
        return from_cells(base.currency, found)
    except ValueError as error:
        raise Refusal("parameters.refused.not_sound", sentence=error) from error


def _cell(base: ContributionParameters, key: Key, boxes: Boxes) -> Any:
    name = told(key)
    return read(key, boxes[name]) if name in boxes else cells(base)[key]


def refusal_of(ctx: Ctx, bad: BadCell) -> Refusal:
    """What is wrong with a figure, in a sentence that names it."""
    bounds = limits(bad.key)
    most = "" if bounds.shown_most is None else number(bounds.shown_most)
    name = title(bad.key, ctx.language)
    return Refusal(f"parameters.bad.{bad.problem}", cell=name, text=bad.text, most=most, places=bounds.shown_places)


def _whole_rows(found: Mapping[Key, Any]) -> None:
    """A row of collaterals has both its figures or none."""
    for key in found:
        if key[0] == "collaterals":
            for name in GROWS["collaterals"][1]:
                if (*key[:-1], name) not in found:
                    raise BadCell((*key[:-1], name), "", "needed")


def _new_row(
    ctx: Ctx, base: ContributionParameters, section: str, place: int, boxes: Boxes, found: Mapping[Key, Any]
) -> dict[Key, Any]:
    names, figures = GROWS[section]
    given = {box: str(boxes.get(spare_name(section, place, box)) or "").strip() for box in (*names, *figures)}
    if not any(given.values()):
        return {}
    row = tuple(_row_name(ctx, base, section, box, given[box]) for box in names)
    made = {}
    for figure in figures:
        key = (section, *row, figure) if section == "collaterals" else (section, *row)
        if key in found:
            raise BadCell(key, "", "twice")
        made[key] = read(key, given[figure])
        if made[key] is None:
            raise BadCell(key, "", "needed")
    return made


def _row_name(ctx: Ctx, base: ContributionParameters, section: str, box: str, text: str) -> str:
    """One part of what tells a new row from others; Refusal where it does not."""
    table = choose(ctx.language, *SECTION_WORDS[section])
    if box == "family" and text not in FAMILIES[section]:
        raise Refusal("parameters.bad.family", table=table)
    if box == "term" and not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= LONGEST_TERM):
        raise Refusal("parameters.bad.term", table=table, text=text[:LONGEST_WORD], most=LONGEST_TERM)
    if box == "term":
        return str(int(text))
    if box == "currency":
        code = text.upper()
        if len(code) != CURRENCY or not (code.isascii() and code.isalpha()) or code == base.currency:
            raise Refusal("parameters.bad.currency", table=table, text=text[:LONGEST_WORD], own=base.currency)
        return code
    if box == "collateral" and not 1 <= len(text) <= LONGEST_WORD:
        raise Refusal("parameters.bad.collateral", table=table, most=LONGEST_WORD)
    return text
