"""Which line of a text file a row stands in, as an editor counts: blank lines and line breaks inside quotes included."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from pathlib import Path

BLOCK = 4 << 20


class LineNumbers:
    """Lines of one file's rows.

    torn: lines (ascending) of rows the engine could not cut into columns, which have no ordinal. plain: the file has
    neither blank lines nor line breaks inside quotes, so that a row's line follows from its place.
    """

    def __init__(self, path: Path | None, quote: str, torn: Sequence[int], plain: bool) -> None:
        self.path = path  # None for Parquet, whose rows are simply numbered from 1
        self.quote = quote.encode()
        self.torn = sorted(torn)
        self.plain = plain
        # torn[i] - i: how many rows stand at or before the i-th torn line, the header being line 1
        self._before = [line - i for i, line in enumerate(self.torn)]

    def of(self, ordinals: Sequence[int]) -> dict[int, int]:
        """The line of each row, given its place among the rows that could be read (0 is the first)."""
        if self.path is None:
            return {ordinal: ordinal + 1 for ordinal in ordinals}
        return {o: self._counted(o) for o in ordinals} if self.plain else self._walked(self.path, set(ordinals))

    def _counted(self, ordinal: int) -> int:
        return ordinal + 2 + bisect.bisect_right(self._before, ordinal + 2)

    def _walked(self, path: Path, wanted: set[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        torn, ordinal, start, inside = set(self.torn), -2, 1, False
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                if not inside:
                    start = number
                inside ^= bool(self.quote) and text.count(self.quote) % 2 == 1 and start not in torn
                if inside or not text.strip(b"\r\n") or start in torn:
                    continue
                ordinal += 1
                if ordinal in wanted:
                    found[ordinal] = start
        return found


def lines_at(path: Path, positions: Sequence[int]) -> list[int]:
    """The line each byte position (1 is the first byte) stands in; positions ascend."""
    found, line, offset = [], 1, 0
    with path.open("rb") as file:
        for position in positions:
            while offset < position - 1 and (block := file.read(min(BLOCK, position - 1 - offset))):
                line, offset = line + block.count(b"\n"), offset + len(block)
            found.append(line)
    return found
