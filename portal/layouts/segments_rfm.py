"""RFM: who was here when, how often and with how much, by the cut points the run stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dash.development.base_component import Component

from domain import phrasing
from domain.phrasing import choose, number, percent
from portal.access import Ctx
from portal.layouts.segments_profile import link, money_links
from portal.segments_question import View
from portal.widgets import frame, status
from portal.widgets.charts import Table, chart_card, heatmap, table
from store.facets import NONE
from store.segments import Score, added

SCORES = ("5", "4", "3", "2", "1")
MOST_COMBINATIONS = 20


def rfm_view(ctx: Ctx, view: View) -> list[Component]:
    """The grid of recency and frequency, the most valuable combinations, the cut points."""
    if not any(one.rfm != NONE for one in view.scores):
        return [frame.card(None, status.empty(ctx.t("segments.no_scores"), ctx.t("segments.no_scores_what")))]
    return [_grid_card(ctx, view), _combinations(ctx, view), _cuts(ctx, view)]


def codes(recency: str, frequency: str) -> str:
    """All combinations of a cell, as the look-up takes them."""
    return ",".join(f"{recency}{frequency}{monetary}" for monetary in SCORES)


def _of_cell(scores: Sequence[Score], recency: str, frequency: str) -> list[Score]:
    return [one for one in scores if one.rfm[:2] == recency + frequency]


def _grid_card(ctx: Ctx, view: View) -> Component:
    """Customers by recency (down) and frequency (across); a cell opens its customers."""
    counts = [[sum(one.customers for one in _of_cell(view.scores, r, f)) for f in reversed(SCORES)] for r in SCORES]
    across, down = [f"F{f}" for f in reversed(SCORES)], [f"R{r}" for r in SCORES]
    shown = [[number(count) for count in row] for row in counts]
    figure = heatmap(across, down, counts, ctx.theme, shown, height=300, written=True)
    if ctx.may("customers.search"):
        figure["data"][0]["meta"] = [[view.asked.customers(rfm=codes(r, f)) for f in reversed(SCORES)] for r in SCORES]
    rows = []
    for r in SCORES:
        for f in reversed(SCORES):
            own = _of_cell(view.scores, r, f)
            cell, count = codes(r, f), number(sum(one.customers for one in own))
            sums = {name: added(getattr(one, name) for one in own) for name in ("aum", "contribution")}
            people = [link(ctx, words, view.asked.customers(rfm=cell)) for words in (f"R{r} F{f}", count)]
            rows.append([*people, *money_links(ctx, view, sums, rfm=cell)])
    heads = [ctx.t(f"segments.head.{name}") for name in ("cell", "customers", "aum", "contribution")]
    best = sum(counts[0][-2:]) + sum(counts[1][-2:])
    title = ctx.t("segments.grid", share=percent(best / view.customers, 0))
    ident = {"type": "segments-chart", "name": "rfm"}
    return chart_card(title, ctx.t("segments.grid_why"), figure, Table(heads, rows, (1, 2, 3)), ctx.language, ident)


def _combinations(ctx: Ctx, view: View) -> Component:
    """The combinations with most AUM, and who cannot be scored."""
    ranked = sorted(view.scores, key=lambda one: (-(one.aum or 0), one.rfm))[:MOST_COMBINATIONS]
    heads = [ctx.t(f"segments.head.{name}") for name in ("combination", "customers", "share", "aum", "contribution")]
    rows = [
        [
            link(ctx, score_words(ctx, one.rfm), view.asked.customers(rfm=one.rfm)),
            link(ctx, number(one.customers), view.asked.customers(rfm=one.rfm)), percent(one.customers / view.customers),
            *money_links(ctx, view, {"aum": one.aum, "contribution": one.contribution}, rfm=one.rfm),
        ]
        for one in ranked
    ]  # fmt: skip
    why = ctx.t("segments.combinations_why", shown=len(ranked), count=len(view.scores))
    return frame.card(ctx.t("segments.combinations"), table(Table(heads, rows, (1, 2, 3, 4))), why=why)


def score_words(ctx: Ctx, code: str) -> str:
    """R5 F4 M3; that no movement is known."""
    return ctx.t("segments.not_scored") if code == NONE else f"R{code[0]} F{code[1]} M{code[2]}"


def _cuts(ctx: Ctx, view: View) -> Component:
    """What earns each score: the run's stored cut points."""
    cuts: Mapping[str, Any] | None = view.asked.run.model.get("rfm")
    if not cuts:
        return frame.card(ctx.t("segments.cuts"), status.empty(ctx.t("segments.no_scores")))
    heads = [ctx.t(f"segments.head.{name}") for name in ("score", "recency", "frequency", "monetary")]
    rows = [
        [score, *(_range(ctx, name, cuts[name], int(score)) for name in ("recency", "frequency", "monetary"))]
        for score in SCORES
    ]
    kept = view.asked.run.parameters.get("keep_cuts")
    why = ctx.t("segments.cuts_kept" if kept else "segments.cuts_why")
    return frame.card(ctx.t("segments.cuts"), table(Table(heads, rows, (1, 2, 3))), why=why)


def _range(ctx: Ctx, name: str, bounds: Sequence[float], score: int) -> str:
    """From just above the bound below to the bound of the score; recency is kept as minus days."""
    low = bounds[score - 2] if score > 1 else None
    high = bounds[score - 1] if score <= len(bounds) else None
    if name == "recency":
        low, high = (None if high is None else -high, None if low is None else -low)  # days: from … to below
        return _between(ctx, low, high, number, inclusive_low=True)
    said = number if name == "frequency" else partial(phrasing.short, language=ctx.language)
    return _between(ctx, low, high, said, inclusive_low=False)


def _between(ctx: Ctx, low: float | None, high: float | None, said: Any, inclusive_low: bool) -> str:
    more, less = ("≥ ", "< ") if inclusive_low else ("> ", "≤ ")
    parts = [f"{more}{said(low)}" if low is not None else "", f"{less}{said(high)}" if high is not None else ""]
    return choose(ctx.language, "，", ", ").join(part for part in parts if part) or "—"
