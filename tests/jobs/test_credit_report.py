"""The credit report: made in scope, the points add up on paper as in the run, the override stands beside the model's grade."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import insert, select

from jobs.runner import Refused
from store import overrides
from store.database import reading, writing
from store.reports import CREDIT, genuine
from store.tables import audit_log, publications, reports
from store.users import create_user
from tests.jobs import test_reports
from tests.jobs.pdf.reading import flat, pages
from tests.jobs.test_reports import B1, B2, BANK, Desk
from tests.portal.test_customer import POINTS, REASONS
from tests.small_picture import NOW, tell

desk = test_reports.desk
WHY = "tax return of last year seen and filed"


def _rate(desk: Desk) -> None:
    with writing(desk.engine) as connection:
        tell(connection, "C01", score=601, grade="BBB", rating_points=POINTS, rating_reasons=REASONS, days_past_due=0)
        connection.execute(
            insert(publications).values(kind="credit", run_id=2, published_by="admin2", published_at=NOW, reason=None)
        )


def _override(desk: Desk) -> None:
    with writing(desk.engine) as connection:
        create_user(connection, "risk", "孙风险", ["risk_officer"], ["HQ"], "test", NOW)
        told = ("C01", "A", "verified_means", WHY, dt.date(2027, 5, 1), "staff", NOW)
        number = overrides.propose(connection, B1, *told)
        overrides.sign(connection, BANK, number, "seen the same papers", "risk", NOW)


def test_the_paper_says_what_the_run_and_the_signatures_say(desk: Desk) -> None:
    _rate(desk)
    first = desk.make("credit_report", B1, customer_id="C01", language="zh")
    told = flat(first)
    for words in (
        "信用报告", "张*伟", "滨江支行", "BBB级", "即模型等级", "601分", "额度使用率", "16.0%", "低于20%", "62", "70", "480",
        "总分601560.0609", "比最好一档少8分", "再高5分升至AA", "住房贷款", "613,000.00", "800,000.00", "评级历史", "v3.2", "在用",
    ):  # fmt: skip
        assert words in told, words
    assert "人工推翻，模型" not in told and 2 <= len(pages(first)) <= 3
    for secret in ("张建伟", "138000012901", "42010119850312001X", "622202000000000103"):
        assert secret not in told, secret
    _override(desk)
    desk.now += dt.timedelta(minutes=1)
    second = desk.make("credit_report", B1, customer_id="C01", language="en")
    told = flat(second)
    for words in (
        "GradeA", "Override:modelBBB,settoA", "override;modelBBB", "taxreturnoflastyearseenandfiled", "李敏",
        "孙风险", "until2027-05-01", "Score601560.0609", "Inforce", "Verifiedincomeorassets",
    ):  # fmt: skip
        assert words.lower() in told.lower(), words
    [paper] = [one for one in desk.papers() if one.language == "en"]
    assert (paper.kind, paper.customer_id, paper.branch_id) == (CREDIT, "C01", "B1") and paper.code in told
    with reading(desk.engine) as connection:
        inputs = connection.scalar(select(reports.c.inputs).where(reports.c.report_id == paper.report_id))
        found = genuine(connection, paper.code, paper.sha256)
        made = connection.scalars(select(audit_log.c.action).where(audit_log.c.object_kind == "report")).all()
    rating = inputs["rating"]
    assert rating["base_points"] + sum(part["points"] for part in rating["points"]) == rating["score"] == 601
    assert (rating["grade"], rating["override"]["grade"], rating["override"]["holds"]) == ("BBB", "A", True)
    assert found is not None and found.kind == CREDIT and found.same_file
    assert made == ["report.make", "report.make"]
    customers_own = flat(desk.make("customer_report", B1, customer_id="C01", language="zh"))
    assert "信用A（人工推翻，模型BBB）" in customers_own and "人工推翻：模型BBB，改为A" in customers_own
    assert re.search(r"总分601", customers_own)


def test_the_same_inputs_give_the_same_bytes_and_who_is_not_rated_gets_a_paper(desk: Desk) -> None:
    first, again = (desk.make("credit_report", B1, customer_id="C01", language="zh") for _ in range(2))
    assert first == again and len({paper.code for paper in desk.papers()}) == 1
    with writing(desk.engine) as connection:
        tell(connection, "C02", grade=None, score=None, pd=None)
    desk.now += dt.timedelta(minutes=1)
    told = flat(desk.make("credit_report", B1, customer_id="C02", language="en"))
    assert "Thecustomerisnotinthepublishedrating" in told and "notrated" in told


def test_a_stranger_is_refused_in_the_job_itself(desk: Desk) -> None:
    for scope, customer in ((B2, "C01"), (BANK, "C99")):
        with pytest.raises(Refused, match="no such customer in your scope"):
            desk.work(desk.enter("credit_report", scope, customer_id=customer, language="zh"))
    assert desk.papers() == [] and desk.files() == []
