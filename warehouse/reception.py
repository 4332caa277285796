"""One delivery on its way in, step by step: hash, read, check, write, place, book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb

from domain.canonical import BY_NAME, TABLES
from domain.deliveries import DeliveredFile
from warehouse.agreement import Agreement
from warehouse.archives import Limits
from warehouse.arrival import Arrived, Opened, content_hash, measure, opened
from warehouse.columns import figure, name, quoted
from warehouse.control import SIDE_FILES, TABLE_WORDS, Control, Total, compare, day_in, read_side_files, totals_of
from warehouse.ledger import Ledger
from warehouse.lines import LineNumbers
from warehouse.picture import Picture, read_part
from warehouse.receiving import place
from warehouse.refusals import DeliveryRefused
from warehouse.rows import Reader
from warehouse.shrinking import ALLOWED_SHRINK, shrinking, shrunk_words
from warehouse.sources import Source
from warehouse.writing import describe, keep, write_coverage, write_rejects, write_tables

LOST = "The receiver ended before this delivery was booked; nothing of it counts. Send it again."
LAST_YEAR = 2200
REFERENCED = sorted({column.references for table in TABLES for column in table.columns if column.references})


def folder_of(home: Path, batch_id: int) -> Path:
    """Where a batch's Parquet lies."""
    return home / "batches" / str(batch_id)


class Reception:
    """Carries one delivery through its steps; the batch counts when `run` returns."""

    def __init__(
        self,
        source: Source,
        ledger: Ledger,
        home: Path,
        work: Path,
        limits: Limits,
        allowed_rejects: float,
        tell: Callable[[str, float], None],
        allowed_shrink: float = ALLOWED_SHRINK,
    ) -> None:
        self.allowed_shrink = allowed_shrink
        self.source, self.ledger, self.home, self.work = source, ledger, home, work
        self.limits, self.allowed_rejects, self.tell = limits, allowed_rejects, tell
        self.arrived: list[Arrived] = []
        self.side_files: dict[str, Path] = {}
        self.content_hash = ""
        self.place_name = ""

    def measure(self, files: list[tuple[str, Path]], place_name: str) -> None:
        """Hash every file that matters; `place_name` is what the folder or archive is called.

        A file the source passes over is not part of the delivery.
        """
        self.place_name = place_name
        files = [(name, path) for name, path in files if not self.source.ignores(name)]
        total, done = max(1, sum(path.stat().st_size for _, path in files)), 0

        def read(count: int) -> None:
            nonlocal done
            done += count
            self.tell("hash", 5.0 + 10.0 * min(1.0, done / total))

        arrived = [measure(path, name, read) for name, path in files]
        self.side_files = {file.name.lower(): file.path for file in arrived if file.name.lower() in SIDE_FILES}
        self.arrived = [file for file in arrived if file.name.lower() not in SIDE_FILES]
        self.content_hash = content_hash(self.source.name, self._day_given(), arrived)

    def _day_given(self) -> dt.date | None:
        """The business date as far as it can be told; side files that cannot be read are refused later, by `run`."""
        with suppress(DeliveryRefused):
            return self._business_date(read_side_files(self.side_files, self.source))
        return None

    def run(self, batch_id: int) -> None:
        """Read, check, write, place and book under that number. DeliveryRefused when the delivery is at fault."""
        control = read_side_files(self.side_files, self.source)
        business_date = self._business_date(control)
        files = self._open()
        kept = self.ledger.kept()
        counting = Picture(tuple(self.home / str(b.folder) for b in kept if b.counts))
        late = counting.as_of is not None and business_date < counting.as_of
        staged = self.work / "batch"
        staged.mkdir()
        # In memory, spilling to staging beyond the limit: a database file would compress and sync what nobody keeps.
        with duckdb.connect() as connection:
            self._set_up(connection, counting)
            lines = self._read(connection, files, business_date)
            self.tell("check", 55.0)
            rows_in = [_rows_in(connection, n) for n in range(len(files))]
            uncompared = compare(connection, control, files, rows_in)
            self._judge_volume(files, rows_in)
            mode = self._mode(control)
            agreement = Agreement(connection, self.source, files, _earlier_keys(files, mode))
            agreement.settle()
            self.tell("write", 70.0)
            rejected = write_rejects(agreement, lines, staged / "rejects.parquet")
            self._judge_rejects(connection, rejected, sum(rows_in), staged / "rejects.parquet", batch_id)
            written = write_tables(agreement, staged)
            write_coverage(agreement, business_date, staged)
            earlier = [read_part(self.home / str(b.folder)) for b in kept]
            tables = describe(agreement, staged, batch_id, business_date, written, mode, earlier)
            delivered = [self._delivered(agreement, n, rows_in[n]) for n in range(len(files))]
        keep(staged)
        shrunk = shrinking(counting, staged, self.allowed_shrink)
        self.tell("place", 96.0)
        place(staged, folder_of(self.home, batch_id))
        self.tell("book", 98.0)
        notes = shrunk_words(shrunk) + _notes(business_date, counting.as_of if late else None, uncompared, tables)
        zh, en = "".join(note[0] for note in notes), " ".join(note[1] for note in notes)
        control_totals = {
            "compared": len(control.totals) - len(uncompared),
            "uncompared": [total.said for total in uncompared],
        }
        detail = {"late": late, "zh": zh, "en": en, "tables": tables, "control_totals": control_totals}
        if shrunk:
            detail["held"] = {one.table: [one.before, one.after] for one in shrunk}
        bank, folder = control.bank or self.source.bank, str(folder_of(Path(), batch_id))
        self.ledger.load(batch_id, bank, business_date, folder, delivered, en or None, detail, bool(shrunk))

    def _business_date(self, control: Control) -> dt.date:
        day = self.source.business_date or control.business_date
        day = day or day_in(self.place_name)
        if day is None:
            raise DeliveryRefused("no_business_date")
        if not 1900 <= day.year <= LAST_YEAR:
            raise DeliveryRefused("business_date", found=day)
        return day

    def _open(self) -> list[Opened]:
        """Every file judged as a whole, before a row is read."""
        kinds = {file.name: self.source.kind_of(file.name) for file in self.arrived}
        expected = ", ".join(kind.patterns[0] for kind in self.source.kinds)
        for strange in (file_name for file_name, kind in kinds.items() if kind is None):
            raise DeliveryRefused("unknown_file", file=strange, source=self.source.name, expected=expected)
        for kind in self.source.kinds:
            if kind.required and kind not in kinds.values():
                raise DeliveryRefused("missing_file", expected=kind.patterns[0])
        if not self.arrived:
            raise DeliveryRefused("no_files")
        return [opened(file, found, self.work / "text") for file in self.arrived if (found := kinds[file.name])]

    def _set_up(self, connection: duckdb.DuckDBPyConnection, counting: Picture) -> None:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET memory_limit = {quoted(self.limits.memory)}")
        connection.execute(f"SET temp_directory = {quoted(str(self.work / 'spill'))}")
        if self.limits.threads:
            connection.execute(f"SET threads = {self.limits.threads}")
        counting.define(connection, "before_", (BY_NAME[table] for table in REFERENCED))

    def _read(
        self, connection: duckdb.DuckDBPyConnection, files: list[Opened], business_date: dt.date
    ) -> dict[int, LineNumbers]:
        reader = Reader(connection, business_date)
        looked_up = {lookup.file for file in files for lookup in file.kind.lookups}
        kept: dict[str, int] = {}
        for n, file in enumerate(files):
            reader.prepare(file, n)
            if file.kind.stem in looked_up:
                if file.kind.stem in kept:
                    raise DeliveryRefused("name_twice", file=file.kind.patterns[0])
                reader.keep_raw(file, n)
                kept[file.kind.stem] = n
        absent = (kind for kind in self.source.kinds if kind.stem in looked_up - set(kept))
        for number, kind in enumerate(absent, len(files)):
            reader.keep_nothing(kind, number)
            kept[kind.stem] = number
        total, done, lines = max(1, sum(file.arrived.bytes for file in files)), 0, {}
        for n, file in enumerate(files):
            self.tell("read", 15.0 + 40.0 * done / total)
            reader.read(file, n, kept)
            lines[n] = reader.torn(file, n)
            done += file.arrived.bytes
        return lines

    def _mode(self, control: Control) -> dict[str, str]:
        """Per table whether this delivery holds all its rows: as the source says, unless the delivery says."""
        if control.whole is None:
            return dict(self.source.mode)
        return dict.fromkeys(self.source.mode, "full" if control.whole else "changed")

    def _judge_volume(self, files: list[Opened], rows_in: list[int]) -> None:
        if not sum(rows_in):
            raise DeliveryRefused("no_rows")
        for file, rows in zip(files, rows_in, strict=True):
            full = [table for table in file.kind.targets if self.source.mode[table] == "full"]
            if full and not rows:
                raise DeliveryRefused("empty_full", file=file.arrived.name, table=full[0])

    def _judge_rejects(
        self, connection: duckdb.DuckDBPyConnection, rejected: int, count: int, path: Path, batch_id: int
    ) -> None:
        if rejected <= self.allowed_rejects * count:
            return
        first = connection.execute(f'SELECT file, "row", "column", reason FROM {quoted(str(path))} LIMIT 1').fetchone()
        if first is None:
            raise RuntimeError("rows are rejected but the file of rejects is empty")
        place(path.parent, self.home / "refused" / str(batch_id))
        raise DeliveryRefused(
            "rejects", rejected=f"{rejected:,}", count=f"{count:,}", share=f"{rejected / count:.1%}",
            allowed=f"{self.allowed_rejects:.1%}", file=first[0], row=first[1], column=first[2] or "–", reason=first[3],
        )  # fmt: skip

    def _delivered(self, agreement: Agreement, n: int, rows_in: int) -> DeliveredFile:
        file, connection = agreement.files[n], agreement.connection
        rejected, duplicate = agreement.rejected_rows(n), agreement.duplicate_rows(n)
        rejected += rows_in - _rows_in(connection, n, torn=False)
        arrived = file.arrived
        return DeliveredFile(
            arrived.name, ",".join(t.name for t in TABLES if t.name in file.kind.targets), arrived.sha256, arrived.bytes,
            file.encoding, rows_in, rows_in - rejected - duplicate, rejected, duplicate, totals_of(connection, file, n),
        )  # fmt: skip


def _earlier_keys(files: list[Opened], mode: dict[str, str]) -> Callable[[str], str | None]:
    """Keys that references may point to beside this delivery's own: none where it holds the whole table."""
    whole = {table for file in files for table in file.kind.targets if mode[table] == "full"}

    def keys(table: str) -> str | None:
        return None if table in whole else f"SELECT {name(BY_NAME[table].key[0])} AS k FROM {name('before_' + table)}"

    return keys


def _notes(
    day: dt.date, newest: dt.date | None, uncompared: list[Total], tables: dict[str, dict[str, object]]
) -> list[tuple[str, str]]:
    """What a reader of the ledger should know of a batch that was taken, Chinese and English."""
    notes = []
    if newest is not None:
        notes.append((
            f"迟到：业务日期 {day} 早于已生效的最新批次（{newest}），同一键以较新批次为准。",
            f"Late: business date {day} is before the newest batch that counts ({newest}); where both have a key "
            "the newer one stands.",
        ))  # fmt: skip
    if uncompared:
        named = [total.words() for total in uncompared]
        notes.append((
            f"含无法读取的金额，未核对：{'、'.join(zh for zh, _ in named)}。",
            f"Not compared with the control totals, as some amounts cannot be read: {', '.join(en for _, en in named)}.",
        ))  # fmt: skip
    waiting = [table for table, about in tables.items() if about["waiting"]]
    if waiting:
        notes.append((
            f"有行等待后续送数补齐引用：{'、'.join(TABLE_WORDS.get(table, table) for table in waiting)}。",
            f"Rows wait for a later delivery to bring what they refer to: {', '.join(waiting)}.",
        ))  # fmt: skip
    return notes


def _rows_in(connection: duckdb.DuckDBPyConnection, n: int, *, torn: bool = True) -> int:
    tables = [f"file_{n}"] + [f"torn_rows_{n}"] * torn
    return sum(figure(connection, f"SELECT count(*) FROM {t}") for t in tables)
