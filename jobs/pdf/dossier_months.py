"""The dossier's pages on time: stability by month, and what became of each month's customers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable

from domain import phrasing
from domain.credit.monitoring import ACT, THRESHOLDS, WATCH, WatchedMonth
from domain.credit.stability import newest_telling
from domain.phrasing import number, percent
from domain.reports.dossier import ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.charts import Line, line_months
from jobs.pdf.dossier_figures import TONES, interval, level_of, p_tone, p_words
from jobs.pdf.dossier_words import LEVEL_WORDS, name_of
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, empty, heading, section, table

FEW = "†"  # beside a period of too few rows


def stability(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """How far the score and each characteristic have moved since the development."""
    say, months = sheet.say, report.months
    title = say("稳定性", "Stability")
    if not months:
        words = say("没有可供比较的月份。", "There is no month to compare.")
        return section(sheet, title, "", empty(sheet, words))
    caption = say(
        "稳定性指数 PSI = Σ(a − e)·ln(a / e)，与开发时的客户相比；低于 0.10 稳定，0.25 及以上须处理；十个评分档，特征按卡上分箱",
        "Stability index Σ(a − e)·ln(a / e) against those the card was developed for; under 0.10 stable, from 0.25 act; ten bands "
        "of the score, a characteristic's own bins",
    )
    lines = [
        Line(
            say("评分", "Score"),
            [Decimal(f"{one.shift.score.index:.4f}") if one.shift.tells else None for one in months],
        ),
        *(
            Line("", [Decimal(str(bound))] * len(months), dashed=True, colour=TONES[level])
            for bound, level in zip(THRESHOLDS.psi, (WATCH, ACT), strict=True)
        ),
    ]
    chart = line_months(
        say, [one.shift.month for one in months], lines, (tokens.WIDTH, 150), label=lambda value: number(value, 2)
    )
    return [
        *heading(sheet, title, caption),
        *section(sheet, say("评分的稳定性指数", "Stability index of the score"), _too_few(sheet, months), chart),
        *_characteristics(sheet, months),
    ]


def _too_few(sheet: Sheet, months: Sequence[WatchedMonth]) -> str:
    """Which periods are not drawn, and why; nothing where all are."""
    few = [one.shift for one in months if not one.shift.tells]
    if not few:
        return ""
    told = [
        sheet.say(
            f"{one.month:%Y-%m}（{number(one.customers)} 行，偶然可达 {number(one.score.chance, 2)}）",
            f"{one.month:%Y-%m} ({phrasing.counted(one.customers, 'en', '', 'row')}, chance alone reaches {number(one.score.chance, 2)})",
        )
        for one in few
    ]
    named = sheet.say("、", ", ").join(told)
    return sheet.say(
        f"行数过少、不说明问题的期不画出，不作判断，也不计入最大值：{named}",
        f"Periods of too few rows to tell anything are not drawn, not judged and not among the largest: {named}",
    )


def _characteristics(sheet: Sheet, months: Sequence[WatchedMonth]) -> list[Flowable]:
    say, rows = sheet.say, []
    newest = newest_telling([one.shift for one in months])
    telling = [one for one in months if one.shift.tells] or list(months)
    for place, one in enumerate(newest.characteristics):
        all_of_it = [month.shift.characteristics[place].shift for month in telling]
        worst = max(range(len(all_of_it)), key=lambda at: all_of_it[at].index)
        level = level_of(one.shift, len(newest.watched), one.name)
        told = (number(one.shift.index, 3), number(one.shift.chance, 3))
        at = f"{telling[worst].shift.month:%Y-%m}"
        name = name_of(say, one.name)
        cells = (str(place + 1), name, *told, number(all_of_it[worst].index, 3), at, say(*LEVEL_WORDS[level]))
        rows.append(Row(cells, tones=((len(cells) - 1, TONES[level]),)))
    columns = [
        Column("", 4, True),
        Column(say("特征", "Characteristic"), 34),
        Column(say("最近一期", "Newest"), 11, True),
        Column(say("偶然可达", "By chance"), 11, True),
        Column(say("最大", "Largest"), 10, True),
        Column(say("于", "in"), 11, True),
        Column(say("判断", "Judgement"), 19, True),
    ]
    caption = say(
        f"{newest.month:%Y-%m} 与开发时相比的指数；偶然可达为仅因抽样千分之一概率会超过的值，档数越多越大；判断针对最近一期",
        f"Index of {newest.month:%Y-%m} against the development; what sampling alone exceeds once in a thousand grows with the number of "
        "bins; the judgement is of the newest",
    )
    return [
        *section(
            sheet, say("各特征", "Each characteristic"), caption, table(sheet, columns, rows, dense=True, small=True)
        ),
        *_by_month(sheet, months),
    ]


def _by_month(sheet: Sheet, months: Sequence[WatchedMonth]) -> list[Flowable]:
    """Every index of every month, the score's and each characteristic's under its number."""
    say, rows = sheet.say, []
    for one in months:
        told, many = one.shift, len(one.shift.watched)
        levels = [level_of(told.score, many), *(level_of(c.shift, many, c.name) for c in told.characteristics)]
        indices = [told.score.index, *(c.shift.index for c in told.characteristics)]
        tones = tuple((at, TONES[level]) for at, level in enumerate(levels, 1) if told.tells and level in (WATCH, ACT))
        rows.append(
            Row(
                (f"{told.month:%Y-%m}{'' if told.tells else ' ' + FEW}", *(number(index, 3) for index in indices)),
                tones=tones,
            )
        )
    count = len(months[-1].shift.characteristics)
    heads = (say("评分", "Score"), *(str(place + 1) for place in range(count)))
    columns = [Column(say("期末", "Period to"), 12), *(Column(head, 88 / (count + 1), True) for head in heads)]
    caption = say(
        "评分与各特征（编号同上表）每一期与开发时相比的指数；橙色为关注，红色为须处理；† 为行数过少，不说明问题",
        "Of the score and of each characteristic (numbered as above), every period against the development; orange is to be watched, red "
        f"to be acted on; {FEW} is of too few rows to tell anything",
    )
    title = say("逐期稳定性指数", "Stability index by period")
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True, small=True))


def periods(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """What is watched of each period, with what became of its customers where that is known."""
    say = sheet.say
    title = say("逐期表现", "Period by period")
    if not report.months:
        return section(sheet, title, "", empty(sheet, say("没有可供比较的月份。", "There is no month to compare.")))
    rows = [_month(sheet, one) for one in report.months]
    heads = (
        say("客户", "Rated"), say("平均分", "Mean score"), say("评分 PSI", "Score PSI"), say("有结果（坏）", "Known (bad)"),
        say("违约概率", "PD"), say("实际", "Seen"), "Jeffreys p", "Gini", say("推翻率", "Overrides"),
    )  # fmt: skip
    shares = (9, 9, 9, 12, 9, 9, 10, 20, 9)
    columns = [Column(say("期末", "Period to"), 12), *(Column(h, s, True) for h, s in zip(heads, shares, strict=True))]
    caption = say(
        "实际违约率、Gini 只在其后十二个月已过的月份可知；* 为开发用过的观察日，其 Gini 偏乐观；违约概率为有结果者的平均；"
        "推翻率为期末生效的评级推翻占有评级客户，— 为当时尚无推翻记录",
        "Default rate and Gini are known once twelve months have passed; * marks days the card was developed on, whose Gini "
        "flatters; the PD is of those with an outcome; overrides are those in force of customers rated, — where none was kept yet",
    )
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True, small=True))


def _month(sheet: Sheet, one: WatchedMonth) -> Row:
    moved, outcome = one.shift, one.outcome
    mark = "*" if one.taught else ""
    known, pd_, seen, p, gini = (phrasing.ABSENT,) * 5
    tones = [(3, TONES[level_of(moved.score, len(moved.watched))] if moved.tells else tokens.INK)]
    if outcome is not None:
        known = f"{number(outcome.rate.rows)} ({number(outcome.rate.bad)})"
        pd_, seen, p = percent(outcome.rate.predicted, 2), percent(outcome.rate.seen, 2), p_words(outcome.rate.p)
        tones.append((7, p_tone(outcome.rate.doubt)))
        gini = interval(outcome.gini, 2) if outcome.gini else sheet.say("坏样本过少", "too few bad")
    share = one.overridden.share if one.overridden else None
    overridden = phrasing.ABSENT if share is None else percent(share, 2)
    day = f"{phrasing.day(moved.month)}{mark}"
    figures = (number(moved.customers), number(moved.mean_score, 1), number(moved.score.index, 3))
    return Row((day, *figures, known, pd_, seen, p, gini, overridden), tones=tuple(tones))
