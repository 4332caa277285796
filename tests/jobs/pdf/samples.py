"""Reports with invented figures: full and sparse, personal and corporate, in both languages."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

from domain.reports import (
    Activity,
    BranchLine,
    CharacteristicPoints,
    CustomerReport,
    Distinct,
    GradeCount,
    Grouping,
    GroupSize,
    Headline,
    Holding,
    Identity,
    KpiFigure,
    ManagementReport,
    ModelVersion,
    MonthEnd,
    MonthFlow,
    Movement,
    Rating,
    Segment,
    Share,
    Stamp,
)

SECRET = b"an installation's own secret, 32+"
ID_NUMBER, PHONE, ACCOUNT, USCC = "420106198503123517", "13812342906", "6222021234563517", "91420100MA4K12345X"
MONTHS = tuple(date(2025 + (9 + i) // 12, (9 + i) % 12 + 1, 28) for i in range(13))


def stamp(language: str, **more) -> Stamp:
    zh = language == "zh"
    models = (
        ModelVersion("评级模型" if zh else "rating", "v3.2", date(2026, 10, 31)),
        ModelVersion("细分" if zh else "segmentation", "2026-10 #2", date(2026, 10, 31)),
    )
    facts = {
        "bank": "江城银行" if zh else "Jiangcheng Bank", "language": language, "as_of": date(2026, 10, 31),
        "business_date": date(2026, 10, 31), "batch": "#214", "model_versions": models,
        "generated_for": "陈立行" if zh else "Chen Lixing", "generated_at": datetime(2026, 11, 1, 9, 5),
    }  # fmt: skip
    return Stamp(**{**facts, **more})


def cents(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))


def month_ends(size: float = 1_386_400.0) -> tuple[MonthEnd, ...]:
    return tuple(
        MonthEnd(
            month,
            cents(size * (0.84 + 0.0133 * i + 0.02 * math.sin(i * 1.3))),
            cents(size * 0.4),
            cents(size * (0.49 - 0.004 * i)),
        )
        for i, month in enumerate(MONTHS)
    )


def flows(size: float = 24_000.0) -> tuple[MonthFlow, ...]:
    return tuple(
        MonthFlow(
            month,
            cents(size * (1 + 0.2 * math.sin(i) + (1.1 if i == 4 else 0))),
            cents(size * (0.85 + 0.25 * math.cos(i * 1.7))),
            40,
        )
        for i, month in enumerate(MONTHS)
    )


def hours() -> tuple[tuple[int, ...], ...]:
    def count(day: int, hour: int) -> int:
        shape = math.exp(-(((hour - 12) / 3.2) ** 2)) + 0.9 * math.exp(-(((hour - 20) / 2.2) ** 2))
        return round(14 * shape * (1 if day < 5 else 0.7) * (0.8 + 0.2 * math.sin(day * 7 + hour)))

    return tuple(tuple(count(day, hour) for hour in range(24)) for day in range(7))


def shares(*pairs) -> tuple[Share, ...]:
    return tuple(Share(code, share) for code, share in pairs)


def activity(**more) -> Activity:
    facts = {
        "movements_12m": 487, "active_months_12m": 12, "days_since_last": 1, "regular_income": Decimal("18260.00"),
        "channels": shares(("mobile", 0.71), ("pos", 0.14), ("transfer", 0.06), ("atm", 0.05), ("online", 0.03), ("branch", 0.01)),
        "categories": shares(("groceries", 0.27), ("dining", 0.19), ("shopping", 0.15), ("travel", 0.1), ("household", 0.08),
                             ("transfer", 0.07), ("loan", 0.05), ("health", 0.04), ("salary", 0.03), ("education", 0.02)),
        "hours": hours(),
    }  # fmt: skip
    return Activity(**{**facts, **more})


def movements(language: str) -> tuple[Movement, ...]:
    zh = language == "zh"
    shop = "江城商超股份有限公司" if zh else "Jiangcheng Supermarkets Co."
    kinds = (
        ("salary", "salary", "transfer", "江城重工有限公司" if zh else "Jiangcheng Heavy Industry Co.", 18260.0),
        ("card_payment", "groceries", "pos", shop, -186.4), ("transfer_out", "red_packet", "mobile", "王小明", -888.0),
        ("loan_repayment", "loan", "system", None, -4381.52), ("withdrawal", "cash", "atm", None, -2000.0),
        ("card_payment", "dining", "mobile", shop, -96.0), ("transfer_in", "transfer", "online", "李雷", 1200.0),
    )  # fmt: skip
    rows, balance = [], 212_345.67
    for i in range(24):
        kind, category, channel, partner, amount = kinds[i % len(kinds)]
        rows.append(
            Movement(
                datetime(2026, 10, 30 - i, 8 + i % 13, (i * 17) % 60), cents(amount), kind, True, category, channel, ACCOUNT, partner,
                "6217000012348" + f"{100 + i}", cents(balance),
            )
        )  # fmt: skip
        balance -= amount
    return tuple(rows)


def personal_holdings(language: str) -> tuple[Holding, ...]:
    zh = language == "zh"

    def name(chinese: str, english: str) -> str:
        return chinese if zh else english

    return (
        Holding("demand", name("活期存款", "Demand deposit"), ACCOUNT, cents(212345.67), "CNY", date(2014, 6, 3), rate=0.002),
        Holding("time", name("三年期整存整取", "Three-year time deposit"), "6222021234569981", cents(500000), "CNY",
                date(2023, 11, 12), date(2026, 11, 12), 0.0275),
        Holding("wealth", name("稳健理财·季季盈（R2）", "Steady quarterly wealth plan (R2)"), "8800112233", cents(480000), "CNY",
                date(2025, 3, 1), date(2026, 12, 1), 0.0315),
        Holding("fund", name("沪深300指数联接基金A", "CSI 300 index feeder fund A"), "8800112240", cents(194054.33), "CNY", date(2021, 5, 20)),
        Holding("mortgage", name("个人住房按揭贷款", "Residential mortgage"), "9900445566", cents(-586218.34), "CNY",
                date(2016, 12, 20), date(2041, 12, 20), 0.041),
        Holding("credit_card", name("白金信用卡", "Platinum credit card"), "4392250012348821", cents(-8012.4), "CNY", date(2018, 2, 9), rate=0.1825),
        Holding("debit_card", name("借记卡金卡", "Gold debit card"), "6222021234563518", None, "CNY", date(2014, 6, 3), status="frozen"),
    )  # fmt: skip


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
        "grade": "A", "score": 668, "probability_of_default": 0.0062, "base_points": 301, "points": points,
        "reasons": (
            word("额度使用率16%，使用率低于10%的客户多得17分", "Utilisation is 16%; customers under 10% get 17 points more"),
            word("近12个月曾逾期6天，从未逾期者多得14分", "Was 6 days past due in 12 months; never late is worth 14 points"),
            word("近3个月最低余额8,214元，高于1万元者多得8分", "Lowest balance of three months was CNY 8,214; over 10,000 is worth 8 points"),
            word("管理资产增长放缓，月增2%以上者多得6分", "AUM grows slowly; 2% a month or more is worth 6 points"),
        ),
        "to_next_grade": word("再高14分升至AA：额度使用率降至10%以下可得17分", "14 more points make AA: utilisation under 10% gives 17"),
        "previous_grade": "BBB", "previous_score": 657, "change_why": word("逾期记录满12个月", "a late payment is now over 12 months old"),
    }  # fmt: skip
    return Rating(**{**facts, **more})


def segment(language: str) -> Segment:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    return Segment(
        tier=word("白金", "Platinum"),
        tier_why=word("近3个月平均管理资产136.9万元，在50万至600万元之间", "Average AUM of three months is CNY 1.37 M, between 500 K and 6 M"),
        life_cycle=word("保持", "Mature"),
        life_cycle_why=word("在行148个月，管理资产月增1.4%", "With the bank for 148 months, AUM up 1.4% a month"),
        recency=5, frequency=4, monetary=4,
        rfm_why=word("最近交易1天前，12个月487笔，金额居前四成", "Last movement 1 day ago, 487 in 12 months, amount in the upper 40%"),
        cluster=word("工薪储蓄型", "Salaried savers"),
        cluster_description=word("工资按月入账，主要用手机银行，定期与理财占比高，很少使用信用额度",
                                 "Salary comes in every month, mostly on mobile banking, much in time deposits and wealth products, little credit used"),
        distinct=(
            Distinct(word("稳定月收入", "Regular monthly income"), word("1.83万元", "CNY 18.3 K"), word("1.42万元", "CNY 14.2 K")),
            Distinct(word("手机银行渠道占比", "Share by mobile banking"), "71%", "64%"),
            Distinct(word("额度使用率", "Utilisation of limits"), "16%", "12%"),
        ),
    )  # fmt: skip


def personal(language: str) -> CustomerReport:
    zh = language == "zh"
    return CustomerReport(
        stamp=stamp(language),
        identity=Identity(
            "10038214", "personal", "张建伟", "江城分行滨江支行" if zh else "Binjiang sub-branch", "李敏" if zh else "Li Min", date(2014, 6, 3),
            "江城" if zh else "Jiangcheng", PHONE, "male", 41, ID_NUMBER, "工程师" if zh else "Engineer", cents(286000), "C3",
        ),
        currency="CNY",
        headline=Headline(cents(1386400), 0.182, cents(594230.74), None, 0, cents(50000), 0.16, 6, 7),
        holdings=personal_holdings(language),
        month_ends=month_ends(),
        flows=flows(),
        activity=activity(),
        segment=segment(language),
        rating=rating(language),
        movements=movements(language),
    ).with_code(SECRET)  # fmt: skip


def corporate(language: str) -> CustomerReport:
    zh = language == "zh"
    many = tuple(
        Holding("settlement" if i % 3 else "time", f"{'单位结算账户' if zh else 'Settlement account'} {i + 1}", f"42001{i:08d}",
                cents(3_200_000 / (i + 1)), "USD" if i == 3 else "CNY", date(2015, 1 + i % 12, 5))
        for i in range(18)
    )  # fmt: skip
    loan = Holding("business_loan", "流动资金贷款" if zh else "Working capital loan", "9900778899", cents(-42_000_000), "CNY",
                   date(2025, 4, 1), date(2027, 4, 1), 0.0385)  # fmt: skip
    return CustomerReport(
        stamp=stamp(language),
        identity=Identity(
            "20000417", "corporate", "江城市滨江新材料科技股份有限公司" if zh else "Jiangcheng Binjiang New Materials Technology Co., Ltd.",
            "江城分行营业部" if zh else "Head office branch", "王芳" if zh else "Wang Fang", date(2011, 3, 8), phone="027-87654321",
            uscc=USCC, industry="C30 非金属矿物制品业" if zh else "C30 Non-metallic mineral products", registered_capital=cents(80_000_000),
            employees=416, annual_revenue=cents(523_000_000), legal_representative="刘大海",
        ),
        currency="CNY",
        headline=Headline(cents(186_400_000), 0.193, cents(42_000_000), cents(1_250_000), 37, cents(60_000_000), 0.7, 3, 19),
        holdings=(*many, loan),
        month_ends=month_ends(186_400_000),
        flows=flows(31_000_000),
        activity=activity(regular_income=None),
        segment=Segment(tier="战略客户" if zh else "Strategic", life_cycle="衰退" if zh else "Declining"),
        rating=rating(language, grade="D", score=None, probability_of_default=None, points=(), reasons=(), base_points=0,
                      to_next_grade=None, change_why=None, previous_score=None),
        movements=movements(language),
    ).with_code(SECRET)  # fmt: skip


def sparse(language: str, kind: str = "personal") -> CustomerReport:
    """Nothing is known but the number and the kind, as of a foreign bank's customer without names."""
    return CustomerReport(
        stamp=stamp(language, model_versions=()), identity=Identity("1787", kind, "Client 1787"), currency="CZK"
    )


CUSTOMERS = {
    f"{name}-{language}": make(language)
    for language in ("zh", "en")
    for name, make in (
        ("personal", personal), ("corporate", corporate), ("sparse", sparse),
        ("sparse_corporate", lambda language: sparse(language, "corporate")),
    )
}  # fmt: skip


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
        name, zh if language == "zh" else en, unit, direction, text, "Σ", "计划财务部" if language == "zh" else "Finance",
        series[-1], series[-2], series[0], None, series,
    )  # fmt: skip


def management(language: str) -> ManagementReport:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    kpis = (
        kpi(language, "customers", "客户数", "Customers", "count", "up", "52318", 0.084, ("期末在册客户数", "Customers on the books at the month's end")),
        kpi(language, "aum", "管理资产", "AUM", "money", "up", "18640000000", 0.112, ("存款、理财、基金与保险余额之和", "Deposits, wealth products, funds and insurance")),
        kpi(language, "deposits", "存款余额", "Deposits", "money", "up", "12170000000", 0.063, ("活期、定期与结算账户余额之和", "Demand, time and settlement balances")),
        kpi(language, "loans", "贷款余额", "Loans", "money", "up", "9420000000", 0.14, ("按揭、消费、经营贷款与信用卡透支之和", "Mortgages, consumer and business loans, card debt")),
        kpi(language, "npl_ratio", "不良率", "NPL ratio", "share", "down", "0.0108", -0.1, ("次级、可疑、损失类贷款占贷款余额之比", "Loans substandard or worse as a share of loans")),
        kpi(language, "active", "活跃客户数", "Active customers", "count", "up", "31877", -0.021, ("近3个月有本人交易的客户数", "Customers with an own movement in 3 months")),
        kpi(language, "overdue_ratio", "逾期率", "Overdue ratio", "share", "down", "0.0163", 0.05, ("有逾期的贷款占贷款余额之比", "Loans any day overdue as a share of loans")),
        kpi(language, "products_per_customer", "户均产品数", "Products per customer", "ratio", "up", "2.41", 0.04, ("持有产品类别数的户均值", "Mean number of product families held")),
        kpi(language, "digital_share", "数字渠道占比", "Digital share", "share", "up", "0.7312", 0.06, ("网上与手机银行交易占本人交易笔数之比", "Online and mobile as a share of own movements")),
    )  # fmt: skip
    names = ("江城分行营业部", "滨江支行", "高新支行", "东湖支行", "古城支行", "汉阳支行", "南湖支行", "光谷支行") if language == "zh" else (
        "Head office branch", "Binjiang", "High-tech Zone", "East Lake", "Old Town", "Hanyang", "South Lake", "Optics Valley")  # fmt: skip
    league = tuple(
        BranchLine(
            name,
            (cents(3.82e9 / (1 + i * 0.4)), cents(2.16e9 / (1 + i * 0.5)), Decimal(repr(round(0.0082 + i * 0.0019, 4))), Decimal(9876 // (i + 1))),
            cents(3.80e9 / (1 + i * 0.41)), None if i == 7 else cents(3.4e9 / (1 + i * 0.39)),
        )
        for i, name in enumerate(names)
    )  # fmt: skip
    tiers = tuple(
        GroupSize(word(zh, en), n, None if i == 0 else n - 37 * (i - 2), cents(size))
        for i, (zh, en, n, size) in enumerate((
            ("普通", "Standard", 33120, 4.1e8), ("金卡", "Gold", 14502, 2.9e9), ("白金", "Platinum", 4310, 7.6e9),
            ("钻石", "Diamond", 301, 2.3e9), ("私行", "Private", 85, 5.43e9)))
    )  # fmt: skip
    clusters = tuple(
        GroupSize(word(zh, en), n, n + 12, cents(size))
        for zh, en, n, size in (("工薪储蓄型", "Salaried savers", 21402, 6e9), ("活跃消费型", "Active spenders", 17820, 2.2e9),
                                ("理财进取型", "Investors", 6120, 8.9e9), ("低频沉淀型", "Quiet balances", 6976, 1.5e9))
    )  # fmt: skip
    grades = tuple(
        GradeCount(grade, n, n + d, cents(n * 31_000.0 * (i + 3)), round(0.0004 * 2.1**i, 5) if i < 9 else 1.0)
        for i, (grade, n, d) in enumerate((("AAA", 1210, -40), ("AA", 3401, 60), ("A", 5210, -110), ("BBB", 4402, 30), ("BB", 2301, -20),
                                           ("B", 1102, 35), ("CCC", 420, -8), ("CC", 160, 3), ("C", 71, -2), ("D", 44, 5)))
    )  # fmt: skip
    return ManagementReport(
        stamp=stamp(language), month=date(2026, 10, 31), scope=word("全行", "Whole bank"), currency="CNY", kpis=kpis, months=MONTHS,
        league_kpis=("aum", "loans", "npl_ratio", "customers"), league=league,
        groupings=(Grouping(word("价值等级", "Value tiers"), tiers, word("按近3个月平均管理资产", "By average AUM of three months")),
                   Grouping(word("行为类型", "Behavioural groups"), clusters)),
        grades=grades,
        findings=(
            word("管理资产较上月增加1.1亿元，其中江城分行营业部占七成", "AUM rose by CNY 110 M on last month, seven tenths of it at the head office branch"),
            word("不良率降至1.08%，连续四个月下降；东湖与古城两行仍高于全行", "The NPL ratio fell to 1.08%, the fourth month running; East Lake and Old Town stay above the bank's"),
            word("活跃客户数同比下降，主要在普通等级", "Active customers are down on the year, most of all in the standard tier"),
        ),
    ).with_code(SECRET)  # fmt: skip


def bare_management(language: str) -> ManagementReport:
    return ManagementReport(stamp(language, model_versions=()), date(1993, 1, 31), "Praha", "CZK", ())


MANAGEMENT = {
    f"{name}-{language}": make(language)
    for language in ("zh", "en")
    for name, make in (("management", management), ("bare_management", bare_management))
}
