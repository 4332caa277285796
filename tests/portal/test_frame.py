"""The frame: what each person sees of it, what leaves the server and how."""

from __future__ import annotations

import logging
import re
import socket

from gunicorn.http.errors import LimitRequestLine

from console.web_worker import Worker
from portal.address_numbers import number_in, page_in
from portal.pages import PAGES, page_at
from portal.translations import catalogue, text
from store import kpis
from tests.people import EVERYBODY, People


def test_menu_holds_only_what_the_person_may_open(people_reading: People) -> None:
    for login in EVERYBODY:
        client = people_reading.client(login)
        shown = client.get("/_dash-layout").get_data(as_text=True)
        for page in PAGES:
            if page.menu and page.section != "home":
                allowed = client.get(page.path).status_code == 200
                assert (f'"children":"{text("zh", f"{page.stem}.title")}"' in shown) == allowed, (login, page.stem)


def test_pages_open_and_unknown_ones_say_so(people_reading: People) -> None:
    staff = people_reading.client("staff")
    assert "您好，李敏" in staff.open_page("/")
    assert "没有这个页面" in staff.open_page("/nowhere")
    assert "您没有打开这一页" in staff.open_page("/admin/users")


def test_an_address_too_long_to_be_read_is_refused_in_both_languages(people_reading: People) -> None:
    worker = Worker.__new__(Worker)
    worker.wsgi, worker.log = people_reading.server, logging.getLogger("gunicorn")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.handle_error(None, ours, ("10.0.0.1", 1), LimitRequestLine(9000, 8190))
        told = theirs.recv(1 << 16).decode()
    assert told.startswith("HTTP/1.1 414") and "/vendor/" in told
    assert all(text(language, "common.too_long") in told for language in ("zh", "en"))


def test_a_count_agrees_with_its_noun() -> None:
    assert [text("en", "customers.total", count=count) for count in (1, "1", "2,000")] == ["1 customer"] * 2 + [
        "2,000 customers"
    ]
    assert text("zh", "customers.total", count="1").startswith("共 1 户")
    loose = re.compile(r"{count} [a-z]+s\b")
    assert not {key: words for key, words in catalogue("en").items() if loose.search(words)}, "write {count:row|rows}"


def test_a_number_in_an_address_is_short_and_plain(people_reading: People) -> None:
    assert [number_in(told) for told in ("7", 7, "٣", "-1", "", None, "9" * 5000)] == [7, 7, *[None] * 5]
    assert [page_in(told) for told in ("3", "0", None, "1" * 9)] == [3, 1, 1, 1]
    script = {"Accept": "application/json"}
    assert people_reading.client("executive").get(f"/files/{'9' * 30}", headers=script).status_code == 400


def test_a_query_stands_in_for_nothing() -> None:
    found = page_at("/customers/C01")
    assert found is not None
    assert (found[0].stem, found[1]) == ("customer", {"customer_id": "C01"})
    assert page_at("/customers/C01/x") is None
    home = page_at("/")
    assert home is not None
    assert home[0].stem == "home"


def test_a_failing_part_fails_alone_with_an_incident(people: People, monkeypatch, caplog) -> None:  # type: ignore[no-untyped-def]
    from portal.callbacks.home import show_headlines

    def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret of the trace")

    monkeypatch.setattr(kpis, "series", broken)
    answer = people.client("executive").call(show_headlines, "x")
    assert answer.status == 200
    assert "secret" not in answer.text
    incident = re.search(r"事件号 ([0-9a-f]{8})", answer.text)
    assert incident is not None
    assert incident.group(1) in caplog.text
    assert "data-again" in answer.text


def test_headers_name_no_other_host(people_reading: People) -> None:
    answer = people_reading.client("staff").get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "//" not in re.sub(r'xmlns="[^"]*"', "", answer.get_data(as_text=True)).split("<body>")[0]


def test_files_are_kept_and_compressed(people_reading: People) -> None:
    staff = people_reading.client("staff")
    page = staff.get("/").get_data(as_text=True)
    named = re.findall(r'(?:src|href)="(/vendor/[^"]+)"', page)
    assert len(named) == 2
    for address in named:
        answer = staff.get(address, headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert len(answer.data) < 300_000
        assert people_reading.anonymous().get(address, headers={"Accept-Encoding": "identity"}).status_code == 200
    assert people_reading.anonymous().get("/vendor/other.js").status_code == 404
    assert "/dash_ag_grid/" not in page
    assert "/dash_ag_grid/" in staff.get("/customers").get_data(as_text=True)


def test_health_and_errors(people: People) -> None:
    assert people.anonymous().get("/health").get_json() == {"status": "ok"}
    people.engine.dispose()
    assert people.client("staff").get("/assets/none.css").status_code == 404
