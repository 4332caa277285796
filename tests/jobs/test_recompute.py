"""The recompute jobs on a delivery that came in by the front door: picture, segmentation, credit."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, func, select

from config.settings import Settings
from domain.credit.by_hand import merged, plan_of
from domain.credit.early_warning import CODES
from domain.credit.grades import Masterscale
from domain.credit.scorecard import from_dict
from domain.plain import to_plain
from jobs import (
    build_picture,
    compare_models,
    compare_ratings,
    develop_scorecard,
    measure_early_warning,
    rate_customers,
    segment_customers,
)
from jobs.credit_sample import observation_days
from jobs.runner import Refused
from jobs.sources_of_a_run import code_version, forget_old_features, sayable
from store.database import open_engine, reading, writing
from store.developments import newest, save_draft
from store.early_warning import board, flagged
from store.ledger import roll_back, roll_forward
from store.models import events, list_models, of_run, on_trial
from store.parameters import MASTERSCALE, approve, propose
from store.picture import current
from store.rating_changes import comparison, counts, listed
from store.runs import publish, published, rating_rows, run
from store.scope import whole_bank
from store.tables import (
    credit_model_events,
    credit_models,
    customers,
    rating_comparisons,
    run_ratings,
    run_segments,
    runs,
)
from tests.databases import Databases
from tests.jobs.asked import AT, FALLEN, Asked, deliver, go
from tests.warehouse.small_bank import draw


@pytest.fixture(scope="module")
def asked(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    home = tmp_path_factory.mktemp("home")
    with databases.fresh("sqlite", home) as url:
        engine = open_engine(url)
        settings = Settings(home=home, secret_key="k" * 40, database_url=url, redis_url="")
        bank = draw(home / "bank.duckdb", 320, 25, 2.0).changed(FALLEN)
        deliver(bank, home / "2026-06-30", settings, engine)
        yield Asked(settings, engine)
        engine.dispose()


def test_a_delivery_becomes_a_picture_and_goes_back(asked: Asked) -> None:
    result = go(build_picture, asked)
    assert (result["customers"], result["as_of"]) == (320, "2026-06-30")
    assert list(dict.fromkeys(result["told"])) == ["features", "marts", "serve", "terms", "switch", "profiles"]
    with writing(asked.engine) as connection:
        roll_back(connection, 1, "admin", AT)
    assert go(build_picture, asked)["changed"] is False
    with writing(asked.engine) as connection:
        assert current(connection) is None
        roll_forward(connection, 1, "admin", AT)
    with pytest.raises(Refused, match="no figures after 2026-06-30"):
        go(segment_customers, asked, as_of="2026-07-31")
    with pytest.raises(Refused, match=r"no figures before \d{4}-\d\d-\d\d; 1890-01-01 is earlier"):
        go(segment_customers, asked, as_of="1890-01-01")
    with pytest.raises(Refused, match="not a date"):
        go(segment_customers, asked, as_of="soon")
    go(build_picture, asked)


def test_a_segmentation_is_kept_and_the_next_one_compares(asked: Asked) -> None:
    first = go(segment_customers, asked, as_of="2026-05-31")
    assert first["told"] == ["features", "segment", "save"]
    with writing(asked.engine) as connection:
        kept = run(connection, first["run_id"])
        assert kept is not None
        assert (kept.state, kept.kind, kept.started_by, kept.job_id) == ("candidate", "segmentation", "maker", 7)
        assert (kept.batches, kept.code_version, kept.migration) == ((1,), code_version(), None)
        rows = connection.execute(select(run_segments).where(run_segments.c.run_id == kept.run_id)).all()
        assert len(rows) == kept.customers == first["customers"]
        assert all(row.life_cycle for row in rows)
        with_tier = {row.customer_id for row in rows if row.tier}
        assert with_tier == {
            row.customer_id for row in rows if row.why["tier_value"] is not None
        }  # AUM not known: none
        assert 0 < len(rows) - len(with_tier) < 20
        publish(connection, kept.run_id, "checker", AT)
    second = go(segment_customers, asked)
    with reading(asked.engine) as connection:
        newer = run(connection, second["run_id"])
        assert newer is not None
        assert set(newer.migration or {}) == {"tier", "life_cycle", "cluster"}
        served = connection.scalar(select(func.count()).select_from(customers).where(customers.c.tier.is_not(None)))
        assert served == len(with_tier)


def test_a_credit_run_rates_whoever_has_credit(asked: Asked) -> None:
    result = go(rate_customers, asked)
    assert result["told"] == ["sample", "develop", "rate", "save"]
    assert result["changed_ratings"] == 0  # there is nothing to compare the first with
    with writing(asked.engine) as connection:
        kept = run(connection, result["run_id"])
        assert kept is not None
        assert kept.metrics["auc"]["value"] > 0.7
        assert kept.metrics["left_out"]["observed_on"][0] == "2025-06-30"
        assert kept.metrics["bad"] >= 20
        rows = connection.execute(select(run_ratings).where(run_ratings.c.run_id == kept.run_id)).all()
        assert len(rows) == kept.customers
        behind = {
            row.customer_id for row in connection.execute(select(customers).where(customers.c.days_past_due >= 90))
        }
        assert behind
        for row in rows:
            assert (row.grade == "D") == (row.customer_id in behind)
            if row.grade != "D":
                told = row.points
                assert told["base"] + sum(entry["points"] for entry in told["points"]) == row.score
        publish(connection, kept.run_id, "checker", AT)
        assert published(connection, "credit") is not None
        rated = {row.customer_id for row in rows}
        lends = ("mortgage", "consumer_loan", "credit_card")
        for row in connection.execute(select(customers)):
            assert (row.customer_id in rated) == any(family in row.families for family in lends)
            assert (row.grade is not None) == (row.customer_id in rated)


def test_the_next_delivery_is_rated_by_the_card_on_show(asked: Asked) -> None:
    with reading(asked.engine) as connection:
        shown = published(connection, "credit")
        assert shown is not None
        card = of_run(connection, shown.run_id)
        assert card is not None and (card.developed_by, card.state, card.card) == ("maker", "developed", shown.model)
        assert (card.definition["as_of"], card.definition["rows"]) == ("2026-06-30", card.metrics["rows"])
        assert card.run_id == shown.run_id and on_trial(connection, shown.run_id)
    again = go(rate_customers, asked)
    assert again["told"] == ["sample", "rate", "save"]
    earlier = go(rate_customers, asked, as_of="2026-05-31")
    with reading(asked.engine) as connection:
        kept, before = run(connection, again["run_id"]), run(connection, earlier["run_id"])
        assert kept is not None and before is not None
        assert (kept.model, kept.metrics) == (shown.model, shown.metrics) and of_run(connection, kept.run_id) == card
        assert kept.parameters == {**shown.parameters, "model_id": card.model_id}
        rows = [rating_rows(connection, run_id) for run_id in (shown.run_id, kept.run_id)]
        assert rows[0].equals(rows[1])  # the same day and the same card: the same grades
        assert kept.migration is not None and before.as_of == dt.date(2026, 5, 31)
        assert before.metrics["auc"] == shown.metrics["auc"] and before.metrics["rated"] == earlier["customers"]
        assert len(list_models(connection)) == 1
        everybody = whole_bank(connection)
        assert again["changed_ratings"] == 0 and counts(connection, everybody, again["run_id"]) == []
        moved = listed(connection, everybody, earlier["run_id"], rows=400)
        assert 0 < earlier["changed_ratings"] == len(moved)
        explained = [one for one in moved if one.parts]
        assert explained
        for one in explained:
            assert sum(part.difference for part in one.parts) == (one.score_after or 0) - (one.score_before or 0)
    for parameters, words in (
        ({"long_run_rate": 0.02}, "develop a new card"),
        ({"branch": "B1", "develop": True}, "whole bank"),
    ):
        with pytest.raises(Refused, match=words):
            go(rate_customers, asked, **parameters)


def test_a_run_is_never_without_its_changes_whoever_is_killed(asked: Asked) -> None:
    """The process dies between the rows of the run and its list of changes: neither is there, and the next attempt has both."""

    def runs_kept() -> tuple[int, int]:
        with reading(asked.engine) as connection:
            kept = connection.scalar(select(func.count()).select_from(runs).where(runs.c.kind == "credit")) or 0
            return kept, connection.scalar(select(func.count()).select_from(rating_comparisons)) or 0

    before = runs_kept()
    child = os.fork()
    if child == 0:
        try:
            compare_ratings.save = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
            mine = replace(asked, engine=open_engine(asked.settings.database_url))
            go(rate_customers, mine, as_of="2026-05-31")
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert runs_kept() == before
    again = go(rate_customers, asked, as_of="2026-05-31")
    assert runs_kept() == (before[0] + 1, before[1] + 1) and again["changed_ratings"] > 0


def test_early_warnings_flag_today_and_are_measured_on_history(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    days = measure_early_warning.watched_days(
        tuple(dt.date(2025, month, 28) for month in range(1, 13)), dt.date(2025, 12, 28)
    )
    assert days == [dt.date(2025, 12, 28)]  # no month-end among them: only the day itself
    ends = tuple(dt.date(2026, 12 - n, 1) - dt.timedelta(days=1) for n in range(10))[::-1]
    assert measure_early_warning.watched_days(ends, ends[-1]) == list(ends[6:])
    monkeypatch.setattr(measure_early_warning, "MOST_MONTHS", 2)
    result = go(measure_early_warning, asked)
    assert list(dict.fromkeys(result["told"])) == ["panel", "measure", "save"] and result["months"] == 0
    with reading(asked.engine) as connection:
        known, everybody = board(connection), whole_bank(connection)
        assert known is not None and known.as_of.isoformat() == result["as_of"] == "2026-06-30"
        assert known.first_month is None and all(one.rate is None for one in known.rules), (
            "no year of history after a month"
        )
        rows = [one for code in CODES for one in flagged(connection, everybody, code, rows=400)]
        assert len(rows) == result["flags"] > 0
        assert all(one.value is not None for one in rows)
        late = {row.customer_id for row in connection.execute(select(customers).where(customers.c.days_past_due >= 90))}
        assert late and late.isdisjoint(one.person.customer_id for one in rows), "who is in default needs no warning"


def test_a_card_from_before_the_register_is_entered_when_it_rates(asked: Asked) -> None:
    with writing(asked.engine) as connection:
        shown = published(connection, "credit")
        assert shown is not None
        connection.execute(delete(credit_model_events))
        connection.execute(delete(credit_models))
    found = go(rate_customers, asked, branch="B1")
    with reading(asked.engine) as connection:
        (card,) = list_models(connection)
        assert (card.run_id, card.developed_by, card.purpose) == (shown.run_id, "maker", "behaviour")
        part = of_run(connection, found["run_id"])
        assert part is not None and part.model_id == card.model_id and part.card == shown.model


def test_a_drafts_bins_are_those_of_its_candidate(asked: Asked) -> None:
    result = go(develop_scorecard, asked)
    with reading(asked.engine) as connection:
        made = newest(connection)
        assert made is not None and made.development_id == result["development"]
    sample, told = made.sample, {one["name"]: one for one in made.found["characteristics"]}
    assert sample["rows"] == result["rows"] == sample["good"] + sample["bad"]
    assert (sample["bad_days"], sample["performance_months"], sample["observed_on"][0]) == (90, 12, "2025-06-30")
    card = from_dict(made.found["card"])
    assert list(card.names) == made.found["kept"] == [n for n in card.names if told[n]["reason"] == "kept"]
    assert {one["reason"] for one in told.values()} > {"kept", "no_information"}
    cut = next(c.binning for c in card.characteristics if c.binning.cuts)
    bins = {cut.name: merged(plan_of(cut), 0)}
    with writing(asked.engine) as connection:
        number = save_draft(
            connection, made.development_id, bins, {}, "one band for both, as the officers asked", "risk", AT
        )
    found = go(rate_customers, asked, draft=number)
    with reading(asked.engine) as connection:
        kept, card = run(connection, found["run_id"]), of_run(connection, found["run_id"])
        assert card is not None and card.run_id == found["run_id"]
        told_of_it = [(each.act, each.by, each.words) for each in events(connection, card.model_id)]
        made_with = comparison(connection, found["run_id"])
        moves = counts(connection, whole_bank(connection), found["run_id"])
    assert made_with is not None and made_with.cause == "card" and any(one.of("card") for one in moves)
    assert all(one.own in (0, None) for one in moves), "of the same day, no figure of anybody's moved"
    assert told_of_it == [
        ("developed", "risk", "one band for both, as the officers asked")
    ]  # who set the bins, not who let it run
    assert kept is not None and kept.state == "candidate"
    assert (kept.parameters["draft"], kept.parameters["bins"]) == (number, bins)
    held = {c.name: plan_of(c.binning) for c in from_dict(dict(kept.model)).characteristics}
    assert held.get(cut.name, bins[cut.name]) == bins[cut.name]
    assert cut.name in held or any(
        v["name"] == cut.name and v["reason"] != "kept" for v in kept.metrics["verdicts"]
    )  # the selection may put a coarser characteristic out, and says so
    beside = go(compare_models, asked, champion=1, challenger=card.model_id)
    assert beside["told"] == ["sample", "rate"] and beside["as_of"] == "2026-06-30" and beside["bad"] >= 20
    assert sum(each[1] for each in beside["grades"]) == beside["rated"] == found["customers"]
    with pytest.raises(Refused, match="no model 99"):
        go(compare_models, asked, champion=1, challenger=99)
    with pytest.raises(Refused, match="no draft 99"):
        go(rate_customers, asked, draft=99)
    with pytest.raises(Refused, match="need the whole bank"):
        go(rate_customers, asked, draft=number, branch="B1")


def test_too_few_bad_is_said_and_nothing_made_up(asked: Asked) -> None:
    with pytest.raises(Refused, match=r"There are \d+ bad and \d+ good customers .* no rating was made"):
        go(rate_customers, asked, as_of="2025-08-31", develop=True)


def test_grades_follow_the_masterscale_that_holds_on_the_day(asked: Asked) -> None:
    stricter = Masterscale(bounds=tuple(bound / 2 for bound in Masterscale().bounds))
    day, plain = dt.date(2026, 6, 15), to_plain(stricter)
    with writing(asked.engine) as connection:
        number = propose(connection, MASTERSCALE, day, plain, "a review", "maker", AT)
        approve(connection, number, "checker", AT)
        shown = published(connection, "credit")
    assert shown is not None
    made = go(rate_customers, asked)
    with reading(asked.engine) as connection:
        kept = run(connection, made["run_id"])
        assert kept is not None and shown.parameters["masterscale_version"] == 0
        assert (kept.parameters["masterscale_version"], kept.parameters["masterscale"]) == (1, plain)
        assert from_dict(dict(kept.model)).masterscale == stricter
        rows = connection.execute(select(run_ratings).where(run_ratings.c.run_id == kept.run_id)).all()
        before = {
            row.customer_id: row
            for row in connection.execute(select(run_ratings).where(run_ratings.c.run_id == shown.run_id))
        }
        made_with = comparison(connection, made["run_id"])
        moves = counts(connection, whole_bank(connection), made["run_id"])
    assert made_with is not None and made_with.cause == "scale"
    assert any(one.of("card") for one in moves) and not any(one.of("alert") for one in moves)
    live = [row for row in rows if row.grade != "D"]
    assert [row.grade for row in live] == list(stricter.grade(np.array([row.pd for row in live])))
    assert all((row.score, row.pd) == (before[row.customer_id].score, before[row.customer_id].pd) for row in live)
    assert any(row.grade != before[row.customer_id].grade for row in live)


def test_observation_points_leave_a_year_after_and_half_a_year_before() -> None:
    months = tuple(dt.date(2024 + (m // 12), m % 12 + 1, 28) for m in range(36))
    assert observation_days(months, dt.date(2026, 12, 31)) == [
        dt.date(2025, 12, 31), dt.date(2025, 9, 30), dt.date(2025, 6, 30), dt.date(2025, 3, 31), dt.date(2024, 12, 31),
        dt.date(2024, 9, 30),
    ]  # fmt: skip
    assert observation_days(months, dt.date(2025, 6, 30)) == [dt.date(2024, 6, 30)]
    assert observation_days(months, dt.date(2024, 6, 30)) == []


def test_features_of_other_batches_are_forgotten_but_not_those_in_use(tmp_path: Path) -> None:
    for number in range(1, 6):
        folder = tmp_path / f"ground{number}"
        folder.mkdir()
        (folder / "2026-06-30.parquet").write_bytes(b"x")
        os.utime(folder, (number, number))
    os.utime(tmp_path / "ground1")  # a job reads it now
    assert forget_old_features(tmp_path) == ["ground3", "ground2"]
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["ground1", "ground4", "ground5"]
    assert forget_old_features(tmp_path) == []


def test_json_has_no_number_that_is_none() -> None:
    assert sayable({"a": float("nan"), "b": (1, dt.date(2026, 1, 1))}) == {"a": None, "b": [1, "2026-01-01"]}
