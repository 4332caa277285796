"""One receive at a time, and a dead receiver's lock is free: a file lock goes with the process that holds it."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.refusals import DeliveryRefused

LOCK = "receiving.lock"
PATIENCE_SECONDS = 900.0
LOOK_EVERY_SECONDS = 0.25


@contextmanager
def only_receiver(
    home: Path, patience: float = PATIENCE_SECONDS, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the receiver's lock of a warehouse. DeliveryRefused("busy") when it is not free within `patience` seconds."""
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise DeliveryRefused("busy") from None
                waiting()
                time.sleep(LOOK_EVERY_SECONDS)
        yield
    finally:
        os.close(handle)


@contextmanager
def staging(home: Path, token: str) -> Iterator[Path]:
    """A folder to work in, gone afterwards; what dead receivers left is cleared first. Call it under the lock."""
    shutil.rmtree(home / "staging", ignore_errors=True)
    folder = home / "staging" / token
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place(staged: Path, final: Path) -> None:
    """Move a finished batch to its place in one step that survives a power cut."""
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():  # left by a receiver that died before it booked this number
        shutil.rmtree(final)
    staged.rename(final)
    for folder in (final.parent, staged.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
