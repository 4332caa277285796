"""Strangers are refused on every address and every callback; each role gets what its permissions say, no more."""

from __future__ import annotations

import re

import pytest

from domain.permissions import ALL_GRANTS, grants_of
from portal.guard import CALLBACK_ENDPOINT, OPEN_ENDPOINTS, PAGE_ENDPOINTS, ROUTING, SIGNED_IN_ENDPOINTS
from portal.pages import PAGES, ROUTES
from portal.translations import text
from tests.people import EVERYBODY, ROLE_LOGINS, Client, People, bound_of

LEFT_ALONE = {"/_reload-hash"}  # Dash's own, for development: nobody may have it


def _address(rule: object) -> str:
    """A rule with something in its variable parts."""
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", "1", str(rule))


def _rules(people: People) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of everything the server answers at."""
    return [
        (rule.endpoint, method, _address(rule))
        for rule in people.server.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def test_a_stranger_is_refused_at_every_address(people_reading: People) -> None:
    stranger = people_reading.anonymous()
    refused = 0
    for endpoint, method, address in _rules(people_reading):
        answer = stranger.http.open(address, method=method)
        if endpoint in OPEN_ENDPOINTS:
            continue
        if endpoint in PAGE_ENDPOINTS:
            assert answer.status_code == 302, (method, address)
            assert answer.headers["Location"].startswith("/sign-in")
        else:
            assert answer.status_code == 401, (method, address, answer.status_code)
        assert answer.headers["Cache-Control"] == "no-store"
        refused += 1
    assert refused > 8


def test_what_is_open_is_meant_to_be(people_reading: People) -> None:
    meant = {"sign_in", "verify", "health", "vendor", "_dash_assets.static", "/_favicon.ico"}
    assert meant == OPEN_ENDPOINTS
    known = {
        *OPEN_ENDPOINTS,
        *SIGNED_IN_ENDPOINTS,
        *PAGE_ENDPOINTS,
        CALLBACK_ENDPOINT,
        *(route.view for route in ROUTES),
    }
    others = {endpoint for endpoint, _, _ in _rules(people_reading)} - known
    assert others == LEFT_ALONE
    for address in LEFT_ALONE:
        assert people_reading.client("admin").get(address).status_code == 403


def test_every_callback_is_refused_to_a_stranger(people_reading: People) -> None:
    stranger = people_reading.anonymous()
    found = bound_of(people_reading.server)
    assert len(found) > 5
    for bound in found.values():
        assert stranger.post_bound(bound).status == 401, bound.handler.__qualname__
    assert stranger.http.post("/_dash-update-component", json={"output": ROUTING}).status_code == 401


@pytest.mark.parametrize("login", ROLE_LOGINS)
def test_every_callback_obeys_its_permission(people: People, login: str) -> None:
    client, grants = people.client(login), grants_of(EVERYBODY[login][1])
    for bound in bound_of(people.server).values():
        answer = client.post_bound(bound)
        if bound.permission in grants:
            assert answer.status in (200, 204), (bound.handler.__qualname__, answer.status, answer.text)
        else:
            assert answer.status == 403, (bound.handler.__qualname__, answer.status)


@pytest.mark.parametrize("login", ROLE_LOGINS)
def test_every_page_and_route_obeys_its_permission(people: People, login: str) -> None:
    client, grants = people.client(login), grants_of(EVERYBODY[login][1])
    for page in PAGES:
        allowed = page.permission in grants
        assert client.get(_address(page.path)).status_code == (200 if allowed else 403), page.path
        shown = client.open_page(_address(page.path))
        assert (text("zh", "common.forbidden") not in shown) == allowed, page.path
    for route in ROUTES:
        for method in route.methods:
            answer = client.http.open(_address(route.rule), method=method)
            refused = text("zh", "common.forbidden") in answer.get_data(as_text=True)
            refused = refused or (answer.is_json and answer.get_json().get("error") == text("zh", "common.forbidden"))
            assert refused == (route.permission not in grants), (route.rule, answer.status_code)
            assert answer.status_code < 500, (route.rule, answer.get_data(as_text=True))


def test_nobody_scoped_sees_nothing(people: People) -> None:
    """An administrator has no branch: whatever they open, no customer of the small bank stands in it."""
    admin = people.client("admin")
    for page in PAGES:
        shown = admin.open_page(_address(page.path))
        assert "张建伟" not in shown, page.path


def test_an_unknown_callback_and_forged_posts_are_refused(people_reading: People) -> None:
    staff = people_reading.client("staff")
    assert staff.post("/_dash-update-component", json={"output": "nothing.children"}).status_code == 403
    assert staff.post("/_dash-update-component", data="not json").status_code == 403
    assert staff.post("/_dash-update-component", json=[1]).status_code == 403
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert staff.post("/preferences", data={"theme": "dark"}, headers=elsewhere).status_code == 403
    assert staff.post("/preferences", data={}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert staff.post("/preferences", data={}, headers={"Origin": "null"}).status_code == 403


def test_a_huge_body_is_refused(people_reading: People) -> None:
    staff: Client = people_reading.client("staff")
    assert staff.post(
        "/_dash-update-component", data=b"x" * (2 << 20), content_type="application/json"
    ).status_code in (403, 413)


def test_permissions_named_anywhere_exist(people_reading: People) -> None:
    named = {page.permission for page in PAGES} | {route.permission for route in ROUTES}
    named |= {bound.permission for bound in bound_of(people_reading.server).values()}
    assert named <= ALL_GRANTS, named - ALL_GRANTS
