"""An environment of its own for peers that are not among the product's requirements, made once in var/bench.

Nothing of a peer enters the product's environment. Where a system library of a peer is missing it is installed when
we may; else the line says that the peer is not available.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements-bench.txt"
# what WeasyPrint loads at run time -> the Debian package that has it
LIBRARIES = {
    "gobject-2.0": "libglib2.0-0", "pango-1.0": "libpango-1.0-0", "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz": "libharfbuzz0b", "harfbuzz-subset": "libharfbuzz-subset0", "fontconfig": "libfontconfig1",
}  # fmt: skip


def python(folder: Path) -> str:
    """The interpreter of the peers' environment under `folder`. RuntimeError, with the reason, when it cannot be had."""
    _libraries()
    mark = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    place = folder / f"peers-{mark}"
    if not place.is_dir():
        draft = folder / "peers-draft"
        shutil.rmtree(draft, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(draft)])
        order = [str(draft / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*order, "-r", str(REQUIREMENTS)])
        draft.rename(place)  # only `python -m` is used, so the scripts' first lines do not matter
    return str(place / "bin" / "python")


def _libraries() -> None:
    missing = [package for library, package in LIBRARIES.items() if ctypes.util.find_library(library) is None]
    if not missing:
        return
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise RuntimeError(f"the system libraries {', '.join(missing)} are missing; install them")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-qq"], environ)
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], environ)


def _run(order: list[str], environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(order, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise RuntimeError(f"{' '.join(order[:4])} … failed: {last}")
