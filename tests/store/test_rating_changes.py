"""Changes of ratings, alerts and early warnings on both databases: counts agree with lists, scope holds, seen is seen once."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Engine, select

from store import audit, early_warning, rating_alerts, rating_changes
from store.customer_history import past_figures
from store.database import reading, writing
from store.rating_alerts import AlertRefused
from store.rating_changes import MOVES, SORTS
from store.runs import publish
from store.scope import NOTHING, OutOfScope, Scope
from store.tables import audit_log
from tests.small_picture import AS_OF, NOW, write_small_picture
from tests.small_ratings import rated_on, write_changes, write_warnings

BANK, B1, B2 = Scope(("/HQ/",)), Scope(("/HQ/B1/",)), Scope(("/HQ/B2/",))
FOUND = {
    "down": ["C01", "C03", "C07", "C08", "C12"], "alert": ["C01", "C07", "C08", "C12"], "defaulted": ["C08"], "up": ["C04", "C10"],
    "same": ["C05"], "entered": ["C06"], "left": ["C09"], "card": [],
    "": ["C01", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C12"],
}  # fmt: skip

NOTED = NOW


@pytest.fixture
def bank(engine: Engine) -> tuple[Engine, int, int]:
    with writing(engine) as connection:
        write_small_picture(connection)
        first, second = write_changes(connection)
        write_warnings(connection)
    return engine, first, second


def test_counts_are_the_lists(bank: tuple[Engine, int, int]) -> None:
    engine, first, second = bank
    with reading(engine) as connection:
        made = rating_changes.comparison(connection, second)
        assert made is not None and (made.before_run_id, made.changed) == (first, 10)
        assert rating_changes.comparison(connection, first) is None
        counts = rating_changes.counts(connection, BANK, second)
        for move, notches in product(("", *MOVES), (None, *range(1, 6))):
            rows = rating_changes.listed(connection, BANK, second, move=move, notches=notches)
            assert len(rows) == sum(one.customers for one in counts if one.of(move, notches)), (move, notches)
            if notches is None:
                assert sorted(one.person.customer_id for one in rows) == FOUND[move], move
            for one in rows:
                if one.score_before is not None and one.score_after is not None:
                    assert sum(part.difference for part in one.parts) == one.score_after - one.score_before
        assert rating_changes.counts(connection, NOTHING, second) == []
        assert sum(one.customers for one in rating_changes.counts(connection, B1, second)) == 5
        mine = rating_changes.listed(connection, BANK, second, "/HQ/B2/", move="down")
        assert [one.person.customer_id for one in mine] == ["C07", "C12", "C08"]  # −4; −2; −1
        with pytest.raises(OutOfScope):
            rating_changes.listed(connection, B1, second, "/HQ/B2/")
        with pytest.raises(ValueError, match="sorted by"):
            rating_changes.listed(connection, B1, second, sort="name")
        for sort in SORTS:
            pages = [
                rating_changes.listed(connection, BANK, second, sort=sort, start=n, rows=3) for n in range(0, 12, 3)
            ]
            assert sorted(one.person.customer_id for page in pages for one in page) == FOUND[""]


def test_alerts_are_of_the_published_run_until_seen(engine: Engine) -> None:
    with writing(engine) as connection:
        write_small_picture(connection)
        first, second = write_changes(connection, published=False)
    with reading(engine) as connection:
        before = rating_alerts.unseen(connection, BANK, "risk", None, 10)
        assert before is not None and (before.run_id, before.total) == (first, 0), "a candidate alerts nobody"
    with writing(engine) as connection, pytest.raises(AlertRefused, match="another rating was published"):
        rating_alerts.mark_seen(connection, BANK, second, ["C01"], "risk", NOW)
    with writing(engine) as connection:
        publish(connection, second, "admin2", NOW)
        whole = rating_alerts.unseen(connection, BANK, "risk", "S2", 2)
        assert whole is not None and (whole.total, whole.own, len(whole.shown)) == (4, 3, 2)
        assert [one.person.customer_id for one in whole.shown] == ["C08", "C07"], (
            "one's own first, then who fell into default, though from C it is one notch, then the deepest fall"
        )
        mine = rating_alerts.unseen(connection, B1, "staff", "S1", 10)
        assert mine is not None and [one.person.customer_id for one in mine.shown] == ["C01"]
        assert rating_alerts.mark_seen(connection, B1, second, ["C01", "C07", "C03"], "staff", NOW, "10.0.0.1") == 1
        with pytest.raises(AlertRefused, match="waits to be seen"):
            rating_alerts.mark_seen(connection, B1, second, ["C01", "C07"], "staff", NOW)
    with reading(engine) as connection:
        seen = rating_alerts.unseen(connection, B1, "staff", "S1", 10)
        others = rating_alerts.unseen(connection, BANK, "risk", None, 10)
        assert seen is not None and seen.total == 0 and others is not None and others.total == 4
        (row,) = connection.execute(select(audit_log).where(audit_log.c.action == "ratings.alerts_seen")).all()
        assert (row.actor, row.detail) == ("staff", {"run": second, "customers": ["C01"]})
        assert audit.verify_chain(connection) is None


def test_another_card_alerts_only_whose_own_figures_fell(engine: Engine) -> None:
    with writing(engine) as connection:
        write_small_picture(connection)
        _, second = write_changes(connection, cause="card")
    with reading(engine) as connection:
        alerts = rating_alerts.unseen(connection, BANK, "risk", None, 10)
        assert alerts is not None and [one.person.customer_id for one in alerts.shown] == ["C08", "C07"]
        fell = alerts.shown[1]  # AA → CCC, and CC by the card before
        assert (fell.notches, fell.own_notches, fell.by_card) == (-5, -6, 1)
        made = rating_alerts.moved(connection, BANK, "risk")
        assert made is not None and (made.cause, made.customers) == ("card", 5)
        rows = rating_changes.listed(connection, BANK, second, move="card")
        assert sorted(one.person.customer_id for one in rows) == ["C01", "C04", "C07", "C10", "C12"]
        counts = rating_changes.counts(connection, BANK, second)
        for move in MOVES:
            rows = rating_changes.listed(connection, BANK, second, move=move)
            assert len(rows) == sum(one.customers for one in counts if one.of(move)), move
        only = rating_alerts.moved(connection, B1, "risk")
        assert only is not None and only.customers == 2, "one's own branches alone"
    with writing(engine) as connection:
        rating_alerts.note_card(connection, second, "risk", NOTED)
        rating_alerts.note_card(connection, second, "risk", NOTED)  # once is enough
        assert rating_alerts.moved(connection, BANK, "risk") is None
        assert rating_alerts.moved(connection, BANK, "risk2") is not None, "each person takes note"
        with pytest.raises(AlertRefused):
            rating_alerts.note_card(connection, second + 9, "risk", NOTED)


def test_the_same_card_has_no_line_of_its_own(bank: tuple[Engine, int, int]) -> None:
    with reading(bank[0]) as connection:
        assert rating_alerts.moved(connection, BANK, "risk") is None


def test_history_explains_each_step(bank: tuple[Engine, int, int]) -> None:
    engine, first, second = bank
    with reading(engine) as connection:
        steps = rating_changes.history(connection, "C01")
        assert [(one.run_id, one.grade, one.on_show) for one in steps] == [(first, "AA", False), (second, "BBB", True)]
        assert steps[0].parts is None and steps[1].notches == -2
        assert [(part.characteristic, part.difference) for part in steps[1].parts or ()] == [("utilisation", -35)]
        unchanged = rating_changes.history(connection, "C02")
        assert (unchanged[1].notches, unchanged[1].parts) == (0, ())
        fell = rating_changes.history(connection, "C08")
        assert (fell[1].grade, fell[1].score, fell[1].parts) == ("D", None, ())
        assert [one.grade for one in rating_changes.history(connection, "C06")] == ["BBB"], "from the first rating on"
        left = rating_changes.history(connection, "C09")
        assert [one.grade for one in left] == ["BBB", None] and left[1].parts is None
        assert rating_changes.history(connection, "nobody") == ()


def test_warnings_in_scope(bank: tuple[Engine, int, int]) -> None:
    engine, _, _ = bank
    with writing(engine) as connection:
        assert early_warning.counts(connection, BANK) == {"overdraft": 3, "utilisation_jump": 1, "": 3}
        assert early_warning.counts(connection, B1) == {"overdraft": 2, "": 2}
        assert early_warning.counts(connection, BANK, "/HQ/B2/") == {"overdraft": 1, "utilisation_jump": 1, "": 1}
        with pytest.raises(OutOfScope):
            early_warning.counts(connection, B1, "/HQ/B2/")
        rows = early_warning.flagged(connection, BANK, "overdraft", sort="value", descending=False)
        assert [(one.person.customer_id, one.value) for one in rows] == [
            ("C07", -900.0),
            ("C01", -120.0),
            ("C02", -10.0),
        ]
        assert early_warning.flagged(connection, B1, "utilisation_jump") == []
        assert [one[0] for one in early_warning.of_customer(connection, "C07")] == ["overdraft", "utilisation_jump"]
        board = early_warning.board(connection)
        assert board is not None and [one.rate for one in board.rules] == [0.25] * 4 + [None]
        assert board.rules[0].better and board.rules[-1].better is None
        write_warnings(connection)  # the newest measuring takes the place of the one before
        assert early_warning.counts(connection, BANK)[""] == 3


def test_history_is_by_the_day_it_is_of_and_says_when_a_day_has_two(engine: Engine) -> None:
    """A rating of an earlier day that was put on show later stands where its day is."""
    with writing(engine) as connection:
        write_small_picture(connection)
        first, second = write_changes(connection)
        late = rated_on(connection, 0, AS_OF - timedelta(days=62))
        publish(connection, late, "admin2", NOW + timedelta(days=1))
        again = rated_on(connection, 1, AS_OF)
        publish(connection, again, "admin2", NOW + timedelta(days=2))
    with reading(engine) as connection:
        steps = rating_changes.history(connection, "C01")
        assert [one.run_id for one in steps] == [late, first, second, again]
        assert [one.as_of for one in steps] == sorted(one.as_of for one in steps)
        assert [one.same_day for one in steps] == [False, False, False, True]
        assert [one.notches for one in steps] == [None, 0, -2, 0] and [one.on_show for one in steps][-1]
        assert [one.run_id for one in past_figures(connection, "credit", "C01")][:4] == [again, second, first, late]
