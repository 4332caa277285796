"""The scorecard on show watched month by month: its status and what to do, what stands where, and since when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.characteristics import named
from domain.credit.monitoring import (
    ACT,
    CALIBRATION,
    CHARACTERISTIC,
    CONCENTRATION,
    GINI,
    LEVELS,
    OVERRIDES,
    POPULATION,
    SCORE,
    SEASON,
    STABLE,
    TAUGHT,
    THRESHOLDS,
    Judgement,
    Verdict,
)
from domain.credit.overrides import MOST_SHARE
from domain.phrasing import against, choose, day, minute, number, percent, percent_against
from portal.access import Ctx
from portal.widgets import charts, frame, status, tiles
from portal.widgets.charts import Series, Table
from portal.widgets.export_links import export_links
from store.models import of_run
from store.monitoring import Watched, card_on_show, months
from store.override_rates import rates
from store.runs import run as run_of
from store.scope import whole_bank

PATH = "/risk/monitoring"
MONTHS_APART = 6  # that are named: on a phone no more of two years fit
TONES = {"stable": "good", "watch": "warn", "act": "bad", "taught": "plain", "season": "plain"}
Points = Sequence[float | None]


class Ids:
    """Of this page."""

    BODY = "monitoring-body"


@dataclass(frozen=True)
class View:
    """What the page shows: the card's months, the characteristic that is opened, and the development's Gini."""

    run_id: int
    version: str
    watched: tuple[Watched, ...]
    gini: float
    of: str | None

    @property
    def newest(self) -> Watched:
        """The month in front."""
        return self.watched[-1]


def layout(ctx: Ctx, of: str = "") -> Component:
    """All of it is read once; `of` names the characteristic that is opened."""
    view = view_of(ctx, of)
    if view is None:
        return frame.page(
            ctx.t("monitoring.title"), "", [], [html.Div(frame.nothing(ctx, "monitoring.nothing", True), id=Ids.BODY)]
        )
    parts = [
        _status(ctx, view),
        _tiles(ctx, view),
        _alerts(ctx, view),
        _lines(ctx, view),
        _opened(ctx, view),
        _characteristics(ctx, view),
        _rules(ctx),
    ]
    body = html.Div([part for part in parts if part is not None], className="gx-stack", id=Ids.BODY)
    links = export_links(ctx, "monitoring.export", "/monitoring-export", "")
    made = ctx.t("monitoring.made", at=minute(ctx.local(view.newest.made_at)))
    context = " · ".join([view.version, ctx.t("monitoring.to", month=day(view.newest.month)), made])
    return frame.page(ctx.t("monitoring.title"), context, links, [body])


def view_of(ctx: Ctx, of: str = "") -> View | None:
    """What was watched of the card on show; None before it was ever watched."""
    run_id = card_on_show(ctx.connection)
    watched = () if run_id is None else months(ctx.connection, run_id)
    made = None if run_id is None else run_of(ctx.connection, run_id)
    if run_id is None or made is None or not watched:
        return None
    model = of_run(ctx.connection, run_id)
    names = {one.name for one in watched[-1].watched.shift.watched}
    version = model.version if model else made.version
    return View(run_id, version, watched, float(made.metrics["gini"]["value"]), of if of in names else None)


def name_of(ctx: Ctx, name: str) -> str:
    """A characteristic in the viewer's language."""
    known = named(name)
    return choose(ctx.language, known.zh, known.en)


def figure_of(ctx: Ctx, one: Judgement) -> str:
    """A judgement's figure as it is said."""
    if one.measure == CALIBRATION:
        return f"{against(one.value, *THRESHOLDS.excess)}×"
    if one.measure == OVERRIDES:
        return overridden(one.value)
    return percent(one.value) if one.measure == CONCENTRATION else number(one.value, 3)


def overridden(share: float) -> str:
    """The share of grades people set, with as many digits as the overrides' own page."""
    return percent_against(share, MOST_SHARE, 2)


def level_chip(ctx: Ctx, level: str) -> Component:
    """Stable, watch or act, in words and colour; or why it is not judged."""
    return status.chip(ctx.t(f"monitoring.level.{level}"), TONES[level])


def to_do(ctx: Ctx, found: Verdict) -> str:
    """What a month's status asks for, in a sentence: wherever the status is told."""
    return ctx.t(f"monitoring.do.{found.level}_{found.cause}" if found.level == ACT else f"monitoring.do.{found.level}")


def standing_table(ctx: Ctx, found: Verdict, most: int | None = None) -> Component | None:
    """What is past a threshold, since when: wherever the status is told. None where nothing is."""
    if not found.standing:
        return None
    rows = [
        html.Tr([
            html.Td(alert_words(ctx, one), className="monitoring-words"),
            html.Td(ctx.t("monitoring.since", month=f"{one.since:%Y-%m}") if one.since else "", className="gx-sub"),
            html.Td(level_chip(ctx, one.level), className="n"),
        ])
        for one in found.standing[:most]
    ]  # fmt: skip
    left = len(found.standing) - len(rows)
    if left > 0:
        rows.append(html.Tr(html.Td(ctx.t("monitoring.more", count=left), className="gx-sub", colSpan=3)))
    return html.Table(html.Tbody(rows), className="gx-table")


def _status(ctx: Ctx, view: View) -> Component:
    """The one status of the month in front, what to do, and what it stands on."""
    found = view.newest.verdict
    told, left = to_do(ctx, found), _unjudged(ctx, view)
    if left:
        told = ctx.t("monitoring.part", to_do=told, open=left)
    line = html.Div([level_chip(ctx, found.level), html.Span(told)], className="gx-row monitoring-status")
    title = ctx.t("monitoring.status", month=f"{view.newest.month:%Y-%m}")
    why = ctx.t("monitoring.status_why", chance=percent(THRESHOLDS.chance, 0))
    return frame.card(title, [one for one in (line, standing_table(ctx, found)) if one is not None], why=why)


def _unjudged(ctx: Ctx, view: View) -> str:
    """The measures a month's stable does not rest on, as they are not known or not judged yet; "" where it rests on all."""
    if view.newest.verdict.level != STABLE:
        return ""
    judged = {one.measure for one in view.newest.judgements if one.level not in (TAUGHT, SEASON)}
    names = [ctx.t(f"monitoring.measure.{each}") for each in (GINI, CALIBRATION, OVERRIDES) if each not in judged]
    return choose(ctx.language, "、", ", ").join(names)


def _tiles(ctx: Ctx, view: View) -> Component:
    """The newest of each measure with its judgement; what is known later is of an earlier month."""
    drawn = []
    for measure in (SCORE, GINI, CALIBRATION, OVERRIDES, CONCENTRATION):
        found = [(j.of or one.month, j) for one in view.watched for j in one.judgements if j.measure == measure]
        if not found and measure == OVERRIDES:
            drawn.append(_tile(ctx, measure, *_today(ctx), None))
        elif not found:
            drawn.append(_tile(ctx, measure, "—", None, None))
        else:
            month, judged = found[-1]
            drawn.append(_tile(ctx, measure, figure_of(ctx, judged), f"{month:%Y-%m}", judged.level))
    own = [j for j in view.newest.judgements if j.measure in (CHARACTERISTIC, POPULATION)]
    worst = max((j.level for j in own if j.level != SEASON), key=LEVELS.index, default=STABLE)
    count = ctx.t("monitoring.of_all", count=sum(j.standing for j in own), all=len(own))
    drawn.insert(1, _tile(ctx, CHARACTERISTIC, count, f"{view.newest.month:%Y-%m}", worst))
    return html.Div(drawn, className="gx-tiles")


def _today(ctx: Ctx) -> tuple[str, str | None]:
    """The share overridden today, as the overrides' own page has it, before a month-end has one to judge."""
    (rate,) = rates(ctx.connection, whole_bank(ctx.connection), [ctx.now.date()], ctx.now.tzinfo)
    if rate.share is None:
        return "—", None
    return overridden(rate.share), ctx.t("monitoring.today")


def _tile(ctx: Ctx, measure: str, value: str, month: str | None, level: str | None) -> Component:
    shown = tiles.tile(
        ctx.t(f"monitoring.measure.{measure}"), value, definition=ctx.t(f"monitoring.about.{measure}"), theme=ctx.theme
    )
    below = [
        level_chip(ctx, level) if level else None,
        html.Span(month or ctx.t("monitoring.later"), className="gx-sub"),
    ]
    return html.Div([shown, html.Div(below, className="monitoring-below")], className="monitoring-tile")


def _alerts(ctx: Ctx, view: View) -> Component:
    """In which month each figure went past a threshold, the newest first: what stands today is among them."""
    rows = [
        html.Tr([
            html.Td(day(one.month), className="w"), html.Td(alert_words(ctx, j), className="monitoring-words"),
            html.Td(level_chip(ctx, j.level), className="n"),
        ])
        for one in reversed(view.watched)
        for j in one.alerts
    ]  # fmt: skip
    judged = [one.month for one in view.watched if one.verdict.level != TAUGHT]
    since = f"{judged[0]:%Y-%m}" if judged else "—"
    body = (
        html.Table(html.Tbody(rows), className="gx-table")
        if rows
        else status.empty(
            ctx.t("monitoring.quiet", month=since) if judged else ctx.t("monitoring.unjudged"),
            ctx.t("monitoring.quiet_what"),
        )
    )
    return frame.card(ctx.t("monitoring.alerts"), body, why=ctx.t("monitoring.alerts_why", month=since))


def alert_words(ctx: Ctx, one: Judgement) -> str:
    """What a figure past a threshold is called, with its value."""
    name = name_of(ctx, one.name) if one.name else ""
    words = ctx.t(f"monitoring.alert.{one.measure}", name=name, value=figure_of(ctx, one))
    return words if one.of is None else words + ctx.t("monitoring.of_month", month=f"{one.of:%Y-%m}")


def _lines(ctx: Ctx, view: View) -> Component:
    outcome = [one.watched.outcome for one in view.watched]
    score = [one.watched.shift.score.index for one in view.watched]
    gini = [o.gini.value if o and o.gini else None for o in outcome]
    own = [one.verdict.level == TAUGHT for one in view.watched]
    inside = [value if taught else None for value, taught in zip(gini, own, strict=True)]
    after = [None if taught else value for value, taught in zip(gini, own, strict=True)]
    shares = [one.watched.overridden.share if one.watched.overridden else None for one in view.watched]
    grades = [max(one.watched.shift.grades) / one.watched.shift.customers for one in view.watched]
    worse = (view.gini - THRESHOLDS.gini[0], view.gini - THRESHOLDS.gini[1])
    expected = [o.rate.predicted if o else None for o in outcome]
    seen = [o.rate.seen if o else None for o in outcome]
    drawn = [
        _chart(ctx, view, SCORE, [(ctx.t("monitoring.line.score"), score)], THRESHOLDS.psi, _three),
        _chart(ctx, view, GINI, [("Gini", after), (ctx.t("monitoring.line.inside"), inside)], worse, _three),
        _chart(
            ctx,
            view,
            CALIBRATION,
            [(ctx.t("monitoring.line.expected"), expected), (ctx.t("monitoring.line.seen"), seen)],
            (),
            percent,
        ),
        _chart(ctx, view, OVERRIDES, [(ctx.t("monitoring.line.overrides"), shares)], THRESHOLDS.overrides, overridden),
        _chart(ctx, view, CONCENTRATION, [(ctx.t("monitoring.line.grade"), grades)], THRESHOLDS.concentration, percent),
    ]
    return html.Div(drawn, className="gx-grid-2 even")


def _three(value: float) -> str:
    return number(value, 3)


def _chart(
    ctx: Ctx, view: View, measure: str, lines: Sequence[tuple[str, Points]], bounds: Sequence[float], say: Callable[[float], str]
) -> Component:  # fmt: skip
    """Lines by month with their thresholds; only the months from the first that is known."""
    places = [_month(one) for one in view.watched]
    title, why = ctx.t(f"monitoring.chart.{measure}"), ctx.t(f"monitoring.about.{measure}")
    if all(value is None for _, values in lines for value in values):
        empty = status.empty(ctx.t("monitoring.not_known"), ctx.t(f"monitoring.not_known_what.{measure}"))
        return charts.chart_card(title, why, None, None, ctx.language, empty=empty)
    times, unit = (100, "%") if say in (percent, overridden) else (1, None)
    drawn = [
        Series(name, [None if v is None else v * times for v in values], ["—" if v is None else say(v) for v in values])
        for name, values in lines
    ]
    drawn += [
        Series(
            ctx.t(f"monitoring.level.{level}"), [bound * times] * len(places), [say(bound)] * len(places), dashed=True
        )
        for level, bound in zip(("watch", "act"), bounds, strict=False)
    ]
    rows = [
        [place, *("—" if values[at] is None else say(values[at] or 0.0) for _, values in lines)] for at, place in enumerate(places)
    ]  # fmt: skip
    behind = Table(
        [ctx.t("monitoring.head.month"), *(name for name, _ in lines)], rows, right=tuple(range(1, len(lines) + 1))
    )
    figure = charts.upright(charts.lines(_short(places), drawn, ctx.theme, unit), len(places), MONTHS_APART)
    return charts.chart_card(title, why, figure, behind, ctx.language)


def _index(one: Watched, name: str) -> float | None:
    """How far a characteristic had moved in a month; None where it was not watched."""
    return next((c.shift.index for c in one.watched.shift.watched if c.name == name), None)


def _month(one: Watched) -> str:
    return f"{one.month:%Y-%m}"


def _short(places: Sequence[str]) -> list[str]:
    """Months as an axis has room for them: 26-10."""
    return [place[2:] for place in places]


def _opened(ctx: Ctx, view: View) -> Component | None:
    """One characteristic through the months."""
    if view.of is None:
        return None
    index = [_index(one, view.of) for one in view.watched]
    places, title = [_month(one) for one in view.watched], ctx.t("monitoring.opened", name=name_of(ctx, view.of))
    drawn = [Series(name_of(ctx, view.of), index, ["—" if v is None else _three(v) for v in index])]
    drawn += [
        Series(ctx.t(f"monitoring.level.{level}"), [bound] * len(places), [_three(bound)] * len(places), dashed=True)
        for level, bound in zip(("watch", "act"), THRESHOLDS.psi, strict=True)
    ]
    behind = Table(
        [ctx.t("monitoring.head.month"), "PSI"],
        [[p, "—" if v is None else _three(v)] for p, v in zip(places, index, strict=True)],
        right=(1,),
    )
    close = dcc.Link(ctx.t("monitoring.close"), href=PATH, className="gx-btn small")
    return charts.chart_card(
        title,
        ctx.t("monitoring.about.characteristic"),
        charts.upright(charts.lines(_short(places), drawn, ctx.theme), len(places), MONTHS_APART),
        behind,
        ctx.language,
        actions=[close],
    )


def _characteristics(ctx: Ctx, view: View) -> Component:
    """Which characteristic has moved, the furthest first."""
    newest, card = view.newest.watched.shift.watched, {c.name for c in view.newest.watched.shift.characteristics}
    levels = {j.name: j.level for j in view.newest.judgements if j.measure in (CHARACTERISTIC, POPULATION)}
    heads = [html.Th(ctx.t(f"monitoring.head.{h}"), scope="col", className="n" if h not in ("name",) else "") for h in (
        "name", "now", "largest", "when", "points", "level",
    )]  # fmt: skip
    telling = [w for w in view.watched if w.watched.shift.tells] or view.watched  # of one row an index is chance alone
    rows = []
    for one in sorted(newest, key=lambda c: (-c.shift.index, c.name)):
        known = ((w.month, _index(w, one.name)) for w in telling)
        through = {month: value for month, value in known if value is not None}
        when = max(through, key=lambda month: through[month])
        points = number(one.mean_points, 1, sign=True) if one.name in card else ctx.t("monitoring.beside")
        cells: tuple[Any, ...] = (
            dcc.Link(name_of(ctx, one.name), href=f"{PATH}?of={one.name}"), _three(one.shift.index), _three(through[when]),
            f"{when:%Y-%m}", points, level_chip(ctx, levels.get(one.name, "stable")),
        )  # fmt: skip
        rows.append(html.Tr([html.Td(cell, className="n" if at else "") for at, cell in enumerate(cells)]))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    return frame.card(
        ctx.t("monitoring.characteristics"), html.Div(table, className="gx-scroll"),
        why=ctx.t("monitoring.characteristics_why", month=f"{view.newest.month:%Y-%m}", chance=_three(newest[0].shift.chance)),
    )  # fmt: skip


def _rules(ctx: Ctx) -> Component:
    """The thresholds, as they stand in one place of the house."""
    told = (
        *((measure, *(_three(b) for b in THRESHOLDS.psi)) for measure in (SCORE, CHARACTERISTIC, POPULATION)),
        (GINI, *(f"−{_three(b)}" for b in THRESHOLDS.gini)), (CALIBRATION, *(f"{number(b, 2)}×" for b in THRESHOLDS.excess)),
        (OVERRIDES, *(percent(b, 0) for b in THRESHOLDS.overrides)), (CONCENTRATION, *(percent(b, 0) for b in THRESHOLDS.concentration)),
    )  # fmt: skip
    rows = [[ctx.t(f"monitoring.measure.{m}"), watch, act, ctx.t(f"monitoring.about.{m}")] for m, watch, act in told]
    heads = [
        ctx.t("monitoring.head.measure"),
        ctx.t("monitoring.level.watch"),
        ctx.t("monitoring.level.act"),
        ctx.t("monitoring.head.about"),
    ]
    return frame.card(
        ctx.t("monitoring.rules"), charts.table(Table(heads, rows, right=(1, 2))), why=ctx.t("monitoring.rules_why")
    )
