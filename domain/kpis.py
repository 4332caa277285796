"""The bank's KPIs: name, definition, unit, formula, direction and owner, each said once.

A KPI is worked out from sums over branches and months (the components of `branch_months`), so that a ratio is always
recomputed and never averaged. What a source does not say has no sum, and then the KPI is None; so is a ratio whose
base is zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Sums = Mapping[str, Decimal | int]

# What a branch's month is kept in; money in the bank's currency, the rest whole numbers.
COMPONENTS = (
    "customers", "customers_active", "customers_new", "customers_lost", "aum", "deposits", "deposits_average", "loans",
    "loans_overdue", "loans_npl", "loans_special_mention", "inflow", "outflow", "fees", "products_held", "movements",
    "movements_own", "movements_digital", "complaints",
)  # fmt: skip
COMPONENT_WORDS = {
    "customers": ("客户数", "customers"), "customers_active": ("活跃客户", "active customers"),
    "customers_new": ("新增客户", "new customers"), "customers_lost": ("流失客户", "lost customers"),
    "aum": ("管理资产", "AUM"), "deposits": ("存款余额", "deposits"), "deposits_average": ("日均存款", "average deposits"),
    "loans": ("贷款余额", "loans"), "loans_overdue": ("逾期贷款", "overdue loans"), "loans_npl": ("不良贷款", "non-performing loans"),
    "loans_special_mention": ("关注类贷款", "special-mention loans"), "inflow": ("流入", "money in"), "outflow": ("流出", "money out"),
    "fees": ("入账手续费", "fees booked"), "products_held": ("持有产品类别数", "product families held"),
    "movements": ("交易笔数", "movements"),
    "movements_own": ("主动交易笔数", "own movements"), "movements_digital": ("电子渠道主动交易笔数", "own digital movements"),
    "complaints": ("投诉件数", "complaints"),
}  # fmt: skip
COMPONENT = re.compile(r"\b(" + "|".join(sorted(COMPONENTS, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True)
class Kpi:
    """One KPI. unit: money, count, share (0 to 1) or ratio. direction: up, down (less is better) or none.

    needs: the components it is worked out from, in the order `work` takes them. owner: the department that answers.
    """

    name: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    formula: str
    unit: str
    direction: str
    owner: str
    needs: tuple[str, ...]
    work: Callable[..., Decimal | None]

    def title(self, language: str) -> str:
        """Its name, `language` zh or en."""
        return self.zh if language == "zh" else self.en

    def definition(self, language: str) -> str:
        """Its definition, `language` zh or en."""
        return self.definition_zh if language == "zh" else self.definition_en

    def worked(self, language: str) -> str:
        """Its formula in words, `language` zh or en; a plain sum says over what it runs."""
        zh = language == "zh"
        if self.work is _same:
            return "各机构加总" if zh else "summed over branches"
        said = COMPONENT.sub(lambda found: COMPONENT_WORDS[found.group()][0 if zh else 1], self.formula)
        return said.replace("Σ ", "").replace("/", "÷").replace("·", "×")

    def of(self, sums: Sums) -> Decimal | None:
        """Its value; None when a component is not there or the base is zero."""
        if any(sums.get(name) is None for name in self.needs):
            return None
        return self.work(*(Decimal(sums[name]) for name in self.needs))


def _same(value: Decimal) -> Decimal:
    return value


def _ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _difference(gain: Decimal, loss: Decimal) -> Decimal:
    return gain - loss


def _sum(name: str, zh: str, en: str, said_zh: str, said_en: str, unit: str, direction: str, owner: str) -> Kpi:
    return Kpi(name, zh, en, said_zh, said_en, f"Σ {name}", unit, direction, owner, (name,), _same)


def _share(
    name: str, zh: str, en: str, said_zh: str, said_en: str, unit: str, direction: str, owner: str, *needs: str
) -> Kpi:
    return Kpi(name, zh, en, said_zh, said_en, f"Σ {needs[0]} / Σ {needs[1]}", unit, direction, owner, needs, _ratio)


RETAIL, RISK, FINANCE, SERVICE = "retail", "risk", "finance", "service"
OWNER_WORDS = {
    "retail": ("零售业务部", "Retail banking"), "risk": ("风险管理部", "Risk management"),
    "finance": ("计划财务部", "Planning and finance"), "service": ("客户服务部", "Customer service"),
}  # fmt: skip

KPIS: tuple[Kpi, ...] = (
    _sum("customers", "客户数", "Customers",
         "月末至少有一个未销户账户的客户数，按账户所有人计，归属客户当前的管户机构。",
         "Customers who own at least one open account at month-end, counted where the customer is looked after now.",
         "count", "up", RETAIL),
    _sum("customers_active", "活跃客户", "Active customers",
         "近3个月内至少有一笔客户主动交易的客户数；利息、手续费、罚息等银行自动记账不计。",
         "Customers with at least one movement of their own in the last 3 months; interest, fees and penalties do not count.",
         "count", "up", RETAIL),
    _share("active_share", "活跃率", "Active share", "活跃客户数除以客户数。", "Active customers over customers.",
           "share", "up", RETAIL, "customers_active", "customers"),
    _sum("customers_new", "新增客户", "New customers",
         "上月末没有、本月末有未销户账户的客户数，含回流客户。",
         "Customers with an open account at this month-end and none at the last, those who came back included.",
         "count", "up", RETAIL),
    _sum("customers_lost", "流失客户", "Lost customers",
         "上月末有、本月末没有未销户账户的客户数。期末客户数＝期初＋新增－流失。",
         "Customers with an open account at the last month-end and none at this. Closing = opening + new − lost.",
         "count", "down", RETAIL),
    _sum("aum", "管理资产", "AUM",
         "月末存款、理财、基金和保险余额合计，本行记账货币。",
         "Deposits, wealth products, funds and insurance at month-end, in the bank's currency.",
         "money", "up", RETAIL),
    _sum("deposits", "存款余额", "Deposits",
         "月末活期、定期和结算账户余额合计，透支以负数计入。",
         "Demand, time and settlement accounts at month-end; overdrafts count as negative.",
         "money", "up", FINANCE),
    _sum("deposits_average", "日均存款", "Average deposits",
         "存款账户当月日均余额合计；来源未提供日均时取月末余额。",
         "Average balance of deposit accounts over the month; the month-end where the source gives no average.",
         "money", "up", FINANCE),
    _sum("loans", "贷款余额", "Loans",
         "月末按揭、消费、经营贷款和信用卡的未还本金合计。",
         "Outstanding of mortgages, consumer and business loans and credit cards at month-end.",
         "money", "up", FINANCE),
    _share("overdue_ratio", "逾期率", "Overdue ratio",
           "逾期天数大于0的贷款余额除以贷款余额。", "Loans more than 0 days past due over loans, by outstanding.",
           "share", "down", RISK, "loans_overdue", "loans"),
    _share("npl_ratio", "不良率", "NPL ratio",
           "五级分类为次级、可疑、损失的贷款余额除以贷款余额。",
           "Loans classed substandard, doubtful or loss over loans, by outstanding.",
           "share", "down", RISK, "loans_npl", "loans"),
    _share("special_mention_ratio", "关注率", "Special-mention ratio",
           "五级分类为关注的贷款余额除以贷款余额。", "Loans classed special mention over loans, by outstanding.",
           "share", "down", RISK, "loans_special_mention", "loans"),
    _sum("fees", "入账手续费", "Fees booked",
         "当月向客户账户收取的手续费合计，不含理财、基金和保险按余额收取的管理费；加上管理费即贡献度的“手续费收入”。",
         "Fees booked to customers' accounts in the month, without the trailing fees that wealth, funds and insurance bring by "
         "balance; with them it is the “fee income” of contribution.",
         "money", "up", FINANCE),
    Kpi("net_flow", "净流入", "Net flow",
        "当月客户存款账户的流入减流出，不含银行自动记账。",
        "Money in less money out of customers' deposit accounts in the month, without the bank's own entries.",
        "Σ inflow − Σ outflow", "money", "up", RETAIL, ("inflow", "outflow"), _difference),
    _share("products_per_customer", "户均产品数", "Products per customer",
           "月末客户持有的产品类别数合计除以客户数。", "Product families held at month-end over customers.",
           "ratio", "up", RETAIL, "products_held", "customers"),
    _share("digital_share", "电子渠道占比", "Digital share",
           "当月网上银行和手机银行的主动交易笔数除以全部主动交易笔数。",
           "Own movements by online and mobile banking over all own movements of the month, by number.",
           "share", "up", RETAIL, "movements_digital", "movements_own"),
    Kpi("complaint_rate", "每千户投诉件数", "Complaints per thousand customers",
        "当月每千名客户的投诉件数。", "Complaints of the month per thousand customers.",
        "1000 · Σ complaints / Σ customers", "ratio", "down", SERVICE, ("complaints", "customers"),
        lambda complaints, customers: _ratio(1000 * complaints, customers)),
)  # fmt: skip
BY_NAME = {kpi.name: kpi for kpi in KPIS}


def compute(sums: Sums) -> dict[str, Decimal | None]:
    """Every KPI from component sums, by name, in the order of KPIS; None where it cannot be known."""
    return {kpi.name: kpi.of(sums) for kpi in KPIS}
