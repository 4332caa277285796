"""The bank's own colour and logo on screen: its accent in both themes, always readable, and its mark.

The colour of the settings is kept in hue and made darker (light theme) or lighter (dark theme) until words in it can be
read on cards, pages and soft pills; words on it are white or ink, whichever reads better.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings, SettingsError
from portal.widgets.theme import tokens

EXTENSION = "guanxi_bank_look"
LEAST_CONTRAST = 4.5  # of body text, WCAG 2.2 AA
HOUSE_MARK = "/assets/mark.svg"
LOGO_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
LARGEST_LOGO = 512 * 1024
_STEP = 0.04
Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class BankLook:
    """style: the CSS that sets the accent, '' for the house's. mark: the logo's address. logo: its name and content."""

    style: str
    mark: str
    logo: tuple[str, bytes] | None


def look_of(settings: Settings) -> BankLook:
    """The look the settings ask for. SettingsError for a logo that cannot be read or is no picture."""
    logo = _logo(settings.bank_logo) if settings.bank_logo else None
    style = "".join(_block(theme, settings.bank_colour) for theme in ("light", "dark")) if settings.bank_colour else ""
    return BankLook(style, f"/vendor/{logo[0]}" if logo else HOUSE_MARK, logo)


def _logo(path: Path) -> tuple[str, bytes]:
    kind = path.suffix.lower().replace(".jpeg", ".jpg")
    if kind not in LOGO_KINDS:
        raise SettingsError(f"the bank's logo {path} is not a picture: GUANXI_BANK_LOGO takes {', '.join(LOGO_KINDS)}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"the bank's logo {path} cannot be read; correct GUANXI_BANK_LOGO") from error
    if len(content) > LARGEST_LOGO:
        raise SettingsError(f"the bank's logo {path} is larger than {LARGEST_LOGO // 1024} KB; make it smaller")
    return f"logo.{hashlib.sha256(content).hexdigest()[:20]}{kind}", content


def accents(theme: str, colour: str) -> dict[str, str]:
    """The tokens accent, accent-soft and on-accent of a theme for the bank's colour `#rrggbb`."""
    look = tokens(theme)
    card, end = _rgb(look["card"]), (1.0, 1.0, 1.0) if theme == "dark" else (0.0, 0.0, 0.0)
    accent, share = _rgb(colour), 0.0
    while True:
        soft = mixed(card, accent, 0.12)
        if min(contrast(accent, ground) for ground in (card, _rgb(look["page"]), soft)) >= LEAST_CONTRAST:
            break
        share += _STEP
        accent = mixed(_rgb(colour), end, min(share, 1.0))
    on = max(((1.0, 1.0, 1.0), _rgb(tokens("light")["ink"])), key=lambda words: contrast(words, accent))
    return {"accent": _hex(accent), "accent-soft": _hex(soft), "on-accent": _hex(on)}


def _block(theme: str, colour: str) -> str:
    # As specific as the stylesheet's own, and later.
    told = ";".join(f"--{name}:{value}" for name, value in accents(theme, colour).items())
    return f"{':root' if theme == 'light' else '[data-bs-theme=dark]'}{{{told}}}"


def contrast(one: Rgb, other: Rgb) -> float:
    """The ratio of two colours' luminance, 1 to 21 (WCAG)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """`share` of the other colour in the one."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _rgb(code: str) -> Rgb:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
