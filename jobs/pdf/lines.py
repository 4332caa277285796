"""Where lines of Chinese break: no line begins with a closing mark or ends with an opening one, no word or number is cut.

ReportLab's own rule knows few of the full-width marks and nothing of opening ones. Source: GB/T 15834 and the line breaking
rules of CLREQ (W3C): 避头尾.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

CLOSING = frozenset("、。，．：；？！）］｝】〕》〉」』”’…—–·％‰℃°～!),.:;?]}%")
OPENING = frozenset("（［｛【〔《〈「『“‘([{¥￥$€£§#@")
WIDE = 0x2E80  # the first sign that may stand on a line of its own
AMOUNTS = frozenset("万亿元")  # stay with the figure they are of
ALONE = frozenset("“”‘’…—·")  # marks of Chinese that lie among the Latin letters
FUZZ = 1e-6


class Words(Paragraph):
    """A paragraph of plain words; in Chinese its lines break as `broken` says."""

    def breakLinesCJK(self, maxWidths: Any) -> Any:
        """As in Paragraph, for words of one face; signs like < come as runs of their own, and are put together again."""
        if not self.frags or getattr(
            self, "_splitpara", False
        ):  # the rest of one that began on the page before has its lines
            return super().breakLinesCJK(maxWidths)
        run = self.frags[0].clone(text="".join(each.text for each in self.frags))
        self.frags = [run]
        rooms = list(maxWidths) if isinstance(maxWidths, list | tuple) else [maxWidths]
        found = super().breakLinesCJK(rooms)  # it also takes the room of a bullet off the first line
        lines = broken(run.text, rooms, run.fontName, run.fontSize)
        return found.clone(lines=[(room, [line]) for room, line in lines])


def broken(text: str, rooms: Sequence[float], face: str, size: float) -> list[tuple[float, str]]:
    """Each line with the room it leaves. rooms: of the lines; the last holds for all that follow."""
    lines: list[tuple[float, str]] = []
    line, taken = "", 0.0

    def room() -> float:
        return rooms[min(len(lines), len(rooms) - 1)]

    def end(words: str) -> None:
        kept = words.rstrip(" ")
        lines.append((room() - _wide(kept, face, size), kept))

    for piece in _pieces(text):
        if line and taken + _wide(piece.rstrip(" "), face, size) > room() + FUZZ:
            end(line)
            line, taken = "", 0.0
        line += piece if line else piece.lstrip(" ")
        taken += _wide(piece, face, size)
        while (
            len(line) > 1 and taken > room() + FUZZ and _wide(line.rstrip(" "), face, size) > room() + FUZZ
        ):  # one piece longer than a line
            cut = _cut(line, room(), face, size)
            end(line[:cut])
            line = line[cut:].lstrip(" ")
            taken = _wide(line, face, size)
    if line.strip():
        end(line)
    return lines


def _pieces(text: str) -> list[str]:
    """What no line may part: words and numbers, each sign of Chinese, closing marks with what is before them and opening ones
    with what follows; 万, 亿 and 元 with their figure; a blank goes with what it stands behind."""
    pieces: list[str] = []
    for at, sign in enumerate(text):
        before = text[at - 1] if at else ""
        bound = (
            sign in CLOSING or sign == " " or before in OPENING or (_narrow(sign) and before != "" and _narrow(before))
        )
        bound = bound or (sign in AMOUNTS and (before.isdigit() or before in AMOUNTS))
        if pieces and bound:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _narrow(sign: str) -> bool:
    return ord(sign) < WIDE and sign != " " and sign not in ALONE


def _cut(line: str, room: float, face: str, size: float) -> int:
    """How many signs fit, at least one; not before a closing mark where that can be helped."""
    fits = next((at for at in range(1, len(line) + 1) if _wide(line[:at], face, size) > room + FUZZ), len(line)) - 1
    at = max(fits, 1)
    while at > 1 and (line[at] in CLOSING or line[at - 1] in OPENING):
        at -= 1
    return at if at > 1 else max(fits, 1)


def _wide(text: str, face: str, size: float) -> float:
    return float(stringWidth(text, face, size))
