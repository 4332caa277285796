"""The dossier's part on the challenger: how much better or worse, whether chance explains it, what it would cost, and why the
scorecard stands."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from domain.credit.findings import CHALLENGER
from domain.phrasing import number
from domain.reports.dossier import ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.dossier_figures import interval, two_columns
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import section


def challenger(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """Figures, and the argument in sentences. Why a card stands that is surely worse is for people to say."""
    say, found = sheet.say, report.validation
    told = found.challenger
    rows = [
        *_aucs(sheet, report),
        (
            say(
                "评分卡减挑战模型（同折，DeLong 区间，按客户）",
                "Scorecard less challenger (same folds, DeLong by customer)",
            ),
            interval(told.gain, sign=True),
        ),
        (
            say("Brier 分：评分卡 / 挑战模型", "Brier: scorecard / challenger"),
            f"{number(found.calibration.brier, 4)} / {number(told.brier, 4)}",
        ),
        (
            say("特征数：评分卡 / 挑战模型", "Characteristics: scorecard / challenger"),
            f"{len(found.coefficients)} / {told.columns}",
        ),
    ]
    caption = say(
        f"梯度提升树，使用全部 {told.columns} 个备选特征，与评分卡在相同的折上比较：可解释的代价看得见",
        f"Gradient boosting on all {told.columns} characteristics offered, on the scorecard's own folds: what being explainable "
        "costs can be seen",
    )
    return section(
        sheet, say("挑战模型", "Challenger"), caption, two_columns(sheet, rows), Spacer(0, tokens.UNIT),
        *(sheet.text(words) for words in (_difference(sheet, report), _cost(sheet, report), _why(sheet, report))),
    )  # fmt: skip


def _aucs(sheet: Sheet, report: ValidationDossier) -> list[tuple[str, str]]:
    """The card's AUC as everywhere, the mean of its repeats, and on the folds of one repeat, which the challenger is put beside."""
    say, told, ours = sheet.say, report.validation.challenger, report.validation.discrimination
    mean = (
        say(f"评分卡 AUC，{ours.repeats} 次重复的平均", f"Scorecard AUC, mean of {ours.repeats} repeats"),
        interval(ours.auc),
    )
    same = (say("评分卡 AUC，与挑战模型同折（第一次重复）", "Scorecard AUC, on the challenger's folds (first repeat)"),)
    rows = [mean, *([(*same, interval(told.card))] if told.card is not None else [])]
    return [*rows, (say("挑战模型 AUC", "Challenger AUC"), interval(told.auc))]


def _difference(sheet: Sheet, report: ValidationDossier) -> str:
    """How much, in pairs, and whether the interval holds zero."""
    say, gain = sheet.say, report.validation.challenger.gain
    pairs = number(abs(gain.value) * 100, 1)
    if gain.value < 0:
        how = say(
            f"差距：每一百对一好一坏的客户中，挑战模型多排对 {pairs} 对",
            f"How much: of a hundred pairs of a good and a bad customer the challenger ranks {pairs} more the right way",
        )
    else:
        how = say(
            f"差距：每一百对一好一坏的客户中，评分卡多排对 {pairs} 对",
            f"How much: of a hundred pairs of a good and a bad customer the scorecard ranks {pairs} more the right way",
        )
    if gain.low <= 0 <= gain.high:
        return how + say(
            "；区间含零，差异在偶然范围之内。", "; the interval holds zero, so the difference is within chance."
        )
    return how + say(
        "；区间不含零，差异超出偶然。", "; the interval does not hold zero, so the difference is beyond chance."
    )


def _cost(sheet: Sheet, report: ValidationDossier) -> str:
    say, found = sheet.say, report.validation
    few, many = len(found.coefficients), found.challenger.columns
    return say(
        f"代价：挑战模型把 {many} 个特征放进许多棵相互叠加的树，没有事先声明的方向，也没有可以相加的整数分；不能告诉客户哪一项扣了多少分、"
        f"怎样才能升一级，也不能在纸上复算。评分卡只用 {few} 个特征，每项有方向、理由和分数，各项相加就是评分。",
        f"What it would cost: the challenger puts {many} characteristics into many trees on top of each other, without directions "
        "declared beforehand and without whole points that add up. Nobody could tell a customer what cost how many points or what "
        f"would move a grade, nor work the score out on paper. The scorecard has {few} characteristics, each with its direction, "
        "reason and points, and their sum is the score.",
    )


def _why(sheet: Sheet, report: ValidationDossier) -> str:
    say = sheet.say
    asked = next(one for one in report.judged if one.code == CHALLENGER)
    if not asked.required:
        return say(
            "评分卡为何保留：没有证据表明放弃可解释性能换来更好的排序。",
            "Why the scorecard stands: nothing shows that giving up the explanation would buy a better ranking.",
        )
    said = [one for one in report.standing.promised if one.finding == asked.key]
    if said:
        return say(
            f"评分卡为何保留，{said[-1].by}的答复：{said[-1].words}",
            f"Why the scorecard stands, as {said[-1].by} answered: {said[-1].words}",
        )
    return say(
        "评分卡为何保留：排序确有损失，理由不能由程序代写。须在模型台账书面答复：接受这一代价的理由，或何时以何办法补足；"
        "答复之前不能验证或批准。",
        "Why the scorecard stands: it does rank worse, and no program can say why that is accepted. Somebody answers in the register: "
        "why the price is paid, or how and when it is made up for; nobody validates or approves before that.",
    )
