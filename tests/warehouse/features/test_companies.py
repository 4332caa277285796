"""What is known of companies, by hand: payroll, settlement, partners, groups; nothing of it is ever told of a person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from domain.catalogue import FEATURES
from tests.warehouse.companies_of_a_bank import with_companies
from tests.warehouse.small_bank import SmallBank, canonical, draw, insert
from warehouse.features import build_to_parquet, renew_to_parquet
from warehouse.features.companies import COUNTED
from warehouse.features.reading import names_at, totals_of

AS_OF = dt.date(2026, 3, 31)
OF_COMPANIES = tuple(one.name for one in FEATURES if one.topic in ("payroll", "settlement", "group"))
# account, booked at, amount, kind, category, the other side
MOVES = [
    ("A1", "2026-03-10 10:00", -100, "payroll", "salary", "E1"),
    ("A1", "2026-03-10 10:00", -150, "payroll", "salary", "E2"),
    ("A1", "2026-02-10 10:00", -200, "payroll", "salary", "E1"),
    ("A1", "2025-12-10 10:00", -300, "payroll", "salary", "E9"),
    ("A1", "2025-03-31 10:00", -999, "payroll", "salary", "E8"),  # a year and a day before
    ("A9", "2026-03-10 10:05", 150, "salary", "salary", "A1"),  # wages that arrive here
    ("A9", "2026-02-10 10:05", 150, "salary", "salary", "A1"),
    ("A1", "2026-03-02 10:00", 600, "transfer_in", "business", "P1"),
    ("A1", "2025-05-02 10:00", 200, "transfer_in", "business", "P1"),
    ("A1", "2026-01-02 10:00", 200, "transfer_in", None, "P2"),
    ("A1", "2026-01-03 10:00", 50, "transfer_in", "business", None),  # nobody knows from whom
    ("A1", "2026-03-03 10:00", -300, "transfer_out", "business", "P1"),
    ("A1", "2026-03-04 10:00", -100, "card_payment", "shopping", "P3"),
    ("A1", "2026-03-05 10:00", -7000, "transfer_out", "tax", "OFFICE"),
    ("A1", "2026-03-06 10:00", -7000, "transfer_out", "business", "A2"),  # to an account of its own
    ("A2", "2026-03-06 10:00", 7000, "transfer_in", "business", "A1"),
    ("A1", "2026-03-07 10:00", -7000, "transfer_out", "transfer", "P7"),
    ("A1", "2026-03-08 10:00", 7000, "loan_disbursement", "loan", "P7"),
    ("A1", "2026-03-09 10:00", -7000, "fee", "fee", "P7"),
    ("A8", "2026-03-09 10:00", -7000, "transfer_out", "business", "P7"),  # in dollars
    ("A3", "2026-03-09 10:00", -1, "withdrawal", "cash", None),
    ("A1", "2026-04-01 00:00", -7000, "payroll", "salary", "E7"),
]
OWNERS = {"A1": "F1", "A2": "F1", "A3": "F2", "A4": "F3", "A6": "F5", "A8": "F1", "A9": "P"}


def write(path: Path) -> SmallBank:
    """F1 is the head of F2 and F3, F3 has F5; F4 was there a day too late; F6 is alone; P is a person."""
    with duckdb.connect(str(path)) as c:
        canonical(c)
        _write_who(c)
        account = {
            "product_id": "settlement", "branch_id": "B", "opened_on": "2020-01-01", "status": "open", "currency": "CNY",
        }  # fmt: skip
        insert(c, "accounts", [{"account_id": a, **account} for a in OWNERS])
        insert(c, "accounts", [{"account_id": "L2", **account, "product_id": "business_loan"}])
        c.execute("update accounts set currency = 'USD' where account_id = 'A8'")
        owners = {**OWNERS, "L2": "F2"}
        insert(c, "holders", [{"account_id": a, "customer_id": o, "role": "owner"} for a, o in owners.items()])
        ends = [{"account_id": a, "as_of": AS_OF, "balance": 1000 + n} for n, a in enumerate(OWNERS)]
        insert(c, "balances", ends)
        status = {"overdue_amount": 0, "days_past_due": 0, "five_class": "normal"}
        insert(c, "loan_status", [{"account_id": "L2", "as_of": AS_OF, "outstanding": 500, **status}])
        for n, (which, at, amount, kind, category, partner) in enumerate(MOVES):
            row = {"transaction_id": f"T{n}", "account_id": which, "booked_at": at, "amount": amount, "kind": kind}
            more = {"channel": "online", "category": category, "counterparty_account": partner}
            insert(c, "transactions", [{**row, **more}])
    return SmallBank(path)


def _write_who(c: duckdb.DuckDBPyConnection) -> None:
    insert(c, "branches", [{"branch_id": "B", "name": "支行"}])
    families = ("settlement", "business_loan")
    insert(c, "products", [{"product_id": f, "name": f, "family": f, "currency": "CNY"} for f in families])
    firm = {"kind": "corporate", "branch_id": "B", "opened_on": "2020-01-01"}
    insert(c, "customers", [{"customer_id": f"F{n}", **firm} for n in (1, 2, 3, 5, 6)])
    insert(c, "customers", [{"customer_id": "F4", **firm, "opened_on": "2026-04-01"}])
    insert(c, "customers", [{"customer_id": "P", **firm, "kind": "personal"}])
    told = [("F2", "F1"), ("F3", "F1"), ("F5", "F3"), ("F4", "F1"), ("P", "F1"), ("F6", "F6")]
    insert(c, "relations", [{"customer_id": a, "other_id": b, "kind": "group_member"} for a, b in told])
    insert(c, "relations", [{"customer_id": "F1", "other_id": "F6", "kind": "guarantor"}])


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    return write(tmp_path_factory.mktemp("firms") / "bank.duckdb")


def features(bank: SmallBank, path: Path) -> pd.DataFrame:
    build_to_parquet(bank, AS_OF, path)
    return pd.read_parquet(path).set_index("customer_id")


@pytest.fixture(scope="module")
def known(bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return features(bank, tmp_path_factory.mktemp("features") / "f.parquet")


def test_payroll_by_hand(known: pd.DataFrame) -> None:
    one = known.loc["F1"]
    assert (one["payroll_runs_3m"], one["payroll_3m"]) == (2, 450)  # two lines of a day are one run
    assert (one["payroll_runs_12m"], one["payroll_12m"], one["payroll_months_12m"]) == (3, 750, 3)
    assert one["days_since_payroll"] == 21
    assert one["payroll_payees_3m"] == 3  # E1, E2, and A9 here


def test_settlement_by_hand(known: pd.DataFrame) -> None:
    one = known.loc["F1"]
    assert (one["settlement_in_3m"], one["settlement_in_12m"]) == (850, 1050)
    assert (one["settlement_out_3m"], one["settlement_out_12m"]) == (400, 400)
    assert (one["settlement_payers_12m"], one["settlement_payees_12m"]) == (2, 2)
    assert (one["top_payer_share_12m"], one["top_payee_share_12m"]) == (0.8, 0.75)
    # P1 came 800 and went 300, P2 came 200, P3 went 100
    assert one["partner_concentration_12m"] == pytest.approx((1100**2 + 200**2 + 100**2) / 1400**2)


def test_groups_by_hand(known: pd.DataFrame) -> None:
    for who in ("F1", "F2", "F3", "F5"):
        assert known.loc[who, "group_members"] == 4, who
        assert known.loc[who, "group_aum"] == sum(1000 + n for n, a in enumerate(OWNERS) if a not in ("A8", "A9"))
        assert known.loc[who, "group_loans"] == 500
    assert list(known.loc[["F1", "F2", "F3", "F5"], "group_head"]) == [1, 0, 0, 0]
    assert known.loc["F6", ["group_members", "group_head", "group_aum", "group_loans"]].isna().all()


def test_nothing_is_not_the_same_as_not_known(known: pd.DataFrame) -> None:
    assert known.loc["P", list(OF_COMPANIES)].isna().all()
    quiet = known.loc["F2"]
    assert (quiet[list(COUNTED)] == 0).all()
    assert (
        quiet[["days_since_payroll", "top_payer_share_12m", "top_payee_share_12m", "partner_concentration_12m"]]
        .isna()
        .all()
    )
    assert known.loc["F6", list(COUNTED)].isna().all()  # it has no account


def test_the_months_that_read_it_know_of_a_change(bank: SmallBank, known: pd.DataFrame, tmp_path: Path) -> None:
    """What a company did is among the figures, whom it belongs to stands beside them and is worked out again alone."""
    names = names_at(totals_of(bank), AS_OF, "CNY", "x")
    moved = bank.changed("delete from relations where customer_id = 'F5'")
    again = names_at(totals_of(moved), AS_OF, "CNY", "x")
    assert again.figures == names.figures and again.beside != names.beside
    build_to_parquet(bank, AS_OF, tmp_path / "before.parquet")
    renew_to_parquet(moved, AS_OF, tmp_path / "before.parquet", tmp_path / "renewed.parquet")
    fresh = features(moved, tmp_path / "fresh.parquet")
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "renewed.parquet").set_index("customer_id"), fresh, check_exact=True
    )
    assert fresh.loc["F1", "group_members"] == 3
    others = names_at(totals_of(bank.changed("delete from relations where kind = 'guarantor'")), AS_OF, "CNY", "x")
    assert others == names  # relations of other kinds are not read
    person = bank.changed("update customers set kind = 'personal' where customer_id = 'F2'")
    assert names_at(totals_of(person), AS_OF, "CNY", "x").figures != names.figures


def test_a_drawn_bank_has_companies_to_hold_the_laws_against(tmp_path: Path) -> None:
    found = features(with_companies(draw(tmp_path / "bank.duckdb", 130, 20)), tmp_path / "f.parquet")
    firms = found[found["kind"] == "corporate"]
    assert len(firms) > 5
    assert not found.loc[found["kind"] == "personal", list(OF_COMPANIES)].notna().any(axis=None)
    for name in OF_COMPANIES:
        assert firms[name].notna().any(), name
        assert (firms[name].dropna() > 0).any(), name
    assert (firms["payroll_runs_12m"].dropna() <= 11).all()  # never in June
