"""The table of characteristics: what may enter a scorecard, which direction is expected and why, and what may not.

A behaviour scorecard reads the feature catalogue; an application scorecard adds what is known of the loan asked for.
Every figure of the catalogue is here: offered with the direction a banker expects and the reason in words, or left out
with the reason (`EXCLUDED`). Gender and age are never among them (`NEVER`): they are looked at only to check that the
score treats people alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.catalogue import BY_NAME as CATALOGUE
from domain.catalogue import FEATURES

Words = tuple[str, str]  # Chinese, English


@dataclass(frozen=True)
class Clearance:
    """Why a figure that tells suspiciously much of the outcome cannot be the outcome itself, and who looked into it.

    by: login of the analyst; "" where the table of characteristics declares it for every bank.
    """

    zh: str
    en: str
    by: str = ""


@dataclass(frozen=True)
class Characteristic:
    """One column a scorecard may use.

    unit as in `catalogue.Feature`. direction: what a higher value should mean (safer, riskier, auto: the sample says).
    changeable: whether a customer could do something about it, so that it may be named as a way to a better grade.
    states: values that are states, not quantities: each stands in a bin of its own, however few customers are in it.
    why: the reason of the direction, or, of auto, why none can be said; None for a column nobody described.
    cleared: why an information value over the bound of the leak flag is expected here; None: an analyst must say so.
    """

    name: str
    unit: str
    zh: str
    en: str
    direction: str = "auto"
    changeable: bool = True
    states: tuple[float, ...] = ()
    why: Words | None = None
    cleared: Clearance | None = None


@dataclass(frozen=True)
class Excluded:
    """Figures of the catalogue that are not offered for credit, by name or by topic, and the reason."""

    what: Words
    why: Words
    topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


NEVER = ("age_years", "age_band", "gender")

_MEANS = ("收入是还款的第一来源", "Income is what instalments are paid from first")
_SAVINGS = ("积蓄能在收入中断时继续还款", "Savings go on paying when income does not")
_OWES = ("借得越多、期限越长，能出差错的越多", "The more is owed and the longer, the more can go wrong")
_LATE = ("以往拖欠是日后违约最直接的前兆", "Having been late before is the plainest sign of default to come")
_SHORT = ("透支和罚息说明钱不够用", "Overdrafts and penalty interest show that money runs short")
_PLACE = ("当地就业和工资决定失业后能否很快再有收入", "Local work and wages decide how soon a lost income is replaced")
_TIES = ("往来越久越多，了解越深，也越在意在本行的信用", "Long and many ties: better known, and with more to lose here")
_BURDEN = ("月供占收入越多，余地越小", "The more of an income instalments take, the less is left")
_DRAIN = ("存款和资产被动用，往往早于拖欠", "Savings are used up before payments are missed")
_IN_USE = ("账户一直在用，钱仍经本行往来", "An account in use: the customer's money still passes through here")

_ARREARS_DATED = Clearance(
    "逾期按月末日期记录，只取观察日及以前；违约只看其后12个月",
    "arrears are recorded by month-end up to the observation day; default is looked for in the 12 months after only",
)
_BALANCES_DATED = Clearance(
    "余额按日期记录，只取观察日及以前，其后的变动不在内",
    "balances are dated and end on the observation day; nothing later is in them",
)
_MOVES_DATED = Clearance("流水按入账日期取到观察日为止", "movements are dated and end on the observation day")
_BEFORE_GRANT = Clearance("只取放款日之前的流水和余额", "taken from movements and balances strictly before the grant")
_TERMS = Clearance(
    "贷款条件在放款日即已确定，与其后是否违约无关",
    "the terms are settled on the day of the grant, whatever becomes of the loan",
)

# Direction, reason, clearance where the field expects much information, states, by name.
_OFFERED: Mapping[str, tuple[str, Words, Clearance | None]] = {
    **dict.fromkeys(("annual_income", "regular_income", "inflow_3m", "inflow_12m"), ("safer", _MEANS, None)),
    "regular_income_months": ("safer", ("工资停发之后，拖欠随之而来", "Arrears follow when the salary stops"), _MOVES_DATED),
    **dict.fromkeys(("net_flow_3m", "net_flow_12m"), (
        "safer", ("入不敷出，迟早还不上", "Who spends more than comes in cannot pay for long"), None,
    )),
    **dict.fromkeys(("deposits", "deposits_avg_3m", "deposits_avg_12m", "investments", "aum", "aum_avg_3m", "aum_avg_12m",
                     "n_time", "n_wealth", "n_fund", "n_insurance"), ("safer", _SAVINGS, _BALANCES_DATED)),
    **dict.fromkeys(("aum_to_instalments", "min_balance_3m"), ("safer", _SAVINGS, _BALANCES_DATED)),
    **dict.fromkeys(("deposits_to_usual", "aum_trend_6m"), ("safer", _DRAIN, _BALANCES_DATED)),
    **dict.fromkeys(("n_consumer_loan", "n_business_loan", "n_credit_card", "lending_accounts", "loan_months_left"), (
        "riskier", _OWES, None,
    )),
    "n_mortgage": ("safer", ("有房产抵押，借款人最后才肯断供", "Secured by a home, the last payment anybody gives up"), None),
    "instalment_burden": ("riskier", _BURDEN, None),
    "utilisation": ("riskier", ("额度用满说明靠借款周转", "Who uses up the limits lives on credit"), _BALANCES_DATED),
    "card_paid_share_3m": ("safer", ("账单只还最低还款额，往往说明手头紧", "Who pays the minimum of a bill only is often short of money"),
                           _MOVES_DATED),
    **dict.fromkeys(("days_past_due", "missed_instalments", "overdue_amount", "worst_days_past_due_12m",
                     "months_in_arrears_12m"), ("riskier", _LATE, _ARREARS_DATED)),
    **dict.fromkeys(("days_below_zero_12m", "penalty_interest_12m"), ("riskier", _SHORT, _MOVES_DATED)),
    "region_average_salary": ("safer", _PLACE, None),
    "region_unemployment": ("riskier", _PLACE, None),
    **dict.fromkeys(("tenure_months", "products_held"), ("safer", _TIES, None)),
    "active_months_12m": ("safer", _IN_USE, None),
    "days_since_last": ("riskier", _IN_USE, None),
}  # fmt: skip
_FIXED_TOPICS = ("background",)
# Few customers are in arrears and nothing says more: M1, M2 and M3 are told apart, as every collector does.
_STATES = {"missed_instalments": (1.0, 2.0, 3.0)}

EXCLUDED: tuple[Excluded, ...] = (
    Excluded(
        ("年龄", "Age"), ("年龄与性别只用于检查是否一视同仁", "Age and gender are only used to check that people are treated alike"),
        names=("age_years",),
    ),
    Excluded(
        ("消费用途与渠道", "What money is spent on, and by which channel"),
        ("生活方式不是信用：买什么、在哪里买、怎么付，客户无从申辩，也会间接反映年龄、性别和信仰",
         "A way of life is not credit standing: nobody can answer for it, and it stands in for age, gender and belief"),
        topics=("category", "channel"),
    ),
    Excluded(
        ("交易时间", "Hours of the day"),
        ("夜间或周末交易说明的是作息和职业，不是还款能力", "Nights and weekends tell of work and habits, not of means to pay"),
        topics=("hours",),
    ),
    Excluded(
        ("交易笔数、单月流水与支出额", "Numbers of movements, single months and money spent"),
        ("笔数和支出随习惯和季节起伏，与还款有关的部分已由收入、净流入和余额说明",
         "They follow habits and seasons; what matters for paying is in income, net flow and balances"),
        names=("inflow_1m", "outflow_1m", "net_flow_1m", "movements_1m", "outflow_3m", "movements_3m", "outflow_12m",
               "movements_12m"),
    ),
    Excluded(
        ("贷款与额度的绝对金额", "Amounts owed and limits granted"),
        ("金额要与收入、资产和额度相比才有意义，已由月供负担率、可付月数和使用率说明；额度是本行以往的判断，不能再证明自己",
         "An amount means something against income, savings and limit only, as burden, months covered and utilisation say "
         "it; a limit is the bank's own earlier judgement and cannot prove itself"),
        names=("loans", "credit_limit", "credit_used", "instalments"),
    ),
    Excluded(
        ("结算类账户个数", "Numbers of everyday accounts"),
        ("开几个活期、借记卡或结算账户与还款无关", "How many everyday accounts somebody has says nothing about paying"),
        names=("n_demand", "n_debit_card", "n_settlement"),
    ),
    Excluded(
        ("代发、结算伙伴与集团", "Payroll, settlement partners and groups"),
        ("个人没有这些数据，不应因此失分；集团合计涉及他人辖内客户",
         "Nobody loses points for not being a company, and a group's sums tell of customers in other people's scope"),
        topics=("payroll", "settlement", "group"),
    ),
)  # fmt: skip


def excluded(name: str) -> Excluded | None:
    """Why a figure of the catalogue is not offered; None for one that is, or that the catalogue does not have."""
    feature = CATALOGUE.get(name)
    if feature is None:
        return None
    return next((one for one in EXCLUDED if name in one.names or feature.topic in one.topics), None)


BEHAVIOUR: tuple[Characteristic, ...] = tuple(
    Characteristic(
        f.name, f.unit, f.zh, f.en, _OFFERED[f.name][0], f.topic not in _FIXED_TOPICS, _STATES.get(f.name, ()),
        *_OFFERED[f.name][1:],
    )
    for f in FEATURES
    if f.name in _OFFERED
)  # fmt: skip

_TERM = (
    "期限长则月供低，期限短则早还清，两头都可能更安全",
    "A long term means low instalments, a short one is soon over: either may be safer",
)
_SPREAD = (
    "余额起伏大，可能是收入高，也可能是月底见底",
    "Swings may be a high income or money that runs out every month",
)
_SPENDS = (
    "收入高的人支出也高，单看支出说不出方向",
    "Who earns more spends more, so that outflow alone has no direction",
)
_CASH = ("取现去向不明，留在账户里还款的更少", "What is taken in cash is not there to pay from")
_COUNT = ("笔数随习惯而定，说不出方向", "A number of movements follows habits and has no direction of its own")


def _asked(
    name: str, unit: str, zh: str, en: str, direction: str, why: Words, cleared: Clearance = _BEFORE_GRANT
) -> Characteristic:
    """A figure of an application; how long somebody has been here is the one nobody can change."""
    return Characteristic(name, unit, zh, en, direction, name != "history_months", (), why, cleared)


# What is known on the day a loan is asked for, beside the features that the account's own history gives.
APPLICATION: tuple[Characteristic, ...] = (
    _asked("loan_principal", "money", "贷款金额", "loan amount", "riskier", _OWES, _TERMS),
    _asked("loan_term_months", "months", "贷款期限（月）", "loan term in months", "auto", _TERM, _TERMS),
    _asked("loan_instalment", "money", "每月还款额", "monthly instalment", "riskier", _OWES, _TERMS),
    _asked("instalment_to_income", "share", "月供收入比", "instalment to monthly income", "riskier", _BURDEN),
    _asked("principal_to_balance", "rate", "贷款余额比", "loan to average balance", "riskier", _SAVINGS),
    _asked("history_months", "months", "账户历史月数", "months of account history", "safer", _TIES),
    _asked("balance_mean", "money", "平均余额", "average balance", "safer", _SAVINGS),
    _asked("balance_min", "money", "最低余额", "lowest balance", "safer", _SAVINGS),
    _asked("balance_last", "money", "申请前余额", "balance before the application", "safer", _SAVINGS),
    _asked("balance_spread", "money", "余额波动", "spread of the balance", "auto", _SPREAD),
    _asked("inflow_monthly", "money", "月均流入", "money in a month", "safer", _MEANS),
    _asked("outflow_monthly", "money", "月均流出", "money out a month", "auto", _SPENDS),
    _asked("cash_share", "share", "现金支取占比", "share of outflow taken in cash", "riskier", _CASH),
    _asked("movements_monthly", "count", "月均交易笔数", "movements a month", "auto", _COUNT),
    _asked("household_monthly", "money", "月均家用缴费", "household payments a month", "safer", _IN_USE),
)

# What a customer lacks who has no value here, and how it is said; of every other column only that it is not known.
# instalment_burden is not among them: it may lack the income as well.
ABSENT: Mapping[str, Words] = {
    "no_status": ("没有已知还款状态的贷款或信用卡", "no loan or card whose repayment is known"),
    "no_loan": ("没有分期贷款", "no instalment loan"), "no_limit": ("没有信用额度", "no credit limit"),
    "no_bill": ("没有信用卡账单", "no credit-card bill"), "unknown": ("未知", "not known"),
}  # fmt: skip
_LACKS = {
    **dict.fromkeys(("days_past_due", "worst_days_past_due_12m", "missed_instalments", "overdue_amount",
                     "months_in_arrears_12m"), "no_status"),
    **dict.fromkeys(("loan_months_left", "aum_to_instalments"), "no_loan"),
    "utilisation": "no_limit",
    "card_paid_share_3m": "no_bill",
}  # fmt: skip


def lacks(name: str) -> str:
    """Why a customer has no value of this column: a key of ABSENT."""
    return _LACKS.get(name, "unknown")


OFFERED = {c.name: c for c in (*BEHAVIOUR, *APPLICATION)}
# Also what is no longer offered has words: a card from before may still show it.
BY_NAME = {
    **{f.name: Characteristic(f.name, f.unit, f.zh, f.en) for f in FEATURES if f.name not in NEVER},
    **OFFERED,
}


def named(name: str) -> Characteristic:
    """The characteristic of this column; a column nobody described goes by its own name."""
    return BY_NAME.get(name) or Characteristic(name, "decimal", name, name)


def cleared_of(names: tuple[str, ...], given: Mapping[str, Clearance]) -> dict[str, Clearance]:
    """Of these, whose information value may be over the bound of the leak flag: declared in the table, or by somebody."""
    declared = {name: named(name).cleared for name in names}
    return {name: found for name, found in declared.items() if found is not None} | {
        name: given[name] for name in names if name in given
    }
