"""One line of the table: what was measured, of us and of a named peer, and what was aimed at."""

from __future__ import annotations

from dataclasses import dataclass

from bench.timing import Spread


@dataclass(frozen=True)
class Aim:
    """What ours / peer should be: at most (or at least) `ratio`, as the table says it in `words`.

    most: and besides at most this. missed: what the reader is told when it is not kept.
    """

    ratio: float
    words: str
    at_least: bool = False
    missed: str = ""
    most: float | None = None

    def met(self, ratio: float) -> bool:
        """Whether a measured ratio keeps it."""
        within = self.most is None or ratio <= self.most
        return within and (ratio >= self.ratio if self.at_least else ratio <= self.ratio)


@dataclass(frozen=True)
class Line:
    """ours and peer in the same unit, both measured in this run. None: not measured, `note` says why.

    failed: the line broke; the run goes on with the others and ends with a failure.
    """

    name: str
    unit: str
    ours: Spread | None
    peer_name: str
    peer: Spread | None
    aim: Aim | None = None
    note: str = ""
    failed: bool = False

    @property
    def ratio(self) -> float | None:
        """Our median over the peer's; None without both."""
        return (
            None
            if self.ours is None or self.peer is None or not self.peer.median
            else self.ours.median / self.peer.median
        )

    @property
    def verdict(self) -> str:
        """met, missed, failed, or a dash where nothing was aimed at or no peer was there."""
        if self.failed:
            return "failed"
        if self.aim is None or self.ratio is None:
            return "–"
        return "met" if self.aim.met(self.ratio) else "missed"

    @property
    def told(self) -> str:
        """The note, and why an aim was missed."""
        why = self.aim.missed if self.aim and self.verdict == "missed" else ""
        return "; ".join(part for part in (self.note, why and f"aim not met: {why}") if part)
