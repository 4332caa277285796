"""The one door: every request passes `guard` before anything else, and what no table names is refused.

Open to anybody: the sign-in page, the page that verifies a paper (it tells no name), the health check and the
look (css, js, fonts: no word of any customer is in them).
Everything else needs a session; callbacks, pages and routes also the permission their table declares.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import flask
from werkzeug.exceptions import HTTPException

from portal import access, translations
from portal.export_question import odd
from portal.pages import ROUTES, Route, page_at

OPEN_ENDPOINTS = frozenset({"sign_in", "verify", "health", "vendor", "_dash_assets.static", "/_favicon.ico"})
SIGNED_IN_ENDPOINTS = frozenset(
    {"sign_out", "/_dash-layout", "/_dash-dependencies", "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"}
)  # fmt: skip
PAGE_ENDPOINTS = frozenset({"/", "/<path:path>"})
CALLBACK_ENDPOINT = "/_dash-update-component"
ROUTING = ".._pages_content.children..._pages_store.data.."
# What somebody with a one-time password may reach: the page where they change it, and the way out.
FIRST_STEMS = frozenset({"account", "frame"})
CALLBACK_LIMIT = 1 << 20
VERIFY_LIMIT = 32 << 20  # a report file


def guard() -> Any:
    """Refuse, redirect, or let pass (None)."""
    endpoint = flask.request.endpoint
    route = _route_of(endpoint)
    flask.request.max_content_length = _limit(endpoint, route)
    if flask.request.method not in ("GET", "HEAD", "OPTIONS") and not _same_origin():
        return _refuse(403, "common.cross_site")
    if endpoint in OPEN_ENDPOINTS:
        return None
    who = access.viewer()
    return _to_sign_in() if who is None else _decide(who, endpoint, route)


def _decide(who: access.Viewer, endpoint: str | None, route: Route | None) -> Any:
    if endpoint is None or endpoint in SIGNED_IN_ENDPOINTS:
        return None  # no such address, or what every page needs
    if endpoint in PAGE_ENDPOINTS:
        return _page(who, flask.request.path)
    if endpoint == CALLBACK_ENDPOINT:
        return _callback(who)
    if route is None:
        return _forbidden(who, flask.request.path)
    return _once_in(who, route.view.startswith("portal.preferences:"), route.permission, flask.request.path)


def _route_of(endpoint: str | None) -> Route | None:
    return next((route for route in ROUTES if route.view == endpoint), None)


def _limit(endpoint: str | None, route: Route | None) -> int:
    """The largest body in bytes this address takes."""
    if route is None:
        return VERIFY_LIMIT if endpoint == "verify" else CALLBACK_LIMIT
    return access.portal().settings.upload_limit if route.limit is None else route.limit


def _same_origin() -> bool:
    """Browsers say where a POST comes from; one that comes from elsewhere is somebody else's page."""
    origin = flask.request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == flask.request.host
    return flask.request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _wants_page() -> bool:
    return flask.request.method == "GET" and flask.request.endpoint in PAGE_ENDPOINTS


def _to_sign_in() -> Any:
    if _wants_page():
        asked = flask.request.full_path.rstrip("?")
        return flask.redirect(flask.url_for("sign_in", next=None if asked == "/" else asked))
    return _refuse(401, "common.signed_out")


def _page(who: access.Viewer, path: str) -> Any:
    found = page_at(path)
    if found is None:
        return None  # the page itself says that there is none
    return _once_in(who, found[0].stem in FIRST_STEMS, found[0].permission, path)


def _once_in(who: access.Viewer, first: bool, permission: str, path: str) -> Any:
    """First the way in, also to where the answer would be no; then the permission."""
    told = _first_password(who, first)
    if told is not None or permission in who.grants:
        return told
    return _forbidden(who, path)


def _callback(who: access.Viewer) -> Any:
    body = flask.request.get_json(silent=True)
    key = body.get("output") if isinstance(body, dict) else None
    if key == ROUTING:
        return None  # the layouts check for themselves: see portal/server.py
    bound = access.portal().bound.get(key) if isinstance(key, str) else None
    if bound is None or bound.permission not in who.grants:
        return _forbidden(who, bound.name if bound else "unknown callback")
    return _first_password(who, bound.stem in FIRST_STEMS)


def _first_password(who: access.Viewer, allowed: bool) -> Any:
    if allowed or not who.must_change_password:
        return None
    opened = _wants_page() or (flask.request.method == "GET" and _reads_html())
    return flask.redirect("/account") if opened else _refuse(403, "common.change_password_first")


def _forbidden(who: access.Viewer, what: str) -> Any:
    access.denied(who, what)
    return _refuse(403, "common.forbidden")


def language_of_request() -> str:
    """The language to speak to this browser: the viewer's, else what the browser asks for, else Chinese."""
    who = access.viewer()
    return who.language if who else flask.request.accept_languages.best_match(["zh", "en"], "zh")


def _refuse(status: int, key: str) -> Any:
    language = language_of_request()
    sentence = translations.text(language, key)
    return _answer(sentence, language, status, _wants_page())


def too_long(server: flask.Flask) -> str:
    """The page for an address nobody read, so nobody knows whose it was: in every language."""
    with server.app_context():
        return flask.render_template(
            "too_long.html", languages=translations.LANGUAGES, language=translations.LANGUAGES[0], t=translations.text
        )


def view_of(route: Route) -> Callable[..., Any]:
    """The Flask view of a route: its function with a Ctx, errors as sentences."""
    module, _, name = route.view.partition(":")
    function = getattr(import_module(module), name)

    def view(**parts: Any) -> Any:
        who = access.viewer()
        if who is None:
            return _refuse(401, "common.signed_out")
        try:
            with access.context(who, route.writes) as ctx:
                ctx.require(route.permission)
                _nothing_else_asked(route)
                return function(ctx, **parts)
        except Exception as error:
            return _failed(error, who)

    return view


def _nothing_else_asked(route: Route) -> None:
    """Refusal of a parameter the address does not take: its answer would be that of another question."""
    if flask.request.method == "GET":
        for name, value in flask.request.args.items():
            if name not in route.asks:
                raise odd(name, value)


def unforeseen(error: Exception) -> Any:
    """Whatever nobody caught: a sentence with an incident number, the rest in the log."""
    if isinstance(error, HTTPException):
        return _no_such_page() if error.code == 404 and _reads_html() else error
    incident = secrets.token_hex(4)
    access.LOG.error("incident %s: %s", incident, flask.request.path, exc_info=error)
    language = language_of_request()
    return _answer(translations.text(language, "common.failed", incident=incident), language, 500, _reads_html())


def _no_such_page() -> Any:
    language = language_of_request()
    sentence = translations.text(language, "common.not_found_lone")
    return _answer(sentence, language, 404, True, "common.not_found_title")


def theme_of_request() -> str:
    """How a page outside the frame looks to this browser: as the viewer chose, else light."""
    who = access.viewer()
    return who.theme if who else "light"


def _failed(error: Exception, who: access.Viewer) -> Any:
    if isinstance(error, HTTPException):
        raise error
    sentence, incident = access.sentence_of(error, who)
    forbidden = isinstance(error, access.Forbidden | access.OutOfScope)
    status = 500 if incident else 403 if forbidden else 400
    return _answer(sentence, who.language, status, _reads_html())


def _reads_html() -> bool:
    """Whether a person's browser opened this address; a script takes anything."""
    return flask.request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _answer(
    sentence: str, language: str, status: int, as_page: bool, title: str = "common.no_access_title"
) -> Any:  # fmt: skip
    """A page for a reader, JSON for a script."""
    if as_page:
        told = {"sentence": sentence, "language": language, "title": title, "t": translations.text}
        page = flask.render_template("refused.html", **told)
        return page, status
    return flask.jsonify({"error": sentence}), status
