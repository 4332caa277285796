from __future__ import annotations

import pytest

from domain.verification import canonical_json, read_code, same_code, verification_code

SECRET = b"0123456789abcdef0123456789abcdef"
INPUTS = {"b": "张*伟", "a": [1, None, "2.50"]}


def code(kind="customer_report", subject="10038214", inputs=INPUTS, secret=SECRET):
    return verification_code(kind, subject, inputs, secret)


def test_the_code_is_pinned_and_reads_back_from_paper():
    assert code() == "5VRX-6S32-7YS9-AH65"
    typed = code().lower().replace("-", " ")
    assert read_code(typed) == code()
    assert read_code("ＧＸ" + code()[2:]) == "GX" + code()[2:]
    assert same_code(code(), read_code(typed))


@pytest.mark.parametrize("typed", ["", "GX7K", "GX7K-2M9P-4TQA-ZB8O", "GX7K-2M9P-4TQA-ZB833"])
def test_what_cannot_be_a_code_is_none(typed):
    assert read_code(typed) is None


def test_key_order_changes_nothing_and_everything_else_does():
    assert code(inputs={"a": INPUTS["a"], "b": INPUTS["b"]}) == code()
    others = [
        code(kind="management_report"),
        code(subject="1"),
        code(inputs={**INPUTS, "a": []}),
        code(secret=SECRET[::-1]),
    ]
    assert len({code(), *others}) == 5


def test_a_short_secret_and_a_float_that_is_no_number_are_refused():
    with pytest.raises(ValueError, match="needs 16"):
        code(secret=b"short")
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})
