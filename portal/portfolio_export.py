"""The portfolio page as a file: the table of the view shown, or the customers behind a figure, exact and in scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask

from domain.canonical import FIVE_CLASSES
from domain.credit.portfolio import BUCKETS, curve, seen_for
from domain.masking import mask_phone
from portal.access import Ctx, Refusal
from portal.export_question import exact_query
from portal.layouts.portfolio_concentration import industries_of, industry_words
from portal.layouts.portfolio_grades import by_run
from portal.layouts.portfolio_loss import lines_of
from portal.layouts.portfolio_parts import bucket_words, grade_words, grades_in_order
from portal.layouts.portfolio_people import figure_words, order_of
from portal.portfolio_question import Seen, cells_of, money, opened, question_of, ratio
from portal.table_file import MONEY, MOST_ROWS, SHARE, Cell, Head, TableFile, require_few, require_form, sent
from store.portfolio import contacts

AT_ONCE = 500
Table = tuple[list[str], list[list[Cell]]]
_UNITS = {
    **dict.fromkeys(("outstanding", "ead", "loss", "loss_before", "overdue", "granted", "moved"), MONEY),
    **dict.fromkeys(("share", "loss_rate"), SHARE),
}


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
    with opened(ctx, asked, picture) as seen:
        heads, rows = _TABLES[asked.view](seen)
    ctx.audit(
        "portfolio.export", "branch", asked.branch_id or None, format=kind, question=asked.query(), rows=len(rows)
    )
    month = f"{asked.month:%Y-%m}"
    told = [
        Head(ctx.t("portfolio.head.month")),
        *(Head(ctx.t(f"portfolio.head.{name}"), _UNITS.get(name, "")) for name in heads),
    ]
    sheet = f"{ctx.t('portfolio.title')} {ctx.t(f'portfolio.view.{asked.view}')} {month}"
    exact = ([month, *row] for row in rows)
    return sent(ctx, kind, TableFile(f"portfolio-{asked.view}-{asked.month:%Y%m}", sheet, told, exact))


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
        share = _rounded(ratio(one.outstanding, seen.now.outstanding))
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


def _rounded(share: Any) -> Any:
    return None if share is None else round(share, 6)


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
    rows: list[list[Cell]] = []
    for line in lines_of(seen):
        before = money(line.before) if seen.before else None
        moved = money(line.loss - line.before) if seen.before else None
        rate = _rounded(ratio(line.loss, line.ead))
        rows.append(
            [line.name, line.customers, *map(money, (line.outstanding, line.ead, line.loss)), rate, before, moved]
        )
    return [seen.asked.by, "customers", "outstanding", "ead", "loss", "loss_rate", "loss_before", "moved"], rows


def _concentration(seen: Seen) -> Table:
    rows: list[list[Cell]] = [
        [industry_words(seen.ctx, seen, one.key[0]), one.customers, money(one.outstanding), money(one.loss)]
        for one in industries_of(seen)
    ]
    return ["industry", "customers", "outstanding", "loss"], rows


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
                 figure_words(ctx, seen, figure)]
            )  # fmt: skip
    return [
        "number", "customer", "branch", "manager", "phone", "grade", "accounts", "days", "outstanding", "ead", "loss",
        "overdue", "what",
    ], rows  # fmt: skip


_TABLES: dict[str, Callable[[Seen], Table]] = {
    "quality": _quality, "grades": _grades, "loss": _loss, "concentration": _concentration, "collections": _people,
    "people": _people,
}  # fmt: skip
