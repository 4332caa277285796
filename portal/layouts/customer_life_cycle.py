"""Where the customer stands between 选择, 争取, 发展 and 保持, and when that changed."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.phrasing import choose, counted, month
from domain.segmentation.life_cycle import LifeCycleRules
from domain.segmentation.stage_months import PHASES, MonthFacts, Stretch, phase_of, stages, stretches
from portal.access import Ctx
from portal.layouts.customer import View
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store import customers

MONTHS = 24
TONES = {"declining": "warn", "dormant": "warn", "lost": "bad", "growing": "good"}


def card(ctx: Ctx, view: View) -> Component | None:
    """The four phases with where this customer is, and the months that led there; None without a published stage."""
    stage = view.customer.life_cycle
    if stage is None:
        return None
    told = past_stages(ctx, view)
    last = told[-1] if told else None
    name = view.words.life_cycle(stage)
    title = ctx.t("customer.life_line", stage=name)
    if last is not None and last.stage == stage and len(told) > 1:
        title = ctx.t("customer.life_line_since", stage=name, month=month(last.first, ctx.language))
    parts: list[Component] = [_phases(ctx, view, stage)]
    if told:
        parts += [_strip(view, told), _list(ctx, view, told)]
    why = ctx.t("customer.life_line_why", version=view.runs[0] or "—")
    return frame.card(title, parts, why=why)


def past_stages(ctx: Ctx, view: View) -> tuple[Stretch, ...]:
    """Stages by month-end, the last one as the published run has it."""
    facts = facts_of(view.accounts, customers.months(ctx.connection, view.customer.customer_id, MONTHS))
    told = stages(facts, view.customer.opened_on, rules_of(view))
    if told and view.customer.life_cycle:
        told[-1] = view.customer.life_cycle
    return stretches([one.month for one in facts[len(facts) - len(told) :]], told)


def rules_of(view: View) -> LifeCycleRules:
    """The rules of the segmentation on show."""
    told = view.words.model.get("life_cycle") or {}
    known = LifeCycleRules.__dataclass_fields__
    return LifeCycleRules(**{name: float(value) for name, value in told.items() if name in known})


def facts_of(accounts: Sequence[customers.Account], months: Sequence[customers.Month]) -> list[MonthFacts]:
    """The months as the rules want them; an account counts from its opening to its closing."""
    return [
        MonthFacts(
            one.month, one.aum, one.own_movements,
            any(a.opened_on <= one.month and (a.closed_on is None or a.closed_on > one.month) for a in accounts),
        )
        for one in months
    ]  # fmt: skip


def _phases(ctx: Ctx, view: View, stage: str) -> Component:
    here = phase_of(stage)
    steps = []
    for phase in PHASES:
        name = choose(ctx.language, phase.zh, phase.en)
        on = phase.code == here
        mark = status.chip(view.words.life_cycle(stage), TONES.get(stage, "accent")) if on else None
        steps.append(
            html.Li(
                [html.B(name), mark, html.Small(ctx.t(f"customer.phase.{phase.code}"), className="gx-sub")],
                className="on" if on else "",
                **(marks(aria_current="step") if on else {}),
            )
        )
    parts: list[Component] = [html.Ol(steps, className="customer-phases")]
    if here is None:
        parts.append(html.P(ctx.t("customer.phase_outside", stage=view.words.life_cycle(stage)), className="gx-sub"))
    return html.Div(parts)


def _strip(view: View, told: Sequence[Stretch]) -> Component:
    """Months as one band, a colour a stage; the list below says the same in words."""
    pieces = [
        html.Span(
            view.words.life_cycle(one.stage) if one.months > 2 else "", className=f"customer-stage {one.stage}",
            style={"flexGrow": one.months}, title=view.words.life_cycle(one.stage),
        )
        for one in told
    ]  # fmt: skip
    return html.Div(pieces, className="customer-strip", **marks(aria_hidden="true"))


def _list(ctx: Ctx, view: View, told: Sequence[Stretch]) -> Component:
    lines = [html.Li([html.B(view.words.life_cycle(one.stage)), html.Span(_span(ctx, one))]) for one in told]
    return html.Ol(lines, className="customer-stages")


def _span(ctx: Ctx, one: Stretch) -> str:
    count = counted(one.months, ctx.language, "个月", "month")
    return ctx.t("customer.stage_from", month=month(one.first, ctx.language), count=count)
