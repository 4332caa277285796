"""Look-up: one box over all customers in scope, facets with counts, a table sorted and paged on the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain.masking import mask_id_number, mask_phone
from domain.phrasing import currency_word, day, in_unit, money, number, short
from portal.access import Ctx
from portal.address_numbers import page_in
from portal.customer_question import Question, question_of
from portal.customer_words import GRADES, Words, tone_of_grade
from portal.run_words import step_words
from portal.widgets import frame, grids, status
from portal.widgets.marks import marks
from store.facets import ABSENT, AUM_BANDS, MOVED, NAMES, NONE, QUIET, TOTALS
from store.lookup import FACET_LIMIT, FacetCounts, Hit
from store.saved_views import LONGEST_NAME, SavedView

MOST_VALUES = 12
OPEN_AT_FIRST = ("kind", "tier", "grade", "segment")
DEBOUNCE_SECONDS = 0.25


class Ids:
    """Of this page."""

    QUERY = "customers-query"
    STATE = "customers-state"  # the question without its order: what rows and facets are fetched for
    ADDRESS = "customers-address"  # the whole question: what the address, exports and saved views hold
    GRID = "customers-grid"
    HITS = "customers-hits"  # how many a question has in all, for the table's pages
    TOTAL = "customers-total"
    FOLD = "customers-fold"
    CSV = "customers-csv"
    XLSX = "customers-xlsx"
    CLEAR = "customers-clear"
    VIEWS = "customers-views"
    VIEW_NAME = "customers-view-name"
    SAVE_VIEW = "customers-save-view"
    DROP_VIEW = "customers-drop-view"

    @staticmethod
    def facet(name: str) -> str:
        """The checklist of a facet."""
        return f"customers-facet-{name}"


EITHER = {
    ("holding", "open"): "customers.holding_open", ("holding", "none_open"): "customers.holding_none_open",
    ("overdue", "yes"): "customers.overdue_yes", ("overdue", "no"): "customers.overdue_no",
}  # fmt: skip


def layout(
    ctx: Ctx, q: str = "", sort: str = "", kind: str = "", tier: str = "", segment: str = "", grade: str = "",
    life_cycle: str = "", family: str = "", aum: str = "", overdue: str = "", branch: str = "", manager: str = "",
    holding: str = "", rfm: str = "", was: str = "", step: str = "", total: str = "", page: str = "",
) -> Component:  # fmt: skip
    """The page as its address says it; rows and counts come by callback."""
    given = {
        "q": q, "sort": sort, "kind": kind, "holding": holding, "tier": tier, "segment": segment, "grade": grade, "life_cycle": life_cycle,
        "family": family, "aum": aum, "overdue": overdue, "branch": branch, "manager": manager, "rfm": rfm, "was": was,
        "step": step, "total": total,
    }  # fmt: skip
    asked = question_of(urlencode({name: value for name, value in given.items() if value}))
    found = html.Div(
        [
            _box(ctx, asked),
            html.Div(id=Ids.TOTAL, className="gx-sub", **marks(aria_live="polite")),
            _grid(ctx, asked, page_in(page)),
        ]
    )
    return frame.page(
        ctx.t("customers.title"),
        ctx.t("customers.context", day=day(ctx.picture.as_of if ctx.picture else None)),
        actions=_actions(ctx, asked),
        body=[
            dcc.Store(id=Ids.STATE, data=Question(asked.text, asked.facets).query()),
            dcc.Store(id=Ids.ADDRESS, data=asked.query()),
            dcc.Store(id=Ids.HITS),
            html.Div([_facets(ctx, asked), found], className="customers-columns"),
        ],
    )


def _actions(ctx: Ctx, asked: Question) -> list[Component]:
    views = html.Details(
        [
            html.Summary(ctx.t("customers.views"), className="gx-btn"),
            html.Div(
                [
                    html.Div(id=Ids.VIEWS),
                    html.Div(
                        [
                            dcc.Input(id=Ids.VIEW_NAME, placeholder=ctx.t("customers.view_name"), maxLength=LONGEST_NAME,
                                      className="gx-input"),
                            html.Button(ctx.t("common.save"), id=Ids.SAVE_VIEW, n_clicks=0, className="gx-btn", type="button"),
                        ],
                        className="gx-row customers-save",
                    ),
                ],
                className="customers-views",
            ),
        ],
        className="customers-view-menu",
    )  # fmt: skip
    if not ctx.may("customers.export"):
        return [views]
    links = [
        html.A(ctx.t(f"customers.{kind}"), id=ident, href=export_address(kind, asked), className="gx-btn", download="")
        for kind, ident in (("csv", Ids.CSV), ("xlsx", Ids.XLSX))
    ]
    return [views, *links]


def export_address(kind: str, asked: Question) -> str:
    """Where the export of a question is fetched."""
    query = asked.query()
    return f"/customers-export/{kind}" + (f"?{query}" if query else "")


def _box(ctx: Ctx, asked: Question) -> Component:
    hint = ctx.t("common.look_up_hint")
    box = dcc.Input(
        id=Ids.QUERY, type="search", value=asked.text, placeholder=hint, debounce=DEBOUNCE_SECONDS, autoComplete="off",
        autoFocus=True, n_submit=0, className="gx-input", maxLength=64,
    )  # fmt: skip
    named = html.Label(hint, htmlFor=Ids.QUERY, className="visually-hidden")
    return html.Div([named, box, html.P(ctx.t("customers.hint"), className="gx-sub")], className="customers-box")


def _facets(ctx: Ctx, asked: Question) -> Component:
    parts = [
        html.Details(
            [
                html.Summary(ctx.t(f"customers.facet.{name}")),
                dcc.Checklist(id=Ids.facet(name), options=[], value=list(asked.facets.get(name, ())), className="customers-values"),
            ],
            open=name in OPEN_AT_FIRST or bool(asked.facets.get(name)),
            className="customers-facet", hidden=name in QUIET and not asked.facets.get(name),
        )
        for name in (*QUIET, *(name for name in NAMES if name not in QUIET))  # what a link asked for stands first
    ]  # fmt: skip
    clear = html.Button(ctx.t("customers.clear"), id=Ids.CLEAR, n_clicks=0, className="gx-btn small", type="button")
    body = html.Div([*parts, clear], className="customers-facet-list")
    return html.Details(
        [html.Summary(ctx.t("customers.narrow"), className="gx-btn customers-narrow"), body],
        id=Ids.FOLD, open=True, className="customers-facets",
    )  # fmt: skip


def _grid(ctx: Ctx, asked: Question, page: int) -> Component:
    unit = currency_word(
        "CNY" if ctx.picture is None else str(ctx.picture.detail.get("currency") or "CNY"), ctx.language
    )

    def head(name: str, in_money: bool = False) -> str:
        words = ctx.t(f"customers.column.{name}")
        return in_unit(words, unit, ctx.language) if in_money else words

    columns = [
        grids.Column("name", head("name"), "link", 156, pinned=True),
        grids.Column("customer_id", head("customer_id"), width=116),
        grids.tier_column(head("tier"), ctx.language),
        grids.Column("grade", head("grade"), "chip", 74, sortable=False),
        grids.Column("score", head("score"), "number", 80),
        grids.Column("aum", head("aum", True), "number", 160),
        grids.Column("deposits", head("deposits", True), "number", 130),
        grids.Column("loans", head("loans", True), "number", 130),
        grids.Column("contribution_12m", head("contribution_12m", True), "number", 150),
        grids.Column("days_past_due", head("days_past_due"), "number", 120),
        grids.Column("products_held", head("products_held"), "number", 110),
        grids.Column("segment", head("segment"), width=176),
        grids.Column("life_cycle", head("life_cycle"), width=96, sortable=False),
        grids.Column("branch", head("branch"), width=150, sortable=False),
        grids.Column("manager", head("manager"), width=90, sortable=False),
        grids.Column("phone", head("phone"), width=124, sortable=False),
        grids.Column("id_number", head("id_number"), width=180, sortable=False),
        grids.Column("last_own_movement_on", head("last_own_movement_on"), width=132),
        grids.Column("opened_on", head("opened_on"), width=112),
    ]
    wanted = asked.facets.get("total", ())  # what the sum is of stands beside the names: it need not be looked for
    columns = sorted(columns, key=lambda column: (column.field != "name", column.field not in wanted))
    label = ctx.t("customers.title")
    return grids.grid(
        Ids.GRID,
        columns,
        ctx.language,
        label,
        height="min(640px, 72vh)",
        sort=(asked.sort, asked.descending),
        page=page,
    )


def row(hit: Hit, words: Words) -> dict[str, Any]:
    """One customer in the table, masked as this viewer must see them."""
    language = words.language
    return {
        "href": f"/customers/{hit.customer_id}",
        "name": {"text": words.name(hit.name, hit.kind, hit.customer_id), "href": f"/customers/{hit.customer_id}"},
        "customer_id": hit.customer_id,
        "tier": {"text": words.tier(hit.tier), "tone": "accent" if hit.tier else "plain"},
        "grade": {"text": hit.grade, "tone": tone_of_grade(hit.grade)} if hit.grade else None,
        "score": number(hit.score), "aum": short(hit.aum, language), "deposits": short(hit.deposits, language),
        "loans": short(hit.loans, language), "contribution_12m": short(hit.contribution_12m, language),
        "days_past_due": number(hit.days_past_due), "products_held": number(hit.products_held),
        "segment": words.segment(hit.segment) if hit.segment is not None else "—",
        "life_cycle": words.life_cycle(hit.life_cycle) if hit.life_cycle else "—",
        "branch": hit.branch_name or "—", "manager": hit.manager_name or "—", "phone": mask_phone(hit.phone) or "—",
        "id_number": mask_id_number(hit.id_number) or "—", "last_own_movement_on": day(hit.last_own_movement_on),
        "opened_on": day(hit.opened_on),
    }  # fmt: skip


def total(ctx: Ctx, counted: FacetCounts, asked: Question, short_text: bool) -> Any:
    """How many there are, in words, and the totals asked for to the cent; why there are none, and what to do."""
    if short_text:
        return status.empty(ctx.t("customers.too_short"), ctx.t("customers.too_short_what"))
    if counted.hits == 0:
        why = "customers.nobody" if asked.text or asked.facets else "customers.nobody_in_scope"
        return status.empty(ctx.t(why), ctx.t(f"{why}_what"))
    if counted.more:
        people = ctx.t("customers.total_more", count=number(FACET_LIMIT))
    else:
        narrowed = asked.text or asked.facets
        people = ctx.t("customers.total" if narrowed else "customers.total_all", count=number(counted.hits))
    unit = currency_word(ctx.currency, ctx.language)
    sums = [
        ctx.t("customers.sum", what=ctx.t(f"customers.column.{name}"), amount=money(amount), unit=unit)
        for name, amount in counted.sums.items()
    ]
    return " · ".join([people, *sums])


def options(
    ctx: Ctx, name: str, counts: Mapping[str, int], chosen: Sequence[str], words: Words, places: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The values of a facet, what was chosen among them also when nobody has it any more. places: names of branches
    and managers by number.
    """
    values = {
        value: n for value, n in counts.items() if name not in ("branch", "manager") or value in places or value == NONE
    }
    values |= {value: 0 for value in chosen if value not in values}
    ordered = sorted(values, key=lambda value: _order(name, value, values[value], words))
    if name in ("branch", "manager", "segment"):
        ordered = [v for at, v in enumerate(ordered) if at < MOST_VALUES or v in chosen]
    return [
        {
            "label": _label(facet_value(ctx, name, value, words, places), None if name in QUIET else values[value]),
            "value": value,
        }
        for value in ordered
    ]


def _label(words: str, hits: int | None) -> str:
    if hits is None:
        return words
    # Words, not components: Dash loses components among options when the options change while they are drawn.
    return f"{words}\u2002{number(hits)}"


def _order(name: str, value: str, hits: int, words: Words) -> tuple[Any, ...]:
    known: Sequence[str] = {
        "grade": GRADES,
        "aum": tuple(AUM_BANDS),
        "tier": words.tiers,
        "overdue": ("yes", "no"),
        "holding": ("open", "none_open"),
    }.get(name, ())
    place = known.index(value) if value in known else len(known)
    return (value == NONE, place, -hits, value)


def facet_value(ctx: Ctx, name: str, value: str, words: Words, places: Mapping[str, str]) -> str:
    """A value of a facet in words; places as for `options`."""
    if value == NONE:
        return ctx.t("customers.none")
    if name == "aum":
        return _band(ctx, value)
    if name in ("holding", "overdue"):
        return ctx.t(EITHER.get((name, value), "customers.none"))
    if name == "segment":
        return words.segment(int(value)) if value.isdecimal() else value
    if name in ("branch", "manager"):
        return places.get(value, value)
    said = {
        "kind": words.kind, "tier": words.tier, "life_cycle": words.life_cycle, "family": words.family,
        "was": lambda code: _stood(ctx, code, words), "rfm": _scores,
        "step": lambda asked: step_words(ctx, asked),
        "total": lambda name: ctx.t(f"customers.column.{name}") if name in TOTALS else None,
    }.get(name)  # fmt: skip
    return (said(value) if said else None) or value


def _scores(code: str) -> str:
    """R5 F4 M3."""
    return " ".join(f"{letter}{score}" for letter, score in zip("RFM", code, strict=False))


def _stood(ctx: Ctx, value: str, words: Words) -> str:
    """Where somebody stood in the segmentation before, as a facet says it (tier:gold)."""
    column, _, code = value.partition(":")
    if code in (NONE, ABSENT, MOVED):
        return ctx.t(f"customers.was_{code}")
    if column == "segment":
        return words.segment(int(code)) if code.isdecimal() else code
    return (words.tier(code) if column == "tier" else words.life_cycle(code)) or code


def _band(ctx: Ctx, value: str) -> str:
    low, high = AUM_BANDS.get(value, (None, None))
    if low is None:
        return ctx.t("customers.aum_below", high=short(high, ctx.language))
    if high is None:
        return ctx.t("customers.aum_from", low=short(low, ctx.language))
    return ctx.t("customers.aum_between", low=short(low, ctx.language), high=short(high, ctx.language))


def saved(ctx: Ctx, views: Sequence[SavedView]) -> Component:
    """The viewer's saved views, each a link and a button that forgets it."""
    if not views:
        return html.P(ctx.t("customers.no_views"), className="gx-sub")
    return html.Ul(
        [
            html.Li(
                [
                    html.A(view.name, href=f"/customers?{view.query}" if view.query else "/customers"),
                    html.Button(
                        "×", id={"type": Ids.DROP_VIEW, "view": view.view_id}, n_clicks=0, type="button", className="gx-plain",
                        **marks(aria_label=ctx.t("customers.drop_view", name=view.name)),
                    ),
                ]
            )
            for view in views
        ]
    )  # fmt: skip
