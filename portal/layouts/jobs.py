"""The jobs page: start a recompute, see what waits and runs, look back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import choose, day
from jobs.queue import following
from jobs.registry import JOB_KINDS, Field, JobKind
from portal import chain_words, job_words
from portal.access import Ctx
from portal.actors import who
from portal.address_numbers import page_in
from portal.widgets import frame, pickers, status
from portal.widgets.lists import pager
from portal.widgets.marks import marks
from store import job_history
from store.branches import branches_in, every_branch
from store.chains import OPEN, Chain
from store.job_history import Entry
from store.jobs import ACTIVE, ENDED, JobRow

PATH = "/admin/jobs"
PAGE_SIZE = 20
POLL_MS = 2000
STATUSES = (*ACTIVE, *ENDED)


class Ids:
    """Of this page."""

    ASKED = "jobs-asked"
    CHANGED = "jobs-changed"
    SEEN = "jobs-seen"
    TICK = "jobs-tick"
    LIVE = "jobs-live"
    HISTORY = "jobs-history"
    ORDER = "jobs-order"
    OBEY = "jobs-obey"
    MONTHS = "jobs-months"

    @staticmethod
    def start(kind: Any) -> dict[str, Any]:
        """The button that starts a kind of work."""
        return {"type": "jobs-start", "kind": kind}

    @staticmethod
    def field(kind: Any, name: Any) -> dict[str, Any]:
        """The control of one parameter of a kind."""
        return {"type": "jobs-field", "kind": kind, "name": name}


def offered(ctx: Ctx) -> list[JobKind]:
    """The kinds this viewer may start here."""
    return [kind for kind in JOB_KINDS.values() if kind.form is not None and ctx.may(kind.permission)]


def layout(ctx: Ctx, kind: str | None = None, status: str | None = None, page: str | None = None) -> Component:
    """Forms, what is under way, and the history narrowed by `kind` and `status`."""
    asked = {
        "kind": kind if kind in JOB_KINDS else None,
        "status": status if status in STATUSES else None,
        "page": page_in(page),
    }
    return frame.page(
        ctx.t("jobs.title"),
        ctx.t("jobs.context"),
        [dcc.Link(ctx.t("schedules.title"), href="/admin/schedules", className="gx-btn")]
        if ctx.may("schedules.view")
        else [],
        body=[
            dcc.Store(id=Ids.ASKED, data=asked),
            dcc.Store(id=Ids.CHANGED, data=0),
            dcc.Store(id=Ids.SEEN, data=[]),
            dcc.Store(id=Ids.ORDER),
            html.Button(id=Ids.OBEY, n_clicks=0, hidden=True, type="button", tabIndex=-1),
            dcc.Interval(id=Ids.TICK, interval=POLL_MS, disabled=True),
            _forms(ctx),
            html.Div(_waiting(), id=Ids.LIVE, className="gx-live", **marks(aria_live="polite")),
            html.Div(_waiting(), id=Ids.HISTORY),
        ],
    )


def _waiting() -> Component:
    return frame.card(None, status.skeleton(2))


def _forms(ctx: Ctx) -> Component | None:
    kinds = offered(ctx)
    if not kinds:
        return None
    months = list(reversed(ctx.picture.months)) if ctx.picture else []
    known = html.Datalist([html.Option(value=day(month)) for month in months], id=Ids.MONTHS)
    cards = [_form(ctx, kind) for kind in kinds]
    return html.Div([known, html.Div(cards, className="gx-grid-3")])


def _form(ctx: Ctx, kind: JobKind) -> Component:
    controls = [part for field in kind.form or () for part in _control(ctx, kind, field)]
    button = html.Button(
        ctx.t("jobs.start"), id=Ids.start(kind.name), n_clicks=0, type="button",
        className="gx-btn main", **marks(aria_label=f"{ctx.t('jobs.start')}：{kind.title(ctx.language)}"),
    )  # fmt: skip
    then = [job_words.title(ctx, step.kind) for step in following(ctx.connection, kind, {})[1:]] if kind.then else []
    after = ctx.t("jobs.then", kinds=choose(ctx.language, "、", ", ").join(then)) if then else None
    why = choose(ctx.language, "", " ").join(word for word in (ctx.t(f"jobs.about.{kind.name}"), after) if word)
    return frame.card(kind.title(ctx.language), html.Div([*controls, button], className="gx-form"), why=why)


def _control(ctx: Ctx, kind: JobKind, field: Field) -> list[Component]:
    words, ident = choose(ctx.language, field.zh, field.en), Ids.field(kind.name, field.name)
    if field.kind == "flag":
        return [dcc.Checklist([{"label": words, "value": "yes"}], [], id=ident, className="gx-checks")]
    if field.kind == "branch":
        whole, said = ctx.t("jobs.whole_bank"), pickers.words(ctx)
        picker = dcc.Dropdown(_places(ctx), None, id=ident, placeholder=whole, labels=said, search_order="original")
        return [
            html.Div(
                [html.Span(words), picker], className="gx-labelled", role="group", **marks(aria_label=words)
            )
        ]  # fmt: skip
    newest = ctx.picture.as_of if ctx.picture else None
    hint = ctx.t("jobs.newest", day=day(newest)) if field.kind == "date" else ctx.t("jobs.of_the_sample")
    more: dict[str, Any] = {"list": Ids.MONTHS} if field.kind == "date" else {}
    box = dcc.Input(id=ident, type="text", placeholder=hint, className="gx-input", autoComplete="off", **more)
    return [html.Label([words, box], className="gx-labelled")]


def _places(ctx: Ctx) -> list[dict[str, str]]:
    """The branches to choose from, indented by the tree; the one branch above all others would be the whole bank."""
    tree = branches_in(ctx.connection, ctx.scope) if ctx.scope.paths else every_branch(ctx.connection)
    tops = [branch for branch in tree if branch.parent_id is None]
    shown = [branch for branch in tree if len(tops) > 1 or branch.parent_id is not None]
    first = min((branch.level for branch in shown), default=0)
    return [{"label": "　" * (branch.level - first) + branch.name, "value": branch.branch_id} for branch in shown]


def live(ctx: Ctx, active: Sequence[JobRow], chains: Sequence[Chain]) -> Component:
    """What waits, runs or is halted, the oldest first; a chain is one entry with its steps."""
    mine = {chain.chain_id for chain in chains}
    alone = [row for row in active if row.chain_id not in mine]
    if not alone and not chains:
        return frame.card(ctx.t("jobs.live"), status.empty(ctx.t("jobs.idle"), ctx.t("jobs.idle_what")))
    shown = [*(_live_chain(ctx, chain) for chain in chains), *(_live_one(ctx, row) for row in alone)]
    waiting = sum(row.status == "queued" for row in active)
    why = ctx.t("jobs.live_why", running=len(active) - waiting, waiting=waiting)
    return frame.card(ctx.t("jobs.live"), html.Ul(shown, className="gx-jobs"), why=why)


def _live_chain(ctx: Ctx, chain: Chain) -> Component:
    name = html.Div([chain_words.link(ctx, chain), " ", chain_words.chip(ctx, chain)], className="gx-job-name")
    head: list[Any] = [name, html.Div(chain_words.about(ctx, chain), className="gx-sub")]
    if told := chain_words.late(ctx, chain):
        head.append(html.Div(told, className="gx-sub"))
    return html.Li(
        [html.Div(head), chain_words.steps(ctx, chain), html.Div(chain_orders(ctx, chain), className="gx-orders")],
        className="gx-chain",
    )


def chain_orders(ctx: Ctx, chain: Chain) -> list[Component]:
    """What may be done with an open chain: the failed step once more, on without it, or no further."""
    orders = []
    if (job_id := chain_words.retry_of(ctx, chain)) is not None:
        orders.append(_order(ctx.t("jobs.retry_step"), "retry", job_id))
    if chain_words.may_skip(ctx, chain) and chain.current is not None:
        asked = ctx.t("jobs.ask_skip", kind=job_words.title(ctx, chain.current.kind))
        orders.append(_order(ctx.t("jobs.skip"), "skip", chain.chain_id, asked))
    if chain.state in OPEN and ctx.may("jobs.cancel"):
        asked = ctx.t("jobs.ask_cancel_chain", chain=chain_words.title(ctx, chain))
        orders.append(_order(ctx.t("jobs.cancel_chain"), "cancel_chain", chain.chain_id, asked))
    return orders


def _live_one(ctx: Ctx, row: JobRow) -> Component:
    name = html.Div([_link(ctx, row), " ", job_words.chip(ctx, row)], className="gx-job-name")
    words = (job_words.parameters(ctx, row), who(ctx, row.submitted_by), job_words.moment(ctx, row.submitted_at))
    asked = " · ".join(word for word in words if word)
    parts = [html.Div([name, html.Div(asked, className="gx-sub")]), job_words.progress(ctx, row)]
    if ctx.may("jobs.cancel") and row.cancel_requested_at is None:
        question = ctx.t("jobs.ask_cancel", job=row.job_id, kind=job_words.title(ctx, row.kind))
        parts.append(_order(ctx.t("jobs.cancel"), "cancel", row.job_id, question))
    return html.Li(parts)


def _link(ctx: Ctx, row: JobRow) -> Component:
    return dcc.Link(f"#{row.job_id} {job_words.title(ctx, row.kind)}", href=f"{PATH}/{row.job_id}")


def _order(label: str, act: str, number: int, question: str | None = None) -> Component:
    """A button in a list that is drawn anew again and again: assets/jobs.js carries what it says to one fixed button."""
    told = {"data_order": json.dumps({"act": act, "job": number})} | ({"data_ask": question} if question else {})
    return html.Button(label, type="button", className="gx-btn small", **marks(**told))


def history(ctx: Ctx, asked: dict[str, Any]) -> Component:
    """One page of the jobs that fit, with the filters above."""
    found, total = job_history.page_of(
        ctx.connection, PAGE_SIZE, (asked["page"] - 1) * PAGE_SIZE, asked["kind"], asked["status"]
    )
    filters = [_filter(ctx, asked, "kind", list(JOB_KINDS)), _filter(ctx, asked, "status", list(STATUSES))]
    if not found:
        narrowed = asked["kind"] or asked["status"] or asked["page"] > 1
        what = ctx.t("jobs.none_fit") if narrowed else ctx.t("jobs.none_what")
        return frame.card(ctx.t("jobs.history"), [*filters, status.empty(ctx.t("jobs.none"), what)])
    names = ("job", "status", "asked_for", "who", "when", "took", "outcome")
    heads = [
        html.Th(ctx.t(f"jobs.head.{name}"), scope="col", className="n" if name == "took" else "") for name in names
    ]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_entry(ctx, entry) for entry in found])], className="gx-table"
    )
    return frame.card(
        ctx.t("jobs.history"),
        [
            *filters,
            html.Div(table, className="gx-scroll"),
            pager(ctx.language, asked["page"], total, PAGE_SIZE, lambda page: _address({**asked, "page": page})),
        ],
    )


def _entry(ctx: Ctx, entry: Entry) -> Component:
    return _line(ctx, entry) if isinstance(entry, JobRow) else _chain_line(ctx, entry)


def _chain_line(ctx: Ctx, chain: Chain) -> Component:
    first, last = chain.steps[0], chain_words.late(ctx, chain)
    took = job_words.duration(((chain.ended_at or ctx.now) - chain.begun_at).total_seconds(), ctx.language)
    steps = html.Details(
        [html.Summary(chain_words.progress(ctx, chain)), chain_words.steps(ctx, chain)], className="gx-past"
    )
    return html.Tr(
        [
            html.Td(chain_words.link(ctx, chain), className="w"),
            html.Td(chain_words.chip(ctx, chain)),
            html.Td(job_words.in_words(ctx, first.kind, first.parameters) or "—", className="gx-clip"),
            html.Td(who(ctx, chain.begun_by), className="w"),
            html.Td(job_words.moment(ctx, chain.begun_at), className="w"),
            html.Td(took, className="n w"),
            html.Td([html.Div(last, className="gx-sub") if last else None, steps]),
        ]
    )


def _line(ctx: Ctx, row: JobRow) -> Component:
    said = job_words.sentence(ctx, row) or job_words.rows_told(row, ctx.language) or ""
    act = None
    if row.status in ("failed", "cancelled") and job_words.can_retry(ctx, row):
        act = _order(ctx.t("jobs.retry"), "retry", row.job_id)
    return html.Tr(
        [
            html.Td(_link(ctx, row), className="w"),
            html.Td(job_words.chip(ctx, row)),
            html.Td(job_words.parameters(ctx, row) or "—", className="gx-clip"),
            html.Td(who(ctx, row.submitted_by), className="w"),
            html.Td(job_words.moment(ctx, row.submitted_at), className="w"),
            html.Td(job_words.took(ctx, row), className="n w"),
            html.Td([html.Div(said, className="gx-clip", title=said or None), act]),
        ]
    )


def _address(asked: dict[str, Any]) -> str:
    """The address of the page with these filters."""
    told = {name: value for name, value in asked.items() if value and (name, value) != ("page", 1)}
    return f"{PATH}?{urlencode(told)}" if told else PATH


def _filter(ctx: Ctx, asked: dict[str, Any], name: str, values: Sequence[str]) -> Component:
    def words(value: str) -> str:
        return job_words.title(ctx, value) if name == "kind" else ctx.t(f"jobs.status.{value}")

    def choice(value: str | None, label: str) -> Component:
        on = asked[name] == value
        href = _address({**asked, name: value, "page": 1})
        return dcc.Link(label, href=href, className="gx-choice on" if on else "gx-choice")

    shown = [choice(None, ctx.t("common.all")), *(choice(value, words(value)) for value in values)]
    head = html.Span(ctx.t(f"jobs.filter.{name}"), className="gx-sub")
    return html.Nav([head, *shown], className="gx-choices", **marks(aria_label=ctx.t(f"jobs.filter.{name}")))
