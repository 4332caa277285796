"""The dossier's words for codes: why a characteristic is in or out, limits of use, states, groups of people."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.lib.colors import Color

from domain.credit.caveats import BOLD, SHY, SURE
from domain.credit.characteristics import named
from domain.credit.fairness import FOUR_FIFTHS
from domain.credit.finding_words import group_words as words_of_group
from domain.credit.findings import Finding
from domain.credit.monitoring import THRESHOLDS, WATCH
from domain.credit.reach import Reach
from domain.credit.selection import Verdict
from domain.credit.validated import Leaks, Limit
from domain.phrasing import against, listing, number, percent
from jobs.pdf import tokens
from jobs.pdf.dossier_figures import TONES, p_words
from jobs.pdf.voice import Voice

STATE_WORDS = {
    "developed": ("已开发", "developed"), "validated": ("已验证", "validated"), "approved": ("已批准", "approved"),
    "in_use": ("在用", "in use"), "retired": ("已退役", "retired"), "assigned": ("调整责任人或级别", "owner or tier changed"),
    "answered": ("答复发现", "finding answered"), "condition": ("附加条件", "condition set"), "closed": ("了结", "closed"),
}  # fmt: skip
STEP_WORDS = {"validated": ("验证", "validation"), "approved": ("批准", "approval")}
LEVEL_WORDS = {
    "stable": ("稳定", "stable"), "watch": ("关注", "watch"), "act": ("须处理", "act"),
    "season": ("季节性，不判断", "seasonal, not judged"),
}  # fmt: skip
PURPOSE_WORDS = {
    "behaviour": ("行为评分卡（存量授信客户）", "Behaviour scorecard (customers with credit)"),
    "application": ("申请评分卡（贷款申请）", "Application scorecard (loans asked for)"),
}  # fmt: skip
TREND_WORDS = {
    "falling": ("越高越好", "higher is safer"), "rising": ("越高越差", "higher is riskier"), "peak": ("中间最差", "the middle is riskiest"),
    "valley": ("中间最好", "the middle is safest"), "none": ("不分箱", "one bin"),
    "states": ("各状态分列", "each state apart"), "mixed": ("多次转折", "turns twice"),
}  # fmt: skip


EXPECTED_WORDS = {
    "safer": ("越高越好", "higher is safer"), "riskier": ("越高越差", "higher is riskier"), "auto": ("未作预期", "none declared"),
}  # fmt: skip


def name_of(say: Voice, name: str) -> str:
    """A characteristic in the paper's language, with a capital in English."""
    known = named(name)
    return say.opened(say(known.zh, known.en))


def judgement(say: Voice, one: Finding) -> tuple[str, Color]:
    """A finding's level and its colour; what nobody may sign without is not only watched, as the screen says it."""
    if one.required and one.level == WATCH:
        return say("须答复", "to be answered"), tokens.BAD
    return say(*LEVEL_WORDS[one.level]), TONES[one.level]


def why_words(say: Voice, verdict: Verdict) -> str:
    """Why a characteristic is in the card or out of it."""
    value, other = number(verdict.value, 2), name_of(say, verdict.other) if verdict.other else ""
    shown = against(verdict.value, 0.02, digits=3)
    leaking, chance = against(verdict.value, 0.5), p_words(verdict.value)
    alike, inflated = against(verdict.value, 0.7), against(verdict.value, 5.0)
    words = {
        "kept": say("入选", "In the card"),
        "no_information": say(f"信息值 {shown}，低于 0.02", f"Information value {shown}, under 0.02"),
        "correlated": say(f"与“{other}”相关系数 {alike}", f"Correlates {alike} with “{other}”"),
        "collinear": say(f"方差膨胀因子 {inflated}", f"Variance inflation {inflated}"),
        "not_cleared": say(
            f"信息值 {leaking}，高于 0.5，无人说明不是泄露", f"Information value {leaking}, over 0.5, and nobody said why it is no leak"
        ),
        "not_significant": say(f"同用时不显著（p = {chance}）", f"Not significant beside the others (p = {chance})"),
        "too_many": say("坏客户数不足以支撑更多特征", "Too few bad customers for one more"),
        "wrong_sign": say(f"同用时方向相反（{value}）", f"Wrong sign beside the others ({value})"),
    }  # fmt: skip
    return words.get(verdict.reason, verdict.reason)


def leak_words(say: Voice, told: Leaks) -> str:
    """What the leak test of loans asked for did and found."""
    movements, loans = number(told.movements), number(told.loans)
    found_zh = f"有 {number(told.differ)} 个不同，须处理" if told.differ else "没有一个不同"
    found_en = (
        f"{number(told.differ)} of these figures differ: act" if told.differ else "not one of these figures differs"
    )
    return say(
        f"泄露检验：把放款日及以后的 {movements} 笔交易全部改动、结果全部对调，再算 {loans} 笔贷款各 {told.figures} 个特征，{found_zh}。",
        f"Leak test: all {movements} movements on or after the day of the grant were changed and every outcome turned round, and the "
        f"{told.figures} figures of {loans} loans worked out again: {found_en}.",
    )


def group_words(say: Voice, group: str) -> str:
    """A group of people with a capital in English: a sex, an age band, not known."""
    return say.opened(words_of_group(group, say.language))


def limit_words(say: Voice, limit: Limit) -> str:
    """A limit of use as a sentence with its figures."""
    return say.stop(_LIMITS[limit.code](say, limit))


def _names(say: Voice, limit: Limit, figures: Callable[[float], str] | None = None) -> str:
    told = [name_of(say, name) for name in limit.names]
    if figures is not None:
        told = [say.bracket(name, figures(value)) for name, value in zip(told, limit.figures, strict=True)]
    return listing(told, say.language)


def _groups(say: Voice, limit: Limit) -> str:
    told = [group_words(say, group) for group in limit.names]
    return listing(
        [say.bracket(g, against(v, FOUR_FIFTHS)) for g, v in zip(told, limit.figures, strict=True)], say.language
    )


def _group_list(say: Voice, limit: Limit) -> str:
    return listing([group_words(say, group) for group in limit.names], say.language)


def _slope(say: Voice, limit: Limit) -> str:
    value, *ends = [against(one, BOLD, SHY) for one in limit.figures]
    return (
        say.bracket(value, say(f"95% 区间 {ends[0]} 至 {ends[1]}", f"95 %: {ends[0]} to {ends[1]}")) if ends else value
    )


def _bare_bins(say: Voice, limit: Limit) -> str:
    """Each bin with its rows and points, as `caveats.of_no_bad` packs them."""
    names, figures = limit.names, limit.figures
    bins = zip(names[::3], names[1::3], names[2::3], figures[::2], figures[1::2], strict=True)
    told = [
        say(
            f"“{name_of(say, name)}”{zh}（{_n(rows)} 行，{number(points, sign=True)} 分）",
            f"“{name_of(say, name)}” {en} ({_n(rows)} rows, {number(points, sign=True)} points)",
        )
        for name, zh, en, rows, points in bins
    ]
    return listing(told, say.language)


def _index(value: float) -> str:
    return against(value, *THRESHOLDS.psi)


def _n(value: float) -> str:
    return number(round(value))


_LIMITS: dict[str, Callable[[Voice, Limit], str]] = {
    "not_reproduced": lambda say, x: say(
        f"按原定义重新抽取的样本（{_n(x.figures[0])} 行，坏 {_n(x.figures[1])}）与评分卡记载的分箱计数不一致："
        "数据或计算程序在开发后有变动，本档案的数字属于重抽样本",
        f"The sample drawn again ({_n(x.figures[0])} rows, {_n(x.figures[1])} bad) does not give the card's own bin counts: data "
        "or code changed after the development, and this paper's figures are of the new sample",
    ),
    "remeasured": lambda say, x: say(
        f"折外 AUC 在开发时为 {number(x.figures[0], 3)}，本档案重算为 {number(x.figures[1], 3)}：计算程序在开发后有更新，"
        "本档案以现行程序的数字为准；差异须由验证人说明，必要时重新开发",
        f"The AUC out of fold was {number(x.figures[0], 3)} at the development and is {number(x.figures[1], 3)} here: the program "
        "has changed since. This paper's figures are the present program's; whoever validates says why they differ, or the card is "
        "developed again",
    ),
    "few_bad": lambda say, x: say(
        f"坏样本只有 {_n(x.figures[0])} 个，AUC 的 95% 区间为 {number(x.figures[1], 3)} 至 {number(x.figures[2], 3)}；"
        "排序能力和各等级违约率只能粗略判断，坏样本增加后应尽早重新开发",
        f"Only {_n(x.figures[0])} rows are bad, so the AUC is known no closer than {number(x.figures[1], 3)} to "
        f"{number(x.figures[2], 3)} and grades' default rates roughly; develop again when there are more",
    ),
    "few_days": lambda say, x: say(
        f"样本只有 {_n(x.figures[0])} 个观察日，未覆盖完整经济周期；违约率水平须另与长期违约率核对",
        f"The sample has {_n(x.figures[0])} observation days and covers no whole cycle: check the level of default "
        "against a longer history",
    ),
    "unlike": lambda say, x: say(
        f"有 {_n(x.figures[0])} 行（占可评客户的 {percent(x.figures[1], 0)}）在观察日或表现期内没有贷款或信用卡状态，"
        "结果无从得知，未进入样本；对这类客户，评分由其他客户的经验推得",
        f"{_n(x.figures[0])} rows ({percent(x.figures[1], 0)} of those that could be rated) had no loan or card with a "
        "status then or afterwards, so nobody saw their outcome; for such customers the score rests on others' experience",
    ),
    "no_history": lambda say, x: say(
        f"放款的贷款中有 {_n(x.figures[0])} 笔（{percent(x.figures[1], 0)}，其中坏 {_n(x.figures[2])} 笔）付款账户在放款前没有任何交易，"
        "不能评分，也不在样本内；评分卡对新来的客户没有结论",
        f"{_n(x.figures[0])} of the loans granted ({percent(x.figures[1], 0)}; {_n(x.figures[2])} turned bad) had no movement on the "
        "paying account before the grant: they cannot be scored and are not in the sample; of newcomers the card says nothing",
    ),
    "granted_only": lambda say, x: say(
        f"样本的 {_n(x.figures[0])} 行全部是已发放的贷款，被拒绝的申请没有结果（未作拒绝推断）；用于以往会被拒绝的申请时，风险可能被低估",
        f"All {_n(x.figures[0])} rows are loans that were granted; applications refused have no outcome and none was inferred. For "
        "applicants of a kind that used to be refused the risk may be understated",
    ),
    # Of papers made before customers were redrawn: they follow each step of the register with the figures they have.
    "seen_twice": lambda say, x: say(
        f"{_n(x.figures[0])} 行来自 {_n(x.figures[1])} 位客户，同一客户可在多个观察日出现；其各行总在同一折，"
        "系数的标准误按客户聚类。AUC 的区间仍按行计算，略偏窄：样本所含的信息以客户数为准",
        f"The {_n(x.figures[0])} rows are of {_n(x.figures[1])} customers, who may be seen on several days. Rows of one customer "
        "stay in one fold and errors of weights are by customer; intervals of the AUC are by rows and a little narrow: the sample tells "
        "as much as its customers",
    ),
    "leak": lambda say, x: say(
        f"信息值高于 0.5，不是结果信息提前泄露的理由见“预期方向与理由”，验证人须复核：{_names(say, x, lambda v: against(v, 0.5))}",
        "Information value over 0.5; why that is no knowledge of the outcome stands under “Expected directions and reasons”, for who "
        f"validates to check: {_names(say, x, lambda v: against(v, 0.5))}",
    ),
    "unsure": lambda say, x: say(
        f"以下特征单独看系数不显著（单侧 p 不低于 0.05），其分数主要是先验稳妥而非数据确证：{_names(say, x, lambda v: against(v, SURE))}",
        f"Weights not significant by themselves (one-sided p of 0.05 or more): {_names(say, x, lambda v: against(v, SURE))}",
    ),
    "wrong_sign": lambda say, x: say(f"系数方向与证据相反：{_names(say, x)}", f"Weights of the wrong sign: {_names(say, x)}"),
    "by_hand": lambda say, x: say(
        f"分箱由人工设定，交叉验证沿用同样的分箱，未单独检验其选择：{_names(say, x)}",
        f"Bins were set by hand; they were kept in every fold, so that their choice is not itself tested: {_names(say, x)}",
    ),
    "beyond_reach": lambda say, x: Reach(round(x.figures[0]), x.names[0], x.names[1:]).words(say.language),
    "bold": lambda say, x: say(
        f"折外斜率为 {against(x.figures[0], BOLD)}（低于 0.8）：原始回归过于自信，卡上的系数已乘以 {number(x.figures[1], 2)}",
        f"The slope out of fold is {against(x.figures[0], BOLD)}, under 0.8: the regression was too bold and its weights were "
        f"multiplied by {number(x.figures[1], 2)}",
    ),
    "shy": lambda say, x: say(
        f"折外斜率为 {against(x.figures[0], SHY)}（高于 1.2）：回归过于保守，系数已乘以 {number(x.figures[1], 2)}",
        f"The slope out of fold is {against(x.figures[0], SHY)}, over 1.2: the regression was too shy and its weights were multiplied by "
        f"{number(x.figures[1], 2)}",
    ),
    "ill_fitting": lambda say, x: say(
        f"Hosmer–Lemeshow 检验 p = {p_words(x.figures[0])}：十分位的违约概率与实际不一致",
        f"The Hosmer–Lemeshow test gives p = {p_words(x.figures[0])}: PDs by tenth do not fit what was seen",
    ),
    "grades_low": lambda say, x: say(
        f"以下等级的违约概率偏低（Jeffreys 检验 p 低于 0.05）：{listing(list(x.names), say.language)}",
        f"Grades whose PD is likely too low (Jeffreys, p under 0.05): {listing(list(x.names), say.language)}",
    ),
    "no_later": lambda say, x: say(
        "没有足够的较晚样本可作跨时间检验；投入使用后须按月监测",
        "There are too few later rows to judge the card out of time: watch it month by month once it is in use",
    ),
    "weaker_later": lambda say, x: say(
        f"跨时间 AUC 为 {number(x.figures[0], 3)}，明显低于折外的 {number(x.figures[1], 3)}",
        f"Out of time the AUC is {number(x.figures[0], 3)}, clearly under the {number(x.figures[1], 3)} out of fold",
    ),
    "later_bold": lambda say, x: say(
        f"跨时间斜率为 {_slope(say, x)}，低于 0.8：在较晚的样本上评分对风险高低的区分过于极端，高风险者的违约概率偏高、低风险者偏低；"
        "卡上未为此修正，用于定价与限额前须核对",
        f"The slope out of time is {_slope(say, x)}, under 0.8: on later rows the card parts risks too boldly, PDs of the riskier are too "
        "high and those of the safer too low. The card is not mended for it; check before pricing and limits rest on the PD",
    ),
    "later_shy": lambda say, x: say(
        f"跨时间斜率为 {_slope(say, x)}，高于 1.2：在较晚的样本上评分对风险高低的区分不足，高风险者的违约概率偏低；卡上未为此修正",
        f"The slope out of time is {_slope(say, x)}, over 1.2: on later rows the card parts risks too shyly and PDs of the riskier are "
        "too low. The card is not mended for it",
    ),
    "no_bad": lambda say, x: say(
        f"以下分箱的分数没有坏样本支撑（箱内无一坏样本），偶然性大，新数据到来后须复核：{_bare_bins(say, x)}",
        f"Points that rest on no bad (nobody in the bin turned bad), so that one or two would change them; look again with newer rows: "
        f"{_bare_bins(say, x)}",
    ),
    "low_later": lambda say, x: say(
        f"跨时间样本的违约概率 {percent(x.figures[0], 2)}，实际 {percent(x.figures[1], 2)}（p = {p_words(x.figures[2])}）：水平偏低",
        f"Out of time the PD is {percent(x.figures[0], 2)} and {percent(x.figures[1], 2)} "
        f"defaulted (p = {p_words(x.figures[2])}): too low",
    ),
    "challenger": lambda say, x: say(
        f"挑战模型 AUC 为 {number(x.figures[1], 3)}，评分卡低 {number(-x.figures[0], 3)}，且差异超出偶然："
        "可解释的代价须书面答复，见“发现与答复”",
        f"The challenger reaches AUC {number(x.figures[1], 3)}, {number(-x.figures[0], 3)} more than the card and beyond "
        "chance: that price of being explainable is answered in writing, see “Findings and answers”",
    ),
    "adverse_gender": lambda say, x: say(
        f"按性别的通过率比值低于 0.8：{_groups(say, x)}；须查明原因并记录",
        f"Adverse impact under 0.8 by gender: {_groups(say, x)}; find out why and put it on record",
    ),
    "adverse_age": lambda say, x: say(
        f"按年龄段的通过率比值低于 0.8：{_groups(say, x)}；须查明原因并记录",
        f"Adverse impact under 0.8 by age band: {_groups(say, x)}; find out why and put it on record",
    ),
    "adverse_gender_unsure": lambda say, x: say(
        f"按性别的通过率比值低于 0.8，但区间含 1，可能出于偶然：{_groups(say, x)}；样本增加后复核",
        f"Impact under 0.8 by gender that chance may explain, since the interval holds 1: {_groups(say, x)}; look again with more rows",
    ),
    "adverse_age_unsure": lambda say, x: say(
        f"按年龄段的通过率比值低于 0.8，但区间含 1，可能出于偶然：{_groups(say, x)}；样本增加后复核",
        f"Impact under 0.8 by age band that chance may explain, since the interval holds 1: {_groups(say, x)}; look again with more "
        "rows",
    ),
    "few_of_group": lambda say, x: say(
        f"不足 {_n(x.figures[0])} 位客户的人群不作判断：{_group_list(say, x)}；对其是否不利，本档案不能回答",
        f"Groups of fewer than {_n(x.figures[0])} customers are not judged: {_group_list(say, x)}; whether the card is adverse to "
        "them this paper cannot say",
    ),
    "people_unknown": lambda say, x: say(
        "数据来源没有性别与年龄，无法检验不同人群的结果", "The source tells neither gender nor age, so outcomes by group cannot be checked"
    ),
    "moved": lambda say, x: say(
        f"最近一期与开发时相比稳定性指数不低于 0.25 的特征：{_names(say, x, _index)}",
        f"Characteristics with a stability index of 0.25 or more in the newest month: {_names(say, x, _index)}",
    ),
    "score_moved": lambda say, x: say(
        f"最近一期评分的稳定性指数为 {against(x.figures[0], *THRESHOLDS.psi, digits=3)}，不低于 0.10",
        f"The score's stability index is {against(x.figures[0], *THRESHOLDS.psi, digits=3)} in the newest month"
    ),
}  # fmt: skip
