"""The customer report: who, what they hold, how they use the bank, where they stand, what they bring. Two to seven pages A4."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.reports import CustomerReport
from jobs.pdf import bars, tokens
from jobs.pdf.customer_behaviour import LEAST_MOVEMENTS, MOST_MOVEMENTS, behaviour, movements
from jobs.pdf.customer_company import company
from jobs.pdf.customer_head import head, subject_of
from jobs.pdf.customer_holdings import balances, holdings, loans_tile
from jobs.pdf.customer_standing import rating, segment, tone_of_grade
from jobs.pdf.customer_value import contribution, outlook
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Fitting, Turn, how_to_verify, section


def render(report: CustomerReport) -> bytes:
    """The PDF. The same report gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("客户报告", "Customer report")
    sheet.subject = subject_of(sheet, report.identity)
    story: list[Flowable] = [
        *_masthead(sheet, report),
        *_tiles(sheet, report),
        *balances(sheet, report),
        *holdings(sheet, report),
        *segment(sheet, report),
        *rating(sheet, report),
        Turn(),
        *behaviour(sheet, report),
        *company(sheet, report),
        *contribution(sheet, report),
        *outlook(sheet, report),
        *_end(sheet, report),
    ]
    return sheet.bytes(story)


def _end(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """The last movements and the notes; a few movements give way where the notes would begin a page of their own."""
    most = min(len(report.movements), MOST_MOVEMENTS)

    def made(count: int) -> list[Flowable]:
        return [*movements(sheet, report, count), *_notes(sheet, report)[:-1]]  # no gap after the last part

    return [Fitting(made, most, LEAST_MOVEMENTS)] if most > LEAST_MOVEMENTS else made(most)


def _masthead(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    identity, say = report.identity, sheet.say
    marks: list[tuple[str, str]] = []
    if report.segment and report.segment.tier:
        marks.append((report.segment.tier, "accent"))
    if report.segment and report.segment.cluster:
        marks.append((report.segment.cluster, "plain"))
    if report.rating:
        score = report.rating.score
        shown, model = report.rating.grade_in_effect, report.rating.grade
        words = say(f"信用 {shown}", f"Credit {shown}")
        if shown != model:
            words = say.bracket(words, say(f"人工推翻，模型 {model}", f"override, model {model}"))
        marks.append(
            (
                words if score is None else say.joined(words, say(f"{score}分", f"{score} points")),
                tone_of_grade(shown),
            )
        )
    title = say("客户报告", "Customer report")
    return head(sheet, title, identity, report.stamp, marks, report.headline.days_past_due, report.currency)


def _tiles(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    say, top = sheet.say, report.headline
    grown = top.aum_year_on_year
    below = (
        (say("无上年同期数据", "no figure a year ago"), tokens.INK_3)
        if grown is None
        else (
            say(
                f"较上年同期 {phrasing.percent(grown, sign=True)}",
                f"{phrasing.percent(grown, sign=True)} on a year ago",
            ),
            sheet.tone(grown),
        )
    )
    used = say("未授信", "no limit granted") if top.credit_limit is None else say("使用率未知", "use not known")
    if top.limit_used is not None:
        used = say(f"已用 {phrasing.percent(top.limit_used, 0)}", f"{phrasing.percent(top.limit_used, 0)} used")
    accounts = phrasing.counted(top.accounts, say.language, "个账户", "account")
    row = [
        bars.money_tile(say, say("管理资产 AUM", "AUM"), top.aum, report.currency, below),
        loans_tile(sheet, report),
        bars.money_tile(say, say("信用额度", "Credit limit"), top.credit_limit, report.currency, (used, tokens.INK_3)),
        bars.Tile(
            say("持有产品类别", "Product families held"),
            phrasing.number(top.products_held),
            "",
            ((accounts, tokens.INK_3),),
        ),
    ]
    return [bars.tiles(row, tokens.WIDTH, 64), Spacer(0, 2 * tokens.UNIT)]


def _notes(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """What the words mean, where the figures come from, how to check the paper."""
    say = sheet.say
    lines = [
        *sources(sheet),
        say("管理资产＝存款＋理财＋基金＋保险。本人交易不含银行自身的利息、手续费与罚息。姓名、证件、电话与账号均已部分遮盖。",
            "AUM is deposits, wealth products, funds and insurance. Own movements leave out the bank's interest, fees and penalty "
            "interest. Names, documents, phone and account numbers are partly masked."),
        say("信用评分由模型给出，各项得分相加即总分；供行内参考，不构成授信承诺。",
            "The credit score is given by a model and its points add up to it; it serves the bank's own use and promises no credit."),
    ]  # fmt: skip
    if sheet.stamp.verification_code:
        lines.append(how_to_verify(sheet))
    return section(sheet, say("说明", "Notes"), "", *(sheet.text(line, "note") for line in lines))


def sources(sheet: Sheet) -> list[str]:
    """Where the figures come from: data, batch, models."""
    say, stamp = sheet.say, sheet.stamp
    models = phrasing.listing(
        [
            say.bracket(
                f"{model.name} {model.version}",
                say(f"截至 {phrasing.day(model.as_of)}", f"as of {phrasing.day(model.as_of)}"),
            )
            if model.as_of
            else f"{model.name} {model.version}"
            for model in stamp.model_versions
        ],
        say.language,
    )
    return [
        say(f"数据：截至 {phrasing.day(stamp.as_of)}；最近交付 {phrasing.day(stamp.business_date)}，批次 {stamp.batch}。",
            f"Data: as of {phrasing.day(stamp.as_of)}; last delivery {phrasing.day(stamp.business_date)}, batch {stamp.batch}."),
        say(f"模型：{models}。", f"Models: {models}.") if models
        else say("模型：尚无已发布的细分与评级。", "Models: no segmentation or rating is published yet."),
    ]  # fmt: skip
