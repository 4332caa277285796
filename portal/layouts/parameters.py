"""Parameters: the dated versions contribution is worked out with, what each changes, and how a new one comes to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.contribution import defaults
from domain.contribution.cell_words import shown, title
from domain.contribution.cells import differences
from domain.contribution.parameters import ContributionParameters
from domain.contribution.timeline import BUILT_IN, Dated, valid_in
from domain.phrasing import choose, counted, day, minute
from domain.plain import from_plain
from portal.access import Ctx, Refusal
from portal.address_numbers import number_in
from portal.layouts.parameters_decision import MOST_REASON, decision, standing
from portal.layouts.parameters_limits import limits as limits_card
from portal.layouts.parameters_masterscale import masterscale as masterscale_card
from portal.layouts.parameters_tables import Sheet, tables
from portal.widgets import frame, status
from portal.widgets.lists import facts
from portal.widgets.marks import marks
from store import parameters as store
from store.parameters import CONTRIBUTION, ParameterVersion
from store.runs import Run, list_runs, published

PATH = "/admin/parameters"
RUNS_SHOWN = 4


class Ids:
    """Of this page."""

    BASE = "parameters-base"
    VERSION = "parameters-version"
    VALID_FROM = "parameters-valid-from"
    REASON = "parameters-reason"
    CHECK = "parameters-check"
    CHECKED = "parameters-checked"
    PROPOSE = "parameters-propose"
    APPROVE = "parameters-approve"
    REJECT = "parameters-reject"
    DECISION = "parameters-decision"
    COMPUTE = "parameters-compute"
    TOLD = "parameters-told"


@dataclass(frozen=True)
class Chosen:
    """A version as it is shown: its number (0 is what the product brings), its row if it has one, its figures."""

    number: int
    row: ParameterVersion | None
    parameters: ContributionParameters
    before: Dated | None

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.row is not None and self.row.state == "proposed"


def layout(ctx: Ctx, version: str = "", change: str = "", masterscale: str = "", limits: str = "") -> Component:
    """The versions, the runs that use them, and the chosen version: to read, or (`change`) to propose another from.

    masterscale, limits: that of the bounds of the grades, or of what a grade could be lent, which stand below, was just
    proposed or decided on; nothing is read.
    """
    timeline = _timeline(ctx)
    now = valid_now(ctx, timeline)
    form = change.isdecimal() and ctx.may("parameters.propose")
    chosen = chosen_of(ctx, change if form else version, now)
    actions = []
    if ctx.may("parameters.propose") and not form:
        word = ctx.t("parameters.change", version=chosen.number)
        actions.append(dcc.Link(word, href=f"{PATH}?change={chosen.number}", className="gx-btn main"))
    if ctx.may("contribution.view") and not form and chosen.number:
        href = f"/contribution/what-if?version={chosen.number}"
        actions.append(dcc.Link(ctx.t("parameters.try"), href=href, className="gx-btn"))
    below = _form(ctx, chosen) if form else _version(ctx, chosen, now)
    return frame.page(
        ctx.t("parameters.title"),
        ctx.t("parameters.context"),
        actions,
        [
            html.Div([_list(ctx, chosen, now, timeline), _runs(ctx, timeline)], className="gx-grid-2"),
            html.Div([*below, *([] if form else [masterscale_card(ctx), limits_card(ctx)])], className="gx-stack"),
        ],
    )


def _timeline(ctx: Ctx) -> tuple[Dated, ...]:
    try:
        return store.contribution_timeline(ctx.connection, ctx.currency)
    except KeyError:
        return ()


def valid_now(ctx: Ctx, timeline: Sequence[Dated]) -> Dated | None:
    """What the data on show goes by; None before the first approved version of a bank whose currency has no built-in ones."""
    try:
        return valid_in(timeline, ctx.data_day)
    except ValueError:
        return None


def chosen_of(ctx: Ctx, number: str, now: Dated | None) -> Chosen:
    """The version of this number; what the data on show goes by where the address says nothing. Refusal when there is none."""
    wanted = number_in(number)
    if number and wanted is None:
        raise Refusal("parameters.refused.no_such_version")
    if wanted is None:
        wanted = now.version if now is not None else BUILT_IN
    if wanted == BUILT_IN:
        return Chosen(BUILT_IN, None, _built_in(ctx), None)
    row = store.numbered(ctx.connection, CONTRIBUTION, wanted)
    if row is None:
        raise Refusal("parameters.refused.no_such_version")
    own = from_plain(ContributionParameters, row.parameters)
    return Chosen(wanted, row, own, store.replaced(ctx.connection, row, own.currency))


def _built_in(ctx: Ctx) -> ContributionParameters:
    """Those of the bank's currency; where there are none, a sheet of the same shape to start from."""
    own = defaults.BY_CURRENCY.get(ctx.currency, defaults.CNY)
    if own.currency == ctx.currency:
        return own
    return ContributionParameters(**{**fields_of(own), "currency": ctx.currency, "exchange": ()})


def fields_of(parameters: ContributionParameters) -> dict[str, Any]:
    """Its fields."""
    return {name: getattr(parameters, name) for name in parameters.__dataclass_fields__}


def _list(ctx: Ctx, chosen: Chosen, now: Dated | None, timeline: Sequence[Dated]) -> Component:
    rows = [_row(ctx, each, chosen, now) for each in store.versions(ctx.connection, CONTRIBUTION)]
    if any(each.version == BUILT_IN for each in timeline):
        current = now is not None and now.version == BUILT_IN
        chip = status.chip(ctx.t("parameters.now"), "good") if current else status.chip(ctx.t("parameters.built_in"))
        link = dcc.Link(ctx.t("parameters.number", version=BUILT_IN), href=f"{PATH}?version={BUILT_IN}")
        cells: list[Any] = [link, ctx.t("parameters.from_the_first"), chip, ctx.t("parameters.comes_with_it"), "—"]
        rows.append(html.Tr([html.Td(cell) for cell in cells], className="on" if chosen.number == BUILT_IN else ""))
    heads = [ctx.t(f"parameters.head.{name}") for name in ("version", "valid_from", "state", "proposed", "decided")]
    head = html.Tr([html.Th(name, scope="col") for name in heads])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="gx-table parameters-versions")
    return frame.card(
        ctx.t("parameters.versions"),
        html.Div(table, className="gx-scroll"),
        why=ctx.t("parameters.versions_why", day=day(ctx.data_day)),
    )


def _row(ctx: Ctx, each: ParameterVersion, chosen: Chosen, now: Dated | None) -> Component:
    said = [f"{each.proposed_by} · {minute(ctx.local(each.proposed_at))}", html.Div(each.reason, className="gx-sub")]
    decided: list[Any] = ["—"]
    if each.decided_by:
        decided = [f"{each.decided_by} · {minute(ctx.local(each.decided_at))}"]
        decided += [html.Div(each.decision_reason, className="gx-sub")] if each.decision_reason else []
    link = dcc.Link(ctx.t("parameters.number", version=each.version), href=f"{PATH}?version={each.version}")
    cells: list[Any] = [link, day(each.valid_from), _state(ctx, each, now), said, decided]
    on = each.version == chosen.number
    look = ("", "w", "w", "parameters-words", "parameters-words")
    drawn = [html.Td(cell, className=name) for cell, name in zip(cells, look, strict=True)]
    return html.Tr(drawn, className="on" if on else "", **(marks(aria_current="true") if on else {}))


def _state(ctx: Ctx, each: ParameterVersion, now: Dated | None) -> Component:
    return standing(ctx, each, now.version if now is not None else None, ctx.data_day)


def _runs(ctx: Ctx, timeline: Sequence[Dated]) -> Component:
    """Which run was made with which versions, and the button that makes an approved one count."""
    shown = published(ctx.connection, CONTRIBUTION)
    found = list_runs(ctx.connection, CONTRIBUTION, RUNS_SHOWN)
    if shown is not None and all(each.run_id != shown.run_id for each in found):
        found = [shown, *found]
    body: list[Component] = []
    missing = not_counted(timeline, shown)
    if missing:
        versions = choose(ctx.language, "、", ", ").join(str(each.version) for each in missing)
        body.append(html.P(ctx.t("parameters.not_counted", versions=versions), className="gx-alert warn", role="note"))
    if ctx.may("jobs.submit"):
        button = html.Button(ctx.t("parameters.compute"), id=Ids.COMPUTE, n_clicks=0, type="button", className="gx-btn")
        body.append(html.Div(button, className="gx-row parameters-compute"))
    if not found:
        body.append(status.empty(ctx.t("parameters.no_runs"), ctx.t("parameters.no_runs_what")))
    else:
        rows = [_run_row(ctx, each) for each in found]
        heads = [html.Th(ctx.t(f"parameters.head.{name}"), scope="col") for name in ("run", "state", "used")]
        body.append(
            html.Div(
                html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table"), className="gx-scroll"
            )
        )
    return frame.card(ctx.t("parameters.runs"), body, why=ctx.t("parameters.runs_why"))


def _run_row(ctx: Ctx, run: Run) -> Component:
    name: Any = dcc.Link(run.version, href=f"/admin/runs/{run.run_id}") if ctx.may("runs.view") else run.version
    used = [
        ctx.t(
            "parameters.used",
            version=each["version"],
            months=counted(each.get("months"), ctx.language, "个月", "month"),
        )
        for each in run.parameters.get("versions", ())
    ]
    chip = status.chip(ctx.t(f"runs.state.{run.state}"), "good" if run.state == "published" else "plain")
    return html.Tr(
        [html.Td(name, className="w"), html.Td(chip), html.Td(choose(ctx.language, "；", "; ").join(used) or "—")]
    )


def not_counted(timeline: Sequence[Dated], shown: Run | None) -> list[Dated]:
    """Approved versions that hold in a month of the published run and were not there when it was made."""
    if shown is None:
        return []
    used = {each["version"] for each in shown.parameters.get("versions", ())}
    months = [date.fromisoformat(month) for month in shown.model.get("months", ())]
    wanted = {}
    for month in months:
        try:
            each = valid_in(timeline, month)
        except ValueError:
            continue
        wanted[each.version] = each
    return [each for number, each in sorted(wanted.items()) if number not in used]


def _version(ctx: Ctx, chosen: Chosen, now: Dated | None) -> list[Component]:
    parts = [_standing(ctx, chosen, chosen.row, now)] if chosen.row is not None else []
    return [*parts, tables(ctx, Sheet(chosen.parameters, chosen.before.parameters if chosen.before else None))]


def _standing(ctx: Ctx, chosen: Chosen, row: ParameterVersion, now: Dated | None) -> Component:
    told: list[tuple[str, Any]] = [
        ("state", _state(ctx, row, now)), ("valid_from", day(row.valid_from)), ("reason", row.reason),
        ("proposed", f"{row.proposed_by} · {minute(ctx.local(row.proposed_at))}"),
    ]  # fmt: skip
    if row.decided_by:
        told.append(("decided", f"{row.decided_by} · {minute(ctx.local(row.decided_at))}"))
        told.append(("decision", row.decision_reason or "—"))
    body = [facts([(ctx.t(f"parameters.head.{name}"), value) for name, value in told]), _moved(ctx, chosen)]
    if chosen.open and ctx.may("parameters.approve"):
        body.append(decision(ctx, row, Ids))
    return frame.card(ctx.t("parameters.number", version=chosen.number), body)


def _moved(ctx: Ctx, chosen: Chosen) -> Component:
    if chosen.before is None:
        return html.P(ctx.t("parameters.first"), className="gx-sub")
    return difference_table(ctx, chosen.before, chosen.parameters)


def difference_table(ctx: Ctx, before: Dated, after: ContributionParameters) -> Component:
    """What `after` has otherwise than the version before it."""
    found = differences(before.parameters, after)
    words = ctx.t("parameters.changes", count=len(found), before=before.version)
    if not found:
        return html.P(ctx.t("parameters.no_changes", before=before.version), className="gx-sub")
    heads = [
        ctx.t("parameters.head.what"),
        ctx.t("parameters.number", version=before.version),
        ctx.t("parameters.new_value"),
    ]
    rows = [
        html.Tr(
            [
                html.Td(title(each.key, ctx.language)),
                html.Td(_value(ctx, each.key, each.before), className="n w"),
                html.Td(_value(ctx, each.key, each.after), className="n w parameters-moved"),
            ]
        )
        for each in found
    ]
    head = html.Tr([html.Th(name, scope="col", className="n" if at else "") for at, name in enumerate(heads)])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="gx-table")
    return html.Div([html.H4(words, className="parameters-heading"), html.Div(table, className="gx-scroll")])


def _value(ctx: Ctx, key: tuple[str, ...], value: Any) -> str:
    return ctx.t("parameters.without") if value is None else shown(key, value)


def _form(ctx: Ctx, chosen: Chosen) -> list[Component]:
    """Boxes for all figures of the version one starts from, the day, the reason."""
    first = day(ctx.data_day.replace(day=1))
    entry = dcc.Input(id=Ids.VALID_FROM, type="text", value=first, className="gx-input", autoComplete="off")
    reason = dcc.Textarea(id=Ids.REASON, className="gx-input", rows=2, maxLength=MOST_REASON)
    check = html.Button(ctx.t("parameters.check"), id=Ids.CHECK, n_clicks=0, type="button", className="gx-btn")
    propose = status.confirm(
        Ids.PROPOSE, ctx.t("parameters.propose"), ctx.t("parameters.ask_propose"), "main", needs=Ids.REASON
    )
    back = dcc.Link(ctx.t("parameters.leave"), href=f"{PATH}?version={chosen.number}", className="gx-btn")
    fields = [
        dcc.Store(id=Ids.BASE, data=chosen.number),
        html.Label([ctx.t("parameters.valid_from"), entry], className="gx-labelled"),
        html.Label([ctx.t("parameters.reason"), reason], className="gx-labelled"),
        html.Div(id=Ids.CHECKED, **marks(aria_live="polite")),
        html.Div([check, propose, back], className="gx-row"),
        status.told(Ids.TOLD),
    ]
    head = frame.card(
        ctx.t("parameters.new_from", version=chosen.number),
        html.Div(fields, className="gx-form"),
        why=ctx.t("parameters.form_why"),
    )
    return [head, tables(ctx, Sheet(chosen.parameters, editing=True))]
