"""POST /admin/deliveries/upload: a delivery from the browser, as the raw body of the request.

The body goes to the disk a piece at a time, whatever its size; only a whole file gets its name and a job. Nothing of
the database is held while it comes in. jobs/uploads.py removes the file when no job wants it any more.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import flask
from werkzeug.exceptions import ClientDisconnected

from portal import access, background
from portal.access import Ctx, Refusal
from warehouse.sources import source_names

PIECE = 1 << 20
SPARE = 256 << 20  # bytes that stay free beside three times the upload: unpacked and as Parquet it takes about that
LONGEST_NAME = 120


@dataclass(frozen=True)
class Announced:
    """What the request says is coming."""

    name: str
    source: str
    size: int


def receive(ctx: Ctx) -> Any:
    """Take the file and enter the job that receives it; JSON with the job's number and page.

    ?source= one of the sources, ?name= what the file is called. Refusal, in words: no such source, not a zip, empty,
    too large, no room, cut off on the way.
    """
    coming = _announced(ctx)
    ctx.connection.rollback()  # it may take minutes: no transaction stays open over it
    folder = ctx.settings.uploads
    folder.mkdir(parents=True, exist_ok=True)
    _require_room(folder, coming.size)
    with _place(folder, coming.name) as path:
        sha256 = _take(flask.request.stream, path, coming.size)
        with access.context(ctx.viewer, writes=True) as own:
            entered = background.start(own, "receive_delivery", {"path": str(path), "source": coming.source})
            own.audit(
                "deliveries.upload", "job", str(entered.job_id),
                file=coming.name, bytes=coming.size, sha256=sha256, source=coming.source,
            )  # fmt: skip
    return {"job": entered.job_id, "href": f"/admin/jobs/{entered.job_id}"}


def _announced(ctx: Ctx) -> Announced:
    source = flask.request.args.get("source", "")
    if source not in source_names():
        raise Refusal("deliveries.upload.no_source")
    name = plain_name(flask.request.args.get("name", ""))
    size = flask.request.content_length
    if size is None:
        raise Refusal("deliveries.upload.no_length")
    if size == 0:
        raise Refusal("deliveries.upload.empty")
    if size > ctx.settings.upload_limit:
        raise Refusal("deliveries.upload.too_large", limit=megabytes(ctx.settings.upload_limit), size=megabytes(size))
    return Announced(name, source, size)


def plain_name(told: str) -> str:
    """The last part of a file's name with letters, digits, dots and dashes only, ending in .zip. Refusal for others."""
    last = re.split(r"[/\\]", told)[-1]
    name = re.sub(r"[^\w.\-]+", "_", last).lstrip(".")
    if not name.lower().endswith(".zip") or len(name) <= len(".zip"):
        raise Refusal("deliveries.upload.not_zip")
    return name[: -len(".zip")][:LONGEST_NAME] + ".zip"


def megabytes(size: int) -> str:
    """200 MB, in whole ones, at least 1."""
    return f"{max(1, round(size / (1 << 20))):,} MB"


def _require_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < 3 * size + SPARE:
        raise Refusal("deliveries.upload.no_room", needed=megabytes(3 * size + SPARE), free=megabytes(free))


@contextmanager
def _place(folder: Path, name: str) -> Iterator[Path]:
    """A folder of its own for one file, gone again when anything goes wrong before the job is entered."""
    own = folder / secrets.token_hex(16)
    own.mkdir(mode=0o700)
    try:
        yield own / name
    except BaseException:
        shutil.rmtree(own, ignore_errors=True)
        raise


def _take(body: IO[bytes], path: Path, size: int) -> str:
    """Write the body to `path` by way of a temporary name; its SHA-256. Refusal when fewer bytes come than announced."""
    digest, left = hashlib.sha256(), size
    part = path.with_name("part")
    with part.open("wb") as file:
        while left:
            try:
                piece = body.read(min(PIECE, left))
            except ClientDisconnected:
                piece = b""
            if not piece:
                raise Refusal("deliveries.upload.cut_off", size=megabytes(size))
            digest.update(piece)
            file.write(piece)
            left -= len(piece)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return digest.hexdigest()
