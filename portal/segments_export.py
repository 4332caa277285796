"""The segments page as a file: the tables of the view shown, exact, in scope."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import flask

from domain.catalogue import BY_NAME
from domain.phrasing import choose
from portal.access import Ctx, Refusal
from portal.export_question import exact_query
from portal.layouts.segments_moves import move_words, ranked
from portal.layouts.segments_quality import feature_drift, stability_index
from portal.layouts.segments_rfm import score_words
from portal.segments_question import BY, View, question_of, run_on_show, view_of
from portal.table_file import MONEY, SHARE, Cell, Head, TableFile, require_form, sent

_HEADS = {
    "profile": ("grouping", "group", "kind", "customers", "share", "aum", "loans", "contribution"),
    "rfm": ("combination", "customers", "share", "aum", "contribution"),
    "moves": ("customer_id", "customer", "before", "after", "customers", "aum", "contribution", "moved"),
    "quality": ("what", "whose", "psi"),
}
_UNITS = {"share": SHARE, "aum": MONEY, "loans": MONEY, "contribution": MONEY}


def table(ctx: Ctx, kind: str) -> Any:
    """GET /segments-export/<csv|xlsx>?branch=&view=&by=: money to the cent, shares as numbers, on the audit trail."""
    require_form(kind)
    run = run_on_show(ctx) if ctx.picture is not None and ctx.scope.paths else None
    if run is None:
        raise Refusal("segments.no_run")
    view = view_of(ctx, question_of(ctx, run, flask.request.args))
    exact_query(view.asked.query())
    name = view.asked.view
    rows = list(_ROWS[name](view))
    ctx.audit(
        "segments.export",
        "branch",
        view.asked.branch_id or None,
        view=name,
        by=view.asked.by,
        format=kind,
        rows=len(rows),
    )
    heads = [Head(ctx.t(f"segments.head.{head}"), _UNITS.get(head, "")) for head in (*_HEADS[name], "run")]
    sheet = f"{ctx.t('segments.title')} {ctx.t(f'segments.view.{name}')}"
    told = ([*row, run.version] for row in rows)
    return sent(ctx, kind, TableFile(f"segments-{name}-{run.as_of:%Y%m%d}", sheet, heads, told))


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part) / whole, 6) if whole else None


def _profile(view: View) -> Iterator[list[Cell]]:
    for column in BY:
        for code in view.ordered(column, {one.code for one in view.groups[column]}):
            for one in sorted(
                (one for one in view.groups[column] if one.code == code), key=lambda one: one.kind, reverse=True
            ):
                yield [
                    view.ctx.t(f"segments.by.{column}"), view.name(column, code), view.words.kind(one.kind), one.customers,
                    _share(one.customers, view.customers), one.aum, one.loans, one.contribution,
                ]  # fmt: skip


def _rfm(view: View) -> Iterator[list[Cell]]:
    for one in view.scores:
        yield [
            score_words(view.ctx, one.rfm),
            one.customers,
            _share(one.customers, view.customers),
            one.aum,
            one.contribution,
        ]


def _moves(view: View) -> Iterator[list[Cell]]:
    """Where customers came from and went, then the movers, one a row."""
    by, ctx = view.asked.by, view.ctx
    for flow in ranked(view):
        places = view.name(by, flow.before, before=True), view.name(by, flow.after)
        yield [None, ctx.t("segments.together"), *places, flow.customers, flow.aum, flow.contribution, None]
    for one in view.movers:
        why = choose(ctx.language, "；", "; ").join(move_words(ctx, entry) for entry in one.moved)
        yield [
            one.customer_id, view.words.name(one.name, one.kind, one.customer_id), view.name(by, one.before, before=True),
            view.name(by, one.after), 1, one.aum, one.contribution, why or None,
        ]  # fmt: skip


def _quality(view: View) -> Iterator[list[Cell]]:
    for column in BY:
        value = stability_index(view, column)
        yield [view.ctx.t(f"segments.by.{column}"), None, None if value is None else round(Decimal(repr(value)), 6)]
    for kind, name, found in feature_drift(view):
        words = choose(view.ctx.language, BY_NAME[name].zh, BY_NAME[name].en)
        yield [words, view.words.kind(kind), round(Decimal(repr(found)), 6)]


_ROWS = {"profile": _profile, "rfm": _rfm, "moves": _moves, "quality": _quality}
