"""The validation dossier: a summary a board can read, every figure behind it, limits of use, and a page to sign. A4."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak, Spacer

from domain import phrasing
from domain.credit.caveats import BOLD, FOUR_FIFTHS, SHY, same_auc
from domain.credit.monitoring import THRESHOLDS
from domain.phrasing import against, number, percent
from domain.reports.dossier import ValidationDossier
from jobs.pdf import bars, dossier_model, dossier_quality, tokens
from jobs.pdf.dossier_figures import TONES, interval, level_of, p_words
from jobs.pdf.dossier_signing import signing
from jobs.pdf.dossier_words import LEVEL_WORDS, PURPOSE_WORDS, STATE_WORDS, limit_words
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, empty, heading, pairs, section, table

Test = tuple[str, str, str, str]  # name, figure, what it is held against, level


def render(report: ValidationDossier) -> bytes:
    """The PDF. The same dossier gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("评分卡验证档案", "Scorecard validation dossier")
    sheet.subject = report.standing.version
    story: list[Flowable] = [
        *_masthead(sheet, report),
        bars.tiles(_tiles(sheet, report), tokens.WIDTH, 62),
        Spacer(0, 2 * tokens.UNIT),
        *_tests(sheet, report),
        *_origin(sheet, report),
        *dossier_model.pages(sheet, report),
        *dossier_quality.pages(sheet, report),
        PageBreak(),
        *_limits(sheet, report),
        PageBreak(),
        *signing(sheet, report),
    ]
    return sheet.bytes(story)


def _masthead(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told = sheet.say, report.standing
    state = say.opened(say(*STATE_WORDS[told.state])) if told.state else say("未登入台账", "Not in the register")
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


def _tests(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say = sheet.say
    rows = [
        Row((name, figure, rule, say(*LEVEL_WORDS[level])), tones=((3, TONES[level]),))
        for name, figure, rule, level in (
            *_of_model(sheet, report),
            *_of_development(sheet, report),
            *_of_time(sheet, report),
            *_of_people(sheet, report),
        )
    ]
    columns = [
        Column(say("检验", "Test"), 33),
        Column(say("结果", "Figure"), 28, True),
        Column(say("标准", "Held against"), 27),
        Column(say("判断", "Judgement"), 12, True),
    ]
    caption = say("每一项的依据见后文各页", "What stands behind each is on the pages that follow")
    return section(sheet, say("一览", "At a glance"), caption, table(sheet, columns, rows, dense=True))


def _of_model(sheet: Sheet, report: ValidationDossier) -> list[Test]:
    say, found = sheet.say, report.validation
    area, told = found.discrimination.auc, found.calibration
    wrong, of_all = sum(1 for c in found.coefficients if not c.right_sign), len(found.coefficients)
    inflated = max((c.inflation for c in found.coefficients), default=1.0)
    shy = "stable" if BOLD <= told.slope <= SHY else "watch"
    fits = "stable" if told.fitting.p >= 0.05 else "watch" if told.fitting.p >= 0.01 else "act"
    told_apart = "act" if area.low <= 0.5 else "watch" if area.low < 0.6 else "stable"
    return [
        (say("区分能力：AUC", "Discrimination: AUC"), interval(area, bounds=(0.5, 0.6)),
         say("区间高于 0.6", "interval above 0.6"), told_apart),
        (say("校准：折外斜率", "Calibration: slope out of fold"), against(told.slope, BOLD, SHY), say("0.8 至 1.2，卡上已修正",
            "0.8 to 1.2; mended on the card"), shy),
        ("Hosmer–Lemeshow", f"p = {p_words(told.fitting.p)}", say("p 不低于 0.05", "p of 0.05 or more"), fits),
        (say("系数方向", "Signs of weights"), say(f"{of_all} 个中相反 {wrong} 个", f"{wrong} of {of_all} wrong"),
         say("无相反", "none wrong"), "act" if wrong else "stable"),
        (say("方差膨胀因子", "Variance inflation"), against(inflated, 5.0),
         say("低于 5", "under 5"), "stable" if inflated < 5 else "watch"),
        (
            say("样本重现", "Sample drawn again"), say("一致", "the same") if found.reproduced else say("不一致", "not the same"),
            say("与卡上计数一致", "the card's own counts"), "stable" if found.reproduced else "act",
        ),
    ]  # fmt: skip


def _of_development(sheet: Sheet, report: ValidationDossier) -> list[Test]:
    """Whether the paper finds what the development found, where that is kept."""
    say, told, now = sheet.say, report.told_auc, report.validation.discrimination.auc.value
    if told is None:
        return []
    name = say("折外 AUC：开发时 / 本档案", "AUC out of fold: development / here")
    level = "stable" if same_auc(report.validation, told) else "watch"
    return [(name, f"{number(told, 3)} / {number(now, 3)}", say("相同", "the same"), level)]


def _of_time(sheet: Sheet, report: ValidationDossier) -> list[Test]:
    say, found, tests = sheet.say, report.validation, []
    later = found.out_of_time
    if later is not None:
        weaker = "watch" if later.auc.high < found.discrimination.auc.value else "stable"
        level = "act" if later.rate.p < 0.01 else "watch" if later.rate.p < 0.05 else "stable"
        rates = f"{percent(later.rate.predicted, 2)} / {percent(later.rate.seen, 2)}"
        rule = say("不明显低于折外", "not clearly under out of fold")
        tests.append((say("跨时间 AUC", "AUC out of time"), interval(later.auc), rule, weaker))
        tests.append(
            (
                say("跨时间违约概率 / 实际", "PD / seen out of time"),
                rates,
                say("Jeffreys p 不低于 0.05", "Jeffreys p of 0.05 or more"),
                level,
            )
        )
    if report.months:
        newest = report.months[-1].shift
        many = len(newest.watched)
        moved = [c for c in newest.characteristics if level_of(c.shift, many, c.name) == "act"]
        score = level_of(newest.score, many)
        rule = say("低于 0.10", "under 0.10")
        tests.append(
            (
                say("评分 PSI，最近一期", "Score PSI, newest"),
                against(newest.score.index, *THRESHOLDS.psi, digits=3),
                rule,
                score,
            )
        )
        there = len(newest.characteristics)
        words = say(f"{there} 个中 {len(moved)} 个", f"{len(moved)} of {there}")
        none = say("无", "none")
        tests.append(
            (say("PSI ≥ 0.25 的特征", "Characteristics with PSI ≥ 0.25"), words, none, "act" if moved else "stable")
        )
    gain = found.challenger.gain
    rule = say("区间不全在 0 以下", "interval not wholly under 0")
    tests.append(
        (
            say("与挑战模型之差（AUC）", "AUC above the challenger"),
            interval(gain, sign=True),
            rule,
            "watch" if gain.high < 0 else "stable",
        )
    )
    return tests


def _of_people(sheet: Sheet, report: ValidationDossier) -> list[Test]:
    say, told, tests = sheet.say, report.validation.fairness, []
    for name, groups in ((say("性别", "gender"), told.by_gender), (say("年龄段", "age band"), told.by_age)):
        known = [g.impact for g in groups if g.impact is not None and g.group != "unknown" and g.rows >= 30]
        if known:
            least = min(known)
            words = say(f"最低通过率比值，按{name}", f"Least impact ratio by {name}")
            tests.append(
                (
                    words,
                    against(least, FOUR_FIFTHS),
                    say("不低于 0.80", "0.80 or more"),
                    "act" if least < FOUR_FIFTHS else "stable",
                )
            )
    return tests


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
    return [*parts, Spacer(0, tokens.UNIT), sheet.text(only, "quiet"), Spacer(0, 2 * tokens.UNIT), *_method(sheet)]


def _method(sheet: Sheet) -> list[Flowable]:
    say = sheet.say
    lines = (
        say(
            "区间为 95%：AUC、Gini、KS 为好坏样本分别重抽的自助法；AUC 之差为 DeLong 等（1988）；违约率为 Jeffreys；"
            "系数标准误按客户聚类（Liang 与 Zeger，1986）。",
            "Intervals are of 95 %: AUC, Gini and KS by bootstrap of goods and of bads; differences of AUC by DeLong et al. "
            "(1988); default rates by Jeffreys; errors of weights clustered by customer (Liang and Zeger, 1986).",
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
