"""The application scorecard on a real bank: 514 loans with history strictly before the grant, judged out of fold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from domain.credit.characteristics import BY_NAME, NEVER
from domain.credit.run import Development, ScorecardParameters, develop, rate
from tests.domain.credit.berka import canonical_relations
from warehouse.features import application
from warehouse.features.application import application_features, leak_test, loans_asked


@pytest.fixture(scope="module")
def bank(shared_data: Path) -> duckdb.DuckDBPyConnection:
    return canonical_relations(shared_data / "berka")


@pytest.fixture(scope="module")
def loans(bank: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return application_features(bank)


@pytest.fixture(scope="module")
def developed(loans: pd.DataFrame) -> Development:
    return develop(loans, loans["outcome"] == "bad", ScorecardParameters(), 1)


def test_the_514_loans_with_history_are_all_there(loans: pd.DataFrame) -> None:
    assert len(loans) == 514 and loans["account_id"].is_unique
    assert (loans["outcome"] == "bad").sum() == 55
    assert loans["customer_id"].notna().all()
    numbers = [c for c in loans.columns if c not in ("account_id", "customer_id", "granted_on", "outcome")]
    assert all(name in BY_NAME and name not in NEVER for name in numbers)


def test_one_loan_by_hand(bank: duckdb.DuckDBPyConnection, loans: pd.DataFrame) -> None:
    """Loan 5314 of account 1787, granted 1993-07-05: three movements before it, 1,100, 9,900 and 9,100 in cash."""
    moves = bank.execute(
        "SELECT CAST(booked_at AS DATE), amount FROM transactions WHERE account_id = '1787' AND booked_at < '1993-07-05'"
        " ORDER BY booked_at"
    ).fetchall()
    row = loans.set_index("account_id").loc["L5314"]
    balance = np.cumsum([float(amount) for _, amount in moves])
    lengths = np.diff([d.toordinal() for d, _ in moves] + [pd.Timestamp("1993-07-05").toordinal()])
    assert len(moves) == 4
    assert row["balance_last"] == balance[-1] and row["balance_min"] == balance.min()
    assert row["balance_mean"] == pytest.approx((balance * lengths).sum() / lengths.sum())
    assert row["loan_principal"] == 96_396 and row["outcome"] == "bad"


def test_nothing_on_or_after_the_grant_is_read(bank: duckdb.DuckDBPyConnection, loans: pd.DataFrame) -> None:
    later = duckdb.connect()
    for name in ("loans", "transactions", "accounts", "holders", "regions"):
        table = bank.execute(f"FROM {name}").arrow()
        later.register(f"given_{name}", table)
        later.execute(f"CREATE TABLE {name} AS FROM given_{name}")
    changed = later.execute("""
        UPDATE transactions SET amount = amount * 7 - 12345, balance_after = -1, kind = 'penalty_interest'
        FROM loans WHERE loans.paying_account_id = transactions.account_id AND booked_at >= granted_on""").fetchone()
    assert changed is not None and changed[0] > 1_000
    later.execute("UPDATE loans SET outcome = CASE outcome WHEN 'good' THEN 'bad' ELSE 'good' END")
    pd.testing.assert_frame_equal(application_features(later).drop(columns="outcome"), loans.drop(columns="outcome"))


def test_the_order_of_movements_within_a_day_does_not_matter(
    bank: duckdb.DuckDBPyConnection, loans: pd.DataFrame
) -> None:
    other = duckdb.connect()
    for name in ("loans", "transactions", "accounts", "holders", "regions"):
        other.register(f"given_{name}", bank.execute(f"FROM {name}").arrow())
        other.execute(f"CREATE TABLE {name} AS FROM given_{name} ORDER BY hash(COLUMNS(*))")
    pd.testing.assert_frame_equal(application_features(other), loans)


def test_it_tells_bad_loans_from_good_out_of_fold_and_is_no_leak(developed: Development) -> None:
    found = developed.metrics
    assert (found.rows, found.bad) == (514, 55)
    assert 0.85 <= found.auc.value < 0.95
    assert 0.78 < found.auc.low < found.auc.value < found.auc.high < 0.97
    assert found.fitted_auc > found.auc.value
    assert 0.5 < found.slope <= 1.2 and found.brier < 0.08
    assert sum(row["rows"] for row in found.calibration) == 514


def test_with_outcomes_dealt_at_random_nothing_is_left(loans: pd.DataFrame) -> None:
    dealt = np.random.default_rng(3).permutation((loans["outcome"] == "bad").to_numpy())
    try:
        found = develop(loans, dealt, ScorecardParameters(repeats=2), 1).metrics.auc
    except (ValueError, ArithmeticError):
        return  # no characteristic at all is the best answer
    assert abs(found.value - 0.5) < 0.12


def test_row_order_and_new_numbers_change_nothing(loans: pd.DataFrame, developed: Development) -> None:
    mixed = loans.sample(frac=1, random_state=4)
    mixed = mixed.assign(account_id=[f"N{i}" for i in range(len(mixed))])
    assert develop(mixed, mixed["outcome"] == "bad", ScorecardParameters(), 1) == developed


def test_every_loan_is_rated_with_points_that_add_up(loans: pd.DataFrame, developed: Development) -> None:
    rated = rate(developed.scorecard, loans, key="account_id")
    sums = rated["base"] + rated["points"].map(lambda entries: sum(e["points"] for e in entries))
    assert (sums == rated["score"]).all()
    assert rated["pd"].mean() == pytest.approx(55 / 514, abs=0.01)
    bad = (loans.sort_values("account_id")["outcome"] == "bad").to_numpy()
    assert rated["pd"][bad].mean() > 2 * rated["pd"][~bad].mean()


def test_age_and_gender_are_refused(loans: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="may never be a characteristic"):
        develop(
            loans.assign(age_years=40.0),
            loans["outcome"] == "bad",
            ScorecardParameters(characteristics=("age_years",)),
            1,
        )
    known = develop(loans.assign(age_years=np.arange(514.0)), loans["outcome"] == "bad", ScorecardParameters(), 1)
    assert "age_years" not in [v.name for v in known.metrics.verdicts]


def test_a_sample_that_is_too_small_says_what_to_do(loans: pd.DataFrame) -> None:
    few = loans.head(60)
    with pytest.raises(ValueError, match="Widen the window"):
        develop(few, few["outcome"] == "bad", ScorecardParameters(), 1)


def test_the_leak_test_changes_all_that_came_later_and_finds_nothing_moved(
    bank: duckdb.DuckDBPyConnection, loans: pd.DataFrame
) -> None:
    told = leak_test(bank)
    assert (told.loans, told.figures, told.differ) == (514, 27, 0)
    assert told.movements > 1_000


def test_the_leak_test_finds_a_figure_that_reads_the_day_of_the_grant(
    bank: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = application.SQL.replace("t.booked_at < a.granted_on", "t.booked_at <= a.granted_on")
    monkeypatch.setattr(application, "SQL", reads)
    assert leak_test(bank).differ > 0


def test_loans_without_a_movement_before_are_counted(bank: duckdb.DuckDBPyConnection, loans: pd.DataFrame) -> None:
    assert loans_asked(bank, date(1998, 12, 31)) == (682, 76)
    assert loans_asked(bank, date(1993, 1, 1)) == (0, 0)
