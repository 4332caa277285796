"""Champion and challenger side by side: on the outcomes known now, and on the customers rated now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import minute, number, percent
from portal import job_words
from portal.access import Ctx
from portal.address_numbers import number_in
from portal.widgets import charts, frame, pickers, status
from portal.widgets.charts import Series, Table
from portal.widgets.marks import marks
from store.jobs import JobRow, newest_asked
from store.models import Model

PATH, KIND, POLL_MS = "/risk/models", "compare_models", 1000
Told = Mapping[str, Any]


class Ids:
    """Of this page."""

    MODEL = "models-number"
    WORDS = "models-words"
    OWNER = "models-owner"
    TIER = "models-tier"
    VALIDATE = "models-validate"
    APPROVE = "models-approve"
    RETIRE = "models-retire"
    ASSIGN = "models-assign"
    TOLD = "models-told"
    AGAINST = "models-against"
    PAIR = "models-pair"
    COMPARE = "models-compare"
    TICK = "models-tick"
    BODY = "models-side-by-side"


def challengers(every: Sequence[Model], shown: int | None) -> list[Model]:
    """Who may be set beside the card on show: of its purpose, and not retired for good. One that was replaced comes back in use
    when its run is gone back to, so it can be looked at before; it stands last."""
    on_show = next((each for each in every if each.model_id == shown), None)
    if on_show is None:
        return []
    others = [each for each in every if each.model_id != shown and each.purpose == on_show.purpose]
    alive = [each for each in others if each.state != "retired"]
    return alive + [each for each in others if each.state == "retired" and each.replaced_by is not None]


def asked(ctx: Ctx, every: Sequence[Model], shown: int | None, against: str) -> list[Component]:
    """The choice of a challenger, and the answer where there is one."""
    title, why = ctx.t("models.side.title"), ctx.t("models.side.why")
    found = challengers(every, shown)
    if shown is None or not found:
        key = "no_champion" if shown is None else "no_challenger"
        return [frame.card(title, status.empty(ctx.t(f"models.side.{key}"), ctx.t(f"models.side.{key}_what")), why=why)]
    wanted = number_in(against) if against else found[0].model_id
    chosen = next((each for each in found if each.model_id == wanted), found[0])
    versions = {each.model_id: each.version for each in every}
    labels = [(f"{each.version} · {ctx.t(f'models.state.{each.state}')}", str(each.model_id)) for each in found]
    picker = pickers.dropdown(ctx, Ids.AGAINST, labels, str(chosen.model_id))
    pair = {"champion": shown, "challenger": chosen.model_id}
    row: list[Component] = [html.Div([html.Span(ctx.t("models.side.challenger")), picker], className="gx-labelled")]
    if ctx.may("models.compare"):
        words = ctx.t("models.side.compare")
        row.append(html.Button(words, id=Ids.COMPARE, n_clicks=0, type="button", className="gx-btn main"))
    body, done = answer(ctx, pair, (versions[shown], chosen.version))
    return [
        frame.card(title, html.Div(row, className="gx-row models-pick"), why=why),
        dcc.Store(id=Ids.PAIR, data=[shown, chosen.model_id]),
        dcc.Interval(id=Ids.TICK, interval=POLL_MS, disabled=done),
        html.Div(body, id=Ids.BODY, className="gx-stack", **marks(aria_live="polite")),
    ]


def answer(ctx: Ctx, pair: Mapping[str, int], names: tuple[str, str]) -> tuple[list[Component], bool]:
    """What the newest job of this pair found, its progress, or that nobody asked; and whether to stop looking."""
    row = newest_asked(ctx.connection, KIND, pair)
    if row is None:
        words = status.empty(ctx.t("models.side.not_asked"), ctx.t("models.side.not_asked_what"))
        return [frame.card(None, words)], True
    if row.status != "done" or row.result is None:
        return [frame.card(job_words.title(ctx, row.kind), job_words.progress(ctx, row))], not row.active
    return _answer(ctx, row, row.result, names), True


def _answer(ctx: Ctx, row: JobRow, told: Told, names: tuple[str, str]) -> list[Component]:
    when = ctx.t("models.side.of", day=told["as_of"], at=minute(ctx.local(row.finished_at or row.submitted_at)))
    charts_of = html.Div([_grades(ctx, told, names), _moves(ctx, told, names)], className="gx-grid-2")
    return [_figures(ctx, told, names, when), charts_of, _cells(ctx, told, names)]


def _figures(ctx: Ctx, told: Told, names: tuple[str, str], when: str) -> Component:
    heads = [
        "",
        *(ctx.t(f"models.side.{side}", version=name) for side, name in zip(("champion", "other"), names, strict=True)),
    ]
    judged = told.get("judged")
    rows: list[list[Any]] = []
    if judged:
        rows += [
            [ctx.t("models.side.auc"), *(_between(each["auc"]) for each in judged)],
            [ctx.t("models.side.ks"), *(_between(each["ks"]) for each in judged)],
            [ctx.t("models.side.expected"), *(percent(each["expected"], 2) for each in judged)],
            [ctx.t("models.side.seen"), *([percent(told["bad"] / told["rows"], 2)] * 2)],
        ]
    if told.get("mean_pd"):
        rows.append([ctx.t("models.side.mean_pd"), *(percent(each, 2) for each in told["mean_pd"])])
    body: list[Component] = [charts.table(Table(heads, rows, (1, 2)))]
    if judged:
        gain = told["gain"]
        key = "better" if gain["low"] > 0 else "worse" if gain["high"] < 0 else "even"
        body.append(html.P(ctx.t(f"models.side.gain_{key}", gain=_signed(gain)), className="gx-sub"))
        body.append(html.P(ctx.t("models.side.flattered"), className="gx-sub"))
    else:
        few = ctx.t("models.side.too_few", rows=number(told["rows"]), bad=number(told["bad"]))
        body.append(html.P(few, className="gx-alert", role="note"))
    sample = ctx.t("models.side.sample", rows=number(told["rows"]), bad=number(told["bad"]))
    return frame.card(ctx.t("models.side.figures"), body, why=f"{when} · {sample}")


def _between(one: Told) -> str:
    return f"{number(one['value'], 3)} ({number(one['low'], 3)}–{number(one['high'], 3)})"


def _signed(one: Told) -> str:
    low, high = number(one["low"], 3, sign=True), number(one["high"], 3, sign=True)
    return f"{number(one['value'], 3, sign=True)} ({low} – {high})"


def _grades(ctx: Ctx, told: Told, names: tuple[str, str]) -> Component:
    grades = [each[0] for each in told["grades"]]
    drawn = [Series(name, [each[at] for each in told["grades"]]) for at, name in enumerate(names, start=1)]
    rows = [[grade, *(number(each[at]) for at in (1, 2))] for grade, each in zip(grades, told["grades"], strict=True)]
    table = Table([ctx.t("models.side.grade"), *names], rows, (1, 2))
    why = ctx.t("models.side.grades_why", rated=number(told["rated"]), gone=number(told["in_default"]))
    return charts.chart_card(
        ctx.t("models.side.grades"), why, charts.bars(grades, drawn, ctx.theme), table, ctx.language, "models-grades"
    )


def _moves(ctx: Ctx, told: Told, names: tuple[str, str]) -> Component:
    moves = sorted(told["moves"])
    total = sum(count for _, count in moves) or 1
    up, down = (sum(count for notch, count in moves if notch * way > 0) for way in (1, -1))
    places = [number(notch, sign=True) for notch, _ in moves]
    figure = charts.bars(places, [Series(ctx.t("models.side.customers"), [count for _, count in moves])], ctx.theme)
    rows = [[place, number(count), percent(count / total)] for place, (_, count) in zip(places, moves, strict=True)]
    heads = [ctx.t(f"models.side.{name}") for name in ("notches", "customers", "share")]
    why = ctx.t(
        "models.side.moves_why", up=number(up), down=number(down), same=number(total - up - down if moves else 0)
    )
    return charts.chart_card(
        ctx.t("models.side.moves", version=names[1]),
        why,
        figure,
        Table(heads, rows, (1, 2)),
        ctx.language,
        "models-moves",
    )


def _cells(ctx: Ctx, told: Told, names: tuple[str, str]) -> Component:
    """Customers by the grade of either card."""
    counts = {(before, after): count for before, after, count in told["cells"]}
    grades = [each[0] for each in told["grades"] if each[0] != "D"]
    heads = [f"{names[0]} ↓ {names[1]} →", *grades]
    rows = [
        [before, *(number(counts[before, after]) if (before, after) in counts else "·" for after in grades)]
        for before in grades
    ]
    table = charts.table(Table(heads, rows, tuple(range(1, len(heads)))))
    return frame.card(
        ctx.t("models.side.cells"), html.Div(table, className="gx-scroll"), why=ctx.t("models.side.cells_why")
    )
