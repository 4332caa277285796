"""The scorecard of a run as a file: JSON and SQL for other systems, a table for people. It holds no customer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import flask

from domain.credit.elsewhere import DIALECTS, as_sql, card_lines, grade_floors
from domain.credit.grades import DEFAULTED
from domain.credit.run import DEFAULT_DAYS
from domain.credit.scorecard import Scorecard, to_dict
from domain.phrasing import number, percent
from portal.access import Ctx, Refusal
from portal.export_question import require_exact
from portal.layouts import run as page
from portal.layouts.run_card import FORMS, card_of
from portal.table_file import Cell, TableFile, plain_heads, sent
from store.runs import Run


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
        told = {"about": _about(run, found), **to_dict(found)}
        return _answer(json.dumps(told, ensure_ascii=False, indent=1), "application/json", f"{stem}.json")
    names = ("characteristic", "band", "rows", "bad", "woe", "points")
    heads = plain_heads(ctx.t(f"run.card_head.{name}") for name in names)
    return sent(ctx, form, TableFile(stem, ctx.t("run.card"), heads, _rows(ctx, found)))


def _rows(ctx: Ctx, found: Scorecard) -> Iterator[list[Cell]]:
    yield [ctx.t("run.card_base"), "", found.rows, found.bad, "", found.base_points]
    for line in card_lines(found):
        title, says = getattr(line.title, ctx.language), getattr(line.says, ctx.language)
        yield [title, says, line.rows, line.bad, round(line.woe, 6), line.points]
    yield [ctx.t("run.card_chance"), _chance(found), "", "", "", ""]
    bounds: tuple[float | None, ...] = (*found.masterscale.bounds, None)
    for (grade, floor), bound in zip(grade_floors(found), bounds, strict=True):
        says = ctx.t("run.card_rest") if floor is None else ctx.t(
            "run.card_floor", score=number(floor), chance=percent(bound, 2)
        )  # fmt: skip
        yield [ctx.t("run.card_grade", grade=grade), says, "", "", "", ""]
    yield [ctx.t("run.card_grade", grade=DEFAULTED), ctx.t("run.card_default", days=DEFAULT_DAYS), "", "", "", ""]


def _chance(card: Scorecard) -> str:
    """How a score becomes a probability, to be worked out by hand."""
    scaling, more = card.scaling, ""
    if scaling.knee is not None:
        more = f" + {scaling.steeper - 1:.6g} × max(score − {scaling.knee}, 0)"
    return f"1 / (1 + e^((score{more} − {scaling.offset:.6f}) / {scaling.factor:.6f}))"


def _about(run: Run, card: Scorecard) -> dict[str, Any]:
    """What another system must know beside the card, which its hash covers alone."""
    return {
        "version": run.version, "as_of": run.as_of.isoformat(), "score": "base_points + points of each characteristic's bin",
        "pd": _chance(card),
        "default": {"characteristic": "days_past_due", "from": DEFAULT_DAYS, "grade": DEFAULTED, "pd": 1},
        "lowest_score": dict(grade_floors(card)),
    }  # fmt: skip


def _answer(text: str, kind: str, name: str) -> Any:
    answer = flask.Response(text, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
