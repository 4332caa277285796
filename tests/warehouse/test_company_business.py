"""What a company does, from the batches' Parquet: by hand, and the same as its features say."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from domain.canonical import DEPOSIT_FAMILIES, TABLES
from domain.reports.company import company_of
from tests.company_batch import OURS, OUTSIDE, THEIRS, write_company_batch
from tests.warehouse.companies_of_a_bank import with_companies
from tests.warehouse.small_bank import draw
from warehouse.company_business import business, group
from warehouse.features import build_to_parquet
from warehouse.picture import Picture

AS_OF = date(2026, 10, 31)


def test_by_month_and_by_partner(tmp_path: Path) -> None:
    picture = Picture((write_company_batch(tmp_path / "214"),))
    found = business(picture, "C06", [OURS], [OURS], AS_OF)
    assert [one.month for one in found.months][::11] == [date(2025, 11, 30), AS_OF]
    last = found.months[-1]
    assert (last.payroll, last.runs, last.came, last.went) == (53_000, 2, 300_000, 80_000)
    assert (found.months[-2].payroll, found.months[-3].came, found.months[0].silent) == (50_000, 100_000, True)
    assert {one.account: (one.came, one.went) for one in found.traded} == {
        THEIRS: (300_000, 0), OUTSIDE: (100_000, 80_000),
    }  # fmt: skip
    assert found.last_run_on == date(2026, 10, 25)
    told = company_of(found, {}, [], {})
    assert (told.payers, told.payees, told.payer_share, told.payee_share) == (2, 1, 0.75, 1.0)
    assert [one.account for one in told.partners] == ["****1201", "****4567"]
    assert told.partners[0].share == pytest.approx(300 / 480)


def test_no_accounts_no_business(tmp_path: Path) -> None:
    found = business(Picture(()), "C06", [], [], AS_OF)
    assert len(found.months) == 12 and company_of(found, {}, [], None).empty


def test_a_group_is_found_from_every_member(tmp_path: Path) -> None:
    picture = Picture((write_company_batch(tmp_path / "214"),))
    assert group(picture, "C12") == (("C06", "C12", "C77"), frozenset({"C12", "C77"}))
    assert group(picture, "C06")[0] == group(picture, "C77")[0] == ("C06", "C12", "C77")
    assert group(picture, "C01") == ((), frozenset())


def test_it_says_what_the_features_say(tmp_path: Path) -> None:
    """At a month-end the months of a company add up to its figures of twelve months."""
    bank = with_companies(draw(tmp_path / "bank.duckdb", 90, 14))
    build_to_parquet(bank, date(2026, 6, 30), tmp_path / "f.parquet")
    features = pd.read_parquet(tmp_path / "f.parquet").set_index("customer_id")
    folder = tmp_path / "1"
    folder.mkdir()
    with bank.connect() as connection:
        for table in TABLES:
            connection.execute(f"copy (from {table.name} order by all) to '{folder / f'{table.name}.parquet'}'")
        held = "holders join accounts using (account_id) join products using (product_id)"
        accounts = connection.execute(f"select customer_id, account_id, family from {held}").fetchall()
    told = {"rows": 1, "mode": "full", "overlaps": [], "waiting": 0}
    (folder / "batch.json").write_text(json.dumps({
        "batch_id": 1, "business_date": "2026-06-30", "currency": "CNY", "derives_balances": False,
        "tables": {table.name: told for table in TABLES},
    }), encoding="utf-8")  # fmt: skip
    picture, compared = Picture((folder,)), 0
    for who, known in features[features["payroll_runs_12m"].notna()].iterrows():
        own = [account for owner, account, _ in accounts if owner == who]
        settling = [account for owner, account, family in accounts if owner == who and family in DEPOSIT_FAMILIES]
        found = business(picture, str(who), settling, own, date(2026, 6, 30))
        shown = company_of(found, {}, [], {})
        assert (shown.runs, shown.months_with_runs) == (known["payroll_runs_12m"], known["payroll_months_12m"])
        sums = {
            name: float(sum((getattr(m, name) for m in shown.months), Decimal(0)))
            for name in ("payroll", "came", "went")
        }
        assert sums == {
            "payroll": known["payroll_12m"], "came": known["settlement_in_12m"], "went": known["settlement_out_12m"],
        }  # fmt: skip
        assert (shown.payers, shown.payees) == (known["settlement_payers_12m"], known["settlement_payees_12m"])
        for mine, feature in (
            (shown.payer_share, "top_payer_share_12m"),
            (shown.concentration, "partner_concentration_12m"),
        ):
            assert mine == pytest.approx(known[feature]) if mine is not None else pd.isna(known[feature])
        assert len(found.members) == (0 if pd.isna(known["group_members"]) else known["group_members"])
        compared += 1
    assert compared > 3
