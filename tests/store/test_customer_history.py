"""What past runs said of a customer, and the customers of a segment, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Engine, delete, insert, select

from store.customer_history import every_kind, past_figures
from store.database import reading, writing
from store.peers import FIGURES, peer_lines, segment_figures
from store.scope import NOTHING, Scope
from store.tables import publications, run_ratings, run_segments, runs
from tests.small_picture import AS_OF, NOW, aum_of, write_small_picture

BANK, B1 = Scope(("/HQ/",)), Scope(("/HQ/B1/",))


def _fill(engine: Engine) -> None:
    """Ratings 2 (on show), 12 (before it), 13 rejected, 14 candidate, 15 superseded but cleared away."""
    with writing(engine) as connection:
        write_small_picture(connection)
        kept = dict(connection.execute(select(runs).where(runs.c.run_id == 2)).mappings().one())
        states = {12: "superseded", 13: "rejected", 14: "candidate", 15: "superseded"}
        for run_id, state in states.items():
            connection.execute(
                insert(runs).values({**kept, "run_id": run_id, "state": state, "version": f"C-{run_id}"})
            )
            if run_id != 15:
                told = {"grade": "BB", "score": 560, "pd": 0.05}
                connection.execute(insert(run_ratings).values(run_id=run_id, customer_id="C01", **told))
        for ago, run_id in enumerate((2, 12, 15), 1):
            connection.execute(
                insert(publications).values(
                    kind="credit", run_id=run_id, previous_run_id=None, published_by="x", published_at=NOW - timedelta(days=ago)
                )
            )  # fmt: skip


def test_published_versions_only_newest_first(engine: Engine) -> None:
    _fill(engine)
    with reading(engine) as connection:
        told = past_figures(connection, "credit", "C01")
        assert [(one.version, one.on_show) for one in told] == [("v3.2", True), ("C-12", False)]
        assert told[1].values == {"grade": "BB", "score": 560, "pd": 0.05}
        assert told[0].published_at == NOW - timedelta(days=1) and told[0].published_at.tzinfo is UTC
        # Who was not in a run is told so; a run whose rows are gone is not there at all.
        assert [one.values is None for one in past_figures(connection, "credit", "C02")] == [False, True]
        kinds = every_kind(connection, "C01")
        assert set(kinds) == {"segmentation", "credit", "attrition", "next_product", "contribution"}
        assert kinds["attrition"] == ()


def test_a_run_published_again_stands_once_at_its_first_day(engine: Engine) -> None:
    _fill(engine)
    with writing(engine) as connection:
        connection.execute(
            insert(publications).values(kind="credit", run_id=12, published_by="x", published_at=datetime(2027, 1, 1, tzinfo=UTC))
        )  # fmt: skip
    with reading(engine) as connection:
        assert [one.run_id for one in past_figures(connection, "credit", "C01")] == [2, 12]


def test_a_segmentation_brings_its_own_names(engine: Engine) -> None:
    _fill(engine)
    with writing(engine) as connection:
        connection.execute(runs.update().where(runs.c.run_id == 1).values(model={"tiers": []}))
        connection.execute(
            insert(publications).values(kind="segmentation", run_id=1, published_by="x", published_at=NOW)
        )
        connection.execute(delete(run_segments).where(run_segments.c.customer_id != "C01"))
    with reading(engine) as connection:
        (one,) = past_figures(connection, "segmentation", "C01")
        assert one.model == {"tiers": []} and one.as_of == AS_OF and one.values is not None


def test_peers_are_of_the_scope(engine: Engine) -> None:
    _fill(engine)
    with reading(engine) as connection:
        bank, branch = segment_figures(connection, BANK, 1), segment_figures(connection, B1, 1)
        assert sorted(bank["customer_id"]) == ["C01", "C04", "C07", "C10"] and list(bank.columns) == [
            "customer_id",
            *FIGURES,
        ]
        assert sorted(branch["customer_id"]) == ["C01", "C04"]
        assert bank.set_index("customer_id").loc["C04", "aum"] == float(aum_of(4))
        assert segment_figures(connection, NOTHING, 1).empty
        lines = peer_lines(connection, B1, ["C04", "C07", "C01"])
        assert [one.customer_id for one in lines] == ["C04", "C01"]
        assert lines[0].aum == aum_of(4) and lines[0].branch == "滨江支行" and isinstance(lines[0].loans, Decimal)
