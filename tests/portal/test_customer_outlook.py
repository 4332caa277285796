"""Leaving, next product, peers, life cycle and past versions on the 360."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import delete, insert, select, update

from portal import translations
from portal.callbacks import customer as page
from portal.run_warnings import warnings
from portal.run_words import Reader
from store.database import writing
from store.runs import Run
from store.tables import customers, pictures, publications, run_attrition, run_next_products, run_segments, runs
from tests.people import People
from tests.small_picture import AS_OF, BATCH, NOW, tell

DRIVERS = [{"driver": "balance", "push": 3.0, "values": {"aum": 60_000, "aum_avg_12m": 120_000}},
           {"driver": "recency", "push": 1.0, "values": {"days_since_last": 41}}]  # fmt: skip
OFFERS = [
    {"family": "fund", "probability": 0.08, "usual": 0.02, "suppressed": ["no_consent"], "drivers": DRIVERS[:1]},
    {"family": "time", "probability": 0.04, "usual": 0.02, "suppressed": [], "drivers": DRIVERS[1:]},
]


def show(people: People, login: str, customer: str, tab: str) -> str:
    answer = people.client(login).call(page.show, {"customer": customer, "tab": tab})
    assert answer.status == 200, answer.text
    return json.dumps(answer.json["response"], ensure_ascii=False)


def _publish(people: People, **better: Any) -> None:
    """Attrition and next product of C01 and C05; C02 … are in neither."""
    with writing(people.engine) as connection:
        for run_id, kind in ((21, "attrition"), (22, "next_product")):
            connection.execute(
                insert(runs).values(
                    run_id=run_id, kind=kind, state="published", version=f"{kind[0].upper()}-1", as_of=AS_OF, parameters={"horizon": 3},
                    batches=[BATCH], code_version="t", seed=1, started_by="admin", started_at=NOW, finished_at=NOW, customers=1,
                    metrics=better, model={},
                )
            )  # fmt: skip
            connection.execute(
                insert(publications).values(kind=kind, run_id=run_id, published_by="x", published_at=NOW)
            )
        at_risk = Decimal("43200.00")
        connection.execute(
            insert(run_attrition).values(
                run_id=21, customer_id="C01", probability=0.36, aum=120_000, aum_at_risk=at_risk, drivers=DRIVERS
            )
        )
        connection.execute(
            insert(run_next_products).values(
                run_id=22, customer_id="C01", family="time", probability=0.04, offers=OFFERS
            )
        )
        connection.execute(
            insert(run_next_products).values(
                run_id=22, customer_id="C05", family=None, probability=None, offers=OFFERS[:1]
            )
        )
        connection.execute(update(pictures).values(attrition_run_id=21, next_product_run_id=22))
        tell(connection, "C01", attrition=0.36, aum_at_risk=at_risk, next_family="time", next_probability=0.04)


def test_leaving_and_offers_with_reasons_and_what_may_not_be_offered(people: People) -> None:
    _publish(people)
    shown = show(people, "staff", "C01", "outlook")
    for words in ("36.0%", "偏高", "4.32万元", "较近12个月均值−50.0%", "最近一次主动交易在41天前", "75%", "定期存款", "可以推荐",
                  "不可推荐", "没有任何渠道的营销同意", "4.0 倍", "A-1", "N-1"):  # fmt: skip
        assert words in shown, words
    assert "请谨慎参考" not in shown
    assert "36.0%" in show(people, "staff", "C01", "overview")


def test_a_version_no_better_than_its_rule_says_so(people: People) -> None:
    _publish(people, better=False)
    assert show(people, "staff", "C01", "outlook").count("请谨慎参考") == 2


def test_what_offers_go_by_is_said(people: People) -> None:
    """The rule alone is no doubt about itself; a run of before, which does not say, is shown without."""
    _publish(people, basis="rule", better=False, own_share={"own": 0.0})
    shown = show(people, "staff", "C01", "outlook")
    assert shown.count("推荐依据：所在分群最常开立的产品。") == 2 and "加入客户自身信息并未推荐得更准" in shown
    assert shown.count("请谨慎参考") == 1, "of attrition, which has a rule of its own"
    with writing(people.engine) as connection:
        told = {"basis": "blend", "better": True, "own_share": {"own": 0.25}}
        connection.execute(update(runs).where(runs.c.run_id == 22).values(metrics=told))
    assert "再按客户自身信息调整（采用 25%" in show(people, "staff", "C01", "outlook")


def test_what_would_be_shown_is_said_before_it_is() -> None:
    """On the page of a candidate: the rule itself, below it, no better than it, or clearly better and nothing to say."""

    def said(basis: str, gain: float, better: bool) -> str:
        told = {
            "basis": basis,
            "better": better,
            "gain": {"value": gain},
            "recall": {"value": 0.669},
            "popularity": {"value": 0.721},
        }
        run = SimpleNamespace(kind="next_product", metrics=told, migration=None, as_of=AS_OF, customers=10)
        return "".join(warnings(cast(Reader, Said("zh")), cast(Run, run), None, None))

    assert "就是“所在分群最常开立的产品”这一规则" in said("rule", -0.05, False)
    assert "低于直接推荐客群内最热门的产品：命中率 66.9% 对 72.1%" in said("blend", -0.05, False)
    assert "没有明确优势" in said("blend", 0.01, False)
    assert said("blend", 0.05, True) == ""


@dataclass(frozen=True)
class Said:
    """As much of a reader as words need."""

    language: str

    def t(self, key: str, **values: object) -> str:
        return translations.text(self.language, key, **values)


def test_why_there_is_nothing_is_said(people: People) -> None:
    assert "没有已发布的流失预警" in show(people, "staff", "C01", "outlook")
    _publish(people)
    with writing(people.engine) as connection:
        tell(connection, "C02", aum=None)
        tell(connection, "C03", last_own_movement_on=AS_OF.replace(year=2025))
    assert "没有管理资产" in show(people, "staff", "C02", "outlook")
    assert "183天内没有本人交易（最近一次 2025-10-31）" in show(people, "staff", "C03", "outlook")
    assert "那次计算时还不符合条件" in show(people, "staff", "C04", "outlook")
    assert "没有为这位客户列出产品" in show(people, "staff", "C04", "outlook")
    none = show(people, "staff", "C05", "outlook")
    assert "目前没有可以推荐的产品" in none and "没有任何渠道的营销同意" in none


def test_the_life_line_says_since_when(people: People) -> None:
    with writing(people.engine) as connection:
        tell(connection, "C01", opened_on=AS_OF.replace(year=2015), last_own_movement_on=AS_OF)
    shown = show(people, "staff", "C01", "overview")
    for words in ("生命周期：成熟", "选择", "争取", "发展", "保持"):
        assert words in shown, words
    with writing(people.engine) as connection:
        tell(connection, "C01", life_cycle="declining")
    shown = show(people, "staff", "C01", "overview")
    assert "生命周期：衰退，自2026年10月起" in shown, "the published stage is the last month's word"
    with writing(people.engine) as connection:
        tell(connection, "C01", life_cycle="lost")
    assert "不在这四个阶段之中" in show(people, "staff", "C01", "overview")


def test_peers_stay_in_scope_and_are_masked(people: People) -> None:
    assert "您的范围内属于" in show(people, "staff", "C01", "peers"), "two of a segment are no group"
    with writing(people.engine) as connection:
        connection.execute(update(customers).values(segment=1))
    shown = show(people, "executive", "C01", "peers")
    assert "12 位客户相比" in shown and "/customers/C02" in shown and "李小敏" not in shown and "李*敏" in shown
    assert "最相近的客户" in shown and "东湖" not in show(people, "staff", "C01", "peers")


@pytest.mark.parametrize("customer", ["C01", "C02"])
def test_versions_tell_what_changed_and_hide_what_never_was_on_show(people: People, customer: str) -> None:
    with writing(people.engine) as connection:
        for run_id, version, state in (
            (31, "S-old", "superseded"),
            (32, "S-bad", "rejected"),
            (33, "S-new", "candidate"),
        ):
            connection.execute(
                insert(runs).values(
                    run_id=run_id, kind="segmentation", state=state, version=version, as_of=AS_OF, parameters={}, batches=[BATCH],
                    code_version="t", seed=1, started_by="admin", started_at=NOW, finished_at=NOW, customers=1, metrics={}, model={},
                )
            )  # fmt: skip
            told = {"tier": "basic", "life_cycle": "growing", "segment": 2, "aum": Decimal("1000.00")}
            connection.execute(insert(run_segments).values(run_id=run_id, customer_id="C01", **told))
        on_show = {"tier": "gold", "life_cycle": "mature", "segment": 2, "aum": Decimal("1000.00")}
        connection.execute(
            update(run_segments).where(run_segments.c.run_id == 1, run_segments.c.customer_id == "C01").values(on_show)
        )
        for run_id, at in ((31, NOW.replace(month=10)), (1, NOW)):
            connection.execute(
                insert(publications).values(kind="segmentation", run_id=run_id, published_by="x", published_at=at)
            )
    shown = show(people, "staff", customer, "history")
    assert "S-old" in shown and "S-bad" not in shown and "S-new" not in shown
    if customer == "C01":
        assert "价值等级 普通 → 金卡；生命周期 成长 → 成熟" in shown and "首个版本" in shown
    else:
        assert "这一版本不含这位客户" in shown and "新纳入这位客户" in shown


def test_versions_have_a_line_each_time_on_show_against_what_was_replaced(people: People) -> None:
    """First, second, and the first again: three lines, the one on show on top, each told against the one it replaced."""
    kept = {"customer_id": "C01", "life_cycle": "mature", "segment": 2, "aum": Decimal("1000.00")}
    with writing(people.engine) as connection:
        told = dict(connection.execute(select(runs).where(runs.c.run_id == 1)).mappings().one())
        connection.execute(insert(runs).values({**told, "run_id": 31, "version": "S-two", "state": "superseded"}))
        connection.execute(delete(run_segments).where(run_segments.c.customer_id == "C01"))
        for run_id, tier in ((1, "gold"), (31, "basic")):
            connection.execute(insert(run_segments).values(run_id=run_id, tier=tier, **kept))
        for run_id, before, month, why in ((1, None, 8, "起步"), (31, 1, 9, "新参数"), (1, 31, 10, "退回")):
            connection.execute(
                insert(publications).values(
                    kind="segmentation", run_id=run_id, previous_run_id=before, published_by="x", reason=why,
                    published_at=NOW.replace(month=month, day=1),
                )
            )  # fmt: skip
    shown = show(people, "staff", "C01", "history")
    lines = [shown.index(words) for words in (
        "由 x 重新启用 · 替换 S-two · 退回", "价值等级 普通 → 金卡", "由 x 发布 · 替换", "价值等级 金卡 → 普通", "由 x 发布 · 起步",
        "首个版本",
    )]  # fmt: skip
    assert lines == sorted(lines) and shown.count("使用中") == 1 and "2 个版本" in shown
