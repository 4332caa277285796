"""What every report on paper has: where it comes from, whom it is for, its code, its way to JSON and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from domain.plain import from_plain, to_plain
from domain.verification import verification_code


def mask_fields(target: object, **masks: Any) -> None:
    """Mask fields of a frozen dataclass while it is being made."""
    for name, mask in masks.items():
        object.__setattr__(target, name, mask(getattr(target, name)))


@dataclass(frozen=True)
class ModelVersion:
    """A model whose published run the report reads: its name in the report's language, version and day as of; whether it
    is on trial, as a scorecard is that nobody validated and approved."""

    name: str
    version: str
    as_of: date | None = None
    trial: bool = False


@dataclass(frozen=True)
class Logo:
    """The bank's mark: an image file and the SHA-256 of its bytes, by which a file that changed is told and left out."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Stamp:
    """Where a paper comes from and whom it is for.

    as_of: the day figures are of; business_date: the newest delivery's day; batch: its number in the ledger.
    generated_at carries the bank's time zone or is already in it. accent is the bank's colour (#rrggbb) or None.
    """

    bank: str
    language: str  # zh or en
    as_of: date
    business_date: date
    batch: str
    generated_for: str
    generated_at: datetime
    model_versions: tuple[ModelVersion, ...] = ()
    verification_code: str | None = None
    red_means_up: bool = False
    accent: str | None = None
    logo: Logo | None = None

    @property
    def on_trial(self) -> bool:
        """Whether a model the report reads is on trial."""
        return any(model.trial for model in self.model_versions)


class Report(ABC):
    """What both reports can do."""

    KIND = ""
    stamp: Stamp

    @property
    @abstractmethod
    def subject(self) -> str:
        """The customer or the scope, as the verification code names it."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `from_dict` gives an equal report."""
        told: dict[str, Any] = to_plain(self)
        return told

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """ValueError names the field that is missing, unknown or wrong."""
        return from_plain(cls, told)

    def with_code(self, secret: bytes) -> Self:
        """The same report with its verification code: an HMAC of everything it says but the code itself."""
        bare = replace(self.stamp, verification_code=None)
        told = replace(self, stamp=bare).to_dict()  # type: ignore[type-var]
        code = verification_code(self.KIND, self.subject, told, secret)
        return replace(self, stamp=replace(bare, verification_code=code))  # type: ignore[type-var]
