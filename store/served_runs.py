"""The published run of each kind, and its figures on the customers' serving rows."""

from __future__ import annotations

from sqlalchemy import Connection, String, cast, func, select, update

from store.tables import customers, pictures, run_ratings, run_segments, runs

KINDS = ("segmentation", "credit")
_SEGMENT = ("tier", "life_cycle", "segment", "rfm", "segment_why")
_RATING = ("score", "pd", "grade", "rating_points", "rating_reasons")


def published_id(connection: Connection, kind: str) -> int | None:
    """The run of this kind that pages and papers read, None before the first is published."""
    return connection.scalar(select(runs.c.run_id).where(runs.c.kind == kind, runs.c.state == "published"))


def serve_published(connection: Connection, kind: str) -> int | None:
    """Write the published run's rows onto `customers`, empty where it has none; returns its number.

    The picture's own row learns of the run too, where there is a picture.
    """
    run_id = published_id(connection, kind)
    columns = _SEGMENT if kind == "segmentation" else _RATING
    connection.execute(update(customers).values({customers.c[name]: None for name in columns}))
    if run_id is not None:
        rows = run_segments if kind == "segmentation" else run_ratings
        told = _segment_values() if kind == "segmentation" else _rating_values()
        connection.execute(
            update(customers).values(told).where(customers.c.customer_id == rows.c.customer_id, rows.c.run_id == run_id)
        )
    connection.execute(update(pictures).values({f"{kind}_run_id": run_id}))
    return run_id


def _segment_values() -> dict[str, object]:
    run = run_segments.c
    scores = (run.recency_score, run.frequency_score, run.monetary_score)
    first, second, third = (func.coalesce(cast(score, String), "-", type_=String) for score in scores)
    text = first + second + third
    return {"tier": run.tier, "life_cycle": run.life_cycle, "segment": run.segment, "rfm": text, "segment_why": run.why}


def _rating_values() -> dict[str, object]:
    run = run_ratings.c
    return {
        "score": run.score, "pd": run.pd, "grade": run.grade, "rating_points": run.points, "rating_reasons": run.reasons,
    }  # fmt: skip
