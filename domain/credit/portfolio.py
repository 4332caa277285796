"""The credit portfolio's own arithmetic: how late a loan is, what it is expected to lose in a year, and why that moved.

```
EAD            = outstanding + undrawn limit · conversion        (to the cent)
expected loss  = PD · LGD · EAD                                  of one year, to the cent, half away from zero
```

PD, LGD and conversion are those of contribution (domain/contribution): the published rating's PD, 1 for who is 90 days past
due with any loan in the month, the family's where nobody rated; LGD by collateral. Contribution charges a twelfth of it a
month on the month's average; here a month-end is looked at. `warehouse/portfolio.py` works the same cents out over whole
tables, which is tested against this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.contribution.formula import NOTHING, half_up

# The last one is who has defaulted: 90 days and more. The others end before the next begins.
BUCKETS = ("0", "1_30", "31_60", "61_89", "90_plus")
_BEGINS = (0, 1, 31, 61, 90)
# What a change of expected loss is made of; together they are the change, to the cent.
PARTS = ("new", "gone", "volume", "pd", "default", "lgd")


@dataclass(frozen=True)
class Exposed:
    """An account at a month-end. ead: in the bank's currency; pd, lgd: 0 to 1; defaulted: the owner was 90 days past due."""

    ead: Decimal
    pd: Decimal
    lgd: Decimal
    defaulted: bool = False

    @property
    def chance(self) -> Decimal:
        """The PD the loss is worked out with."""
        return Decimal(1) if self.defaulted else self.pd

    @property
    def loss(self) -> Decimal:
        """Expected loss of a year."""
        return expected_loss(self.chance, self.lgd, self.ead)


def bucket_of(days_past_due: int | None) -> str:
    """The bucket of a loan; what has no days past due is not late. ValueError for negative days."""
    days = days_past_due or 0
    if days < 0:
        raise ValueError(f"a loan cannot be {days} days past due; give 0 or more")
    return BUCKETS[max(at for at, begins in enumerate(_BEGINS) if days >= begins)]


def exposure_at_default(outstanding: Decimal, limit: Decimal | None, conversion: Decimal) -> Decimal:
    """What is owed, and the converted share of the limit that is not drawn, to the cent."""
    undrawn = max((limit or NOTHING) - outstanding, NOTHING)
    return half_up(Fraction(outstanding) + Fraction(undrawn) * Fraction(conversion))


def expected_loss(pd: Decimal, lgd: Decimal, ead: Decimal) -> Decimal:
    """Of one year, to the cent, half away from zero."""
    return half_up(Fraction(pd) * Fraction(lgd) * Fraction(ead))


def moved(before: Exposed | None, now: Exposed | None) -> dict[str, Decimal]:
    """Why an account's expected loss differs between two month-ends: by name of PARTS, only what is not nothing.

    One thing is changed after the other (what is owed, then the PD, then the LGD) and each step rounded, so that the parts
    are the change to the cent. A PD that changes because the owner defaulted or recovered is `default`. None: no such account.
    """
    if before is None or now is None:
        parts = {"new": now.loss if now else NOTHING, "gone": -before.loss if before else NOTHING}
    else:
        grown = expected_loss(before.chance, before.lgd, now.ead)
        turned = expected_loss(now.chance, before.lgd, now.ead)
        why = "pd" if before.defaulted == now.defaulted else "default"
        parts = {"volume": grown - before.loss, why: turned - grown, "lgd": now.loss - turned}
    return {name: amount for name, amount in parts.items() if amount}


def herfindahl(amounts: Iterable[Decimal | int]) -> float | None:
    """Σ (part of the whole)²: 1 with a single one, 1/n with n alike. Nothing and less count for nothing; None without any."""
    kept = [Fraction(amount) for amount in amounts if amount > 0]
    whole = sum(kept, Fraction(0))
    return float(sum((amount / whole) ** 2 for amount in kept)) if whole else None


def cohort_of(granted_on: date) -> str:
    """The quarter a loan was granted in: 2025Q3."""
    return f"{granted_on.year}Q{(granted_on.month + 2) // 3}"


def cohort_ends(cohort: str) -> date:
    """The first day of the quarter's last month. ValueError for what is no quarter."""
    year, mark, quarter = cohort.partition("Q")
    if not mark or not year.isdigit() or quarter not in ("1", "2", "3", "4"):
        raise ValueError(f"{cohort} is no quarter; write it as 2025Q3")
    return date(int(year), 3 * int(quarter), 1)


def months_between(earlier: date, later: date) -> int:
    """Whole months by the calendar, days left aside."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def seen_for(cohort: str, newest: date) -> int:
    """How many months on book all loans of a quarter have been seen, the last granted included; below 0 none."""
    return months_between(cohort_ends(cohort), newest)


def curve(bad_after: Sequence[int], loans: int, months: int) -> list[tuple[int, int, float]]:
    """A vintage: (months on book, loans ever 90 days past due by then, their share), from 0 to `months`.

    bad_after: months on book at which each bad loan first was; loans: all of the quarter, those paid back included.
    """
    found = []
    for at in range(months + 1):
        bad = sum(one <= at for one in bad_after)
        found.append((at, bad, bad / loans if loans else 0.0))
    return found
