"""A customer's rating over the versions that were on show: score and grade as a line, each step with its reasons; and the
early warnings of today beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dash import html
from dash.development.base_component import Component

from domain.credit.change_words import why
from domain.credit.early_warning import BY_CODE
from domain.phrasing import choose, day, number, percent
from portal.access import Ctx
from portal.customer_words import tone_of_grade
from portal.layouts.changes_warning import figure_words
from portal.layouts.customer import View
from portal.widgets import charts, frame, status
from portal.widgets.charts import Series, Table
from store.early_warning import board, of_customer
from store.rating_changes import Step, history

HEIGHT, HOVERED, MOST_TURNS = 250, 3, 4
FLAT = 5  # points; over a smaller span Plotly would mark half points, which no score has


def history_cards(ctx: Ctx, view: View) -> list[Component]:
    """The line with its table behind it, and the warnings; nothing for who was never rated."""
    steps = history(ctx.connection, view.customer.customer_id)
    return [*([_line(ctx, view, steps)] if steps else []), *_warnings(ctx, view)]


def _line(ctx: Ctx, view: View, steps: Sequence[Step]) -> Component:
    whole, few = (_reasons(ctx, view, steps, most) for most in (None, HOVERED))
    places = [f"{day(one.as_of)}\u200b{'' if at == 0 else ' ' * at}" for at, one in enumerate(steps)]
    words = [
        "<br>".join([f"<b>{one.version}</b> {_day(ctx, steps, at)}", _standing(ctx, one), *told])
        for at, (one, told) in enumerate(zip(steps, few, strict=True))
    ]
    drawn = Series(ctx.t("customer.score"), [one.score for one in steps], words)
    scores = [one.score for one in steps if one.score is not None]
    figure = charts.lines(places, [drawn], ctx.theme, height=HEIGHT) if len(scores) > 1 else None
    if figure is not None:
        _label(ctx, figure, places, steps)
        if max(scores) - min(scores) < FLAT:
            figure["layout"]["yaxis"]["dtick"] = 1
    heads = [ctx.t(f"customer.version.{name}") for name in ("version", "as_of")]
    heads += [ctx.t("customer.grade"), ctx.t("customer.score"), ctx.t("customer.version.changed")]
    rows = [
        [
            one.version, _day(ctx, steps, at), status.chip(one.grade, tone_of_grade(one.grade)) if one.grade else "—",
            number(one.score), html.Ul([html.Li(each) for each in told], className="changes-why"),
        ]
        for at, (one, told) in reversed(list(enumerate(zip(steps, whole, strict=True))))
    ]  # fmt: skip
    title = _says(ctx, steps)
    empty = charts.table(Table(heads, rows, (3,)))
    why_words = ctx.t("customer.rating_line_why" if figure is not None else "customer.rating_line_none")
    if any(one.same_day for one in steps):
        why_words = f"{why_words} · {ctx.t('customer.same_day_why')}"
    return charts.chart_card(
        title, why_words, figure, Table(heads, rows, (3,)), ctx.language, "customer-rating-line", empty
    )  # fmt: skip


def _turn(steps: Sequence[Step], at: int) -> int:
    """Of the versions of its day, which one this is: 1 for the first."""
    return 1 + sum(1 for one in steps[:at] if one.as_of == steps[at].as_of)


def _day(ctx: Ctx, steps: Sequence[Step], at: int) -> str:
    """The day a version is as of; with its turn where the day has several."""
    told = day(steps[at].as_of)
    several = sum(1 for one in steps if one.as_of == steps[at].as_of) > 1
    return ctx.t("customer.same_day", day=told, turn=_turn(steps, at)) if several else told


def _label(ctx: Ctx, figure: charts.Figure, places: Sequence[str], steps: Sequence[Step]) -> None:
    """Each point is marked with its grade; versions stand in their order, a day may have two."""
    trace = figure["data"][0]
    trace |= {
        "mode": "lines+markers+text", "text": [one.grade if one.score is not None else "" for one in steps],
        "textposition": "top center", "cliponaxis": False,
    }  # fmt: skip
    trace["marker"] = {**trace["marker"], "size": 8}
    trace["hovertemplate"] = "%{customdata}<extra></extra>"
    figure["layout"]["annotations"] = []
    figure["layout"]["hovermode"] = "closest"
    figure["layout"]["margin"] = {**figure["layout"]["margin"], "r": 24, "t": 28}
    figure["layout"]["xaxis"] |= {
        "tickmode": "array", "tickvals": list(places), "ticktext": [_day(ctx, steps, at) for at in range(len(steps))],
    }  # fmt: skip


def _standing(ctx: Ctx, one: Step) -> str:
    score = "" if one.score is None else choose(ctx.language, f" · {one.score}分", f" · {one.score}")
    return f"{one.grade or ctx.t('customer.not_in_version')}{score}"


def _says(ctx: Ctx, steps: Sequence[Step]) -> str:
    """The grades in their turn, BBB → BB → BBB; or since when it stands."""
    rated = [one for one in steps if one.grade]
    turns = [one.grade or "" for at, one in enumerate(rated) if at == 0 or one.grade != rated[at - 1].grade]
    if len(rated) == 1:
        return ctx.t("customer.rating_line_first", grade=turns[0])
    if len(turns) == 1:
        return ctx.t("customer.rating_line_same", count=len(rated), grade=turns[0], day=day(rated[0].as_of))
    way = " → ".join(turns if len(turns) <= MOST_TURNS else ["…", *turns[-MOST_TURNS:]])
    return ctx.t("customer.rating_line", count=len(rated), way=way)


def _reasons(ctx: Ctx, view: View, steps: Sequence[Step], most: int | None) -> list[list[str]]:
    """What changed in each version against the one before, in words."""
    told = [[ctx.t("customer.first_version")]]
    for before, now in pairwise(steps):
        if now.parts is None:
            told.append(
                why(before.grade, now.grade, (), view.currency, ctx.language) if before.grade != now.grade else []
            )
        elif not now.parts and before.grade == now.grade:
            told.append([ctx.t("customer.unchanged")])
        else:
            told.append(why(before.grade, now.grade, now.parts, view.currency, ctx.language, most))
    return told


def _warnings(ctx: Ctx, view: View) -> list[Component]:
    flags, measured = of_customer(ctx.connection, view.customer.customer_id), board(ctx.connection)
    if measured is None or not (flags or view.rating):
        return []
    why_words = ctx.t("customer.warnings_why", day=day(measured.as_of))
    if not flags:
        return [frame.card(ctx.t("customer.warnings"), status.empty(ctx.t("customer.no_warnings")), why=why_words)]
    rates = {one.rule: one for one in measured.rules}
    items = []
    for rule, since, value, before in flags:
        figures = [figure_words(rule, each, view.currency, ctx.language) for each in (value, before)]
        line = ctx.t("customer.warning_line", since=day(since), value=figures[0], before=figures[1])
        one = rates.get(rule)
        if one is not None and one.rate is not None and one.base_rate is not None:
            line += ctx.t("customer.warning_rate", rate=percent(one.rate, 0), base=percent(one.base_rate, 1))
        items.append(
            html.Li([html.B(BY_CODE[rule].title(ctx.language).capitalize()), html.Div(line, className="gx-sub")])
        )
    return [frame.card(ctx.t("customer.warnings"), html.Ul(items, className="customer-list"), why=why_words)]
