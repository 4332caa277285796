"""The dossier's last page: the steps of the register with names and times, and lines to sign on."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.reports.dossier import Signature, ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.dossier_answers import conditions
from jobs.pdf.dossier_words import STATE_WORDS
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Gap, Row, empty, heading, how_to_verify, section, table

SIGNING = 34.0  # height of a line to sign on
PROMISED = ("answered", "condition", "closed")  # in tables of their own


def signing(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """What the register says, who signs on paper, and the conclusion."""
    say = sheet.say
    caption = say("开发、验证、批准须由三个不同的人完成", "Developed, validated and approved by three different people")
    # How to verify stands above: the last line of a full page would stand on a page of its own.
    verify = (
        [sheet.text(how_to_verify(sheet), "note"), Spacer(0, tokens.UNIT)] if report.stamp.verification_code else []
    )
    parts = [
        *heading(sheet, say("签署", "Sign-off"), caption),
        *verify,
        *_register(sheet, report),
    ]
    # Conditions stand before the lines, as what is signed: after them a table that just did not fit was a page of its own.
    kept = conditions(sheet, report)
    conclusion = say(
        "验证结论：□ 可以使用  □ 有条件使用  □ 不得使用", "Conclusion: □ fit for use  □ fit with conditions  □ not fit"
    )
    below: list[Flowable] = [sheet.text(conclusion), Spacer(0, tokens.UNIT)]
    if not kept:
        below += [
            sheet.text(say("条件（登记在模型台账）：", "Conditions (kept in the register):"), "quiet"),
            Spacer(0, 60),
        ]
    return [*parts, *kept, *_lines(sheet, report, below)]


def _register(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, signatures = sheet.say, report.standing.signatures
    title = say("台账记录", "In the register")
    if not signatures:
        words = say("该评分卡尚未登入模型台账。", "This card is not in the register of models.")
        return section(sheet, title, "", empty(sheet, words))
    rows = [_step(sheet, one) for one in signatures if one.act not in PROMISED]
    columns = [
        Column(say("步骤", "Step"), 14), Column(say("人", "By"), 16), Column(say("时间", "At"), 17),
        Column(say("说明", "Words given"), 31), Column(say("依据的档案", "On the dossier"), 22),
    ]  # fmt: skip
    caption = say(
        "截至本档案生成时；时间为银行当地时间。每一步之后另出新版，旧版的核验码照常有效",
        "As it stood when this paper was made; times are the bank's. After each step a new paper follows, and the codes of "
        "earlier ones stay valid",
    )
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True))


def _step(sheet: Sheet, one: Signature) -> Row:
    say = sheet.say
    act = say.opened(say(*STATE_WORDS.get(one.act, (one.act, one.act))))
    words = one.words or say("由信用评价任务开发", "developed by a credit run")
    return Row((act, one.by, phrasing.minute(one.at), words, one.code or phrasing.ABSENT))


def _lines(sheet: Sheet, report: ValidationDossier, below: list[Flowable]) -> list[Flowable]:
    """A line for each role, with the name and day the register has; who has none yet signs with their own. below: stands on
    the same page."""
    say = sheet.say
    columns = [
        Column(say("角色", "Role"), 24), Column(say("姓名", "Name"), 24), Column(say("签字", "Signature"), 30), Column(say("日期",
            "Date"), 22),
    ]  # fmt: skip
    roles = (
        ("developed", say("开发人", "Developed by")), ("validated", say("独立验证人", "Independently validated by")),
        ("approved", say("批准人", "Approved by")), ("", say("内部审计", "Internal audit")),
    )  # fmt: skip
    newest = {one.act: one for one in report.standing.signatures}
    rows = []
    for act, words in roles:
        found = newest.get(act)
        known = (found.by, phrasing.day(found.at.date())) if found else (Spacer(1, SIGNING), Spacer(1, SIGNING))
        rows.append(Row((words, known[0], Spacer(1, SIGNING), known[1])))
    return section(
        sheet, say("签字", "Signatures"), "", table(sheet, columns, rows), Gap(tokens.UNIT), *below, whole=True
    )
