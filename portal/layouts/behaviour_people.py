"""The customers behind a figure: each with their part of it, which add up to it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.behaviour import habits
from domain.behaviour.activity import money
from domain.behaviour.measures import Measure
from domain.marketing.chances import MILLION
from domain.marketing.suitability import reason_words
from domain.phrasing import number, percent, short
from portal.access import Ctx
from portal.behaviour_question import Behind, Chances, Seen, behind
from portal.layouts.behaviour import Ids
from portal.layouts.behaviour_habits import band_words, channel_words
from portal.layouts.behaviour_offers import Family, families_of
from portal.layouts.customer_overview import WEEKDAYS
from portal.widgets import frame, grids
from store.behaviour import Person

OFFERS = ("offer", "first", "against")


def body(ctx: Ctx, seen: Seen) -> list[Component]:
    """What the figure is, the number of customers and their sum, and the list."""
    measure = seen.measure
    found = behind(seen, measure)
    back_to = "offers" if measure.kind in OFFERS else "habits"
    words = ctx.t(f"behaviour.view.{back_to}")
    back = dcc.Link(f"← {words}", href=seen.asked.address(view=back_to, of=""), className="gx-btn small")
    parts: list[Any] = [*_why_not(ctx, seen, measure), _grid(ctx, seen, measure)]
    return [frame.card(title(ctx, seen, measure), parts, why=total(ctx, seen, measure, found), actions=[back])]


def title(ctx: Ctx, seen: Seen, measure: Measure) -> str:
    """What the figure is, in words: 手机银行的主动交易, 2026年10月资金流入."""
    language, words = ctx.language, seen.words
    kind, part = measure.kind, measure.part
    if measure.source == "flow" and kind != "freq":
        month = next(day for day in seen.asked.months if f"{day:%Y-%m}" == part)
        return ctx.t(f"behaviour.of.{kind}", month=phrasing.month(month, language))
    if kind == "freq":
        newest = phrasing.month(seen.asked.months[-1], language)
        return ctx.t("behaviour.of.freq", month=newest, band=band_words(ctx, part))
    if kind == "slot":
        place, _, hour = part.partition("-")
        weekday = ctx.t("customer.weekday", day=WEEKDAYS["zh" if language == "zh" else "en"][int(place)])
        return ctx.t("behaviour.of.slot", day=weekday, hour=hour, end=(int(hour) + 1) % habits.HOURS)
    code, _, reason = part.partition("-")
    if kind == "channel":
        return ctx.t("behaviour.of.channel", what=channel_words(ctx, words, code))
    said = {"category": words.category, "spent": words.category}.get(kind, words.family)(code)
    return ctx.t(f"behaviour.of.{kind}", what=said, reason=reason_words(reason, language))


def value_words(seen: Seen, measure: Measure, value: int) -> str:
    """A value of the measure as it is read."""
    if measure.unit == "money":
        return phrasing.money(money(value))
    if measure.unit == "chance":
        return percent(value / MILLION, 2)
    return number(value)


def total(ctx: Ctx, seen: Seen, measure: Measure, found: Behind) -> str:
    """N customers, and their sum where the figure is a sum."""
    people = phrasing.counted(len(found.ids), ctx.language, "户", "customer")
    if measure.unit == "customers":
        return ctx.t("behaviour.total_people", people=people)
    if measure.unit == "chance":
        if measure.kind == "against":
            return ctx.t("behaviour.total_against", people=people)
        return ctx.t("behaviour.total_chance", people=people, sum=number(found.total / MILLION, 1))
    unit = phrasing.currency_word(seen.currency, ctx.language)
    if measure.unit == "money":
        return ctx.t("behaviour.total_money", people=people, sum=phrasing.money(money(found.total)), unit=unit)
    return ctx.t("behaviour.total_count", people=people, sum=number(found.total))


def _why_not(ctx: Ctx, seen: Seen, measure: Measure) -> list[Component]:
    """Of a family: who does not hold it, why some may not be offered it, and who remains."""
    told = seen.chances if measure.kind in OFFERS else None
    code = measure.part.partition("-")[0]
    one = next((each for each in families_of(told) if each.code == code), None) if told else None
    if told is None or one is None:
        return []
    lines: list[Any] = [ctx.t("behaviour.funnel_without", count=number(one.without), family=seen.words.family(code))]
    lines += [_because(ctx, seen, one, reason) for reason in told.reasons if one.against[reason]]
    link = dcc.Link(number(one.offered), href=seen.asked.address(of=f"offer:{code}"))
    lines.append([ctx.t("behaviour.funnel_offered"), " ", link])
    return [html.Ul([html.Li(line) for line in lines], className="behaviour-words")]


def _because(ctx: Ctx, seen: Seen, one: Family, reason: str) -> list[Any]:
    link = dcc.Link(number(one.against[reason]), href=seen.asked.address(of=f"against:{one.code}-{reason}"))
    words = reason_words(reason, ctx.language)
    return [ctx.t("behaviour.funnel_because", reason=words[:1].upper() + words[1:]), " ", link]


def value_head(ctx: Ctx, seen: Seen, measure: Measure) -> str:
    """The head of the value's column."""
    words = ctx.t(f"behaviour.value.{measure.unit}")
    if measure.unit == "money":
        return phrasing.in_unit(words, phrasing.currency_word(seen.currency, ctx.language), ctx.language)
    return words


def _grid(ctx: Ctx, seen: Seen, measure: Measure) -> Component:
    unit = phrasing.currency_word(seen.currency, ctx.language)
    heads = {name: ctx.t(f"behaviour.column.{name}") for name in
             ("name", "tier", "segment", "manager", "branch", "aum", "last_own_movement_on", "customer_id", "reasons")}  # fmt: skip
    columns = [
        grids.Column("name", heads["name"], "link", 150, sortable=False, pinned=True),
        grids.Column("value", value_head(ctx, seen, measure), "number", 150),
        *([grids.Column("reasons", heads["reasons"], width=300, sortable=False)] if measure.kind == "against" else []),
        grids.Column("aum", phrasing.in_unit(heads["aum"], unit, ctx.language), "number", 140, sortable=False),
        grids.tier_column(heads["tier"], ctx.language),
        grids.Column("segment", heads["segment"], width=170, sortable=False),
        grids.Column("manager", heads["manager"], width=90, sortable=False),
        grids.Column("branch", heads["branch"], width=140, sortable=False),
        grids.Column("last_own_movement_on", heads["last_own_movement_on"], width=130, sortable=False),
        grids.Column("customer_id", heads["customer_id"], width=116, sortable=False),
    ]
    return grids.grid(
        Ids.GRID, columns, ctx.language, title(ctx, seen, measure), height="min(600px, 70vh)", sort=("value", True)
    )


def row(seen: Seen, measure: Measure, who: Person, value: int, mask: int | None) -> dict[str, Any]:
    """One customer, masked as this viewer must see them."""
    words, language, href = seen.words, seen.ctx.language, f"/customers/{who.customer_id}"
    return {
        "href": href, "name": {"text": words.name(who.name, who.kind, who.customer_id), "href": href},
        "customer_id": who.customer_id, "value": value_words(seen, measure, value), "aum": short(who.aum, language),
        "tier": {"text": words.tier(who.tier), "tone": "plain"},
        "segment": words.segment(who.segment) if who.segment is not None else phrasing.ABSENT,
        "manager": who.manager_name or phrasing.ABSENT, "branch": who.branch_name or phrasing.ABSENT,
        "last_own_movement_on": phrasing.day(who.last_own_movement_on),
        "reasons": reasons_words(seen.chances, mask, language) if mask else "",
    }  # fmt: skip


def reasons_words(told: Chances | None, mask: int | None, language: str) -> str:
    """All reasons against, in words; nothing without one."""
    if told is None or not mask:
        return ""
    return phrasing.choose(language, "；", "; ").join(
        reason_words(code, language) for at, code in enumerate(told.reasons) if mask >> at & 1
    )
