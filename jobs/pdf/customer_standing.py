"""Where a customer stands: segment with why, rating with points and reasons."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from domain import phrasing
from domain.reports import CustomerReport, Rating, Segment
from jobs.pdf import bars, tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, beside, boxed, empty, heading, pairs, section, table, thirds, widths_beside

GRADES = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D")
GOOD_GRADES, MIDDLING = GRADES[:3], GRADES[3:6]
MOST_REASONS = 4
TAIL = 5  # rows of the points that never stand apart from their total


def tone_of_grade(grade: str) -> str:
    """The chip's tone for a grade."""
    return "good" if grade in GOOD_GRADES else "warn" if grade in MIDDLING else "bad" if grade in GRADES else "plain"


def segment(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Tier, life cycle and RFM beside each other, then the behavioural group with what sets it apart."""
    say, one = sheet.say, report.segment
    title = say("客户细分", "Segment")
    if one is None:
        words = report.segment_absent or say(
            "该客户不在已发布的细分之中：尚无已发布的细分，或客户在其数据日之后开户。",
            "The customer is not in the published segmentation: none is published, or the customer came after its day.",
        )
        return section(sheet, title, "", empty(sheet, words))
    caption = say("依据已发布的细分结果，每项附理由", "From the published segmentation, each with its reason")
    cluster = _cluster(sheet, one)
    parts: list[Flowable] = [KeepTogether([*heading(sheet, title, caption), thirds(*_thirds(sheet, one))])]
    parts += [Spacer(0, tokens.UNIT), KeepTogether(cluster)] if cluster else []
    return [*parts, Spacer(0, 2 * tokens.UNIT)]


def _fact(sheet: Sheet, name: str, value: str | None, why: str | None, *between: Flowable) -> list[Flowable]:
    missing = sheet.say("未评定", "not assigned")
    return [
        sheet.text(name, "caption"),
        sheet.text(sheet.say.opened(value or missing), "fact"),
        *between,
        *([sheet.text(sheet.say.opened(why), "small")] if why else []),
    ]


def _thirds(sheet: Sheet, one: Segment) -> tuple[list[Flowable], list[Flowable], list[Flowable]]:
    say = sheet.say
    scores = (one.recency, one.frequency, one.monetary)
    rfm = None if all(score is None for score in scores) else "-".join("?" if s is None else str(s) for s in scores)
    names = (say("最近", "Recency"), say("频率", "Frequency"), say("金额", "Money"))
    dots = Table(
        [[sheet.text(name, "caption") for name in names], [bars.five_dots(score) for score in scores]],
        colWidths=[51] * 3,
        hAlign="LEFT",
        style=[
            *((side, (0, 0), (-1, -1), 0) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING")),
            ("BOTTOMPADDING", (0, 0), (-1, 0), 1),
            ("BOTTOMPADDING", (0, 1), (-1, 1), 4),
        ],
    )
    return (
        _fact(sheet, say("价值等级", "Value tier"), one.tier, one.tier_why),
        _fact(sheet, say("生命周期", "Life cycle"), one.life_cycle, one.life_cycle_why),
        _fact(sheet, "RFM", rfm, one.rfm_why, *([dots] if rfm else [])),
    )


def _cluster(sheet: Sheet, one: Segment) -> list[Flowable]:
    say = sheet.say
    if one.cluster is None:
        return []
    group = say(f"行为客群：{one.cluster}", f"Segment: {one.cluster}")
    parts: list[Flowable] = [sheet.text(group, "strong")]
    if one.cluster_description:
        parts.append(sheet.text(say.stop(one.cluster_description), "quiet"))
    told = [part for part in one.distinct if {part.customer, part.group} != {phrasing.ABSENT}]
    if told:
        average = say("客群中位数", "segment's median")
        facts = [(say.opened(part.name), say.bracket(part.customer, f"{average} {part.group}")) for part in told]
        parts += [Spacer(0, 4), pairs(sheet, facts, across=3)]
    return parts


def rating(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Grade and score, the reasons, what would move a grade, and the points that add up."""
    say, one = sheet.say, report.rating
    title = say("信用评价", "Credit rating")
    if one is None:
        words = report.rating_absent or say(
            "没有评级：尚无已发布的评级，或该客户没有可供评级的借款。",
            "No rating: none is published, or the customer has no borrowing that could be rated.",
        )
        return section(sheet, title, "", empty(sheet, words))
    left, _ = widths_beside(0.42)
    summary = beside(grade(sheet, one, left), reasons(sheet, one), 0.42)
    head = section(sheet, title, *standing(sheet, one), Spacer(0, 8), summary)
    return [*head, *_points(sheet, one)]


def standing(sheet: Sheet, one: Rating) -> tuple[str, Flowable]:
    """Caption and strip of grades: the one in effect filled; the model's outlined where it is overridden, else the one
    before."""
    trial = (
        sheet.say("评分卡试用，尚未验证；", "On trial: the scorecard is not validated. ")
        if sheet.stamp.on_trial
        else ""
    )
    if one.grade_in_effect == one.grade:
        strip = bars.grade_strip(GRADES, one.grade, one.previous_grade, tokens.WIDTH, sheet.accent)
        return trial + _change(sheet, one), strip
    words = sheet.say(
        "等级由左至右为由好到差；实心为生效等级，框线为模型等级",
        "Grades run from the best on the left; filled is the grade in effect, outlined the model's",
    )
    return trial + words, bars.grade_strip(GRADES, one.grade_in_effect, one.grade, tokens.WIDTH, sheet.accent)


def override_box(sheet: Sheet, one: Rating, width: float) -> list[Flowable]:
    """Both grades told apart: whose judgement it is, who signed it, why, until when; nothing without an override."""
    told = one.override
    if told is None:
        return []
    say, until = sheet.say, phrasing.day(told.expires_on)
    proposed, signed = phrasing.day(told.proposed_at), phrasing.day(told.signed_at)
    head = say(
        f"人工推翻：模型 {told.model_grade}，改为 {told.grade}",
        f"Override: model {told.model_grade}, set to {told.grade}",
    )
    why = say(f"理由：{told.reason}。“{told.words}”", f"Reason: {told.reason}. “{told.words}”")
    who = say(
        f"{told.proposed_by}于{proposed}提议，{told.signed_by}于{signed}签署，至{until}止",
        f"Proposed by {told.proposed_by} on {proposed}, signed by {told.signed_by} on {signed}, until {until}",
    )
    lines: list[Flowable] = [sheet.text(head, "strong"), sheet.text(why, "small"), sheet.text(say.stop(who), "small")]
    if told.note:
        lines.append(sheet.text(say.stop(told.note), "small"))
    return [Spacer(0, 5), boxed(lines, width)]


def _change(sheet: Sheet, one: Rating) -> str:
    """Against the rating before, in words."""
    say = sheet.say
    if one.previous_grade is None:
        return say(
            "等级由左至右为由好到差；首次评级", "Grades run from the best on the left to the worst; first rating"
        )
    was = say(f"上次 {one.previous_grade}", f"{one.previous_grade} before")
    if one.previous_score is not None and one.score is not None:
        moved = phrasing.number(one.score - one.previous_score, sign=True)
        was = say(f"上次 {one.previous_grade}，较上次 {moved}分", f"{one.previous_grade} before, {moved} points since")
        if one.score == one.previous_score:
            was = say(f"上次 {one.previous_grade}，分数未变", f"{one.previous_grade} before, the same score")
    why = (
        f"（{one.change_why}）" if say.chinese and one.change_why else f" ({one.change_why})" if one.change_why else ""
    )
    return say(f"等级由左至右为由好到差；{was}{why}", f"Grades run from the best on the left; {was}{why}")


def grade(sheet: Sheet, one: Rating, width: float) -> list[Flowable]:
    """The grade in effect with score and probability, the override, and what would move one grade."""
    say = sheet.say
    facts = []
    if one.score is not None:
        facts.append(say(f"{one.score}分", f"{one.score} points"))
    if one.probability_of_default is not None:
        pd = phrasing.percent(one.probability_of_default, 2)
        facts.append(say(f"一年内违约概率 {pd}", f"{pd} probability of default in a year"))
    if one.score is None:
        facts.append(say("未经评分，直接定级", "put into its grade without scoring"))
    shown = one.grade_in_effect
    if shown != one.grade:
        facts.insert(0, say(f"模型等级 {one.grade}", f"the model's grade is {one.grade}"))
    parts: list[Flowable] = [sheet.text(say(f"{shown} 级", f"Grade {shown}"), "grade")]
    parts.append(sheet.text(say.opened(say("，", ", ").join(facts)), "quiet"))
    parts += override_box(sheet, one, width)
    if one.to_next_grade:
        parts += [
            Spacer(0, 5),
            boxed(
                [
                    sheet.text(say("升一级需要", "What would move one grade"), "strong"),
                    sheet.text(say.stop(one.to_next_grade), "small"),
                ],
                width,
            ),
        ]
    return parts


def reasons(sheet: Sheet, one: Rating) -> list[Flowable]:
    """Up to four, the one that costs most first; then what does not apply to the customer."""
    say = sheet.say
    outside = [Spacer(0, 5), sheet.text(one.outside, "quiet")] if one.outside else []
    head = heading(sheet, say("主要扣分原因", "What costs most points"))
    if not one.reasons:
        words = say("各项均为最优，没有扣分。", "Every characteristic is at its best: nothing costs points.")
        if one.score is None:
            words = say("未经评分，没有扣分项。", "Not scored, so nothing costs points.")
        return [*head, sheet.text(words, "quiet"), *outside]
    return [
        *head,
        *(sheet.bullet(f"{place}.", say.stop(reason)) for place, reason in enumerate(one.reasons[:MOST_REASONS], 1)),
        *outside,
    ]


def _points(sheet: Sheet, one: Rating) -> list[Flowable]:
    if one.score is None or not one.points:
        return []
    say = sheet.say
    widest = max(part.best for part in one.points)
    track = tokens.WIDTH * 0.29
    ordered = sorted(one.points, key=lambda part: (-part.lost, part.name))
    rows = [
        Row((say.opened(part.name), part.value, bars.points_bar(part.points, part.best, widest, track) if part.applies else "",
             phrasing.number(part.points), phrasing.number(part.best)))
        for part in ordered
    ]  # fmt: skip
    if one.base_points:
        rows.append(Row((say("基础分", "Base points"), "", "", phrasing.number(one.base_points), "")))
    rows.append(Row((say("总分", "Score"), "", "", phrasing.number(one.score), ""), "total"))
    columns = [
        Column(say("特征", "Characteristic"), 27), Column(say("本客户", "This customer"), 22), Column("", 32),
        Column(say("得分", "Points"), 9, True), Column(say("最优", "Best"), 10, True),
    ]  # fmt: skip
    caption = say(
        "按失分由多到少；条长为得分，底色为该项最优分，橙色为失分两成以上",
        "By points lost, most first; the bar is the points got on a track of the best, orange where a fifth or more is lost",
    )
    return section(
        sheet,
        say("得分构成，相加即总分", "The points, which add up to the score"),
        caption,
        table(sheet, columns, rows, dense=True, together=TAIL),
    )
