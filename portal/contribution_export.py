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
from portal.exports import MOST_ROWS, Cell, sent
from portal.layouts import contribution_customers as people
from portal.layouts.contribution_table import COLUMNS, whole
from store.customers import named
from warehouse.contribution import Behind

AT_ONCE = 500
_EXACT = ("deposit_margin", "loan_margin")  # in place of the margin, which is their sum


def table(ctx: Ctx, kind: str) -> Any:
    """GET /contribution-export/<csv|xlsx>?month=&branch=&by=: exact figures within scope, on the audit trail."""
    if kind not in ("csv", "xlsx"):
        raise Refusal("overview.export_kind")
    run = run_on_show(ctx) if ctx.picture is not None else None
    if run is None:
        raise Refusal("contribution.no_run")
    view = view_of(ctx, question_of(ctx, run, flask.request.args))
    asked = view.asked
    month = f"{asked.month:%Y-%m}"
    ctx.audit(
        "contribution.export", "branch", asked.branch_id or None, month=month, by=asked.by, format=kind,
        rows=len(view.lines),
    )  # fmt: skip
    parts = [choose(ctx.language, *COMPONENT_WORDS[name]) for name in (*_EXACT, *(name for name, _ in COLUMNS[1:]))]
    heads = [
        ctx.t("overview.head.month"), ctx.t("overview.head.key"), ctx.t(f"contribution.head.{asked.by}"), *parts,
        ctx.t("contribution.name.contribution"), ctx.t("contribution.last_month"), ctx.t("contribution.name.year"),
        ctx.t("contribution.name.raroc"), ctx.t("contribution.run_head"),
    ]  # fmt: skip

    def rows() -> Iterator[list[Cell]]:
        for line in (*view.lines, whole(ctx, view)):
            yield [month, line.key, line.name, *_values(line), run.version]

    return sent(kind, f"contribution-{asked.by}-{asked.month:%Y%m}", heads, rows())


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
    if kind not in ("csv", "xlsx"):
        raise Refusal("overview.export_kind")
    ctx.require("customers.search")
    run = run_on_show(ctx) if ctx.picture is not None and ctx.scope.paths else None
    if run is None:
        raise Refusal("contribution.no_run")
    asked = people_question(ctx, run, flask.request.args)
    found = people_behind(ctx, asked, MOST_ROWS + 1, 0)
    if found.customers > MOST_ROWS:
        raise Refusal("customers.export_too_many", most=f"{MOST_ROWS:,}")
    month = f"{asked.base.month:%Y-%m}"
    ctx.audit(
        "contribution.export_customers", "branch", asked.base.branch_id or None, month=month, format=kind, rows=found.customers
    )  # fmt: skip
    heads = [ctx.t("overview.head.month"), ctx.t("what_if.number"), ctx.t("contribution.head.customer")]
    heads += [head for _, head in people.columns(ctx, asked)]
    return sent(kind, f"contribution-customers-{asked.base.month:%Y%m}", heads, iter(_customer_rows(ctx, asked, found)))


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
