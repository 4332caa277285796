"""The month of a scope of branches, as the overview shows it and the management report prints it.

Pure: component sums in, KPI figures, league and findings out. What a source does not say stays None; a total is summed
from the same rows as its parts, so that tiles and league always agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain import kpi_words, phrasing
from domain.kpis import BY_NAME, KPIS, OWNER_WORDS, Kpi, Sums
from domain.phrasing import choose
from domain.reports.management import BranchLine, KpiFigure

HEADLINES = ("customers", "aum", "deposits_average", "loans", "npl_ratio", "net_flow")
LEAGUE = ("aum", "customers", "deposits", "loans", "npl_ratio")
ADDITIVE_UNITS = ("money", "count")
MONTHS_SHOWN = 13


@dataclass(frozen=True)
class LeagueSums:
    """One line of a league: a branch with its subtree, or a manager, and its sums now, a month and a year before.

    key: branch_id or staff_id ('' is nobody). path: the branch's, None for a manager. {} where there are no figures.
    """

    key: str
    name: str | None
    path: str | None
    now: Sums
    previous: Sums
    year_ago: Sums


@dataclass(frozen=True)
class MonthSums:
    """Everything summed of a scope for a month: 25 months back (only those with figures), and the lines of its league."""

    month: date
    months: tuple[date, ...]
    by_month: Mapping[date, Sums]
    league: tuple[LeagueSums, ...]

    @property
    def shown(self) -> tuple[date, ...]:
        """The 13 months that are drawn, oldest first."""
        return self.months[-MONTHS_SHOWN:]

    def of(self, month: date) -> Sums:
        """A month's sums, {} without figures."""
        return self.by_month.get(month, {})

    def series(self, kpi: Kpi, months: Sequence[date]) -> tuple[Decimal | None, ...]:
        """The KPI in these months."""
        return tuple(kpi.of(self.of(month)) for month in months)


def ordered() -> tuple[Kpi, ...]:
    """The headlines, then the rest as the bank lists them."""
    return (*(BY_NAME[name] for name in HEADLINES), *(kpi for kpi in KPIS if kpi.name not in HEADLINES))


def figure(kpi: Kpi, sums: MonthSums, language: str) -> KpiFigure:
    """One KPI of the month with its texts and history."""
    series = sums.series(kpi, sums.shown)
    last_year = sums.months[-MONTHS_SHOWN] if len(sums.months) >= MONTHS_SHOWN else None
    return KpiFigure(
        name=kpi.name, title=kpi.title(language), unit=kpi.unit, direction=kpi.direction, definition=kpi.definition(language),
        formula=kpi.worked(language), owner=choose(language, *OWNER_WORDS[kpi.owner]), value=kpi.of(sums.of(sums.month)),
        previous=series[-2] if len(series) > 1 else None,
        year_ago=None if last_year is None else kpi.of(sums.of(last_year)), series=series,
    )  # fmt: skip


def figures(sums: MonthSums, language: str) -> tuple[KpiFigure, ...]:
    """Every KPI of the month, the headlines first."""
    return tuple(figure(kpi, sums, language) for kpi in ordered())


def why_absent(kpi: Kpi, sums: Sums, language: str) -> str | None:
    """Why the KPI has no value at these sums, as a sentence; None when it has one."""
    if kpi.of(sums) is not None:
        return None
    if not sums:
        return choose(language, "该月没有数据。", "There are no figures for the month.")
    if any(sums.get(name) is None for name in kpi.needs):
        return choose(
            language,
            "数据来源没有提供该指标所需的字段。",
            "The source does not deliver what this KPI is worked out from.",
        )
    return choose(language, "分母为零，无从计算。", "Its base is zero, so there is nothing to divide by.")


def league(sums: MonthSums, nobody: str) -> tuple[BranchLine, ...]:
    """The lines on paper, by the first KPI of LEAGUE, highest first; `nobody` names the line without a manager."""
    first = BY_NAME[LEAGUE[0]]
    lines = (
        BranchLine(
            branch=line.name or line.key or nobody,
            values=tuple(BY_NAME[name].of(line.now) for name in LEAGUE),
            previous=first.of(line.previous),
            year_ago=first.of(line.year_ago),
        )
        for line in ranked(sums.league, first)
    )
    return tuple(lines)


def ranked(lines: Sequence[LeagueSums], kpi: Kpi) -> list[LeagueSums]:
    """Best first by what is good (the lowest NPL ratio, the highest AUM); unknown last; ties by key."""
    sign = 1 if kpi.direction == "down" else -1

    def place(line: LeagueSums) -> tuple[bool, Decimal, str]:
        value = kpi.of(line.now)
        return value is None, sign * (value or Decimal(0)), line.key

    return sorted(lines, key=place)


@dataclass(frozen=True)
class Contribution:
    """What one line added to or took from the change of an additive KPI."""

    name: str
    change: Decimal


def contributions(sums: MonthSums, kpi: Kpi, nobody: str) -> tuple[Contribution, ...]:
    """The change on last month by line of the league, the greatest first in size. () where it cannot be taken apart.

    They add up to the change of the whole: a line that was not there before counts whole.
    """
    before = sums.months[-2] if len(sums.months) > 1 else None
    if (
        kpi.unit not in ADDITIVE_UNITS
        or before is None
        or kpi.of(sums.of(before)) is None
        or kpi.of(sums.of(sums.month)) is None
    ):
        return ()
    parts = [
        Contribution(line.name or line.key or nobody, (kpi.of(line.now) or Decimal(0)) - (kpi.of(line.previous) or Decimal(0)))
        for line in sums.league
    ]  # fmt: skip
    return tuple(sorted(parts, key=lambda part: (-abs(part.change), part.name)))


def contribution_words(sums: MonthSums, kpi: Kpi, currency: str, language: str, nobody: str) -> str | None:
    """The change of an additive KPI and who made most of it, as a clause; None without a change to explain."""
    whole = figure(kpi, sums, language)
    if whole.value is None or whole.previous is None or whole.value == whole.previous:
        return None
    gap = whole.value - whole.previous
    size = kpi_words.amount(language, whole, abs(gap), currency)
    rate = phrasing.change(whole.value, whole.previous) if whole.value >= 0 else None
    grown = "" if rate is None else phrasing.percent(rate, 1, sign=True)
    up = gap > 0
    told = choose(
        language,
        f"{whole.title}较上月{'增加' if up else '减少'}{size}" + (f"（{grown}）" if grown else ""),
        f"{whole.title} {'up' if up else 'down'} {size} on last month" + (f" ({grown})" if grown else ""),
    )
    parts = contributions(sums, kpi, nobody)
    leading = [part for part in parts if part.change and (part.change > 0) == up]
    if len(parts) < 2 or not leading:
        return told
    return told + _mainly(whole, leading[0], gap, currency, language)


def _mainly(whole: KpiFigure, main: Contribution, gap: Decimal, currency: str, language: str) -> str:
    """Who made most of a change `gap`, as a clause: its share, or, where the others went the other way, both amounts."""
    share = main.change / gap
    if share <= 1:
        told = phrasing.percent(share, 0)
        return choose(language, f"，{main.name}是主因，占{told}", f"; {main.name} made {told} of it")
    own, others = (kpi_words.amount(language, whole, abs(each), currency) for each in (main.change, main.change - gap))
    up = gap > 0
    return choose(
        language,
        f"，{main.name}是主因，{'增加' if up else '减少'}{own}，其余合计{'减少' if up else '增加'}{others}",
        f"; {main.name} {'up' if up else 'down'} {own}, the others together {'down' if up else 'up'} {others}",
    )


def findings(sums: MonthSums, currency: str, language: str, nobody: str) -> tuple[str, ...]:
    """What the month shows, as sentences, the most important first; only what can be computed."""
    found = [contribution_words(sums, BY_NAME[name], currency, language, nobody) for name in ("aum", "loans")]
    found += [_on_year(sums, currency, language), _risk(sums, language), _customers(sums, language)]
    return tuple(phrasing.sentence(words, language) for words in found if words)


def _on_year(sums: MonthSums, currency: str, language: str) -> str | None:
    told = figure(BY_NAME["deposits_average"], sums, language)
    grown = phrasing.change(told.value, told.year_ago)
    if grown is None:
        return None
    rate, value = phrasing.percent(grown, 1, sign=True), kpi_words.amount(language, told, told.value, currency)
    return choose(
        language, f"{told.title}{value}，比上年同月{rate}", f"{told.title} {value}, {rate} on the same month a year ago"
    )


def _risk(sums: MonthSums, language: str) -> str | None:
    kpi = BY_NAME["npl_ratio"]
    told = figure(kpi, sums, language)
    if told.value is None:
        return None
    words = f"{told.title}{choose(language, '', ' ')}{kpi_words.plain(language, told, told.value)}"
    if told.previous is not None and told.previous != told.value:
        moved = kpi_words.change(language, told, told.previous)
        words += choose(language, f"，环比{moved}", f", {moved} on last month")
    rates = [(rate, line) for line in sums.league if (rate := kpi.of(line.now)) is not None]
    if len(rates) < 2:
        return words
    worst, line = max(rates, key=lambda found: (found[0], found[1].key))
    if worst <= told.value:
        return words
    highest = kpi_words.plain(language, told, worst)
    return words + choose(
        language, f"，最高的是{line.name or line.key}（{highest}）", f"; highest at {line.name or line.key} ({highest})"
    )


def _customers(sums: MonthSums, language: str) -> str | None:
    new, lost = (BY_NAME[name].of(sums.of(sums.month)) for name in ("customers_new", "customers_lost"))
    if new is None or lost is None or not (new or lost):
        return None
    net = phrasing.number(new - lost, sign=True)
    return choose(
        language,
        f"新增客户{phrasing.number(new)}户，流失{phrasing.number(lost)}户，净增{net}户",
        f"{phrasing.number(new)} new customers, {phrasing.number(lost)} lost: net {net}",
    )
