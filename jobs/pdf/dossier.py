"""The validation dossier: a summary a board can read, every figure behind it, limits of use, and a page to sign. A4."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.phrasing import number, percent
from domain.reports.dossier import ValidationDossier
from jobs.pdf import bars, dossier_model, dossier_quality, tokens
from jobs.pdf.dossier_answers import answers
from jobs.pdf.dossier_signing import signing
from jobs.pdf.dossier_tests import tests
from jobs.pdf.dossier_words import PURPOSE_WORDS, STATE_WORDS, limit_words
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Afresh, empty, heading, pairs, section


def render(report: ValidationDossier) -> bytes:
    """The PDF. The same dossier gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("评分卡验证档案", "Scorecard validation dossier")
    sheet.subject = report.standing.version
    story: list[Flowable] = [
        *_masthead(sheet, report),
        bars.tiles(_tiles(sheet, report), tokens.WIDTH, 62),
        Spacer(0, 2 * tokens.UNIT),
        *tests(sheet, report),
        *_origin(sheet, report),
        *dossier_model.pages(sheet, report),
        *dossier_quality.pages(sheet, report),
        Afresh(),
        *_limits(sheet, report),
        *answers(sheet, report),
        Afresh(),
        *signing(sheet, report),
    ]
    return sheet.bytes(story)


def _masthead(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told = sheet.say, report.standing
    state = say.opened(say(*STATE_WORDS[told.state])) if told.state else say("未登入台账", "Not in the register")
    if told.on_trial:
        state += say("，试用中（现行评级由本卡得出）", ", on trial: the grades on show are made with it")
    day = phrasing.day(told.run_as_of)
    made = say(f"开发数据截至 {day}", f"developed on data to {day}")
    return [
        sheet.text(say.joined(sheet.title, made), "kicker"),
        sheet.text(say(*PURPOSE_WORDS[report.sample.kind]), "title"),
        sheet.text(say.joined(say(f"版本 {told.version}", f"Version {told.version}"), state), "caption"),
        Spacer(0, 10),
    ]


def _tiles(sheet: Sheet, report: ValidationDossier) -> list[bars.Tile]:
    say, found = sheet.say, report.validation
    told = found.discrimination

    def tile(name: str, value: str, below: str) -> bars.Tile:
        return bars.Tile(name, value, "", ((below, tokens.INK_3),))

    def span(low: float, high: float) -> str:
        return f"95 %: {number(low, 3)} – {number(high, 3)}"

    rate = percent(found.bad / found.rows, 2)
    count = number(found.bad)
    return [
        tile(say("样本", "Rows"), number(found.rows), say(f"坏 {count}，{rate}", f"{count} bad, {rate}")),
        tile(say("AUC，折外", "AUC out of fold"), number(told.auc.value, 3), span(told.auc.low, told.auc.high)),
        tile(say("Gini，折外", "Gini out of fold"), number(told.gini.value, 3), span(told.gini.low, told.gini.high)),
        tile(say("KS，折外", "KS out of fold"), number(told.ks.value, 3), span(told.ks.low, told.ks.high)),
    ]


def _origin(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told = sheet.say, report.standing
    batches = ", ".join(str(one) for one in told.batches)
    facts = [
        (say("开发版本", "Developed in run"), told.run_version),
        (say("开发人", "Developed by"), told.started_by),
        (say("责任人", "Owner"), told.owner or phrasing.ABSENT),
        (say("级别", "Tier"), number(told.tier) if told.tier is not None else phrasing.ABSENT),
        (say("数据批次", "Batches"), batches),
        (say("随机种子", "Seed"), str(told.seed)),
        (say("计算程序", "Code"), told.code_version),
        (say("评分卡指纹", "Card's hash"), told.hash[:16]),
    ]
    return section(sheet, say("来历", "Where it comes from"), "", pairs(sheet, facts))


def _limits(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say = sheet.say
    caption = say(
        "由本档案的数字得出；批准人签字即表示知悉",
        "Written from this paper's figures; whoever approves signs that they are known",
    )
    parts = heading(sheet, say("使用限制", "Limits of use"), caption)
    if not report.limits:
        parts.append(empty(sheet, say("各项数字均未触及限制标准。", "No figure gives cause for a limit.")))
    for at, limit in enumerate(report.limits, 1):
        parts += [sheet.bullet(f"{at}.", limit_words(say, limit)), Spacer(0, 5)]
    only = say(
        "评分只为授信判断提供依据，不替代审批；评级调整须按规定由两人签署。评分卡只用于与样本同类的客户；换用其他产品、"
        "渠道或准入标准前须重新验证。",
        "The score informs a decision and does not replace it; overrides need two signatures. The card is for customers of the "
        "sample's kind; before it is used for other products, channels or rules of admission it must be validated again.",
    )
    return [
        *parts,
        Spacer(0, tokens.UNIT),
        sheet.text(only, "quiet"),
        Spacer(0, 2 * tokens.UNIT),
        *_method(sheet, report),
    ]


def _method(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say = sheet.say
    lines = (
        _intervals(sheet, report),
        say(
            "通过率比值的区间由各组 Wilson 区间合成（Newcombe；Donner 与 Zou，2012），以客户数为试验次数；低于 0.8 且区间不含 1 为须处理，"
            "含 1 为关注，不足 30 位客户不作判断。",
            "Intervals of impact are put together from Wilson's of each group (Newcombe; Donner and Zou, 2012), with as many trials as "
            "customers; under 0.8 is acted on where the interval is wholly under 1 and watched where it is not; a group of fewer than "
            "30 customers is not judged.",
        ),
        say(
            "PSI 与开发时同样口径的客户相比（授信且未违约，于开发的观察日）；偶然界限按 Yurdakul 与 Naranjo（2020）。",
            "Stability is against customers chosen in the same way (with credit, not in default) on the days of the development; "
            "the bound of chance is that of Yurdakul and Naranjo (2020).",
        ),
        say(
            "同一评分卡、同一数据与种子得到同样的数字；本档案的全部数字随核验码保存。",
            "The same card, data and seed give the same figures; all figures of this paper are kept under its verification code.",
        ),
    )
    return section(sheet, say("方法说明", "Methods"), "", *(sheet.text(line, "note") for line in lines))


def _intervals(sheet: Sheet, report: ValidationDossier) -> str:
    say, rest = (
        sheet.say,
        (
            "；违约率为 Jeffreys；系数标准误按客户聚类（Liang 与 Zeger，1986）。",
            "; default rates by Jeffreys; errors of weights clustered by customer (Liang and Zeger, 1986).",
        ),
    )
    if any(limit.code == "seen_twice" for limit in report.limits):  # figures of before customers were redrawn
        return say(
            f"区间为 95%：AUC、Gini、KS 为好坏样本分别重抽的自助法；AUC 之差为 DeLong 等（1988）{rest[0]}",
            f"Intervals are of 95 %: AUC, Gini and KS by bootstrap of goods and of bads; differences of AUC by "
            f"DeLong et al. (1988){rest[1]}",
        )
    return say(
        "区间为 95%：AUC、Gini、KS 为按客户重抽的自助法（客户各行一同抽取，曾坏与从未坏的客户分别抽）；AUC 之差按客户聚类"
        f"（DeLong 等，1988；Obuchowski，1997）{rest[0]}",
        "Intervals are of 95 %: AUC, Gini and KS by bootstrap of customers, each with all of their rows, those ever bad apart from "
        f"those never bad; differences of AUC clustered by customer (DeLong et al., 1988; Obuchowski, 1997){rest[1]}",
    )
