"""A real bank's application scorecard, developed and validated by the jobs themselves, and its dossier read back."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from config.settings import Settings
from console.fonts import prepare
from jobs import make_validation_dossier, rate_customers
from jobs.runner import Refused
from store.database import open_engine, reading, writing
from store.ledger import DatabaseLedger
from store.reports import DOSSIER, paper_of_job
from store.scope import NOTHING, Scope
from store.tables import audit_log, pictures
from tests.databases import Databases
from tests.jobs.asked import AT, Asked, go
from tests.jobs.pdf.reading import flat, pages
from warehouse.batches import receive
from warehouse.sources import load_source

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
    text = flat(paper)
    for words in (
        "Applicationscorecard", "514", "55bad", "AUCoutoffold", "Limitsofuse", "Only55rowsarebad", "loansthatweregranted",
        "Outcomesbygroupofpeople", "Female", "Coefficients", "Hosmer–Lemeshow", "Challenger", "Outoftime", "Sign-off",
        "Independentlyvalidatedby", "AUCoutoftime", "Yes:eachbinhastherowsandbadrowsthecardsays", "Stabilityindex", "Masterscale",
    ):  # fmt: skip
        assert words in text, words
    assert _paper(desk, 12, run_id=rated["run_id"], language="en") == paper, "the same inputs are the same bytes"
    with reading(desk.engine) as connection:
        lines = connection.execute(select(audit_log).where(audit_log.c.action == "report.make")).all()
    assert [line.detail["kind"] for line in lines] == [DOSSIER, DOSSIER]


def test_what_cannot_be_validated_is_refused(berka: tuple[Desk, dict[str, Any]]) -> None:
    desk, rated = berka
    for asked, words in (
        ({"run_id": 999}, "has no scorecard"),
        ({"run_id": rated["run_id"], "cut": "ZZ"}, "ZZ is no grade"),
    ):
        with pytest.raises(Refused, match=words):
            go(make_validation_dossier, Desk(desk.settings, desk.engine, job_id=13), language="zh", **asked)
