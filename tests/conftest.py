"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published data; it stands beside the checkout and is never copied into it."""
    folder = Path(os.environ.get("GUANXI_SHARED_DATA", ROOT.parent / "shared" / "data"))
    assert folder.is_dir(), f"the real data is expected at {folder}; set GUANXI_SHARED_DATA to where it is"
    return folder
