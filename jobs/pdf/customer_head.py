"""Who a paper about one customer is about: the name and what is known of them, under the paper's title."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.canonical import BY_NAME
from domain.catalogue import CUSTOMER_WORDS, GENDER_WORDS, INDUSTRY_SECTIONS
from domain.delivered_words import delivered
from domain.reports import Identity
from domain.reports.stamp import Stamp
from jobs.pdf import bars, tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import pairs

RISK_LADDER = BY_NAME["customers"].column("risk_preference").values


def name_of(sheet: Sheet, identity: Identity) -> str:
    """What the customer is called on paper; by number where there is no name."""
    return identity.name or sheet.say(f"客户 {identity.customer_id}", f"Client {identity.customer_id}")


def subject_of(sheet: Sheet, identity: Identity) -> str:
    """The name with the number, once where the name is the number."""
    name, number = name_of(sheet, identity), identity.customer_id
    return name if number in name else sheet.say.joined(name, number)


def head(
    sheet: Sheet, title: str, one: Identity, stamp: Stamp, marks: Sequence[tuple[str, str]], days_past_due: int | None,
    currency: str,
) -> list[Flowable]:  # fmt: skip
    """Title, name, the kind of customer with the marks, how late they are, and what is known of who it is.

    marks: words and tone of each chip.
    """
    say, day = sheet.say, phrasing.day(stamp.as_of)
    chips = [(say(*CUSTOMER_WORDS[one.kind]), "plain"), *marks]
    if days_past_due:
        late = phrasing.counted(days_past_due, "en", "", "day")
        chips.append((say(f"逾期{days_past_due}天", f"{late} past due"), "bad"))
    return [
        sheet.text(say.joined(title, say(f"截至 {day}", f"as of {day}")), "kicker"),
        sheet.text(name_of(sheet, one), "title"),
        Spacer(0, 4),
        bars.chips(chips, tokens.WIDTH, sheet.accent),
        Spacer(0, 8),
        pairs(sheet, identity_facts(sheet, one, currency)),
        Spacer(0, 12),
    ]


def identity_facts(sheet: Sheet, one: Identity, currency: str) -> list[tuple[str, str]]:
    """What is known of who it is; what the bank does not know is left out, except what every customer should have."""
    say = sheet.say
    always = [
        (say("客户号", "Customer number"), one.customer_id),
        (say("开户机构", "Branch"), one.branch or phrasing.ABSENT),
        (say("客户经理", "Relationship manager"), one.manager or say("未分配", "not assigned")),
        (say("开户日期", "Customer since"), phrasing.day(one.opened_on)),
    ]
    more = _corporate(sheet, one, currency) if one.kind == "corporate" else _personal(sheet, one, currency)
    shared = [(say("联系电话", "Phone"), one.phone), (say("所在城市", "City"), one.city)]
    return always + [(name, value) for name, value in (*more, *shared) if value]


def _personal(sheet: Sheet, one: Identity, currency: str) -> list[tuple[str, str | None]]:
    say = sheet.say
    age = None if one.age_years is None else say(f"{one.age_years}岁", f"{one.age_years} years")
    gender = say.coded(GENDER_WORDS, one.gender) if one.gender else None
    income = None if one.annual_income is None else say.money(one.annual_income, currency)
    return [
        (say("证件号码", "ID number"), one.id_number),
        (say("性别与年龄", "Gender and age"), say.joined(gender, age)),
        (say("职业", "Occupation"), delivered("occupation", one.occupation, say.language)),
        (say("年收入", "Annual income"), income),
        (say("风险偏好", "Risk preference"), _of_five(sheet, one.risk_preference)),
    ]


def _of_five(sheet: Sheet, code: str | None) -> str | None:
    """C4 is the fourth of five: banks differ in the words, so paper says where it stands."""
    ladder = sheet.say("由低到高 C1–C5", "C1 lowest, C5 highest")
    return sheet.say.bracket(code, ladder) if code in RISK_LADDER else code


def _corporate(sheet: Sheet, one: Identity, currency: str) -> list[tuple[str, str | None]]:
    say = sheet.say
    capital = None if one.registered_capital is None else say.money(one.registered_capital, currency)
    revenue = None if one.annual_revenue is None else say.money(one.annual_revenue, currency)
    staff = None if one.employees is None else phrasing.counted(one.employees, say.language, "人", "person", "people")
    return [
        (say("统一社会信用代码", "Credit code (USCC)"), one.uscc),
        (say("行业", "Industry"), _industry(sheet, one.industry)),
        (say("法定代表人", "Legal representative"), one.legal_representative),
        (say("注册资本", "Registered capital"), capital),
        (say("年营业收入", "Annual revenue"), revenue),
        (say("员工人数", "Employees"), staff),
    ]


def _industry(sheet: Sheet, code: str | None) -> str | None:
    """The section of the national classification before its code; a code of another classification as it stands."""
    section_of = INDUSTRY_SECTIONS.get((code or "")[:1])
    return f"{sheet.say.opened(sheet.say(*section_of))} {code}" if section_of else code
