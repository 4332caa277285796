"""Commands about users: who may sign in, as what, over which branches."""

from __future__ import annotations

import click

from console.place import Place, in_sentences, opened
from domain.permissions import EXTRA_GRANTS, ROLE_WORDS, ROLES
from store import users as people
from store.database import Connection, reading, writing
from store.users import User, UserRefused

ROLE = click.Choice(sorted(ROLES))


@click.group()
def users() -> None:
    """Add, list, disable, enable and reset users."""


@users.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as it stands on papers.")
@click.option("--role", "roles", multiple=True, required=True, type=ROLE, help="May be given several times.")
@click.option(
    "--branch", "branches", multiple=True, help="A branch whose subtree they see; may be given several times."
)
@click.option("--language", default="zh", show_default=True, type=click.Choice(["zh", "en"]))
@click.option("--staff-id", help="Their number in the bank's own list of staff.")
@in_sentences
def add(
    login: str, name: str, roles: tuple[str, ...], branches: tuple[str, ...], language: str, staff_id: str | None
) -> None:
    """Make the user LOGIN and print a password that is good for the first sign-in."""
    with opened() as place, writing(place.engine) as connection:
        password = people.create_user(
            connection, login, name, roles, branches, place.by, place.now(), language, staff_id
        )
    click.echo(f"{login}  {password}")


@users.command("list")
@in_sentences
def list_all() -> None:
    """List users with roles and branches."""
    with opened() as place, reading(place.engine) as connection:
        found = people.list_users(connection)
    for user in found:
        state = "disabled" if user.disabled else "locked" if user.locked_until else ""
        over = ", ".join(user.branches) or "no branch"
        click.echo(f"{user.login:16}  {user.name:12}  {', '.join(user.roles):30}  {over}  {state}".rstrip())


@users.command("disable")
@click.argument("login")
@in_sentences
def disable(login: str) -> None:
    """Shut LOGIN out at once."""
    with opened() as place, writing(place.engine) as connection:
        people.disable(connection, _user(connection, login).user_id, place.by, place.now())
    click.echo(f"{login} is disabled")


@users.command("enable")
@click.argument("login")
@in_sentences
def enable(login: str) -> None:
    """Let a disabled LOGIN in again."""
    with opened() as place, writing(place.engine) as connection:
        people.enable(connection, _user(connection, login).user_id, place.by, place.now())
    click.echo(f"{login} is enabled")


@users.command("reset")
@click.argument("login")
@in_sentences
def reset(login: str) -> None:
    """Give LOGIN a new one-time password and end a lock-out."""
    with opened() as place, writing(place.engine) as connection:
        password = people.reset_password(connection, _user(connection, login).user_id, place.by, place.now())
    click.echo(f"{login}  {password}")


@click.group()
def roles() -> None:
    """List roles; give a user roles and branches."""


@roles.command("list")
def list_roles() -> None:
    """List the roles and what each may do."""
    for name, grants in ROLES.items():
        click.echo(f"{name} ({ROLE_WORDS[name][0]}): {', '.join(sorted(grants))}")
    click.echo(f"single grants: {', '.join(sorted(EXTRA_GRANTS))}")


@roles.command("grant")
@click.argument("login")
@click.option("--role", "wanted", multiple=True, type=ROLE, help="The roles from now on; all of them are replaced.")
@click.option("--grant", "grants", multiple=True, type=click.Choice(sorted(EXTRA_GRANTS)), help="Single grants.")
@click.option("--branch", "branches", multiple=True, help="The branches from now on; all of them are replaced.")
@in_sentences
def grant(login: str, wanted: tuple[str, ...], grants: tuple[str, ...], branches: tuple[str, ...]) -> None:
    """Replace the roles and branches of LOGIN; what is not given stays as it is."""
    with opened() as place, writing(place.engine) as connection:
        user = _user(connection, login)
        _replace(place, connection, user, wanted, grants, branches)
        now = _user(connection, login)
    click.echo(f"{login}: {', '.join(now.roles)} over {', '.join(now.branches) or 'no branch'}")


def _replace(
    place: Place,
    connection: Connection,
    user: User,
    wanted: tuple[str, ...],
    grants: tuple[str, ...],
    over: tuple[str, ...],
) -> None:
    if not (wanted or grants or over):
        raise UserRefused("nothing", "say what is to change: --role, --grant or --branch")
    if wanted or grants:
        people.set_roles(
            connection, user.user_id, wanted or user.roles, place.by, place.now(), grants=grants or user.grants
        )
    if over:
        people.set_scopes(connection, user.user_id, over, place.by, place.now())


def _user(connection: Connection, login: str) -> User:
    user = people.user_by_login(connection, login)
    if user is None:
        raise UserRefused("nobody", f"there is no user {login}; ./guanxi users list shows who there is")
    return user
