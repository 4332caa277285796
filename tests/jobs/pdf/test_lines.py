"""Lines of Chinese on paper: what may not begin or end one, and that words and numbers stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.pdf import credit_report, customer_report, management_report
from jobs.pdf.faces import REGULAR
from jobs.pdf.lines import CLOSING, OPENING, Words, broken
from jobs.pdf.paper import Sheet
from tests.jobs.pdf import credit_samples, management_samples, samples

SIZE = 8.0
TEXT = (
    "评级（BBB）不变；本月逾期 0 天，“按期”还款。余额 1,234,567.89 元、占比 12.5%；详见“信用评价”一页（2026-10-31）！"
)
SIGNS = st.sampled_from("评级余额；，。、！？（）“”《》%·— AB12.5")


def told(text: str, room: float) -> list[str]:
    return [line for _, line in broken(text, [room], REGULAR, SIZE)]


@pytest.mark.parametrize("signs", range(4, 60))
def test_no_line_begins_or_ends_with_the_wrong_mark(signs: int) -> None:
    lines = told(TEXT, signs * SIZE)
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")
    assert not [line for line in lines[1:] if line[0] in CLOSING], lines
    assert not [line for line in lines[:-1] if line[-1] in OPENING], lines
    if signs >= 12:
        assert any("1,234,567.89" in line for line in lines) and any("2026-10-31" in line for line in lines), lines


@pytest.mark.parametrize("signs", range(6, 40))
def test_an_amount_keeps_its_unit(signs: int) -> None:
    lines = told("月末余额138.6万元，较上月1.23亿元少4,177元；其中逾期2.70万元。" * 2, signs * SIZE)
    assert not [line for line in lines[1:] if line[0] in "万亿元"], lines


@given(st.text(SIGNS, max_size=60), st.integers(1, 20))
def test_whatever_is_written_stays_and_fits(text: str, signs: int) -> None:
    lines = broken(text, [signs * SIZE, signs * SIZE + 3], REGULAR, SIZE)
    assert "".join(line for _, line in lines).replace(" ", "") == text.replace(" ", "")
    assert all(room > -1e-3 or len(line) == 1 for room, line in lines)


def test_signs_of_markup_are_words_like_others() -> None:
    paragraph = Sheet(samples.stamp("zh"), "", "").text("比值低于 0.8（<25岁 & 65+岁）；须查明原因。" * 4)
    paragraph.wrap(90, 500)
    lines = ["".join(words) for _, words in paragraph.blPara.lines]
    assert "".join(lines).replace(" ", "") == ("比值低于0.8（<25岁&65+岁）；须查明原因。" * 4) and len(lines) > 5
    assert not [line for line in lines if line[0] in CLOSING]


def test_the_papers_are_set_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Chinese line of three papers, as it is drawn."""
    drawn: list[str] = []
    kept = Words.breakLinesCJK

    def noted(self: Words, rooms: object) -> object:
        found = kept(self, rooms)
        drawn.extend("".join(words) for _, words in found.lines)
        return found

    monkeypatch.setattr(Words, "breakLinesCJK", noted)
    customer_report.render(samples.personal("zh"))
    credit_report.render(credit_samples.credit_report("zh"))
    management_report.render(management_samples.management("zh"))
    assert len(drawn) > 100
    assert not [line for line in drawn if line[:1] in CLOSING - set("([.—-–") and len(line) > 1], (
        "a closing mark begins a line"
    )
    assert not [line for line in drawn if line[-1:] in OPENING and len(line) > 1]
