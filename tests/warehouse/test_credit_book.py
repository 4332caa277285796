"""The credit book: what is owed agrees with the monthly marts, losses with the formula row by row, customers with sums."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from domain.contribution.defaults import CNY
from domain.credit import portfolio
from tests.warehouse.small_bank import SmallBank, draw
from warehouse import credit_book
from warehouse.credit_book import FOLDER, HISTORY, KEPT, PLACES, ensure_book, folder_of
from warehouse.portfolio import RATINGS, SOURCES, Book, Rated, ensure_ratings
from warehouse.projection import Projection

NOW, WAS = dt.date(2026, 6, 30), dt.date(2026, 5, 31)
GRADES = ("AAA", "BBB", "CCC", "D")
ALL = 100_000


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    drawn = draw(tmp_path_factory.mktemp("bank") / "bank.duckdb", 150, 6, 1.0)
    group = "insert into relations (customer_id, other_id, kind) values ('C0000007', 'C0000027', 'group_member')"
    return drawn.changed(
        "update loan_status set days_past_due = (hash(account_id || as_of) % 130)::integer where hash(account_id) % 3 = 0",
        "update loan_status set five_class = if(days_past_due >= 90, 'substandard', 'normal')",
        "update loans set granted_on = date '2026-01-15' + (hash(account_id) % 120)::integer where hash(account_id) % 2 = 0",
        group,
    )


@pytest.fixture(scope="module")
def folder(bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_book(lambda: bank, tmp_path_factory.mktemp("home"), [1], "总行")


def _ratings(shift: int) -> pa.Table:
    rows = [
        {"customer_id": f"C{n:07d}", "grade": GRADES[(n + shift) % 4], "chance": (500, 8_000, 60_000, 1_000_000)[(n + shift) % 4]}
        for n in range(0, 150, 2)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=RATINGS)


@pytest.fixture(scope="module")
def book(folder: Path) -> Iterator[Book]:
    home = folder.parent.parent
    now, was = (ensure_ratings(home, run, "V", lambda s=run: _ratings(s)) for run in (2, 1))  # type: ignore[misc]
    with Book(folder, ["/HQ/"]) as opened:
        opened.month("x_now", Rated(NOW, now, CNY))
        opened.month("x_was", Rated(WAS, was, CNY))
        opened.ratings("x_rated", now)
        opened.ratings("x_rated_before", was)
        yield opened


def test_what_is_owed_is_what_the_marts_say(bank: SmallBank, folder: Path) -> None:
    with Projection(bank, "总行") as serving:
        (months,) = (pa.Table.from_batches(list(rows)) for name, rows in serving.tables() if name == "branch_months")
    with Book(folder, ["/HQ/"]) as opened:
        opened.month("x_now", Rated(NOW, None, CNY))
        found = {one.key: one.outstanding for one in opened.sums("exposure", ("branch_path",))}
        (late,) = (one.outstanding for one in opened.sums("exposure", ("late",), {"late": "true"}))
        late_in_history = sum(one.outstanding for one in opened.history([NOW]) if one.bucket != "0")
        bad_in_history = sum(one.npl for one in opened.history([NOW]))
        (npl,) = (one.outstanding for one in opened.sums("exposure", (), {"npl": "true"}))
    rows = [row for row in months.to_pylist() if row["month"] == NOW]
    wanted: dict[tuple[str], int] = {}
    for row in rows:
        wanted[(row["branch_path"],)] = wanted.get((row["branch_path"],), 0) + row["loans"]
    assert found == {key: owed for key, owed in wanted.items() if key in found}
    assert sum(found.values()) == sum(wanted.values()) > 0
    assert (late, npl) == (sum(r["loans_overdue"] for r in rows), sum(r["loans_npl"] for r in rows))
    assert (late_in_history, bad_in_history) == (late, npl)
    assert npl > 0


def test_every_row_is_the_formula(book: Book) -> None:
    rows = book._warehouse.rows(
        'select family, collateral, outstanding, "limit", chance, ead, loss, defaulted, days, bucket from x_now'
    )
    assert len(rows) > 50
    for family, collateral, owed, limit, chance, ead, loss, defaulted, days, bucket in rows:
        _, lgd = CNY.risk(family, collateral or None)
        conversion = CNY.by_family[family].conversion
        exact = portfolio.exposure_at_default(_money(owed), None if limit is None else _money(limit), conversion)
        assert exact == _money(ead)
        assert portfolio.expected_loss(Decimal(chance).scaleb(-6), lgd, exact) == _money(loss)
        assert chance == 1_000_000 if defaulted else chance < 1_000_000
        assert portfolio.bucket_of(days) == bucket


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def test_causes_are_the_change_account_by_account(book: Book) -> None:
    sides: list[dict[str, portfolio.Exposed]] = []
    for table in ("x_now", "x_was"):
        rows = book._warehouse.rows(f"select account_id, ead, chance, lgd_n / lgd_d, defaulted from {table}")
        sides.append(
            {who: portfolio.Exposed(_money(ead), Decimal(pd).scaleb(-6), Decimal(str(lgd)), late) for who, ead, pd, lgd, late in rows}
        )  # fmt: skip
    now, was = sides
    wanted: dict[str, Decimal] = {}
    for account in now.keys() | was.keys():
        for part, amount in portfolio.moved(was.get(account), now.get(account)).items():
            wanted[part] = wanted.get(part, Decimal(0)) + amount
    found = {one.key[0]: _money(one.loss) for one in book.sums("change", ("part",))}
    assert found == {part: amount for part, amount in wanted.items() if part in found}
    assert {"volume", "pd", "default"} <= found.keys()
    (before,) = book._warehouse.rows("select sum(loss)::bigint from x_was")[0]
    assert _money(before) + sum(found.values()) == _money(book.sums("exposure")[0].loss)


@pytest.mark.parametrize(
    ("source", "by"),
    [("exposure", ("family",)), ("exposure", ("bucket",)), ("exposure", ("grade",)), ("exposure", ("branch_path",)),
     ("exposure", ("industry",)), ("exposure", ("borrower",)), ("roll", ("was", "bucket")), ("change", ("part",)),
     ("rated", ("grade",)), ("migration", ("was", "grade")), ("vintage", ("cohort",))],
)  # fmt: skip
def test_every_sum_is_its_customers(book: Book, source: str, by: tuple[str, ...]) -> None:
    sums = book.sums(source, by)
    assert sums
    (whole,) = book.sums(source)
    for name in ("n", "outstanding", "ead", "loss", "overdue"):
        assert sum(getattr(one, name) for one in sums) == getattr(whole, name)
    for one in sums:
        found = book.people(source, dict(zip(by, one.key, strict=True)), "loss", limit=ALL)
        assert len(found.rows) == one.customers == found.whole.customers
        for name in ("n", "outstanding", "ead", "loss", "overdue"):
            assert sum(getattr(row, name) for row in found.rows) == getattr(one, name), (one, name)


def test_a_scope_sees_its_branches_only(folder: Path, book: Book) -> None:
    parts = []
    for path in ("/HQ/C1/", "/HQ/C2/"):
        with Book(folder, [path]) as opened:
            opened.month("x_now", Rated(NOW, None, CNY))
            parts.append(opened.sums("exposure")[0].outstanding)
            paths = {one.key[0] for one in opened.sums("exposure", ("branch_path",))}
            assert all(found.startswith(path) for found in paths)
    assert sum(parts) == book.sums("exposure")[0].outstanding
    with Book(folder, []) as opened:
        opened.month("x_now", Rated(NOW, None, CNY))
        assert opened.sums("exposure")[0].customers == 0


def test_vintages_movers_and_borrowers(book: Book) -> None:
    told = book.bad_months()
    assert {one.key[0]: one.n for one in book.sums("vintage", ("cohort",))} == {
        c: loans for c, (loans, _, _) in told.items()
    }
    cohort = max(told, key=lambda c: len(told[c][2]))
    for months in range(6):
        drilled = book.people("vintage", {"cohort": cohort, "bad_by": str(months)}, limit=ALL)
        assert drilled.whole.n == sum(one <= months for one in told[cohort][2])
    movers = book.movers(5)
    assert [m.now - m.before for m in movers] == sorted((m.now - m.before for m in movers), reverse=True)
    own = {row.customer_id: row.loss for row in book.people("change", {}, "loss", limit=ALL).rows}
    assert [m.now - m.before for m in movers] == [own[m.customer_id] for m in movers]
    largest, count, top, index = book.borrowers(ALL)
    owed = [one.outstanding for one in book.sums("exposure", ("borrower",)) if one.outstanding]
    assert (count, index) == (len(owed), pytest.approx(portfolio.herfindahl(owed)))
    assert top == pytest.approx(sum(sorted(owed)[-10:]) / sum(owed))
    assert [one.outstanding for one in largest] == sorted(owed, reverse=True)
    for one in largest:  # whoever a group is called by owes something
        borrower, who = one.key
        there = book.people("exposure", {"borrower": borrower}, limit=ALL).rows
        assert next(each.outstanding for each in there if each.customer_id == who) > 0
    joined = book._warehouse.rows(
        f"select distinct borrower from {book._file(PLACES)} where customer_id in ('C0000007', 'C0000027')"
    )
    assert joined == [("C0000007",)]


def test_what_is_asked_wrongly_is_refused(book: Book) -> None:
    with pytest.raises(ValueError, match="not asked for wealth"):
        book.sums("wealth")
    with pytest.raises(ValueError, match="exposure has no colour"):
        book.sums("exposure", ("colour",))
    with pytest.raises(ValueError, match="ordered by name"):
        book.people("exposure", {}, "name")
    hostile = book.people("exposure", {"family": "x' or '1'='1"})
    assert hostile.rows == ()
    assert all(SOURCES.values())


def test_books_and_ratings_nobody_needs_are_forgotten(
    bank: SmallBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credit_book, "RATINGS_KEPT", 1)
    old, new = (ensure_ratings(tmp_path, run, "V", lambda: _ratings(0)) for run in (1, 2))
    os.utime(old, (1, 1))
    for batches in range(1, KEPT + 2):
        ensure_book(lambda: bank, tmp_path, list(range(batches)), "总行")
    assert len(list((tmp_path / FOLDER).glob(f"*/{HISTORY}"))) == KEPT
    assert (folder_of(tmp_path, list(range(KEPT + 1))) / HISTORY).exists()
    assert (old.exists(), new.exists()) == (False, True)


def test_a_source_that_tells_nothing_of_loans(bank: SmallBank, tmp_path: Path) -> None:
    silent = bank.changed("delete from loan_status")
    with Book(ensure_book(lambda: silent, tmp_path, [9], "总行"), ["/HQ/"]) as opened:
        opened.month("x_now", Rated(NOW, None, CNY))
        opened.no_month("x_was")
        assert [one.key for one in opened.sums("exposure", ("family",))] == [("credit_card",)], "balances tell of cards"
        assert opened.bad_months() == {} and opened.first_seen() is None
        assert opened.sums("exposure", (), {"npl": "true"})[0].n == 0
        assert opened.sums("roll", ("was",)) == [] and opened.movers() != ()
