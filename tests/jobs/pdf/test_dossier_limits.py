"""What the dossier says under limits of use."""

from __future__ import annotations

from domain.credit.caveats import of_reach
from domain.credit.reach import Reach
from jobs.pdf.dossier_words import limit_words
from jobs.pdf.voice import Voice


def test_the_grades_the_card_cannot_give() -> None:
    (limit,) = of_reach(Reach(638, "BBB", ("AAA", "AA", "A")))
    assert limit_words(Voice("zh"), limit) == "最高可得 638 分，对应 BBB；AAA、AA、A 三级本卡给不出。"
    assert limit_words(Voice("en"), limit) == "At best 638 points, which is BBB; this card gives no AAA, AA or A."
    assert not list(of_reach(Reach(700, "AAA", ()))) and not list(of_reach(None))
