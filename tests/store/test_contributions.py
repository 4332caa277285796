"""A contribution run in the store: the same sums at every level, in scope, the change, and the serving rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from sqlalchemy import Engine, insert, select, update

from domain.contribution.curve import whale_curve
from domain.contribution.sums import Sums, total
from store.contributions import best, changed, members, of_customer, save_months, sums_by, values
from store.database import reading, writing
from store.jobs import NewJob, enter
from store.picture import current
from store.runs import NewRun, publish, save_candidate
from store.scope import NOTHING, OutOfScope, Scope
from store.tables import customers, job_runs, pictures
from store.what_ifs import newest

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY, BEFORE = dt.date(2026, 10, 31), dt.date(2026, 9, 30)
PARTS = ("deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital")
D = Decimal


def _row(customer: str, month: int | None, year: int) -> dict[str, object]:
    row: dict[str, object] = {
        "customer_id": customer,
        "accounts": None if month is None else 1,
        "unknown": 0,
        "months": 12,
    }
    for part in PARTS:
        row |= {f"month_{part}": None if month is None else 0, f"year_{part}": 0}
    row |= {"month_deposit_margin": month, "month_contribution": month, "year_deposit_margin": year}
    return row | {"year_contribution": year, "lifetime_value": 3 * year}


def _cell(month: dt.date, branch: str, family: str, money: int, **moved: int) -> dict[str, object]:
    won = {"won": 0, "won_volume": 0, "lost": 0, "lost_volume": 0} if month == DAY else dict.fromkeys(
        ("won", "won_volume", "lost", "lost_volume")
    )  # fmt: skip
    return {
        "month": month, "branch_id": branch, "manager_id": "", "family": family, "kind": "personal",
        "branch_path": f"/HQ/{branch}/", "accounts": 1, **dict.fromkeys(PARTS, 0), "deposit_margin": money,
        "volume": money * 100, **won, **moved,
    }  # fmt: skip


@pytest.fixture
def run_id(engine: Engine) -> int:
    people = [_row("C1", 500, 6000), _row("C2", -200, -100), _row("C3", None, 50)]
    mart = [
        _cell(BEFORE, "B1", "demand", 1000), _cell(BEFORE, "B2", "demand", 300),
        _cell(DAY, "B1", "demand", 1200), _cell(DAY, "B2", "demand", 0, lost=300, lost_volume=30_000),
        _cell(DAY, "B2", "time", 70, won=70, won_volume=7000),
    ]  # fmt: skip
    with writing(engine) as connection:
        connection.execute(
            insert(customers),
            [
                {
                    "customer_id": f"C{i}", "place": i, "kind": "personal", "branch_id": branch,
                    "branch_path": f"/HQ/{branch}/", "products_held": 1, "families": " demand ", "active": True,
                }
                for i, branch in ((1, "B1"), (2, "B1"), (3, "B2"))
            ],
        )  # fmt: skip
        connection.execute(insert(pictures).values(one=1, as_of=DAY, batch_id=1, batches=[1], months=[], built_at=AT))
        new = NewRun("contribution", DAY, {}, (1,), "abc", 0, None, "maker", AT, AT, {}, {}, None)
        made = save_candidate(connection, new, pa.Table.from_pylist(people))
        save_months(connection, made, pa.Table.from_pylist(mart, schema=_schema(mart)))
    return made


def _schema(rows: list[dict[str, object]]) -> pa.Schema:
    texts = ("branch_id", "manager_id", "family", "kind", "branch_path")
    kinds = {"month": pa.date32(), **dict.fromkeys(texts, pa.string())}
    return pa.schema([(name, kinds.get(name, pa.int64())) for name in rows[0]])


HQ, B1 = Scope(("/HQ/",)), Scope(("/HQ/B1/",))


def test_sums_agree_at_every_level_and_stop_at_the_scope(engine: Engine, run_id: int) -> None:
    with reading(engine) as connection:
        (bank,) = sums_by(connection, HQ, run_id, [DAY]).values()
        assert (bank.contribution, bank.volume, bank.accounts) == (D("12.70"), D("1270.00"), 3)
        for by in (("branch_id",), ("family",), ("branch_id", "family", "kind", "manager_id")):
            assert total(sums_by(connection, HQ, run_id, [DAY], by).values()) == bank
        months = sums_by(connection, HQ, run_id, [BEFORE, DAY], ("month",))
        assert months[BEFORE,].contribution == D("13.00")
        assert list(sums_by(connection, B1, run_id, [DAY], ("branch_id",))) == [("B1",)]
        assert sums_by(connection, HQ, run_id, [DAY], branch_path="/HQ/B1/") == sums_by(connection, B1, run_id, [DAY])
        assert sums_by(connection, NOTHING, run_id, [DAY]) == {}
        with pytest.raises(OutOfScope):
            sums_by(connection, B1, run_id, [DAY], branch_path="/HQ/B2/")
        with pytest.raises(ValueError, match="weather"):
            sums_by(connection, HQ, run_id, [DAY], ("weather",))


def test_the_change_adds_up(engine: Engine, run_id: int) -> None:
    with reading(engine) as connection:
        found = changed(connection, HQ, run_id, DAY, BEFORE)
        assert found is not None
        assert (found.before, found.won, found.lost, found.now) == (D("13.00"), D("0.70"), D("-3.00"), D("12.70"))
        assert (found.volume, found.mix, found.margin) == (D("2.00"), 0, 0)
        assert changed(connection, HQ, run_id, BEFORE, dt.date(2026, 8, 31)) is None


def test_customers_in_scope_and_the_whale_curve(engine: Engine, run_id: int) -> None:
    with reading(engine) as connection:
        assert sorted(values(connection, HQ, run_id)) == [-100, 50, 6000]
        curve = whale_curve(values(connection, B1, run_id))
        assert curve is not None
        assert (curve.peak.cumulative, curve.losing) == (6000, 1)
        assert [each.customer_id for each in best(connection, HQ, run_id)] == ["C1", "C3", "C2"]
        assert [each.customer_id for each in best(connection, B1, run_id, worst=True, limit=1)] == ["C2"]
        last = of_customer(connection, run_id, "C3")
        assert last is not None
        assert (last.month, last.year.contribution, last.lifetime_value) == (None, D("0.50"), D("1.50"))
        first = of_customer(connection, run_id, "C1")
        assert first is not None
        assert first.month == Sums(deposit_margin=D("5.00"), accounts=1)
        assert of_customer(connection, run_id, "C9") is None


def test_the_serving_rows_follow_the_published_run(engine: Engine, run_id: int) -> None:
    with writing(engine) as connection:
        publish(connection, run_id, "checker", AT, "agrees with finance")
        shown = select(customers.c.contribution_month, customers.c.contribution_12m, customers.c.lifetime_value)
        assert connection.execute(shown.order_by(customers.c.customer_id)).all() == [
            (D("5.00"), D("60.00"), D("180.00")), (D("-2.00"), D("-1.00"), D("-3.00")), (None, D("0.50"), D("1.50")),
        ]  # fmt: skip
        on_show = current(connection)
        assert on_show is not None
        assert on_show.versions == {"contribution": "V-2026-10-31-1"}


def test_who_stands_in_which_tier_and_segment_of_a_segmentation(engine: Engine) -> None:
    rows = pa.table({"customer_id": ["C1", "C2"], "tier": ["gold", None], "segment": pa.array([3, None], pa.int32())})
    new = NewRun("segmentation", DAY, {}, (1,), "abc", 0, None, "maker", AT, AT, {}, {}, None)
    with writing(engine) as connection:
        found = members(connection, save_candidate(connection, new, rows)).to_pylist()
        assert members(connection, 999).num_rows == 0
    assert sorted(found, key=lambda row: row["customer_id"]) == [
        {"customer_id": "C1", "tier": "gold", "segment": "3"}, {"customer_id": "C2", "tier": None, "segment": None},
    ]  # fmt: skip


def test_the_newest_answer_to_the_same_question(engine: Engine) -> None:
    asked = {"run_id": 1, "month": "2026-10-31", "months": 1, "version": None, "changes": {"unit_costs~branch": "7"}}
    with writing(engine) as connection:
        assert newest(connection, asked) is None
        first = enter(connection, NewJob("what_if", "quick", asked, "executive", HQ), AT).job
        connection.execute(
            update(job_runs).where(job_runs.c.job_id == first.job_id).values(status="done", finished_at=AT)
        )
        again = enter(connection, NewJob("what_if", "quick", dict(reversed(asked.items())), "another", B1), AT)
        assert not again.already
        shown = newest(connection, asked)
        assert shown is not None
        assert (shown.job_id, newest(connection, {**asked, "months": 3})) == (again.job.job_id, None)
