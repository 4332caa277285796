"""What private customers do in a month: earn, pay, spend, give red packets; each by latent type, season and hour."""

from __future__ import annotations

import numpy as np

from demobank import latent
from demobank.ledger import CHANNEL, DAY, KIND, MEMO
from demobank.people import People
from demobank.plan import Array, Month, cdf_of, cents, pick
from demobank.state import MonthContext

_SPEND_MEMOS = np.array(
    [MEMO[m] for m in ("日用消费", "餐饮", "网上购物", "出行", "医疗", "学费", "保费", "现金存取", "转账", None)]
)
_CASH, _TRANSFER = latent.SPEND_CATEGORIES.index("cash"), latent.SPEND_CATEGORIES.index("transfer")
_PACKETS = np.array([6_600, 8_800, 20_000, 20_000, 60_000, 66_600, 88_800, 100_000, 200_000, 500_000])


def seconds_of(ctx: MonthContext, kind: Array) -> Array:
    """A second of the month a movement, by the type's weekends and hours."""
    n, month = kind.size, ctx.month
    weights = np.where(month.weekend, latent.WEEKEND_FACTOR[:, None], 1.0)
    day = pick(ctx.rng.random(n), cdf_of(weights), kind)
    rows = kind + len(latent.TYPES) * month.weekend[day]
    hour = pick(ctx.rng.random(n), latent.HOUR_CDF, rows)
    return day * DAY + hour * 3_600 + ctx.rng.integers(0, 3_600, n)


def on_day(ctx: MonthContext, day: Array | int, hour: int, spread: int = 7_200) -> Array:
    """Seconds on the given day of the month (1 is the first), from `hour` on, one a customer."""
    n = ctx.block.people.type.size
    return (np.minimum(day, ctx.month.days) - 1) * DAY + hour * 3_600 + ctx.rng.integers(0, spread, n)


def steady(n: int, first: int, count: int) -> Array:
    """A number per customer that never changes, spread over first .. first + count − 1."""
    return first + (np.arange(n) * 7_919) % count


def _grown(month: Month) -> float:
    return float(1.04 ** (month.index / 12))


def income_events(ctx: MonthContext) -> None:
    """Salary from the same employer on the same day, the bonus before Spring Festival, pensions."""
    people, state, rng = ctx.block.people, ctx.state, ctx.rng
    n = people.type.size
    who = np.arange(n)
    pay = people.income / 13 * _grown(ctx.month) * np.exp(rng.normal(0, 0.012, n))
    # Stress takes the salary of some and a third of the others' before any instalment is missed for long.
    pay = np.where(state.stressed, np.where(people.loses_salary, 0.0, pay * 0.66), pay)
    earns = people.employed & (ctx.activity > 0.3)
    employer = ctx.block.partner_of["employer"] + steady(n, 0, max(n // 12, 1))
    ctx.pieces.add(
        who, on_day(ctx, steady(n, 5, 11), 9), np.rint(pay * earns).astype(np.int64),
        "salary", "transfer", "salary", "工资", employer,
    )  # fmt: skip
    if ctx.month.bonus_day is not None:
        share = np.where(rng.random(n) < 0.7, rng.uniform(0.6, 2.6, n), 0.0)
        ctx.pieces.add(
            who, on_day(ctx, ctx.month.bonus_day, 10), np.rint(pay * share * earns).astype(np.int64),
            "salary", "transfer", "salary", "年终奖", employer,
        )  # fmt: skip
    retired = (people.type == latent.ELDER) & (ctx.activity > 0.3)
    pension = np.rint(people.income / 12 * _grown(ctx.month) * retired).astype(np.int64)
    office = ctx.block.partner_of["office"]
    ctx.pieces.add(who, on_day(ctx, 15, 7), pension, "pension", "transfer", "pension", "养老金", office)


def fixed_events(ctx: MonthContext) -> None:
    """Rent to the same landlord and utilities by standing order."""
    people, rng = ctx.block.people, ctx.rng
    n = people.type.size
    who = np.arange(n)
    ctx.pieces.add(
        who, on_day(ctx, steady(n, 2, 4), 9), -rent_of(people) * (ctx.activity > 0.3),
        "transfer_out", "mobile", "rent", "房租", ctx.block.partner_of["own"] + (who + 3) % n,
    )  # fmt: skip
    season = 1.35 if ctx.month.first.month in (1, 7, 8, 12) else 1.0
    bill = np.rint(bill_of(people) * season * np.exp(rng.normal(0, 0.12, n))).astype(np.int64)
    ctx.pieces.add(
        who, on_day(ctx, steady(n, 8, 15), 8), -bill * (ctx.activity > 0.3),
        "transfer_out", "transfer", "household", "水电燃气费", ctx.block.partner_of["utility"],
    )  # fmt: skip


def rent_of(people: People) -> Array:
    """Cents of rent a month, 0 for who does not rent; the same every month."""
    rents = steady(people.type.size, 0, 1_000) < latent.RENTS[people.type] * 1_000
    return np.where(rents & ~people.corporate, (people.income / 12 * 0.22 // 10_000).astype(np.int64) * 10_000, 0)


def bill_of(people: People) -> Array:
    """Cents of utilities an ordinary month, 0 for who pays them elsewhere."""
    mark = (steady(people.type.size, 0, 1_000) * 37) % 1_000
    pays = mark < latent.DIRECT_DEBIT[people.type] * 1_000
    return np.where(pays & ~people.corporate, 18_000 + mark * 23, 0)


def _channel(ctx: MonthContext, kind: Array, category: Array) -> Array:
    n = kind.size
    channel = pick(ctx.rng.random(n), latent.CHANNEL_CDF, kind)
    cash = latent.BRANCH + pick(ctx.rng.random(n), latent.CASH_CDF, kind)
    at_till = np.isin(channel, [latent.BRANCH, latent.ATM, latent.TRANSFER]) & (category != _TRANSFER)
    elder = kind == latent.ELDER
    channel = np.where(at_till & ~elder, latent.POS, channel)
    channel = np.where((category == _TRANSFER) & (channel == latent.POS), latent.MOBILE, channel)
    return np.where(category == _CASH, cash, channel)


def spending_events(ctx: MonthContext) -> None:
    """What is bought, drawn and sent: Poisson in number, log-normal in amount; some of it on the credit card."""
    people, rng, state = ctx.block.people, ctx.rng, ctx.state
    rate = latent.SPEND_RATE[people.type] * ctx.activity * np.where(state.stressed, 0.75, 1.0)
    rate = rate * np.clip(people.propensity[:, 4], 0.3, 2.5)
    who = np.repeat(np.arange(people.type.size), rng.poisson(rate))
    kind = people.type[who]
    n = who.size
    weights = latent.SPEND_WEIGHTS * latent.month_weights(ctx.month.first.month)
    category = pick(rng.random(n), cdf_of(weights), kind)
    lift = np.clip(people.income[who] / 12_000_000, 0.15, 40) ** 0.45
    amount = cents(latent.SPEND_MEDIAN[category] * lift * np.exp(rng.normal(0, 0.75, n))) + 100
    cash = category == _CASH
    amount = np.where(cash, np.maximum(amount // 10_000, 1) * 10_000, amount)
    channel = _channel(ctx, kind, category)
    incoming = (cash & (rng.random(n) < 0.3)) | ((category == _TRANSFER) & (rng.random(n) < 0.35))
    amount = np.where(incoming, amount, -amount)
    word = np.select(
        [cash & incoming, cash, (category == _TRANSFER) & incoming, category == _TRANSFER],
        [KIND["deposit"], KIND["withdrawal"], KIND["transfer_in"], KIND["transfer_out"]],
        KIND["card_payment"],
    )
    card = ctx.block.accounts.held("credit_card")[who]
    safe = np.maximum(card, 0)
    room = (ctx.block.accounts.limit[safe] + state.balance[safe]) // 6
    usable = (
        (card >= 0)
        & (ctx.activity[who] == 1)
        & ctx.is_open[safe]
        & latent.CARD_ELIGIBLE[category]
        & (-amount < room)
        & ~ctx.card_blocked[who]
    )
    # Who is short of money lives on the card.
    on_card = usable & (rng.random(n) < np.where(state.stressed[who], 0.8, 0.6))
    channel = np.where(on_card & (channel < latent.POS), latent.POS, channel)
    shop = ctx.block.partner_of["shop"] + rng.integers(0, 200, n)
    friend = ctx.block.partner_of["own"] + (who + rng.integers(1, 6, n)) % people.type.size
    partner = np.where(category == _TRANSFER, friend, np.where(cash, 0, shop))
    ctx.pieces.add(
        np.where(on_card, card, who), seconds_of(ctx, kind), amount, word, channel,
        latent.SPEND_CODES[category], _SPEND_MEMOS[category], partner,
    )  # fmt: skip


def festival_events(ctx: MonthContext) -> None:
    """Red packets around Spring Festival, given and received."""
    if ctx.month.festival_day is None:
        return
    people, rng = ctx.block.people, ctx.rng
    number = rng.poisson(1.4 * latent.GIVES_RED_PACKETS[people.type] * (ctx.activity > 0.3))
    who = np.repeat(np.arange(people.type.size), number)
    n = who.size
    amount = _PACKETS[rng.integers(0, _PACKETS.size, n)]
    young = people.type[who] == latent.YOUNG
    incoming = rng.random(n) < np.where(young, 0.6, 0.35)
    day = np.clip(ctx.month.festival_day - 2 + rng.integers(0, 7, n), 1, ctx.month.days)
    second = (day - 1) * DAY + rng.integers(8, 24, n) * 3_600 + rng.integers(0, 3_600, n)
    ctx.pieces.add(
        who, second, np.where(incoming, amount, -amount),
        np.where(incoming, KIND["transfer_in"], KIND["transfer_out"]),
        np.where(people.type[who] == latent.ELDER, CHANNEL["branch"], CHANNEL["mobile"]),
        "red_packet", "红包", ctx.block.partner_of["own"] + (who + rng.integers(1, 9, n)) % people.type.size,
    )  # fmt: skip


def trade_events(ctx: MonthContext) -> None:
    """Receipts from and payments to regular partners: companies and the self-employed."""
    people, rng = ctx.block.people, ctx.rng
    n = people.type.size
    season = {1: 1.15, 2: 0.6, 6: 1.1, 9: 1.1, 11: 1.2, 12: 1.3}.get(ctx.month.first.month, 1.0)
    monthly = people.income / 12 * season * np.where(ctx.state.stressed, 0.5, 1.0)
    for sign, rates, share, kind, memo in (
        (1, latent.RECEIPT_RATE, 0.8, "transfer_in", "货款"), (-1, latent.SUPPLIER_RATE, 0.62, "transfer_out", "采购付款"),
    ):  # fmt: skip
        rate = rates[people.type]
        who = np.repeat(np.arange(n), rng.poisson(rate * ctx.activity * np.where(ctx.state.stressed, 0.7, 1.0)))
        m = who.size
        part = monthly[who] * share / np.maximum(rate[who], 1) * np.exp(rng.normal(-0.18, 0.6, m))
        type_ = people.type[who]
        channel = pick(rng.random(m), latent.CHANNEL_CDF, type_)
        channel = np.where(np.isin(channel, [latent.ATM, latent.POS]), latent.ONLINE, channel)
        partner = ctx.block.partner_of["trade"] + (who * 17 + rng.integers(0, 6, m)) % 1_000
        ctx.pieces.add(
            who, seconds_of(ctx, type_), sign * (np.rint(part).astype(np.int64) + 1), kind, channel,
            "business", memo, partner,
        )  # fmt: skip


def company_events(ctx: MonthContext) -> None:
    """Payroll runs, quarterly tax, rent of premises."""
    people, rng = ctx.block.people, ctx.rng
    n = people.type.size
    who = np.arange(n)
    acts = people.corporate & (ctx.activity > 0.3)
    monthly = people.income / 12
    payroll = np.rint(monthly * 0.11 * np.exp(rng.normal(0, 0.03, n)) * acts).astype(np.int64)
    ctx.pieces.add(who, on_day(ctx, steady(n, 8, 8), 9), -payroll, "payroll", "online", "salary", "代发工资")
    if ctx.month.first.month % 3 == 1:
        tax = np.rint(monthly * 0.07 * np.exp(rng.normal(0, 0.15, n)) * acts).astype(np.int64)
        ctx.pieces.add(
            who, on_day(ctx, 15, 10), -tax, "transfer_out", "online", "tax", "税款", ctx.block.partner_of["office"]
        )
    leases = acts & (steady(n, 0, 10) < 3)
    lease = np.rint(monthly * 0.02).astype(np.int64) * leases
    ctx.pieces.add(
        who, on_day(ctx, 6, 11), -lease, "transfer_out", "online", "leasing", "场地租金",
        ctx.block.partner_of["trade"] + who % 1_000,
    )  # fmt: skip
