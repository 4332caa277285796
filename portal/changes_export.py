"""Rating changes, or the customers a rule of early warning flags, as a file within scope."""

from __future__ import annotations

from typing import Any

import flask

from domain.catalogue import BY_NAME
from domain.credit.change_words import why
from domain.credit.early_warning import BY_CODE
from domain.phrasing import choose
from portal.access import Ctx, Refusal
from portal.callbacks.changes import has_list, narrowed, rows_of
from portal.changes_question import Seen, question_of
from portal.export_question import require_exact
from portal.table_file import (
    MONEY,
    MOST_ROWS,
    SHARE,
    Cell,
    Head,
    TableFile,
    require_few,
    require_form,
    sent,
)  # fmt: skip
from store.early_warning import Flag
from store.rating_changes import Changed

_WHO = ("customer_id", "customer", "branch", "manager", "aum")
_CHANGE = (
    "grade_before",
    "grade_after",
    "notches",
    "own_notches",
    "card_notches",
    "score_before",
    "score_after",
    "difference",
    "reasons",
)
_UNITS = {"aum": MONEY}


def table(ctx: Ctx, kind: str) -> Any:
    """GET /changes-export/<csv|xlsx>?<question>: the list within scope, on the audit trail with its number of rows."""
    require_form(kind)
    if ctx.picture is None:
        raise Refusal("common.empty_picture")
    seen = Seen(ctx, question_of(ctx, flask.request.args))
    require_exact(seen.asked.told)
    if not has_list(seen):
        raise Refusal("changes.no_list")
    require_few(seen.found)
    found = rows_of(seen, 0, MOST_ROWS)
    asked = seen.asked
    heads = [Head(ctx.t(f"changes.column.{name}"), _UNITS.get(name, "")) for name in _WHO]
    heads += _flag_heads(ctx, asked.rule) if asked.view == "warning" else [
        Head(ctx.t(f"changes.column.{name}")) for name in _CHANGE
    ]  # fmt: skip
    rows = [[*_who(seen, one), *(_flag(one) if isinstance(one, Flag) else _change(seen, one))] for one in found]
    ctx.audit("ratings.export", "customers", None, format=kind, **narrowed(seen), rows=len(rows))
    sheet = f"{ctx.t('changes.title')} {ctx.t(f'changes.view.{asked.view}')}"
    return sent(ctx, kind, TableFile(f"rating-{asked.view}-{ctx.picture.as_of:%Y%m%d}", sheet, heads, rows))


def _who(seen: Seen, one: Changed | Flag) -> list[Cell]:
    who = one.person
    name = seen.words.name(who.name, who.kind, who.customer_id)
    return [who.customer_id, name, who.branch_name, who.manager_name, who.aum]


def _change(seen: Seen, one: Changed) -> list[Cell]:
    language = seen.ctx.language
    both = one.score_before is not None and one.score_after is not None
    difference = (one.score_after or 0) - (one.score_before or 0) if both else None
    told = why(one.grade_before, one.grade_after, one.parts, seen.currency, language)
    return [
        one.grade_before, one.grade_after, one.notches, one.own_notches, one.by_card, one.score_before, one.score_after, difference,
        choose(language, "；", "; ").join(told),
    ]  # fmt: skip


def _flag_heads(ctx: Ctx, rule: str) -> list[Head]:
    feature = BY_NAME[BY_CODE[rule].shown]
    unit = {"money": MONEY, "share": SHARE}.get(feature.unit, "")
    name = choose(ctx.language, feature.zh, feature.en).capitalize()
    figures = [Head(f"{name} {ctx.t(f'changes.column.{when}')}", unit) for when in ("value", "was")]
    return [Head(ctx.t("changes.column.since")), *figures]


def _flag(one: Flag) -> list[Cell]:
    return [one.since, *(None if each is None else round(each, 6) for each in (one.value, one.before))]
