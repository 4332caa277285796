"""What the behaviour page shows as a file: months, the watch list, offers by family, or the customers behind a figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import flask

from domain.behaviour import activity, habits
from domain.marketing.chances import MILLION
from domain.marketing.suitability import reason_words
from domain.outlook import leaving_reasons
from portal.access import Ctx, Refusal
from portal.behaviour_question import Seen, behind, question_of
from portal.callbacks.behaviour import ranked
from portal.export_question import require_exact, require_facets
from portal.layouts import behaviour_people
from portal.layouts.behaviour_offers import families_of
from portal.table_file import (
    MONEY,
    MOST_ROWS,
    SHARE,
    Cell,
    Head,
    TableFile,
    plain_heads,
    require_few,
    require_form,
    sent,
)
from store.behaviour import Person, people
from store.watch_list import watched

Table = tuple[list[Head], list[list[Cell]]]
_WHO = ("customer_id", "name", "kind", "branch", "manager", "tier", "segment", "aum", "last_own_movement_on")
_UNITS = {
    **dict.fromkeys(("active_share", "digital_share", "probability"), SHARE),
    **dict.fromkeys(("inflow", "outflow", "net", "aum", "at_risk"), MONEY),
}
_OF_A_MEASURE = {"money": MONEY, "chance": SHARE}
_AT_ONCE = 500


def table(ctx: Ctx, kind: str) -> Any:
    """GET /behaviour-export/<csv|xlsx>?<question>: the file within scope, on the audit trail with its number of rows."""
    require_form(kind)
    picture = ctx.picture
    if picture is None:
        raise Refusal("common.empty_picture")
    seen = Seen(ctx, question_of(ctx, picture, flask.request.args), picture)
    require_facets(ctx, seen.asked.facets)
    require_exact(seen.asked.told)
    view = seen.asked.view
    heads, rows = {"habits": _months, "attrition": _watched, "offers": _offers, "people": _people}[view](seen)
    ctx.audit("behaviour.export", "customers", None, format=kind, question=seen.asked.query(), rows=len(rows))
    sheet = f"{ctx.t('behaviour.title')} {ctx.t(f'behaviour.view.{view}')}"
    return sent(ctx, kind, TableFile(f"behaviour-{view}-{picture.as_of:%Y%m%d}", sheet, heads, rows))


def _heads(seen: Seen, names: tuple[str, ...]) -> list[Head]:
    return [Head(seen.ctx.t(f"behaviour.head.{name}"), _UNITS.get(name, "")) for name in names]


def _months(seen: Seen) -> Table:
    """Exact figures, shares to six places."""
    rows: list[list[Cell]] = []
    told = activity.months_of(habits.unpacked(seen.habits.columns["flow"], habits.FLOW))
    for at in seen.shown_months:
        one = told[at]
        shares = [None if each is None else round(each, 6) for each in (one.active_share, one.digital_share)]
        rows.append(
            [f"{seen.asked.months[at]:%Y-%m}", one.customers, one.active, shares[0], one.own, one.digital, shares[1], one.inflow,
             one.outflow, one.net]
        )  # fmt: skip
    names = (
        "month",
        "customers",
        "active",
        "active_share",
        "own",
        "digital",
        "digital_share",
        "inflow",
        "outflow",
        "net",
    )
    return _heads(seen, names), rows


def _who(seen: Seen, one: Person) -> list[Cell]:
    words = seen.words
    segment = words.segment(one.segment) if one.segment is not None else None
    name = words.name(one.name, one.kind, one.customer_id)
    return [
        one.customer_id, name, words.kind(one.kind), one.branch_name, one.manager_name, words.tier(one.tier), segment, one.aum,
        one.last_own_movement_on,
    ]  # fmt: skip


def _columns(seen: Seen, *more: str) -> list[Head]:
    """Heads of the table of customers, and of what it says more."""
    return [Head(seen.ctx.t(f"behaviour.column.{name}"), _UNITS.get(name, "")) for name in (*_WHO, *more)]


def _watched(seen: Seen) -> Table:
    ctx, asked, run = seen.ctx, seen.asked, seen.attrition
    found = watched(
        ctx.connection, ctx.scope, asked.facets, asked.bands, run_id=run.run_id if run else None, rows=MOST_ROWS + 1
    )
    require_few(len(found))
    rows: list[list[Cell]] = []
    for one in found:
        why = leaving_reasons(one.probability, one.drivers, run.metrics if run else {}, seen.currency, ctx.language)
        rows.append([*_who(seen, one.person), round(one.probability, 6), one.at_risk, why])
    return _columns(seen, "probability", "at_risk", "drivers"), rows


def _people(seen: Seen) -> Table:
    measure = seen.measure
    found = behind(seen, measure)
    require_few(len(found.ids))
    order = ranked(found, descending=True)
    rows: list[list[Cell]] = []
    for first in range(0, len(order), _AT_ONCE):
        block = order[first : first + _AT_ONCE]
        who = people(seen.ctx.connection, seen.ctx.scope, [str(found.ids[at]) for at in block])
        for at in block:
            value = int(found.values[at])
            exact: Cell = activity.money(value) if measure.unit == "money" else value
            if measure.unit == "chance":
                exact = Decimal(value) / MILLION
            mask = None if found.against is None else int(found.against[at])
            why = (
                [behaviour_people.reasons_words(seen.chances, mask, seen.ctx.language)]
                if measure.unit == "chance"
                else []
            )
            rows.append([*_who(seen, who[found.ids[at]]), exact, *why])
    value_head = Head(seen.ctx.t(f"behaviour.value.{measure.unit}"), _OF_A_MEASURE.get(measure.unit, ""))
    why_not = plain_heads([seen.ctx.t("behaviour.column.reasons")]) if measure.unit == "chance" else []
    return [*_columns(seen), value_head, *why_not], rows


def _offers(seen: Seen) -> Table:
    told = seen.chances
    if told is None:
        raise Refusal("behaviour.old_offers")
    rows: list[list[Cell]] = [
        [seen.words.family(one.code), one.without, *(one.against[code] for code in told.reasons), one.offered, one.first,
         round(one.expected, 2)]
        for one in families_of(told)
    ]  # fmt: skip
    reasons = [reason_words(code, seen.ctx.language) for code in told.reasons]
    return [
        *_heads(seen, ("family", "without")),
        *plain_heads(reasons),
        *_heads(seen, ("offered", "first", "expected")),
    ], rows
