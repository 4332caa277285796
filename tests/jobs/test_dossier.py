"""A real bank's application scorecard, developed and validated by the jobs themselves, and its dossier read back."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from config.settings import Settings
from console.fonts import prepare
from domain.credit.finding_words import finding_words
from domain.credit.reach import reach_of
from domain.credit.scorecard import from_dict
from jobs import make_validation_dossier, rate_customers, sign_off_dossier
from jobs.registry import REGISTRY
from jobs.runner import Refused
from jobs.sweep import carry_sign_offs
from store.database import open_engine, reading, writing
from store.jobs import recent
from store.ledger import DatabaseLedger
from store.model_decisions import approve, validate
from store.model_steps import ModelRefused
from store.models import events, of_run
from store.reports import DOSSIER, code_of, dossiers, dossiers_behind, genuine, paper, paper_of_job
from store.scope import NOTHING, Scope
from store.tables import audit_log, job_runs, pictures
from store.undertakings import Promise, answer, condition, findings
from store.users import create_user
from tests.databases import Databases
from tests.jobs.asked import AT, Asked, go
from tests.jobs.pdf.reading import flat, pages, squeezed
from warehouse.batches import receive
from warehouse.sources import load_source

FEW_LINES = 18  # beside header, footer and watermark
FONTS = Path(os.environ.get("GUANXI_FONTS", "~/.cache/guanxi/fonts")).expanduser()


@dataclass
class Desk(Asked):
    """A job of somebody without any branch in scope: a dossier holds no customer."""

    scope: Scope = NOTHING


@pytest.fixture(scope="module")
def berka(
    databases: Databases, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, dict[str, Any]]]:
    prepare(FONTS)
    home = tmp_path_factory.mktemp("berka")
    before = os.environ.get("GUANXI_FONTS")
    os.environ["GUANXI_FONTS"] = str(FONTS)
    with databases.fresh("sqlite", home) as url:
        engine = open_engine(url)
        settings = Settings(home=home, secret_key="k" * 40, database_url=url, redis_url="")
        desk = Desk(settings, engine)
        ledger = DatabaseLedger(engine, "maker", lambda: AT)
        receipt = receive(shared_data / "berka", load_source("berka"), ledger, settings.warehouse, 0.0)
        row = {
            "one": 1,
            "as_of": receipt.business_date,
            "batch_id": 1,
            "batches": [1],
            "months": [],
            "built_at": AT,
            "detail": {},
        }
        with writing(engine) as connection:
            connection.execute(insert(pictures).values(row))
        yield desk, go(rate_customers, desk)
        engine.dispose()
    os.environ.pop("GUANXI_FONTS") if before is None else os.environ.__setitem__("GUANXI_FONTS", before)


def _paper(desk: Desk, job_id: int, **parameters: Any) -> bytes:
    mine = Desk(desk.settings, desk.engine, job_id=job_id)
    made = go(make_validation_dossier, mine, **parameters)
    assert made["told"] == ["sample", "judge", "draw", "file"]
    with reading(desk.engine) as connection:
        paper = paper_of_job(connection, Scope(()), (DOSSIER,), job_id)
    assert paper is not None and paper.pages == made["pages"]
    content = (desk.settings.reports / paper.path).read_bytes()
    assert hashlib.sha256(content).hexdigest() == paper.sha256
    return content


def test_the_514_loans_of_berka_have_a_dossier(berka: tuple[Desk, dict[str, Any]]) -> None:
    desk, rated = berka
    paper = _paper(desk, 11, run_id=rated["run_id"], language="en")
    assert 10 <= len(pages(paper)) <= 20
    lines = [page.splitlines() for page in pages(paper)]
    furniture = set(lines[0]).intersection(*lines)
    assert all(sum(line not in furniture for line in page) >= FEW_LINES for page in lines), "no page is nearly empty"
    text = flat(paper)
    for words in (
        "Applicationscorecard", "514", "55bad", "AUCoutoffold", "Limitsofuse", "Only55rowsarebad", "loansthatweregranted",
        "Outcomesbygroupofpeople", "Female", "Coefficients", "Hosmer–Lemeshow", "Challenger", "Whatitwouldcost", "Whythescorecardstands",
        "Findingsandanswers", "notanswered:nosignature", "tobeanswered", "Stabilityindexbyperiod",
        "Thelong-runshareofbadisthesample'sown,55of514", "tenth1isthesafest",
        "Outoftime", "Sign-off",
        "Independentlyvalidatedby", "AUCoutoftime", "Slopeoutoftime",
        "Rowstherewere682", "nomovementontheaccountbeforethegrant−168", "168oftheloansgranted(25%;21turnedbad)",
        "Leaktest:all", "27figuresof514loansworkedoutagain:notoneofthesefiguresdiffers", "0of13,878figuresdiffer", "ruledout",
        "onthechallenger'sfolds(firstrepeat)",
        "Yes:eachbinhastherowsandbadrowsthecardsays", "Stabilityindex", "Masterscale",
    ):  # fmt: skip
        assert words in text, words
    assert "GradeswhosePDislikelytoolow" not in text, "AAA is two loans and neither bad"
    assert _paper(desk, 12, run_id=rated["run_id"], language="en") == paper, "the same inputs are the same bytes"
    with reading(desk.engine) as connection:
        lines = connection.execute(select(audit_log).where(audit_log.c.action == "report.make")).all()
    assert [line.detail["kind"] for line in lines] == [DOSSIER, DOSSIER]


def _answered(desk: Desk, model_id: int) -> list[str]:
    """What the paper asks for is answered by who developed it, and a condition set; the keys of what was asked."""
    promise = Promise("与业务部门逐项复核后答复", "maker", dt.date(2099, 1, 31))
    with reading(desk.engine) as connection:
        required = [one.key for one in findings(connection, model_id) or () if one.required]
    with pytest.raises(ModelRefused, match="without a written answer"), writing(desk.engine) as connection:
        validate(connection, model_id, "val", AT, "复核了样本口径与分箱结果")
    with writing(desk.engine) as connection:
        for key in required:
            answer(connection, model_id, key, promise, "maker", AT)
        condition(connection, model_id, replace(promise, words="三个月内补充近一年的样本"), "val", AT)
    return required


def test_each_decision_makes_a_paper_with_its_signature(berka: tuple[Desk, dict[str, Any]]) -> None:
    """The figures are those that were signed; the earlier paper and its code stay."""
    desk, rated = berka
    for login, name in (("maker", "陈归口"), ("val", "李验证"), ("app", "王批准")):
        with writing(desk.engine) as connection:
            create_user(connection, login, name, ("risk_officer",), (), "root", AT)
    with reading(desk.engine) as connection:
        model = of_run(connection, rated["run_id"])
    assert model is not None
    _paper(desk, 21, run_id=rated["run_id"], language="zh")
    assert reach_of(from_dict(dict(model.card))).words("zh") == "", (
        "this card gives every grade, and the paper says nothing"
    )
    keys = _answered(desk, model.model_id)
    for at, (act, by, state) in enumerate(((validate, "val", "已验证"), (approve, "app", "已批准")), 1):
        with writing(desk.engine) as connection:
            act(connection, model.model_id, by, AT, "复核了样本口径与分箱结果")
        carry_sign_offs(desk.engine, desk.settings, AT, REGISTRY)
        carry_sign_offs(desk.engine, desk.settings, AT, REGISTRY)
        with reading(desk.engine) as connection:
            asked = recent(connection, 10, ("sign_off_dossier",))
        languages = {one.parameters["report_id"] for one in asked if one.status == "queued"}
        assert len(languages) == len([one for one in asked if one.status == "queued"]) == 2, (
            "one a language, asked once"
        )
        assert {one.submitted_by for one in asked if one.status == "queued"} == {by}
        for row in asked:
            if row.status == "queued":
                go(sign_off_dossier, Desk(desk.settings, desk.engine, by=by, job_id=row.job_id + 100), **row.parameters)
        with writing(desk.engine) as connection:
            connection.execute(update(job_runs).values(status="done"))
            assert dossiers_behind(connection) == []
            papers = [one for one in dossiers(connection, model.model_id) if one.language == "zh"]
            assert len(papers) == 1 + at and len({one.code for one in papers}) == 1 + at
            assert all(genuine(connection, one.code, None) for one in papers)
            whole = paper_of_job(connection, Scope(()), (DOSSIER,), 21)
            newest = paper(connection, Scope(()), (DOSSIER,), papers[0].report_id)
        text = flat((desk.settings.reports / newest.path).read_bytes())
        assert "本卡给不出" not in text
        assert all(squeezed(finding_words(key, "zh")) in text for key in keys) and "与业务部门逐项复核后答复" in text
        assert "未答复，不能" not in text and "三个月内补充近一年的样本" in text and "2099-01-31" in text
        assert state in text and "李验证" in text and ("王批准" in text) == (by == "app")
        with reading(desk.engine) as connection:
            decided_on = [
                code_of(connection, one.report_id) for one in events(connection, model.model_id) if one.report_id
            ]
        assert len(decided_on) == at and all(code and code in text for code in decided_on)
        assert whole is not None and "李验证" not in flat((desk.settings.reports / whole.path).read_bytes())


def test_what_cannot_be_validated_is_refused(berka: tuple[Desk, dict[str, Any]]) -> None:
    desk, rated = berka
    for asked, words in (
        ({"run_id": 999}, "has no scorecard"),
        ({"run_id": rated["run_id"], "cut": "ZZ"}, "ZZ is no grade"),
    ):
        with pytest.raises(Refused, match=words):
            go(make_validation_dossier, Desk(desk.settings, desk.engine, job_id=13), language="zh", **asked)
