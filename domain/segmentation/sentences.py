"""What sets a segment apart, as a sentence: always against others of its kind, and always with the figures beside it.

A centre is a mean against a mean: it says more or less than others, never much or little. So does the sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.catalogue import BY_NAME
from domain.phrasing import choose

# Deviations from the mean of the kind from which a word is used.
MUCH, PLAIN = 1.5, 0.5
_LONG = ("days", "months", "years")
# (much, plain, slightly) by what is counted: more of it, less of it.
_EN = {
    "count": (("far more", "more", "slightly more"), ("far fewer", "fewer", "slightly fewer")),
    "time": (("much longer", "longer", "slightly longer"), ("much shorter", "shorter", "slightly shorter")),
    "": (("much higher", "higher", "slightly higher"), ("much lower", "lower", "slightly lower")),
}
_ZH = {"count": "多少", "time": "长短", "": "高低"}
_ZH_MUCH = ("明显较", "较", "略")
Said = Callable[[str, Any], str | None]  # (unit, value) in words


def against_the_kind(told: Mapping[str, Any], said: Said, language: str) -> str | None:
    """与同类客户相比：网上银行渠道占比较低（中位数59.1%，同类66.1%）；… None where nothing is told.

    told: `features` and, of companies, `business`, as domain/segmentation/identity.py describes a cluster.
    """
    parts = [_part(one, said, language) for group in ("features", "business") for one in told.get(group) or ()]
    if not parts:
        return None
    opening = choose(language, "与同类客户相比：", "Against others of the kind: ")
    return opening + choose(language, "、", ", ").join(parts)


def _part(one: Mapping[str, Any], said: Said, language: str) -> str:
    feature, z = BY_NAME[one["name"]], float(one["z"])
    sort = "time" if feature.unit in _LONG else "count" if feature.unit == "count" else ""
    degree = 0 if abs(z) >= MUCH else 1 if abs(z) >= PLAIN else 2
    zh = f"{feature.zh}{_ZH_MUCH[degree]}{_ZH[sort][0 if z > 0 else 1]}"
    en = f"{_EN[sort][0 if z > 0 else 1][degree]} {feature.en}"
    return choose(language, zh, en) + figures(one, said, language)


def figures(one: Mapping[str, Any], said: Said, language: str) -> str:
    """The medians here and of the kind, in brackets; '' where neither is known."""
    unit = BY_NAME[one["name"]].unit
    here, overall = (said(unit, one.get(side)) for side in ("here", "overall"))
    if here is None and overall is None:
        return ""
    if here == overall:  # the means differ, the middle customers do not
        return choose(language, f"（中位数同为{here}）", f" (median {here} in both)")
    here, overall = here or "—", overall or "—"
    return choose(language, f"（中位数{here}，同类{overall}）", f" (median {here}, of all {overall})")


def listed(told: Mapping[str, Any], label: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """The features a segment is told by, those of its sentence first, then what else its name speaks of."""
    first = list(told.get("features") or ())
    known = {one["name"] for one in first}
    return [*first, *(one for one in (label or {}).get("figures") or () if one["name"] not in known)]
