"""One account's month: the worked examples of the method, and what its definition left open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contribution.defaults import BY_CURRENCY, CNY, default
from domain.contribution.formula import contribution_of, half_up, work_out
from domain.contribution.lifetime import Survival, factor, factors, lifetime_value, monthly_survival, without_default
from domain.contribution.parameters import ContributionParameters, TransferPrice
from domain.contribution.sums import Sums, of_months, total
from domain.contribution.words import lines, rate, survival_words
from domain.plain import from_plain, to_plain
from tests.domain.contribution.account_months import account_month

D = Decimal
MORTGAGE = account_month(
    account_id="L1", family="mortgage", balance=D("600000"), rate=D("0.041"), pd=D("0.008"), term_months=240
)


def test_the_worked_deposit() -> None:
    assert work_out(account_month(), CNY).margin == D("133.33")


def test_the_worked_mortgage() -> None:
    month = work_out(MORTGAGE, CNY)
    assert (month.margin, month.expected_loss, month.capital_cost) == (D("700.00"), D("100.00"), D("288.75"))
    assert month.contribution + month.operating_cost == D("311.25")
    assert month.capital == D("31500.00")
    found = of_months([month])
    assert found.loan_margin == D("700.00")
    assert found.raroc == (D("700") - D("100") - month.operating_cost) * 12 / D("31500")


def test_components_are_rounded_once_and_add_up() -> None:
    month = work_out(account_month(balance=D("37.50"), movements={"branch": 1, "mobile": 3}), CNY)
    assert month.margin == D("0.05")
    assert month.operating_cost == D("7.24")
    assert month.contribution == contribution_of(
        month.margin, month.fees, month.expected_loss, month.operating_cost, None
    )
    half = work_out(account_month(balance=D("3.75"), rate=D("0.002")), CNY)
    assert half.margin == D("0.01"), "half a cent goes up"


def test_an_overdraft_costs_its_funding_and_bears_risk() -> None:
    month = work_out(account_month(balance=D("-12000"), interest=D("55.10"), pd=D("0.02")), CNY)
    assert month.margin == D("-18.00") + D("55.10")
    assert month.expected_loss == D("13.00")
    assert month.capital_cost == D("8.66")


def test_a_card_earns_what_it_charged_and_its_limit_is_at_risk() -> None:
    card = account_month(family="credit_card", rate=D("0.1825"), balance=D("10000"), limit=D("30000"), interest=D("40"))
    month = work_out(card, CNY)
    assert month.margin == D("21.67")
    assert month.ead == D("14000.00")
    assert month.expected_loss == D("24.50")
    assert work_out(replace(card, balance=D("-50")), CNY).margin == D("40.00"), "a card in credit owes nothing"


def test_wealth_earns_fees_only_and_a_debit_card_costs_its_keeping() -> None:
    wealth = work_out(account_month(family="wealth", balance=D("200000"), fees=D("5")), CNY)
    assert (wealth.margin, wealth.fees, wealth.expected_loss, wealth.capital_cost) == (0, D("55.00"), 0, 0)
    assert work_out(account_month(family="debit_card", balance=D(0)), CNY).contribution == D("-0.50")


def test_what_is_not_known_is_none_and_adds_nothing() -> None:
    month = work_out(account_month(balance=None, fees=D("3"), movements={"branch": 1}), CNY)
    assert (month.margin, month.expected_loss, month.capital_cost, month.capital) == (None, None, None, None)
    assert month.contribution == D("3.00") - D("7.00")
    strange = work_out(account_month(currency="XAU"), CNY)
    assert (strange.margin, strange.fees, strange.contribution) == (None, None, D("-1.00"))
    assert "XAU" in lines(strange, "en")[0].filled


def test_foreign_money_at_the_month_s_rate() -> None:
    month = work_out(account_month(currency="USD", balance=D("1000"), fees=D("1")), CNY)
    assert (month.margin, month.fees) == (D("9.47"), D("7.10"))


def test_default_unrated_and_rated() -> None:
    assert work_out(replace(MORTGAGE, pd=None), CNY).pd == D("0.008")
    assert work_out(replace(MORTGAGE, defaulted=True), CNY).expected_loss == D("12500.00")


def test_the_customer_s_rate_falls_back_on_the_family_s() -> None:
    assert work_out(account_month(rate=None), CNY).margin == D("141.67")


@pytest.mark.parametrize(
    ("term", "price"), [(None, "0.0165"), (3, "0.0165"), (4, "0.0175"), (36, "0.0215"), (60, "0.0225")]
)
def test_terms_fall_into_buckets(term: int | None, price: str) -> None:
    assert CNY.transfer_price("time", term) == D(price)


def test_collateral_decides_where_it_has_its_own() -> None:
    assert CNY.risk("business_loan", "保证") == (D(1), D("0.45"))
    assert CNY.risk("business_loan", "古董") == (D(1), D("0.45"))
    assert CNY.risk("consumer_loan", "保证") == (D("0.75"), D("0.55"))


def test_parameters_survive_json_and_refuse_nonsense() -> None:
    for each in BY_CURRENCY.values():
        assert from_plain(ContributionParameters, to_plain(each)) == each
    with pytest.raises(KeyError, match="no built-in parameters in XTS"):
        default("XTS")
    with pytest.raises(ValueError, match="demand needs a transfer price"):
        replace(CNY, transfer_prices=tuple(p for p in CNY.transfer_prices if p.family != "demand"))
    with pytest.raises(ValueError, match="twice"):
        replace(CNY, families=(*CNY.families, CNY.families[0]))
    with pytest.raises(ValueError, match="cost of channel atm is missing"):
        replace(CNY, unit_costs=tuple(c for c in CNY.unit_costs if c.channel != "atm"))
    with pytest.raises(ValueError, match="between 0 and 1"):
        replace(CNY, hurdle_rate=D("11"))
    with pytest.raises(ValueError, match="6 decimal places"):
        replace(CNY, transfer_prices=(*CNY.transfer_prices, TransferPrice("time", 120, D("0.0123456"))))


def test_the_formula_is_told_with_its_numbers() -> None:
    month = work_out(replace(MORTGAGE, movements={"mobile": 2, "atm": 0, "other": 1}), CNY)
    told = {line.component: line for line in lines(month, "zh")}
    assert told["margin"].filled == "600,000.00 × (4.10% − 2.70%) ÷ 12"
    assert told["expected_loss"].filled == "0.80% × 25.00% × 600,000.00 ÷ 12"
    assert told["capital_cost"].filled == "600,000.00 × 50.00% × 10.50% × 11.00% ÷ 12"
    assert told["operating_cost"].filled == "手机银行 2 × 0.08 + 渠道不明 1 × 0.30 + 120.00 ÷ 12"
    assert told["contribution"].filled == "700.00 + 0.00 − 100.00 − 10.46 − 288.75"
    assert told["contribution"].result == month.contribution == D("300.79")
    english = lines(work_out(account_month(family="fund", currency="USD", balance=D("100")), CNY), "en")
    assert english[1].filled == "(0.00 + 100.00 × 0.60% ÷ 12) × 7.1"
    assert rate(D("0.00125")) == "0.125%"


def test_sums_agree_however_they_are_made() -> None:
    months = [work_out(account_month(balance=D(n) / 3), CNY) for n in range(1, 40)] + [work_out(MORTGAGE, CNY)]
    parts = [of_months(months[n::4]) for n in range(4)]
    assert total(parts) == of_months(months)
    assert of_months(months).contribution == sum(m.contribution for m in months)
    assert total(parts) - parts[0] == total(parts[1:])
    assert Sums().raroc is None


def test_who_is_likely_to_leave_is_worth_less() -> None:
    """12.5% leave in three months: (7/8)^(1/3) = 0.956466 a month; to lose 7 of 8 halves every month, 1/2 + 1/4 + … = 1."""
    assert monthly_survival(0.125, 3) == pytest.approx(0.956466, abs=5e-7)
    stays = np.array([monthly_survival(leaves, 3) for leaves in (0.125, 0.875, 0.0, 1.0)])
    some, most, nobody, all_ = factors(stays, D(0))
    assert (most, nobody, all_) == (1_000_000_000, 36_000_000_000, 0)
    assert most < some < nobody
    for leaves in (0.0005, 0.695):
        same = factor(D(monthly_survival(leaves, 3)), D("0.05"))
        assert factors(np.array([monthly_survival(leaves, 3)]), D("0.05"))[0] == int(same.scaleb(9))


def test_survival_in_words() -> None:
    told = Survival(monthly_survival(0.695, 3), "V-1", 0.695, 3)
    assert survival_words(told, "en") == (
        "Lifetime value takes survival from attrition V-1: 69.50% likely to leave within 3 months, which keeps 67.31% a month."
    )
    assert (
        survival_words(told, "zh") == "终身价值的留存取自流失预警 V-1：3 个月内流失概率 69.50%，折合每月留存 67.31%。"
    )
    assert "V-1 does not cover this customer" in survival_words(Survival(0.99, "V-1"), "en")
    ends = survival_words(Survival(0.99, default=True), "en")
    assert "expected loss counts once (LGD × EAD)" in ends and "once" not in survival_words(Survival(0.99), "en")
    assert "只计一次" in survival_words(Survival(0.99, default=True), "zh")
    assert "每月" not in survival_words(Survival(0.99), "zh") and "99.00%" in survival_words(Survival(0.99), "zh")


def test_lifetime_value() -> None:
    assert factor(D(1), D(0)) == 36
    assert factor(D("0.5"), D(0)) == D("1")
    assert lifetime_value(D("120.00"), 12, D(36)) == D("360.00")
    assert lifetime_value(D("120.00"), 0, D(36)) is None
    assert lifetime_value(D("120.00"), 12, D(36), D("24.00"), D("0.50"), D(30)) == D("405.00"), "360 + (2 − 0.5) · 30"


def test_who_has_defaulted_costs_the_loss_once_and_earns_nothing_more() -> None:
    """7.67 M at an LGD of 45% is a loss of 3.45 M, not 36 months of a twelfth of it, whatever the loan brought before."""
    month = work_out(account_month(family="business_loan", balance=D("7670000"), defaulted=True), CNY)
    assert month.expected_loss is not None
    whole = month.lgd * D("7670000")
    told = lifetime_value(D(0), 12, D(30), owed=D("98000.00"), loss=month.expected_loss, owed_times=None)
    assert told is not None and abs(told + whole) <= D("0.06"), "to the rounding of twelve months"
    beside = lifetime_value(D("1200.00"), 12, D(30), owed=D("98000.00"), loss=month.expected_loss, owed_times=None)
    assert beside == told + 3000, "what the customer keeps goes on"


@given(
    st.decimals("0", "1", places=6), st.decimals("0", "1", places=3), st.decimals("0", "100000000", places=2),
    st.decimals("0", "1", places=4), st.decimals("0", "0.3", places=4),
)  # fmt: skip
def test_expected_losses_never_add_up_to_more_than_the_loan_can_lose(pd: D, lgd: D, ead: D, stays: D, rate: D) -> None:
    loss = half_up(Fraction(pd) * Fraction(lgd) * Fraction(ead) / 12)
    monthly = np.array([float(stays)]) * without_default(np.array([float(pd)]))
    times = None if pd == 1 else D(int(factors(monthly, rate)[0])).scaleb(-9)
    told = lifetime_value(D(0), 12, D(36), loss=loss, owed_times=times)
    assert told is not None and 0 <= -told <= lgd * ead + D("0.20"), "36 roundings of half a cent"
