"""Everything a view of the portfolio shows, as sheets of one workbook: its tiles, each of its tables, exact, in scope, masked alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from domain.canonical import FIVE_CLASSES
from domain.credit.portfolio import BUCKETS, PARTS, curve, herfindahl, seen_for
from portal.layouts.portfolio import headlines
from portal.layouts.portfolio_concentration import LARGEST, industries_of, industry_words
from portal.layouts.portfolio_grades import by_run, steps_of
from portal.layouts.portfolio_loss import MOVERS, causes_of, lines_of, name_of, parts_of
from portal.layouts.portfolio_parts import bucket_words, grade_words, grades_in_order, may_open
from portal.layouts.portfolio_quality import known_vintages
from portal.portfolio_question import Seen, cells_of, money, ratio
from portal.table_file import MONEY, SHARE, Cell, Head, Sheet
from store.portfolio import contacts
from warehouse.portfolio import Sum

MONIES = ("outstanding", "ead", "loss", "loss_before", "overdue", "granted", "moved", "amount", "amount_before")
SHARES = ("share", "loss_rate", "npl", "rate", "rate_before", "late")
UNITS = {**dict.fromkeys(MONIES, MONEY), **dict.fromkeys(SHARES, SHARE)}
Rows = list[list[Cell]]


def sheets(seen: Seen, people: Sheet | None) -> list[Sheet]:
    """The sheets of the view asked for. people: the customers, of a view that lists them."""
    if people is not None:
        return [people, _whole(seen)]
    return [_headlines(seen), *_VIEWS[seen.asked.view](seen)]


def heads(seen: Seen, names: Sequence[str]) -> list[Head]:
    """Heads by name, in words and with what they are in; the month comes first."""
    ctx = seen.ctx
    told = [Head(ctx.t(f"portfolio.head.{name}"), UNITS.get(name, "")) for name in names]
    return [Head(ctx.t("portfolio.head.month")), *told]


def share_of(part: int, whole: int) -> Decimal | None:
    """A part of the whole as it is written to a file."""
    found = ratio(part, whole)
    return None if found is None else round(found, 6)


def _sheet(seen: Seen, name: str, names: Sequence[str], rows: Rows, words: Sequence[Head] = ()) -> Sheet:
    month = f"{seen.asked.month:%Y-%m}"
    return Sheet(seen.ctx.t(f"portfolio.sheet.{name}"), [*heads(seen, names), *words], [[month, *row] for row in rows])


def _headlines(seen: Seen) -> Sheet:
    rows: Rows = []
    for one in headlines(seen):
        name = seen.ctx.t(f"portfolio.name.{one.name}")
        if one.money:
            pair = [None if value is None else money(int(value)) for value in (one.now, one.was)]
            rows.append([name, pair[0], None, None, pair[1], None])
        else:
            pair = [None if value is None else round(Decimal(value), 6) for value in (one.now, one.was)]
            rows.append([name, None, pair[0], None, None, pair[1]])
    return _facts(seen, rows)


def _facts(seen: Seen, rows: Rows, name: str = "figures") -> Sheet:
    return _sheet(seen, name, ("part", "amount", "rate", "value", "amount_before", "rate_before"), rows)


def _quality(seen: Seen) -> Iterator[Sheet]:
    ctx = seen.ctx
    yield _by_month(seen)
    rows: Rows = []
    sums = seen.book.sums("roll", ("was", "bucket")) if seen.before else []
    whole: dict[str, int] = {}
    for one in sums:
        whole[one.key[0]] = whole.get(one.key[0], 0) + one.outstanding
    for one in sums:
        was, now = (bucket_words(ctx, bucket) for bucket in one.key)
        rows.append(
            [was, now, one.customers, one.n, money(one.outstanding), share_of(one.outstanding, whole[one.key[0]])]
        )
    yield _sheet(seen, "roll", ("was", "now", "customers", "accounts", "outstanding", "share"), rows)
    by_class = {one.key[0]: one for one in seen.book.sums("exposure", ("five_class",))}
    rows = [_class(seen, ctx.t(f"portfolio.class.{code}"), by_class[code]) for code in FIVE_CLASSES if code in by_class]
    rows.append(_class(seen, ctx.t("portfolio.npl_whole"), seen.part(npl="true")))
    yield _sheet(seen, "classes", ("class", "customers", "accounts", "outstanding", "share"), rows)
    granted = {one.key[0]: one.outstanding for one in seen.book.sums("vintage", ("cohort",))}
    newest, rows = seen.picture.months[-1], []
    for cohort, (loans, _, bad) in sorted(known_vintages(seen).items()):
        for months, count, share in curve(bad, loans, seen_for(cohort, newest)):
            rows.append([cohort, loans, money(granted[cohort]), months, count, round(share, 6)])
    yield _sheet(seen, "vintages", ("cohort", "loans", "granted", "on_book", "bad", "share"), rows)


def _by_month(seen: Seen) -> Sheet:
    """What was owed at each month-end by bucket, and its overdue and non-performing shares."""
    ctx, history = seen.ctx, seen.book.history(seen.months)
    rows: Rows = []
    for month in seen.months:
        own = {one.bucket: one for one in history if one.month == month}
        owed, bad = sum(one.outstanding for one in own.values()), sum(one.npl for one in own.values())
        late = owed - (own[BUCKETS[0]].outstanding if BUCKETS[0] in own else 0)
        amounts: list[Cell] = [money(own[bucket].outstanding if bucket in own else 0) for bucket in BUCKETS]
        rows.append([f"{month:%Y-%m}", *amounts, money(owed), share_of(late, owed), share_of(bad, owed)])
    words = [Head(bucket_words(ctx, bucket), MONEY) for bucket in BUCKETS]
    words += [Head(ctx.t(f"portfolio.{name}"), unit) for name, unit in
              (("name.outstanding", MONEY), ("name.late", SHARE), ("name.npl", SHARE))]  # fmt: skip
    return _sheet(seen, "overdue", ("of_month",), rows, words)


def _class(seen: Seen, words: str, one: Sum) -> list[Cell]:
    return [words, one.customers, one.n, money(one.outstanding), share_of(one.outstanding, seen.now.outstanding)]


def _grades(seen: Seen) -> Iterator[Sheet]:
    ctx, rows = seen.ctx, list[list[Cell]]()
    for run, sums in by_run(seen):
        whole = sum(one.customers for one in sums.values())
        for grade in grades_in_order(set(sums)):
            count = sums[grade].customers
            rows.append([run.version, run.as_of, grade_words(ctx, grade), count, share_of(count, whole)])
    yield _sheet(seen, "grades", ("run", "as_of", "grade", "customers", "share"), rows)
    if seen.rated_before is not None:
        moves = {one.key: one for one in seen.book.sums("migration", ("was", "grade"))}
        rows = [
            [*(grade_words(ctx, grade) for grade in key), one.customers, money(one.outstanding)]
            for key, one in sorted(moves.items())
        ]
        yield _sheet(seen, "migration", ("was", "grade", "customers", "outstanding"), rows)
        told = zip(("up", "down"), steps_of(moves), strict=True)
        yield _facts(
            seen, [[ctx.t(f"portfolio.{name}"), None, None, count, None, None] for name, count in told], "moves"
        )
    owed = {one.key[0]: one for one in seen.book.sums("exposure", ("grade",))}
    rows = [
        [grade_words(ctx, grade), one.customers, money(one.outstanding), share_of(one.outstanding, seen.now.outstanding),
         money(one.ead), money(one.loss), share_of(one.loss, one.ead)]
        for grade in grades_in_order(set(owed)) for one in (owed[grade],)
    ]  # fmt: skip
    yield _sheet(seen, "by_grade", ("grade", "customers", "outstanding", "share", "ead", "loss", "loss_rate"), rows)
    index = herfindahl([one.outstanding for one in owed.values()])
    yield _indices(seen, {"herfindahl_grades": index}, "index")


def _indices(seen: Seen, told: dict[str, float | int | None], name: str) -> Sheet:
    rows: Rows = [
        [seen.ctx.t(f"portfolio.{key}"), None, None, None if value is None else round(value, 6), None, None]
        for key, value in told.items()
    ]
    return _facts(seen, rows, name)


def _loss(seen: Seen) -> Iterator[Sheet]:
    ctx, by = seen.ctx, seen.asked.by
    if seen.before is not None:
        parts = parts_of(seen)
        rows: Rows = [[f"{seen.before:%Y-%m}", None, money(seen.book.sums_before()[0].loss)]]
        rows += [
            [ctx.t(f"portfolio.part.{name}"), parts[name].customers, money(parts[name].loss)]
            for name in PARTS if name in parts
        ]  # fmt: skip
        rows.append([f"{seen.asked.month:%Y-%m}", seen.now.customers, money(seen.now.loss)])
        yield _sheet(seen, "bridge", ("part", "customers", "loss"), rows)
    yield _sheet(
        seen,
        "losses",
        (by, "customers", "outstanding", "ead", "loss", "loss_rate", "loss_before", "moved"),
        losses(seen),
    )
    if seen.before is not None and by != "grade":
        rows = []
        for key, own in causes_of(seen).items():
            rows += [
                [name_of(seen, key), ctx.t(f"portfolio.part.{part}"), money(own[part])] for part in PARTS if part in own
            ]
        yield _sheet(seen, "causes", (by, "part", "moved"), rows)
    if may_open(ctx):
        movers = seen.book.movers(MOVERS) if seen.before else ()
        named = _named(seen, [one.customer_id for one in movers])
        rows = [
            [*named[one.customer_id], money(one.before), money(one.now), money(one.now - one.before), ctx.t(f"portfolio.part.{one.part}")]
            for one in movers
        ]  # fmt: skip
        yield _sheet(seen, "movers", ("number", "customer", "loss_before", "loss", "moved", "mostly"), rows)


def losses(seen: Seen) -> Rows:
    """The table of losses by what is asked, without its total."""
    rows: Rows = []
    for line in lines_of(seen):
        before = money(line.before) if seen.before else None
        moved = money(line.loss - line.before) if seen.before else None
        rate = share_of(line.loss, line.ead)
        rows.append(
            [line.name, line.customers, *map(money, (line.outstanding, line.ead, line.loss)), rate, before, moved]
        )
    return rows


def _concentration(seen: Seen) -> Iterator[Sheet]:
    ctx, (largest, count, top, index) = seen.ctx, seen.book.borrowers(LARGEST)
    industries = industries_of(seen)
    told: dict[str, float | int | None] = {
        "borrowers": count, "herfindahl_borrowers": index,
        "herfindahl_industries": herfindahl([one.outstanding for one in industries]),
    }  # fmt: skip
    figures = _indices(seen, told, "concentration")
    share = [
        f"{seen.asked.month:%Y-%m}",
        ctx.t("portfolio.top_share", count=LARGEST),
        None,
        top and round(top, 6),
        None,
        None,
        None,
    ]
    yield Sheet(figures.name, figures.heads, [*figures.rows, share])
    yield _sheet(
        seen, "industries", ("industry", "customers", "outstanding", "share", "loss", "loss_rate"), industry_rows(seen)
    )
    if may_open(ctx):
        named = _named(seen, [one.key[1] for one in largest])
        rows: Rows = [
            [at, *named[one.key[1]], one.customers, money(one.outstanding), share_of(one.outstanding, seen.now.outstanding),
             money(one.loss), share_of(one.loss, one.ead)]
            for at, one in enumerate(largest, 1)
        ]  # fmt: skip
        yield _sheet(
            seen,
            "largest",
            ("rank", "number", "borrower", "members", "outstanding", "share", "loss", "loss_rate"),
            rows,
        )


def industry_rows(seen: Seen) -> Rows:
    """What companies owe by industry."""
    found = industries_of(seen)
    whole = sum(one.outstanding for one in found)
    return [
        [industry_words(seen.ctx, seen, one.key[0]), one.customers, money(one.outstanding), share_of(one.outstanding, whole),
         money(one.loss), share_of(one.loss, one.ead)]
        for one in found
    ]  # fmt: skip


def _named(seen: Seen, customer_ids: Sequence[str]) -> dict[str, list[Cell]]:
    """Number and name of these customers as this viewer may see them; who is out of scope has neither."""
    who = contacts(seen.ctx.connection, seen.ctx.scope, customer_ids)
    nobody: list[Cell] = [None, seen.ctx.t("portfolio.elsewhere")]
    return {
        one: [one, seen.words.name(who[one].name, who[one].kind, one)] if one in who else nobody for one in customer_ids
    }


def _whole(seen: Seen) -> Sheet:
    """What the customers of a list add up to."""
    figure, ctx = seen.asked.figure, seen.ctx
    if figure is None:
        return _headlines(seen)
    whole = seen.book.sums(figure.source, (), cells_of(seen, figure))[0]
    rows: Rows = [[ctx.t("portfolio.head.customers"), None, None, whole.customers, None, None]]
    rows += [
        [ctx.t(f"portfolio.head.{name}"), money(getattr(whole, name)), None, None, None, None]
        for name in ("outstanding", "ead", "loss", "overdue")
    ]
    return _facts(seen, rows, "whole")


_VIEWS: dict[str, Callable[[Seen], Iterator[Sheet]]] = {
    "quality": _quality, "grades": _grades, "loss": _loss, "concentration": _concentration,
}  # fmt: skip
