"""The people every page meets: one of the branch, one of head office, a stranger to the branch, and those behind them.

def test_page(people: People) -> None:
    staff = people.client("staff")              # signed in; 滨江支行 B1
    shown = staff.open_page("/customers/C01")   # the page's layout as JSON text
    answer = staff.call(handler, "value")       # posts the callback of that handler: .status, .json, .text
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import flask
from argon2 import PasswordHasher
from dash.dependencies import DashDependency
from sqlalchemy import Connection, Engine, update

from config.settings import Settings
from portal.access import EXTENSION, Bound, Portal
from portal.guard import ROUTING
from portal.server import create_server
from store import users as users_of_store
from store.tables import users
from store.users import create_user, hash_password
from tests.small_picture import NOW

PASSWORD = "right-horse-42-stable"
# Hashing is slow on purpose; here it is done hundreds of times. One test brings the real cost back.
users_of_store.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
# login: (name, roles, branches, staff_id)
EVERYBODY: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], str | None]] = {
    "staff": ("李敏", ("branch_staff",), ("B1",), "S1"),
    "executive": ("陈立行", ("executive",), ("HQ",), None),
    "stranger": ("王芳", ("branch_staff",), ("B2",), "S2"),
    "admin": ("周管理", ("administrator",), (), None),
    "admin2": ("吴管理", ("administrator",), (), None),
    "risk": ("孙风险", ("risk_officer",), ("HQ",), None),
    "risk2": ("钱风险", ("risk_officer",), ("HQ",), None),
    "risk3": ("冯风险", ("risk_officer",), ("HQ",), None),
    "auditor": ("郑审计", ("auditor",), (), None),
}
ROLE_LOGINS = ("staff", "executive", "admin", "risk", "auditor")


def write_people(connection: Connection) -> None:
    """Everybody, with PASSWORD, in Chinese; hashed once because hashing is slow on purpose."""
    for login, (name, roles, branches, staff_id) in EVERYBODY.items():
        create_user(connection, login, name, roles, branches, "test", NOW, staff_id=staff_id)
    connection.execute(update(users).values(password_hash=hash_password(PASSWORD), must_change_password=False))


def settings_for(home: Path, database_url: str, **more: Any) -> Settings:
    """Settings of a portal in `home`."""
    told: dict[str, Any] = {"redis_url": "unix:///nowhere", **more}
    return Settings(home=home, secret_key="k" * 40, database_url=database_url, **told)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Answer:
    """What the portal said to a callback."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)

    def value(self, ident: str, prop: str = "children") -> Any:
        """What the callback set a property to; KeyError when it did not."""
        return self.json["response"][ident][prop]

    @property
    def toast(self) -> str:
        """The sentence of the toast, or ''."""
        shown = self.json.get("sideUpdate", {}).get("frame-toast", {}).get("children")
        return shown["props"]["children"] if shown else ""


class Client:
    """A browser without a screen: signed in, or a stranger when it never was."""

    def __init__(self, server: flask.Flask, address: str = "127.0.0.1") -> None:
        self.server, self.http = server, server.test_client()
        self.http.environ_base["REMOTE_ADDR"] = address

    def sign_in(self, login: str, password: str = PASSWORD) -> Any:
        """Post the form as a browser would; the answer is a redirect when it worked."""
        page = self.http.get("/sign-in").get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        given = {"login": login, "password": password, "csrf_token": token.group(1) if token else ""}
        return self.http.post("/sign-in", data=given)

    def get(self, path: str, **options: Any) -> Any:
        """GET."""
        return self.http.get(path, **options)

    def post(self, path: str, **options: Any) -> Any:
        """POST."""
        return self.http.post(path, **options)

    def open_page(self, path: str) -> str:
        """The layout of the page at `path` (with its query) as JSON text, Chinese readable."""
        place, _, query = path.partition("?")
        body = {
            "output": ROUTING,
            "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
            "inputs": [
                {"id": "_pages_location", "property": "pathname", "value": place},
                {"id": "_pages_location", "property": "search", "value": f"?{query}" if query else ""},
            ],
            "state": [{"id": "_pages_location", "property": "pathname", "value": place}],
            "changedPropIds": ["_pages_location.pathname"],
        }
        answer = self.http.post("/_dash-update-component", json=body)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.get_data(as_text=True)}"
        return json.dumps(answer.get_json()["response"]["_pages_content"]["children"], ensure_ascii=False)

    def call(self, handler: Callable[..., Any], *values: Any, triggered: str | None = None) -> Answer:
        """Post the callback of `handler` with the values of its inputs and states, in order.

        `triggered` is the 'id.property' that changed (the first input when None). For an ALL input give a list of
        {"id", "property", "value"}; for a MATCH callback see `post_bound`.
        """
        bound = next(found for found in bound_of(self.server).values() if found.handler is handler)
        return self.post_bound(bound, values, triggered)

    def post_bound(self, bound: Bound, values: Sequence[Any] = (), triggered: str | None = None) -> Answer:
        """Post any callback; missing values are None."""
        given = list(values) + [None] * (len(bound.inputs) + len(bound.states) - len(values))
        asked = [
            _part(dependency, value) for dependency, value in zip([*bound.inputs, *bound.states], given, strict=True)
        ]
        outputs = [_place(output) for output in bound.outputs]
        first = asked[0] if asked and isinstance(asked[0], dict) else None
        changed = triggered or (f"{_text_id(first['id'])}.{first['property']}" if first else None)
        body = {
            "output": bound.key,
            "outputs": outputs if bound.key.startswith("..") else outputs[0],
            "inputs": asked[: len(bound.inputs)],
            "state": asked[len(bound.inputs) :],
            "changedPropIds": [changed] if changed else [],
        }
        answer = self.http.post("/_dash-update-component", json=body)
        text = answer.get_data(as_text=True)
        # Dash writes Chinese as escapes; tests read it.
        return Answer(answer.status_code, json.dumps(answer.get_json(), ensure_ascii=False) if answer.is_json else text)


def _text_id(ident: Any) -> str:
    return ident if isinstance(ident, str) else json.dumps(ident, sort_keys=True, separators=(",", ":"))


def _place(dependency: DashDependency) -> Any:
    ident = dependency.component_id
    if isinstance(ident, dict):
        if any("ALL" in str(getattr(part, "name", part)) for part in ident.values() if not isinstance(part, str | int)):
            return []
        ident = {name: part if isinstance(part, str | int) else "x" for name, part in ident.items()}
    return {"id": ident, "property": dependency.component_property}


def _part(dependency: DashDependency, value: Any) -> Any:
    place = _place(dependency)
    if isinstance(place, list):
        return value or []
    return {**place, "value": value}


def bound_of(server: flask.Flask) -> dict[str, Bound]:
    """Every callback the guard knows, by Dash's key."""
    here: Portal = server.extensions[EXTENSION]
    return here.bound


@dataclass
class People:
    """One portal over the small picture, with everybody in it."""

    server: flask.Flask
    engine: Engine
    settings: Settings
    clock: Clock
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, login: str) -> Client:
        """The signed-in browser of that person; made at the first asking."""
        if login not in self.clients:
            client = Client(self.server)
            assert client.sign_in(login).status_code == 302, f"{login} could not sign in"
            self.clients[login] = client
        return self.clients[login]

    def anonymous(self, address: str = "127.0.0.1") -> Client:
        """A browser nobody signed in with."""
        return Client(self.server, address)


def open_portal(home: Path, database_url: str, **more: Any) -> People:
    """A portal over a database that holds the small picture and the people."""
    settings, clock = settings_for(home, database_url, **more), Clock()
    server = create_server(settings, clock)
    here: Portal = server.extensions[EXTENSION]
    return People(server, here.engine, settings, clock)
