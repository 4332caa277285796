"""What the text in the look-up's box asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search_query import Arm, Asked, read


@pytest.mark.parametrize(
    ("text", "shape", "arms"),
    [
        ("", "empty", ()),
        (None, "empty", ()),
        ("z", "short", ()),
        ("--", "short", ()),
        ("王", "name", (Arm("char", "王"),)),
        ("王 伟", "name", (Arm("name", "王伟"),)),
        ("Client 1787", "number", (Arm("customer", "1787"), Arm("word", "1787"))),
        ("客户1787", "number", (Arm("customer", "1787"), Arm("word", "1787"))),
        ("zw", "latin", (Arm("pinyin", "zw"), Arm("initials", "zw"), Arm("word", "zw", prefix=True))),
        ("z w", "latin", (Arm("pinyin", "zw"), Arm("initials", "zw"))),
    ],
)
def test_shape_decides(text: str | None, shape: str, arms: tuple[Arm, ...]) -> None:
    asked = read(text)
    assert (asked.shape, asked.arms) == (shape, arms)


def test_pinyin_with_and_without_space_is_the_same() -> None:
    spoken = Arm("pinyin", "zhangwei", prefix=True)
    assert read("zhang wei").arms[0] == read("ZhangWei").arms[0] == spoken


def test_latin_name_of_two_words_asks_for_both() -> None:
    assert read("jana nov").arms[-1] == Arm("word", "jana", prefix=True, also=("nov",))


def test_a_whole_name_is_one_list_and_a_longer_text_every_three_characters_and_the_whole() -> None:
    assert read("王小明") == Asked("name", (Arm("name", "王小明"),), all_arms=True)
    asked = read("江城重工")
    assert asked.all_arms and asked.arms == (Arm("name", "江城重"), Arm("name", "城重工"))
    assert asked.contains == ("江城重工",)


def test_four_digits_are_the_last_of_a_phone() -> None:
    assert Arm("tail", "2906") in read("2906").arms
    assert Arm("phone", "13812342906", prefix=True) in read("138 1234-2906").arms
    assert Arm("phone", "13812342906", prefix=True) in read("１３８１２３４２９０６").arms


def test_credit_code_is_a_number_with_letters() -> None:
    assert Arm("id", "91420100ma4k", prefix=True) in read("91420100MA4K").arms


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    asked = read(text)
    assert bool(asked.arms) == (asked.shape not in ("empty", "short"))
