"""How much a customer could be lent and at what rate: advice, with every step of its arithmetic. The decision is a person's.

```
free instalment  = monthly income · share for debt of the grade − instalments − card limits · their monthly burden
can be repaid    = free instalment · (1 − (1 + r/12)^−n) / (r/12)
room             = annual income · multiple of the grade − unsecured exposure already granted
limit            = the lesser of the two, rounded down
rate r           = transfer price + cost + PD · LGD + risk weight · capital ratio · target return on capital
cost             = keeping the account a year / average balance (half of free instalment · n)
```

Transfer price, cost, LGD, risk weight and capital ratio are the contribution parameters of the month. `LimitParameters` are
dated parameters of their own: proposed by one person and approved by another; version 0 is what the product brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from domain.contribution.parameters import ContributionParameters
from domain.credit.grades import DEFAULTED, Masterscale

TWELVE = 12
MOST_MONTHS, MOST_INCOMES = 360, 10
CENT, RATE_STEP = Decimal("0.01"), Decimal("0.0001")
_D = Decimal
FIVE_PERCENT, THOUSAND = _D("0.05"), _D("1000")
# Why there is no advice.
REASONS = ("company", "default", "overdue", "unrated", "no_income", "grade", "no_room")


class BadLimits(ValueError):
    """Figures that cannot be meant; the sentence says which. key and values name it for translation."""

    def __init__(self, key: str, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


@dataclass(frozen=True)
class GradeLimit:
    """debt_share: most of the monthly income all instalments of this grade may take. multiple: most unsecured exposure in
    annual incomes."""

    grade: str
    debt_share: Decimal
    multiple: Decimal


def _grades(*told: tuple[str, str, str]) -> tuple[GradeLimit, ...]:
    return tuple(GradeLimit(grade, Decimal(share), Decimal(multiple)) for grade, share, multiple in told)


@dataclass(frozen=True)
class LimitParameters:
    """The product advised on and its bounds; a dated parameter with versions. A grade that is not named gets no limit.

    card_burden: of a card's limit, counted as a monthly instalment. target_return: on capital a year; the contribution
    parameters' hurdle rate when None. BadLimits where the figures cannot be meant: shares outside 0..1, a
    grade nobody knows or told twice, a worse grade that is lent more than a better one.
    """

    family: str = "consumer_loan"
    term_months: int = 36
    card_burden: Decimal = FIVE_PERCENT
    step: Decimal = THOUSAND
    target_return: Decimal | None = None
    grades: tuple[GradeLimit, ...] = _grades(
        ("AAA", "0.55", "2"), ("AA", "0.55", "1.8"), ("A", "0.50", "1.5"), ("BBB", "0.50", "1.2"), ("BB", "0.45", "0.9"),
        ("B", "0.40", "0.6"), ("CCC", "0.30", "0.3"),
    )  # fmt: skip

    def __post_init__(self) -> None:
        known = Masterscale().grades
        order = [known.index(one.grade) if one.grade in known else -1 for one in self.grades]
        if -1 in order or any(a >= b for a, b in pairwise(order)):
            names = ", ".join(known)
            raise BadLimits("grades", f"limits are told once a grade, best first, of {names}", names=names)
        if not (1 <= self.term_months <= MOST_MONTHS) or self.step <= 0:
            raise BadLimits("term", f"a term is 1 to {MOST_MONTHS} whole months and a step above 0", most=MOST_MONTHS)
        if any(not 0 <= share <= 1 for share in (self.card_burden, self.target_return or _D(0))):
            raise BadLimits("share_of_all", "the part of card limits and the target return are 0 to 100 %")
        for one in self.grades:
            self._bounded(one)
        for better, worse in pairwise(self.grades):
            if worse.debt_share > better.debt_share or worse.multiple > better.multiple:
                raise BadLimits(
                    "worse", f"{worse.grade} would be lent more than {better.grade}; a worse grade gets no more",
                    worse=worse.grade, better=better.grade,
                )  # fmt: skip

    def _bounded(self, one: GradeLimit) -> None:
        if not 0 <= one.debt_share <= 1:
            raise BadLimits("share", f"the share of income of {one.grade} is 0 to 100 %", grade=one.grade)
        if not 0 <= one.multiple <= MOST_INCOMES:
            words = f"the unsecured exposure of {one.grade} is 0 to {MOST_INCOMES} annual incomes"
            raise BadLimits("multiple", words, grade=one.grade, most=MOST_INCOMES)

    @property
    def debt_share(self) -> dict[str, Decimal]:
        """By grade."""
        return {one.grade: one.debt_share for one in self.grades}

    @property
    def multiple(self) -> dict[str, Decimal]:
        """By grade."""
        return {one.grade: one.multiple for one in self.grades}


DEFAULTS = LimitParameters()


@dataclass(frozen=True)
class Asked:
    """What is known of the customer. Money in the bank's currency, None where not known.

    instalments: of open loans, a month. cards: their limits. unsecured: consumer loans outstanding and card limits. pd: of
    the rating. overdue: anything is past due now.
    """

    kind: str
    grade: str | None
    pd: Decimal | None
    annual_income: Decimal | None
    instalments: Decimal
    cards: Decimal
    unsecured: Decimal
    overdue: bool


@dataclass(frozen=True)
class Price:
    """A risk-based rate a year and what it is made of; all shares, to the hundredth of a percent."""

    transfer_price: Decimal
    cost: Decimal
    keeping_cost: Decimal
    average_balance: Decimal
    expected_loss: Decimal
    pd: Decimal
    lgd: Decimal
    capital_charge: Decimal
    risk_weight: Decimal
    capital_ratio: Decimal
    target_return: Decimal

    @property
    def rate(self) -> Decimal:
        """The four added up."""
        return self.transfer_price + self.cost + self.expected_loss + self.capital_charge


@dataclass(frozen=True)
class Advice:
    """The limit and every figure that led to it, to the cent."""

    parameters: LimitParameters
    asked: Asked
    monthly_income: Decimal
    debt_share: Decimal
    most_instalments: Decimal
    card_instalments: Decimal
    free_instalment: Decimal
    price: Price
    can_be_repaid: Decimal
    multiple: Decimal
    most_unsecured: Decimal
    room: Decimal
    limit: Decimal


@dataclass(frozen=True)
class NoAdvice:
    """Why no limit is advised: one of REASONS."""

    reason: str


def advise(asked: Asked, of_month: ContributionParameters, parameters: LimitParameters = DEFAULTS) -> Advice | NoAdvice:
    """The advice for a person with a rating and a known income; else why there is none."""
    if (reason := _against(asked, parameters)) is not None:
        return NoAdvice(reason)
    grade, income = str(asked.grade), asked.annual_income or _D(0)
    monthly = _cents(income / TWELVE)
    most = _cents(monthly * parameters.debt_share[grade])
    of_cards = _cents(asked.cards * parameters.card_burden)
    free = most - asked.instalments - of_cards
    unsecured = _cents(income * parameters.multiple[grade])
    room = unsecured - asked.unsecured
    if free <= 0 or room <= 0:
        return NoAdvice("no_room")
    price = price_of(asked.pd or _D(0), free * parameters.term_months / 2, of_month, parameters)
    repaid = annuity(free, price.rate, parameters.term_months)
    limit = (min(repaid, room) / parameters.step).to_integral_value(ROUND_DOWN) * parameters.step
    if limit <= 0:
        return NoAdvice("no_room")
    return Advice(
        parameters, asked, monthly, parameters.debt_share[grade], most, of_cards, free, price, repaid,
        parameters.multiple[grade], unsecured, room, limit,
    )  # fmt: skip


def _against(asked: Asked, parameters: LimitParameters) -> str | None:
    grade = asked.grade
    told = (
        ("company", asked.kind != "personal"), ("default", grade == DEFAULTED), ("overdue", asked.overdue),
        ("unrated", grade is None or asked.pd is None), ("no_income", not asked.annual_income or asked.annual_income < 0),
        ("grade", grade not in parameters.debt_share or grade not in parameters.multiple),
    )  # fmt: skip
    return next((reason for reason, holds in told if holds), None)


def price_of(
    pd: Decimal, average_balance: Decimal, of_month: ContributionParameters, parameters: LimitParameters = DEFAULTS
) -> Price:
    """The rate that pays for money, work, expected loss and capital. average_balance above 0, else ValueError."""
    if average_balance <= 0:
        raise ValueError(f"a rate needs an average balance above 0; it is {average_balance}")
    weight, lgd = of_month.risk(parameters.family, None)
    keeping = of_month.by_family[parameters.family].keeping_cost
    target = of_month.hurdle_rate if parameters.target_return is None else parameters.target_return
    return Price(
        transfer_price=of_month.transfer_price(parameters.family, parameters.term_months),
        cost=_rate(keeping / average_balance), keeping_cost=keeping, average_balance=_cents(average_balance),
        expected_loss=_rate(pd * lgd), pd=pd, lgd=lgd, capital_charge=_rate(weight * of_month.capital_ratio * target),
        risk_weight=weight, capital_ratio=of_month.capital_ratio, target_return=target,
    )  # fmt: skip


def annuity(instalment: Decimal, rate: Decimal, months: int) -> Decimal:
    """The loan that equal monthly instalments pay back at a yearly rate, to the cent; without interest their sum."""
    if rate == 0:
        return _cents(instalment * months)
    monthly = rate / TWELVE
    return _cents(instalment * (1 - (1 + monthly) ** -months) / monthly)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _rate(share: Decimal) -> Decimal:
    return share.quantize(RATE_STEP, ROUND_HALF_UP)
