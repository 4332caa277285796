"""Months of customers and of branches: components only, so that every ratio can be recomputed from sums.

A customer's month counts where the customer stands today (branch and manager of the newest delivery): history follows
the book, so that a manager's line does not jump when customers are handed over.
"""

from __future__ import annotations

from datetime import date

from domain.canonical import (
    BANK_MADE_KINDS,
    DEPOSIT_FAMILIES,
    DIGITAL_CHANNELS,
    INVESTMENT_FAMILIES,
    LOAN_FAMILIES,
    NON_PERFORMING,
    PRODUCT_FAMILIES,
)
from warehouse.engine import Warehouse


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


BANK_MADE = _words(BANK_MADE_KINDS)
_BITS = " ".join(f"when '{family}' then {1 << n}" for n, family in enumerate(PRODUCT_FAMILIES))
_LOAN_BITS = sum(1 << n for n, family in enumerate(PRODUCT_FAMILIES) if family in LOAN_FAMILIES)
LOAN_COMPONENTS = ("loans", "loans_overdue", "loans_npl", "loans_special_mention")


def months_of(warehouse: Warehouse, as_of: date) -> tuple[date, ...]:
    """Month-ends the source gives balances for, ascending; of a month that is not over yet there is none."""
    days = "select distinct last_day(as_of) as month from balances"
    return tuple(day for (day,) in warehouse.rows(f"{days} where last_day(as_of) <= ? order by month", [as_of]))


def newest_complete(warehouse: Warehouse) -> date | None:
    """The newest month-end at which balances are known for most customers who hold an account; None when at none.

    A source may go on telling of a few accounts long after it has told of all. Needs what `work_out` keeps.
    """
    known = """select month from p_held join p_months using (month) left join p_balances b using (customer_id, month)
      group by month having count(b.aum) * 2 > count(*) order by month desc limit 1"""
    return next((month for (month,) in warehouse.rows(known)), None)


def work_out(warehouse: Warehouse, months: tuple[date, ...]) -> tuple[str, ...]:
    """Keep the pieces the two marts are made of; needs the tables `feature_table` keeps, and p_paths.

    Returns the components the source says nothing about.
    """
    listed = ", ".join(f"(date '{month}')" for month in months) or "(null::date)"
    warehouse.keep("p_months", f"select m as month from (values {listed}) v(m) where m is not null")
    warehouse.keep("p_as_of", "select max(month) as as_of from p_months")
    for name, text in _PIECES.items():
        warehouse.keep(name, text)
    unknown = [] if warehouse.rows("select 1 from loan_status limit 1") else list(LOAN_COMPONENTS)
    if not warehouse.rows("select 1 from service_events limit 1"):
        unknown.append("complaints")
    return tuple(unknown)


_PIECES = {
    "p_customers": """select c.customer_id, c.branch_id, coalesce(c.manager_id, '') as manager_id, p.path
      from customers c join f_features using (customer_id) join p_paths p on p.branch_id = c.branch_id""",
    # families held at each month-end and at the one before it, as bits
    "p_held": f"""with days as (select month from p_months union select last_day(month - interval 1 month) from p_months)
      select customer_id, month, bit_or(case family {_BITS} end) as families
      from f_owned join days on opened_on <= month and (closed_on > month or (closed_on is null and open))
      group by customer_id, month""",
    # the newest day of the month there are figures for stands for the month
    "p_balances": f"""with days as (select last_day(as_of) as month, max(as_of) as as_of
        from (select distinct as_of from balances) group by 1)
      select o.customer_id, d.month,
        sum(balance) filter (family in ({_words(DEPOSIT_FAMILIES)})) as deposits,
        sum(coalesce(average_balance, balance)) filter (family in ({_words(DEPOSIT_FAMILIES)})) as deposits_average,
        sum(balance) filter (family in ({_words(DEPOSIT_FAMILIES + INVESTMENT_FAMILIES)})) as aum,
        sum(greatest(-balance, 0)) filter (family = 'credit_card' and s.account_id is null) as drawn
      from balances b join days d using (as_of) join p_months using (month) join f_owned o using (account_id)
        left join loan_status s on s.account_id = b.account_id and s.as_of = b.as_of
      where o.ours group by o.customer_id, d.month""",
    "p_loans": f"""with days as (select last_day(as_of) as month, max(as_of) as as_of
        from (select distinct as_of from loan_status) group by 1),
      owed as (select o.customer_id, d.month, outstanding, days_past_due, five_class
        from loan_status s join days d using (as_of) join p_months using (month) join f_owned o using (account_id)
        where o.ours and o.family in ({_words(LOAN_FAMILIES)})
          and (o.closed_on > s.as_of or (o.closed_on is null and o.open))
        union all select customer_id, month, drawn, 0, 'normal' from p_balances where drawn > 0)
      select customer_id, month, sum(outstanding) as loans,
        coalesce(sum(outstanding) filter (days_past_due > 0), 0) as loans_overdue,
        coalesce(sum(outstanding) filter (five_class in ({_words(NON_PERFORMING)})), 0) as loans_npl,
        coalesce(sum(outstanding) filter (five_class = 'special_mention'), 0) as loans_special_mention
      from owed group by customer_id, month""",
    "p_moves": f"""with by_account as (
        select account_id, last_day(booked_at) as month, count(*) as movements,
          count(*) filter (own) as movements_own, count(*) filter (own and channel in ({_words(DIGITAL_CHANNELS)})) as digital,
          sum(amount) filter (own and amount > 0) as inflow, -sum(amount) filter (own and amount < 0) as outflow,
          -sum(amount) filter (kind = 'fee') as fees
        from (select account_id, booked_at, amount, channel, kind, kind not in ({BANK_MADE}) as own from transactions)
        group by account_id, last_day(booked_at))
      select o.customer_id, m.month, sum(movements) as movements, sum(movements_own) as movements_own,
        sum(digital) as movements_digital,
        coalesce(sum(inflow) filter (o.ours and o.family in ({_words(DEPOSIT_FAMILIES)})), 0) as inflow,
        coalesce(sum(outflow) filter (o.ours and o.family in ({_words(DEPOSIT_FAMILIES)})), 0) as outflow,
        coalesce(sum(fees) filter (o.ours), 0) as fees
      from by_account b join p_months m using (month) join f_owned o using (account_id) group by o.customer_id, m.month""",
    "p_active": """select distinct customer_id, last_day(month + to_months(k::integer)) as month
      from p_moves, range(3) t(k) where movements_own > 0""",
}

CUSTOMER_MONTHS = f"""
with shown as (select month from p_months where month >= date '{{oldest}}'),
  rows as (
    select customer_id, month, aum, deposits, null as loans, 0 as inflow, 0 as outflow, 0 as own from p_balances
    union all select customer_id, month, null, null, loans, 0, 0, 0 from p_loans
    union all select customer_id, month, null, null, null, inflow, outflow, movements_own from p_moves
    union all select customer_id, month, null, null, if(families & {_LOAN_BITS} = 0, 0, null), 0, 0, 0 from p_held),
  sums as (select customer_id, month, sum(aum) as aum, sum(deposits) as deposits, sum(loans) as loans,
      sum(inflow) as inflow, sum(outflow) as outflow, sum(own) as own_movements
    from rows join shown using (month) join p_customers using (customer_id) group by customer_id, month)
select customer_id, month, (aum * 100)::bigint as aum, (deposits * 100)::bigint as deposits, (loans * 100)::bigint as loans,
  (inflow * 100)::bigint as inflow, (outflow * 100)::bigint as outflow, own_movements::integer as own_movements
from sums order by customer_id, month"""

_COUNTS = (
    "customers", "customers_active", "customers_new", "customers_lost", "products_held", "movements", "movements_own",
    "movements_digital", "complaints",
)  # fmt: skip
_MONEY = ("aum", "deposits", "deposits_average", *LOAN_COMPONENTS, "inflow", "outflow", "fees")
BRANCH_MONTHS = f"""
with rows as (
  select customer_id, month, 1 as customers, 0 as customers_new, 0 as customers_lost, bit_count(families) as products_held
    from p_held join p_months using (month)
  union all by name select customer_id, m.month, 1 as customers_new from p_months m join p_held h using (month)
    where not exists (select 1 from p_held b where b.customer_id = h.customer_id and b.month = last_day(m.month - interval 1 month))
  union all by name select b.customer_id, m.month, 1 as customers_lost
    from p_months m join p_held b on b.month = last_day(m.month - interval 1 month)
    where not exists (select 1 from p_held h where h.customer_id = b.customer_id and h.month = m.month)
  union all by name select a.customer_id, a.month, 1 as customers_active from p_active a join p_held using (customer_id, month)
  union all by name select customer_id, month, aum, deposits, deposits_average from p_balances
  union all by name select customer_id, month, {", ".join(LOAN_COMPONENTS)} from p_loans
  union all by name select customer_id, month, movements, movements_own, movements_digital, inflow, outflow, fees from p_moves
  union all by name select customer_id, last_day("at") as month, 1 as complaints from service_events where kind = 'complaint')
select month, c.branch_id, c.manager_id, any_value(c.path) as branch_path,
  {", ".join(f"coalesce(sum({name}), 0)::integer as {name}" for name in _COUNTS)},
  {", ".join(f"(coalesce(sum({name}), 0) * 100)::bigint as {name}" for name in _MONEY)}
from rows join p_months using (month) join p_customers c using (customer_id)
group by month, c.branch_id, c.manager_id order by month, c.branch_id, c.manager_id"""
