"""A run put on show again: with a reason, beside the one it replaced, and who moved with it."""

from __future__ import annotations

import json
import re

from sqlalchemy import insert, select

from portal.callbacks import customers as look_up
from portal.callbacks import run as one
from store.database import writing
from store.tables import run_segments, runs
from tests.people import People

CANDIDATE, OTHER = 11, 12


def test_a_run_put_on_show_again_is_told_beside_the_one_it_replaced(people: People) -> None:
    """It was the first ever on show, so by the rule nothing was before it: the reader wants what he went back from."""
    rows = [{"run_id": CANDIDATE, "customer_id": f"C{n:02d}", "tier": "platinum", "aum": 100} for n in range(1, 13)]
    with writing(people.engine) as connection:
        told = dict(connection.execute(select(runs).where(runs.c.run_id == 1)).mappings().one())
        new = {"run_id": CANDIDATE, "version": "new-segmentation", "state": "candidate", "started_by": "admin"}
        connection.execute(insert(runs).values({**told, **new}))
        connection.execute(insert(run_segments), rows)
    second, risk = people.client("admin2"), people.client("risk")
    second.call(one.publish, 1, CANDIDATE, "核对过")
    assert "原因（必填" in second.open_page("/admin/runs/1")
    for nothing in (None, "  "):
        assert "请写明原因" in second.call(one.publish, 1, 1, nothing).toast
    assert second.call(one.publish, 1, 1, "客群不对").status == 200
    shown = risk.open_page("/admin/runs/1")
    assert "重新启用，替换 new-segmentation；与被替换的版本并排" in shown and "被替换的 new-segmentation" in shown
    assert "此前没有发布过" not in shown and "没有迁移表" not in shown and f'"/admin/runs/{CANDIDATE}"' in shown
    bank = json.dumps(second.call(one.movers, 1).json, ensure_ascii=False)
    assert "全行，与重新启用时被替换的 new-segmentation 相比" in bank and "step=" not in bank
    told = json.dumps(risk.call(one.movers, 1).json, ensure_ascii=False)
    cells = re.findall(r'\{"children": "([0-9,]+)", "href": "(/customers\?step=1:tier:[^"]+)"', told)
    assert "您权限范围内，与重新启用时被替换的 new-segmentation 相比" in told and sum(int(n) for n, _ in cells) == 12
    for count, address in cells:
        assert address.endswith(f":{CANDIDATE}")
        found = json.dumps(risk.call(look_up.counts, address.partition("?")[2]).json, ensure_ascii=False)
        assert f"共 {count} 户" in found and "v" in found and "new-segmentation" in found, address
        refused = risk.call(look_up.counts, address.partition("?")[2].replace(f":{CANDIDATE}", f":{OTHER}"))
        assert f"共 {count} 户" not in json.dumps(refused.json, ensure_ascii=False)
