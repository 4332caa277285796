"""Months of a bank: what counts as a balance, the same sums at every level, nothing worked out twice, nothing from later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from domain.canonical import LOAN_FAMILIES
from domain.contribution.cells import changed
from domain.contribution.defaults import CNY
from domain.contribution.formula import COMPONENTS, work_out
from domain.contribution.lifetime import factor, factors, lifetime_value, without_default
from domain.contribution.sums import MONEY
from domain.contribution.timeline import Dated, built_in
from tests.warehouse.small_bank import SmallBank, draw
from warehouse.contribution import PARTS, RATINGS, Basis, add_up, basis_of, ensure, of_accounts, what_if
from warehouse.contribution.reading import cents, from_row
from warehouse.contribution.what_if import forget, keep, kept

END = dt.date(2026, 6, 30)
DAYS = tuple(dt.date(2026, month, day) for month, day in ((3, 31), (4, 30), (5, 31), (6, 30)))
BASIS = Basis("ground", (built_in("CNY"),))
TIMES = factor(CNY.survival, CNY.discount_rate)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    return draw(tmp_path_factory.mktemp("bank") / "bank.duckdb", 90, 5, 3.0)


@pytest.fixture(scope="module")
def home(bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    ensure(bank, folder, BASIS, DAYS, END)
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    return duckdb.sql(f"select * from '{path}'").to_arrow_table().to_pylist()


def paths(home: Path, basis: Basis = BASIS) -> Mapping[dt.date, Path]:
    return {day: basis.path(home, day) for day in DAYS}


def test_every_row_is_the_reference_s(home: Path) -> None:
    found = [row for path in paths(home).values() for row in rows(path)]
    assert {row["family"] for row in found} == {"demand", "time", "wealth", "mortgage", "consumer_loan", "credit_card"}
    for row in found:
        expected = work_out(from_row(row), CNY)
        assert tuple(cents(row[name]) for name in COMPONENTS) == tuple(getattr(expected, name) for name in COMPONENTS)
        assert cents(row["contribution"]) == expected.contribution
    assert [r["customer_id"] for r in rows(paths(home)[END])] == sorted(
        r["customer_id"] for r in rows(paths(home)[END])
    )


def test_accounts_customers_branches_and_the_bank_agree_to_the_cent(bank: SmallBank, home: Path) -> None:
    people, mart = add_up(bank, paths(home), END, CNY, "总行")
    facts = [row for path in paths(home).values() for row in rows(path)]
    assert sum(row["year_contribution"] for row in people.to_pylist()) == sum(row["contribution"] for row in facts)
    for part in PARTS:
        if part == "contribution":
            continue
        assert sum(row[part] for row in mart.to_pylist()) == sum(row[f"year_{part}"] for row in people.to_pylist())
    last = [row for row in mart.to_pylist() if row["month"] == END]
    by_customer = {row["customer_id"]: row for row in people.to_pylist()}
    with bank.connect() as connection:
        homes = dict(connection.execute("select customer_id, branch_id from customers").fetchall())
    for branch in {row["branch_id"] for row in last}:
        of_branch = [row for row in last if row["branch_id"] == branch]
        own = [row for who, row in by_customer.items() if homes[who] == branch]
        assert sum(row["fees"] for row in of_branch) == sum(row["month_fees"] or 0 for row in own)


def test_the_lifetime_value_of_a_customer_is_that_of_the_method(bank: SmallBank, home: Path, tmp_path: Path) -> None:
    told = {**paths(home), END: tmp_path / "end.parquet"}
    late = "select * replace (defaulted or right(customer_id, 1) in ('1', '2', '3') as defaulted)"
    duckdb.sql(f"copy ({late} from '{paths(home)[END]}') to '{told[END]}' (format parquet)")
    people, _ = add_up(bank, told, END, CNY, "总行")
    facts = [row for path in told.values() for row in rows(path)]
    unrated = {each.family: int(each.pd_unrated * 1_000_000) for each in CNY.families}
    defaults = 0
    for row in people.to_pylist():
        mine = [one for one in facts if one["customer_id"] == row["customer_id"]]
        owes = [one for one in mine if one["family"] in LOAN_FAMILIES or one["expected_loss"]]
        now = [one for one in owes if one["month"] == END]
        loss = sum(one["expected_loss"] or 0 for one in now)
        owed = sum(one["contribution"] + (one["expected_loss"] or 0) for one in owes)
        kept = sum(one["contribution"] for one in mine) - sum(one["contribution"] for one in owes)
        chances = [1_000_000 if one["defaulted"] else one["pd"] or unrated[one["family"]] for one in now]
        defaults += 1_000_000 in chances
        stays = np.array([float(CNY.survival)]) * without_default(np.array([max(chances, default=0) / 1_000_000]))
        times = None if 1_000_000 in chances else Decimal(int(factors(stays, CNY.discount_rate)[0])).scaleb(-9)
        value = lifetime_value(cents(kept), row["months"], TIMES, cents(owed), cents(loss), times)
        assert cents(row["lifetime_value"]) == value
    assert defaults, "somebody of the small bank has defaulted"


def test_won_and_lost_close_the_change(bank: SmallBank, home: Path) -> None:
    _, mart = add_up(bank, paths(home), END, CNY, "总行")
    for row in mart.to_pylist():
        assert (row["won"] is None) == (row["month"] == DAYS[0])
    here, there = ({r["customer_id"] for r in rows(paths(home)[day])} for day in (DAYS[3], DAYS[2]))
    gone = [r["contribution"] for r in rows(paths(home)[DAYS[2]]) if r["customer_id"] not in here]
    came = [r["contribution"] for r in rows(paths(home)[DAYS[3]]) if r["customer_id"] not in there]
    last = [row for row in mart.to_pylist() if row["month"] == DAYS[3]]
    assert (sum(r["won"] for r in last), sum(r["lost"] for r in last)) == (sum(came), sum(gone))


def test_only_what_is_missing_is_worked_out(bank: SmallBank, home: Path) -> None:
    heard: list[dt.date] = []
    ensure(bank, home, BASIS, DAYS, END, lambda month, _rows: heard.append(month))
    assert heard == []
    dearer = replace(CNY, hurdle_rate=Decimal("0.12"))
    later = replace(BASIS, versions=(*BASIS.versions, Dated(1, DAYS[2], dearer)))
    made = ensure(bank, home, later, DAYS, END, lambda month, _rows: heard.append(month))
    assert heard == list(DAYS[2:])
    assert later.parameters(DAYS[1]).version == 0
    (before, after) = (sum(r["capital_cost"] or 0 for r in rows(p)) for p in (paths(home)[END], made[END]))
    assert after > before
    assert basis_of(later.told()).path(home, END) == made[END]


def test_later_movements_order_and_size_change_what_they_should(bank: SmallBank, home: Path, tmp_path: Path) -> None:
    """A later movement moves no earlier month; order never matters; doubling every amount doubles what money makes."""
    later = bank.changed(
        "update transactions set amount = amount * 9 where booked_at >= timestamp '2026-05-01'",
        "create or replace table balances as select * from balances order by hash(account_id)",
    )
    found = ensure(later, tmp_path, BASIS, DAYS[:2], END)
    assert all(rows(found[day]) == rows(paths(home)[day]) for day in DAYS[:2])
    doubled = bank.changed(
        "update balances set balance = 2 * balance, average_balance = 2 * average_balance",
        "update transactions set amount = 2 * amount", "update loan_status set outstanding = 2 * outstanding",
        'update accounts set "limit" = 2 * "limit"',
    )  # fmt: skip
    twice = ensure(doubled, tmp_path / "twice", BASIS, [END], END)
    for once, two in zip(rows(paths(home)[END]), rows(twice[END]), strict=True):
        assert two["operating_cost"] == once["operating_cost"]
        assert two["balance"] is None or abs(two["balance"] - 2 * once["balance"]) <= 1
        assert all(abs(two[name] - 2 * once[name]) <= 1 for name in ("margin", "fees", "capital_cost") if once[name])


BALANCES = """
delete from balances; delete from loan_status; delete from transactions; delete from holders; delete from accounts;
insert into accounts (account_id, product_id, branch_id, opened_on, closed_on, status, currency) values
  ('given', 'P_demand', 'B1', '2020-01-01', null, 'open', 'CNY'), ('two ends', 'P_demand', 'B1', '2020-01-01', null, 'open', 'CNY'),
  ('opened', 'P_demand', 'B1', '2026-05-10', null, 'open', 'CNY'),
  ('closed', 'P_demand', 'B1', '2020-01-01', '2026-05-20', 'closed', 'CNY'),
  ('one end', 'P_demand', 'B1', '2020-01-01', null, 'open', 'CNY'), ('gap', 'P_demand', 'B1', '2020-01-01', null, 'open', 'CNY'),
  ('silent', 'P_demand', 'B1', '2020-01-01', null, 'open', 'CNY'), ('loan', 'P_mortgage', 'B1', '2020-01-01', null, 'open', 'CNY'),
  ('card', 'P_credit_card', 'B1', '2020-01-01', null, 'open', 'CNY'),
  ('gone', 'P_demand', 'B1', '2020-01-01', '2026-04-20', 'closed', 'CNY');
insert into holders select account_id, 'C0000001', 'owner' from accounts;
insert into balances values ('given', '2026-05-31', 900, 123.45), ('two ends', '2026-04-30', 100.01, null),
  ('two ends', '2026-05-31', 200.02, null), ('opened', '2026-05-31', 500, null), ('closed', '2026-04-30', 80, 70),
  ('one end', '2026-05-31', 10, null), ('gap', '2026-04-30', 10, null), ('card', '2026-05-31', -300, -250.5);
insert into loan_status (account_id, as_of, outstanding, days_past_due) values
  ('loan', '2026-04-30', 1000, 0), ('loan', '2026-05-31', 900, 90);
insert into transactions (transaction_id, account_id, booked_at, amount, kind, channel) values
  ('1', 'gap', '2026-05-05', -3, 'fee', 'system'), ('2', 'gap', '2026-05-31 23:59:59', -1.5, 'penalty_interest', null),
  ('3', 'card', '2026-05-06', -7, 'interest', 'system'), ('4', 'given', '2026-05-06', 2, 'interest', 'system'),
  ('5', 'given', '2026-06-01', -9, 'fee', 'mobile')"""


def test_what_an_average_balance_is(bank: SmallBank, tmp_path: Path) -> None:
    small = bank.changed(*BALANCES.split(";"))
    ratings = pa.table({"customer_id": ["C0000001"], "pd": pa.array([12_345], pa.int32())}, schema=RATINGS)
    found = {
        r["account_id"]: r
        for r in rows(ensure(small, tmp_path, replace(BASIS, ratings=ratings), [DAYS[2]], END)[DAYS[2]])
    }
    assert {name: row["balance"] for name, row in found.items()} == {
        "given": 12_345, "two ends": 15_002, "opened": 25_000, "closed": 4_000, "one end": 1_000, "gap": None,
        "loan": 95_000, "card": 25_050,
    }  # fmt: skip
    assert {(row["pd"], row["defaulted"]) for row in found.values()} == {(12_345, True)}
    gap = found["gap"]
    assert (gap["fees_booked"], gap["interest_charged"], gap["n_other"], gap["margin"]) == (300, 150, 1, None)
    assert (found["card"]["interest_charged"], found["given"]["interest_charged"]) == (700, 0)
    assert found["given"]["fees_booked"] == 0, "the first of June is not May"


def test_from_a_customer_to_the_accounts_and_what_if(bank: SmallBank, home: Path) -> None:
    who = rows(paths(home)[END])[0]["customer_id"]
    months = of_accounts(home, BASIS, who, DAYS)
    people, _ = add_up(bank, paths(home), END, CNY, "总行")
    (row,) = (row for row in people.to_pylist() if row["customer_id"] == who)
    assert sum(month.contribution for month in months) == cents(row["year_contribution"])
    assert of_accounts(home, BASIS, "nobody", DAYS) == ()
    with pytest.raises(FileNotFoundError, match="recompute"):
        of_accounts(home, replace(BASIS, ground="other"), who, DAYS)


def test_what_if_changes_what_it_should_and_nothing_on_disk(bank: SmallBank, home: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*.parquet")}
    same = what_if(bank, home, BASIS, lambda _: CNY, [END], "总行")
    assert all(now == then for now, then in same.sums("family").values())
    assert same.crossings.num_rows == 0
    costly = replace(CNY, unit_costs=tuple(replace(c, cost=c.cost * 100) for c in CNY.unit_costs))
    found = what_if(bank, home, BASIS, lambda _: costly, [END], "总行")
    ((now, then),) = found.sums().values()
    assert now.contribution == cents(sum(r["contribution"] for r in rows(paths(home)[END])))
    assert then.contribution < now.contribution
    assert all(getattr(now, name) == getattr(then, name) for name in MONEY if name != "operating_cost")
    crossed = found.crossings.to_pylist()
    assert any((row["band_now"], row["band_then"]) != ("D", "D") and row["band_then"] == "D" for row in crossed)
    assert all(row["band_now"] != row["band_then"] for row in crossed)
    assert sum(row["customers"] for row in found.standing.to_pylist() if row["band_now"] != row["band_then"]) == len(
        crossed
    )
    for side, whole in (("now", now), ("then", then)):
        assert cents(sum(row[side] for row in found.standing.to_pylist())) == whole.contribution
    keep(tmp_path, 7, found)
    branch = sorted(row["branch_path"] for row in found.lines.to_pylist())[-1]
    again = kept(tmp_path, 7, [branch])
    assert again is not None
    assert again.sums("branch_path") == {branch: found.sums("branch_path")[branch]}
    assert {row["branch_path"] for row in again.crossings.to_pylist()} <= {branch}
    assert all(kept(tmp_path, 7, nowhere).lines.num_rows == 0 for nowhere in ([], ["/elsewhere/"]))  # type: ignore[union-attr]
    assert forget(tmp_path, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) == 0
    assert forget(tmp_path, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)) == 1
    assert kept(tmp_path, 7, [branch]) is None
    assert before == {path: path.read_bytes() for path in home.rglob("*.parquet")}
    with pytest.raises(ValueError, match="CZK"):
        what_if(bank, home, BASIS, lambda _: replace(CNY, currency="CZK"), [END], "总行")


def test_what_if_goes_from_each_months_own_parameters(bank: SmallBank, home: Path) -> None:
    """Two versions in the window: the change is made to each, so that what no change touches stays as it is."""
    dearer = replace(CNY, hurdle_rate=Decimal("0.12"))
    basis = replace(BASIS, versions=(*BASIS.versions, Dated(1, DAYS[2], dearer)))
    ensure(bank, home, basis, DAYS, END)
    key = ("transfer_prices", "demand", "")
    found = what_if(
        bank,
        home,
        basis,
        lambda month: changed(basis.parameters(month).parameters, {key: Decimal("0.02")}),
        DAYS,
        "总行",
    )
    ((now, then),) = found.sums().values()
    assert (then.capital_cost, then.expected_loss) == (now.capital_cost, now.expected_loss)
    assert then.deposit_margin > now.deposit_margin
    families = found.sums("family")
    assert all(now == then for family, (now, then) in families.items() if family != "demand")


def test_foreign_money_counts_at_the_rate_of_its_month(bank: SmallBank, tmp_path: Path) -> None:
    """The exchange rate is the one of the version valid in the month: 100,000 dollars are 710,000 and then 750,000."""
    dollars = bank.changed(
        *BALANCES.split(";"), "update accounts set currency = 'USD' where account_id = 'given'",
        "insert into balances values ('given', '2026-04-30', 100000, 100000), ('given', '2026-06-30', 100000, 100000)",
        "update balances set balance = 100000, average_balance = 100000 where account_id = 'given'",
        "update accounts set rate = 0.002 where account_id = 'given'",
    )  # fmt: skip
    dearer = replace(
        CNY, exchange=tuple(replace(e, rate=Decimal("7.5")) if e.currency == "USD" else e for e in CNY.exchange)
    )
    basis = replace(BASIS, versions=(*BASIS.versions, Dated(1, DAYS[2], dearer)))
    made = ensure(dollars, tmp_path, basis, DAYS[1:], END)
    found = {day: next(row for row in rows(path) if row["account_id"] == "given") for day, path in made.items()}
    assert {day: row["volume"] for day, row in found.items()} == {
        DAYS[1]: 71_000_000, DAYS[2]: 75_000_000, DAYS[3]: 75_000_000,
    }  # fmt: skip
    assert {day: row["margin"] for day, row in found.items()} == {
        DAYS[1]: 94_667, DAYS[2]: 100_000, DAYS[3]: 100_000,
    }, "710,000 · (1.80 % − 0.20 %) / 12 = 946.67; 750,000 · 1.60 % / 12 = 1,000.00"  # fmt: skip
