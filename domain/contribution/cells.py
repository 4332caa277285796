"""Every figure of the parameters by its name: what a page shows and edits, compares, and asks "what if" about.

A key says the section, the row and, where a row has several figures, which one: ("transfer_prices", "time", "12"),
("families", "time", "keeping_cost"), ("collaterals", "mortgage", "住房抵押", "lgd"), ("unit_costs", "branch"),
("exchange", "USD"), ("bank", "hurdle_rate"). Nothing of the parameters but their currency is outside the cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.contribution.parameters import (
    CAPITAL,
    FAMILY_PLACES,
    MONEY,
    MOST,
    RATE,
    SHARE,
    CollateralParameters,
    ContributionParameters,
    Exchange,
    FamilyParameters,
    TransferPrice,
    UnitCost,
)

Key = tuple[str, ...]
BANK = ("capital_ratio", "hurdle_rate", "discount_rate", "survival")
FAMILY = tuple(field.name for field in fields(FamilyParameters) if field.name != "family")
COLLATERAL = ("risk_weight", "lgd")
SECTIONS = ("transfer_prices", "unit_costs", "families", "collaterals", "bank", "exchange")
SEPARATOR = "~"
_LONGEST = 24  # characters of a figure,
ONE, HUNDRED = Decimal(1), Decimal(100)


@dataclass(frozen=True)
class Limits:
    """What a cell may hold. unit: percent (kept as a share, shown and written times a hundred), money or rate.

    places: decimals as kept; most: largest value as kept, None without one. optional: a row that may be left out.
    """

    unit: str
    places: int
    most: Decimal | None
    optional: bool

    @property
    def shown_places(self) -> int:
        """Decimals as written."""
        return self.places - 2 if self.unit == "percent" else self.places

    @property
    def shown_most(self) -> Decimal | None:
        """The largest value as written."""
        return self.most * HUNDRED if self.most is not None and self.unit == "percent" else self.most


class BadCell(ValueError):
    """What was written into a cell cannot stand there. problem: number, negative, most, places, needed or twice."""

    def __init__(self, key: Key, text: str, problem: str) -> None:
        super().__init__(f"{' / '.join(key)}: {text!r} is refused ({problem})")
        self.key, self.text, self.problem = key, text, problem


@dataclass(frozen=True)
class Difference:
    """A cell that two versions do not have alike; None where one of them does not have it."""

    key: Key
    before: Decimal | None
    after: Decimal | None


def limits(key: Key) -> Limits:
    """What the cell of this key may hold. KeyError for a section or column that does not exist."""
    section, name = key[0], key[-1]
    if section == "transfer_prices":
        return Limits("percent", RATE, ONE, optional=name != "")
    if section == "unit_costs":
        return Limits("money", MONEY, None, optional=False)
    if section == "exchange":
        return Limits("rate", RATE, None, optional=True)
    if section == "collaterals":
        return Limits("percent", SHARE, MOST[name], optional=True)
    if section == "bank":
        return Limits("percent", RATE if name == "survival" else CAPITAL, ONE, optional=False)
    kept = name == "keeping_cost"
    return Limits("money" if kept else "percent", FAMILY_PLACES[name], None if kept else MOST[name], optional=False)


def cells(parameters: ContributionParameters) -> dict[Key, Decimal]:
    """All figures by key, in the order they are shown."""
    found: dict[Key, Decimal] = {}
    for family in dict.fromkeys(each.family for each in parameters.transfer_prices):
        for price in parameters.buckets(family):
            found["transfer_prices", family, str(price.up_to_months or "")] = price.rate
    found |= {("unit_costs", each.channel): each.cost for each in parameters.unit_costs}
    found |= {("families", each.family, name): getattr(each, name) for each in parameters.families for name in FAMILY}
    for kept in parameters.collaterals:
        found |= {("collaterals", kept.family, kept.collateral, name): getattr(kept, name) for name in COLLATERAL}
    found |= {("bank", name): getattr(parameters, name) for name in BANK}
    return found | {("exchange", each.currency): each.rate for each in parameters.exchange}


def from_cells(currency: str, told: Mapping[Key, Decimal]) -> ContributionParameters:
    """The parameters of these figures. ValueError with a sentence when they are not sound or a row is not whole."""
    rows: dict[str, dict[Key, dict[str, Decimal]]] = {section: {} for section in SECTIONS}
    for key, value in told.items():
        name = key[-1] if key[0] in ("families", "collaterals") else "value"
        row = key[1:-1] if key[0] in ("families", "collaterals") else key[1:]
        rows[key[0]].setdefault(row, {})[name] = value
    bank = {name: row["value"] for (name,), row in rows["bank"].items()}
    try:
        return ContributionParameters(
            currency=currency,
            transfer_prices=tuple(
                TransferPrice(family, int(up_to) if up_to else None, row["value"])
                for (family, up_to), row in rows["transfer_prices"].items()
            ),
            families=tuple(FamilyParameters(family, **row) for (family,), row in rows["families"].items()),
            collaterals=tuple(
                CollateralParameters(family, word, **row) for (family, word), row in rows["collaterals"].items()
            ),
            unit_costs=tuple(UnitCost(channel, row["value"]) for (channel,), row in rows["unit_costs"].items()),
            exchange=tuple(Exchange(name, row["value"]) for (name,), row in rows["exchange"].items()),
            **bank,
        )
    except TypeError as error:
        raise ValueError(f"a row of the parameters is not whole: {error}") from error


def changed(parameters: ContributionParameters, told: Mapping[Key, Decimal]) -> ContributionParameters:
    """The same with some figures replaced; a key it does not have is left out, as where a version has no such term."""
    own = cells(parameters)
    return from_cells(parameters.currency, own | {key: value for key, value in told.items() if key in own})


def differences(before: ContributionParameters, after: ContributionParameters) -> tuple[Difference, ...]:
    """The cells that are not alike, in the order they are shown."""
    was, now = cells(before), cells(after)
    return tuple(
        Difference(key, was.get(key), now.get(key))
        for key in sorted({**was, **now}, key=lambda key: SECTIONS.index(key[0]))
        if was.get(key) != now.get(key)
    )


def read(key: Key, text: Any) -> Decimal | None:
    """What somebody wrote into the cell, as it is kept; None for nothing. BadCell says what is wrong with it.

    Percent signs, spaces and commas between thousands are let pass.
    """
    written = str("" if text is None else text).strip().removesuffix("%").removesuffix("％").replace(",", "").strip()
    bounds = limits(key)
    if not written:
        if bounds.optional:
            return None
        raise BadCell(key, "", "needed")
    try:
        value = Decimal(written) if len(written) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise BadCell(key, written[:_LONGEST], "number")
    if value < 0:
        raise BadCell(key, written, "negative")
    if bounds.shown_most is not None and value > bounds.shown_most:
        raise BadCell(key, written, "most")
    if value != round(value, bounds.shown_places):
        raise BadCell(key, written, "places")
    return value / HUNDRED if bounds.unit == "percent" else value


def written(key: Key, value: Decimal) -> str:
    """The figure as somebody would write it: 1.8 for 0.018 of a rate."""
    shown = value * HUNDRED if limits(key).unit == "percent" else value
    text = f"{shown:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def told(key: Key) -> str:
    """The key as one word, for an address or the name of a box."""
    return SEPARATOR.join(key)


def key_of(word: str) -> Key | None:
    """The key of such a word; None when it is none. A collateral's own word may hold anything."""
    section, _, rest = word.partition(SEPARATOR)
    if section not in SECTIONS:
        return None
    parts = rest.split(SEPARATOR)
    if section == "collaterals" and len(parts) > 2:
        parts = [parts[0], SEPARATOR.join(parts[1:-1]), parts[-1]]
    wanted = {"collaterals": 3, "transfer_prices": 2, "families": 2}.get(section, 1)
    key = (section, *parts)
    try:
        limits(key)
    except KeyError:
        return None
    return key if len(parts) == wanted else None
