"""What the look-up page is asked, as it stands in its address: one text for deep links, callbacks, exports, saved views."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from portal.access import Ctx, Refusal
from store.facets import NAMES, TOTALS
from store.lookup import SORTS

LONGEST = 2_000
PAGE = "customers"
SEES_STEPS = "runs.view"  # who may ask for the customers of a cell of a run, which may be a candidate


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


def question_of(query: str | None, ctx: Ctx | None = None) -> Question:
    """Read a query string. ctx: of who asks, Refusal for what they may not ask."""
    told = parse_qs((query or "").lstrip("?")[:LONGEST])
    facets = {
        name: tuple(dict.fromkeys(value for value in ",".join(told[name]).split(",") if value))
        for name in NAMES
        if name in told
    }
    if "total" in facets:
        facets["total"] = tuple(name for name in facets["total"] if name in TOTALS)
    if ctx is not None and "step" in facets and not ctx.may(SEES_STEPS):
        raise Refusal("customers.step_refused")
    sort = (told.get("sort") or ["-aum"])[0]
    if sort.lstrip("-") not in SORTS:
        sort = "-aum"
    return Question((told.get("q") or [""])[0].strip(), facets, sort.lstrip("-"), sort.startswith("-"))
