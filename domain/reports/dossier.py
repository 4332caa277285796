"""The validation dossier of a scorecard: what it was made from, how good it is, whom it may be used for, who signed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.credit.elsewhere import CardLine
from domain.credit.findings import Finding, judged
from domain.credit.monitoring import WatchedMonth
from domain.credit.selection import SelectionRules, Verdict
from domain.credit.validated import Limit, Validation
from domain.reports.stamp import Report, Stamp

_TRENDS = {"safer": "falling", "riskier": "rising"}  # the share of bad along the bins


@dataclass(frozen=True)
class Signature:
    """A step of the register: who took the model into which state, when, and the words given. code: of the dossier it was
    decided on, None where none was asked for."""

    act: str
    by: str
    at: datetime
    words: str
    code: str | None = None


@dataclass(frozen=True)
class Promised:
    """An answer to a finding (its key), or a condition of a signature (step): what is done, who does it, until when, who said
    so, and who saw it done."""

    finding: str | None
    step: str | None
    words: str
    owner: str
    due: date
    by: str
    at: datetime
    closed_by: str | None = None
    closed_at: datetime | None = None
    closed_words: str | None = None


@dataclass(frozen=True)
class Standing:
    """The model in the register; without an entry everything but the version is None or empty.

    run_version, run_as_of: of the run that developed it. hash: of the whole card, as its JSON has it. promised: the answers
    that count and the conditions, oldest first. on_trial: the grades on show are made with it, and nobody approved it.
    """

    version: str
    run_version: str
    run_as_of: date
    started_by: str
    seed: int
    code_version: str
    batches: tuple[int, ...]
    hash: str
    state: str | None = None
    owner: str | None = None
    tier: int | None = None
    signatures: tuple[Signature, ...] = ()
    promised: tuple[Promised, ...] = ()
    on_trial: bool = False


@dataclass(frozen=True)
class SampleTold:
    """How the sample was drawn and what was left out; None where the kind of sample has no such rule or count.

    kind: behaviour or application. already_bad, indeterminate, no_status_after, without_outcome, no_history: rows left out.
    """

    kind: str
    performance_months: int | None = None
    bad_days: int | None = None
    indeterminate_days: int | None = None
    already_bad: int | None = None
    indeterminate: int | None = None
    no_status_after: int | None = None
    without_outcome: int | None = None
    no_history: int | None = None


@dataclass(frozen=True)
class Declared:
    """What was declared of a characteristic in the card, and what its bins show, in both languages (zh, en).

    expected: what a higher value should mean (safer, riskier, auto: the sample says), why: the reason. trend: of its bins,
    as domain.credit.binning has it, or states: each value in a bin of its own. cleared: why an information value over the
    leak flag is no leak, None where it is not over it or nobody said; cleared_by: who said so, "" where the table of
    characteristics does.
    """

    name: str
    expected: str
    trend: str
    why: tuple[str, str] | None = None
    cleared: tuple[str, str] | None = None
    cleared_by: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether the bins go the way that was declared; where nothing was, any way is right."""
        return self.expected == "auto" or self.trend in (_TRENDS[self.expected], "none", "states")


@dataclass(frozen=True)
class GradeFloor:
    """A grade: its lowest whole score (None: no floor) and the PD it ends at (None: open)."""

    grade: str
    floor: int | None
    bound: float | None


@dataclass(frozen=True)
class ScalingTold:
    """How log odds become points."""

    points: float
    odds: float
    double: float
    factor: float
    offset: float
    base_points: int
    intercept: float
    long_run_rate: float
    grades: tuple[GradeFloor, ...]
    knee: int | None = None
    steeper: float = 1.0


@dataclass(frozen=True)
class ValidationDossier(Report):
    """Everything a supervisor asks of a scorecard. by_hand: characteristics whose bins people set. told_auc: out of fold, as
    the run that developed the card has it; None where it has none. rules: by which characteristics were selected.
    least_share: of the rows in a bin cut from values."""

    KIND = "validation_dossier"

    stamp: Stamp
    standing: Standing
    sample: SampleTold
    verdicts: tuple[Verdict, ...]
    lines: tuple[CardLine, ...]
    scaling: ScalingTold
    validation: Validation
    months: tuple[WatchedMonth, ...]
    limits: tuple[Limit, ...]
    by_hand: tuple[str, ...] = ()
    told_auc: float | None = None
    declared: tuple[Declared, ...] = ()
    rules: SelectionRules = field(default_factory=SelectionRules)
    least_share: float = 0.05

    @property
    def judged(self) -> tuple[Finding, ...]:
        """Every test with its level, in the order of the first page."""
        return judged(self.validation, self.told_auc, [one.shift for one in self.months])

    @property
    def subject(self) -> str:
        """The model's version and the run it was developed in."""
        return f"{self.standing.version} {self.standing.run_version}"
