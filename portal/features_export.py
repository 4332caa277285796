"""The feature catalogue as a file: the features shown, in their order, with exact figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import flask

from domain.feature_profile import QUANTILES
from portal.access import Ctx, Refusal
from portal.export_question import require_exact
from portal.features_question import (
    Question,
    lines,
    meaning_of,
    name_of,
    profiles_of,
    question_of,
    sources_of,
    topic_of,
    unit_of,
)  # fmt: skip
from portal.table_file import SHARE, Cell, Head, TableFile, plain_heads, require_form, sent
from store.feature_profiles import Profiles

_HEADS = ("month", "name", "meaning", "topic", "unit", "sources", "customers", "missing", "mean")


def table(ctx: Ctx, kind: str) -> Any:
    """GET /features-export/<csv|xlsx>?branch=&month=&topic=&q=&sort=: on the audit trail."""
    require_form(kind)
    if ctx.picture is None or not ctx.scope.paths:
        raise Refusal("features.no_profiles")
    asked = question_of(ctx, flask.request.args)
    require_exact(asked.told)
    known = profiles_of(ctx, asked)
    if known is None:
        raise Refusal("features.no_profiles")
    rows = list(_rows(ctx, asked, known))
    ctx.audit(
        "features.export", "branch", asked.branch.branch_id, month=f"{known.as_of:%Y-%m}", format=kind, rows=len(rows)
    )
    # What a feature's own figures are in, its row says under the unit.
    heads = [Head(ctx.t(f"features.head.{head}"), SHARE if head == "missing" else "") for head in _HEADS]
    heads += plain_heads(ctx.t("features.quantile", share=f"{share:.0%}") for share in QUANTILES)
    heads.append(Head(ctx.t("features.head.drift")))
    sheet = f"{ctx.t('features.title')} {known.as_of:%Y-%m-%d}"
    return sent(ctx, kind, TableFile(f"features-{known.as_of:%Y%m%d}", sheet, heads, rows))


def _rows(ctx: Ctx, asked: Question, known: Profiles) -> Iterator[list[Cell]]:
    for line in lines(ctx, asked, known):
        feature, told = line.feature, line.profile
        yield [
            known.as_of, name_of(ctx, feature), meaning_of(ctx, feature), topic_of(ctx, feature), unit_of(ctx, feature),
            sources_of(ctx, feature), told.customers, _exact(told.missing_share), _exact(told.mean),
            *(_exact(line.quantile(share)) for share in QUANTILES), _exact(told.drift),
        ]  # fmt: skip


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.6f}")
