"""Overrides are proposed by one, signed by another, within limits, and over on their day; on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from store import audit
from store import overrides as store
from store.database import reading, writing
from store.override_rows import LISTS
from store.overrides import OverrideRefused, in_force, listed, of_customer, rates
from store.scope import Scope
from store.tables import audit_log, publications, rating_overrides, runs
from store.users import disable, user_by_login
from tests.people import write_people
from tests.small_picture import NOW, tell, write_small_picture

AT = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
TODAY = AT.date()
END = dt.date(2027, 4, 30)
BANK, B1, B2 = Scope(("/HQ/",)), Scope(("/HQ/B1/",)), Scope(("/HQ/B2/",))
WHY = "seen the tax return of last year"


@pytest.fixture
def bank(engine: Engine) -> Engine:
    """C02 is BBB, C03 is BB, C04 is AA; C05 has defaulted, C06 is not rated, C01 is past due."""
    with writing(engine) as connection:
        write_small_picture(connection)
        write_people(connection)
        for who, grade in (("C05", "D"), ("C06", None)):
            tell(connection, who, grade=grade)
        tell(connection, "C01", days_past_due=12)
    return engine


def propose(bank: Engine, customer: str = "C02", grade: str = "A", **more: Any) -> int:
    told = {
        "scope": B1,
        "reason_code": "verified_means",
        "reason": WHY,
        "expires_on": END,
        "by": "staff",
        "at": AT,
        **more,
    }
    with writing(bank) as connection:
        scope = told.pop("scope")
        return store.propose(connection, scope, customer, grade, **told)


def act(
    bank: Engine, how: Any, number: int, by: str = "risk", scope: Scope = BANK, at: dt.datetime = AT, words: str = WHY
) -> None:
    with writing(bank) as connection:
        how(connection, scope, number, words, by, at, "10.0.0.1")


def test_two_people_put_it_in_force_and_the_trail_has_both(bank: Engine) -> None:
    number = propose(bank)
    with reading(bank) as connection:
        assert in_force(connection, ["C02"], TODAY) == {}, "a proposal holds nowhere"
    act(bank, store.sign, number)
    with reading(bank) as connection:
        [one] = in_force(connection, None, TODAY).values()
        assert in_force(connection, ["C02", "C03"], END) == {"C02": one} and in_force(connection, ["C03"], END) == {}
        assert (one.model_grade, one.grade, one.notches, one.state, one.valid_from) == (
            "BBB",
            "A",
            1,
            "in_force",
            TODAY,
        )
        assert (one.proposer_name, one.decider_name, one.model_version) == ("李敏", "孙风险", "v3.2")
        assert in_force(connection, ["C02"], END + dt.timedelta(days=1)) == {}
        trail = connection.execute(select(audit_log).where(audit_log.c.object_kind == "override")).all()
        assert [(row.actor, row.action) for row in trail] == [
            ("staff", "overrides.propose"),
            ("risk", "overrides.sign"),
        ]
        assert trail[0].detail["from"] == "BBB" and trail[1].detail["to"] == "A" and trail[1].address == "10.0.0.1"
        assert audit.verify_chain(connection) is None


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("no_such_customer", {"scope": B2}), ("no_such_customer", {"customer": "C99"}), ("not_rated", {"customer": "C06"}),
        ("defaulted", {"customer": "C05"}), ("same_grade", {"grade": "BBB"}), ("not_allowed_grade", {"grade": "CCC"}),
        ("not_allowed_grade", {"grade": "D"}), ("not_allowed_grade", {"customer": "C04", "grade": "AAA"}),
        ("not_allowed_grade", {"customer": "C01", "grade": "AA"}), ("not_allowed_grade", {"grade": "Z"}),
        ("wrong_way", {"grade": "BB"}), ("wrong_way", {"reason_code": "legal"}), ("reason_unknown", {"reason_code": "x"}),
        ("reason_needed", {"reason": "ok"}), ("reason_needed", {"reason": "aaaaaaaa"}),
        ("reason_needed", {"reason": "x" * 1001}), ("expiry_needed", {"expires_on": None}),
        ("expiry_range", {"expires_on": TODAY}), ("expiry_range", {"expires_on": dt.date(2027, 11, 3)}),
        ("not_allowed", {"by": "executive"}), ("not_allowed", {"by": "nobody"}),
    ],
)  # fmt: skip
def test_what_may_not_be_proposed(bank: Engine, key: str, told: dict[str, Any]) -> None:
    with pytest.raises(OverrideRefused) as refused:
        propose(bank, **told)
    assert refused.value.key == key
    with reading(bank) as connection:
        assert connection.execute(select(rating_overrides)).all() == []


def test_who_may_decide_and_what_is_decided_stays_so(bank: Engine) -> None:
    own = propose(bank, scope=BANK, by="risk")
    other = propose(bank, "C03", "B", reason_code="legal")
    with pytest.raises(OverrideRefused, match="already waits") as refused:
        propose(bank, scope=BANK, by="risk2")
    assert refused.value.key == "open_proposal"
    for how, number, by, scope, key in (
        (store.sign, own, "risk", BANK, "own_proposal"), (store.refuse, own, "risk", BANK, "own_refusal"),
        (store.sign, own, "staff", BANK, "not_allowed"), (store.refuse, own, "executive", BANK, "not_allowed"),
        (store.sign, own, "risk2", B2, "no_such_override"), (store.sign, 99, "risk2", BANK, "no_such_override"),
        (store.withdraw, other, "risk", BANK, "not_yours"), (store.withdraw, other, "executive", BANK, "not_allowed"),
    ):  # fmt: skip
        with pytest.raises(OverrideRefused) as refused:
            act(bank, how, number, by, scope)
        assert refused.value.key == key, how
    with pytest.raises(OverrideRefused) as refused:
        act(bank, store.sign, own, "risk2", words="yes")
    assert refused.value.key == "reason_needed"
    act(bank, store.refuse, own, "risk2")
    act(bank, store.withdraw, other, "staff")
    for how in (store.sign, store.refuse):
        with pytest.raises(OverrideRefused, match="meanwhile"):
            act(bank, how, own, "risk2")
    with pytest.raises(OverrideRefused, match="meanwhile"):
        act(bank, store.withdraw, other, "staff")
    third = propose(bank)
    with writing(bank) as connection:
        gone = user_by_login(connection, "risk2")
        assert gone is not None
        disable(connection, gone.user_id, "admin", AT)
    with pytest.raises(OverrideRefused) as refused:
        act(bank, store.sign, third, "risk2")
    assert refused.value.key == "not_allowed"
    with reading(bank) as connection:
        assert [one.state for one in of_customer(connection, "C02")] == ["proposed", "refused"]
        assert [listed(connection, scope, "ended", TODAY)[1] for scope in (B1, B2)] == [2, 0]
        assert [listed(connection, scope, "waiting", TODAY)[1] for scope in (B1, B2)] == [1, 0]


def test_nobody_signs_their_own_not_even_past_the_code(bank: Engine) -> None:
    number = propose(bank)
    for told in (
        {"state": "in_force", "decided_by": "staff", "valid_from": TODAY}, {"state": "in_force"}, {"grade": "D"},
        {"state": "expired", "decided_by": "risk", "valid_from": TODAY}, {"notches": 0}, {"state": "nothing"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), writing(bank) as connection:
            connection.execute(update(rating_overrides).where(rating_overrides.c.override_id == number).values(told))


def test_a_signature_is_for_what_was_proposed(bank: Engine) -> None:
    number = propose(bank)
    with writing(bank) as connection:
        tell(connection, "C02", grade="BB")
    with pytest.raises(OverrideRefused, match="now BB, not BBB") as refused:
        act(bank, store.sign, number)
    assert refused.value.key == "moved"
    with writing(bank) as connection:
        tell(connection, "C02", grade="BBB", days_past_due=3)
    with pytest.raises(OverrideRefused) as refused:
        act(bank, store.sign, number)
    assert refused.value.key == "not_allowed_grade", "what fell due meanwhile is paid first"
    with writing(bank) as connection:
        tell(connection, "C02", days_past_due=0)
    late = dt.datetime.combine(END + dt.timedelta(days=1), dt.time(9), AT.tzinfo)
    with pytest.raises(OverrideRefused, match="is past") as refused:
        act(bank, store.sign, number, at=late)
    assert refused.value.key == "over"


def test_it_is_over_on_its_day_and_a_new_one_takes_its_place(bank: Engine) -> None:
    first = propose(bank)
    act(bank, store.sign, first)
    second = propose(bank, grade="AA", expires_on=END + dt.timedelta(days=30))
    act(bank, store.sign, second)
    with reading(bank) as connection:
        newer, older = of_customer(connection, "C02")
        assert (newer.state, older.state, older.end_reason) == ("in_force", "withdrawn", f"#{second}")
        assert in_force(connection, None, TODAY)["C02"].grade == "AA"
        soon = newer.expires_on - dt.timedelta(days=10)
        assert [listed(connection, B1, which, soon)[1] for which in LISTS] == [0, 1, 1, 1]
        after = newer.expires_on + dt.timedelta(days=1)
        assert [listed(connection, B1, which, after)[1] for which in LISTS] == [0, 0, 0, 2], (
            "before anybody wrote it down"
        )
    late = dt.datetime.combine(after, dt.time(3), AT.tzinfo)
    for expected in ((second,), ()):
        with writing(bank) as connection:
            assert store.expire_due(connection, late) == expected
    with reading(bank) as connection:
        [line] = connection.execute(select(audit_log).where(audit_log.c.action == "overrides.expire")).all()
        assert (line.actor, line.object_id) == ("system", str(second))
        assert in_force(connection, ["C02"], newer.expires_on)["C02"].grade == "AA", "of a day that is past"
    third = propose(bank, at=late, expires_on=late.date() + dt.timedelta(days=9))
    act(bank, store.sign, third, at=late)
    act(bank, store.withdraw, third, at=late + dt.timedelta(days=2))
    with reading(bank) as connection:
        assert in_force(connection, None, late.date() + dt.timedelta(days=1)) != {}
        assert in_force(connection, None, late.date() + dt.timedelta(days=2)) == {}


def test_two_signatures_at_once_are_one(bank: Engine) -> None:
    number = propose(bank)
    outcomes: list[str] = []

    def signs(by: str) -> None:
        try:
            act(bank, store.sign, number, by)
            outcomes.append("signed")
        except OverrideRefused as refused:
            outcomes.append(refused.key)

    threads = [threading.Thread(target=signs, args=(by,)) for by in ("risk", "risk2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "signed"]
    with reading(bank) as connection:
        assert len(connection.execute(select(audit_log).where(audit_log.c.action == "overrides.sign")).all()) == 1


def test_the_rate_by_month_in_scope(bank: Engine) -> None:
    act(bank, store.sign, propose(bank))
    act(bank, store.sign, propose(bank, "C03", "B", reason_code="legal", expires_on=dt.date(2026, 12, 15)))
    days = [dt.date(2026, 10, 31), dt.date(2026, 11, 30), dt.date(2026, 12, 31), dt.date(2027, 5, 31)]
    with writing(bank) as connection:
        connection.execute(
            insert(publications).values(kind="credit", run_id=2, published_by="admin2", published_at=AT, reason=None)
        )
        connection.execute(update(runs).where(runs.c.run_id == 2).values(customers=11))
    with reading(bank) as connection:
        found = rates(connection, BANK, days)
        assert [(one.rated, one.up, one.down) for one in found] == [(None, 0, 0), (11, 1, 1), (11, 1, 0), (11, 0, 0)]
        assert [one.share for one in found] == [None, 2 / 11, 1 / 11, 0]
        assert [(one.rated, one.up) for one in rates(connection, B2, days[1:2])] == [(6, 0)]
        assert [(one.rated, one.up) for one in rates(connection, Scope(()), days[1:2])] == [(0, 0)]
