"""A small made-up bank in canonical shape, of any size, drawn by DuckDB from hashes: for tests of what stands on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from domain.canonical import TABLES

TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP", "money": "DECIMAL(18,2)",
    "rate": "DOUBLE", "share": "DOUBLE", "decimal": "DOUBLE", "integer": "BIGINT", "flag": "BOOLEAN",
}  # fmt: skip


def canonical(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty canonical tables on the connection."""
    for table in TABLES:
        columns = ", ".join(f'"{c.name}" {TYPES[c.type]}' for c in table.columns)
        connection.execute(f"create table {table.name} ({columns})")


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Rows by column name; what is left out is empty."""
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


@dataclass(frozen=True)
class SmallBank:
    """A picture: a DuckDB file with the canonical tables; `changes` is SQL run on each fresh connection's own copy."""

    path: Path
    changes: tuple[str, ...] = field(default=())
    currency: str | None = "CNY"
    as_of: dt.date | None = dt.date(2026, 6, 30)

    def months(self) -> tuple[dt.date, ...]:
        """Month-ends with balances."""
        with self.connect() as connection:
            found = connection.execute("select distinct last_day(as_of) as m from balances order by m").fetchall()
        return tuple(row[0] for row in found)

    def changed(self, *statements: str) -> SmallBank:
        """The same bank with these statements run on top."""
        return replace(self, changes=self.changes + statements)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Views over the file, or copies of its tables when there are changes."""
        connection = duckdb.connect()
        connection.execute(f"attach '{self.path}' as bank (read_only)")
        kind = "table" if self.changes else "view"
        for table in TABLES:
            connection.execute(f"create {kind} {table.name} as select * from bank.{table.name}")
        for statement in self.changes:
            connection.execute(statement)
        return connection


def draw(path: Path, customers: int, months: int, movements_a_month: float = 5.0) -> SmallBank:
    """A bank of so many customers and calendar months to 2026-06-30, the same every time."""
    with duckdb.connect(str(path)) as connection:
        canonical(connection)
        for statement in _DRAWING.split(";"):
            if statement.strip():
                connection.execute(
                    statement.replace(":n", str(customers))
                    .replace(":m", str(months))
                    .replace(":k", str(movements_a_month))
                )
    return SmallBank(path)


_DRAWING = """
create macro u(a, b) as (hash(a * 1000003 + b) % 1000003) / 1000003.0;
create macro day_of(n) as (date '2026-06-30' - cast(n as integer));
insert into branches values ('HQ', '总行', null, 0, '江城市', '云江省'), ('C1', '江城分行', 'HQ', 1, '江城市', '云江省'),
  ('C2', '滨江分行', 'HQ', 1, '滨江市', '云江省'), ('B1', '中心支行', 'C1', 2, '江城市', '云江省'),
  ('B2', '湖滨支行', 'C1', 2, '江城市', '云江省'), ('B3', '望江支行', 'C2', 2, '滨江市', '云江省');
insert into staff select 'S' || i, '员工' || i, 'B' || (1 + i % 3), '客户经理', true from range(6) t(i);
insert into products select 'P_' || f, f, f, 'CNY', null from unnest(['demand', 'time', 'wealth', 'fund', 'mortgage',
  'consumer_loan', 'credit_card']) t(f);
insert into regions (region_id, name, average_salary, unemployment_rate) values ('R1', '江城市', 104500, 0.041),
  ('R2', '滨江市', 92300, 0.047);
insert into customers (customer_id, kind, name, gender, birth_date, id_number, phone, city, annual_income, opened_on,
    branch_id, manager_id)
  select 'C' || lpad(i::varchar, 7, '0'), if(i % 20 = 7, 'corporate', 'personal'), '客户' || i,
    if(i % 2 = 0, 'female', 'male'), day_of(9000 + u(i, 1) * 16000), lpad(i::varchar, 18, '1'), '138' || lpad(i::varchar, 8, '0'),
    '江城市', (u(i, 2) * 300000)::decimal(18,2), day_of(if(i % 10 = 3, u(i, 3) * 30 * :m, 1500 + u(i, 3) * 3000)),
    'B' || (1 + i % 3), if(i % 9 = 0, null, 'S' || (i % 6)) from range(:n) t(i);
create temp table held as
  select i, f, 'A' || lpad(i::varchar, 7, '0') || k as account_id,
    case when k = 0 then (select opened_on from customers where customer_id = 'C' || lpad(i::varchar, 7, '0'))
      else greatest((select opened_on from customers where customer_id = 'C' || lpad(i::varchar, 7, '0')),
        day_of(u(i, 10 + k) * 1500)) end as opened_on,
    if(u(i, 50) < 0.06, day_of(u(i, 51) * 25 * :m), null) as closing
  from range(:n) t(i), (values (0, 'demand', 1.0), (1, 'time', 0.3), (2, 'wealth', 0.25), (3, 'mortgage', 0.15),
    (4, 'consumer_loan', 0.15), (5, 'credit_card', 0.3)) p(k, f, share) where u(i, 30 + k) < share;
insert into accounts (account_id, product_id, branch_id, opened_on, closed_on, status, currency, "limit")
  select account_id, 'P_' || f, 'B' || (1 + i % 3), opened_on, if(closing > opened_on, closing, null),
    if(closing > opened_on, 'closed', 'open'), 'CNY', if(f = 'credit_card', 20000 + 1000 * (i % 30), null) from held;
insert into holders select account_id, 'C' || lpad(i::varchar, 7, '0'), 'owner' from held;
insert into transactions
  with drawn as (
    select h.account_id, h.i, h.opened_on, j, m,
      day_of(0) - to_months(m::integer) as month_end
    from held h, range(:m) t(m), range(greatest(1, (:k * 2)::integer)) s(j)
    where f in ('demand', 'credit_card') and u(h.i * 7919 + m * 31 + j, length(f)) < 0.5),
  timed as (
    select *, last_day(month_end::date)::timestamp - to_seconds((u(i * 31 + m, j + 100) * 27 * 86400)::integer) as happened,
      u(i * 17 + m, j + 200) as dice from drawn)
  select 'T' || account_id || '-' || m || '-' || j, account_id,
    if(j = 0, last_day(month_end::date) - interval 20 day + interval 9 hour, happened),
    case when j = 0 then 8000 + i % 5000 else (if(dice < 0.3, 1, -1) * (10 + u(i + m * 13, j) * 2500)) end::decimal(18,2),
    null, case when j = 0 then 'salary' when dice < 0.3 then 'transfer_in' when dice < 0.34 then 'fee' else 'card_payment' end,
    case when j = 0 then 'transfer' when dice between 0.3 and 0.34 then 'system'
      else list_extract(['mobile', 'online', 'pos', 'atm', 'branch'], 1 + (dice * 1000)::integer % 5) end,
    case when j = 0 then 'salary' when dice between 0.3 and 0.34 then 'fee'
      else list_extract(['dining', 'shopping', 'groceries', 'transfer', 'travel'], 1 + (dice * 777)::integer % 5) end,
    null, if(j = 0, 'EMPLOYER' || i % 50, null), null
  from timed where happened >= opened_on::timestamp order by account_id, happened;
update transactions set balance_after = amount - 5000 + (hash(account_id) % 30000);
insert into balances
  select h.account_id, last_day((day_of(0) - to_months(m::integer))::date) as as_of,
    (case f when 'demand' then 8000 when 'time' then 60000 when 'wealth' then 90000 else -3000 end
      * (0.2 + u(h.i, 77) * 3) * (1 + u(h.i * 5 + m, 78) * 0.1) - if(h.i % 25 = 1, 9000, 0))::decimal(18,2),
    (case f when 'demand' then 7900 when 'time' then 60000 when 'wealth' then 90000 else -2900 end * (0.2 + u(h.i, 77) * 3))::decimal(18,2)
  from held h join accounts a using (account_id), range(:m) t(m)
  where f not in ('mortgage', 'consumer_loan') and h.opened_on <= last_day((day_of(0) - to_months(m::integer))::date)
    and (a.closed_on is null or a.closed_on > last_day((day_of(0) - to_months(m::integer))::date)) order by all;
insert into loans (account_id, granted_on, principal, term_months, instalment, rate)
  select account_id, opened_on, 200000, 120, 2000, 0.04 from held where f in ('mortgage', 'consumer_loan');
insert into loan_status
  select h.account_id, last_day((day_of(0) - to_months(m::integer))::date) as as_of, (150000 + m * 1000)::decimal(18,2),
    if(u(h.i, 88) < 0.08, 500 * (:m - m), 0), if(u(h.i, 88) < 0.08, greatest(0, 30 * (:m - m - 12 + h.i % 12)), 0),
    if(u(h.i, 88) < 0.08 and :m - m + h.i % 12 > 15, 'substandard', if(u(h.i, 88) < 0.12, 'special_mention', 'normal'))
  from held h join accounts a using (account_id), range(:m) t(m)
  where f in ('mortgage', 'consumer_loan') and h.opened_on <= last_day((day_of(0) - to_months(m::integer))::date)
    and (a.closed_on is null or a.closed_on > last_day((day_of(0) - to_months(m::integer))::date)) order by all;
insert into cards (card_id, account_id, customer_id, kind, issued_on)
  select 'K' || account_id, account_id, 'C' || lpad(i::varchar, 7, '0'), 'credit', opened_on from held where f = 'credit_card';
insert into service_events (event_id, customer_id, "at", kind)
  select 'E' || i, 'C' || lpad(i::varchar, 7, '0'), day_of(u(i, 60) * 30 * :m)::timestamp, if(i % 3 = 0, 'complaint', 'enquiry')
  from range(:n) t(i) where i % 4 = 0
"""
