"""A rating, a segment, a contribution and an outlook with invented figures, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.contribution.sums import Sums
from domain.reports import (
    CharacteristicPoints,
    CustomerValue,
    Distinct,
    Driver,
    Leaving,
    Offer,
    Outlook,
    Rating,
    Segment,
)


def rating(language: str, **more) -> Rating:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    points = tuple(
        CharacteristicPoints(word(zh, en), word(value_zh, value_en), got, best)
        for zh, en, value_zh, value_en, got, best in (
            ("近3个月最低余额", "Lowest balance, 3 m", "8,214元", "CNY 8,214", 62, 70),
            ("额度使用率", "Utilisation of limits", "16%", "16%", 41, 58),
            ("稳定收入月数", "Months of regular income", "4个月", "4 months", 55, 55),
            ("近12个月最长逾期天数", "Worst days past due, 12 m", "6天", "6 days", 38, 52),
            ("在行月数", "Months with the bank", "148个月", "148 months", 40, 40),
            ("近12个月透支天数", "Days below zero, 12 m", "0天", "0 days", 48, 48),
            ("管理资产月趋势", "AUM trend per month", "+1.4%", "+1.4%", 44, 50),
            ("近12个月净流入", "Net flow, 12 m", "4.1万元", "CNY 41 K", 39, 45),
        )
    )
    facts = {
        "grade": "A",
        "score": 668,
        "probability_of_default": 0.0062,
        "base_points": 301,
        "points": points,
        "reasons": (
            word(
                "额度使用率16%，使用率低于10%的客户多得17分",
                "Utilisation is 16%; customers under 10% get 17 points more",
            ),
            word(
                "近12个月曾逾期6天，从未逾期者多得14分",
                "Was 6 days past due in 12 months; never late is worth 14 points",
            ),
            word(
                "近3个月最低余额8,214元，高于1万元者多得8分",
                "Lowest balance was CNY 8,214; over 10,000 is worth 8 points",
            ),
            word("管理资产增长放缓，月增2%以上者多得6分", "AUM grows slowly; 2% a month or more is worth 6 points"),
        ),
        "to_next_grade": word(
            "再高14分升至AA：额度使用率降至10%以下可得17分", "14 more points make AA: utilisation under 10% gives 17"
        ),
        "previous_grade": "BBB",
        "previous_score": 657,
        "change_why": word("逾期记录满12个月", "a late payment is now over 12 months old"),
    }
    return Rating(**{**facts, **more})


def segment(language: str) -> Segment:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    return Segment(
        tier=word("白金", "Platinum"),
        tier_why=word(
            "近3个月平均管理资产136.9万元，在50万至600万元之间",
            "Average AUM of three months is CNY 1.37 M, between 500 K and 6 M",
        ),
        life_cycle=word("保持", "Mature"),
        life_cycle_why=word("在行148个月，管理资产月增1.4%", "With the bank for 148 months, AUM up 1.4% a month"),
        recency=5,
        frequency=4,
        monetary=4,
        rfm_why=word(
            "最近交易1天前，12个月487笔，金额居前四成",
            "Last movement 1 day ago, 487 in 12 months, amount in the upper 40%",
        ),
        cluster=word("工薪储蓄型", "Salaried savers"),
        cluster_description=word(
            "工资按月入账，主要用手机银行，定期与理财占比高，很少使用信用额度",
            "Salary every month, mostly on mobile banking, much in time deposits and wealth products, little credit used",
        ),
        distinct=(
            Distinct(
                word("稳定月收入", "Regular monthly income"),
                word("1.83万元", "CNY 18.3 K"),
                word("1.42万元", "CNY 14.2 K"),
            ),
            Distinct(word("手机银行渠道占比", "Share by mobile banking"), "71%", "64%"),
            Distinct(word("额度使用率", "Utilisation of limits"), "16%", "12%"),
        ),
    )


def value(size: str = "1.00") -> CustomerValue:
    """The components of `last` and `year` add up to 133.33 and 1,475.00 times the size."""
    by = Decimal(size)

    def sums(deposits: str, loans: str, fees: str, loss: str, cost: str, capital_cost: str, capital: str) -> Sums:
        parts = (Decimal(one) * by for one in (deposits, loans, fees, loss, cost, capital_cost, capital))
        return Sums(*(part.quantize(Decimal("0.01")) for part in parts), accounts=3)

    last = sums("100.00", "83.33", "12.00", "20.00", "22.00", "20.00", "2200.00")
    year = sums("1200.00", "960.00", "120.00", "245.00", "320.00", "240.00", "26400.00")
    return CustomerValue(date(2026, 10, 31), year, last, 12, Decimal("3210.00") * by, 1)


def outlook(language: str, **more) -> Outlook:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    moved = word("管理资产36.8万元，较近12个月均值−45.1%", "AUM CNY 368.4 K, −45.1% against its 12-month mean")
    balance = Driver(word("资产变动", "Change of assets"), moved, 0.7)
    waited = word("最近一次主动交易在41天前", "last own movement 41 days ago")
    idle = Driver(word("最近交易", "Last movement"), waited, 0.3)
    against = word("没有任何渠道的营销同意，或已要求勿扰", "no consent to any channel, or asked not to be contacted")
    offers = (
        Offer("fund", word("基金", "Funds"), 0.08, 0.02, (balance,), (against,)),
        Offer("time", word("定期存款", "Time deposits"), 0.041, 0.02, (idle, balance)),
        Offer("insurance", word("保险", "Insurance"), 0.006, None),
    )
    told = {"leaving": Leaving(0.312, 3, Decimal("114951.33"), (balance, idle)), "offers": offers}
    return Outlook(**{**told, **more})
