"""A contribution run: every account's months, added up by customer, branch, manager and family; kept as a candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from domain.contribution.bands import bands
from domain.contribution.change import Cell, Change, change
from domain.contribution.curve import whale_curve
from domain.contribution.lifetime import factor
from domain.contribution.sums import NAMES, Sums, sums_of
from domain.outlook import horizon_of
from domain.plain import to_plain
from domain.segmentation.migration import migration
from jobs.part_of_the_bank import part_of, save_part
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, business_day, ground, log_saved, new_run, sayable
from jobs.sums_by_group import keep_sums
from store import contributions
from store.database import Connection, reading, writing
from store.parameters import contribution_timeline
from store.runs import list_runs, published, rating_rows, save_candidate
from store.runs import run as run_of
from warehouse.batches import folder_of
from warehouse.contribution import (
    MILLION,
    RATINGS,
    WON_AND_LOST,
    Basis,
    add_up,
    basis_of,
    ensure,
    ensure_places,
    forget_all_but,
)
from warehouse.contribution.parts import add_up_places, joined
from warehouse.contribution.totals import SURVIVAL
from warehouse.engine import Warehouse
from warehouse.marts import months_of
from warehouse.picture import Picture

KIND = "contribution"
MONTHS = 25  # two years, and the month before them
YEAR = 12
MOVERS = 50
RUNS_KEPT = 4  # whose months stay on disk, so that their figures can be followed to the account


def run(job: Job, as_of: str | None = None, branch: str | None = None) -> dict[str, Any]:
    """Steps: months, add_up, save. as_of: ISO date, the newest business date when None; the last whole month counts.

    branch: its number, to work out only its customers and those below it, by the published run's parameters and rating, for
    its months (jobs/part_of_the_bank.py).
    """
    found = ground(job)
    if branch:
        return _of_branch(job, found, branch, as_of)
    day = business_day(found.picture, as_of)
    job.step("months", 2)
    months = _months(found, day)
    basis = _basis(job, found)
    paths = _worked_out(job, found, basis, months, day)
    job.step("add_up", 70)
    now = basis.parameters(months[-1]).parameters
    times = factor(now.survival, now.discount_rate)
    bank = job.settings.bank_name("zh")
    survival = {"parameter": str(now.survival), "attrition": _attrition(job), "default": True}
    people, mart = add_up(found.picture, paths, months[-1], now, bank, _own_survival(job, survival))
    ensure_places(lambda: found.picture, job.settings.warehouse, found.name, bank)
    metrics = _metrics(people, mart, months)
    moved = _migration(job, people)
    job.step("save", 85, f"{people.num_rows:,}")
    told = new_run(
        job, found, KIND, months[-1], 0, parameters=_named(basis, months, survival), metrics=metrics, migration=moved,
        model={
            **basis.told(), "months": [month.isoformat() for month in months], "lifetime_factor": str(times),
            "survival": survival,
        },
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, people)
        contributions.save_months(connection, run_id, mart)
    _say(job, people, months, metrics)
    _forget(job)
    keep_sums(job)
    log_saved(job, run_id, people.num_rows)
    return {"run_id": run_id, "customers": people.num_rows, "as_of": months[-1].isoformat()}


def _worked_out(job: Job, found: Ground, basis: Basis, months: Sequence[date], day: date) -> Mapping[date, Path]:
    """The months' files; those that are missing are made, with a line of the log each."""
    made: list[date] = []

    def heard(month: date, rows: int) -> None:
        made.append(month)
        job.step("months", 5 + 60 * len(made) / len(months), f"{month:%Y-%m} {rows:,}")
        job.log(f"{month:%Y-%m}: {rows:,} accounts worked out", f"{month:%Y-%m}：算出 {rows:,} 个账户")

    paths = ensure(found.picture, job.settings.warehouse, basis, months, day, heard)
    if kept := len(months) - len(made):
        job.log(
            f"{kept} of {len(months)} months taken as worked out before: same batches, code, parameters and rating",
            f"{len(months)} 个月中有 {kept} 个月沿用此前结果：批次、代码、参数与评级均未变",
        )
    return paths


def _say(job: Job, people: pa.Table, months: Sequence[date], metrics: Mapping[str, Any]) -> None:
    month, year = (Decimal(metrics[side]["contribution"]) for side in ("month", "year"))
    job.log(
        f"{people.num_rows:,} customers over {len(months)} months; {months[-1]:%Y-%m} brings {month:,.2f}, the twelve months "
        f"to it {year:,.2f}",
        f"{people.num_rows:,} 位客户、{len(months)} 个月；{months[-1]:%Y-%m} 贡献度 {month:,.2f}，近 12 个月 {year:,.2f}",
    )


def _of_branch(job: Job, found: Ground, branch: str, as_of: str | None) -> dict[str, Any]:
    job.step("features", 1)
    part = part_of(job, found, KIND, branch, as_of)
    shown, home = part.shown, job.settings.warehouse
    months = [date.fromisoformat(month) for month in shown.model["months"]]
    published_basis = basis_of(shown.model)
    job.step("months", 2)
    with reading(job.engine) as connection:
        rated = None if published_basis.rating_run is None else rating_rows(connection, published_basis.rating_run)
    basis = replace(published_basis, ground=found.name, ratings=_ratings(rated))
    _worked_out(job, found, basis, months, shown.as_of)
    bank = job.settings.bank_name("zh")
    then = Picture(tuple(folder_of(home, batch_id) for batch_id in shown.batches))
    ensure_places(lambda: found.picture, home, basis.ground, bank)
    ensure_places(lambda: then, home, published_basis.ground, bank)
    try:
        mixed, paths = joined(home, basis, published_basis, months, part.customer_ids)
    except FileNotFoundError as gone:
        raise Refused(
            f"The months of run {shown.version}, which is on show, are no longer on disk; compute the whole bank.",
            f"当前使用的版本 {shown.version} 的逐月明细已清理；请计算全行。",
        ) from gone
    job.step("add_up", 70)
    now, own = mixed.parameters(months[-1]).parameters, _own_survival(job, shown.model.get("survival"))
    people, mart = add_up_places(home, mixed, paths, months[-1], now, own)
    mine = people.filter(pc.is_in(people["customer_id"], pa.array(part.customer_ids, pa.string())))
    counted = {"recomputed": mine.num_rows, "carried_over": people.num_rows - mine.num_rows}
    metrics = {**_metrics(people, mart, months), **counted}
    moved = _migration(job, people)
    job.step("save", 85, f"{mine.num_rows:,}")
    _say(job, people, months, metrics)

    def months_too(connection: Connection, run_id: int) -> Mapping[str, Any]:
        contributions.save_months(connection, run_id, mart)
        return {}

    told = save_part(
        job,
        found,
        part,
        mine,
        metrics=metrics,
        model={**shown.model, **mixed.told()},
        migration=moved,
        beside=months_too,
    )
    _forget(job)
    keep_sums(job)
    return told


def _months(found: Ground, day: date) -> list[date]:
    """The last month-ends by `day` the source gives balances for (movements, where it never gives a balance)."""
    with Warehouse(found.picture) as warehouse:
        months = months_of(warehouse, day) or tuple(month for month in found.picture.months() if month <= day)
    if not months:
        raise Refused(
            f"There is no whole month with figures by {day}; contribution is worked out by month.",
            f"截至 {day} 没有完整的月份数据；贡献度按月计算。",
        )
    return list(months[-MONTHS:])


def _basis(job: Job, found: Ground) -> Basis:
    """Parameters by date, and the published rating; who has defaulted now is judged month by month, not by grade D."""
    currency = found.picture.currency or ""
    with reading(job.engine) as connection:
        try:
            versions = contribution_timeline(connection, currency)
        except KeyError as error:
            raise Refused(
                f"No parameters for {currency} are approved yet; propose them and have them approved first.",
                f"尚无 {currency} 的已批准参数；请先提交参数并由他人批准。",
            ) from error
        shown = published(connection, "credit")
        rated = rating_rows(connection, shown.run_id) if shown is not None else None
    return Basis(found.name, versions, None if shown is None else shown.run_id, _ratings(rated))


def _attrition(job: Job) -> dict[str, Any] | None:
    """The published attrition run, by which customers stay or leave; None before the first."""
    with reading(job.engine) as connection:
        shown = published(connection, "attrition")
    if shown is None:
        return None
    return {"run_id": shown.run_id, "version": shown.version, "months": horizon_of(shown.parameters)}


def _own_survival(job: Job, survival: Mapping[str, Any] | None) -> pa.Table | None:
    """SURVIVAL of everybody the attrition run looked at, for the lifetime value; None without one."""
    by = survival["attrition"] if survival else None
    if by is None:
        return None
    with reading(job.engine) as connection:
        rows = contributions.attrition_rows(connection, by["run_id"])
    stays = (1 - rows["probability"].to_numpy()) ** (1 / by["months"])
    return pa.table([rows["customer_id"], stays], schema=SURVIVAL)


def _ratings(rated: pd.DataFrame | None) -> pa.Table:
    """Probabilities of default in millionths, of who has one and has not defaulted."""
    if rated is None:
        return RATINGS.empty_table()
    rated = rated[rated["pd"].notna() & (rated["pd"] < 1)]
    columns = [rated["customer_id"], (rated["pd"] * MILLION).round().astype("int32")]
    return pa.table([pa.array(column) for column in columns], schema=RATINGS)


def _named(basis: Basis, months: Sequence[date], survival: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters a run is known by: which version held in how many months, whose ratings gave the PDs, who survives."""
    used = [basis.parameters(month) for month in months]
    versions = {
        each.version: {
            "version": each.version, "valid_from": to_plain(each.valid_from),
            "months": sum(other.version == each.version for other in used),
        }
        for each in used
    }  # fmt: skip
    return {
        "versions": [*versions.values()],
        "rating_run": basis.rating_run,
        "months": len(months),
        "survival": dict(survival),
    }


def bank_sums(mart: pa.Table, months: Sequence[date]) -> Sums:
    """The whole bank's sums of these months."""
    kept = mart.filter(pc.is_in(mart["month"], value_set=pa.array(months, pa.date32())))
    told = {name: pc.sum(kept[name]).as_py() or 0 for name in NAMES}
    return sums_of({name: value if name == "accounts" else Decimal(value).scaleb(-2) for name, value in told.items()})


def bank_change(mart: pa.Table, month: date, before: date) -> Change | None:
    """Why the bank's month differs from the one before; None when either has no figures."""
    now, then = _cells(mart, month), _cells(mart, before)
    return change(now, then) if now and then else None


def _cells(mart: pa.Table, month: date) -> dict[str, Cell]:
    kept = mart.filter(pc.equal(mart["month"], pa.scalar(month, pa.date32())))
    names = [name for name in (*NAMES, *WON_AND_LOST) if name != "accounts"]
    summed = kept.group_by("family").aggregate([(name, "sum") for name in names]).to_pylist()
    cells = {}
    for row in summed:
        money = {name: Decimal(row[f"{name}_sum"] or 0).scaleb(-2) for name in names}
        sums = sums_of({**money, "accounts": 0})
        cells[row["family"]] = Cell(sums.contribution, sums.volume, *(money[name] for name in WON_AND_LOST))
    return cells


def _metrics(people: pa.Table, mart: pa.Table, months: Sequence[date]) -> dict[str, Any]:
    """The bank's month and year by component, what each ratio is, why the month moved, and how customers spread."""
    month, year = bank_sums(mart, months[-1:]), bank_sums(mart, months[-YEAR:])
    moved = bank_change(mart, months[-1], months[-2]) if len(months) > 1 else None
    curve = whale_curve(people["year_contribution"].to_numpy())
    return {
        "month": _told(month), "year": _told(year), "change": None if moved is None else to_plain(moved),
        "customers": people.num_rows, "losing": curve.losing if curve else 0,
        "lost": str(Decimal(curve.lost).scaleb(-2)) if curve else None,
        "peak": curve.peak.share if curve else None,
        "top_fifth": next((p.share for p in curve.points if p.customers >= 0.2), None) if curve else None,
        "unknown": pc.sum(people["unknown"]).as_py() or 0,
    }  # fmt: skip


def _told(sums: Sums) -> dict[str, Any]:
    raroc = sums.raroc
    return {**to_plain(sums), "contribution": str(sums.contribution), "raroc": None if raroc is None else float(raroc)}


def _migration(job: Job, people: pa.Table) -> dict[str, Any] | None:
    """Bands against the published run, and who moved by most money; None before the first."""
    with reading(job.engine) as connection:
        shown = published(connection, KIND)
        if shown is None:
            return None
        before = contributions.years(connection, shown.run_id)
        assets = contributions.assets(connection)
    after = pd.DataFrame(
        {
            "customer_id": people["customer_id"].to_numpy(zero_copy_only=False),
            "cents": people["year_contribution"].to_numpy(),
        }
    )
    for frame in (before, after):
        frame["band"] = bands(frame["cents"].to_numpy(dtype=np.int64))
    wealth = after["customer_id"].map(assets.set_index("customer_id")["aum"])
    found = migration(before, after.assign(aum=wealth), "band").as_dict()
    told: dict[str, Any] = sayable({"band": {**found, "by_contribution": _movers(before, after)}})
    return told


def _movers(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    """Customers of both runs whose year moved by most; money as text, to the cent."""
    both = before.merge(after, on="customer_id", suffixes=("_before", "_after"))
    both["moved"] = both["cents_after"] - both["cents_before"]
    order = both.assign(size=both["moved"].abs()).sort_values(["size", "customer_id"], ascending=[False, True])
    most = order[order["moved"] != 0].head(MOVERS)
    columns: Mapping[str, Any] = {name: most[name].tolist() for name in ("customer_id", "cents_before", "cents_after")}
    return [
        {"customer_id": who, "before": str(Decimal(old).scaleb(-2)), "after": str(Decimal(new).scaleb(-2))}
        for who, old, new in zip(*columns.values(), strict=True)
    ]


def _forget(job: Job) -> None:
    """Months on disk no kept run is made of; any can be worked out again."""
    with reading(job.engine) as connection:
        newest = [each for each in list_runs(connection, KIND) if each.state != "rejected"][:RUNS_KEPT]
        shown = published(connection, KIND)
        kept = [run_of(connection, each.run_id) for each in newest] + [shown]
    bases = [(basis_of(each.model), [date.fromisoformat(m) for m in each.model["months"]]) for each in kept if each]
    gone = forget_all_but(job.settings.warehouse, bases)
    if gone:
        job.log(f"{len(gone)} folders of earlier months forgotten", f"已清理早先月份的缓存 {len(gone)} 个")
