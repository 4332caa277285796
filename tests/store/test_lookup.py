"""The look-up finds what LIKE finds, in scope, in order, from an index, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pypinyin import lazy_pinyin
from sqlalchemy import Engine, event, func, insert, select, text, update

from store import lookup
from store.database import open_engine, reading, writing
from store.facets import NONE
from store.scope import NOTHING, Scope
from store.tables import branches, customers
from tests.databases import KINDS, Databases
from tests.store.generated import fill, people

COUNT = 2_400
BANK = Scope(("/HQ/",))
BRANCH = Scope(("/HQ/C1/B11/",))
CITY = Scope(("/HQ/C1/",))
ROWS = people(COUNT)


@pytest.fixture(scope="module", params=KINDS)
def bank(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with databases.fresh(request.param, tmp_path_factory.mktemp("lookup")) as url:
        engine = open_engine(url)
        with writing(engine) as connection:
            fill(connection, ROWS)
        with writing(engine) as connection:
            connection.execute(text("ANALYZE"))
        yield engine
        engine.dispose()


def everybody(engine: Engine, scope: Scope, query: str, **kwargs: Any) -> list[str]:
    found: list[str] = []
    with reading(engine) as connection:
        while True:
            page = lookup.search(connection, scope, query, start=len(found), rows=500, **kwargs)
            found += [hit.customer_id for hit in page.rows]
            if len(page.rows) < 500:
                return found


def in_scope(scope: Scope) -> list[dict[str, Any]]:
    return sorted((r for r in ROWS if scope.holds(r["branch_path"])), key=lambda r: r["place"])


def expected(scope: Scope, holds: Any) -> list[str]:
    return [row["customer_id"] for row in in_scope(scope) if holds(row)]


SUBSTRINGS = sorted({r["name"][i : i + n] for r in ROWS[1:400:9] if r["name"] and not r["name"].isascii()
                     for n in (1, 2, 3, 4) for i in range(len(r["name"]) - n + 1)})[::3]  # fmt: skip


@pytest.mark.parametrize("scope", [BANK, CITY, BRANCH], ids=["bank", "city", "branch"])
def test_names_give_the_hits_of_like_in_the_order_of_aum(
    bank: Engine, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    for narrow in (0, lookup.NARROW):  # the walk of a narrow scope and the postings agree
        monkeypatch.setattr(lookup, "NARROW", narrow)
        for piece in [*SUBSTRINGS, "有限公司", "限公", "王", "司有"]:
            with reading(bank) as connection:
                like = connection.scalars(
                    select(customers.c.customer_id)
                    .where(customers.c.name.like(f"%{piece}%"), scope.where(customers.c.branch_path))
                    .order_by(customers.c.place)
                ).all()
            assert everybody(bank, scope, piece) == list(like), piece


@pytest.mark.parametrize("scope", [BANK, BRANCH], ids=["bank", "branch"])
def test_pinyin_initials_and_numbers(bank: Engine, scope: Scope) -> None:
    def spoken(row: dict[str, Any]) -> str:
        return "".join(lazy_pinyin(row["name"])) if row["name"] else ""

    for query in ("wang", "li", "zhang w", "zhangwei", "ouyang"):
        whole = query.replace(" ", "")
        hits = everybody(bank, scope, query)
        assert set(hits) >= set(expected(scope, lambda r, whole=whole: spoken(r).startswith(whole))), query
        assert len(hits) == len(set(hits)), "nobody twice"
    row = in_scope(scope)[40]
    for query in (
        row["customer_id"],
        row["phone"],
        row["phone"][:9],
        row["phone"][-4:],
        f"622200{row['customer_id']}1",
    ):
        assert row["customer_id"] in everybody(bank, scope, query), query
    tail = row["phone"][-4:]
    assert everybody(bank, scope, tail) == expected(scope, lambda r: r["phone"].endswith(tail))
    assert everybody(bank, scope, "9142000") == expected(scope, lambda r: (r["uscc"] or "").startswith("9142000"))
    assert everybody(bank, scope, "9142000030ma4k") == expected(scope, lambda r: r["uscc"] == "9142000030MA4K")


def test_latin_names(bank: Engine) -> None:
    def words(row: dict[str, Any]) -> list[str]:
        return re.findall(r"[a-z]+", (row["name"] or "").lower())

    assert everybody(bank, BANK, "novak") == expected(BANK, lambda r: "novak" in words(r))
    assert everybody(bank, BANK, "jana nov") == expected(BANK, lambda r: "jana" in words(r))
    assert set(everybody(bank, BANK, "jan")) >= set(expected(BANK, lambda r: {"jan", "jana"} & set(words(r))))


def test_no_scope_or_nothing_to_look_up_finds_nobody(bank: Engine) -> None:
    with reading(bank) as connection:
        for scope, query in ((NOTHING, "王"), (NOTHING, ""), (BANK, "z"), (BANK, "%"), (BANK, "_"), (BANK, "王%")):
            assert lookup.search(connection, scope, query).total == 0, query


def test_no_query_shows_the_scope_by_aum_a_page_at_a_time(bank: Engine) -> None:
    with reading(bank) as connection:
        page = lookup.search(connection, CITY, None, start=100, rows=50)
    assert [h.customer_id for h in page.rows] == [r["customer_id"] for r in in_scope(CITY)[100:150]]
    assert (page.total, page.more) == (lookup.TOTAL_LIMIT, True)


@pytest.mark.parametrize("sort", sorted(lookup.SORTS))
@pytest.mark.parametrize("descending", [True, False])
def test_every_order_pages_through_the_same_hits(bank: Engine, sort: str, descending: bool) -> None:
    with reading(bank) as connection:
        pages = [
            lookup.search(connection, BANK, "李", sort=sort, descending=descending, start=start, rows=60).rows
            for start in (0, 60, 120)
        ]
    shown = [hit.customer_id for page in pages for hit in page]
    assert len(set(shown)) == len(shown) and set(shown) <= set(everybody(bank, BANK, "李"))
    if sort in ("aum", "score", "deposits"):
        values = [getattr(hit, sort) for page in pages for hit in page]
        assert values == sorted(values, reverse=descending)


def test_an_order_that_does_not_exist_is_refused(bank: Engine) -> None:
    with reading(bank) as connection, pytest.raises(ValueError, match="cannot be sorted by 'phone'"):
        lookup.search(connection, BANK, "", sort="phone")


@pytest.mark.parametrize("query", ["", "李", "li"])
@pytest.mark.parametrize("scope", [BANK, BRANCH], ids=["bank", "branch"])
def test_facets_count_what_choosing_them_finds(bank: Engine, scope: Scope, query: str) -> None:
    with reading(bank) as connection:
        counted = lookup.facet_counts(connection, scope, query)
        assert counted.hits == len(everybody(bank, scope, query)) and not counted.more
        for name, values in counted.by.items():
            for value, hits in values.items():
                assert len(everybody(bank, scope, query, facets={name: [value]})) == hits, (name, value)
        chosen = lookup.facet_counts(connection, scope, query, {"tier": ["gold"], "kind": ["personal"]})
    assert set(chosen.by["tier"]) == {"basic", "gold", NONE}, "the others stay to be chosen"
    assert set(chosen.by["grade"]) <= {"BB"}


def test_branch_facet_opens_its_subtree_within_scope_only(bank: Engine) -> None:
    assert everybody(bank, BANK, "", facets={"branch": ["C1"]}) == expected(CITY, lambda _: True)
    assert everybody(bank, BRANCH, "", facets={"branch": ["C2"]}) == []
    with reading(bank) as connection, pytest.raises(ValueError, match="no facet colour"):
        lookup.search(connection, BANK, "", {"colour": ["red"]})


@pytest.mark.parametrize("query", ["王", "王伟", "wang", "zhangwei", "2906", "13812345", "江城瑞"])
def test_the_postings_are_read_from_an_index(bank: Engine, query: str) -> None:
    plan = lookup._plan
    with reading(bank) as connection:
        asked = plan(connection, BANK, lookup.read(query), None)
        assert asked is not None
        sql = str(lookup._hits(asked, 50).compile(connection, compile_kwargs={"literal_binds": True}))
        sqlite = connection.dialect.name == "sqlite"
        explained = " ".join(
            str(row[-1])
            for row in connection.exec_driver_sql(
                f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{sql.replace('%', '%%') if not sqlite else sql}"
            )
        )
    assert "SCAN customer_terms" not in explained and "Seq Scan on customer_terms" not in explained, explained
    assert (
        "USING PRIMARY KEY" if sqlite else "customer_terms_pkey"
    ) in explained or "pk_customer_terms" in explained, explained


def test_postings_are_written_once_each(bank: Engine) -> None:
    from store.tables import customer_terms

    with reading(bank) as connection:
        total = connection.scalar(select(func.count()).select_from(customer_terms))
    assert total and 15 * COUNT < total < 40 * COUNT


@pytest.mark.parametrize("query", ["王", ROWS[1]["name"][:2], "wang", ROWS[1]["phone"][-4:], ROWS[1]["phone"]])
def test_the_whole_bank_is_asked_in_one_statement(bank: Engine, query: str) -> None:
    sent: list[str] = []
    with reading(bank) as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _cursor, statement, *_: sent.append(statement))
        found = lookup.search(connection, BANK, query, rows=10)
    assert found.rows and len(sent) == 1, sent


def test_a_root_that_is_not_the_only_one_opens_no_more_than_itself(bank: Engine) -> None:
    """The statement of the whole bank finds nobody there; the question is asked again in scope."""
    other = {"branch_id": "X", "name": "别家", "parent_id": None, "path": "/X/", "level": 0}
    moved = in_scope(BANK)[:3]
    with bank.connect() as connection, connection.begin() as undone:
        connection.execute(insert(branches), [other])
        of_theirs = customers.c.customer_id.in_([row["customer_id"] for row in moved])
        connection.execute(update(customers).where(of_theirs).values(branch_id="X", branch_path="/X/"))
        for query in ("13", moved[0]["phone"], moved[0]["name"][:1]):
            theirs = {hit.customer_id for hit in lookup.search(connection, BANK, query, rows=500).rows}
            assert not theirs & {row["customer_id"] for row in moved}, query
        assert lookup.search(connection, Scope(("/X/",)), moved[0]["phone"]).total == 1
        assert lookup.search(connection, Scope(("/HQ/", "/X/")), moved[0]["phone"]).total == 1
        undone.rollback()


def test_the_page_beyond_the_last_is_empty_and_the_total_stays(bank: Engine) -> None:
    with reading(bank) as connection:
        whole = lookup.search(connection, BANK, "王", rows=500)
        beyond = lookup.search(connection, BANK, "王", start=500, rows=50)
    assert beyond.rows == () and (beyond.total, beyond.more) == (whole.total, False)
