"""The workbook of a view of the portfolio holds every figure the view shows, masked and in scope as the page is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from domain.phrasing import number, percent, short
from portal.callbacks import portfolio as page
from store.database import reading
from store.tables import audit_log
from tests.people import Client, People
from tests.portal.workbook import Cells, sheets_of
from tests.small_picture import AS_OF
from tests.small_portfolio import publish_ratings, write_book

ABOUT_PEOPLE = ("movers", "largest")
SHEETS = {
    "quality": ["指标", "逾期", "逾期迁徙", "五级分类", "发放批次"],
    "grades": ["指标", "评级分布", "评级迁移", "升降", "各等级余额与损失", "等级集中度"],
    "loss": ["指标", "损失变化", "预期损失", "变化原因", "损失上升最多"],
    "concentration": ["指标", "集中度", "行业", "最大借款人"],
}


@pytest.fixture
def bank(people: People) -> People:
    write_book(people)
    publish_ratings(people, date(2026, 9, 30), AS_OF)
    return people


def _asked(**told: str) -> dict[str, str]:
    return {"view": "", "month": "", "branch": "", "by": "", "of": "", **told}


def _book(client: Client, **told: str) -> dict[str, list[Cells]]:
    answer = client.get("/portfolio-export/xlsx?" + "&".join(f"{name}={value}" for name, value in told.items()))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return sheets_of(answer.data)


def _texts(part: Any) -> Iterable[str]:
    """The words of the page as they are read, of tables and tiles: no charts, no addresses."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, int | float):
        yield str(part)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict) and part.get("type") != "Graph":
        yield from _texts(part.get("props", {}).get("children"))


def _cells(part: Any) -> Iterable[str]:
    """Each cell of each table of the page."""
    if isinstance(part, list):
        for one in part:
            yield from _cells(one)
    elif isinstance(part, dict):
        if part.get("type") == "Td":
            yield " ".join(_texts(part))
        else:
            for one in part.values():
                yield from _cells(one)


def _said(value: str | float | None) -> Iterable[str]:
    """A figure of the file in every form the page says figures in."""
    if isinstance(value, str):
        yield from re.split(r"[ ·]+", value)
        return
    if value is None:
        return
    exact = Decimal(str(value))
    for sign in (False, True):
        yield short(exact, "zh", sign)
    yield number(exact)
    for digits in (0, 1, 2):
        yield percent(exact, digits)


@pytest.mark.parametrize("view", list(SHEETS))
def test_every_figure_of_every_table_is_in_the_file(bank: People, view: str) -> None:
    client = bank.client("risk")
    for by in ("family", "branch", "grade") if view == "loss" else ("",):
        told = _asked(view=view, by=by)
        file = _book(client, **{name: value for name, value in told.items() if value})
        wanted = [name for name in SHEETS[view] if not (by == "grade" and name == "变化原因")]
        assert list(file) == wanted
        known = {word for sheet in file.values() for row in sheet for value in row for word in _said(value)}
        # A total of a table is the sum of its rows.
        known |= {word for sheet in file.values() for total in _totals(sheet) for word in _said(total)}
        shown = [*_cells(client.call(page.show, told).json), *_cells(client.call(page.people, told).json)]
        figures = {word for cell in shown for word in re.split(r"[ ·()]+", cell) if re.search(r"\d", word)}
        assert len(figures) > 8, (view, by)
        missing = {word for word in figures if word not in known and not _label(word)}
        assert not missing, (view, by, missing)


def _label(word: str) -> bool:
    """Months and quarters, days of a run, buckets: names, not figures."""
    return re.fullmatch(r"\d{4}年\d+月|\d+月|\d{4}-\d\d(-\d\d)?|[\d–]+天.*|C-[\d-]+", word) is not None


def _totals(sheet: list[Cells]) -> Iterable[float]:
    heads, rows = sheet[0], sheet[1:]
    for at in range(len(heads)):
        column = [row[at] for row in rows if len(row) > at]
        numbers = [value for value in column if isinstance(value, float)]
        yield float(sum(Decimal(str(value)) for value in numbers))
        for place in (1, 2):  # of each thing that is told by several rows
            for key in {str(row[place]) for row in rows if len(row) > place}:
                own = [row[at] for row in rows if len(row) > at and str(row[place]) == key]
                yield float(sum(Decimal(str(value)) for value in own if isinstance(value, float)))


def test_tiles_are_in_the_file_to_the_cent(bank: People) -> None:
    client = bank.client("executive")
    rows = {row[1]: row for row in _book(client, view="quality")["指标"][1:]}
    shown = client.call(page.show, _asked()).text
    assert rows["贷款余额"][2] == 4_980_000 and rows["贷款余额"][5] is not None
    for name in ("不良率", "逾期率", "损失率"):
        assert percent(Decimal(str(rows[name][3])), 2) in shown, name
    assert f"逾期率 {percent(Decimal(str(rows['逾期率'][3])), 2)}" in shown


def test_names_are_masked_in_the_file_as_on_the_page_and_it_is_on_the_trail(bank: People) -> None:
    named, masked = (_book(bank.client(login), view="loss")["损失上升最多"] for login in ("risk", "executive"))
    assert [row[1] for row in named] == [row[1] for row in masked] and named != masked
    listed = _book(bank.client("risk"), view="collections")
    heads, first = listed["信用组合 催收名单 2026-10"][:2]
    assert first[heads.index("涉及产品")] == "住房按揭" and "合计" in listed
    with reading(bank.engine) as connection:
        seen = connection.execute(
            select(audit_log.c.actor, audit_log.c.detail).where(audit_log.c.action == "portfolio.export")
        ).all()
    assert [(row.actor, row.detail["format"]) for row in seen] == [
        ("risk", "xlsx"),
        ("executive", "xlsx"),
        ("risk", "xlsx"),
    ]
