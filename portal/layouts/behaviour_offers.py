"""What to offer next: customers and expected openings by family, why some may not be offered, how good the model is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from domain import phrasing
from domain.behaviour.measures import Measure, of_chances
from domain.marketing.chances import MILLION
from domain.marketing.suitability import reason_words
from domain.outlook import basis_of
from domain.phrasing import number, percent
from portal.access import Ctx
from portal.behaviour_question import Chances, Seen
from portal.layouts.behaviour import chart_id, to_people
from portal.layouts.behaviour_habits import opening
from portal.widgets import charts, frame
from portal.widgets.charts import Table
from portal.widgets.tiles import tile
from store.runs import Run

HEIGHT = 300


@dataclass(frozen=True)
class Family:
    """A family in a group: customers without it who could have it, those it may be offered to, for whom it is the first
    choice, openings expected of those it may be offered to, and by reason those it stands against (one may have several).
    """

    code: str
    without: int
    offered: int
    first: int
    expected: float
    against: dict[str, int]


def families_of(told: Chances) -> list[Family]:
    """Every family of the run, the one with the most expected openings first."""
    found = []
    for at, code in enumerate(told.families):
        parts = {kind: _of(told, kind, code) for kind in ("offer", "first")}
        against = {reason: int(_of(told, "against", f"{code}-{reason}")[1].sum()) for reason in told.reasons}
        value, free = parts["offer"]
        found.append(
            Family(
                code, int((told.chance[:, at] >= 0).sum()), int(free.sum()), int(parts["first"][1].sum()),
                int(value[free].sum()) / MILLION, against,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.expected, one.code))


def _of(told: Chances, kind: str, part: str) -> tuple[Any, Any]:
    return of_chances(Measure(kind, part), told.chance, told.against, told.families, told.reasons)


def body(ctx: Ctx, seen: Seen) -> list[Component]:
    """Tiles, offers and reasons, the model in words."""
    run, told = seen.next_product, seen.chances
    if run is None:
        return [frame.nothing(ctx, "behaviour.no_offers", jobs=True)]
    if told is None:
        return [frame.nothing(ctx, "behaviour.old_offers", jobs=True)]
    if not len(told.ids):
        return [frame.nothing(ctx, "behaviour.nobody")]
    found = families_of(told)
    return [
        html.Div(_tiles(ctx, run, told, found), className="gx-tiles"),
        html.Div([_offers(ctx, seen, run, found), _model(ctx, seen, run)], className="gx-grid-2"),
        _reasons(ctx, seen, told, found),
    ]


def _tiles(ctx: Ctx, run: Run, told: Chances, found: list[Family]) -> list[Component]:
    some = int(((told.chance >= 0) & (told.against == 0)).any(axis=1).sum())
    shown = "popularity" if run.metrics.get("basis") == "rule" else "recall"  # of what is shown, not of what was tried
    figures = {
        "with_offer": number(some), "without_offer": number(len(told.ids) - some),
        "expected": number(sum(one.expected for one in found), 1), "recall": percent(run.metrics[shown]["value"], 0),
    }  # fmt: skip
    top = run.metrics.get("top", 3)
    return [
        tile(ctx.t(f"behaviour.name.{name}", top=top), words, definition=ctx.t(f"behaviour.about.{name}", top=top))
        for name, words in figures.items()
    ]


def _offers(ctx: Ctx, seen: Seen, run: Run, found: list[Family]) -> Component:
    names = [seen.words.family(one.code) for one in found]
    shown = [f"{number(one.offered)} · {number(one.expected, 1)}" for one in found]
    figure = charts.hbars(names, [one.expected for one in found], ctx.theme, shown, HEIGHT)
    figure["layout"]["margin"]["r"] = 100
    opening(figure, [[f"offer:{one.code}" for one in found]])
    heads = [
        ctx.t(f"behaviour.head.{name}")
        for name in ("family", "without", "offered", "first", "expected", "mean_chance", "auc")
    ]
    judged = run.metrics.get("families") or {}
    rows = [
        [name, number(one.without), to_people(ctx, seen, f"offer:{one.code}", number(one.offered)),
         to_people(ctx, seen, f"first:{one.code}", number(one.first)), number(one.expected, 1),
         percent(one.expected / one.offered if one.offered else None, 2), number((judged.get(one.code) or {}).get("auc"), 2)]
        for name, one in zip(names, found, strict=True)
    ]  # fmt: skip
    title = ctx.t("behaviour.offers_says", family=names[0], expected=number(found[0].expected, 1))
    table = Table(heads, rows, tuple(range(1, 7)))
    return charts.chart_card(title, ctx.t("behaviour.offers_why"), figure, table, ctx.language, chart_id("offers"))


def _model(ctx: Ctx, seen: Seen, run: Run) -> Component:
    told = run.metrics

    def span(name: str) -> str:
        one = told[name]
        return ctx.t("behaviour.span", value=percent(one["value"]), low=percent(one["low"]), high=percent(one["high"]))

    top = told.get("top", 3)
    split = [str(one)[:7] for one in (run.model.get("split") or {}).get("test", ())]
    lines = [
        ctx.t("behaviour.recall_tested", first=split[0] if split else "", last=split[-1] if split else "",
              customers=number(told["customers"]), opened=number(told["opened"])),
        ctx.t("behaviour.recall_tried" if told.get("basis") == "rule" else "behaviour.recall_ours", top=top, recall=span("recall")),
        ctx.t("behaviour.recall_theirs", top=top, recall=span("popularity")),
        ctx.t("behaviour.recall_better" if told["better"] else "behaviour.recall_no_better", gain=span("gain")),
    ]  # fmt: skip
    if basis := basis_of(told, ctx.language):
        lines.insert(0, basis)
    left = told.get("left_out") or {}
    if left:
        names = phrasing.listing([seen.words.family(code) for code in left], ctx.language)
        lines.append(ctx.t("behaviour.recall_left", families=names))
    why = ctx.t("behaviour.model_why", version=run.version, day=phrasing.day(run.as_of))
    return frame.card(
        ctx.t("behaviour.model"), html.Ul([html.Li(line) for line in lines], className="behaviour-words"), why=why
    )


def _reasons(ctx: Ctx, seen: Seen, told: Chances, found: list[Family]) -> Component:
    names = [seen.words.family(one.code) for one in found]
    reasons = list(told.reasons)  # those nobody has too, as the file: that there are none is an answer
    words = [reason_words(code, ctx.language) for code in reasons]
    values = [[one.against[code] for code in reasons] for one in found]
    shown = [[number(value) for value in row] for row in values]
    short = [ctx.t(f"behaviour.reason.{code}") for code in reasons]
    figure = charts.heatmap(short, names, values, ctx.theme, shown, height=60 + 34 * len(found), written=True)
    figure["data"][0]["meta"] = [
        [{"view": "people", "of": f"against:{one.code}-{code}"} for code in reasons] for one in found
    ]
    heads = [ctx.t("behaviour.head.family"), ctx.t("behaviour.head.without"), *words, ctx.t("behaviour.head.offered")]
    rows = [
        [name, number(one.without), *(to_people(ctx, seen, f"against:{one.code}-{code}", number(one.against[code])) for code in reasons),
         to_people(ctx, seen, f"offer:{one.code}", number(one.offered))]
        for name, one in zip(names, found, strict=True)
    ]  # fmt: skip
    any_of = int(np.asarray((told.chance >= 0) & (told.against > 0)).any(axis=1).sum())
    title = ctx.t("behaviour.reasons_says", count=phrasing.counted(any_of, ctx.language, "户", "customer"))
    table = Table(heads, rows, tuple(range(1, len(heads))))
    return charts.chart_card(title, ctx.t("behaviour.reasons_why"), figure, table, ctx.language, chart_id("reasons"))
