"""A limit and a rate by hand, each step; and why there is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest

from domain.contribution.defaults import CNY
from domain.credit.limits import DEFAULTS, REASONS, Advice, Asked, NoAdvice, advise, annuity, price_of

KNOWN = Asked("personal", "BBB", D("0.008"), D(200_000), D(2_000), D(50_000), D(80_000), False)


def test_a_limit_by_hand() -> None:
    found = advise(KNOWN, CNY)
    assert isinstance(found, Advice)
    assert (found.monthly_income, found.most_instalments) == (D("16666.67"), D("8333.34"))
    assert found.free_instalment == D("8333.34") - D(2000) - D("2500.00")
    price = found.price  # 2.45 % + 60 / 69,000.12 + 0.8 % · 55 % + 75 % · 10.5 % · 11 %
    assert (price.transfer_price, price.cost, price.expected_loss) == (D("0.0245"), D("0.0009"), D("0.0044"))
    assert price.capital_charge == D("0.0087")
    assert price.rate == D("0.0385")
    assert found.can_be_repaid == annuity(D("3833.34"), D("0.0385"), 36) == D("130132.07")
    assert found.room == D(200_000) * D("1.2") - 80_000
    assert found.limit == D(130_000)
    tight = advise(replace(KNOWN, unsecured=D(239_500)), CNY)
    assert tight == NoAdvice("no_room")  # less than a step
    assert advise(replace(KNOWN, unsecured=D(200_000)), CNY).limit == D(40_000)  # type: ignore[union-attr]


def test_an_annuity_is_paid_back() -> None:
    assert annuity(D(3_000), D("0.06"), 36) == D("98613.05")  # (1 − 1.005^−36) / 0.005 = 32.871016
    assert annuity(D(100), D(0), 12) == D("1200.00")
    owed = annuity(D(3_000), D("0.06"), 36)
    for _ in range(36):
        owed = owed * D("1.005") - 3_000
    assert abs(owed) < D("0.05")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"kind": "corporate"}, "company"), ({"grade": "D"}, "default"), ({"overdue": True}, "overdue"),
     ({"grade": None}, "unrated"), ({"annual_income": None}, "no_income"), ({"annual_income": D(0)}, "no_income"),
     ({"grade": "C"}, "grade"), ({"instalments": D(9_000)}, "no_room"), ({"unsecured": D(250_000)}, "no_room")],
)  # fmt: skip
def test_why_there_is_no_limit(changed: dict[str, object], reason: str) -> None:
    assert reason in REASONS
    assert advise(replace(KNOWN, **changed), CNY) == NoAdvice(reason)  # type: ignore[arg-type]


def test_riskier_is_dearer_and_less() -> None:
    order = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC")
    chances = ("0.0005", "0.002", "0.004", "0.008", "0.015", "0.03", "0.06")
    found = [advise(replace(KNOWN, grade=grade, pd=D(pd)), CNY) for grade, pd in zip(order, chances, strict=True)]
    given = [one for one in found if isinstance(one, Advice)]
    assert [one.limit for one in given] == sorted((one.limit for one in given), reverse=True)
    assert [one.price.rate for one in given] == sorted(one.price.rate for one in given)
    with pytest.raises(ValueError, match="average balance above 0"):
        price_of(D("0.01"), D(0), CNY, DEFAULTS)
