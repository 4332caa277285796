"""The portfolio page as a file, exact and in scope: a workbook of everything the view shows, or one table as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask

from domain.canonical import FIVE_CLASSES
from domain.credit.portfolio import BUCKETS, curve, seen_for
from domain.masking import mask_phone
from portal.access import Ctx, Refusal
from portal.export_question import exact_query
from portal.layouts.portfolio_grades import by_run
from portal.layouts.portfolio_parts import bucket_words, grade_words, grades_in_order
from portal.layouts.portfolio_people import figure_words, order_of, products_words
from portal.portfolio_question import Seen, cells_of, money, opened, question_of
from portal.portfolio_workbook import heads, industry_rows, losses, share_of, sheets
from portal.table_file import MOST_ROWS, Cell, Sheet, TableFile, require_few, require_form, sent, sent_workbook
from store.portfolio import contacts

AT_ONCE = 500
Table = tuple[list[str], list[list[Cell]]]


def table(ctx: Ctx, kind: str) -> Any:
    """GET /portfolio-export/<csv|xlsx>?<question>: on the audit trail with its number of rows."""
    require_form(kind)
    picture = ctx.picture
    if picture is None or not ctx.scope.paths:
        raise Refusal("common.empty_picture")
    asked = question_of(ctx, picture, flask.request.args)
    exact_query(asked.query())
    if asked.figure is not None:
        ctx.require("customers.search")
    stem = f"portfolio-{asked.view}-{asked.month:%Y%m}"
    with opened(ctx, asked, picture) as seen:
        whole = kind == "csv" or asked.view in ("people", "collections")
        main = _main(seen) if whole else None
        told = [] if kind == "csv" else [_kept(sheet) for sheet in sheets(seen, main)]
    rows = sum(len(list(sheet.rows)) for sheet in ([main] if main is not None and kind == "csv" else told))
    ctx.audit("portfolio.export", "branch", asked.branch_id or None, format=kind, question=asked.query(), rows=rows)
    if main is not None and kind == "csv":
        return sent(ctx, kind, TableFile(stem, main.name, main.heads, main.rows))
    return sent_workbook(ctx, stem, told)


def _kept(sheet: Sheet) -> Sheet:
    """With its rows in hand: the book they are read from closes before the file is written."""
    return Sheet(sheet.name, sheet.heads, list(sheet.rows))


def _main(seen: Seen) -> Sheet:
    """The one table of a CSV: of the view, or its customers."""
    asked, ctx, month = seen.asked, seen.ctx, f"{seen.asked.month:%Y-%m}"
    names, rows = _TABLES[asked.view](seen)
    name = f"{ctx.t('portfolio.title')} {ctx.t(f'portfolio.view.{asked.view}')} {month}"
    return Sheet(name, heads(seen, names), [[month, *row] for row in rows])


def _quality(seen: Seen) -> Table:
    """The roll, five classes and vintages, one under the other; what each row is of says its first column."""
    ctx = seen.ctx
    rows: list[list[Cell]] = []
    for one in seen.book.sums("roll", ("was", "bucket")) if seen.before else []:
        was, now = (bucket_words(ctx, bucket) for bucket in one.key)
        rows.append([ctx.t("portfolio.roll"), f"{was} → {now}", one.customers, one.n, money(one.outstanding), None])
    by_class = {one.key[0]: one for one in seen.book.sums("exposure", ("five_class",))}
    for code in (code for code in FIVE_CLASSES if code in by_class):
        one = by_class[code]
        share = share_of(one.outstanding, seen.now.outstanding)
        rows.append(
            [
                ctx.t("portfolio.classes"),
                ctx.t(f"portfolio.class.{code}"),
                one.customers,
                one.n,
                money(one.outstanding),
                share,
            ]
        )
    newest = seen.picture.months[-1]
    for cohort, (loans, _people, bad) in seen.book.bad_months().items():
        for months, count, share_ in curve(bad, loans, seen_for(cohort, newest)):
            words = f"{cohort} · {ctx.t('portfolio.head.months', months=months)}"
            rows.append([ctx.t("portfolio.vintages"), words, None, count, None, round(share_, 6)])
    late = [one for one in seen.book.history(seen.months) if one.bucket != BUCKETS[0]]
    for each in late:
        words = f"{each.month:%Y-%m} · {bucket_words(ctx, each.bucket)}"
        rows.append([ctx.t("portfolio.name.late"), words, each.customers, None, money(each.outstanding), None])
    return ["what", "part", "customers", "accounts", "outstanding", "share"], rows


def _grades(seen: Seen) -> Table:
    ctx = seen.ctx
    rows: list[list[Cell]] = []
    for run, sums in by_run(seen):
        for grade in grades_in_order(set(sums)):
            one = sums[grade]
            rows.append([run.version, "", grade_words(ctx, grade), one.customers, money(one.outstanding)])
    if seen.rated_before is not None:
        for one in seen.book.sums("migration", ("was", "grade")):
            was, now = (grade_words(ctx, grade) for grade in one.key)
            rows.append([ctx.t("portfolio.migration"), was, now, one.customers, money(one.outstanding)])
    return ["run", "was", "grade", "customers", "outstanding"], rows


def _loss(seen: Seen) -> Table:
    return [seen.asked.by, "customers", "outstanding", "ead", "loss", "loss_rate", "loss_before", "moved"], losses(seen)


def _concentration(seen: Seen) -> Table:
    return ["industry", "customers", "outstanding", "share", "loss", "loss_rate"], industry_rows(seen)


def _people(seen: Seen) -> Table:
    figure, ctx = seen.asked.figure, seen.ctx
    if figure is None:
        raise Refusal("portfolio.no_figure")
    found = seen.book.people(figure.source, cells_of(seen, figure), order_of(seen), True, MOST_ROWS + 1, 0)
    require_few(found.whole.customers)
    rows: list[list[Cell]] = []
    for first in range(0, len(found.rows), AT_ONCE):
        block = found.rows[first : first + AT_ONCE]
        who = contacts(ctx.connection, ctx.scope, [one.customer_id for one in block])
        for one in block:
            known = who.get(one.customer_id)
            named: list[Cell] = [None, ctx.t("portfolio.elsewhere"), None, None, None]
            if known is not None:
                name = seen.words.name(known.name, known.kind, one.customer_id)
                named = [one.customer_id, name, known.branch_name, known.manager_name, mask_phone(known.phone)]
            rows.append(
                [*named, one.grade or None, one.n, one.days, *map(money, (one.outstanding, one.ead, one.loss, one.overdue)),
                 products_words(seen, one), figure_words(ctx, seen, figure)]
            )  # fmt: skip
    return [
        "number", "customer", "branch", "manager", "phone", "grade", "accounts", "days", "outstanding", "ead", "loss",
        "overdue", "products", "what",
    ], rows  # fmt: skip


_TABLES: dict[str, Callable[[Seen], Table]] = {
    "quality": _quality, "grades": _grades, "loss": _loss, "concentration": _concentration, "collections": _people,
    "people": _people,
}  # fmt: skip
