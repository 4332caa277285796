from __future__ import annotations

from dataclasses import replace

import pytest

from domain.reports import CreditReport
from jobs.pdf.credit_report import render
from tests.jobs.pdf import samples
from tests.jobs.pdf.credit_samples import credit_report
from tests.jobs.pdf.reading import flat, pages, squeezed


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_grades_points_history_and_signatures_on_two_or_three_pages(language: str) -> None:
    report = credit_report(language).with_code(samples.SECRET)
    paper = render(report)
    assert paper == render(CreditReport.from_dict(report.to_dict())), "the same report, the same bytes"
    told, read = flat(paper), pages(paper)
    assert 2 <= len(read) <= 3 and report.stamp.verification_code in told
    assert report.rating is not None and report.rating.grade_in_effect == "AA"
    average = 301 + sum(part.average or 0 for part in report.rating.points)
    both = (
        "AA",
        "668",
        "0.62%",
        f"668{average:.1f}719",
        "C-2026-06-1",
        "BBB→A",
        "613,000.00",
        "621,000.00",
        "****3517",
        "0.842",
        "#214",
    )
    words = {
        "zh": ("AA级", "模型等级A", "人工推翻：模型A，改为AA", "李敏于2026-10-12提议", "孙风险于2026-10-14签署",
               "不低于10%、低于30%", "使用中", "关注", "未评级"),
        "en": ("GradeAA", "Themodel'sgradeisA", "Override:modelA,settoAA", "signedbySunFengon2026-10-14",
               "atleast10%andunder30%", "Inuse", "Specialmention"),
    }[language]  # fmt: skip
    for said in (*both, *words):
        assert squeezed(said) in told, said
    for secret in (samples.ID_NUMBER, samples.PHONE, samples.ACCOUNT, "张建伟"):
        assert secret not in told


def test_a_rating_beyond_the_development_sample_says_so_on_paper() -> None:
    report = credit_report("zh")
    assert report.rating is not None
    words = "这位客户没有分期贷款：卡上1项特征不适用，该评级超出开发样本。"
    first, *others = report.rating.points
    points = (replace(first, value="不适用：没有分期贷款", applies=False), *others)
    told = flat(render(replace(report, rating=replace(report.rating, points=points, outside=words))))
    assert squeezed(words) in told and squeezed(words) not in flat(render(report))


def test_a_paper_without_rating_exposure_or_history_says_why() -> None:
    told = flat(
        render(credit_report("zh", rating=None, exposures=(), history=(), overrides=(), model=None, loans=None))
    )
    for words in ("没有评级", "没有贷款或授信账户", "尚无已发布的评级", "未评级"):
        assert words in told, words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_model_and_the_notes_follow_where_there_is_room(language: str) -> None:
    """What is kept together within what is kept together always began a page: a quarter of one page, then a quarter of the next."""
    report = credit_report(language)
    read = pages(render(replace(report, overrides=(), history=report.history[:1], exposures=report.exposures[:1])))
    assert len(read) == 2, [page[:80] for page in read]
