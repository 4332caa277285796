"""The bank's side of a month: openings, instalments, interest, fees, and keeping accounts level."""

from __future__ import annotations

import numpy as np

from demobank import latent
from demobank.accounts import FAMILY, outstanding
from demobank.ledger import CHANNEL, DAY, MEMO, Run, lowest, order
from demobank.plan import MARKET, MARKET_BLOCK, Array
from demobank.state import FADING, MonthContext
from domain.canonical import INVESTMENT_FAMILIES

_INVESTMENTS = np.array([FAMILY[name] for name in INVESTMENT_FAMILIES])


def opening_events(ctx: MonthContext) -> None:
    """Accounts that open this month: the first deposit, money set aside, loans paid out."""
    accounts, people, rng = ctx.block.accounts, ctx.block.people, ctx.rng
    index = np.flatnonzero(ctx.opens)
    family, who = accounts.family[index], accounts.customer[index]
    second = (accounts.opened[index] - ctx.month.first_epoch) * DAY + rng.integers(9 * 3_600, 16 * 3_600, index.size)
    main = index < people.type.size
    size = np.maximum(accounts.size[index], 10_000)
    channel = np.where(people.type[who] == latent.YOUNG, CHANNEL["mobile"], CHANNEL["branch"])
    ctx.pieces.add(index[main], second[main], size[main], "deposit", "branch", "cash", "现金存取")
    # Money that moves out of the main account needs that account to be there already.
    time = family == FAMILY["time"]
    ctx.pieces.add(who[time], second[time], -size[time], "transfer_out", channel[time], "investment", "定期存入")
    ctx.pieces.add(index[time], second[time] + 1, size[time], "deposit", channel[time], "investment", "定期存入")
    held = np.isin(family, _INVESTMENTS)
    ctx.pieces.add(who[held], second[held], -size[held], "purchase", channel[held], "investment", "理财申购")
    ctx.state.balance[index[held]] = size[held]
    _disbursements(ctx)


def _disbursements(ctx: MonthContext) -> None:
    loans, rng = ctx.block.loans, ctx.rng
    new = np.flatnonzero(ctx.opens[loans.account])
    if not new.size:
        return
    second = (loans.granted[new] - ctx.month.first_epoch) * DAY + rng.integers(10 * 3_600, 15 * 3_600, new.size)
    who, principal = loans.customer[new], loans.principal[new]
    ctx.pieces.add(who, second, principal, "loan_disbursement", "system", "loan", "贷款发放")
    mortgage = loans.family[new] == FAMILY["mortgage"]
    spent = np.where(mortgage, principal, principal * 8 // 10)
    ctx.pieces.add(
        who, second + 600, -spent, "transfer_out", "transfer", "other", np.where(mortgage, MEMO["支付购房款"], MEMO["转账"]),
        ctx.block.partner_of["trade"] + who % 1_000,
    )  # fmt: skip


def instalment_events(ctx: MonthContext) -> None:
    """Instalments paid: on the due day, or late in the month when they make up for missed ones."""
    loans, rng = ctx.block.loans, ctx.rng
    paying = np.flatnonzero(ctx.paying > 0)
    due = loans.due_day[paying]
    late = (ctx.before_arrears[paying] > 0) & (ctx.paying[paying] > 1)
    day = np.where(late, np.minimum(due + 2, 27), due)
    second = (day - 1) * DAY + rng.integers(6 * 3_600, 8 * 3_600, paying.size)
    left = outstanding(loans, ctx.state.paid - ctx.paying)[paying]
    amount = np.minimum(loans.instalment[paying] * ctx.paying[paying], left + loans.instalment[paying] // 20)
    ctx.pieces.add(loans.customer[paying], second, -amount, "loan_repayment", "system", "loan", "贷款还款")


def interest_events(ctx: MonthContext) -> None:
    """Quarterly interest on the 21st, penalty interest on overdrafts, statement fees of small accounts."""
    accounts, state, people = ctx.block.accounts, ctx.state, ctx.block.people
    n = people.type.size
    pays = ctx.is_open & np.isin(accounts.family, [FAMILY["demand"], FAMILY["settlement"], FAMILY["time"]])
    index = np.flatnonzero(pays)
    if ctx.month.quarter_end:
        base = np.maximum(state.averages[:, index], 0).sum(axis=0)
        earned = np.rint(base * accounts.rate[index] / 12).astype(np.int64)
        at = np.full(index.size, 20 * DAY + 1_200)
        ctx.pieces.add(index, at, earned, "interest", "system", "interest", "利息")
        main = index[index < n]
        company = people.corporate[main]
        small = (state.averages[:, main].mean(axis=0) < 30_000) & ~company & (state.balance[main] > 300)
        fee = np.select([company, small], [6_000, 300], 0)
        ctx.pieces.add(main, np.full(main.size, 20 * DAY + 1_500), -fee, "fee", "system", "fee", "账户管理费")
    below = index[state.balance[index] < 0]
    penalty = np.maximum(-state.balance[below] * 15 // 1_000, 1)
    ctx.pieces.add(below, np.full(below.size, 600), -penalty, "penalty_interest", "system", "penalty_interest", "罚息")


def maturity_events(ctx: MonthContext) -> None:
    """Deposits and investments of leaving customers come back; so do some time deposits at maturity."""
    accounts, state, rng = ctx.block.accounts, ctx.state, ctx.rng
    who = accounts.customer
    age = ctx.month.index - accounts.open_month
    mature = (accounts.family == FAMILY["time"]) & (age > 0) & (age % np.maximum(accounts.term, 1) == 0)
    ends = mature & (rng.random(who.size) < 0.25)
    fades = ctx.month.index - state.fade_month[who] == 1
    fades &= state.fade_month[who] > 0
    back = ctx.is_open & (ends | fades) & (accounts.family != FAMILY["demand"]) & (state.balance > 0)
    time = np.flatnonzero(back & (accounts.family == FAMILY["time"]))
    at = (22 + rng.integers(0, 2, time.size)) * DAY + 10 * 3_600
    # After the 21st, so that the quarter's interest has been paid and the account can be emptied to the cent.
    earned = np.zeros(time.size, dtype=np.int64)
    if ctx.month.quarter_end:
        earned = np.rint(np.maximum(state.averages[:, time], 0).sum(axis=0) * accounts.rate[time] / 12).astype(np.int64)
    whole = state.balance[time] + earned
    ctx.pieces.add(time, at, -whole, "transfer_out", "branch", "investment", "定期转出")
    ctx.pieces.add(who[time], at + 60, whole, "transfer_in", "branch", "investment", "定期转出")
    held = np.flatnonzero(back & np.isin(accounts.family, _INVESTMENTS))
    at = (10 + rng.integers(0, 10, held.size)) * DAY + 11 * 3_600
    ctx.pieces.add(who[held], at, state.balance[held], "redemption", "mobile", "investment", "理财赎回")
    state.balance[held] = 0
    for gone in (time, held):
        state.closed_month[gone] = ctx.month.index
        state.closed_day[gone] = ctx.month.last_epoch


def revalue(ctx: MonthContext) -> None:
    """Month-end value of wealth, funds and insurance: yield, the market everybody shares, and a little of its own."""
    accounts, state, rng = ctx.block.accounts, ctx.state, ctx.rng
    market = ctx.block.plan.rng(MARKET_BLOCK, MARKET + ctx.month.index).normal(0.003, 0.035)
    noise = rng.normal(0, 0.006, accounts.family.size)
    for name, share in (("wealth", 0.02), ("fund", 1.0), ("insurance", 0.0)):
        index = np.flatnonzero((accounts.family == FAMILY[name]) & (state.balance > 0))
        gain = accounts.rate[index] / 12 + share * (market + noise[index])
        state.balance[index] = np.rint(state.balance[index] * (1 + gain)).astype(np.int64)


def level(ctx: MonthContext) -> Run:
    """Top up accounts that would run dry, sweep what is over, close what is left behind; returns the month's run.

    Who is under stress is topped up only to an overdraft; who leaves is swept down to nothing.
    """
    people, state, rng, month = ctx.block.people, ctx.state, ctx.rng, ctx.month
    n = people.type.size
    opening = _opening(ctx)
    run = order(ctx.pieces.take(), opening)
    low, close, last = (x[:n] for x in lowest(run, opening))
    u, v, w = rng.random(n), rng.random(n), rng.random(n)
    lives = ctx.is_open[:n] & (ctx.activity > 0)
    leaving = (state.fade_month > 0) & (ctx.activity > 0)
    bottom = np.where(state.stressed & ~leaving & ~people.corporate & (u < 0.7), -people.income // 40, 0)
    top = np.where(low < bottom, (bottom - low) + (v * people.income / 60).astype(np.int64) * (bottom == 0), 0)
    thin = lives & ~state.stressed & (ctx.activity == 1) & (close < ctx.target * 0.4) & (top == 0) & (w < 0.3)
    top = np.where(thin, ((ctx.target - close) * (0.5 + 0.5 * v)).astype(np.int64), top)
    top = np.where(lives, top, 0)  # nobody tops up a gone customer's account; a new one is paid in anyway
    own, who = ctx.block.partner_of["own"] + np.arange(n), np.arange(n)
    ctx.pieces.add(who, rng.integers(3_600, 8 * 3_600, n), top, "transfer_in", "transfer", "transfer", "他行转入", own)
    close = close + top
    over = close - ctx.target
    wants = lives & (over > ctx.target * 0.4 + 20_000) & (u < latent.SWEEP_RATE[people.type])
    out = np.where(wants, (over * (0.6 + 0.4 * v)).astype(np.int64), 0)
    out = np.where(leaving & (over > 0), over, out)
    ends = leaving & (month.index - state.fade_month == len(FADING) - 1) & (w < 0.6) & (close >= 0)
    out = np.where(ends, close, out)
    at = np.minimum(np.maximum(last + 300 + (v * 20_000).astype(np.int64), (18 + 9 * w) * DAY), month.days * DAY - 1)
    at = np.maximum(at.astype(np.int64), last)
    ctx.pieces.add(who, at, -out, "transfer_out", _digital(people.type), "transfer", "转出至本人他行账户", own)
    state.closed_month[who[ends]] = month.index
    state.closed_day[who[ends]] = month.last_epoch
    return order(ctx.pieces.take(), opening)


def _opening(ctx: MonthContext) -> Array:
    """Balances the movements of the month start from; investments and loans have none."""
    accounts = ctx.block.accounts
    runs = accounts.family < FAMILY["wealth"]
    runs |= (accounts.family == FAMILY["settlement"]) | (accounts.family == FAMILY["credit_card"])
    return np.where(runs, ctx.state.balance, 0)


def _digital(kind: Array) -> Array:
    return np.where(
        kind == latent.ELDER, CHANNEL["branch"], np.where(kind >= latent.COMPANY, CHANNEL["online"], CHANNEL["mobile"])
    )
