"""How much this customer could be lent and at what rate: advice with its arithmetic, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from domain.contribution.timeline import valid_in
from domain.credit.limits import Advice, Asked, NoAdvice, Price, advise
from domain.phrasing import currency_word, money, number, percent, short_money
from portal.access import Ctx, Refusal
from portal.layouts.customer import View
from portal.portfolio_question import timeline_of
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table
from portal.widgets.lists import facts
from store.parameters import limits_at

NOTHING = Decimal(0)
UNSECURED = "consumer_loan"
CARD = "credit_card"
Line = tuple[str, str, str]  # what it is, its numbers filled in, the result


def card(ctx: Ctx, view: View) -> Component:
    """Limit and rate with every step; the customer is in scope, the page has looked."""
    title = ctx.t("limit.title")
    try:
        dated = valid_in(timeline_of(ctx), view.as_of)
    except Refusal:  # a currency nobody has approved parameters for
        return frame.card(title, status.empty(ctx.t("portfolio.no_parameters")), why=ctx.t("limit.why_advice"))
    number_, limits = limits_at(ctx.connection, view.as_of)
    found = advise(asked_of(view), dated.parameters, limits)
    if isinstance(found, NoAdvice):
        none, what = ctx.t(f"limit.none.{found.reason}"), ctx.t("limit.none_what")
        return frame.card(title, [*_overridden(ctx, view), status.empty(none, what)], why=ctx.t("limit.why_advice"))
    product = view.words.family(found.parameters.family)
    told = [
        (ctx.t("limit.limit"), short_money(found.limit, view.currency, ctx.language)),
        (ctx.t("limit.rate"), percent(found.price.rate, 2)),
        (ctx.t("limit.term"), ctx.t("limit.months", product=product, months=found.parameters.term_months)),
    ]
    heads = [ctx.t(f"limit.head.{name}") for name in ("step", "filled", "result")]
    lines = [*limit_lines(ctx, found), *price_lines(ctx, found.price, found.parameters.term_months)]
    table = html.Div(charts.table(Table(heads, lines, (2,))), className="limit-formula")
    why = ctx.t("limit.why", unit=currency_word(view.currency, ctx.language), version=dated.version, limits=number_)
    return frame.card(title, [*_overridden(ctx, view), facts(told), table], why=why)


def _overridden(ctx: Ctx, view: View) -> list[Component]:
    """Whose grade the advice goes by, where a signed override is not the model's."""
    grade, model = grade_of(view), view.customer.grade
    if grade == model:
        return []
    return [html.P(ctx.t("limit.overridden", grade=grade or "", model=model or ""), className="gx-sub")]


def grade_of(view: View) -> str | None:
    """The grade in effect: an override that two people signed is what the bank lends by. Its PD stays the model's."""
    return view.customer.grade if view.rating is None else view.rating.grade_in_effect


def asked_of(view: View) -> Asked:
    """What the advice is worked out from, as the 360 knows the customer."""
    one = view.customer
    held = {account.account_id: account for account in view.accounts if account.status == "open"}
    running = [loan for loan in view.loans if loan.account_id in held and loan.outstanding != 0]
    cards = sum((a.limit or NOTHING for a in held.values() if a.family == CARD), NOTHING)
    loose = [loan for loan in running if held[loan.account_id].family == UNSECURED]
    return Asked(
        kind=one.kind,
        grade=grade_of(view),
        pd=None if one.pd is None else Decimal(str(round(one.pd, 6))),
        annual_income=one.annual_income,
        instalments=sum((loan.instalment or NOTHING for loan in running), NOTHING),
        cards=cards,
        unsecured=cards + sum((loan.outstanding or NOTHING for loan in loose), NOTHING),
        overdue=bool(one.days_past_due) or bool(one.overdue_amount),
    )


def limit_lines(ctx: Ctx, found: Advice) -> Sequence[Line]:
    """The steps to the limit, their numbers filled in."""
    asked, told = found.asked, found.parameters
    price, months = percent(found.price.rate, 2), told.term_months
    burden = percent(told.card_burden, 0)
    return [
        (ctx.t("limit.line.income"), f"{money(asked.annual_income)} ÷ 12", money(found.monthly_income)),
        (ctx.t("limit.line.most", grade=asked.grade or ""),
         f"{money(found.monthly_income)} × {percent(found.debt_share, 0)}", money(found.most_instalments)),
        (ctx.t("limit.line.free"),
         f"{money(found.most_instalments)} − {money(asked.instalments)} − {money(asked.cards)} × {burden}",
         money(found.free_instalment)),
        (ctx.t("limit.line.repaid"),
         f"{money(found.free_instalment)} × (1 − (1 + {price} ÷ 12)^−{months}) ÷ ({price} ÷ 12)", money(found.can_be_repaid)),
        (ctx.t("limit.line.room", grade=asked.grade or ""),
         f"{money(asked.annual_income)} × {number(found.multiple, 1)} − {money(asked.unsecured)}", money(found.room)),
        (ctx.t("limit.line.limit"),
         ctx.t("limit.lesser", one=money(found.can_be_repaid), other=money(found.room), step=number(told.step)),
         money(found.limit)),
    ]  # fmt: skip


def price_lines(ctx: Ctx, price: Price, months: int) -> Sequence[Line]:
    """What the rate is made of, its numbers filled in."""
    charge = f"{percent(price.risk_weight, 0)} × {percent(price.capital_ratio, 2)} × {percent(price.target_return, 2)}"
    parts = (price.transfer_price, price.cost, price.expected_loss, price.capital_charge)
    return [
        (ctx.t("limit.line.transfer"), ctx.t("limit.of_term", months=months), percent(price.transfer_price, 2)),
        (ctx.t("limit.line.cost"), f"{money(price.keeping_cost)} ÷ {money(price.average_balance)}", percent(price.cost, 2)),
        (ctx.t("limit.line.loss"), f"PD {percent(price.pd, 4)} × LGD {percent(price.lgd, 0)}", percent(price.expected_loss, 2)),
        (ctx.t("limit.line.capital"), charge, percent(price.capital_charge, 2)),
        (ctx.t("limit.line.rate"), " + ".join(percent(part, 2) for part in parts), percent(price.rate, 2)),
    ]  # fmt: skip
