"""Publish the first recompute of each kind: `python -m console.first_runs`, beside the portal that already serves.

The first three are steps of the first delivery's chain, begun by "system"; "installer" publishes them, so that nobody
publishes their own. The chain's contribution waits until the ratings are published; attrition and next product, which
take longest, are begun when contribution is on show, so that no page waits for them. Where a kind has a published run already,
nothing is done; a candidate that a person asked for, or that came later, is left to people.
"""

from __future__ import annotations

import sys
import time

from console.first_delivery import BY
from console.place import Place, opened
from jobs import queue
from store import chains, runs
from store import jobs as rows
from store.database import Connection, reading, writing
from store.jobs import JobRow
from store.scope import whole_bank

PUBLISHER = "installer"
REASON = ("本次安装的首个版本", "first run of this installation")
KINDS = {
    "segmentation": "segment_customers", "credit": "rate_customers", "contribution": "contribute",
    "attrition": "attrition", "next_product": "next_product",
}  # fmt: skip
# Its expected loss rests on the ratings on show; the last two let everything else go first.
AFTER = {"contribution": "credit", "attrition": "contribution", "next_product": "attrition"}
LAST = ("early_warning", "monitor_scorecard")  # no run to publish: they read the months the others have worked out
PATIENCE_S = 3600.0


def settle(place: Place, kind: str, job_kind: str) -> str | None:
    """One look at one kind: a sentence when it is settled ("" when it was before), None while its job is under way."""
    with writing(place.engine) as connection:
        if runs.published(connection, kind) is not None:
            return ""
        waiting = [run for run in runs.list_runs(connection, kind) if run.state == "candidate"]
        own = [run for run in waiting if run.started_by == BY]
        if waiting and not own:
            return f"the {kind} run {waiting[0].version} waits for somebody's decision at /admin/runs"
        if own:
            try:
                runs.publish(connection, own[0].run_id, PUBLISHER, place.now(), rows.in_both(*REASON))
            except runs.RunRefused as refusal:
                return f"the first {kind} run is not published: {refusal}"
            return f"the first {kind} run is published"
        last = next(iter(rows.recent(connection, 1, [job_kind])), None)
        to_send, halted = _go_on(place, connection, job_kind) if last is None else ([], False)
    queue.send(place.settings.redis_url, to_send)
    if last.active if last is not None else not halted:
        return None
    why = "its chain halted before; ./guanxi jobs shows where" if last is None else _why(last)
    return f"the first {kind} run was not made: {why}"


def _go_on(place: Place, connection: Connection, job_kind: str) -> tuple[list[JobRow], bool]:
    """Enter its job now, as the step a chain waits with, or for itself: the rows to send, and whether it is halted."""
    for chain in chains.open_chains(connection):
        if any(step.kind == job_kind and step.outcome is None for step in chain.steps):
            return chains.go_on(connection, chain.chain_id, place.now()), chain.state == "halted"
    entered = queue.enter(connection, job_kind, {}, BY, whole_bank(connection), place.now())
    return [rows.job(connection, entered.job_id)], False


def _why(last: JobRow) -> str:
    return rows.said(last.sentence, "en") or f"its job {last.job_id} is {last.status}"


def begin_last(place: Place) -> None:
    """Ask once for what has nothing to publish, when all else is settled."""
    with writing(place.engine) as connection:
        to_send = []
        for kind in LAST:
            if not rows.recent(connection, 1, [kind]):
                entered = queue.enter(connection, kind, {}, BY, whole_bank(connection), place.now())
                to_send.append(rows.job(connection, entered.job_id))
    queue.send(place.settings.redis_url, to_send)


def all_published(place: Place) -> bool:
    """Whether every kind has a run on show."""
    with reading(place.engine) as connection:
        return all(runs.published(connection, kind) is not None for kind in KINDS)


def main() -> None:
    """Look until each kind is settled."""
    open_kinds = dict(KINDS)
    end = time.monotonic() + PATIENCE_S
    with opened() as place:
        while open_kinds and time.monotonic() < end:
            for kind, job_kind in list(open_kinds.items()):
                if AFTER.get(kind) in open_kinds:
                    continue
                words = settle(place, kind, job_kind)
                if words is not None:
                    del open_kinds[kind]
                    print(f"  {words}" if words else "", end="\n" if words else "", flush=True)
            time.sleep(1)
        begin_last(place)
    sys.exit(1 if open_kinds else 0)


if __name__ == "__main__":
    main()
