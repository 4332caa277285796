"""Names of lines stand at the edge, apart from each other, where no other line runs through them."""

from __future__ import annotations

from portal.widgets.charts import LABEL_HEIGHT, ONE_LINE, Series, lines

PLACES = [str(at) for at in range(20)]


def test_lines_that_end_early_are_named_at_the_edge() -> None:
    drawn = [
        Series("Q1", [0.0] * 17, ["0%"] * 17),
        Series("Q2", [0.0] * 5, ["0%"] * 5),
        Series("Q3", [0.0, 7.0], ["0%", "7%"]),
    ]
    labels = lines(PLACES, drawn, "light")["layout"]["annotations"]
    assert {one["x"] for one in labels} == {"16"}, "the last place anybody reaches, not one nobody does"
    assert sorted(one["text"] for one in labels) == ["Q1 0%", "Q2 0%", "Q3 7%"]
    shifts = {one["text"]: one.get("yshift", 0) for one in labels}
    assert shifts["Q1 0%"] - shifts["Q2 0%"] == ONE_LINE and shifts["Q3 7%"] == 0


def test_lines_that_end_together_are_named_beside_their_ends() -> None:
    drawn = [
        Series(name, [0.0, end], ["", f"{end}"]) for name, end in (("a", 1.0), ("b", 1.0), ("c", 1.0), ("d", 100.0))
    ]
    labels = lines(["1", "2"], drawn, "dark")["layout"]["annotations"]
    assert labels[0]["text"] == "a<br>1.0" and {one["x"] for one in labels} == {"2"}
    shifts = [one.get("yshift", 0) for one in labels]
    assert shifts == [LABEL_HEIGHT, 0, -LABEL_HEIGHT, 0]
