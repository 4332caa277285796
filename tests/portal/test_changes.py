"""Rating changes on screen: every number opens as many customers, each explained; home tells of downgrades until they are seen."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import delete, select

from portal.callbacks.changes import people as listed
from portal.callbacks.changes import show
from portal.callbacks.customer import show as show_customer
from portal.callbacks.home_downgrades import mark_seen, show_downgrades
from portal.layouts.home_downgrades import Ids
from store.database import reading, writing
from store.runs import publish
from store.tables import audit_log, rating_comparisons, warning_measures
from tests.people import Client, People
from tests.portal.test_behaviour import _links as links
from tests.portal.test_export_question import refused
from tests.small_picture import AS_OF, NOW
from tests.small_ratings import RATED, rated_on, write_changes, write_warnings

BODY, LIST, CONTEXT, ACTIONS = (f"changes-{name}" for name in ("body", "list", "context", "actions"))


def _ready(people: People) -> int:
    with writing(people.engine) as connection:
        _, second = write_changes(connection)
        write_warnings(connection)
    return second


@pytest.fixture
def bank(people_on_both: People) -> People:
    _ready(people_on_both)
    return people_on_both


def _shown(client: Client, part: str = BODY, **asked: str) -> Any:
    answer = client.call(show, asked)
    assert answer.status == 200, answer.text
    return answer.value(part)


def _list(client: Client, **asked: str) -> str:
    answer = client.call(listed, asked)
    assert answer.status == 200, answer.text
    return json.dumps(answer.value(LIST), ensure_ascii=False)


def _customers(shown: str) -> set[str]:
    return set(re.findall(r'"/customers/(C\d\d)\?tab=rating"', shown))


def _tiles(part: Any) -> list[tuple[str, str]]:
    """(address, figure) of every tile that opens its customers."""
    found = []
    for one in part if isinstance(part, list) else [part]:
        if not isinstance(one, dict):
            continue
        told = one.get("props", {})
        if "gx-tile" in str(told.get("className", "")).split():
            found += [(href, told["children"][1]["props"]["children"][0]) for href, _ in links(told["children"])]
        elif told.get("children"):
            found += _tiles(told["children"])
    return found


def test_every_number_opens_its_customers(bank: People) -> None:
    for login, mine in (("executive", set(RATED)), ("staff", {f"C0{n}" for n in range(1, 7)})):
        client, opened = bank.client(login), 0
        for view in ("changes", "warning"):
            body = _shown(client, view=view)
            told = [*_tiles(body), *links(body)]
            for href, words in dict.fromkeys(told):
                if not words.isdigit():
                    continue
                shown = _list(client, **dict(parse_qsl(urlsplit(href).query)))
                assert len(_customers(shown)) == int(words), href
                assert _customers(shown) <= mine
                opened += 1
        assert opened >= 15, login


def test_a_change_is_explained_and_the_trail_tells(people: People) -> None:
    _ready(people)
    executive = people.client("executive")
    context = _shown(executive, CONTEXT)
    assert "江城分行" in context and "C-2026-10-31" in context and "对比 C-2026-09-30" in context
    shown = _list(executive, move="alert")
    assert _customers(shown) == {"C01", "C07", "C08", "C12"}, (
        "a fall into default alerts, though from C it is one notch"
    )
    assert "额度使用率 −35分（5.0% → 60.0%）" in shown and "590 → 555 (−35)" in shown
    assert "张建伟" not in shown and "张*伟" in shown, "an executive sees names masked"
    assert "逾期90天以上，转为违约" in _list(executive, move="defaulted")
    assert _customers(_list(executive, move="down", notches="1", branch="B1")) == {"C03"}
    first = _list(executive, sort="aum").index("C12"), _list(executive, sort="aum").index("C10")
    assert first[0] < first[1]
    assert "C12" in _list(executive, page="99"), "there is nothing beyond the last page"
    assert "权限范围" in executive.call(show, {"branch": "B9"}).text
    with reading(people.engine) as connection:
        rows = connection.execute(select(audit_log.c.detail).where(audit_log.c.action == "ratings.changes")).all()
    assert rows[0].detail["move"] == "alert" and rows[0].detail["found"] == 4


def test_strangers_and_exports_keep_to_their_scope(people: People) -> None:
    _ready(people)
    stranger, staff = people.client("stranger"), people.client("staff")
    assert _customers(_list(stranger)) == {f"C{n:02d}" for n in (7, 8, 9, 10, 12)}
    assert "权限范围" in stranger.call(show, {"branch": "B1"}).text
    assert stranger.call(listed, {"branch": "B1"}).status != 500
    assert people.client("admin").call(show, {}).status == 403
    got = staff.get("/changes-export/csv?move=down").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(got.lstrip("\ufeff"))))
    assert [row["客户号"] for row in rows] == ["C01", "C03"]
    assert (rows[0]["级数"], rows[0]["分数差"], rows[0]["客户"]) == ("-2", "-35", "张建伟")
    assert rows[0]["原因"] == "额度使用率 −35分（5.0% → 60.0%）"
    assert sum(int(row["分数差"]) for row in rows) == -35 - 8
    warned = staff.get("/changes-export/csv?view=warning&rule=overdraft").get_data(as_text=True)
    assert "C01" in warned and "C07" not in warned and "-120" in warned
    assert staff.get("/changes-export/xlsx?view=warning&rule=overdraft").data[:2] == b"PK"
    nothing = staff.get("/changes-export/csv?view=warning")
    assert nothing.status_code >= 400 or "请先选择" in nothing.get_data(as_text=True)
    assert people.client("admin").get("/changes-export/csv").status_code == 403
    for odd in ("view=dreams", "move=sideways", "notches=99", "rule=overdraft", "sort=size"):
        refused(staff, f"/changes-export/csv?{odd}", odd)
    assert "XLSX" in json.dumps(_shown(staff, ACTIONS), ensure_ascii=False)


def test_warnings_say_how_good_they_are(people: People) -> None:
    _ready(people)
    body = json.dumps(_shown(people.client("risk"), view="warning"), ensure_ascii=False)
    assert "25.0%" in body and "2.0%" in body and "12.5 倍" in body and "3.5 个月" in body and "优于全体" in body
    assert "无法检验" in body, "a rule that never flagged"
    assert "2025年4月至2025年10月" in body
    shown = _list(people.client("risk"), view="warning", rule="overdraft")
    assert _customers(shown) == {"C01", "C02", "C07"} and "-120" not in shown and "−120元" in shown
    with writing(people.engine) as connection:
        connection.execute(delete(warning_measures))
    assert "还没有计算过早期预警" in json.dumps(_shown(people.client("risk"), view="warning"), ensure_ascii=False)


def test_why_there_is_nothing(people: People) -> None:
    assert "没有变动清单" in json.dumps(_shown(people.client("risk")), ensure_ascii=False), "a rating of before"
    second = _ready(people)
    with writing(people.engine) as connection:
        connection.execute(
            rating_comparisons.update().where(rating_comparisons.c.run_id == second).values(before_run_id=None)
        )
    assert "首个评级版本" in json.dumps(_shown(people.client("risk")), ensure_ascii=False)


def _alerts(client: Client) -> str:
    answer = client.call(show_downgrades, 0)
    assert answer.status == 200, answer.text
    return json.dumps(answer.value(Ids.CARD), ensure_ascii=False)


def test_home_tells_of_downgrades_until_they_are_seen(bank: People) -> None:
    staff, risk = bank.client("staff"), bank.client("risk")
    assert "C01" in _alerts(staff) and "C07" not in _alerts(staff)
    assert (
        _alerts(risk).count("/customers/C") == 4
        and "逾期90天以上，转为违约" in _alerts(risk)
        and "额度使用率 −35分" in _alerts(risk)
    )
    assert Ids.CARD in risk.open_page("/") and Ids.CARD not in bank.client("executive").open_page("/")
    assert bank.client("executive").call(show_downgrades, 0).status == 403
    run_id = json.loads(json.dumps(risk.call(show_downgrades, 0).value(Ids.CARD)))[0]["props"]["data"]
    ident = {"type": Ids.SEEN, "customer": "C01"}
    pressed = [{"id": ident, "property": "n_clicks", "value": 1}]
    whom = [{"id": ident, "property": "id", "value": ident}]
    key = json.dumps(ident, sort_keys=True, separators=(",", ":"))
    one = risk.call(mark_seen, 0, pressed, whom, run_id, 0, triggered=f"{key}.n_clicks")
    assert "1 户" in one.toast or "1 户" in one.text
    assert "C01" not in _alerts(risk) and "C07" in _alerts(risk) and "C01" in _alerts(staff), "each for themselves"
    others = [{"id": {"type": Ids.SEEN, "customer": who}, "property": "id", "value": {"type": Ids.SEEN, "customer": who}}
              for who in ("C01", "C07")]  # fmt: skip
    refused = staff.call(mark_seen, 1, [], others[1:], run_id, 0, triggered=f"{Ids.ALL}.n_clicks")
    assert "已经看过" in refused.text, "another branch's customer is nobody's to mark"
    assert staff.call(mark_seen, 1, [], others[:1], run_id, 0, triggered=f"{Ids.ALL}.n_clicks").status == 200
    assert "没有待阅的下调" in _alerts(staff)


def test_another_card_is_one_line_at_home_and_told_apart_on_the_page(people: People) -> None:
    with writing(people.engine) as connection:
        write_changes(connection, cause="card")
    risk, staff = people.client("risk"), people.client("staff")
    shown = _alerts(risk)
    assert _customers(shown) == {"C07", "C08"}, "whose own figures fell, and who is in default by any card"
    assert "换用另一张评分卡" in shown and "范围内 5户的等级因换卡而变动" in shown and "move=card" in shown
    mine = _alerts(staff)
    assert "范围内 2户的等级因换卡而变动" in mine and "没有待阅的下调" in mine
    body = json.dumps(_shown(risk), ensure_ascii=False)
    assert "5户的等级因换卡而变动，3户的等级因自身数据而变动" in body
    assert _customers(_list(risk, move="card")) == {"C01", "C04", "C07", "C10", "C12"}
    assert "自身数据 −6 级，换卡 +1 级" in _list(risk, move="alert")
    for href, words in _tiles(_shown(risk)):
        if words.isdigit():
            assert len(_customers(_list(risk, **dict(parse_qsl(urlsplit(href).query))))) == int(words), href
    got = risk.get("/changes-export/csv?move=alert").get_data(as_text=True)
    row = {one["客户号"]: one for one in csv.DictReader(io.StringIO(got.lstrip("\ufeff")))}["C07"]
    assert (row["级数"], row["其中自身数据"], row["其中换卡"]) == ("-5", "-6", "1")


def test_the_same_card_says_nothing_of_cards(bank: People) -> None:
    risk = bank.client("risk")
    assert "换用" not in _alerts(risk)
    body = json.dumps([_shown(risk), _shown(risk, ACTIONS)], ensure_ascii=False)
    assert "换卡" not in body and "换卡" not in _list(risk, move="alert")


def test_one_score_is_a_sentence_and_no_line(people: People) -> None:
    with writing(people.engine) as connection:
        publish(connection, rated_on(connection, 0, AS_OF), "admin2", NOW)
    shown = people.client("staff").call(show_customer, {"customer": "C01", "tab": "rating"}).text
    assert "首次评级 AA" in shown and "有两次评分后才画走势线" in shown and "customer-rating-line" not in shown


def test_the_360_draws_the_rating_with_its_reasons(people: People) -> None:
    _ready(people)
    shown = people.client("staff").call(show_customer, {"customer": "C01", "tab": "rating"}).text
    assert "评级 AA → BBB，共 2 个版本" in shown
    assert "额度使用率 −35分（5.0% → 60.0%）" in shown
    assert "账户透支" in shown and "−120元" in shown and "25%" in shown
    assert "同一数据日" not in shown and "customer-rating-line" in shown and "dtick" not in shown
    with writing(people.engine) as connection:
        publish(connection, rated_on(connection, 1, AS_OF), "admin2", NOW + timedelta(days=1))
    again = people.client("staff").call(show_customer, {"customer": "C01", "tab": "rating"}).text
    assert (
        "2026-10-31（当日第 1 版）" in again
        and "2026-10-31（当日第 2 版）" in again
        and "同一数据日有几个版本" in again
    )
    quiet = people.client("staff").call(show_customer, {"customer": "C02", "tab": "rating"}).text
    assert "以来评级为 A" in quiet and re.search(r'"dtick": ?1\b', quiet), "a flat score is marked in whole points"
