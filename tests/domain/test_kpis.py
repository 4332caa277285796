"""KPIs by hand, and the law that a ratio is made from sums."""

from __future__ import annotations

from decimal import Decimal

from domain.kpis import BY_NAME, COMPONENTS, KPIS, OWNER_WORDS, compute

MONTH = dict.fromkeys(COMPONENTS, 0) | {
    "customers": 200, "customers_active": 150, "aum": Decimal("1000000.10"), "loans": Decimal("400000"),
    "loans_overdue": Decimal("8000"), "loans_npl": Decimal("5000"), "inflow": Decimal("70.25"), "outflow": Decimal("100"),
    "products_held": 340, "movements_own": 1000, "movements_digital": 640, "complaints": 3,
}  # fmt: skip


def test_worked_by_hand() -> None:
    found = compute(MONTH)
    assert found["customers"] == 200
    assert found["aum"] == Decimal("1000000.10")
    assert found["active_share"] == Decimal("0.75")
    assert found["overdue_ratio"] == Decimal("0.02")
    assert found["npl_ratio"] == Decimal("0.0125")
    assert found["net_flow"] == Decimal("-29.75")
    assert found["products_per_customer"] == Decimal("1.7")
    assert found["digital_share"] == Decimal("0.64")
    assert found["complaint_rate"] == 15


def test_no_base_and_no_word_are_not_zero() -> None:
    assert compute(MONTH | {"loans": 0})["npl_ratio"] is None
    silent = {name: value for name, value in MONTH.items() if not name.startswith("loans")}
    found = compute(silent)
    assert (found["loans"], found["overdue_ratio"]) == (None, None)
    assert found["customers"] == 200
    assert set(compute({}).values()) == {None}


def test_each_is_told_in_full_and_once() -> None:
    assert len({kpi.name for kpi in KPIS}) == len(KPIS) == len(BY_NAME)
    for kpi in KPIS:
        assert all((kpi.zh, kpi.en, kpi.definition_zh, kpi.definition_en, kpi.formula))
        assert kpi.unit in ("money", "count", "share", "ratio")
        assert kpi.direction in ("up", "down", "none")
        assert set(kpi.needs) <= set(COMPONENTS)
        assert kpi.owner in OWNER_WORDS
        assert kpi.title("zh") != kpi.title("en")
        assert kpi.definition("zh") != kpi.definition("en")
