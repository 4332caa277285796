"""`python -m console`, which the file `guanxi` at the top calls."""

from __future__ import annotations

from console.main import main

main(prog_name="guanxi")
