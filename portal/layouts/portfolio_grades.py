"""How risky the customers are: grades of the published ratings over time, who changed grade, what each grade owes."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.credit.portfolio import herfindahl
from domain.phrasing import day, number, percent
from portal.access import Ctx
from portal.layouts.portfolio_parts import (
    amount,
    chart_id,
    counted,
    grade_words,
    grades_in_order,
    link,
    share,
    told,
    unit,
)
from portal.portfolio_figure import Figure
from portal.portfolio_question import RUNS_SHOWN, Seen
from portal.widgets import charts, frame, status
from portal.widgets.charts import Series, Table, bars, chart_card, heatmap
from store.runs import Run
from store.runs import run as run_of
from warehouse.portfolio import ABSENT, Sum

FEW = 3  # runs side by side as bars; more are a map


def grades_view(ctx: Ctx, seen: Seen) -> list[Component]:
    """Grades by run, migration, exposure by grade."""
    if not seen.runs:
        return [frame.nothing(ctx, "portfolio.no_rating_yet", jobs=True)]
    return [_over_time(ctx, seen), _migration(ctx, seen), _owed(ctx, seen)]


def by_run(seen: Seen) -> list[tuple[Run, dict[str, Sum]]]:
    """The newest runs that were on show, oldest first, with the customers of each grade in scope."""
    found = []
    for run in seen.runs[-RUNS_SHOWN:]:
        seen.book.ratings("x_rated", seen.file_of(run))
        found.append((run, {one.key[0]: one for one in seen.book.sums("rated", ("grade",))}))
    current, _ = seen.rating_at(seen.asked.month)
    if current is not None:
        seen.book.ratings("x_rated", seen.file_of(current))
    return found


def _rated(run: Run, grade: str) -> Figure:
    return Figure("rated", {"run": str(run.run_id), "grade": grade})


def _over_time(ctx: Ctx, seen: Seen) -> Component:
    found = by_run(seen)
    grades = grades_in_order({grade for _, sums in found for grade in sums})
    whole = {run.run_id: sum(one.customers for one in sums.values()) for run, sums in found}

    def part(run: Run, sums: dict[str, Sum], grade: str) -> float:
        return 100 * sums[grade].customers / whole[run.run_id] if grade in sums else 0.0

    labels = [_label(run, [other for other, _ in found]) for run, _ in found]
    if len(found) <= FEW:
        drawn = []
        for (run, sums), label in zip(found, labels, strict=True):
            shown = [
                f"{percent(part(run, sums, g) / 100)} · {number(sums[g].customers if g in sums else 0)}" for g in grades
            ]
            drawn.append(Series(label, [part(run, sums, grade) for grade in grades], shown))
        figure = bars([grade_words(ctx, grade) for grade in grades], drawn, ctx.theme, "%", 260)
        for trace, (run, _) in zip(figure["data"], found, strict=True):
            trace["meta"] = [told(ctx, _rated(run, grade)) for grade in grades]
    else:
        values = [[part(run, sums, grade) for run, sums in found] for grade in grades]
        words = [[percent(value / 100) for value in row] for row in values]
        figure = heatmap(
            labels, [grade_words(ctx, g) for g in grades], values, ctx.theme, words, 60 + 28 * len(grades), True
        )
        figure["data"][0]["meta"] = [[told(ctx, _rated(run, grade)) for run, _ in found] for grade in grades]
    rows = [_grade_row(ctx, seen, grade, found) for grade in grades]
    rows.append([ctx.t("overview.total"), *(counted(whole[run.run_id]) for run, _ in found)])
    table = Table([ctx.t("portfolio.head.grade"), *labels], rows, tuple(range(1, 1 + len(found))))
    title = ctx.t("portfolio.grades", count=len(found))
    return chart_card(title, ctx.t("portfolio.grades_why"), figure, table, ctx.language, chart_id("grades"))


def _label(run: Run, runs: list[Run]) -> str:
    """The run's day; the version of each where two were made of the same day."""
    return day(run.as_of) if len({one.as_of for one in runs}) == len(runs) else run.version


def _grade_row(ctx: Ctx, seen: Seen, grade: str, found: list[tuple[Run, dict[str, Sum]]]) -> list[Any]:
    cells: list[Any] = [
        link(seen, _rated(run, grade), counted(sums[grade].customers)) if grade in sums else "0" for run, sums in found
    ]
    return [grade_words(ctx, grade), *cells]


def _migration(ctx: Ctx, seen: Seen) -> Component:
    """From the run before to the one on show: customers in the cells, what they owe in the table."""
    title, before = ctx.t("portfolio.migration"), seen.rated_before
    now, _ = seen.rating_at(seen.asked.month)
    if before is None or now is None:
        return frame.card(title, status.empty(ctx.t("portfolio.no_run_before"), ctx.t("portfolio.no_run_before_what")))
    sums = {one.key: one for one in seen.book.sums("migration", ("was", "grade"))}
    rows = _ends(grades_in_order({was for was, _ in sums}))
    columns = _ends(grades_in_order({grade for _, grade in sums}))
    values = [[sums[was, grade].customers if (was, grade) in sums else None for grade in columns] for was in rows]
    shown = [[number(value) if value is not None else "" for value in row] for row in values]
    names = [grade_words(ctx, grade) for grade in columns]
    figure = heatmap(
        names, [grade_words(ctx, was) for was in rows], values, ctx.theme, shown, 70 + 28 * len(rows), True
    )
    figure["data"][0]["meta"] = [[told(ctx, _moved(was, grade)) for grade in columns] for was in rows]
    heads = [ctx.t("portfolio.head.was"), *names, ctx.t("overview.total")]
    cells = [
        [
            grade_words(ctx, was),
            *(_cell(ctx, seen, sums, was, grade) for grade in columns),
            link(seen, Figure("migration", {"was": was}), _total(ctx, sums, was)),
        ]
        for was in rows
    ]
    up, down = steps_of(sums)
    why = ctx.t(
        "portfolio.migration_why",
        before=before.version,
        now=now.version,
        up=number(up),
        down=number(down),
        unit=unit(ctx),
    )
    why += _as_computed(ctx, seen, now)
    table = Table(heads, cells, tuple(range(1, len(heads))))
    return chart_card(title, why, figure, table, ctx.language, chart_id("migration"))


def _as_computed(ctx: Ctx, seen: Seen, now: Run) -> str:
    """What the run itself found against the rating that was on show when it was worked out: of the whole bank only."""
    whole = seen.asked.branch is not None and seen.asked.branch.parent_id is None
    found = run_of(ctx.connection, now.run_id) if whole else None
    told_ = ((found.migration if found else None) or {}).get("grade")
    if not told_:
        return ""
    return ctx.t("portfolio.as_computed", moved=number(told_["moved"]), customers=number(told_["customers"]))


def _ends(grades: list[str]) -> list[str]:
    return [grade for grade in grades if grade != ABSENT] + ([ABSENT] if ABSENT in grades else [])


def _moved(was: str, grade: str) -> Figure:
    return Figure("migration", {"was": was, "grade": grade})


def _cell(ctx: Ctx, seen: Seen, sums: dict[tuple[str, ...], Sum], was: str, grade: str) -> Any:
    one = sums.get((was, grade))
    if one is None:
        return "—"
    words = [counted(one.customers), html.Small(f" {amount(ctx, one.outstanding)}", className="gx-sub")]
    return link(seen, _moved(was, grade), words)


def _total(ctx: Ctx, sums: dict[tuple[str, ...], Sum], was: str) -> str:
    own = [one for (row, _), one in sums.items() if row == was]
    return f"{counted(sum(one.customers for one in own))} · {amount(ctx, sum(one.outstanding for one in own))}"


def steps_of(sums: dict[tuple[str, ...], Sum]) -> tuple[int, int]:
    """Customers with a better and with a worse grade."""
    order = grades_in_order({grade for key in sums for grade in key if grade not in ("", ABSENT)})
    moves = [(order.index(now) - order.index(was), one.customers) for (was, now), one in sums.items()
             if was in order and now in order]  # fmt: skip
    return sum(count for step, count in moves if step < 0), sum(count for step, count in moves if step > 0)


def _owed(ctx: Ctx, seen: Seen) -> Component:
    """What each grade owes and is expected to lose, at the month-end."""
    sums = {one.key[0]: one for one in seen.book.sums("exposure", ("grade",))}
    rows = []
    for grade in grades_in_order(set(sums)):
        one = sums[grade]
        rows.append(
            [link(seen, Figure("exposure", {"grade": grade}), grade_words(ctx, grade)), counted(one.customers),
             amount(ctx, one.outstanding), share(one.outstanding, seen.now.outstanding), amount(ctx, one.ead),
             amount(ctx, one.loss), share(one.loss, one.ead, 2)]
        )  # fmt: skip
    names = ("grade", "customers", "outstanding", "share", "ead", "loss", "loss_rate")
    heads = [ctx.t(f"portfolio.head.{name}") for name in names]
    shown = charts.table(Table(heads, rows, tuple(range(1, len(heads)))))
    index = herfindahl([one.outstanding for one in sums.values()])
    why = ctx.t("portfolio.by_grade_why", unit=unit(ctx), index=number(index, 2) if index is not None else "—")
    return frame.card(ctx.t("portfolio.by_grade"), shown, why=why)
