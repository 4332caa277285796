"""What a customer holds: accounts, loans, cards."""

from __future__ import annotations

from dash.development.base_component import Component

from domain.delivered_words import delivered
from domain.masking import mask_account
from domain.phrasing import currency_word, day, money, number, percent
from portal.access import Ctx
from portal.layouts import customer_limit
from portal.layouts.customer import View
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table
from store.customers import Account


def tab(ctx: Ctx, view: View) -> list[Component]:
    """A card for each."""
    return [
        *([_accounts(ctx, view)] if len(view.accounts) != len(view.loans) or not view.loans else []),
        *([_loans(ctx, view)] if view.loans else []),
        *([_cards(ctx, view)] if view.cards else []),
        customer_limit.card(ctx, view),
    ]


def _accounts(ctx: Ctx, view: View) -> Component:
    title = ctx.t("customer.accounts")
    why = ctx.t("customer.accounts_sub", day=day(view.as_of), unit=currency_word(view.currency, ctx.language))
    lent = {loan.account_id for loan in view.loans}
    if not view.accounts:
        return frame.card(
            title, status.empty(ctx.t("customer.no_accounts"), ctx.t("customer.no_accounts_what")), why=why
        )
    names = ("product", "account", "balance", "rate", "opened", "matures", "limit", "holders", "state")
    rows = [
        (
            _product(ctx, view, a),
            mask_account(a.account_id) or "—",
            _balance(ctx, a, view.currency),
            percent(a.rate, 2), day(a.opened_on), day(a.matures_on), "—" if a.limit is None else money(a.limit),
            number(len(a.holders) or 1), view.words.status(a.status),
        )
        for a in view.accounts
        if a.account_id not in lent  # its figures stand among the loans, once
    ]  # fmt: skip
    heads = [ctx.t(f"customer.account.{name}") for name in names]
    return frame.card(title, charts.table(Table(heads, rows, right=(2, 3, 6, 7))), why=why)


def _product(ctx: Ctx, view: View, one: Account) -> str:
    family, name = view.words.family(one.family), delivered("product", one.product_name, ctx.language)
    return f"{family} · {name}" if name and name.casefold() != family.casefold() else family


def _balance(ctx: Ctx, one: Account, currency: str) -> str:
    """The amount; with its currency only where that is not the page's."""
    if one.balance is None:
        return ctx.t("customer.balance_unknown")
    return money(one.balance) if one.currency == currency else f"{money(one.balance)} {one.currency}"


def _loans(ctx: Ctx, view: View) -> Component:
    def term(months: int | None) -> str:
        return "—" if months is None else ctx.t("customer.months", count=months)

    products = {a.account_id: _product(ctx, view, a) for a in view.accounts}
    names = (
        "product",
        "account",
        "granted",
        "principal",
        "outstanding",
        "rate",
        "term",
        "instalment",
        "overdue",
        "class",
        "purpose",
    )
    rows = [
        (
            products.get(loan.account_id, "—"), mask_account(loan.account_id) or "—", day(loan.granted_on), money(loan.principal),
            money(loan.outstanding), percent(loan.rate, 2), term(loan.term_months), money(loan.instalment),
            ctx.t("customer.overdue_days", amount=money(loan.overdue_amount), days=loan.days_past_due) if loan.days_past_due else "—",
            ctx.t(f"customer.class.{loan.five_class}") if loan.five_class else "—", delivered("purpose", loan.purpose, ctx.language) or "—",
        )
        for loan in view.loans
    ]  # fmt: skip
    heads = [ctx.t(f"customer.loan.{name}") for name in names]
    table = charts.table(Table(heads, rows, right=(3, 4, 5, 7, 8)))
    return frame.card(
        ctx.t("customer.loans_held"),
        table,
        why=ctx.t("customer.loans_sub", unit=currency_word(view.currency, ctx.language)),
    )


def _cards(ctx: Ctx, view: View) -> Component:
    heads = [ctx.t(f"customer.card.{name}") for name in ("card", "kind", "level", "issued", "expires", "limit")]
    rows = [
        (
            mask_account(card.card_id) or "—",
            ctx.t(f"customer.card_kind.{card.kind}"),
            delivered("card_level", card.level, ctx.language) or "—",
            day(card.issued_on),
            day(card.expires_on),
            "—" if card.limit is None else money(card.limit),
        )
        for card in view.cards
    ]
    return frame.card(ctx.t("customer.cards"), charts.table(Table(heads, rows, right=(5,))))
