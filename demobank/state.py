"""What changes from month to month in a block, and what a month's events are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demobank.accounts import FAMILY, Accounts, Loans
from demobank.credit_events import Chain, starting_cards, starting_state
from demobank.ledger import Pieces
from demobank.people import People
from demobank.plan import CARDS, CHAINS, Array, Month, Plan

FADING = (0.55, 0.25, 0.08)  # activity and balances in the three months before a customer is gone


@dataclass(frozen=True)
class Cards:
    """Credit-card accounts of a block, arrays of shape (cards,), in the order of customers."""

    account: Array
    customer: Array
    due_day: Array


@dataclass(frozen=True, eq=False)
class Block:
    """All of a block that does not change; two are the same only when they are one object."""

    plan: Plan
    index: int
    people: People
    accounts: Accounts
    loans: Loans
    cards: Cards
    chain: Chain
    partner_account: Array  # strings; entry 0 is "none"
    partner_bank: Array
    partner_of: dict[str, int]  # first entry of each group of partners


@dataclass
class State:
    """What a month changes; money in whole cents."""

    balance: Array  # (accounts,)
    closed_month: Array  # (accounts,) 0 while open
    closed_day: Array  # (accounts,) epoch day
    averages: Array  # (3, accounts) the last three monthly averages
    stressed: Array  # (customers,)
    fade_month: Array  # (customers,) 0 while staying
    arrears: Array  # (loans,)
    paid: Array  # (loans,) instalments paid
    default_month: Array  # (loans,) 0 while not in default
    end_month: Array  # (loans,) month of the last due date
    card_arrears: Array  # (cards,) minimum payments missed, as of loans
    card_overdue: Array  # (cards,) cents of them
    card_default_month: Array  # (cards,) 0 while not in default


@dataclass
class MonthContext:
    """One month of one block in the making."""

    block: Block
    state: State
    month: Month
    rng: np.random.Generator
    pieces: Pieces
    activity: Array  # (customers,) 1 while staying, fading before leaving, 0 outside
    target: Array  # (customers,) what the main account tends back to, cents
    opens: Array  # (accounts,) opened this month
    is_open: Array  # (accounts,) open before this month began and not closed
    paying: Array  # (loans,) instalments paid this month
    before_arrears: Array  # (loans,)
    card_running: Array  # (cards,) in use since before this month
    card_before: Array  # (cards,) arrears before
    card_blocked: Array  # (customers,) buys nothing on the card


def start(block: Block) -> State:
    """The bank on the last day before its history."""
    rng = block.plan.rng(block.index, CHAINS)
    accounts, loans, people = block.accounts, block.loans, block.people
    n, m = people.type.size, accounts.family.size
    stressed, arrears = starting_state(block.chain, loans, rng.random(n), rng.random(loans.account.size))
    old = accounts.open_month == 0
    balance = np.where(old, accounts.size * np.exp(rng.normal(0, 0.25, m)), 0)
    thin = accounts.customer[:m]
    balance = np.where(stressed[thin] & (accounts.family == FAMILY["demand"]), balance * 0.3, balance)
    balance = np.rint(balance).astype(np.int64)
    is_time = old & (accounts.family == FAMILY["time"])
    balance[is_time] = accounts.size[is_time]
    card = old & (accounts.family == FAMILY["credit_card"])
    use = people.revolves[accounts.customer] * 0.8 + 0.05 * rng.random(m)
    balance[card] = -np.maximum((accounts.limit[card] * use[card]).astype(np.int64), 5_000)  # a bill to pay, or to miss
    cards = block.cards
    late = starting_cards(
        block.chain, stressed[cards.customer], block.plan.rng(block.index, CARDS).random(cards.account.size)
    )
    late = np.where(old[cards.account], late, 0)
    return State(
        balance=balance,
        closed_month=np.zeros(m, dtype=np.int64),
        closed_day=np.zeros(m, dtype=np.int64),
        averages=np.tile(balance, (3, 1)),
        stressed=stressed,
        fade_month=np.zeros(n, dtype=np.int64),
        arrears=np.where(loans.granted_month <= 0, arrears, 0),
        paid=np.maximum(loans.paid_before - np.where(loans.granted_month <= 0, arrears, 0), 0),
        default_month=np.zeros(loans.account.size, dtype=np.int64),
        end_month=loans.granted_month + loans.term,
        card_arrears=late,
        card_overdue=-balance[cards.account] // 10 * late,
        card_default_month=np.zeros(late.size, dtype=np.int64),
    )


def left_month(state: State) -> Array:
    """First month in which a customer is gone, 0 for those who stay."""
    return np.where(state.fade_month > 0, state.fade_month + len(FADING), 0)
