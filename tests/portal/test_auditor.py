"""The auditor reads the whole of credit: pages and files, masked, with nothing to press and nothing to sign."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.permissions import ROLES
from portal.callbacks import (
    audit,
    changes,
    customer_override,
    home_downgrades,
    models,
    overrides,
    parameters,
    portfolio,
    run,
)
from store.database import writing
from store.users import set_scopes, user_by_login
from tests.people import Client, People
from tests.portal.test_audit import BLANK
from tests.portal.test_customer import rate
from tests.portal.test_overrides import WHY, propose
from tests.portal.test_portfolio import ALL_ROWS, BEFORE
from tests.small_picture import AS_OF
from tests.small_portfolio import publish_ratings, write_book

READS = ("view", "export", "self")


@pytest.fixture
def auditor(people: People) -> Client:
    """Of the whole bank, as an auditor is."""
    with writing(people.engine) as connection:
        found = user_by_login(connection, "auditor")
        assert found is not None
        set_scopes(connection, found.user_id, ("HQ",), "test", people.clock())
    return people.client("auditor")


def _words(answer: Any) -> str:
    assert answer.status == 200, answer.text
    return json.dumps(answer.json["response"], ensure_ascii=False)


def test_the_role_holds_nothing_that_writes_or_signs() -> None:
    assert {grant for grant in ROLES["auditor"] if grant.rsplit(".", 1)[1] not in READS} == {"models.dossier"}
    assert not {"customers.names", "customers.search", "customers.view"} & ROLES["auditor"]


def test_portfolio_without_its_customers(people: People, auditor: Client) -> None:
    write_book(people)
    publish_ratings(people, BEFORE, AS_OF)
    asked = {"view": "", "month": "", "branch": "", "by": "", "of": ""}
    for view in ("loss", "grades", "concentration", "quality"):
        shown = _words(auditor.call(portfolio.show, {**asked, "view": view}))
        assert "view=people" not in shown and '"view": "people"' not in shown and "/customers/" not in shown, view
        file = auditor.get(f"/portfolio-export/csv?view={view}")
        assert file.status_code == 200 and "张建伟" not in file.get_data(as_text=True), view
    typed = auditor.call(portfolio.show, {**asked, "view": "collections"}).text
    assert "权限" in typed and "gx-empty" in typed and "data-again" not in typed, "asking once more changes nothing"
    trail = auditor.call(audit.show, {**BLANK, "action": "access.denied"}).text
    assert "portfolio.show: " in trail, "what a callback finds out is on the trail as well"
    assert "权限" in auditor.call(portfolio.rows, ALL_ROWS, {**asked, "view": "collections"}).toast
    assert auditor.get("/portfolio-export/csv?view=collections").status_code == 403


def test_overrides_and_changes_masked_with_nothing_to_press(people: People, auditor: Client) -> None:
    rate(people)
    propose(people)
    shown = _words(auditor.call(overrides.show, {"which": "", "page": "", "of": "1"}))
    assert WHY in shown and "张*伟" in shown and "张建伟" not in shown and "/customers/" not in shown
    assert not any(ident in shown for ident in ("overrides-sign", "overrides-refuse", "overrides-withdraw"))
    assert "changes-body" in auditor.open_page("/risk/changes")
    assert auditor.call(changes.show, {}).status == 200 and auditor.call(changes.people, {}).status == 200
    for act in (overrides.sign, overrides.refuse, overrides.withdraw):
        assert auditor.call(act, 1, 1, WHY).status == 403
    assert propose(people, "auditor").status == 403


def test_every_act_refuses(auditor: Client) -> None:
    for path in ("/risk/portfolio", "/risk/changes", "/risk/overrides", "/admin/runs", "/admin/parameters"):
        assert auditor.get(path).status_code == 200, path
    acts = (
        *(getattr(models, name) for name in ("validate", "approve", "retire")),
        *(getattr(parameters, name) for name in ("approve", "reject")),
    )
    for act in acts:
        assert auditor.call(act, 1, 1, WHY).status == 403, act
    assert auditor.call(models.assign, 1, 1, WHY, "auditor", 1).status == 403
    assert auditor.call(parameters.compute, 1).status == 403
    assert auditor.call(run.publish, 1, 1, WHY, None).status == 403
    assert auditor.call(run.reject, 1, 1, WHY).status == 403
    assert auditor.call(home_downgrades.show_downgrades, 0).status == 403
    assert auditor.call(customer_override.propose, 1, "C01", "AA", "verified_means", WHY, "2027-05-01").status == 403
    for query in ("", "?change=0", "?limits=1", "?scale=1"):
        shown = auditor.open_page(f"/admin/parameters{query}")
        assert not any(
            word in shown for word in ("提交待批", "parameters-compute", "parameters-approve", "parameters-reject")
        )
