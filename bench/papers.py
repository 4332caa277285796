"""Ours of the PDF line, imported and its fonts registered before it is timed, as in a worker."""

from __future__ import annotations

import re
from pathlib import Path

from jobs.pdf.customer_report import render as render_one
from jobs.pdf.faces import register
from tests.jobs.pdf.samples import personal

REPORT = personal("zh")
register()
render_one(REPORT)


def render(path: str, files: int) -> dict[str, int]:
    """Set the full sample `files` times; the last one's pages."""
    made = b""
    for _ in range(files):
        made = render_one(REPORT)
    Path(path).write_bytes(made)
    return {"pages": len(re.findall(rb"/Type\s*/Page\b", made))}
