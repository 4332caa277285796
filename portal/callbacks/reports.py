"""Reports: the list, and making a month's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.standing import cluster_name, clusters_of
from portal import report_button
from portal.access import Bind, Ctx
from portal.address_numbers import number_in
from portal.downloads import kinds_open_to
from portal.layouts import reports as page
from portal.layouts.reports import PAGE_SIZE, STEMS, Ids
from portal.report_button import Outcome
from portal.widgets import frame, status
from store.branches import branches_in
from store.customers import segmentation_model
from store.reports import shelf


def show_list(ctx: Ctx, asked: Mapping[str, Any] | None) -> Component:
    """The papers that fit, newest first."""
    told = asked or {}
    kinds = kinds_open_to(ctx)
    kind = told.get("kind") if told.get("kind") in kinds else ""
    words, first = str(told.get("q") or ""), _first(told.get("first"))
    papers, total = shelf(
        ctx.connection, ctx.scope, kinds, kind=kind or None, words=words, limit=PAGE_SIZE, offset=first
    )
    return page.listed(ctx, papers, total, kinds, kind or "", words, first)


def _first(told: Any) -> int:
    return number_in(told) or 0


def show_new(ctx: Ctx, paper: int | None, asked: Mapping[str, Any] | None) -> Component:
    """The list once more when a report has been made."""
    if paper is None:
        raise PreventUpdate
    return show_list(ctx, asked)


def show_maker(ctx: Ctx, _asked: Any) -> Component:
    """What a month's report may be about."""
    if ctx.picture is None:
        return frame.card(None, status.empty(ctx.t("common.empty_picture"), ctx.t("common.empty_picture_what")))
    model = segmentation_model(ctx.connection)
    names = [(str(number), cluster_name(number, model, ctx.language)) for number in sorted(clusters_of(model))]
    branches = branches_in(ctx.connection, ctx.scope)
    return page.maker(ctx, ctx.picture.months, ctx.picture.opening_month, branches, names)


def make(ctx: Ctx, clicks: int | None, month: str | None, branch_id: str | None, language: str | None) -> Outcome:
    """Enter the job for the month and branch that are chosen."""
    if not clicks:
        raise PreventUpdate
    return report_button.of_month(ctx, month, branch_id, _language(ctx, language))


def make_branch(
    ctx: Ctx, clicks: int | None, month: str | None, branch_id: str | None, language: str | None
) -> Outcome:
    """Enter the job for the performance of the branch that is chosen."""
    if not clicks:
        raise PreventUpdate
    return report_button.of_branch(ctx, month, branch_id, _language(ctx, language))


def make_segment(
    ctx: Ctx, clicks: int | None, branch_id: str | None, segment: str | None, language: str | None
) -> Outcome:
    """Enter the job for the segments of the branch that is chosen, or for one of them."""
    if not clicks:
        raise PreventUpdate
    return report_button.of_segment(ctx, branch_id, segment, _language(ctx, language))


def _language(ctx: Ctx, language: str | None) -> str:
    return language if language in page.LANGUAGE_NAMES else ctx.language


def register(bind: Bind) -> None:
    """Attach them."""
    asked = Input(Ids.ASKED, "data")
    bind(show_list, output=Output(Ids.LIST, "children"), inputs=[asked], permission="reports.view")
    bind(show_maker, output=Output(Ids.MAKER, "children"), inputs=[asked], permission="reports.management")
    for stem in STEMS.values():
        bind(
            show_new, output=Output(Ids.LIST, "children", allow_duplicate=True),
            inputs=[Input(report_button.Ids(stem).paper, "data")], states=[State(Ids.ASKED, "data")],
            permission="reports.view", prevent_initial_call=True,
        )  # fmt: skip
    month, branch, segment, language = (
        State(ident, "value") for ident in (Ids.MONTH, Ids.BRANCH, Ids.SEGMENT, Ids.LANGUAGE)
    )
    papers = (
        ("month", make, (month, branch, language)), ("branch", make_branch, (month, branch, language)),
        ("segment", make_segment, (branch, segment, language)),
    )  # fmt: skip
    for kind, press, chosen in papers:
        report_button.register(bind, STEMS[kind], press, "reports.management", chosen)
