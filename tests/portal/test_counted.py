"""A count of customers says of whom it is, and who is not in it can be opened: as many as the count leaves out."""

from __future__ import annotations

import json
from html import unescape

from portal.callbacks import overview
from portal.customer_question import question_of
from portal.translations import text
from store.database import reading
from store.headcount import headcount
from store.lookup import everyone
from store.scope import Scope
from tests.people import People
from tests.small_picture import PATHS


def _behind(people: People, scope: Scope, query: str) -> int:
    asked = question_of(query)
    with reading(people.engine) as connection:
        return len(everyone(connection, scope, asked.text, asked.facets, limit=1_000))


def test_the_overview_counts_those_with_an_account_and_opens_those_without(people_reading: People) -> None:
    for login, path in (("executive", PATHS["HQ"]), ("staff", PATHS["B1"])):
        scope = Scope((path,))
        with reading(people_reading.engine) as connection:
            count = headcount(connection, scope)
        assert count.everybody == _behind(people_reading, scope, "") > 0
        assert count.without == _behind(people_reading, scope, "holding=none_open")
        client = people_reading.client(login)
        answer = client.call(overview.show, {})
        if answer.status == 403:
            continue
        shown = unescape(json.dumps(answer.json["response"], ensure_ascii=False))
        assert text("zh", "overview.with_account") in shown
        assert text("zh", "overview.without_account", count=count.without, whole=count.everybody) in shown


def test_nobody_counts_a_branch_that_is_not_theirs(people_reading: People) -> None:
    with reading(people_reading.engine) as connection:
        own, bank = (
            headcount(connection, Scope((PATHS["B1"],))),
            headcount(connection, Scope((PATHS["HQ"],)), PATHS["B1"]),
        )
        assert own == bank and headcount(connection, Scope(())).everybody == 0
