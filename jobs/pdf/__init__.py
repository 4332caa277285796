"""Paper: each report is a frozen dataclass in, bytes out.

Two of ReportLab's switches are set before any of it is imported: streams stay binary (a fifth smaller than ASCII 85),
and shapes of ours are not checked attribute by attribute while they are drawn.
"""

from __future__ import annotations

from reportlab import rl_config

rl_config.useA85 = 0
rl_config.shapeChecking = 0
