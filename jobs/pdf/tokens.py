"""The look on paper: the light tokens of the screen, in points and ReportLab colours."""

from __future__ import annotations

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 20 * mm
WIDTH = PAGE_WIDTH - 2 * MARGIN
GUTTER = 8 * mm
UNIT = 8  # the rhythm: gaps are halves and multiples of it

INK, INK_2, INK_3 = HexColor("#16202e"), HexColor("#4a5768"), HexColor("#76838f")
LINE, LINE_2 = HexColor("#d9e0e7"), HexColor("#eef2f6")
CARD = HexColor("#ffffff")
ACCENT, ACCENT_SOFT = HexColor("#1f5fbf"), HexColor("#e8f0fb")
GOOD, GOOD_SOFT = HexColor("#1b7f5c"), HexColor("#e5f4ee")
WARN, WARN_SOFT = HexColor("#b26a00"), HexColor("#fdf2e0")
BAD, BAD_SOFT = HexColor("#b3372f"), HexColor("#fbeae8")
WATERMARK = HexColor("#f0f3f6")
# Safe for colour-blind eyes in this order; a chart takes them from the left.
SERIES = tuple(HexColor(c) for c in ("#1f5fbf", "#e08a1e", "#2b9c83", "#8a5fc0", "#c2554d", "#6f7f93"))

SIZE_TITLE, SIZE_SECTION, SIZE_BODY, SIZE_SMALL, SIZE_HEAD, SIZE_AXIS = 20.0, 10.5, 9.0, 7.8, 7.6, 7.0


LEAST_CONTRAST = 4.5  # of small letters on white, WCAG AA


def accent_of(code: str | None) -> Color:
    """The bank's colour, darkened until small letters in it can be read on white; the house's where none can be read."""
    try:
        colour = HexColor(code) if code else ACCENT
    except ValueError:
        return ACCENT
    while _contrast(colour) < LEAST_CONTRAST:
        colour = Color(colour.red * 0.93, colour.green * 0.93, colour.blue * 0.93)
    return colour


def _contrast(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.red, colour.green, colour.blue)
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def mix(colour: Color, share: float) -> Color:
    """The colour on white: 0 is white, 1 the colour itself."""
    red, green, blue = (1 - share * (1 - part) for part in (colour.red, colour.green, colour.blue))
    return Color(red, green, blue)
