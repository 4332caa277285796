"""Early warnings: each rule with how often it was right, how far ahead, and how many it flags today."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.catalogue import BY_NAME
from domain.credit.early_warning import BY_CODE, Measured
from domain.phrasing import choose, number, percent
from domain.standing import feature_value
from portal.access import Ctx
from portal.changes_question import Seen
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table
from portal.widgets.tiles import tile
from store.early_warning import Board


def warning_tiles(ctx: Ctx, seen: Seen, board: Board) -> list[Component]:
    """How many are flagged today, by any rule and by each; a rule's tile opens its customers."""
    unit = choose(ctx.language, "户", "")
    whole = tile(
        ctx.t("changes.any_rule"), number(seen.flagged.get("", 0)), unit, definition=ctx.t("changes.any_rule_about")
    )
    each = [
        tile(
            BY_CODE[one.rule].title(ctx.language).capitalize(), number(seen.flagged.get(one.rule, 0)), unit,
            definition=BY_CODE[one.rule].about(ctx.language), href=seen.asked.address(rule=one.rule),
        )
        for one in board.rules
    ]  # fmt: skip
    return [whole, *each]


def rules_card(ctx: Ctx, seen: Seen, board: Board) -> Component:
    """The rules with their hit rate against everybody's, lead time, and who is flagged."""
    names = ("rule", "flagged", "rate", "base_rate", "times", "caught", "lead", "verdict")
    heads = [ctx.t(f"changes.head.{name}") for name in names]
    rows = [_rule(ctx, seen, one) for one in board.rules]
    if board.first_month is None:
        why = ctx.t("changes.rules_young")
    else:
        span = [phrasing.month(month, ctx.language) for month in (board.first_month, board.last_month)]
        one = board.rules[0]
        why = ctx.t(
            "changes.rules_why", first=span[0], last=span[1], rows=number(one.base_rows), bad=number(one.base_hits)
        )
    table = charts.table(Table(heads, rows, (1, 2, 3, 4, 5, 6)))
    return frame.card(ctx.t("changes.rules"), html.Div(table, className="changes-rules"), why=why)


def _rule(ctx: Ctx, seen: Seen, one: Measured) -> list[Any]:
    rule, count = BY_CODE[one.rule], seen.flagged.get(one.rule, 0)
    name = [html.B(rule.title(ctx.language).capitalize()), html.Div(rule.about(ctx.language), className="gx-sub")]
    rate, base, span = one.rate, one.base_rate, one.interval
    said: list[Any] = [percent(rate)]
    if span is not None:
        words = ctx.t("changes.interval", low=percent(span[0]), high=percent(span[1]))
        said.append(html.Div(words, className="gx-sub"))
    times = None if not rate or not base else rate / base
    lead = "—" if one.lead_months is None else ctx.t("changes.months", months=number(one.lead_months, 1))
    caught = ctx.t("changes.of", part=number(one.caught), whole=number(one.defaulters)) if one.defaulters else "—"
    return [
        name, dcc.Link(number(count), href=seen.asked.address(rule=one.rule)), said, percent(base),
        "—" if times is None else ctx.t("changes.times", times=number(times, 1)), caught, lead, _verdict(ctx, one),
    ]  # fmt: skip


def _verdict(ctx: Ctx, one: Measured) -> Component:
    if one.better is None:
        return status.chip(ctx.t("changes.not_known"))
    return (
        status.chip(ctx.t("changes.better"), "good") if one.better else status.chip(ctx.t("changes.no_better"), "warn")
    )


def figure_words(rule: str, value: float | None, currency: str, language: str) -> str:
    """A rule's figure as it is read."""
    return feature_value(BY_NAME[BY_CODE[rule].shown].unit, value, currency, language) or phrasing.ABSENT
