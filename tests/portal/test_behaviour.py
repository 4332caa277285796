"""Behaviour on screen: every bar, cell and link is the sum of the customers behind it, and each person's own branches."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import Engine, insert, select, text, update

from domain.behaviour import habits
from domain.behaviour.measures import KINDS
from domain.behaviour.risk_bands import BANDS
from domain.marketing.chances import packed
from domain.marketing.suitability import REASONS
from portal.callbacks.behaviour import rows, show
from store.database import reading, writing
from store.runs import NewRun, publish, save_candidate
from store.tables import audit_log, customer_habits, user_scopes, users
from tests.people import Client, People
from tests.portal.test_export_question import refused
from tests.portal.workbook import looks_of
from tests.small_behaviour import ATTRITION, NEXT_PRODUCT, SPLIT
from tests.small_picture import AS_OF, NOW, aum_of

BODY, CONTEXT, ACTIONS, GRID = (f"behaviour-{name}" for name in ("body", "context", "actions", "grid"))
MOST_OF_A_KIND = 3
FAMILIES = ("fund", "insurance", "mortgage")
RISK = [0.004 * number + (0.3 if number in (2, 8) else 0) for number in range(1, 13)]


def _habits() -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(4)
    flow, uses = np.zeros(12, dtype=habits.FLOW), np.zeros(12, dtype=habits.USES)
    flow["own"] = rng.integers(0, 25, (12, 13))
    flow["digital"] = flow["own"] // 2
    flow["inflow"], flow["outflow"] = (rng.integers(0, 900_000_00, (12, 13)) for _ in range(2))
    flow["held"], flow["active"] = 0x1FFF, rng.integers(0, 0x1FFF, 12)
    for name in ("channel", "category", "spent"):
        uses[name] = rng.integers(0, 90, uses[name].shape)
    slots, owner = rng.integers(0, 168, 15), np.sort(rng.integers(0, 11, 15))
    entries = habits.Hours(owner, slots, np.arange(1, len(slots) + 1), 12)
    for first, path in ((0, "/HQ/B1/"), (6, "/HQ/B2/")):
        theirs = np.arange(first, first + 6)
        hours = entries.of(theirs)
        yield {
            "first": first, "branch_path": path, "customer_ids": json.dumps([f"C{at + 1:02d}" for at in theirs]),
            "flow": habits.packed(flow[theirs]), "uses": habits.packed(uses[theirs]),
            "hours": habits.packed_hours(hours.owner, hours.slot, hours.count, 6),
        }  # fmt: skip


def _new(kind: str, model: dict[str, Any], metrics: dict[str, Any]) -> NewRun:
    return NewRun(kind, AS_OF, {"horizon": 3}, (), "test", 1, None, "maker", NOW, NOW, metrics, model, None)


def publish_predictions(engine: Engine) -> None:
    ids = [f"C{number:02d}" for number in range(1, 13)]
    driver = {"driver": "recency", "push": 1.2, "values": {"days_since_last": 41}}
    aum = [int(aum_of(number) * 100) for number in range(1, 13)]
    left = pa.table(
        {"customer_id": ids, "probability": RISK, "aum": pa.array(aum, pa.int64()),
         "aum_at_risk": pa.array([round(a * p) for a, p in zip(aum, RISK, strict=True)], pa.int64()),
         "drivers": [json.dumps([driver])] * 12}
    )  # fmt: skip
    rng = np.random.default_rng(9)
    chance = np.where(rng.random((12, 3)) < 0.2, -1, np.round(rng.random((12, 3)) / 10, 6))
    against = np.where(rng.random((12, 3)) < 0.4, rng.integers(1, 32, (12, 3)), 0).astype(np.uint8)
    offers = pa.table(
        {"customer_id": ids, "family": ["fund"] * 12, "probability": [0.05] * 12, "offers": ["[]"] * 12, "chances": packed(chance, against)}
    )  # fmt: skip
    model = {"families": list(FAMILIES), "reasons": [reason.code for reason in REASONS], "split": SPLIT}
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":  # the small picture numbers its runs itself
            connection.execute(text("select setval(pg_get_serial_sequence('runs', 'run_id'), 100)"))
        connection.execute(insert(customer_habits), list(_habits()))
        for new, table in (
            (_new("attrition", {"split": SPLIT}, ATTRITION), left),
            (_new("next_product", model, NEXT_PRODUCT), offers),
        ):
            publish(connection, save_candidate(connection, new, table), "admin2", NOW)


@pytest.fixture
def bank(people_on_both: People) -> People:
    publish_predictions(people_on_both.engine)
    return people_on_both


@pytest.fixture
def quick(people: People) -> People:
    publish_predictions(people.engine)
    return people


def _shown(client: Client, **asked: str) -> str:
    answer = client.call(show, asked)
    assert answer.status == 200, answer.text
    return json.dumps(answer.value(BODY), ensure_ascii=False)


def _rows(client: Client, sort: str = "", **asked: str) -> dict[str, Any]:
    order = [{"colId": sort.lstrip("-"), "sort": "desc" if sort.startswith("-") else "asc"}] if sort else []
    answer = client.call(rows, {"startRow": 0, "endRow": 100, "sortModel": order}, asked)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.value(GRID, "getRowsResponse")
    return found


def _links(part: Any) -> Iterator[tuple[str, str]]:
    """(address, words) of every link in an answer."""
    if isinstance(part, dict):
        told = part.get("props", {})
        if part.get("type") == "Link" and isinstance(told.get("children"), str):
            yield told["href"], told["children"]
        for value in part.values():
            yield from _links(value)
    elif isinstance(part, list):
        for value in part:
            yield from _links(value)


def _number(words: str) -> Decimal:
    return Decimal(re.sub(r"[,%]", "", words).replace("−", "-"))


def test_every_figure_is_the_sum_of_its_customers(bank: People) -> None:
    """Of each kind of figure a few: the list of any is put together by the same few functions."""
    executive, checked = bank.client("executive"), set()
    for view, narrowed in (("habits", {}), ("habits", {"branch": "B1"}), ("offers", {}), ("offers", {"tier": "白金"})):
        answer, seen = executive.call(show, {"view": view, **narrowed}), Counter[str]()
        for href, words in _links(answer.value(BODY)):
            asked = dict(parse_qsl(urlsplit(href).query))
            kind = asked.get("of", "").partition(":")[0]
            seen[kind] += 1
            if not kind or seen[kind] > MOST_OF_A_KIND:
                continue
            assert {name: asked.get(name) for name in narrowed} == narrowed, "what narrows the figure narrows its list"
            found = _rows(executive, **asked)
            parts = [_number(row["value"]) for row in found["rowData"]]
            counts = kind in ("active", "freq", "offer", "first", "against")
            assert (found["rowCount"] if counts else sum(parts)) == _number(words), asked
            checked.add(kind)
    assert checked == set(KINDS)


def _of_channels(client: Client) -> dict[str, Decimal]:
    told = _links(client.call(show, {"view": "habits"}).value(BODY))
    asked = ((dict(parse_qsl(urlsplit(href).query)).get("of", ""), words) for href, words in told)
    return {of.partition(":")[2]: _number(words) for of, words in asked if of.startswith("channel:")}


def test_the_channels_of_the_page_add_up_to_all_own_movements_of_the_year(quick: People) -> None:
    with reading(quick.engine) as connection:
        kept = list(connection.scalars(select(customer_habits.c.uses)))
    own = habits.unpacked(kept, habits.USES)["category"].sum(axis=1).astype(int)
    executive = quick.client("executive")
    shown = _of_channels(executive)
    assert sum(shown.values()) == int(own.sum()) and shown[habits.AUTOMATIC] > 0
    assert "系统自动" in _shown(executive, view="people", of=f"channel:{habits.AUTOMATIC}")


def test_whom_a_share_or_a_count_is_of_is_said(quick: People) -> None:
    executive = quick.client("executive")
    for language, everybody, account in (
        ("zh", "共 12 户（在册全部客户，含已无账户的）", "共 12 户（月末有未销户账户的客户）"),
        ("en", "of 12 (all customers on record, those without an account any more among them)",
         "of 12 (customers with an open account at month-end)"),
    ):  # fmt: skip
        executive.post("/preferences", data={"language": language})
        assert _shown(executive, view="habits").count(account) >= 4, "two tiles and two charts"
        assert everybody in _shown(executive, view="attrition")
    assert "of 6 (all customers" in _shown(executive, view="attrition", branch="B1")


def test_bars_open_what_their_table_says(quick: People) -> None:
    """The names behind the points of the charts are those of the links in the tables."""
    for view in ("habits", "offers"):
        body = quick.client("executive").call(show, {"view": view}).value(BODY)
        linked = {dict(parse_qsl(urlsplit(href).query)).get("of") for href, _ in _links(body)}
        named = set(re.findall(r'"of": "([^"]+)"', json.dumps(body)))
        there = {name for name in named if not name.startswith(("slot", "against"))}
        assert there and there <= linked
        assert all(
            _rows(quick.client("executive"), view="people", of=name)["rowCount"] == 0
            for name in sorted(named - linked)[:20]
        )


def test_the_watch_list_is_sorted_paged_and_narrowed_on_the_server(bank: People) -> None:
    executive = bank.client("executive")
    shown = _shown(executive, view="attrition")
    for words in (
        "2户流失概率在 20% 以上",
        "在险资产最多的是东湖支行",
        "AUC）0.900",
        "7.5 倍",
        "最近一次交易在几天前",
        "李敏",
    ):
        assert words in shown, words
    whole = _rows(executive, view="attrition")
    assert whole["rowCount"] == 12
    first = whole["rowData"][0]
    assert (
        first["customer_id"] == "C08"
        and first["driver"] == "最近一次主动交易在41天前"
        and first["name"]["text"] == "赵*"
    )
    by_chance = [row["customer_id"] for row in _rows(executive, "-attrition", view="attrition")["rowData"]]
    assert by_chance == [f"C{at + 1:02d}" for at in sorted(range(12), key=lambda at: -RISK[at])]
    assert _rows(executive, "aum", view="attrition")["rowData"][0]["customer_id"] == "C01"
    by_band = {band: _rows(executive, view="attrition", band=band)["rowCount"] for band in BANDS}
    assert by_band == {band: sum(low <= risk < high for risk in RISK) for band, (low, high) in BANDS.items()}
    assert _rows(executive, view="attrition", manager="S1", tier="白金")["rowCount"] == 2
    answer = executive.call(rows, {"startRow": 10, "endRow": 60}, {"view": "attrition"})
    assert len(answer.value(GRID, "getRowsResponse")["rowData"]) == 2
    cells = dict(_links(executive.call(show, {"view": "attrition"}).value(BODY)))
    assert (
        "/behaviour?view=attrition&band=0.2" in cells and "/behaviour?view=attrition&tier=%E7%99%BD%E9%87%91" in cells
    )


def test_each_sees_their_own_branches_only(quick: People) -> None:
    staff, stranger = quick.client("staff"), quick.client("stranger")
    for client, mine in ((staff, range(1, 7)), (stranger, range(7, 13))):
        own = {f"C{number:02d}" for number in mine}
        assert {row["customer_id"] for row in _rows(client, view="attrition")["rowData"]} == own
        assert {row["customer_id"] for row in _rows(client, view="people", of="active:2026-10")["rowData"]} <= own
        told = client.get("/behaviour-export/csv?view=attrition").get_data(as_text=True)
        assert {row["客户号"] for row in csv.DictReader(io.StringIO(told.lstrip("\ufeff")))} == own
    assert "东湖支行" not in _shown(staff) + _shown(staff, view="attrition")
    assert "王芳" in str(stranger.call(rows, {"startRow": 0, "endRow": 9}, {"view": "attrition"}).text)
    for branch in ("B2", "HQ", "B9"):
        assert "不在您的权限范围" in staff.call(show, {"branch": branch}).text
        assert staff.get(f"/behaviour-export/csv?branch={branch}&view=attrition").status_code == 403
        assert "C08" not in staff.call(rows, {"startRow": 0, "endRow": 9}, {"view": "attrition", "branch": branch}).text
    for login in ("admin", "auditor"):
        assert quick.client(login).call(show, {}).status == 403
        assert quick.client(login).get("/behaviour-export/csv").status_code == 403
    with writing(quick.engine) as connection:  # both branches, one by one
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "staff"))
        connection.execute(insert(user_scopes).values(user_id=user_id, branch_id="B2"))
    assert _rows(staff, view="attrition")["rowCount"] == 12 and "滨江支行" in _shown(staff)


def test_what_is_shown_is_a_file(quick: People) -> None:
    executive = quick.client("executive")

    def file(query: str) -> list[dict[str, str]]:
        answer = executive.get(f"/behaviour-export/csv?{query}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))

    months = file("")
    listed = file("view=people&of=inflow:2026-10")
    assert len(months) == 13 and Decimal(months[-1]["流入（元）"]) == sum(Decimal(row["金额（元）"]) for row in listed)
    assert len(file("view=attrition&band=0.2")) == 2 and file("view=attrition")[0]["原因"] == "最近一次主动交易在41天前"
    offers = {row["产品"]: row for row in file("view=offers")}
    assert int(offers["基金"]["可推荐"]) == len(file("view=people&of=offer:fund"))
    reasons = file("view=people&of=against:fund-overdue")
    assert reasons and all("贷款逾期中" in row["不可推荐的原因"] for row in reasons)
    assert executive.get("/behaviour-export/xlsx?view=offers").data[:2] == b"PK"
    assert looks_of(executive.get("/behaviour-export/xlsx?view=attrition").data)["流失概率"] == {"0.00%"}
    assert executive.get("/behaviour-export/pdf").status_code == 400
    for odd in (
        "view=dreams",
        "tier=emerald",
        "segment=first",
        "manager=S99",
        "kind=robot",
        "band=0.7",
        "of=inflow:2026-10",
    ):
        refused(executive, f"/behaviour-export/csv?{odd}", odd)
    refused(executive, "/behaviour-export/csv?view=people&of=inflow:1999-01", "view=people")
    with reading(quick.engine) as connection:
        found = connection.execute(
            select(audit_log.c.action, audit_log.c.detail).where(audit_log.c.action == "behaviour.export")
        ).all()
    assert len(found) == 9 and found[1].detail["rows"] == len(listed)


def test_nothing_to_show_says_why(people: People) -> None:
    executive = people.client("executive")
    assert "当前客户视图还没有行为数据" in _shown(executive)
    assert "还没有已发布的流失预警" in _shown(executive, view="attrition")
    assert "还没有已发布的下一产品结果" in _shown(executive, view="offers")
    publish_predictions(people.engine)
    with writing(people.engine) as connection:
        connection.execute(update(users).where(users.c.login == "executive").values(language="en", theme="dark"))
    assert "of customers are active" in _shown(executive) and "not shown to be better" in _shown(
        executive, view="offers"
    )
    assert "Nobody here was looked at" in _shown(executive, view="attrition", segment="77")
    assert "No customers here" in _shown(executive, segment="77") and "No customers here" in _shown(
        executive, view="offers", segment="77"
    )
    odd = _shown(executive, view="people", of="slot:9-99")
    assert "of customers are active" in odd, "a figure that is none opens the habits"
    assert "behaviour-asked" in executive.open_page("/behaviour?view=people&of=channel:mobile")
