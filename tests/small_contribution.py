"""A published contribution run over the small picture, with its months and its customers' places on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from domain.contribution.formula import AccountMonth, WorkedMonth, work_out
from domain.contribution.sums import MONEY, Sums, of_months
from domain.contribution.timeline import built_in
from store.contributions import save_months
from store.database import writing
from store.runs import NewRun, publish, save_candidate
from tests.people import People
from tests.small_picture import AS_OF, NOW, PATHS, aum_of, month_ends
from warehouse.contribution import PARTS, WON_AND_LOST, Basis
from warehouse.contribution.arithmetic import RESULTS
from warehouse.contribution.behind import places_path
from warehouse.contribution.reading import as_input

BASIS = Basis("test", (built_in("CNY"),))
DEFAULTED = 7  # owes and has not paid for ninety days: costs money


def branch_of(number: int) -> str:
    return "B1" if number <= 6 else "B2"


def months_of(number: int, place: int, month: date) -> Iterable[WorkedMonth]:
    common = {
        "customer_id": f"C{number:02d}", "month": month, "currency": "CNY", "term_months": None, "collateral": None,
        "rate": None, "limit": None, "pd": Decimal("0.01"), "defaulted": number == DEFAULTED, "movements": {"mobile": 3},
        "fees": Decimal("2.50"), "interest": Decimal(0),
    }  # fmt: skip
    held = [(f"62220200000000{number:02d}01", "demand", aum_of(number, place) / 2)]
    if number in (1, 7):
        held.append((f"62220200000000{number:02d}03", "mortgage", Decimal(613_000)))
    for account, family, balance in held:
        told = AccountMonth(account_id=account, family=family, balance=balance, **common)  # type: ignore[arg-type]
        yield work_out(told, BASIS.versions[0].parameters)


def _cents(sums: Sums, name: str) -> int:
    return int(getattr(sums, name) * 100)


def publish_contribution(people: People) -> int:
    """A published run over the small picture, with its months on disk."""
    ends = month_ends()
    worked: dict[date, list[WorkedMonth]] = defaultdict(list)
    for place, month in enumerate(ends):
        for number in range(1, 13):
            worked[month] += months_of(number, place, month)
        path = BASIS.path(people.settings.warehouse, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([_row(each) for each in worked[month]]), path)
    stand = places_path(people.settings.warehouse, BASIS.ground)
    stand.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([_place(number) for number in range(1, 13)]), stand)
    new = NewRun(
        kind="contribution", as_of=AS_OF, parameters={"versions": [{"version": 0}]}, batches=(1,), code_version="test",
        seed=0, job_id=None, started_by="maker", started_at=NOW, finished_at=NOW, metrics={}, migration=None,
        model={**BASIS.told(), "months": [end.isoformat() for end in ends]},
    )  # fmt: skip
    with writing(people.engine) as connection:
        run_id = save_candidate(connection, new, pa.Table.from_pylist(_people_rows(worked, ends)))
        save_months(connection, run_id, _mart(worked))
        publish(connection, run_id, "admin2", NOW)
    return run_id


def _row(worked: WorkedMonth) -> dict[str, object]:
    """As the month's file has it: inputs, and results in whole cents."""
    sums = of_months([worked])
    told = {name: getattr(worked, name) for name in RESULTS if name != "volume"} | {"volume": sums.volume}
    return {
        **as_input(worked.of),
        **{name: None if value is None else int(value * 100) for name, value in told.items()},
    }


def _place(number: int) -> dict[str, str]:
    branch = branch_of(number)
    kind, manager = "corporate" if number in (6, 12) else "personal", "S1" if branch == "B1" else "S2"
    return {
        "customer_id": f"C{number:02d}",
        "kind": kind,
        "branch_id": branch,
        "manager_id": manager,
        "branch_path": PATHS[branch],
    }


def _people_rows(worked: dict[date, list[WorkedMonth]], ends: list[date]) -> list[dict[str, object]]:
    rows = []
    for number in range(1, 13):
        own = [each for day in ends[-12:] for each in worked[day] if each.of.customer_id == f"C{number:02d}"]
        month, year = of_months(each for each in own if each.of.month == AS_OF), of_months(own)
        rows.append(
            {"customer_id": f"C{number:02d}", "accounts": month.accounts, "unknown": 0, "months": 12,
             **{f"month_{part}": _cents(month, part) for part in PARTS}, **{f"year_{part}": _cents(year, part) for part in PARTS},
             "lifetime_value": 3 * _cents(year, "contribution")}
        )  # fmt: skip
    return rows


def _mart(worked: dict[date, list[WorkedMonth]]) -> pa.Table:
    cells = defaultdict(list)
    for month, found in worked.items():
        for each in found:
            number = int(each.of.customer_id[1:])
            cells[month, branch_of(number), each.of.family, "corporate" if number in (6, 12) else "personal"].append(
                each
            )
    first = min(worked)
    return pa.Table.from_pylist(
        [
            {"month": month, "branch_id": branch, "manager_id": "S1" if branch == "B1" else "S2", "family": family,
             "kind": kind, "branch_path": PATHS[branch], "accounts": len(found),
             **{name: _cents(of_months(found), name) for name in MONEY},
             **dict.fromkeys(WON_AND_LOST, None if month == first else 0)}
            for (month, branch, family, kind), found in cells.items()
        ]
    )  # fmt: skip
