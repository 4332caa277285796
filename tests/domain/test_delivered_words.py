"""Values that banks deliver in words."""

from __future__ import annotations

import pytest

from demobank import names
from domain.delivered_words import WORDS, delivered


def test_a_known_value_reads_in_either_language_and_an_unknown_one_as_delivered() -> None:
    assert delivered("education", "大专", "en") == "Junior college" and delivered("education", "大专", "zh") == "大专"
    assert (
        delivered("marital_status", "Married", "zh") == "已婚"
        and delivered("marital_status", "divorced", "zh") == "离异"
    )
    assert delivered("card_level", "黑卡", "en") == "黑卡" and delivered("card_level", None, "en") is None


@pytest.mark.parametrize(("column", "values"), [("education", names.EDUCATION), ("occupation", names.OCCUPATIONS)])
def test_every_word_of_the_demonstration_bank_is_known(column: str, values: list[str]) -> None:
    assert {str(value) for value in values} <= {zh for zh, _ in WORDS[column]}
