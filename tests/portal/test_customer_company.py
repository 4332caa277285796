"""What a company does, by one of the branch, one of head office, a stranger to the branch."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import cast

import pytest

from domain.reports.company import Company
from jobs.company_facts import company_facts
from jobs.runner import Job
from portal.callbacks import customer, customer_company
from portal.layouts.customer_company import Ids
from store import customers
from store.database import reading
from store.picture import current
from store.scope import Scope
from tests.company_batch import OUTSIDE, THEIRS, write_company_batch
from tests.people import People
from warehouse.batches import folder_of


@pytest.fixture
def trading(people: People) -> People:
    """The batch of the picture on show is there, and tells of C06 and C12."""
    write_company_batch(folder_of(people.settings.warehouse, 214))
    return people


def show(people: People, login: str, who: str = "C06") -> str:
    answer = people.client(login).call(customer_company.show, {"customer": who, "tab": "company"})
    assert answer.status == 200
    return json.dumps(answer.value(Ids.BODY), ensure_ascii=False)


def test_three_people_see_what_is_in_their_scope(trading: People) -> None:
    staff, executive, stranger = (show(trading, login) for login in ("staff", "executive", "stranger"))
    for shown in (staff, executive):  # both may see C06
        assert '"53,000.00"' in shown and '"300,000.00"' in shown and '"52,000.00"' not in shown
        assert "云湖银行 · ****4567" in shown and OUTSIDE not in shown and THEIRS not in shown
        assert "7,777.77" not in shown and "5,555.55" not in shown  # tax, and what was a year ago
        assert "C77" not in shown
    # C12 is of the other branch: head office sees who it is, the branch sees an account and no group.
    assert "东湖食品有限公司" in executive and "所属集团" in executive and "母公司" in executive
    assert "东湖食品有限公司" not in staff and "所属集团" not in staff and "C12" not in staff
    assert "****1201" in staff
    assert "无法打开这位客户" in stranger and "53,000" not in stranger
    own = show(trading, "stranger", "C12")  # of their own branch: C06 stays unnamed for them
    assert "300,000.00" in own and "江城精密机械有限公司" not in own and "****0601" in own


def test_only_a_company_has_the_part(trading: People) -> None:
    def whole(who: str) -> str:
        answer = trading.client("staff").call(customer.show, {"customer": who, "tab": "company"})
        return json.dumps(answer.json["response"], ensure_ascii=False)

    assert "对公业务" in whole("C06") and Ids.BODY in whole("C06")
    person = whole("C01")
    assert "对公业务" not in person and Ids.BODY not in person and "资产与负债" in person
    assert "无法打开这位客户" in show(trading, "staff", "C01")
    assert trading.client("admin").call(customer_company.show, {"customer": "C06"}).status == 403


def test_batches_that_cannot_be_read_fail_alone_and_english_has_its_words(people: People) -> None:
    answer = people.client("staff").call(customer_company.show, {"customer": "C06"})
    assert "gx-failed" in answer.text
    write_company_batch(folder_of(people.settings.warehouse, 214))
    people.client("executive").post("/preferences", data={"language": "en"})
    shown = show(people, "executive")
    assert "Largest partners" in shown and "Parent" in shown and "customer_company." not in shown
    assert "代发" not in shown


def test_paper_tells_within_the_scope_of_who_asked_for_it(trading: People) -> None:
    def told(path: str) -> Company:
        job = cast(Job, SimpleNamespace(engine=trading.engine, settings=trading.settings, scope=Scope((path,))))
        with reading(trading.engine) as connection:
            one, shown = customers.customer(connection, job.scope, "C06"), current(connection)
            held = customers.accounts(connection, "C06")
        assert one is not None and shown is not None
        found = company_facts(job, shown, one, held, "CNY")
        assert found is not None
        return found

    branch, bank = told("/HQ/B1/"), told("/HQ/")
    assert branch.members == () and [one.name for one in branch.partners] == [None, None]
    assert [(one.customer_id, one.head) for one in bank.members] == [("C12", True), ("C06", False)]
    assert [one.name for one in bank.partners] == ["东湖食品有限公司", None]
    assert branch.months == bank.months and branch.months_with_runs == 2
