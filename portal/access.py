"""Who is asking, what they may do, and the one way a callback reaches the store.

Every handler gets a Ctx: the viewer, their scope, one transaction, the time. `Bind` attaches handlers to the app with
the permission they need; the guard (portal/guard.py) refuses what is not in its table before Dash sees the request.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import flask
import flask_login

from config.settings import Settings
from portal import translations
from store import audit, sessions
from store.database import reading, writing
from store.picture import PictureOnShow, current
from store.scope import OutOfScope, Scope, scope_of
from store.users import User, UserRefused

if TYPE_CHECKING:
    from dash import Dash

    from store.database import Connection, Engine

LOG = logging.getLogger("guanxi.portal")
EXTENSION = "guanxi"


class Refusal(Exception):
    """Something that cannot be done, said in the reader's words: a catalogue key with its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class Forbidden(Exception):
    """The viewer lacks a permission; the text names it."""


@dataclass(frozen=True)
class Portal:
    """What all requests of one server share. `clock` gives the current aware time."""

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]
    bound: dict[str, Bound] = field(default_factory=dict)


@dataclass(frozen=True)
class Viewer:
    """The person at the screen."""

    user_id: int
    login: str
    name: str
    roles: tuple[str, ...]
    grants: frozenset[str]
    branches: tuple[str, ...]
    language: str
    theme: str
    staff_id: str | None
    must_change_password: bool


@dataclass(frozen=True)
class Ctx:
    """One request by one viewer: scope, one transaction, the time in the bank's zone, the words of their language."""

    viewer: Viewer
    scope: Scope
    connection: Connection
    engine: Engine
    settings: Settings
    now: datetime
    address: str | None
    writes: bool = False
    entries: list[tuple[str, str, str | None, dict[str, Any]]] = field(default_factory=list)
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    @property
    def language(self) -> str:
        """zh or en."""
        return self.viewer.language

    @property
    def theme(self) -> str:
        """light or dark."""
        return self.viewer.theme

    def t(self, key: str, **values: object) -> str:
        """The text of `<stem>.<key>` in the viewer's language."""
        return translations.text(self.viewer.language, key, **values)

    def may(self, permission: str) -> bool:
        """Whether the viewer holds the permission."""
        return permission in self.viewer.grants

    def require(self, permission: str) -> None:
        """Forbidden unless the viewer holds the permission."""
        if not self.may(permission):
            raise Forbidden(permission)

    def local(self, moment: datetime | None) -> datetime | None:
        """A moment of the store in the bank's time zone."""
        return None if moment is None else moment.astimezone(self.now.tzinfo)

    def audit(self, action: str, object_kind: str, object_id: str | None = None, **detail: object) -> None:
        """Put a row on the trail, in this transaction, written just before it is committed.

        RuntimeError where the callback, page or route was not declared with writes=True.
        """
        if not self.writes:
            raise RuntimeError(f"{action}: declare writes=True where this is bound; only then is there an audit row")
        self.entries.append((action, object_kind, object_id, dict(detail)))

    def after(self, act: Callable[[], object]) -> None:
        """Do `act` once this transaction is committed (send a job to Redis, say); never when it is undone."""
        self.afterwards.append(act)

    @property
    def picture(self) -> PictureOnShow | None:
        """What the portal serves from: as of, batch, months, runs; None before the first delivery."""
        return current(self.connection)

    @property
    def data_day(self) -> date:
        """The day the figures on show are as of, by which ratings choose their parameters; today before there are any."""
        shown = self.picture
        return shown.as_of if shown else self.now.date()

    @property
    def currency(self) -> str:
        """The bank's currency: that of the picture on show, else the one in the settings."""
        shown = self.picture
        return (shown.currency if shown else None) or self.settings.currency


class _SignedIn(flask_login.UserMixin):
    """What flask_login keeps of a person: the session token, never the user's number."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token, self.viewer = token, viewer

    def get_id(self) -> str:
        return self.token


def portal() -> Portal:
    """The portal this request belongs to."""
    return flask.current_app.extensions[EXTENSION]


def now() -> datetime:
    """The time of this request, in the bank's zone; the same throughout the request."""
    if "now" not in flask.g:
        here = portal()
        flask.g.now = here.clock().astimezone(ZoneInfo(here.settings.time_zone))
    return flask.g.now


def system_clock() -> datetime:
    """The machine's time, aware."""
    return datetime.now(UTC)


def install(server: flask.Flask) -> None:
    """Teach the server who is signed in."""
    manager = flask_login.LoginManager(server)
    manager.session_protection = None  # the session is a row of ours; addresses of phones change
    manager.user_loader(_load)


def _load(token: str) -> _SignedIn | None:
    here, at = portal(), now()
    with reading(here.engine) as connection:
        user = sessions.user_of(connection, token, at)
        fresh = user is None or sessions.seen_lately(connection, token, at)
    if user is None:
        return None
    if not fresh:
        with writing(here.engine) as connection:
            sessions.mark_seen(connection, token, at)
    return _SignedIn(token, _viewer(user))


def _viewer(user: User) -> Viewer:
    return Viewer(
        user_id=user.user_id, login=user.login, name=user.name, roles=user.roles, grants=user.permissions,
        branches=user.branches, language=user.language, theme=user.theme, staff_id=user.staff_id,
        must_change_password=user.must_change_password,
    )  # fmt: skip


def viewer() -> Viewer | None:
    """Who is asking, or None."""
    if not flask.has_request_context():
        return None
    found = flask_login.current_user
    return found.viewer if isinstance(found._get_current_object(), _SignedIn) else None


def session_token() -> str | None:
    """The token this browser presented, when it is good."""
    found = flask_login.current_user
    return found.token if viewer() is not None else None


def enter(token: str) -> None:
    """Give this browser the token of a fresh session."""
    flask.session.clear()
    with reading(portal().engine) as connection:
        user = sessions.user_of(connection, token, now())
    if user is not None:
        flask_login.login_user(_SignedIn(token, _viewer(user)))


def leave() -> None:
    """Take the token from this browser; the row is ended by the caller."""
    flask_login.logout_user()
    flask.session.clear()


def address() -> str | None:
    """Where the request came from."""
    return flask.request.remote_addr


@contextmanager
def context(who: Viewer, writes: bool = False) -> Iterator[Ctx]:
    """A Ctx on one transaction: audit rows are written and all is committed at the end, or all is undone.

    What ctx.after was given is done last, after the commit.
    """
    here = portal()
    with (writing if writes else reading)(here.engine) as connection:
        scope = scope_of(connection, who.branches)
        ctx = Ctx(who, scope, connection, here.engine, here.settings, now(), address(), writes)
        yield ctx
        for action, object_kind, object_id, detail in ctx.entries:
            audit.write(connection, ctx.now, who.login, action, object_kind, object_id, detail, ctx.address)
    for act in ctx.afterwards:
        act()


def denied(who: Viewer, what: str) -> None:
    """Put on the trail that somebody asked for what is not theirs, in a transaction of its own."""
    with writing(portal().engine) as connection:
        audit.write(connection, now(), who.login, "access.denied", "page", what, {}, address())


def _asked() -> str:
    """What this request asks for: the address, or the function of a callback, all of which have one address."""
    body = flask.request.get_json(silent=True)
    bound = portal().bound.get(str(body.get("output"))) if isinstance(body, dict) else None
    return bound.name if bound else flask.request.path


def sentence_of(error: Exception, who: Viewer) -> tuple[str, str | None]:
    """What to tell the reader of an error, and the incident number where it is none of their doing.

    Anything unforeseen goes to the log whole, under the incident number; the reader never sees a trace. What is not for
    the reader goes on the trail as well, wherever in the answer it was found out.
    """
    if isinstance(error, Forbidden | OutOfScope):
        denied(who, f"{_asked()}: {error}")
    if isinstance(error, Refusal):
        return translations.text(who.language, error.key, **error.values), None
    if isinstance(error, UserRefused):
        return translations.text(who.language, f"users.refused.{error.key}"), None
    if isinstance(error, OutOfScope):
        return translations.text(who.language, "common.out_of_scope"), None
    if isinstance(error, Forbidden):
        return translations.text(who.language, "common.forbidden"), None
    incident = secrets.token_hex(4)
    LOG.error("incident %s: %s at %s", incident, who.login, flask.request.path, exc_info=error)
    return translations.text(who.language, "common.failed", incident=incident), incident


@dataclass(frozen=True)
class Bound:
    """A callback as the guard knows it: Dash's own key of its outputs, the page it belongs to, what it takes."""

    key: str
    stem: str
    handler: Callable[..., Any]
    permission: str
    writes: bool
    outputs: tuple[Any, ...]
    inputs: tuple[Any, ...]
    states: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The page it belongs to and its function, as the trail names it."""
        return f"{self.stem}.{self.handler.__name__}"


class Bind:
    """Attaches handlers to the app: `register(bind)` of each page's callbacks gets one."""

    def __init__(self, app: Dash, here: Portal, stem: str) -> None:
        self.app, self.here, self.stem = app, here, stem

    def __call__(
        self,
        handler: Callable[..., Any],
        *,
        output: Any,
        inputs: Sequence[Any],
        states: Sequence[Any] = (),
        permission: str,
        writes: bool = False,
        prevent_initial_call: bool | str = False,
        keep: Callable[..., Hashable] | None = None,
        **dash_options: Any,
    ) -> None:
        """Call handler(ctx, *inputs, *states) for `output`, in one transaction, for holders of `permission`.

        The transaction is committed when the handler returns and undone when it raises. What it raises becomes a
        sentence: in place of the first `children` among the outputs when the page asked by itself, as a toast when
        somebody pressed something (see portal/failures.py).

        keep(*inputs, *states) tells apart the questions of a handler whose answer depends on nothing else but what
        `answers.key_of` holds (picture, scope, grants, language, theme): its answers are then kept.
        """
        # widgets need Dash, this module is needed without it
        from portal.answers import answering  # noqa: PLC0415
        from portal.failures import answer  # noqa: PLC0415

        single = not isinstance(output, list | tuple)
        outputs = [output] if single else list(output)
        told = answering(handler, outputs, single, keep)

        def call(*values: Any) -> Any:
            who = viewer()
            if who is None or permission not in who.grants:
                flask.abort(401 if who is None else 403)
            try:
                with context(who, writes) as ctx:
                    return told(ctx, *values)
            except Exception as error:
                return answer(error, who, outputs, single)

        call.__name__ = handler.__name__
        self.app.callback(
            output, list(inputs), list(states), prevent_initial_call=prevent_initial_call, **dash_options
        )(call)
        key = self.app._callback_list[-1]["output"]
        self.here.bound[key] = Bound(
            key, self.stem, handler, permission, writes, tuple(outputs), tuple(inputs), tuple(states)
        )

    def clientside(
        self, function: str, *, output: Any, inputs: Sequence[Any], states: Sequence[Any] = (), **options: Any
    ) -> None:
        """A callback that runs in the browser only: `function` is namespace.name in assets/*.js."""
        from dash import ClientsideFunction  # noqa: PLC0415 - as above

        namespace, name = function.split(".")
        self.app.clientside_callback(ClientsideFunction(namespace, name), output, list(inputs), list(states), **options)
