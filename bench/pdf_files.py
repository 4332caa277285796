"""PDF: full customer reports a second, against WeasyPrint setting the same report as HTML in the same fonts."""

from __future__ import annotations

from pathlib import Path

from bench.context import Context
from bench.in_process import Measured, measured
from bench.line import Aim, Line
from bench.timing import interleaved

FILES = {"full": (20, 3), "small": (10, 1)}  # of ours and of the peer in a round


def run(context: Context) -> list[Line]:
    folder, fonts = context.scratch("paper"), context.fonts
    our_files, peer_files = FILES[context.size.name]
    page = folder / "report.html"
    measured("bench.pdf_files:write_html", {"path": str(page), "fonts": str(fonts)})
    last: dict[str, Measured] = {}

    def ours() -> float:
        told = {"path": str(folder / "ours.pdf"), "files": our_files}
        last["ours"] = measured("bench.papers:render", told, environ={"GUANXI_FONTS": str(fonts)})
        return last["ours"].seconds / our_files

    name, aim = "PDF, customer report", Aim(8, "≥ 8", at_least=True)
    try:
        python = context.peers
    except RuntimeError as error:
        (alone,) = interleaved(context.rounds, ours)
        return [Line(name, "files/s", alone.each(_rate), "WeasyPrint", None, aim, f"peer not available: {error}")]

    def peer() -> float:
        told = {"html": str(page), "path": str(folder / "peer.pdf"), "files": peer_files}
        last["peer"] = measured("bench.peers.weasyprint_files:render", told, python)
        return last["peer"].seconds / peer_files

    our_times, peer_times = interleaved(context.rounds, ours, peer)
    note = f"{last['ours'].result['pages']} pages each; the peer's {last['peer'].result['pages']}, version {last['peer'].result['version']}"
    return [
        Line(name, "files/s", our_times.each(_rate), "WeasyPrint, the same as HTML", peer_times.each(_rate), aim, note)
    ]


def _rate(seconds: float) -> float:
    return 1 / seconds


def write_html(path: str, fonts: str) -> None:
    """The sample report as HTML."""
    from bench.peers.report_html import html_of
    from jobs.pdf.faces import FontPaths
    from tests.jobs.pdf.samples import personal

    faces = FontPaths.within(Path(fonts))
    Path(path).write_text(html_of(personal("zh"), faces.regular, faces.bold), encoding="utf-8")
