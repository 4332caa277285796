"""The feature catalogue: what is known of a customer at a date, one entry a feature, in both languages.

The warehouse computes exactly these columns (one row a customer), segmentation and credit choose among them, the 360
and the PDFs print their names. A window of n months is (as_of − n months, as_of]. Money is in the bank's currency,
shares run 0 to 1, a month has 30.4375 days where a tenure is counted. None (missing) means "not known or not
applicable" and never zero: a customer without loans has loans 0 but days past due None.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.canonical import CHANNELS, MOVEMENT_CATEGORIES, PRODUCT_FAMILIES


@dataclass(frozen=True)
class Feature:
    """One feature: its name, unit (money, share, count, days, months, years, rate, flag, text), topic and meaning."""

    name: str
    unit: str
    topic: str
    zh: str
    en: str


FAMILY_WORDS = {
    "demand": ("活期存款", "demand deposits"), "time": ("定期存款", "time deposits"), "wealth": ("理财", "wealth products"),
    "fund": ("基金", "funds"), "insurance": ("保险", "insurance"), "mortgage": ("住房按揭", "mortgages"),
    "consumer_loan": ("消费贷款", "consumer loans"), "business_loan": ("经营贷款", "business loans"),
    "credit_card": ("信用卡", "credit cards"), "debit_card": ("借记卡", "debit cards"),
    "settlement": ("结算账户", "settlement accounts"),
}  # fmt: skip
CHANNEL_WORDS = {
    "branch": ("柜面", "branch"), "atm": ("自助设备", "ATM"), "pos": ("刷卡", "POS"), "online": ("网上银行", "online banking"),
    "mobile": ("手机银行", "mobile banking"), "transfer": ("转账", "transfer"), "system": ("系统", "system"),
}  # fmt: skip
CATEGORY_WORDS = {
    "salary": ("工资", "salary"), "pension": ("养老金", "pension"), "rent": ("房租", "rent"), "household": ("家用缴费", "household"),
    "groceries": ("日用食品", "groceries"), "dining": ("餐饮", "dining"), "shopping": ("购物", "shopping"),
    "travel": ("出行", "travel"), "health": ("医疗", "health"), "education": ("教育", "education"),
    "insurance": ("保险", "insurance"), "leasing": ("租赁", "leasing"), "loan": ("贷款", "loan"),
    "investment": ("投资", "investment"), "cash": ("现金", "cash"), "transfer": ("转账", "transfer"),
    "business": ("经营", "business"), "tax": ("税费", "tax"), "red_packet": ("红包", "red packet"),
    "interest": ("利息", "interest"), "fee": ("手续费", "fee"), "penalty_interest": ("罚息", "penalty interest"),
    "other": ("其他", "other"),
}  # fmt: skip
# What a movement, an account's state, a person's sex and a kind of customer are called.
KIND_WORDS = {
    "deposit": ("存入", "deposit"), "withdrawal": ("支取", "withdrawal"), "transfer_in": ("转入", "transfer in"),
    "transfer_out": ("转出", "transfer out"), "card_payment": ("刷卡消费", "card payment"), "salary": ("工资", "salary"),
    "pension": ("养老金", "pension"), "payroll": ("代发工资", "payroll"), "loan_disbursement": ("贷款发放", "loan paid out"),
    "loan_repayment": ("贷款还款", "loan repayment"), "purchase": ("买入", "purchase"), "redemption": ("赎回", "redemption"),
    "interest": ("利息", "interest"), "fee": ("手续费", "fee"), "penalty_interest": ("罚息", "penalty interest"),
}  # fmt: skip
STATUS_WORDS = {"open": ("正常", "open"), "closed": ("已销户", "closed"), "frozen": ("冻结", "frozen")}
GENDER_WORDS = {"male": ("男", "male"), "female": ("女", "female")}
CUSTOMER_WORDS = {"personal": ("个人客户", "Personal customer"), "corporate": ("公司客户", "Corporate customer")}
# Sections of GB/T 4754-2017, the letter an industry's code begins with.
INDUSTRY_SECTIONS = {
    "A": ("农、林、牧、渔业", "agriculture"), "B": ("采矿业", "mining"), "C": ("制造业", "manufacturing"),
    "D": ("电力、热力、燃气及水", "utilities"), "E": ("建筑业", "construction"), "F": ("批发和零售业", "wholesale and retail"),
    "G": ("交通运输、仓储和邮政业", "transport and storage"), "H": ("住宿和餐饮业", "hotels and catering"),
    "I": ("信息技术服务业", "information technology"), "J": ("金融业", "finance"), "K": ("房地产业", "real estate"),
    "L": ("租赁和商务服务业", "leasing and business services"), "M": ("科研和技术服务业", "research and technical services"),
    "N": ("水利、环境和公共设施", "environment and public facilities"), "O": ("居民服务业", "resident services"),
    "P": ("教育", "education"), "Q": ("卫生和社会工作", "health and social work"), "R": ("文化、体育和娱乐业", "culture and sports"),
    "S": ("公共管理", "public administration"), "T": ("国际组织", "international organisations"),
}  # fmt: skip
# Shares are of the customer's own movements by number, those by channel without the automatic ones; the bank's own entries
# are not among them.
SHARE_CHANNELS = tuple(channel for channel in CHANNELS if channel != "system")
SHARE_CATEGORIES = tuple(c for c in MOVEMENT_CATEGORIES if c not in ("interest", "fee", "penalty_interest"))


def _windows() -> tuple[Feature, ...]:
    rows = []
    for months in (1, 3, 12):
        rows += [
            Feature(f"inflow_{months}m", "money", "flow", f"近{months}个月流入", f"money in, {months} m"),
            Feature(f"outflow_{months}m", "money", "flow", f"近{months}个月流出", f"money out, {months} m"),
            Feature(f"net_flow_{months}m", "money", "flow", f"近{months}个月净流入", f"net flow, {months} m"),
            Feature(f"movements_{months}m", "count", "flow", f"近{months}个月交易笔数", f"movements, {months} m"),
        ]
    return tuple(rows)


def _of_companies() -> tuple[Feature, ...]:
    """None for a person. 12 m and 3 m as in `_windows`."""
    rows = []
    for m in (3, 12):
        rows += [
            Feature(f"payroll_runs_{m}m", "count", "payroll", f"近{m}个月代发次数", f"payroll runs, {m} m"),
            Feature(f"payroll_{m}m", "money", "payroll", f"近{m}个月代发金额", f"payroll paid, {m} m"),
            Feature(f"settlement_in_{m}m", "money", "settlement", f"近{m}个月结算流入", f"settlement in, {m} m"),
            Feature(f"settlement_out_{m}m", "money", "settlement", f"近{m}个月结算流出", f"settlement out, {m} m"),
        ]
    return (
        *sorted(rows, key=lambda one: one.topic),
        Feature("payroll_months_12m", "count", "payroll", "近12个月代发月数", "months with a payroll run, 12 m"),
        Feature("days_since_payroll", "days", "payroll", "距最近一次代发天数", "days since the last payroll run"),
        Feature("payroll_payees_3m", "count", "payroll", "近3个月代发账户数", "accounts paid wages, 3 m"),
        Feature("settlement_payers_12m", "count", "settlement", "近12个月付款方数", "paying partners, 12 m"),
        Feature("settlement_payees_12m", "count", "settlement", "近12个月收款方数", "partners paid, 12 m"),
        Feature("top_payer_share_12m", "share", "settlement", "最大付款方占比", "share of the largest payer"),
        Feature("top_payee_share_12m", "share", "settlement", "最大收款方占比", "share of the largest payee"),
        Feature("partner_concentration_12m", "decimal", "settlement", "交易对手集中度", "concentration of partners"),
    )


FEATURES: tuple[Feature, ...] = (
    Feature("age_years", "years", "background", "年龄", "age"),
    Feature("tenure_months", "months", "background", "在行月数", "months with the bank"),
    Feature("annual_income", "money", "background", "年收入", "annual income"),
    Feature("region_average_salary", "money", "background", "地区平均工资", "average salary of the region"),
    Feature("region_unemployment", "share", "background", "地区失业率", "unemployment of the region"),
    *(
        Feature(f"n_{family}", "count", "holdings", f"{FAMILY_WORDS[family][0]}账户数", f"number of {FAMILY_WORDS[family][1]}")
        for family in PRODUCT_FAMILIES
    ),
    Feature("products_held", "count", "holdings", "持有产品类别数", "product families held"),
    Feature("lending_accounts", "count", "holdings", "贷款与信用卡账户数", "loans and credit cards held"),
    Feature("deposits", "money", "holdings", "存款余额", "deposits"),
    Feature("deposits_avg_3m", "money", "holdings", "近3个月日均存款", "average deposits, 3 m"),
    Feature("deposits_avg_12m", "money", "holdings", "近12个月日均存款", "average deposits, 12 m"),
    Feature("investments", "money", "holdings", "理财基金保险", "wealth, funds and insurance"),
    Feature("aum", "money", "holdings", "管理资产", "assets under management"),
    Feature("aum_avg_3m", "money", "holdings", "近3个月平均管理资产", "average AUM, 3 m"),
    Feature("aum_avg_12m", "money", "holdings", "近12个月平均管理资产", "average AUM, 12 m"),
    Feature("loans", "money", "holdings", "贷款余额", "loans outstanding"),
    Feature("credit_limit", "money", "holdings", "信用额度", "credit limit"),
    Feature("credit_used", "money", "holdings", "已用额度", "credit used"),
    Feature("utilisation", "share", "holdings", "额度使用率", "utilisation of limits"),
    Feature("card_paid_share_3m", "share", "holdings", "近3个月信用卡还款比例", "share of card bills paid, 3 m"),
    Feature("instalments", "money", "holdings", "贷款月供合计", "monthly instalments"),
    Feature("instalment_burden", "share", "holdings", "月供负担率", "instalments to income"),
    Feature("aum_to_instalments", "months", "holdings", "资产可付月供月数", "months of instalments in AUM"),
    Feature("loan_months_left", "months", "holdings", "贷款最长剩余月数", "months left of the longest loan"),
    Feature("deposits_to_usual", "share", "trend", "存款与年均之比", "deposits against their year's mean"),
    *_windows(),
    Feature("active_months_12m", "count", "flow", "近12个月活跃月数", "active months, 12 m"),
    Feature("days_since_last", "days", "flow", "距最近一次主动交易天数", "days since the last own movement"),
    *(
        Feature(f"share_channel_{c}", "share", "channel", f"{CHANNEL_WORDS[c][0]}渠道占比", f"share by {CHANNEL_WORDS[c][1]}")
        for c in SHARE_CHANNELS
    ),
    Feature("channel_entropy", "decimal", "channel", "渠道分散度", "channel entropy"),
    *(
        Feature(f"share_category_{c}", "share", "category", f"{CATEGORY_WORDS[c][0]}占比", f"share of {CATEGORY_WORDS[c][1]}")
        for c in SHARE_CATEGORIES
    ),
    Feature("category_entropy", "decimal", "category", "用途分散度", "category entropy"),
    Feature("regular_income", "money", "income", "稳定月收入", "regular monthly income"),
    Feature("regular_income_months", "count", "income", "近4个月稳定收入月数", "months with regular income of the last 4"),
    Feature("aum_trend_6m", "rate", "trend", "管理资产月趋势", "AUM trend per month, 6 m"),
    Feature("night_share", "share", "hours", "夜间交易占比", "share of movements 22:00 to 06:00"),
    Feature("weekend_share", "share", "hours", "周末交易占比", "share of movements at weekends"),
    Feature("days_below_zero_12m", "days", "distress", "近12个月透支天数", "days below zero, 12 m"),
    Feature("penalty_interest_12m", "money", "distress", "近12个月罚息", "penalty interest, 12 m"),
    Feature("min_balance_3m", "money", "distress", "近3个月最低余额", "lowest balance, 3 m"),
    Feature("days_past_due", "days", "distress", "当前逾期天数", "days past due"),
    Feature("worst_days_past_due_12m", "days", "distress", "近12个月最长逾期天数", "worst days past due, 12 m"),
    Feature("overdue_amount", "money", "distress", "逾期金额", "overdue amount"),
    Feature("missed_instalments", "count", "distress", "当前逾期期数", "instalments missed now"),
    Feature("months_in_arrears_12m", "count", "distress", "近12个月逾期月数", "months in arrears, 12 m"),
    *_of_companies(),
    Feature("group_members", "count", "group", "集团在本行成员数", "group members with this bank"),
    Feature("group_head", "flag", "group", "是否集团母公司", "head of its group"),
    Feature("group_aum", "money", "group", "集团在本行资产", "group's assets with this bank"),
    Feature("group_loans", "money", "group", "集团在本行贷款", "group's loans with this bank"),
)  # fmt: skip

BY_NAME = {feature.name: feature for feature in FEATURES}
FEATURE_NAMES = tuple(BY_NAME)
# Carried beside the features so that a run can place, split and check fairness, never as characteristics.
IDENTITY_COLUMNS = ("customer_id", "kind", "branch_id", "manager_id", "gender")
