"""A planted drift shows in the balances of its months and nowhere else."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from demobank.delivery import write_delivery
from demobank.drift import DEPOSITS, UTILISATION, Drift

BEGINS = date(2026, 10, 1)


@pytest.mark.parametrize("kind", [DEPOSITS, UTILISATION])
def test_only_the_balances_of_its_months_drift(tmp_path: Path, kind: str) -> None:
    plain = write_delivery(tmp_path / "plain", 300, 4, 5)
    moved = write_delivery(tmp_path / "moved", 300, 4, 5, drift=Drift(BEGINS, kind, 0.5))
    for path in sorted(plain.folder.glob("*.parquet")):
        same = (
            hashlib.sha256(path.read_bytes()).digest()
            == hashlib.sha256((moved.folder / path.name).read_bytes()).digest()
        )
        # What is owed on a card is its balance, so that its status drifts with it.
        drifts = path.stem == "balances" or (kind == UTILISATION and path.stem == "loan_status")
        assert same != drifts, path.name
    one, other = (pq.read_table(facts.folder / "balances.parquet") for facts in (plain, moved))
    before = pc.less(one["as_of"], BEGINS)
    assert one.filter(before).equals(other.filter(before))
    sums = [float(pc.sum(table.filter(pc.invert(before))["balance"]).as_py()) for table in (one, other)]
    assert sums[1] < sums[0]
    truth = [hashlib.sha256((f.truth_folder / "loans.parquet").read_bytes()).digest() for f in (plain, moved)]
    assert truth[0] == truth[1]


def test_a_drift_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="deposits or utilisation"):
        Drift(BEGINS, "mood")
    with pytest.raises(ValueError, match="at most 1"):
        Drift(BEGINS, size=2)
