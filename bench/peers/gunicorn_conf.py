"""Gunicorn for the peers: as it serves the portal, without what only the portal has (no database to let go of)."""

from __future__ import annotations

from console.gunicorn_conf import (
    accesslog,
    errorlog,
    graceful_timeout,
    keepalive,
    post_fork,
    post_worker_init,
    preload_app,
    threads,
    timeout,
    worker_class,
    workers,
)

__all__ = [
    "accesslog", "errorlog", "graceful_timeout", "keepalive", "post_fork", "post_worker_init", "preload_app", "threads",
    "timeout", "worker_class", "workers",
]  # fmt: skip
