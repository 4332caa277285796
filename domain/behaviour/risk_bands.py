"""Bands of the probability of leaving, as charts, filters and the watch list have them: lower end in, upper out."""

from __future__ import annotations

BANDS: dict[str, tuple[float, float]] = {
    f"{low:g}": (low, high)
    for low, high in ((0.0, 0.01), (0.01, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.5), (0.5, 1.01))
}
HIGH = 0.2  # from here on a customer is called likely to leave
MIDDLE = 0.05
HIGH_BANDS = tuple(name for name, (low, _) in BANDS.items() if low >= HIGH)


def tone(probability: float) -> str:
    """The chip's tone."""
    return "bad" if probability >= HIGH else "warn" if probability >= MIDDLE else "plain"


WORDS: dict[str, float] = {"high": HIGH, "middle": MIDDLE, "low": 0.0}  # the chips' three, the most pressing first


def worded(probability: float) -> str:
    """high, middle or low: where the chip changes its tone."""
    return next((name for name, low in WORDS.items() if probability >= low), "low")
