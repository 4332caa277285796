"""What the look-up page is asked, as it stands in its address: one text for deep links, callbacks, exports, saved views."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from store.facets import NAMES, TOTALS
from store.lookup import SORTS

LONGEST = 2_000
PAGE = "customers"


@dataclass(frozen=True)
class Question:
    """text in the box, facet -> chosen values, and the order. Anything odd in an address is left out."""

    text: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "aum"
    descending: bool = True

    def query(self) -> str:
        """The query string: q=张&tier=gold,platinum&sort=-aum; empty for everybody by AUM."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, ",".join(self.facets[name])) for name in NAMES if self.facets.get(name)]
        if (self.sort, self.descending) != ("aum", True):
            pairs.append(("sort", self.order))
        return urlencode(pairs, safe=",")

    @property
    def order(self) -> str:
        """The order as it stands in an address: -aum."""
        return f"{'-' if self.descending else ''}{self.sort}"


def question_of(query: str | None) -> Question:
    """Read a query string."""
    told = parse_qs((query or "").lstrip("?")[:LONGEST])
    facets = {
        name: tuple(dict.fromkeys(value for value in ",".join(told[name]).split(",") if value))
        for name in NAMES
        if name in told
    }
    if "total" in facets:
        facets["total"] = tuple(name for name in facets["total"] if name in TOTALS)
    sort = (told.get("sort") or ["-aum"])[0]
    if sort.lstrip("-") not in SORTS:
        sort = "-aum"
    return Question((told.get("q") or [""])[0].strip(), facets, sort.lstrip("-"), sort.startswith("-"))
