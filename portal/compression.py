"""Files that never change are compressed once, well, and kept; everything else is compressed as it leaves.

Registered after flask-compress, and therefore asked before it: what is encoded here it leaves alone.
"""

from __future__ import annotations

import threading

import brotli
import flask

QUALITY = 9  # 11 takes thirty times as long for a tenth less
LEAST = 800
KEPT = ("/vendor/", "/assets/", "/_dash-component-suites/")


def register(server: flask.Flask) -> None:
    """Keep brotli of versioned files in memory: they are a few dozen."""
    kept: dict[str, bytes] = {}
    lock = threading.Lock()

    @server.after_request
    def compressed(response: flask.Response) -> flask.Response:
        address = flask.request.full_path
        fits = flask.request.path.startswith(KEPT) and response.status_code == 200 and flask.request.method == "GET"
        if not fits or "Content-Encoding" in response.headers or "br" not in flask.request.accept_encodings:
            return response
        if not (response.cache_control.max_age or 0) > 0:
            return response
        response.direct_passthrough = False
        plain = response.get_data()
        if len(plain) < LEAST:
            return response
        with lock:
            found = kept.get(address) or brotli.compress(plain, quality=QUALITY)
            if flask.request.query_string == b"" or address in kept or len(kept) < 200:
                kept[address] = found
        response.set_data(found)
        response.headers["Content-Encoding"] = "br"
        response.vary.add("Accept-Encoding")
        response.headers.pop("ETag", None)
        return response
