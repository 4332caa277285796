"""The first accounts of an installation, with random one-time passwords in a file only its owner can read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from console.installation import write_private
from console.place import Place
from domain.permissions import ROLE_WORDS
from store import users as people
from store.branches import busiest_leaf, every_branch
from store.database import reading, writing

FILE = "accounts.txt"


@dataclass(frozen=True)
class First:
    """One first account; `over`: 'bank', 'branch' or nothing."""

    login: str
    name: str
    role: str
    over: str
    grants: tuple[str, ...] = ()


# Two administrators: what one starts, the other publishes. Three risk officers: a scorecard is developed, validated and
# approved by three people (store/model_decisions.py).
FIRST = (
    First("admin", "系统管理员", "administrator", ""),
    First("admin2", "第二管理员", "administrator", ""),
    First("executive", "行长", "executive", "bank"),
    First("manager", "客户经理", "branch_staff", "branch"),
    First("risk", "风险经理", "risk_officer", "bank"),
    First("risk2", "第二风险经理", "risk_officer", "bank"),
    First("risk3", "第三风险经理", "risk_officer", "bank"),
    First("auditor", "审计员", "auditor", "bank"),
)


def make_first(place: Place) -> Path:
    """Make the accounts that are not there yet and add their passwords to the file; its path."""
    path = place.settings.home / FILE
    with writing(place.engine) as connection:
        whole = tuple(b.branch_id for b in every_branch(connection) if b.parent_id is None)
        leaf = busiest_leaf(connection)
        lines = []
        for first in FIRST:
            if people.user_by_login(connection, first.login) is not None:
                continue
            over = {"bank": whole, "branch": (leaf.branch_id,) if leaf else ()}.get(first.over, ())
            password = people.create_user(
                connection, first.login, first.name, (first.role,), over, "installer", place.now(), grants=first.grants
            )
            lines.append(f"{first.login}\t{password}\t{ROLE_WORDS[first.role][0]} {ROLE_WORDS[first.role][1]}\n")
        if lines:  # written before the commit: an account nobody knows the password of helps nobody
            write_private(path, (path.read_text(encoding="utf-8") if path.exists() else "") + "".join(lines))
    return path


def table(place: Place) -> str:
    """The accounts of the file as lines for the terminal; a password already changed is not shown."""
    path = place.settings.home / FILE
    if not path.exists():
        return ""
    lines = []
    with reading(place.engine) as connection:
        for line in path.read_text(encoding="utf-8").splitlines():
            login, password, role = line.split("\t")
            user = people.user_by_login(connection, login)
            if user is not None:
                shown = password if user.must_change_password else "(changed)"
                lines.append(f"    {login:10}  {shown:20}  {role}")
    return "\n".join(lines)
