"""A figure of the portfolio page as it stands in an address: `exposure;family:mortgage`, `roll;was:0;bucket:1_30`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.credit.portfolio import cohort_ends
from portal.address_numbers import number_in
from warehouse.portfolio import SOURCES

LONGEST = 200
# In an address branches stand by number (own: the branch itself, without those below), and a run by its own.
_MORE = {"exposure": ("branch", "own"), "change": ("branch", "own"), "rated": ("run",)}
_HIDDEN = ("branch_path", "own_path")


@dataclass(frozen=True)
class Figure:
    """A source of the credit book and the cells that narrow it; a value may be '' (no rating, no segment)."""

    source: str
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        """As it stands in an address."""
        return ";".join([self.source, *(f"{key}:{value}" for key, value in self.cells.items())])


def figure_of(text: str) -> Figure | None:
    """The figure an address names; None for what names none."""
    source, *told = text[:LONGEST].split(";")
    if source not in SOURCES:
        return None
    allowed = {*(key for key in SOURCES[source] if key not in _HIDDEN), *_MORE.get(source, ())}
    cells: dict[str, str] = {}
    for one in told:
        key, mark, value = one.partition(":")
        if not mark or key not in allowed or key in cells or not _sound(key, value):
            return None
        cells[key] = value
    return Figure(source, cells)


def _sound(key: str, value: str) -> bool:
    if key in ("bad_by", "run"):
        return number_in(value) is not None
    if key == "cohort":
        try:
            cohort_ends(value)
        except ValueError:
            return False
    return True
