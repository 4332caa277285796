"""The limits among the parameters: what each grade could be lent, every version of it, and how a new one comes to count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.credit.grades import Masterscale
from domain.credit.limits import LimitParameters
from domain.phrasing import ABSENT, day, number, percent
from domain.plain import from_plain
from portal.access import Ctx
from portal.layouts.parameters_proposal import act, proposal, typed, versions_table, waiting_in
from portal.widgets import frame
from store import parameters as store
from store.parameters import LIMITS

SHARE, MULTIPLE, TERM, BURDEN, RETURN = "share", "multiple", "term", "burden", "return"
OF_ALL = (TERM, BURDEN, RETURN)  # figures that are of every grade


class Ids:
    """Of the limits' part of the page."""

    FIGURE = "parameters-limits-figure"
    VALID_FROM = "parameters-limits-valid-from"
    REASON = "parameters-limits-reason"
    PROPOSE = "parameters-limits-propose"
    VERSION = "parameters-limits-version"
    DECISION = "parameters-limits-decision"
    APPROVE = "parameters-limits-approve"
    REJECT = "parameters-limits-reject"
    TOLD = "parameters-limits-told"


def box(figure: Any, grade: Any = "") -> dict[str, Any]:
    """The id of the box of a figure, of a grade or of all."""
    return {"type": Ids.FIGURE, "figure": figure, "grade": grade}


def limits(ctx: Ctx) -> Component:
    """The card: figures by grade, versions, and what the reader may do."""
    rows = store.versions(ctx.connection, LIMITS)
    version, now = store.limits_at(ctx.connection, ctx.data_day)
    waiting = waiting_in(rows)
    proposed = from_plain(LimitParameters, waiting.parameters) if waiting is not None else None
    parts: list[Component | None] = [
        html.P(ctx.t("parameters.in_force", version=version, day=day(ctx.data_day)), className="gx-sub"),
        _figures(ctx, now, proposed),
        versions_table(ctx, rows, version) if rows else None,
    ]
    parts.append(act(ctx, waiting, Ids, lambda: _form(ctx, now)))
    shown = [part for part in parts if part is not None]
    return frame.card(ctx.t("parameters.limits.title"), shown, why=ctx.t("parameters.limits.why"))


def _of_grade(told: LimitParameters, grade: str) -> list[str]:
    share, multiple = told.debt_share.get(grade), told.multiple.get(grade)
    return [ABSENT if share is None else percent(share), ABSENT if multiple is None else number(multiple, 2)]


def _of_all(ctx: Ctx, told: LimitParameters) -> list[str]:
    target = ctx.t("parameters.limits.hurdle") if told.target_return is None else percent(told.target_return, 2)
    return [ctx.t("portfolio.head.months", months=told.term_months), percent(told.card_burden), target]


def _figures(ctx: Ctx, now: LimitParameters, proposed: LimitParameters | None) -> Component:
    """What holds, and beside it what is proposed."""
    heads = [ctx.t(f"parameters.limits.{name}") for name in ("grade", SHARE, MULTIPLE)]
    told = [now] if proposed is None else [now, proposed]
    if proposed is not None:
        heads += [ctx.t("parameters.limits.proposed", what=head) for head in heads[1:]]
    rows = [_row(grade, [_of_grade(one, grade) for one in told]) for grade in Masterscale().grades]
    below = [
        _row(name, [["", _of_all(ctx, one)[place]] for one in told])
        for place, name in enumerate(ctx.t(f"parameters.limits.{name}") for name in OF_ALL)
    ]
    head = html.Tr([html.Th(name, scope="col", className="n" if at else "") for at, name in enumerate(heads)])
    drawn = html.Table([html.Thead(head), html.Tbody([*rows, *below])], className="gx-table")
    return html.Div(drawn, className="gx-scroll")


def _row(name: str, told: Sequence[Sequence[str]]) -> Component:
    cells = [html.Td(name)]
    for at, figures in enumerate(told):
        for figure, before in zip(figures, told[0], strict=True):
            moved = at > 0 and figure != before
            cells.append(html.Td(figure, className="n parameters-moved" if moved else "n"))
    return html.Tr(cells)


def _form(ctx: Ctx, now: LimitParameters) -> Component:
    """Two boxes a grade, empty for a grade that gets no limit; then what is of all."""
    boxes = [
        _box(ctx.t(f"parameters.limits.of_{figure}", grade=grade), box(figure, grade), told.get(grade), times)
        for grade in Masterscale().grades
        for figure, told, times in ((SHARE, now.debt_share, 100), (MULTIPLE, now.multiple, 1))
    ]
    whole = (Decimal(now.term_months), 1), (now.card_burden, 100), (now.target_return, 100)
    boxes += [
        _box(ctx.t(f"parameters.limits.{figure}"), box(figure), told, times)
        for figure, (told, times) in zip(OF_ALL, whole, strict=True)
    ]
    return proposal(ctx, Ids, ctx.t("parameters.limits.change"), boxes, ctx.t("parameters.limits.form"))


def _box(words: str, ident: dict[str, Any], value: Decimal | None, times: int) -> Component:
    shown = "" if value is None else f"{(value * times).normalize():f}"
    return typed(words, ident, shown)
