"""Whether the segments can be trusted: how many there are and why, how stable they are, and what drifted since the last run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.catalogue import BY_NAME
from domain.credit.metrics import psi
from domain.phrasing import choose, day, listing, number, percent
from domain.segmentation.given_names import every_cluster, identity_of, names_lost
from domain.standing import cluster_number
from portal.access import Ctx
from portal.segments_question import BY, View
from portal.widgets import frame, status
from portal.widgets.charts import Series, Table, chart_card, lines, table
from store.facets import ABSENT
from store.runs import Run

KINDS = ("personal", "corporate")
WATCH, ACT = 0.10, 0.25  # of the stability index
MOST_FEATURES = 15


def quality_view(ctx: Ctx, view: View) -> list[Component]:
    """How k was chosen for each kind, what drifted, which segments and names came and went."""
    chosen = html.Div([_choice_card(ctx, view, kind) for kind in KINDS], className="gx-grid-2")
    if view.asked.before is None:
        empty = status.empty(ctx.t("segments.no_before"), ctx.t("segments.no_before_what"))
        return [chosen, frame.card(ctx.t("segments.drift"), empty)]
    left = [_group_drift(ctx, view), _identities(ctx, view.asked.run, view.asked.before)]
    right = _feature_drift(ctx, view)
    return [chosen, html.Div([html.Div(left, className="gx-stack"), right], className="gx-grid-2 segments-drift")]


def _choice_card(ctx: Ctx, view: View, kind: str) -> Component:
    """How k was chosen in words; the figures of each k tried behind the chart."""
    told = view.asked.run.metrics.get("k", {}).get(kind) or {}
    title = ctx.t(f"segments.choice.{kind}")
    tried: Sequence[Mapping[str, Any]] = told.get("candidates", ())
    if not told.get("k"):
        return frame.card(title, status.empty(ctx.t("segments.not_clustered"), ctx.t("segments.not_clustered_what")))
    best = next(each for each in tried if each["k"] == told["k"])
    words = {
        "k": told["k"], "first": tried[0]["k"], "last": tried[-1]["k"], "silhouette": number(best["silhouette"], 2),
        "stability": number(best["stability"], 2), "smallest": percent(best["smallest"], 0),
        "refits": view.asked.run.parameters.get("clusters", {}).get("refits", 20),
    }  # fmt: skip
    why = ctx.t("segments.chosen" if told.get("stable") else "segments.chosen_unstable", **words)
    places = [f"k={each['k']}" for each in tried]  # words: a bare number would be taken for a place on the axis
    drawn = [
        Series(ctx.t(f"segments.{name}"), [each[name] for each in tried], [number(each[name], 2) for each in tried])
        for name in ("silhouette", "stability")
    ]
    heads = [ctx.t(f"segments.{name}") for name in ("k", "silhouette", "stability", "smallest", "qualified")]
    rows = [
        [str(each["k"]) + (" ★" if each["k"] == told["k"] else ""), number(each["silhouette"], 3), number(each["stability"], 3),
         percent(each["smallest"]), ctx.t("common.yes") if each["qualified"] else ctx.t("common.no")]
        for each in tried
    ]  # fmt: skip
    return chart_card(title, why, lines(places, drawn, ctx.theme), Table(heads, rows, (0, 1, 2, 3)), ctx.language)


def stability_index(view: View, column: str) -> float | None:
    """The stability index of who stands where, among customers both runs know; None when there is nobody."""
    both = [one for one in view.flows[column] if one.before != ABSENT]
    codes = sorted({one.before for one in both} | {one.after for one in both})
    sides = [
        [sum(one.customers for one in both if getattr(one, side) == code) for code in codes]
        for side in ("before", "after")
    ]
    return psi(*sides) if any(sides[0]) else None


def _chip(ctx: Ctx, value: float | None) -> Component:
    if value is None:
        return status.chip("—")
    state, tone = ("stable", "good") if value < WATCH else ("watch", "warn") if value < ACT else ("act", "bad")
    return status.chip(ctx.t(f"segments.psi_{state}"), tone)


def _group_drift(ctx: Ctx, view: View) -> Component:
    """Shares of each grouping then and now: the index, and the group that grew and shrank most."""
    heads = [ctx.t(f"segments.head.{name}") for name in ("grouping", "psi", "judged", "grew", "shrank")]
    rows = []
    for column in BY:
        value = stability_index(view, column)
        rows.append([ctx.t(f"segments.by.{column}"), number(value, 3), _chip(ctx, value), *_most(ctx, view, column)])
    return frame.card(ctx.t("segments.drift"), table(Table(heads, rows, (1,))), why=ctx.t("segments.drift_why"))


def _most(ctx: Ctx, view: View, column: str) -> tuple[str, str]:
    both = [one for one in view.flows[column] if one.before != ABSENT]
    whole = sum(one.customers for one in both) or 1
    change: dict[str, int] = {}
    for one in both:
        change[one.after] = change.get(one.after, 0) + one.customers
        change[one.before] = change.get(one.before, 0) - one.customers
    if not any(change.values()):
        return "—", "—"
    up, down = max(change, key=lambda code: change[code]), min(change, key=lambda code: change[code])
    pair = []
    for code, before in ((up, False), (down, True)):
        share = percent(Decimal(change[code]) / whole, 1, sign=True)
        pair.append(f"{view.name(column, code, before=before and all(code != one.after for one in both))} {share}")
    return pair[0], pair[1]


def feature_drift(view: View) -> list[tuple[str, str, float]]:
    """(kind, feature, stability index) of the whole bank's features since the run before, largest first."""
    told = view.asked.run.metrics.get("drift") or {}
    found = [
        (kind, name, float(value)) for kind, each in told.items() for name, value in each.items() if name in BY_NAME
    ]
    return sorted(found, key=lambda one: (-one[2], one[0], one[1]))


def _feature_drift(ctx: Ctx, view: View) -> Component:
    asked, found = view.asked, feature_drift(view)
    title = ctx.t("segments.feature_drift")
    if not found or asked.before is None:
        return frame.card(
            title, status.empty(ctx.t("segments.no_feature_drift"), ctx.t("segments.no_feature_drift_what"))
        )
    heads = [ctx.t(f"segments.head.{name}") for name in ("feature", "whose", "psi", "judged")]
    rows = [
        [
            choose(ctx.language, BY_NAME[name].zh, BY_NAME[name].en),
            view.words.kind(kind),
            number(value, 3),
            _chip(ctx, value),
        ]
        for kind, name, value in found[:MOST_FEATURES]
    ]
    days = {"before": day(asked.before.as_of), "now": day(asked.run.as_of)}
    why = ctx.t("segments.feature_drift_why", shown=min(len(found), MOST_FEATURES), count=len(found), **days)
    return frame.card(title, table(Table(heads, rows, (2,))), why=why)


def _identities(ctx: Ctx, run: Run, before: Run) -> Component:
    """Which segments are the same as in the run before, which are new, which are gone, and whose names went with them."""
    then = {identity_of(c): c for c in every_cluster(before.model)}
    now = {identity_of(c): c for c in every_cluster(run.model)}
    told = []
    for key, known, other in (("same", now, then), ("new", now, then), ("gone", then, now)):
        own = [c for who, c in known.items() if (who in other) == (key == "same")]
        if own:
            names = listing([_called(ctx, c) for c in own], ctx.language)
            told.append(html.Li(ctx.t(f"segments.identity_{key}", count=len(own), names=names)))
    for lost in names_lost(before.model, run.model):
        told.append(
            html.Li(
                ctx.t(
                    "segments.name_lost",
                    name=lost["name"].get(ctx.language, ""),
                    number=cluster_number(int(lost["number"]), ctx.language),
                )
            )
        )
    return frame.card(
        ctx.t("segments.identities"),
        html.Ul(told, className="segments-identities"),
        why=ctx.t("segments.identities_why"),
    )


def _called(ctx: Ctx, cluster: Mapping[str, Any]) -> str:
    words = cluster.get("name") or cluster.get("label") or {}
    mark = cluster_number(int(cluster["number"]), ctx.language)
    name = words.get(ctx.language) if words else None
    return choose(ctx.language, f"{name}（{mark}）", f"{name} ({mark})") if name else mark
