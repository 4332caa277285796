"""The formulas in words with their numbers filled in: what a banker follows from a figure to the parameter that made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from domain.catalogue import CHANNEL_WORDS
from domain.contribution.formula import WorkedMonth
from domain.contribution.lifetime import Survival
from domain.contribution.parameters import OTHER
from domain.phrasing import ABSENT, choose, money, number, percent

COMPONENT_WORDS = {
    "margin": ("利息净收入", "Interest margin"), "deposit_margin": ("存款利差", "Deposit margin"),
    "loan_margin": ("贷款利差", "Loan margin"), "fees": ("手续费收入", "Fee income"),
    "expected_loss": ("预期损失", "Expected loss"), "operating_cost": ("运营成本", "Operating cost"),
    "capital_cost": ("资本成本", "Cost of capital"), "contribution": ("贡献度", "Contribution"),
}  # fmt: skip
OTHER_CHANNEL = ("渠道不明", "channel not known")


@dataclass(frozen=True)
class Line:
    """One line of the account's month: its component, the formula in symbols, the same in numbers, and the result.

    result is None where the month does not know it; `filled` then says why.
    """

    component: str
    title: str
    formula: str
    filled: str
    result: Decimal | None


def earlier_rating_words(used: str | None, shown: str, language: str) -> str:
    """That expected losses rest on another rating than the one on show; used: None where there was none then."""
    if used is None:
        return choose(
            language,
            f"计算预期损失时尚无使用中的信用评价，而当前使用的是 {shown}；重算贡献度后才会计入。",
            f"Expected losses were worked out before any rating was on show; {shown} is on show now. Recompute the "
            "contribution to take it in.",
        )
    return choose(
        language,
        f"预期损失所用的违约概率来自信用评价 {used}，而当前使用的是 {shown}；重算贡献度后两者才一致。",
        f"Expected losses rest on the probabilities of default of rating {used}; {shown} is on show now. Recompute the "
        "contribution to bring them together.",
    )


def survival_words(used: Survival, language: str) -> str:
    """Which survival a lifetime value carries the monthly average on by, and what a default ends, in sentences."""
    if not used.default:
        return _staying_words(used, language)
    ends = choose(
        language,
        "贷款、信用卡与透支还按每月不违约的概率 (1 − PD)^(1/12) 推算；已违约的不再计收益，其预期损失只计一次（LGD × EAD）。",
        "Loans, cards and overdrafts are also carried on by the chance of no default, (1 − PD)^(1/12) a month; in default they "
        "earn nothing more and the expected loss counts once (LGD × EAD).",
    )
    return choose(language, "", " ").join((_staying_words(used, language), ends))


def _staying_words(used: Survival, language: str) -> str:
    monthly = percent(used.monthly, 2)
    if used.leaves is not None:
        return choose(
            language,
            f"终身价值的留存取自流失预警 {used.version}：{used.months} 个月内流失概率 {percent(used.leaves, 2)}，折合每月留存 {monthly}。",
            f"Lifetime value takes survival from attrition {used.version}: {percent(used.leaves, 2)} likely to leave within "
            f"{used.months} months, which keeps {monthly} a month.",
        )
    if used.version is not None:
        return choose(
            language,
            f"流失预警 {used.version} 未覆盖该客户，终身价值按参数中的月留存率 {monthly} 计算。",
            f"Attrition {used.version} does not cover this customer; lifetime value takes the parameters' monthly survival "
            f"of {monthly}.",
        )
    return choose(
        language,
        f"计算时尚无已发布的流失预警，终身价值按参数中的月留存率 {monthly} 计算。",
        f"No attrition was published at the time; lifetime value takes the parameters' monthly survival of {monthly}.",
    )


def lines(month: WorkedMonth, language: str) -> tuple[Line, ...]:
    """The components in the order of the waterfall, the contribution last."""
    parts = (
        ("margin", _margin), ("fees", _fees), ("expected_loss", _loss), ("operating_cost", _cost),
        ("capital_cost", _capital),
    )  # fmt: skip
    found = [_line(month, name, write, language) for name, write in parts]
    total = " − ".join(["{0} + {1}", "{2}", "{3}", "{4}"]).format(*(_amount(line.result) for line in found))
    whole = choose(
        language,
        "利息净收入 + 手续费 − 预期损失 − 运营成本 − 资本成本",
        "margin + fees − expected loss − cost − capital",
    )
    title = COMPONENT_WORDS["contribution"][language != "zh"]
    return (*found, Line("contribution", title, whole, total, month.contribution))


def _line(month: WorkedMonth, name: str, write: Callable[[WorkedMonth, str], tuple[str, str]], language: str) -> Line:
    title = COMPONENT_WORDS[name][language != "zh"]
    result: Decimal | None = getattr(month, name)
    formula, filled = write(month, language)
    if result is None:
        return Line(name, title, formula, _why_not(month, language), None)
    return Line(name, title, formula, filled, result)


def _why_not(month: WorkedMonth, language: str) -> str:
    if month.exchange is None:
        return choose(
            language,
            f"参数中没有 {month.of.currency} 的汇率",
            f"the parameters give no exchange rate for {month.of.currency}",
        )
    return choose(language, "来源未提供本月余额", "the source gives no balance of this month")


def _amount(value: Decimal | None) -> str:
    if value is None:
        return ABSENT
    return f"({money(value)})" if value < 0 else money(value)


def rate(share: Decimal) -> str:
    """A rate in percent, at least two decimals and as many as it has: 1.80%, 0.125%."""
    shown = (share * 100).normalize()
    exponent = shown.as_tuple().exponent
    return f"{number(shown, max(2, -exponent if isinstance(exponent, int) else 2))}%"


def _foreign(month: WorkedMonth) -> tuple[str, str]:
    """× the month's exchange rate, for an account in another currency."""
    if month.exchange is None or month.exchange == 1:
        return "", ""
    return " × fx", f" × {month.exchange.normalize():f}"


def _margin(month: WorkedMonth, language: str) -> tuple[str, str]:
    told, (fx, at) = month.of, _foreign(month)
    balance = told.balance or Decimal(0)
    price, customer = rate(month.transfer_price), rate(month.customer_rate)
    charged = choose(language, "收取利息", "interest charged")
    if month.side == "deposit" and balance >= 0:
        formula, filled = "B × (f − r) ÷ 12", f"{money(balance)} × ({price} − {customer}) ÷ 12"
    elif month.side == "deposit":
        formula, filled = "B × f ÷ 12", f"{_amount(balance)} × {price} ÷ 12"
    elif told.family == "credit_card":
        formula, filled = "−B × f ÷ 12", f"−{money(max(balance, Decimal(0)))} × {price} ÷ 12"
    elif month.side == "loan":
        formula, filled = "B × (r − f) ÷ 12", f"{money(max(balance, Decimal(0)))} × ({customer} − {price}) ÷ 12"
    else:
        formula, filled = "", ""
    if told.interest or not formula:
        formula = f"{formula} + {charged}" if formula else charged
        filled = f"{filled} + {_amount(told.interest)}" if filled else _amount(told.interest)
    return _times(formula, fx), _times(filled, at)


def _times(text: str, factor: str) -> str:
    return f"({text}){factor}" if factor else text


def _fees(month: WorkedMonth, language: str) -> tuple[str, str]:
    told, (fx, at) = month.of, _foreign(month)
    booked = choose(language, "入账手续费", "fees booked")
    if not month.trailing_fee:
        return _times(booked, fx), _times(_amount(told.fees), at)
    formula = f"{booked} + " + choose(language, "B × 年管理费率 ÷ 12", "B × trailing fee ÷ 12")
    filled = f"{_amount(told.fees)} + {_amount(told.balance or Decimal(0))} × {rate(month.trailing_fee)} ÷ 12"
    return _times(formula, fx), _times(filled, at)


def _loss(month: WorkedMonth, _language: str) -> tuple[str, str]:
    fx, at = _foreign(month)
    return f"PD × LGD × EAD ÷ 12{fx}", f"{rate(month.pd)} × {rate(month.lgd)} × {_amount(month.ead)} ÷ 12{at}"


def _cost(month: WorkedMonth, language: str) -> tuple[str, str]:
    formula = choose(language, "Σ 笔数 × 单位成本 + 账户年维护费 ÷ 12", "Σ movements × unit cost + yearly keeping ÷ 12")
    parts = [
        f"{_channel(channel, language)} {number(count)} × {_cost_of(month.unit_costs[channel])}"
        for channel, count in month.of.movements.items()
        if count
    ]
    return formula, " + ".join([*parts, f"{_cost_of(month.keeping_cost)} ÷ 12"])


def _channel(channel: str, language: str) -> str:
    return (OTHER_CHANNEL if channel == OTHER else CHANNEL_WORDS[channel])[language != "zh"]


def _cost_of(cost: Decimal) -> str:
    exponent = cost.normalize().as_tuple().exponent
    return number(cost, max(2, -exponent if isinstance(exponent, int) else 2))


def _capital(month: WorkedMonth, language: str) -> tuple[str, str]:
    fx, at = _foreign(month)
    formula = choose(
        language, "X × 风险权重 × 资本充足率 × 目标回报率 ÷ 12", "X × risk weight × capital ratio × hurdle rate ÷ 12"
    )
    shares = f"{rate(month.risk_weight)} × {rate(month.capital_ratio)} × {rate(month.hurdle_rate)}"
    return formula + fx, f"{_amount(month.exposure)} × {shares} ÷ 12{at}"


MOST_RAROC = 10


def raroc_words(raroc: Decimal | None, language: str) -> str:
    """12.3%; where next to no capital is held the ratio says nothing more than that: over 1,000%."""
    if raroc is None or abs(raroc) <= MOST_RAROC:
        return percent(raroc)
    if raroc > 0:
        return choose(language, "超过1,000%", "over 1,000%")
    return choose(language, "低于−1,000%", "under −1,000%")
