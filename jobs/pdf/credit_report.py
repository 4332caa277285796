"""The credit report: grade in effect and the model's, the points against best and average, history, exposures. A4."""

from __future__ import annotations

from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import phrasing
from domain.reports import CreditReport, Exposure, PublishedRating, Rating
from jobs.pdf import bars, tokens
from jobs.pdf.customer_head import head, subject_of
from jobs.pdf.customer_report import sources
from jobs.pdf.customer_standing import grade, reasons, standing
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import (
    Column,
    Gap,
    Row,
    beside,
    empty,
    heading,
    how_to_verify,
    pairs,
    section,
    table,
    widths_beside,
)

CLASS_WORDS = {
    "normal": ("正常", "normal"), "special_mention": ("关注", "special mention"), "substandard": ("次级", "substandard"),
    "doubtful": ("可疑", "doubtful"), "loss": ("损失", "loss"),
}  # fmt: skip
SHARE = 0.46
TAIL = 4


def render(report: CreditReport) -> bytes:
    """The PDF. The same report gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("信用报告", "Credit report")
    sheet.subject = subject_of(sheet, report.identity)
    story: list[Flowable] = [
        *head(sheet, sheet.title, report.identity, report.stamp, (), report.days_past_due, report.currency),
        *_tiles(sheet, report),
        *_rating(sheet, report),
        *_points(sheet, report.rating),
        *_exposures(sheet, report),
        *_history(sheet, report),
        *_overrides(sheet, report),
        KeepTogether([*_model(sheet, report), *_notes(sheet)]),  # notes alone would be a page of their own
    ]
    return sheet.bytes(story)


def _tiles(sheet: Sheet, report: CreditReport) -> list[Flowable]:
    """Grade in effect with the model's below it, probability, what is owed, what is overdue."""
    say, one = sheet.say, report.rating
    shown, below, tone = phrasing.ABSENT, say("未评级", "not rated"), tokens.INK_3
    if one is not None:
        shown, below = one.grade_in_effect, say("即模型等级", "the model's grade")
        if one.override is not None and one.override.holds:
            below, tone = say(f"人工推翻，模型 {one.grade}", f"override; model {one.grade}"), tokens.WARN
    pd = None if one is None else one.probability_of_default
    score = None if one is None else one.score
    points = say("未评分", "not scored") if score is None else say(f"评分 {score}", f"score {score}")
    return [
        bars.tiles(
            [
                bars.Tile(say("生效等级", "Grade in effect"), shown, "", ((below, tone),)),
                bars.Tile(say("一年内违约概率", "Default within a year"), phrasing.percent(pd, 2), "", ((points, tokens.INK_3),)),
                _owed(sheet, report),
                _limit(sheet, report),
            ],
            tokens.WIDTH,
            64,
        ),
        Spacer(0, 2 * tokens.UNIT),
    ]  # fmt: skip


def _owed(sheet: Sheet, report: CreditReport) -> bars.Tile:
    say = sheet.say
    if report.overdue_amount:
        amount = say.money(report.overdue_amount, report.currency)
        below = (say(f"其中逾期 {amount}", f"of it {amount} overdue"), tokens.BAD)
    else:
        unknown = report.overdue_amount is None
        below = (
            say("逾期未知" if unknown else "无逾期", "overdue not known" if unknown else "nothing overdue"),
            tokens.INK_3,
        )
    return bars.money_tile(say, say("贷款余额", "Loans"), report.loans, report.currency, below)


def _limit(sheet: Sheet, report: CreditReport) -> bars.Tile:
    say, limit, used = sheet.say, report.credit_limit, report.credit_used
    below = say("未授信", "no limit granted") if limit is None else say("使用率未知", "use not known")
    if limit and used is not None:
        share = phrasing.percent(used / limit, 0)
        below = say(f"已用 {share}", f"{share} used")
    return bars.money_tile(say, say("信用额度", "Credit limit"), limit, report.currency, (below, tokens.INK_3))


def _rating(sheet: Sheet, report: CreditReport) -> list[Flowable]:
    one, title = report.rating, sheet.say("评级与理由", "Rating and reasons")
    if one is None:
        return section(sheet, title, "", empty(sheet, report.rating_absent or sheet.say("没有评级。", "No rating.")))
    caption, strip = standing(sheet, one)
    left, _ = widths_beside(SHARE)
    summary = beside(grade(sheet, one, left), reasons(sheet, one), SHARE)
    return section(sheet, title, caption, strip, Spacer(0, 8), summary)


def _points(sheet: Sheet, one: Rating | None) -> list[Flowable]:
    """Each characteristic with the customer's own figure and the band it fell into; got, average and best points."""
    if one is None or one.score is None or not one.points:
        return []
    say = sheet.say
    widest = max(part.best for part in one.points)
    ordered = sorted(one.points, key=lambda part: (-part.lost, part.name))
    track = tokens.WIDTH * 0.14
    rows = [
        Row((say.opened(part.name), part.value, "" if part.band in (None, part.value) else part.band or "",
             bars.points_bar(part.points, part.best, widest, track) if part.applies else "", phrasing.number(part.points),
             phrasing.number(part.average, 1), phrasing.number(part.best)))
        for part in ordered
    ]  # fmt: skip
    averages = [part.average for part in one.points if part.average is not None]
    mean = one.base_points + sum(averages) if len(averages) == len(one.points) else None
    best = one.base_points + sum(part.best for part in one.points)
    base = phrasing.number(one.base_points)
    rows.append(Row((say("基础分", "Base points"), "", "", "", base, phrasing.number(one.base_points, 1), base)))
    rows.append(
        Row(
            (
                say("总分", "Score"),
                "",
                "",
                "",
                phrasing.number(one.score),
                phrasing.number(mean, 1),
                phrasing.number(best),
            ),
            "total",
        )
    )
    columns = [
        Column(say("特征", "Characteristic"), 25), Column(say("本客户", "This customer"), 16), Column(say("所在档", "Band"), 21),
        Column("", 16), Column(say("得分", "Points"), 8, True), Column(say("平均", "Average"), 9, True),
        Column(say("最优", "Best"), 8, True),
    ]  # fmt: skip
    caption = say(
        "按失分由多到少；平均为建模样本的平均得分，最优为最好一档；得分与基础分相加即总分",
        "By points lost, most first; average is of the sample the card was made with, best the best band; points and base "
        "add up to the score",
    )
    title = say("得分构成：与平均、最优相比", "The points, against average and best")
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True, together=TAIL))


def _exposures(sheet: Sheet, report: CreditReport) -> list[Flowable]:
    say, title = sheet.say, sheet.say("授信与逾期", "Exposures and days past due")
    if not report.exposures:
        words = say("截至数据日没有贷款或授信账户。", "On the day of the data there is no loan and no line.")
        return section(sheet, title, "", empty(sheet, words))
    unit = phrasing.currency_word(report.currency, say.language)
    rows = [_exposure(sheet, one) for one in report.exposures]
    owed, late = (_sum([getattr(one, name) for one in report.exposures]) for name in ("outstanding", "overdue"))
    rows.append(Row((say("合计", "Total"), "", "", phrasing.money(owed), phrasing.money(late), "", "", ""), "total"))
    columns = [
        Column(say("产品", "Product"), 21), Column(say("账号", "Account"), 11),
        Column(say("额度或本金", "Limit or principal"), 15, True), Column(say("余额", "Outstanding"), 15, True),
        Column(say("逾期金额", "Overdue"), 13, True), Column(say("逾期天数", "Days past due"), 9, True),
        Column(say("五级分类", "Class"), 10), Column(say("到期", "Matures"), 12, True),
    ]  # fmt: skip
    caption = say(
        f"金额单位：{unit}；账号只显示末四位", f"Amounts in {unit}; account numbers show their last four figures"
    )
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True))


def _exposure(sheet: Sheet, one: Exposure) -> Row:
    cells = (
        sheet.say.product(one.product, one.family), one.account, phrasing.money(one.limit), phrasing.money(one.outstanding),
        phrasing.money(one.overdue), phrasing.number(one.days_past_due), sheet.say.coded(CLASS_WORDS, one.five_class),
        phrasing.day(one.matures_on),
    )  # fmt: skip
    late = ((5, tokens.BAD),) if one.days_past_due else ()
    return Row(cells, tones=late)


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _history(sheet: Sheet, report: CreditReport) -> list[Flowable]:
    say, title = sheet.say, sheet.say("评级历史", "Rating history")
    if not report.history:
        return section(sheet, title, "", empty(sheet, say("尚无已发布的评级。", "No rating was published yet.")))
    earlier = [*report.history[1:], None]
    rows = [_published(sheet, one, before) for one, before in zip(report.history, earlier, strict=True)]
    columns = [
        Column(say("版本", "Version"), 22), Column(say("数据日", "As of"), 13, True), Column(say("发布日", "Published"), 13, True),
        Column(say("模型等级", "Model's grade"), 13), Column(say("评分", "Score"), 10, True),
        Column(say("违约概率", "PD"), 11, True), Column(say("较上次", "Change"), 18),
    ]  # fmt: skip
    caption = say(
        "每次已发布的评级，新的在前；均为模型等级", "Every published rating, newest first; the model's grades"
    )
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True))


def _published(sheet: Sheet, one: PublishedRating, before: PublishedRating | None) -> Row:
    say = sheet.say
    moved = ""
    if before is not None and one.score is not None and before.score is not None:
        by = phrasing.number(one.score - before.score, sign=True)
        moved = say(f"{by}分", f"{by} points") if one.score != before.score else say("未变", "unchanged")
    if before is not None and one.grade and before.grade and one.grade != before.grade:
        moved = say.joined(f"{before.grade} → {one.grade}", moved)
    version = say.bracket(one.version, say("在用", "on show")) if one.on_show else one.version
    cells = (
        version, phrasing.day(one.as_of), phrasing.day(one.published_at), one.grade or say("未评级", "not rated"),
        phrasing.number(one.score), phrasing.percent(one.probability_of_default, 2), moved,
    )  # fmt: skip
    return Row(cells)


def _overrides(sheet: Sheet, report: CreditReport) -> list[Flowable]:
    """Every override with its signatures; nothing for who never had one."""
    if not report.overrides:
        return []
    say = sheet.say
    rows = [
        Row((
            f"{one.model_grade} → {one.grade}", one.state, f"{one.reason}：{one.words}" if say.chinese else f"{one.reason}: {one.words}",
            f"{one.proposed_by} {phrasing.day(one.proposed_at)}",
            f"{one.decided_by} {phrasing.day(one.decided_at)}" if one.decided_by else phrasing.ABSENT, phrasing.day(one.expires_on),
        ))
        for one in report.overrides
    ]  # fmt: skip
    columns = [
        Column(say("推翻", "Override"), 11), Column(say("状态", "State"), 10), Column(say("理由", "Reason"), 31),
        Column(say("提议", "Proposed"), 18), Column(say("签署或拒绝", "Signed or refused"), 18), Column(say("止于", "Until"), 12, True),
    ]  # fmt: skip
    caption = say("提议与签署须为两人；推翻只改等级，不改评分与违约概率",
                  "Proposed by one and signed by another; an override changes the grade, neither score nor probability")  # fmt: skip
    return section(sheet, say("人工推翻", "Overrides"), caption, table(sheet, columns, rows, small=True))


def _model(sheet: Sheet, report: CreditReport) -> list[Flowable]:
    say, one, title = sheet.say, report.model, sheet.say("评级模型", "The model")
    if one is None and report.rating is None:
        return []
    if one is None:
        words = say("评分卡不在模型登记中：试用，尚未验证与批准。",
                    "The scorecard is not in the register of models: on trial, neither validated nor approved.")  # fmt: skip
        return [*heading(sheet, title, ""), empty(sheet, words), Gap(2 * tokens.UNIT)]
    facts = [
        (say("评分卡", "Scorecard"), one.version),
        (say("登记状态", "State in the register"), say.opened(one.state)),
        (say("开发", "Developed by"), one.developed_by),
        (say("验证", "Validated by"), one.validated_by or say("尚未验证", "not yet validated")),
        (say("批准", "Approved by"), one.approved_by or say("尚未批准", "not yet approved")),
        (say("启用", "In use since"), phrasing.day(one.in_use_since)),
        (say("样本外 AUC", "AUC out of fold"), phrasing.number(one.auc, 3)),
    ]
    # Not kept together here: `render` does, and one KeepTogether within another always begins a page.
    return [*heading(sheet, title, ""), pairs(sheet, facts), Gap(2 * tokens.UNIT)]


def _notes(sheet: Sheet) -> list[Flowable]:
    say = sheet.say
    lines = [
        *sources(sheet),
        say("违约概率与预期损失一律按模型计算，不随人工推翻改变；生效等级为模型等级，或在有效期内、经第二人签署的推翻等级。",
            "Probability of default and expected loss are always the model's and do not follow an override; the grade in effect is "
            "the model's, or that of an override a second person signed, until its day."),
        say("供行内授信参考，不构成授信承诺。姓名、证件、电话与账号均已部分遮盖；性别与年龄不参与评分。",
            "For the bank's own credit decisions; promises no credit. Names, documents, phone and account numbers are partly masked; "
            "gender and age take no part in the score."),
    ]  # fmt: skip
    if sheet.stamp.verification_code:
        lines.append(how_to_verify(sheet))
    return [*heading(sheet, say("说明", "Notes"), ""), *(sheet.text(line, "note") for line in lines)]
