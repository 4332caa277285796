"""A table of any length leaves no page blank, no heading alone at a page's foot and no tail alone on a page."""

from __future__ import annotations

import pytest
from reportlab.platypus import Flowable

from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Afresh, Column, Row, section, table
from tests.jobs.pdf import samples
from tests.jobs.pdf.reading import pages


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_of_every_length(language: str) -> None:
    sheet = Sheet(samples.stamp(language), "Title", "Subject")
    for many in range(40, 54, 2):
        rows = [
            Row((f"group{at}", ""), "group") if at % 6 == 0 and at < many - 1 else Row((f"row{at}", f"value{at}"))
            for at in range(many)
        ]
        columns = [Column("Name", 50), Column("Figure", 50, True)]
        story: list[Flowable] = [
            *section(sheet, "First part", "", table(sheet, columns, rows, dense=True)),
            Afresh(),
            *section(sheet, "Second part", "", table(sheet, columns, [Row(("last", "1"))] * 12, dense=True)),
        ]
        found = pages(sheet.bytes(story))
        for page in found:
            assert "row" in page or "last" in page, (many, "a blank page")
            ends = [line for line in page.splitlines() if line.startswith(("group", "row", "last"))]
            assert not ends[-1].startswith("group"), (many, "a heading at the foot")
        assert len(found) == 2, (many, "a tail has a page of its own")
