from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.fonts import prepare
from jobs.pdf.faces import FontPaths, register

FONTS = Path(os.environ.get("GUANXI_FONTS", "~/.cache/guanxi/fonts")).expanduser()


@pytest.fixture(scope="session", autouse=True)
def fonts() -> FontPaths:
    """Cut once on a machine and kept; every later run finds them."""
    prepare(FONTS)
    os.environ["GUANXI_FONTS"] = str(FONTS)
    return register()
