"""The button that makes a model's validation dossier: for who answers for models or audits them."""

from __future__ import annotations

from sqlalchemy import select

from portal.layouts.models_comparison import PATH
from portal.report_button import Ids, for_model
from store.database import reading
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
