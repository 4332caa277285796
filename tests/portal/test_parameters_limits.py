"""What a grade could be lent is a dated parameter: proposed by one, approved by another, and the 360 names its version."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from domain.contribution.defaults import CNY
from domain.credit.limits import Advice, Asked, GradeLimit, LimitParameters, advise
from domain.phrasing import money
from domain.plain import from_plain, to_plain
from portal.callbacks import customer, parameters
from portal.callbacks.parameters_limits import propose_limits
from portal.layouts.parameters_limits import BURDEN, MULTIPLE, RETURN, SHARE, TERM, Ids, box
from store.database import reading
from store.parameters import LIMITS, limits_at, versions
from tests.people import People
from tests.small_picture import AS_OF

BBB = 3
KNOWN = Asked("personal", "BBB", D("0.01"), D(110_000), D(0), D(0), D(0), False)


def _boxes(changed: dict[tuple[str, str], str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The form as it opens, with some boxes written in."""
    now = LimitParameters()
    told = {(SHARE, one.grade): str(one.debt_share * 100) for one in now.grades}
    told |= {(MULTIPLE, one.grade): str(one.multiple) for one in now.grades}
    told |= {(TERM, ""): "36", (BURDEN, ""): "5", (RETURN, ""): "", **changed}
    values = [{"id": box(*name), "property": "value", "value": text} for name, text in told.items()]
    return values, [{**each, "property": "id", "value": each["id"]} for each in values]


def test_limits_are_proposed_by_one_and_approved_by_another(people: People) -> None:
    values, idents = _boxes({(SHARE, "BBB"): "45", (TERM, ""): "24"})
    made = people.client("admin").call(propose_limits, 1, "2026-10-01", "收紧三年期", values, idents)
    assert "limits=1" in made.text, made.text
    with reading(people.engine) as connection:
        (row,) = versions(connection, LIMITS)
        assert limits_at(connection, AS_OF) == (0, LimitParameters())
    assert "由您提交" in people.client("admin").call(parameters.approve, 1, row.version_id, "同意").text
    assert "limits=1" in people.client("admin2").call(parameters.approve, 1, row.version_id, "同意").text
    page = people.client("admin2").open_page("/admin/parameters?limits=1")
    assert "建议额度" in page and "收紧三年期" in page
    grades = list(LimitParameters().grades)
    grades[BBB] = replace(grades[BBB], debt_share=D("0.45"))
    with reading(people.engine) as connection:
        number, now = limits_at(connection, AS_OF)
    assert (number, now) == (1, LimitParameters(term_months=24, grades=tuple(grades)))
    found = advise(KNOWN, CNY, now)
    assert isinstance(found, Advice)
    shown = people.client("risk").call(customer.show, {"customer": "C02", "tab": "products", "page": 1}).text
    assert money(found.limit) in shown and money(found.can_be_repaid) in shown and "建议额度参数版本 1" in shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [({(SHARE, "BBB"): "60"}, "BBB 的额度会高于 A"), ({(SHARE, "BBB"): ""}, "只填了一格"), ({(SHARE, "AAA"): "many"}, "many"),
     ({(TERM, ""): ""}, "1 到 360 的整月数"), ({(TERM, ""): "36.5"}, "1 到 360 的整月数"), ({(TERM, ""): "0"}, "1 到 360 的整月数"),
     ({(BURDEN, ""): "120"}, "0 到 100% 之间"), ({(BURDEN, ""): ""}, "不能留空"), ({(SHARE, "AAA"): "-5"}, "AAA 的月供占比"),
     ({(MULTIPLE, "AAA"): "11"}, "AAA 的授信上限须在 0 到 10 倍"), ({}, "没有可提交的改动")],
)  # fmt: skip
def test_figures_that_cannot_be_meant_are_refused(
    people_reading: People, changed: dict[tuple[str, str], str], words: str
) -> None:
    answer = people_reading.client("admin").call(propose_limits, 1, "2026-10-01", "x", *_boxes(changed))
    assert words in answer.text, answer.text
    assert words in str(answer.value(Ids.TOLD, "children"))  # beside the form too: a toast goes away


def test_they_are_kept_as_plain_values() -> None:
    told = LimitParameters(
        target_return=D("0.12"), grades=(GradeLimit("AAA", D("0.5"), D(2)), GradeLimit("B", D("0.5"), D(1)))
    )
    assert from_plain(LimitParameters, to_plain(told)) == told
    with pytest.raises(ValueError, match="best first"):
        LimitParameters(grades=told.grades[::-1])
