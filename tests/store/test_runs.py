"""A run is a candidate until somebody else publishes it; what pages read follows in the same transaction."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from store import customers as one
from store import runs
from store.database import reading, writing
from store.ledger import roll_back, roll_forward
from store.picture import current
from store.runs import (
    NewRun,
    RunRefused,
    back_to,
    batches_gone,
    list_runs,
    publish,
    published,
    reject,
    save_candidate,
)
from store.scope import Scope
from store.shown import before, showings
from store.tables import audit_log, batches, customers, pictures
from store.tables import runs as runs_table

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)


@pytest.fixture
def bank(engine: Engine) -> Engine:
    with writing(engine) as connection:
        connection.execute(
            insert(customers),
            [
                {
                    "customer_id": f"C{i}", "place": i, "kind": "personal", "branch_id": "B", "branch_path": "/B/",
                    "products_held": 1, "families": " demand ", "active": True,
                }
                for i in (1, 2, 3)
            ],
        )  # fmt: skip
        connection.execute(insert(pictures).values(one=1, as_of=DAY, batch_id=1, batches=[1], months=[], built_at=AT))
    return engine


def _new(kind: str, by: str) -> NewRun:
    return NewRun(kind, DAY, {"k": 3}, (1, 2), "abc", 7, None, by, AT, AT, {"auc": 0.8}, {"m": [1]}, None)


def segmentation(engine: Engine, by: str, tiers: dict[str, str], segment: int = 1) -> int:
    rows = pa.table(
        {
            "customer_id": list(tiers), "recency_score": pa.array([5] * len(tiers), pa.int32()),
            "frequency_score": pa.array([None] * len(tiers), pa.int32()), "tier": list(tiers.values()),
            "monetary_score": pa.array([1] * len(tiers), pa.int32()), "aum": pa.array([12345] * len(tiers), pa.int64()),
            "segment": pa.array([segment] * len(tiers), pa.int32()), "why": ['{"a": "一"}'] * len(tiers),
        }
    )  # fmt: skip
    with writing(engine) as connection:
        return save_candidate(connection, _new("segmentation", by), rows)


def rating(engine: Engine, by: str) -> int:
    rows = pa.table(
        {
            "customer_id": ["C2"], "score": pa.array([612], pa.int32()), "pd": [0.0123], "grade": ["BB"],
            "points": ['{"base": 500, "points": []}'], "reasons": ['{"reasons": [], "next_grade": null}'],
        }
    )  # fmt: skip
    with writing(engine) as connection:
        return save_candidate(connection, _new("credit", by), rows)


def of_one(connection: Connection, customer_id: str) -> one.Customer:
    found = one.customer(connection, Scope(("/B/",)), customer_id)
    assert found is not None
    return found


def tiers(engine: Engine) -> list[str | None]:
    with reading(engine) as connection:
        return list(connection.scalars(select(customers.c.tier).order_by(customers.c.place)))


def test_a_candidate_changes_nothing_until_somebody_else_publishes_it(bank: Engine) -> None:
    first = segmentation(bank, "maker", {"C1": "gold", "C2": "basic"})
    assert tiers(bank) == [None, None, None]
    with pytest.raises(RunRefused, match="somebody else"), writing(bank) as connection:
        publish(connection, first, "maker", AT)
    with writing(bank) as connection:
        publish(connection, first, "checker", AT, "reads well", "10.0.0.1")
    assert tiers(bank) == ["gold", "basic", None]
    with reading(bank) as connection:
        row = connection.execute(select(customers).where(customers.c.customer_id == "C1")).one()
        assert (row.rfm, row.segment) == ("5-1", 1)
        assert of_one(connection, "C1").segment_why == {"a": "一"}
        on_show = current(connection)
        assert on_show is not None
        assert (on_show.segmentation_run_id, on_show.segmentation_version) == (first, "S-2026-10-31-1")
        audit = connection.execute(select(audit_log)).one()
        assert (audit.actor, audit.action, audit.object_id, audit.address) == (
            "checker",
            "runs.publish",
            str(first),
            "10.0.0.1",
        )
        shown = published(connection, "segmentation")
        assert shown is not None
        assert (shown.decided_by, shown.decision_reason, shown.model) == ("checker", "reads well", {"m": [1]})


def test_superseded_and_back_again(bank: Engine) -> None:
    first = segmentation(bank, "maker", {"C1": "gold", "C2": "basic"})
    second = segmentation(bank, "maker", {"C2": "platinum"}, segment=4)
    with writing(bank) as connection:
        publish(connection, first, "checker", AT)
        publish(connection, second, "checker", AT)
    assert tiers(bank) == [None, "platinum", None]
    with writing(bank) as connection:
        assert [run.state for run in list_runs(connection, "segmentation")] == ["published", "superseded"]
        for nothing in (None, " "):
            with pytest.raises(RunRefused, match="put on show again") as refused:
                publish(connection, first, "checker", AT, nothing)
            assert refused.value.key == "reason_needed"
        assert back_to(connection, "segmentation", "checker", AT, "drift") == first
    assert tiers(bank) == ["gold", "basic", None]
    with reading(bank) as connection:
        told = showings(connection, "segmentation")
        assert [(one.run_id, one.again, one.until is None, one.reason) for one in told] == [
            (first, False, False, None), (second, False, False, None), (first, True, True, "drift"),
        ]  # fmt: skip
        assert [one.replaced for one in told] == [None, told[0].version, told[1].version]
        assert before(connection, second) == first and before(connection, first) is None, (
            "a later run is never the one before"
        )
        rows = runs.segment_rows(connection, first)
        assert list(rows["customer_id"]) == ["C1", "C2"]
        assert rows["tier"].tolist() == ["gold", "basic"]
    with pytest.raises(RunRefused, match="none to go back to"), writing(bank) as connection:
        back_to(connection, "credit", "checker", AT)


def test_kinds_do_not_touch_each_other(bank: Engine) -> None:
    place, grade = segmentation(bank, "maker", {"C2": "gold"}), rating(bank, "maker")
    with writing(bank) as connection:
        publish(connection, place, "checker", AT)
        publish(connection, grade, "checker", AT)
    with reading(bank) as connection:
        row = connection.execute(select(customers).where(customers.c.customer_id == "C2")).one()
        assert (row.tier, row.score, row.pd, row.grade) == ("gold", 612, 0.0123, "BB")
        shown = of_one(connection, "C2")
        assert shown.rating_points == {"base": 500, "points": []}
        assert shown.rating_reasons["next_grade"] is None
        assert shown.segment_why == {"a": "一"}
        assert of_one(connection, "C1").rating_points is None
        assert runs.rating_rows(connection, grade)["grade"].tolist() == ["BB"]


def test_rejected_is_rejected(bank: Engine) -> None:
    run_id = segmentation(bank, "maker", {"C1": "gold"})
    with pytest.raises(RunRefused, match="say why"), writing(bank) as connection:
        reject(connection, run_id, "checker", AT, " ")
    with writing(bank) as connection:
        reject(connection, run_id, "checker", AT, "the sample is too old")
    for attempt in (publish, reject):
        with pytest.raises(RunRefused, match="rejected"), writing(bank) as connection:
            attempt(connection, run_id, "checker", AT, "again")
    with pytest.raises(RunRefused, match="no run"), writing(bank) as connection:
        publish(connection, 999, "checker", AT)
    assert tiers(bank) == [None, None, None]


def test_one_run_of_a_kind_is_on_show(bank: Engine) -> None:
    first, second = (segmentation(bank, "maker", {"C1": "gold"}) for _ in range(2))
    with writing(bank) as connection:
        publish(connection, first, "checker", AT)
    with pytest.raises(IntegrityError), writing(bank) as connection:
        connection.execute(
            runs_table.update().where(runs_table.c.run_id == second).values(state="published", decided_by="x")
        )
    with pytest.raises(ValueError, match="no kind"), writing(bank) as connection:
        save_candidate(connection, _new("weather", "maker"), pa.table({"customer_id": pa.array([], pa.string())}))


def _batches(engine: Engine, *ids: int) -> None:
    with writing(engine) as connection:
        connection.execute(
            insert(batches),
            [
                {
                    "batch_id": i, "source": "guanxi", "bank": "b", "business_date": DAY, "content_hash": f"{i:064}",
                    "state": "loaded", "counts": True, "received_at": AT, "received_by": "x",
                }
                for i in ids
            ],
        )  # fmt: skip


def test_a_run_of_a_batch_rolled_back_since_is_not_put_on_show(bank: Engine) -> None:
    _batches(bank, 1, 2)
    first = segmentation(bank, "maker", {"C1": "gold"})
    second = segmentation(bank, "maker", {"C2": "gold"})
    with writing(bank) as connection:
        publish(connection, first, "checker", AT)
        roll_back(connection, 2, "chief", AT)
    with (
        pytest.raises(RunRefused, match="worked out from #2, which no longer counts") as refused,
        writing(bank) as connection,
    ):
        publish(connection, second, "checker", AT)
    assert (refused.value.key, refused.value.values) == ("batches_gone", {"batches": "#2"})
    assert tiers(bank) == ["gold", None, None]
    with writing(bank) as connection:
        roll_forward(connection, 2, "chief", AT)
        publish(connection, second, "checker", AT)
        roll_back(connection, 1, "chief", AT)
    with pytest.raises(RunRefused, match="#1"), writing(bank) as connection:
        back_to(connection, "segmentation", "checker", AT, "drift")
    assert tiers(bank) == [None, "gold", None]
    with reading(bank) as connection:
        assert batches_gone(connection, (1, 2, 3)) == (1,)
