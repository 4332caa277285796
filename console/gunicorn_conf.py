"""How gunicorn serves the portal: its workers die with their master, and each is warm before its first request."""

from __future__ import annotations

import os
from typing import Any

from jobs.processes import die_with_parent

worker_class = "gthread"
workers = int(os.environ.get("GUANXI_WEB_WORKERS", "2"))
threads = int(os.environ.get("GUANXI_WEB_THREADS", "8"))
graceful_timeout = 3
timeout = 120
keepalive = 15
accesslog = None
errorlog = "-"


def post_fork(server: Any, worker: Any) -> None:
    """In a new worker, first of all."""
    die_with_parent(server.pid)


def post_worker_init(worker: Any) -> None:
    """Once the application is loaded: one request, so that no person's first one races into a cold process."""
    worker.wsgi.test_client().get("/health")
