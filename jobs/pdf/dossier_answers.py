"""The dossier's page of findings and answers: what the tests found, what was answered, by whom and until when."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from domain import phrasing
from domain.credit.finding_words import finding_words
from domain.credit.findings import Finding, open_findings
from domain.reports.dossier import Promised, ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.dossier_words import STEP_WORDS, judgement
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, empty, section, table


def answers(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """A row a finding; of one that must be answered and is not, that it holds the signature back."""
    say = sheet.say
    title = say("发现与答复", "Findings and answers")
    caption = say(
        "“须处理”和“须答复”（明显不如挑战模型）的，答复之前不能验证或批准；答复人不能是验证人。“关注”可以答复，不强制",
        "Nobody validates or approves before each “act” and “to be answered” (a challenger that is surely better) is answered, by "
        "somebody else than who validates; a “watch” may be answered",
    )
    found = open_findings(report.judged)
    if not found:
        return section(
            sheet,
            title,
            caption,
            empty(sheet, say("各项检验均为稳定，没有须答复的发现。", "Every test is stable: nothing to answer.")),
        )
    rows = [_row(sheet, one, _newest(one, report.standing.promised)) for one in found]
    columns = [
        Column(say("发现", "Finding"), 27), Column(say("判断", "Judgement"), 11), Column(say("答复：如何处理", "Answer: what is done"), 34),
        Column(say("何人、期限", "Who, until when"), 15), Column(say("答复人", "Answered by"), 13),
    ]  # fmt: skip
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True, small=True))


def _newest(one: Finding, promised: Sequence[Promised]) -> Promised | None:
    fitting = [each for each in promised if each.finding == one.key]
    return fitting[-1] if fitting else None


def _row(sheet: Sheet, one: Finding, told: Promised | None) -> Row:
    say = sheet.say
    words = say.opened(finding_words(one.key, say.language))
    level, colour = judgement(say, one)
    tones = [(1, colour)]
    if told is None:
        missing = (
            say("未答复，不能验证或批准", "not answered: no signature")
            if one.required
            else say("未答复", "not answered")
        )
        if one.required:
            tones.append((2, tokens.BAD))
        return Row((words, level, missing, phrasing.ABSENT, phrasing.ABSENT), tones=tuple(tones))
    return Row((words, level, done(sheet, told), until(sheet, told), _by(sheet, told)), tones=tuple(tones))


def done(sheet: Sheet, one: Promised) -> str:
    """What is done, and that it was, in the words of who saw it."""
    if one.closed_at is None:
        return one.words
    say, day = sheet.say, phrasing.day(one.closed_at.date())
    closed = say(
        f"【{one.closed_by} {day} 已了结：{one.closed_words}】",
        f"[closed by {one.closed_by}, {day}: {one.closed_words}]",
    )
    return f"{one.words} {closed}"


def until(sheet: Sheet, one: Promised) -> str:
    """Who does it and until when."""
    return sheet.say(f"{one.owner}，{phrasing.day(one.due)}", f"{one.owner}, {phrasing.day(one.due)}")


def _by(sheet: Sheet, one: Promised) -> str:
    return sheet.say(f"{one.by}，{phrasing.day(one.at.date())}", f"{one.by}, {phrasing.day(one.at.date())}")


def conditions(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """What a signature was given on; nothing where there is none."""
    say = sheet.say
    rows = [
        Row((say.opened(say(*STEP_WORDS[one.step])), done(sheet, one), until(sheet, one), _by(sheet, one)))
        for one in report.standing.promised if one.step is not None
    ]  # fmt: skip
    if not rows:
        return []
    columns = [
        Column(say("签署", "Signature"), 14), Column(say("条件", "Condition"), 52), Column(say("何人、期限", "Who, until when"), 17),
        Column(say("提出人", "Set by"), 17),
    ]  # fmt: skip
    caption = say(
        "登记在模型台账，到期提醒责任人与风险经理",
        "Kept in the register, which reminds who must meet it and the risk officers",
    )
    return section(sheet, say("条件", "Conditions"), caption, table(sheet, columns, rows, dense=True, small=True))
