"""The two faces paper is set in, and where they are kept.

The files are cut once at set-up by `console.fonts`; here they are only registered, once a process. A worker
registers before it forks, so that a report never pays for reading a font.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR = "NotoSansSC"
BOLD = "NotoSansSC-Bold"
CUTTING = "cutting.lock"
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class FontPaths:
    """Where the two cut faces are: TrueType outlines, GBK repertoire, no layout tables."""

    regular: Path
    bold: Path

    @classmethod
    def within(cls, folder: Path) -> FontPaths:
        """The paths the two faces have inside a cache folder, whether they are there yet or not."""
        return cls(folder / f"{REGULAR}-Regular.ttf", folder / f"{REGULAR}-Bold.ttf")

    @property
    def whole(self) -> bool:
        """Both are there; each comes to its place in one move, never by halves."""
        return self.regular.is_file() and self.bold.is_file()


def being_cut(folder: Path) -> bool:
    """A process holds the lock under which `console.fonts` cuts into this folder."""
    try:
        with (folder / CUTTING).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def font_folder() -> Path:
    """GUANXI_FONTS where it is set, else `fonts` in the installation's folder, as `config.settings` has it."""
    home = Path(os.environ.get("GUANXI_HOME") or ROOT / "var")
    return Path(os.environ.get("GUANXI_FONTS") or home / "fonts").expanduser()


@cache
def register(folder: Path | None = None) -> FontPaths:
    """Make both faces known to ReportLab; the second call in a process costs nothing.

    FileNotFoundError when the fonts have not been cut, with the command that cuts them.
    """
    paths = FontPaths.within(folder or font_folder())
    for name, path in ((REGULAR, paths.regular), (BOLD, paths.bold)):
        if not path.is_file():
            raise FileNotFoundError(
                f"the font {path} is missing; run `python -m console.fonts {path.parent}` to cut it"
            )
        try:
            pdfmetrics.registerFont(TTFont(name, str(path)))
        except TTFError as error:
            raise ValueError(f"the font {path} cannot be read ({error}); delete it and cut it again") from error
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return paths
