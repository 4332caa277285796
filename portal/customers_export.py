"""Exports of the look-up: what the table shows, in its order, as CSV or XLSX; the viewer's scope and masks hold here too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import flask

from domain.masking import mask_id_number, mask_phone
from portal import table_file
from portal.access import Ctx
from portal.customer_question import question_of
from portal.customer_words import Words, words_of
from portal.export_question import require_exact, require_facets
from portal.table_file import MONEY, Cell, Head, TableFile
from store.lookup import Hit, everyone

IN_MONEY = ("aum", "deposits", "loans", "contribution_12m")
# (column of the page's catalogue, its value); money stays a number so that it can be added up.
COLUMNS: tuple[tuple[str, Callable[[Hit, Words], Cell]], ...] = (
    ("customer_id", lambda hit, _: hit.customer_id),
    ("name", lambda hit, words: words.name(hit.name, hit.kind, hit.customer_id)),
    ("kind", lambda hit, words: words.kind(hit.kind)),
    ("id_number", lambda hit, _: mask_id_number(hit.id_number)),
    ("phone", lambda hit, _: mask_phone(hit.phone)),
    ("branch", lambda hit, _: hit.branch_name),
    ("manager", lambda hit, _: hit.manager_name),
    ("tier", lambda hit, words: words.tier(hit.tier)),
    ("life_cycle", lambda hit, words: words.life_cycle(hit.life_cycle) if hit.life_cycle else None),
    ("segment", lambda hit, words: words.segment(hit.segment) if hit.segment is not None else None),
    ("grade", lambda hit, _: hit.grade),
    ("score", lambda hit, _: hit.score),
    ("aum", lambda hit, _: hit.aum),
    ("deposits", lambda hit, _: hit.deposits),
    ("loans", lambda hit, _: hit.loans),
    ("contribution_12m", lambda hit, _: hit.contribution_12m),
    ("days_past_due", lambda hit, _: hit.days_past_due),
    ("products_held", lambda hit, _: hit.products_held),
    ("last_own_movement_on", lambda hit, _: hit.last_own_movement_on),
    ("opened_on", lambda hit, _: hit.opened_on),
)


def customers(ctx: Ctx, kind: str) -> Any:
    """GET /customers-export/<csv|xlsx>?<question>: the file, on the audit trail with its number of rows."""
    table_file.require_form(kind)
    query = flask.request.query_string.decode("utf-8", "replace")
    asked, limit = question_of(query), table_file.MOST_ROWS + 1
    require_facets(ctx, asked.facets)
    require_exact({**dict(parse_qsl(asked.query())), "sort": asked.order})
    hits = everyone(
        ctx.connection, ctx.scope, asked.text, asked.facets, sort=asked.sort, descending=asked.descending, limit=limit
    )
    table_file.require_few(len(hits))
    ctx.audit("customers.export", "customers", None, format=kind, question=asked.query(), rows=len(hits))
    words = words_of(ctx)
    heads = [Head(ctx.t(f"customers.column.{name}"), MONEY if name in IN_MONEY else "") for name, _ in COLUMNS]
    rows = ([value(hit, words) for _, value in COLUMNS] for hit in hits)
    as_of = f"-{ctx.picture.as_of:%Y%m%d}" if ctx.picture else ""
    return table_file.sent(ctx, kind, TableFile(f"customers{as_of}", ctx.t("customers.title"), heads, rows))
