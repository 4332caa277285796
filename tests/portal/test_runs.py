"""Runs: a candidate beside what is on show, published by somebody else, rejected with a reason, and the way back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select, update

from console.main import main as console
from domain.behaviour.attrition import AttritionParameters
from domain.credit.binning import BinningRules
from domain.credit.scorecard import Scaling
from domain.credit.selection import SelectionRules
from domain.marketing.next_product import NextProductParameters
from domain.plain import to_plain
from domain.segmentation.run import SegmentationParameters
from portal.callbacks import customers as look_up
from portal.callbacks import run as one
from portal.callbacks import runs as page
from portal.run_warnings import missing
from store.database import reading, writing
from store.tables import audit_log, batches, customers, pictures, publications, run_segments, runs
from tests.people import Answer, Client, People
from tests.small_picture import AS_OF, BATCH, NOW

CANDIDATE, CREDIT = 11, 12
MOVED = {
    "tier": {
        "cells": [
            {"before": "gold", "after": "gold", "customers": 6, "aum": 1.0},
            {"before": "gold", "after": "diamond", "customers": 4, "aum": 2.0},
            {"before": "none", "after": "gold", "customers": 1, "aum": 2.0},
            {"before": "absent", "after": "gold", "customers": 1, "aum": 2.0},
        ],
        "movers": [{"customer_id": "C07", "before": "gold", "after": "diamond", "aum": 2.0}],
        "customers": 12, "moved": 5, "aum_moved": 1386400.0, "stayed": 6 / 11,
    }
}  # fmt: skip
SEGMENTED = {
    "k": {
        "personal": {
            "k": 4,
            "customers": 10,
            "stable": False,
            "candidates": [{"k": 4, "silhouette": 0.21, "stability": 0.7}],
        }
    }
}
RATED = {
    "auc": {"value": 0.851, "low": 0.82, "high": 0.88}, "ks": {"value": 0.55, "low": 0.5, "high": 0.6}, "slope": 0.5,
    "rows": 600, "bad": 76, "sample": "application", "mean_pd": 0.021,
}  # fmt: skip


def _run(run_id: int, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "run_id": run_id, "kind": kind, "state": "candidate", "version": f"new-{kind}", "as_of": AS_OF, "parameters": {},
        "batches": [BATCH], "code_version": "abc", "seed": 1, "started_by": "admin", "started_at": NOW - timedelta(hours=1),
        "finished_at": NOW, "customers": 12, "metrics": {}, "model": {}, "migration": None, **more,
    }  # fmt: skip


@pytest.fixture
def candidates(people: People) -> People:
    """Two candidates the first administrator started; the segmentation puts everybody into tier platinum."""
    rows = [{"run_id": CANDIDATE, "customer_id": f"C{n:02d}", "tier": "platinum", "aum": 100} for n in range(1, 13)]
    with writing(people.engine) as connection:
        for row in (
            _run(CANDIDATE, "segmentation", metrics=SEGMENTED, migration=MOVED),
            _run(CREDIT, "credit", metrics=RATED),
        ):
            connection.execute(insert(runs).values(row))
        connection.execute(insert(run_segments), rows)
    return people


def test_the_console_says_what_gives_pause_as_the_page_does(
    candidates: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"HOME": candidates.settings.home, "SECRET_KEY": "k" * 40, "DATABASE_URL": candidates.settings.database_url}
    for name, value in told.items():
        monkeypatch.setenv(f"GUANXI_{name}", str(value))
    order = ["publish", str(CANDIDATE), "--by", "admin2"]
    halted = CliRunner().invoke(console, order, catch_exceptions=False)
    admin = candidates.client("admin2")
    admin.post("/preferences", data={"language": "en"})
    said = [line.removeprefix("warning: ") for line in halted.output.splitlines() if line.startswith("warning: ")]
    assert halted.exit_code == 1 and "add --despite-warnings" in halted.output and _tiers(candidates) != {"platinum"}
    assert len(said) > 1 and all(sentence in admin.open_page(f"/admin/runs/{CANDIDATE}") for sentence in said)
    sure = CliRunner().invoke(console, [*order, "--despite-warnings"], catch_exceptions=False)
    assert sure.exit_code == 0 and _tiers(candidates) == {"platinum"}


def _tiers(people: People) -> set[str | None]:
    with reading(people.engine) as connection:
        return set(connection.scalars(select(customers.c.tier)))


def _trail(people: People) -> list[tuple[Any, ...]]:
    query = select(audit_log.c.actor, audit_log.c.action, audit_log.c.object_id).where(
        audit_log.c.action.like("runs.%")
    )
    with reading(people.engine) as connection:
        return [tuple(row) for row in connection.execute(query.order_by(audit_log.c.sequence))]


def _back(client: Client, kind: str, reason: str) -> Answer:
    pressed = [{"id": {"kind": kind, "type": "runs-back"}, "property": "n_clicks", "value": 1}]
    given = [{"id": {"kind": kind, "type": "runs-reason"}, "property": "value", "value": reason}]
    return client.call(page.back, pressed, given, triggered=f'{{"kind":"{kind}","type":"runs-back"}}.n_clicks')


def test_the_list_compares_by_the_main_figures(candidates: People) -> None:
    shown = candidates.client("admin2").open_page("/admin/runs")
    assert "0.851（0.820–0.880）" in shown and "个人 4 群" in shown and "候选" in shown and "使用中" in shown


def test_a_candidate_shows_who_moves_and_what_gives_pause_but_no_customer(candidates: People) -> None:
    shown = candidates.client("admin2").open_page(f"/admin/runs/{CANDIDATE}")
    for words in ("45.5% 的客户会改变价值等级", "划分不够稳定", "新增", "未划分", "138.6万元", "轮廓系数 0.210"):
        assert words in shown
    assert "C07" not in shown, "an administrator does not see customers"
    credit = candidates.client("risk").open_page(f"/admin/runs/{CREDIT}")
    assert "校准斜率为 0.50" in credit and "600 个样本，其中坏 76 个（按贷款结果）" in credit and "没有迁移表" in credit


def test_what_is_missing_fewer_or_drifted_is_said_before_publishing(candidates: People) -> None:
    """For every kind: fewer customers, months that are not there, an older day; what is predicted far from before."""
    gone = "2026-05-31"
    with writing(candidates.engine) as connection:
        months = connection.scalar(select(pictures.c.months)) or []
        connection.execute(update(pictures).values(months=[month for month in months if month != gone]))
        for number, kind, metrics in (
            (21, "attrition", {"expected_leavers": 30, "scored": 100}),
            (22, "next_product", {"nothing_to_offer": 30, "scored": 100}),
            (23, "contribution", {}),
        ):
            on_show = {"state": "published", "decided_by": "admin2", "customers": 120}
            before = {name: 10 if name != "scored" else 100 for name in metrics}
            more = {"parameters": {"rating_run": 12}} if kind == "contribution" else {}
            connection.execute(insert(runs).values(_run(number, kind, metrics=metrics, customers=100, **more)))
            connection.execute(
                insert(runs).values({**_run(number + 10, kind, metrics=before), **on_show, "version": "was"})
            )
        for number, version in ((23, 2), (33, 0)):
            used = {"rating_run": 12, "versions": [{"version": version, "valid_from": None, "months": 25}]}
            connection.execute(update(runs).where(runs.c.run_id == number).values(parameters=used))
    second = candidates.client("admin2")
    for number, kind in (
        (CANDIDATE, "segmentation"),
        (CREDIT, "credit"),
        (21, "attrition"),
        (22, "next_product"),
        (23, ""),
    ):
        shown = second.open_page(f"/admin/runs/{number}")
        assert "数据中缺少这些月份：2026-05" in shown, kind
        if number > 20:
            assert "客户数为 100，当前版本为 120，少了一成以上" in shown, kind
    for number, words in (
        (21, "预计流失的比例漂移：现为 30.00%，当前版本为 10.00%，变动 +200.0%"),
        (22, "无可推荐产品的比例漂移：现为 30.00%"),
    ):
        assert words in second.open_page(f"/admin/runs/{number}")
    shown = second.open_page("/admin/runs/23")
    assert "所用参数为版本 2（25 个月）；当前使用的版本用的是版本 0（25 个月）" in shown
    assert "违约概率取自 new-credit，现在使用的信用评级是 v3.2，建议重算" in shown
    second.post("/preferences", data={"language": "en"})
    assert "The data lack these months: 2026-05" in second.open_page("/admin/runs/21")


def test_months_that_are_not_there() -> None:
    months = [date(2025, 11, 30), date(2026, 2, 28), date(2026, 3, 31)]
    assert missing(months) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert missing(months[:1]) == missing([]) == []


@pytest.mark.parametrize("run_id", [CANDIDATE, CREDIT])
def test_a_run_of_one_branch_says_so_and_needs_the_run_it_stands_on(candidates: People, run_id: int) -> None:
    second = candidates.client("admin2")
    assert "全行" in second.open_page(f"/admin/runs/{run_id}")
    source = {"run_id": 99, "version": "S-old"}
    parameters = {"branch": {"id": "B2", "name": "东湖支行"}, "carried_from": source}
    told = {"recomputed": 5, "carried_over": 1207}
    with writing(candidates.engine) as connection:
        connection.execute(update(runs).where(runs.c.run_id == run_id).values(parameters=parameters, metrics=told))
    assert "东湖支行：重算 5 户，其余 1,207 户沿用 S-old" in second.open_page(f"/admin/runs/{run_id}")
    assert "东湖支行" in second.open_page("/admin/runs")
    assert "请重新计算该机构" in second.call(one.publish, 1, run_id, "核对过").toast
    assert _trail(candidates) == []


def test_a_run_says_every_parameter_in_words(candidates: People) -> None:
    credit = {
        "sample": "behaviour", "binning": asdict(BinningRules()), "selection": asdict(SelectionRules()),
        "scaling": asdict(Scaling()), "masterscale": {"grades": ["AAA", "AA", "C"], "bounds": [0.001, 0.08]},
        "long_run_rate": 0.025, "novel": 7,
    }  # fmt: skip
    parts = to_plain(SegmentationParameters(as_of=AS_OF, keep_cuts=True))
    with writing(candidates.engine) as connection:
        for run_id, told in ((CREDIT, credit), (CANDIDATE, parts)):
            connection.execute(update(runs).where(runs.c.run_id == run_id).values(parameters=told))
    second = candidates.client("admin2")
    shown = second.open_page(f"/admin/runs/{CREDIT}")
    for words in (
        "按贷后表现",
        "校准到 2.50%",
        "由取值切出的每箱不少于 5.0%，状态（如逾期期数）、特殊取值与缺失值不论多少各成一箱",
        "IV 不低于 0.02",
        "好坏比 50:1 时为 600 分",
        "C ≥ 8.00%",
    ):
        assert words in shown
    assert '"novel"' in shown, "what has no words yet is not left out"
    shown = second.open_page(f"/admin/runs/{CANDIDATE}")
    for words in (
        "钻石 ≥ 600.0万元",
        "沿用当时使用版本的分界值",
        "在 3 至 9 群之间选择",
        "29 项：",
        "最小客群不少于 2.0%",
    ):
        assert words in shown
    second.post("/preferences", data={"language": "en"})
    assert "3 to 9 clusters; 20 redraws" in second.open_page(f"/admin/runs/{CANDIDATE}")


@pytest.mark.parametrize(
    ("kind", "parameters"), [("attrition", AttritionParameters()), ("next_product", NextProductParameters())]
)
def test_the_parameters_of_predictions_have_words(candidates: People, kind: str, parameters: Any) -> None:
    with writing(candidates.engine) as connection:
        connection.execute(insert(runs).values(_run(13, kind, parameters=asdict(parameters))))
    client = candidates.client("admin2")
    for language in ("zh", "en"):
        client.post("/preferences", data={"language": language})
        shown = client.open_page("/admin/runs/13")
        assert not [name for name in asdict(parameters) if f'"{name}"' in shown]
        assert f"{parameters.boosting.most_rows:,}" in shown


def test_a_run_whose_batch_counts_no_longer(candidates: People) -> None:
    with writing(candidates.engine) as connection:
        gone = {"state": "rolled_back", "counts": False, "changed_at": NOW, "changed_by": "chief"}
        connection.execute(update(batches).where(batches.c.batch_id == BATCH).values(gone))
    second = candidates.client("admin2")
    shown = second.open_page(f"/admin/runs/{CANDIDATE}")
    assert f"算自批次 #{BATCH}，该批次已不再计入" in shown
    assert "已不再计入" in second.call(one.publish, 1, CANDIDATE, "核对过").toast
    assert "platinum" not in _tiers(candidates)


def test_a_published_run_keeps_what_it_replaced_beside_it(candidates: People) -> None:
    second = candidates.client("admin2")
    second.call(one.publish, 1, CANDIDATE, "核对过")
    shown = second.open_page(f"/admin/runs/{CANDIDATE}")
    assert "这一版本正在使用" in shown and "上一版本" in shown
    assert "当前没有别的版本在使用" not in shown


def test_who_started_it_may_not_publish_it(candidates: People) -> None:
    admin = candidates.client("admin")
    shown = admin.open_page(f"/admin/runs/{CANDIDATE}")
    assert '"disabled": true' in shown and "由您发起" in shown
    assert "须由另一位" in admin.call(one.publish, 1, CANDIDATE, "fine").toast
    assert "platinum" not in _tiers(candidates) and _trail(candidates) == []


def test_somebody_else_publishes_and_goes_back_in_one_step(candidates: People) -> None:
    before, second = _tiers(candidates), candidates.client("admin2")
    assert second.call(one.publish, 1, CANDIDATE, "核对过").value("frame-place", "href") == f"/admin/runs/{CANDIDATE}"
    assert _tiers(candidates) == {"platinum"}
    assert "new-segmentation" in second.open_page("/admin/runs") and "退回" in second.open_page("/admin/runs")
    assert "已经有了决定" in second.call(one.publish, 1, CANDIDATE, "twice").toast
    assert "请写明原因" in _back(second, "segmentation", " ").toast
    assert _back(second, "segmentation", "客群不对").value("frame-place", "href") == "/admin/runs"
    assert _tiers(candidates) != {"platinum"} and before
    gone_from = second.open_page(f"/admin/runs/{CANDIDATE}")
    assert "要重新启用 new-segmentation 吗" in gone_from and "要发布 new-segmentation 吗" not in gone_from
    assert "使用记录" in gone_from and "核对过" in gone_from
    runs_page, again = second.open_page("/admin/runs"), second.open_page("/admin/runs/1")
    assert "撤销退回" in runs_page and "改回 new-segmentation" in runs_page and "客群不对" in runs_page
    assert "重新启用" in again and "替换 new-segmentation" in again and "与上一版本" not in again, (
        "the later run is not before it"
    )
    assert _trail(candidates) == [("admin2", "runs.publish", str(CANDIDATE)), ("admin2", "runs.publish", "1")]
    with reading(candidates.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(publications)) == 2


def test_who_compared_with_another_run_looks_again_first(candidates: People) -> None:
    before, second = _tiers(candidates), candidates.client("admin2")
    shown = second.open_page(f"/admin/runs/{CANDIDATE}")
    assert re.search(r'"(id": "run-seen-on-show", "data": 1|data": 1, "id": "run-seen-on-show")\b', shown)
    assert "已有另一版本" in second.call(one.publish, 1, CANDIDATE, "核对过", 99).toast
    assert _tiers(candidates) == before and _trail(candidates) == []
    assert second.call(one.publish, 1, CANDIDATE, "核对过", 1).status == 200
    assert _tiers(candidates) == {"platinum"}


def test_rejected_with_a_reason_only(candidates: People) -> None:
    second = candidates.client("admin2")
    assert "请写明原因" in second.call(one.reject, 1, CREDIT, "").toast
    assert second.call(one.reject, 1, CREDIT, "斜率太低").status == 200
    shown = second.open_page(f"/admin/runs/{CREDIT}")
    assert "已否决" in shown and "斜率太低" in shown and "run-publish" not in shown
    assert _trail(candidates) == [("admin2", "runs.reject", str(CREDIT))]


@pytest.mark.parametrize("login", ["staff", "executive", "auditor"])
def test_others_are_refused(candidates: People, login: str) -> None:
    other = candidates.client(login)
    pages = [other.open_page(path) for path in ("/admin/runs", f"/admin/runs/{CANDIDATE}", f"/admin/runs/{CREDIT}")]
    if login == "auditor":  # who reads, and has nothing to press
        assert "没有权限" not in "".join(pages)
        assert not any(
            ident in page for page in pages for ident in ("run-publish", "run-reject", "run-reason", "runs-back")
        )
    else:
        assert all("权限" in page for page in pages)
    assert other.call(one.publish, 1, CANDIDATE, "x").status == 403
    assert other.call(one.reject, 1, CREDIT, "x").status == 403
    assert _back(other, "credit", "x").status == 403


def test_no_such_run(people_reading: People) -> None:
    assert "没有这个版本" in people_reading.client("admin").open_page("/admin/runs/999")


def test_every_kind_says_who_would_move_and_never_that_nothing_was_on_show_when_something_was(
    candidates: People,
) -> None:
    cells = [("low", "high", 3), ("absent", "low", 2), ("low", "low", 9)]
    risk = {"cells": [{"before": a, "after": b, "customers": n, "aum": 1.0} for a, b, n in cells], "moved": 3,
            "aum_moved": 5.0, "stayed": 0.9, "customers": 14,
            "movers": [{"customer_id": "C07", "before": "low", "after": "high", "aum": 5.0}],
            "by_probability": [{"customer_id": "C07", "before": 0.02, "after": 0.31}]}  # fmt: skip
    offer = {**risk, "cells": [{"before": "deposit", "after": "none", "customers": 3, "aum": 1.0}]}
    rule = {"basis": "rule", "recall": {"value": 0.719, "low": 0.7, "high": 0.73}, "better": False,
            "popularity": {"value": 0.735, "low": 0.72, "high": 0.75}, "gain": {"value": -0.016, "low": -0.03, "high": 0.01}}  # fmt: skip
    with writing(candidates.engine) as connection:
        for row in (
            _run(21, "attrition", migration={"risk": risk}),
            _run(22, "next_product", migration={"offer": offer}, metrics=rule),
        ):
            connection.execute(insert(runs).values(row))
        moment = NOW - timedelta(days=1)
        connection.execute(
            insert(publications).values(kind="credit", run_id=CREDIT, published_at=moment, published_by="admin2")
        )
    admin = candidates.client("admin2")
    shown = admin.open_page("/admin/runs/21")
    for words in ("流失可能迁移", "高：20% 及以上", "低：不到 5%", "未预测"):
        assert words in shown, words
    assert "没有迁移表" not in shown
    shown = admin.open_page("/admin/runs/22")
    assert "C07" not in str(admin.call(one.movers, 21).json), "an administrator does not see customers"
    told = str(candidates.client("risk").call(one.movers, 21).json)
    assert "step=" not in told, "what was on show then is not known"
    assert "C07" in told and "31.0%" in told and "流失可能变动最大的客户" in told
    assert ("risk", "runs.movers", "21") in _trail(candidates)
    assert "首推产品迁移" in shown and "无可推荐" in shown
    listed = admin.open_page("/admin/runs")
    assert "前三命中率 0.735" in listed and "0.719" not in listed, "the main figure is of what is shown"
    shown = admin.open_page(f"/admin/runs/{CREDIT}")
    assert "没有随之保存迁移表" in shown and "计算时还没有使用中的版本" not in shown


def test_a_cell_of_the_migration_opens_its_customers_for_who_sees_them(candidates: People) -> None:
    with writing(candidates.engine) as connection:
        connection.execute(
            insert(publications).values(kind="segmentation", run_id=1, published_at=NOW - timedelta(days=1), published_by="x")
        )  # fmt: skip
    assert "step=" not in candidates.client("admin2").open_page(f"/admin/runs/{CANDIDATE}")
    risk = candidates.client("risk")
    told = json.dumps(risk.call(one.movers, CANDIDATE).json, ensure_ascii=False)
    cells = re.findall(r'\{"children": "([0-9,]+)", "href": "(/customers\?step=[^"]+tier:[^"]+)"', told)
    assert cells and "您权限范围内，与当时使用的" in told
    assert sum(int(count) for count, _ in cells) == 12
    for count, address in cells:
        told = json.dumps(risk.call(look_up.counts, address.partition("?")[2]).json, ensure_ascii=False)
        assert f"共 {count} 户" in told and "价值等级" in told and "白金" in told, address
    refused = candidates.client("staff").call(look_up.counts, cells[0][1].partition("?")[2])
    assert "没有查看计算版本的权限" in str(refused.json), "a candidate is no business of theirs"
