"""Companies for the small made-up bank: payroll, settlement with partners, groups. Written into the bank's own file."""

from __future__ import annotations

import duckdb

from tests.warehouse.small_bank import SmallBank


def with_companies(bank: SmallBank) -> SmallBank:
    """The same bank, its companies paying wages every month but June of each, trading with a few and joined in groups.

    Of companies n = 7, 27, 47 …: wages on the 10th; every third names who is paid. Partners are P0 … P4, now and then an
    account of the company itself. The second and third of every three are members of the first's group.
    """
    with duckdb.connect(str(bank.path)) as connection:
        for statement in _WRITING.split(";"):
            connection.execute(statement)
    return bank


_WRITING = """
create temp table firms as
  select account_id, customer_id, substr(customer_id, 2)::integer as i, a.opened_on from accounts a
    join holders h using (account_id) join customers c using (customer_id)
  where c.kind = 'corporate' and h.role = 'owner' and a.product_id = 'P_demand' order by account_id;
create temp table month_ends as select distinct as_of from balances where as_of = last_day(as_of) order by 1;
insert into transactions
  select 'W' || account_id || '-' || m.as_of || '-' || p.p, account_id, date_trunc('month', m.as_of) + interval 9 day + interval 10 hour,
    (-9000 - i - p.p * 10 - day(m.as_of))::decimal(18,2), null, 'payroll', 'online', 'salary', null,
    if(i % 3 = 0, 'PAYEE' || i || p.p, null), null
  from firms, month_ends m, range(3) p(p)
  where opened_on < date_trunc('month', m.as_of) and month(m.as_of) <> 6 and (p.p = 0 or i % 3 = 0);
insert into transactions
  select 'X' || account_id || '-' || m.as_of || '-' || p.p, account_id,
    date_trunc('month', m.as_of) + to_days((3 + 5 * p.p)::integer) + interval 11 hour,
    if(p.p % 2 = 0, 1, -1) * (5000 + 700 * p.p + i + month(m.as_of) * 3)::decimal(18,2), null,
    if(p.p % 2 = 0, 'transfer_in', 'transfer_out'), 'online', if(p.p = 3, 'tax', 'business'), null,
    if(p.p = 4, if(i % 40 = 7, account_id, null), 'P' || (p.p + i) % 5), null
  from firms, month_ends m, range(5) p(p) where opened_on < date_trunc('month', m.as_of);
update transactions set counterparty_account = (select min(account_id) from firms)
  where kind = 'salary' and account_id < (select account_id from accounts order by account_id limit 1 offset 9);
create temp table heads as select customer_id, (row_number() over (order by customer_id) - 1)::integer as place from firms;
insert into relations (customer_id, other_id, kind)
  select m.customer_id, h.customer_id, 'group_member' from heads h join heads m on m.place // 3 = h.place // 3
  where h.place % 3 = 0 and m.place % 3 > 0;
drop table firms; drop table month_ends; drop table heads
"""
