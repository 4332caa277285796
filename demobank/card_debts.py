"""Credit cards month by month: the bill that is paid, in part or not at all, what then is overdue, and how it ends.

Every card in use has an automatic payment on the 26th, after the bill is paid, so that there is always a bill to miss and
arrears depend on the chain of `credit_events` alone: that is what makes the true probability of default exact.
"""

from __future__ import annotations

import numpy as np

from demobank.accounts import FAMILY, Accounts
from demobank.credit_events import CARD_SALE, DEFAULT, next_arrears
from demobank.ledger import DAY
from demobank.movements import on_day, steady
from demobank.plan import CARD_USE, CARDS, Array, Month
from demobank.state import Block, Cards, MonthContext, State

BLOCKED = 2  # minimum payments missed from which the card buys nothing more
_RATE = 0.1825  # a year, on what is carried over
_LEAST = 1_000  # cents of the smallest minimum payment and of the smallest late charge
_FIRST_DUE, _DUE_DAYS = 16, 9  # bills are due from the 16th to the 24th


def make_cards(accounts: Accounts, customers: int) -> Cards:
    """The credit-card accounts of a block, in the order of their customers."""
    held = accounts.of_family[FAMILY["credit_card"]]
    who = np.flatnonzero(held >= 0)
    return Cards(account=held[who], customer=who, due_day=steady(customers, _FIRST_DUE, _DUE_DAYS)[who])


def move_cards(block: Block, state: State, month: Month) -> tuple[Array, Array]:
    """Move the arrears of the cards that are in use; returns (in use, arrears before), per card.

    Who is leaving pays off the card and misses nothing more.
    """
    rng = block.plan.rng(block.index, CARDS + month.index)
    cards, now = block.cards, month.index
    u, sale = rng.random(cards.account.size), rng.random(cards.account.size)
    running = (block.accounts.open_month[cards.account] < now) & (state.closed_month[cards.account] == 0)
    before = state.card_arrears
    moved = next_arrears(block.chain.card_steps, state.stressed[cards.customer], before, u)
    state.card_arrears = np.where(running & (state.fade_month[cards.customer] == 0), moved, before)
    falls = (state.card_arrears == DEFAULT) & (before < DEFAULT)
    state.card_default_month = np.where(falls, now, state.card_default_month)
    # What is sold or written off leaves the books with its debt: no movement, and no balance after this month.
    sold = running & (before == DEFAULT) & (sale < CARD_SALE)
    state.closed_month[cards.account[sold]] = now
    state.closed_day[cards.account[sold]] = month.first_epoch + cards.due_day[sold] - 1
    return running, before


def in_arrears(block: Block, state: State) -> Array:
    """Customers whose open card is in arrears: they cannot take their money and go."""
    late = (state.card_arrears > 0) & (state.closed_month[block.cards.account] == 0)
    found = np.zeros(block.people.type.size, dtype=bool)
    found[block.cards.customer[late]] = True
    return found


def blocked(block: Block, state: State) -> Array:
    """Customers whose card buys nothing more, bool."""
    found = np.zeros(block.people.type.size, dtype=bool)
    found[block.cards.customer[state.card_arrears >= BLOCKED]] = True
    return found


def card_events(ctx: MonthContext) -> None:
    """Pay the bill or miss it, charge what is carried over and what is late, and the automatic payment of the 26th.

    A bill's minimum is a tenth of what is owed and not yet overdue. Missed, it is overdue; paid while older ones are
    missed, it takes the place of the oldest. From 90 days on the whole debt is due.
    """
    cards, state, people = ctx.block.cards, ctx.state, ctx.block.people
    who, index, before, after = cards.customer, cards.account, ctx.card_before, state.card_arrears
    owed = np.where(ctx.card_running, -np.minimum(state.balance[index], 0), 0)
    overdue = np.minimum(state.card_overdue, owed)
    least = np.maximum((owed - overdue) // 10, np.minimum(owed - overdue, _LEAST))
    rng = ctx.block.plan.rng(ctx.block.index, CARD_USE + ctx.month.index)
    short = rng.random(who.size) < np.where(state.stressed[who], 0.7, 0.03)
    carry = np.where(short, np.maximum(people.revolves[who], 0.95), people.revolves[who])
    carry = np.where(ctx.activity[who] < 1, 0.0, carry)
    usual = np.maximum(np.rint(owed * (1 - carry * 0.93)).astype(np.int64), least)
    missed = (after > before) | (before == DEFAULT)
    catches_up = (after == 0) & (before > 0)
    pays = np.select([missed, catches_up, after == 0], [0, np.maximum(usual, overdue + least), usual], least)
    due = on_day(ctx, steady(people.type.size, _FIRST_DUE, _DUE_DAYS), 8)[who]
    second = np.where(catches_up, due - 12 * DAY, due)
    ctx.pieces.add(who, second, -pays, "transfer_out", "mobile", "transfer", "信用卡还款")
    ctx.pieces.add(index, second + 60, pays, "transfer_in", "system", "transfer", "信用卡还款")
    _charges(ctx, owed, overdue, np.where(before > 0, 1.0, carry))
    _purchases(ctx, owed, rng)
    state.card_overdue = np.select([after == 0, missed], [0, overdue + least], overdue)


def _charges(ctx: MonthContext, owed: Array, overdue: Array, carry: Array) -> None:
    """Interest on what is carried over, the late charge on missed minimum payments, and the automatic payment."""
    cards, before, accounts = ctx.block.cards, ctx.card_before, ctx.block.accounts
    index, who, n = cards.account, cards.customer, cards.account.size
    fee = np.rint(owed * carry * _RATE / 12).astype(np.int64)
    fee = np.where((owed + fee < accounts.limit[index] * 95 // 100) & (before < DEFAULT), fee, 0)
    ctx.pieces.add(index, np.full(n, 4 * DAY + 1_800), -fee, "interest", "system", "interest", "循环利息")
    late = ctx.card_running & (before > 0) & (before < DEFAULT)
    charge = np.where(late, np.maximum(overdue // 20, _LEAST), 0)
    ctx.pieces.add(
        index, np.full(n, 2_400), -charge, "penalty_interest", "system", "penalty_interest", "违约金"
    )  # fmt: skip
    used = (ctx.card_running | ctx.opens[index]) & _buys(ctx)
    monthly = steady(ctx.block.people.type.size, 30, 170)[who] * 100
    ctx.pieces.add(
        index, np.full(n, 25 * DAY + 9 * 3_600), -monthly * used, "card_payment", "online", "household", "话费代扣",
        ctx.block.partner_of["utility"],
    )  # fmt: skip


def _buys(ctx: MonthContext) -> Array:
    return (ctx.activity[ctx.block.cards.customer] == 1) & (ctx.state.card_arrears < BLOCKED)


def _purchases(ctx: MonthContext, owed: Array, rng: np.random.Generator) -> None:
    """One larger purchase a month, a share of the limit: more of it where money is short, none beyond the limit."""
    cards, n = ctx.block.cards, ctx.block.cards.account.size
    limit = ctx.block.accounts.limit[cards.account]
    habit = steady(ctx.block.people.type.size, 20, 160)[cards.customer] / 100
    share = 0.06 * habit * np.exp(rng.normal(-0.1, 0.45, n)) * np.where(ctx.state.stressed[cards.customer], 2.0, 1.0)
    amount = np.minimum(np.rint(limit * share), np.maximum(limit * 97 // 100 - owed, 0)).astype(np.int64)
    second = rng.integers(0, 25, n) * DAY + rng.integers(9 * 3_600, 22 * 3_600, n)
    ctx.pieces.add(
        cards.account, second, -amount * (ctx.card_running & _buys(ctx)), "card_payment", "online", "shopping", "网上购物",
        ctx.block.partner_of["shop"] + rng.integers(0, 200, n),
    )  # fmt: skip


def close_of_leavers(ctx: MonthContext) -> None:
    """Who is leaving gives back the card in the month after it was paid off."""
    cards, state = ctx.block.cards, ctx.state
    fade = state.fade_month[cards.customer]
    gone = ctx.card_running & (fade > 0) & (ctx.month.index > fade) & (state.balance[cards.account] == 0)
    gone &= state.closed_month[cards.account] == 0
    state.closed_month[cards.account[gone]] = ctx.month.index
    state.closed_day[cards.account[gone]] = ctx.month.last_epoch
