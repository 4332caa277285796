"""Months of contribution on disk: a Parquet file a month, worked out once for the same batches, code and parameters.

`<warehouse>/contribution/<ground>-<version>/<month>.parquet`, rows ordered by customer and account. The version is a
digest of the month's own parameters and of the rating PDs come from, so that a new version of parameters works out
only the months it is valid in.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.contribution.parameters import ContributionParameters
from domain.contribution.timeline import Dated, valid_in
from domain.plain import from_plain, to_plain
from warehouse.contribution import arithmetic, inputs
from warehouse.contribution.inputs import RATINGS
from warehouse.engine import Connects, Warehouse

FOLDER = "contribution"


@dataclass(frozen=True)
class Basis:
    """What a run's months are made of. ground: the name of batches and code. versions: parameters by date.

    ratings: `RATINGS`; rating_run is the run they are of, None without one.
    """

    ground: str
    versions: tuple[Dated, ...]
    rating_run: int | None = None
    ratings: pa.Table = field(default_factory=RATINGS.empty_table, compare=False)

    def parameters(self, month: date) -> Dated:
        """The version valid in the month."""
        return valid_in(self.versions, month)

    def path(self, home: Path, month: date) -> Path:
        """Where the month stands, made or not."""
        version = digest(self.parameters(month).parameters, self.rating_run)
        return home / FOLDER / f"{self.ground}-{version}" / f"{month.isoformat()}.parquet"

    def told(self) -> dict[str, Any]:
        """As JSON, without the ratings: what a run remembers."""
        return {"ground": self.ground, "rating_run": self.rating_run, "versions": [to_plain(v) for v in self.versions]}


def basis_of(told: Mapping[str, Any]) -> Basis:
    """The basis a run remembers. Its months can be found again; to work out a missing one takes the ratings too."""
    versions = tuple(from_plain(Dated, version) for version in told["versions"])
    return Basis(told["ground"], versions, told["rating_run"])


def digest(parameters: ContributionParameters, rating_run: int | None) -> str:
    """A short name of exactly these parameters and this rating."""
    text = json.dumps([to_plain(parameters), rating_run], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def ensure(
    picture: Connects,
    home: Path,
    basis: Basis,
    months: Sequence[date],
    as_of: date,
    heard: Callable[[date, int], None] = lambda _month, _rows: None,
) -> Mapping[date, Path]:
    """The files of these month-ends, those that are missing worked out; `heard` gets each month made and its rows.

    as_of: customers who came later are not there, as in the picture.
    """
    paths = {month: basis.path(home, month) for month in months}
    missing = [month for month in months if not paths[month].exists()]
    if missing:
        with Warehouse(picture) as warehouse:
            inputs.gather(warehouse, missing, as_of, basis.ratings)
            for month in missing:
                parameters = basis.parameters(month).parameters
                arithmetic.lend(warehouse, parameters)
                text = arithmetic.worked_out(inputs.of_month(month), parameters, order="no")
                heard(month, warehouse.write(text, paths[month]))
    return paths


def places_folder(ground: str) -> str:
    """The folder beside the months of a ground that holds where its customers stood."""
    return f"{ground}-places"


def there(home: Path, basis: Basis, months: Sequence[date]) -> list[Path]:
    """The files of these month-ends. FileNotFoundError, with what to do, when one is no longer on disk."""
    paths = [basis.path(home, month) for month in months]
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(
                f"{path.stem} of this run is no longer on disk; recompute the contribution to see it"
            )
    return paths


def forget_all_but(home: Path, kept: Iterable[tuple[Basis, Sequence[date]]]) -> list[str]:
    """Remove the folders no (basis, its months) needs; returns their names. One that is gone already is no error."""
    bases = [(basis, month) for basis, months in kept for month in months]
    needed = {basis.path(home, month).parent.name for basis, month in bases}
    needed |= {places_folder(basis.ground) for basis, _ in bases}
    folder = home / FOLDER
    found = sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    gone = [name for name in found if name not in needed]
    for name in gone:
        shutil.rmtree(folder / name, ignore_errors=True)
    return gone
