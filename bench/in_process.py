"""Work measured in a process of its own: its time without Python's start and imports, its peak memory with them.

echo '{"argument": "value"}' | python -m bench.in_process module:function
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MARK = "measured: "


@dataclass(frozen=True)
class Measured:
    """seconds: the call alone. peak: bytes of resident memory at the highest, interpreter and libraries included."""

    seconds: float
    peak: int
    result: Any


def measured(
    function: str, arguments: Mapping[str, Any], python: str | None = None, environ: Mapping[str, str] | None = None
) -> Measured:
    """Call `module:function` with these (JSON) arguments in a new process. RuntimeError with its words when it fails.

    They go in by its standard input: the posts of twenty clients are longer than an order may be.
    """
    order = [python or sys.executable, "-m", "bench.in_process", function]
    told = {**os.environ, **(environ or {})}
    words = json.dumps(arguments)
    done = subprocess.run(order, cwd=ROOT, env=told, input=words, capture_output=True, text=True, check=False)
    answer = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode != 0 or not answer:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise RuntimeError(f"{function} ended with {done.returncode}: {last}")
    return Measured(**json.loads(answer[-1].removeprefix(MARK)))


def _peak() -> int:
    """VmHWM belongs to this program alone; getrusage would count what its parent had before it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this system does not say how much memory a process had")


def main() -> None:
    module, _, name = sys.argv[1].partition(":")
    function = getattr(importlib.import_module(module), name)
    arguments = json.loads(sys.stdin.read())
    begun = time.perf_counter()
    result = function(**arguments)
    taken = time.perf_counter() - begun
    print(MARK + json.dumps({"seconds": taken, "peak": _peak(), "result": result}))


if __name__ == "__main__":
    main()
