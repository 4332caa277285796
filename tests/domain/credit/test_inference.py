"""How sure figures are: textbook answers, and laws that hold for any rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, binom

from domain.credit.inference import auc_difference, default_rate, hosmer_lemeshow, weights_told
from domain.credit.metrics import auc
from domain.credit.regression import fit_logistic
from tests.domain.credit.drawn_customers import drawn


def test_the_error_of_one_yes_or_no_is_that_of_a_log_odds_ratio() -> None:
    """Woolf (1955): the variance of the log odds ratio of a 2 × 2 table is the sum of the four reciprocals."""
    evidence = np.repeat([[0.0], [1.0]], [60, 90], axis=0)
    bad = np.repeat([1, 0, 1, 0], [20, 40, 10, 80])
    fit = fit_logistic(evidence, bad, 0.0)
    intercept, weight = weights_told(evidence, bad, fit, 0.0)
    assert weight.value == pytest.approx(np.log(80 / 10) - np.log(40 / 20))
    assert weight.error == pytest.approx(np.sqrt(1 / 20 + 1 / 40 + 1 / 10 + 1 / 80))
    assert intercept.error == pytest.approx(np.sqrt(1 / 20 + 1 / 40))
    assert weight.z == pytest.approx(weight.value / weight.error) and 0 < weight.p < 0.01


def test_rows_told_twice_make_no_weight_surer() -> None:
    rng = np.random.default_rng(5)
    evidence = rng.normal(size=(300, 2))
    bad = (rng.random(300) < 1 / (1 + np.exp(evidence[:, 0]))).astype(int)
    once = weights_told(evidence, bad, fit_logistic(evidence, bad, 0.0), 0.0, np.arange(300))
    twice = np.vstack([evidence, evidence]), np.concatenate([bad, bad])
    fit = fit_logistic(*twice, 0.0)
    both = weights_told(*twice, fit, 0.0, np.tile(np.arange(300), 2))
    naive = weights_told(*twice, fit, 0.0)
    for first, second, less in zip(once, both, naive, strict=True):
        assert second.error == pytest.approx(first.error) and less.error < 0.8 * second.error


def test_a_difference_of_aucs_is_that_of_all_pairs() -> None:
    """Placements by counting pairs, ties one half: the variance of DeLong's own definition."""
    rng = np.random.default_rng(2)
    bad = rng.random(80) < 0.3
    one = np.round(rng.normal(size=80) - bad, 1)
    other = np.round(rng.normal(size=80) - 0.3 * bad, 1)
    pairs = [np.sign(s[~bad][:, None] - s[bad][None, :]) / 2 + 0.5 for s in (one, other)]
    gap = pairs[0] - pairs[1]
    error = np.sqrt(gap.mean(axis=1).var(ddof=1) / (~bad).sum() + gap.mean(axis=0).var(ddof=1) / bad.sum())
    found = auc_difference(bad, one, other)
    assert found.value == pytest.approx(auc(bad, one) - auc(bad, other))
    assert found.high - found.value == pytest.approx(1.959964 * error)
    same = auc_difference(bad, one, one * 7 + 3)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_a_difference_of_customers_is_obuchowskis() -> None:
    """Sums by customer in a loop, as the paper has them; each customer doubled tells nothing more."""
    bad, one, other, whose = drawn(np.random.default_rng(6), 90)
    there = bad > 0
    pairs = [np.sign(s[~there][:, None] - s[there][None, :]) / 2 + 0.5 for s in (one, other)]
    gap = pairs[0] - pairs[1]
    goods, bads, mean = gap.mean(axis=1), gap.mean(axis=0), gap.mean()
    people = np.unique(whose)
    sums = [(np.sum(goods[whose[~there] == who] - mean), np.sum(bads[whose[there] == who] - mean)) for who in people]
    x, y = np.array(sums).T
    m, n = len(goods), len(bads)
    with_good, with_bad, all_of_them = len(set(whose[~there])), len(set(whose[there])), len(people)
    assert with_good + with_bad > all_of_them, "some are bad on one day and good on another"
    spread = (
        with_good / (with_good - 1) * (x @ x) / m**2
        + with_bad / (with_bad - 1) * (y @ y) / n**2
        + 2 * all_of_them / (all_of_them - 1) * (x @ y) / (m * n)
    )
    found = auc_difference(bad, one, other, whose)
    assert found.value == pytest.approx(mean) and found.high - found.value == pytest.approx(1.959964 * np.sqrt(spread))
    again = auc_difference(*(np.concatenate([part, part]) for part in (bad, one, other, whose)))
    assert (again.low, again.high) == pytest.approx((found.low, found.high))
    alone = auc_difference(bad, one, other, np.arange(len(bad)))
    assert alone == auc_difference(bad, one, other) and alone.high - alone.low < found.high - found.low


def test_hosmer_lemeshow_by_hand() -> None:
    found = hosmer_lemeshow([100, 100, 100], [5, 10, 30], [0.05, 0.1, 0.2], fitted=2)
    assert found.statistic == pytest.approx((30 - 20) ** 2 / (20 * 0.8)) and found.freedom == 1
    assert found.p == pytest.approx(0.0124193, abs=1e-6)  # χ²(1) over 6.25


def test_the_jeffreys_test_and_its_interval() -> None:
    found = default_rate(200, 9, 0.02)
    assert found.p == pytest.approx(beta.cdf(0.02, 9.5, 191.5)) and found.p < 0.05
    assert (found.low, found.high) == pytest.approx(tuple(beta.ppf([0.025, 0.975], 9.5, 191.5)))
    assert found.p_binomial == pytest.approx(binom.sf(8, 200, 0.02)) and found.seen == 0.045
    assert default_rate(50, 0, 0.01).low == 0.0 and default_rate(50, 0, 0.01).p_binomial == 1.0
    more = [default_rate(200, bad, 0.02).p for bad in range(8)]
    assert more == sorted(more, reverse=True)
    with pytest.raises(ValueError, match="needs rows"):
        default_rate(0, 0, 0.1)


def test_a_pd_is_not_doubted_where_no_more_turned_bad_than_it_says() -> None:
    few = default_rate(2, 0, 0.0006)
    assert few.p < 0.05 and few.doubt == 1.0, "of two rows without a bad the p is the prior's"
    assert default_rate(100, 4, 0.05).doubt == 1.0
    many = default_rate(100, 12, 0.05)
    assert many.doubt == many.p < 0.05
