"""The frame and the guard, seen by each person."""

from __future__ import annotations

from tests.people import People


def test_menu_holds_only_what_the_person_may_open(people_reading: People) -> None:
    staff = people_reading.client("staff").get("/_dash-layout").get_data(as_text=True)
    assert "李敏" in staff
    assert "/admin/users" not in staff


def test_pages_open(people_reading: People) -> None:
    assert "您好" in people_reading.client("staff").open_page("/")
    assert "没有这个页面" in people_reading.client("staff").open_page("/nowhere")
