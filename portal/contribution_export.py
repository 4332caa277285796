"""The table of contribution as a file: what is shown, to the cent, with its total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask

from domain.contribution.words import COMPONENT_WORDS
from domain.phrasing import choose
from portal.access import Ctx, Refusal
from portal.contribution_people import PeopleQuestion, people_behind, people_question
from portal.contribution_question import Line, question_of, run_on_show, view_of
from portal.customer_words import words_of
from portal.export_question import exact_query, require_facets
from portal.layouts import contribution_customers as people
from portal.layouts.contribution_table import COLUMNS, whole
from portal.table_file import (
    MOST_ROWS,
    SHARE,
    Cell,
    Head,
    TableFile,
    money_heads,
    plain_heads,
    require_few,
    require_form,
    sent,
)
from store.customers import named
from store.facets import NONE
from warehouse.contribution import Behind

AT_ONCE = 500
_EXACT = ("deposit_margin", "loan_margin")  # in place of the margin, which is their sum


def table(ctx: Ctx, kind: str) -> Any:
    """GET /contribution-export/<csv|xlsx>?month=&branch=&by=: exact figures within scope, on the audit trail."""
    require_form(kind)
    run = run_on_show(ctx) if ctx.picture is not None else None
    if run is None:
        raise Refusal("contribution.no_run")
    asked = question_of(ctx, run, flask.request.args)
    exact_query(asked.query())
    view = view_of(ctx, asked)
    month = f"{asked.month:%Y-%m}"
    ctx.audit(
        "contribution.export", "branch", asked.branch_id or None, month=month, by=asked.by, format=kind,
        rows=len(view.lines),
    )  # fmt: skip
    parts = [choose(ctx.language, *COMPONENT_WORDS[name]) for name in (*_EXACT, *(name for name, _ in COLUMNS[1:]))]
    names = ("contribution.name.contribution", "contribution.last_month", "contribution.name.year")
    heads = [
        *plain_heads(map(ctx.t, ("overview.head.month", "overview.head.key", f"contribution.head.{asked.by}"))),
        *money_heads([*parts, *map(ctx.t, names)]),
        Head(ctx.t("contribution.name.raroc"), SHARE), Head(ctx.t("contribution.run_head")),
    ]  # fmt: skip

    def rows() -> Iterator[list[Cell]]:
        for line in (*view.lines, whole(ctx, view)):
            yield [month, line.key, line.name, *_values(line), run.version]

    sheet = f"{ctx.t('contribution.title')} {ctx.t(f'contribution.choose.{asked.by}')} {month}"
    return sent(ctx, kind, TableFile(f"contribution-{asked.by}-{asked.month:%Y%m}", sheet, heads, rows()))


def _values(line: Line) -> list[Cell]:
    """Money to the cent, RAROC a share to six places."""
    now = line.now
    money = [getattr(now, name) for name in (*_EXACT, *(name for name, _ in COLUMNS[1:]))]
    return [
        *money, now.contribution, line.before.contribution if line.before else None,
        line.year.contribution if line.year else None, None if now.raroc is None else round(now.raroc, 6),
    ]  # fmt: skip


def customers(ctx: Ctx, kind: str) -> Any:
    """GET /contribution-customers-export/<csv|xlsx>?<question>: everybody behind a figure, to the cent, on the audit trail."""
    require_form(kind)
    ctx.require("customers.search")
    run = run_on_show(ctx) if ctx.picture is not None and ctx.scope.paths else None
    if run is None:
        raise Refusal("contribution.no_run")
    asked = people_question(ctx, run, flask.request.args)
    exact_query(asked.query())
    require_facets(ctx, {name: [value or NONE] for name, value in asked.cell.items()})
    found = people_behind(ctx, asked, MOST_ROWS + 1, 0)
    require_few(found.customers)
    month = f"{asked.base.month:%Y-%m}"
    ctx.audit(
        "contribution.export_customers", "branch", asked.base.branch_id or None, month=month, format=kind, rows=found.customers
    )  # fmt: skip
    heads = [
        *plain_heads(map(ctx.t, ("overview.head.month", "what_if.number", "contribution.head.customer"))),
        *money_heads(head for _, head in people.columns(ctx, asked)),
    ]
    rows = _customer_rows(ctx, asked, found)
    sheet = f"{ctx.t('contribution_customers.title')} {month}"
    return sent(ctx, kind, TableFile(f"contribution-customers-{asked.base.month:%Y%m}", sheet, heads, rows))


def _customer_rows(ctx: Ctx, asked: PeopleQuestion, found: Behind) -> list[list[Cell]]:
    """All rows at once: the file is sent when the transaction that knows the names is over."""
    rows: list[list[Cell]] = []
    words, months = words_of(ctx), people.months_word(ctx, asked)
    for start in range(0, len(found.rows), AT_ONCE):
        part = found.rows[start : start + AT_ONCE]
        who = named(ctx.connection, ctx.scope, [each.customer_id for each in part])
        for each in part:
            known = who.get(each.customer_id)
            shown: list[Cell] = [None, ctx.t("contribution_customers.elsewhere")]
            if known is not None:
                shown = [each.customer_id, words.name(*known, each.customer_id)]
            rows.append([months, *shown, *people.figures(asked, each.now, each.before)])
    return [*rows, [months, None, ctx.t("overview.total"), *people.figures(asked, found.now, found.before)]]
