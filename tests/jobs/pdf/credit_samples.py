"""A credit report with invented figures, in both languages: overridden, with history, exposures and a signed model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from domain.reports import (
    CreditReport,
    Exposure,
    Overridden,
    PastOverride,
    PublishedRating,
    RatingModel,
)
from tests.jobs.pdf import samples
from tests.jobs.pdf.standing_samples import rating


def at(day: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, 10, 30, tzinfo=samples.SHANGHAI)


def history() -> tuple[PublishedRating, ...]:
    return tuple(
        PublishedRating(f"C-2026-{month:02d}-{n}", date(2026, month, 28), at(2, month), n == 5, grade, score, pd)
        for n, month, grade, score, pd in (
            (5, 10, "A", 668, 0.0062), (4, 9, "BBB", 657, 0.0091), (3, 8, "BBB", 657, 0.0091), (2, 7, None, None, None),
            (1, 6, "BB", 640, 0.016),
        )
    )  # fmt: skip


def credit_report(language: str, **more) -> CreditReport:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    shown = rating(language)
    bands = (
        ("不低于5,000、低于10,000", "at least 5,000 and under 10,000"), ("不低于10%、低于30%", "at least 10% and under 30%"),
        ("不低于4个月", "at least 4 months"), ("不低于1天、低于10天", "at least 1 day and under 10 days"),
        ("不低于120个月", "at least 120 months"),
        ("低于1天", "under 1 day"), ("不低于1%、低于2%", "at least 1% and under 2%"), ("不低于20,000", "at least 20,000"),
    )  # fmt: skip
    points = tuple(
        replace(part, band=word(*band), average=part.best * 0.7) for part, band in zip(shown.points, bands, strict=True)
    )
    why = word(
        "近一年完税证明与工资流水显示收入高于本行所见，材料已归档",
        "Tax return and payroll of the last year show more income than the bank sees; papers are filed",
    )
    reason = word("已核实的收入或资产未进入本行数据", "Verified income or assets the bank's data lack")
    override = Overridden(
        "AA", "A", 1, reason, why, date(2027, 4, 30), word("李敏", "Li Min"), at(12), word("孙风险", "Sun Feng"), at(14)
    )
    past = PastOverride(
        "A", "AA", reason, why, word("生效中", "In force"), override.proposed_by, at(12), date(2027, 4, 30),
        override.signed_by, at(14),
    )  # fmt: skip
    told = {
        "stamp": samples.stamp(language),
        "identity": samples.personal(language).identity,
        "currency": "CNY",
        "rating": replace(shown, points=points, override=override),
        "exposures": (
            Exposure("mortgage", word("住房贷款", "Home loan"), samples.ACCOUNT, Decimal("800000.00"),
                     Decimal("613000.00"), Decimal("4381.52"), 6, "special_mention", date(2041, 12, 1)),
            Exposure("credit_card", word("金卡信用卡", "Gold credit card"), "6225880000007788", Decimal("50000.00"), Decimal("8000.00")),
        ),
        "credit_limit": Decimal("50000.00"), "credit_used": Decimal("8000.00"), "loans": Decimal("621000.00"),
        "overdue_amount": Decimal("4381.52"), "days_past_due": 6, "history": history(), "overrides": (past,),
        "model": RatingModel("C-2026-06-1", word("使用中", "in use"), "analyst", "risk2", "risk3", at(1, 7), 0.842),
    }  # fmt: skip
    return CreditReport(**{**told, **more})
