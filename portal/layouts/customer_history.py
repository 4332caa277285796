"""What this customer's numbers were in each run that was on show: a line each time it was, and what changed with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain import standing
from domain.outlook import family_name
from domain.phrasing import day, money, number, percent
from portal.access import Ctx
from portal.layouts.customer import View
from portal.showings import cell
from portal.widgets import frame, status
from store.customer_history import FIGURES, MOST_RUNS, PastFigures, every_kind
from store.shown import Showing

RIGHT = (
    "aum",
    "score",
    "pd",
    "month_contribution",
    "year_contribution",
    "lifetime_value",
    "probability",
    "aum_at_risk",
)


def tab(ctx: Ctx, view: View) -> list[Component]:
    """A card a kind of run; what was never on show, or whose rows are gone, is not there."""
    found = every_kind(ctx.connection, view.customer.customer_id)
    return [_card(ctx, view, kind, runs) for kind, runs in found.items()]


def _card(ctx: Ctx, view: View, kind: str, runs: Sequence[PastFigures]) -> Component:
    title = ctx.t(f"runs.kind.{kind}")
    if not runs:
        return frame.card(title, status.empty(ctx.t("customer.no_versions"), ctx.t("customer.no_versions_what")))
    columns = _columns(kind)
    heads = [html.Th(ctx.t(f"customer.version.{name}"), scope="col") for name in ("version", "as_of", "published")]
    heads += [html.Th(ctx.t(f"customer.past.{n}"), className="n" if n in RIGHT else "", scope="col") for n in columns]
    heads.append(html.Th(ctx.t("customer.version.changed"), scope="col"))
    told = {one.run_id: None if one.values is None else _told(ctx, one) for one in runs}
    times = sorted(((one, each) for one in runs for each in one.shown), key=lambda pair: pair[1].since, reverse=True)
    rows = []
    for at, (one, each) in enumerate(times):
        below = times[at + 1][0].run_id if at + 1 < len(times) else None
        changed = _against(ctx, columns, told, each, below)
        rows.append(_row(ctx, columns, one, each, told[one.run_id], changed))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    why = ctx.t("customer.versions_why", count=number(len(runs)), most=MOST_RUNS)
    return frame.card(title, html.Div(table, className="gx-scroll"), why=why)


def _columns(kind: str) -> tuple[str, ...]:
    if kind == "segmentation":  # the three scores are read as one
        return ("tier", "life_cycle", "segment", "rfm", "aum")
    return FIGURES[kind]


def _against(
    ctx: Ctx, columns: Sequence[str], told: Mapping[int, Mapping[str, str] | None], each: Showing, below: int | None
) -> str:  # fmt: skip
    """What changed against the version it took the place of; below: what was on show before it, where that is not recorded."""
    left = below if each.replaced_run is None else each.replaced_run
    if left is None:
        return ctx.t("customer.first_version")
    if left not in told:
        return ctx.t("customer.version_gone", version=each.replaced)
    return _changed(ctx, columns, told[each.run_id], told[left])


def _row(
    ctx: Ctx, columns: Sequence[str], one: PastFigures, each: Showing, told: Mapping[str, str] | None, changed: str
) -> Component:  # fmt: skip
    version: list[Any] = [one.version]
    if each.until is None:
        version += [" ", status.chip(ctx.t("runs.state.published"), "good")]
    cells = [
        html.Td(version, className="w"),
        html.Td(day(one.as_of), className="w"),
        html.Td(cell(ctx, each)),
    ]
    if told is None:
        return html.Tr([*cells, html.Td(ctx.t("customer.not_in_version"), colSpan=len(columns)), html.Td(changed)])
    cells += [html.Td(told[name], className="n" if name in RIGHT else "") for name in columns]
    return html.Tr([*cells, html.Td(changed)])


def _told(ctx: Ctx, one: PastFigures) -> dict[str, str]:
    """Each value in words; of a segmentation with its own segments' names."""
    values = one.values or {}
    if one.kind == "segmentation":
        scores = [values[f"{name}_score"] for name in ("recency", "frequency", "monetary")]
        tier, stage, segment = values["tier"], values["life_cycle"], values["segment"]
        return {
            "tier": standing.tier_name(tier, one.model, ctx.language) if tier else ctx.t("common.unknown"),
            "life_cycle": standing.stage_name(stage, ctx.language) if stage else "—",
            "segment": standing.cluster_name(segment, one.model, ctx.language) if segment is not None else "—",
            "rfm": "-".join("?" if score is None else str(score) for score in scores),
            "aum": money(values["aum"]),
        }
    return {name: _value(ctx, name, value) for name, value in values.items()}


def _value(ctx: Ctx, name: str, value: Any) -> str:
    if value is None:
        return ctx.t("customer.nothing_offered") if name == "family" else "—"
    if name in ("pd", "probability"):
        return percent(value, 2)
    if name == "score":
        return number(value)
    if name == "family":
        return family_name(value, ctx.language)
    return str(value) if name == "grade" else money(value)


def _changed(ctx: Ctx, columns: Sequence[str], now: Mapping[str, str] | None, before: Mapping[str, str] | None) -> str:
    """What differs from the version it replaced, each as `before → now`."""
    if now is None and before is None:
        return ctx.t("customer.unchanged")
    if now is None:
        return ctx.t("customer.left_version")
    if before is None:
        return ctx.t("customer.came_into_version")
    moved = [f"{ctx.t(f'customer.past.{n}')} {before[n]} → {now[n]}" for n in columns if now[n] != before[n]]
    return ("；" if ctx.language == "zh" else "; ").join(moved) or ctx.t("customer.unchanged")
