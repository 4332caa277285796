"""One delivery: its files to the byte, its rows to the last, what was rejected and why; rolled back and forward."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import flask
from dash import dcc, html
from dash.development.base_component import Component

from domain.deliveries import Batch, DeliveredFile
from domain.phrasing import day, minute, money, number
from portal import translations
from portal.access import Ctx, Refusal
from portal.actors import who
from portal.address_numbers import number_in
from portal.export_question import require_exact
from portal.layouts.deliveries import (
    BOOKED,
    PATH,
    again_words,
    balance,
    came_again,
    control_totals,
    sentence,
    source_words,
    state,
)
from portal.widgets import frame, status
from portal.widgets.lists import facts
from portal.widgets.marks import marks
from store import ledger
from warehouse.batches import rejects_csv, rejects_path
from warehouse.rejects import Reject

SHOWN_AT_ONCE = 50
SHOWN_IN_ALL = 200
TURNS = {"loaded": "back", "rolled_back": "forward"}


class Ids:
    """Of this page."""

    BATCH = "delivery-batch"
    REASON = "delivery-reason"
    TURN = "delivery-turn"
    SHOW = "delivery-show"
    MORE = "delivery-more"
    REJECTS = "delivery-rejects"


def found(ctx: Ctx, batch_id: str | int) -> Batch:
    """The batch of a number as it stands in an address. Refusal when there is none."""
    number = number_in(batch_id)
    batch = None if number is None else ledger.batch(ctx.connection, number)
    if batch is None:
        raise Refusal("deliveries.refused.none", batch=str(batch_id)[:20])
    return batch


def layout(ctx: Ctx, batch_id: str) -> Component:
    """Standing, files, rejects; what can be done with it at the right."""
    batch = found(ctx, batch_id)
    back = dcc.Link(ctx.t("delivery.back"), href=PATH, className="gx-btn")
    bank = batch.bank if batch.bank and batch.state in BOOKED else source_words(ctx, batch.source)
    context = f"{bank} · {ctx.t('delivery.as_of', day=day(batch.business_date))}"
    turning = _turning(ctx, batch)
    first = [_standing(ctx, batch), turning] if turning else [_standing(ctx, batch)]
    return frame.page(
        ctx.t("delivery.name", batch=batch.batch_id),
        context,
        [back],
        [
            dcc.Store(id=Ids.BATCH, data=batch.batch_id),
            html.Div(first, className="gx-grid-2" if turning else "gx-stack"),
            html.Div([_files(ctx, batch), _rejects(ctx, batch)], className="gx-stack"),
        ],
    )


def _standing(ctx: Ctx, batch: Batch) -> Component:
    pairs: list[tuple[str, Any]] = [
        ("received_by", who(ctx, batch.received_by)),
        ("received_at", minute(ctx.local(batch.received_at))),
        ("finished_at", minute(ctx.local(batch.finished_at))),
        ("source", source_words(ctx, batch.source)),
        ("content", html.Code(batch.content_hash[:16], title=batch.content_hash)),
    ]
    if batch.changed_at is not None:
        pairs.append(("changed", f"{minute(ctx.local(batch.changed_at))} · {who(ctx, batch.changed_by)}"))
    if (once_more := again_words(ctx, came_again(ctx).get(batch.batch_id))) is not None:
        pairs.append(("again", once_more))
    told = sentence(ctx, batch)
    tone = "bad" if batch.state in ("refused", "failed") else "warn"
    notice = html.P(told, className=f"gx-alert {tone}", role="note") if told else None
    body = [
        html.Div([state(ctx, batch), *([balance(ctx, batch)] if batch.state in BOOKED else [])], className="gx-row"),
        notice,
        _equation(ctx, batch) if batch.state in TURNS else None,
        facts([(ctx.t(f"delivery.{name}"), value) for name, value in pairs]),
    ]
    return frame.card(ctx.t("delivery.standing"), [part for part in body if part is not None])


def _equation(ctx: Ctx, batch: Batch) -> Component:
    """rows in = loaded + rejected + duplicate, in figures."""
    parts: list[Any] = []
    for sign, name in (("", "rows_in"), ("=", "rows_loaded"), ("+", "rows_rejected"), ("+", "rows_duplicate")):
        if sign:
            parts.append(html.Span(sign, className="gx-sign"))
        words = html.Div(ctx.t(f"deliveries.head.{name}"), className="gx-sub")
        parts.append(html.Div([html.Strong(number(getattr(batch, name))), words]))
    return html.Div(parts, className="gx-equation")


def _turning(ctx: Ctx, batch: Batch) -> Component | None:
    """The form that rolls it back or forward, where that is possible and allowed."""
    turn = TURNS.get(batch.state)
    if turn is None or not ctx.may("deliveries.roll_back"):
        return None
    words = "held" if batch.held else turn
    ask = ctx.t(f"delivery.ask_{words}", batch=batch.batch_id)
    reason = dcc.Textarea(id=Ids.REASON, className="gx-input", rows=2, maxLength=400)
    button = status.confirm(
        Ids.TURN, ctx.t(f"delivery.turn_{words}"), ask, "danger" if turn == "back" else "main", needs=Ids.REASON
    )
    return frame.card(
        ctx.t(f"delivery.turn_{words}"),
        html.Div(
            [html.Label([ctx.t("delivery.reason"), reason], className="gx-labelled"), button], className="gx-form"
        ),
        why=ctx.t(f"delivery.why_{words}"),
    )


def _files(ctx: Ctx, batch: Batch) -> Component:
    title = ctx.t("delivery.files", count=len(batch.files))
    if not batch.files:
        return frame.card(title, status.empty(ctx.t("delivery.no_files"), ctx.t("delivery.no_files_what")))
    numbers = ("bytes", "rows_in", "rows_loaded", "rows_rejected", "rows_duplicate")
    names = ("file", "tables", "encoding", *numbers, "totals", "hash")
    heads = [html.Th(_head(ctx, name), scope="col", className="n" if name in numbers else "") for name in names]
    rows = [_file(ctx, file, numbers) for file in batch.files]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    agreed = control_totals(ctx, batch)
    why = agreed[0] if agreed else ctx.t("delivery.no_control")
    return frame.card(title, html.Div(table, className="gx-scroll"), why=f"{why} · {ctx.t('delivery.files_why')}")


def _head(ctx: Ctx, name: str) -> str:
    return ctx.t(f"deliveries.head.{name}" if name.startswith("rows_") else f"delivery.head.{name}")


def _file(ctx: Ctx, file: DeliveredFile, numbers: Sequence[str]) -> Component:
    feeds = "、".join(_table(ctx, name) for name in file.tables.split(",") if name)
    return html.Tr(
        [
            html.Td(file.name, className="w"),
            html.Td(feeds or "—"),
            html.Td((file.encoding or "—").upper(), className="w"),
            *(html.Td(number(getattr(file, name)), className="n w") for name in numbers),
            html.Td([html.Div(words) for words in _totals(ctx, file)] or "—", className="gx-totals"),
            html.Td(html.Code(file.sha256[:12], title=file.sha256)),
        ]
    )


def _table(ctx: Ctx, name: str) -> str:
    key = f"deliveries.table.{name}"
    return ctx.t(key) if translations.has(key) else name


def _totals(ctx: Ctx, file: DeliveredFile) -> list[str]:
    """Sums of its amounts: 转入 177,366,296.30."""
    told = []
    for name, amount in file.totals.items():
        key = f"deliveries.total.{name.rpartition('.')[2]}"
        told.append(f"{ctx.t(key) if translations.has(key) else name} {money(Decimal(str(amount)))}")
    return told


def _rejects(ctx: Ctx, batch: Batch) -> Component | None:
    """They hold what the bank sent, so they are shown only when asked for, and that is put on the trail."""
    title = (
        ctx.t("delivery.rejects_count", count=number(batch.rows_rejected))
        if batch.rows_rejected
        else ctx.t("delivery.rejects")
    )
    if not batch.rows_rejected or rejects_path(ctx.settings.warehouse, batch.batch_id) is None:
        key = "rejects_gone" if batch.rows_rejected else "no_rejects" if batch.state in BOOKED else "refused_whole"
        return frame.card(title, status.empty(ctx.t(f"delivery.{key}"), ctx.t(f"delivery.{key}_what")))
    if not ctx.may("deliveries.rejects"):
        return frame.card(title, status.empty(ctx.t("delivery.rejects_closed"), ctx.t("delivery.rejects_closed_what")))
    show = html.Button(ctx.t("delivery.show_rejects"), id=Ids.SHOW, n_clicks=0, type="button", className="gx-btn")
    save = html.A(
        ctx.t("delivery.save_rejects"), href=f"{PATH}/{batch.batch_id}/rejects.csv", className="gx-btn", download=""
    )
    return frame.card(
        title,
        html.Div(id=Ids.REJECTS, **marks(aria_live="polite")),
        why=ctx.t("delivery.rejects_why"),
        actions=[show, save],
    )


def rejected(ctx: Ctx, rows: Sequence[Reject], total: int, page: int) -> Component:
    """A page of the rejects (the first is 0), and the way to the next among the first SHOWN_IN_ALL."""
    if not rows:
        return status.empty(ctx.t("delivery.no_rejects"), ctx.t("delivery.no_rejects_what"))
    heads = [
        html.Th(ctx.t(f"delivery.head.{name}"), scope="col", className="n" if name == "row" else "")
        for name in ("file", "row", "column", "value", "reason")
    ]
    lines = [
        html.Tr(
            [
                html.Td(row.file, className="w"), html.Td(number(row.row), className="n"), html.Td(row.column or "—", className="w"),
                html.Td(html.Code(row.value) if row.value else "—", className="gx-value"), html.Td(_reason(ctx, row)),
            ]
        )
        for row in rows
    ]  # fmt: skip
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="gx-table")
    first, end = page * SHOWN_AT_ONCE, min(total, SHOWN_IN_ALL)
    words = ctx.t("common.rows_of", first=number(first + 1), last=number(first + len(rows)), total=number(total))
    foot: list[Any] = [html.Span(words)]
    for label, to, there in (("previous", page - 1, page > 0), ("next", page + 1, first + len(rows) < end)):
        if there:
            foot.append(
                html.Button(ctx.t(f"common.{label}"), id=more(to), n_clicks=0, type="button", className="gx-btn small")
            )
    if total > SHOWN_IN_ALL:
        foot.append(html.Span(ctx.t("delivery.rest_in_file", count=SHOWN_IN_ALL)))
    return html.Div([html.Div(table, className="gx-scroll"), html.Div(foot, className="gx-pager")])


def more(page: Any) -> dict[str, Any]:
    """The button of a page of the rejects."""
    return {"type": Ids.MORE, "page": page}


def _reason(ctx: Ctx, row: Reject) -> list[Component | str]:
    key = f"deliveries.reject.{row.code}"
    if ctx.language == "zh" and translations.has(key):
        return [html.Span(ctx.t(key), title=row.reason)]
    return [row.reason]


def _chinese(code: str) -> str:
    """A reason in Chinese, by its code; the file gives it beside the English sentence, which names the particulars."""
    key = f"deliveries.reject.{code}"
    return translations.text("zh", key) if translations.has(key) else code


def rejects_file(ctx: Ctx, batch_id: str) -> Any:
    """GET …/rejects.csv: all of them, streamed, on the audit trail."""
    batch = found(ctx, batch_id)
    require_exact({})
    if rejects_path(ctx.settings.warehouse, batch.batch_id) is None:
        raise Refusal("deliveries.refused.no_rejects", batch=batch.batch_id)
    ctx.audit("deliveries.rejects.download", "batch", str(batch.batch_id), rows=batch.rows_rejected)
    name = f"rejects_{batch.batch_id}.csv"
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    pieces = rejects_csv(ctx.settings.warehouse, batch.batch_id, _chinese)
    return flask.Response(pieces, mimetype="text/csv", headers=told)
