"""What a company does through its accounts: payroll and settlement by month, its largest partners, its group."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import (
    currency_word,
    day,
    money,
    month,
    number,
    percent,
    scale_of,
    scale_unit,
    scaled,
    short,
    short_month,
)
from domain.reports.company import Company, CompanyMonth, Member, Partner
from portal.access import Ctx
from portal.layouts.customer import View, grid, pairs
from portal.layouts.customer_overview import apart
from portal.widgets import charts, frame, status
from portal.widgets.charts import Series, Table


class Ids:
    """Of this part."""

    BODY = "customer-company"


def tab(_ctx: Ctx, _view: View) -> list[Component]:
    """The place; what stands in it comes by a callback of its own, so that it can fail and be asked again alone."""
    return [html.Div(frame.card(None, status.skeleton(8)), id=Ids.BODY, className="customer-company")]


def body(ctx: Ctx, company: Company, currency: str) -> list[Component]:
    """Figures and two charts, then the partners, then the group."""
    return [
        grid(_payroll(ctx, company, currency), _settlement(ctx, company, currency)),
        grid(_figures(ctx, company), _partners(ctx, company, currency), look="gx-grid-2 customer-even"),
        *([_group(ctx, company, currency)] if company.members else []),
    ]


def _payroll(ctx: Ctx, company: Company, currency: str) -> Component:
    title = ctx.t("customer_company.payroll")
    shown = _Shown(ctx, company.months, currency, [("payroll", [one.payroll for one in company.months])])
    heads = [ctx.t(f"customer_company.{name}") for name in ("month", "runs", "payroll_paid")]
    rows = [(month(one.month, ctx.language), number(one.runs), money(one.payroll)) for one in reversed(company.months)]
    why = ctx.t("customer_company.payroll_sub", unit=shown.unit, months=number(company.months_with_runs))
    empty = status.empty(ctx.t("customer_company.no_payroll"), ctx.t("customer_company.no_payroll_what"))
    return charts.chart_card(title, why, shown.figure, Table(heads, rows, (1, 2)), ctx.language, empty=empty)


def _settlement(ctx: Ctx, company: Company, currency: str) -> Component:
    came, went = [one.came for one in company.months], [one.went for one in company.months]
    shown = _Shown(ctx, company.months, currency, [("came", came), ("went", went)])
    heads = [ctx.t(f"customer_company.{name}") for name in ("month", "came", "went", "net")]
    rows = [
        (month(one.month, ctx.language), money(one.came), money(one.went), money(one.came - one.went, sign=True))
        for one in reversed(company.months)
    ]
    title, why = ctx.t("customer_company.settlement"), ctx.t("customer_company.settlement_sub", unit=shown.unit)
    empty = status.empty(ctx.t("customer_company.no_settlement"), ctx.t("customer_company.no_settlement_what"))
    return charts.chart_card(title, why, shown.figure, Table(heads, rows, (1, 2, 3)), ctx.language, empty=empty)


class _Shown:
    """A bar chart of the months in the unit that fits; figure is None when every bar would be nothing."""

    def __init__(
        self, ctx: Ctx, months: Sequence[CompanyMonth], currency: str, drawn: Sequence[tuple[str, Sequence[Decimal]]]
    ) -> None:
        scale = scale_of([value for _, values in drawn for value in values], ctx.language)
        self.unit = scale_unit(scale, currency, ctx.language)
        self.figure = None
        if any(value for _, values in drawn for value in values):
            places = apart([short_month(one.month, ctx.language) for one in months])
            series = [
                Series(ctx.t(f"customer_company.{name}"), [v / scale.divisor for v in values], [scaled(v, scale) for v in values])
                for name, values in drawn
            ]  # fmt: skip
            self.figure = charts.bars(places, series, ctx.theme, self.unit)


def _figures(ctx: Ctx, company: Company) -> Component:
    rows = [
        ("runs", number(company.runs)),
        ("last_run", day(company.last_run_on) if company.last_run_on else "—"),
        ("paid_accounts", number(company.paid_accounts)),
        ("payers", number(company.payers)),
        ("payees", number(company.payees)),
        ("payer_share", percent(company.payer_share)),
        ("payee_share", percent(company.payee_share)),
        ("concentration", number(company.concentration, 2)),
    ]
    told = pairs([(ctx.t(f"customer_company.{name}"), value) for name, value in rows])
    return frame.card(ctx.t("customer_company.figures"), told, why=ctx.t("customer_company.figures_sub"))


def _partners(ctx: Ctx, company: Company, currency: str) -> Component:
    title = ctx.t("customer_company.partners")
    if not company.partners:
        empty = status.empty(ctx.t("customer_company.no_partners"), ctx.t("customer_company.no_partners_what"))
        return frame.card(title, empty)
    names = ("partner", "came", "went", "share")
    rows = [
        html.Tr([
            html.Td(_partner(one)),
            html.Td(short(one.came, ctx.language), className="n"),
            html.Td(short(one.went, ctx.language), className="n"),
            html.Td(percent(one.share), className="n"),
        ]) for one in company.partners
    ]  # fmt: skip
    why = ctx.t("customer_company.partners_sub", unit=currency_word(currency, ctx.language))
    return frame.card(title, _table(ctx, names, rows, 1), why=why)


def _partner(one: Partner) -> list[Component | str]:
    """Who it is where the reader may see them, else what their account ends in and their bank."""
    told = " · ".join(part for part in (one.bank, one.account) if part)
    if not one.customer_id:
        return [told]
    return [
        dcc.Link(one.name or one.customer_id, href=f"/customers/{one.customer_id}"),
        html.Div(told, className="gx-sub"),
    ]


def _group(ctx: Ctx, company: Company, currency: str) -> Component:
    names = ("member", "branch", "aum", "loans")
    rows = [
        html.Tr(_member(ctx, one, [short(value, ctx.language) for value in (one.aum, one.loans)]))
        for one in company.members
    ]
    sums = [
        short(sum((v for one in company.members if (v := getattr(one, name)) is not None), Decimal(0)), ctx.language)
        for name in ("aum", "loans")
    ]
    total = [
        html.Td(html.B(ctx.t("customer_company.together"))),
        html.Td(""),
        *(html.Td(html.B(v), className="n") for v in sums),
    ]
    # Each figure in the unit that fits it: beside a group's mother most of its members would read 0.00.
    why = ctx.t("customer_company.group_sub", unit=currency_word(currency, ctx.language))
    return frame.card(ctx.t("customer_company.group"), _table(ctx, names, [*rows, html.Tr(total)], 2), why=why)


def _member(ctx: Ctx, one: Member, sums: Sequence[str]) -> list[Component]:
    link = dcc.Link(
        one.name or ctx.t("customers.nameless", number=one.customer_id),
        href=f"/customers/{one.customer_id}?tab=company",
    )
    head: list[Component | str] = [" ", status.chip(ctx.t("customer_company.head"), "accent")] if one.head else []
    return [html.Td([link, *head]), html.Td(one.branch or "—"), *(html.Td(value, className="n") for value in sums)]


def _table(ctx: Ctx, names: Sequence[str], rows: Sequence[Component], words: int) -> Component:
    """words: columns that hold words; the others are figures."""
    heads = [
        html.Th(ctx.t(f"customer_company.{name}"), className="n" if at >= words else "", scope="col")
        for at, name in enumerate(names)
    ]
    shown = html.Table([html.Thead(html.Tr(heads)), html.Tbody(list(rows))], className="gx-table")
    return html.Div(shown, className="gx-scroll")
