"""A worker: takes ids of one or more queues and runs each in a forked child. `python -m jobs.worker quick`.

It imports what its jobs need before it forks, so that a report does not pay two seconds of imports, and rehearses what
they ask first. No database connection and no thread of an engine is there when it forks: a child opens its own.
"""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from rq import Worker
from rq.serializers import JSONSerializer

from config.settings import Settings, load_settings
from jobs.pdf.faces import register
from jobs.processes import die_with_parent, is_alive
from jobs.queue import connect, message_id, send
from jobs.registry import HEAVY, QUEUES, REGISTRY, Registry
from jobs.runner import engine_of, rehearse, utc_now
from jobs.sweep import MOST_ATTEMPTS
from store import job_claims
from store import jobs as rows
from store.database import Engine, reading, writing
from store.picture import PictureOnShow, current

log = logging.getLogger(__name__)
WORKER_TTL_S, MAINTENANCE_S, MONITORING_S = 30, 10, 5
HEAVY_TO_IMPORT = (
    "numpy", "pandas", "pyarrow", "sqlalchemy", "duckdb", "ibis.backends.duckdb", "sklearn.cluster", "warehouse.features",
)  # fmt: skip


class GuanxiWorker(Worker):
    """RQ's worker, whose children die with it, and which settles the row of a child that was killed."""

    registry: Registry = REGISTRY
    settings: Settings
    _rehearsed: PictureOnShow | None = None

    def rehearse(self, shown: PictureOnShow | None) -> None:
        """What every job of these queues does first is done here once for a picture, or every job pays for it."""
        self._rehearsed = shown
        kinds = [kind for kind in self.registry.kinds.values() if kind.queue in self.queue_names()]
        try:
            rehearse(self.settings, kinds)
        except Exception:  # the jobs will say what is wrong, each to who asked for it
            log.exception("the jobs could not be rehearsed")
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # what is there now is never looked through again, so that children share its memory

    def begin(self) -> None:
        """Before the first job."""
        engine = engine_of(self.settings.database_url)
        try:
            with reading(engine) as connection:
                shown = current(connection)
        except Exception:  # a database that is not there yet: what ends first brings the picture with it
            log.exception("what is on show could not be read")
            return
        finally:
            engine.dispose()
        self.rehearse(shown)

    def main_work_horse(self, job: Any, queue: Any) -> None:
        """In the child, before anything else."""
        die_with_parent(self.pid)
        super().main_work_horse(job, queue)

    def fork_work_horse(self, job: Any, queue: Any) -> None:
        """Fork; the fonts of paper are read before, once they have been cut, and then never again."""
        with suppress(FileNotFoundError):
            register()
        super().fork_work_horse(job, queue)

    def monitor_work_horse(self, job: Any, queue: Any, execution: Any) -> None:
        """Wait for the child; then see that its row does not stay `running` whatever became of it."""
        super().monitor_work_horse(job, queue, execution)
        try:
            shown = self._settle(int(job.args[0]), job.id)
        except Exception:  # the sweep settles it within seconds; a worker must not end over it
            log.exception("the row of %s could not be settled by its worker", job.id)
        else:
            if shown != self._rehearsed:
                self.rehearse(shown)

    def _settle(self, job_id: int, message: str) -> PictureOnShow | None:
        """See to the row; the picture that is on show now."""
        engine = engine_of(self.settings.database_url)
        try:
            with reading(engine) as connection:
                status, shown = rows.job(connection, job_id).status, current(connection)
            if status == "running":
                self._settle_killed(engine, job_id, message)
        finally:
            engine.dispose()
        return shown

    def _settle_killed(self, engine: Engine, job_id: int, message: str) -> None:
        with writing(engine) as connection:
            row = rows.job(connection, job_id)
            if row.status != "running" or message_id(job_id, row.attempt - 1) != message:
                return
            if is_alive(row.worker) is not False:  # the message came twice: another worker's child has the job
                return
            limit = self.registry.kind(row.kind).timeout
            settled = job_claims.settle(connection, row, utc_now(), MOST_ATTEMPTS, limit)
        if settled is not None:
            log.warning("the process of job %s was killed; the job is now %s", job_id, settled[0])
            send(self.settings.redis_url, settled[1], self.registry)


def import_before_fork(queues: Iterable[str], registry: Registry) -> None:
    """Import what the jobs of these queues import, and read the fonts of paper where they print."""
    wanted = [kind for kind in registry.kinds.values() if kind.queue in set(queues)]
    for name in (*HEAVY_TO_IMPORT, *(kind.function.removesuffix(".run") for kind in wanted)):
        try:
            importlib.import_module(name)
        except ImportError:  # the other kinds go on; a job of this one fails with its incident
            log.exception("%s cannot be imported", name)
    if "jobs.pdf.faces" in sys.modules:
        _read_fonts()
    if HEAVY in set(queues):
        _word_questions()


def _read_fonts() -> None:
    """Here once, or a quarter of the time of every report."""
    from jobs.pdf.faces import register  # noqa: PLC0415  (only a worker that prints brings ReportLab along)

    try:
        register()
    except (FileNotFoundError, ValueError) as error:  # a report says it to who asked for it
        log.warning("the fonts of paper cannot be read: %s", error)


def _word_questions() -> None:
    """Here once, or a second or two of every feature build."""
    from warehouse.features import questions  # noqa: PLC0415  (only a worker that builds features brings Ibis along)

    questions()


def serve(settings: Settings, queues: Sequence[str], registry: Registry = REGISTRY, burst: bool = False) -> None:
    """Work until told to stop."""
    GuanxiWorker.registry, GuanxiWorker.settings = registry, settings
    worker = GuanxiWorker(
        list(queues),
        connection=connect(settings.redis_url),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
        maintenance_interval=MAINTENANCE_S,
        job_monitoring_interval=MONITORING_S,
    )
    worker.begin()
    worker.work(burst=burst, logging_level="WARNING")  # every cleaning is a line otherwise; our own say what a job did


def main(queues: Sequence[str]) -> None:
    """The process `python -m jobs.worker [queue ...]`; all queues when none is named."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    unknown = set(queues) - set(QUEUES)
    if unknown:
        sys.exit(f"no such queue: {', '.join(sorted(unknown))}; the queues are {', '.join(QUEUES)}")
    import_before_fork(queues or QUEUES, REGISTRY)
    serve(load_settings(), queues or QUEUES)


if __name__ == "__main__":
    main(sys.argv[1:])
