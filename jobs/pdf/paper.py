"""The sheet every report is printed on: margins, running header, footer, watermark, and the styles of its text."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer

from domain import phrasing
from domain.phrasing import Number
from domain.reports import Stamp
from jobs.pdf import logo, tokens
from jobs.pdf.faces import BOLD, REGULAR, register
from jobs.pdf.ink import clipped, fitted, width_of
from jobs.pdf.lines import Words
from jobs.pdf.voice import Voice

HEADER_Y = tokens.PAGE_HEIGHT - 13 * tokens.mm
FOOTER_Y = 13 * tokens.mm
FOOTER_SIZE = 7.0
WATERMARK = "watermark"
PRODUCER = "Guanxi"
NO_BREAK = "\u00a0"
AMOUNT = re.compile(r"(?:\b[A-Z]{3} )?[+\u2212]?\d[\d.,]*(?: [KMB]\b)?")


class Sheet:
    """One paper in the making: language, styles, and the way from a story to bytes."""

    def __init__(self, stamp: Stamp, title: str, subject: str) -> None:
        register()
        self.stamp, self.title, self.subject = stamp, title, subject
        self.say = Voice(stamp.language)
        self.accent = tokens.accent_of(stamp.accent)
        self.logo = logo.readable(stamp.logo)
        self.styles = _styles(self.say.chinese, self.accent)

    def text(self, words: str, style: str = "body") -> Paragraph:
        """A paragraph of plain words: what looks like markup in them is printed as it is."""
        return Words(escape(self._unbroken(words)), self.styles[style])

    def _unbroken(self, words: str) -> str:
        """English amounts stay on one line: CNY 1.39 M."""
        return words if self.say.chinese else AMOUNT.sub(lambda found: found.group().replace(" ", NO_BREAK), words)

    def bullet(self, mark: str, words: str) -> Paragraph:
        """A line of a list with its mark."""
        return Words(escape(self._unbroken(words)), self.styles["bullet"], bulletText=mark)

    def tone(self, change: Number | None, direction: str = "up") -> Color:
        """Green or red for a change: by what is good, or by up and down where the bank has red mean up."""
        if not change or direction == "none":
            return tokens.INK_3
        better = (change > 0) == (direction == "up")
        return tokens.GOOD if (better if not self.stamp.red_means_up else change < 0) else tokens.BAD

    def bytes(self, story: Sequence[Flowable]) -> bytes:
        """The finished PDF. The same story gives the same bytes, in any process on any day."""
        into = io.BytesIO()
        frame = Frame(
            tokens.MARGIN, tokens.MARGIN, tokens.WIDTH, tokens.PAGE_HEIGHT - 2 * tokens.MARGIN,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0, id="body",
        )  # fmt: skip
        document = BaseDocTemplate(
            into, pagesize=(tokens.PAGE_WIDTH, tokens.PAGE_HEIGHT), invariant=1, lang=self.say("zh-CN", "en"),
            title=self.say.joined(self.title, self.subject), author=self.stamp.bank, subject=self.stamp.verification_code or "",
            creator=PRODUCER, producer=PRODUCER, pageCompression=1,
        )  # fmt: skip
        document.addPageTemplates(PageTemplate("page", [frame], onPage=lambda canvas, _: self._beneath(canvas)))
        parts = list(story)
        while parts and isinstance(parts[-1], Spacer):  # a gap after the last part could begin an empty page
            parts.pop()
        document.build(parts, canvasmaker=partial(_CountedCanvas, over=self._over))
        return into.getvalue()

    def _beneath(self, canvas: Canvas) -> None:
        """The watermark, drawn once and laid under every page."""
        if not canvas.hasForm(WATERMARK):
            canvas.beginForm(WATERMARK, 0, 0, tokens.PAGE_WIDTH, tokens.PAGE_HEIGHT)
            words = f"{self.stamp.generated_for}  {phrasing.minute(self.stamp.generated_at)}"
            canvas.setFillColor(tokens.WATERMARK)
            canvas.setFont(REGULAR, 15)
            for row in range(5):
                for column in range(2):
                    canvas.saveState()
                    canvas.translate(55 + column * 285 + (row % 2) * 60, 90 + row * 165)
                    canvas.rotate(28)
                    canvas.drawString(0, 0, words)
                    canvas.restoreState()
            canvas.endForm()
        canvas.doForm(WATERMARK)

    def _over(self, canvas: Canvas, page: int, pages: int) -> None:
        """Header and footer, when it is known how many pages there are."""
        left, right = tokens.MARGIN, tokens.PAGE_WIDTH - tokens.MARGIN
        canvas.setStrokeColor(tokens.LINE)
        canvas.setLineWidth(0.6)
        canvas.line(left, HEADER_Y - 5, right, HEADER_Y - 5)
        canvas.line(left, FOOTER_Y + 12, right, FOOTER_Y + 12)
        canvas.setFillColor(self.accent)
        canvas.setFont(BOLD, 8.5)
        bank = clipped(self.stamp.bank, 8.5, tokens.WIDTH * 0.45, bold=True)
        taken = logo.draw(canvas, self.logo, left, HEADER_Y) if self.logo else 0.0
        canvas.drawString(left + taken, HEADER_Y, bank)
        room = tokens.WIDTH - taken - width_of(bank, 8.5, bold=True) - 16
        canvas.setFillColor(tokens.INK_2)
        canvas.setFont(REGULAR, tokens.SIZE_SMALL)
        canvas.drawRightString(
            right, HEADER_Y, clipped(self.say.joined(self.title, self.subject), tokens.SIZE_SMALL, room)
        )
        self._footer(canvas, f"{page} / {pages}", left, right)

    def _footer(self, canvas: Canvas, pages: str, left: float, right: float) -> None:
        say, stamp = self.say, self.stamp
        code = stamp.verification_code
        trial = say("试用，尚未验证", "on trial, not validated")
        named = ((model, f"{model.name} {model.version}") for model in stamp.model_versions)
        models = [say.bracket(words, trial) if model.trial else words for model, words in named]
        sources = [
            say(f"数据日 {phrasing.day(stamp.as_of)}", f"As of {phrasing.day(stamp.as_of)}"),
            say(f"批次 {stamp.batch}", f"batch {stamp.batch}"),
            *models,
        ]
        made = say.joined(
            (code and say(f"核验码 {code}", f"Verification code {code}")) or say("未编核验码", "No verification code"),
            say(f"{stamp.generated_for} 生成于 {phrasing.minute(stamp.generated_at)}",
                f"made for {stamp.generated_for} at {phrasing.minute(stamp.generated_at)}"),
        )  # fmt: skip
        canvas.setFillColor(tokens.INK_3)
        room = tokens.WIDTH - 50
        for line, words in enumerate([*self._lines(sources, room), made]):
            fits = fitted(words, FOOTER_SIZE, room)
            canvas.setFont(REGULAR, fits)
            canvas.drawString(left, FOOTER_Y - line * 10, clipped(words, fits, room))
        canvas.setFillColor(tokens.INK_2)
        canvas.setFont(REGULAR, tokens.SIZE_SMALL)
        canvas.drawRightString(right, FOOTER_Y, pages)

    def _lines(self, parts: Sequence[str], room: float) -> list[str]:
        """The parts in as few lines as hold them at the footer's size, none cut."""
        lines = [parts[0]]
        for part in parts[1:]:
            longer = self.say.joined(lines[-1], part)
            lines = [*lines[:-1], longer] if width_of(longer, FOOTER_SIZE) <= room else [*lines, part]
        return lines


class _CountedCanvas(Canvas):
    """Keeps its pages until the last is known, then draws what stands over each."""

    def __init__(self, *args: Any, over: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._over = over
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Put the page aside and begin another."""
        self._kept.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # the stubs leave it out

    def save(self) -> None:
        """Draw header and footer over each page kept, then write the file."""
        kept = self._kept
        for place, state in enumerate(kept, 1):
            self.__dict__.update(state)
            self._over(self, place, len(kept))
            super().showPage()
        super().save()


def _styles(chinese: bool, accent: Color) -> dict[str, ParagraphStyle]:
    """CJK wrapping breaks between any two characters, which is right in Chinese and wrong inside English words."""
    wrap = "CJK" if chinese else None
    base = ParagraphStyle("base", fontName=REGULAR, textColor=tokens.INK, wordWrap=wrap, splitLongWords=1)
    small, body, cell = tokens.SIZE_SMALL, tokens.SIZE_BODY, 8.5

    def style(name: str, size: float, leading: float, colour: Any = tokens.INK, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(name, parent=base, fontSize=size, leading=leading, textColor=colour, **more)

    return {
        one.name: one
        for one in (
            style("kicker", small + 0.4, 11, accent),
            style("title", tokens.SIZE_TITLE, 26, fontName=BOLD),
            style("section", tokens.SIZE_SECTION, 14, fontName=BOLD),
            style("caption", small, 11, tokens.INK_3),
            style("body", body, 14),
            style("quiet", body, 14, tokens.INK_2),
            style("fact", 12, 17, fontName=BOLD),
            style("grade", 22, 28, accent, fontName=BOLD),
            style("strong", body, 14, fontName=BOLD),
            style("small", small, 11, tokens.INK_2),
            style("note", small - 0.4, 10.8, tokens.INK_3),
            style("cell", cell, 11.5),
            style("cell_quiet", cell - 0.5, 11.5, tokens.INK_3),
            style("cell_bold", cell, 11.5, fontName=BOLD),
            style("head", tokens.SIZE_HEAD, 10, tokens.INK_3, alignment=TA_LEFT),
            style("head_right", tokens.SIZE_HEAD, 10, tokens.INK_3, alignment=TA_RIGHT),
            style("bullet", body, 14, leftIndent=15, bulletIndent=0, bulletFontName=REGULAR, bulletFontSize=body),
        )
    }
