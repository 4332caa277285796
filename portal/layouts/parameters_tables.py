"""The parameters as tables in words and units: to read, with what a version changes marked, or with a box for each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.cell_words import (
    COLUMN_WORDS,
    SECTION_WORDS,
    channel_word,
    collateral_word,
    column_word,
    family_word,
    shown,
    term_word,
    title,
)
from domain.contribution.cells import COLLATERAL, FAMILY, Key, cells, limits, told, written
from domain.contribution.parameters import ContributionParameters
from domain.phrasing import choose
from portal.access import Ctx
from portal.parameter_form import FAMILIES, GROWS, SPARE, spare_name
from portal.widgets import frame, pickers
from portal.widgets.marks import marks

CELL = "parameters-cell"
# Side by side, and the widest across the page.
COLUMNS = (("transfer_prices",), ("unit_costs", "bank"), ("families",), ("collaterals",), ("exchange",))


@dataclass(frozen=True)
class Sheet:
    """What is shown: all figures, those of the version before (None: nothing to compare with), and whether in boxes."""

    parameters: ContributionParameters
    before: ContributionParameters | None = None
    editing: bool = False


def box(name: Any) -> dict[str, Any]:
    """The id of the box of a figure."""
    return {"type": CELL, "cell": name}


def tables(ctx: Ctx, sheet: Sheet) -> Component:
    """A card a section, the widest across."""
    own = cells(sheet.parameters)
    was = cells(sheet.before) if sheet.before is not None else None
    columns = [[_card(ctx, sheet, section, own, was) for section in column] for column in COLUMNS]
    return html.Div([html.Div(column, className="gx-stack") for column in columns], className="parameters-cards")


def _card(
    ctx: Ctx, sheet: Sheet, section: str, own: Mapping[Key, Decimal], was: Mapping[Key, Decimal] | None
) -> Component:
    keys = [key for key in own if key[0] == section]
    rows: dict[tuple[str, ...], list[Key]] = {}
    for key in keys:
        rows.setdefault(key[1:-1] if section in ("families", "collaterals") else key[1:], []).append(key)
    names, figures = _heads(ctx, section, sheet)
    body: list[Component] = [
        html.Tr([*_names(ctx, section, row), *(_figure(ctx, sheet, key, own[key], was) for key in found)])
        for row, found in rows.items()
    ]
    if sheet.editing and section in GROWS:
        body += [_empty_row(ctx, section, place) for place in range(SPARE)]
    heads = [html.Th(name, scope="col") for name in names] + [
        html.Th(name, scope="col", className="n") for name in figures
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="gx-table")
    why = ctx.t(f"parameters.about.{section}", currency=phrasing.currency_word(sheet.parameters.currency, ctx.language))
    if sheet.editing and section in GROWS:
        why += ctx.t("parameters.may_go")
    return frame.card(choose(ctx.language, *SECTION_WORDS[section]), html.Div(table, className="gx-scroll"), why=why)


def _heads(ctx: Ctx, section: str, sheet: Sheet) -> tuple[list[str], list[str]]:
    """Heads of what tells a row, and of its figures with the unit a box is written in."""
    names = {
        "transfer_prices": ("product", "term"), "unit_costs": ("channel",), "families": ("product",),
        "collaterals": ("product", "collateral"), "bank": ("what",), "exchange": ("currency",),
    }[section]  # fmt: skip
    columns = {"families": FAMILY, "collaterals": COLLATERAL}.get(section, ("value",))
    heads = []
    for name in columns:
        words = column_word(name, ctx.language) if name in COLUMN_WORDS else ctx.t(f"parameters.value.{section}")
        key = (section, "x", name) if section == "families" else (section, "x", "x", name)
        unit = (
            limits(key).unit
            if name in COLUMN_WORDS
            else {"unit_costs": "money", "exchange": "rate"}.get(section, "percent")
        )
        if unit == "money":
            words += choose(
                ctx.language,
                f"（{phrasing.currency_word(sheet.parameters.currency, 'zh')}）",
                f" ({sheet.parameters.currency})",
            )
        elif unit == "percent" and sheet.editing:
            words += choose(ctx.language, "（%）", " (%)")
        heads.append(words)
    return [ctx.t(f"parameters.head.{name}") for name in names], heads  # fmt: skip


def _names(ctx: Ctx, section: str, row: Sequence[str]) -> list[Component]:
    language = ctx.language
    if section == "transfer_prices":
        words = [family_word(row[0], language), term_word(row[1], language)]
    elif section == "unit_costs":
        words = [channel_word(row[0], language)]
    elif section == "bank":
        words = [column_word(row[0], language)]
    elif section == "exchange":
        words = [row[0]]
    else:
        words = [family_word(row[0], language), *(collateral_word(word, language) for word in row[1:])]
    return [html.Td(word) for word in words]


def _figure(
    ctx: Ctx, sheet: Sheet, key: Key, value: Decimal, was: Mapping[Key, Decimal] | None
) -> Component:  # fmt: skip
    if sheet.editing:
        # Dash names no box for screen readers; the row's and column's words do.
        name = title(key, ctx.language)
        entry = dcc.Input(
            id=box(told(key)), type="text", value=written(key, value), className="gx-input", autoComplete="off"
        )
        return html.Td(html.Label([html.Span(name, className="parameters-said"), entry]), className="n")
    moved = was is not None and was.get(key) != value
    return html.Td(
        html.Span([shown(key, value), html.Small(ctx.t("parameters.was", value=shown(key, was.get(key))))])
        if moved and was is not None
        else shown(key, value),
        className="n w parameters-moved" if moved else "n w",
    )


def _empty_row(ctx: Ctx, section: str, place: int) -> Component:
    names, figures = GROWS[section]

    def entry(name: str) -> Component:
        ident = box(spare_name(section, place, name))
        words = ctx.t(f"parameters.new.{name}")
        if name == "family":
            options = [{"label": family_word(code, ctx.language), "value": code} for code in FAMILIES[section]]
            picker = dcc.Dropdown(options, None, id=ident, placeholder=words, labels=pickers.words(ctx))
            return html.Div(picker, role="group", **marks(aria_label=words))
        drawn = dcc.Input(id=ident, type="text", placeholder=words, className="gx-input", autoComplete="off")
        return html.Label([html.Span(words, className="parameters-said"), drawn])

    cells_of = [html.Td(entry(name)) for name in names] + [html.Td(entry(name), className="n") for name in figures]
    return html.Tr(cells_of, className="parameters-new")
