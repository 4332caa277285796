"""One block of customers lived through, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from demobank import bank_entries, card_debts, movements
from demobank.accounts import FAMILY, make_accounts, outstanding
from demobank.credit_events import DEFAULT, SALE, make_chain, next_arrears, next_stress
from demobank.geography import geography
from demobank.ledger import Pieces, Run, average_balance
from demobank.people import make_people
from demobank.plan import BANK_NAME, CHAINS, MOVEMENTS, PARTNERS, Array, Month, Plan, epoch_day
from demobank.state import FADING, Block, MonthContext, State

OTHER_BANKS = np.array(["云湖银行", "滨江农商银行", "古城商业银行", "北川银行", "南岭银行", "远洋银行"])


@dataclass(frozen=True)
class MonthResult:
    """What a month left behind in a block; money in whole cents, arrays per account or per loan."""

    month: Month
    rows: dict[str, Array]  # movements, in time order
    balance_after: Array
    balance: Array  # (accounts,) month-end
    average: Array
    reported: Array  # (accounts,) accounts with a month-end balance
    loan_open: Array  # (loans,) on the books at month-end
    loan_reported: Array  # (loans,) also those repaid this month
    left_over: Array  # (loans,) outstanding
    overdue: Array
    days_past_due: Array
    arrears: Array
    stressed: Array  # (customers,)
    card_open: Array  # (cards,) on the books at month-end
    card_reported: Array  # (cards,) also those paid off and given back this month
    card_overdue: Array
    card_days: Array  # past due
    card_arrears: Array
    leaving: Array  # (customers,)


def make_block(plan: Plan, index: int) -> Block:
    """Everything of a block that its months do not change."""
    geo = geography(plan)
    people = make_people(plan, geo, index)
    accounts, loans = make_accounts(plan, people, index)
    chain = make_chain(people, accounts, loans, epoch_day(plan.ends_on))
    n = people.type.size
    cards = card_debts.make_cards(accounts, n)
    sizes = {"own": n, "employer": max(n // 12, 1), "office": 1, "utility": 1, "shop": 200, "trade": 1_000}
    first, at = {}, 1
    for name, size in sizes.items():
        first[name] = at
        at += size
    rng = plan.rng(index, PARTNERS)
    numbers = np.array([None, *(f"98{x:017d}" for x in rng.integers(0, 10**17, at - 1))], dtype=object)
    banks = OTHER_BANKS[rng.integers(0, OTHER_BANKS.size, at)].astype(object)
    banks[0] = None
    companies = np.flatnonzero(people.corporate)
    # A third of the employers bank here: their settlement account is the salary's counterparty.
    for turn, entry in enumerate(range(first["employer"], first["employer"] + sizes["employer"], 3)):
        if companies.size:
            numbers[entry], banks[entry] = accounts.account_id[companies[turn % companies.size]], BANK_NAME
    return Block(plan, index, people, accounts, loans, cards, chain, numbers, banks, first)


def _stress_and_leaving(block: Block, state: State, month: Month, stays: Array) -> None:
    rng = block.plan.rng(block.index, CHAINS + month.index)
    n = block.people.type.size
    state.stressed = next_stress(block.chain, state.stressed, rng.random(n))
    fires = (rng.random(n) < block.people.leave_hazard) & ~stays
    free = (state.fade_month == 0) & (block.people.join_month < month.index)
    state.fade_month = np.where(fires & free, month.index, state.fade_month)


def _credit(block: Block, state: State, month: Month, running: Array) -> tuple[Array, Array]:
    """Move the arrears of running loans; returns (instalments paid, arrears before), per loan."""
    rng = block.plan.rng(block.index, CHAINS + 500 + month.index)
    loans, now = block.loans, month.index
    u, sale = rng.random(running.size), rng.random(running.size)
    before = state.arrears
    after = np.where(running, next_arrears(block.chain.steps, state.stressed[loans.customer], before, u), before)
    falls_due = now <= state.end_month
    paying = np.where(falls_due, before + 1 - after, np.where(after == 0, loans.term - state.paid, 0))
    paying = np.where(running & (before < DEFAULT) & (after < DEFAULT), np.maximum(paying, 0), 0)
    paying = np.minimum(paying, loans.term - state.paid)
    state.paid = state.paid + paying
    falls = running & (after == DEFAULT) & (before < DEFAULT)
    state.default_month = np.where(falls, now, state.default_month)
    sold = running & (before == DEFAULT) & (sale < SALE)
    repaid = running & (after == 0) & (now >= state.end_month)
    ends = loans.account[sold | repaid]
    state.closed_month[ends] = now
    state.closed_day[ends] = month.first_epoch + loans.due_day[sold | repaid] - 1
    state.arrears = after
    return paying, before


def _target(block: Block, state: State, month: Month, rng: np.random.Generator, activity: Array) -> Array:
    n = block.people.type.size
    season = 1.08 if month.bonus_day is not None else 1.0
    factor = season * np.exp(rng.normal(0, 0.12, n)) * np.where(state.stressed, 0.22, 1.0) * activity
    factor = np.where(activity < 0.1, 0.02, factor)
    return np.rint(np.maximum(block.accounts.size[:n], 10_000) * factor).astype(np.int64)


def _context(block: Block, state: State, month: Month) -> MonthContext:
    accounts, people, loans = block.accounts, block.people, block.loans
    now, n = month.index, people.type.size
    has_loan = np.zeros(n, dtype=bool)
    running = (accounts.open_month[loans.account] < now) & (state.closed_month[loans.account] == 0)
    has_loan[loans.customer[running]] = True
    _stress_and_leaving(block, state, month, has_loan | card_debts.in_arrears(block, state))
    paying, before = _credit(block, state, month, running)
    card_running, card_before = card_debts.move_cards(block, state, month)
    is_open = (accounts.open_month < now) & (state.closed_month == 0)
    # Who is leaving opens nothing more.
    due = accounts.open_month == now
    refused = due & (state.fade_month[accounts.customer] > 0)
    state.closed_month[refused] = -1
    rng = block.plan.rng(block.index, MOVEMENTS + now)
    age = np.clip(now - state.fade_month, 0, len(FADING))
    fading = np.array([*FADING, 0.0])[age]
    activity = np.where(state.fade_month > 0, fading, 1.0) * (people.join_month < now)
    return MonthContext(
        block=block,
        state=state,
        month=month,
        rng=rng,
        pieces=Pieces(),
        activity=activity,
        target=_target(block, state, month, rng, activity),
        opens=due & ~refused,
        is_open=is_open,
        paying=paying,
        before_arrears=before,
        card_running=card_running & is_open[block.cards.account],
        card_before=card_before,
        card_blocked=card_debts.blocked(block, state),
    )


def live(block: Block, state: State, month: Month) -> MonthResult:
    """Live through one month; `state` is moved to its end."""
    ctx = _context(block, state, month)
    for events in (
        bank_entries.interest_events, movements.income_events, movements.fixed_events, movements.spending_events,
        movements.festival_events, movements.trade_events, movements.company_events, bank_entries.instalment_events,
        card_debts.card_events, bank_entries.maturity_events, bank_entries.opening_events,
    ):  # fmt: skip
        events(ctx)
    before = state.balance.copy()
    run = bank_entries.level(ctx)
    if run.starts.size:
        state.balance[run.accounts] = run.running[np.r_[run.starts[1:], run.running.size] - 1]
    bank_entries.revalue(ctx)
    _book_loans(block, state, month)
    card_debts.close_of_leavers(ctx)
    average = average_balance(run, before, month)
    valued = (block.accounts.family >= FAMILY["wealth"]) & (block.accounts.family <= FAMILY["business_loan"])
    average = np.where(valued, (before + state.balance) // 2, average)
    state.averages = np.concatenate([state.averages[1:], average[None]])
    return _result(ctx, run, average)


def _result(ctx: MonthContext, run: Run, average: Array) -> MonthResult:
    block, state, month = ctx.block, ctx.state, ctx.month
    turn = np.argsort(run.rows["second"], kind="stable")
    loans, cards = block.loans, block.cards
    held = ctx.is_open | ctx.opens
    open_now = (block.accounts.open_month <= month.index) & (state.closed_month == 0)
    loan_open, card_open = open_now[loans.account], open_now[cards.account]
    ended = state.closed_month == month.index
    repaid = ended[loans.account] & (state.arrears < DEFAULT)
    paid_off = ended[cards.account] & (state.card_arrears < DEFAULT)
    left = np.where(loan_open, outstanding(loans, state.paid), 0)
    days = _days_past_due(block.plan, month, loans.due_day, state.arrears, state.default_month)
    days = np.where(loan_open, days, 0)
    scheduled = np.minimum(month.index, state.end_month) - loans.granted_month
    missed = np.maximum(scheduled - state.paid, 0) * (days > 0)
    card_days = _days_past_due(block.plan, month, cards.due_day, state.card_arrears, state.card_default_month)
    owed = np.maximum(-state.balance[cards.account], 0)
    due = np.where(state.card_arrears == DEFAULT, owed, np.minimum(state.card_overdue, owed))
    return MonthResult(
        month=month,
        rows={name: column[turn] for name, column in run.rows.items()},
        balance_after=run.running[turn],
        balance=state.balance.copy(),
        average=average,
        reported=held,
        loan_open=loan_open,
        loan_reported=loan_open | (repaid & held[loans.account]),
        left_over=left,
        overdue=np.minimum(missed * loans.instalment, left),
        days_past_due=days,
        arrears=state.arrears.copy(),
        stressed=state.stressed.copy(),
        card_open=card_open,
        card_reported=card_open | (paid_off & held[cards.account]),
        card_overdue=np.where(card_open, due, 0),
        card_days=np.where(card_open, card_days, 0),
        card_arrears=state.card_arrears.copy(),
        leaving=state.fade_month > 0,
    )


def _book_loans(block: Block, state: State, month: Month) -> None:
    account = block.loans.account
    on_books = (block.accounts.open_month[account] <= month.index) & (state.closed_month[account] == 0)
    state.balance[account] = np.where(on_books, -outstanding(block.loans, state.paid), 0)


def _days_past_due(plan: Plan, month: Month, due_day: Array, arrears: Array, default_month: Array) -> Array:
    """Days from the first missed due date to the month-end, per account; 0 without arrears."""
    first_missed = np.where(default_month > 0, default_month - 3, month.index + 1 - arrears)
    months, place = np.unique(first_missed, return_inverse=True)
    firsts = np.array([plan.month(int(i)).first_epoch for i in months], dtype=np.int64)
    due = firsts[place] + due_day - 1
    return np.where(arrears > 0, np.maximum(month.last_epoch - due, 1), 0)


def history(block: Block, state: State, months: int) -> Iterator[MonthResult]:
    """The block's months 1 .. months in turn, from the state before the first, which is moved along."""
    for index in range(1, months + 1):
        yield live(block, state, block.plan.month(index))
