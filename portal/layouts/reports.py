"""Reports: every paper kept within the viewer's scope, and the maker of the monthly report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import day, minute, number
from domain.phrasing import month as month_words
from portal import report_button
from portal.access import Ctx
from portal.widgets import frame, pickers, status
from portal.widgets.marks import marks
from store.branches import Branch
from store.reports import BRANCH, CREDIT, CUSTOMER, MANAGEMENT, Paper

PATH, PAGE_SIZE, STEM = "/reports", 30, "reports"
# The papers made here, each with the stem of its button.
STEMS = {"month": STEM, "branch": "reports-branch", "segment": "reports-segment"}
LANGUAGE_NAMES = {"zh": "简体中文", "en": "English"}


class Ids:
    """Of this page."""

    ASKED = "reports-asked"
    LIST = "reports-list"
    MAKER = "reports-maker"
    MONTH = "reports-month"
    BRANCH = "reports-branch"
    SEGMENT = "reports-segment"
    LANGUAGE = "reports-language"


def layout(ctx: Ctx, kind: str = "", q: str = "", first: str = "0") -> Component:
    """The bones; maker and list come by callback. kind, q and first are the list's filter and page."""
    makes = ctx.may("reports.management")
    return frame.page(
        ctx.t("reports.title"),
        ctx.t("reports.context"),
        [html.A(ctx.t("reports.verify"), href="/verify", className="gx-btn")],
        [
            dcc.Store(id=Ids.ASKED, data={"kind": kind, "q": q, "first": first}),
            html.Div(frame.card(None, status.skeleton(2)), id=Ids.MAKER, className="gx-stack") if makes else None,
            html.Div(frame.card(None, status.skeleton(6)), id=Ids.LIST),
        ],
    )


def maker(
    ctx: Ctx,
    months: Sequence[date],
    opening: date | None,
    branches: Sequence[Branch],
    segments: Sequence[tuple[str, str]],
) -> Component:
    """What a paper may be about, and the papers there are to make; `opening` is the month chosen at first, segments are
    (number, name)."""
    top = min((branch.level for branch in branches), default=0)
    month = [{"label": month_words(end, ctx.language), "value": f"{end:%Y-%m}"} for end in reversed(months)]
    place = [{"label": "　" * (one.level - top) + one.name, "value": one.branch_id} for one in branches]
    told = [{"label": LANGUAGE_NAMES[language], "value": language} for language in LANGUAGE_NAMES]
    group = [{"label": ctx.t("reports.all_segments"), "value": ""}, *({"label": n, "value": v} for v, n in segments)]
    fields = [
        (Ids.MONTH, "month", month, f"{opening:%Y-%m}" if opening else None),
        (Ids.BRANCH, "branch", place, branches[0].branch_id if branches else None),
        (Ids.SEGMENT, "segment", group, ""),
        (Ids.LANGUAGE, "language", told, ctx.language),
    ]
    made = [
        html.Div(
            [
                html.Label(ctx.t(f"reports.{name}"), htmlFor=ident),
                dcc.Dropdown(
                    options, value, id=ident, clearable=False, searchable=name == "branch", labels=pickers.words(ctx)
                ),
            ],
            className="gx-field",
        )
        for ident, name, options, value in fields
    ]
    absent = None if segments else ctx.t("reports.no_segmentation")
    papers = [_catalogued(ctx, kind, stem, absent if kind == "segment" else None) for kind, stem in STEMS.items()]
    body = [html.Div(made, className="reports-make"), html.Div(papers, className="reports-papers")]
    return frame.card(ctx.t("reports.maker"), body, why=ctx.t("reports.maker_why"))


def _catalogued(ctx: Ctx, kind: str, stem: str, why_not: str | None) -> Component:
    """A paper of the catalogue: what it is, and the button that makes it."""
    words = [
        html.B(ctx.t(f"reports.catalogue.{kind}")),
        html.P(ctx.t(f"reports.catalogue_why.{kind}"), className="gx-sub"),
    ]
    button = report_button.shown(ctx, stem, ctx.t(f"reports.make_{kind}"), main=kind == "month", why_not=why_not)
    return html.Div([html.Div(words), button], className="reports-paper")


def listed(
    ctx: Ctx, papers: Sequence[Paper], total: int, kinds: Sequence[str], kind: str, words: str, first: int
) -> Component:
    """The list with its filter; why it is empty, and what to do."""
    head = html.Div([_kinds(ctx, kinds, kind, words), _words(ctx, kind, words)], className="gx-row reports-head")
    if not papers:
        return frame.card(ctx.t("reports.list"), [head, _empty(ctx, bool(kind or words))])
    why = ctx.t("reports.list_why", total=number(total))
    return frame.card(
        ctx.t("reports.list"), [head, table(ctx, papers), _pager(ctx, total, kind, words, first)], why=why
    )


def _address(kind: str, words: str, first: int = 0) -> str:
    told = {name: value for name, value in (("kind", kind), ("q", words), ("first", first or "")) if value}
    return f"{PATH}?{urlencode(told)}" if told else PATH


def _kinds(ctx: Ctx, kinds: Sequence[str], chosen: str, words: str) -> Component:
    if len(kinds) < 2:
        return html.Div()
    names = [("", ctx.t("reports.all_kinds")), *((kind, ctx.t(f"reports.kind.{kind}")) for kind in kinds)]
    links = [
        dcc.Link(name, href=_address(kind, words), className="gx-btn small main" if kind == chosen else "gx-btn small")
        for kind, name in names
    ]
    return html.Nav(links, className="gx-row", **marks(aria_label=ctx.t("reports.head.kind")))


def _words(ctx: Ctx, kind: str, words: str) -> Component:
    hint = ctx.t("reports.words")
    box = dcc.Input(name="q", value=words, type="search", placeholder=hint, className="gx-input short")
    parts: list[Any] = [box, html.Button(ctx.t("reports.find"), type="submit", className="gx-btn")]
    if kind:
        parts.append(dcc.Input(name="kind", value=kind, type="hidden"))
    return html.Form(
        parts, action=PATH, method="get", className="reports-filter", role="search", **marks(aria_label=hint)
    )


def _empty(ctx: Ctx, narrowed: bool) -> Component:
    if narrowed:
        clear = dcc.Link(ctx.t("reports.clear"), href=PATH, className="gx-btn")
        return status.empty(ctx.t("reports.none_fit"), ctx.t("reports.none_fit_what"), clear)
    who = "executive" if ctx.may("reports.management") else "staff" if ctx.may("reports.customer") else "other"
    return status.empty(ctx.t("reports.empty"), ctx.t(f"reports.empty_{who}"))


def table(ctx: Ctx, papers: Sequence[Paper]) -> Component:
    """Papers as rows, each downloadable again."""
    names = ("title", "kind", "as_of", "made", "by", "code", "size")
    heads = html.Tr([html.Th(ctx.t(f"reports.head.{name}"), scope="col") for name in names] + [html.Th("")])
    return html.Div(
        html.Table([html.Thead(heads), html.Tbody([_row(ctx, one) for one in papers])], className="gx-table gx-cards"),
        className="gx-scroll",
    )


def _row(ctx: Ctx, one: Paper) -> Component:
    here = f"/customers/{one.customer_id}" if one.kind in (CUSTOMER, CREDIT) and ctx.may("customers.view") else None
    if one.kind in (MANAGEMENT, BRANCH) and ctx.may("overview.view"):
        here = f"/overview?{urlencode({'branch': one.branch_id, 'month': f'{one.as_of:%Y-%m}'})}"
    size = ctx.t("reports.bytes_only", size=file_size(one.size))
    if one.pages:
        size = ctx.t("reports.pages", pages=one.pages, size=file_size(one.size))
    cells: list[Any] = [
        html.Td([dcc.Link(one.title, href=here) if here else one.title, html.Div(one.branch, className="gx-sub")]),
        html.Td(
            status.chip(ctx.t(f"reports.kind.{one.kind}"), "plain" if one.kind in (CUSTOMER, CREDIT) else "accent")
        ),
        html.Td(day(one.as_of), className="w", **_said(ctx, "as_of")),
        html.Td(minute(ctx.local(one.created_at)), className="w", **_said(ctx, "made")),
        html.Td(one.author or one.created_by, className="w", **_said(ctx, "by")),
        html.Td(
            html.A(one.code, href=f"/verify?{urlencode({'code': one.code})}", className="reports-code"),
            className="w",
            **_said(ctx, "code"),
        ),
        html.Td(size, className="w", **_said(ctx, "size")),
        html.Td(
            html.A(ctx.t("reports.download"), href=f"/files/{one.report_id}", className="gx-btn small"), className="w"
        ),
    ]
    return html.Tr(cells)


def _said(ctx: Ctx, name: str) -> dict[str, Any]:
    """The head of the column, for the narrow screen, where a row is a card."""
    return marks(data_head=ctx.t(f"reports.head.{name}"))


def file_size(size: int) -> str:
    """84 KB, 1.2 MB: whole kilobytes, a tenth of a megabyte."""
    return f"{max(1, round(size / 1000)):,} KB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def _pager(ctx: Ctx, total: int, kind: str, words: str, first: int) -> Component | None:
    if total <= PAGE_SIZE:
        return None
    shown = ctx.t("common.rows_of", first=first + 1, last=min(first + PAGE_SIZE, total), total=number(total))
    parts: list[Any] = [html.Span(shown)]
    if first > 0:
        parts.append(
            dcc.Link(
                ctx.t("common.previous"),
                href=_address(kind, words, max(first - PAGE_SIZE, 0)),
                className="gx-btn small",
            )
        )
    if first + PAGE_SIZE < total:
        parts.append(
            dcc.Link(ctx.t("common.next"), href=_address(kind, words, first + PAGE_SIZE), className="gx-btn small")
        )
    return html.Div(parts, className="gx-pager")
