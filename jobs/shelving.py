"""A finished report put on the shelf: the file in its place, its row and its line on the trail in one transaction.

One paper a job, whatever happens in between: a job that is run again after its process was killed finds the row, or
clears away the file that never got one. Nobody ever meets a row without its file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from domain.credit.findings import Finding
from domain.phrasing import LANGUAGES, choose
from domain.reports import Logo, ModelVersion, Report, Stamp
from jobs.pdf.faces import FontPaths, being_cut
from jobs.pdf.logo import image_of
from jobs.runner import Job, Refused
from store import audit
from store.database import Connection, reading, writing
from store.models import on_trial
from store.picture import PictureOnShow, current
from store.reports import KINDS, NewPaper, Paper, keep, paper_of_job
from store.runs import on_show
from store.users import name_of
from warehouse.batches import folder_of
from warehouse.picture import Picture

FONT_PATIENCE_S, FONT_GRACE_S, FONT_LOOK_S = 180.0, 10.0, 0.25  # being cut; nobody seems to; between two looks
Paperable = TypeVar("Paperable", bound=Report)
MODEL_WORDS = {
    "segmentation": ("细分", "segments"), "credit": ("评级", "rating"), "contribution": ("贡献", "contribution"),
    "attrition": ("流失", "attrition"), "next_product": ("产品", "next product"),
}  # fmt: skip
STANDING = ("segmentation", "credit")


@dataclass(frozen=True)
class Title:
    """What a paper is called on the shelf and as a file, and whose scope opens it; of a dossier also its model, the newest
    step of the register it carries, and what it found."""

    words: str
    file_name: str
    branch_id: str
    customer_id: str | None = None
    model_id: int | None = None
    model_event: int | None = None
    findings: Sequence[Finding] | None = None


def made_before(job: Job) -> dict[str, Any] | None:
    """The result of an earlier attempt at this job that got as far as the row."""
    with reading(job.engine) as connection:
        found = paper_of_job(connection, job.scope, KINDS, job.job_id)
    return None if found is None else _result(found)


def picture_on_show(connection: Connection) -> PictureOnShow:
    """What there is to report on. Refused before the first delivery."""
    shown = current(connection)
    if shown is None:
        raise Refused(
            "No delivery counts yet, so there is nothing to report on; receive a delivery first.",
            "尚无生效的数据批次，无可报告；请先接收数据。",
        )
    return shown


def warehouse_of(job: Job, shown: PictureOnShow) -> Picture:
    """The batches the picture on show was made of."""
    return Picture(tuple(folder_of(job.settings.warehouse, batch_id) for batch_id in shown.batches))


def stamp_of(
    job: Job, connection: Connection, shown: PictureOnShow, language: str, as_of: dt.date | None = None,
    kinds: Sequence[str] = STANDING,
) -> Stamp:  # fmt: skip
    """Where the paper comes from and whom it is for; kinds: of the runs it reads. Refused for a language paper does not
    speak."""
    if language not in LANGUAGES:
        raise Refused(
            f"Reports are written in {' or '.join(LANGUAGES)}, not in {language}.", f"报告没有“{language}”这种语言。"
        )
    runs = on_show(connection)
    return Stamp(
        bank=job.settings.bank_name(language),
        language=language,
        as_of=as_of or shown.as_of,
        business_date=shown.as_of,
        batch=str(shown.batch_id),
        generated_for=name_of(connection, job.by, language),
        generated_at=job.now.astimezone(ZoneInfo(job.settings.time_zone)),
        model_versions=tuple(
            ModelVersion(
                choose(language, *MODEL_WORDS[kind]), runs[kind].version, runs[kind].as_of,
                kind == "credit" and on_trial(connection, runs[kind].run_id),
            )
            for kind in kinds if kind in runs
        ),
        red_means_up=job.settings.red_means_up,
        accent=job.settings.bank_colour,
        logo=_logo(job),
    )  # fmt: skip


def _logo(job: Job) -> Logo | None:
    """The bank's mark where paper can print it; a report does not fail over it, the job's log says why it is missing."""
    path = job.settings.bank_logo
    if path is None:
        return None
    try:
        return Logo(str(path), hashlib.sha256(image_of(path)).hexdigest())
    except (OSError, ValueError) as error:
        job.log(f"the bank's logo is left out: {error}", f"未印行标：{error}")
        return None


def shelve(job: Job, report: Paperable, render: Callable[[Paperable], bytes], title: Title) -> dict[str, Any]:
    """Draw the report with its code, put it on the shelf; the job's result: report_id and code."""
    fonts_of(job)
    job.step("draw", 50)
    coded = report.with_code(job.settings.secret_key.encode())
    pdf = render(coded)
    job.step("file", 85)
    new = NewPaper(
        kind=report.KIND, branch_id=title.branch_id, language=report.stamp.language, as_of=report.stamp.as_of, title=title.words,
        file_name=title.file_name, path=f"{job.now:%Y/%m}/{_stem(job)}{secrets.token_hex(8)}.pdf", size=len(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(), code=coded.stamp.verification_code or "", inputs=coded.to_dict(), by=job.by,
        customer_id=title.customer_id, job_id=job.job_id, pages=pdf.count(b"/Type /Page\n"),
        model_id=title.model_id, model_event=title.model_event,
        findings=title.findings,
    )  # fmt: skip
    job.log(
        f"{new.pages} pages, {new.size // 1024 + 1:,} KB, filed",
        f"共 {new.pages} 页，{new.size // 1024 + 1:,} KB，已归档",
    )
    return _result(_enter(job, new, pdf))


def fonts_of(job: Job) -> None:
    """Wait until the faces of paper are whole: a fresh installation cuts them in its first minutes, beside all else.

    The step `fonts` says so, and a cancel is heard. Refused after FONT_PATIENCE_S, and after FONT_GRACE_S when no
    process is cutting them.
    """
    paths = FontPaths.within(job.settings.fonts)
    begin = last_seen = time.monotonic()
    while not paths.whole:
        now = time.monotonic()
        last_seen = now if being_cut(job.settings.fonts) else last_seen
        if now - begin > FONT_PATIENCE_S or now - last_seen > FONT_GRACE_S:
            raise Refused(
                "The fonts reports are set in are not ready; run ./guanxi fonts and ask for the report again.",
                "报告所用的字体尚未备好；请运行 ./guanxi fonts，然后重新生成报告。",
            )
        job.step("fonts", 45)
        time.sleep(FONT_LOOK_S)


def _enter(job: Job, new: NewPaper, pdf: bytes) -> Paper:
    whole = job.settings.reports / new.path
    whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = whole.with_suffix(".part")
    _write(waiting, pdf)
    with writing(job.engine) as connection:
        found = paper_of_job(connection, job.scope, KINDS, job.job_id)
        if found is not None:
            waiting.unlink()
            return found
        for left_over in whole.parent.glob(f"{_stem(job)}*"):
            if left_over != waiting:
                left_over.unlink(missing_ok=True)
        waiting.replace(whole)
        report_id = keep(connection, new, job.clock())
        detail = {"kind": new.kind, "customer_id": new.customer_id, "branch_id": new.branch_id, "code": new.code}
        audit.write(connection, job.clock(), job.by, "report.make", "report", str(report_id), detail)
        made = paper_of_job(connection, job.scope, KINDS, job.job_id)
    if made is None:  # the row is in this transaction and its branch was in scope a moment ago
        raise Refused("The report left your scope while it was made.", "报告生成期间已不在您的数据范围内。")
    return made


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _stem(job: Job) -> str:
    return f"{job.job_id:08d}-"


def _result(paper: Paper) -> dict[str, Any]:
    return {"report_id": paper.report_id, "code": paper.code, "bytes": paper.size, "pages": paper.pages}
