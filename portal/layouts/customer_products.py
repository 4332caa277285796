"""What a customer holds: accounts, loans, cards."""

from __future__ import annotations

from dash.development.base_component import Component

from domain.masking import mask_account
from domain.phrasing import day, money, number, percent, short_money
from portal.access import Ctx
from portal.layouts.customer import View
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table


def tab(ctx: Ctx, view: View) -> list[Component]:
    """A card for each."""
    return [
        _accounts(ctx, view),
        *([_loans(ctx, view)] if view.loans else []),
        *([_cards(ctx, view)] if view.cards else []),
    ]


def _accounts(ctx: Ctx, view: View) -> Component:
    title, why = ctx.t("customer.accounts"), ctx.t("customer.accounts_sub", day=day(view.as_of))
    if not view.accounts:
        return frame.card(
            title, status.empty(ctx.t("customer.no_accounts"), ctx.t("customer.no_accounts_what")), why=why
        )
    names = ("product", "account", "balance", "rate", "opened", "matures", "limit", "holders", "state")
    rows = [
        (
            f"{view.words.family(a.family)} · {a.product_name}" if a.product_name else view.words.family(a.family),
            mask_account(a.account_id) or "—",
            f"{money(a.balance)} {a.currency}" if a.balance is not None else ctx.t("customer.balance_unknown"),
            percent(a.rate, 2), day(a.opened_on), day(a.matures_on), "—" if a.limit is None else money(a.limit),
            number(len(a.holders) or 1), view.words.status(a.status),
        )
        for a in view.accounts
    ]  # fmt: skip
    heads = [ctx.t(f"customer.account.{name}") for name in names]
    return frame.card(title, charts.table(Table(heads, rows, right=(2, 3, 6, 7))), why=why)


def _loans(ctx: Ctx, view: View) -> Component:
    def term(months: int | None) -> str:
        return "—" if months is None else ctx.t("customer.months", count=months)

    names = (
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
            mask_account(loan.account_id) or "—", day(loan.granted_on), short_money(loan.principal, view.currency, ctx.language),
            money(loan.outstanding), percent(loan.rate, 2), term(loan.term_months), money(loan.instalment),
            ctx.t("customer.overdue_days", amount=money(loan.overdue_amount), days=loan.days_past_due) if loan.days_past_due else "—",
            ctx.t(f"customer.class.{loan.five_class}") if loan.five_class else "—", loan.purpose or "—",
        )
        for loan in view.loans
    ]  # fmt: skip
    heads = [ctx.t(f"customer.loan.{name}") for name in names]
    table = charts.table(Table(heads, rows, right=(2, 3, 4, 6, 7)))
    return frame.card(ctx.t("customer.loans_held"), table, why=ctx.t("customer.loans_sub"))


def _cards(ctx: Ctx, view: View) -> Component:
    heads = [ctx.t(f"customer.card.{name}") for name in ("card", "kind", "level", "issued", "expires", "limit")]
    rows = [
        (
            mask_account(card.card_id) or "—",
            ctx.t(f"customer.card_kind.{card.kind}"),
            card.level or "—",
            day(card.issued_on),
            day(card.expires_on),
            "—" if card.limit is None else money(card.limit),
        )
        for card in view.cards
    ]
    return frame.card(ctx.t("customer.cards"), charts.table(Table(heads, rows, right=(5,))))
