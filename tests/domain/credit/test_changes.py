"""Changes of ratings: the parts add up to the change exactly, whatever the cards, and the rows' order does not matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.credit.changes import BASE, changes, name_of, parts_of

GRADES = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C")
NAMES = ("utilisation", "regular_income", "deposits", "night_share", "not_in_the_catalogue")


def _kept(base: int, points: dict[str, int], values: list[Any] | None = None) -> dict[str, Any]:
    entries = [
        {"characteristic": name, "points": each, "bin_zh": f"第{each}档", "bin_en": f"band {each}", "best": 30}
        for name, each in points.items()
    ]
    return {"base": base, "points": entries, "values": values or [None] * len(entries)}


def _frame(*rows: tuple[str, str | None, int | None, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "grade", "score", "points"])
    return frame.astype({"score": "Int64", "points": object})


def _score(kept: dict[str, Any]) -> int:
    return int(kept["base"] + sum(entry["points"] for entry in kept["points"]))


CARDS = st.tuples(st.integers(400, 600), st.dictionaries(st.sampled_from(NAMES), st.integers(-60, 60)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CARDS, CARDS), min_size=1, max_size=6), st.randoms())
def test_the_parts_add_up_to_the_change(pairs: list[Any], random: Any) -> None:
    sides: list[list[tuple[str, str | None, int | None, Any]]] = [[], []]
    for at, pair in enumerate(pairs):
        for side, (base, points) in zip(sides, pair, strict=True):
            kept = _kept(base, points, [random.choice([None, 0.4, "x"]) for _ in points])
            side.append((f"C{at}", random.choice(GRADES), _score(kept), kept))
    found = changes(_frame(*sides[0]), _frame(*sides[1]), GRADES)
    for row in found.itertuples():
        parts = parts_of(row.parts)
        assert sum(part.difference for part in parts) == row.score_after - row.score_before
        assert all(part.difference for part in parts)
        assert row.notches == GRADES.index(row.grade_before) - GRADES.index(row.grade_after)
    random.shuffle(sides[0])
    again = changes(_frame(*sides[0]), _frame(*sides[1][::-1]), GRADES)
    pd.testing.assert_frame_equal(found, again)


def test_a_change_by_hand() -> None:
    """Another card: one characteristic dropped, one new, the base moved; worked out on paper."""
    before = _kept(500, {"utilisation": 20, "deposits": 10, "night_share": 5}, [0.2, 5000, 0.1])
    after = _kept(498, {"utilisation": -8, "deposits": 10, "regular_income": 12}, [0.9, 5000, None])
    found = changes(_frame(("C1", "BBB", 535, before)), _frame(("C1", "B", 512, after)), GRADES)
    (row,) = found.itertuples()
    assert (row.notches, row.score_before, row.score_after) == (-2, 535, 512)
    told = [
        (part.characteristic, part.points_before, part.points_after, part.difference) for part in parts_of(row.parts)
    ]
    assert told == [
        ("utilisation", 20, -8, -28), ("regular_income", None, 12, 12), ("night_share", 5, None, -5), (BASE, 500, 498, -2),
    ]  # fmt: skip
    first = parts_of(row.parts)[0]
    assert (first.value_before, first.value_after) == (0.2, 0.9)
    assert (first.bin_before, first.bin_after) == (("第20档", "band 20"), ("第-8档", "band -8"))
    assert name_of(first) == ("额度使用率", "utilisation of limits")
    assert name_of(parts_of(row.parts)[-1]) == ("基础分", "base points")


def test_new_gone_default_and_unchanged() -> None:
    kept = _kept(500, {"deposits": 10})
    nothing = _kept(500, {})
    before = _frame(
        ("gone", "A", 510, kept), ("same", "A", 510, kept), ("fell", "C", 510, kept), ("back", "D", None, nothing),
        ("regraded", "A", 510, kept), ("old", "A", 510, {"deposits": 10}),
    )  # fmt: skip
    after = _frame(
        ("new", "A", 510, kept), ("same", "A", 510, kept), ("fell", "D", None, nothing), ("back", "BB", 510, kept),
        ("regraded", "AA", 510, kept), ("old", "A", 510, kept), ("again_d", "D", None, nothing),
    )  # fmt: skip
    found = changes(before, after, GRADES).set_index("customer_id")
    assert sorted(found.index) == ["again_d", "back", "fell", "gone", "new", "regraded"]
    assert found.loc["fell", "notches"] == -1 and found.loc["back", "notches"] == 5
    assert found.loc["regraded", "notches"] == 1 and found.loc["regraded", "parts"] == []
    assert pd.isna(found.loc["new", "notches"]) and found.loc["new", "grade_before"] is None
    assert found.loc["gone", "grade_after"] is None and found.loc["gone", "score_before"] == 510
    assert pd.isna(found.loc["fell", "score_after"]) and found.loc["fell", "parts"] == []


def test_points_that_do_not_add_up_are_told() -> None:
    kept = _kept(500, {"deposits": 10})
    with pytest.raises(ValueError, match="do not add up to their scores, first of customer C1"):
        changes(_frame(("C1", "A", 510, kept)), _frame(("C1", "A", 511, kept)), GRADES)


def test_nobody_changed() -> None:
    kept = _frame(("C1", "A", 510, _kept(500, {"deposits": 10})))
    assert changes(kept, kept, GRADES).empty
    assert changes(kept.iloc[:0], kept.iloc[:0], GRADES).empty
    assert np.array_equal(changes(kept.iloc[:0], kept, GRADES)["customer_id"], ["C1"])
