"""Look-up, by one of the branch, one of head office, a stranger to the branch; exports and saved views."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from portal.callbacks import customers as page
from portal.table_file import plain, sheet_name
from store.database import reading
from store.tables import audit_log
from tests.people import People
from tests.small_picture import NAMES


def ask(first: int = 0, count: int = 50, sort: list[dict[str, str]] | None = None) -> dict[str, object]:
    return {"startRow": first, "endRow": first + count, "sortModel": sort or []}


def found(people: People, login: str, state: str, **request: object) -> list[dict[str, object]]:
    answer = people.client(login).call(page.rows, ask(**request), state)  # type: ignore[arg-type]
    assert answer.status == 200, answer.text
    return answer.value("customers-grid", "getRowsResponse")["rowData"]


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["customer_id"] for row in rows]


def trail(people: People, action: str) -> list[dict[str, object]]:
    with reading(people.engine) as connection:
        rows = connection.execute(select(audit_log.c.actor, audit_log.c.detail).where(audit_log.c.action == action))
        return [{"actor": row.actor, **row.detail} for row in rows]


@pytest.mark.parametrize(
    ("login", "expected"), [("staff", ["C01"]), ("stranger", ["C07"]), ("executive", ["C07", "C01"])]
)
def test_each_person_finds_their_own_scope(people_reading: People, login: str, expected: list[str]) -> None:
    people = people_reading
    for query in ("q=%E5%BC%A0", "q=%E5%BC%A0&sort=-aum", "q=zhang", "q=zhang+"):
        assert ids(found(people, login, query)) == expected, query
    assert len(found(people, login, "")) == (12 if login == "executive" else 6)


def test_who_may_not_look_up_is_refused(people_reading: People) -> None:
    people = people_reading
    assert people.client("admin").call(page.rows, ask(), "").status == 403
    assert people.anonymous().call(page.rows, ask(), "").status == 401
    assert people.client("admin").get("/customers").status_code == 403


def test_names_are_whole_only_with_the_grant(people_reading: People) -> None:
    people = people_reading
    assert found(people, "staff", "q=C01")[0]["name"]["text"] == NAMES[0]  # type: ignore[index]
    shown = json.dumps(found(people, "executive", ""), ensure_ascii=False)
    assert "张*伟" in shown and NAMES[0] not in shown
    assert "江城精密机械有限公司" in shown, "companies stand in a public register"
    assert "138****" in shown and "1380001" not in shown


def test_every_search_leaves_one_row_with_what_was_asked(people: People) -> None:
    found(people, "staff", "q=zhang&tier=%E9%87%91%E5%8D%A1")
    assert trail(people, "customers.search") == [
        {
            "actor": "staff",
            "text": "zhang",
            "facets": {"tier": ["金卡"]},
            "first": 0,
            "shown": 1,
            "found": 1,
            "more": False,
        }
    ]


def test_order_and_pages(people_reading: People) -> None:
    people = people_reading
    rising = found(people, "executive", "", sort=[{"colId": "customer_id", "sort": "asc"}], first=3, count=4)
    assert ids(rising) == ["C04", "C05", "C06", "C07"]
    assert ids(found(people, "executive", "", sort=[{"colId": "no such", "sort": "asc"}]))[0] == "C12"


def test_facets_count_and_are_named(people_reading: People) -> None:
    people = people_reading
    answer = people.client("executive").call(page.counts, "kind=personal")
    shown = json.dumps(answer.json["response"], ensure_ascii=False)
    assert "共 10 户" in shown
    for words in ("个人客户", "公司客户", "滨江支行", "李敏", "成熟", "客群 0", "活期存款", "无逾期"):
        assert words in shown, words
    for code in ('"mature"<', ">personal<", 'children": "B1"'):
        assert code not in shown


def test_empty_states_say_why(people_reading: People) -> None:
    people = people_reading
    for state, words in (("q=z", "再多输入"), ("q=zzzzzz", "没有找到客户"), ("tier=none", "没有找到客户")):
        assert words in json.dumps(people.client("staff").call(page.counts, state).json, ensure_ascii=False)


def test_a_deep_link_restores_what_was_asked(people_reading: People) -> None:
    people = people_reading
    shown = people.client("staff").open_page("/customers?q=%E5%BC%A0&tier=gold,basic&sort=name&grade=A&nonsense=1")
    assert '"value": "张"' in shown and '["gold", "basic"]' in shown and '"sort": "asc"' in shown
    assert "q=%E5%BC%A0&tier=gold,basic&grade=A&sort=name" in shown


def test_csv_opens_with_chinese_and_holds_the_scope_only(people: People) -> None:
    answer = people.client("staff").get("/customers-export/csv?sort=customer_id")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:3] == ["客户号", "客户", "类型"] and "管理资产（元）" in rows[0] and "持有产品类别数" not in rows[0]
    assert [row[0] for row in rows[1:]] == ["C01", "C02", "C03", "C04", "C05", "C06"]
    assert "138*****2901" in rows[1]
    assert trail(people, "customers.export") == [
        {"actor": "staff", "format": "csv", "question": "sort=customer_id", "rows": 6}
    ]


def test_xlsx_is_a_workbook_with_numbers(people_reading: People) -> None:
    people = people_reading
    answer = people.client("staff").get("/customers-export/xlsx?q=C01")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        (tab,) = ElementTree.fromstring(book.read("xl/workbook.xml")).findall(".//{*}sheets/{*}sheet")
    cells = sheet.findall(".//{*}sheetData/{*}row[2]/{*}c")
    assert len(sheet.findall(".//{*}row")) == 2
    assert "120000" in [c.findtext("{*}v") for c in cells]
    assert tab.get("name") == "客户查询"


def test_export_needs_its_grant_and_a_known_kind(people_reading: People) -> None:
    people = people_reading
    assert people.client("executive").get("/customers-export/csv").status_code == 403
    assert people.client("staff").get("/customers-export/pdf").status_code == 400
    assert "csv" not in people.client("executive").open_page("/customers").replace("customers-csv", "")


def test_an_export_of_too_many_is_refused_and_not_on_the_trail(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.table_file.MOST_ROWS", 3)
    answer = people.client("staff").get("/customers-export/csv", headers={"Accept": "application/json"})
    assert answer.status_code == 400 and "超过 3 户" in answer.get_json()["error"]
    assert trail(people, "customers.export") == []


def test_views_are_saved_found_and_forgotten_by_their_owner(people: People) -> None:
    staff = people.client("staff")
    staff.call(page.save_view, 1, 0, " 张姓 ", "q=%E5%BC%A0&bad=1")
    assert "张姓" in json.dumps(staff.call(page.views, "x").json, ensure_ascii=False)
    assert "/customers?q=%E5%BC%A0" in json.dumps(staff.call(page.views, "x").json)
    assert "张姓" not in json.dumps(people.client("stranger").call(page.views, "x").json, ensure_ascii=False)
    empty = staff.call(page.save_view, 1, 0, " ", "", triggered="customers-save-view.n_clicks")
    assert "起个名字" in empty.toast


def test_a_sheet_is_called_what_a_workbook_allows() -> None:
    assert sheet_name("a/b: [c]?") == "a b c"
    assert sheet_name("The customers behind a figure 2026-10") == "The customers behind a figure"
    assert (len(sheet_name("客" * 40)), sheet_name("'")) == (31, "1")


def test_formulas_are_text() -> None:
    assert [plain(v) for v in ("=1+1", "@x", "-5", "张", None, 7)] == ["'=1+1", "'@x", "'-5", "张", "", "7"]


def test_the_count_of_a_question_is_told_to_the_table(people_reading: People) -> None:
    answer = people_reading.client("executive").call(page.counts, "kind=personal")
    assert answer.value("customers-hits", "data") == {"state": "kind=personal", "hits": 10}
    assert "props" not in str(answer.value("customers-facet-kind", "options")), (
        "labels are words: Dash loses components"
    )


def test_a_page_in_the_address_is_where_the_table_opens(people_reading: People) -> None:
    client = people_reading.client("executive")
    shown = client.open_page("/customers?page=3").replace(" ", "")
    assert '"infiniteInitialRowCount":101' in shown and '"page":2,' in shown
    assert '"infiniteInitialRowCount":1,' in client.open_page("/customers?page=-1").replace(" ", "")
