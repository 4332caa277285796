"""Customer 360: the page of one customer, its movements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import Input, Output, State, no_update
from dash import ctx as dash_ctx
from dash.development.base_component import Component

from domain import standing
from domain.credit.overrides import IN_FORCE, LADDER, Override
from portal import report_button
from portal.access import Bind, Ctx
from portal.address_numbers import page_in
from portal.callbacks import customer_company as company
from portal.callbacks import customer_override as override_form
from portal.customer_words import words_of
from portal.layouts import customer as page
from portal.layouts import (
    customer_behaviour,
    customer_company,
    customer_contribution,
    customer_history,
    customer_movements,
    customer_outlook,
    customer_overview,
    customer_peers,
    customer_products,
    customer_rating,
    customer_reports,
)
from portal.layouts.customer import Ids, View
from store import audit, customers, overrides
from store.database import Connection, writing
from store.picture import PictureOnShow
from warehouse.batches import folder_of
from warehouse.movements import LARGEST_PAGE, recent
from warehouse.picture import Picture

TABS = {
    "overview": customer_overview.tab, "products": customer_products.tab, "behaviour": customer_behaviour.tab,
    "company": customer_company.tab, "contribution": customer_contribution.tab, "rating": customer_rating.tab,
    "outlook": customer_outlook.tab, "peers": customer_peers.tab, "history": customer_history.tab,
    "reports": customer_reports.tab,
}  # fmt: skip

KIND = "customer"  # what the trail says these acts were done to


def show(ctx: Ctx, who: dict[str, Any] | None) -> tuple[Component, Any]:
    """Head and body. The view is on the audit trail, and so is one that was refused.

    The customer is read and the trail written in one transaction, committed before the page is put together: a database
    that takes one writer at a time must not wait for that.
    """
    customer_id, tab = str((who or {}).get("customer") or ""), str((who or {}).get("tab") or "")
    tab, picture = tab if tab in TABS else "overview", ctx.picture
    with writing(ctx.engine) as connection:
        one = customers.customer(connection, ctx.scope, customer_id) if picture else None
        _note(ctx, connection, "customer.view" if one else "customer.refused", customer_id[:64], tab=tab)
    if picture is None or one is None:
        return page.refused(ctx), None
    tab = tab if tab in page.tabs_of(one.kind) else "overview"
    view = replace(view_of(ctx, one, picture), page=page_in((who or {}).get("page")))
    return page.head(ctx, view, tab), [*TABS[tab](ctx, view), customer_overview.as_of_line(ctx, view)]


def _note(ctx: Ctx, connection: Connection, action: str, customer_id: str, **detail: Any) -> None:
    audit.write(connection, ctx.now, ctx.viewer.login, action, KIND, customer_id, detail, ctx.address)


def view_of(ctx: Ctx, one: customers.Customer, picture: PictureOnShow) -> View:
    """All that the tabs show, read in this transaction."""
    words = words_of(ctx)
    held = customers.accounts(ctx.connection, one.customer_id)
    currency = picture.currency or (held[0].currency if held else ctx.settings.currency)
    proposed = overrides.of_customer(ctx.connection, one.customer_id)
    held_by = next((each for each in proposed if each.state_on(ctx.now.date()) == IN_FORCE), None)
    scale = overrides.ladder(ctx.connection) if held_by else LADDER
    segment = standing.segment_of(
        tier=one.tier, life_cycle=one.life_cycle, cluster=one.segment, rfm=one.rfm, why=one.segment_why,
        features=one.features, model=words.model, currency=currency, language=ctx.language,
    )  # fmt: skip
    rating = standing.rating_of(
        grade=one.grade, score=one.score, pd=one.pd, points=one.rating_points, reasons=one.rating_reasons,
        currency=currency, language=ctx.language, override=_local(ctx, held_by), ladder=scale,
    )  # fmt: skip
    return View(
        one, held, customers.loans(ctx.connection, one.customer_id), customers.cards(ctx.connection, one.customer_id),
        customers.months(ctx.connection, one.customer_id), segment, rating,
        standing.activity_of(one.features, one.activity_hours), words, picture.as_of, currency,
        (picture.segmentation_version, picture.credit_version), overrides=proposed,
    )  # fmt: skip


def _local(ctx: Ctx, one: Override | None) -> Override | None:
    """With its days as the bank counts them."""
    if one is None:
        return None
    return replace(one, proposed_at=one.proposed_at.astimezone(ctx.now.tzinfo), decided_at=ctx.local(one.decided_at))


def movements(ctx: Ctx, place: dict[str, int] | None, who: dict[str, Any] | None) -> tuple[Component, bool, bool, Any]:
    """One page of movements, from the batches of the picture on show; whether it is the first and the last; which it is.

    A page beyond the last is the last: there is nothing to see beyond, and nothing to put on the trail.

    The batches are read outside the database's writing transaction, which would keep everybody else waiting; the audit
    row is committed before anything is shown.
    """
    customer_id = str((who or {}).get("customer") or "")
    picture, one = ctx.picture, customers.customer(ctx.connection, ctx.scope, customer_id)
    if picture is None or one is None:
        return page.refused(ctx), True, True, no_update
    first = max(int((place or {}).get("first", 0)), 0)
    count = min(max(int((place or {}).get("rows", customer_movements.PAGE)), 1), LARGEST_PAGE)
    own = [account.account_id for account in customers.accounts(ctx.connection, customer_id)]
    batches = Picture(tuple(folder_of(ctx.settings.warehouse, batch) for batch in picture.batches))
    found = recent(batches, own, picture.as_of, count, first)
    if not found.rows and found.total:
        first = (found.total - 1) // count * count
        found = recent(batches, own, picture.as_of, count, first)
    with writing(ctx.engine) as connection:
        _note(ctx, connection, "customer.movements", customer_id, first=first, shown=len(found.rows))
    shown = customer_movements.rows(ctx, words_of(ctx), found.rows, found.total, first)
    return shown, first == 0, first + len(found.rows) >= found.total, {"first": first, "rows": count}


def turn(_ctx: Ctx, _newer: int, _older: int, place: dict[str, int]) -> dict[str, int]:
    """The page that was pressed for."""
    return turned(place, older=dash_ctx.triggered_id == Ids.OLDER)


def turned(place: dict[str, int], older: bool) -> dict[str, int]:
    """The page after or before; there is none before the first."""
    return {**place, "first": max(place["first"] + (place["rows"] if older else -place["rows"]), 0)}


def register(bind: Bind) -> None:
    """Attach them."""
    bind(
        show, output=[Output(Ids.HEAD, "children"), Output(Ids.BODY, "children")], inputs=[Input(Ids.WHO, "data")],
        permission="customers.view",
    )  # fmt: skip
    bind.clientside("customer.tab", output=Output(Ids.HEAD, "data-tab"), inputs=[Input(Ids.HEAD, "children")])
    bind(
        movements, inputs=[Input(Ids.MOVEMENTS_PAGE, "data")], states=[State(Ids.WHO, "data")], permission="customers.view",
        output=[Output(Ids.MOVEMENTS, "children"), Output(Ids.NEWER, "disabled"), Output(Ids.OLDER, "disabled"),
                Output(Ids.MOVEMENTS_SHOWN, "data")],
    )  # fmt: skip
    bind.clientside(
        "customer.address", output=Output(Ids.MOVEMENTS, "data-page"), inputs=[Input(Ids.MOVEMENTS_SHOWN, "data")],
        states=[State(Ids.WHO, "data")], prevent_initial_call=True,
    )  # fmt: skip
    bind(
        turn, output=Output(Ids.MOVEMENTS_PAGE, "data"), inputs=[Input(Ids.NEWER, "n_clicks"), Input(Ids.OLDER, "n_clicks")],
        states=[State(Ids.MOVEMENTS_SHOWN, "data")], permission="customers.view", prevent_initial_call=True,
    )  # fmt: skip
    report_button.register(bind, page.STEM, report_button.for_customer, "reports.customer")
    report_button.register(bind, customer_rating.CREDIT_STEM, report_button.for_credit, "reports.credit")
    override_form.register(bind)
    company.register(bind)
