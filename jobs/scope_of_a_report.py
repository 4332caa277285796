"""The branch and the month a report is asked for, within the scope of who asked."""

from __future__ import annotations

import datetime as dt

from jobs.runner import Refused
from store.branches import Branch, branches_in
from store.database import Connection
from store.picture import PictureOnShow
from store.scope import Scope


def branch_of(connection: Connection, scope: Scope, branch_id: str) -> tuple[Branch, bool, list[Branch]]:
    """The branch, whether none lies below it, and all in scope. Refused for one that is not there or not theirs."""
    found = branches_in(connection, scope)
    branch = next((one for one in found if one.branch_id == branch_id), None)
    if branch is None:
        raise Refused("There is no such branch in your scope.", "您的数据范围内没有这家机构。")
    return branch, not any(one.parent_id == branch_id for one in found), found


def month_end_of(shown: PictureOnShow, month: str) -> dt.date:
    """The month-end with figures; month: any day in it, as text. Refused without figures."""
    found = next((end for end in shown.months if f"{end:%Y-%m}" == month[:7]), None)
    if found is None:
        raise Refused(f"There are no figures for {month[:7]}.", f"没有 {month[:7]} 的数据。")
    return found
