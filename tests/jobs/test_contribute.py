"""The contribution job on a delivery that came in by the front door: from a run's figures down to the account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import cast

import pyarrow as pa
import pytest
from sqlalchemy import func, select

from config.settings import Settings
from domain.contribution.defaults import CNY
from domain.contribution.lifetime import factor, lifetime_value
from domain.contribution.sums import of_months, total
from domain.plain import to_plain
from jobs import build_picture, contribute, what_if
from jobs.runner import Job, Refused
from jobs.sums_by_group import keep_sums
from store import contributions
from store.database import open_engine, reading, writing
from store.parameters import CONTRIBUTION, approve, propose
from store.runs import NewRun, Run, list_runs, publish, published, run, save_candidate
from store.scope import whole_bank
from store.tables import (
    branches,
    contribution_months,
    customers,
    parameter_versions,
    publications,
    run_contributions,
    runs,
)
from tests.databases import Databases
from tests.jobs.asked import AT, Asked, deliver, go
from tests.warehouse.small_bank import draw
from warehouse.contribution import basis_of, ensure_group_months, ensure_groups, of_accounts, sums_by_group
from warehouse.contribution.behind import places_path
from warehouse.contribution.what_if import kept

END = dt.date(2026, 6, 30)


@pytest.fixture(scope="module")
def asked(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    home = tmp_path_factory.mktemp("home")
    with databases.fresh("sqlite", home) as url:
        engine = open_engine(url)
        settings = Settings(home=home, secret_key="k" * 40, database_url=url, redis_url="")
        deliver(draw(home / "bank.duckdb", 80, 4, 2.0), home / "2026-06-30", settings, engine)
        asked = Asked(settings, engine)
        go(build_picture, asked)
        yield asked
        engine.dispose()


def made(asked: Asked, **parameters: str) -> Run:
    result = go(contribute, asked, **parameters)
    assert list(dict.fromkeys(result["told"])) == ["months", "add_up", "save"]
    with reading(asked.engine) as connection:
        found = run(connection, result["run_id"])
    assert found is not None
    return found


def folders(asked: Asked) -> set[str]:
    return {each.name for each in (asked.settings.warehouse / "contribution").iterdir()}


def test_from_the_bank_to_the_account_to_the_cent(asked: Asked) -> None:
    first = made(asked)
    assert (first.version, first.as_of, first.migration) == ("V-2026-06-30-1", END, None)
    assert first.parameters == {
        "versions": [{"version": 0, "valid_from": None, "months": 4}], "rating_run": None, "months": 4,
        "survival": {"parameter": "0.99", "attrition": None, "default": True},
    }  # fmt: skip
    told = first.metrics
    moved = {name: Decimal(value) for name, value in told["change"].items()}
    assert moved["now"] == Decimal(told["month"]["contribution"]) == sum(moved.values()) - moved["now"]
    with reading(asked.engine) as connection:
        bank = whole_bank(connection)
        (sums,) = contributions.sums_by(connection, bank, first.run_id, [END]).values()
        assert to_plain(sums).items() <= told["month"].items()
        assert contributions.changed(connection, bank, first.run_id, END, dt.date(2026, 5, 31)) is not None
        paths = connection.scalars(select(branches.c.path).where(branches.c.level == 2)).all()
        below = [contributions.sums_by(connection, bank, first.run_id, [END], branch_path=path) for path in paths]
        assert sum(each[()].contribution for each in below if each) == sums.contribution
        whole = connection.scalar(select(func.sum(run_contributions.c.month_contribution)))
        assert whole == sums.contribution
        best = contributions.best(connection, bank, first.run_id, limit=1)[0]
    accounts = of_accounts(asked.settings.warehouse, basis_of(first.model), best.customer_id, [END])
    assert best.month is not None
    assert replace(of_months(accounts), volume=Decimal(0)) == best.month
    with writing(asked.engine) as connection:
        publish(connection, first.run_id, "checker", AT)
        shown = select(customers.c.contribution_month).where(customers.c.customer_id == best.customer_id)
        assert connection.scalar(shown) == best.month.contribution


def test_a_new_version_of_parameters_makes_a_candidate_that_says_who_moves(asked: Asked) -> None:
    dearer = replace(CNY, unit_costs=tuple(replace(each, cost=each.cost * 40) for each in CNY.unit_costs))
    with writing(asked.engine) as connection:
        number = propose(connection, CONTRIBUTION, dt.date(2026, 6, 1), to_plain(dearer), "new cost study", "maker", AT)
    before = folders(asked)
    assert made(asked).parameters["versions"] == [{"version": 0, "valid_from": None, "months": 4}]
    assert folders(asked) == before, "a proposal changes nothing"
    with writing(asked.engine) as connection:
        approve(connection, number, "checker", AT)
    second = made(asked)
    assert [(each["version"], each["months"]) for each in second.parameters["versions"]] == [(0, 3), (1, 1)]
    assert len(folders(asked) - before) == 1, "where customers stand does not change with prices"
    assert second.migration is not None
    band = second.migration["band"]
    assert band["moved"] > 0
    biggest = band["by_contribution"][0]
    assert Decimal(biggest["after"]) < Decimal(biggest["before"])
    assert Decimal(second.metrics["month"]["operating_cost"]) > 0


def owes_nothing(one: contributions.CustomerContribution) -> bool:
    return one.year.expected_loss == 0 and one.year.loan_margin == 0


def test_who_leaves_has_a_shorter_life(asked: Asked) -> None:
    """Each by the published attrition's probability; who is not in it by the parameter."""
    before = made(asked)
    rows = rows_of_run(asked, before.run_id)
    with reading(asked.engine) as connection:
        told = {who: contributions.of_customer(connection, before.run_id, who) for who in rows}
    goes, stays, unknown = [
        who for who, one in told.items() if one and one.year.contribution > 100 and owes_nothing(one)
    ][:3]
    with writing(asked.engine) as connection:
        new = NewRun("attrition", END, {"horizon": 3}, (1,), "test", 0, None, "maker", AT, AT, {}, {}, None)
        leaves = [{"customer_id": who, "probability": p} for who, p in ((goes, 0.695), (stays, 0.0005))]
        table = pa.Table.from_pylist([{**one, "aum": None, "aum_at_risk": None, "drivers": None} for one in leaves])
        number = save_candidate(connection, new, table)
        publish(connection, number, "checker", AT)
    after = made(asked)
    with reading(asked.engine) as connection:
        attrition = published(connection, "attrition")
        assert attrition is not None
        by = {"run_id": number, "version": attrition.version, "months": 3}
        assert (
            after.model["survival"]
            == after.parameters["survival"]
            == {"parameter": "0.99", "attrition": by, "default": True}
        )
        for who, leaving in ((goes, 0.695), (stays, 0.0005), (unknown, None)):
            one = contributions.of_customer(connection, after.run_id, who)
            used = contributions.survival(connection, after, who)
            assert one is not None and used is not None and used.leaves == leaving
            times = factor(Decimal(used.monthly if leaving else "0.99"), CNY.discount_rate)
            assert one.lifetime_value == lifetime_value(one.year.contribution, one.months, times)


def test_sums_by_tier_wait_for_whoever_publishes(asked: Asked) -> None:
    """Of the run on show and of the candidate, before anybody asked, and to the cent the run's own."""
    tiers = {"basic": 1, "gold": 2}
    with writing(asked.engine) as connection:
        who = list(connection.scalars(select(customers.c.customer_id)))
        told = [{"customer_id": one, "tier": [None, *tiers][at % 3]} for at, one in enumerate(who)]
        rows = [{**one, "segment": tiers.get(str(one["tier"]))} for one in told]
        new = NewRun("segmentation", END, {}, (1,), "test", 0, None, "maker", AT, AT, {}, {}, None)
        number = save_candidate(connection, new, pa.Table.from_pylist(rows))
    keep_sums(cast(Job, asked))
    home = asked.settings.warehouse
    with reading(asked.engine) as connection:
        shown = published(connection, "contribution")
        candidate = next(
            run(connection, each.run_id) for each in list_runs(connection, "contribution") if each.state == "candidate"
        )
        bank = whole_bank(connection)
    assert shown is not None and candidate is not None and shown.run_id != candidate.run_id
    for one in (shown, candidate):
        basis = basis_of(one.model)
        groups = ensure_groups(home, basis.ground, number, lambda: pytest.fail("who is in which tier is kept"))
        months = [dt.date.fromisoformat(month) for month in one.model["months"]]
        kept_months = ensure_group_months(home, basis, home / "nothing needs to be worked out", groups, months)
        assert len(kept_months) == len(months) == 4
        found = sums_by_group(home, basis, places_path(home, basis.ground), groups, "tier", months[-1:], bank.paths)
        assert set(found) == {"", *tiers}
        assert str(total(found.values()).contribution) == one.metrics["month"]["contribution"]


def everything(asked: Asked) -> list[object]:
    """All that is published, in the database and on disk."""
    with reading(asked.engine) as connection:
        tables = (runs, run_contributions, contribution_months, customers, publications, parameter_versions)
        rows: list[object] = [sorted(map(repr, connection.execute(select(table)))) for table in tables]
    folder = asked.settings.warehouse / "contribution"
    return [*rows, {path: path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}]


def test_what_if_answers_and_leaves_everything_as_it_is(asked: Asked) -> None:
    with reading(asked.engine) as connection:
        shown = published(connection, "contribution")
    assert shown is not None
    before = everything(asked)
    dearer = {"unit_costs~branch": "60", "transfer_prices~demand~": "0.019"}
    result = go(what_if, asked, run_id=shown.run_id, month="2026-06-30", months=2, changes=dearer)
    assert list(dict.fromkeys(result["told"])) == ["work_out", "save"]
    with reading(asked.engine) as connection:
        bank = whole_bank(connection)
        (sums,) = contributions.sums_by(connection, bank, shown.run_id, [dt.date(2026, 5, 31), END]).values()
    found = kept(asked.settings.warehouse, 7, bank.paths)
    assert found is not None
    ((now, then),) = found.sums().values()
    assert now == sums, "now is what is published, to the cent"
    assert then.operating_cost > now.operating_cost
    assert then.deposit_margin > now.deposit_margin
    assert (then.loan_margin, then.capital_cost) == (now.loan_margin, now.capital_cost)
    assert everything(asked) == before
    with pytest.raises(Refused, match="no parameter weather"):
        go(what_if, asked, run_id=shown.run_id, month="2026-06-30", months=1, changes={"weather": "1"})
    with pytest.raises(Refused, match="does not have 5 months"):
        go(what_if, asked, run_id=shown.run_id, month="2026-06-30", months=5, changes={})
    with pytest.raises(Refused, match="cannot be parameters"):
        go(what_if, asked, run_id=shown.run_id, month="2026-06-30", months=1, changes={"unit_costs~branch": "-1"})
    with pytest.raises(Refused, match="no contribution run 99"):
        go(what_if, asked, run_id=99, month="2026-06-30", months=1, changes={})


def test_months_nobody_needs_are_forgotten_and_none_is_refused(asked: Asked) -> None:
    stray = asked.settings.warehouse / "contribution" / "old-ground"
    stray.mkdir()
    made(asked, as_of="2026-05-31")
    assert not stray.exists()
    with pytest.raises(Refused, match=r"no figures before|no whole month"):
        go(contribute, asked, as_of="2026-03-15")


def test_a_branch_is_worked_out_at_the_date_of_all_others(asked: Asked) -> None:
    with pytest.raises(Refused, match="at the date of all others") as refusal:
        go(contribute, asked, branch="B1", as_of="2026-05-31")
    assert "不能是 2026-05-31" in refusal.value.sentence
    with pytest.raises(Refused, match="no branch B77"):
        go(contribute, asked, branch="B77")


def test_one_branch_is_worked_out_anew_and_everybody_else_is_as_published(asked: Asked) -> None:
    """By the published parameters; the figures add up, and lead down to the account, as those of the whole bank do."""
    with reading(asked.engine) as connection:
        shown = published(connection, "contribution")
        places = dict(connection.execute(select(customers.c.customer_id, customers.c.branch_path)).all())
    assert shown is not None
    inside = {who for who, path in places.items() if path.startswith("/HQ/C1/B1/")}
    same = go(contribute, asked, branch="B1")
    assert list(dict.fromkeys(same["told"])) == ["features", "months", "add_up", "save"]
    before, again = rows_of_run(asked, shown.run_id), rows_of_run(asked, same["run_id"])
    assert again == before
    assert 0 < same["customers"] == len(inside & set(before)) < len(before)

    richer = "update balances set balance = balance * 2, average_balance = average_balance * 2"
    changed = draw(asked.settings.home / "again.duckdb", 80, 4, 2.0).changed(richer)
    deliver(changed, asked.settings.home / "2026-06-30b", asked.settings, asked.engine)
    made_anew = go(contribute, asked, branch="B1")
    rows = rows_of_run(asked, made_anew["run_id"])
    moved = {who for who in rows if rows[who] != before[who]}
    assert len(moved) > 5 and moved <= inside
    with writing(asked.engine) as connection:
        candidate = run(connection, made_anew["run_id"])
        assert candidate is not None
        assert candidate.parameters["carried_from"]["version"] == shown.version
        assert candidate.metrics["recomputed"] + candidate.metrics["carried_over"] == candidate.customers == len(rows)
        assert (
            candidate.model["versions"] == shown.model["versions"]
            and candidate.model["ground"] != shown.model["ground"]
        )
        bank = whole_bank(connection)
        sums = contributions.sums_by(connection, bank, candidate.run_id, [END])[()]
        elsewhere = [
            contributions.sums_by(connection, bank, one.run_id, [END], ("branch_path",)) for one in (shown, candidate)
        ]
        assert {path for path in elsewhere[0] if elsewhere[0][path] != elsewhere[1][path]} == {("/HQ/C1/B1/",)}
        assert to_plain(sums).items() <= candidate.metrics["month"].items()
        publish(connection, candidate.run_id, "checker", AT)
        one = sorted(inside & set(rows))[0]
        told = contributions.of_customer(connection, candidate.run_id, one)
    assert told is not None and told.month is not None
    accounts = of_accounts(asked.settings.warehouse, basis_of(candidate.model), one, [END])
    assert of_months(accounts).contribution == told.month.contribution
    with reading(asked.engine) as connection:
        assert published(connection, "contribution") == run(connection, candidate.run_id)
    twice = go(contribute, asked, branch="B1")  # on top of a run of one branch
    assert rows_of_run(asked, twice["run_id"]) == rows


def rows_of_run(asked: Asked, run_id: int) -> dict[str, tuple[object, ...]]:
    """What a run says of each customer."""
    told = [column for column in run_contributions.c if column.name != "run_id"]
    with reading(asked.engine) as connection:
        found = connection.execute(select(*told).where(run_contributions.c.run_id == run_id)).all()
    return {row.customer_id: tuple(row) for row in found}
