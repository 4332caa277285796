"""Features month by month: a new delivery works out only the months it touches, and the rows are those of a fresh build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pandas as pd
import pytest

from config.settings import Settings
from jobs.runner import Job
from jobs.sources_of_a_run import HOW_WORDS, features_at, forget_old_features, ground
from store.database import open_engine, writing
from store.ledger import roll_back, roll_forward
from tests.databases import Databases
from tests.jobs.asked import AT, Asked, deliver
from tests.warehouse.companies_of_a_bank import with_companies
from tests.warehouse.small_bank import SmallBank, draw
from warehouse.features import build_to_parquet, months
from warehouse.features.windows import back

MAY, JUNE = dt.date(2026, 5, 31), dt.date(2026, 6, 30)
DAYS = [back(JUNE, n) for n in range(4)][::-1]
OF_JUNE = f"> timestamp '{MAY} 23:59:59.999999'"
UNTIL_MAY = (
    f"delete from customers where opened_on > '{MAY}'",
    "delete from holders where customer_id not in (select customer_id from customers)",
    f"delete from accounts where opened_on > '{MAY}' or account_id not in (select account_id from holders)",
    *(
        f"delete from {table} where account_id not in (select account_id from accounts)"
        for table in ("holders", "transactions", "balances", "loans", "loan_status", "cards")
    ),
    "delete from service_events",
    f"update accounts set closed_on = null, status = 'open' where closed_on > '{MAY}'",
    f"delete from transactions where booked_at {OF_JUNE}",
    f"delete from balances where as_of > '{MAY}'",
    f"delete from loan_status where as_of > '{MAY}'",
)
JUNE_ALONE = (
    "delete from service_events",
    f"delete from transactions where not booked_at {OF_JUNE}",
    f"delete from balances where as_of <= '{MAY}'",
    f"delete from loan_status where as_of <= '{MAY}'",
)
NOTHING = ("delete from transactions", "delete from balances", "delete from loan_status", "delete from service_events")


@dataclass
class Heard(Asked):
    """Remembers how each day's features came about."""

    how: dict[dt.date, str] = field(default_factory=dict)

    def log(self, line: str, zh: str | None = None) -> None:
        super().log(line, zh)
        words = {en: how for how, (en, _) in HOW_WORDS.items()}
        day, _, said = line.removeprefix("features at ").partition(", batches ")
        self.how[dt.date.fromisoformat(day)] = words[said.partition(": ")[2]]

    def panel(self) -> dict[dt.date, pd.DataFrame]:
        """Features of all days; `how` tells of this call alone."""
        self.how.clear()
        found = ground(cast(Job, self))
        return {day: features_at(cast(Job, self), found, day) for day in DAYS if day <= (found.picture.as_of or day)}


@pytest.fixture
def bank(tmp_path: Path) -> SmallBank:
    return with_companies(draw(tmp_path / "bank.duckdb", 70, 20))


@pytest.fixture
def job(databases: Databases, tmp_path: Path, bank: SmallBank) -> Iterator[Heard]:
    """A home that has received all to the end of May."""
    with databases.fresh("sqlite", tmp_path) as url:
        engine = open_engine(url)
        settings = Settings(home=tmp_path, secret_key="k" * 40, database_url=url, redis_url="")
        deliver(bank.changed(*UNTIL_MAY), tmp_path / f"a-{MAY}", settings, engine)
        yield Heard(settings, engine)
        engine.dispose()


def from_scratch(job: Heard, day: dt.date) -> pd.DataFrame:
    path = job.settings.home / "scratch.parquet"
    build_to_parquet(ground(cast(Job, job)).picture, day, path)
    return pd.read_parquet(path)


def same_as_from_scratch(job: Heard, panel: dict[dt.date, pd.DataFrame]) -> None:
    for day, found in panel.items():
        pd.testing.assert_frame_equal(found, from_scratch(job, day), check_exact=True)


def test_a_new_month_computes_itself_alone_and_a_correction_the_months_after_it(job: Heard, bank: SmallBank) -> None:
    job.panel()
    assert set(job.how.values()) == {months.COMPUTED}
    deliver(bank.changed(*JUNE_ALONE), job.settings.home / f"b-{JUNE}", job.settings, job.engine)
    second = job.panel()
    assert job.how == {day: months.COMPUTED if day == JUNE else months.TAKEN for day in DAYS}
    same_as_from_scratch(job, second)
    job.panel()
    assert job.how == {}  # all there

    # A movement of 10 April is sent again with another amount: month-ends before it stay, those after it do not.
    april = dt.date(2026, 4, 30)
    one = "(select min(transaction_id) from bank.transactions where booked_at::date between '2026-04-05' and '2026-04-12')"
    row = f"select * replace (amount + 1000 as amount) from bank.transactions where transaction_id = {one}"
    again = bank.changed(*NOTHING, f"insert into transactions {row}")
    batch = deliver(again, job.settings.home / "c-2026-07-01", job.settings, job.engine)
    third = job.panel()
    assert job.how == {day: months.COMPUTED if day >= april else months.TAKEN for day in DAYS}
    same_as_from_scratch(job, third)
    changed = [name for name in third[april] if not third[april][name].equals(second[april][name])]
    assert "inflow_12m" in changed or "outflow_12m" in changed

    with writing(job.engine) as connection:
        roll_back(connection, batch, "admin", AT)
    back_again = job.panel()
    assert job.how == {}  # the folder of these batches is still there
    for day, found in second.items():
        pd.testing.assert_frame_equal(back_again[day], found, check_exact=True)


def test_who_asks_for_a_few_features_takes_what_others_worked_out(job: Heard, bank: SmallBank) -> None:
    asked = ("deposits", "utilisation", "min_balance_3m")
    job.panel()
    deliver(bank.changed(*JUNE_ALONE), job.settings.home / f"b-{JUNE}", job.settings, job.engine)
    few = replace(ground(cast(Job, job)), columns=asked)
    job.how.clear()
    found = {day: features_at(cast(Job, job), few, day) for day in DAYS}
    assert job.how == {day: months.COMPUTED if day == JUNE else months.TAKEN for day in DAYS}
    for day, rows in found.items():
        assert list(rows.columns) == ["customer_id", *asked]
        pd.testing.assert_frame_equal(rows, from_scratch(job, day)[list(rows.columns)], check_exact=True)
    assert job.panel()[JUNE].shape[1] > 50  # nobody mistakes the few for all


def test_a_customers_own_record_renews_what_stands_beside_the_figures(job: Heard, bank: SmallBank) -> None:
    first = job.panel()
    moved = bank.changed(
        *UNTIL_MAY, *NOTHING,
        "update customers set manager_id = 'S5', annual_income = annual_income + 12 where customer_id = 'C0000002'",
        "update accounts set \"limit\" = \"limit\" + 500",
    )  # fmt: skip
    deliver(moved, job.settings.home / "b-2026-06-01", job.settings, job.engine)
    second = job.panel()
    assert set(job.how.values()) == {months.RENEWED}
    same_as_from_scratch(job, second)
    names = {name for name in first[MAY] if not first[MAY][name].equals(second[MAY][name])}
    assert names == {"manager_id", "annual_income", "credit_limit", "utilisation", "instalment_burden"}


def test_closing_touches_the_months_from_then_on(job: Heard, bank: SmallBank) -> None:
    job.panel()
    closed = bank.changed(
        *UNTIL_MAY, *NOTHING,
        "update accounts set status = 'closed', closed_on = '2026-04-15' where account_id = "
        "(select min(account_id) from accounts where status = 'open' and opened_on < '2025-01-01')",
    )  # fmt: skip
    deliver(closed, job.settings.home / "b-2026-06-01", job.settings, job.engine)
    same_as_from_scratch(job, job.panel())
    assert {day for day, how in job.how.items() if how == months.COMPUTED} == set(DAYS[1:3])
    assert {day for day, how in job.how.items() if how == months.TAKEN} == set(DAYS[:1])


def test_one_delivery_in_two_halves_is_the_same_panel_and_nothing_is_computed_again(
    job: Heard, bank: SmallBank
) -> None:
    half = "hash(transaction_id) % 2 = 0"
    home, halves = job.settings.home, []
    for n, which in enumerate((half, f"not ({half})")):
        part = bank.changed(*JUNE_ALONE, f"delete from transactions where {which}")
        halves.append(deliver(part, home / f"{n}-{JUNE}", job.settings, job.engine))
    split = job.panel()
    with writing(job.engine) as connection:
        for batch in halves:
            roll_back(connection, batch, "admin", AT)
    whole = deliver(bank.changed(*JUNE_ALONE), home / f"whole-{JUNE}", job.settings, job.engine)
    together = job.panel()
    assert set(job.how.values()) == {months.TAKEN}
    for day, found in split.items():
        pd.testing.assert_frame_equal(together[day], found, check_exact=True)
    same_as_from_scratch(job, together)
    with writing(job.engine) as connection:
        roll_back(connection, whole, "admin", AT)
        for batch in halves:
            roll_forward(connection, batch, "admin", AT)


def test_what_a_newer_set_of_batches_took_over_outlives_the_older_one(job: Heard, bank: SmallBank) -> None:
    job.panel()
    deliver(bank.changed(*JUNE_ALONE), job.settings.home / f"b-{JUNE}", job.settings, job.engine)
    kept = job.panel()
    (gone,) = forget_old_features(job.settings.warehouse / "features", kept=1)
    assert gone
    again = job.panel()
    assert job.how == {}
    for day, found in kept.items():
        pd.testing.assert_frame_equal(again[day], found, check_exact=True)
