"""What the lines measure on: a demo bank of one size, made once and kept in var/bench.

The delivery is kept by the code of demobank, the installation by what its rows mean; a newer schema comes to it by
migration, as to any bank's. Change demobank or those meanings and they are made anew at the next run; `--fresh` makes
them anew whatever changed.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench import ground, peers_environment, served

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Size:
    """How large the bank is and how often each side is asked; `recomputes` are published in the installation."""

    name: str
    customers: int
    months: int
    rounds: int
    recomputes: tuple[str, ...]


SIZES = {
    size.name: size
    for size in (
        Size("full", 100_000, 24, 5, ("segment_customers", "rate_customers")),
        Size("small", 2_000, 18, 1, ()),
    )
}


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


@dataclass
class Context:
    """One run: its size, its folder, and what is made at the first asking. `close` ends what was started."""

    size: Size
    folder: Path
    tell: Callable[[str], None] = say
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def rounds(self) -> int:
        return self.size.rounds

    @cached_property
    def delivery(self) -> Path:
        """The bank's files as CSV."""
        folder = self.folder / f"delivery-{self._mark('demobank', 'domain/canonical.py')}"
        return self._kept(folder, "demo bank's files", lambda made: ground.write_csv(made, self.size))

    @cached_property
    def truth(self) -> Path:
        """What the bank was made from, for lines that judge estimates; made when first asked for."""
        folder = self.folder / f"truth-{self._mark('demobank', 'domain/canonical.py')}"
        return self._kept(folder, "demo bank's truth", lambda made: ground.write_truth(made, self.size))

    @cached_property
    def home(self) -> Path:
        """An installation that has received the delivery, with its picture, its published runs and the bench's user."""
        parts = ("demobank", "domain/canonical.py", "domain/catalogue.py", "domain/search_terms.py")
        folder = self.folder / f"home-{self._mark(*parts)}"
        home = self._kept(folder, "installation", lambda made: ground.install(made, self.delivery, self.size))
        ground.bring_up(home)
        return home

    @cached_property
    def batch(self) -> Path:
        """The folder of the delivery's batch in that installation: one Parquet file a table."""
        return ground.batch_folder(self.home)

    @cached_property
    def fonts(self) -> Path:
        """The cut faces of paper."""
        return ground.fonts(self.folder.parent)

    @cached_property
    def portal(self) -> served.Portal:
        """The installation as `make start` runs it, until the run ends."""
        return self._open.enter_context(served.portal(self.home, self.fonts))

    @cached_property
    def peers(self) -> str:
        """The Python of the peers' own environment. RuntimeError says why there is none."""
        return peers_environment.python(self.folder.parent)

    def prepare(self, fresh: bool, peers: bool, bank: bool = True) -> None:
        """Have ready, before any line, what is made once and kept; `fresh` throws the demo bank away first.

        Without `bank` no line asked for wants it.
        """
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        begun = time.monotonic()
        if bank:
            _ = self.home, self.fonts
        if peers:
            with suppress(RuntimeError):  # the line that wants them says why they are not there
                _ = self.peers
        self.tell(f"the ground stands after {time.monotonic() - begun:.0f} s")

    def scratch(self, name: str) -> Path:
        """A new empty folder of that name."""
        folder = self.folder / "scratch" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def close(self) -> None:
        self._open.close()
        shutil.rmtree(self.folder / "scratch", ignore_errors=True)

    def _kept(self, folder: Path, what: str, make: Callable[[Path], None]) -> Path:
        """`folder`, made whole in a draft beside it where it is not there; older ones of its kind go."""
        if folder.is_dir():
            return folder
        kind = folder.name.rpartition("-")[0]
        for old in self.folder.glob(f"{kind}-*"):
            shutil.rmtree(old)
        self.tell(f"making the {what} of {self.size.customers:,} customers × {self.size.months} months ...")
        begun = time.monotonic()
        draft = folder.with_name(f"{kind}-draft")
        draft.parent.mkdir(parents=True, exist_ok=True)
        make(draft)
        draft.rename(folder)
        self.tell(f"the {what} took {time.monotonic() - begun:.0f} s; it is kept for the next run")
        return folder

    def _mark(self, *parts: str) -> str:
        """Twelve characters that change with the size and the code of these rooms or files."""
        told = hashlib.sha256(f"{self.size.customers}x{self.size.months}".encode())
        for part in parts:
            place = ROOT / part
            files = sorted(place.rglob("*.py")) + sorted(place.rglob("*.toml")) if place.is_dir() else [place]
            for file in files:
                told.update(file.read_bytes())
        return told.hexdigest()[:12]
