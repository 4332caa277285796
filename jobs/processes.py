"""What one process may know of another on the same machine: whether it lives, and how to die with one's parent."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)  # looked up here, not between a fork and an exec


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel (Linux) to kill this process when the thread that started it ends, even by kill -9.

    `parent`: the process id that must still be the parent; when it ended before this call, this process ends too.
    Elsewhere than on Linux nothing happens: an orderly stop still ends every child.
    """
    try:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    except AttributeError:
        return
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def this_process() -> str:
    """A name for this process that no later one has: host, process id, and when it started."""
    return f"{socket.gethostname()[:80]} {os.getpid()} {started(os.getpid()) or 0}"


def is_alive(name: str | None) -> bool | None:
    """Whether the process of that name lives; None when it ran on another machine, which cannot be seen from here."""
    host, _, rest = (name or "").partition(" ")
    pid, _, ticks = rest.partition(" ")
    if host != socket.gethostname()[:80] or not pid.isdigit():
        return None
    begun = started(int(pid))
    return begun is not None and str(begun) == ticks


def started(pid: int) -> int | None:
    """When a process began, in clock ticks since the machine did; None when there is none or it has ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _signalled(pid)
    state, *fields = told.rpartition(")")[2].split()
    return None if state in ("Z", "X") else int(fields[18])


def _signalled(pid: int) -> int | None:
    """Without /proc only life itself can be asked for."""
    if Path("/proc/self/stat").exists():
        return None
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return 0
