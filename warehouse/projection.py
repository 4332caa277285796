"""The serving tables as the warehouse sees them: customers and their features, accounts, and the monthly marts.

`Projection` works everything out on one connection and hands each table over as Arrow batches in the store's own
shape: money in whole cents, JSON as text. Nothing is written here; `store.picture.rebuild` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pyarrow as pa

from domain.catalogue import FEATURE_NAMES
from warehouse import habits, marts
from warehouse.activity import hours_as_text
from warehouse.branch_tree import branch_rows
from warehouse.engine import Connects, Warehouse
from warehouse.features import feature_table

MONTHS_OF_A_CUSTOMER = 25


class Projection:
    """The serving tables of one picture; close it, or use it in a `with`. ValueError when the picture is empty.

    as_of: the newest business date. months: month-ends with balances, ascending (with movements, where the source never
    gives a balance): a month of movements alone would show no money where there is some. unknown: components of the branch
    months the source says nothing about. complete: the newest month that tells of most customers.
    `step(name, share)` hears what is being worked out.
    """

    def __init__(
        self, picture: Connects, bank_name: str, step: Callable[[str, float], None] = lambda _name, _share: None
    ) -> None:
        if picture.as_of is None:
            raise ValueError("no delivery counts, so there is no picture to build; receive a delivery first")
        self.as_of: date = picture.as_of
        self._warehouse = Warehouse(picture)
        self.months: tuple[date, ...] = marts.months_of(self._warehouse, self.as_of) or picture.months()
        step("features", 0.0)
        self._warehouse.keep("f_features", feature_table(self._warehouse, self.as_of))
        self._branches = branch_rows(self._warehouse, bank_name)
        self._warehouse.lend("p_paths", self._branches.select(["branch_id", "path"]))
        step("marts", 0.5)
        self.unknown = marts.work_out(self._warehouse, self.months)
        habits.work_out(self._warehouse, self.as_of)
        self.complete = marts.newest_complete(self._warehouse)

    def __enter__(self) -> Projection:
        return self

    def __exit__(self, *_: object) -> None:
        self._warehouse.close()

    def tables(self) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
        """(table name, its batches) in the order they are best written; columns bear the store's names."""
        yield "branches", iter(self._branches.to_batches())
        for name, text in _TABLES.items():
            yield name, self._warehouse.batches(text)
        yield "customers", self._warehouse.batches(_CUSTOMERS)
        yield "customer_features", self._features()
        if self.months:
            yield "customer_habits", habits.rows(self._warehouse, self.complete or self.months[-1])
        oldest = self.months[-MONTHS_OF_A_CUSTOMER:][:1]
        if oldest:
            yield "customer_months", self._warehouse.batches(marts.CUSTOMER_MONTHS.format(oldest=oldest[0]))
        yield "branch_months", self._warehouse.batches(marts.BRANCH_MONTHS)

    def _features(self) -> Iterator[pa.RecordBatch]:
        known = [f"""'"{name}":' || {_number(name)}""" for name in FEATURE_NAMES]
        text = _FEATURES.format(features=", ".join(known))
        for batch in self._warehouse.batches(text):
            place = batch.schema.get_field_index("slots")
            yield batch.set_column(place, "activity_hours", hours_as_text(batch.column(place)))


def _number(name: str) -> str:
    """A feature as JSON text: whole counts and cents stay as they are, the rest has six places."""
    return f"regexp_replace(round(f.\"{name}\"::double, 6)::varchar, '\\.0$', '')"


def _cents(*names: str, table: str = "") -> str:
    return ", ".join(f'({table}"{name}" * 100)::bigint as "{name}"' for name in names)


_OF_LOANS = "granted_on, l.term_months, l.rate, l.purpose, l.collateral, l.loan_to_value, l.outcome"
_TABLES = {
    "staff": "select staff_id, name, branch_id, title, active from staff where branch_id in (select branch_id from p_paths)",
    "products": "select product_id, name, family, currency, risk_level from products",
    "accounts": f"""
with newest as (select account_id, arg_max(balance, as_of) as balance, max(as_of) as balance_on
    from balances where as_of <= (select max(as_of) from p_as_of) group by account_id),
  people as (select account_id, to_json(list([customer_id, role]
    order by case role when 'owner' then 0 when 'joint' then 1 else 2 end, customer_id))::varchar as holders
    from holders group by account_id)
select a.account_id, o.customer_id, a.product_id, o.family, a.branch_id, a.opened_on, a.closed_on, a.status, a.currency,
  a.rate, a.term_months, a.matures_on, {_cents("limit", table="a.")}, {_cents("balance", table="n.")}, n.balance_on, p.holders
from accounts a join f_owned o using (account_id) join p_customers c on c.customer_id = o.customer_id
  left join newest n using (account_id) left join people p using (account_id) order by a.account_id""",
    "loans": f"""
with newest as (select account_id, max(as_of) as status_on, arg_max(outstanding, as_of) as outstanding,
    arg_max(overdue_amount, as_of) as overdue_amount, arg_max(days_past_due, as_of) as days_past_due,
    arg_max(five_class, as_of) as five_class
    from loan_status where as_of <= (select max(as_of) from p_as_of) group by account_id)
select l.account_id, o.customer_id, {_OF_LOANS}, {_cents("principal", "instalment", table="l.")},
  {_cents("outstanding", "overdue_amount", table="n.")}, n.days_past_due, n.five_class, n.status_on
from loans l join f_owned o using (account_id) join p_customers c on c.customer_id = o.customer_id
  left join newest n using (account_id) order by l.account_id""",
    "cards": f"""
select card_id, account_id, k.customer_id, kind, level, issued_on, expires_on, {_cents("limit", table="k.")}
from cards k join p_customers c using (customer_id)
where issued_on is null or issued_on <= (select max(as_of) from p_as_of) order by card_id""",
}

_MONEY = ("deposits", "investments", "aum", "aum_avg_3m", "loans", "credit_limit", "credit_used", "overdue_amount")
_CUSTOMERS = f"""
with held as (select customer_id, ' ' || string_agg(distinct family, ' ' order by family) || ' ' as families
    from f_owned where open group by customer_id)
select c.customer_id, (row_number() over (order by f.aum desc nulls last, c.customer_id))::integer as place, c.kind,
  c.name, c.gender, c.birth_date, c.id_type, c.id_number, c.phone, c.email, c.address, c.city, c.education, c.occupation,
  c.marital_status, c.risk_preference, c.opened_on, c.branch_id, p.path as branch_path, c.manager_id, c.do_not_contact,
  c.uscc, c.industry, c.employees, c.legal_representative,
  {_cents("annual_income", "registered_capital", "annual_revenue", table="c.")}, {_cents(*_MONEY, table="f.")},
  f.days_past_due::integer as days_past_due, f.products_held::integer as products_held,
  coalesce(h.families, ' ') as families, f.last_on as last_own_movement_on,
  coalesce(f.movements_3m, 0) > 0 and f.accounts_open > 0 as active
from customers c join f_features f using (customer_id) join p_paths p on p.branch_id = c.branch_id
  left join held h using (customer_id) order by c.customer_id"""
_FEATURES = """
select c.customer_id, '{{' || concat_ws(',', {features}) || '}}' as features, a.slots
from customers c join f_features f using (customer_id) join p_paths p on p.branch_id = c.branch_id
  left join p_slots a using (customer_id) order by c.customer_id"""
