"""Who would move between a run and the one on show when it was made: a matrix a column, its cells open their customers.

Who sees customers reads the matrix of their own scope, counted now, so that each cell's list is as long as the cell says; who
sees none reads what the run kept of the whole bank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from domain.phrasing import number, percent, short_money
from portal import run_words
from portal.access import Ctx
from portal.widgets import frame, status
from store.run_moves import ABSENT, Pair, Step, pair, put_back, said, steps
from store.runs import Run
from store.scope import whole_bank
from store.shown import shown_at

DEEPEST = 45  # percent of the accent in the fullest cell: words stay readable on it
Counts = Mapping[tuple[str, str], int]
Address = Callable[[str, str], str | None]


def sees_customers(ctx: Ctx) -> bool:
    """Whether this viewer is given lists of customers at all."""
    return bool(ctx.scope.paths) and ctx.may("customers.search")


def kept(ctx: Ctx, run: Run) -> list[Component]:
    """What the run kept of the whole bank: counts that open nothing; nothing for who gets `mine` instead."""
    if sees_customers(ctx) and pair(ctx.connection, run.run_id) is not None:
        return []
    if not run.migration:
        return [] if put_back(ctx.connection, run.run_id) is not None else [_none(ctx, run)]
    told = []
    for column, moved in run.migration.items():
        counts = {
            (str(cell["before"]), str(cell["after"])): int(cell["customers"]) for cell in moved.get("cells") or ()
        }
        if counts:
            words = _moved_words(ctx, moved.get("moved"), moved.get("stayed"), moved.get("aum_moved"))
            told.append(_matrix(ctx, run, column, counts, words, lambda *_: None))
    return told


def mine(ctx: Ctx, run: Run) -> list[Component]:
    """Counted now within the viewer's scope; each cell opens the customers it counts."""
    of = pair(ctx.connection, run.run_id)
    if of is None:
        return []
    return _counted(ctx, run, of)


def replaced(ctx: Ctx, run: Run) -> list[Component]:
    """Of a run that was put on show again, against the one whose place it took, counted now: within the viewer's scope, or of
    the whole bank and without a customer to open for who sees none.
    """
    of = put_back(ctx.connection, run.run_id)
    return [] if of is None else _counted(ctx, run, of)


def _counted(ctx: Ctx, run: Run, of: Pair) -> list[Component]:
    scope = ctx.scope if sees_customers(ctx) else whole_bank(ctx.connection)
    return [_own(ctx, run, of, column, cells) for column, cells in steps(ctx.connection, scope, of).items() if cells]


def _own(ctx: Ctx, run: Run, of: Pair, column: str, cells: Sequence[Step]) -> Component:
    both = [one for one in cells if ABSENT not in (one.before, one.after)]
    moved = [one for one in both if one.before != one.after]
    people, many = sum(one.customers for one in both), sum(one.customers for one in moved)
    stayed = 1 - many / people if people else None
    aum = sum((one.aum for one in moved if one.aum is not None), Decimal(0))
    sees = sees_customers(ctx)
    key = "run.moved_mine" if not of.again else "run.moved_again" if sees else "run.moved_again_bank"
    words = ctx.t(key, version=of.version_before) + _moved_words(ctx, many, stayed, aum)
    counts = {(one.before, one.after): one.customers for one in cells}

    def address(before: str, after: str) -> str | None:
        return f"/customers?{urlencode({'step': said(of, column, before, after)}, safe=':')}" if sees else None

    return _matrix(ctx, run, column, counts, words, address)


def _none(ctx: Ctx, run: Run) -> Component:
    beside = shown_at(ctx.connection, run.kind, run.finished_at) is not None
    why = ctx.t("run.migration_not_kept" if beside else "run.no_migration_what")
    return frame.card(ctx.t("run.migration"), status.empty(ctx.t("run.no_migration"), why))


def _matrix(ctx: Ctx, run: Run, column: str, counts: Counts, words: str, address: Address) -> Component:
    """Before down, after across; the fuller a cell, the deeper. Customers, not money."""
    before = run_words.class_order(run, column, (old for old, _ in counts))
    after = run_words.class_order(run, column, (new for _, new in counts))
    most = max((count for (old, new), count in counts.items() if old != new), default=0) or 1
    heads = [html.Th(ctx.t("run.before_after"), scope="col")] + [
        html.Th(run_words.class_name(ctx, run, column, code), scope="col", className="n") for code in after
    ]
    lines = [
        html.Tr(
            [
                html.Th(run_words.class_name(ctx, run, column, old, before=True), scope="row"),
                *(_cell(counts.get((old, new), 0), old == new, most, address(old, new)) for new in after),
            ]
        )
        for old in before
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="gx-table gx-heat")
    what = ctx.t("run.migration_of", what=ctx.t(f"runs.column.{column}"))
    return frame.card(what, html.Div(table, className="gx-scroll"), why=words)


def _moved_words(ctx: Ctx, moved: Any, stayed: float | None, aum: Any) -> str:
    share = percent(1 - stayed) if stayed is not None else "—"
    money = short_money(aum, ctx.currency, ctx.language)
    return ctx.t("run.moved", count=number(moved), share=share, money=money)


def _cell(count: int, same: bool, most: int, address: str | None) -> Component:
    if not count:
        return html.Td("·", className="n gx-nothing")
    words: Any = number(count) if address is None else html.A(number(count), href=address)
    if same:
        return html.Td(words, className="n gx-same")
    deep = max(6, round(DEEPEST * count / most))
    return html.Td(words, className="n", style={"--heat": f"{deep}%"})
