from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from domain import phrasing
from domain.contribution.words import raroc_words
from domain.reports import CustomerReport, Identity, Rating
from jobs.pdf import steps
from jobs.pdf.customer_report import render
from tests.jobs.pdf import samples, standing_samples
from tests.jobs.pdf.reading import flat, pages, squeezed


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {name: render(report) for name, report in samples.CUSTOMERS.items()}


@pytest.mark.parametrize("name", samples.CUSTOMERS)
def test_two_to_five_pages_numbered_headed_and_stamped(papers, name):
    report, read = samples.CUSTOMERS[name], pages(papers[name])
    assert 2 <= len(read) <= 5
    for place, page in enumerate(read, 1):
        assert f"{place} / {len(read)}" in page
        assert report.stamp.bank in page
        assert "2026-10-31" in page and "#214" in page  # as of, batch
        assert f"{report.stamp.generated_for}  2026-11-01 09:05" in page  # watermark
        code = report.stamp.verification_code
        assert (code or ("未编核验码" if report.stamp.language == "zh" else "No verification code")) in page
    assert len(squeezed(read[-1])) > 250, "the last page holds more than header and footer"


@pytest.mark.parametrize("name", samples.CUSTOMERS)
def test_no_whole_number_of_a_person_is_anywhere_in_the_file(papers, name):
    reader = PdfReader(io.BytesIO(papers[name]))
    told = flat(papers[name]) + json.dumps(dict(reader.metadata or {}), default=str, ensure_ascii=False)
    whole = (samples.ID_NUMBER, samples.PHONE, samples.ACCOUNT, samples.USCC, "张建伟", "刘大海", "王小明", "87654321")
    for secret in whole:
        assert secret not in told
        assert secret.encode() not in papers[name]


def test_chinese_paper_says_who_what_and_why(papers):
    told = flat(papers["personal-zh"])
    for words in (
        "张*伟", "4201**********3517", "138****2906", "****3517", "江城分行滨江支行", "客户报告", "138.6万元", "较上年同期+18.2%",
        "三年期整存整取", "586,218.34", "白金", "保持", "5-4-4", "工薪储蓄型", "工资按月入账", "A级", "668分", "一年内违约概率0.62%",
        "额度使用率16%，使用率低于10%的客户多得17分。", "再高14分升至AA", "手机银行", "71%", "日用食品", "活跃时段", "11:00–14:00",
        "王*明", "+18,260.00", "−4,381.52", "评级模型v3.2", "细分2026-10#2", "管理资产12个月增加",
    ):  # fmt: skip
        assert squeezed(words) in told, words


@pytest.mark.parametrize(
    ("name", "foot", "caption"),
    [
        ("personal-zh", "评级模型v3.2（试用，尚未验证）", "评分卡试用，尚未验证；"),
        ("personal-en", "rating v3.2 (on trial, not validated)", "On trial: the scorecard is not validated."),
    ],
)
def test_a_rating_by_a_card_nobody_signed_says_so_on_every_page(name, foot, caption):
    report = samples.CUSTOMERS[name]
    first, *others = report.stamp.model_versions
    paper = render(replace(report, stamp=replace(report.stamp, model_versions=(replace(first, trial=True), *others))))
    assert all(squeezed(foot) in squeezed(page) for page in pages(paper))
    assert squeezed(caption) in flat(paper) and squeezed(caption) not in flat(render(report))


def test_english_paper_is_english_throughout(papers):
    told = flat(papers["personal-en"])
    for words in (
        "Customer report", "Relationship manager", "+18.2% on a year ago", "Residential mortgage", "Platinum", "Salaried savers",
        "Grade A", "668 points", "0.62% probability of default", "What would move one grade", "Active hours", "Mobile banking",
        "Recent movements", "Verification code", "rating v3.2",
    ):  # fmt: skip
        assert squeezed(words) in told, words
    chinese = {letter for letter in told if "\u4e00" <= letter <= "\u9fff"}
    assert chinese <= set("张伟王明李雷"), "only names stay Chinese"


def test_points_shown_add_up_to_the_score(papers):
    rating = samples.CUSTOMERS["personal-zh"].rating
    assert rating.base_points + sum(part.points for part in rating.points) == rating.score
    told = flat(papers["personal-zh"])
    for part in rating.points:
        assert squeezed(f"{part.name}{part.value}{part.points}{part.best}") in told
    assert f"基础分{rating.base_points}" in told
    assert f"总分{rating.score}" in told
    with pytest.raises(ValueError, match="add up to"):
        Rating("A", 700, points=rating.points, base_points=1)


@pytest.mark.parametrize("accounts", range(1, 12, 2))
def test_the_score_never_stands_apart_from_the_last_points(accounts):
    report = samples.CUSTOMERS["personal-zh"]
    held = tuple(replace(report.holdings[0], account=f"62220000{i:04}") for i in range(accounts))
    read = [squeezed(page) for page in pages(render(replace(report, holdings=held)))]
    (last,) = [page for page in read if f"总分{report.rating.score}" in page]
    ordered = sorted(report.rating.points, key=lambda part: (part.points - part.best, part.name))
    assert all(squeezed(f"{part.name}{part.value}") in last for part in ordered[-3:])


@pytest.mark.parametrize("accounts", range(1, 16, 3))
def test_no_part_of_a_company_s_year_or_outlook_stands_apart_from_its_title(accounts):
    report = samples.CUSTOMERS["corporate-en"]
    held = tuple(replace(report.holdings[0], account=f"62220000{i:04}") for i in range(accounts))
    month = replace(report.company.months[-1], runs=1)
    year = tuple(replace(month, month=date(2025 + i // 12, i % 12 + 1, 28)) for i in range(10, 22))
    full = replace(report, holdings=held, company=replace(report.company, months=year))
    read = pages(render(replace(full, outlook=standing_samples.outlook("en"))))
    for title, last in (("Business", "November 2025"), ("Attrition and next product", "May it be offered")):
        (page,) = [page for page in read if f"\n{title}\n" in page]
        assert last in page, (title, last)


def test_corporate_paper_sums_up_long_holdings_and_mixed_currencies(papers):
    told = flat(papers["corporate-zh"])
    for words in ("公司客户", "江城市滨江新材料科技股份有限公司", "9142**********345X", "刘*海", "多币种", "其余6个账户", "800,000.00USD",
                  "逾期37天", "其中逾期125.0万元", "未经评分，直接定级", "027-****4321"):  # fmt: skip
        assert words in told, words
    assert "单位结算账户13" not in told


def test_a_company_says_what_it_does_and_with_whom(papers):
    told, english = flat(papers["corporate-zh"]), flat(papers["corporate-en"])
    for words in (
        "对公业务",
        "11个月有代发",
        "代发账户17个",
        "最大的交易对手",
        "东湖食品有限公司",
        "****4567",
        "所属集团",
        "母公司",
    ):
        assert squeezed(words) in squeezed(told), words
    for words in ("Business", "11 payroll runs", "Largest partners", "(parent)", "5,120,000.10", "10,240,000.50"):
        assert squeezed(words) in squeezed(english), words
    assert "9812345678901234567" not in told
    for name in ("personal-zh", "sparse_corporate-zh"):
        assert "对公业务" not in flat(papers[name])


def test_what_is_missing_is_said_in_words(papers):
    zh, en = flat(papers["sparse-zh"]), flat(papers["sparse-en"])
    for words in (
        "没有在册账户",
        "没有月末余额可画",
        "没有资金流动可画",
        "不在已发布的细分之中",
        "没有评级",
        "无从计算",
        "没有时段图",
        "没有交易记录",
    ):
        assert words in zh, words
    for words in ("holds no account", "not in the published segmentation", "No rating", "No movement is on record"):
        assert squeezed(words) in en, words
    assert phrasing.ABSENT in zh
    assert "None" not in en


def test_reasons_given_for_absence_are_printed():
    report = replace(
        samples.sparse("zh"), rating_absent="该客户在本行没有借款，故不评级。", segment_absent="客户于数据日之后开户。",
        hours_absent="来源只给日期。", movements_absent="来源没有交易。",
    )  # fmt: skip
    told = flat(render(report))
    for words in ("该客户在本行没有借款，故不评级。", "客户于数据日之后开户。", "来源只给日期。", "来源没有交易。"):
        assert words in told


def test_text_that_looks_like_markup_or_is_long_is_printed_as_it_is():
    report = samples.personal("en")
    odd = replace(
        report,
        identity=replace(report.identity, branch="<b>R&D</b> & <para>", occupation="x" * 90),
        segment=replace(report.segment, cluster="A <i>very</i> " + "long " * 40),
    )
    told = flat(render(odd))
    assert "<b>R&D</b>&<para>" in told
    assert "x" * 90 in told


def test_names_that_hide_themselves_and_ones_that_cannot():
    nameless = replace(samples.sparse("zh"), identity=Identity("1787", "personal"))
    assert "客户1787" in flat(render(nameless))


def test_one_month_and_gaps_and_negative_balances_are_drawn():
    report = samples.personal("zh")
    gaps = tuple(
        replace(end, aum=None) if i in (3, 4) else replace(end, aum=-end.aum) for i, end in enumerate(report.month_ends)
    )
    assert 2 <= len(pages(render(replace(report, month_ends=gaps)))) <= 4
    one = replace(report, month_ends=report.month_ends[-1:], flows=report.flows[-1:])
    assert "月末余额" in flat(render(one))


def test_red_may_mean_up():
    report = samples.personal("zh")
    red = replace(report, stamp=replace(report.stamp, red_means_up=True))
    assert render(red) != render(report)


def test_a_report_survives_json_and_renders_the_same_bytes(papers):
    for name in ("personal-zh", "corporate-en", "sparse-zh"):
        report = samples.CUSTOMERS[name]
        again = CustomerReport.from_dict(json.loads(json.dumps(report.to_dict())))
        assert again == report
        assert render(again) == papers[name]


def test_paper_carries_language_title_and_embedded_fonts(papers):
    reader = PdfReader(io.BytesIO(papers["personal-zh"]))
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata.title == "客户报告·张*伟·10038214"
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].get_object().values()
        if "/FontDescriptor" in font.get_object()
    }
    assert fonts and all("NotoSansSC" in font for font in fonts)


def test_a_language_paper_does_not_speak_is_refused():
    report = samples.sparse("zh")
    with pytest.raises(ValueError, match="zh or en"):
        render(replace(report, stamp=replace(report.stamp, language="cs")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_fullest_customer_still_fits_six_pages(language):
    report = samples.personal(language)
    owned = tuple(replace(report.holdings[0], account=f"62220212{i:08d}") for i in range(60))
    owed = tuple(replace(report.holdings[4], account=f"99004455{i:08d}") for i in range(30))
    points = tuple(
        replace(report.rating.points[i % 8], name=f"{report.rating.points[i % 8].name} {i}") for i in range(15)
    )
    score = sum(part.points for part in points) + report.rating.base_points
    fullest = replace(report, holdings=owned + owed, rating=replace(report.rating, points=points, score=score))
    assert len(pages(render(fullest))) <= 6


def test_the_contribution_stands_to_the_cent_and_adds_up(papers):
    one = samples.CUSTOMERS["personal-zh"].value
    assert one is not None and one.last is not None
    told = flat(papers["personal-zh"])
    for sums in (one.last, one.year):
        for amount in (sums.deposit_margin, -sums.expected_loss, -sums.capital_cost, sums.contribution):
            assert phrasing.money(amount) in told
        parts = steps.parts_of(sums)
        assert sum(parts) == sums.contribution
    assert "贡献度1,475元，为收入的65%" in told and "1个账户来源未提供余额" in told
    assert "ContributionCNY1.48K,65%ofincome" in flat(papers["personal-en"])


def test_leaving_and_offers_stand_with_reasons_and_what_may_not_be_offered(papers):
    told = flat(papers["personal-zh"])
    for words in ("未来3个月流失可能31.2%", "偏高", "在险资产11.5万元", "较近12个月均值−45.1%", "定期存款，开办可能4.1%",
                  "不可推荐：没有任何渠道的营销同意", "为一般客户的2.1倍"):  # fmt: skip
        assert words in told, words
    company = flat(papers["corporate-en"])
    assert "NoAUM." in company and "Nonext-productrunispublishedyet" in company
    assert "尚无已发布的流失预警与下一产品" in flat(papers["sparse-zh"])


def test_nothing_that_may_be_offered_says_why():
    report = samples.personal("zh")
    offers = tuple(offer for offer in report.outlook.offers if offer.against)
    told = flat(render(replace(report, outlook=replace(report.outlook, offers=offers))))
    assert "目前没有可以推荐的产品" in told and "没有任何渠道的营销同意" in told


def test_a_loss_hangs_below_zero_and_a_ratio_without_capital_says_so():
    drawing = steps.waterfall(["a", "b", "c"], [Decimal(-5), Decimal(2)], ["−5", "+2", "−3"], (200, 120))
    blocks = [shape for shape in drawing.contents if type(shape).__name__ == "Rect"]
    assert blocks[0].y == blocks[1].y and blocks[0].height > blocks[1].height
    assert raroc_words(Decimal("61355"), "zh") == "超过1,000%" and raroc_words(Decimal("-61"), "en") == "under −1,000%"
    assert raroc_words(Decimal("0.123"), "en") == "12.3%" and raroc_words(None, "en") == "—"
