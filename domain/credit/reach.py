"""How high a scorecard can rate: its best possible score, the grade that is, and the grades it can give nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.credit.scorecard import Scorecard
from domain.phrasing import choose, number

_COUNTS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Reach:
    """score: the most points a card gives, with the best band of each characteristic that somebody was in at development.
    grade: what that is on the card's masterscale. never: grades above it, from the best; empty when all can be reached."""

    score: int
    grade: str
    never: tuple[str, ...]

    def words(self, language: str) -> str:
        """One sentence with its stop; empty when every grade can be reached."""
        if not self.never:
            return ""
        score, many = number(self.score), _COUNTS[len(self.never)] if len(self.never) < 10 else str(len(self.never))
        *others, last = self.never
        either = f"{', '.join(others)} or {last}" if others else last
        return choose(
            language,
            f"最高可得 {score} 分，对应 {self.grade}；{'、'.join(self.never)} {many}级本卡给不出。",
            f"At best {score} points, which is {self.grade}; this card gives no {either}.",
        )


def reach_of(card: Scorecard) -> Reach:
    """Of a card and its masterscale; that no customer has every best band at once makes the true reach no higher."""
    best = card.base_points + sum(one.best for one in card.characteristics)
    place = int(card.masterscale.place(card.scaling.probability(np.array([best])))[0])
    grades = card.masterscale.grades
    return Reach(best, grades[place], grades[:place])
