"""Where the published runs put a customer, in words of either language."""

from __future__ import annotations

import pytest

from domain import standing
from domain.reports.customer import Rating


@pytest.mark.parametrize(
    ("unit", "value", "zh", "en"),
    [
        ("share", 0.16, "16.0%", "16.0%"), ("rate", 0.012, "+1.2%", "+1.2%"), ("money", 1_386_000, "138.6万元", "CNY 1.39 M"),
        ("days", 12, "12天", "12 days"), ("months", 148, "148个月", "148 months"), ("count", 3, "3", "3"),
        ("text", "A", "A", "A"), ("money", None, None, None),
    ],
)  # fmt: skip
def test_values_have_their_unit(unit: str, value: object, zh: str | None, en: str | None) -> None:
    assert standing.feature_value(unit, value, "CNY", "zh") == zh
    assert standing.feature_value(unit, value, "CNY", "en") == en


@pytest.mark.parametrize(
    ("unit", "value", "band", "zh"),
    [
        ("months", 3.97, "低于4个月", "3.97个月"), ("months", 3.2, "低于4个月", "3个月"), ("months", 4.0, "不低于4个月", "4个月"),
        ("share", 0.29996, "不低于21%、低于30%", "29.996%"), ("share", 0.736, "不低于30%", "73.6%"),
        ("rate", -0.0449996, "不低于−15%、低于−4.5%", "−4.49996%"), ("rate", 0.0382, "不低于−4.5%", "+3.8%"),
        ("money", 79_999.4, "不低于10,000、低于80,000", "79,999元"), ("money", 9_999.7, "低于10,000", "9,999.7元"),
        ("money", 80_000.0, "不低于80,000", "8.00万元"), ("money", 663_900, "不低于80,000", "66.4万元"), ("count", 0, "无（0）", "0"),
        ("text", "甲", "为甲、乙", "甲"), ("days", None, "未知", None), ("decimal", 0.9996, "低于1", "0.9996"),
    ],
)  # fmt: skip
def test_a_figure_never_reads_like_the_edge_it_is_under(unit: str, value: object, band: str, zh: str | None) -> None:
    assert standing.beside_band(unit, value, band, "CNY", "zh") == zh
    if (unit, value) == ("money", 79_999.4):
        assert standing.beside_band(unit, value, "at least 10,000 and under 80,000", "CNY", "en") == "CNY 79,999"


def test_a_tier_kept_for_one_more_month_end_says_so() -> None:
    found = standing.segment_of(
        tier="gold", life_cycle="mature", cluster=None, rfm="5-4", why={"tier_value": 40_000.0}, features=None, model={},
        currency="CNY", language="zh",
    )  # fmt: skip
    assert found is not None and found.tier == "金卡" and found.life_cycle == "成熟"
    assert found.tier_why == "近3个月平均管理资产4.00万元，低于金卡的起点5.00万元；连续两个月末低于起点才降级"
    assert (found.recency, found.frequency, found.monetary) == (5, None, 4)


def test_nobody_placed_and_nobody_rated_is_none() -> None:
    none = {"why": None, "features": None, "model": {}, "currency": "CNY", "language": "en"}
    assert standing.segment_of(tier=None, life_cycle=None, cluster=None, rfm=None, **none) is None  # type: ignore[arg-type]
    rated = {"score": None, "pd": None, "points": None, "reasons": None, "currency": "CNY", "language": "en"}
    assert standing.rating_of(grade=None, **rated) is None  # type: ignore[arg-type]
    defaulted = standing.rating_of(grade="D", **{**rated, "pd": 1.0})  # type: ignore[arg-type]
    assert defaulted is not None and defaulted.score is None and defaulted.points == ()


def _rated(language: str, lacks: list[str]) -> Rating:
    entries = [
        {"characteristic": "utilisation", "zh": "甲", "en": "A", "bin_zh": "低", "bin_en": "low", "points": 5, "best": 9},
        *({"characteristic": "missed_instalments", "zh": "乙", "en": "B", "bin_zh": "不适用", "bin_en": "does not apply",
           "points": 0, "best": 24, "lacks": each} for each in lacks),
    ]  # fmt: skip
    found = standing.rating_of(
        grade="A", score=505, pd=0.01, points={"base": 500, "points": entries, "values": [0.1, *[None] * len(lacks)]},
        reasons=None, currency="CNY", language=language,
    )  # fmt: skip
    assert found is not None
    return found


def test_a_rating_beyond_the_development_sample_says_so() -> None:
    assert _rated("en", []).outside is None
    whole = _rated("zh", ["no_loan", "no_loan", "no_limit"])
    assert whole.outside is not None and whole.outside.startswith(
        "这位客户没有分期贷款，也没有信用额度：卡上 3 项特征不适用，"
    )
    mixed, bare = _rated("en", ["no_loan", "unknown"]).outside, _rated("zh", ["unknown"]).outside
    assert (
        mixed is not None and "has no instalment loan and lacks other figures of the card: 2 characteristics" in mixed
    )
    assert bare is not None and bare.startswith("这位客户缺少评分卡所用的数据：卡上 1 项特征不适用")
    assert [part.lost for part in whole.points] == [4, 0, 0, 0]
    assert _rated("en", ["no_loan"]).outside == (
        "This customer has no instalment loan: 1 characteristic of the card does not apply and gives no points either way; "
        "nobody like that was in the development sample."
    )


def test_shares_come_largest_first_and_nothing_is_left_out_of_nothing() -> None:
    told = standing.activity_of(
        {"share_channel_mobile": 0.7, "share_channel_branch": 0.3, "share_channel_atm": 0.0}, None
    )
    assert [(s.code, s.share) for s in told.channels] == [("mobile", 0.7), ("branch", 0.3)]
    assert told.hours is None and standing.activity_of(None, None).movements_12m is None
