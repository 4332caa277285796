"""How long a test waits for something that must come: long enough for a machine that is doing ten other things.

Nothing here is a measure of speed. What comes is taken at once; only what never comes costs the whole time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 300.0
LOOK_S = 0.03


def until(true: Callable[[], object], say: Callable[[], object] = lambda: "") -> None:
    """Wait until `true()`; AssertionError with what `say()` returns when it does not come."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, say()
        time.sleep(LOOK_S)
