"""What the contribution page says in sentences: of the whale curve, and of the rating behind its losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from sqlalchemy import insert, update

from domain.contribution.curve import whale_curve
from portal import translations
from portal.access import Ctx
from portal.layouts.contribution_charts import whale_says
from store.database import writing
from store.runs import published
from store.runs import run as run_of
from store.tables import runs
from tests.people import People
from tests.portal.test_contribution import _of_customer, _shown
from tests.small_contribution import publish_contribution
from tests.small_picture import AS_OF, NOW


def test_the_whale_curve_is_told_in_a_bankers_words() -> None:
    """Of a usual bank, of one whose best bring more than the whole, and of one with nothing left over."""
    ctx = cast(Ctx, Said("zh"))
    usual = whale_curve(np.array([10_000] * 2 + [5_000] * 8))
    many = whale_curve(np.array([1_000_000] * 2 + [1_000] * 4 + [-400_000] * 4))
    none = whale_curve(np.array([1_000_000] * 2 + [0] * 4 + [-600_000] * 4))
    assert usual and many and none
    assert whale_says(ctx, usual, "CNY") == "前 20% 的客户创造 200元，占全部贡献的 33%；没有客户入不敷出"
    assert whale_says(ctx, many, "CNY") == (
        "前 20% 的客户创造 2.00万元，是全部客户合计 4,040元的 5.0 倍；另有 4 位客户入不敷出，共拖累 1.60万元"
    )
    assert whale_says(ctx, none, "CNY").startswith("全部客户合计 −4,000元，没有盈余：前 20% 的客户创造 2.00万元")
    assert "4 customers cost more than they bring, CNY 16.0 K in all" in whale_says(cast(Ctx, Said("en")), many, "CNY")


@dataclass(frozen=True)
class Said:
    """As much of a request as words need."""

    language: str

    def t(self, key: str, **values: object) -> str:
        return translations.text(self.language, key, **values)


def test_an_earlier_rating_behind_the_losses_is_said(people: People) -> None:
    """On the page, on the customer's, and on the run's own, once another rating is on show."""
    run_id = publish_contribution(people)
    with writing(people.engine) as connection:
        rated = {"state": "superseded", "kind": "credit", "as_of": AS_OF, "parameters": {}, "batches": [1], "code_version": "t",
                 "seed": 0, "started_by": "maker", "started_at": NOW, "finished_at": NOW, "customers": 0, "metrics": {},
                 "model": {}}  # fmt: skip
        connection.execute(insert(runs).values(run_id=801, version="C-EARLIER", **rated))
        shown = published(connection, "credit")
        told = run_of(connection, run_id)
        assert told is not None
        if shown is None:
            connection.execute(insert(runs).values(run_id=802, version="C-NOW", **{**rated, "state": "published"}))
        connection.execute(
            update(runs).where(runs.c.run_id == run_id).values(parameters={**told.parameters, "rating_run": 801})
        )
        now = published(connection, "credit")
    assert now is not None
    for words in (_shown(people.client("executive")), _of_customer(people, "staff", "C01")):
        assert f"违约概率来自信用评价 C-EARLIER，而当前使用的是 {now.version}" in words
    with writing(people.engine) as connection:
        connection.execute(
            update(runs).where(runs.c.run_id == run_id).values(parameters={**told.parameters, "rating_run": now.run_id})
        )
    assert "违约概率来自信用评价" not in _of_customer(people, "staff", "C01")
