"""The customers behind every cell of a run's mart are that cell, to the cent and in every component, in every month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from domain.contribution.defaults import CNY
from domain.contribution.sums import NAMES, Sums, sums_of, total
from domain.contribution.timeline import built_in
from tests.warehouse.small_bank import SmallBank, draw
from warehouse.contribution import Basis, Of, add_up, behind, ensure, ensure_groups, ensure_places, sums_by_group
from warehouse.contribution.groups import MEMBERS

END = dt.date(2026, 6, 30)
DAYS = tuple(dt.date(2026, month, day) for month, day in ((4, 30), (5, 31), (6, 30)))
BASIS = Basis("ground", (built_in("CNY"),))
ALL = 10_000


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    return draw(tmp_path_factory.mktemp("bank") / "bank.duckdb", 60, 4, 3.0)


@pytest.fixture(scope="module")
def home(bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    ensure(bank, folder, BASIS, DAYS, END)
    return folder


@pytest.fixture(scope="module")
def places(bank: SmallBank, home: Path) -> Path:
    return ensure_places(lambda: bank, home, "ground", "总行")


@pytest.fixture(scope="module")
def mart(bank: SmallBank, home: Path) -> list[dict[str, Any]]:
    found = {day: BASIS.path(home, day) for day in DAYS}
    rows: list[dict[str, Any]] = add_up(bank, found, END, CNY, "总行")[1].to_pylist()
    return rows


def sums(row: Mapping[str, Any]) -> Sums:
    return sums_of({name: row[name] if name == "accounts" else Decimal(row[name]).scaleb(-2) for name in NAMES})


def test_every_cell_is_its_customers(home: Path, places: Path, mart: list[dict[str, Any]]) -> None:
    cells: dict[tuple[Any, ...], list[Sums]] = defaultdict(list)
    for row in mart:
        cells[row["month"], "/", None, None, None].append(sums(row))
        if row["month"] == DAYS[1]:  # a past month, not the last
            cells[row["month"], row["branch_path"], None, None, None].append(sums(row))
            cells[row["month"], "/", row["family"], None, row["kind"]].append(sums(row))
            cells[row["month"], "/", None, row["manager_id"], None].append(sums(row))
    assert len(cells) > 12
    for (month, path, family, manager, kind), parts in cells.items():
        of = Of((month,), (path,), family=family, manager=manager, kind=kind)
        found = behind(home, BASIS, places, of, limit=ALL)
        assert found.now == total(parts) == total(part.now for part in found.rows if part.now is not None), of
        assert found.customers == len(found.rows) == len({part.customer_id for part in found.rows})


def test_several_months_pages_and_orders(home: Path, places: Path, mart: list[dict[str, Any]]) -> None:
    of = Of(DAYS, ("/",))
    whole = behind(home, BASIS, places, of, limit=ALL)
    assert whole.now == total(map(sums, mart))
    for order in ("contribution", "moved", "fees"):
        for descending in (True, False):
            pages = [behind(home, BASIS, places, of, order, descending, 60, at) for at in range(0, whole.customers, 60)]
            listed = [part for page in pages for part in page.rows]
            assert sorted(part.customer_id for part in listed) == sorted(part.customer_id for part in whole.rows)
            if order != "moved":
                values = [getattr(part.now, order) for part in listed]
                assert values == sorted(values, reverse=descending)
    assert behind(home, BASIS, places, Of(DAYS, ())).customers == 0
    with pytest.raises(ValueError, match="weather"):
        behind(home, BASIS, places, of, "weather")
    with pytest.raises(FileNotFoundError, match="recompute"):
        behind(home, BASIS, places, Of((dt.date(2020, 1, 31),), ("/",)))


def test_won_lost_and_stayed_close_the_change(home: Path, places: Path, mart: list[dict[str, Any]]) -> None:
    now, before = DAYS[2], DAYS[1]
    found = {
        among: behind(home, BASIS, places, Of((now,), ("/",), (before,), among=among), "moved", limit=ALL)
        for among in (None, "won", "lost", "stayed")
    }
    months = {day: total(sums(row) for row in mart if row["month"] == day) for day in DAYS}
    assert (found[None].now, found[None].before) == (months[now], months[before])
    won = sum(Decimal(row["won"]).scaleb(-2) for row in mart if row["month"] == now)
    lost = sum(Decimal(row["lost"]).scaleb(-2) for row in mart if row["month"] == now)
    assert (found["won"].now.contribution, found["lost"].before.contribution) == (won, lost)
    assert found["won"].before == found["lost"].now == Sums()
    parts = [found[among] for among in ("won", "lost", "stayed")]
    assert sum(part.customers for part in parts) == found[None].customers
    for side in ("now", "before"):
        assert total(getattr(part, side) for part in parts) == getattr(found[None], side)


def test_groups_are_their_customers(home: Path, places: Path, mart: list[dict[str, Any]]) -> None:
    """By the files that are kept, as by every account: to the cent, in any months and below any branch."""
    who = [part.customer_id for part in behind(home, BASIS, places, Of(DAYS, ("/",)), limit=ALL).rows]
    own = {each: [None, "gold", "basic"][at % 3] for at, each in enumerate(who[:-5])}
    told = [{"customer_id": each, "tier": key, "segment": key and str(len(key))} for each, key in own.items()]
    groups = ensure_groups(home, BASIS.ground, 3, lambda: pa.Table.from_pylist(told, schema=MEMBERS))
    paths = sorted({row["branch_path"] for row in mart})[:1]
    for below in (["/"], paths):
        for months in (DAYS[:1], DAYS[1:], DAYS):
            found = sums_by_group(home, BASIS, places, groups, "tier", months, below)
            part = [row for row in mart if any(row["branch_path"].startswith(path) for path in below)]
            assert total(found.values()) == total(sums(row) for row in part if row["month"] in months)
            everybody = behind(home, BASIS, places, Of(months, tuple(below)), limit=ALL).rows
            for key, sum_of_key in found.items():
                assert sum_of_key == total(one.now for one in everybody if (own.get(one.customer_id) or "") == key)
                of = Of(months, tuple(below), groups=groups, grouping="tier", key=key)
                assert behind(home, BASIS, places, of).now == sum_of_key
            by_segment = sums_by_group(home, BASIS, places, groups, "segment", months, below)
            assert by_segment == {key and str(len(key)): value for key, value in found.items()}
    assert set(found) <= {"", "gold", "basic"} and len(found) > 1
    assert sums_by_group(home, BASIS, places, groups, "tier", DAYS, []) == {}
    with pytest.raises(ValueError, match="weather"):
        sums_by_group(home, BASIS, places, groups, "weather", DAYS, ["/"])
    again = ensure_groups(home, BASIS.ground, 3, lambda: pytest.fail("they are there"))
    assert again == groups
    assert [field.name for field in fields(Sums)] == list(NAMES)
