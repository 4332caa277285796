"""How gunicorn serves the portal: loaded once and forked, so that a start is quick and the workers share their memory.

Its workers die with their master, and each is warm before its first request.
"""

from __future__ import annotations

import os
from typing import Any

from jobs.processes import die_with_parent
from portal.access import EXTENSION

worker_class = "console.web_worker.Worker"
limit_request_line = 8190  # bytes, the most gunicorn takes: the longest question of a page of ours is about half of it
workers = int(os.environ.get("GUANXI_WEB_WORKERS", "2"))
threads = int(os.environ.get("GUANXI_WEB_THREADS", "8"))
graceful_timeout = 3
timeout = 120
keepalive = 15
preload_app = True
accesslog = None
errorlog = "-"


def pre_fork(server: Any, worker: Any) -> None:
    """In the master, before a worker is made: no connection to the database may be shared by two processes."""
    server.app.wsgi().extensions[EXTENSION].engine.dispose()


def post_fork(server: Any, worker: Any) -> None:
    """In a new worker, first of all."""
    die_with_parent(server.pid)


def post_worker_init(worker: Any) -> None:
    """Once the application is loaded: one request, so that no person's first one races into a cold process."""
    worker.wsgi.test_client().get("/health")


def worker_exit(server: Any, worker: Any) -> None:
    """In a worker that ends: at once. Libraries loaded before the fork would stop threads only the master has."""
    os._exit(0 if worker.booted else server.WORKER_BOOT_ERROR)
