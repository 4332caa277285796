"""A table as a workbook: shares are percents in every cell of their column, and no head calls a bare 0.5258 a percent."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import flask
import pytest

from portal.table_file import MONEY, SHARE, Head, TableFile, sent
from tests.portal.workbook import looks_of, sheets_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shares_look_like_percents(language: str) -> None:
    ctx: Any = SimpleNamespace(language=language, currency="CNY")
    heads = [Head("N"), Head("RAROC", SHARE), Head("AUM", MONEY)]
    rows = [["a", 0.525802, Decimal("1.50")], ["b", Decimal("0.6"), None], ["c", 1, 7]]
    with flask.Flask(__name__).app_context():
        book = sent(ctx, "xlsx", TableFile("t", "t", heads, rows)).data
        text = sent(ctx, "csv", TableFile("t", "t", heads, rows)).get_data(as_text=True)
    looks = looks_of(book)
    assert looks["RAROC"] == {"0.00%"} and looks["N"] == {""}
    assert [row[1] for row in sheets_of(book)["t"]] == ["RAROC", 0.525802, 0.6, 1.0]
    assert ("RAROC（0–1）" if language == "zh" else "RAROC (0–1)") in text
