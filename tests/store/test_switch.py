"""The switch to the next picture: all of it or nothing, whoever writes or reads meanwhile, and wherever it is killed."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pyarrow as pa
import pytest
from sqlalchemy import Engine, insert, inspect, select

from store import beside
from store.customers import customer
from store.database import reading, writing
from store.picture import clear, current, rebuild
from store.runs import NewRun, RunRefused, list_runs, publish, save_candidate
from store.scope import Scope
from store.tables import audit_head, branches, customer_terms, customers
from store.turns import Turns
from tests.conftest import ROOT

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)


class Bank:
    """A picture of `count` customers, all of whose rows bear the name `told`."""

    as_of, months, unknown, complete = DAY, (DAY,), (), DAY

    def __init__(self, told: str, count: int = 40) -> None:
        self.told, self.count = told, count

    def tables(self) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
        branch = {"branch_id": ["B"], "name": [self.told], "level": [0], "path": ["/B/"]}
        yield "branches", iter([pa.RecordBatch.from_pydict(branch)])
        rows = {
            "customer_id": [f"C{n:05}" for n in range(self.count)], "place": list(range(1, self.count + 1)),
            "name": [self.told] * self.count, "kind": ["personal"] * self.count, "branch_id": ["B"] * self.count,
            "branch_path": ["/B/"] * self.count, "products_held": [1] * self.count, "families": [" demand "] * self.count,
            "active": [True] * self.count,
        }  # fmt: skip
        yield "customers", iter([pa.RecordBatch.from_pydict(rows)])


def on_show(engine: Engine) -> tuple[str | None, set[str], set[str]]:
    """Names of the branch, the customers and what they are found by, in one transaction."""
    with reading(engine) as connection:
        names = set(connection.scalars(select(customers.c.name)))
        terms = set(connection.scalars(select(customer_terms.c.term).where(customer_terms.c.kind == "name")))
        return connection.scalar(select(branches.c.name)), names, terms


def left_beside(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_table_names() if "__" in name]


KILLED = """
import os, signal, sys
from store import beside, picture
from store.database import open_engine
from tests.store.test_switch import AT, Bank
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
where = sys.argv[2]
if where == "in the switch":
    signed = picture._sign
    picture._sign = lambda *told: (signed(*told), die())
if where == "after it":
    picture.beside.switch = lambda *told, switch=beside.switch: (switch(*told), die())
picture.rebuild(open_engine(sys.argv[1]), Bank("new"), (2,), AT, lambda table, _rows: table == where and die())
"""


@pytest.mark.parametrize(("where", "shown"), [("customers", "old"), ("in the switch", "old"), ("after it", "new")])
def test_a_kill_leaves_a_whole_picture_and_the_next_build_works(
    engine: Engine, database_url: str, where: str, shown: str
) -> None:
    rebuild(engine, Bank("old"), (1,), AT)
    ended = subprocess.run([sys.executable, "-c", KILLED, database_url, where], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert left_beside(engine)
    assert on_show(engine)[:2] == (shown, {shown})
    rebuild(engine, Bank("next"), (3,), AT)
    assert on_show(engine)[:2] == ("next", {"next"})
    assert left_beside(engine) == []


def test_readers_see_one_picture_or_the_other_and_writers_hardly_wait(engine: Engine) -> None:
    rebuild(engine, Bank("1", 3000), (1,), AT)
    over, seen, waits = threading.Event(), set(), []

    def read() -> None:
        while not over.is_set():
            branch, names, _ = on_show(engine)
            seen.add((branch, *sorted(n for n in names if n)))

    def write() -> None:
        number = 0
        while not over.is_set():
            number, begun = number + 1, time.monotonic()
            with writing(engine) as connection:
                connection.execute(insert(audit_head).values(one=number, sequence=number, hash="x"))
            waits.append(time.monotonic() - begun)

    threads = [threading.Thread(target=each) for each in (read, read, write)]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    for number in (2, 3):
        rebuild(engine, Bank(str(number), 3000), (number,), AT)
    built = time.monotonic() - begun
    over.set()
    for thread in threads:
        thread.join()
    assert seen <= {(n, n) for n in "123"}
    assert len(waits) > 2
    assert max(waits) < built / 2, "nobody waits for a whole picture to be built"


def test_a_reader_in_the_middle_keeps_the_old_picture(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's reader has a snapshot; in PostgreSQL the switch waits, and says so when it waited too long."""
    rebuild(engine, Bank("old"), (1,), AT)
    monkeypatch.setattr(beside, "PATIENCE_S", 0.0)
    with reading(engine) as connection:
        assert connection.scalar(select(branches.c.name)) == "old"
        if engine.dialect.name == "postgresql":
            with pytest.raises(beside.PictureBusy, match="build it again"):
                rebuild(engine, Bank("new"), (2,), AT)
        else:
            rebuild(engine, Bank("new"), (2,), AT)
        assert set(connection.scalars(select(customers.c.name))) == {"old"}
    rebuild(engine, Bank("new"), (2,), AT)
    assert on_show(engine)[:2] == ("new", {"new"})


def test_a_run_published_while_a_picture_is_built_is_in_it(engine: Engine) -> None:
    rebuild(engine, Bank("old"), (1,), AT)
    new = NewRun("segmentation", DAY, {}, (1,), "c", 1, None, "maker", AT, AT, {}, {}, None)
    rows = {"customer_id": ["C00003"], "tier": ["gold"], "segment": pa.array([2], pa.int32()), "why": ['{"a": 1}']}
    with writing(engine) as connection:
        run_id = save_candidate(connection, new, pa.table(rows))

    def meanwhile(table: str, _rows: int) -> None:
        if table == "switch":
            with writing(engine) as connection:
                publish(connection, run_id, "checker", AT)

    told = select(customers.c.customer_id, customers.c.tier, customers.c.segment)
    for number, heard in ((2, meanwhile), (3, lambda _table, _rows: None)):  # learnt of at the switch; known before
        rebuild(engine, Bank(str(number)), (number,), AT, heard)
        with reading(engine) as connection:
            shown = current(connection)
            assert shown is not None
            assert shown.segmentation_run_id == run_id
            marked = connection.execute(told.where(customers.c.tier.is_not(None))).all()
            assert marked == [("C00003", "gold", 2)]
            one = customer(connection, Scope(("/B/",)), "C00003")
            assert one is not None and one.segment_why == {"a": 1}


def test_a_build_that_another_one_overtook_fails_and_mixes_nothing(engine: Engine) -> None:
    def overtaken(table: str, _rows: int) -> None:
        if table == "branches":
            rebuild(engine, Bank("quicker"), (2,), AT)

    with pytest.raises(Exception, match=r"(branches|customers)__next"):
        rebuild(engine, Bank("slower"), (1,), AT, overtaken)
    assert on_show(engine)[:2] == ("quicker", {"quicker"})


def test_a_switched_table_is_whole(engine: Engine) -> None:
    """Columns, keys and indexes are those of the migration; only the names of keys and indexes are their own."""

    def shape() -> list[object]:
        asked = inspect(engine)
        return [
            (
                [(c["name"], str(c["type"]), c["nullable"]) for c in asked.get_columns(name)],
                asked.get_pk_constraint(name)["constrained_columns"],
                sorted(tuple(i["column_names"]) for i in asked.get_indexes(name)),
            )
            for name in beside.SERVED
        ]

    before = shape()
    rebuild(engine, Bank("new"), (1,), AT)
    assert shape() == before
    clear(engine)
    assert shape() == before
    assert on_show(engine) == (None, set(), set())
    assert left_beside(engine) == []


def test_the_lock_is_given_up_between_stretches(engine: Engine) -> None:
    """However many rows: transactions are as long as a stretch, and rows in each follow the pace."""
    turns = Turns(engine)
    own = beside.stand_ins(turns)
    longest = 0.0

    def heard(_rows: int) -> None:
        nonlocal longest
        longest = max(longest, turns.last)

    (batch,) = next(rows for name, rows in Bank("x", 20_000).tables() if name == "customers")
    assert turns.fill(own["customers"], iter([batch]), heard) == 20_000
    assert longest < 5
    beside.drop_left(turns)


@pytest.mark.parametrize("same", [False, True])
def test_two_who_publish_at_once_leave_one_run_on_show(engine: Engine, same: bool) -> None:
    """The second waits for the first. PostgreSQL has let it look before: it is told. SQLite lets it look afterwards."""
    rebuild(engine, Bank("old"), (1,), AT)
    new = NewRun("segmentation", DAY, {}, (1,), "c", 1, None, "maker", AT, AT, {}, {}, None)
    rows = pa.table({"customer_id": ["C00003"], "tier": ["gold"], "why": ["{}"]})
    with writing(engine) as connection:
        first, other = (save_candidate(connection, new, rows) for _ in range(2))
    second = first if same else other
    told: list[str] = []

    def publish_too() -> None:
        try:
            with writing(engine) as connection:
                publish(connection, second, "second", AT)
            told.append("published")
        except RunRefused as refused:
            told.append(refused.key)

    thread = threading.Thread(target=publish_too)
    with writing(engine) as connection:
        publish(connection, first, "first", AT)
        thread.start()
        time.sleep(0.7)
    thread.join()
    late = "decided_meanwhile" if engine.dialect.name == "postgresql" else "wrong_state" if same else "published"
    assert told == [late]
    with reading(engine) as connection:
        assert [run.run_id for run in list_runs(connection) if run.state == "published"] == [
            second if late == "published" else first
        ]
