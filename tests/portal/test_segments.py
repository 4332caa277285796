"""Segments on screen: every figure opens exactly its customers, names reach every page, each person sees their branches."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select, text, update

from domain.phrasing import money, short, short_parts
from portal.callbacks import customer as customer_page
from portal.callbacks import customers as look_up
from portal.callbacks import segments as page
from portal.customer_question import question_of
from store import segments
from store.database import Connection, reading, writing
from store.lookup import everyone
from store.runs import NewRun, publish, save_candidate
from store.scope import Scope
from store.tables import audit_log, customers, user_scopes, users
from tests.people import Client, People
from tests.portal.test_export_question import refused
from tests.small_picture import AS_OF, NOW, PATHS, aum_of

BODY, PEOPLE, FOOT = "segments-body", "segments-people", "segments-foot"
CENTRE = {
    "features": [{"name": "deposits_avg_3m", "z": 1.4, "here": 200_000.0, "overall": 50_000.0}],
}


def _cluster(number: int, identity: str, zh: str, en: str) -> dict[str, Any]:
    return {
        "number": number, "identity": identity, "label": {"zh": zh, "en": en}, "size": 4, "share": 0.4, "centre": [0.1],
        "description": CENTRE,
    }  # fmt: skip


def _model(*personal: dict[str, Any]) -> dict[str, Any]:
    return {
        "rfm": {"recency": [-20, -9, -5, -2], "frequency": [3, 9, 20, 40], "monetary": [1e3, 1e4, 1e5, 1e6]},
        "clusters": {
            "personal": {"clusters": list(personal), "retired": []},
            "corporate": {"clusters": [_cluster(101, "cc", "代发较多", "Payrolls")], "retired": []},
        },
    }


BEFORE = _model(_cluster(1, "aa", "存款较多", "Savers"), _cluster(3, "gone", "久未往来", "Sleepers"))
NOW_ON = _model(_cluster(1, "aa", "存款较多", "Savers"), _cluster(2, "bb", "常用手机", "Mobile users"))
TRIED = [{"k": k, "silhouette": 0.2 + k / 100, "stability": 0.9, "smallest": 0.1, "qualified": True} for k in (3, 4)]


def _rows(segment: Iterable[int | None], tiers: Iterable[str], moved: bool) -> pa.Table:
    why = '{"moved": [{"name": "deposits_avg_3m", "before": 120000.0, "after": 31000.0, "z": -1.2}]}' if moved else "{}"
    scores = {
        name: pa.array([5, 4, 3] * 4, pa.int32()) for name in ("recency_score", "frequency_score", "monetary_score")
    }
    return pa.table(
        {
            "customer_id": [f"C{number:02d}" for number in range(1, 13)], **scores, "tier": list(tiers),
            "life_cycle": ["mature"] * 6 + ["growing"] * 6, "segment": pa.array(list(segment), pa.int32()),
            "aum": pa.array([int(aum_of(number) * 100) for number in range(1, 13)], pa.int64()), "why": [why] * 12,
        }
    )  # fmt: skip


def _publish(connection: Connection, model: dict[str, Any], rows: pa.Table) -> int:
    new = NewRun(
        kind="segmentation", as_of=AS_OF, parameters={"clusters": {"refits": 20}}, batches=(1,), code_version="test", seed=0,
        job_id=None, started_by="maker", started_at=NOW, finished_at=NOW, model=model, migration=None,
        metrics={"k": {"personal": {"k": 4, "stable": True, "candidates": TRIED}, "corporate": {"k": None, "customers": 2}}},
    )  # fmt: skip
    run_id = save_candidate(connection, new, rows)
    publish(connection, run_id, "admin2", NOW)
    return run_id


def two_runs(people: People) -> int:
    """Two published runs: C01 went from 3 to 2 and C06, a company, from nowhere to 101; the rest stayed."""
    then = [3, 1, 1, 1, 1, None, 1, 1, 1, 1, 1, 101]
    now = [2, 1, 1, 1, 1, 101, 1, 1, 1, None, 1, 101]
    with writing(people.engine) as connection:
        if connection.dialect.name == "postgresql":  # the small picture numbers its runs itself
            connection.execute(text("SELECT setval(pg_get_serial_sequence('runs', 'run_id'), 100)"))
        connection.execute(update(customers).values(contribution_12m=customers.c.aum))
        _publish(connection, BEFORE, _rows(then, ["gold"] * 12, False))
        return _publish(connection, NOW_ON, _rows(now, ["gold"] * 9 + ["platinum"] * 3, True))


@pytest.fixture
def run_id(people: People) -> int:
    return two_runs(people)


def _shown(client: Client, part: str = BODY, **asked: str) -> str:
    handler = page.people if part == PEOPLE else page.show
    answer = client.call(handler, {"branch": "", "view": "", "by": "", **asked}, 0)
    assert answer.status == 200, answer.text
    return answer.text


def _behind(connection: Connection, scope: Scope, **facets: str) -> tuple[int, Decimal, Decimal]:
    """What the look-up finds for a link of the page: customers, their AUM, their contribution."""
    asked = question_of("&".join(f"{name}={value}" for name, value in facets.items()))
    hits = everyone(connection, scope, asked.text, asked.facets, limit=1_000)
    ids = [hit.customer_id for hit in hits]
    made = connection.scalars(select(customers.c.contribution_12m).where(customers.c.customer_id.in_(ids))).all()
    return (
        len(hits),
        sum((hit.aum or Decimal(0) for hit in hits), Decimal(0)),
        sum((one or Decimal(0) for one in made), Decimal(0)),
    )


def test_the_headline_counts_everybody_and_opens_who_is_in_no_segment(people: People, run_id: int) -> None:
    shown = _shown(people.client("executive"))
    with reading(people.engine) as connection:
        left, _, _ = _behind(connection, Scope((PATHS["HQ"],)), segment="none")
        everybody, _, _ = _behind(connection, Scope((PATHS["HQ"],)))
    assert f"{left} 户未分群" in shown and f"在册全部客户，{everybody - left} 户" in shown
    assert ("segment=none" in shown) == bool(left)


def test_every_figure_is_the_sum_of_the_customers_behind_it(people_on_both: People) -> None:
    two_runs(people_on_both)
    for branch, whole in (("HQ", 12), ("B1", 6), ("B2", 6)):
        _sums_hold(people_on_both, Scope((PATHS[branch],)), whole)


def _sums_hold(people: People, scope: Scope, whole: int) -> None:
    with reading(people.engine) as connection:
        found_movers = segments.movers(connection, scope, "segment")
        assert all(one.before != one.after for one in found_movers)
        for column in segments.COLUMNS:
            found = segments.groups(connection, scope, column)
            assert sum(one.customers for one in found) == whole
            for one in found:
                told = _behind(connection, scope, **{column: one.code, "kind": one.kind})
                assert told == (one.customers, one.aum, one.contribution), one
            flows = segments.flows(connection, scope, column)
            assert sum(one.customers for one in flows) == whole
            for flow in flows:
                told = _behind(connection, scope, **{column: flow.after, "was": f"{column}:{flow.before}"})
                assert told == (flow.customers, flow.aum, flow.contribution), flow
            gone = [flow for flow in flows if flow.before not in (flow.after, "absent")]
            told = _behind(connection, scope, was=f"{column}:moved")
            assert told[:2] == (
                sum(one.customers for one in gone),
                sum((one.aum or Decimal(0) for one in gone), Decimal(0)),
            )
        for score in segments.scores(connection, scope):
            assert _behind(connection, scope, rfm=score.rfm) == (score.customers, score.aum, score.contribution)


def _links(shown: Any) -> Iterable[tuple[str, str]]:
    """(address, number) of each line of the tables of an answer: the first link of a row, and the first whole number."""
    waiting = [shown]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and part.get("type") == "Tr":
            told = str(part)
            link, counts = (
                re.search(r"'href': '(/customers\?[^']+)'", told),
                re.findall(r"'children': '([\d,]+)'", told),
            )
            if link and counts:
                yield link[1], counts[0]
        waiting += part if isinstance(part, list) else part.values() if isinstance(part, dict) else ()


@pytest.mark.parametrize(("view", "by"), [("profile", ""), ("rfm", ""), ("moves", "segment"), ("moves", "tier")])
def test_the_links_of_the_page_find_as_many_customers_as_they_say(
    people: People, run_id: int, view: str, by: str
) -> None:
    answer = people.client("executive").call(page.show, {"branch": "", "view": view, "by": by}, 0)
    links = dict(_links(answer.value(BODY)))
    assert len(links) >= 2
    with reading(people.engine) as connection:
        for link, count in links.items():
            asked = question_of(link.partition("?")[2])
            hits = everyone(connection, Scope((PATHS["HQ"],)), asked.text, asked.facets, limit=100)
            assert len(hits) == int(count), link


def _money_links(shown: Any) -> Iterable[tuple[str, str]]:
    """(address, words) of every link of an answer that opens the customers behind a figure of money."""
    waiting = [shown]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and "total=" in str(part.get("href", "")):
            yield part["href"], str(part["children"])
        waiting += part if isinstance(part, list) else part.values() if isinstance(part, dict) else ()


@pytest.mark.parametrize(("view", "by"), [("profile", ""), ("rfm", ""), ("moves", "segment"), ("moves", "life_cycle")])
def test_money_opens_its_customers_and_the_list_says_the_sum_to_the_cent(
    people: People, run_id: int, view: str, by: str
) -> None:
    executive = people.client("executive")
    body = executive.call(page.show, {"branch": "", "view": view, "by": by}, 0).value(BODY)
    links = dict(_money_links(body))
    assert {"aum", "contribution_12m"} <= {link.partition("total=")[2].partition("&")[0] for link in links}
    scope = Scope((PATHS["HQ"],))
    with reading(people.engine) as connection:
        for link, words in links.items():
            asked = question_of(link.partition("?")[2])
            (name,) = asked.facets["total"]
            assert (asked.sort, asked.descending) == (name, True)
            hits = everyone(connection, scope, asked.text, asked.facets, sort=asked.sort, limit=100)
            behind = [getattr(hit, name) for hit in hits]
            assert behind == sorted(behind, key=lambda one: -(one or 0))
            whole = sum((one or Decimal(0) for one in behind), Decimal(0))
            if words in ("移动的管理资产", "移动的贡献度"):  # a tile: its name is the link, its figure stands beside
                assert short_parts(whole, "zh")[0] in str(body), link
            else:
                assert short(whole, "zh") in words, link
            told = executive.call(look_up.counts, asked.query()).text
            assert f"合计 {money(whole)}元" in told, link


def test_who_came_new_and_who_moved(people: People, run_id: int) -> None:
    shown = _shown(people.client("executive"), view="moves")
    assert "3 户换了位置，占两个版本都有的客户 25.0%" in shown
    assert "/customers?branch=HQ&segment=2&was=segment:3" in shown.replace("\\u0026", "&")
    listed = _shown(people.client("executive"), PEOPLE, view="moves")
    assert "近3个月日均存款 12.0万元 → 3.10万元" in listed and "/customers/C01" in listed
    assert "C02" not in listed, "who stayed is no mover"
    tiers = _shown(people.client("executive"), view="moves", by="tier")
    assert "3 户换了位置，占两个版本都有的客户 25.0%" in tiers
    with reading(people.engine) as connection:
        seen = connection.scalars(select(audit_log.c.detail).where(audit_log.c.action == "segments.movers")).all()
    assert [(detail["run"], detail["by"]) for detail in seen] == [(run_id, "segment")]


def test_a_segment_has_one_share_and_it_says_of_what(people: People, run_id: int) -> None:
    body = people.client("executive").call(page.show, {"branch": "", "view": "profile", "by": ""}, 0).value(BODY)
    words = str(body)
    assert "最大的客群：存款较多，占全部客户 66.7%" in words, (
        "8 of 12; 8 of the 9 personal customers, 8 of the 11 grouped"
    )
    card = next(part for part in _cards(body) if "客群 1" in str(part))
    assert "占全部客户" in str(card) and "66.7%" in str(card)
    assert "占个人客户" not in words and not {"88.9%", "72.7%"} & set(re.findall(r"[\d.]+%", words))


def _cards(shown: Any) -> Iterable[Any]:
    """The cards of the segments, one each."""
    waiting = [shown]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and "segments-cards" in str(part.get("className", "")):
            yield from part["children"]
        waiting += part if isinstance(part, list) else part.values() if isinstance(part, dict) else ()


def test_a_total_that_is_none_is_left_out(people_reading: People) -> None:
    assert question_of("total=aum,name").facets["total"] == ("aum",)
    shown = people_reading.client("executive").call(look_up.counts, "total=name").text
    assert "合计 " not in shown


def test_movers_are_masked_without_the_grant(people: People, run_id: int) -> None:
    whole = {number: name for number, name in _names(people).items() if number in ("C01", "C10")}
    masked, named = (_shown(people.client(login), PEOPLE, view="moves") for login in ("executive", "risk"))
    for name in whole.values():
        assert name not in masked and name in named


def _names(people: People) -> dict[str, str]:
    with reading(people.engine) as connection:
        return {
            row.customer_id: row.name for row in connection.execute(select(customers.c.customer_id, customers.c.name))
        }


def _name(client: Client, segment: int, zh: str, en: str, reason: str = "季度例会确定") -> Any:
    boxes = [
        [{"id": {"number": segment, "type": f"segments-{kind}"}, "property": "value", "value": value}]
        for kind, value in (("zh", zh), ("en", en), ("reason", reason))
    ]
    pressed = {"id": {"number": segment, "type": "segments-give"}, "property": "n_clicks", "value": 1}
    ids = [
        {
            "id": {"number": segment, "type": "segments-zh"},
            "property": "id",
            "value": {"number": segment, "type": "segments-zh"},
        }
    ]
    return client.call(
        page.give, [pressed], *boxes, ids, 0, triggered=f'{{"number":{segment},"type":"segments-give"}}.n_clicks'
    )


def test_a_given_name_stands_everywhere_at_once_and_on_the_trail(people: People, run_id: int) -> None:
    executive, staff, risk = (people.client(login) for login in ("executive", "staff", "risk"))
    assert "常用手机" in _shown(executive) and "掌上客户" not in _shown(executive)
    answer = _name(risk, 2, "掌上客户", "Phone first")
    assert answer.status == 200 and "掌上客户" in answer.text
    shown = _shown(executive)
    assert "掌上客户" in shown and "特征：常用手机" in shown, "answers that were kept are asked anew"
    assert "掌上客户" in staff.call(look_up.counts, "").text, "facets of the look-up"
    assert "掌上客户" in staff.get("/customers-export/csv").get_data(as_text=True)
    assert "掌上客户" in staff.call(customer_page.show, {"customer": "C01", "tab": ""}).text
    with reading(people.engine) as connection:
        row = connection.execute(select(audit_log).where(audit_log.c.action == "segments.name")).one()
    assert (row.actor, row.object_id, row.detail["en"], row.detail["reason"]) == (
        "risk",
        "2",
        "Phone first",
        "季度例会确定",
    )
    assert "请说明为什么" in _name(risk, 2, "手机党", "Phones", " ").toast
    assert "已经用了这个名称" in _name(risk, 2, "存款较多", "Others").toast


def test_a_name_whose_segment_is_gone_is_said_to_be_lost(people: People, run_id: int) -> None:
    assert _name(people.client("executive"), 2, "掌上客户", "Phone first").status == 200
    with writing(people.engine) as connection:
        rows = _rows([1] * 11 + [101], ["gold"] * 12, False)
        _publish(
            connection, _model(_cluster(1, "aa", "存款较多", "Savers"), _cluster(4, "dd", "转账较多", "Payers")), rows
        )
    shown = _shown(people.client("executive"), view="quality")
    assert "名称“掌上客户”（客群 2）不再使用" in shown and "延续 2 类" in shown and "新增 1 类" in shown
    assert "掌上客户" not in _shown(people.client("executive"))


@pytest.mark.parametrize("view", ["profile", "rfm", "moves", "quality"])
def test_what_is_shown_can_be_taken_along(people: People, run_id: int, view: str) -> None:
    executive = people.client("executive")
    answer = executive.get(f"/segments-export/csv?view={view}&by=tier")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows and all(row["版本"] for row in rows)
    if view == "profile":
        tiers = [row for row in rows if row["分组"] == "按价值等级"]
        assert sum(int(row["户数"]) for row in tiers) == 12
        assert sum(Decimal(row["管理资产（元）"]) for row in tiers) == sum(aum_of(number) for number in range(1, 13))
    if view == "moves":
        assert "曾国强" not in answer.get_data(as_text=True), "masked without the grant"
    assert executive.get(f"/segments-export/xlsx?view={view}").status_code == 200
    assert executive.get("/segments-export/pdf").status_code == 400
    refused(executive, "/segments-export/csv?view=everything", "view=everything")
    refused(executive, f"/segments-export/csv?view={view}&by=shoe_size", "by=shoe_size")


def test_a_scope_is_kept_to(people: People, run_id: int) -> None:
    with writing(people.engine) as connection:  # the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    executive = people.client("executive")
    listed = _shown(executive, PEOPLE, view="moves")
    assert "C06" in listed and "C01" in listed and "C10" not in listed
    for branch in ("B2", "HQ", "B9"):
        assert "不在您的权限范围" in _shown(executive, branch=branch)
        assert executive.get(f"/segments-export/csv?branch={branch}").status_code == 403
        assert "C10" not in _shown(executive, PEOPLE, view="moves", branch=branch)


@pytest.mark.parametrize("login", ["staff", "stranger", "admin", "auditor"])
def test_who_may_not_see_it_does_not(people_reading: People, login: str) -> None:
    client = people_reading.client(login)
    assert client.call(page.show, {}, 0).status == client.call(page.people, {}, 0).status == 403
    assert _name(client, 1, "甲", "A").status == 403
    assert client.get("/segments").status_code == client.get("/segments-export/csv").status_code == 403


def test_a_first_run_says_that_there_is_nothing_to_compare_with(people_reading: People) -> None:
    executive = people_reading.client("executive")
    assert "没有更早的细分版本可对比" in _shown(executive, view="moves")
    assert _shown(executive, PEOPLE, view="moves") and "变动最大的客户" not in _shown(executive, PEOPLE, view="moves")
    assert "没有按行为分群" in _shown(executive)
