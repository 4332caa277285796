"""The masterscale on the page of parameters: bounds in percent, one proposes, another approves, everybody reads."""

from __future__ import annotations

from typing import Any

from domain.credit.grades import Masterscale
from portal.callbacks.parameters import approve, propose_scale, reject
from portal.layouts.parameters_masterscale import Ids, box
from store import parameters as store
from store.database import reading
from store.parameters import MASTERSCALE, ParameterVersion
from tests.people import Client, People
from tests.small_picture import AS_OF

PAGE, PLACE = "/admin/parameters", "frame-place"
GRADES = Masterscale().grades


def propose_as(client: Client, begins: str = "2026-10-01", **changed: str) -> Any:
    given = {g: f"{b * 100:.6g}" for g, b in zip(GRADES, Masterscale().bounds, strict=False)} | changed
    values = [{"id": box(grade), "property": "value", "value": text} for grade, text in given.items()]
    return client.call(
        propose_scale,
        1,
        begins,
        "年度检视",
        values,
        [{**each, "property": "id", "value": each["id"]} for each in values],
    )


def kept(people: People) -> list[ParameterVersion]:
    with reading(people.engine) as connection:
        return store.versions(connection, MASTERSCALE)


def test_one_proposes_bounds_and_another_makes_them_hold(people: People) -> None:
    admin, other = people.client("admin"), people.client("admin2")
    shown = admin.open_page(PAGE)
    assert "主标尺" in shown and "0.50% – 1.00%" in shown and '"value": "0.5"' in shown
    for changed, said in (({"BB": "0.9"}, "逐级升高"), ({"BB": "二"}, "不是数字"), ({}, "没有可提交的改动")):
        refused = propose_as(admin, **changed)
        assert said in refused.text, refused.text
        assert said in str(refused.value(Ids.TOLD, "children"))  # beside the form too: a toast goes away
    assert not kept(people)
    gone = propose_as(admin, BB="2.5%")
    assert gone.value(PLACE, "href") == f"{PAGE}?masterscale=1", gone.text
    (row,) = kept(people)
    assert (row.state, row.proposed_by, row.parameters["bounds"][4]) == ("proposed", "admin", 0.025)
    assert "须由另一位有批准权限的人批准" in admin.open_page(f"{PAGE}?masterscale=1")
    assert "批准" in admin.call(approve, 1, row.version_id, "自己批").text and kept(people)[0].state == "proposed"
    done = other.call(approve, 1, row.version_id, "委员会同意")
    assert done.value(PLACE, "href") == f"{PAGE}?masterscale=1", done.text
    assert "1.00% – 2.50%" in other.open_page(PAGE) and "现行版本 1" in other.open_page(PAGE)
    assert propose_as(admin, BB="2.2").value(PLACE, "href") == f"{PAGE}?masterscale=2"
    admin.call(reject, 1, kept(people)[0].version_id, "撤回")
    assert [each.state for each in kept(people)] == ["rejected", "approved"]
    assert "已撤回" in admin.open_page(PAGE) and "已否决" not in admin.open_page(PAGE)


def test_what_is_in_force_is_what_the_next_rating_reads(people: People) -> None:
    """The data is as of 2026-10-31, today is later: a version of a day between them holds for no rating yet."""
    admin, other = people.client("admin"), people.client("admin2")
    assert '"value": "2026-10-31"' in admin.open_page(PAGE)  # the day the form offers is the data's
    propose_as(admin, "2026-11-01", BB="2.5")
    assert "批准后现在重新评级仍用现行版本" in other.open_page(PAGE)
    assert "审计" in str(other.call(approve, 1, kept(people)[0].version_id, " ").value(Ids.TOLD, "children"))
    other.call(approve, 1, kept(people)[0].version_id, "同意")
    page = other.open_page(PAGE)
    assert "现行版本 0：数据日 2026-10-31" in page and "待生效" in page and "1.00% – 2.50%" not in page
    propose_as(admin, AS_OF.isoformat(), BB="2.2")
    other.call(approve, 1, kept(people)[0].version_id, "同意")
    page = other.open_page(PAGE)
    assert "现行版本 2：数据日 2026-10-31" in page and "1.00% – 2.20%" in page and "待生效" in page
    with reading(people.engine) as connection:
        assert store.masterscale_at(connection, AS_OF)[0] == 2
    propose_as(admin, AS_OF.isoformat(), BB="2.3")
    other.call(approve, 1, kept(people)[0].version_id, "同意")
    assert "已被替代" in other.open_page(PAGE)
