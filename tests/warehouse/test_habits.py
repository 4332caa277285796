"""Habits of a drawn bank are what the branch months, the features and the hours of the 360 say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from domain.behaviour import activity, habits
from domain.canonical import DIGITAL_CHANNELS
from domain.catalogue import SHARE_CHANNELS
from tests.warehouse.small_bank import draw
from warehouse.projection import Projection

# Paid by itself, of a channel nobody told, and of no purpose.
AUTOMATIC = (
    "update transactions set channel = 'system', category = 'loan' where hash(transaction_id) % 11 = 0",
    "update transactions set channel = null where hash(transaction_id) % 11 = 1",
    "update transactions set category = null where hash(transaction_id) % 11 between 1 and 3",
)


def test_habits_agree_with_what_else_is_served(tmp_path: Path) -> None:
    bank = draw(tmp_path / "bank.duckdb", 60, 15).changed(*AUTOMATIC)
    with Projection(bank, "江城银行") as serving:
        newest = serving.complete
        tables = {name: pa.Table.from_batches(list(batches)) for name, batches in serving.tables()}
    told = tables["customer_habits"]
    owners = tables["customers"].to_pandas().set_index("customer_id")["branch_path"]
    ids = [json.loads(block) for block in told["customer_ids"].to_pylist()]
    assert sorted(one for members in ids for one in members) == sorted(owners.index)
    for path, members in zip(told["branch_path"].to_pylist(), ids, strict=True):  # scope is asked of a block
        assert set(owners[members]) == {path} and members == sorted(members)
    assert told["first"].to_pylist() == [0, *np.cumsum([len(members) for members in ids])[:-1].tolist()]
    flow = habits.unpacked(told["flow"].to_pylist(), habits.FLOW)
    months = activity.months_of(flow)
    branch = tables["branch_months"].to_pandas()
    shown = branch[branch["month"] <= newest].groupby("month").sum(numeric_only=True).tail(habits.MONTHS)
    assert len(shown) == habits.MONTHS and shown.index[-1] == newest
    for one, (_, row) in zip(months, shown.iterrows(), strict=True):
        assert (one.customers, one.active, one.own, one.digital) == (
            row.customers, row.customers_active, row.movements_own, row.movements_digital,
        )  # fmt: skip
        assert (int(one.inflow * 100), int(one.outflow * 100)) == (row.inflow, row.outflow)
    _year(told, tables["customer_features"])
    _one_base(activity.year_of_uses(habits.unpacked(told["uses"].to_pylist(), habits.USES), "channel"), months)


def _one_base(channels: dict[str, int], months: tuple[activity.Month, ...]) -> None:
    """The channels of the year add up to its own movements, and the digital ones to its digital ones."""
    year = months[1:]
    assert sum(channels.values()) == sum(month.own for month in year) and channels[habits.AUTOMATIC] > 0
    assert sum(channels[name] for name in DIGITAL_CHANNELS) == sum(month.digital for month in year)


def _year(told: pa.Table, features: pa.Table) -> None:
    uses = habits.unpacked(told["uses"].to_pylist(), habits.USES)
    known = dict(
        zip(
            features["customer_id"].to_pylist(),
            features.select(["features", "activity_hours"]).to_pylist(),
            strict=True,
        )
    )
    hours = habits.unpacked_hours(told["hours"].to_pylist())
    for at, customer in enumerate(one for block in told["customer_ids"].to_pylist() for one in json.loads(block)):
        figures, slots = json.loads(known[customer]["features"]), known[customer]["activity_hours"]
        whole = uses["channel"][at].sum()
        for place, channel in enumerate(SHARE_CHANNELS):
            share = figures.get(f"share_channel_{channel}")
            assert (share is None) == (whole == 0)
            assert whole == 0 or np.isclose(uses["channel"][at, place] / whole, share, atol=1e-6)
        assert activity.year_of_hours(hours.of(np.array([at]))) == (json.loads(slots) if slots else [[0] * 24] * 7)
    assert uses["spent"].sum() > 0 and hours.count.sum() > 0
