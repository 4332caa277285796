from __future__ import annotations

import hashlib
import os
import queue
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from console.fonts import _cut_in_child, _follow, prepare
from domain.reports import CustomerReport, Logo
from jobs.pdf import charts, customer_report, faces, management_report, tokens
from tests.jobs.pdf import management_samples, samples
from tests.jobs.pdf.reading import pages

ROOT = Path(__file__).resolve().parents[3]
AGAIN = """
import hashlib
from jobs.pdf import customer_report, management_report
from tests.jobs.pdf import management_samples, samples
for name, report in samples.CUSTOMERS.items():
    print(name, hashlib.sha256(customer_report.render(report)).hexdigest())
for name, report in management_samples.MANAGEMENT.items():
    print(name, hashlib.sha256(management_report.render(report)).hexdigest())
"""


def test_the_same_inputs_give_the_same_bytes_in_another_process():
    here = {name: customer_report.render(report) for name, report in samples.CUSTOMERS.items()}
    here |= {name: management_report.render(report) for name, report in management_samples.MANAGEMENT.items()}
    hashes = {name: hashlib.sha256(paper).hexdigest() for name, paper in here.items()}
    env = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/Lima"}
    ran = subprocess.run([sys.executable, "-c", AGAIN], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert dict(line.split() for line in ran.stdout.splitlines()) == hashes


def test_the_code_hangs_on_every_word_and_on_the_secret():
    report = samples.personal("zh")
    code = report.stamp.verification_code
    assert report.with_code(samples.SECRET).stamp.verification_code == code
    other = replace(report, currency="USD").with_code(samples.SECRET)
    later = replace(report, stamp=replace(report.stamp, batch="#215")).with_code(samples.SECRET)
    foreign = report.with_code(b"another installation's secret")
    assert len({code, *(one.stamp.verification_code for one in (other, later, foreign))}) == 4


def test_a_snapshot_of_another_version_is_refused_by_name():
    told = samples.personal("zh").to_dict()
    with pytest.raises(ValueError, match="no field colour"):
        CustomerReport.from_dict({**told, "colour": "red"})
    with pytest.raises(ValueError, match="lacks the field currency"):
        CustomerReport.from_dict({key: value for key, value in told.items() if key != "currency"})
    with pytest.raises(ValueError, match=r"headline\.aum cannot be read"):
        CustomerReport.from_dict({**told, "headline": {"aum": "much"}})
    with pytest.raises(ValueError, match="should be str"):
        CustomerReport.from_dict({**told, "currency": 7})


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12))
def test_ticks_cover_and_are_few(low, width):
    marks = charts.ticks(low, low + width)
    slack = (marks[-1] - marks[0]) * 1e-6
    assert marks[0] <= low + slack and low + width <= marks[-1] + slack
    assert 2 <= len(marks) <= 8


def test_fonts_are_ready_in_an_instant_the_second_time(fonts):
    folder = fonts.regular.parent
    begin = time.perf_counter()
    assert prepare(folder) == fonts
    print(f"fonts ready in {(time.perf_counter() - begin) * 1e3:.1f} ms")
    assert not list(folder.glob("*.part"))
    assert (folder / "OFL.txt").is_file()


def test_a_cut_that_fails_or_dies_says_so(tmp_path):
    told = queue.SimpleQueue()
    _cut_in_child(400, str(tmp_path / "no folder" / "x.ttf"), "Face", Silent(told, "Face: no such weight"))
    with pytest.raises(RuntimeError, match="cutting the font Face failed: Face: no such weight"):
        _follow({"Face": Dead()}, told, lambda share, words: None)
    with pytest.raises(RuntimeError, match="ended without a word"):
        _follow({"Face": Dead()}, queue.SimpleQueue(), lambda share, words: None)


class Dead:
    def is_alive(self) -> bool:
        return False


class Silent:
    """A queue that refuses the first step, as a cut that fails at once."""

    def __init__(self, behind, why):
        self.behind, self.why, self.first = behind, why, True

    def put(self, message):
        if self.first:
            self.first = False
            raise OSError(self.why)
        self.behind.put(message)


def test_a_missing_font_says_how_to_cut_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m console\.fonts"):
        faces.register(tmp_path)


def test_how_long_a_report_takes(capsys):
    report = samples.personal("zh")
    customer_report.render(report)
    begin = time.perf_counter()
    for _ in range(5):
        customer_report.render(report)
    with capsys.disabled():
        print(f"\ncustomer report, 3 pages, warm: {(time.perf_counter() - begin) / 5 * 1e3:.0f} ms")


def test_the_banks_colour_and_mark_are_on_paper(tmp_path):
    report = samples.personal("zh")
    plain = customer_report.render(report)
    green = replace(report, stamp=replace(report.stamp, accent="#0a6b3d"))
    assert customer_report.render(green) != plain
    assert customer_report.render(replace(report, stamp=replace(report.stamp, accent="no colour"))) == plain
    mark = tmp_path / "mark.png"
    Image.new("RGB", (40, 20), "#0a6b3d").save(mark)
    logo = Logo(str(mark), hashlib.sha256(mark.read_bytes()).hexdigest())
    marked = replace(report, stamp=replace(report.stamp, logo=logo))
    paper = customer_report.render(marked)
    assert b"/Subtype /Image" in paper and customer_report.render(marked) == paper
    mark.write_bytes(b"something else")
    assert customer_report.render(marked) == plain  # a file that is not the one the report was made with is left out


def test_notes_never_stand_alone_on_a_page():
    report = samples.personal("zh")
    for count in range(1, 13):
        last = pages(customer_report.render(replace(report, movements=report.movements[:1] * count)))[-1]
        assert "对方" in last, count


def test_a_light_colour_is_darkened_until_it_can_be_read():
    assert tokens.accent_of("#1f5fbf") == tokens.ACCENT == tokens.accent_of(None)
    light = tokens.accent_of("#ffdd00")
    assert tokens._contrast(light) >= tokens.LEAST_CONTRAST and light.red > light.blue
