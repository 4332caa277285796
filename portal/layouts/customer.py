"""Customer 360: who this is, what they hold, how they use the bank, where the published runs put them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.ages import whole_years
from domain.credit.overrides import Override
from domain.delivered_words import delivered
from domain.masking import mask_address, mask_email, mask_id_number, mask_name, mask_phone
from domain.phrasing import day, number, sentence, short_money
from domain.reports.customer import Activity, Rating, Segment
from portal import report_button
from portal.access import Ctx
from portal.address_numbers import page_in
from portal.customer_words import Words, tone_of_grade
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.customers import Account, Card, Customer, Loan, Month

STEM = "customer"
TABS = (
    "overview",
    "products",
    "behaviour",
    "company",
    "contribution",
    "rating",
    "outlook",
    "peers",
    "history",
    "reports",
)
MATURES_SOON_DAYS = 30


class Ids:
    """Of this page."""

    WHO = "customer-who"
    HEAD = "customer-head"
    BODY = "customer-body"
    MOVEMENTS = "customer-movements"
    MOVEMENTS_PAGE = "customer-movements-page"  # the page asked for
    MOVEMENTS_SHOWN = "customer-movements-shown"  # the one that is shown: none lies beyond the last
    NEWER = "customer-movements-newer"
    OLDER = "customer-movements-older"
    REPORTS = "customer-reports"


@dataclass(frozen=True)
class View:
    """Everything a tab may show of one customer, read in one transaction."""

    customer: Customer
    accounts: tuple[Account, ...]
    loans: tuple[Loan, ...]
    cards: tuple[Card, ...]
    months: tuple[Month, ...]
    segment: Segment | None
    rating: Rating | None
    activity: Activity
    words: Words
    as_of: date
    currency: str
    runs: tuple[str | None, str | None]  # versions of the published segmentation and credit run
    page: int = 1  # of the movements
    overrides: tuple[Override, ...] = ()  # of the grade, newest first


def layout(ctx: Ctx, customer_id: str, tab: str = "overview", page: str = "") -> Component:
    """The bones of the page; head and body come by callback."""
    tab = tab if tab in TABS else TABS[0]
    return html.Div(
        [
            dcc.Store(id=Ids.WHO, data={"customer": customer_id, "tab": tab, "page": page_in(page)}),
            html.Div(status.skeleton(2), id=Ids.HEAD),
            html.Div(frame.card(None, status.skeleton(8)), id=Ids.BODY),
        ],
        className="gx-page",
    )


def refused(ctx: Ctx) -> Component:
    """One answer for who is not there and who is not theirs: it tells nobody who banks elsewhere."""
    back = (
        html.A(ctx.t("customer.back"), href="/customers", className="gx-btn") if ctx.may("customers.search") else None
    )
    return status.empty(ctx.t("customer.refused"), ctx.t("customer.refused_what"), back)


def head(ctx: Ctx, view: View, tab: str) -> Component:
    """Crumbs, masked name with chips, one line of identity, what can be done, tabs."""
    one = view.customer
    crumbs = html.P(
        [html.A(ctx.t("customers.title"), href="/customers"), f" / {one.branch_name or one.branch_id}"],
        className="gx-sub",
    )
    name = html.Div(
        [html.H1(view.words.name(one.name, one.kind, one.customer_id)), *_chips(ctx, view)],
        className="gx-row customer-name",
    )
    line = html.P(" · ".join(_identity_line(ctx, view)), className="gx-sub")
    actions = html.Div(report_actions(ctx, one.customer_id), className="gx-head-actions")
    return html.Div(
        [
            html.Div([html.Div([crumbs, name, line], className="gx-head-words"), actions], className="gx-head"),
            _tabs(ctx, view, tab),
        ]
    )


def report_actions(ctx: Ctx, customer_id: str) -> list[Component]:
    """What makes the customer's PDF: the button and the place where its progress stands."""
    if not ctx.may("reports.customer"):
        return []
    return [report_button.shown(ctx, STEM, ctx.t("reports.make_customer"), {"customer_id": customer_id})]


def tabs_of(kind: str) -> tuple[str, ...]:
    """The parts there are of a customer; a person has no business as a company has."""
    return tuple(name for name in TABS if kind == "corporate" or name != "company")


def _tabs(ctx: Ctx, view: View, tab: str) -> Component:
    counts = {"products": len(view.accounts) + len(view.cards)}
    links = []
    for name in tabs_of(view.customer.kind):
        words = ctx.t(f"customer.tab.{name}") + (f" {counts[name]}" if counts.get(name) else "")
        here = f"/customers/{view.customer.customer_id}?tab={name}"
        link = dcc.Link(words, href=here, className="on" if name == tab else "")
        links.append(html.Span(link, **marks(aria_current="page")) if name == tab else link)
    return html.Nav(links, className="gx-tabs", **marks(aria_label=ctx.t("customer.tabs")))


def _apart(ctx: Ctx, view: View) -> str:
    """What the segment's chip says when pointed at: what sets the segment apart, as the card of segments has it."""
    told = view.segment.cluster_description if view.segment is not None else None
    return sentence(told, ctx.language) if told else ctx.t("customer.cluster")


def _chips(ctx: Ctx, view: View) -> list[Component]:
    one, found = view.customer, [status.chip(view.words.kind(view.customer.kind))]
    if one.tier:
        found.append(status.chip(view.words.tier(one.tier), "accent", title=ctx.t("customer.tier")))
    if one.segment is not None:
        found.append(status.chip(view.words.segment(one.segment), title=_apart(ctx, view)))
    if one.grade:
        found.append(_grade_chip(ctx, one.grade, one.score, view.rating))
    if one.days_past_due:
        found.append(status.chip(ctx.t("customer.overdue_chip", days=one.days_past_due), "bad"))
    if (days := _matures_in(view)) is not None:
        found.append(status.chip(ctx.t("customer.matures_chip", days=days), "warn"))
    if one.do_not_contact:
        found.append(status.chip(ctx.t("customer.do_not_contact"), "bad"))
    return found


def _grade_chip(ctx: Ctx, grade: str, score: int | None, rating: Rating | None) -> Component:
    """The grade in effect; where somebody overrode the model's, both."""
    shown = rating.grade_in_effect if rating is not None else grade
    if shown != grade:
        words = ctx.t("customer.grade_overridden", grade=shown, model=grade)
    elif score is not None:
        words = ctx.t("customer.grade_chip", grade=grade, score=number(score))
    else:
        words = ctx.t("customer.grade_only", grade=grade)
    return status.chip(words, tone_of_grade(shown))


def _matures_in(view: View) -> int | None:
    """Days until the next account matures, when that is soon."""
    days = [(a.matures_on - view.as_of).days for a in view.accounts if a.matures_on and a.status == "open"]
    soon = [n for n in days if 0 <= n <= MATURES_SOON_DAYS]
    return min(soon) if soon else None


def _identity_line(ctx: Ctx, view: View) -> list[str]:
    one = view.customer
    document = mask_id_number(one.id_number) if one.kind == "personal" else None
    named = (
        ("uscc", mask_id_number(one.uscc)), ("id_number", document), ("phone", mask_phone(one.phone)),
        ("manager", one.manager_name), ("opened", f"{one.opened_on:%Y-%m}" if one.opened_on else None),
    )  # fmt: skip
    years = whole_years(one.birth_date, view.as_of)
    return [
        ctx.t("customer.number", number=one.customer_id),
        *([ctx.t(f"customer.gender.{one.gender}")] if one.gender else []),
        *([ctx.t("customer.age", years=years)] if years is not None else []),
        *(f"{ctx.t(f'customer.{key}')} {value}" for key, value in named if value),
    ]


def facts(ctx: Ctx, view: View) -> Component:
    """The rest of what is known of the person or company."""
    one, currency = view.customer, view.currency

    def money(value: Decimal | None) -> str | None:
        return None if value is None else short_money(value, currency, ctx.language)

    company = [
        ("industry", view.words.industry(one.industry)), ("registered_capital", money(one.registered_capital)),
        ("employees", None if one.employees is None else number(one.employees)), ("annual_revenue", money(one.annual_revenue)),
        ("legal_representative", mask_name(one.legal_representative)),
    ]  # fmt: skip
    person = [
        *((name, delivered(name, value, ctx.language)) for name, value in (
            ("occupation", one.occupation), ("education", one.education), ("marital_status", one.marital_status))),
        ("annual_income", money(one.annual_income)), ("risk_preference", one.risk_preference),
    ]  # fmt: skip
    both = [
        ("city", one.city), ("address", mask_address(one.address)), ("email", mask_email(one.email)),
        ("branch", one.branch_name), ("manager", one.manager_name), ("opened_on", day(one.opened_on) if one.opened_on else None),
        ("last_own_movement_on", day(one.last_own_movement_on) if one.last_own_movement_on else None),
    ]  # fmt: skip
    told = [(key, value) for key, value in [*(company if one.kind == "corporate" else person), *both] if value]
    listed = [part for key, value in told for part in (html.Dt(ctx.t(f"customer.fact.{key}")), html.Dd(value))]
    return frame.card(ctx.t("customer.facts"), html.Dl(listed, className="gx-kv"), why=ctx.t("customer.facts_why"))


def grid(*cards: Any, look: str = "gx-grid-2") -> Component:
    """Cards beside each other, those that are not there left out."""
    return html.Div([card for card in cards if card is not None], className=look)


def pairs(rows: Sequence[tuple[str, str]]) -> Component:
    """Names and values under one another."""
    return html.Dl([part for key, value in rows for part in (html.Dt(key), html.Dd(value))], className="gx-kv")
