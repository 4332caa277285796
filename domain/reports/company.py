"""What a company does through its accounts, month by month: payroll, settlement with others, the group it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain import masking
from domain.masking import mask_party
from domain.reports.stamp import mask_fields

MOST_PARTNERS = 8


@dataclass(frozen=True)
class CompanyMonth:
    """A month, by its last day: wages paid and on how many days, what came from others and went to them. Money ≥ 0."""

    month: date
    payroll: Decimal
    runs: int
    came: Decimal
    went: Decimal

    @property
    def silent(self) -> bool:
        """Whether nothing of it happened."""
        return not (self.runs or self.came or self.went)


@dataclass(frozen=True)
class Partner:
    """One other side of settlement over the months, account and name masked on the way in.

    customer_id and name stand only where the account is that of a customer the reader may see. share: of all that came
    and went with a known partner, 0 to 1.
    """

    account: str
    bank: str | None
    came: Decimal
    went: Decimal
    share: float
    customer_id: str | None = None
    name: str | None = None
    kind: str | None = None

    def __post_init__(self) -> None:
        mask_fields(self, account=masking.mask_account, bank=masking.mask_counterparty)
        object.__setattr__(self, "name", mask_party(self.name, self.kind))


@dataclass(frozen=True)
class Member:
    """A company of the group that the reader may see; head: whether the others are its members."""

    customer_id: str
    name: str | None
    branch: str | None
    aum: Decimal | None
    loans: Decimal | None
    head: bool


@dataclass(frozen=True)
class Company:
    """months: the last twelve to the day of the data, oldest first. partners: the largest, by what came and went.

    payers, payees: how many others paid it and were paid. payer_share, payee_share: of the largest of each, in what has a
    known partner. concentration: sum of the squares of the partners' parts. None where nothing of it is known.
    paid_accounts: accounts known to get wages from it in three months, None where none is. members: itself among them,
    empty without others.
    """

    months: tuple[CompanyMonth, ...] = ()
    partners: tuple[Partner, ...] = ()
    payers: int = 0
    payees: int = 0
    payer_share: float | None = None
    payee_share: float | None = None
    concentration: float | None = None
    paid_accounts: int | None = None
    last_run_on: date | None = None
    members: tuple[Member, ...] = ()

    @property
    def runs(self) -> int:
        """Payroll runs of the months."""
        return sum(one.runs for one in self.months)

    @property
    def months_with_runs(self) -> int:
        """In how many of them wages were paid."""
        return sum(1 for one in self.months if one.runs)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.members and all(one.silent for one in self.months)


@dataclass(frozen=True)
class Traded:
    """What came from and went to one account of another side, account whole; account None: the source names none."""

    account: str | None
    bank: str | None
    came: Decimal
    went: Decimal


@dataclass(frozen=True)
class Business:
    """What the batches tell of a company. months: twelve calendar months, oldest first, the last one up to the day of the
    data. traded: all others, in no order. members: everybody joined to it by group membership, itself among them; empty
    when it is in no group. heads: who of them heads a group.
    """

    months: tuple[CompanyMonth, ...]
    traded: tuple[Traded, ...] = ()
    last_run_on: date | None = None
    members: tuple[str, ...] = ()
    heads: frozenset[str] = frozenset()

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts of the others, whole: to look up whose they are, never to show."""
        return tuple(one.account for one in self.traded if one.account)


def _in_group(known: Sequence[Any], heads: Collection[str]) -> tuple[Member, ...]:
    """The companies among them, those that head a group first, then by assets and number; nothing of one alone."""
    found = [
        Member(one.customer_id, one.name, one.branch, one.aum, one.loans, one.customer_id in heads)
        for one in known
        if one.kind == "corporate"
    ]
    ranked = sorted(found, key=lambda one: (not one.head, -(one.aum or Decimal(0)), one.customer_id))
    return tuple(ranked) if len(ranked) > 1 else ()


def company_of(
    found: Business,
    owners: Mapping[str, tuple[str, str | None, str]],
    known: Sequence[Any],
    features: Mapping[str, Any] | None,
) -> Company:
    """Put together for one reader. owners: account -> (customer number, name, kind) of those the reader may see.

    known: of the group's members, those the reader may see, as store.peers.Peer. features: the company's. Partners with
    equal sums: by account.
    """
    paid = (features or {}).get("payroll_payees_3m")
    told = sorted(
        (one for one in found.traded if one.account), key=lambda one: (-(one.came + one.went), one.account or "")
    )
    came, went = (sum((getattr(one, way) for one in told), Decimal(0)) for way in ("came", "went"))
    both = came + went
    partners = []
    for one in told[:MOST_PARTNERS]:
        number, name, kind = owners.get(one.account or "", (None, None, None))
        share = float((one.came + one.went) / both) if both else 0.0
        partners.append(Partner(one.account or "", one.bank, one.came, one.went, share, number, name, kind))
    return Company(
        months=found.months,
        partners=tuple(partners),
        payers=sum(1 for one in told if one.came),
        payees=sum(1 for one in told if one.went),
        payer_share=float(max(one.came for one in told) / came) if came else None,
        payee_share=float(max(one.went for one in told) / went) if went else None,
        concentration=float(sum(((one.came + one.went) ** 2 for one in told), Decimal(0)) / both**2) if both else None,
        paid_accounts=int(paid) if paid else None,  # a run booked as one line does not say whom it went to
        last_run_on=found.last_run_on,
        members=_in_group(known, found.heads),
    )
