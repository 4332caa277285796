"""The worker that serves the portal: an address too long to be read is refused in the portal's own words."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from portal.guard import too_long


class Worker(ThreadWorker):
    """Gunicorn's threads; it answers what it cannot read itself, before any application sees it."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Say what was wrong with a request that could not be read."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("a request from %s was not read: %s", (addr or ("somebody",))[0], exc)
        page = too_long(self.wsgi).encode()
        head = (
            "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Cache-Control: no-store\r\nContent-Length: {len(page)}\r\n\r\n"
        )
        with suppress(OSError):  # who asked may be gone
            write_nonblock(client, head.encode("ascii") + page)
