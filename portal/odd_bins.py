"""In words: where bins set by hand go against the rules a development cuts by."""

from __future__ import annotations

from domain.credit.binning import Binning
from domain.credit.by_hand import Odd
from domain.credit.characteristics import named
from domain.credit.reasons import bins_in_words
from domain.phrasing import choose, number, percent
from portal.run_words import Reader


def odd_words(ctx: Reader, binning: Binning, odd: Odd, least: float) -> str:
    """One sentence that names the characteristic and its bin. least: the smallest share of rows a bin should have."""
    known = named(binning.name)
    name = choose(ctx.language, known.zh, known.en)
    if odd.place is None:
        return ctx.t(f"development.odd.{odd.key}", name=name)
    bins = bins_in_words(binning)
    one = binning.bins[odd.place]
    told = {
        "name": name,
        "bin": getattr(bins[odd.place], ctx.language),
        "rows": number(one.rows),
        "rate": percent(one.bad_rate),
    }
    if odd.key == "direction":
        places = range(odd.place - 1, -1, -1)
        before = next(i for i in places if binning.bins[i].rows and binning.bins[i].kind in ("range", "words"))
        told |= {"other": getattr(bins[before], ctx.language), "other_rate": percent(binning.bins[before].bad_rate)}
        told["direction"] = ctx.t(f"development.direction.{known.direction}")
    total = sum(each.rows for each in binning.bins)
    told |= {"share": percent(one.rows / total if total else None), "least": percent(least)}
    return ctx.t(f"development.odd.{odd.key}", **told)
