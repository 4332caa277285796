"""The operator's commands: help everywhere, exit codes, sentences instead of tracebacks."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, func, select, text

from console import first_delivery, first_runs
from console.main import COMMANDS, main
from console.place import opened
from jobs.registry import RUNS
from store import jobs as rows
from store.database import open_engine, reading, writing
from store.ledger import count_batches
from store.runs import NewRun, run, save_candidate
from store.served_runs import KINDS
from store.tables import customer_features, customers, pictures
from tests.small_picture import AS_OF, NOW


class Run:
    """Calls a command as the prompt would."""

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(words), catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result


@pytest.fixture
def guanxi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    for name in ("GUANXI_SECRET_KEY", "GUANXI_DATABASE_URL", "GUANXI_REDIS_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path / "home"))
    yield Run()


def _commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*before, name))


def test_a_reader_that_has_seen_enough_is_no_incident(guanxi: Run, tmp_path: Path) -> None:
    """`./guanxi deliveries | head` closed the pipe and was told that something unexpected went wrong."""
    guanxi("install")
    seen, end = os.pipe()
    os.close(seen)
    told = subprocess.run(
        [sys.executable, "-m", "console", "deliveries"], stdout=end, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(end)
    assert told.stderr == "" and told.returncode == 1
    assert not list(tmp_path.rglob("console.log"))


def test_every_command_has_its_help(guanxi: Run) -> None:
    names = list(_commands(main))
    assert len(names) > len(COMMANDS)
    for name in names:
        assert guanxi(*name, "--help").output.startswith("Usage:")


def test_a_job_is_told_which_parameter_it_does_not_know_or_lacks(guanxi: Run) -> None:
    guanxi("install")
    assert (
        "Segmentation has no parameter 'foo'; it takes as_of"
        in guanxi("run", "segment_customers", "--set", "foo=1", code=1).output
    )
    said = guanxi("run", "rate_customers", "--set", "long_run_rate=much", code=1).output
    assert "long_run_rate cannot be 'much'; give a number, a share as 0.05" in said
    assert "develop cannot be 'perhaps'; give true or false" in guanxi(
        "run", "rate_customers", "--set", "develop=perhaps", code=1
    ).output  # fmt: skip
    said = guanxi("run", "customer_report", "--set", "language=zh", code=1).output
    assert "needs customer_id; give it as --set customer_id=VALUE" in said and "unexpected" not in said


def test_nothing_works_without_a_secret_of_its_own(guanxi: Run) -> None:
    said = guanxi("status", code=1).output
    assert "no usable secret key" in said.lower()
    assert "Traceback" not in said


def test_a_database_that_is_not_as_the_program_needs_it_is_said_in_a_sentence(guanxi: Run, tmp_path: Path) -> None:
    """Not an incident: there is something to do about it."""
    guanxi("install")
    with opened() as place, writing(place.engine) as connection:
        newest = connection.execute(text("select version_num from alembic_version")).scalar_one()

    def stand(change: str) -> str:
        with open_engine(place.settings.database_url).begin() as connection:
            connection.execute(text(change))
        said = guanxi("users", "list", code=1).output
        assert "incident" not in said and "Traceback" not in said
        return said

    said = stand("update alembic_version set version_num = '0003'")
    assert f"it stands at 0003, needed is {newest}" in said and "./guanxi install" in said
    assert "newer than this program" in stand("update alembic_version set version_num = '9999'")
    assert "has no tables yet; ./guanxi install makes them" in stand("delete from alembic_version")
    assert "has no tables yet" in stand("drop table alembic_version")
    (tmp_path / "home" / "guanxi.db").unlink()
    assert "no database at" in guanxi("status", code=1).output
    assert not (tmp_path / "home" / "guanxi.db").exists(), "looking makes none"


def _candidate(kind: str, by: str) -> int:
    """A run of nobody that waits for a decision; its number."""
    told: dict[str, Any] = {key: {} for key in ("parameters", "metrics", "model", "migration")}
    found = NewRun(
        kind=kind, as_of=AS_OF, batches=(), code_version="x", seed=1, job_id=None, started_by=by, started_at=NOW,
        finished_at=NOW, **told,
    )  # fmt: skip
    with opened() as place, writing(place.engine) as connection:
        return save_candidate(connection, found, pa.table({"customer_id": pa.array([], pa.string())}))


def test_the_first_installation_publishes_every_kind_but_never_what_a_person_asked_for(guanxi: Run) -> None:
    assert set(first_runs.KINDS) == set(KINDS) and {*first_runs.KINDS.values(), *first_runs.LAST} == set(RUNS)
    guanxi("install")
    _candidate("attrition", "system")
    waiting = _candidate("next_product", "li")
    with opened() as place:
        assert first_runs.settle(place, "attrition", "attrition") == "the first attrition run is published"
        assert first_runs.settle(place, "attrition", "attrition") == ""
        assert "waits for somebody's decision" in str(first_runs.settle(place, "next_product", "next_product"))
        assert first_runs.settle(place, "contribution", "contribute") is None, (
            "nobody has asked for it yet: it is begun"
        )
        with reading(place.engine) as connection:
            assert run(connection, waiting).state == "candidate"
            assert not first_runs.all_published(place)
            assert [(row.kind, row.submitted_by) for row in rows.active(connection)] == [("contribute", "system")]


def test_an_installation_keeps_its_secret_to_itself(guanxi: Run, tmp_path: Path) -> None:
    guanxi("install")
    file = tmp_path / "home" / "guanxi.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    before = file.read_text()
    guanxi("install")
    assert file.read_text() == before
    assert len(before.split("GUANXI_SECRET_KEY=")[1].splitlines()[0]) >= 60


def test_a_branch_is_for_the_kinds_that_know_one(guanxi: Run) -> None:
    guanxi("install")
    assert "leave --branch out" in guanxi("run", "build_picture", "--branch", "B1", code=1).output
    assert "No run is on show yet" in guanxi("run", "rate_customers", "--branch", "B1", code=1).output


def test_users_from_making_to_disabling(guanxi: Run) -> None:
    guanxi("install")
    login, password = guanxi("users", "add", "li.min", "--name", "李敏", "--role", "branch_staff").output.split()
    assert (login, len(password)) == ("li.min", 19)
    assert "taken" in guanxi("users", "add", "li.min", "--name", "李", "--role", "auditor", code=1).output
    guanxi("users", "add", "root1", "--name", "甲", "--role", "administrator")
    assert guanxi("users", "reset", "li.min").output.split()[1] != password
    assert "risk_officer" in guanxi("roles", "grant", "li.min", "--role", "risk_officer").output
    guanxi("users", "disable", "li.min")
    listed = guanxi("users", "list").output
    assert "disabled" in next(line for line in listed.splitlines() if line.startswith("li.min"))
    assert "no user" in guanxi("users", "disable", "nobody", code=1).output
    assert "whole" in guanxi("verify-audit").output


def test_refusals_are_sentences(guanxi: Run, tmp_path: Path) -> None:
    guanxi("install")
    assert "no batch 7" in guanxi("roll-back", "7", code=1).output
    assert "no job 7" in guanxi("cancel", "7", code=1).output
    assert "no run 7" in guanxi("publish", "7", "--by", "wang", code=1).output
    assert "not running" in guanxi("status", code=3).output
    empty = tmp_path / "empty"
    empty.mkdir()
    said = guanxi("receive", str(empty), code=1).output
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("Error: ")


def test_the_demo_bank_goes_in_and_out_again(guanxi: Run, tmp_path: Path) -> None:
    guanxi("install")
    bank = tmp_path / "bank"
    guanxi("demo", "--to", str(bank), "--customers", "60", "--months", "3")
    assert (tmp_path / "bank.truth").is_dir()
    assert "choose another" in guanxi("demo", "--to", str(bank), "--customers", "60", code=1).output
    first = guanxi("receive", str(bank)).output
    assert "batch 1 of" in first
    assert " 0 rejected" in first
    again = guanxi("receive", str(bank)).output
    assert "nothing was changed" in again
    listed = guanxi("deliveries").output
    assert listed.count("loaded") == 1
    month = tmp_path / "month"
    guanxi("demo", "--to", str(month), "--customers", "60", "--months", "3", "--later", "1")
    told = (month / "_delivery.toml").read_text(encoding="utf-8")
    assert "business_date = 2026-11-30" in told and 'holds = "changes"' in told
    assert "1 to 36 months" in guanxi("demo", "--to", f"{month}2", "--customers", "60", "--later", "0", code=1).output
    told = guanxi("status", code=3).output
    assert "as of" in told
    assert all(f"{kind} none" in told for kind in KINDS), "of every kind what is on show, or that none is"
    told = guanxi("jobs").output
    assert "chain  Receive a delivery" in told and "2. build_picture" in told and "unneeded" in told
    assert "day 2 at 03:00" in (said := guanxi("schedules").output) and "after each delivery" in said
    ended = next(line.split("job ")[1].split()[0] for line in told.splitlines() if "1. receive_delivery" in line)
    assert "queued" in guanxi("retry", ended).output
    assert "cancelled" in guanxi("cancel", "--chain", guanxi("jobs").output.split("job ")[1].split()[0]).output


@pytest.mark.parametrize("empty", [False, True])
def test_a_picture_a_migration_threw_away_is_built_anew_at_the_start(guanxi: Run, tmp_path: Path, empty: bool) -> None:
    """Of the batches that are there: nothing is received, and no demo bank is mixed into another bank's."""
    guanxi("install")
    bank = tmp_path / "bank"
    guanxi("demo", "--to", str(bank), "--customers", "60", "--months", "3")
    guanxi("receive", str(bank))
    with opened() as place:
        assert not first_delivery.needed(place, empty=True)
        with writing(place.engine) as connection:
            for table in (customers, customer_features, pictures):
                connection.execute(delete(table))
        assert first_delivery.needed(place, empty)
    words = ["--bank", "demo", "--customers", "70", "--months", "3", *(["--empty"] if empty else [])]
    result = CliRunner().invoke(first_delivery.main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with opened() as place, reading(place.engine) as connection:
        for table in (customers, customer_features):
            assert connection.scalar(select(func.count()).select_from(table)) == 60
        assert count_batches(connection) == 1
        assert not first_delivery.needed(place, empty)
