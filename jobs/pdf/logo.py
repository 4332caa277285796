"""The bank's mark in the running header: a PNG or JPEG, as the installation's settings name it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from domain.reports import Logo

KINDS = (b"\x89PNG\r\n", b"\xff\xd8\xff")
TALL, WIDE, GAP = 15.0, 90.0, 6.0  # points: the most it may take, and the room after it
MOST_BYTES = 1 << 20


def image_of(path: Path) -> bytes:
    """The file's bytes. OSError when it cannot be read; ValueError when it is no PNG or JPEG, or over 1 MB."""
    content = path.read_bytes()
    if not content.startswith(KINDS):
        raise ValueError(f"{path} is neither a PNG nor a JPEG; paper prints no other kind")
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path} has over {MOST_BYTES >> 20} MB; save it smaller")
    return content


def readable(logo: Logo | None) -> ImageReader | None:
    """The image a report was made with, or None: none was set, or the file is not the same any more."""
    if logo is None:
        return None
    try:
        content = image_of(Path(logo.path))
    except (OSError, ValueError):
        return None
    return ImageReader(io.BytesIO(content)) if hashlib.sha256(content).hexdigest() == logo.sha256 else None


def draw(canvas: Canvas, image: ImageReader, left: float, baseline: float) -> float:
    """Beside the bank's name, as tall as its line; returns the room taken, with the gap after it."""
    width, height = image.getSize()
    scale = min(TALL / height, WIDE / width)
    canvas.drawImage(image, left, baseline + 3 - TALL / 2, width * scale, height * scale, mask="auto")
    return float(width * scale + GAP)
