"""WeasyPrint, in the peers' environment: the fonts are known before it is timed, each file is set from the HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration

FONTS = FontConfiguration()
weasyprint.HTML(string="<p>江城</p>").write_pdf(font_config=FONTS)


def render(html: str, path: str, files: int) -> dict[str, Any]:
    """Set the page `files` times; the last one's pages."""
    text = Path(html).read_text(encoding="utf-8")
    pages = 0
    for _ in range(files):
        document = weasyprint.HTML(string=text, base_url=str(Path(html).parent)).render(font_config=FONTS)
        pages = len(document.pages)
        document.write_pdf(path)
    return {"pages": pages, "version": weasyprint.__version__}
