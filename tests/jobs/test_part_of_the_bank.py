"""One branch computed anew, everybody else as published: on both databases, from delivery to publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from config.settings import Settings
from domain.credit.run import ScorecardParameters
from domain.segmentation.clusters import ClusterRules
from domain.segmentation.run import SegmentationParameters
from jobs import build_picture, rate_customers, segment_customers
from jobs.runner import Refused
from store.database import open_engine, reading, writing
from store.ledger import roll_back, roll_forward
from store.rating_changes import listed
from store.runs import Run, RunRefused, back_to, publish, published, run
from store.scope import whole_bank
from store.served_runs import rows_of
from store.tables import branches, customers, run_segments, runs
from tests.databases import KINDS, Databases
from tests.jobs.asked import AT, FALLEN, Asked, deliver, go
from tests.warehouse.small_bank import SmallBank, draw

JOBS = {"segmentation": segment_customers, "credit": rate_customers}
CITY, BRANCH, ELSEWHERE, EMPTY = "C1", "B1", "B3", "B9"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    return draw(tmp_path_factory.mktemp("bank") / "bank.duckdb", 320, 25, 2.0).changed(FALLEN)


@pytest.fixture(autouse=True)
def quick_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """How good a model is does not matter here."""
    few = partial(ScorecardParameters, folds=2, repeats=1, redraws=10)
    monkeypatch.setattr(rate_customers, "ScorecardParameters", few)
    rules = ClusterRules(most=4, refits=2, bootstrap=200)
    monkeypatch.setattr(segment_customers, "SegmentationParameters", partial(SegmentationParameters, clusters=rules))


@pytest.fixture(scope="module", params=KINDS)
def asked(
    request: pytest.FixtureRequest, databases: Databases, bank: SmallBank, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """A bank with a picture and nothing published."""
    home = tmp_path_factory.mktemp("home")
    with databases.fresh(request.param, home) as url:
        engine = open_engine(url)
        here = Asked(Settings(home=home, secret_key="k" * 40, database_url=url, redis_url=""), engine)
        deliver(bank, home / "2026-06-30", here.settings, engine)
        go(build_picture, here)
        with writing(engine) as connection:
            empty = {"branch_id": EMPTY, "name": "空支行", "parent_id": "C2", "level": 2, "path": "/HQ/C2/B9/"}
            connection.execute(insert(branches).values(empty))
        yield here
        engine.dispose()


def _rows(asked: Asked, run_id: int) -> dict[str, Any]:
    """What a run says of each customer."""
    with reading(asked.engine) as connection:
        kept = run(connection, run_id)
        assert kept is not None
        table: Table = rows_of(kept.kind)
        told = [column for column in table.c if column.name != "run_id"]
        found = connection.execute(select(*told).where(table.c.run_id == run_id)).all()
        assert len(found) == kept.customers
    return {row.customer_id: tuple(row) for row in found}


def _run(asked: Asked, run_id: int) -> Run:
    with reading(asked.engine) as connection:
        kept = run(connection, run_id)
    assert kept is not None
    return kept


def _shown(asked: Asked, kind: str) -> Run:
    with reading(asked.engine) as connection:
        shown = published(connection, kind)
    assert shown is not None
    return shown


def _publish(asked: Asked, run_id: int) -> None:
    with writing(asked.engine) as connection:
        publish(connection, run_id, "checker", AT)


def _of(asked: Asked, prefix: str) -> set[str]:
    with reading(asked.engine) as connection:
        found = connection.execute(select(customers.c.customer_id, customers.c.branch_path)).all()
    return {row.customer_id for row in found if row.branch_path.startswith(prefix)}


@pytest.mark.parametrize("kind", JOBS)
def test_without_a_published_run_it_is_refused(asked: Asked, kind: str) -> None:
    with pytest.raises(Refused, match="No run is on show yet") as refusal:
        go(JOBS[kind], asked, branch=BRANCH)
    assert "还没有发布过版本" in refusal.value.sentence
    _publish(asked, go(JOBS[kind], asked, as_of="2026-05-31" if kind == "segmentation" else None)["run_id"])


@pytest.mark.parametrize("kind", JOBS)
@pytest.mark.parametrize(
    ("branch", "more", "said", "zh"),
    [
        ("B77", {}, "no branch B77", "没有编号为 B77 的机构"),
        (EMPTY, {}, "Nobody is a customer of 空支行", "空支行没有客户"),
        (BRANCH, {"as_of": "2026-04-30"}, "at the date of all others, not at 2026-04-30", "不能是 2026-04-30"),
    ],
)
def test_what_cannot_be_is_refused_in_both_languages(
    asked: Asked, kind: str, branch: str, more: dict[str, str], said: str, zh: str
) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        go(JOBS[kind], asked, branch=branch, **more)
    assert zh in refusal.value.sentence


def test_a_branch_has_no_calibration_of_its_own(asked: Asked) -> None:
    with pytest.raises(Refused, match="long-run share of bad; leave that empty"):
        go(rate_customers, asked, branch=BRANCH, long_run_rate=0.02)


@pytest.mark.parametrize("kind", JOBS)
@pytest.mark.parametrize(("branch", "path"), [(BRANCH, "/HQ/C1/B1/"), (CITY, "/HQ/C1/"), ("HQ", "/HQ/")])
def test_the_same_figures_give_the_published_rows(asked: Asked, kind: str, branch: str, path: str) -> None:
    shown = _shown(asked, kind)
    result = go(JOBS[kind], asked, branch=branch)
    again = _run(asked, result["run_id"])
    rows = _rows(asked, again.run_id)
    assert rows == _rows(asked, shown.run_id)
    inside = len(set(rows) & _of(asked, path))
    assert 0 < inside == result["customers"]
    assert (again.state, again.as_of, again.seed) == ("candidate", shown.as_of, shown.seed)
    assert again.model == shown.model
    assert again.metrics == {**shown.metrics, "recomputed": inside, "carried_over": len(rows) - inside}
    assert again.parameters["branch"]["id"] == branch and again.parameters["branch"]["name"]
    assert again.parameters["carried_from"] == {"run_id": shown.run_id, "version": shown.version}
    assert all(moved["moved"] == 0 and moved["stayed"] == 1 for moved in (again.migration or {}).values())
    assert again.migration


def test_only_the_branch_moves_and_the_way_there_and_back_is_as_for_any_run(asked: Asked) -> None:
    """The published run said something else of everybody; the recompute puts one branch right and nobody else."""
    shown = _shown(asked, "segmentation")
    right = _rows(asked, shown.run_id)
    mine = _of(asked, "/HQ/C1/B1/")
    with writing(asked.engine) as connection:
        connection.execute(update(run_segments).where(run_segments.c.run_id == shown.run_id).values(life_cycle="new"))
    wrong = _rows(asked, shown.run_id)
    result = go(segment_customers, asked, branch=BRANCH)
    other = go(segment_customers, asked, branch=ELSEWHERE)
    rows = _rows(asked, result["run_id"])
    assert all(rows[name] == (right if name in mine else wrong)[name] for name in rows)
    moved = (_run(asked, result["run_id"]).migration or {})["life_cycle"]
    assert moved["customers"] == len(rows) and {mover["customer_id"] for mover in moved["movers"]} <= mine
    _publish(asked, result["run_id"])
    with reading(asked.engine) as connection:
        served = dict(connection.execute(select(customers.c.customer_id, customers.c.life_cycle)).all())
    stage = list(run_segments.c.keys()).index("life_cycle") - 1
    assert set(rows) < set(served)  # who came after the run's date has no row, as before
    assert served == {name: rows[name][stage] if name in rows else None for name in served}
    with pytest.raises(RunRefused, match="no longer on show; recompute the branch again"):
        _publish(asked, other["run_id"])  # it would take the first branch back
    with writing(asked.engine) as connection:
        assert back_to(connection, "segmentation", "checker", AT, "drift") == shown.run_id
        publish(connection, result["run_id"], "checker", AT, "it was right")  # one that was on show may always be again
    after = go(segment_customers, asked)
    assert "branch" not in _run(asked, after["run_id"]).parameters and after["as_of"] == "2026-06-30"


def test_who_has_no_credit_any_more_loses_the_rating_in_the_branch_only(asked: Asked, bank: SmallBank) -> None:
    shown = _shown(asked, "credit")
    before = _rows(asked, shown.run_id)
    mine = _of(asked, "/HQ/C1/B1/")
    folder = asked.settings.home / "2026-06-30b"
    paid_off = "update accounts set closed_on = date '2026-06-29', status = 'closed' where product_id = 'P_credit_card'"
    deliver(bank.changed(paid_off), folder, asked.settings, asked.engine)
    result = go(rate_customers, replace(asked, now=AT + dt.timedelta(hours=1)), branch=BRANCH)
    rows = _rows(asked, result["run_id"])
    assert {name: row for name, row in rows.items() if name not in mine} == {
        name: row for name, row in before.items() if name not in mine
    }
    assert 0 < len(set(rows) & mine) < len(set(before) & mine)
    again = _run(asked, result["run_id"])
    assert again.batches != shown.batches and again.metrics["rated"] == len(rows) == again.customers
    absent = sum(c["customers"] for c in (again.migration or {})["grade"]["cells"] if c["after"] == "absent")
    assert absent == len(before) - len(rows)
    with reading(asked.engine) as connection:
        moved = listed(connection, whole_bank(connection), again.run_id, rows=400)
    assert len(moved) == result["changed_ratings"] and {one.person.customer_id for one in moved} <= mine
    assert {one.person.customer_id for one in moved if one.grade_after is None} == set(before) - set(rows)


@pytest.mark.parametrize("kind", JOBS)
def test_what_is_carried_over_comes_from_batches_that_count(asked: Asked, kind: str) -> None:
    with writing(asked.engine) as connection:
        roll_back(connection, 1, "admin", AT)
    with pytest.raises(Refused, match="was made from #1, which counts no longer") as refusal:
        go(JOBS[kind], asked, branch=BRANCH)
    assert "算自批次 #1" in refusal.value.sentence
    with writing(asked.engine) as connection:
        roll_forward(connection, 1, "admin", AT)


def test_a_card_that_was_changed_by_hand_rates_nobody(asked: Asked) -> None:
    shown = _shown(asked, "credit")
    with writing(asked.engine) as connection:
        connection.execute(
            update(runs).where(runs.c.run_id == shown.run_id).values(model={**shown.model, "base_points": 1})
        )
    with pytest.raises(Refused, match="a figure was changed after it was made") as refusal:
        go(rate_customers, asked, branch=BRANCH)
    assert "无法使用版本" in refusal.value.sentence
