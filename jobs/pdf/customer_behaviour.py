"""How a customer uses the bank: channels, purposes, hours, and the last movements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import phrasing
from domain.catalogue import KIND_WORDS
from domain.reports import CustomerReport, Movement, Share
from jobs.pdf import bars, tokens
from jobs.pdf.ink import clipped, width_of
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, beside, empty, heading, section, table, widths_beside

MOST_BARS = 6
MOST_MOVEMENTS, LEAST_MOVEMENTS = 12, 4
COUNTERPARTY = 19.4  # of a hundred parts of the width
SAYS_NO_MORE = (None, "other", "transfer", "cash", "loan", "fee", "interest", "penalty_interest")  # than the kind does


def behaviour(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Channel and purpose shares beside each other, then the hours of the week."""
    say, activity = sheet.say, report.activity
    left, right = widths_beside()
    title = say("渠道占比（不含系统自动）", "By channel, without automatic ones")
    channels = _shares(sheet, activity.channels, say.channel, title, (left, tokens.SERIES[0]))
    purposes = _shares(
        sheet, activity.categories, say.category, say("用途占比", "Own movements by purpose"), (right, tokens.SERIES[2])
    )
    head = heading(sheet, say("交易与行为", "Behaviour"), _summary(sheet, report))
    return [
        KeepTogether([*head, Spacer(0, 4), beside(channels, purposes)]),
        Spacer(0, 2 * tokens.UNIT),
        *_hours(sheet, report),
    ]


def _summary(sheet: Sheet, report: CustomerReport) -> str:
    """Number of own movements, active months, days since the last, regular income: what is known of them."""
    say, one = sheet.say, report.activity
    parts = []
    if one.movements_12m is not None:
        parts.append(
            say(
                f"近12个月本人交易{phrasing.number(one.movements_12m)}笔",
                f"{phrasing.counted(one.movements_12m, 'en', '', 'own movement')} in 12 months",
            )
        )
    if one.active_months_12m is not None:
        parts.append(say(f"活跃{one.active_months_12m}个月", f"active in {one.active_months_12m} of them"))
    if one.days_since_last is not None:
        parts.append(
            say(
                f"最近一次在数据日前{one.days_since_last}天" if one.days_since_last else "最近一次就在数据日",
                f"the last one {phrasing.counted(one.days_since_last, 'en', '', 'day')} before the day of the data"
                if one.days_since_last
                else "the last one on the day of the data",
            )
        )
    if one.regular_income:
        money = say.money(one.regular_income, report.currency)
        parts.append(say(f"稳定月收入约{money}", f"regular monthly income of about {money}"))
    if not parts:
        return say(
            "近12个月没有本人交易的记录。", "No movement of the customer's own is on record for the last 12 months."
        )
    return say.stop(say("，", ", ").join(parts))


def _shares(
    sheet: Sheet, shares: Sequence[Share], word: Callable[[str], str], title: str, look: tuple[float, tokens.Color]
) -> list[Flowable]:
    say = sheet.say
    found = sorted((one for one in shares if one.share > 0), key=lambda one: (-one.share, one.code))
    if not found:
        words = say("近12个月没有本人交易，无从计算。", "No own movement in 12 months to divide.")
        return [*heading(sheet, title), sheet.text(words, "quiet")]
    shown, rest = found[:MOST_BARS], found[MOST_BARS:]
    rows = [bars.Bar(word(one.code), one.share, phrasing.percent(one.share, 0)) for one in shown]
    if rest:
        left_over = sum(one.share for one in rest)
        rows.append(
            bars.Bar(
                say(f"其余{len(rest)}项", phrasing.counted(len(rest), "en", "", "other")),
                left_over,
                phrasing.percent(left_over, 0),
            )
        )
    first = f"{word(found[0].code)} {phrasing.percent(found[0].share, 0)}"
    caption = say(f"占本人交易笔数，近12个月；最多的是{first}", f"By number, 12 months; most: {first}")
    return [*heading(sheet, title, caption), bars.horizontal(rows, *look)]


def _hours(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    say, hours = sheet.say, report.activity.hours
    title = say("活跃时段", "Active hours")
    if hours is None or not any(any(row) for row in hours):
        words = report.hours_absent or say(
            "来源只给交易日期、不给时间，或近12个月没有本人交易，所以没有时段图。",
            "The source gives the day of a movement and no time, or there was none in 12 months: no hours to show.",
        )
        return section(sheet, title, "", empty(sheet, words))
    total = sum(sum(row) for row in hours)
    by_hour = [sum(row[hour] for row in hours) for hour in range(24)]
    start = max(range(22), key=lambda hour: (sum(by_hour[hour : hour + 3]), -hour))
    busy = phrasing.percent(sum(by_hour[start : start + 3]) / total, 0)
    weekend = phrasing.percent(sum(map(sum, hours[5:])) / total, 0)
    span = f"{start}:00–{start + 3}:00"
    caption = say(
        f"近12个月本人交易笔数，星期 × 小时；{span} 占{busy}，周末占{weekend}",
        f"Own movements of 12 months by weekday and hour; {span} has {busy}, weekends {weekend}",
    )
    return section(sheet, title, caption, bars.heat(say, hours, tokens.WIDTH))


def movements(sheet: Sheet, report: CustomerReport, most: int = MOST_MOVEMENTS) -> list[Flowable]:
    """The last `most` movements, newest first, counterparties masked."""
    say = sheet.say
    title = say("近期交易", "Recent movements")
    if not report.movements:
        words = report.movements_absent or say("没有交易记录。", "No movement is on record.")
        return section(sheet, title, "", empty(sheet, words))
    shown = report.movements[:most]
    unit = phrasing.currency_word(report.currency, say.language)
    timed = any(one.has_time for one in shown)
    columns = [
        Column(say("时间", "Time") if timed else say("日期", "Date"), 16 if timed else 12.5, wraps=False),
        Column(say("摘要", "What"), 15.6, wraps=False), Column(say("渠道", "Channel"), 14.3, wraps=False),
        Column(say("账号", "Account"), 9.2, wraps=False), Column(say("对方", "Counterparty"), COUNTERPARTY, wraps=False),
        Column(say(f"金额（{unit}）", f"Amount ({unit})"), 13.2, True), Column(say("余额", "Balance"), 12.3, True),
    ]  # fmt: skip
    caption = say(f"最近{len(shown)}笔，由新到旧；＋为流入", f"The last {len(shown)}, newest first; + is money in")
    return section(sheet, title, caption, table(sheet, columns, [_movement(sheet, one) for one in shown]))


def _movement(sheet: Sheet, one: Movement) -> Row:
    say = sheet.say
    kind = say.coded(KIND_WORDS, one.kind)
    what = kind if one.category in SAYS_NO_MORE else say.category(one.category)
    return Row(
        (
            phrasing.minute(one.booked_at) if one.has_time else phrasing.day(one.booked_at),
            what,
            say.channel(one.channel),
            one.account or "",
            _counterparty(one),
            phrasing.money(one.amount, sign=True),
            phrasing.money(one.balance_after),
        ),
        tones=((5, tokens.GOOD),) if one.amount > 0 and not sheet.stamp.red_means_up else (),
    )


def _counterparty(one: Movement) -> str:
    """Name and account; the name gives way, because the last four figures tell two partners apart."""
    account = one.counterparty_account or ""
    room = tokens.WIDTH * COUNTERPARTY / 100 - 9 - width_of(f" {account}", 8.5)
    return " ".join(part for part in (clipped(one.counterparty or "", 8.5, room), account) if part)
