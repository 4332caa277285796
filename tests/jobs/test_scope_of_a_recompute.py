"""Who may ask for a recompute of which branch: their own, or any where they see none because they run the system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from jobs.queue import enter, enter_again
from jobs.registry import JOB_KINDS
from store.database import Engine, writing
from store.jobs import job
from store.scope import NOTHING, OutOfScope, Scope, whole_bank
from store.tables import branches
from tests.jobs.asked import AT

OF_A_BRANCH = ("segment_customers", "rate_customers", "contribute", "attrition", "next_product")


@pytest.fixture
def tree(engine: Engine) -> Iterator[Engine]:
    rows = (
        ("HQ", None, 0, "/HQ/"),
        ("C1", "HQ", 1, "/HQ/C1/"),
        ("C2", "HQ", 1, "/HQ/C2/"),
        ("B1", "C1", 2, "/HQ/C1/B1/"),
    )
    with writing(engine) as connection:
        for branch_id, parent, level, path in rows:
            told = {"branch_id": branch_id, "name": branch_id, "parent_id": parent, "level": level, "path": path}
            connection.execute(insert(branches).values(told))
    yield engine


def test_every_kind_of_run_asks_for_its_scope_in_the_same_way() -> None:
    for kind in OF_A_BRANCH:
        (field,) = [field for field in JOB_KINDS[kind].form or () if field.kind == "branch"]
        assert (field.name, field.zh, field.en) == ("branch", "范围", "Scope")


@pytest.mark.parametrize("kind", OF_A_BRANCH)
def test_a_branch_that_is_not_theirs_is_refused_when_asked_and_when_asked_again(tree: Engine, kind: str) -> None:
    mine = Scope(("/HQ/C1/",))
    with writing(tree) as connection:
        for branch in ("C2", "HQ"):
            with pytest.raises(OutOfScope, match="not in your scope"):
                enter(connection, kind, {"branch": branch}, "li", mine, AT)
        for scope in (NOTHING, whole_bank(connection)):
            assert enter(connection, kind, {"branch": "C2"}, "wang", scope, AT).job_id
        own = enter(connection, kind, {"branch": "B1"}, "li", mine, AT)
        assert job(connection, own.job_id).parameters == {"branch": "B1"}
        theirs = enter(connection, kind, {"branch": "C2"}, "wang", NOTHING, AT)
        with pytest.raises(OutOfScope):
            enter_again(connection, theirs.job_id, "li", mine, AT)
        # One that is not there is told by the job, in a sentence of its own.
        assert enter(connection, kind, {"branch": "B77"}, "li", mine, AT).job_id
