"""One flow for every kind of run, and no way around it: not for its starter, not for a batch that is gone, not by SQL."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields

import pyarrow as pa
import pytest
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from store import contributions, runs
from store.database import reading, writing
from store.ledger import roll_back, roll_forward
from store.runs import NewRun, RunRefused, back_to, publish, published, reject, save_candidate
from store.served_runs import KINDS, rows_of
from store.tables import batches, customers, pictures, publications
from store.tables import runs as runs_table
from tests.conftest import ROOT

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)
# What a page reads of each kind: a column of the run's rows, as it is served on a customer's row, in two values.
SERVED = {
    "segmentation": ("tier", "tier", "gold", "diamond"),
    "credit": ("grade", "grade", "BB", "AA"),
    "attrition": ("probability", "attrition", 0.25, 0.75),
    "next_product": ("family", "next_family", "wealth", "mortgage"),
    "contribution": ("lifetime_value", "lifetime_value", 100, 900),
}
NEEDED = {
    "contribution": {"unknown": 0, "months": 1, **{
        f"year_{part}": 0 for part in (
            "deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital",
            "contribution",
        )
    }},
}  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bank(engine: Engine) -> Engine:
    with writing(engine) as connection:
        told = {
            "kind": "personal",
            "branch_id": "B",
            "branch_path": "/B/",
            "products_held": 1,
            "families": " ",
            "active": True,
        }
        connection.execute(insert(customers).values({"customer_id": "C1", "place": 1, **told}))
        connection.execute(insert(pictures).values(one=1, as_of=DAY, batch_id=1, batches=[1], months=[], built_at=AT))
        row = {
            "batch_id": 1, "source": "guanxi", "bank": "b", "business_date": DAY, "content_hash": "0" * 64,
            "state": "loaded", "counts": True, "received_at": AT, "received_by": "x",
        }  # fmt: skip
        connection.execute(insert(batches).values(row))
    return engine


def candidate(connection: Connection, kind: str, which: int, by: str = "maker") -> int:
    """A run of one customer whose served column says the first or the second value."""
    column, *values = (SERVED[kind][0], SERVED[kind][2], SERVED[kind][3])
    row = {"customer_id": "C1", column: values[which], **NEEDED.get(kind, {})}
    ints = pa.int64() if kind == "contribution" else None
    table = pa.table({
        name: pa.array([value], ints if isinstance(value, int) and name.endswith(("value", "contribution")) else None)
        for name, value in row.items()
    })  # fmt: skip
    found = NewRun(kind, DAY, {}, (1,), "abc", 7, None, by, AT, AT, {}, {}, None)
    return save_candidate(connection, found, table)


def served(engine: Engine, kind: str) -> object:
    with reading(engine) as connection:
        value = connection.scalar(select(customers.c[SERVED[kind][1]]))
    return int(value * 100) if kind == "contribution" and value is not None else value


def state(engine: Engine, run_id: int) -> str:
    with reading(engine) as connection:
        return str(connection.scalar(select(runs_table.c.state).where(runs_table.c.run_id == run_id)))


def test_published_by_somebody_else_and_back_in_one_step(bank: Engine, kind: str) -> None:
    _, _, first, second = SERVED[kind]
    with writing(bank) as connection:
        one, two = candidate(connection, kind, 0), candidate(connection, kind, 1)
    assert served(bank, kind) is None
    for run_id, value in ((one, first), (two, second)):
        with writing(bank) as connection:
            publish(connection, run_id, "checker", AT)
        assert served(bank, kind) == value
    with writing(bank) as connection:
        assert back_to(connection, kind, "checker", AT, "the newer one is wrong") == one
    assert served(bank, kind) == first
    assert (state(bank, one), state(bank, two)) == ("published", "superseded")
    with writing(bank) as connection:
        assert back_to(connection, kind, "checker", AT, "it was right") == two, "and forward again"
    assert served(bank, kind) == second


def test_its_starter_never_publishes_it_whichever_way(bank: Engine, kind: str) -> None:
    with writing(bank) as connection:
        one, two = candidate(connection, kind, 0), candidate(connection, kind, 1, by="other")
    for attempt in range(2):
        with pytest.raises(RunRefused) as refused, writing(bank) as connection:
            publish(connection, one, "maker", AT)
        assert refused.value.key == "own_run"
        if attempt == 0:
            with writing(bank) as connection:
                publish(connection, one, "checker", AT)
                publish(connection, two, "checker", AT)
    with pytest.raises(RunRefused) as refused, writing(bank) as connection:
        back_to(connection, kind, "maker", AT, "mine was better")
    assert refused.value.key == "own_run"
    assert state(bank, two) == "published"


def test_a_run_whose_batches_are_gone_is_never_on_show_again(bank: Engine, kind: str) -> None:
    with writing(bank) as connection:
        one, two = candidate(connection, kind, 0), candidate(connection, kind, 1)
        publish(connection, one, "checker", AT)
        publish(connection, two, "checker", AT)
        three = candidate(connection, kind, 0)
        roll_back(connection, 1, "chief", AT)
    for run_id in (one, three):
        with pytest.raises(RunRefused, match="no longer counts"), writing(bank) as connection:
            publish(connection, run_id, "checker", AT)
    with pytest.raises(RunRefused, match="no longer counts"), writing(bank) as connection:
        back_to(connection, kind, "checker", AT, "x")
    assert served(bank, kind) == SERVED[kind][3]
    with writing(bank) as connection:
        roll_forward(connection, 1, "chief", AT)
        publish(connection, three, "checker", AT)


def test_rejected_stays_rejected(bank: Engine, kind: str) -> None:
    with writing(bank) as connection:
        one = candidate(connection, kind, 0)
        reject(connection, one, "maker", AT, "my own mistake")
    for act in (publish, reject):
        with pytest.raises(RunRefused), writing(bank) as connection:
            act(connection, one, "checker", AT, "again")
    with pytest.raises(IntegrityError), writing(bank) as connection:
        connection.execute(update(runs_table).values(state="published", decided_by="checker"))
    assert (state(bank, one), served(bank, kind)) == ("rejected", None)


def test_the_database_itself_lets_nobody_publish_their_own(bank: Engine, kind: str) -> None:
    with writing(bank) as connection:
        one = candidate(connection, kind, 0)
    for by in ("maker", None):
        with pytest.raises(IntegrityError), writing(bank) as connection:
            connection.execute(update(runs_table).values(state="published", decided_by=by))
    assert state(bank, one) == "candidate"
    with reading(bank) as connection:
        assert published(connection, kind) is None


def test_nothing_is_added_to_a_run_that_was_decided_on(bank: Engine) -> None:
    with writing(bank) as connection:
        one = candidate(connection, "contribution", 0)
        publish(connection, one, "checker", AT)
    with pytest.raises(ValueError, match="no candidate"), writing(bank) as connection:
        contributions.save_months(connection, one, pa.table({"month": pa.array([], pa.date32())}))


def test_a_new_run_cannot_say_its_own_state(bank: Engine, kind: str) -> None:
    assert not {"state", "decided_by", "version", "run_id"} & {field.name for field in fields(NewRun)}
    with writing(bank) as connection:
        assert state_of(connection, candidate(connection, kind, 0)) == "candidate"


def state_of(connection: Connection, run_id: int) -> str:
    found = runs.run(connection, run_id)
    assert found is not None
    return found.state


def test_one_file_writes_runs_and_what_was_on_show() -> None:
    """Whatever else a store function changes, it is no run's state, no publication and no run's row."""
    tables = {runs_table.name, publications.name, *(rows_of(kind).name for kind in KINDS)}
    write = re.compile(rf"\b(?:insert|update|delete)\(\s*(?:tables\.)?({'|'.join(sorted(tables))})\b")
    raw = re.compile(rf"(?i)\b(?:insert\s+into|update|delete\s+from)\s+({'|'.join(sorted(tables))})\b")
    rooms = ("store", "portal", "jobs", "console", "warehouse", "domain", "config")
    found = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if write.search(text := path.read_text(encoding="utf-8")) or raw.search(text)
    }
    assert found == {"store/runs.py"}
