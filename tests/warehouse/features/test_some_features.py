"""A few features are what they are among all of them, in less work; also where an earlier answer is renewed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from domain.catalogue import FEATURE_NAMES
from tests.warehouse.features.test_companies import AS_OF, write
from warehouse.features import build_to_parquet, renew_to_parquet
from warehouse.features.table import questions

WATCHED = tuple(name for name in FEATURE_NAMES if name in {
    "missed_instalments", "aum_to_instalments", "regular_income", "utilisation", "min_balance_3m", "tenure_months", "deposits",
    "days_past_due", "n_mortgage", "instalment_burden",
})  # fmt: skip
OTHERS = ("payroll_3m", "group_aum", "movements_3m", "net_flow_12m", "night_share", "days_since_last")


def test_what_is_not_asked_is_not_worked_out() -> None:
    kept = {name for name, _ in questions(WATCHED).kept}
    assert not kept & {"f_habits", "f_company_moves", "f_groups"}
    assert {"f_owned", "f_credit", "f_lowest"} <= kept


@pytest.mark.parametrize("asked", [WATCHED, OTHERS])
def test_a_few_are_the_same_as_among_all(asked: tuple[str, ...], tmp_path: Path) -> None:
    bank = write(tmp_path / "bank.duckdb")
    build_to_parquet(bank, AS_OF, tmp_path / "all.parquet")
    build_to_parquet(bank, AS_OF, tmp_path / "some.parquet", columns=asked)
    moved = bank.changed("delete from relations where customer_id = 'F5'")
    build_to_parquet(moved, AS_OF, tmp_path / "all_moved.parquet")
    renew_to_parquet(moved, AS_OF, tmp_path / "some.parquet", tmp_path / "renewed.parquet", columns=asked)
    for some, whole in (("some", "all"), ("renewed", "all_moved")):
        found, known = (
            pd.read_parquet(tmp_path / f"{name}.parquet").set_index("customer_id") for name in (some, whole)
        )
        assert set(asked) <= set(found.columns) and len(found.columns) < len(known.columns) / 2
        pd.testing.assert_frame_equal(found.sort_index(), known[list(found.columns)].sort_index(), check_exact=True)
