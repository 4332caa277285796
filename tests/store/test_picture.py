"""The serving tables are what the warehouse says, in either database, and a failed rebuild leaves the old ones."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest
from sqlalchemy import Engine, func, select

from store import kpis, lookup
from store.database import reading
from store.picture import clear, current, rebuild
from store.scope import whole_bank
from store.tables import (
    accounts,
    branch_months,
    branches,
    cards,
    customer_features,
    customer_months,
    customer_terms,
    customers,
    loans,
)
from tests.warehouse.small_bank import SmallBank, draw
from warehouse.projection import Projection

AT = dt.datetime(2026, 7, 1, 6, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    return draw(tmp_path_factory.mktemp("bank") / "bank.duckdb", 60, 15)


class Worked:
    """A projection worked out once and kept: working it out takes longer than writing it down."""

    def __init__(self, bank: SmallBank) -> None:
        with Projection(bank, "江城银行") as serving:
            self.as_of, self.months, self.unknown = serving.as_of, serving.months, serving.unknown
            self.complete = serving.complete
            self.kept = [(name, list(batches)) for name, batches in serving.tables()]

    def tables(self) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
        return ((name, iter(batches)) for name, batches in self.kept)


@pytest.fixture(scope="module")
def worked(bank: SmallBank) -> Worked:
    return Worked(bank)


@pytest.fixture(scope="module")
def worked_again(bank: SmallBank) -> Worked:
    return Worked(bank)


@pytest.fixture(scope="module")
def without_movements(bank: SmallBank) -> Worked:
    return Worked(bank.changed("delete from transactions"))


@pytest.fixture(scope="module")
def quiet(bank: SmallBank) -> Worked:
    """A bank of Berka's kind: no loan status, several roots, dates without times, accounts that never moved."""
    return Worked(
        bank.changed(
            "delete from loan_status",
            "delete from service_events",
            "delete from branches where branch_id in ('HQ', 'C1', 'C2')",
            "update branches set parent_id = null",
            "update transactions set booked_at = booked_at::date, balance_after = null",
            "delete from transactions where account_id = 'A00000010'",
            "delete from balances where account_id like 'A0000001%'",
        )
    )


def show(engine: Engine, serving: Worked) -> dict[str, int]:
    return rebuild(engine, serving, (3, 4), AT)


def test_the_tables_say_what_the_deliveries_said(engine: Engine, bank: SmallBank, worked: Worked) -> None:
    written = show(engine, worked)
    asked = bank.connect()

    def one(text: str) -> object:
        return asked.execute(text).fetchone()[0]  # type: ignore[index]

    with reading(engine) as connection:
        on_show = current(connection)
        assert on_show is not None
        assert (on_show.as_of, on_show.batches, on_show.batch_id) == (dt.date(2026, 6, 30), (3, 4), 4)
        assert len(on_show.months) == 15
        assert connection.scalar(select(func.count()).select_from(customers)) == 60
        assert written["customers"] == 60
        assert connection.scalar(select(func.count()).select_from(accounts)) == one("select count(*) from accounts")
        assert connection.scalar(select(func.count()).select_from(cards)) == one("select count(*) from cards")
        told = one(
            "select sum(balance) from balances join accounts a using (account_id) join products using (product_id) "
            "where as_of = '2026-06-30' and family in ('demand', 'time') and a.closed_on is null"
        )
        assert connection.scalar(select(func.sum(customers.c.deposits))) == told
        newest = branch_months.c.month == dt.date(2026, 6, 30)
        assert connection.scalar(select(func.sum(branch_months.c.deposits)).where(newest)) == told
        assert connection.scalar(select(func.sum(branch_months.c.aum)).where(newest)) == connection.scalar(
            select(func.sum(customers.c.aum))
        )
        owed = connection.scalar(select(func.sum(branch_months.c.loans)).where(newest))
        assert owed == connection.scalar(select(func.sum(customers.c.loans)))
        assert owed > 0
        assert connection.scalar(select(func.count()).select_from(customer_terms)) > 600
        paths = dict(connection.execute(select(branches.c.branch_id, branches.c.path)).all())
        assert paths["B3"] == "/HQ/C2/B3/"


def test_a_customer_row_is_whole(engine: Engine, worked: Worked) -> None:
    show(engine, worked)
    with reading(engine) as connection:
        rows = connection.execute(select(customers).order_by(customers.c.place)).all()
        assert [row.place for row in rows] == list(range(1, 61))
        wealth = [row.aum for row in rows if row.aum is not None]
        assert wealth == sorted(wealth, reverse=True)
        first = rows[0]
        assert first.families.startswith(" ")
        assert "demand" in first.families.split()
        known = select(customer_features).where(customer_features.c.customer_id == first.customer_id)
        _, features, hours = connection.execute(known).one()
        assert features["products_held"] == first.products_held
        assert Decimal(str(features["aum"])) == first.aum
        assert "annual_income" in features
        assert (len(hours), {len(day) for day in hours}) == (7, {24})
        assert sum(map(sum, hours)) == features["movements_12m"]
        assert first.active is True
        assert first.tier is None
        held = connection.execute(select(accounts).where(accounts.c.customer_id == first.customer_id)).all()
        assert all(account.holders == [[first.customer_id, "owner"]] for account in held)
        months = connection.execute(
            select(customer_months).where(customer_months.c.customer_id == first.customer_id).order_by("month")
        ).all()
        assert months[-1].aum == first.aum
        assert Decimal(str(features["inflow_1m"])) == months[-1].inflow
        lent = connection.execute(select(loans).where(loans.c.outstanding.is_not(None))).first()
        assert lent is not None
        assert lent.status_on == dt.date(2026, 6, 30)


def test_the_customers_of_a_branch_are_those_the_look_up_lists(engine: Engine, worked: Worked) -> None:
    show(engine, worked)
    with reading(engine) as connection:
        scope = whole_bank(connection)
        month = connection.scalar(select(func.max(branch_months.c.month)))
        for branch, path in connection.execute(select(branches.c.branch_id, branches.c.path)).all():
            counted = kpis.sums(connection, scope, month, path)["customers"]
            facets = {"branch": [branch], "holding": ["open"]}
            assert lookup.search(connection, scope, "", facets).total == counted
        assert kpis.sums(connection, scope, month)["customers"] > 0


def test_customers_carry_over_from_month_to_month(engine: Engine, worked: Worked) -> None:
    show(engine, worked)
    c = branch_months.c
    columns = (c.customers, c.customers_new, c.customers_lost, c.customers_active)
    with reading(engine) as connection:
        found = connection.execute(select(*map(func.sum, columns)).group_by(c.month).order_by(c.month)).all()
    assert sum(row[1] + row[2] for row in found) > 4
    for before, (count, new, lost, active) in itertools.pairwise(found):
        assert count == before[0] + new - lost
        assert active <= count


def test_a_rebuild_says_the_same_again_and_a_failed_one_nothing(
    engine: Engine, worked: Worked, worked_again: Worked, without_movements: Worked
) -> None:
    show(engine, worked)

    def everything() -> list[object]:
        with reading(engine) as connection:
            return [
                connection.execute(select(t).order_by(*t.primary_key)).all()
                for t in (customers, customer_features, branch_months)
            ]

    before = everything()

    def stumble(table: str, _rows: int) -> None:
        if table == "branch_months":
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        rebuild(engine, without_movements, (3,), AT, stumble)
    assert everything() == before
    show(engine, worked_again)
    assert everything() == before
    clear(engine)
    with reading(engine) as connection:
        assert current(connection) is None


def test_what_a_source_does_not_say_stays_unsaid(engine: Engine, quiet: Worked) -> None:
    show(engine, quiet)
    with reading(engine) as connection:
        on_show = current(connection)
        assert on_show is not None
        assert set(on_show.detail["unknown"]) >= {"loans", "loans_npl", "complaints"}
        root = connection.execute(select(branches).where(branches.c.parent_id.is_(None))).one()
        assert (root.branch_id, root.name, root.path) == ("HQ", "江城银行", "/HQ/")
        who = connection.execute(select(customers).where(customers.c.customer_id == "C0000001")).one()
        assert (who.deposits, who.aum) == (None, None)
        hours = select(customer_features.c.activity_hours)
        assert set(connection.scalars(hours)) == {None}
        borrower = select(customers).where(customers.c.families.contains(" mortgage "))
        assert all(row.loans is None for row in connection.execute(borrower))


def test_json_is_text_the_browser_reads(worked: Worked) -> None:
    found = dict(worked.kept)["customer_features"]
    for text in found[0].column("features").to_pylist():
        assert all(isinstance(value, int | float) for value in json.loads(text).values())
