"""What the tests of a validation are called, whom a finding names, and what answer it asks for, in both languages."""

from __future__ import annotations

from domain.catalogue import GENDER_WORDS
from domain.credit.characteristics import named
from domain.credit.fairness import COMPANY, UNKNOWN
from domain.credit.findings import parted
from domain.phrasing import choose, listing

TITLES = {
    "auc": ("区分能力：AUC", "Discrimination: AUC"),
    "slope": ("校准：折外斜率", "Calibration: slope out of fold"),
    "fitting": ("Hosmer–Lemeshow", "Hosmer–Lemeshow"),
    "grades": ("各等级违约概率（Jeffreys）", "PD of each grade (Jeffreys)"),
    "signs": ("系数方向", "Signs of weights"),
    "inflation": ("方差膨胀因子", "Variance inflation"),
    "reproduced": ("样本重现", "Sample drawn again"),
    "remeasured": ("折外 AUC：开发时 / 本档案", "AUC out of fold: development / here"),
    "later_auc": ("跨时间 AUC", "AUC out of time"),
    "later_slope": ("跨时间斜率", "Slope out of time"),
    "later_rate": ("跨时间违约概率 / 实际", "PD / seen out of time"),
    "leak_test": ("泄露检验：改动放款后的一切", "Leak test: all that came later changed"),
    "challenger": ("与挑战模型之差（AUC）", "AUC above the challenger"),
    "score_psi": ("评分 PSI，最近一期", "Score PSI, newest"),
    "moved": ("PSI ≥ 0.25 的特征", "Characteristics with PSI ≥ 0.25"),
    "adverse_gender": ("最低通过率比值，按性别", "Least impact ratio by gender"),
    "adverse_age": ("最低通过率比值，按年龄段", "Least impact ratio by age band"),
}  # fmt: skip
_OF_PEOPLE = ("adverse_gender", "adverse_age")
_OF_GRADES = ("grades",)
_NO_PEOPLE = {UNKNOWN: ("未知", "not known"), COMPANY: ("公司客户", "companies")}


def title(code: str, language: str) -> str:
    """What a test is called."""
    return choose(language, *TITLES[code])


def group_words(group: str, language: str) -> str:
    """A group of people: a sex, an age band, not known, companies; in English without a capital."""
    if group in _NO_PEOPLE:
        return choose(language, *_NO_PEOPLE[group])
    if group in GENDER_WORDS:
        return choose(language, *GENDER_WORDS[group])
    ages = group.replace("-", "–")
    return choose(language, f"{ages}岁", f"{ages} years")


def finding_words(key: str, language: str) -> str:
    """A finding by its key: the test, and whom it names."""
    code, names = parted(key)
    if not names:
        return title(code, language)
    if code in _OF_PEOPLE:
        told = [group_words(name, language) for name in names]
    elif code in _OF_GRADES:
        told = list(names)
    else:
        told = [choose(language, (one := named(name)).zh, one.en) for name in names]
    whom = listing(told, language)
    return choose(language, f"{title(code, language)}：{whom}", f"{title(code, language)}: {whom}")
