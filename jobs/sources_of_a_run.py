"""What every recompute starts from: the batches that count, the features at a date, and which code worked them out."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from jobs.runner import Halted, Job, Refused
from store.database import reading
from store.ledger import counting_batches
from store.runs import NewRun
from store.runs import run as run_of
from warehouse.batches import folder_of
from warehouse.features import months
from warehouse.picture import Picture
from warehouse.spark import SparkMissing, engine_named

ROOT = Path(__file__).resolve().parent.parent
FEATURES_KEPT = 3  # of these batches, of those before, and one more for who is still reading
WORKED_OUT_BY = ("domain", "warehouse/features", "warehouse/contribution")  # what can change a run's figures
HOW_WORDS = {
    months.COMPUTED: ("worked out", "重新计算"),
    months.RENEWED: ("figures as before, the customers' records anew", "指标沿用，客户资料更新"),
    months.TAKEN: ("as before, nothing they read has changed", "所用数据未变，沿用"),
}


@dataclass(frozen=True)
class Ground:
    """The batches that count, oldest first, and the picture they make. columns: the features that are asked of it beside
    customer_id, None for all: a few of them are worked out several times quicker."""

    batch_ids: tuple[int, ...]
    picture: Picture
    columns: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """A short name of exactly these batches and this code."""
        text = json.dumps([self.batch_ids, code_version()])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def ground(job: Job) -> Ground:
    """What there is to work on now. No batches give an empty picture."""
    with reading(job.engine) as connection:
        ids = tuple(batch.batch_id for batch in counting_batches(connection))
    return Ground(ids, Picture(tuple(folder_of(job.settings.warehouse, batch_id) for batch_id in ids)))


def business_day(picture: Picture, asked: str | date | None) -> date:
    """The day asked for, or the newest business date. Refused without a delivery, and for a day after it or before the
    first month there are figures of: a run of nobody must not become a candidate."""
    newest = picture.as_of
    if newest is None:
        raise Refused(
            "No delivery counts, so there is nothing to work on; receive a delivery first.",
            "没有生效的数据批次，无可计算；请先接收数据。",
        )
    try:
        day = asked if isinstance(asked, date) else date.fromisoformat(asked) if asked else newest
    except ValueError as error:
        raise Refused(
            f"{asked} is not a date; write it as {newest}.", f"“{asked}”不是日期，请写成 {newest}。"
        ) from error
    if day > newest:
        raise Refused(f"There are no figures after {newest}; {day} is later.", f"数据只到 {newest}，{day} 晚于该日。")
    first = next(iter(picture.months()), None) if isinstance(asked, str) and asked else None
    if first is not None and day < first:
        raise Refused(
            f"There are no figures before {first}; {day} is earlier.", f"数据从 {first} 开始，{day} 早于该日。"
        )
    return day


def features_at(job: Job, found: Ground, as_of: date) -> pd.DataFrame:
    """The features of all customers at as_of; worked out once for the rows they read and the code, then read from disk."""
    if found.columns is None:
        return pd.read_parquet(ensure_features(job, found, as_of))
    whole = months.month_path(job.settings.warehouse / "features" / found.name, as_of)
    path = whole if whole.exists() else ensure_features(job, found, as_of)
    return pd.read_parquet(path, columns=["customer_id", *found.columns])


def ensure_features(job: Job, found: Ground, as_of: date) -> Path:
    """Where the features at as_of stand. Other batches' are taken over where they read the same rows; the log says so."""
    folder = _features_home(job, found) / found.name
    if folder.is_dir():
        os.utime(folder)  # whose features were read last is seen by `forget_old_features`
    opens = engine_named(job.settings.engine, job.settings.spark_master)
    try:
        wholes = None if found.columns is None else job.settings.warehouse / "features"
        how = months.ensure(found.picture, as_of, folder, code_version(), opens, found.columns, wholes)
    except SparkMissing as error:
        raise Halted(str(error), error.zh) from error
    if how is not None:
        batches = ", ".join(map(str, found.batch_ids))
        en, zh = HOW_WORDS[how]
        job.log(f"features at {as_of}, batches {batches}: {en}", f"{as_of} 的客户特征，批次 {batches}：{zh}")
        forget_old_features(folder.parent)
    return months.month_path(folder, as_of)


def _features_home(job: Job, found: Ground) -> Path:
    """Where features stand by batches: of all columns, or of these; of other choices of columns the last are kept."""
    if found.columns is None:
        return job.settings.warehouse / "features"
    home = job.settings.warehouse / "some_features"
    mine = home / hashlib.sha256(json.dumps(found.columns).encode()).hexdigest()[:16]
    mine.mkdir(parents=True, exist_ok=True)
    os.utime(mine)
    forget_old_features(home)
    return mine


def forget_old_features(home: Path, kept: int = FEATURES_KEPT) -> list[str]:
    """Remove all but the `kept` folders of features that were used last; returns the names of those removed.

    A folder is the features of the same batches and code; any can be worked out again. Those of the picture on show and
    of a running job were used last. A folder that another process removes at the same time is no error.
    """
    folders = [(folder.stat().st_mtime_ns, folder) for folder in home.iterdir() if folder.is_dir()]
    old = [folder for _, folder in sorted(folders, reverse=True)[kept:]]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in old]


@lru_cache(maxsize=1)
def code_version() -> str:
    """A hash of the sources that work out a run's figures: the same text, the same version, wherever it is installed."""
    sources = sorted(path for room in WORKED_OUT_BY for path in (ROOT / room).rglob("*.py"))
    hashed = hashlib.sha256()
    for path in sources:
        hashed.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return hashed.hexdigest()[:12]


def new_run(
    job: Job,
    found: Ground,
    kind: str,
    as_of: date,
    seed: int,
    *,
    parameters: Mapping[str, Any],
    metrics: Mapping[str, Any],
    model: Mapping[str, Any],
    migration: Mapping[str, Any] | None = None,
) -> NewRun:
    """What a recompute found, with where it came from: the same for every kind. Values are made `sayable`."""
    return NewRun(
        kind=kind, as_of=as_of, parameters=sayable(dict(parameters)), batches=found.batch_ids,
        code_version=code_version(), seed=seed, job_id=job.job_id, started_by=job.by, started_at=job.now,
        finished_at=job.clock(), metrics=sayable(dict(metrics)), model=sayable(dict(model)),
        migration=sayable(dict(migration)) if migration else None,
    )  # fmt: skip


def log_saved(job: Job, run_id: int, rows: int) -> None:
    """The last line of a recompute's log: under which name it waits, and how long it took."""
    with reading(job.engine) as connection:
        found = run_of(connection, run_id)
    version, seconds = found.version if found else run_id, max((job.clock() - job.now).total_seconds(), 0)
    job.log(
        f"{version} is kept as a candidate with {rows:,} rows, {seconds:.0f} s after it began; somebody else publishes it",
        f"已保存为候选版本 {version}，{rows:,} 行，用时 {seconds:.0f} 秒；须由另一人发布",
    )


def sayable(value: Any) -> Any:
    """Numbers, words and containers as JSON knows them; what is not a number (NaN, missing) becomes None."""
    if isinstance(value, dict):
        return {str(key): sayable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [sayable(inner) for inner in value]
    if hasattr(value, "item"):  # numpy's scalars
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    return None if value is pd.NA else value


def as_json(values: pd.Series) -> pa.Array:
    """A column of plain objects as JSON text."""
    return pa.array([json.dumps(sayable(v), ensure_ascii=False) for v in values], pa.string())


def cents(amounts: pd.Series) -> pa.Array:
    """Money as the store keeps it raw: whole cents, missing where not known."""
    return pa.array((amounts * 100).round().astype("Int64"), pa.int64(), from_pandas=True)
