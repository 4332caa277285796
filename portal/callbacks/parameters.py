"""Parameters: proposed by one, approved by another; the store refuses the first one's own approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.contribution.cells import differences
from domain.contribution.parameters import ContributionParameters
from domain.contribution.timeline import Dated
from domain.credit.grades import Masterscale
from domain.plain import to_plain
from portal import background
from portal.access import Bind, Ctx, Refusal
from portal.callbacks.parameters_limits import register_limits
from portal.layouts import parameters as page
from portal.layouts import parameters_masterscale as scale
from portal.layouts.parameters import PATH, Ids
from portal.layouts.parameters_decision import MOST_REASON
from portal.layouts.parameters_tables import box
from portal.parameter_form import parameters_of
from portal.widgets import frame
from store import parameters as store
from store.parameters import CONTRIBUTION, MASTERSCALE, ParameterRefused, ParameterVersion

LONGEST_DAY = 20
Sent = tuple[str, None]  # where the page goes, and no word of a refusal beside the form


def _proposed(
    ctx: Ctx, base: int, valid_from: str | None, values: Sequence[Any], idents: Sequence[Any]
) -> tuple[date, ContributionParameters, Dated | None]:
    """The day, the figures as the boxes have them, and what holds from that day without them. Refusal names what is wrong."""
    chosen = page.chosen_of(ctx, str(base), None)
    day = _day(valid_from)
    boxes = {str(ident["cell"]): value for ident, value in zip(idents, values, strict=True)}
    own = parameters_of(ctx, chosen.parameters, boxes)
    row = ParameterVersion(0, CONTRIBUTION, 1 << 30, day, {}, "", "proposed", "", ctx.now, None, None, None)
    return day, own, store.replaced(ctx.connection, row, own.currency)


def _day(text: str | None) -> date:
    written = (text or "").strip()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal("parameters.bad.day", text=written[:LONGEST_DAY]) from error


def check(
    ctx: Ctx, clicks: int, base: int, valid_from: str | None, values: Sequence[Any], idents: Sequence[Any]
) -> Component:
    """What would be proposed, beside what holds then, or what is wrong with it, in one place: nothing is written."""
    if not clicks:
        raise PreventUpdate
    try:
        _, own, before = _proposed(ctx, base, valid_from, values, idents)
    except Refusal as refusal:
        return html.P(ctx.t(refusal.key, **refusal.values), className="gx-alert bad", role="alert")
    if before is None:
        return html.P(ctx.t("parameters.first"), className="gx-alert", role="status")
    return page.difference_table(ctx, before, own)


def propose(
    ctx: Ctx, clicks: int, base: int, valid_from: str | None, reason: str | None, values: Sequence[Any], idents: Sequence[Any]
) -> Sent:  # fmt: skip
    """Keep the proposal and go to it."""
    if not clicks:
        raise PreventUpdate
    day, own, before = _proposed(ctx, base, valid_from, values, idents)
    if before is not None and not differences(before.parameters, own):
        raise Refusal("parameters.refused.nothing_changed", before=before.version)
    said = (reason or "").strip()[:MOST_REASON]
    try:
        made = store.propose(
            ctx.connection, CONTRIBUTION, day, to_plain(own), said, ctx.viewer.login, ctx.now, ctx.address
        )
    except ParameterRefused as refused:
        raise _refusal(refused) from refused
    row = store.version(ctx.connection, made)
    return f"{PATH}?version={row.version if row else ''}", None


def _refusal(refused: ParameterRefused) -> Refusal:
    return Refusal(f"parameters.refused.{refused.key}", sentence=str(refused))


def approve(ctx: Ctx, clicks: int, version_id: int, reason: str | None) -> Sent:
    """Make it hold from its day on. Refused to who proposed it."""
    if not clicks:
        raise PreventUpdate
    said = (reason or "").strip()[:MOST_REASON]
    if not said:
        raise Refusal("parameters.refused.reason_needed")
    return _decided(ctx, store.approve, version_id, said)


def reject(ctx: Ctx, clicks: int, version_id: int, reason: str | None) -> Sent:
    """Turn it down with a reason; who proposed it withdraws it so."""
    if not clicks:
        raise PreventUpdate
    return _decided(ctx, store.reject, version_id, (reason or "").strip()[:MOST_REASON])


def _decided(ctx: Ctx, act: Any, version_id: int, reason: str) -> Sent:
    try:
        act(ctx.connection, int(version_id), ctx.viewer.login, ctx.now, reason, ctx.address)
    except ParameterRefused as refused:
        raise _refusal(refused) from refused
    row = store.version(ctx.connection, int(version_id))
    asked = "version" if row is None or row.kind == CONTRIBUTION else row.kind  # masterscale, limits: below it
    return f"{PATH}?{asked}={row.version if row else ''}", None


def propose_scale(
    ctx: Ctx, clicks: int, valid_from: str | None, reason: str | None, values: Sequence[Any], idents: Sequence[Any]
) -> Sent:  # fmt: skip
    """Keep a proposal of other bounds between the grades."""
    if not clicks:
        raise PreventUpdate
    day = _day(valid_from)
    boxes = {str(ident["grade"]): value for ident, value in zip(idents, values, strict=True)}
    known = Masterscale().grades
    bounds = tuple(_bound(grade, boxes.get(grade)) for grade in known[:-1])
    if any(low >= high for low, high in pairwise((0.0, *bounds, 1.0))):
        raise Refusal("parameters.bad.rising")
    _, before = store.masterscale_at(ctx.connection, day)
    if before.bounds == bounds:
        raise Refusal("parameters.refused.same_scale")
    said = (reason or "").strip()[:MOST_REASON]
    plain = to_plain(Masterscale(known, bounds))
    try:
        made = store.propose(ctx.connection, MASTERSCALE, day, plain, said, ctx.viewer.login, ctx.now, ctx.address)
    except ParameterRefused as refused:
        raise _refusal(refused) from refused
    row = store.version(ctx.connection, made)
    return f"{PATH}?masterscale={row.version if row else ''}", None


def _bound(grade: str, text: Any) -> float:
    """A PD in percent as it was written, as a share."""
    written = str(text or "").strip().removesuffix("%").strip()[:LONGEST_DAY]
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Refusal("parameters.bad.number", cell=grade, text=written)
    return float(found / 100)


def compute(ctx: Ctx, clicks: int) -> str:
    """Work contribution out with what is approved now; on to the job."""
    if not clicks:
        raise PreventUpdate
    return f"/admin/jobs/{background.start(ctx, 'contribute', {}).job_id}"


def register(bind: Bind) -> None:
    """Attach them."""
    place = Output(frame.PLACE, "href", allow_duplicate=True)
    boxes = [State(box(ALL), "value"), State(box(ALL), "id")]
    base, day = State(Ids.BASE, "data"), State(Ids.VALID_FROM, "value")
    bind(
        check, output=Output(Ids.CHECKED, "children"), inputs=[Input(Ids.CHECK, "n_clicks")], states=[base, day, *boxes],
        permission="parameters.propose", prevent_initial_call=True,
    )  # fmt: skip
    # What was checked is no longer what the boxes hold, nor what the next act speaks of.
    bind.clientside(
        "parameters.stale", output=Output(Ids.CHECKED, "children", allow_duplicate=True),
        inputs=[Input(box(ALL), "value"), Input(Ids.VALID_FROM, "value"), Input(Ids.PROPOSE, "n_clicks")],
        prevent_initial_call=True,
    )  # fmt: skip
    told = {ids: Output(ids.TOLD, "children", allow_duplicate=True) for ids in (Ids, scale.Ids)}
    bind(
        propose, output=[place, told[Ids]], inputs=[Input(Ids.PROPOSE, "n_clicks")],
        states=[base, day, State(Ids.REASON, "value"), *boxes], permission="parameters.propose", writes=True,
        prevent_initial_call=True,
    )  # fmt: skip
    bind(
        propose_scale, output=[place, told[scale.Ids]], inputs=[Input(scale.Ids.PROPOSE, "n_clicks")],
        states=[
            State(scale.Ids.VALID_FROM, "value"), State(scale.Ids.REASON, "value"), State(scale.box(ALL), "value"),
            State(scale.box(ALL), "id"),
        ],
        permission="parameters.propose", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    for handler, button in ((approve, scale.Ids.APPROVE), (reject, scale.Ids.REJECT)):
        bind(
            handler, output=[place, told[scale.Ids]], inputs=[Input(button, "n_clicks")],
            states=[State(scale.Ids.VERSION, "data"), State(scale.Ids.DECISION, "value")],
            permission="parameters.approve", writes=True, prevent_initial_call=True,
        )  # fmt: skip
    for handler, button in ((approve, Ids.APPROVE), (reject, Ids.REJECT)):
        bind(
            handler, output=[place, told[Ids]], inputs=[Input(button, "n_clicks")],
            states=[State(Ids.VERSION, "data"), State(Ids.DECISION, "value")], permission="parameters.approve",
            writes=True, prevent_initial_call=True,
        )  # fmt: skip
    register_limits(bind, approve, reject)
    bind(
        compute, output=place, inputs=[Input(Ids.COMPUTE, "n_clicks")], permission="jobs.submit", writes=True,
        prevent_initial_call=True,
    )  # fmt: skip
