"""Features by hand on a bank of three customers, and the laws that hold on any bank."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from domain.canonical import TABLES
from domain.catalogue import BY_NAME, FEATURE_NAMES, IDENTITY_COLUMNS
from tests.warehouse.companies_of_a_bank import with_companies
from tests.warehouse.small_bank import SmallBank, canonical, draw, insert
from warehouse.features import EXTRA_COLUMNS, build_to_parquet
from warehouse.features.reading import COLUMNS, names_at, totals_of
from warehouse.features.windows import back

AS_OF = dt.date(2026, 3, 31)  # three months of the drawn bank lie after it
# booked at, amount, kind, channel, category, balance after
MOVES = [
    ("2026-03-28 23:10", 5000, "salary", "transfer", "salary", 900),
    ("2026-02-27 09:00", 5100, "salary", "transfer", "salary", 900),
    ("2026-01-28 09:00", 4950, "salary", "transfer", "salary", 900),
    ("2026-03-29 12:00", -300, "card_payment", "pos", "dining", -50),
    ("2026-03-31 23:59", -200, "transfer_out", "mobile", "rent", 600),
    ("2026-03-30 10:00", -10, "fee", "system", "fee", 800),
    ("2025-06-02 10:00", -40, "card_payment", "mobile", "dining", 500),
    ("2025-09-02 10:00", -9, "penalty_interest", "system", "penalty_interest", 5),
    ("2025-03-31 10:00", -70000, "withdrawal", "atm", "cash", 500),
    ("2026-04-01 00:00", -80000, "withdrawal", "atm", "cash", 500),
]


def features(bank: SmallBank, folder: Path, as_of: dt.date = AS_OF) -> pd.DataFrame:
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    rows = build_to_parquet(bank, as_of, path)
    found = pd.read_parquet(path)
    assert rows == len(found)
    return found.set_index("customer_id")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    return with_companies(draw(tmp_path_factory.mktemp("bank") / "bank.duckdb", 70, 20))


@pytest.fixture(scope="module")
def known(bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return features(bank, tmp_path_factory.mktemp("features"))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """C1 with everything, C2 with an account nothing is known of, C3 without any account."""
    folder = tmp_path_factory.mktemp("worked")
    path = folder / "bank.duckdb"
    with duckdb.connect(str(path)) as c:
        canonical(c)
        insert(c, "branches", [{"branch_id": "B", "name": "支行", "city": "江城市"}])
        insert(c, "regions", [{"region_id": "R", "name": "江城市", "average_salary": 9000, "unemployment_rate": 0.04}])
        insert(
            c, "products",
            [{"product_id": f, "name": f, "family": f, "currency": "CNY"} for f in ("demand", "wealth", "mortgage", "credit_card")],
        )  # fmt: skip
        person = {"kind": "personal", "branch_id": "B", "opened_on": "2020-03-31", "birth_date": "1986-03-31"}
        insert(c, "customers", [{"customer_id": f"C{i}", **person} for i in (1, 2, 3)])
        insert(c, "customers", [{"customer_id": "C4", **person, "opened_on": "2026-04-01"}])
        accounts = [
            ("A1", "demand", None),
            ("A2", "wealth", None),
            ("A3", "mortgage", None),
            ("A4", "credit_card", 20000),
        ]
        account = {"branch_id": "B", "opened_on": "2020-03-31", "status": "open", "currency": "CNY"}
        for number, product, limit in [*accounts, ("A5", "demand", None), ("A6", "demand", None)]:
            insert(c, "accounts", [{"account_id": number, "product_id": product, "limit": limit, **account}])
        c.execute("update accounts set currency = 'USD' where account_id = 'A6'")
        owners = {"A1": "C1", "A2": "C1", "A3": "C1", "A4": "C1", "A5": "C2", "A6": "C1"}
        insert(c, "holders", [{"account_id": a, "customer_id": o, "role": "owner"} for a, o in owners.items()])
        insert(c, "holders", [{"account_id": "A1", "customer_id": "C3", "role": "authorised"}])
        ends = [back(AS_OF, n) for n in range(13)]
        for n, day in enumerate(ends):
            rows = [("A1", 1000 - 100 * n), ("A2", 3000 - 300 * n), ("A4", -5000), ("A6", 777)]
            insert(
                c, "balances", [{"account_id": a, "as_of": day, "balance": b} for a, b in rows if n < 6 or a == "A4"]
            )
        for day, days, amount in [("2026-03-31", 12, 500), ("2025-11-30", 45, 900), ("2025-02-28", 200, 1)]:
            status = {"account_id": "A3", "as_of": day, "days_past_due": days, "overdue_amount": amount}
            insert(c, "loan_status", [{"outstanding": 90000, "five_class": "normal", **status}])
        for n, (at, amount, kind, channel, category, after) in enumerate(MOVES):
            row = {
                "transaction_id": f"T{n}",
                "account_id": "A1",
                "booked_at": at,
                "amount": amount,
                "balance_after": after,
            }
            insert(c, "transactions", [{**row, "kind": kind, "channel": channel, "category": category}])
    return features(SmallBank(path), folder)


def test_what_is_paid_of_card_bills_is_the_payments_over_what_was_owed_before(
    bank: SmallBank, known: pd.DataFrame
) -> None:
    ends = ", ".join(f"date '{back(AS_OF, n)}'" for n in (1, 2, 3))
    with bank.connect() as connection:
        told = connection.execute(
            f"""with cards as (select account_id, customer_id from accounts join products using (product_id)
                  join holders using (account_id) where family = 'credit_card' and role = 'owner' and opened_on <= date '{AS_OF}'
                  and (closed_on is null or closed_on > date '{AS_OF}') and not (status = 'closed' and closed_on is null)),
              owed as (select customer_id, sum(greatest(-balance, 0)) as owed from balances join cards using (account_id)
                where as_of in ({ends}) group by 1),
              paid as (select customer_id, sum(amount) as paid from transactions join cards using (account_id)
                where amount > 0 and kind not in ('interest', 'fee', 'penalty_interest')
                and booked_at >= date '{back(AS_OF, 3)}' + 1 and booked_at < date '{AS_OF}' + 1 group by 1)
            select customer_id, least(coalesce(paid, 0) / owed, 1)::double as share from owed left join paid using (customer_id)
            where owed > 0"""
        ).df()  # fmt: skip
    told = told.set_index("customer_id")["share"].reindex(known.index)
    assert told.notna().sum() > 5 and told.max() > 0 and told.min() < 1
    pd.testing.assert_series_equal(known["card_paid_share_3m"], told, check_names=False, atol=1e-9)


def test_accounts_that_lend_are_the_loans_and_cards_held(known: pd.DataFrame) -> None:
    held = known[["n_mortgage", "n_consumer_loan", "n_business_loan", "n_credit_card"]].sum(axis=1)
    assert known["lending_accounts"].tolist() == held.tolist()
    assert held.max() > 1


def test_the_columns_are_the_catalogue(known: pd.DataFrame) -> None:
    assert [known.index.name, *known.columns] == [*IDENTITY_COLUMNS, *FEATURE_NAMES, *EXTRA_COLUMNS]
    assert known.index.is_monotonic_increasing
    assert known["inflow_12m"].notna().all()


def test_holdings_by_hand(worked: pd.DataFrame) -> None:
    one = worked.loc["C1"]
    assert (one["deposits"], one["investments"], one["aum"]) == (1000, 3000, 4000)  # dollars stay out
    assert (one["n_demand"], one["n_wealth"], one["products_held"]) == (2, 1, 4)
    assert (one["deposits_avg_3m"], one["aum_avg_3m"]) == (900, 3600)
    assert one["aum_avg_12m"] == pytest.approx(4 * (1000 + 900 + 800 + 700 + 600 + 500) / 6)  # seen at six month-ends
    assert (one["aum_1"], one["aum_5"]) == (3600, 2000)
    x, y = range(-5, 1), [math.log(4000 - 400 * n) for n in range(5, -1, -1)]
    slope = sum((a + 2.5) * b for a, b in zip(x, y, strict=True)) / 17.5
    assert one["aum_trend_6m"] == pytest.approx(slope)
    assert (one["loans"], one["credit_limit"], one["credit_used"], one["utilisation"]) == (95000, 20000, 5000, 0.25)
    assert one["tenure_months"] == pytest.approx(72, abs=0.05)
    assert one["age_years"] == pytest.approx(40, abs=0.01)
    assert (one["region_average_salary"], one["region_unemployment"]) == (9000, 0.04)


def test_flow_and_habits_by_hand(worked: pd.DataFrame) -> None:
    one = worked.loc["C1"]
    assert (one["inflow_1m"], one["outflow_1m"], one["net_flow_1m"], one["movements_1m"]) == (5000, 500, 4500, 3)
    assert (one["inflow_3m"], one["inflow_12m"], one["outflow_12m"], one["movements_12m"]) == (15050, 15050, 540, 6)
    assert (one["active_months_12m"], one["days_since_last"]) == (4, 0)
    assert str(one["last_on"]) == "2026-03-31"
    assert one["share_channel_transfer"] == pytest.approx(3 / 6)
    assert one["share_category_dining"] == pytest.approx(2 / 6)
    assert one["channel_entropy"] == pytest.approx(
        -(1 / 2 * math.log(1 / 2) + 1 / 3 * math.log(1 / 3) + 1 / 6 * math.log(1 / 6))
    )
    assert one["night_share"] == pytest.approx(2 / 6)
    assert one["weekend_share"] == pytest.approx(2 / 6)  # 28 and 29 March are Saturday and Sunday
    assert (one["regular_income"], one["regular_income_months"]) == (5000, 3)


def test_distress_by_hand(worked: pd.DataFrame) -> None:
    one = worked.loc["C1"]
    assert (one["penalty_interest_12m"], one["min_balance_3m"]) == (9, -50)
    assert (one["days_past_due"], one["worst_days_past_due_12m"], one["overdue_amount"]) == (12, 45, 500)
    assert (one["missed_instalments"], one["months_in_arrears_12m"]) == (1, 2)
    # 1000 on 31 March; 1200 the day before, and so back: below zero from the start of the year to 28 March less salaries
    closing = {dt.date(2026, 3, 28): 1510, dt.date(2026, 2, 27): -3490, dt.date(2026, 1, 28): -8590}
    assert closing[dt.date(2026, 3, 28)] - 5000 == closing[dt.date(2026, 2, 27)]
    assert one["days_below_zero_12m"] == (dt.date(2026, 3, 28) - dt.date(2025, 4, 1)).days


def test_not_known_is_not_zero(worked: pd.DataFrame) -> None:
    assert list(worked.index) == ["C1", "C2", "C3"]  # C4 came a day later
    quiet, alone = worked.loc["C2"], worked.loc["C3"]
    for name in (
        "deposits",
        "aum",
        "inflow_12m",
        "days_since_last",
        "night_share",
        "days_below_zero_12m",
        "days_past_due",
    ):
        assert pd.isna(quiet[name]), name
    assert (quiet["n_demand"], quiet["loans"], quiet["accounts_ever"]) == (1, 0, 1)
    assert (alone["accounts_ever"], alone["products_held"]) == (0, 0)  # authorised is not owning
    assert pd.isna(alone["aum"])
    for who in (quiet, alone):
        assert pd.isna(who["channel_entropy"])  # nothing spread is not the same as all in one place
        assert pd.isna(who["category_entropy"])


def test_nothing_later_is_read(bank: SmallBank, known: pd.DataFrame, tmp_path: Path) -> None:
    later = bank.changed(
        f"delete from transactions where booked_at >= '{AS_OF + dt.timedelta(days=1)}' and hash(transaction_id) % 2 = 0",
        f"update transactions set amount = amount * 9, balance_after = -9 where booked_at >= '{AS_OF + dt.timedelta(days=1)}'",
        f"update balances set balance = 1 where as_of > '{AS_OF}'",
        f"update loan_status set days_past_due = 500, outstanding = 1 where as_of > '{AS_OF}'",
        f"delete from accounts where opened_on > '{AS_OF}'",
        f"update accounts set closed_on = null, status = 'open' where closed_on > '{AS_OF}'",
    )
    pd.testing.assert_frame_equal(features(later, tmp_path), known)


def test_names_row_order_and_split_deliveries_change_nothing(
    bank: SmallBank, known: pd.DataFrame, tmp_path: Path
) -> None:
    half = "hash(transaction_id) % 2 = 0"
    named = ("customers", "holders", "service_events", "cards", "relations")
    shuffled = bank.changed(
        *(f"update {table} set customer_id = 'Z' || reverse(customer_id)" for table in named),
        "update relations set other_id = 'Z' || reverse(other_id)",
        *(
            f"create or replace table {table} as select * from {table} order by hash({key})"
            for table, key in (("balances", "account_id"), ("accounts", "account_id"), ("holders", "customer_id"))
        ),
        f"create table other as select * from transactions where not ({half}) order by hash(transaction_id)",
        f"create or replace table one as select * from transactions where {half} order by hash(amount)",
        "create or replace table transactions as select * from one union all select * from other",
    )
    found = features(shuffled, tmp_path)
    found.index = pd.Index([name[:0:-1] for name in found.index], name="customer_id")
    pd.testing.assert_frame_equal(found.sort_index(), known)


def test_doubling_money_doubles_money_and_nothing_else(bank: SmallBank, known: pd.DataFrame, tmp_path: Path) -> None:
    doubled = bank.changed(
        "update transactions set amount = amount * 2, balance_after = balance_after * 2",
        "update balances set balance = balance * 2, average_balance = average_balance * 2",
        "update loan_status set outstanding = outstanding * 2, overdue_amount = overdue_amount * 2",
        'update accounts set "limit" = "limit" * 2',
        "update customers set annual_income = annual_income * 2, annual_revenue = annual_revenue * 2",
        "update loans set instalment = instalment * 2",
        "update regions set average_salary = average_salary * 2",
    )
    found = features(doubled, tmp_path)
    for name in FEATURE_NAMES:
        factor = 2 if BY_NAME[name].unit == "money" else 1
        expected = known[name].astype(float) * factor
        # a mean or median is rounded to the cent before it is doubled
        pd.testing.assert_series_equal(
            found[name].astype(float),
            expected,
            rtol=1e-4 if name in ("aum_to_instalments", "deposits_to_usual") else 1e-9,
            atol=0.0101 if "_avg_" in name or name == "regular_income" else 1e-9,
        )


def test_a_window_ends_where_a_month_ends() -> None:
    assert back(dt.date(2026, 2, 28), 1) == dt.date(2026, 1, 31)
    assert back(dt.date(2026, 3, 31), 1) == dt.date(2026, 2, 28)
    assert back(dt.date(2026, 3, 30), 1) == dt.date(2026, 2, 28)
    assert back(dt.date(2026, 3, 15), 12) == dt.date(2025, 3, 15)


def test_dates_without_times_have_no_hours(bank: SmallBank, tmp_path: Path) -> None:
    found = features(
        bank.changed("update transactions set booked_at = booked_at::date"), tmp_path, dt.date(2026, 3, 17)
    )
    assert found["night_share"].isna().all()
    assert found["weekend_share"].isna().all()
    assert found["movements_12m"].sum() > 0


def test_what_no_name_is_made_of_is_not_read(bank: SmallBank, known: pd.DataFrame, tmp_path: Path) -> None:
    """All columns the names leave out are emptied, and so are the tables."""
    read = {
        **{table: set(names) for table, names in COLUMNS.items()},
        "accounts": {"account_id", "product_id", "opened_on", "closed_on", "status", "currency", "limit"},
        "holders": {"account_id", "customer_id", "role"},
        "products": {"product_id", "family"},
    }
    emptied = [
        f'update {table.name} set "{column.name}" = null'
        for table in TABLES
        for column in table.columns
        if column.name not in read.get(table.name, ())
    ]
    gone = [f"delete from {table.name}" for table in TABLES if table.name not in read]
    pd.testing.assert_frame_equal(features(bank.changed(*emptied, *gone), tmp_path), known)


def test_the_name_of_what_is_read_knows_neither_order_nor_the_future(bank: SmallBank) -> None:
    totals = totals_of(bank)
    names = names_at(totals, AS_OF, "CNY", "x")
    later = bank.changed(
        f"delete from transactions where booked_at >= '{AS_OF + dt.timedelta(days=1)}'",
        f"delete from balances where as_of > '{AS_OF}'",
        f"delete from loan_status where as_of > '{AS_OF}'",
        f"update accounts set closed_on = null, status = 'open' where closed_on > '{AS_OF}'",
        f"delete from accounts where opened_on > '{AS_OF}'",
        f"delete from customers where opened_on > '{AS_OF}'",
        "create or replace table transactions as select * from transactions order by hash(amount)",
    )
    assert names_at(totals_of(later), AS_OF, "CNY", "x") == names
    assert names_at(totals, AS_OF, "CNY", "y").figures != names.figures
    assert names_at(totals, AS_OF, "CZK", "x").figures != names.figures
    for change in (
        "update transactions set amount = amount + 0.01 where transaction_id = (select min(transaction_id) from "
        f"transactions where booked_at between '2025-05-01' and '{AS_OF}')",
        f"update balances set balance = balance + 0.01 where as_of = '{AS_OF}'",
        f"update accounts set closed_on = '{AS_OF}', status = 'closed' where account_id = "
        "(select min(account_id) from accounts where closed_on is null)",
        "update holders set customer_id = (select max(customer_id) from customers) where account_id = "
        "(select min(account_id) from holders)",
    ):
        assert names_at(totals_of(bank.changed(change)), AS_OF, "CNY", "x").figures != names.figures, change
    for change in (
        f"update loan_status set days_past_due = days_past_due + 1 where as_of = '{AS_OF}'",
        'update accounts set "limit" = 1 where account_id = (select min(account_id) from accounts)',
        "update customers set gender = null where customer_id = (select min(customer_id) from customers)",
        "update loans set instalment = instalment + 1 where account_id = (select min(account_id) from loans)",
        "update regions set average_salary = average_salary + 1",
    ):
        changed = names_at(totals_of(bank.changed(change)), AS_OF, "CNY", "x")
        assert changed.figures == names.figures, change
        assert changed.beside != names.beside, change


def test_a_bonus_is_no_break_of_income_and_other_money_is(bank: SmallBank, known: pd.DataFrame, tmp_path: Path) -> None:
    month = f"booked_at between '{AS_OF.replace(day=1)}' and '{AS_OF + dt.timedelta(days=1)}'"
    paid = known.index[known["regular_income_months"] == 4]
    bonus = features(
        bank.changed(f"update transactions set amount = amount * 3 where kind = 'salary' and {month}"), tmp_path
    )
    assert len(paid) and (bonus.loc[paid, "regular_income_months"] == 4).all()
    less = features(
        bank.changed(f"update transactions set amount = amount / 3 where kind = 'salary' and {month}"), tmp_path
    )
    assert (less.loc[paid, "regular_income_months"] < 4).any()
