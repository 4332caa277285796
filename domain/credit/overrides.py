"""Overrides: a person's judgement that a customer's grade is not the model's, within limits and for a time.

What a grade may become, why, for how long, and which grade counts on a day. An override moves the grade only: score,
points and probability of default stay the model's, so the shown points still add up to the score.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.credit.grades import DEFAULTED, Masterscale
from domain.phrasing import choose

MOST_NOTCHES = 2  # from the model's grade, up or down
MOST_MONTHS = 12  # from the day it is proposed to its last day
LEAST_WORDS, MOST_WORDS = 6, 1000  # characters of a reason: "ok" defends nothing two years later
LEAST_DIFFERENT = 4  # of them: nor does one letter over and over
MOST_SHARE = 0.10  # of rated customers overridden; above it the model is asked about, not the customers
UP, DOWN = "up", "down"

PROPOSED, IN_FORCE, REFUSED, WITHDRAWN, EXPIRED = "proposed", "in_force", "refused", "withdrawn", "expired"
STATES = (PROPOSED, IN_FORCE, REFUSED, WITHDRAWN, EXPIRED)
STATE_WORDS = {
    PROPOSED: ("待签署", "Waiting for signature"), IN_FORCE: ("生效中", "In force"), REFUSED: ("已拒绝", "Refused"),
    WITHDRAWN: ("已撤回", "Withdrawn"), EXPIRED: ("已到期", "Expired"),
}  # fmt: skip
HOLDS, RESTS, AGREES = "holds", "rests", "agrees"


@dataclass(frozen=True)
class Reason:
    """Why a grade is overridden; ways: up, down or both."""

    code: str
    zh: str
    en: str
    ways: tuple[str, ...] = (UP, DOWN)

    def words(self, language: str) -> str:
        """The reason in `language`."""
        return choose(language, self.zh, self.en)


REASONS: tuple[Reason, ...] = (
    Reason("verified_means", "已核实的收入或资产未进入本行数据", "Verified income or assets the bank's data lack", (UP,)),
    Reason("support", "股东、集团或家庭的书面支持", "Written support of owners, group or family", (UP,)),
    Reason("cured", "一次性事件，已消除", "A single event, since cured", (UP,)),
    Reason("newer_accounts", "新近财务资料尚未反映", "Newer financial accounts than the model has seen"),
    Reason("data_error", "数据有误，正在更正", "An error in the data, being corrected"),
    Reason("other_lenders", "征信或他行有不良记录", "Bad record at other lenders or the credit bureau", (DOWN,)),
    Reason("legal", "涉诉、被执行或受处罚", "Lawsuit, enforcement or penalty", (DOWN,)),
    Reason("guarantees", "对外担保或关联方风险", "Guarantees given, or trouble of related parties", (DOWN,)),
    Reason("industry", "行业或地区恶化", "Trade or region in decline", (DOWN,)),
)  # fmt: skip
REASON_BY_CODE = {reason.code: reason for reason in REASONS}
LADDER = (*Masterscale().grades, DEFAULTED)


@dataclass(frozen=True)
class Override:
    """One override. model_*: what the run on show said when it was proposed; notches: + is better, − worse.

    grade_now: the model's grade today, None when the customer is no longer rated. expires_on: the last day it holds.
    valid_from and ended_on: the day it came into force, and the first day it no longer was. *_name: of the person,
    where the login is still a user's.
    """

    override_id: int
    customer_id: str
    branch_id: str
    model_run_id: int
    model_version: str | None
    model_grade: str
    model_score: int | None
    model_pd: float | None
    grade: str
    notches: int
    reason_code: str
    reason: str
    expires_on: date
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    valid_from: date | None
    ended_on: date | None
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str | None
    grade_now: str | None = None
    proposer_name: str | None = None
    decider_name: str | None = None

    def state_on(self, day: date) -> str:
        """Its state; one in force is over the day after its last day, whether or not anybody has written that down."""
        return EXPIRED if self.state == IN_FORCE and day > self.expires_on else self.state

    @property
    def moved(self) -> bool:
        """Whether the model's grade is another one than when it was proposed."""
        return self.grade_now is not None and self.grade_now != self.model_grade


def notches(model_grade: str, grade: str, ladder: Sequence[str] = LADDER) -> int:
    """How many grades better (+) or worse (−) than the model's. ValueError for a grade the scale does not have."""
    unknown = [one for one in (model_grade, grade) if one not in ladder]
    if unknown:
        raise ValueError(f"the masterscale has no grade {', '.join(unknown)}; it has {', '.join(ladder)}")
    return ladder.index(model_grade) - ladder.index(grade)


def allowed(model_grade: str, overdue: bool = False, ladder: Sequence[str] = LADDER) -> tuple[str, ...]:
    """The grades an override may give, best first.

    Nothing for who has defaulted: default is a fact, and so nobody is put into D either. Never up to the best grade,
    which only the figures give. Not up at all while something is past due: it is paid first.
    """
    if model_grade == DEFAULTED or model_grade not in ladder:
        return ()
    found = []
    for grade in ladder:
        distance = notches(model_grade, grade, ladder)
        better_barred = distance > 0 and (overdue or grade == ladder[0])
        if distance and abs(distance) <= MOST_NOTCHES and grade != DEFAULTED and not better_barred:
            found.append(grade)
    return tuple(found)


def effect(model_grade: str, grade: str, ladder: Sequence[str] = LADDER) -> str:
    """What a signed override does beside the model's grade of today: holds, rests or agrees.

    It rests, and the model's grade counts, where the customer has defaulted since, or where it would lift a customer
    further above the model than anybody may sign: bad news is never signed away in advance. A grade worse than the
    model's keeps holding however far the model moves: caution does no harm, and it ends by its date.
    """
    if model_grade == grade:
        return AGREES
    unknown = model_grade not in ladder or grade not in ladder
    if unknown or model_grade == DEFAULTED or notches(model_grade, grade, ladder) > MOST_NOTCHES:
        return RESTS
    return HOLDS


def in_effect(model_grade: str, grade: str | None, ladder: Sequence[str] = LADDER) -> str:
    """The grade that counts: the override's while it holds, else the model's. grade: of the override in force, or None."""
    if grade is None or effect(model_grade, grade, ladder) == RESTS:
        return model_grade
    return grade


def last_day(from_day: date) -> date:
    """The latest day an override proposed on `from_day` may run to: MOST_MONTHS later, 29 February to the 28th."""
    months = from_day.month - 1 + MOST_MONTHS
    year, month = from_day.year + months // 12, months % 12 + 1
    return date(year, month, min(from_day.day, calendar.monthrange(year, month)[1]))


def way_of(distance: int) -> str:
    """up or down."""
    return UP if distance > 0 else DOWN
