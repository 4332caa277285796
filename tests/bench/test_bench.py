"""The table says what was measured, keeps other sizes, and a line that breaks does not stop the others."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import callbacks, customer_lookup, predictions_truth, table
from bench.context import Context, Size
from bench.contribution_month import COMPONENTS, same_cents
from bench.feature_build import same_numbers
from bench.in_process import measured
from bench.line import Aim, Line
from bench.timing import Spread, interleaved, p95

MET = Line(
    "load",
    "rows/s",
    Spread.of([1_234_567.0]),
    "peer",
    Spread.of([2_000_000.0]),
    Aim(0.5, "≥ 0.5", at_least=True),
    "a note",
)
MISSED = Line(
    "look-up", "ms", Spread.of([0.6, 0.5, 0.4]), "LIKE", Spread.of([5.0]), Aim(1 / 40, "≤ 1/40", missed="a small bank")
)
ALONE = Line(
    "paper",
    "files/s",
    Spread.of([21.0]),
    "WeasyPrint",
    None,
    Aim(8, "≥ 8", at_least=True),
    "peer not available: no pango",
)


def test_a_verdict_is_about_the_ratio_and_nothing_is_invented() -> None:
    assert (MET.ratio, MET.verdict) == (pytest.approx(0.617, abs=0.001), "met")
    assert (MISSED.ratio, MISSED.verdict) == (0.1, "missed")
    assert (ALONE.ratio, ALONE.verdict) == (None, "–")
    assert table.cells(ALONE, "pdf_files")[4:] == ("–", "WeasyPrint", "–", "≥ 8", "–")


def test_figures_have_three_digits() -> None:
    assert [table.figure(v) for v in (None, 0.0, 1_234_567.0, 123.4, 12.34, 1.234, 0.1234)] == [
        "–", "0", "1,234,567", "123", "12.3", "1.23", "0.123",
    ]  # fmt: skip


def test_results_keep_other_sizes_and_other_lines(tmp_path: Path) -> None:
    path, on = tmp_path / "RESULTS.md", table.machine(5_000, 24, 3)
    at = table.when(dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC), 61.0)
    table.write(path, "small", on, "report_job", [ALONE], "measured late")
    table.write(path, "small", on, "delivery_load", [MET], "measured early")
    table.write(path, "full", on, "customer_lookup", [MISSED], at)
    table.write(path, "small", on, "report_job", [MISSED], at)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(table.TITLE)
    assert text.index("## full") < text.index("## small") and text.count("## small") == 1
    small = text[text.index("## small") :]
    assert small.index("| delivery_load | load ") < small.index("| report_job | look-up ")
    assert "measured early" in small and "measured late" not in small and "files/s" not in small
    row = "| customer_lookup | look-up | ms | 0.500 (0.400–0.600) | 5.00 | LIKE | 0.1 | ≤ 1/40 | missed |"
    assert row in text and "- `customer_lookup` look-up: aim not met: a small bank" in text
    assert "measured 2026-11-22 09:05 UTC in 1.0 minutes" in text


def test_columns_stand_below_each_other_with_chinese_too() -> None:
    said = table.on_terminal(
        [MET, Line("江城", "rows/s", Spread.of([1.0]), "peer", Spread.of([1.0]))], "delivery_load"
    ).splitlines()
    assert (
        said[0].startswith("what  unit") and said[2].startswith("load  rows/s") and said[3].startswith("江城  rows/s")
    )


def test_a_line_that_breaks_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(_context: Context) -> list[Line]:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("bench.delivery_load.run", broken)
    (line,) = bench.lines_of("delivery_load", Context(Size("tiny", 1, 1, 1, ()), tmp_path))
    assert line.failed and line.verdict == "failed" and "the disk is full" in line.note


def test_the_smallest_line_runs_on_a_tiny_bank(tmp_path: Path) -> None:
    context = Context(Size("tiny", 60, 2, 1, ()), tmp_path / "tiny", tell=lambda _words: None)
    (line,) = bench.lines_of("delivery_load", context)
    kept = context.delivery
    context.close()
    assert not line.failed, line.note
    assert line.ours and line.peer and line.ratio
    assert kept.is_dir() and not (tmp_path / "tiny" / "scratch").exists()
    again = Context(context.size, context.folder, tell=pytest.fail)
    assert again.delivery == kept  # made once


def test_work_in_a_process_of_its_own_fails_with_its_words() -> None:
    with pytest.raises(RuntimeError, match="ValueError: no values, no p95"):
        measured("bench.timing:p95", {"values": []})
    done = measured("bench.timing:p95", {"values": [1, 2, 3]})
    assert done.result == 3 and done.seconds >= 0 and done.peak > 1_000_000


def test_sides_take_turns() -> None:
    order: list[str] = []
    interleaved(2, lambda: order.append("a") or 1.0, lambda: order.append("b") or 2.0)
    assert order == ["a", "b", "a", "b"]
    assert p95(list(range(1, 101))) == 95


def test_different_numbers_are_named(tmp_path: Path) -> None:
    import pandas as pd

    ours = pd.DataFrame({"customer_id": ["1", "2"], "kind": ["personal", None], "aum": [1.0, None], "more": [1, 2]})
    ours.to_parquet(tmp_path / "ours.parquet")
    ours.drop(columns="more").assign(aum=[1.004, None]).to_parquet(tmp_path / "near.parquet")
    ours.assign(aum=[1.5, None]).to_parquet(tmp_path / "far.parquet")
    assert same_numbers(tmp_path / "ours.parquet", tmp_path / "near.parquet") == 2
    with pytest.raises(RuntimeError, match=r"aum differs from far for 1 customers, such as 1: 1.0 and 1.5"):
        same_numbers(tmp_path / "ours.parquet", tmp_path / "far.parquet")


def test_the_one_question_of_a_month_gives_our_cents(tmp_path: Path) -> None:
    import pandas as pd

    picture, _ = predictions_truth.bank(tmp_path / "bank", 60, 3)
    context = Context(Size("tiny", 60, 3, 1, ()), tmp_path / "tiny")
    context.__dict__["batch"] = picture.folders[0]  # without an installation round it
    (line, memory) = bench.lines_of("contribution_month", context)
    context.close()
    assert not line.failed, line.note
    assert "equal to the cent" in line.note and line.ratio and memory.ratio
    one = pd.DataFrame({"account_id": ["A1", "A2"], **dict.fromkeys(COMPONENTS, 100)})
    for name, rows in (("one", one), ("other", one.assign(fees=[100, 101])), ("fewer", one[:1])):
        rows.to_parquet(tmp_path / name)
    assert same_cents(tmp_path / "one", tmp_path / "one") == 2
    with pytest.raises(RuntimeError, match="account A2 differs"):
        same_cents(tmp_path / "one", tmp_path / "other")
    with pytest.raises(RuntimeError, match="number of accounts: 1 and 2"):
        same_cents(tmp_path / "fewer", tmp_path / "one")


def test_a_callback_is_posted_as_a_browser_does() -> None:
    known = [{"output": "..head.children...body.children..", "inputs": [{"id": "who", "property": "data"}],
              "state": [{"id": "seen", "property": "data"}]}]  # fmt: skip
    told = json.loads(callbacks.body(known, "body.children", {("who", "data"): {"customer": "C1"}}))
    assert told["outputs"] == [{"id": "head", "property": "children"}, {"id": "body", "property": "children"}]
    assert told["inputs"] == [{"id": "who", "property": "data", "value": {"customer": "C1"}}]
    assert told["state"] == [{"id": "seen", "property": "data", "value": None}] and told["changedPropIds"] == [
        "who.data"
    ]


def test_questions_are_what_people_type() -> None:
    row = ("1000001", "张伟", "420106198503123517", "+86 138-1234 2906")
    typed = {shape.name: shape.typed(row) for shape in customer_lookup.SHAPES}
    assert typed == {
        "name, 1 character": "张", "name, 2 characters": "张伟", "name, 3 characters": None, "pinyin": "zhangwe",
        "initials": "zw", "ID number": "420106198503123517", "phone, last 4": "2906",
    }  # fmt: skip
