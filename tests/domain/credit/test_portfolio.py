"""What a portfolio is expected to lose, bucket by bucket and cause by cause, by hand and as laws."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal as D

import pytest

from domain.credit import portfolio as book
from domain.credit.portfolio import Exposed


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(None, "0"), (0, "0"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (61, "61_89"), (89, "61_89"),
     (90, "90_plus"), (2000, "90_plus")],
)  # fmt: skip
def test_a_day_belongs_to_one_bucket(days: int | None, bucket: str) -> None:
    assert book.bucket_of(days) == bucket


def test_negative_days_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be -1 days"):
        book.bucket_of(-1)


def test_a_mortgage_and_a_card_by_hand() -> None:
    assert book.expected_loss(D("0.008"), D("0.25"), D("600000")) == D(
        "1200.00"
    )  # a year of methods.md's 100.00 a month
    ead = book.exposure_at_default(D("3000"), D("20000"), D("0.2"))
    assert ead == D("6400.00")
    assert book.expected_loss(D("0.03"), D("0.7"), ead) == D("134.40")
    assert book.exposure_at_default(D("21000"), D("20000"), D("0.2")) == D(
        "21000.00"
    )  # over its limit, nothing undrawn
    assert book.expected_loss(D("0.5"), D("0.5"), D("0.02")) == D("0.01")  # half a cent goes up


def test_causes_are_the_change_to_the_cent() -> None:
    draw = random.Random(7)

    def one() -> Exposed | None:
        if draw.random() < 0.15:
            return None
        return Exposed(
            D(draw.randrange(0, 10**9)).scaleb(-2), D(draw.randrange(0, 10**6)).scaleb(-6),
            D(draw.choice(("0.25", "0.45", "0.7"))), draw.random() < 0.2,
        )  # fmt: skip

    for _ in range(500):
        before, now = one(), one()
        parts = book.moved(before, now)
        assert set(parts) <= set(book.PARTS)
        assert sum(parts.values(), D(0)) == (now.loss if now else D(0)) - (before.loss if before else D(0))
    owed, late = Exposed(D(1000), D("0.02"), D("0.5")), Exposed(D(900), D("0.02"), D("0.5"), defaulted=True)
    assert book.moved(owed, late) == {"volume": D("-1.00"), "default": D("441.00")}
    assert book.moved(owed, owed) == {}
    assert book.moved(None, owed) == {"new": D("10.00")}
    assert book.moved(owed, None) == {"gone": D("-10.00")}


def test_herfindahl() -> None:
    assert book.herfindahl([D(5)]) == 1
    assert book.herfindahl([1, 1, 1, 1]) == 0.25
    assert book.herfindahl([3, 1, 0, -2]) == 0.625
    assert book.herfindahl([]) is None


def test_quarters_and_what_was_seen_of_them() -> None:
    assert [book.cohort_of(date(2025, month, 1)) for month in (1, 3, 4, 12)] == ["2025Q1", "2025Q1", "2025Q2", "2025Q4"]
    assert book.seen_for("2025Q1", date(2026, 10, 31)) == 19
    assert book.seen_for("2026Q4", date(2026, 10, 31)) == -2
    assert book.curve([1, 3, 3], 10, 3) == [(0, 0, 0.0), (1, 1, 0.1), (2, 1, 0.1), (3, 3, 0.3)]
    with pytest.raises(ValueError, match="no quarter"):
        book.cohort_ends("2025Q7")
