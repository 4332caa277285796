"""The answer to a what-if question: the bank's contribution now and then, by component, branch and product, and who moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.bands import BANDS
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS
from domain.phrasing import choose, counted, money, number, percent
from portal.access import Ctx
from portal.contribution_question import place_of
from portal.customer_words import Words
from portal.layouts.contribution_charts import STEPS, TAKEN
from portal.what_if_question import Question
from portal.widgets import frame, status
from portal.widgets.charts import Figure, Table, bridge, chart_card, hbars
from portal.widgets.tiles import Comparison, judged, tile
from warehouse.contribution.what_if import WhatIf, rises

HEIGHT, MOST_BARS, MOST_PEOPLE = 260, 12, 20
Pair = tuple[Sums, Sums]


@dataclass(frozen=True)
class Line:
    """A branch or a family: its key, its name, now and then."""

    key: str
    name: str
    now: Sums
    then: Sums

    @property
    def moved(self) -> Decimal:
        """What the contribution would differ by."""
        return self.then.contribution - self.now.contribution


def answer(ctx: Ctx, asked: Question, found: WhatIf, words: Words) -> list[Component]:
    """Tiles and charts; the lists of customers come by themselves, because they stand on the audit trail."""
    if not found.lines.num_rows:
        return [frame.card(None, status.empty(ctx.t("contribution.empty"), ctx.t("contribution.empty_what")))]
    ((now, then),) = found.sums().values()
    branches = lines_by(
        found, "branch_path", lambda path: place_of(asked.tree, asked.branch, path), branch_names(ctx, asked)
    )
    families = lines_by(found, "family", str, {each: words.family(each) for each in found.sums("family")})
    return [
        html.Div(_tiles(ctx, now, then, found), className="gx-tiles four"),
        html.Div([_component_card(ctx, now, then), _bands_card(ctx, found)], className="gx-grid-2"),
        html.Div(
            [_lines_card(ctx, "branch", branches), _lines_card(ctx, "family", families)], className="gx-grid-2 even"
        ),
    ]


def branch_names(ctx: Ctx, asked: Question) -> dict[str, str]:
    """Names of the branches the lines are by."""
    names = {one.branch_id: one.name for one in asked.tree}
    if asked.branch:
        names[asked.branch.branch_id] = ctx.t("overview.own", branch=asked.branch.name)
    return names


def lines_by(found: WhatIf, column: str, key_of: Callable[[str], str], names: Mapping[str, str]) -> list[Line]:
    """Lines by a column, those that would move most first; together they are the whole."""
    parts: dict[str, Pair] = {}
    for value, (now, then) in found.sums(column).items():
        before = parts.get(key_of(value), (Sums(), Sums()))
        parts[key_of(value)] = (before[0] + now, before[1] + then)
    lines = [Line(key, names.get(key, key), now, then) for key, (now, then) in parts.items()]
    return sorted(lines, key=lambda line: (-abs(line.moved), line.key))


def _tiles(ctx: Ctx, now: Sums, then: Sums, found: WhatIf) -> list[Component]:
    language = ctx.language
    moved = then.contribution - now.contribution
    values = [("then", then.contribution), ("moved", moved)]
    tiles = []
    for name, value in values:
        before, words, unit = phrasing.money_parts(value, ctx.currency, language, sign=name == "moved")
        said = phrasing.short_money(now.contribution, ctx.currency, language)
        compared = {
            "then": Comparison(ctx.t("what_if.now"), said, None),
            "moved": Comparison(
                ctx.t("what_if.of_now"), percent(phrasing.change(then.contribution, now.contribution), sign=True), judged(moved, 1)
            ),
        }[name]  # fmt: skip
        title, red = ctx.t(f"what_if.tile.{name}"), ctx.settings.red_means_up
        tiles.append(tile(title, words, unit, [compared], (), None, ctx.theme, red, before=before))
    raroc = Comparison(ctx.t("what_if.now"), percent(now.raroc), None)
    tiles.append(tile(ctx.t("contribution.name.raroc"), percent(then.raroc), "", [raroc], (), None, ctx.theme))
    up, down = crossed(found)
    words = choose(language, f"{number(up)} 位升，{number(down)} 位降", f"{number(up)} up, {number(down)} down")
    about = _bands_about(ctx, found)
    tiles.append(
        tile(ctx.t("what_if.tile.bands"), number(up + down), "", [Comparison(words, "", None)], (), about, ctx.theme)
    )
    return tiles


def _bands_about(ctx: Ctx, found: WhatIf) -> str:
    return ctx.t("what_if.bands_about", people=number(sum(found.standing["customers"].to_pylist())))


def crossed(found: WhatIf) -> tuple[int, int]:
    """How many customers would rise and fall a band or more."""
    counts = [0, 0]
    for row in found.standing.to_pylist():
        if row["band_now"] != row["band_then"]:
            counts[not rises(row["band_now"], row["band_then"])] += row["customers"]
    return counts[0], counts[1]


def _component_card(ctx: Ctx, now: Sums, then: Sums) -> Component:
    """From now to then by component: what is taken away more counts below zero."""
    language = ctx.language
    pairs = [(name, getattr(now, name), getattr(then, name)) for name in STEPS]
    moved = [(name, (before - after) if name in TAKEN else (after - before)) for name, before, after in pairs]
    parts = [(name, step) for name, step in moved if step]
    names = [choose(language, *COMPONENT_WORDS[name]) for name, _ in parts]
    levels = (float(now.contribution), float(then.contribution))
    shown = [phrasing.short(now.contribution, language), *(phrasing.short(step, language, sign=True) for _, step in parts),
             phrasing.short(then.contribution, language)]  # fmt: skip
    rising, falling = ("c5", "c3") if ctx.settings.red_means_up else ("c3", "c5")
    tones = ["c6", *(rising if step >= 0 else falling for _, step in parts), "c1"]
    figure: Figure = bridge(
        [ctx.t("what_if.now"), *names, ctx.t("what_if.then")], levels, [float(step) for _, step in parts], ctx.theme, shown, tones,
        HEIGHT,
    )  # fmt: skip
    total = then.contribution - now.contribution
    key = "rise" if total > 0 else "fall" if total < 0 else "same"
    heading = ctx.t(f"what_if.{key}", amount=phrasing.short_money(abs(total), ctx.currency, language))
    rows = [
        [choose(language, *COMPONENT_WORDS[name]), *(money(-value if name in TAKEN else value) for value in (before, after)),
         money(step, sign=True)]
        for (name, before, after), (_, step) in zip(pairs, moved, strict=True)
    ]  # fmt: skip
    whole = [
        choose(language, *COMPONENT_WORDS["contribution"]),
        money(now.contribution),
        money(then.contribution),
        money(total, sign=True),
    ]
    heads = ["", ctx.t("what_if.now"), ctx.t("what_if.then"), ctx.t("what_if.difference")]
    why = ctx.t("what_if.components_why", unit=phrasing.currency_word(ctx.currency, language))
    return chart_card(heading, why, figure, Table(heads, [*rows, whole], (1, 2, 3)), language)


def _lines_card(ctx: Ctx, by: str, lines: Sequence[Line]) -> Component:
    """What each would differ by, the largest first; the table has them all."""
    language = ctx.language
    bars = [line for line in lines if line.moved][:MOST_BARS]
    heads = [ctx.t(f"contribution.head.{by}"), ctx.t("what_if.now"), ctx.t("what_if.then"), ctx.t("what_if.difference")]
    whole = Line(
        "",
        ctx.t("overview.total"),
        sum((line.now for line in lines), Sums()),
        sum((line.then for line in lines), Sums()),
    )
    rows = [
        [line.name, money(line.now.contribution), money(line.then.contribution), money(line.moved, sign=True)]
        for line in (*lines, whole)
    ]
    title, why = (
        ctx.t(f"what_if.by_{by}"),
        ctx.t("what_if.lines_why", most=MOST_BARS, unit=phrasing.currency_word(ctx.currency, language)),
    )
    if not bars:
        return chart_card(title, why, None, None, language, empty=status.empty(ctx.t("what_if.unmoved")))
    shown = [phrasing.short(line.moved, language, sign=True) for line in bars]
    figure = hbars([line.name for line in bars], [line.moved for line in bars], ctx.theme, shown)
    low, high = min(0.0, *(float(line.moved) for line in bars)), max(0.0, *(float(line.moved) for line in bars))
    room = 0.4 * (high - low)
    figure["layout"]["xaxis"]["range"] = [low - (room if low < 0 else 0), high + (room if high > 0 else 0)]
    return chart_card(title, why, figure, Table(heads, rows, (1, 2, 3)), language)


def _bands_card(ctx: Ctx, found: WhatIf) -> Component:
    """Customers by band, now down and then across."""
    counts: dict[tuple[str, str], int] = {}
    for row in found.standing.to_pylist():
        pair = row["band_now"], row["band_then"]
        counts[pair] = counts.get(pair, 0) + row["customers"]
    heads = [html.Th(ctx.t("what_if.now_then"), scope="col")]
    heads += [html.Th(band, scope="col", className="n", title=band_word(ctx, band)) for band in BANDS]
    body = [
        html.Tr(
            [
                html.Th(band_word(ctx, before), scope="row"),
                *(_cell(counts.get((before, after), 0), before == after) for after in BANDS),
            ]
        )
        for before in BANDS
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="gx-table gx-heat")
    return frame.card(ctx.t("what_if.bands"), html.Div(table, className="gx-scroll"), why=_bands_about(ctx, found))


def _cell(count: int, same: bool) -> Component:
    return html.Td(
        number(count) if count else "·", className=f"n {'gx-same' if same else '' if count else 'gx-nothing'}"
    )


def band_word(ctx: Ctx, band: str) -> str:
    """A：贡献前一半 / A: first half."""
    return ctx.t(f"runs.band.{band}")


def people(
    ctx: Ctx, found: WhatIf, who: Mapping[str, tuple[str | None, str]], words: Words, rows: Mapping[str, Sequence[Any]]
) -> Component:  # fmt: skip
    """Who would rise and who would fall, the largest change first."""
    up, down = crossed(found)
    cards = []
    for side, count in (("gained", up), ("lost", down)):
        body: Component = status.empty(ctx.t("what_if.nobody"))
        if rows[side]:
            body = _people_table(ctx, rows[side], who, words)
        why = ctx.t(
            "what_if.people_why",
            shown=len(rows[side]),
            count=counted(count, ctx.language, "位客户", "customer"),
            unit=phrasing.currency_word(ctx.currency, ctx.language),
        )
        cards.append(frame.card(ctx.t(f"what_if.{side}"), body, why=why))
    return html.Div(cards, className="gx-grid-2 even")


def moved_people(found: WhatIf, who_rises: bool, most: int) -> list[dict[str, Any]]:
    """The first `most` of those who would rise, or fall; they are kept in order of the change."""
    rows: list[dict[str, Any]] = []
    for batch in found.crossings.to_batches(max_chunksize=1_000):
        rows += [row for row in batch.to_pylist() if rises(row["band_now"], row["band_then"]) == who_rises]
        if len(rows) >= most:
            break
    return rows[:most]


def _people_table(
    ctx: Ctx, rows: Sequence[Mapping[str, Any]], who: Mapping[str, tuple[str | None, str]], words: Words
) -> Component:
    heads = [ctx.t("contribution.head.customer"), ctx.t("what_if.band"), ctx.t("what_if.now"), ctx.t("what_if.then")]
    head = html.Tr([html.Th(name, scope="col", className="n" if at > 1 else "") for at, name in enumerate(heads)])
    body = []
    for row in rows:
        name, kind = who[row["customer_id"]]
        link: Any = words.name(name, kind, row["customer_id"])
        if ctx.may("customers.view"):
            link = dcc.Link(link, href=f"/customers/{row['customer_id']}?tab=contribution")
        amounts = [
            html.Td(phrasing.short(Decimal(row[side]).scaleb(-2), ctx.language), className="n w")
            for side in ("now", "then")
        ]
        moved = f"{row['band_now']} → {row['band_then']}"
        body.append(
            html.Tr(
                [
                    html.Td([link, " ", html.Small(row["customer_id"], className="gx-sub")]),
                    html.Td(moved, className="w"),
                    *amounts,
                ]
            )
        )
    return html.Div(html.Table([html.Thead(head), html.Tbody(body)], className="gx-table"), className="gx-scroll")
