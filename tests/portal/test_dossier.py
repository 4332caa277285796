"""The button that makes a model's validation dossier: for who answers for models or audits them."""

from __future__ import annotations

from sqlalchemy import select, update

from portal.layouts.models_comparison import PATH
from portal.report_button import Ids, for_model
from store.database import reading, writing
from store.reports import DOSSIER
from store.tables import job_runs
from tests.people import People
from tests.portal.test_models import two_models


def test_risk_officers_and_auditors_make_it_and_nobody_else(people: People) -> None:
    two_models(people)
    for login in ("risk", "auditor"):
        client = people.client(login)
        assert Ids("models").press in client.open_page(f"{PATH}?model=1")
        answer = client.call(for_model, 1, 1)
        assert answer.status == 200, answer.text
    for login in ("executive", "staff", "admin"):
        assert Ids("models").press not in people.client(login).open_page(PATH)
        assert people.client(login).call(for_model, 1, 1).status == 403
    with reading(people.engine) as connection:
        rows = connection.execute(select(job_runs).where(job_runs.c.kind == DOSSIER).order_by(job_runs.c.job_id)).all()
    assert [row.submitted_by for row in rows] == ["risk", "auditor"] and rows[0].parameters["run_id"] == 21
    assert "没有" in people.client("risk").call(for_model, 1, 99).text


def test_who_comes_back_finds_it_running(people: People) -> None:
    """The page that was left and opened again follows the job; another model's page, and another person's, do not."""
    two_models(people)
    risk = people.client("risk")
    risk.call(for_model, 1, 1)
    with writing(people.engine) as connection:
        connection.execute(update(job_runs).values(status="running", step="judge", percent=20.0))
    shown = risk.open_page(f"{PATH}?model=1")
    assert "20%" in shown and 'role":"progressbar' in shown.replace(" ", "")
    assert "20%" not in risk.open_page(f"{PATH}?model=2")
    assert "20%" not in people.client("auditor").open_page(f"{PATH}?model=1")
