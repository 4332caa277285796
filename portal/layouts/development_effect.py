"""What bins set by hand do to the card: both cards on rows they did not see, side by side, and the way to save them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.scorecard import Scorecard
from domain.phrasing import choose, listing, number
from portal.access import Ctx
from portal.development_question import Question, Tried
from portal.layouts.development import Ids, name_of
from portal.odd_bins import odd_words
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table
from portal.widgets.marks import marks


def effect(ctx: Ctx, asked: Question, both: Tried) -> Component:
    """The card before and after the changes, out of fold and in sample, and the way to save them."""
    before, after = both.before, both.after
    rows = _figures(ctx, both)
    rows += [
        [ctx.t("development.effect.base"), *_numbers(before.card.base_points, after.card.base_points)],
        [ctx.t("development.effect.count"), *_numbers(len(before.card.names), len(after.card.names))],
    ]
    for name in asked.bins:
        ivs = [
            found.verdicts[name].iv if name in found.verdicts else asked.told_of(name)["iv"]
            for found in (before, after)
        ]
        words = ctx.t("development.effect.iv", name=name_of(ctx, name))
        rows.append([words, *(number(one, 3) for one in ivs), number(ivs[1] - ivs[0], 3, sign=True)])
        spans = [_span(found.card, name) for found in (before, after)]
        rows.append([ctx.t("development.effect.span", name=name_of(ctx, name)), *spans, "—"])
    heads = [ctx.t(f"development.effect.{each}") for each in ("what", "before", "after", "moved")]
    table = charts.table(Table(heads, rows, right=(1, 2, 3)))
    parts: list[Any] = [
        html.Div(table, className="gx-scroll development-effect"),
        *_turned(ctx, before.card, after.card),
    ]
    if both.odd:
        parts.append(_odd(ctx, asked, both))
    if ctx.may("development.edit"):
        parts += _saving(ctx)
    note = ctx.t("development.effect.note")
    if not both.level:
        note = choose(ctx.language, "；", "; ").join([note, ctx.t("development.effect.other_level")])
    return frame.card(ctx.t("development.effect.title"), parts, why=note)


def _odd(ctx: Ctx, asked: Question, both: Tried) -> Component:
    """Bins that no development would have cut, before they are saved."""
    least = asked.rules.least_share
    said = [odd_words(ctx, binning, one, least) for binning, found in both.odd.values() for one in found]
    listed = html.Ul([html.Li(each) for each in said])
    return html.Div(
        [html.Strong(ctx.t("development.odd.title")), listed], className="gx-alert warn gx-pause", role="note"
    )


def _figures(ctx: Ctx, both: Tried) -> list[list[Any]]:
    before, after = both.before, both.after
    gain, error = both.gain.value, both.gain.error
    auc = f"{number(gain, 4, sign=True)} ± {number(error, 4)}"
    rows: list[list[Any]] = [
        [ctx.t("development.effect.unseen_auc"), number(before.unseen_auc, 4), number(after.unseen_auc, 4), auc],
        _line(ctx, "unseen_gini", before.unseen_gini, after.unseen_gini),
        _line(ctx, "unseen_ks", before.unseen_ks, after.unseen_ks),
    ]
    if before.moved is not None and after.moved is not None:
        rows.append(_line(ctx, "moved_psi", before.moved, after.moved))
    return [*rows, _line(ctx, "auc", before.auc, after.auc)]


def _line(ctx: Ctx, key: str, before: float, after: float) -> list[Any]:
    told = [number(before, 4), number(after, 4), number(after - before, 4, sign=True)]
    return [ctx.t(f"development.effect.{key}"), *told]


def _numbers(before: int, after: int) -> list[str]:
    return [number(before), number(after), number(after - before, sign=True)]


def _span(card: Scorecard, name: str) -> str:
    """Points from the worst bin to the best; a dash for what is not in the card."""
    found = next((c for c in card.characteristics if c.name == name), None)
    return "—" if found is None else f"{number(min(found.points), sign=True)} … {number(max(found.points), sign=True)}"


def _turned(ctx: Ctx, before: Scorecard, after: Scorecard) -> list[Component]:
    """Characteristics that enter or leave the card because of the changes."""
    sides: Mapping[str, list[str]] = {
        "enters": [name for name in after.names if name not in before.names],
        "leaves": [name for name in before.names if name not in after.names],
    }
    return [
        html.P(ctx.t(f"development.effect.{side}", names=listing([name_of(ctx, each) for each in names], ctx.language)))
        for side, names in sides.items()
        if names
    ]


def _saving(ctx: Ctx) -> list[Component]:
    words = ctx.t("development.reason")
    reason = dcc.Textarea(id=Ids.REASON, className="gx-input", rows=2, maxLength=400, placeholder=words)
    save = html.Button(ctx.t("development.save"), id=Ids.SAVE, n_clicks=0, type="button", className="gx-btn main")
    return [
        html.Div(reason, role="group", **marks(aria_label=words)),
        html.Div(save, className="gx-row development-cut"),
        status.told(Ids.SAVE_TOLD),
    ]
