"""A file answers exactly what its address asks, or says that it does not: every address of the portal that gives one."""

from __future__ import annotations

import re

import pytest

from domain.permissions import grants_of
from portal.pages import ROUTES
from portal.translations import text
from tests.people import EVERYBODY, Client, People

GIVEN_OUT = [route for route in ROUTES if "GET" in route.methods]


def refused(client: Client, address: str, asked: str) -> None:
    """That the address is refused, and the sentence says what of it means nothing."""
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 400, (address, answer.get_data(as_text=True)[:200])
    assert answer.get_json()["error"] == text("zh", "common.export_odd", asked=asked), address


@pytest.mark.parametrize("route", GIVEN_OUT, ids=[route.rule for route in GIVEN_OUT])
def test_a_parameter_nobody_reads_is_refused_everywhere(people_reading: People, route: object) -> None:
    address = re.sub(r"<(?:int:)?(\w+)>", "csv", route.rule)  # type: ignore[attr-defined]
    permission = route.permission  # type: ignore[attr-defined]
    login = next(login for login, (_, roles, _, _) in EVERYBODY.items() if permission in grants_of(roles))
    client = people_reading.client(login)
    for query in ("nothing_like_it=1", "nothing_like_it=", "branchh=B1"):
        name, _, value = query.partition("=")
        refused(client, f"{address}?{query}", f"{name}={value}")


def test_the_look_up_gives_no_file_of_another_question(people_reading: People) -> None:
    staff = people_reading.client("staff")
    for query in (
        "sort=shoe_size", "tier=emerald", "kind=robot", "segment=first", "grade=ZZ", "life_cycle=born", "family=yacht",
        "aum=17", "overdue=perhaps", "holding=all", "manager=S99", "rfm=999", "was=hat:red", "was=tier:emerald", "total=name",
    ):  # fmt: skip
        refused(staff, f"/customers-export/csv?{query}", query)
    refused(staff, "/customers-export/csv?kind=personal&kind=corporate", "kind=personal")
    refused(staff, f"/customers-export/csv?q={'a' * 2_100}", f"q={'a' * 58}")
    for branch in ("B2", "HQ", "B9"):
        assert staff.get(f"/customers-export/csv?branch={branch}").status_code == 403
    for query in (
        "sort=-aum",
        "kind=personal,corporate",
        "tier=gold,none",
        "was=segment:moved",
        "rfm=555,none",
        "manager=S1",
    ):
        assert staff.get(f"/customers-export/csv?{query}").status_code == 200, query


def test_the_overview_gives_no_file_of_another_question(people_reading: People) -> None:
    executive = people_reading.client("executive")
    refused(executive, "/overview-export/csv?kpi=happiness", "kpi=happiness")
    refused(executive, "/overview-export/csv?branch=B1&branch=B2", "branch=B2")
    assert executive.get("/overview-export/csv?month=2026-10&kpi=aum&branch=B1").status_code == 200
