"""The league of the overview as a file: every KPI of the month by branch or manager, and the total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask

from domain.kpis import KPIS, Sums
from domain.phrasing import month as month_words
from portal.access import Ctx, Refusal
from portal.export_question import require_exact
from portal.overview_question import question_of, sums_of
from portal.table_file import LOOKS, Cell, Head, TableFile, plain_heads, require_form, sent


def league(ctx: Ctx, kind: str) -> Any:
    """GET /overview-export/<csv|xlsx>?month=&branch=: exact figures within scope, on the audit trail."""
    require_form(kind)
    picture = ctx.picture
    if picture is None:
        raise Refusal("overview.no_months")
    asked = question_of(ctx, picture, flask.request.args)
    require_exact(asked.told)
    sums = sums_of(ctx, asked)
    place = asked.branch.branch_id if asked.branch else None
    ctx.audit("overview.export", "branch", place, month=f"{asked.month:%Y-%m}", format=kind, rows=len(sums.league))
    first = ctx.t("overview.head.manager" if asked.leaf else "overview.head.branch")
    heads = plain_heads([ctx.t("overview.head.month"), ctx.t("overview.head.key"), first])
    heads += [Head(kpi.title(ctx.language), kpi.unit if kpi.unit in LOOKS else "") for kpi in KPIS]
    month = f"{asked.month:%Y-%m}"

    def rows() -> Iterator[list[Cell]]:
        for line in sums.league:
            yield [month, line.key, line.name or line.key or ctx.t("overview.nobody"), *_values(line.now)]
        yield [month, "", ctx.t("overview.total"), *_values(sums.of(asked.month))]

    sheet = f"{ctx.t('overview.title')} {month_words(asked.month, ctx.language)}"
    return sent(ctx, kind, TableFile(f"overview-{asked.month:%Y%m}", sheet, heads, rows()))


def _values(sums: Sums) -> list[Cell]:
    """Money to the cent, whole counts, shares 0 to 1 to six places."""
    return [
        None if value is None else int(value) if kpi.unit == "count" else round(value, 2 if kpi.unit == "money" else 6)
        for kpi in KPIS
        for value in [kpi.of(sums)]
    ]
