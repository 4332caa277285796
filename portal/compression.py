"""Files that never change are compressed once, well, and kept; everything else is compressed as it leaves.

Registered after flask-compress, and therefore asked before it: what is encoded here it leaves alone.
"""

from __future__ import annotations

import brotli
import flask

QUALITY = 9  # 11 takes thirty times as long for a tenth less
LARGE, QUICK = 2_000_000, 6  # the chart library, which somebody is waiting for
LEAST = 800
MOST = 100  # files kept; whatever else is asked for under invented addresses is compressed each time
KEPT = ("/vendor/", "/assets/", "/_dash-component-suites/")


def register(server: flask.Flask) -> None:
    """Keep brotli of versioned files in memory: they are a few dozen."""
    kept: dict[str, bytes] = {}

    @server.after_request
    def compressed(response: flask.Response) -> flask.Response:
        # The tag is that of the content before compression: two contents of one address are told apart by it.
        address = flask.request.full_path + str(response.headers.get("ETag"))
        fits = flask.request.path.startswith(KEPT) and response.status_code == 200 and flask.request.method == "GET"
        if not fits or "Content-Encoding" in response.headers or "br" not in flask.request.accept_encodings:
            return response
        response.direct_passthrough = False
        plain = response.get_data()
        if len(plain) < LEAST:
            return response
        found = kept.get(address)
        if found is None:
            found = brotli.compress(plain, quality=QUALITY if len(plain) < LARGE else QUICK)
            if len(kept) < MOST:
                kept[address] = found
        response.set_data(found)
        response.headers["Content-Encoding"] = "br"
        response.vary.add("Accept-Encoding")
        return response
