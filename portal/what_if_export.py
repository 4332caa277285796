"""The answer to a what-if question as a workbook: figures by branch and product, or the customers who would move."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import flask

from domain.contribution.sums import sums_of
from domain.contribution.words import COMPONENT_WORDS
from domain.phrasing import choose
from portal.access import Ctx, Refusal
from portal.callbacks.what_if import answer_of, asked_of
from portal.customer_words import words_of
from portal.export_question import odd, require_exact
from portal.layouts.contribution_charts import STEPS
from portal.layouts.what_if_answer import band_word
from portal.table_file import Cell, Head, TableFile, money_heads, plain_heads, sent
from portal.what_if_question import Question
from store.customers import named
from store.lookup import place_names
from warehouse.contribution.what_if import WhatIf

PARTS = ("figures", "customers")
AT_ONCE = 500


def table(ctx: Ctx, part: str) -> Any:
    """GET /what-if-export/<figures|customers>?<question>: XLSX within scope, on the audit trail."""
    if part not in PARTS:
        raise Refusal("what_if.export_part")
    if part == "customers":
        ctx.require("customers.search")
    asked = asked_of(ctx, flask.request.args)
    require_exact({**dict(parse_qsl(asked.query())), "change": _changes_asked(asked)})
    answered = answer_of(ctx, asked)
    if answered is None:
        raise Refusal("what_if.not_yet")
    job_id, found = answered
    rows = found.lines.num_rows if part == "figures" else found.crossings.num_rows
    act = "what_if.export" if part == "figures" else "what_if.export_customers"
    ctx.audit(act, "branch", asked.branch.branch_id if asked.branch else None, job=job_id, format="xlsx", rows=rows)
    heads, body = (_figures if part == "figures" else _customers)(ctx, found)
    sheet = f"{ctx.t('what_if.title')} {ctx.t(f'what_if.sheet_{part}')}"
    return sent(ctx, "xlsx", TableFile(f"what-if-{part}-{asked.month:%Y%m}", sheet, heads, body))


def _changes_asked(asked: Question) -> str:
    """As they were asked: figures may be written in any order and form, but each must be one that can be changed."""
    if asked.odd:
        raise odd("change", asked.odd[0])
    return flask.request.args.get("change", "").strip()


def _figures(ctx: Ctx, found: WhatIf) -> tuple[list[Head], Iterator[list[Cell]]]:
    words, language = words_of(ctx), ctx.language
    names = place_names(ctx.connection, list(dict.fromkeys(found.lines["branch_id"].to_pylist())), [])
    parts = [choose(language, *COMPONENT_WORDS[name]) for name in (*STEPS, "contribution")]
    sides = [ctx.t("what_if.now"), ctx.t("what_if.then")]
    heads = plain_heads(ctx.t(f"contribution.head.{by}") for by in ("branch", "family", "kind"))
    heads += money_heads(f"{part} {side}" for side in sides for part in parts)

    def rows() -> Iterator[list[Cell]]:
        for row in found.lines.to_pylist():
            said: list[Cell] = [
                names.get(row["branch_id"], row["branch_id"]),
                words.family(row["family"]),
                words.kind(row["kind"]),
            ]
            yield said + [_money(row, side, name) for side in ("now", "then") for name in (*STEPS, "contribution")]

    return heads, rows()


def _money(row: dict[str, Any], side: str, name: str) -> Decimal:
    own = sums_of({each: Decimal(row[f"{side}_{each}"]).scaleb(-2) for each in STEPS})
    return Decimal(getattr(own, name))


def _customers(ctx: Ctx, found: WhatIf) -> tuple[list[Head], Iterator[list[Cell]]]:
    words = words_of(ctx)
    names = (
        "what_if.number",
        "contribution.head.customer",
        "contribution.head.kind",
        "what_if.band_now",
        "what_if.band_then",
    )
    heads = plain_heads(map(ctx.t, names)) + money_heads(map(ctx.t, ("what_if.now", "what_if.then")))

    rows: list[list[Cell]] = []  # all at once: the file is sent when the transaction that knows the names is over
    for batch in found.crossings.to_batches(max_chunksize=AT_ONCE):
        told = batch.to_pylist()
        who = named(ctx.connection, ctx.scope, [row["customer_id"] for row in told])
        for row in [row for row in told if row["customer_id"] in who]:
            name, kind = who[row["customer_id"]]
            rows.append([
                row["customer_id"], words.name(name, kind, row["customer_id"]), words.kind(kind),
                band_word(ctx, row["band_now"]), band_word(ctx, row["band_then"]), Decimal(row["now"]).scaleb(-2),
                Decimal(row["then"]).scaleb(-2),
            ])  # fmt: skip
    return heads, iter(rows)
