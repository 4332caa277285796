"""A rating and a segment with invented figures, in both languages."""

from __future__ import annotations

from domain.reports import CharacteristicPoints, Distinct, Rating, Segment


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
