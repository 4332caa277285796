"""The company's part of the customer 360."""

from __future__ import annotations

from typing import Any

from dash import Input, Output
from dash.development.base_component import Component

from portal.access import Bind, Ctx
from portal.company_question import company
from portal.layouts import customer as whole
from portal.layouts import customer_company as page
from portal.layouts.customer import Ids
from portal.layouts.customer_company import Ids as OwnIds
from store import customers


def show(ctx: Ctx, who: dict[str, Any] | None) -> Component | list[Component]:
    """What the company does, read anew for the viewer's scope; the view itself is on the trail (callbacks/customer.py)."""
    picture = ctx.picture
    one = customers.customer(ctx.connection, ctx.scope, str((who or {}).get("customer") or "")) if picture else None
    if picture is None or one is None or one.kind != "corporate":
        return whole.refused(ctx)
    return page.body(ctx, company(ctx, one, picture, ctx.currency), ctx.currency)


def register(bind: Bind) -> None:
    """Attach it."""
    bind(show, output=Output(OwnIds.BODY, "children"), inputs=[Input(Ids.WHO, "data")], permission="customers.view")
