"""What a validation judges: each test with its level, and which of them somebody must answer in writing.

One place, so that the dossier's first page, the register and the rule that holds a signature back all say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.credit.caveats import BOLD, SHY, later_slope_level, same_auc
from domain.credit.fairness import NO_PEOPLE, impact_level
from domain.credit.monitoring import ACT, CHARACTERISTIC, SCORE, STABLE, THRESHOLDS, WATCH, moved_level
from domain.credit.seasons import of_the_festival
from domain.credit.stability import MonthShift, newest_telling
from domain.credit.validated import Validation

CHANCE, ALIKE, INFLATED = 0.5, 0.6, 5.0  # an AUC that tells nobody apart, one that does; a VIF
LONGEST = 512  # of a finding's key
CHALLENGER = "challenger"


@dataclass(frozen=True)
class Finding:
    """A test of the dossier. code: which; level: stable, watch or act; names: the characteristics, grades or groups it is about."""

    code: str
    level: str
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What an answer is given to: the test and whom it names, so that another group needs an answer of its own."""
        return (f"{self.code}:{','.join(self.names)}" if self.names else self.code)[:LONGEST]

    @property
    def required(self) -> bool:
        """Whether nobody may validate or approve before it is answered. A challenger that is surely better is no fault of
        the card, and yet somebody has to say why the card stands."""
        return self.level == ACT or (self.code == CHALLENGER and self.level == WATCH)


def parted(key: str) -> tuple[str, tuple[str, ...]]:
    """The test and the names of a key."""
    code, _, names = key.partition(":")
    return code, tuple(names.split(",")) if names else ()


def judged(found: Validation, told_auc: float | None, months: Sequence[MonthShift]) -> tuple[Finding, ...]:
    """Every test that could be made, in the order the dossier prints them. told_auc: as the development has it."""
    parts = (_of_model(found), _of_development(found, told_auc), _of_time(found), _of_months(months), _of_people(found))
    return tuple(one for part in parts for one in part)


def open_findings(every: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that are not stable."""
    return tuple(one for one in every if one.level != STABLE)


def _at(p: float) -> str:
    """By a p-value."""
    watch, act = max(THRESHOLDS.p), min(THRESHOLDS.p)
    return STABLE if p >= watch else WATCH if p >= act else ACT


def _of_model(found: Validation) -> Iterator[Finding]:
    area, told = found.discrimination.auc, found.calibration
    yield Finding("auc", ACT if area.low <= CHANCE else WATCH if area.low < ALIKE else STABLE)
    yield Finding("slope", STABLE if BOLD <= told.slope <= SHY else WATCH)
    yield Finding("fitting", _at(told.fitting.p))
    low = [(g.grade, g.rate.doubt) for g in told.grades if g.rate is not None and g.rate.doubt < max(THRESHOLDS.p)]
    yield Finding("grades", _at(min((p for _, p in low), default=1.0)), tuple(grade for grade, _ in low))
    wrong = tuple(c.name for c in found.coefficients if not c.right_sign)
    yield Finding("signs", ACT if wrong else STABLE, wrong)
    inflated = tuple(c.name for c in found.coefficients if c.inflation >= INFLATED)
    yield Finding("inflation", WATCH if inflated else STABLE, inflated)
    yield Finding("reproduced", STABLE if found.reproduced else ACT)


def _of_development(found: Validation, told_auc: float | None) -> Iterator[Finding]:
    if found.leaks is not None:
        yield Finding("leak_test", ACT if found.leaks.differ else STABLE)
    if told_auc is not None:
        yield Finding("remeasured", STABLE if same_auc(found, told_auc) else WATCH)


def _of_time(found: Validation) -> Iterator[Finding]:
    later = found.out_of_time
    if later is not None:
        yield Finding("later_auc", WATCH if later.auc.high < found.discrimination.auc.value else STABLE)
        yield Finding("later_slope", later_slope_level(later))
        yield Finding("later_rate", _at(later.rate.doubt))
    yield Finding(CHALLENGER, WATCH if found.challenger.gain.high < 0 else STABLE)


def _of_months(months: Sequence[MonthShift]) -> Iterator[Finding]:
    if months:
        newest = newest_telling(months)
        many = len(newest.watched)
        yield Finding("score_psi", moved_level(newest.score, SCORE, many))
        there = [one for one in newest.characteristics if not of_the_festival(one.name)]
        moved = tuple(one.name for one in there if moved_level(one.shift, CHARACTERISTIC, many) == ACT)
        yield Finding("moved", ACT if moved else STABLE, moved)


def _of_people(found: Validation) -> Iterator[Finding]:
    for code, groups in (("adverse_gender", found.fairness.by_gender), ("adverse_age", found.fairness.by_age)):
        levels = {one.group: impact_level(one) for one in groups if one.group not in NO_PEOPLE}
        known = [level for level in levels.values() if level is not None]
        if known:
            worst = ACT if ACT in known else WATCH if WATCH in known else STABLE
            hit = tuple(group for group, level in levels.items() if level == worst != STABLE)
            yield Finding(code, worst, hit)
