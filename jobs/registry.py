"""JOB_KINDS: every kind of background work, one line each.

Queues, time limits, who may start it, what follows it, when it starts by itself, the form of the jobs page and the
house tests derive from this table. A new job is a file `jobs/<verb_noun>.py` with `run(job, **parameters) -> dict`,
its test, and one line here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

QUICK, HEAVY = "quick", "heavy"
QUEUES = (QUICK, HEAVY)  # one worker process each by default: a report never waits behind a recompute


@dataclass(frozen=True)
class Field:
    """One parameter a person may give on the jobs page; not given, the job decides.

    kind: date (ISO), flag (true or false), share (0 to 1, written as percent on the page) or branch (its number,
    chosen by name).
    """

    name: str
    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class JobKind:
    """One kind of work.

    timeout: seconds. permission: the grant that may start it. What it runs is `run` of the module of its own name, with
    `verb` before it where given, found when it is first run.
    then: what follows it in a chain when it ends well, one after the other, unless its result says `changed: False`;
    which of RUNS follow a delivery is a schedule. alone: one job of the kind runs at a time, however many workers there
    are, so that no month is computed twice at once. waits_for: a chain lets it wait while the first candidate of that
    kind of run is undecided. personal: works in the scope of who asked, and the same asking by two people is two jobs;
    the others work on the whole bank.
    form: what the jobs page asks for; None when it does not offer the kind, which is started where it belongs.
    """

    name: str
    queue: str
    timeout: int
    permission: str
    zh: str
    en: str
    form: tuple[Field, ...] | None = None
    then: tuple[str, ...] = ()
    personal: bool = False
    alone: bool = False
    waits_for: str | None = None
    verb: str = ""
    package: str = "jobs"

    @property
    def function(self) -> str:
        """The dotted name of what it runs."""
        return f"{self.package}.{f'{self.verb}_' if self.verb else ''}{self.name}.run"

    def resolve(self) -> Callable[..., dict[str, Any] | None]:
        """The function itself. ImportError or AttributeError when the dotted name leads nowhere."""
        module, _, name = self.function.rpartition(".")
        found: Callable[..., dict[str, Any] | None] = getattr(importlib.import_module(module), name)
        return found

    def title(self, language: str) -> str:
        """What a person calls it, `language` zh or en."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Schedule:
    """What starts by itself: kinds that run one after the other, in the order of `offered`.

    day, at: of the month (1 to 28) and the time of day in the bank's time zone; None where a delivery that counts starts
    them. What an administrator changed stands in the database; this is how it is at first.
    """

    name: str
    zh: str
    en: str
    offered: tuple[str, ...]
    day: int | None = None
    at: str | None = None
    active: bool = True

    def title(self, language: str) -> str:
        """What a person calls it, `language` zh or en."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Registry:
    """A table of kinds, what starts by itself, and the dotted function a worker calls with a job's id. Tests bring one
    of their own."""

    kinds: Mapping[str, JobKind]
    executor: str
    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    def kind(self, name: str) -> JobKind:
        """KeyError names the kinds there are."""
        if name not in self.kinds:
            raise KeyError(f"there is no job kind {name!r}; there are {', '.join(sorted(self.kinds))}")
        return self.kinds[name]


AS_OF = Field("as_of", "date", "业务日期", "As of")
KEEP_CUTS = Field("keep_cuts", "flag", "沿用已发布版本的分界值", "Keep the cut points of the published run")
DEVELOP = Field(
    "develop", "flag", "重新建卡（不勾选则沿用在用评分卡）", "Develop a new card (otherwise the card on show rates)"
)
LONG_RUN_RATE = Field("long_run_rate", "share", "校准到的长期坏率（%）", "Long-run share of bad to calibrate to (%)")
BRANCH = Field("branch", "branch", "范围", "Scope")
SEGMENTATION, RATING = (AS_OF, BRANCH, KEEP_CUTS), (AS_OF, BRANCH, DEVELOP, LONG_RUN_RATE)

# Their right order: segments before what learns by segment, ratings before the contribution that takes their PDs.
# Early warnings come last: the months of features they read are worked out by then.
RUNS = (
    "segment_customers",
    "rate_customers",
    "contribute",
    "attrition",
    "next_product",
    "early_warning",
    "monitor_scorecard",
)
DELIVERY = "delivery"
HOUR = 3600

_KINDS = (
    JobKind("receive_delivery", HEAVY, 4 * HOUR, "deliveries.upload", "接收数据", "Receive a delivery", then=("build_picture",)),
    JobKind("build_picture", HEAVY, 4 * HOUR, "jobs.submit", "重建客户视图", "Rebuild the picture", (), RUNS, alone=True),
    JobKind("segment_customers", HEAVY, 2 * HOUR, "jobs.submit", "客户细分", "Segmentation", SEGMENTATION, alone=True),
    JobKind("rate_customers", HEAVY, 2 * HOUR, "jobs.submit", "信用评价", "Credit rating", RATING, alone=True),
    JobKind("contribute", HEAVY, 2 * HOUR, "jobs.submit", "贡献度", "Contribution", (AS_OF, BRANCH), alone=True, waits_for="credit"),
    JobKind("attrition", HEAVY, 2 * HOUR, "jobs.submit", "流失预警", "Attrition", (AS_OF, BRANCH), alone=True, verb="predict"),
    JobKind("next_product", HEAVY, 2 * HOUR, "jobs.submit", "下一产品", "Next product", (AS_OF, BRANCH), alone=True, verb="predict"),
    JobKind("profile_features", HEAVY, 2 * HOUR, "jobs.submit", "特征目录", "Feature catalogue", (AS_OF,), alone=True),
    JobKind("develop_scorecard", HEAVY, 2 * HOUR, "development.edit", "评分卡开发", "Scorecard development", alone=True),
    JobKind("early_warning", HEAVY, 2 * HOUR, "jobs.submit", "早期预警", "Early warning", (AS_OF,), alone=True, verb="measure"),
    JobKind("monitor_scorecard", HEAVY, 2 * HOUR, "jobs.submit", "评分卡监测", "Scorecard monitoring", (AS_OF,), alone=True),
    JobKind("compare_models", HEAVY, HOUR, "models.compare", "评分卡对比", "Scorecards side by side"),
    JobKind("validation_dossier", HEAVY, HOUR, "models.dossier", "验证档案", "Validation dossier", personal=True, verb="make"),
    JobKind("sign_off_dossier", QUICK, 600, "models.dossier", "验证档案续签", "Sign-off of a dossier"),
    JobKind("what_if", QUICK, 900, "contribution.view", "假设测算", "What if"),
    JobKind("customer_report", QUICK, 300, "reports.customer", "客户报告", "Customer report", personal=True, verb="make"),
    JobKind("credit_report", QUICK, 300, "reports.credit", "信用报告", "Credit report", personal=True, verb="make"),
    JobKind("management_report", QUICK, 600, "reports.management", "经营月报", "Monthly report", personal=True, verb="make"),
    JobKind("branch_report", QUICK, 600, "reports.management", "机构业绩报告", "Branch report", personal=True, verb="make"),
    JobKind("segment_report", QUICK, 600, "reports.management", "客群报告", "Segment report", personal=True, verb="make"),
)  # fmt: skip
JOB_KINDS: dict[str, JobKind] = {kind.name: kind for kind in _KINDS}

_SCHEDULES = (
    Schedule(DELIVERY, "数据到达后", "After a delivery", RUNS),
    Schedule("monthly", "每月计算", "Every month", RUNS, 2, "03:00"),
    Schedule("mid_month", "月中更新", "In mid-month", ("attrition", "next_product"), 16, "03:00", active=False),
)
SCHEDULES: dict[str, Schedule] = {schedule.name: schedule for schedule in _SCHEDULES}

REGISTRY = Registry(JOB_KINDS, "jobs.runner.execute", SCHEDULES)
