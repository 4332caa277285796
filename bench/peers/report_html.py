"""The customer report as somebody would write it in HTML and CSS for WeasyPrint: the same facts, charts as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from domain.reports.customer import CustomerReport

CSS = """
@font-face {{ font-family: paper; src: url("file://{regular}"); font-weight: 400 }}
@font-face {{ font-family: paper; src: url("file://{bold}"); font-weight: 700 }}
@page {{ size: A4; margin: 16mm 15mm 18mm;
  @bottom-left {{ content: "{foot}"; font: 7pt paper; color: #667 }}
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 7pt paper; color: #667 }} }}
body {{ font: 8pt/1.45 paper; color: #1b2330 }}
h1 {{ font-size: 18pt; margin: 0 }} h2 {{ font-size: 10pt; margin: 12pt 0 4pt; border-bottom: .5pt solid #cdd }}
table {{ width: 100%; border-collapse: collapse; font-size: 7pt }} td, th {{ padding: 2pt 4pt; border-bottom: .3pt solid #dde }}
th {{ text-align: left; color: #667 }} .n {{ text-align: right }} .tiles td {{ border: .5pt solid #dde; width: 25% }}
.mark {{ position: fixed; top: 120mm; left: 20mm; font-size: 40pt; color: #0001; transform: rotate(-30deg) }}
b {{ font-weight: 700 }}
"""


def html_of(report: CustomerReport, regular: Path, bold: Path) -> str:
    """The whole document."""
    stamp, one, head = report.stamp, report.identity, report.headline
    css = CSS.format(
        regular=regular, bold=bold, foot=f"{stamp.batch} {stamp.verification_code} {stamp.generated_at:%Y-%m-%d %H:%M}"
    )
    facts = [(name, getattr(one, name)) for name in vars(one) if getattr(one, name) is not None]
    tiles = "".join(f"<td>{escape(name)}<br><b>{_text(value)}</b></td>" for name, value in list(vars(head).items())[:4])
    parts = [
        f"<h1>{escape(one.name or one.customer_id)}</h1><p>{stamp.bank} {stamp.as_of} {stamp.generated_for}</p>",
        _table(("项目", "内容"), facts), f"<table class=tiles><tr>{tiles}</tr></table>",
        "<h2>资产走势</h2>" + _lines([[m.aum, m.deposits, m.loans] for m in report.month_ends]),
        "<h2>持有产品</h2>" + _table(("类别", "产品", "账号", "余额", "开户", "到期", "利率"), [
            (h.family, h.product, h.account, h.balance, h.opened_on, h.matures_on, h.rate) for h in report.holdings]),
        _standing(report),
        "<h2>资金流</h2>" + _bars([[f.inflow, f.outflow] for f in report.flows]),
        _activity(report),
        "<h2>近期交易</h2>" + _table(("时间", "类型", "用途", "渠道", "账号", "对手", "对手账号", "金额", "余额"), [
            (f"{m.booked_at:%Y-%m-%d %H:%M}", m.kind, m.category, m.channel, m.account, m.counterparty,
             m.counterparty_account, m.amount, m.balance_after) for m in report.movements]),
    ]  # fmt: skip
    mark = f"<div class=mark>{stamp.generated_for} {stamp.generated_at:%Y-%m-%d %H:%M}</div>"
    return f"<!doctype html><html lang={stamp.language}><meta charset=utf-8><style>{css}</style><body>{mark}{''.join(parts)}"


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return "–" if value is None else escape(str(value))


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>"
        + "".join(f"<td{' class=n' if isinstance(v, Decimal | float | int) else ''}>{_text(v)}</td>" for v in row)
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _standing(report: CustomerReport) -> str:
    segment, rating = report.segment, report.rating
    said = ""
    if segment:
        words = (segment.tier, segment.tier_why, segment.life_cycle, segment.life_cycle_why, segment.rfm_why,
                 segment.cluster, segment.cluster_description)  # fmt: skip
        said += "<h2>客户细分</h2>" + "".join(f"<p>{_text(word)}</p>" for word in words)
        said += _table(("特征", "客户", "群体"), [(d.name, d.customer, d.group) for d in segment.distinct])
    if rating:
        said += f"<h2>信用评价</h2><p><b>{rating.grade} {rating.score}</b> {_text(rating.probability_of_default)}</p>"
        said += _table(("特征", "取值", "得分", "最高"), [(p.name, p.value, p.points, p.best) for p in rating.points])
        said += (
            "".join(f"<p>{_text(reason)}</p>" for reason in rating.reasons) + f"<p>{_text(rating.to_next_grade)}</p>"
        )
    return said


def _activity(report: CustomerReport) -> str:
    activity = report.activity
    shares = "".join(
        f"<h2>{title}</h2>" + _table(("名称", "占比"), [(s.code, f"{s.share:.0%}") for s in some])
        for title, some in (("渠道", activity.channels), ("用途", activity.categories))
    )
    if not activity.hours:
        return shares
    most = max(max(row) for row in activity.hours) or 1
    cells = "".join(
        f'<rect x="{20 * hour}" y="{14 * day}" width="19" height="13" fill="#2b6cb0" fill-opacity="{count / most:.2f}"/>'
        for day, row in enumerate(activity.hours)
        for hour, count in enumerate(row)
    )
    return f'{shares}<h2>时段</h2><svg viewBox="0 0 480 98" width="100%" height="92">{cells}</svg>'


def _numbers(rows: Sequence[Sequence[Any]]) -> tuple[list[list[float]], float]:
    values = [[float(v or 0) for v in row] for row in rows]
    return values, max((abs(v) for row in values for v in row), default=1.0) or 1.0


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    values, most = _numbers(rows)
    step = 460 / max(1, len(values) - 1)
    drawn = ""
    for i, colour in enumerate(("#2b6cb0", "#2f855a", "#c05621")):
        points = " ".join(f"{10 + n * step:.1f},{110 - 100 * abs(row[i]) / most:.1f}" for n, row in enumerate(values))
        drawn += f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    return f'<svg viewBox="0 0 480 130" width="100%" height="92">{drawn}{_axis(len(values), step)}</svg>'


def _bars(rows: Sequence[Sequence[Any]]) -> str:
    values, most = _numbers(rows)
    step = 460 / max(1, len(values))
    drawn = "".join(
        f'<rect x="{10 + n * step + 12 * i:.1f}" y="{110 - 100 * abs(v) / most:.1f}" width="11" height="{100 * abs(v) / most:.1f}" '
        f'fill="{("#2f855a", "#c05621")[i]}"/>'
        for n, row in enumerate(values)
        for i, v in enumerate(row)
    )
    return f'<svg viewBox="0 0 480 130" width="100%" height="92">{drawn}{_axis(len(values), step)}</svg>'


def _axis(count: int, step: float) -> str:
    words = "".join(f'<text x="{10 + n * step:.1f}" y="125" font-size="7">{n + 1}月</text>' for n in range(count))
    return f'<line x1="10" x2="470" y1="110" y2="110" stroke="#99a"/>{words}'
