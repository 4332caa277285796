"""What a credit run changed against the run on show: worked out once when it is saved, so that whoever decides on it and
whoever looks after the customers afterwards read the same."""

from __future__ import annotations

from typing import Any

from jobs.runner import Job
from store.database import reading, writing
from store.rating_changes import compared, save
from store.runs import run
from store.served_runs import published_id


def with_changes(job: Job, told: dict[str, Any]) -> dict[str, Any]:
    """Compare the run a rating has just saved (`run_id` of its result) with the run on show and keep what changed; the
    result, with the number of customers under `changed_ratings`.

    The first rating of all has nothing to be compared with. Read outside the writing transaction: a whole bank's points
    take seconds.
    """
    run_id = int(told["run_id"])
    with reading(job.engine) as connection:
        made = run(connection, run_id)
        carried = (made.parameters.get("carried_from") if made else None) or {}
        before = carried.get("run_id") or published_id(connection, "credit")
        found = None if before is None else compared(connection, run_id, before)
    with writing(job.engine) as connection:
        rows = save(connection, run_id, before, found, job.clock())
    job.log(f"{rows:,} customers with another grade or score", f"等级或分数有变化的客户：{rows:,} 户")
    return {**told, "changed_ratings": rows}
