"""What is watched of the scorecard on show as a file: a row a month and figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.access import Ctx, Refusal
from portal.export_question import require_exact
from portal.layouts.monitoring import View, name_of, view_of
from portal.table_file import Cell, TableFile, plain_heads, require_form, sent

_HEADS = ("month", "status", "measure", "name", "of", "value", "chance", "level", "since", "alert")


def table(ctx: Ctx, kind: str) -> Any:
    """GET /monitoring-export/<csv|xlsx>: on the audit trail."""
    require_form(kind)
    require_exact({})
    view = view_of(ctx)
    if view is None:
        raise Refusal("monitoring.nothing")
    rows = list(_rows(ctx, view))
    ctx.audit("monitoring.export", "run", str(view.run_id), version=view.version, format=kind, rows=len(rows))
    heads = plain_heads(ctx.t(f"monitoring.head.{head}") for head in _HEADS)
    return sent(ctx, kind, TableFile(f"monitoring-{view.version}", ctx.t("monitoring.title"), heads, rows))


def _rows(ctx: Ctx, view: View) -> Iterator[list[Cell]]:
    for one in view.watched:
        for j in one.judgements:
            yield [
                one.month, ctx.t(f"monitoring.level.{one.verdict.level}"), ctx.t(f"monitoring.measure.{j.measure}"),
                name_of(ctx, j.name) if j.name else "", j.of, round(j.value, 6), None if j.p is None else round(j.p, 6),
                ctx.t(f"monitoring.level.{j.level}"), j.since, ctx.t("monitoring.yes") if j.alert else "",
            ]  # fmt: skip
