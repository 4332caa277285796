"""How late the loans are: by month, from bucket to bucket, by five classes, and by the quarter they were granted in."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.canonical import FIVE_CLASSES
from domain.credit.portfolio import BUCKETS, curve, seen_for
from domain.phrasing import percent, short_month
from portal.access import Ctx
from portal.layouts.portfolio_parts import amount, bucket_words, chart_id, counted, link, share, told, unit
from portal.portfolio_figure import Figure
from portal.portfolio_question import Seen
from portal.widgets import charts, frame, status
from portal.widgets.charts import Series, Table, chart_card, heatmap, lines, stacked
from warehouse.portfolio import ABSENT, Late, Sum

COHORTS = 6  # drawn as lines, the newest; all stand in the table
LATE_BUCKETS = BUCKETS[1:]


def quality_view(ctx: Ctx, seen: Seen) -> list[Component]:
    """Overdue by month, the roll from last month, five classes, vintages."""
    pair = html.Div([_roll(ctx, seen), _classes(ctx, seen)], className="gx-grid-2")
    return [_overdue(ctx, seen), pair, _vintages(ctx, seen)]


def _overdue(ctx: Ctx, seen: Seen) -> Component:
    found = {(one.month, one.bucket): one for one in seen.book.history(seen.months)}
    owed = {month: sum(one.outstanding for (day, _), one in found.items() if day == month) for month in seen.months}
    names = [short_month(month, ctx.language) for month in seen.months]
    drawn, metas = [], []
    for bucket in LATE_BUCKETS:
        cells = [found.get((month, bucket)) for month in seen.months]
        parts = [
            100 * one.outstanding / owed[month] if one and owed[month] else 0.0
            for one, month in zip(cells, seen.months, strict=True)
        ]
        shown = [
            f"{percent(part / 100, 2)} · {amount(ctx, one.outstanding if one else 0)}"
            for part, one in zip(parts, cells, strict=True)
        ]
        drawn.append(Series(bucket_words(ctx, bucket), parts, shown))
        behind = Figure("exposure", {"bucket": bucket})
        metas.append([told(ctx, behind, month=f"{month:%Y-%m}") for month in seen.months])
    figure = stacked(names, drawn, ctx.theme, "%", 260)
    for trace, meta in zip(figure["data"], metas, strict=True):
        trace["meta"] = meta
    npl = [sum(one.npl for (day, _), one in found.items() if day == month) for month in seen.months]
    rows = [_month_row(ctx, seen, month, found, owed[month], bad) for month, bad in zip(seen.months, npl, strict=True)]
    heads = [
        ctx.t("portfolio.head.month"),
        *(bucket_words(ctx, bucket) for bucket in BUCKETS),
        ctx.t("portfolio.head.npl"),
    ]
    table = Table(heads, rows[::-1], tuple(range(1, len(heads))))
    title = ctx.t("portfolio.overdue", share=share(owed[seen.months[-1]] - _of(found, seen.months[-1], "0"), owed[seen.months[-1]], 2),
                  npl=share(npl[-1], owed[seen.months[-1]], 2))  # fmt: skip
    return chart_card(
        title, ctx.t("portfolio.overdue_why", unit=unit(ctx)), figure, table, ctx.language, chart_id("overdue")
    )


def _of(found: dict[tuple[date, str], Late], month: date, bucket: str) -> int:
    one = found.get((month, bucket))
    return one.outstanding if one else 0


def _month_row(
    ctx: Ctx, seen: Seen, month: date, found: dict[tuple[date, str], Late], owed: int, bad: int
) -> list[Any]:
    cells = [
        link(seen, Figure("exposure", {"bucket": bucket}), amount(ctx, _of(found, month, bucket)), month)
        for bucket in BUCKETS
    ]
    npl = link(seen, Figure("exposure", {"npl": "true"}), share(bad, owed, 2), month)
    return [short_month(month, ctx.language), *cells, npl]


def _roll(ctx: Ctx, seen: Seen) -> Component:
    """Where what was owed a month ago stands now."""
    title = ctx.t("portfolio.roll")
    sums = {one.key: one for one in seen.book.sums("roll", ("was", "bucket"))} if seen.before else {}
    if not sums:
        return frame.card(
            title, status.empty(ctx.t("portfolio.no_month_before"), ctx.t("portfolio.no_month_before_what"))
        )
    before = [bucket for bucket in BUCKETS if any(was == bucket for was, _ in sums)]
    after = [*BUCKETS, ABSENT]
    whole = {was: sum(one.outstanding for (row, _), one in sums.items() if row == was) for was in before}
    values = [[_part(sums.get((was, now)), whole[was]) for now in after] for was in before]
    shown = [[percent(part / 100, 1) if part is not None else "" for part in row] for row in values]
    figure = heatmap(
        [bucket_words(ctx, now) for now in after], [bucket_words(ctx, was) for was in before], values, ctx.theme, shown,
        60 + 40 * len(before), written=True,
    )  # fmt: skip
    figure["data"][0]["meta"] = [[told(ctx, _rolled(was, now)) for now in after] for was in before]
    heads = [ctx.t("portfolio.head.was"), *(bucket_words(ctx, now) for now in after), ctx.t("portfolio.head.whole")]
    rows = [
        [bucket_words(ctx, was), *(_roll_cell(ctx, seen, sums.get((was, now)), was, now) for now in after),
         link(seen, Figure("roll", {"was": was}), amount(ctx, whole[was]))]
        for was in before
    ]  # fmt: skip
    table = Table(heads, rows, tuple(range(1, len(heads))))
    return chart_card(title, ctx.t("portfolio.roll_why", unit=unit(ctx)), figure, table, ctx.language, chart_id("roll"))


def _part(one: Sum | None, whole: int) -> float | None:
    return 100 * one.outstanding / whole if one and whole else None


def _rolled(was: str, now: str) -> Figure:
    return Figure("roll", {"was": was, "bucket": now})


def _roll_cell(ctx: Ctx, seen: Seen, one: Sum | None, was: str, now: str) -> Any:
    return "—" if one is None else link(seen, _rolled(was, now), amount(ctx, one.outstanding))


def _classes(ctx: Ctx, seen: Seen) -> Component:
    """The five classes, whose last three are non-performing."""
    sums = {one.key[0]: one for one in seen.book.sums("exposure", ("five_class",)) if one.key[0]}
    rows = []
    for code in FIVE_CLASSES:
        one = sums.get(code)
        if one is None:
            continue
        words = ctx.t(f"portfolio.class.{code}")
        rows.append([link(seen, Figure("exposure", {"five_class": code}), words), *_cells(ctx, seen, one)])
    npl = seen.part(npl="true")
    rows.append(
        [link(seen, Figure("exposure", {"npl": "true"}), ctx.t("portfolio.npl_whole")), *_cells(ctx, seen, npl)]
    )
    heads = [ctx.t(f"portfolio.head.{name}") for name in ("class", "customers", "accounts", "outstanding", "share")]
    shown = charts.table(Table(heads, rows, (1, 2, 3, 4)))
    return frame.card(ctx.t("portfolio.classes"), shown, why=ctx.t("portfolio.classes_why", unit=unit(ctx)))


def _cells(ctx: Ctx, seen: Seen, one: Sum) -> list[str]:
    return [
        counted(one.customers),
        counted(one.n),
        amount(ctx, one.outstanding),
        share(one.outstanding, seen.now.outstanding, 2),
    ]


def known_vintages(seen: Seen) -> dict[str, tuple[int, int, list[int]]]:
    """Quarters that have wholly been seen for at least the month of the grant, as `Book.bad_months` tells them."""
    newest = seen.picture.months[-1]
    return {cohort: one for cohort, one in seen.book.bad_months().items() if seen_for(cohort, newest) >= 0}


def _vintages(ctx: Ctx, seen: Seen) -> Component:
    """Of the loans of a quarter, the share ever 90 days past due by months on book."""
    known, newest = known_vintages(seen), seen.picture.months[-1]
    title = ctx.t("portfolio.vintages")
    if not known:
        return frame.card(title, status.empty(ctx.t("portfolio.no_vintages"), ctx.t("portfolio.no_vintages_what")))
    longest = max(seen_for(cohort, newest) for cohort in known)
    drawn, metas = [], []
    for cohort in sorted(known)[-COHORTS:]:
        points = curve(known[cohort][2], known[cohort][0], seen_for(cohort, newest))
        values = [100 * part for _, _, part in points]
        drawn.append(Series(cohort, values, [f"{percent(value / 100, 1)}" for value in values]))
        metas.append([told(ctx, _vintage(cohort, at)) for at, _, _ in points])
    figure = lines([str(at) for at in range(longest + 1)], drawn, ctx.theme, "%", 300)
    for trace, meta in zip(figure["data"], metas, strict=True):
        trace["meta"] = meta
    figure["layout"]["xaxis"] |= {"title": {"text": ctx.t("portfolio.vintages_across")}}
    first = seen.book.first_seen()
    why = ctx.t("portfolio.vintages_why", day=f"{first:%Y-%m}" if first else "—")
    return chart_card(title, why, figure, _vintage_table(ctx, seen, known, newest), ctx.language, chart_id("vintages"))


def _vintage(cohort: str, months: int) -> Figure:
    return Figure("vintage", {"cohort": cohort, "bad_by": str(months)})


MARKS = (3, 6, 9, 12, 18)  # months on book that stand in the table


def _vintage_table(ctx: Ctx, seen: Seen, known: dict[str, tuple[int, int, list[int]]], newest: date) -> Table:
    granted = {one.key[0]: one for one in seen.book.sums("vintage", ("cohort",))}
    rows = []
    for cohort, (loans, _, bad) in sorted(known.items()):
        months = seen_for(cohort, newest)
        points = curve(bad, loans, months)
        cells: list[Any] = [
            link(seen, _vintage(cohort, at), f"{percent(points[at][2], 1)} ({points[at][1]})") if at <= months else "—"
            for at in MARKS
        ]
        rows.append(
            [link(seen, Figure("vintage", {"cohort": cohort}), cohort), counted(loans), amount(ctx, granted[cohort].outstanding), *cells]
        )  # fmt: skip
    heads = [ctx.t(f"portfolio.head.{name}") for name in ("cohort", "loans", "granted")]
    heads += [ctx.t("portfolio.head.months", months=at) for at in MARKS]
    return Table(heads, rows, tuple(range(1, len(heads))))
