"""create_server(): Flask, the guard, Dash, and one loop over PAGES."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import flask
from dash import Dash, State
from flask_compress import Compress
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import ROOT, Settings, load_settings
from portal import access, answers, compression, guard, routing, shell, sign_in, verify
from portal.access import Bind, Portal
from portal.bank_look import EXTENSION as BANK_LOOK
from portal.bank_look import LOGO_KINDS, look_of
from portal.bundle import Bundle
from portal.pages import PAGES, ROUTES
from store.database import open_engine, reading

ASSETS = ROOT / "assets"
YEAR = 31_536_000
# No host but our own. AG Grid and Plotly write style attributes; Plotly's pictures and workers are blobs.
POLICY = {
    "default-src": "'self'",
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "worker-src": ["'self'", "blob:"],
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def create_server(settings: Settings | None = None, clock: Callable[[], datetime] | None = None) -> flask.Flask:
    """The whole portal as one WSGI application. SettingsError without a usable secret key.

    `clock` gives the current aware time; the machine's own when None.
    """
    settings = settings or load_settings()
    server = flask.Flask("portal", template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
    _configure(server, settings)
    server.extensions[access.EXTENSION] = Portal(
        open_engine(settings.database_url, mapped=True), settings, clock or access.system_clock
    )
    look = server.extensions[BANK_LOOK] = look_of(settings)
    server.jinja_env.globals["look"] = look
    access.install(server)
    server.before_request(guard.guard)  # before Dash adds anything of its own
    CSRFProtect(server)
    Compress(server)
    compression.register(server)
    sign_in.register(server)
    verify.register(server)
    _add_plain_addresses(server)
    server.register_error_handler(Exception, guard.unforeseen)
    for route in ROUTES:
        server.add_url_rule(route.rule, route.view, guard.view_of(route), methods=list(route.methods))
    app = _dash(server)
    _warm(server)
    server.extensions[shell.BUNDLE] = shell.bundle_of(app)
    if look.logo:
        server.extensions[shell.BUNDLE].files[look.logo[0]] = look.logo[1]
    _protect(server, app, settings)
    return server


def _configure(server: flask.Flask, settings: Settings) -> None:
    server.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="guanxi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,  # every address of a file carries its version
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIN_SIZE=800,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks where a POST comes from; forms with a token check theirs
    )
    if settings.proxies:
        hops = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _add_plain_addresses(server: flask.Flask) -> None:
    here: Portal = server.extensions[access.EXTENSION]

    def health() -> Any:
        with reading(here.engine) as connection:
            connection.exec_driver_sql("select 1")
        return {"status": "ok"}

    def vendor(name: str) -> Any:
        bundle: Bundle = server.extensions[shell.BUNDLE]
        if name not in bundle.files:
            flask.abort(404)
        kind = {".css": "text/css", **LOGO_KINDS}.get(Path(name).suffix, "text/javascript")
        return flask.Response(
            bundle.files[name], mimetype=kind, headers={"Cache-Control": f"public, max-age={YEAR}, immutable"}
        )

    def style() -> str:
        bundle: Bundle = server.extensions[shell.BUNDLE]
        return f"/vendor/{bundle.style}"

    server.jinja_env.globals["style"] = style
    server.jinja_env.globals["theme_here"] = guard.theme_of_request
    server.add_url_rule("/health", "health", health)
    server.add_url_rule("/vendor/<name>", "vendor", vendor)

    @server.after_request
    def unbroken(response: flask.Response) -> flask.Response:
        # The layouts of pages are written by Dash; the answers of callbacks are by then.
        if (
            flask.request.path == guard.CALLBACK_ENDPOINT
            and response.is_json
            and "Content-Encoding" not in response.headers
        ):
            asked = flask.request.get_json(silent=True)
            if isinstance(asked, dict) and asked.get("output") == guard.ROUTING:
                response.set_data(answers.unbroken(response.get_data()))
        return response

    @server.after_request
    def keep_nothing(response: flask.Response) -> flask.Response:
        # Pages and answers hold customers: no browser or proxy keeps them. Files with a version are kept for a year.
        if response.cache_control.max_age is None:
            # A library's file asked for without its version has a tag: it is kept, and asked after each time.
            tagged = flask.request.path.startswith("/_dash-component-suites/") and response.status_code in (200, 304)
            response.headers["Cache-Control"] = "no-cache" if tagged else "no-store"
        if (close := getattr(response.response, "close", None)) is not None:
            response.call_on_close(close)  # compression puts its own stream before a file and leaves the file open
        return response


def _dash(server: flask.Flask) -> Dash:
    app = shell.ShellDash(
        "portal",
        server=server,  # type: ignore[arg-type]
        use_pages=True,
        pages_folder="",
        assets_folder=str(ASSETS),
        suppress_callback_exceptions=True,
        include_pages_meta=False,
        routing_callback_inputs={routing.PATH_STATE: State("_pages_location", "pathname")},
        update_title="",
        add_log_handler=False,
    )
    routing.register()
    app.layout = shell.root
    here: Portal = server.extensions[access.EXTENSION]
    for stem in ("frame", *(page.stem for page in PAGES)):
        import_module(f"portal.callbacks.{stem}").register(Bind(app, here, stem))
    server.extensions["dash"] = app
    return app


def _warm(server: flask.Flask) -> None:
    # Dash finishes its set-up at the first request; two racing into a fresh worker find its scripts not yet registered.
    with server.test_client() as client:
        client.get("/health")
    server._got_first_request = False  # Flask lets nothing be added after a request, and the policy is still to come


def _protect(server: flask.Flask, app: Dash, settings: Settings) -> None:
    policy = {**POLICY, "script-src": ["'self'", *app.csp_hashes()]}
    if settings.secure_cookies:
        policy["upgrade-insecure-requests"] = ""
    Talisman(
        server,
        force_https=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        content_security_policy=policy,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
