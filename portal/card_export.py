"""The scorecard of a run as a file: JSON and SQL for other systems, a table for people. It holds no customer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import flask

from domain.credit.elsewhere import DIALECTS, as_sql, card_lines
from domain.credit.scorecard import Scorecard, to_dict
from portal.access import Ctx, Refusal
from portal.export_question import require_exact
from portal.layouts import run as page
from portal.layouts.run_card import FORMS, card_of
from portal.table_file import Cell, TableFile, plain_heads, sent


def card(ctx: Ctx, run_id: str, form: str) -> Any:
    """GET /admin/runs/<run_id>/card.<form>: the card in one of FORMS, on the audit trail."""
    run = page.found(ctx, run_id)
    require_exact({})
    try:
        found = card_of(run)
    except ValueError:
        raise Refusal("run.card_changed") from None
    if found is None or form not in FORMS:
        raise Refusal("run.card_form_refused")
    ctx.audit("runs.card", "run", str(run.run_id), version=run.version, format=form)
    stem = f"scorecard-{run.version}"
    if form in DIALECTS:
        return _answer(f"-- {run.version}\n{as_sql(found, form)}", "application/sql", f"{stem}-{form}.sql")
    if form == "json":
        return _answer(json.dumps(to_dict(found), ensure_ascii=False, indent=1), "application/json", f"{stem}.json")
    names = ("characteristic", "band", "rows", "bad", "woe", "points")
    heads = plain_heads(ctx.t(f"run.card_head.{name}") for name in names)
    return sent(ctx, form, TableFile(stem, ctx.t("run.card"), heads, _rows(ctx, found)))


def _rows(ctx: Ctx, found: Scorecard) -> Iterator[list[Cell]]:
    yield [ctx.t("run.card_base"), "", found.rows, found.bad, "", found.base_points]
    for line in card_lines(found):
        title, says = getattr(line.title, ctx.language), getattr(line.says, ctx.language)
        yield [title, says, line.rows, line.bad, round(line.woe, 6), line.points]


def _answer(text: str, kind: str, name: str) -> Any:
    answer = flask.Response(text, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
