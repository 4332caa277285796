"""A delivery's files, whether it came as a folder or as a zip. Nothing an archive says about itself is believed.

A zip is unpacked block by block under a limit of bytes, files and ratio, whatever sizes its directory claims; a path
that leads outside, a link, a password, a file too deep in folders or twice refuses it before the first byte is written.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from warehouse.refusals import DeliveryRefused

CHUNK = 1 << 20
NOISE = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Limits:
    """What a delivery may take. ratio: unpacked to packed, looked at after the first `ratio_after` bytes."""

    unpacked_bytes: int = 64 << 30
    ratio: float = 200.0
    ratio_after: int = 32 << 20
    files: int = 500
    depth: int = 2
    memory: str = "2GB"
    threads: int | None = None  # None: as many as there are cores


def files_of(
    delivery: Path, unpack_to: Path, limits: Limits, progress: Callable[[float], None] = lambda _share: None
) -> list[tuple[str, Path]]:
    """(name, path) of each file of a delivery, by name; a zip is unpacked into `unpack_to` first.

    DeliveryRefused when there is nothing, or the archive or folder holds what it must not.
    """
    if delivery.is_dir():
        found = _folder_files(delivery, limits)
    elif delivery.is_file():
        found = _unpack(delivery, unpack_to, limits, progress)
    else:
        raise DeliveryRefused("missing", path=delivery)
    if not found:
        raise DeliveryRefused("no_files")
    names = [name for name, _ in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DeliveryRefused("name_twice", file=twice[0])
    return sorted(found)


def _folder_files(folder: Path, limits: Limits) -> list[tuple[str, Path]]:
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if _noise(inside.parts):
            continue
        if path.is_symlink():
            raise DeliveryRefused("link", file=inside)
        if path.is_dir():
            continue
        if len(inside.parts) > limits.depth:
            raise DeliveryRefused("deep", file=inside)
        found.append((path.name, path))
        if len(found) > limits.files:
            raise DeliveryRefused("too_many_files", count=f"> {limits.files}", limit=limits.files)
    return found


def _unpack(archive: Path, target: Path, limits: Limits, progress: Callable[[float], None]) -> list[tuple[str, Path]]:
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            members = [member for member in members if not _noise(PurePosixPath(member.filename).parts)]
            if len(members) > limits.files:
                raise DeliveryRefused("too_many_files", count=len(members), limit=limits.files)
            for member in members:
                _judge(member, limits)
            return _extract(packed, members, target, archive.stat().st_size, limits, progress)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError):
        raise DeliveryRefused("not_zip", file=archive.name) from None


def _judge(member: zipfile.ZipInfo, limits: Limits) -> None:
    """Refuse a member by what its entry says: where it leads, what it is."""
    raw = member.filename
    path = PurePosixPath(raw)
    if path.is_absolute() or ".." in path.parts or "\\" in raw or ":" in raw or "\0" in raw:
        raise DeliveryRefused("path", file=raw)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DeliveryRefused("link", file=raw)
    if member.flag_bits & 0x1:
        raise DeliveryRefused("encrypted", file=raw)
    if len(path.parts) > limits.depth:
        raise DeliveryRefused("deep", file=raw)


def _extract(
    packed: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    target: Path,
    packed_bytes: int,
    limits: Limits,
    progress: Callable[[float], None],
) -> list[tuple[str, Path]]:
    target.mkdir(parents=True, exist_ok=True)
    allowed = min(limits.unpacked_bytes, max(limits.ratio_after, int(limits.ratio * packed_bytes)))
    claimed = max(1, sum(member.file_size for member in members))
    found, written = [], 0
    for number, member in enumerate(members):
        path = target / f"{number}-{PurePosixPath(member.filename).name}"
        try:
            with packed.open(member) as source, path.open("xb") as out:
                while block := source.read(CHUNK):
                    written += len(block)
                    if written > allowed:
                        raise DeliveryRefused("bomb", file=member.filename, limit=f"{allowed / (1 << 20):.0f} MB")
                    out.write(block)
                    progress(min(1.0, written / claimed))
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise DeliveryRefused("damaged", file=member.filename) from None
        found.append((PurePosixPath(member.filename).name, path))
    return found


def _noise(parts: tuple[str, ...]) -> bool:
    """What operating systems leave in folders and archives."""
    return any(part in NOISE or part.startswith("._") for part in parts)
