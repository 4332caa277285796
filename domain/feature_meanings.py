"""What each feature of the catalogue means, in a sentence of both languages, and which of the bank's tables it is made of."""

from __future__ import annotations

from domain.catalogue import BY_NAME, CATEGORY_WORDS, CHANNEL_WORDS, FAMILY_WORDS

TOPIC_WORDS = {
    "background": ("客户背景", "Background"), "holdings": ("持有", "Holdings"), "flow": ("资金流", "Flow"),
    "channel": ("渠道", "Channels"), "category": ("用途", "Purposes"), "income": ("收入", "Income"),
    "trend": ("趋势", "Trend"), "hours": ("时段", "Hours"), "distress": ("风险信号", "Signs of distress"),
    "payroll": ("代发工资", "Payroll"), "settlement": ("结算", "Settlement"), "group": ("集团", "Group"),
}  # fmt: skip
UNIT_WORDS = {
    "money": ("金额", "money"), "share": ("占比", "share"), "count": ("数量", "number"), "days": ("天", "days"),
    "months": ("月", "months"), "years": ("年", "years"), "rate": ("每月变化率", "change a month"), "decimal": ("数值", "figure"),
    "flag": ("是为1，否为0", "1 if so, else 0"),
}  # fmt: skip
TABLE_WORDS = {
    "transactions": ("交易流水", "movements"), "balances": ("月末余额", "month-end balances"), "accounts": ("账户", "accounts"),
    "products": ("产品", "products"), "customers": ("客户", "customers"), "branches": ("机构", "branches"),
    "regions": ("地区", "regions"), "loan_status": ("贷款状态", "loan status"), "loans": ("贷款", "loans"),
    "relations": ("客户关系", "relations"),
}  # fmt: skip
_BALANCES, _MOVED = ("balances", "accounts", "products"), ("transactions", "accounts", "products")
_LENT = ("loan_status", "balances", "accounts", "products")
_OF_TOPIC = {
    "background": ("customers",), "holdings": _BALANCES, "flow": _MOVED, "channel": ("transactions", "accounts"),
    "category": ("transactions", "accounts"), "income": _MOVED, "trend": _BALANCES, "hours": ("transactions", "accounts"),
    "distress": _LENT, "payroll": _MOVED, "settlement": _MOVED, "group": ("relations", "customers"),
}  # fmt: skip
_OF_NAME = {
    "region_average_salary": ("customers", "branches", "regions"), "region_unemployment": ("customers", "branches", "regions"),
    "lending_accounts": ("accounts", "products"), "products_held": ("accounts", "products"),
    "loans": _LENT, "credit_limit": ("accounts", "products"), "credit_used": _LENT,
    "utilisation": _LENT, "days_below_zero_12m": ("transactions", "balances", "accounts", "products"),
    "min_balance_3m": ("transactions", "balances", "accounts", "products"), "penalty_interest_12m": _MOVED,
    "group_aum": ("relations", *_BALANCES), "group_loans": ("relations", *_LENT),
    "card_paid_share_3m": ("transactions", "balances", "accounts", "products"),
    "instalments": ("loans", "accounts"), "instalment_burden": ("loans", "accounts", "customers"),
    "aum_to_instalments": ("loans", *_BALANCES), "loan_months_left": ("loans", "accounts"),
    "missed_instalments": ("loan_status", "accounts"), "months_in_arrears_12m": ("loan_status", "accounts"),
}  # fmt: skip
_MEANINGS = {
    "age_years": ("个人客户在月末的年龄；公司客户无此项。", "Age of a personal customer at the month-end; companies have none."),
    "tenure_months": ("自首次开户日起在本行的月数。", "Months since the customer first came to the bank."),
    "annual_income": ("客户资料中登记的年收入，取最近一次交付的值。", "Yearly income in the customer's record, as last delivered."),
    "region_average_salary": ("客户所属机构所在地区公布的平均工资。", "Published average salary of the region of the customer's branch."),
    "region_unemployment": ("客户所属机构所在地区公布的失业率。", "Published unemployment of the region of the customer's branch."),
    "products_held": ("持有未销户账户的产品类别数。", "Families of products in which the customer has an open account."),
    "lending_accounts": ("未销户的贷款和信用卡账户数。", "Open loans and credit-card accounts."),
    "deposits": ("本币存款账户的月末余额之和。", "Month-end balances of deposit accounts in the bank's currency."),
    "deposits_avg_3m": (
        "近3个月末月均存款的平均；不足3个月的按已有月份。",
        "Mean of the months' average deposits over 3 months, or as many as there are.",
    ),
    "deposits_avg_12m": (
        "近12个月末月均存款的平均；不足12个月的按已有月份。",
        "Mean of the months' average deposits over 12 months, or as many as there are.",
    ),
    "investments": ("理财、基金和保险的月末价值之和。", "Month-end value of wealth products, funds and insurance."),
    "aum": ("存款、理财、基金和保险之和。", "Deposits, wealth products, funds and insurance together."),
    "aum_avg_3m": ("近3个月末管理资产的平均。", "Mean of the last 3 month-ends' assets under management."),
    "aum_avg_12m": ("近12个月末管理资产的平均。", "Mean of the last 12 month-ends' assets under management."),
    "loans": ("未结清贷款和信用卡的未偿余额；没有贷款为0。", "Outstanding of open loans and credit cards; 0 without any."),
    "credit_limit": ("有额度的贷款类账户的额度之和。", "Limits of open lending accounts that have one."),
    "credit_used": ("有额度的账户已使用的金额。", "What is drawn on accounts that have a limit."),
    "utilisation": ("已用额度除以信用额度。", "Credit used over the credit limit."),
    "card_paid_share_3m": (
        "近3个月信用卡还款除以此前3个月末的欠款，最多为1；只还最低还款额约为0.1，此前没有欠款则缺失。",
        "Paid on credit cards in 3 months over what was owed at the 3 month-ends before, at most 1; about 0.1 for who pays the "
        "minimum only, missing where nothing was owed.",
    ),
    "instalments": ("未结清贷款的每月还款额之和。", "What open loans ask for in a month, together."),
    "instalment_burden": (
        "贷款月供合计乘以12，除以年收入（公司客户为年营业收入）。",
        "Twelve monthly instalments over the yearly income, of a company its yearly revenue.",
    ),
    "aum_to_instalments": (
        "近12个月平均管理资产够付几个月的月供。",
        "How many months of instalments the mean assets of 12 months would pay.",
    ),
    "loan_months_left": ("未结清贷款中最长的剩余月数。", "Months to the last due date of the open loan that runs longest."),
    "deposits_to_usual": (
        "存款余额除以近12个月日均存款；1为平常，远低于1表示存款被动用。",
        "Deposits over their average of 12 months; 1 is as usual, far under 1 means they are being used up.",
    ),
    "active_months_12m": ("近12个月中有主动交易的月份数。", "Months of the last 12 with an own movement."),
    "days_since_last": (
        "距最近一次主动交易的天数；近12个月没有则缺失。",
        "Days since the last own movement; missing without one in 12 months.",
    ),
    "channel_entropy": (
        "主动交易（不含系统自动）在各渠道的分散程度；全在一个渠道为0。",
        "How spread own movements, without automatic ones, are over channels; 0 when all use one.",
    ),
    "category_entropy": (
        "主动交易在各用途的分散程度；全是一种用途为0。",
        "How spread own movements are over purposes; 0 when all are one.",
    ),
    "regular_income": (
        "来源相同、金额在±15%以内、近4个月至少3个月到账的月收入；工资和养老金多发不算中断。",
        "Monthly income of the same source within ±15 % in at least 3 of the last 4 months; a bonus on wages or a pension "
        "is no break.",
    ),
    "regular_income_months": ("近4个月中稳定收入到账的月份数。", "Months of the last 4 in which the most regular income came."),
    "aum_trend_6m": ("近6个月末管理资产对数的每月斜率。", "Slope of the logarithm of assets over the last 6 month-ends, per month."),
    "night_share": (
        "22点至次日6点的主动交易占比；来源没有时间则缺失。",
        "Share of own movements between 22:00 and 06:00; missing without times.",
    ),
    "weekend_share": (
        "周六周日的主动交易占比；来源没有时间则缺失。",
        "Share of own movements on Saturdays and Sundays; missing without times.",
    ),
    "days_below_zero_12m": (
        "近12个月日终余额为负的天数，各账户相加。",
        "Days of the last 12 months that ended below zero, over all accounts.",
    ),
    "penalty_interest_12m": ("近12个月收取的罚息。", "Penalty interest charged in 12 months."),
    "min_balance_3m": ("近3个月存款账户的最低余额。", "Lowest balance of a deposit account in 3 months."),
    "days_past_due": (
        "贷款和信用卡当前最长逾期天数；没有其状态则缺失。",
        "Most days past due now on a loan or card; missing without a status of one.",
    ),
    "worst_days_past_due_12m": ("贷款和信用卡近12个月最长逾期天数。", "Most days past due in 12 months on a loan or card."),
    "overdue_amount": ("未结清贷款和信用卡的逾期金额之和。", "Overdue amounts of open loans and cards."),
    "missed_instalments": (
        "当前最长逾期天数每满30天（不足按30天）计一期，即M1、M2、M3；未逾期为0。",
        "Days past due now, in begun months of 30 days (M1, M2, M3); 0 without arrears.",
    ),
    "months_in_arrears_12m": ("近12个月中贷款或信用卡有逾期的月份数。", "Months of the last 12 in which a loan or card was past due."),
    "payroll_months_12m": (
        "近12个月中至少代发过一次工资的月份数；仅公司客户。",
        "Months of the last 12 with a payroll run; companies only.",
    ),
    "days_since_payroll": (
        "距最近一次代发工资的天数；近12个月没有则缺失；仅公司客户。",
        "Days since wages were last paid; missing without a run in 12 months; companies only.",
    ),
    "payroll_payees_3m": (
        "近3个月从该公司账户收到工资的账户数：来源逐笔写明的，以及在本行收款的；仅公司客户。",
        "Accounts that got wages from it in 3 months: those the source names and those with this bank; companies only.",
    ),
    "settlement_payers_12m": (
        "近12个月向该公司付款的不同账户数，来源未写对方账户的不计；仅公司客户。",
        "Different accounts that paid the company in 12 months, as far as the source names them; companies only.",
    ),
    "settlement_payees_12m": (
        "近12个月该公司付款给的不同账户数，来源未写对方账户的不计；仅公司客户。",
        "Different accounts the company paid in 12 months, as far as the source names them; companies only.",
    ),
    "top_payer_share_12m": (
        "最大付款方占近12个月已知对方的结算流入的比例；仅公司客户。",
        "Part of the settlement in of 12 months that came from the largest known payer; companies only.",
    ),
    "top_payee_share_12m": (
        "最大收款方占近12个月已知对方的结算流出的比例；仅公司客户。",
        "Part of the settlement out of 12 months that went to the largest known payee; companies only.",
    ),
    "partner_concentration_12m": (
        "各交易对手占近12个月结算往来比例的平方和；只有一个对手为1；仅公司客户。",
        "Sum of the squared parts of the partners in the settlement of 12 months; 1 with a single partner; companies only.",
    ),
    "group_members": (
        "与该公司有集团成员关系（不超过四步）且在本行的公司数，含自身；没有集团关系则缺失。",
        "Companies with this bank joined by group membership in at most four steps, itself included; missing without.",
    ),
    "group_head": (
        "有成员而自身不是别家成员的公司为1，其他成员为0；没有集团关系则缺失。",
        "1 for a company that has members and is nobody's member, 0 for the others; missing outside a group.",
    ),
    "group_aum": (
        "集团在本行各成员的存款、理财、基金和保险之和。",
        "Deposits and investments of all of the group's members with this bank.",
    ),
    "group_loans": ("集团在本行各成员的贷款未偿余额之和。", "Outstanding loans of all of the group's members with this bank."),
}  # fmt: skip
_FLOWS = {
    "inflow": (
        "近{n}个月主动交易的流入，只计本币存款和结算账户。",
        "Own movements into deposit and settlement accounts over {n} months.",
    ),
    "outflow": (
        "近{n}个月主动交易的流出，只计本币存款和结算账户。",
        "Own movements out of deposit and settlement accounts over {n} months.",
    ),
    "net_flow": ("近{n}个月流入减流出。", "Money in less money out over {n} months."),
    "movements": (
        "近{n}个月主动交易的笔数；银行自己记的利息、手续费和罚息不算。",
        "Own movements over {n} months; interest, fees and penalties the bank books do not count.",
    ),
    "payroll_runs": ("近{n}个月有代发工资的天数；仅公司客户。", "Days of {n} months on which wages were paid; companies only."),
    "payroll": ("近{n}个月代发工资的金额；仅公司客户。", "Wages paid over {n} months; companies only."),
    "settlement_in": (
        "近{n}个月从他人收到的货款等；工资、税、借贷、投资和本人账户间划转不算；仅公司客户。",
        "Paid in by others over {n} months; wages, tax, loans, investments and own transfers do not count; companies only.",
    ),
    "settlement_out": (
        "近{n}个月付给他人的货款等；工资、税、借贷、投资和本人账户间划转不算；仅公司客户。",
        "Paid out to others over {n} months; wages, tax, loans, investments and own transfers do not count; companies only.",
    ),
}  # fmt: skip


def sources(name: str) -> tuple[str, ...]:
    """The canonical tables a feature is made of, the most telling first. KeyError for no feature."""
    feature = BY_NAME[name]
    if name.startswith("n_"):
        return ("accounts", "products")
    return _OF_NAME.get(name, _OF_TOPIC[feature.topic])


def meaning(name: str) -> tuple[str, str]:
    """What it says, in Chinese and in English. KeyError for no feature."""
    if name in _MEANINGS:
        return _MEANINGS[name]
    if name.startswith("n_"):
        zh, en = FAMILY_WORDS[name.removeprefix("n_")]
        return f"月末未销户的{zh}账户数。", f"Accounts of {en} open at the month-end."
    for words, prefix, whose in (
        (CHANNEL_WORDS, "share_channel_", ("（不含系统自动）中经由", ", without automatic ones, that went by")),
        (CATEGORY_WORDS, "share_category_", ("中用于", " that were for")),
    ):
        if name.startswith(prefix):
            zh, en = words[name.removeprefix(prefix)]
            return (
                f"近12个月主动交易{whose[0]}{zh}的笔数占比。",
                f"Share of the own movements of 12 months{whose[1]} {en}.",
            )
    kind, _, window = name.rpartition("_")
    zh, en = _FLOWS[kind]
    months = window.removesuffix("m")
    return zh.format(n=months), en.format(n=months).replace("over 1 months", "over 1 month")
