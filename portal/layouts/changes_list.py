"""The customers behind a figure of rating changes, each with what moved it, and those a rule of early warning flags."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.catalogue import BY_NAME
from domain.credit.change_words import why
from domain.credit.early_warning import BY_CODE
from domain.phrasing import choose, counted, day, number
from portal.access import Ctx
from portal.changes_question import ROWS, Seen
from portal.customer_words import Words, tone_of_grade
from portal.layouts.changes_warning import figure_words
from portal.widgets import frame, status
from portal.widgets.lists import pager
from store.behaviour import Person
from store.early_warning import Flag
from store.rating_changes import Changed

RIGHT = ("notches", "score", "value", "was", "aum")
SORTED = {"notches": "notches", "score": "score", "aum": "aum", "since": "since", "value": "value"}


def list_card(ctx: Ctx, seen: Seen, rows: list[Changed] | list[Flag]) -> Component:
    """One page of the list, its number of customers in words."""
    warning = seen.asked.view == "warning"
    names = ("customer", "since", "value", "was", "branch", "aum") if warning else (
        "customer", "grades", "notches", "score", "reasons", "branch", "aum")  # fmt: skip
    heads = [_head(ctx, seen, name) for name in names]
    lines = [_flag(ctx, seen, one) if isinstance(one, Flag) else _change(ctx, seen, one) for one in rows]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(lines)],
        className=f"gx-table changes-table{'' if warning else ' changes-cards'}",
    )
    people = counted(seen.found, ctx.language, "户", "customer")
    pages = pager(ctx.language, seen.page, seen.found, ROWS, lambda page: seen.asked.address(page=str(page)))
    body: list[Any] = [html.Div(table, className="gx-scroll"), pages] if rows else [status.empty(ctx.t("changes.none"))]
    why_words = ctx.t("changes.listed_flags" if warning else "changes.listed", people=people)
    return frame.card(_title(ctx, seen), body, why=why_words, actions=_all(ctx, seen))


def _title(ctx: Ctx, seen: Seen) -> str:
    asked = seen.asked
    if asked.view == "warning":
        return BY_CODE[asked.rule].title(ctx.language).capitalize()
    words = ctx.t(f"changes.move.{asked.move}") if asked.move else ctx.t("changes.everybody")
    if asked.notches is None:
        return words
    return phrasing.in_unit(words, counted(asked.notches, ctx.language, "级", "notch", "notches"), ctx.language)


def _all(ctx: Ctx, seen: Seen) -> list[Component]:
    asked = seen.asked
    if not (asked.move or asked.notches or asked.rule):
        return []
    href = asked.address(move="", notches="", rule="")
    return [
        dcc.Link(
            ctx.t("changes.show_all" if asked.view == "changes" else "changes.close"),
            href=href,
            className="gx-btn small",
        )
    ]


def _head(ctx: Ctx, seen: Seen, name: str) -> Component:
    words: Any = ctx.t(f"changes.column.{name}")
    if name in ("value", "was"):
        feature = BY_NAME[BY_CODE[seen.asked.rule].shown]
        words = phrasing.in_unit(choose(ctx.language, feature.zh, feature.en).capitalize(), words, ctx.language)
    if name == "aum":
        words = phrasing.in_unit(words, phrasing.currency_word(seen.currency, ctx.language), ctx.language)
    if name in SORTED:
        arrow = (" ▾" if seen.asked.descending else " ▴") if seen.asked.sort == name else ""
        words = dcc.Link(f"{words}{arrow}", href=seen.asked.address(sort=name), className="changes-sort")
    return html.Th(words, scope="col", className="n" if name in RIGHT else "")


def _who(ctx: Ctx, words: Words, one: Person) -> Component:
    name: Any = words.name(one.name, one.kind, one.customer_id)
    if ctx.may("customers.view"):
        name = dcc.Link(name, href=f"/customers/{one.customer_id}?tab=rating")
    return html.Td([name, " ", html.Small(one.customer_id, className="gx-sub")])


def _where(ctx: Ctx, one: Person) -> list[Component]:
    place = [
        one.branch_name or phrasing.ABSENT,
        html.Div(one.manager_name, className="gx-sub") if one.manager_name else None,
    ]
    return [html.Td(place), html.Td(phrasing.short(one.aum, ctx.language), className="n w")]


def grades(one: Changed) -> Component:
    """AA → BBB as chips; who is new or gone has a dash."""
    told = [status.chip(grade, tone_of_grade(grade)) if grade else "—" for grade in (one.grade_before, one.grade_after)]
    return html.Span([told[0], " → ", told[1]], className="changes-grades")


def score_words(one: Changed) -> str:
    """598 → 566 (−32)."""
    before, after = number(one.score_before), number(one.score_after)
    if one.score_before is None or one.score_after is None:
        return f"{before} → {after}"
    return f"{before} → {after} ({number(one.score_after - one.score_before, sign=True)})"


def _split(ctx: Ctx, seen: Seen, one: Changed) -> list[str]:
    """Across a change of card: what the customer's own figures did, and what the card."""
    if not seen.other_card or not (one.notches or one.by_card):
        return []
    own, card = (number(each, sign=True) for each in (one.own_notches, one.by_card))
    return [ctx.t("changes.split", own=own, card=card)]


def _change(ctx: Ctx, seen: Seen, one: Changed) -> Component:
    told = [*_split(ctx, seen, one), *why(one.grade_before, one.grade_after, one.parts, seen.currency, ctx.language)]
    return html.Tr(
        [
            _who(ctx, seen.words, one.person), html.Td(grades(one), className="w"),
            html.Td(number(one.notches, sign=True), className="n"), html.Td(score_words(one), className="n w"),
            html.Td(html.Ul([html.Li(each) for each in told], className="changes-why")), *_where(ctx, one.person),
        ]
    )  # fmt: skip


def _flag(ctx: Ctx, seen: Seen, one: Flag) -> Component:
    figures = [figure_words(one.rule, each, seen.currency, ctx.language) for each in (one.value, one.before)]
    return html.Tr(
        [
            _who(ctx, seen.words, one.person), html.Td(day(one.since), className="w"),
            *(html.Td(each, className="n w") for each in figures), *_where(ctx, one.person),
        ]
    )  # fmt: skip
