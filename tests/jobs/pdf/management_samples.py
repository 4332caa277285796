"""Management reports with invented figures: a full month and one nothing is known of, in both languages."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from domain.reports import BranchLine, GradeCount, Grouping, GroupSize, KpiFigure, ManagementReport
from tests.jobs.pdf.samples import MONTHS, SECRET, cents, stamp


def kpi(
    language: str,
    name: str,
    zh: str,
    en: str,
    unit: str,
    direction: str,
    last: str,
    growth: float,
    words: tuple[str, str],
) -> KpiFigure:
    series = tuple(
        Decimal(repr(float(last) * (1 - growth * (12 - i) / 12 + 0.012 * math.sin(i * 1.9) * (i < 12))))
        for i in range(13)
    )
    digits = {"money": "0.01", "count": "1"}.get(unit, "0.0001")
    series = tuple(value.quantize(Decimal(digits)) for value in series)
    text = words[0] if language == "zh" else words[1]
    return KpiFigure(
        name,
        zh if language == "zh" else en,
        unit,
        direction,
        text,
        "Σ",
        "计划财务部" if language == "zh" else "Finance",
        series[-1],
        series[-2],
        series[0],
        None,
        series,
    )


# name, zh, en, unit, direction, last value, growth of the year, definition zh and en
KPIS = (
    ("customers", "客户数", "Customers", "count", "up", "52318", 0.084,
     "期末在册客户数", "Customers on the books at the month's end"),
    ("aum", "管理资产", "AUM", "money", "up", "18640000000", 0.112,
     "存款、理财、基金与保险余额之和", "Deposits, wealth products, funds and insurance"),
    ("deposits", "存款余额", "Deposits", "money", "up", "12170000000", 0.063,
     "活期、定期与结算账户余额之和", "Demand, time and settlement balances"),
    ("loans", "贷款余额", "Loans", "money", "up", "9420000000", 0.14,
     "按揭、消费、经营贷款与信用卡透支之和", "Mortgages, consumer and business loans, card debt"),
    ("npl_ratio", "不良率", "NPL ratio", "share", "down", "0.0108", -0.1,
     "次级、可疑、损失类贷款占贷款余额之比", "Loans substandard or worse as a share of loans"),
    ("active", "活跃客户数", "Active customers", "count", "up", "31877", -0.021,
     "近3个月有本人交易的客户数", "Customers with an own movement in 3 months"),
    ("overdue_ratio", "逾期率", "Overdue ratio", "share", "down", "0.0163", 0.05,
     "有逾期的贷款占贷款余额之比", "Loans any day overdue as a share of loans"),
    ("products_per_customer", "户均产品数", "Products per customer", "ratio", "up", "2.41", 0.04,
     "持有产品类别数的户均值", "Mean number of product families held"),
    ("digital_share", "数字渠道占比", "Digital share", "share", "up", "0.7312", 0.06,
     "网上与手机银行交易占本人交易笔数之比", "Online and mobile as a share of own movements"),
)  # fmt: skip
BRANCHES = {
    "zh": ("江城分行营业部", "滨江支行", "高新支行", "东湖支行", "古城支行", "汉阳支行", "南湖支行", "光谷支行"),
    "en": ("Head office branch", "Binjiang", "High-tech Zone", "East Lake", "Old Town", "Hanyang", "South Lake",
           "Optics Valley"),
}  # fmt: skip
TIERS = (
    ("普通", "Standard", 33120, 4.1e8), ("金卡", "Gold", 14502, 2.9e9), ("白金", "Platinum", 4310, 7.6e9),
    ("钻石", "Diamond", 301, 2.3e9), ("私行", "Private", 85, 5.43e9),
)  # fmt: skip
CLUSTERS = (
    ("工薪储蓄型", "Salaried savers", 21402, 6e9), ("活跃消费型", "Active spenders", 17820, 2.2e9),
    ("理财进取型", "Investors", 6120, 8.9e9), ("低频沉淀型", "Quiet balances", 6976, 1.5e9),
)  # fmt: skip
GRADES = (
    ("AAA", 1210, -40), ("AA", 3401, 60), ("A", 5210, -110), ("BBB", 4402, 30), ("BB", 2301, -20), ("B", 1102, 35),
    ("CCC", 420, -8), ("CC", 160, 3), ("C", 71, -2), ("D", 44, 5),
)  # fmt: skip
FINDINGS = {
    "zh": (
        "管理资产较上月增加1.1亿元，其中江城分行营业部占七成",
        "不良率降至1.08%，连续四个月下降；东湖支行仍高于全行",
        "活跃客户数同比下降，主要在普通等级",
    ),
    "en": (
        "AUM rose by CNY 110 M on last month, most of it at the head office branch",
        "The NPL ratio fell to 1.08%, for the fourth month; East Lake stays above the bank",
        "Active customers are down on the year, most of all in the standard tier",
    ),
}


def league(language: str) -> tuple[BranchLine, ...]:
    return tuple(
        BranchLine(
            name,
            (
                cents(3.82e9 / (1 + i * 0.4)),
                cents(2.16e9 / (1 + i * 0.5)),
                Decimal(repr(round(0.0082 + i * 0.0019, 4))),
                Decimal(9876 // (i + 1)),
            ),
            cents(3.80e9 / (1 + i * 0.41)),
            None if i == 7 else cents(3.4e9 / (1 + i * 0.39)),
        )
        for i, name in enumerate(BRANCHES[language])
    )


def management(language: str) -> ManagementReport:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    tiers = tuple(
        GroupSize(word(zh, en), n, None if i == 0 else n - 37 * (i - 2), cents(size))
        for i, (zh, en, n, size) in enumerate(TIERS)
    )
    clusters = tuple(GroupSize(word(zh, en), n, n + 12, cents(size)) for zh, en, n, size in CLUSTERS)
    return ManagementReport(
        stamp=stamp(language),
        month=date(2026, 10, 31),
        scope=word("全行", "Whole bank"),
        currency="CNY",
        kpis=tuple(kpi(language, *row[:7], row[7:]) for row in KPIS),
        months=MONTHS,
        league_kpis=("aum", "loans", "npl_ratio", "customers"),
        league=league(language),
        groupings=(
            Grouping(
                word("价值等级", "Value tiers"), tiers, word("按近3个月平均管理资产", "By average AUM of three months")
            ),
            Grouping(word("行为类型", "Behavioural groups"), clusters),
        ),
        grades=tuple(
            GradeCount(grade, n, n + d, cents(n * 31_000.0 * (i + 3)), round(0.0004 * 2.1**i, 5) if i < 9 else 1.0)
            for i, (grade, n, d) in enumerate(GRADES)
        ),
        findings=FINDINGS[language],
    ).with_code(SECRET)


def bare_management(language: str) -> ManagementReport:
    return ManagementReport(stamp(language, model_versions=()), date(1993, 1, 31), "Praha", "CZK", ())


MANAGEMENT = {
    f"{name}-{language}": make(language)
    for language in ("zh", "en")
    for name, make in (("management", management), ("bare_management", bare_management))
}
