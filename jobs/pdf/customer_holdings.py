"""What a customer holds: accounts, balances over a year, money in and out."""

from __future__ import annotations

from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import phrasing
from domain.canonical import LOAN_FAMILIES
from domain.catalogue import STATUS_WORDS
from domain.reports import CustomerReport, Holding
from jobs.pdf import bars, charts, tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, beside, empty, heading, section, table, widths_beside

MOST_ACCOUNTS = 12  # of each side; the rest are counted and summed in one row
CHART_HEIGHT = 112.0


def loans_tile(sheet: Sheet, report: CustomerReport) -> bars.Tile:
    """Loans, and whether anything is overdue."""
    say, top = sheet.say, report.headline
    if top.loans is None:
        below = (say("贷款情况未知", "loans not known"), tokens.INK_3)
    elif top.overdue_amount:
        late = say.money(top.overdue_amount, report.currency)
        below = (say(f"其中逾期 {late}", f"of it {late} overdue"), tokens.BAD)
    else:
        below = (say("无逾期", "nothing overdue") if top.loans else say("无贷款", "no loan"), tokens.INK_3)
    return bars.money_tile(say, say("贷款余额", "Loans"), top.loans, report.currency, below)


def holdings(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Accounts in two groups, each with its sum where the currency is one."""
    say = sheet.say
    title = say("持有产品", "Holdings")
    if not report.holdings:
        words = say("截至数据日，该客户没有在册账户。", "On the day of the data the customer holds no account.")
        return section(sheet, title, "", empty(sheet, words))
    unit = phrasing.currency_word(report.currency, say.language)
    owed = [one for one in report.holdings if one.family in LOAN_FAMILIES]
    owned = [one for one in report.holdings if one.family not in LOAN_FAMILIES]
    rows = [
        *_group(sheet, report, say("资产", "Assets"), owned),
        *_group(sheet, report, say("负债（欠款）", "Liabilities (amount owed)"), owed),
    ]
    columns = [
        Column(say("产品", "Product"), 30), Column(say("账号", "Account"), 13), Column(say("开户", "Opened"), 13, True),
        Column(say("到期", "Matures"), 13, True), Column(say("年利率", "Rate p.a."), 11, True),
        Column(say(f"余额（{unit}）", f"Balance ({unit})"), 20, True),
    ]  # fmt: skip
    caption = say(
        f"{len(report.holdings)}个账户；账号只显示末四位",
        f"{phrasing.counted(len(report.holdings), 'en', '', 'account')}; account numbers show their last four figures",
    )
    return section(sheet, title, caption, table(sheet, columns, rows))


def _group(sheet: Sheet, report: CustomerReport, title: str, members: list[Holding]) -> list[Row]:
    if not members:
        return []
    ordered = sorted(members, key=lambda one: (-abs(one.balance or Decimal(0)), one.account))
    owed = members[0].family in LOAN_FAMILIES
    shown, rest = ordered[:MOST_ACCOUNTS], ordered[MOST_ACCOUNTS:]
    foreign = {one.currency for one in members} - {None, report.currency}
    total = phrasing.money(_sum(members, owed)) if not foreign else sheet.say("多币种", "several currencies")
    rows = [Row((title, "", "", "", "", total), "group")]
    rows += [_account(sheet, report, one, owed) for one in shown]
    if rest:
        words = sheet.say(f"其余{len(rest)}个账户", f"{len(rest)} further accounts")
        rows.append(Row((words, "", "", "", "", phrasing.ABSENT if foreign else phrasing.money(_sum(rest, owed)))))
    return rows


def _sum(members: list[Holding], owed: bool) -> Decimal | None:
    known = [abs(one.balance) if owed else one.balance for one in members if one.balance is not None]
    return sum(known, Decimal(0)) if known else None


def _account(sheet: Sheet, report: CustomerReport, one: Holding, owed: bool) -> Row:
    balance = None if one.balance is None else abs(one.balance) if owed else one.balance
    figure = phrasing.money(balance)
    if one.currency and one.currency != report.currency:
        figure = f"{figure} {one.currency}"
    name = sheet.say.product(one.product, one.family)
    if one.status != "open":
        name = sheet.say.bracket(name, sheet.say.coded(STATUS_WORDS, one.status))
    return Row(
        (
            name,
            one.account,
            phrasing.day(one.opened_on),
            phrasing.day(one.matures_on),
            phrasing.percent(one.rate, 2),
            figure,
        )
    )


def balances(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Two charts: balances at month-ends, money in and out."""
    left, right = widths_beside(0.53)
    return [
        KeepTogether([beside(_month_ends(sheet, report, left), _flows(sheet, report, right), 0.53)]),
        Spacer(0, 2 * tokens.UNIT),
    ]


def _month_ends(sheet: Sheet, report: CustomerReport, width: float) -> list[Flowable]:
    say = sheet.say
    ends = report.month_ends[-13:]
    aum, loans = [end.aum for end in ends], [end.loans for end in ends]
    if not any(loans) and not any(value is not None for value in aum):
        words = say(
            "没有月末余额可画：交付的数据里没有该客户的余额记录。",
            "No month-end balance to draw: the deliveries hold none for this customer.",
        )
        return [*heading(sheet, say("月末余额", "Balances at month-ends")), sheet.text(words, "quiet")]
    scale = say.scale([*aum, *loans])
    lines = [charts.Line(say("管理资产", "AUM"), aum)]
    if any(loans):
        lines.append(charts.Line(say("贷款", "Loans"), loans))
    unit = say.unit(scale, report.currency)
    caption = say(f"{unit}，近{len(ends)}个月月末", f"{unit}, last {len(ends)} month-ends")
    drawing = charts.line_months(
        say, [end.month for end in ends], lines, (width, CHART_HEIGHT),
        divide=scale.divisor, label=lambda value: phrasing.scaled(value, scale),
    )  # fmt: skip
    return [*heading(sheet, _balance_title(sheet, report, aum), caption), drawing]


def _balance_title(sheet: Sheet, report: CustomerReport, aum: list[Decimal | None]) -> str:
    """Says the change over the months shown, where both ends are known."""
    say = sheet.say
    grown = phrasing.change(aum[-1], aum[0]) if len(aum) > 1 else None
    if grown is None:
        return say("月末余额", "Balances at month-ends")
    if abs(grown) < Decimal("0.005"):
        return say("管理资产与期初持平", "AUM is where it was")
    size = phrasing.percent(abs(grown), 1)
    rising = grown > 0
    months = len(aum) - 1
    return say(
        f"管理资产{months}个月{'增加' if rising else '减少'}{size}",
        f"AUM {'up' if rising else 'down'} {size} in {phrasing.counted(months, 'en', '', 'month')}",
    )


def _flows(sheet: Sheet, report: CustomerReport, width: float) -> list[Flowable]:
    say = sheet.say
    flows = report.flows[-13:]
    inflow, outflow = [flow.inflow for flow in flows], [flow.outflow for flow in flows]
    if not any((*inflow, *outflow)):
        words = say(
            "没有资金流动可画：近一年没有交易，或来源不提供交易。",
            "No money in or out to draw: no movement in a year, or the source gives none.",
        )
        return [*heading(sheet, say("资金流入与流出", "Money in and out")), sheet.text(words, "quiet")]
    scale = say.scale([*inflow, *outflow])
    net = sum((v for v in inflow if v), Decimal(0)) - sum((v for v in outflow if v), Decimal(0))
    amount = say.money(abs(net), report.currency)
    title = say(
        f"{len(flows)}个月净{'流入' if net >= 0 else '流出'}{amount}",
        f"Net {'inflow' if net >= 0 else 'outflow'} of {amount} in {phrasing.counted(len(flows), 'en', '', 'month')}",
    )
    unit = say.unit(scale, report.currency)
    caption = say(f"{unit}，每月流入、流出与净额", f"{unit}, money in, out and net by month")
    drawing = charts.flow_months(
        say, [flow.month for flow in flows], (inflow, outflow), (width, CHART_HEIGHT),
        divide=scale.divisor, label=lambda value: phrasing.scaled(value, scale, sign=True),
    )  # fmt: skip
    return [*heading(sheet, title, caption), drawing]
