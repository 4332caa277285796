"""The customers behind a figure of the portfolio, who add up to it; of overdue loans it is the list to call."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.canonical import FIVE_CLASSES
from domain.credit.portfolio import PARTS
from domain.masking import mask_phone
from domain.phrasing import number
from portal.access import Ctx
from portal.customer_words import tone_of_grade
from portal.layouts.portfolio_concentration import industry_words
from portal.layouts.portfolio_parts import Ids, amount, bucket_words, grade_words, share, unit
from portal.portfolio_figure import Figure
from portal.portfolio_question import Seen, cells_of, money
from portal.widgets import frame, grids
from store.portfolio import Contact
from warehouse.portfolio import Part, Sum

BACK = {
    "exposure": "quality",
    "roll": "quality",
    "vintage": "quality",
    "change": "loss",
    "rated": "grades",
    "migration": "grades",
}
# Order of the list by source: its own measure, most first.
ORDER = {"change": "loss", "roll": "outstanding"}
SORTS = ("n", "outstanding", "ead", "loss", "overdue", "days")


def order_of(seen: Seen) -> str:
    """What the list is ordered by before anybody chooses."""
    figure = seen.asked.figure
    if seen.asked.on:
        return seen.asked.on
    if figure is None or seen.asked.view == "collections":
        return "overdue"
    return ORDER.get(figure.source, "outstanding")


def people_view(ctx: Ctx, seen: Seen) -> list[Component]:
    """What the figure is, its sum, and the list."""
    figure = seen.asked.figure or Figure("exposure", {})
    whole = seen.book.sums(figure.source, (), cells_of(seen, figure))[0]
    title = ctx.t("portfolio.to_collect") if seen.asked.view == "collections" else figure_words(ctx, seen, figure)
    back = []
    if seen.asked.view == "people":
        view = BACK[figure.source]
        words = f"← {ctx.t(f'portfolio.view.{view}')}"
        back = [dcc.Link(words, href=seen.asked.address(view=view, of=""), className="gx-btn small")]
    parts: list[Any] = [_grid(ctx, seen, figure, title)]
    if seen.asked.view == "collections":
        parts.insert(0, html.P(ctx.t("portfolio.collect_why"), className="gx-sub"))
    return [frame.card(title, parts, why=total_words(ctx, figure, whole), actions=back)]


def total_words(ctx: Ctx, figure: Figure, whole: Sum) -> str:
    """N customers, and what they add up to."""
    people = phrasing.counted(whole.customers, ctx.language, "户", "customer")
    if figure.source == "change":
        return ctx.t(
            "portfolio.total_change", people=people, loss=phrasing.money(money(whole.loss), sign=True), unit=unit(ctx)
        )
    if figure.source == "roll":
        owed = phrasing.money(money(whole.outstanding))
        return ctx.t("portfolio.total_roll", people=people, outstanding=owed, unit=unit(ctx))
    if figure.source == "vintage":
        return ctx.t(
            "portfolio.total_loans",
            people=people,
            loans=number(whole.n),
            granted=phrasing.money(money(whole.outstanding)),
            unit=unit(ctx),
        )
    return ctx.t(
        "portfolio.total", people=people, outstanding=phrasing.money(money(whole.outstanding)),
        ead=phrasing.money(money(whole.ead)), rate=share(whole.loss, whole.ead, 2),
        loss=phrasing.money(money(whole.loss)), overdue=phrasing.money(money(whole.overdue)), unit=unit(ctx),
    )  # fmt: skip


def figure_words(ctx: Ctx, seen: Seen, figure: Figure) -> str:
    """What the figure is, in words: 住房按揭, 从未逾期到1–30天 …"""
    cells = dict(figure.cells)
    if figure.source == "roll":
        return ctx.t(
            "portfolio.of.roll",
            was=bucket_words(ctx, cells.get("was", "")),
            now=bucket_words(ctx, cells.get("bucket", "")),
        )
    if figure.source == "migration":
        return ctx.t(
            "portfolio.of.migration",
            was=grade_words(ctx, cells.get("was", "")),
            now=grade_words(ctx, cells.get("grade", "")),
        )
    if figure.source == "vintage":
        months = cells.get("bad_by")
        key = "vintage_bad" if months is not None else "vintage"
        return ctx.t(f"portfolio.of.{key}", cohort=cells.get("cohort", ""), months=months or "")
    said = [_cell_words(ctx, seen, key, value) for key, value in cells.items() if key != "run"]
    if figure.source == "rated":
        run = next((one for one in seen.runs if str(one.run_id) == cells.get("run")), None)
        version = run.version if run else ctx.t("common.unknown")
        return ctx.t("portfolio.of.rated", what=" · ".join(said), version=version)
    whole = ctx.t("portfolio.of.everything") if not said else " · ".join(said)
    return ctx.t("portfolio.of.change", what=whole) if figure.source == "change" else whole


def products_words(seen: Seen, one: Part) -> str:
    """The products a customer's part of a figure is of: 住房按揭、信用卡."""
    return seen.ctx.t("portfolio.and").join(seen.words.family(family) for family in one.families)


def _cell_words(ctx: Ctx, seen: Seen, key: str, value: str) -> str:
    words = seen.words
    if key in ("npl", "late"):
        return ctx.t(f"portfolio.{'is' if value == 'true' else 'not'}_{key}")
    if key in ("branch", "own"):
        name = next((one.name for one in seen.asked.tree if one.branch_id == value), value)
        return ctx.t("overview.own", branch=name) if key == "own" else name
    if key == "segment":
        return words.segment(int(value)) if value.isdigit() else ctx.t("contribution.none.segment")
    if key == "borrower":
        return ctx.t("portfolio.of.borrower")
    told = {
        "family": lambda: words.family(value), "kind": lambda: words.kind(value), "grade": lambda: grade_words(ctx, value),
        "bucket": lambda: bucket_words(ctx, value), "industry": lambda: industry_words(ctx, seen, value),
        "five_class": lambda: ctx.t(f"portfolio.class.{value}") if value in FIVE_CLASSES else value,
        "part": lambda: ctx.t(f"portfolio.part.{value}") if value in PARTS else value,
    }  # fmt: skip
    return told[key]() if key in told else value


def _grid(ctx: Ctx, seen: Seen, figure: Figure, title: str) -> Component:
    heads = {name: ctx.t(f"portfolio.head.{name}") for name in
             ("customer", "days", "grade", "products", "manager", "branch", "phone", "number")}  # fmt: skip
    columns = [grids.Column("name", heads["customer"], "link", 180, sortable=False, pinned=True)]
    for name, width in _measures(seen, figure):
        words = ctx.t(f"portfolio.head.{'accounts' if name == 'n' else name}")
        head = words if name in ("n", "days") else phrasing.in_unit(words, unit(ctx), ctx.language)
        columns.append(grids.Column(name, head, "number", width))
    columns += [
        grids.Column("grade", heads["grade"], "chip", 84, sortable=False),
        *(
            []
            if figure.source in ("rated", "migration")
            else [grids.Column("products", heads["products"], width=150, sortable=False)]
        ),
        grids.Column("manager", heads["manager"], width=100, sortable=False),
        grids.Column("phone", heads["phone"], width=130, sortable=False),
        grids.Column("branch", heads["branch"], width=150, sortable=False),
        grids.Column("customer_id", heads["number"], width=120, sortable=False),
    ]
    return grids.grid(Ids.GRID, columns, ctx.language, title, height="min(600px, 70vh)", sort=(order_of(seen), True))


def _measures(seen: Seen, figure: Figure) -> list[tuple[str, int]]:
    """The columns of figures, what the list is about first."""
    if figure.source == "change":
        return [("loss", 150), ("days", 100)]
    if figure.source == "vintage":
        return [("outstanding", 150), ("n", 90)]
    if figure.source == "roll":
        return [("outstanding", 150), ("days", 100)]
    if seen.asked.view == "collections":
        return [("overdue", 175), ("days", 110), ("outstanding", 140), ("loss", 165)]
    usual = [("outstanding", 140), ("loss", 165), ("overdue", 175), ("days", 110), ("ead", 190)]
    return sorted(usual, key=lambda one: one[0] != seen.asked.on)


def row(seen: Seen, one: Part, who: Contact | None) -> dict[str, Any]:
    """One customer, masked as this viewer must see them."""
    ctx, href = seen.ctx, f"/customers/{one.customer_id}"
    name = seen.words.name(who.name, who.kind, one.customer_id) if who else seen.ctx.t("portfolio.elsewhere")
    grade = grade_words(ctx, one.grade)
    return {
        "href": href, "name": {"text": name, "href": href}, "customer_id": one.customer_id, "n": number(one.n),
        **{measure: amount(ctx, getattr(one, measure)) for measure in ("outstanding", "ead", "loss", "overdue")},
        "days": number(one.days), "products": products_words(seen, one) or phrasing.ABSENT,
        "grade": {"text": grade, "tone": tone_of_grade(one.grade or None)},
        "manager": (who.manager_name if who else None) or phrasing.ABSENT, "branch": (who.branch_name if who else None) or phrasing.ABSENT,
        "phone": (mask_phone(who.phone) if who else None) or phrasing.ABSENT,
    }  # fmt: skip
