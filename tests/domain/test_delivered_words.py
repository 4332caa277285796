"""Values that banks deliver in words."""

from __future__ import annotations

import pytest

from demobank import names
from demobank.accounts import COLLATERAL, PURPOSES
from demobank.geography import PRODUCTS
from domain.contribution.cell_words import title
from domain.contribution.defaults import CNY
from domain.delivered_words import WORDS, delivered
from warehouse.sources import load_source


def test_a_known_value_reads_in_either_language_and_an_unknown_one_as_delivered() -> None:
    assert delivered("education", "大专", "en") == "Junior college" and delivered("education", "大专", "zh") == "大专"
    assert (
        delivered("marital_status", "Married", "zh") == "已婚"
        and delivered("marital_status", "divorced", "zh") == "离异"
    )
    assert delivered("card_level", "黑卡", "en") == "黑卡" and delivered("card_level", None, "en") is None


DELIVERED = [
    ("education", names.EDUCATION), ("occupation", names.OCCUPATIONS), ("collateral", COLLATERAL), ("purpose", PURPOSES),
    ("product", [product[1] for product in PRODUCTS]),
]  # fmt: skip


@pytest.mark.parametrize(("column", "values"), DELIVERED)
def test_every_word_of_the_demonstration_bank_is_known(column: str, values: list[str]) -> None:
    assert {str(value) for value in values} <= {zh for zh, _ in WORDS[column]}


def test_the_parameters_a_bank_begins_with_read_in_english_whole() -> None:
    for kept in CNY.collaterals:
        words = title(("collaterals", kept.family, kept.collateral, "lgd"), "en")
        assert words.isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in words), words
        assert kept.collateral in title(("collaterals", kept.family, kept.collateral, "lgd"), "zh")
    assert "黄金质押" in title(("collaterals", "business_loan", "黄金质押", "lgd"), "en"), (
        "an unknown word stands as it came"
    )


def test_the_products_of_berka_are_known_in_both_languages() -> None:
    for product in load_source("berka").constants["products"]:
        assert delivered("product", product["name"], "zh") != product["name"]
