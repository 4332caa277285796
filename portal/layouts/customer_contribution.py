"""What the customer brings: waterfall of the month and of twelve, lifetime value, and each figure down to its formula."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution import words as formulas
from domain.contribution.formula import WorkedMonth
from domain.masking import mask_account
from domain.phrasing import money
from portal.access import Ctx
from portal.contribution_question import YEAR, months_of, run_on_show
from portal.layouts.contribution import earlier_rating
from portal.layouts.contribution_charts import component_table, waterfall
from portal.layouts.customer import View, grid
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table
from portal.widgets.lists import facts
from store.contributions import CustomerContribution, of_customer, survival
from store.runs import Run
from warehouse.contribution import basis_of, of_accounts


def tab(ctx: Ctx, view: View) -> list[Component]:
    """Figures, waterfalls, accounts. The customer is in scope: the page has looked before it asks for a tab."""
    run = run_on_show(ctx)
    title = ctx.t("customer.tab.contribution")
    if run is None:
        return [frame.card(title, status.empty(ctx.t("contribution.no_run"), ctx.t("contribution.no_run_what")))]
    found = of_customer(ctx.connection, run.run_id, view.customer.customer_id)
    if found is None:
        why = ctx.t("customer.not_in_contribution", version=run.version)
        return [frame.card(title, status.empty(why, ctx.t("customer.not_in_contribution_what")))]
    cards = grid(_waterfall(ctx, view, run, found, False), _waterfall(ctx, view, run, found, True))
    note = earlier_rating(ctx, run)
    return [*([note] if note else []), _figures(ctx, view, run, found), cards, _accounts(ctx, view, run)]


def _figures(ctx: Ctx, view: View, run: Run, found: CustomerContribution) -> Component:
    month = phrasing.month(run.as_of, ctx.language)

    def said(value: Decimal | None) -> str:
        return phrasing.short_money(value, view.currency, ctx.language)

    pairs = [
        (ctx.t("customer.contribution_month", month=month), said(found.month.contribution if found.month else None)),
        (_year_words(ctx, found), said(found.year.contribution)),
        (ctx.t("contribution.name.raroc"), formulas.raroc_words(found.year.raroc, ctx.language)),
        (ctx.t("customer.lifetime_value"), said(found.lifetime_value)),
    ]
    why = ctx.t("customer.contribution_why", version=run.version)
    if found.unknown:
        why += ctx.t("customer.contribution_unknown", count=found.unknown)
    used = survival(ctx.connection, run, view.customer.customer_id)
    note = [] if used is None else [html.P(formulas.survival_words(used, ctx.language), className="gx-sub")]
    return frame.card(ctx.t("customer.tab.contribution"), [facts(pairs), *note], why=why)


def _year_words(ctx: Ctx, found: CustomerContribution) -> str:
    """Twelve months; for who came later, how many of them have figures."""
    if found.months >= YEAR:
        return ctx.t("contribution.name.year")
    return ctx.t("customer.contribution_year", count=found.months)


def _waterfall(ctx: Ctx, view: View, run: Run, found: CustomerContribution, year: bool) -> Component:
    month = phrasing.month(run.as_of, ctx.language)
    title = _year_words(ctx, found) if year else ctx.t("customer.contribution_month", month=month)
    sums = found.year if year else found.month
    if sums is None:
        empty = status.empty(ctx.t("customer.no_contribution_month"))
        return charts.chart_card(title, "", None, None, ctx.language, empty=empty)
    figure, unit = waterfall(ctx, sums, view.currency)
    heads = ["", phrasing.currency_word(view.currency, ctx.language)]
    return charts.chart_card(
        title, ctx.t("customer.contribution_waterfall", unit=unit), figure, component_table(ctx.language, heads, [sums]),
        ctx.language,
    )  # fmt: skip


def _accounts(ctx: Ctx, view: View, run: Run) -> Component:
    """Account by account, month by month, with the formulas and their numbers."""
    title, why = ctx.t("customer.contribution_accounts"), ctx.t("customer.contribution_accounts_why")
    months = months_of(run)[-YEAR:]
    try:
        worked = of_accounts(ctx.settings.warehouse, basis_of(run.model), view.customer.customer_id, months)
    except FileNotFoundError:
        gone = status.empty(ctx.t("customer.contribution_gone"), ctx.t("customer.contribution_gone_what"))
        return frame.card(title, gone, why=why)
    by_account: dict[str, list[WorkedMonth]] = {}
    for month in worked:
        by_account.setdefault(month.of.account_id, []).append(month)
    ordered = sorted(by_account.values(), key=lambda own: -abs(_sum(own)))
    return frame.card(title, [_account(ctx, view, own) for own in ordered], why=why)


def _sum(months: Sequence[WorkedMonth]) -> Decimal:
    return sum((month.contribution for month in months), Decimal(0))


def _account(ctx: Ctx, view: View, months: Sequence[WorkedMonth]) -> Component:
    told = months[0].of
    name = f"{view.words.family(told.family)} {mask_account(told.account_id)}"
    count = phrasing.counted(len(months), ctx.language, "个月", "month")
    head = html.Summary([html.Span([name, html.Small(f" · {count}", className="gx-sub")]), _amount(_sum(months))])
    return html.Details([head, *(_month(ctx, month) for month in reversed(months))], className="contribution-account")


def _amount(value: Decimal) -> Component:
    return html.Span(money(value), className="n")


def _month(ctx: Ctx, month: WorkedMonth) -> Component:
    head = html.Summary([html.Span(phrasing.month(month.of.month, ctx.language)), _amount(month.contribution)])
    rows = [(line.title, line.formula, line.filled, money(line.result)) for line in formulas.lines(month, ctx.language)]
    heads = [ctx.t(f"customer.formula.{name}") for name in ("part", "formula", "filled", "result")]
    return html.Details([head, html.Div(charts.table(Table(heads, rows, (3,))), className="contribution-formula")])
