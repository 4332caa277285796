"""The table of contribution as a file: what is shown, to the cent, with its total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask

from domain.contribution.words import COMPONENT_WORDS
from domain.phrasing import choose
from portal.access import Ctx, Refusal
from portal.contribution_question import Line, question_of, run_on_show, view_of
from portal.exports import Cell, sent
from portal.layouts.contribution_table import COLUMNS, whole

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
