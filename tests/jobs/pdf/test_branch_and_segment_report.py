"""The branch performance report and the segment report: whole, in both languages, full or with next to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain import phrasing
from domain.contribution.change import Change
from domain.reports import BranchLine, Distinct, Grouping, GroupSize
from domain.reports.branch import AssetMover, BranchContribution, BranchReport, FamilyLine, Ranked
from domain.reports.segments import SegmentMove, SegmentMover, SegmentProfile, SegmentReport
from jobs.pdf import branch_report, segment_report
from tests.jobs.pdf import management_samples, samples
from tests.jobs.pdf.reading import flat, pages
from tests.jobs.pdf.standing_samples import value


def branch(language: str) -> BranchReport:
    zh, month = language == "zh", management_samples.MANAGEMENT[f"management-{language}"]
    ranked = tuple(Ranked(kpi.name, kpi.value, kpi.previous, kpi.value, 2, 12) for kpi in month.kpis)
    made = value()
    assert made.last is not None
    change = Change(*(Decimal(one) for one in ("100.00", "20.00", "5.00", "3.00", "10.00", "-4.67", "133.33")))
    lines = tuple(
        BranchLine(f"{'经理' if zh else 'Manager'} {n}", tuple(kpi.value for kpi in month.kpis[:5])) for n in range(4)
    )
    movers = tuple(
        AssetMover(f"C{n}", "张建伟", "personal", Decimal(n * 1000), Decimal(n * 3000), "李敏") for n in range(1, 7)
    )
    return BranchReport(
        stamp=samples.stamp(language),
        month=month.month,
        branch="滨江支行" if zh else "Binjiang sub-branch",
        currency="CNY",
        kpis=month.kpis,
        months=month.months,
        findings=("管理资产增加。" if zh else "AUM is up.",),
        ranked=ranked,
        level=12,
        contribution=BranchContribution(
            date(2026, 10, 31),
            made.last,
            made.year,
            change,
            (FamilyLine("活期存款" if zh else "Demand", made.year),),
            3,
            12,
        ),
        league_kpis=tuple(kpi.name for kpi in month.kpis[:5]),
        managers=lines,
        gained=movers,
        lost=tuple(replace(one, before=one.now, now=one.before) for one in movers),
    ).with_code(samples.SECRET)


def segments(language: str) -> SegmentReport:
    zh = language == "zh"

    def word(one: str, other: str) -> str:
        return one if zh else other

    told = tuple(
        SegmentProfile(
            word(f"客群 {n}", f"Segment {n}"), word(f"工薪储蓄型{n}", f"Salaried savers {n}"), "personal" if n < 100 else "corporate",
            400 * (n % 7 + 1), word("工资较多", "much salary"), Decimal(5_000_000 * (n % 5 + 1)), Decimal(1_000_000),
            Decimal(30_000 * (n % 3 - 1)), 400 * (n % 7 + 1) - n % 3,
            (Distinct(word("稳定月收入", "Regular income"), "CNY 18.3 K", "CNY 14.2 K"),),
        )
        for n in (1, 2, 3, 4, 5, 101, 102, 103, 104)
    )  # fmt: skip
    moved = (word("近3个月流入 1万元 → 2万元", "money in, 3 m CNY 1 K → CNY 2 K"),)
    people = (("corporate", "江城市滨江新材料科技股份有限公司"), ("personal", "张建伟"))
    movers = tuple(
        SegmentMover(f"100{n}", name, kind, told[0].name, told[1].name, Decimal(90_000 * n), moved)
        for n in range(1, 9)
        for kind, name in people
    )
    return SegmentReport(
        stamp=samples.stamp(language),
        scope="江城分行" if zh else "Jiangcheng",
        currency="CNY",
        version="S-2",
        run_as_of=date(2026, 10, 31),
        segments=told,
        against="S-1",
        stayed=0.93,
        moves=(SegmentMove(told[0].name, told[1].name, 24, Decimal(900_000), Decimal(2_400)),),
        movers=movers,
        groupings=(
            Grouping(word("价值等级", "Value tiers"), (GroupSize(word("金卡", "Gold"), 40, 38, Decimal(900_000)),)),
        ),
        left_out=SegmentProfile("", word("未划分", "Not grouped"), "", 102, aum=Decimal("1.00")),
        everybody=sum(one.customers for one in told) + 102,
        findings=(word("人数最多的是一群。", "One is the largest."),),
    ).with_code(samples.SECRET)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_papers_are_whole_masked_and_the_same_every_time(language: str) -> None:
    for report, render in ((branch(language), branch_report.render), (segments(language), segment_report.render)):
        paper = render(report)
        assert paper == render(type(report).from_dict(report.to_dict()))
        read, text = pages(paper), flat(paper)
        assert 2 <= len(read) <= 4 and all(f"{n} / {len(read)}" in page for n, page in enumerate(read, 1))
        assert "张*伟" in text and "张建伟" not in text and report.stamp.verification_code in text
        assert all(report.stamp.generated_for in page for page in read), "the watermark is under every page"


def test_the_branch_report_adds_up_and_says_its_place() -> None:
    report = branch("zh")
    text = flat(branch_report.render(report))
    made = report.contribution
    assert made is not None and made.change is not None
    for words in ("同级12家机构", "2/12", "同级第3（共12家）", "近12个月贡献度1,475元", "+20.00", "133.33", "下级机构"):
        assert words in text or words == "下级机构", words
    assert made.change.now == made.last.contribution and "下级机构" not in text
    assert phrasing.money(made.change.before) in text


def test_the_branch_report_tells_fees_booked_from_fee_income() -> None:
    assert "指标“入账手续费”是当月" in flat(branch_report.render(branch("zh")))
    assert "Feesbooked,theKPI,arethemonth'sfees" in flat(branch_report.render(branch("en")))


def test_what_is_not_there_is_said() -> None:
    bare = BranchReport(samples.stamp("zh"), date(2026, 10, 31), "滨江支行", "CNY", ())
    text = flat(branch_report.render(bare))
    for words in ("没有同级的其他机构可比", "没有贡献度", "没有客户的管理资产发生变化", "没有可以计算的指标"):
        assert words in text, words
    none = SegmentReport(samples.stamp("en"), "HQ", "CNY", "S-1", date(2026, 10, 31), ())
    told = flat(segment_report.render(none))
    assert "Nobodyinthisscopebelongs" in told and "nobodyhasmovedyet" in told
    still = replace(segments("zh"), moves=(), movers=())
    assert "没有客户换过客群" in flat(segment_report.render(still))


@pytest.mark.parametrize("groups", range(1, 26, 3))
def test_the_notes_of_a_segment_report_never_stand_alone_on_a_page(groups: int) -> None:
    """Nobody moved: the notes say so, and go with the last of the ways to divide where they begin a page."""
    report = segments("en")
    ways = tuple(replace(way, groups=way.groups[:1] * groups) for way in report.groupings)
    told = replace(report, segments=report.segments[:1], chosen="x", groupings=ways, moves=(), movers=())
    last = pages(segment_report.render(told))[-1]
    assert "nobody changed segment" in last and "Moves between segments" not in last
    assert told.groupings[-1].title in last


def test_one_segment_has_a_share_of_all_and_long_names_do_not_run_into_each_other() -> None:
    report = segments("en")
    one = replace(report, segments=report.segments[:1], chosen="Salaried savers 1", everybody=8000)
    text = flat(segment_report.render(one))
    assert "10.0%" in text and "PersonalcustomerCorporate" not in text  # 800 of 8,000
    assert "江城市滨江新材料科技" in flat(segment_report.render(report))
