from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import masking


@pytest.mark.parametrize(
    ("mask", "plain", "masked"),
    [
        (masking.mask_name, "张建伟", "张*伟"),
        (masking.mask_name, "张伟", "张*"),
        (masking.mask_name, "欧阳建伟", "欧**伟"),
        (masking.mask_name, "单", "单*"),
        (masking.mask_name, "Jana Novak", "J*** N****"),
        (masking.mask_name, "X", "X*"),
        (masking.mask_name, "Client 1787", "Client 1787"),
        (masking.mask_name, "客户 1787", "客户 1787"),
        (masking.mask_name, "", None),
        (masking.mask_name, None, None),
        (masking.mask_id_number, "420106198503123517", "4201**********3517"),
        (masking.mask_id_number, "91420100MA4K12345X", "9142**********345X"),
        (masking.mask_id_number, "E12345678", "E1*****78"),
        (masking.mask_id_number, "706213", "7****3"),
        (masking.mask_id_number, "123", "***"),
        (masking.mask_phone, "13812342906", "138****2906"),
        (masking.mask_phone, "+86 13812342906", "+86 138****2906"),
        (masking.mask_phone, "027-87654321", "027-****4321"),
        (masking.mask_phone, "87654321", "****4321"),
        (masking.mask_phone, "12345", "***45"),
        (masking.mask_account, "6222021234563517", "****3517"),
        (masking.mask_account, "576", "****6"),
        (masking.mask_account, "7", "****"),
        (masking.mask_counterparty, "江城重工有限公司", "江城重工有限公司"),
        (masking.mask_counterparty, "Heavy Industry Co., Ltd.", "Heavy Industry Co., Ltd."),
        (masking.mask_counterparty, "王小明", "王*明"),
        (masking.mask_counterparty, "QR", "QR"),
        (masking.mask_counterparty, "Jana Bankova", "J*** B******"),
        (masking.mask_email, "li.min@example.com", "l***@example.com"),
        (masking.mask_address, "湖北省武汉市洪山区珞喻路1037号", "湖北省武汉市洪山区******"),
        (masking.mask_address, "12 Long Street", "12 Lon******"),
    ],
)
def test_each_kind_is_masked_as_the_house_does(mask, plain, masked):
    assert mask(plain) == masked


def test_companies_are_public_and_persons_are_not():
    assert masking.mask_party("江城重工有限公司", "corporate") == "江城重工有限公司"
    assert masking.mask_party("张建伟", "personal") == "张*伟"
    assert masking.mask_party(None, "personal") is None


ALL = (masking.mask_name, masking.mask_id_number, masking.mask_phone, masking.mask_account, masking.mask_email,
       masking.mask_address)  # fmt: skip


@given(st.text(alphabet="张伟建李0123456789 -+@.ABCxyz区", max_size=24), st.sampled_from(ALL))
def test_masking_twice_is_masking_once(text, mask):
    once = mask(text)
    assert mask(once) == once


@given(st.text(alphabet="0123456789", min_size=5, max_size=24))
def test_a_number_never_shows_whole(digits):
    for mask in (masking.mask_id_number, masking.mask_phone, masking.mask_account):
        assert digits not in mask(digits)
        assert masking.STAR in mask(digits)
