"""What the bank says it sent: control totals in `_control.csv`, the delivery itself in `_delivery.toml`.

`_control.csv` has the header `file,measure,value` (or `table,measure,value`): each row names a file, or a table whose
files are taken together. Measures: `rows`, and `sum:<column>` (or `sum_<column>`) of an amount column. Two rows name
nothing: `business_date` and `bank`. A sum is compared when every value of that column could be read (a value that
could not is a reject with its own reason); rows always are.

`_delivery.toml` may say bank, business_date, source, and holds = "everything" (all rows of every table in the delivery)
or "changes".
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from domain.canonical import BY_NAME
from warehouse.arrival import Opened
from warehouse.columns import name
from warehouse.refusals import DeliveryRefused
from warehouse.sources import Source

NAME = "_control.csv"
DELIVERY = "_delivery.toml"
SIDE_FILES = (NAME, DELIVERY)
HEADERS = (["file", "measure", "value"], ["table", "measure", "value"])
HOLDS = ("everything", "changes")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
TABLE_WORDS = {
    "branches": "机构", "staff": "员工", "products": "产品", "customers": "客户", "relations": "客户关系", "accounts": "账户",
    "holders": "持有人", "balances": "余额", "transactions": "交易", "standing_orders": "定期扣款", "loans": "贷款",
    "loan_status": "贷款状态", "cards": "卡片", "service_events": "服务事件", "regions": "地区",
}  # fmt: skip


@dataclass(frozen=True)
class Total:
    """One figure the bank gives of a file or a table; column is None for the number of rows."""

    of: str
    column: str | None
    value: Decimal

    @property
    def measure(self) -> str:
        """As it stands in the control file."""
        return "rows" if self.column is None else f"sum:{self.column}"

    @property
    def said(self) -> str:
        """What it counts and how, as it stands in the control file: transactions sum:amount."""
        return f"{self.of} {self.measure}"

    def words(self) -> tuple[str, str]:
        """The same for a reader, in Chinese and English: 交易的金额 amount 合计, the sum of amount in transactions."""
        of = TABLE_WORDS.get(self.of, self.of)
        if self.column is None:
            return f"{of}的行数", f"the rows of {self.of}"
        return f"{of}的 {self.column} 合计", f"the sum of {self.column} in {self.of}"


@dataclass(frozen=True)
class Control:
    """What the bank says of the delivery. whole: it holds all rows of its tables; None leaves it to the source."""

    business_date: dt.date | None = None
    bank: str | None = None
    whole: bool | None = None
    totals: tuple[Total, ...] = ()


def read_side_files(paths: dict[str, Path], source: Source) -> Control:
    """Both files, where they came; `paths` by lower-case name. DeliveryRefused with the row that cannot be read."""
    control = read_control(paths[NAME]) if NAME in paths else Control()
    if DELIVERY not in paths:
        return control
    try:
        said = tomllib.loads(paths[DELIVERY].read_text(encoding="utf-8-sig"))
        day = said.get("business_date")
        day = day if day is None or isinstance(day, dt.date) else dt.date.fromisoformat(day)
        holds = said.get("holds")
        if holds not in (None, *HOLDS):
            raise ValueError(f"holds must be one of {', '.join(HOLDS)}")
    except (ValueError, TypeError) as error:
        raise DeliveryRefused("unreadable", file=DELIVERY, problem=error) from None
    if said.get("source", source.name) != source.name:
        raise DeliveryRefused("other_source", file=DELIVERY, found=said["source"], expected=source.name)
    whole = None if holds is None else holds == "everything"
    return replace(
        control, business_date=day or control.business_date, bank=said.get("bank") or control.bank, whole=whole
    )


def read_control(path: Path) -> Control:
    """The control file. DeliveryRefused with the row that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryRefused("encoding", file=NAME, row=1, expected="UTF-8") from None
    rows = list(csv.reader(text.splitlines()))
    if not rows or [field.strip().lower() for field in rows[0]] not in HEADERS:
        raise DeliveryRefused("control_read", row=1, problem="its header must be " + ",".join(HEADERS[0]))
    day, bank, totals = None, None, []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        try:
            of, measure, value = (field.strip() for field in row)
            if measure == "business_date" and not of:
                day = dt.date.fromisoformat(value)
            elif measure == "bank" and not of:
                bank = value
            else:
                totals.append(_total(of, measure, value))
        except (ValueError, InvalidOperation):
            raise DeliveryRefused("control_read", row=number, problem=",".join(row)) from None
    return Control(day, bank, None, tuple(totals))


def _total(of: str, measure: str, value: str) -> Total:
    summed = re.fullmatch(r"sum[:_](\w+)", measure)
    if not of or not (measure == "rows" or summed):
        raise ValueError(measure)
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return Total(of, summed[1] if summed else None, number)


def day_in(text: str) -> dt.date | None:
    """A day written in a name, as 2026-10-31 or 20261031; None when there is none, the last when there are several."""
    days = []
    for year, month, day in _DAY.findall(text):
        try:
            days.append(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return days[-1] if days else None


def compare(
    connection: duckdb.DuckDBPyConnection, control: Control, files: Sequence[Opened], rows_in: Sequence[int]
) -> list[Total]:
    """Hold the files against the control totals; those that could not be compared.

    DeliveryRefused at the first disagreement, to the cent.
    """
    passed: list[Total] = []
    for total in control.totals:
        meant = [
            n for n, f in enumerate(files) if f.arrived.name.lower() == total.of.lower() or total.of in f.kind.targets
        ]
        if not meant:
            raise DeliveryRefused("missing_file", expected=total.of)
        if total.column is None:
            sums: list[Decimal | None] = [Decimal(rows_in[n]) for n in meant]
        else:
            sums = [_sum(connection, files[n], n, total) for n in meant]
        known = [found for found in sums if found is not None]
        if len(known) < len(sums):
            passed.append(total)
        elif sum(known) != total.value:
            raise DeliveryRefused(
                "control", file=total.of, measure=total.measure, expected=total.value, found=sum(known)
            )
    return passed


def _sum(connection: duckdb.DuckDBPyConnection, file: Opened, n: int, total: Total) -> Decimal | None:
    column = str(total.column)
    for table in file.kind.targets:
        if column in BY_NAME[table].names and BY_NAME[table].column(column).type == "money":
            alias = name(f"{table}__{column}")
            unread = f"len(list_filter(_wrong, lambda w: w.code = 'type' AND starts_with(w.reason, '{column} ')))"
            found = connection.execute(f"SELECT coalesce(sum({alias}), 0), sum({unread}) FROM file_{n}").fetchall()
            torn = connection.execute(f"SELECT count(*) FROM torn_rows_{n}").fetchall()
            return None if found[0][1] or torn[0][0] else Decimal(found[0][0])
    raise DeliveryRefused("control_read", row="–", problem=f"{total.of} has no amount column {column}")


def totals_of(connection: duckdb.DuckDBPyConnection, file: Opened, n: int) -> dict[str, str]:
    """Sums of the amounts a file delivered, as exact text: `transactions.amount_in`, `balances.balance` and so on."""
    found: dict[str, str] = {}
    for table in file.kind.targets:
        for column, measures in SUMMED.get(table, {}).items():
            alias = name(f"{table}__{column}")
            for measure, sql in measures.items():
                row = connection.execute(f"SELECT {sql.format(c=alias)} FROM file_{n}").fetchone()
                found[f"{table}.{measure}"] = str(row[0] if row and row[0] is not None else Decimal("0.00"))
    return found


SUMMED = {
    "transactions": {
        "amount": {"amount_in": "sum({c}) FILTER ({c} > 0)", "amount_out": "-sum({c}) FILTER ({c} < 0)"},
    },
    "balances": {"balance": {"balance": "sum({c})"}},
    "loans": {"principal": {"principal": "sum({c})"}},
    "loan_status": {"outstanding": {"outstanding": "sum({c})"}},
}
