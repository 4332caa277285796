"""Why contribution moved from one month to the next: volume, margin, mix, customers won and lost; it adds up to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.contribution.formula import half_up

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cell:
    """A family's month in the scope asked for.

    contribution, volume: of all. won_*: the part of customers who had no row a month ago. lost_*: what customers who
    have no row any more brought a month ago.
    """

    contribution: Decimal = ZERO
    volume: Decimal = ZERO
    won: Decimal = ZERO
    won_volume: Decimal = ZERO
    lost: Decimal = ZERO
    lost_volume: Decimal = ZERO


@dataclass(frozen=True)
class Change:
    """before + volume + margin + mix + won + lost = now, to the cent. lost is what went, so mostly below zero.

    Of the customers of both months: volume is what the change of all their business at last month's average rate makes;
    mix what its shift between families makes; margin what each family earns more or less on the same business.
    """

    before: Decimal
    volume: Decimal
    margin: Decimal
    mix: Decimal
    won: Decimal
    lost: Decimal
    now: Decimal

    @property
    def total(self) -> Decimal:
        """The whole change."""
        return self.now - self.before


def change(now: Mapping[str, Cell], before: Mapping[str, Cell]) -> Change:
    """The change between two months by family; a family that only one month has counts 0 in the other.

    A family new to the scope is mix; one without any volume (cards that hold no money) is margin. With no volume at all
    a month ago, there is no average rate, and the whole change of those who stayed is mix and margin. Volume and mix are
    rounded, margin takes the cent that is left, so the sum is exact.
    """
    families = now.keys() | before.keys()
    cells = [(now.get(family, Cell()), before.get(family, Cell())) for family in families]
    stayed = [
        (
            Fraction(then.contribution - this.lost), Fraction(then.volume - this.lost_volume),
            Fraction(this.contribution - this.won), Fraction(this.volume - this.won_volume),
        )
        for this, then in cells
    ]  # fmt: skip
    old, old_volume = sum(row[0] for row in stayed), sum(row[1] for row in stayed)
    new, new_volume = sum(row[2] for row in stayed), sum(row[3] for row in stayed)
    volume = half_up((new_volume - old_volume) * Fraction(old) / old_volume) if old_volume else ZERO
    expected = sum((_expected(*row) for row in stayed), start=Fraction(0))
    mix = half_up(Fraction(expected - old) - Fraction(volume))
    won = sum((this.won for this, _ in cells), start=ZERO)
    lost = -sum((this.lost for this, _ in cells), start=ZERO)
    first = sum((then.contribution for _, then in cells), start=ZERO)
    last = sum((this.contribution for this, _ in cells), start=ZERO)
    margin = half_up(Fraction(new) - Fraction(old)) - volume - mix
    return Change(first, volume, margin, mix, won, lost, last)


def _expected(old: Fraction, old_volume: Fraction, new: Fraction, new_volume: Fraction) -> Fraction:
    """What this month's volume would bring at last month's rate."""
    if old_volume:
        return new_volume * old / old_volume
    return new if new_volume else old
