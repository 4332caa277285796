from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.reports import ManagementReport
from jobs.pdf.management_report import render
from tests.jobs.pdf import management_samples
from tests.jobs.pdf.reading import flat, pages, squeezed


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {name: render(report) for name, report in management_samples.MANAGEMENT.items()}


@pytest.mark.parametrize("name", management_samples.MANAGEMENT)
def test_two_to_four_pages_numbered(papers, name):
    read = pages(papers[name])
    assert 2 <= len(read) <= 4
    for place, page in enumerate(read, 1):
        assert f"{place} / {len(read)}" in page
        assert management_samples.MANAGEMENT[name].stamp.bank in page


def test_chinese_month_with_comparisons_league_groups_grades_and_definitions(papers):
    told = flat(papers["management-zh"])
    for words in (
        "管理月报", "全行·2026年10月", "52,318", "环比", "同比", "−0.11个百分点", "本月要点", "连续四个月下降", "机构排名",
        "光谷支行", "管理资产（亿元）", "不良率（%）", "价值等级", "私行", "行为类型", "信用等级分布", "黑线为上次评级的户数",
        "BBB", "指标释义", "期末在册客户数", "归口", "计划财务部", "核验",
    ):  # fmt: skip
        assert words in told, words


def test_english_month_is_english_throughout(papers):
    told = flat(papers["management-en"])
    for words in ("Management report", "October 2026", "What the month shows", "Branches", "AUM (CNY B)", "NPL ratio (%)", "−0.11 pp",
                  "Customers by credit grade", "Definitions", "Owner", "Finance"):  # fmt: skip
        assert squeezed(words) in told, words
    assert not {letter for letter in told if "\u4e00" <= letter <= "\u9fff"}


def test_targets_stand_in_their_column_only_where_one_is_set(papers):
    report = management_samples.MANAGEMENT["management-zh"]
    assert "目标" not in flat(papers["management-zh"])
    aimed = replace(report, kpis=(replace(report.kpis[0], target=Decimal(54321)), *report.kpis[1:]))
    told = flat(render(aimed))
    assert "目标" in told and "54,321" in told


def test_direction_is_told_by_an_arrow_too(papers):
    told = flat(papers["management-zh"])
    assert "同比▲+9.2%" in told and "环比▼−0.02个百分点" in told


def test_groups_add_up_to_their_total(papers):
    report = management_samples.MANAGEMENT["management-zh"]
    told = flat(papers["management-zh"])
    for grouping in report.groupings:
        assert f"合计{sum(group.customers for group in grouping.groups):,}100.0%" in told


def test_an_empty_month_says_so(papers):
    told = flat(papers["bare_management-zh"])
    for words in ("没有可以计算的指标", "历史不足两个月", "没有机构可排名", "尚无已发布的客户细分", "尚无已发布的评级"):
        assert words in told, words


def test_a_long_league_repeats_its_heading_on_each_page():
    report = management_samples.MANAGEMENT["management-zh"]
    many = tuple(replace(report.league[0], branch=f"第{i}支行") for i in range(77))
    read = pages(render(replace(report, league=many)))
    with_rows = [page for page in read if "支行" in page and "第" in page]
    assert len(with_rows) >= 2
    assert all("管理资产（亿元）" in squeezed(page) for page in with_rows)


@pytest.mark.parametrize("branches", range(2, 30, 3))
def test_definitions_stand_together_wherever_they_begin(branches):
    report = management_samples.MANAGEMENT["management-en"]
    many = tuple(replace(report.league[0], branch=f"Branch {i}") for i in range(branches))
    read = [squeezed(page) for page in pages(render(replace(report, league=many)))]
    (begins,) = [page for page in read if "DefinitionsKPI" in page]
    assert all(squeezed(kpi.definition.rstrip(".")) in begins.replace("\n", "") for kpi in report.kpis)


def test_the_league_ends_with_the_scope_itself(papers):
    assert "Wholescope" in flat(papers["management-en"])


def test_a_report_that_does_not_fit_together_is_refused():
    report = management_samples.MANAGEMENT["management-zh"]
    with pytest.raises(ValueError, match="does not have: raroc"):
        replace(report, league_kpis=("raroc",))
    with pytest.raises(ValueError, match="months of history"):
        replace(report, months=report.months[1:])
    with pytest.raises(ValueError, match="values for"):
        replace(report, league_kpis=("aum",))


def test_a_report_survives_json(papers):
    for name, report in management_samples.MANAGEMENT.items():
        again = ManagementReport.from_dict(json.loads(json.dumps(report.to_dict())))
        assert again == report
        assert render(again) == papers[name]
