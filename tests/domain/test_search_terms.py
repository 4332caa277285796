"""Under which words a customer can be found."""

from __future__ import annotations

import pandas as pd
import pytest

from domain.search_terms import name_readings, name_terms, postings, terms_of


def of_kind(terms: list[tuple[str, str]], kind: str) -> set[str]:
    return {term for k, term in terms if k == kind}


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("张伟", "zhangwei"), ("单雄信", "shanxiongxin"), ("单雄信", "danxiongxin"), ("曾国藩", "zengguofan"),
        ("仇英", "qiuying"), ("解晓东", "xiexiaodong"), ("解晓东", "jiexiaodong"), ("查良镛", "zhaliangyong"),
        ("翟志刚", "zhaizhigang"), ("盖叫天", "gejiaotian"), ("区小明", "ouxiaoming"), ("朴树", "piaoshu"),
        ("乐嘉", "yuejia"), ("任静", "renjing"), ("尉迟恭", "yuchigong"), ("万俟卨", "moqixie"), ("吕布", "lvbu"),
        ("长孙无忌", "zhangsunwuji"), ("欧阳修", "ouyangxiu"),
    ],
)  # fmt: skip
def test_every_reading_of_a_surname_is_found(name: str, spoken: str) -> None:
    assert spoken in of_kind(name_terms(name), "pinyin")


def test_company_is_read_by_its_words() -> None:
    spoken = of_kind(name_terms("江城重工银行有限公司"), "pinyin")
    assert "jiangchengzhonggongyinhangyouxiangongsi" in spoken


def test_names_with_many_readings_stay_bounded() -> None:
    assert len(name_readings("单曾仇解")) == 12
    assert name_readings("单于丹")[0][0] == "chan"


def test_beginnings_are_terms_and_initials_too() -> None:
    terms = name_terms("张建伟")
    assert of_kind(terms, "pinyin") == {"zh", "zha", "zhan", "zhang", "zhangjianwei"}
    assert of_kind(terms, "initials") == {"zj", "zjw"}
    assert of_kind(terms, "char") == {"张", "建", "伟"}
    assert of_kind(terms, "name") == {"张建", "建伟", "张建伟"}


def test_a_latin_name_is_its_words() -> None:
    assert name_terms("Client 1787") == [("word", "1787"), ("word", "client")]
    assert name_terms("  ") == []


def test_numbers_and_phones() -> None:
    terms = terms_of(
        None, id_numbers=["42010619850312351X", None], phone="+86 138-1234 2906", account_ids=["A 1"],
        card_ids=["622202"], customer_id="10038214",
    )  # fmt: skip
    assert terms == [
        ("id", "42010619850312351x"), ("phone", "13812342906"), ("tail", "2906"), ("account", "a1"), ("card", "622202"),
        ("customer", "10038214"),
    ]  # fmt: skip


def test_column_by_column_gives_the_same_postings() -> None:
    people = [
        (1, "c1", "张伟", "420106198503123517", None, "13812342906"),
        (2, "c2", "单田芳", None, None, None),
        (3, "c3", None, None, "91420100MA4KXX", "027-8765 4321"),
        (4, "c4", "张伟", "1", "1", "12"),
        (5, "c5", "Jana Novak", None, None, "129"),
    ]
    accounts = pd.DataFrame({"place": [1, 1, 3], "account_id": ["9001", "9002", "A7"]})
    cards = pd.DataFrame({"place": [2], "card_id": ["6222"]})
    customers = pd.DataFrame(people, columns=["place", "customer_id", "name", "id_number", "uscc", "phone"])
    found = pd.concat(postings(customers, accounts, cards))
    assert not found.duplicated().any()
    expected = {
        (kind, term, place)
        for place, customer_id, name, id_number, uscc, phone in people
        for kind, term in terms_of(
            name, id_numbers=[id_number, uscc], phone=phone, customer_id=customer_id,
            account_ids=accounts.loc[accounts.place == place, "account_id"].tolist(),
            card_ids=cards.loc[cards.place == place, "card_id"].tolist(),
        )
    }  # fmt: skip
    assert set(found.itertuples(index=False, name=None)) == expected


def test_nobody_has_no_postings() -> None:
    customers = pd.DataFrame({c: [] for c in ("place", "customer_id", "name", "id_number", "uscc", "phone")})
    empty = pd.DataFrame({"place": [], "account_id": [], "card_id": []})
    assert sum(len(f) for f in postings(customers, empty, empty)) == 0
