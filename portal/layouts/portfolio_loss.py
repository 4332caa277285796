"""Expected loss of a year: why it moved since last month, where it stands, and whose rose most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.credit.portfolio import PARTS
from portal.access import Ctx
from portal.layouts.portfolio_parts import (
    amount,
    chart_id,
    counted,
    grade_words,
    grades_in_order,
    link,
    share,
    told,
    unit,
)
from portal.portfolio_figure import Figure
from portal.portfolio_question import BY, COLUMN, Seen, money
from portal.widgets import charts, frame, status
from portal.widgets.charts import Table, bridge, chart_card
from portal.widgets.marks import marks
from store.portfolio import Contact
from warehouse.portfolio import Mover, Sum

MOVERS = 15


@dataclass(frozen=True)
class Line:
    """A row of the table: its key by one of BY, its words, the month, and the loss of the month before."""

    key: str
    name: str
    customers: int
    outstanding: int
    ead: int
    loss: int
    before: int


def loss_view(ctx: Ctx, seen: Seen) -> list[Component]:
    """The bridge from last month and the table; who moved most comes by itself, on the audit trail."""
    split = [_split(ctx, seen)] if seen.before is not None and seen.asked.by != "grade" else []
    return [_bridge(ctx, seen), _table(ctx, seen), *split]


def parts_of(seen: Seen) -> dict[str, Sum]:
    """Why the loss moved, by part."""
    return {one.key[0]: one for one in seen.book.sums("change", ("part",))} if seen.before else {}


def _bridge(ctx: Ctx, seen: Seen) -> Component:
    title = ctx.t("portfolio.loss_moved")
    if seen.before is None:
        return frame.card(
            title, status.empty(ctx.t("portfolio.no_month_before"), ctx.t("portfolio.no_month_before_what"))
        )
    parts, was = parts_of(seen), seen.book.sums_before()[0].loss
    names = [name for name in PARTS if name in parts]
    levels = [money(was), *(money(parts[name].loss) for name in names), money(seen.now.loss)]
    scale = phrasing.scale_of(levels[1:-1] or levels, ctx.language)
    ends = [phrasing.short_month(seen.before, ctx.language), phrasing.short_month(seen.asked.month, ctx.language)]
    labels = [ends[0], *(ctx.t(f"portfolio.part.{name}") for name in names), ends[1]]
    shown = [phrasing.scaled(level, scale, sign=0 < at < len(levels) - 1) for at, level in enumerate(levels)]
    tones = ["c1", *("c5" if parts[name].loss > 0 else "c3" for name in names), "c1"]
    steps = [float(level) for level in levels[1:-1]]
    figure = bridge(labels, (float(levels[0]), float(levels[-1])), steps, ctx.theme, shown, tones, 260)
    metas = [None, *(told(ctx, Figure("change", {"part": name})) for name in names), told(ctx, Figure("exposure", {}))]
    figure["data"][0]["meta"] = metas
    rows: list[Any] = [[ends[0], "", amount(ctx, was)]]
    rows += [
        [link(seen, Figure("change", {"part": name}), ctx.t(f"portfolio.part.{name}")), counted(parts[name].customers),
         amount(ctx, parts[name].loss, sign=True)]
        for name in names
    ]  # fmt: skip
    rows.append([link(seen, Figure("exposure", {}), ends[1]), counted(seen.now.customers), amount(ctx, seen.now.loss)])
    table = Table([ctx.t(f"portfolio.head.{name}") for name in ("part", "customers", "loss")], rows, (1, 2))
    why = ctx.t("portfolio.loss_moved_why", unit=phrasing.scale_unit(scale, ctx.currency, ctx.language))
    if seen.rating_at(seen.before)[1] or seen.rating_at(seen.before)[0] == seen.rating_at(seen.asked.month)[0]:
        why += ctx.t("portfolio.same_rating")
    return chart_card(title, why, figure, table, ctx.language, chart_id("bridge"))


def lines_of(seen: Seen) -> list[Line]:
    """The rows of the table by what is asked, most loss first; together they are the month."""
    column = COLUMN.get(seen.asked.by, seen.asked.by)
    sums: dict[str, list[Sum]] = {}
    for one in seen.book.sums("exposure", (column,)):
        sums.setdefault(_key(seen, one.key[0]), []).append(one)
    before: dict[str, int] = {}
    for one in seen.book.sums_before((column,)) if seen.before else []:
        key = _key(seen, one.key[0])
        before[key] = before.get(key, 0) + one.loss
    found = []
    for key in sorted({*sums, *before}):
        own = sums.get(key, [])
        customers, owed = sum(one.customers for one in own), sum(one.outstanding for one in own)
        ead, loss = sum(one.ead for one in own), sum(one.loss for one in own)
        found.append(Line(key, name_of(seen, key), customers, owed, ead, loss, before.get(key, 0)))
    if seen.asked.by == "grade":
        order = grades_in_order({line.key for line in found})
        return sorted(found, key=lambda line: order.index(line.key))
    return sorted(found, key=lambda line: (-line.loss, line.key))


def _key(seen: Seen, value: str) -> str:
    return seen.place(value) if seen.asked.by == "branch" else value


def name_of(seen: Seen, key: str) -> str:
    """What a row of the table is called."""
    ctx, by, words = seen.ctx, seen.asked.by, seen.words
    if by == "branch":
        name = next(one.name for one in seen.asked.tree if one.branch_id == key)
        return ctx.t("overview.own", branch=name) if key == seen.asked.branch_id else name
    if by == "segment":
        return words.segment(int(key)) if key else ctx.t("contribution.none.segment")
    if by == "grade":
        return grade_words(ctx, key)
    return words.family(key) if by == "family" else words.kind(key)


def _table(ctx: Ctx, seen: Seen) -> Component:
    rows: list[list[Any]] = [
        [link(seen, seen.figure(seen.asked.by, line.key), line.name), *cells(ctx, seen, line, _change(seen, line.key))]
        for line in lines_of(seen)
    ]
    was = seen.book.sums_before()[0].loss if seen.before else 0
    now = seen.now
    total = Line("", "", now.customers, now.outstanding, now.ead, now.loss, was)
    rows.append(
        [link(seen, Figure("exposure", {}), ctx.t("overview.total")), *cells(ctx, seen, total, Figure("change", {}))]
    )
    names = (seen.asked.by, "customers", "outstanding", "ead", "loss", "loss_rate", "loss_before", "moved")
    heads = [ctx.t(f"portfolio.head.{name}") for name in names]
    table = charts.table(Table(heads, rows, tuple(range(1, len(heads)))))
    why = ctx.t("portfolio.losses_why", unit=unit(ctx))
    return frame.card(ctx.t(f"portfolio.losses.{seen.asked.by}"), [_choice(ctx, seen), table], why=why)


def _change(seen: Seen, key: str) -> Figure | None:
    """The change of a row's loss; None by grade, as customers had another one the month before."""
    return None if seen.asked.by == "grade" else seen.figure(seen.asked.by, key, "change")


def causes_of(seen: Seen) -> dict[str, dict[str, int]]:
    """By key of the table and part of PARTS, how much of the change it is; a row's parts are its change to the cent."""
    column = COLUMN.get(seen.asked.by, seen.asked.by)
    found: dict[str, dict[str, int]] = {}
    for one in seen.book.sums("change", (column, "part")):
        own = found.setdefault(_key(seen, one.key[0]), {})
        own[one.key[1]] = own.get(one.key[1], 0) + one.loss
    return found


def _split(ctx: Ctx, seen: Seen) -> Component:
    """Why each row of the table moved."""
    found = causes_of(seen)
    parts = [part for part in PARTS if any(part in own for own in found.values())]
    rows: list[list[Any]] = []
    for key, own in sorted(found.items(), key=lambda told_: (-abs(sum(told_[1].values())), told_[0])):
        figure = seen.figure(seen.asked.by, key, "change")
        cells_: list[Any] = [
            link(seen, Figure("change", {**figure.cells, "part": part}), amount(ctx, own[part], sign=True))
            if part in own
            else "—"
            for part in parts
        ]
        rows.append([name_of(seen, key), *cells_, link(seen, figure, amount(ctx, sum(own.values()), sign=True))])
    heads = [ctx.t(f"portfolio.head.{seen.asked.by}"), *(ctx.t(f"portfolio.part.{part}") for part in parts)]
    table = Table([*heads, ctx.t("portfolio.head.moved")], rows, tuple(range(1, len(parts) + 2)))
    return frame.card(ctx.t("portfolio.causes"), charts.table(table), why=ctx.t("portfolio.causes_why", unit=unit(ctx)))


def cells(ctx: Ctx, seen: Seen, line: Line, change: Figure | None = None) -> list[Any]:
    """A row's figures, short. change: whose customers the change opens."""
    moved: Any = amount(ctx, line.loss - line.before, sign=True) if seen.before else phrasing.ABSENT
    if seen.before and change is not None:
        moved = link(seen, change, moved)
    return [
        counted(line.customers), amount(ctx, line.outstanding), amount(ctx, line.ead), amount(ctx, line.loss),
        share(line.loss, line.ead, 2), amount(ctx, line.before if seen.before else None), moved,
    ]  # fmt: skip


def _choice(ctx: Ctx, seen: Seen) -> Component:
    links = []
    for by in BY:
        here = by == seen.asked.by
        link_ = dcc.Link(
            ctx.t(f"portfolio.head.{by}"), href=seen.asked.address(by=by),
            className="gx-btn small behaviour-on" if here else "gx-btn small",
        )  # fmt: skip
        links.append(html.Span(link_, **(marks(aria_current="true") if here else {})))
    return html.Div(links, className="gx-row portfolio-tabs")


def movers_card(ctx: Ctx, seen: Seen, movers: Sequence[Mover], who: Mapping[str, Contact]) -> Component:
    """Customers whose expected loss rose most, and what raised it."""
    title, why = ctx.t("portfolio.movers"), ctx.t("portfolio.movers_why", unit=unit(ctx))
    if not movers:
        return frame.card(title, status.empty(ctx.t("portfolio.no_movers")), why=why)
    rows = [
        [customer_cell(ctx, seen, one.customer_id, who), amount(ctx, one.before), amount(ctx, one.now),
         amount(ctx, one.now - one.before, sign=True), ctx.t(f"portfolio.part.{one.part}")]
        for one in movers
    ]  # fmt: skip
    heads = [ctx.t(f"portfolio.head.{name}") for name in ("customer", "loss_before", "loss", "moved", "mostly")]
    return frame.card(title, charts.table(Table(heads, rows, (1, 2, 3))), why=why)


def customer_cell(ctx: Ctx, seen: Seen, customer_id: str, who: Mapping[str, Contact]) -> Any:
    """The name as this viewer may see it, with the way to the customer."""
    one = who.get(customer_id)
    if one is None:
        return ctx.t("portfolio.elsewhere")
    name = seen.words.name(one.name, one.kind, customer_id)
    words: Any = dcc.Link(name, href=f"/customers/{customer_id}") if ctx.may("customers.view") else name
    return html.Span([words, " ", html.Small(customer_id, className="gx-sub")])
