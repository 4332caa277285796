"""What may enter a bank's card: declared with a reason, cleared of a leak, and significant beside the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from domain.catalogue import FEATURE_NAMES
from domain.credit.binning import CARD_BINS, bin_characteristic
from domain.credit.characteristics import APPLICATION, BEHAVIOUR, EXCLUDED, NEVER, OFFERED, Clearance, excluded, named
from domain.credit.inference import weights_told
from domain.credit.regression import fit_logistic
from domain.credit.run import ScorecardParameters, develop
from domain.credit.selection import CARD_RULES, select

N = 2_400


@pytest.fixture(scope="module")
def bank() -> tuple[pd.DataFrame, np.ndarray]:
    """Arrears and savings tell of default, savings twice; income, tenure and six others only say what chance lets them."""
    rng = np.random.default_rng(8)
    risk = rng.normal(size=N)
    late = np.where(rng.random(N) < 0.06 * np.exp(risk), rng.integers(1, 60, N), 0)
    savings = np.exp(9 - risk + rng.normal(size=N))
    table = pd.DataFrame({"worst_days_past_due_12m": late, "aum_to_instalments": savings, "aum": savings * 30})
    noise = ("annual_income", "tenure_months", "investments", "inflow_12m", "net_flow_12m", "region_unemployment")
    table = table.assign(**{name: rng.normal(size=N) for name in noise}, share_category_dining=-risk)
    odds = -3.6 + 0.9 * risk + 1.2 * (late > 0)
    return table, (rng.random(N) < 1 / (1 + np.exp(-odds))).astype(int)


def test_every_figure_is_offered_with_a_direction_and_a_reason_or_left_out_with_one() -> None:
    for name in FEATURE_NAMES:
        assert (name in OFFERED) != (excluded(name) is not None), name
    for one in (*BEHAVIOUR, *APPLICATION):
        assert one.why is not None and all(one.why), one.name
        assert (
            one.direction in ("safer", "riskier")
            or "说不出" in one.why[0]
            or "都可能" in one.why[0]
            or "可能是" in one.why[0]
        )
    assert all(one.direction in ("safer", "riskier") for one in BEHAVIOUR)
    assert all(all(one.what) and all(one.why) for one in EXCLUDED)
    spending = [name for name in FEATURE_NAMES if name.startswith(("share_", "night_", "weekend_"))]
    assert spending and not [name for name in spending if name in OFFERED] and not set(NEVER) & set(OFFERED)
    assert named("share_category_dining").zh == "餐饮占比"  # a card from before can still be read


def test_what_is_not_offered_does_not_enter_however_well_it_would_tell(bank: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = bank
    made = develop(table, bad, ScorecardParameters(repeats=1, redraws=5), 1)
    assert "share_category_dining" not in [v.name for v in made.metrics.verdicts]
    with pytest.raises(ValueError, match=r"not offered for credit\. A way of life"):
        develop(table, bad, ScorecardParameters(characteristics=("share_category_dining",)), 1)


def test_only_what_is_significant_stays_and_one_of_two_alike(bank: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = bank
    made = develop(table, bad, ScorecardParameters(repeats=1, redraws=5), 1)
    told = {v.name: v for v in made.metrics.verdicts}
    assert set(made.scorecard.names) >= {"worst_days_past_due_12m"} and len(made.scorecard.names) <= 4
    assert {told["aum"].reason, told["aum_to_instalments"].reason} == {"kept", "correlated"}
    assert {told[name].reason for name in ("annual_income", "tenure_months")} <= {"no_information", "not_significant"}
    codes = made.scorecard.codes(table)
    evidence = np.column_stack(
        [c.binning.weights.take(codes[:, i]) for i, c in enumerate(made.scorecard.characteristics)]
    )
    weights = weights_told(evidence, bad, fit_logistic(evidence, bad, CARD_RULES.ridge), CARD_RULES.ridge)[1:]
    assert all(one.value > 0 and one.above < 0.05 and one.above == one.p / 2 for one in weights)
    for c in made.scorecard.characteristics:
        assert c.binning.trend in ({"safer": "falling", "riskier": "rising"}[named(c.name).direction], "none")


def test_a_suspicion_keeps_it_out_until_somebody_rules_it_out(bank: tuple[pd.DataFrame, np.ndarray]) -> None:
    table, bad = bank
    leaking = table.assign(annual_income=np.where(bad > 0, 1.0, 9.0) + table["tenure_months"])  # known afterwards only
    assert named("annual_income").cleared is None and named("worst_days_past_due_12m").cleared is not None
    iv = bin_characteristic(leaking["annual_income"], bad, "annual_income", CARD_BINS, direction="safer", step=100).iv
    assert iv > CARD_RULES.leak_iv
    made = develop(leaking, bad, ScorecardParameters(repeats=1, redraws=5), 1)
    verdict = next(v for v in made.metrics.verdicts if v.name == "annual_income")
    assert (verdict.reason, verdict.value, verdict.leak_suspected) == ("not_cleared", pytest.approx(iv), True)
    assert "annual_income" not in made.scorecard.names and "annual_income" not in made.metrics.clearances
    cleared = {"annual_income": Clearance("工资单核对过", "held against pay slips", "risk")}
    again = develop(leaking, bad, ScorecardParameters(repeats=1, redraws=5, cleared=cleared), 1)
    assert "annual_income" in again.scorecard.names and again.metrics.clearances["annual_income"].by == "risk"
    assert again.metrics.as_dict()["clearances"]["annual_income"]["en"] == "held against pay slips"


def test_five_bad_customers_carry_a_characteristic_however_often_they_were_seen(
    bank: tuple[pd.DataFrame, np.ndarray],
) -> None:
    """Twenty-four bad customers carry four; seen three times each they are no seventy-two, who would carry twelve."""
    rng = np.random.default_rng(3)
    bad = np.repeat([1, 0], [24, 2_376])
    table = pd.DataFrame({f"c{i}": rng.normal(size=len(bad)) - 0.9 * bad for i in range(7)})
    binnings = tuple(bin_characteristic(table[name], bad, name, CARD_BINS) for name in table)
    evidence = np.column_stack([one.weights.take(one.assign(table[one.name])) for one in binnings])
    thrice, whose = (np.concatenate([part] * 3) for part in (bad, np.arange(len(bad))))
    rows = np.concatenate([evidence] * 3)
    assert len(select(binnings, evidence, bad, CARD_RULES).kept) == 4
    told = select(binnings, rows, thrice, CARD_RULES, whose=whose)
    assert len(told.kept) == 4 and {v.value for v in told.verdicts if v.reason == "too_many"} == {4.0}
    assert len(select(binnings, rows, thrice, CARD_RULES).kept) > 4
