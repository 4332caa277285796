"""Rows against each other: one row a key, and no reference that points nowhere.

Works on the tables `file_<n>` of the working database. What is decided stands in three small tables:
`rejected(file, row, column, value, code, reason)`, `repeated(file, row, target)` for rows sent twice alike, and
`waiting(file, row, target)` for rows whose reference may come with a later delivery. A row of a file goes in whole or
not at all: rejected for one table, it is rejected for all it feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

from domain.canonical import BY_NAME, TABLES, Table
from warehouse.arrival import Opened
from warehouse.columns import figure, name, quoted, working_type
from warehouse.sources import Source

CONSTANT = -1  # the "file" of rows a source states by itself


class Agreement:
    """Settles the rows of one delivery. `earlier`: SQL of a table's keys in the batches that count, or None."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: Source,
        files: Sequence[Opened],
        earlier: Callable[[str], str | None],
    ) -> None:
        self.connection = connection
        self.source = source
        self.files = files
        self.earlier = earlier
        self._marks: set[tuple[str, int, str]] | None = set()
        self.fed = {
            table.name: [n for n, file in enumerate(files) if table.name in file.kind.targets] for table in TABLES
        }
        connection.execute(
            "CREATE OR REPLACE TABLE rejected "
            '(file INTEGER, "row" BIGINT, "column" VARCHAR, value VARCHAR, code VARCHAR, reason VARCHAR);'
            'CREATE OR REPLACE TABLE repeated (file INTEGER, "row" BIGINT, target VARCHAR);'
            'CREATE OR REPLACE TABLE waiting (file INTEGER, "row" BIGINT, target VARCHAR);'
        )

    def settle(self) -> None:
        """Decide every row: wrong ones, conflicting keys, owners, references (until nothing moves), then repeats."""
        wrong = " UNION ALL ".join(
            f"SELECT {n} AS n, rowid AS r, unnest(_wrong) AS w FROM file_{n} WHERE _wrong IS NOT NULL"
            for n in range(len(self.files))
        )
        self._mark(f"INSERT INTO rejected SELECT n, r, w.column, w.value, w.code, w.reason FROM ({wrong})")
        twice = [table for table in TABLES if self.fed[table.name] and self._find_twice(table)]
        for table in twice:
            self._reject_conflicts(table)
        if self.fed["holders"]:
            self._reject_second_owners()
        self._reject_orphans()
        for table in twice:
            self._note_repeats(table)

    def rows(self, table: Table, *, settled: bool = False) -> str:
        """SQL of a table's rows in this delivery that are not rejected, with `_file` and `_row`.

        settled: without the repeats and the waiting too, which is what is written.
        """
        parts = [self.rows_of(n, table, settled=settled) for n in self.fed[table.name]]
        constants = self.source.constants.get(table.name, ())
        if constants:
            parts.append(_constant_rows(table, constants))
        return " UNION ALL ".join(parts)

    def rows_of(self, n: int, table: Table, *, settled: bool = False) -> str:
        """SQL of one file's rows of a table, as `rows` has them."""
        columns = ", ".join(f"{name(f'{table.name}__{c}')} AS {name(c)}" for c in table.names)
        gone = [self._marked("rejected", n, "")]
        if settled:
            gone += [self._marked("repeated", n, table.name), self._marked("waiting", n, table.name)]
        kept = " AND ".join(f"rowid NOT IN ({rows})" for rows in gone if rows)
        return f"SELECT {n} AS _file, rowid AS _row, {columns} FROM file_{n} WHERE {kept or 'true'}"

    def waiting_rows(self, table: Table) -> str | None:
        """SQL of the rows that wait, or None when none does."""
        parts = []
        for n in self.fed[table.name]:
            columns = ", ".join(f"{name(f'{table.name}__{c}')} AS {name(c)}" for c in table.names)
            chosen = self._marked("waiting", n, table.name)
            if chosen:
                chosen += f' AND "row" NOT IN (SELECT "row" FROM rejected WHERE file = {n})'
                parts.append(f"SELECT {columns} FROM file_{n} WHERE rowid IN ({chosen})")
        return " UNION ALL ".join(parts) or None

    def _mark(self, insert: str) -> None:
        self.connection.execute(insert)
        self._marks = None

    def _marked(self, kind: str, n: int, target: str) -> str | None:
        """SQL of a file's rows in one of the three tables; None when there are none, which is the common case."""
        if self._marks is None:
            kinds = [f"SELECT DISTINCT '{kind}', file, target FROM {kind}" for kind in ("repeated", "waiting")]
            question = " UNION ALL ".join(["SELECT DISTINCT 'rejected', file, '' FROM rejected", *kinds])
            self._marks = set(self.connection.execute(question).fetchall())
        if (kind, n, target) not in self._marks:
            return None
        return f'SELECT "row" FROM {kind} WHERE file = {n}' + (f" AND target = {quoted(target)}" if target else "")

    def rejected_rows(self, n: int) -> int:
        """Rows of a file that were rejected, each counted once whatever is wrong with it."""
        return self._count(f'SELECT DISTINCT "row" FROM rejected WHERE file = {n}')

    def duplicate_rows(self, n: int) -> int:
        """Rows of a file that brought nothing new to any table they feed."""
        return self._count(
            f'SELECT "row" FROM repeated WHERE file = {n} GROUP BY "row" '
            f"HAVING count(DISTINCT target) = {len(self.files[n].kind.targets)}"
        )

    def _count(self, sql: str) -> int:
        return figure(self.connection, f"SELECT count(*) FROM ({sql})")

    def _find_twice(self, table: Table) -> bool:
        """Hashes of keys that come more than once: narrow and quick; a chance collision is sorted out by the key."""
        keys = ", ".join(map(name, table.key))
        self.connection.execute(
            f"CREATE OR REPLACE TABLE twice_{table.name} AS SELECT h FROM "
            f"(SELECT hash({keys}) AS h FROM ({self.rows(table)})) GROUP BY h HAVING count(*) > 1"
        )
        return self._count(f"SELECT * FROM twice_{table.name}") > 0

    def _candidates(self, table: Table) -> str:
        keys = ", ".join(map(name, table.key))
        content = ", ".join(map(name, table.names))
        return (
            f"SELECT *, hash({content}) AS _content FROM ({self.rows(table)}) "
            f"WHERE hash({keys}) IN (SELECT h FROM twice_{table.name})"
        )

    def _reject_conflicts(self, table: Table) -> None:
        keys = ", ".join(map(name, table.key))
        shown = ", ".join(f"CAST({name(key)} AS VARCHAR)" for key in table.key)
        self._mark(
            f"INSERT INTO rejected SELECT _file, _row, {quoted(', '.join(table.key))}, concat_ws(', ', {shown}), "
            f"'conflict', {quoted('the key comes more than once in ' + table.name + ' with different content')} "
            f"FROM ({self._candidates(table)}) WHERE _file <> {CONSTANT} "
            f"QUALIFY min(_content) OVER (PARTITION BY {keys}) <> max(_content) OVER (PARTITION BY {keys})"
        )

    def _note_repeats(self, table: Table) -> None:
        keys = ", ".join(map(name, table.key))
        self._mark(
            f"INSERT INTO repeated SELECT _file, _row, {quoted(table.name)} FROM ({self._candidates(table)}) "
            f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _file, _row) > 1"
        )

    def _reject_second_owners(self) -> None:
        rows = self.rows(BY_NAME["holders"])
        self._mark(
            "INSERT INTO rejected SELECT _file, _row, 'role', customer_id, 'owner', "
            "'account ' || account_id || ' has another owner in this delivery; an account has exactly one' "
            f"FROM (SELECT *, min(customer_id) OVER (PARTITION BY account_id) <> max(customer_id) OVER "
            f"(PARTITION BY account_id) AS torn FROM ({rows}) WHERE role = 'owner' AND account_id IN "
            f"(SELECT account_id FROM ({rows}) WHERE role = 'owner' GROUP BY account_id HAVING count(*) > 1)) WHERE torn"
        )

    def _reject_orphans(self) -> None:
        """Until a whole round rejects nothing: rejecting an account makes its movements orphans."""
        todo = [table for table in TABLES if self.fed[table.name]]
        while todo:
            before = self._rejected_by_file()
            for table in todo:
                self._check_references(table)
            after = self._rejected_by_file()
            moved = {t for n, count in after.items() if count != before.get(n) for t in self.files[n].kind.targets}
            todo = [
                table for table in TABLES
                if self.fed[table.name] and any(column.references in moved for column in table.columns)
            ]  # fmt: skip

    def _rejected_by_file(self) -> dict[int, int]:
        return dict(self.connection.execute("SELECT file, count(*) FROM rejected GROUP BY file").fetchall())

    def _check_references(self, table: Table) -> None:
        for column in table.columns:
            if column.references is None:
                continue
            key, pointer = name(BY_NAME[column.references].key[0]), name(column.name)
            keys = [f"SELECT {key} AS k FROM ({rows})" for rows in [self.rows(BY_NAME[column.references])] if rows]
            keys += [sql for sql in [self.earlier(column.references)] if sql]
            nowhere = f"{pointer} IS NOT NULL"
            if keys:
                nowhere += f" AND NOT EXISTS (SELECT 1 FROM ({' UNION ALL '.join(keys)}) WHERE k = {pointer})"
            orphans = f"FROM ({self.rows(table)}) WHERE _file <> {CONSTANT} AND {nowhere}"
            if table.name in self.source.waiting:
                self._mark(f"INSERT INTO waiting SELECT _file, _row, {quoted(table.name)} {orphans}")
                continue
            reason = (
                f"{column.name} is not in {column.references}, neither in this delivery nor in the batches that count"
            )
            self._mark(
                f"INSERT INTO rejected SELECT _file, _row, {quoted(column.name)}, {pointer}, 'orphan', {quoted(reason)} {orphans}"
            )


def _constant_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> str:
    selects = []
    for number, row in enumerate(rows):
        values = ", ".join(
            f"CAST({'NULL' if row.get(c.name) is None else quoted(str(row[c.name]))} AS {working_type(c)}) AS {name(c.name)}"
            for c in table.columns
        )
        selects.append(f"SELECT {CONSTANT} AS _file, {number} AS _row, {values}")
    return " UNION ALL ".join(selects)
