"""The rating of a customer as JSON, at the prompt: it adds up, tells the override, and is on the trail."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from console.main import main
from store import overrides
from store.database import migrate, open_engine, writing
from store.scope import whole_bank
from store.tables import audit_log, rating_overrides
from tests.people import write_people
from tests.portal.test_customer import POINTS, REASONS
from tests.small_picture import NOW, tell, write_small_picture


def test_a_rating_is_explained_as_json_and_that_is_on_the_trail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'guanxi.db'}"
    for name, value in (("HOME", str(tmp_path)), ("SECRET_KEY", "k" * 40), ("DATABASE_URL", url)):
        monkeypatch.setenv(f"GUANXI_{name}", value)
    migrate(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        write_small_picture(connection)
        write_people(connection)
        tell(connection, "C01", grade="BBB", score=601, rating_points=POINTS, rating_reasons=REASONS)
        words = "seen the tax return of last year"
        bank = whole_bank(connection)
        number = overrides.propose(
            connection, bank, "C01", "A", "verified_means", words, NOW.date() + dt.timedelta(9), "staff", NOW
        )
        overrides.sign(connection, bank, number, words, "risk", NOW)
        connection.execute(update(rating_overrides).values(expires_on=dt.date(9999, 1, 1)))
    made = CliRunner().invoke(main, ["rating", "C01"], catch_exceptions=False)
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    assert told["base"] + sum(part["points"] for part in told["points"]) == told["score"] == 601
    assert (told["grade"], told["grade_in_effect"], told["override"]["signed_by"], told["rating"]) == (
        "BBB",
        "A",
        "risk",
        "v3.2",
    )
    assert told["points"][0] | {"average": None} == {
        "characteristic": "utilisation", "zh": "额度使用率", "en": "utilisation of limits", "value": 0.16, "unit": "share",
        "bin_zh": "低于20%", "bin_en": "under 20%", "points": 62, "best": 70, "lost": 8, "lacks": None, "average": None,
    }  # fmt: skip
    assert CliRunner().invoke(main, ["rating", "C99"]).exit_code == 1
    with engine.connect() as connection:
        [line] = connection.execute(select(audit_log).where(audit_log.c.action == "rating.explain")).all()
    assert line.actor.startswith("console:") and line.object_id == "C01"
    engine.dispose()
