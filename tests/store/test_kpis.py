"""The whole is the sum of its parts, in either database, within scope only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from sqlalchemy import Engine, insert

from domain.kpis import COMPONENTS, compute
from store.database import reading, writing
from store.kpis import Line, by_child, by_manager, compared, last_months, month_before, series, sums
from store.scope import NOTHING, OutOfScope, Scope
from store.tables import branch_months, branches, pictures
from store.types import Money

MONTH = dt.date(2026, 3, 31)
PATHS = {"HQ": "/HQ/", "C1": "/HQ/C1/", "C10": "/HQ/C10/", "B1": "/HQ/C1/B1/", "B2": "/HQ/C1/B2/"}
BANK, CITY = Scope(("/HQ/",)), Scope(("/HQ/C1/",))


@pytest.fixture
def bank(engine: Engine) -> Engine:
    rows = []
    for m, month in enumerate([MONTH, dt.date(2026, 2, 28), dt.date(2025, 3, 31)]):
        for b, (branch, path) in enumerate(PATHS.items()):
            for k, manager in enumerate(("", "S1", "S2")):
                figures = {
                    name: Decimal(f"{(b + 1) * (k + 2) * (i + 1) + m}.37") if isinstance(branch_months.c[name].type, Money)
                    else (b + 1) * (k + 2) * (i + 1) + m
                    for i, name in enumerate(COMPONENTS)
                }  # fmt: skip
                rows.append(
                    {"month": month, "branch_id": branch, "manager_id": manager, "branch_path": path, **figures}
                )
    with writing(engine) as connection:
        connection.execute(
            insert(branches),
            [{"branch_id": b, "name": f"支行{b}", "level": p.count("/") - 2, "path": p} for b, p in PATHS.items()],
        )
        connection.execute(insert(branch_months), rows)
    return engine


def _total(lines: Sequence[Line]) -> dict[str, Decimal | int]:
    return {name: sum(line.sums[name] for line in lines) for name in COMPONENTS}


def test_the_whole_is_the_sum_of_its_parts(bank: Engine) -> None:
    with reading(bank) as connection:
        whole = sums(connection, BANK, MONTH)
        assert whole["customers"] == 15 * 9
        assert whole["aum"] == sum(Decimal((b + 1) * (k + 2) * 5) + Decimal("0.37") for b in range(5) for k in range(3))
        assert _total(by_child(connection, BANK, MONTH)) == whole
        assert _total(by_manager(connection, BANK, MONTH)) == whole
        city = sums(connection, BANK, MONTH, "/HQ/C1/")
        assert _total(by_child(connection, BANK, MONTH, "/HQ/C1/")) == city
        assert sums(connection, CITY, MONTH) == city
        assert {line.key for line in by_child(connection, BANK, MONTH)} == {"HQ", "C1", "C10"}
        assert {line.key for line in by_child(connection, CITY, MONTH)} == {"C1", "B1", "B2"}
        two = Scope(("/HQ/C1/B1/", "/HQ/C10/"))
        assert {line.key for line in by_child(connection, two, MONTH)} == {"B1", "C10"}
        assert compute(whole)["overdue_ratio"] == whole["loans_overdue"] / whole["loans"]


def test_months_beside_each_other(bank: Engine) -> None:
    with reading(bank) as connection:
        found = compared(connection, BANK, MONTH, "/HQ/C10/")
        assert [s["customers"] for s in (found.now, found.previous, found.year_ago)] == [27, 30, 33]
        thirteen = last_months(MONTH)
        assert (len(thirteen), thirteen[0], thirteen[-1]) == (13, dt.date(2025, 3, 31), MONTH)
        assert list(series(connection, BANK, thirteen)) == [dt.date(2025, 3, 31), dt.date(2026, 2, 28), MONTH]
        assert sums(connection, BANK, dt.date(2020, 1, 31)) == {}
    assert month_before(dt.date(2024, 3, 31)) == dt.date(2024, 2, 29)


def test_nothing_outside_the_scope(bank: Engine) -> None:
    with reading(bank) as connection:
        assert sums(connection, NOTHING, MONTH) == {}
        assert by_child(connection, NOTHING, MONTH) == []
        for question in (sums, compared, by_child, by_manager):
            with pytest.raises(OutOfScope):
                question(connection, CITY, MONTH, "/HQ/C10/")
        with pytest.raises(OutOfScope):
            series(connection, NOTHING, [MONTH], "/HQ/")


def test_what_the_source_does_not_say_has_no_sum(bank: Engine) -> None:
    with writing(bank) as connection:
        connection.execute(
            insert(pictures).values(
                one=1, as_of=MONTH, batch_id=1, batches=[1], months=[], built_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
                detail={"unknown": ["loans", "loans_npl"]},
            )
        )  # fmt: skip
        found = sums(connection, BANK, MONTH)
    assert "loans" not in found
    assert compute(found)["npl_ratio"] is None
