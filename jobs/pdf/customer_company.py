"""What a company does through its accounts, on paper: payroll and settlement by month, its partners, its group."""

from __future__ import annotations

from decimal import Decimal

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.reports import CustomerReport
from domain.reports.company import Company, Partner
from jobs.pdf import tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, heading, section, table


def company(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Nothing of a person, nor of a company that neither paid nor was paid and is in no group the reader may see."""
    one = report.company
    if one is None or one.empty:
        return []
    title = sheet.say("对公业务", "Business")
    months = _months(sheet, report, one)  # whole: two months and the sum apart from the rest belong to nothing
    traded = any(not month.silent for month in one.months)
    return [
        *(section(sheet, title, _says(sheet, one), months, whole=True) if traded else heading(sheet, title)),
        *_partners(sheet, report, one),
        *_group(sheet, report, one),
    ]


def _says(sheet: Sheet, one: Company) -> str:
    """The findings in one line: how regularly wages are paid, how many partners, how much hangs on the largest."""
    say = sheet.say
    parts = [say(
        f"近12个月代发工资{one.runs}次，{one.months_with_runs}个月有代发",
        f"{phrasing.counted(one.runs, 'en', '', 'payroll run')} in 12 months, wages paid in {one.months_with_runs} of them",
    )]  # fmt: skip
    if one.paid_accounts:
        parts.append(
            say(
                f"近3个月代发账户{one.paid_accounts}个",
                f"{phrasing.counted(one.paid_accounts, 'en', '', 'account')} paid in 3 months",
            )
        )
    if one.payers:
        share = phrasing.percent(one.payer_share, 0)
        parts.append(
            say(
                f"付款方{one.payers}个，最大的占{share}",
                f"{phrasing.counted(one.payers, 'en', '', 'payer')}, the largest with {share}",
            )
        )
    return say.stop(say("；", "; ").join(parts))


def _months(sheet: Sheet, report: CustomerReport, one: Company) -> Flowable:
    say = sheet.say
    unit = phrasing.currency_word(report.currency, say.language)
    columns = [
        Column(say("月份", "Month"), 20), Column(say("代发次数", "Payroll runs"), 14, True),
        Column(say(f"代发工资（{unit}）", f"Wages paid ({unit})"), 22, True), Column(say("结算收入", "Settlement in"), 22, True),
        Column(say("结算支出", "Settlement out"), 22, True),
    ]  # fmt: skip
    rows = [
        Row(
            (
                say.month(m.month),
                phrasing.number(m.runs),
                phrasing.money(m.payroll),
                phrasing.money(m.came),
                phrasing.money(m.went),
            )
        )
        for m in reversed(one.months)
    ]
    sums = [sum((getattr(m, name) for m in one.months), Decimal(0)) for name in ("payroll", "came", "went")]
    total = Row((say("合计", "Together"), phrasing.number(one.runs), *map(phrasing.money, sums)), "total")
    return table(sheet, columns, [*rows, total], dense=True)


def _partners(sheet: Sheet, report: CustomerReport, one: Company) -> list[Flowable]:
    if not one.partners:
        return []
    say = sheet.say
    unit = phrasing.currency_word(report.currency, say.language)
    columns = [
        Column(say("对方", "Partner"), 46, wraps=False), Column(say(f"收入（{unit}）", f"In ({unit})"), 20, True),
        Column(say(f"支出（{unit}）", f"Out ({unit})"), 20, True), Column(say("占往来", "Share"), 14, True),
    ]  # fmt: skip
    rows = [
        Row((_partner(sheet, each), phrasing.money(each.came), phrasing.money(each.went), phrasing.percent(each.share)))
        for each in one.partners
    ]
    title = say("最大的交易对手", "Largest partners")
    caption = say("近12个月，账号只显示末四位", "12 months; accounts by their last four figures")
    return section(sheet, title, caption, table(sheet, columns, rows), whole=True)


def _partner(sheet: Sheet, each: Partner) -> str:
    return sheet.say.joined(each.name or each.bank, each.account)


def _group(sheet: Sheet, report: CustomerReport, one: Company) -> list[Flowable]:
    if not one.members:
        return []
    say = sheet.say
    unit = phrasing.currency_word(report.currency, say.language)
    columns = [
        Column(say("成员", "Member"), 36), Column(say("机构", "Branch"), 24),
        Column(say(f"管理资产（{unit}）", f"AUM ({unit})"), 20, True), Column(say(f"贷款（{unit}）", f"Loans ({unit})"), 20, True),
    ]  # fmt: skip
    rows = [
        Row((
            say.bracket(each.name or each.customer_id, say("母公司", "parent")) if each.head else each.name or each.customer_id,
            each.branch or phrasing.ABSENT, phrasing.money(each.aum), phrasing.money(each.loans),
        )) for each in one.members
    ]  # fmt: skip
    sums = [
        sum((value for each in one.members if (value := getattr(each, name)) is not None), Decimal(0))
        for name in ("aum", "loans")
    ]
    total = Row((say("合计", "Together"), "", *map(phrasing.money, sums)), "total")
    caption = say("只列出数据范围内的成员", "Only members in the scope of this report")
    return [
        *section(sheet, say("所属集团", "Group"), caption, table(sheet, columns, [*rows, total])),
        Spacer(0, tokens.UNIT),
    ]
