"""The files of a delivery: one a table, written piece by piece, with control totals kept as they go."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from demobank.columns import plain
from demobank.dirt import WRONG_NUMBER
from demobank.plan import Array

Form = Literal["parquet", "csv"]
SUMMED = {"transactions": "amount", "balances": "balance"}


def _as_text(source: pa.Table, unreadable: Array | None) -> pa.Table:
    """Every column as the text CSV shows: ISO dates, seconds, two decimals, true/false, nothing for null."""
    arrays = []
    for field in source.schema:
        column = source.column(field.name)
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.timestamp("s"))
        column = column.cast(pa.string())
        if unreadable is not None and field.name == "amount" and unreadable.any():
            column = pc.if_else(pa.array(unreadable), pa.scalar(WRONG_NUMBER), column)
        arrays.append(column)
    return pa.table(arrays, names=source.schema.names)


class TableFile:
    """One table's file; each write is a row group (Parquet) or a stretch of lines (CSV)."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path = path
        self.form = form
        self.rows = 0
        self._parquet: pq.ParquetWriter | None = None
        self._csv: pa_csv.CSVWriter | None = None

    def write(self, source: pa.Table, unreadable: Array | None = None) -> None:
        """Append rows; the first write fixes the columns."""
        self.rows += source.num_rows
        if self.form == "csv":
            source = _as_text(plain(source), unreadable)
            if self._csv is None:
                options = pa_csv.WriteOptions(quoting_style="none")
                self._csv = pa_csv.CSVWriter(self.path, source.schema, write_options=options)
            self._csv.write_table(source)
            return
        if self._parquet is None:
            coded = [f.name for f in source.schema if pa.types.is_dictionary(f.type)]
            # Without the Arrow schema in the footer readers see plain text columns, however they were encoded.
            self._parquet = pq.ParquetWriter(
                self.path, source.schema, compression="zstd", compression_level=1, store_schema=False,
                use_dictionary=coded or True,
            )  # fmt: skip
        self._parquet.write_table(source.cast(self._parquet.schema), row_group_size=max(source.num_rows, 1))

    def close(self) -> None:
        """Finish the file."""
        for writer in (self._parquet, self._csv):
            if writer is not None:
                writer.close()


class Folder:
    """A folder of table files and their control totals."""

    def __init__(self, path: Path, form: Form) -> None:
        if path.exists() and any(path.iterdir()):
            raise FileExistsError(f"The folder {path} is not empty: give a new one, or empty it first.")
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.form = form
        self.files: dict[str, TableFile] = {}
        self.sums: dict[str, Decimal] = {}

    def write(self, name: str, source: pa.Table, unreadable: Array | None = None) -> None:
        """Append rows to a table's file and to its control totals; amounts that CSV spoils are not summed."""
        if name not in self.files:
            self.files[name] = TableFile(self.path / f"{name}.{self.form}", self.form)
        self.files[name].write(source, unreadable)
        if name in SUMMED:
            column = source.column(SUMMED[name])
            if unreadable is not None and unreadable.any():
                column = column.filter(pa.array(~unreadable))
            total = pc.sum(column.cast(pa.decimal128(38, 2))).as_py() or Decimal("0.00")
            self.sums[name] = self.sums.get(name, Decimal("0.00")) + total

    def close(self) -> None:
        """Finish every file."""
        for file in self.files.values():
            file.close()

    def write_control(self) -> None:
        """`_control.csv`: rows of each table, and the sums of amounts and balances, to the cent."""
        lines = ["table,measure,value"]
        for name, file in self.files.items():
            lines.append(f"{name},rows,{file.rows}")
            if name in SUMMED:
                lines.append(f"{name},sum_{SUMMED[name]},{self.sums[name]}")
        (self.path / "_control.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
