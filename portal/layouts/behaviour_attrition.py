"""Who is about to leave: how many and how much money, where, how good the model is, and the watch list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.behaviour.risk_bands import BANDS, HIGH, HIGH_BANDS, tone
from domain.counted import whom
from domain.outlook import leaving_reasons
from domain.phrasing import number, percent, short, short_money
from portal.access import Ctx
from portal.behaviour_question import Seen
from portal.layouts.behaviour import Ids, chart_id, picker
from portal.layouts.behaviour_habits import MOST_BARS, child_of
from portal.widgets import charts, frame, grids, status
from portal.widgets.charts import Series, Table
from portal.widgets.tiles import tile
from store.facets import NONE
from store.headcount import on_record
from store.lookup import place_names
from store.runs import Run
from store.watch_list import Cell, Watched, cells

HEIGHT = 260


@dataclass(frozen=True)
class Sums:
    """Cells added up."""

    customers: int = 0
    leavers: float = 0.0
    aum: Decimal = Decimal(0)
    at_risk: Decimal = Decimal(0)

    def plus(self, cell: Cell) -> Sums:
        """With one more cell."""
        return Sums(
            self.customers + cell.customers,
            self.leavers + cell.leavers,
            self.aum + cell.aum,
            self.at_risk + cell.at_risk,
        )


def added(found: Sequence[Cell], by: Callable[[Cell], str]) -> dict[str, Sums]:
    """Sums by a key of the cells."""
    sums: dict[str, Sums] = {}
    for cell in found:
        sums[by(cell)] = sums.get(by(cell), Sums()).plus(cell)
    return sums


def body(ctx: Ctx, seen: Seen) -> list[Component]:
    """Tiles, where the money at risk is, the model in words, the list."""
    run = seen.attrition
    if run is None:
        return [frame.nothing(ctx, "behaviour.no_attrition", jobs=True)]
    found = cells(ctx.connection, ctx.scope, seen.asked.facets)
    if not found:
        return [frame.nothing(ctx, "behaviour.nobody_watched")]
    return [
        html.Div(_tiles(ctx, seen, run, found), className="gx-tiles"),
        html.Div([_bands(ctx, seen, found), _by_place(ctx, seen, found)], className="gx-grid-2"),
        html.Div([_by_tier(ctx, seen, found), *_by_manager(ctx, seen, found)], className="gx-grid-2"),
        html.Div([_model(ctx, run), _calibration(ctx, run)], className="gx-grid-2"),
        _list(ctx, seen, found),
    ]


def _tiles(ctx: Ctx, seen: Seen, run: Run, found: Sequence[Cell]) -> list[Component]:
    whole = added(found, lambda _: "")[""]
    high = Sums()
    for cell in found:
        high = high.plus(cell) if cell.band in HIGH_BANDS else high
    months = ctx.t("behaviour.horizon", months=run.parameters.get("horizon", 3))

    def one(name: str, value: str, small: str = "", before: str = "", note: str | None = None) -> Component:
        about = ctx.t(f"behaviour.about.{name}", months=months, high=percent(HIGH, 0))
        return tile(ctx.t(f"behaviour.name.{name}"), value, small, definition=about, before=before, note=note)

    def money(name: str, value: Decimal) -> Component:
        before, figure, after = phrasing.money_parts(value, seen.currency, ctx.language)
        return one(name, figure, after, before)

    every = on_record(ctx.connection, ctx.scope, seen.asked.facets)
    note = ctx.t("behaviour.of_whole", whom=whom("everybody", ctx.language), whole=number(every))
    return [
        one("watched", number(whole.customers), note=note), one("leavers", number(whole.leavers, 1)),
        money("at_risk", whole.at_risk), one("high", number(high.customers)), money("high_aum", high.aum),
    ]  # fmt: skip


def band_words(band: str) -> str:
    """1%–2%, 50% +."""
    low, high = BANDS[band]
    if low == 0:
        return f"< {percent(high, 0)}"
    return f"≥ {percent(low, 0)}" if high > 1 else f"{percent(low, 0)}–{percent(high, 0)}"


def _heads(ctx: Ctx, first: str) -> list[str]:
    return [ctx.t(f"behaviour.head.{name}") for name in (first, "customers", "leavers", "aum", "at_risk")]


def _row(ctx: Ctx, words: Any, told: Sums) -> list[Any]:
    return [
        words,
        number(told.customers),
        number(told.leavers, 1),
        phrasing.money(told.aum),
        phrasing.money(told.at_risk),
    ]


def _bands(ctx: Ctx, seen: Seen, found: Sequence[Cell]) -> Component:
    sums = added(found, lambda cell: cell.band)
    told = {band: sums.get(band, Sums()) for band in BANDS}
    names = [band_words(band) for band in told]
    shown = [
        f"{number(one.customers)} · {short_money(one.at_risk, seen.currency, ctx.language)}" for one in told.values()
    ]
    counts = Series(ctx.t("behaviour.head.customers"), [one.customers for one in told.values()], shown)
    figure = charts.bars(names, [counts], ctx.theme, height=HEIGHT)
    figure["data"][0]["meta"] = [{"band": band} for band in told]
    rows = [
        _row(ctx, dcc.Link(name, href=seen.asked.address(band=band)), one)
        for name, (band, one) in zip(names, told.items(), strict=True)
    ]
    high = sum(one.customers for band, one in told.items() if band in HIGH_BANDS)
    title = ctx.t(
        "behaviour.bands_says", count=phrasing.counted(high, ctx.language, "户", "customer"), high=percent(HIGH, 0)
    )
    return charts.chart_card(
        title,
        ctx.t("behaviour.bands_why"),
        figure,
        Table(_heads(ctx, "band"), rows, (1, 2, 3, 4)),
        ctx.language,
        chart_id("bands"),
    )


def _ranked(
    ctx: Ctx, seen: Seen, name: str, sums: Mapping[str, Sums], words: Mapping[str, str], facet: str,
) -> Component:  # fmt: skip
    """AUM at risk by a key, the most first; each opens the page narrowed to it."""
    language = ctx.language
    keys = sorted(sums, key=lambda key: (-sums[key].at_risk, key))
    few = keys[:MOST_BARS]
    shown = [short(sums[key].at_risk, language) for key in few]
    figure = charts.hbars([words[key] for key in few], [sums[key].at_risk for key in few], ctx.theme, shown, HEIGHT)
    figure["data"][0]["meta"] = [{facet: key} for key in few]
    rows = [_row(ctx, dcc.Link(words[key], href=seen.asked.address(**{facet: key})), sums[key]) for key in keys]
    whole = sum((one.at_risk for one in sums.values()), Decimal(0))
    share = percent(sums[keys[0]].at_risk / whole if whole else None, 0)
    title = ctx.t(f"behaviour.{name}_says", first=words[keys[0]], share=share)
    unit = phrasing.currency_word(seen.currency, language)
    table = Table(_heads(ctx, facet), rows, (1, 2, 3, 4))
    return charts.chart_card(title, ctx.t("behaviour.at_risk_why", unit=unit), figure, table, language, chart_id(name))


def _by_place(ctx: Ctx, seen: Seen, found: Sequence[Cell]) -> Component:
    names = {one.branch_id: one.name for one in seen.asked.tree}
    places = {branch: child_of(ctx, seen, branch) for branch in {cell.branch_id for cell in found}}
    return _ranked(ctx, seen, "by_place", added(found, lambda cell: places[cell.branch_id]), names, "branch")


def _by_tier(ctx: Ctx, seen: Seen, found: Sequence[Cell]) -> Component:
    sums = added(found, lambda cell: cell.tier or NONE)
    words = {key: seen.words.tier(None if key == NONE else key) or ctx.t("customers.none") for key in sums}
    return _ranked(ctx, seen, "by_tier", sums, words, "tier")


def _managers(ctx: Ctx, found: Sequence[Cell]) -> dict[str, str]:
    codes = sorted({cell.manager_id for cell in found if cell.manager_id})
    known = place_names(ctx.connection, [], codes)
    return {**{code: known.get(code, code) for code in codes}, NONE: ctx.t("overview.nobody")}


def _by_manager(ctx: Ctx, seen: Seen, found: Sequence[Cell]) -> list[Component]:
    sums = added(found, lambda cell: cell.manager_id or NONE)
    return [_ranked(ctx, seen, "by_manager", sums, _managers(ctx, found), "manager")]


def _model(ctx: Ctx, run: Run) -> Component:
    told = run.metrics
    split = [str(one)[:7] for one in (run.model.get("split") or {}).get("test", ())]
    area, rule, gain = told["auc"], told["rule"], told["gain"]

    def span(one: Mapping[str, float]) -> str:
        return ctx.t(
            "behaviour.span", value=number(one["value"], 3), low=number(one["low"], 3), high=number(one["high"], 3)
        )

    lines = [
        ctx.t("behaviour.model_tested", first=split[0] if split else "", last=split[-1] if split else "", rows=number(told["rows"]),
              outcomes=number(told["outcomes"])),
        ctx.t("behaviour.model_auc", auc=span(area), rule=span(rule)),
        ctx.t("behaviour.model_better" if told["better"] else "behaviour.model_no_better", gain=span(gain)),
        ctx.t("behaviour.model_lift", lift=number(told["lift"], 1), captured=percent(told["captured"], 0)),
        ctx.t("behaviour.model_level", predicted=percent(told["mean_predicted"], 2), seen=percent(told["mean_seen"], 2),
              slope=number(told["slope"], 2)),
        ctx.t("behaviour.model_whom", scored=number(told["scored"]), others=number(told["not_exposed"])),
    ]  # fmt: skip
    why = ctx.t("behaviour.model_why", version=run.version, day=phrasing.day(run.as_of))
    return frame.card(
        ctx.t("behaviour.model"), html.Ul([html.Li(line) for line in lines], className="behaviour-words"), why=why
    )


def _calibration(ctx: Ctx, run: Run) -> Component:
    told = run.metrics.get("calibration") or []
    names = [ctx.t("behaviour.tenth", n=at) for at in range(1, len(told) + 1)]
    drawn = [
        Series(ctx.t(f"behaviour.{name}"), [row[name] * 100 for row in told], [percent(row[name], 2) for row in told])
        for name in ("predicted", "seen")
    ]
    figure = charts.bars([str(at) for at in range(1, len(told) + 1)], drawn, ctx.theme, "%", HEIGHT) if told else None
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("group", "rows", "left", "predicted", "seen")]
    rows = [
        [name, number(row["rows"]), number(row["bad"]), percent(row["predicted"], 2), percent(row["seen"], 2)]
        for name, row in zip(names, told, strict=True)
    ]
    return charts.chart_card(
        ctx.t("behaviour.calibration"), ctx.t("behaviour.calibration_why"), figure, Table(heads, rows, (1, 2, 3, 4)), ctx.language,
        empty=status.empty(ctx.t("behaviour.nobody")),
    )  # fmt: skip


def _list(ctx: Ctx, seen: Seen, found: Sequence[Cell]) -> Component:
    asked, managers = seen.asked, _managers(ctx, found)
    bands = [(band_words(band), band) for band in reversed(BANDS)]
    chosen = [
        picker(ctx, "band", bands, asked.band),
        picker(
            ctx, "manager", [(word, code) for code, word in managers.items()], asked.facets.get("manager", ("",))[0]
        ),
    ]
    kept = [cell for cell in found if not asked.band or cell.band == asked.band]
    whole = added(kept, lambda _: "").get("", Sums())
    words = ctx.t(
        "behaviour.list_total", count=number(whole.customers), at_risk=short_money(whole.at_risk, seen.currency, ctx.language),
        aum=short_money(whole.aum, seen.currency, ctx.language),
    )  # fmt: skip
    return frame.card(
        ctx.t("behaviour.watch_list"), [html.Div(chosen, className="behaviour-chosen"), _grid(ctx, seen)], why=words
    )


def _grid(ctx: Ctx, seen: Seen) -> Component:
    unit = phrasing.currency_word(seen.currency, ctx.language)

    def head(name: str, money: bool = False) -> str:
        words = ctx.t(f"behaviour.column.{name}")
        return phrasing.in_unit(words, unit, ctx.language) if money else words

    columns = [
        grids.Column("name", head("name"), "link", 150, pinned=True),
        grids.Column("attrition", head("probability"), "chip", 110),
        grids.Column("aum_at_risk", head("at_risk", True), "number", 140),
        grids.Column("aum", head("aum", True), "number", 140),
        grids.Column("driver", head("driver"), width=280, sortable=False),
        grids.tier_column(head("tier"), ctx.language),
        grids.Column("segment", head("segment"), width=170, sortable=False),
        grids.Column("manager", head("manager"), width=90, sortable=False),
        grids.Column("branch", head("branch"), width=140, sortable=False),
        grids.Column("last_own_movement_on", head("last_own_movement_on"), width=130),
        grids.Column("customer_id", head("customer_id"), width=116, sortable=False),
    ]
    return grids.grid(
        Ids.GRID,
        columns,
        ctx.language,
        ctx.t("behaviour.watch_list"),
        height="min(600px, 70vh)",
        sort=("aum_at_risk", True),
    )


def row(seen: Seen, one: Watched) -> dict[str, Any]:
    """One customer on the list, masked as this viewer must see them."""
    who, words, language = one.person, seen.words, seen.ctx.language
    href = f"/customers/{who.customer_id}"
    name = words.name(who.name, who.kind, who.customer_id)
    return {
        "href": href, "name": {"text": name, "href": href}, "customer_id": who.customer_id,
        "attrition": {"text": percent(one.probability), "tone": tone(one.probability)},
        "aum_at_risk": short(one.at_risk, language), "aum": short(who.aum, language), "driver": driver_of(seen, one) or phrasing.ABSENT,
        "tier": {"text": words.tier(who.tier), "tone": "plain"},
        "segment": words.segment(who.segment) if who.segment is not None else phrasing.ABSENT,
        "manager": who.manager_name or phrasing.ABSENT, "branch": who.branch_name or phrasing.ABSENT,
        "last_own_movement_on": phrasing.day(who.last_own_movement_on),
    }  # fmt: skip


def driver_of(seen: Seen, one: Watched) -> str | None:
    """The strongest reason in words, or that there is no sign of leaving; None where nothing raises the probability."""
    metrics = seen.attrition.metrics if seen.attrition else {}
    return leaving_reasons(one.probability, one.drivers, metrics, seen.currency, seen.ctx.language, 1) or None
