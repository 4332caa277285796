"""What the what-if page is asked, as it stands in its address: the link holds the whole question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.contribution.cells import SEPARATOR, BadCell, Key, cells, key_of, read, told, written
from domain.contribution.parameters import ContributionParameters
from domain.plain import from_plain
from portal.access import Ctx
from portal.address_numbers import number_in
from portal.branch_choice import branch_asked
from portal.contribution_question import months_of
from portal.overview_question import query
from store.branches import Branch
from store.parameters import CONTRIBUTION, numbered
from store.runs import Run
from warehouse.contribution import basis_of

PATH = "/contribution/what-if"
WINDOWS = (1, 3, 12)
BETWEEN, MOST = "|", 40


@dataclass(frozen=True)
class Question:
    """A run's months up to `month`, a version of parameters instead of each month's own (None: own), figures changed.

    odd: what stood in the address and could not be read. branch: what of the answer is shown, None all that is in scope.
    """

    run: Run
    month: date
    window: int
    version: int | None
    changes: Mapping[Key, Decimal]
    odd: Sequence[str]
    tree: Sequence[Branch]
    branch: Branch | None

    @property
    def asks(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.changes) or self.version is not None

    @property
    def months(self) -> tuple[date, ...]:
        """The months worked out again, oldest first."""
        return tuple(day for day in months_of(self.run) if day <= self.month)[-self.window :]

    def parameters(self) -> dict[str, Any]:
        """Of the job that answers it: the same for everybody who asks the same."""
        return {
            "run_id": self.run.run_id, "month": self.month.isoformat(), "months": len(self.months), "version": self.version,
            "changes": {told(key): f"{value.normalize():f}" for key, value in sorted(self.changes.items())},
        }  # fmt: skip

    def query(self, **changed: str) -> str:
        """The question as a query string, with parts of it changed."""
        own = {
            "month": f"{self.month:%Y-%m}", "months": str(self.window), "branch": self.branch.branch_id if self.branch else "",
            "version": "" if self.version is None else str(self.version), "change": said(self.changes),
        }  # fmt: skip
        return query(**{**own, **changed})

    def address(self, **changed: str) -> str:
        """The page with the question, or another."""
        return f"{PATH}?{self.query(**changed)}"

    def paths(self, ctx: Ctx) -> tuple[str, ...]:
        """What of the answer this viewer is shown."""
        return (self.branch.path,) if self.branch else ctx.scope.paths


def said(changes: Mapping[Key, Decimal]) -> str:
    """Changed figures as they stand in an address, written as in the boxes."""
    return BETWEEN.join(f"{told(key)}{SEPARATOR}{written(key, value)}" for key, value in changes.items())


def question_of(ctx: Ctx, shown: Run, told_: Mapping[str, Any]) -> Question:
    """Read an address; the run's last month alone and nothing changed where it says nothing. OutOfScope for a branch
    that is not the viewer's. What cannot be read is left out and named in `odd`."""
    (tree, branch), months = branch_asked(ctx, told_), months_of(shown)
    month = next((day for day in months if f"{day:%Y-%m}" == told_.get("month")), months[-1])
    window = next((each for each in WINDOWS if str(each) == str(told_.get("months") or "")), 1)
    version = _version(ctx, str(told_.get("version") or ""))
    changes, odd = _changes(str(told_.get("change") or ""))
    asked = Question(shown, month, window, version, {}, (), tree, branch)
    own = cells(base_of(ctx, asked))
    missing = [told(key) for key in changes if key not in own]
    kept = {key: value for key, value in changes.items() if key in own and value != own[key]}
    return Question(shown, month, window, version, kept, (*odd, *missing), tree, branch)


def _version(ctx: Ctx, word: str) -> int | None:
    number = number_in(word)
    row = None if number is None else numbered(ctx.connection, CONTRIBUTION, number)
    fits = row is not None and row.parameters.get("currency") == ctx.currency and row.state != "rejected"
    return number if fits else None


def _changes(text: str) -> tuple[dict[Key, Decimal], list[str]]:
    found: dict[Key, Decimal] = {}
    items = [each for each in text.split(BETWEEN) if each]
    odd = [item[:80] for item in items[MOST:]]
    for item in items[:MOST]:
        word, _, value = item.rpartition(SEPARATOR)
        key = key_of(word)
        try:
            figure = None if key is None else read(key, value)
        except BadCell:
            figure = None
        if key is None or figure is None:
            odd.append(item[:80])
        else:
            found[key] = figure
    return found, odd


def base_of(ctx: Ctx, asked: Question) -> ContributionParameters:
    """The figures the changes are made to: the version's, or those the run used in the last month."""
    if asked.version is not None:
        row = numbered(ctx.connection, CONTRIBUTION, asked.version)
        if row is not None:
            return from_plain(ContributionParameters, row.parameters)
    return basis_of(asked.run.model).parameters(asked.month).parameters
