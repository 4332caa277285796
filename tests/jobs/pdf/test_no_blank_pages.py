"""A table of any length leaves no page blank, no heading alone at a page's foot and no tail alone on a page."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from reportlab.platypus import Flowable

from domain.reports.dossier import Promised, Signature, Standing
from jobs.pdf.dossier_signing import signing
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


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_conditions_are_no_page_of_their_own(language: str) -> None:
    """However many there are: the last page is the one that is signed, whole, and conditions stand before it."""
    sheet = Sheet(samples.stamp(language), "Title", "Subject")
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    steps = [Signature(act, f"{act}_by", at, "Looked at all of it. " * 6, "9EKY-JN7A-A43T-ZSHV")
             for act in ("developed", "validated", "approved", "in_use")]  # fmt: skip
    last = "结论" if language == "zh" else "Conclusion"
    for many in range(0, 24, 2):
        kept = tuple(
            Promised(None, "validated", f"condition{n} " + "more data " * 9, "risk", at.date(), "val", at)
            for n in range(many)
        )
        standing = Standing(
            "M-1", "C-1", at.date(), "system", 1, "code", (1,), "hash", signatures=tuple(steps), promised=kept
        )
        report = SimpleNamespace(stamp=sheet.stamp, standing=standing)
        found = pages(sheet.bytes(signing(sheet, report)))  # type: ignore[arg-type]
        assert last in found[-1] and "developed_by" in found[-1], (
            many,
            "what is signed stands on the last page, whole",
        )
        assert sum("condition" in page for page in found) >= (many > 0) and len(found) <= 3
