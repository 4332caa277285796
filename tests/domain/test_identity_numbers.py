"""Check characters against published numbers, and the law that a single wrong digit is always seen."""

from __future__ import annotations

import pytest

from domain.identity_numbers import (
    id_number_check,
    is_luhn_valid,
    is_valid_id_number,
    is_valid_uscc,
    luhn_check,
    organisation_check,
    uscc_check,
)


def test_published_numbers() -> None:
    assert is_valid_id_number("11010519491231002X")  # the example in GB 11643-1999
    assert is_valid_uscc("91350100M000100Y43")  # the example in GB 32100-2015
    assert organisation_check("D2143569") == "X"  # the example in GB 11714-1997
    assert is_luhn_valid("79927398713")


def test_one_wrong_digit_is_always_seen() -> None:
    number, code, card = "11010519491231002X", "91350100M000100Y43", "4111111111111111"
    for i in range(17):
        for digit in "0123456789":
            if number[i] != digit:
                assert not is_valid_id_number(number[:i] + digit + number[i + 1 :])
            if code[i] != digit:
                assert not is_valid_uscc(code[:i] + digit + code[i + 1 :])
            if i < 16 and card[i] != digit:
                assert not is_luhn_valid(card[:i] + digit + card[i + 1 :])


def test_a_birth_date_that_never_was_is_not_valid() -> None:
    body = "11010519490231002"
    assert not is_valid_id_number(body + id_number_check(body))


def test_what_is_not_a_number_is_refused_or_false() -> None:
    assert not is_valid_id_number("")
    assert not is_valid_uscc("91350100I000100Y43")
    assert not is_luhn_valid("4")
    assert not is_luhn_valid("41a1")
    for check, text in ((id_number_check, "12"), (uscc_check, "I" * 17), (luhn_check, "x"), (organisation_check, "1")):
        with pytest.raises(ValueError, match="not"):
            check(text)
