"""Scorecard development: the sample and its counts, every characteristic in or out and why, drafts and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.characteristics import named
from domain.phrasing import begun, choose, day, listing, minute, number, percent
from portal import job_words
from portal.access import Ctx
from portal.actors import person
from portal.development_question import PATH, Question, query_of
from portal.layouts.runs import PATH as RUNS
from portal.widgets import frame, status
from portal.widgets.lists import facts
from portal.widgets.marks import marks
from store.clearances import Looked
from store.developments import Development, Draft
from store.jobs import JobRow
from store.runs import Run

POLL_MS = 1000


class Ids:
    """Of this page."""

    ASKED = "development-asked"
    BODY = "development-body"
    DRAW = "development-draw"
    JOB = "development-job"
    TICK = "development-tick"
    PROGRESS = "development-progress"
    CUT = "development-cut"
    CUT_AT = "development-cut-at"
    REASON = "development-reason"
    SAVE = "development-save"
    CLEAR = "development-clear"
    CLEAR_REASON = "development-clear-reason"
    CUT_TOLD, SAVE_TOLD, CLEAR_TOLD = "development-cut-told", "development-save-told", "development-clear-told"
    CANDIDATE = "development-candidate"  # {"type": CANDIDATE, "draft": its number}


def layout(ctx: Ctx, of: str = "", bins: str = "", seen: str = "") -> Component:
    """The bones; the rest comes by callback. seen: changes where the page must be read anew though nothing else does."""
    draw = []
    if ctx.may("development.edit"):
        words = ctx.t("development.draw")
        draw = [html.Button(words, id=Ids.DRAW, n_clicks=0, type="button", className="gx-btn")]
    return frame.page(
        ctx.t("development.title"),
        ctx.t("development.context"),
        draw,
        [
            dcc.Store(id=Ids.ASKED, data={"of": of, "bins": bins}),
            dcc.Store(id=Ids.JOB),
            dcc.Interval(id=Ids.TICK, interval=POLL_MS, disabled=True),
            html.Div(id=Ids.PROGRESS, **marks(aria_live="polite")),
            html.Div(frame.card(None, status.skeleton(8)), id=Ids.BODY),
        ],
    )


def nothing(ctx: Ctx) -> Component:
    """Before the first sample."""
    return frame.card(None, status.empty(ctx.t("development.nothing"), ctx.t("development.nothing_what")))


def under_way(ctx: Ctx, row: JobRow) -> Component:
    """The job somebody started here, and where its result is seen."""
    way: Component | None = None
    if row.status == "done":
        run_id = (row.result or {}).get("run_id")
        href = f"{RUNS}/{run_id}" if run_id else PATH
        key = "development.to_candidate" if run_id else "development.to_sample"
        way = html.A(ctx.t(key), href=href, className="gx-btn main")
    return frame.card(
        job_words.title(ctx, row.kind),
        [job_words.progress(ctx, row), html.Div(way, className="development-cut") if way else None],
    )


def name_of(ctx: Ctx, name: str) -> str:
    """What a characteristic is called; in English as a sentence begins."""
    known = named(name)
    return begun(choose(ctx.language, known.zh, known.en))


def stacked(parts: Sequence[Component | None]) -> Component:
    """Cards one below the other."""
    return html.Div([part for part in parts if part is not None], className="gx-stack")


def sample(ctx: Ctx, made: Development) -> Component:
    """How the sample is defined, who was left out, and how many are in it."""
    told = made.sample
    days = [str(one) for one in told.get("observed_on") or ()]
    pairs: list[tuple[str, Any]] = [(ctx.t("development.sample.kind"), ctx.t(f"development.sample.{told['kind']}"))]
    if days:
        pairs.append((ctx.t("development.sample.observed_on"), listing(days, ctx.language)))
    if "bad_days" in told:
        window = ctx.t(
            "development.sample.window_is", months=told["performance_months"], history=told["history_months"]
        )
        bad = ctx.t("development.sample.bad_is", days=told["bad_days"], months=told["performance_months"])
        pairs += [(ctx.t("development.sample.window"), window), (ctx.t("development.sample.bad"), bad)]
        between = ctx.t("development.sample.between", low=told["indeterminate_days"], high=told["bad_days"] - 1)
        left_out: list[tuple[str, Any]] = [
            (ctx.t("development.sample.already_bad", days=told["bad_days"]), told.get("already_bad")),
            (between, told.get("indeterminate")),
            (ctx.t("development.sample.no_status_after"), told.get("no_status_after")),
        ]
    else:
        left_out = [(ctx.t(f"development.sample.{name}"), told.get(name)) for name in ("no_history", "without_outcome")]
    pairs += [(words, number(count)) for words, count in left_out if count is not None]
    share = percent(told["bad"] / told["rows"] if told["rows"] else None)
    taken = ctx.t(
        "development.sample.rows_are", rows=number(told["rows"]), good=number(told["good"]), bad=number(told["bad"]),
        share=share,
    )  # fmt: skip
    pairs.append((ctx.t("development.sample.rows"), taken))
    found = made.found
    pairs.append(
        (
            ctx.t("development.sample.auc"),
            f"{number(found['auc'], 3)} ({number(found['auc_low'], 3)}–{number(found['auc_high'], 3)}) · KS {number(found['ks'], 3)}",
        )
    )
    made_by = ctx.t(
        "development.made", who=person(ctx, made.made_by), at=minute(ctx.local(made.made_at)), day=day(made.as_of)
    )
    return frame.card(ctx.t("development.sample.title"), facts(pairs), why=made_by)


def characteristics(ctx: Ctx, asked: Question, looked: Mapping[str, Looked]) -> Component:
    """Those of the card first, the others closed below; in order of information. looked: into which suspicions of a leak."""
    every = sorted(asked.made.found["characteristics"], key=lambda one: -one["iv"])
    kept = [one for one in every if one["reason"] == "kept"]
    others = [one for one in every if one["reason"] != "kept"]
    why = ctx.t("development.list_why", count=number(len(every)), kept=number(len(kept)))
    closed = html.Details(
        [html.Summary(ctx.t("development.out", count=number(len(others)))), _table(ctx, asked, others, looked)],
        open=asked.of in {one["name"] for one in others},
    )
    return frame.card(ctx.t("development.list"), [_table(ctx, asked, kept, looked), closed], why=why)


def _table(
    ctx: Ctx, asked: Question, lines: Sequence[Mapping[str, Any]], looked: Mapping[str, Looked]
) -> Component:  # fmt: skip
    names = ("name", "direction", "iv", "flag", "why")
    heads = [html.Th(ctx.t(f"development.head.{name}"), scope="col", className="n" if name == "iv" else "") for name in names]  # fmt: skip
    rows = []
    for one in lines:
        here = one["name"] == asked.of
        link = dcc.Link(name_of(ctx, one["name"]), href=asked.address(of="" if here else one["name"]))
        changed = status.chip(ctx.t("development.changed"), "accent") if one["name"] in asked.bins else None
        cells: list[Any] = [[link, " ", changed], direction_of(ctx, one), number(one["iv"], 3), _flag(ctx, one, looked)]
        looks = ("", "development-why", "n", "")
        drawn = [html.Td(cell, className=look) for cell, look in zip(cells, looks, strict=True)]
        drawn.append(html.Td(why_of(ctx, one), className="development-why development-long"))
        rows.append(
            html.Tr(drawn, className="on" if here else "", **(marks(aria_current="true") if here else {}))
        )  # fmt: skip
    return html.Div(
        html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table"),
        className="gx-scroll development-list",
    )


def direction_of(ctx: Ctx, one: Mapping[str, Any]) -> list[Component | str]:
    """The direction that is expected, and the reason in words."""
    known = named(one["name"])
    why = None if known.why is None else html.Div(choose(ctx.language, *known.why), className="gx-why")
    said = ctx.t(f"development.direction.{one['direction']}")
    return [said] if why is None else [said, why]


def _flag(ctx: Ctx, one: Mapping[str, Any], looked: Mapping[str, Looked]) -> Component | str:
    """A suspicion of a leak: open, or cleared, with the reason."""
    if not one["leak"]:
        return "—"
    declared, said = named(one["name"]).cleared, looked.get(one["name"])
    if declared is None and (said is None or not said.cleared):
        return status.chip(ctx.t("development.leak"), "warn")
    why = choose(ctx.language, declared.zh, declared.en) if declared else said.reason if said else ""
    by = "" if declared or said is None else f" · {person(ctx, said.made_by)}"
    return html.Div(
        [status.chip(ctx.t("development.leak_cleared"), "accent"), html.Div(f"{begun(why)}{by}", className="gx-why")]
    )


def why_of(ctx: Ctx, one: Mapping[str, Any]) -> str:
    """Why a characteristic is in the card or not."""
    other = name_of(ctx, one["other"]) if one.get("other") else ""
    value = one["value"]
    said = "∞" if value is None else number(value, 0) if one["reason"] == "too_many" else number(value, 3)
    reason = "one_bin" if one["reason"] == "no_information" and not value else one["reason"]
    return ctx.t(f"development.why.{reason}", value=said, other=other)


def drafts(ctx: Ctx, kept: Sequence[Draft], made: Sequence[Run]) -> Component:
    """What was saved, by whom, why, and which candidate came of it."""
    if not kept:
        empty = status.empty(ctx.t("development.no_drafts"), ctx.t("development.no_drafts_what"))
        return frame.card(ctx.t("development.drafts"), empty)
    names = ("draft", "bins", "auc", "who", "reason", "candidate")
    heads = [html.Th(ctx.t(f"development.head.{name}"), scope="col") for name in names]
    rows = [_draft(ctx, each, [run for run in made if run.parameters.get("draft") == each.draft_id]) for each in kept]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    return frame.card(
        ctx.t("development.drafts"), html.Div(table, className="gx-scroll"), why=ctx.t("development.drafts_why")
    )


def _draft(ctx: Ctx, each: Draft, made: Sequence[Run]) -> Component:
    changed: Component = dcc.Link(
        listing([name_of(ctx, name) for name in each.bins], ctx.language), href=_again(each), className="development-why"
    )  # fmt: skip
    sides = [each.effect.get(side, {}) for side in ("before", "after")]
    both = [side.get("unseen_auc", side.get("auc")) for side in sides]
    auc = " → ".join("—" if one is None else number(one, 3) for one in both)
    links: list[Any] = [
        html.Div([dcc.Link(run.version, href=f"{RUNS}/{run.run_id}"), " ", ctx.t(f"runs.state.{run.state}")])
        if ctx.may("runs.view")
        else html.Div([run.version, " ", ctx.t(f"runs.state.{run.state}")])
        for run in made
    ]
    if ctx.may("development.edit"):
        words = ctx.t("development.make")
        ident = {"type": Ids.CANDIDATE, "draft": each.draft_id}
        links.append(html.Button(words, id=ident, n_clicks=0, type="button", className="gx-btn small"))
    said = f"{person(ctx, each.made_by)} · {minute(ctx.local(each.made_at))}"
    if each.effect.get("odd"):
        chip = status.chip(ctx.t("development.odd.chip"), "warn", ctx.t("development.odd.title"))
        changed = html.Div([changed, " ", chip])
    cells: list[Any] = [
        ctx.t("development.number", number=each.draft_id),
        changed,
        auc,
        said,
        each.reason,
        links or "—",
    ]
    return html.Tr([html.Td(cell, className="development-why" if at == 4 else "") for at, cell in enumerate(cells)])


def _again(each: Draft) -> str:
    """The page with the draft's bins, to look at them or to go on from them."""
    return f"{PATH}?{query_of(next(iter(each.bins)), each.bins)}"
