"""What each figure of the parameters is called and how it is written, in both languages."""

from __future__ import annotations

from decimal import Decimal

from domain.catalogue import CHANNEL_WORDS, FAMILY_WORDS
from domain.contribution.cells import Difference, Key, limits
from domain.contribution.parameters import OTHER
from domain.contribution.words import OTHER_CHANNEL, rate
from domain.delivered_words import delivered
from domain.phrasing import ABSENT, choose, number

SECTION_WORDS = {
    "transfer_prices": ("内部转移价格", "Transfer prices"), "unit_costs": ("单笔成本", "Unit costs"),
    "families": ("产品参数", "Products"), "collaterals": ("按担保方式", "By collateral"),
    "bank": ("资本与折现", "Capital and discount"), "exchange": ("汇率", "Exchange rates"),
}  # fmt: skip
COLUMN_WORDS = {
    "customer_rate": ("客户利率（来源未给时）", "Customer's rate, where the source gives none"),
    "keeping_cost": ("账户年维护费", "Cost of keeping an account a year"),
    "trailing_fee": ("年管理费率", "Trailing fee a year"), "risk_weight": ("风险权重", "Risk weight"),
    "lgd": ("违约损失率", "Loss given default"), "pd_unrated": ("未评级客户的违约概率", "PD of the unrated"),
    "conversion": ("未用额度转换系数", "Conversion of undrawn limits"), "capital_ratio": ("资本充足率要求", "Capital ratio"),
    "hurdle_rate": ("目标资本回报率", "Hurdle rate on capital"), "discount_rate": ("折现率", "Discount rate"),
    "survival": ("月留存率", "Monthly survival"),
}  # fmt: skip


def family_word(family: str, language: str) -> str:
    """定期存款 / Time deposits."""
    said = choose(language, *FAMILY_WORDS[family]) if family in FAMILY_WORDS else family
    return said[:1].upper() + said[1:]


def collateral_word(word: str, language: str) -> str:
    """住房抵押 / Home mortgage, where the bank's own word is known; else as it came."""
    return delivered("collateral", word, language) or word


def channel_word(channel: str, language: str) -> str:
    """柜面 / Branch."""
    said = choose(language, *(OTHER_CHANNEL if channel == OTHER else CHANNEL_WORDS.get(channel, (channel, channel))))
    return said[:1].upper() + said[1:]


def term_word(up_to_months: str, language: str) -> str:
    """12 个月以内 / up to 12 months; '' is any longer term."""
    if not up_to_months:
        return choose(language, "不限期限", "no limit of term")
    return choose(language, f"{up_to_months} 个月以内", f"up to {up_to_months} months")


def title(key: Key, language: str) -> str:
    """The whole name of a figure: 内部转移价格 · 定期存款 · 12 个月以内."""
    section, *rest = key
    names = [choose(language, *SECTION_WORDS[section])]
    if section == "transfer_prices":
        names += [family_word(rest[0], language), term_word(rest[1], language)]
    elif section == "unit_costs":
        names.append(channel_word(rest[0], language))
    elif section == "exchange":
        names.append(rest[0])
    elif section == "bank":
        names = [column_word(rest[0], language)]
    else:
        held = [collateral_word(word, language) for word in rest[1:-1]]
        names = [family_word(rest[0], language), *held, column_word(rest[-1], language)]
    return " · ".join(names)


def column_word(name: str, language: str) -> str:
    """违约损失率 / Loss given default."""
    return choose(language, *COLUMN_WORDS[name])


def shown(key: Key, value: Decimal | None) -> str:
    """1.80%, 6.00, 7.1: with as many decimals as it has."""
    if value is None:
        return ABSENT
    bounds = limits(key)
    if bounds.unit == "percent":
        return rate(value)
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(2 if bounds.unit == "money" else 0, -exponent if isinstance(exponent, int) else 0))


def difference_words(found: Difference, language: str) -> str:
    """定期存款 1.85% → 1.95% as one sentence part."""
    return f"{title(found.key, language)} {shown(found.key, found.before)} → {shown(found.key, found.after)}"
