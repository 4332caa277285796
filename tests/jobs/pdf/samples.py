"""Reports with invented figures: full and sparse, personal and corporate, in both languages."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from domain.reports import (
    Activity,
    CustomerReport,
    Headline,
    Holding,
    Identity,
    ModelVersion,
    MonthEnd,
    MonthFlow,
    Movement,
    Segment,
    Share,
    Stamp,
)  # fmt: skip
from tests.jobs.pdf.company_samples import company
from tests.jobs.pdf.standing_samples import outlook, rating, segment, value

SECRET = b"an installation's own secret, 32+"
ID_NUMBER, PHONE, ACCOUNT, USCC = "420106198503123517", "13812342906", "6222021234563517", "91420100MA4K12345X"
SHANGHAI = timezone(timedelta(hours=8))
MONTHS = tuple(date(2025 + (9 + i) // 12, (9 + i) % 12 + 1, 28) for i in range(13))


def stamp(language: str, **more) -> Stamp:
    zh = language == "zh"
    models = (
        ModelVersion("评级模型" if zh else "rating", "v3.2", date(2026, 10, 31)),
        ModelVersion("细分" if zh else "segmentation", "2026-10 #2", date(2026, 10, 31)),
    )
    facts = {
        "bank": "江城银行" if zh else "Jiangcheng Bank",
        "language": language,
        "as_of": date(2026, 10, 31),
        "business_date": date(2026, 10, 31),
        "batch": "#214",
        "model_versions": models,
        "generated_for": "陈立行" if zh else "Chen Lixing",
        "generated_at": datetime(2026, 11, 1, 9, 5, tzinfo=SHANGHAI),
    }
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
        "movements_12m": 487,
        "active_months_12m": 12,
        "days_since_last": 1,
        "regular_income": Decimal("18260.00"),
        "channels": shares(
            ("mobile", 0.71), ("pos", 0.14), ("transfer", 0.06), ("atm", 0.05), ("online", 0.03), ("branch", 0.01)
        ),
        "categories": shares(
            ("groceries", 0.27),
            ("dining", 0.19),
            ("shopping", 0.15),
            ("travel", 0.1),
            ("household", 0.08),
            ("transfer", 0.07),
            ("loan", 0.05),
            ("health", 0.04),
            ("salary", 0.03),
            ("education", 0.02),
        ),
        "hours": hours(),
    }
    return Activity(**{**facts, **more})


def movements(language: str) -> tuple[Movement, ...]:
    zh = language == "zh"
    shop = "江城商超股份有限公司" if zh else "Jiangcheng Supermarkets Co."
    kinds = (
        ("salary", "salary", "transfer", "江城重工有限公司" if zh else "Jiangcheng Heavy Industry Co.", 18260.0),
        ("card_payment", "groceries", "pos", shop, -186.4),
        ("transfer_out", "red_packet", "mobile", "王小明", -888.0),
        ("loan_repayment", "loan", "system", None, -4381.52),
        ("withdrawal", "cash", "atm", None, -2000.0),
        ("card_payment", "dining", "mobile", shop, -96.0),
        ("transfer_in", "transfer", "online", "李雷", 1200.0),
    )
    rows, balance = [], 212_345.67
    for i in range(24):
        kind, category, channel, partner, amount = kinds[i % len(kinds)]
        rows.append(
            Movement(
                datetime(2026, 10, 30 - i, 8 + i % 13, (i * 17) % 60, tzinfo=SHANGHAI),
                cents(amount),
                kind,
                True,
                category,
                channel,
                ACCOUNT,
                partner,
                "6217000012348" + f"{100 + i}",
                cents(balance),
            )
        )
        balance -= amount
    return tuple(rows)


# family, product zh and en, account, balance, opened, matures, rate, status
HOLDINGS = (
    ("demand", "活期存款", "Demand deposit", ACCOUNT, 212345.67, date(2014, 6, 3), None, 0.002, "open"),
    ("time", "三年期整存整取", "Three-year time deposit", "6222021234569981", 500000,
     date(2023, 11, 12), date(2026, 11, 12), 0.0275, "open"),
    ("wealth", "稳健理财·季季盈（R2）", "Steady quarterly wealth plan (R2)", "8800112233", 480000,
     date(2025, 3, 1), date(2026, 12, 1), 0.0315, "open"),
    ("fund", "沪深300指数联接基金A", "CSI 300 index feeder fund A", "8800112240", 194054.33,
     date(2021, 5, 20), None, None, "open"),
    ("mortgage", "个人住房按揭贷款", "Residential mortgage", "9900445566", -586218.34,
     date(2016, 12, 20), date(2041, 12, 20), 0.041, "open"),
    ("credit_card", "白金信用卡", "Platinum credit card", "4392250012348821", -8012.4,
     date(2018, 2, 9), None, 0.1825, "open"),
    ("debit_card", "借记卡金卡", "Gold debit card", "6222021234563518", None, date(2014, 6, 3), None, None, "frozen"),
)  # fmt: skip


def personal_holdings(language: str) -> tuple[Holding, ...]:
    return tuple(
        Holding(
            family, zh if language == "zh" else en, account, None if balance is None else cents(balance), "CNY",
            opened, matures, rate, status,
        )
        for family, zh, en, account, balance, opened, matures, rate, status in HOLDINGS
    )  # fmt: skip


def personal(language: str) -> CustomerReport:
    zh = language == "zh"
    return CustomerReport(
        stamp=stamp(language),
        identity=Identity(
            "10038214",
            "personal",
            "张建伟",
            "江城分行滨江支行" if zh else "Binjiang sub-branch",
            "李敏" if zh else "Li Min",
            date(2014, 6, 3),
            "江城" if zh else "Jiangcheng",
            PHONE,
            "male",
            41,
            ID_NUMBER,
            "工程师" if zh else "Engineer",
            cents(286000),
            "C3",
        ),
        currency="CNY",
        headline=Headline(cents(1386400), 0.182, cents(594230.74), None, 0, cents(50000), 0.16, 6, 7),
        holdings=personal_holdings(language),
        month_ends=month_ends(),
        flows=flows(),
        activity=activity(),
        segment=segment(language),
        rating=rating(language),
        value=value(),
        outlook=outlook(language),
        movements=movements(language),
    ).with_code(SECRET)


def corporate_holdings(zh: bool) -> tuple[Holding, ...]:
    many = tuple(
        Holding(
            "settlement" if i % 3 else "time", f"{'单位结算账户' if zh else 'Settlement account'} {i + 1}",
            f"42001{i:08d}", cents(3_200_000 / (i + 1)), "USD" if i == 3 else "CNY", date(2015, 1 + i % 12, 5),
        )
        for i in range(18)
    )  # fmt: skip
    loan = Holding(
        "business_loan", "流动资金贷款" if zh else "Working capital loan", "9900778899", cents(-42_000_000), "CNY",
        date(2025, 4, 1), date(2027, 4, 1), 0.0385,
    )  # fmt: skip
    return (*many, loan)


def corporate(language: str) -> CustomerReport:
    zh = language == "zh"
    return CustomerReport(
        stamp=stamp(language),
        identity=Identity(
            "20000417",
            "corporate",
            "江城市滨江新材料科技股份有限公司" if zh else "Jiangcheng Binjiang New Materials Technology Co., Ltd.",
            "江城分行营业部" if zh else "Head office branch",
            "王芳" if zh else "Wang Fang",
            date(2011, 3, 8),
            phone="027-87654321",
            uscc=USCC,
            industry="C30 非金属矿物制品业" if zh else "C30 Non-metallic mineral products",
            registered_capital=cents(80_000_000),
            employees=416,
            annual_revenue=cents(523_000_000),
            legal_representative="刘大海",
        ),
        currency="CNY",
        headline=Headline(
            cents(186_400_000), 0.193, cents(42_000_000), cents(1_250_000), 37, cents(60_000_000), 0.7, 3, 19
        ),
        company=company(zh),
        holdings=corporate_holdings(zh),
        month_ends=month_ends(186_400_000),
        flows=flows(31_000_000),
        activity=activity(regular_income=None),
        segment=Segment(tier="战略客户" if zh else "Strategic", life_cycle="衰退" if zh else "Declining"),
        rating=rating(
            language,
            grade="D",
            score=None,
            probability_of_default=None,
            points=(),
            reasons=(),
            base_points=0,
            to_next_grade=None,
            change_why=None,
            previous_score=None,
        ),
        value=value("-4200.00"),
        outlook=outlook(language, leaving=None, leaving_absent="没有管理资产。" if zh else "No AUM.", offers=()),
        movements=movements(language),
    ).with_code(SECRET)


def sparse(language: str, kind: str = "personal") -> CustomerReport:
    """Nothing is known but the number and the kind, as of a foreign bank's customer without names."""
    return CustomerReport(
        stamp=stamp(language, model_versions=()), identity=Identity("1787", kind, "Client 1787"), currency="CZK"
    )


MAKERS = (("personal", personal), ("corporate", corporate), ("sparse", sparse))
CUSTOMERS = {f"{name}-{language}": make(language) for language in ("zh", "en") for name, make in MAKERS}
CUSTOMERS["sparse_corporate-zh"] = sparse("zh", "corporate")
