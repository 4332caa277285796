"""Months of features on disk: one file a day asked for, in a folder a set of batches.

Beside each file stand the names of what it read (warehouse/features/reading.py). A new set of batches takes over the
months of an earlier one that read the same rows, and works out only those that did not.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path

from warehouse.engine import Connects, Opens, Warehouse
from warehouse.features import build_to_parquet, renew_to_parquet
from warehouse.features.reading import Names, kept_totals, names_at

COMPUTED, RENEWED, TAKEN = "computed", "renewed", "taken"


def month_path(folder: Path, as_of: date) -> Path:
    """Where the features of a day stand in the folder of these batches, made or not."""
    return folder / f"{as_of.isoformat()}.parquet"


def ensure(
    picture: Connects, as_of: date, folder: Path, code: str, opens: Opens = Warehouse, columns: tuple[str, ...] | None = None,
    wholes: Path | None = None,
) -> str | None:  # fmt: skip
    """See that the features at as_of are in the folder of the picture's batches; returns how, None when they were.

    taken: an earlier set of batches had read the very same rows, and its file is shared. renewed: the figures of an
    earlier set are taken over, and the customers' own records, limits and loans are those of now. computed: anew.
    code: what works features out, as `names_at` takes it. The sister folders of `folder` are the earlier sets.
    opens: the engine, which does not matter to the rows. columns: these alone, None for all; the sister folders have the same,
    and those in `wholes` all.
    """
    path = month_path(folder, as_of)
    if path.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    names = names_at(kept_totals(picture, folder / "read.json"), as_of, picture.currency, code)
    how = _take_over(picture, as_of, path, names, opens, columns, wholes)
    if how is None:
        build_to_parquet(picture, as_of, path, opens, columns)
        how = COMPUTED
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(asdict(names)), encoding="utf-8")
    draft.replace(_names_path(path))
    return how


def _names_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _take_over(
    picture: Connects, as_of: date, path: Path, names: Names, opens: Opens, columns: tuple[str, ...] | None, wholes: Path | None
) -> str | None:  # fmt: skip
    same = [(other, told) for other, told in _others(path, wholes) if told.figures == names.figures]
    same.sort(key=lambda each: each[1].beside != names.beside)
    for other, told in same:
        # A link of our own: nobody removes it meanwhile. No dot before its name, Spark would not see the file then.
        mine = path.with_suffix(f".before-{os.getpid()}")
        try:
            os.link(other, mine)
        except OSError:  # it has just been removed
            continue
        try:
            if told == names:
                mine.replace(path)
                return TAKEN
            renew_to_parquet(picture, as_of, mine, path, opens, columns)
            return RENEWED
        finally:
            mine.unlink(missing_ok=True)
    return None


def _others(path: Path, wholes: Path | None) -> list[tuple[Path, Names]]:
    """The same day's files of other sets of batches, with what they read; the newest set first."""
    found = []
    homes = [path.parent.parent] if wholes is None else [path.parent.parent, wholes]
    for told in chain.from_iterable(home.glob(f"*/{_names_path(path).name}") for home in homes):
        with suppress(OSError, ValueError, TypeError):  # removed meanwhile, or of another code
            names = Names(**json.loads(told.read_text(encoding="utf-8")))
            found.append((told.stat().st_mtime_ns, told.with_suffix(".parquet"), names))
    return [(other, names) for _, other, names in sorted(found, key=lambda each: each[0], reverse=True)]
