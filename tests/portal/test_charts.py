"""Names of lines stand at the edge, apart from each other, where no other line runs through them."""

from __future__ import annotations

import pytest

from portal.widgets.charts import LABEL_HEIGHT, ONE_LINE, Series, from_zero, heatmap, lines, upright
from portal.widgets.theme import contrast, mixed

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


def test_a_label_at_zero_stands_above_the_names_of_the_places() -> None:
    """The rate of overrides, 0 %, touched the word for today below it."""
    far = [Series("rate", [0.0, 0.0], ["0%"] * 2), Series("limit", [10.0, 10.0], ["10%"] * 2, dashed=True)]
    figure = from_zero(lines(["1", "today"], far, "light", "%", 220))
    low, high = figure["layout"]["annotations"]
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"
    assert low["yshift"] == LABEL_HEIGHT / 2 and high.get("yshift", 0) == 0
    near = [Series(name, [0.0, end], ["", f"{end}"]) for name, end in (("a", 0.0), ("b", 0.0), ("c", 100.0))]
    shifts = sorted(
        one.get("yshift", 0) for one in from_zero(lines(["1", "2"], near, "light"))["layout"]["annotations"]
    )
    assert shifts == [0, LABEL_HEIGHT / 2, LABEL_HEIGHT * 1.5], "and they stay apart"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_in_a_heat_map_can_be_read_on_every_cell(theme: str) -> None:
    """WCAG AA, 4.5, on every cell: Plotly's own grey was 2.2 on those between, and 3.8 on the lightest of the dark."""
    (trace,) = heatmap(["a", "b"], ["x"], [[0, 100]], theme, written=True)["data"]
    (_, pale), (_, strong) = trace["colorscale"]
    ink = trace["textfont"]["color"]
    for share in range(0, 101, 5):
        assert contrast(ink, mixed(pale, strong, share / 100)) >= 4.5, (theme, share)
    assert contrast(pale, strong) > 2, "and many are told from few"
    assert contrast("#000000", "#ffffff") == pytest.approx(21) and contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.01
    )


def test_a_long_name_at_the_edge_takes_two_lines_and_dates_never_stand_on_each_other() -> None:
    """On a phone the one line took two thirds of the chart, and the months below stood on each other."""
    inside = Series("Development, in sample", [0.7, 0.6, None], ["0.7", "0.626", ""])
    figure = upright(lines(PLACES[:3], [inside, Series("watch", [0.4] * 3, ["0.4"] * 3, dashed=True)], "light"), 3, 2)
    layout = figure["layout"]
    assert [one["text"] for one in layout["annotations"]] == ["Development, in<br>sample 0.626", "watch 0.4"]
    assert layout["margin"]["r"] < 130 and layout["xaxis"]["autotickangles"] == [0, 90]
