"""The colour of a change: none where it reads as nothing."""

from __future__ import annotations

import pytest

from portal.widgets.tiles import Comparison, look_of, tile


@pytest.mark.parametrize(
    ("change", "good", "look"),
    [("0.0%", False, "gx-flat"), ("−0.0%", False, "gx-flat"), ("0.00 pp", True, "gx-flat"), ("—", None, "gx-flat"),
     ("−0.1%", False, "gx-down"), ("+0.1%", True, "gx-up")],
)  # fmt: skip
def test_what_reads_as_nothing_has_no_colour(change: str, good: bool | None, look: str) -> None:
    one = Comparison("环比", change, good)
    assert look_of(one, red_means_up=False) == look
    shown = str(tile("活跃客户", "4,469", comparisons=[one]))
    assert f"className='{look}'" in shown and (("▲" in shown or "▼" in shown) == (look != "gx-flat"))
    other = {"gx-up": "gx-down", "gx-down": "gx-up"}.get(look, look)
    assert look_of(one, red_means_up=True) == other
