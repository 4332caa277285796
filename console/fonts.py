"""Cut the fonts of paper, once at set-up.

Noto Sans SC comes as one variable TrueType file of 17 MB. ReportLab wants static TrueType, so each weight is cut to
what a Chinese bank can write (GBK, Latin, punctuation, arrows) and instanced. It takes about 25 s a weight; both are
cut at the same time, each in a process of its own, and kept in the cache folder with a stamp.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import multiprocessing
import os
import queue
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobs.pdf.faces import BOLD, CUTTING, REGULAR, FontPaths, font_folder
from jobs.processes import die_with_parent

Progress = Callable[[float, str], None]  # share done 0..1, what is being done

CUT_VERSION = 2  # raise when the repertoire or the way of cutting changes: the next start cuts again
WEIGHTS = {"regular": 400, "bold": 700}
STEPS = 4  # read, subset, instance, write: what each weight reports
STAMP = "stamp.json"
PATIENCE_S = 900


def prepare(folder: Path, progress: Progress | None = None) -> FontPaths:
    """The two faces in `folder`, cut if they are not there yet.

    Safe to call at every start: with a valid stamp it returns in about a millisecond. Two processes calling at once
    cut once; a cut that was killed leaves no half file. RuntimeError when a cut fails.
    """
    folder = folder.expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    paths = FontPaths.within(folder)
    if _stamped(folder) == _stamp(paths):
        return paths
    with _alone(folder):
        if _stamped(folder) != _stamp(paths):
            _cut_both(paths, progress or (lambda share, words: None))
            shutil.copyfile(_source().parent / "OFL.txt", folder / "OFL.txt")  # the licence travels with the font
            _write_whole(folder / STAMP, json.dumps(_stamp(paths)).encode())
    return paths


def _source() -> Path:
    spec = importlib.util.find_spec("justmytype_intl_cjk")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package justmytype-intl-cjk, which carries Noto Sans SC, is not installed; run `make`")
    return Path(spec.origin).parent / "fonts" / "ofl" / "notosanssc" / "NotoSansSC[wght].ttf"


def _stamp(paths: FontPaths) -> dict[str, Any]:
    sizes = [path.stat().st_size if path.is_file() else None for path in (paths.regular, paths.bold)]
    return {"cut": CUT_VERSION, "source": _source().stat().st_size, "sizes": sizes}


def _stamped(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / CUTTING).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_whole(path: Path, content: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_bytes(content)
    draft.replace(path)


def repertoire() -> set[int]:
    """Code points kept: GBK, Latin with its extensions, punctuation, currency, arrows, signs, enclosed figures."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2000, 0x2070)) | set(range(0x20A0, 0x20C0))
    points |= set(range(0x2190, 0x21A0)) | set(range(0x2200, 0x2270)) | set(range(0x2460, 0x2480))
    points |= set(range(0x25A0, 0x25D0)) | {0x2103, 0x2116, 0x2122, 0x2605, 0x2606}
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                points.add(ord(bytes((high, low)).decode("gbk")))
            except (UnicodeDecodeError, TypeError):
                continue
    return points


def cut(weight: int, target: Path, face: str, report: Callable[[str], None]) -> None:
    """One static face of the variable font: subset first, because instancing costs by the glyph."""
    from fontTools import subset  # noqa: PLC0415  (half a second to import, wanted only on the day fonts are cut)
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib import instancer  # noqa: PLC0415

    report("read")
    font = TTFont(_source(), lazy=False)
    report("subset")
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 4, 6, 13, 14])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VVAR", "DSIG", "VORG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=repertoire())
    cutter.subset(font)
    report("instance")
    instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    for record in (4, 6):  # ReportLab tells two faces apart by these names
        font["name"].setName(face, record, 3, 1, 0x409)
    font["head"].modified = font["head"].created  # the same source gives the same bytes on any day
    font.recalcTimestamp = False
    report("write")
    draft = target.with_suffix(f".{os.getpid()}.part")
    font.save(draft)
    draft.replace(target)


def _cut_in_child(weight: int, target: str, face: str, told: Any) -> None:
    die_with_parent()
    try:
        cut(weight, Path(target), face, lambda step: told.put((face, step)))
        told.put((face, "done"))
    except Exception as error:  # told to the parent, which says it to the person
        told.put((face, f"failed: {error}"))


def _cut_both(paths: FontPaths, progress: Progress) -> None:
    context = multiprocessing.get_context("spawn")
    told: Any = context.Queue()
    orders = {
        REGULAR: (WEIGHTS["regular"], str(paths.regular), REGULAR, told),
        BOLD: (WEIGHTS["bold"], str(paths.bold), BOLD, told),
    }
    children = {
        face: context.Process(target=_cut_in_child, args=order, daemon=True, name=f"cut {face}")
        for face, order in orders.items()
    }
    for child in children.values():
        child.start()
    try:
        _follow(children, told, progress)
    finally:
        for child in children.values():
            child.kill() if child.is_alive() else None
            child.join()
        for folder in {paths.regular.parent}:
            for left in folder.glob("*.part"):
                left.unlink(missing_ok=True)


def _follow(children: dict[str, Any], told: Any, progress: Progress) -> None:
    """Listen until both faces are done; a child that dies without a word is an error, not a wait."""
    done: set[str] = set()
    steps, end = 0, time.monotonic() + PATIENCE_S
    while len(done) < len(children):
        try:
            face, step = told.get(timeout=1)
        except queue.Empty:
            silent = [face for face, child in children.items() if face not in done and not child.is_alive()]
            if silent and told.empty():
                raise RuntimeError(f"cutting the font {silent[0]} ended without a word; is memory short?") from None
            if time.monotonic() > end:
                raise RuntimeError(f"cutting the fonts took over {PATIENCE_S} s and was stopped") from None
            continue
        if step.startswith("failed"):
            raise RuntimeError(f"cutting the font {face} {step}")
        if step == "done":
            done.add(face)
        steps += 1
        progress(steps / (len(children) * (STEPS + 1)), f"{face}: {step}")


if __name__ == "__main__":
    made = prepare(
        Path(sys.argv[1]) if len(sys.argv) > 1 else font_folder(), lambda share, words: print(f"{share:4.0%} {words}")
    )
    print(made.regular, made.bold, sep="\n")
