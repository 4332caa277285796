"""A change of rating in words: which characteristic moved how many points, and what of the customer's moved it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.credit.changes import BASE, Part, name_of
from domain.credit.characteristics import BY_NAME
from domain.credit.grades import DEFAULTED
from domain.phrasing import choose, number
from domain.standing import feature_value


def part_words(part: Part, currency: str, language: str) -> str:
    """额度使用率 −28分（20.0% → 90.0%）; the bins where the figures say the same or are not known."""
    name = choose(language, *name_of(part))
    said = number(part.difference, sign=True) + choose(language, "分", "")
    return f"{name} {said}" + choose(
        language, f"（{_moved(part, currency, 'zh')}）", f" ({_moved(part, currency, 'en')})"
    )


def _moved(part: Part, currency: str, language: str) -> str:
    if part.characteristic == BASE:
        return choose(language, "换用了另一张评分卡", "another scorecard")
    if part.points_after is None:
        return choose(language, "新评分卡不再使用", "no longer in the scorecard")
    if part.points_before is None:
        return choose(language, "新评分卡新增", "new in the scorecard")
    known = BY_NAME.get(part.characteristic)
    values = [feature_value(known.unit, each, currency, language) if known else None
              for each in (part.value_before, part.value_after)]  # fmt: skip
    at = 0 if language == "zh" else 1
    bins = [each[at] if each else None for each in (part.bin_before, part.bin_after)]
    if values[0] == values[1]:
        if bins[0] == bins[1]:  # the same figure in the same band: another card counts it differently
            return choose(language, "新评分卡分值不同", "other points in the scorecard")
        values = bins
    before, after = (value or each or "—" for value, each in zip(values, bins, strict=True))
    return f"{before} → {after}"


def whole_words(grade_before: str | None, grade_after: str | None, parts: Sequence[Part], language: str) -> str | None:
    """What is to be said of the change besides its parts; None where the parts say all."""
    if grade_before is None:
        return choose(language, "新纳入评级", "new to the rating")
    if grade_after is None:
        return choose(language, "不再评级（没有授信）", "rated no longer: no credit")
    if grade_after == DEFAULTED and grade_before != DEFAULTED:
        return choose(language, "逾期90天以上，转为违约", "90 days past due: in default")
    if grade_before == DEFAULTED and grade_after != DEFAULTED:
        return choose(language, "逾期不再达到90天，解除违约", "no longer 90 days past due: out of default")
    if not parts:
        return choose(language, "各项得分未变，等级标准不同", "the same points on another scale of grades")
    return None


def why(
    grade_before: str | None, grade_after: str | None, parts: Sequence[Part], currency: str, language: str,
    most: int | None = None,
) -> list[str]:  # fmt: skip
    """The reasons, the largest first; with `most`, no more than that and one line that sums up the rest."""
    whole = whole_words(grade_before, grade_after, parts, language)
    if whole is not None:
        return [whole]
    shown = list(parts if most is None else parts[:most])
    told = [part_words(part, currency, language) for part in shown]
    rest = parts[len(shown) :]
    if rest:
        by = number(sum(part.difference for part in rest), sign=True)
        told.append(
            choose(
                language,
                f"其余{len(rest)}项合计 {by}分",
                f"one other {by}" if len(rest) == 1 else f"{len(rest)} others together {by}",
            )
        )
    return told
