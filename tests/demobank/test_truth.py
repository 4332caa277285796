"""The truth beside the delivery: probabilities that come true, hazards that fire, traces a model can find."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from demobank.credit_events import RECOVERY, default_table, make_chain
from demobank.geography import geography
from demobank.plan import Plan, epoch_day
from demobank.simulation import history, make_block
from demobank.state import start
from tests.demobank.conftest import Ask


def _outcomes(blocks: int, at: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """(true 12-month PD at month `at`, default within the 12 months after) of loans not in default then."""
    plan = Plan(blocks * 5_000, at + 12, 11, date(2026, 10, 31))
    truth, bad = [], []
    for index in range(blocks):
        block = make_block(plan, index)
        table = default_table(block.chain, block.loans)
        state = start(block)
        for result in history(block, state, at + 12):
            if result.month.index == at:
                alive = np.flatnonzero(result.loan_open & (result.days_past_due < 90))
                left = np.clip(state.end_month - at, 0, 12)
                stress = result.stressed[block.loans.customer].astype(int)
                truth.append(table[alive, left[alive], stress[alive], result.arrears[alive]])
        bad.append((state.default_month[alive] > at).astype(int))
    return np.concatenate(truth), np.concatenate(bad)


@pytest.fixture(scope="module")
def outcomes() -> tuple[np.ndarray, np.ndarray]:
    return _outcomes(4)


def test_the_true_probability_is_what_happens(outcomes: tuple[np.ndarray, np.ndarray]) -> None:
    truth, bad = outcomes
    assert truth.size > 3_000
    # Loans of one customer share its stress, so the count spreads wider than independent draws: five deviations.
    spread = np.sqrt((truth * (1 - truth)).sum())
    assert abs(bad.sum() - truth.sum()) < 4 * 1.25 * spread
    order = np.argsort(truth)
    for part in np.array_split(order, 5):
        sigma = np.sqrt((truth[part] * (1 - truth[part])).sum())
        assert abs(bad[part].sum() - truth[part].sum()) < 5 * sigma + 1


def test_bad_rate_and_discrimination_are_those_of_a_bank(outcomes: tuple[np.ndarray, np.ndarray]) -> None:
    truth, bad = outcomes
    assert 0.02 < truth.mean() < 0.04
    assert 0.80 < roc_auc_score(bad, truth) < 0.93


def test_default_table_equals_simulated_chains() -> None:
    # One loan's chain, walked 40,000 times by its own transition probabilities.
    plan = Plan(2_000, 2, 3, date(2026, 10, 31))
    block = make_block(plan, 0)
    chain = make_chain(block.people, block.accounts, block.loans, epoch_day(plan.ends_on))
    loan = int(np.argsort(chain.risk[block.loans.customer])[-20])
    want = default_table(chain, block.loans)[loan]
    rng = np.random.default_rng(1)
    for left, stress0, arrears0 in ((12, 0, 0), (12, 1, 2), (4, 0, 1)):
        stress = np.full(40_000, stress0)
        state = np.full(40_000, arrears0)
        done = np.zeros(40_000, dtype=bool)
        for month in range(12):
            u = rng.random(40_000)
            stress = np.where(stress == 1, u >= RECOVERY, u < chain.enters[block.loans.customer[loan]]).astype(int)
            rows = np.cumsum(chain.steps[loan, stress, state], axis=1)
            moved = np.minimum((rng.random(40_000)[:, None] >= rows).sum(axis=1), 4)
            state = np.where(done, state, moved)
            done |= (month + 1 >= left) & (state == 0)
        assert want[left, stress0, arrears0] == pytest.approx((state == 4).mean(), abs=0.01)


def test_truth_of_the_files_covers_every_living_loan(ask: Ask) -> None:
    assert ask("SELECT count(*) FROM truth_loans WHERE pd_12m NOT BETWEEN 0 AND 1") == [(0,)]
    alive = "SELECT account_id, as_of FROM loan_status WHERE days_past_due < 90 AND outstanding > 0"
    assert ask(f"({alive}) EXCEPT SELECT account_id, as_of FROM truth_loans") == []
    assert ask("SELECT max(days_past_due) < 90 FROM loan_status JOIN truth_loans USING (account_id, as_of)") == [
        (True,)
    ]


def test_five_classes_and_overdue_amounts_follow_the_days(ask: Ask) -> None:
    assert ask("SELECT 1 FROM loan_status WHERE (days_past_due > 0) <> (overdue_amount > 0)") == []
    assert ask("SELECT 1 FROM loan_status WHERE overdue_amount > outstanding") == []
    assert (
        ask(
            "SELECT 1 FROM loan_status WHERE (days_past_due >= 90) <> (five_class IN ('substandard', 'doubtful', 'loss'))"
        )
        == []
    )
    owed = "SELECT 1 FROM loan_status s JOIN balances b USING (account_id, as_of) WHERE s.outstanding <> -b.balance"
    assert ask(owed) == []


def test_stress_shows_in_thinner_accounts(ask: Ask) -> None:
    rows = ask(
        """SELECT t.stressed, median(b.balance / c.annual_income) FROM truth_loans t
           JOIN loans l USING (account_id) JOIN balances b ON b.account_id = l.paying_account_id AND b.as_of = t.as_of
           JOIN holders h ON h.account_id = l.account_id AND h.role = 'owner' JOIN customers c USING (customer_id)
           WHERE c.kind = 'personal' GROUP BY 1"""
    )
    thin = dict(rows)
    assert thin[True] < 0.6 * thin[False]


def test_customers_leave_at_their_hazard_and_then_do_nothing(ask: Ask) -> None:
    # Only customers without a loan are exposed; a little under one in ten has begun to leave.
    ((expected, left),) = ask(
        """SELECT sum(1 - pow(1 - attrition_hazard_monthly, 26)), count(fading_from) FROM truth_customers
           JOIN customers USING (customer_id)
           WHERE opened_on < DATE '2024-09-01' AND customer_id NOT IN (
               SELECT customer_id FROM holders JOIN loans USING (account_id))"""
    )
    assert abs(left - expected) < 4 * np.sqrt(expected)
    own = "t.kind NOT IN ('interest', 'fee', 'penalty_interest')"
    gone = "transactions t JOIN holders USING (account_id) JOIN truth_customers USING (customer_id)"
    assert ask(f"SELECT count(*) FROM {gone} WHERE role = 'owner' AND {own} AND booked_at::DATE > left_on") == [(0,)]


def test_next_products_open_at_their_hazard() -> None:
    plan = Plan(5_000, 24, 9, date(2026, 10, 31))
    assert geography(plan).outlets.size == 12
    block = make_block(plan, 0)
    from demobank.accounts import FAMILY, open_hazard

    hazard = open_hazard(block.people)[:, 1]
    account = block.accounts.of_family[FAMILY["wealth"]]
    month = np.where(account >= 0, block.accounts.open_month[account], 10**6)
    exposed = (month > 0) & (block.people.join_month == 0)
    expected = (1 - (1 - hazard[exposed]) ** 24).sum()
    assert abs((month[exposed] <= 24).sum() - expected) < 4 * np.sqrt(expected)
