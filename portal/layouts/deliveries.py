"""The ledger of deliveries: what came, that every row is accounted for, and sending one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.deliveries import Batch
from domain.phrasing import day, minute, number, percent
from portal import translations
from portal.access import Ctx
from portal.actors import who
from portal.address_numbers import page_in
from portal.uploads import megabytes
from portal.widgets import frame, status
from portal.widgets.lists import pager
from portal.widgets.marks import marks
from portal.widgets.tiles import tile
from store import jobs as rows
from store import ledger
from warehouse.sources import load_source, source_names

PATH = "/admin/deliveries"
PAGE_SIZE = 25
TONES = {"receiving": "accent", "loaded": "good", "refused": "bad", "failed": "bad", "rolled_back": "warn"}
BOOKED = ("loaded", "rolled_back")  # states of a batch whose rows are accounted for
LOOKED_AT = 200  # receiving jobs, the newest: among these one finds what was sent again
UPLOAD_WORDS = ("no_source", "not_zip", "empty", "sending", "keeping", "broken", "stopped", "one_only")


class Ids:
    """Of this page."""

    SOURCE = "deliveries-source"
    UPLOAD = "deliveries-upload"


def layout(ctx: Ctx, page: str | None = None) -> Component:
    """Tiles, the form that sends a delivery, the ledger."""
    at = page_in(page)
    total = ledger.count_batches(ctx.connection)
    found = ledger.list_batches(ctx.connection, PAGE_SIZE, (at - 1) * PAGE_SIZE)
    again = came_again(ctx)
    return frame.page(
        ctx.t("deliveries.title"),
        ctx.t("deliveries.context"),
        body=[
            _tiles(ctx),
            html.Div(
                [_upload(ctx) if ctx.may("deliveries.upload") else None, _ledger(ctx, found, again, at, total)],
                className="gx-stack",
            ),
        ],
    )


def _tiles(ctx: Ctx) -> Component:
    counting = ledger.counting_batches(ctx.connection)
    newest = counting[-1] if counting else None
    loaded, given = sum(b.rows_loaded for b in counting), sum(b.rows_in for b in counting)
    rejected = sum(b.rows_rejected for b in counting)
    shown = [
        ("as_of", day(newest.business_date if newest else None), "", newest and f"#{newest.batch_id}"),
        ("counting", number(len(counting)), _noun(ctx, "batch", "batches", len(counting)), None),
        ("loaded", number(loaded), _noun(ctx, "row", "rows", loaded), None),
        (
            "rejected",
            number(rejected),
            _noun(ctx, "row", "rows", rejected),
            None if not given else percent(rejected / given, 3),
        ),
    ]
    tiles = [
        tile(ctx.t(f"deliveries.tile.{name}"), value, unit if not note else f"{unit} {note}".strip(),
             definition=ctx.t(f"deliveries.tip.{name}"), theme=ctx.theme)
        for name, value, unit, note in shown
    ]  # fmt: skip
    return html.Div(tiles, className="gx-tiles four")


def _noun(ctx: Ctx, one: str, many: str, count: int) -> str:
    """What stands beside a tile's figure."""
    return ctx.t(f"deliveries.{one if count == 1 else many}")


def _upload(ctx: Ctx) -> Component:
    """Drawn here, moved by assets/upload.js: the file never passes through Dash."""
    options = [{"label": source_words(ctx, name), "value": name} for name in source_names()]
    words = {name: ctx.t(f"deliveries.upload.{name}") for name in UPLOAD_WORDS}
    words["too_large"] = ctx.t("deliveries.upload.too_large", limit=megabytes(ctx.settings.upload_limit), size="{size}")
    told = marks(data_words=json.dumps(words, ensure_ascii=False), data_limit=str(ctx.settings.upload_limit))

    def part(name: str, **more: str) -> dict[str, Any]:
        return marks(data_part=name, **more)

    track = marks(
        aria_valuemin="0", aria_valuemax="100", aria_valuenow="0", aria_label=ctx.t("deliveries.upload.title")
    )
    bar = html.Div(html.I(**part("fill")), className="gx-progress", role="progressbar", **part("track"), **track)
    choose = html.Button(ctx.t("deliveries.upload.choose"), type="button", className="gx-btn main", **part("choose"))
    stop = html.Button(ctx.t("common.cancel"), type="button", className="gx-btn small", hidden=True, **part("stop"))
    chosen = dcc.RadioItems(options, options[-1]["value"], id=Ids.SOURCE, className="gx-checks", inline=True)
    source = html.Div([html.Span(ctx.t("deliveries.upload.source"), className="gx-sub"), chosen], className="gx-row")
    body = [
        source,
        html.Div([choose, html.Span(ctx.t("deliveries.upload.drop"), className="gx-sub")], className="gx-row"),
        html.Div([bar, html.Div([html.Span(className="gx-sub", **part("text")), stop], className="gx-row")], hidden=True, **part("bar")),
        html.P(**part("said"), role="status"),
    ]  # fmt: skip
    why = ctx.t("deliveries.upload.why", limit=megabytes(ctx.settings.upload_limit))
    return frame.card(
        ctx.t("deliveries.upload.title"), html.Div(body, id=Ids.UPLOAD, className="gx-upload", **told), why=why
    )


def came_again(ctx: Ctx) -> dict[int, rows.JobRow]:
    """The batches whose very content was sent again, each with the newest job that found nothing to do for it."""
    sent = rows.recent(ctx.connection, LOOKED_AT, ["receive_delivery"], statuses=["done"])
    told = [(row.result or {}, row) for row in reversed(sent)]
    return {int(result["batch_id"]): row for result, row in told if result.get("already")}


def again_words(ctx: Ctx, row: rows.JobRow | None) -> str | None:
    """When the same delivery came once more and by whom, and that it changed nothing."""
    if row is None:
        return None
    at = minute(ctx.local(row.finished_at))
    return ctx.t("deliveries.again", at=at, who=who(ctx, row.submitted_by))


def _ledger(ctx: Ctx, found: Sequence[Batch], again: dict[int, rows.JobRow], page: int, total: int) -> Component:
    title, why = ctx.t("deliveries.ledger"), ctx.t("deliveries.ledger_why")
    if not found:
        return frame.card(title, status.empty(ctx.t("deliveries.none"), ctx.t("deliveries.none_what")), why=why)
    names = (
        "batch", "from", "business_date", "state", "rows_in", "rows_loaded", "rows_rejected", "rows_duplicate", "balance", "received",
    )  # fmt: skip
    heads = [
        html.Th(ctx.t(f"deliveries.head.{name}"), scope="col", className="n" if name.startswith("rows") else "")
        for name in names
    ]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_line(ctx, batch, again.get(batch.batch_id)) for batch in found])],
        className="gx-table",
    )
    pages = pager(ctx.language, page, total, PAGE_SIZE, lambda at: f"{PATH}?page={at}" if at > 1 else PATH)
    return frame.card(title, [html.Div(table, className="gx-scroll"), pages], why=why)


def _line(ctx: Ctx, batch: Batch, again: rows.JobRow | None) -> Component:
    counts = ("rows_in", "rows_loaded", "rows_rejected", "rows_duplicate")
    once_more = again_words(ctx, again)
    return html.Tr(
        [
            html.Td(dcc.Link(f"#{batch.batch_id}", href=f"{PATH}/{batch.batch_id}"), className="w"),
            html.Td(_from(ctx, batch), className="w"),
            html.Td(day(batch.business_date), className="w"),
            html.Td(state(ctx, batch)),
            *(html.Td(number(getattr(batch, name)), className="n") for name in counts),
            html.Td([balance(ctx, batch), html.Div(once_more, className="gx-sub") if once_more else None]),
            html.Td(
                [
                    who(ctx, batch.received_by),
                    html.Div(minute(ctx.local(batch.received_at)), className="gx-sub"),
                ],
                className="w",
            ),
        ]
    )


def source_words(ctx: Ctx, name: str) -> str:
    """What people call a way of sending: a source nobody has named yet goes by its bank, or by its file's name."""
    key = f"deliveries.source.{name}"
    if translations.has(key):
        return ctx.t(key)
    return load_source(name).bank if name in source_names() else name


def _from(ctx: Ctx, batch: Batch) -> list[Component | str]:
    """The bank with its way of sending; of a delivery that was refused unread no bank is known."""
    form = source_words(ctx, batch.source)
    return [batch.bank, html.Div(form, className="gx-sub")] if batch.bank and batch.state in BOOKED else [form]


def state(ctx: Ctx, batch: Batch) -> Component:
    """The state in a word; why it was refused when pointed at."""
    key = "held" if batch.held else batch.state
    return status.chip(ctx.t(f"deliveries.state.{key}"), TONES[batch.state], title=sentence(ctx, batch))


def balance(ctx: Ctx, batch: Batch) -> Component:
    """Whether every row is accounted for, and the bank's control totals agree. Of what was refused nothing was
    booked: why stands here instead."""
    if batch.state not in BOOKED:
        return html.Span(sentence(ctx, batch) or "—", className="gx-sub")
    whole = batch.rows_in == batch.rows_loaded + batch.rows_rejected + batch.rows_duplicate
    key, tone = ("balanced", "good") if whole else ("torn", "bad")
    parts = [status.chip(ctx.t(f"deliveries.{key}"), tone, title=ctx.t("deliveries.balance_rule"))]
    if totals := control_totals(ctx, batch):
        parts.append(status.chip(*totals))
    return html.Div(parts, className="gx-row")


def control_totals(ctx: Ctx, batch: Batch) -> tuple[str, str] | None:
    """What came of comparing the bank's own totals, and its tone; None when the delivery brought none."""
    found = batch.detail.get("control_totals") or {}
    compared, uncompared = int(found.get("compared") or 0), len(found.get("uncompared") or ())
    if not compared and not uncompared:
        return None
    if uncompared:
        return ctx.t("deliveries.totals_partly", count=compared, left=uncompared), "warn"
    return ctx.t("deliveries.totals_agree", count=compared), "good"


def sentence(ctx: Ctx, batch: Batch) -> str | None:
    """What a reader should know of it, in their language where the ledger has both."""
    return str(batch.detail.get(ctx.language) or "") or batch.sentence
