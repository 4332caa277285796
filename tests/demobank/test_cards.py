"""Credit cards that go overdue: what status, balance and movements say of them agrees, and so does the truth."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from demobank.card_debts import BLOCKED
from demobank.credit_events import DEFAULT, RECOVERY
from demobank.default_chances import Borrowers, survival
from demobank.plan import Plan
from demobank.simulation import history, make_block
from demobank.state import start
from tests.demobank.conftest import MONTHS, Ask

_CARDS = "loan_status s JOIN accounts a USING (account_id) JOIN products p USING (product_id)"
_IS_CARD = "p.family = 'credit_card'"


def test_every_open_card_has_a_status_and_it_is_its_balance(ask: Ask) -> None:
    there = f"""SELECT b.account_id, b.as_of FROM balances b JOIN accounts a USING (account_id) JOIN products p USING (product_id)
      WHERE {_IS_CARD} AND (a.closed_on IS NULL OR a.closed_on > b.as_of)"""
    assert ask(f"{there} EXCEPT SELECT account_id, as_of FROM loan_status") == []
    # A card given back is told of once more, with nothing owed; one sold with its debt is not.
    assert ask(f"SELECT count(*) FROM {_CARDS} WHERE {_IS_CARD} AND a.closed_on <= s.as_of AND s.outstanding > 0") == [
        (0,)
    ]
    wrong = f"SELECT 1 FROM {_CARDS} JOIN balances b USING (account_id, as_of) WHERE {_IS_CARD} AND s.outstanding <> -b.balance"
    assert ask(wrong) == []
    assert (
        ask(f"SELECT 1 FROM {_CARDS} WHERE {_IS_CARD} AND days_past_due >= 90 AND overdue_amount <> outstanding") == []
    )


def test_cards_are_as_late_as_those_of_a_bank(ask: Ask) -> None:
    ((late, npl),) = ask(
        f"""SELECT avg((days_past_due BETWEEN 1 AND 30)::INTEGER),
          sum(outstanding) FILTER (five_class IN ('substandard', 'doubtful', 'loss')) / sum(outstanding)
          FROM {_CARDS} WHERE {_IS_CARD} AND s.as_of >= '2025-11-01'"""
    )
    assert 0.015 < late < 0.03
    assert 0.008 < npl < 0.035


def test_who_misses_pays_nothing_and_is_charged_and_later_blocked(ask: Ask) -> None:
    status = f"""SELECT s.account_id, s.as_of, s.days_past_due,
      lag(s.days_past_due, 1, 0) OVER (PARTITION BY s.account_id ORDER BY s.as_of) AS before FROM {_CARDS} WHERE {_IS_CARD}"""
    moves = f"""SELECT count(*) FILTER (t.kind = 'transfer_in'), count(*) FILTER (t.kind = 'card_payment'),
      count(*) FILTER (t.kind = 'penalty_interest') FROM transactions t JOIN ({status}) x
      ON x.account_id = t.account_id AND last_day(t.booked_at) = x.as_of WHERE """
    ((paid, bought, _),) = ask(moves + "x.days_past_due > x.before + 15 AND x.days_past_due BETWEEN 31 AND 89")
    assert paid == bought == 0
    ((paid, _, charged),) = ask(moves + "x.days_past_due = 0 AND x.before > 0")
    assert paid > 0
    assert charged == paid
    # Of the first month nobody knows here how it began.
    ((_, _, charged),) = ask(moves + "x.before = 0 AND x.as_of > (SELECT min(as_of) FROM loan_status)")
    assert charged == 0


def test_the_truth_covers_cards_and_their_owners(ask: Ask) -> None:
    alive = f"SELECT s.account_id, s.as_of FROM {_CARDS} WHERE days_past_due < 90 AND (a.closed_on IS NULL OR a.closed_on > s.as_of)"
    assert ask(f"({alive}) EXCEPT SELECT account_id, as_of FROM truth_loans") == []
    single = """SELECT h.customer_id, t.as_of, max(t.pd_12m) AS most, 1 - exp(sum(ln(1 - least(t.pd_12m, 1 - 1e-12)))) AS apart
      FROM truth_loans t JOIN holders h ON h.account_id = t.account_id AND h.role = 'owner' GROUP BY ALL"""
    ((rows, least, most),) = ask(
        f"""SELECT count(*), min(b.pd_12m - x.most), max(b.pd_12m - x.apart)
        FROM truth_borrowers b JOIN ({single}) x USING (customer_id, as_of)"""
    )
    # Shared stress: never more likely than if accounts went their own ways, never less than the likeliest of them. Leaving
    # is looked at by schedule in the chance of a card alone: a loan that ends late makes a difference of a thousandth.
    assert rows > 10_000
    assert least > -1e-3
    assert most < 1e-3


@pytest.fixture(scope="module")
def lived() -> list[tuple[int, np.ndarray, np.ndarray]]:
    """(accounts, true chance, defaulted within 12 months) of customers at month 12, of three blocks."""
    plan = Plan(15_000, 24, 11, date(2026, 10, 31))
    found = []
    for index in range(3):
        block = make_block(plan, index)
        state = start(block)
        truth = Borrowers(block)
        for result in history(block, state, 24):
            if result.month.index == 12:
                there = truth.at(result, state.end_month)
                open_cards, open_loans = result.card_open.copy(), result.loan_open.copy()
        n = block.people.type.size
        fell = np.zeros(n, dtype=bool)
        fell[block.cards.customer[open_cards & (state.card_default_month > 12)]] = True
        fell[block.loans.customer[open_loans & (state.default_month > 12)]] = True
        held = np.bincount(block.cards.customer[open_cards], minlength=n)
        held += np.bincount(block.loans.customer[open_loans], minlength=n)
        who = np.searchsorted(block.people.customer_id, np.array(there["customer_id"].to_pylist()))
        found.append((held[who], np.array(there["pd_12m"]), fell[who]))
    return found


def test_the_true_chance_of_customers_is_what_happens(lived: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
    held, chance, fell = (np.concatenate([np.asarray(part[i]) for part in lived]) for i in range(3))
    for there in (held > 0, held == 1, held > 1):
        # Customers are independent of each other, and the chance is of the whole customer: a plain binomial spread.
        spread = np.sqrt((chance[there] * (1 - chance[there])).sum())
        assert abs(fell[there].sum() - chance[there].sum()) < 4 * spread
    for part in np.array_split(np.argsort(chance), 5):
        assert abs(fell[part].sum() - chance[part].sum()) < 4 * np.sqrt((chance[part] * (1 - chance[part])).sum()) + 1


def test_survival_equals_simulated_chains_of_two_accounts() -> None:
    rng = np.random.default_rng(3)
    n, months = 60_000, 12
    steps = np.zeros((2, 2, 5, 5))
    for account, (calm, stressed) in enumerate(((0.03, 0.3), (0.05, 0.25))):
        for stress, worse in enumerate((calm, stressed)):
            for arrears in range(DEFAULT):
                steps[account, stress, arrears, arrears + 1] = worse * 2
                steps[account, stress, arrears, 0] += 1 - worse * 2
            steps[account, stress, DEFAULT, DEFAULT] = 1
    enters, leaves, left = 0.05, 0.02, np.array([[13, 5]])
    told = survival(np.array([enters]), np.array([leaves]), np.array([5]), steps[None], left)[0]
    stress, arrears = np.zeros(n, dtype=int), np.zeros((n, 2), dtype=int)
    arrears[:, 1] = 1
    gone, repaid = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for month in range(1, months + 1):
        stress = np.where(stress == 1, rng.random(n) >= RECOVERY, rng.random(n) < enters).astype(int)
        gone |= (rng.random(n) < leaves) & repaid & (arrears[:, 0] == 0)
        for account in (0, 1):
            rows = np.cumsum(steps[account][stress, arrears[:, account]], axis=1)
            moved = np.minimum((rng.random(n)[:, None] >= rows).sum(axis=1), DEFAULT)
            arrears[:, account] = np.where(gone | (repaid if account else False), arrears[:, account], moved)
        repaid |= (month >= 5) & (arrears[:, 1] == 0)
    kept = (arrears != DEFAULT).all(axis=1).mean()
    assert told[0, 0 * DEFAULT + 1] == pytest.approx(kept, abs=0.008)


def test_the_small_bank_lives_long_enough_for_all_of_this(ask: Ask) -> None:
    assert MONTHS >= 24
    assert BLOCKED < DEFAULT
    ((defaulted, sold),) = ask(
        f"""SELECT count(DISTINCT s.account_id) FILTER (days_past_due >= 90),
          count(DISTINCT s.account_id) FILTER (days_past_due >= 90 AND a.closed_on IS NOT NULL) FROM {_CARDS} WHERE {_IS_CARD}"""
    )
    assert defaulted > 10
    assert sold > 2
