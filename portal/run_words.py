"""A run in words: its figures beside those on show, what gives pause, and how its classes are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from domain import standing
from domain.catalogue import FAMILY_WORDS
from domain.contribution.bands import BANDS
from domain.phrasing import ABSENT, choose, day, number, percent, short_money
from domain.segmentation.life_cycle import STAGES
from portal.access import Ctx
from portal.customer_words import GRADES
from portal.widgets import status
from store.runs import Run

KINDS = ("segmentation", "credit", "attrition", "next_product", "contribution")
TONES = {"candidate": "accent", "published": "good", "superseded": "plain", "rejected": "bad"}
# What makes one look twice before publishing.
MUCH_MOVED, MANY_WITHOUT, MUCH_GROWN = 0.25, 0.20, 0.10
MANY_UNKNOWN = 0.02  # accounts without a known balance
WEAK_AUC, STRANGE_AUC, LOST_AUC = 0.65, 0.97, 0.03
FAIR_SLOPE = (0.8, 1.25)
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """One figure: its key in the catalogue and how it is written, '—' where the run does not have it."""

    key: str
    written: Callable[[Run, Ctx], str]


def chip(ctx: Ctx, run: Run) -> Component:
    """The state in a word."""
    return status.chip(ctx.t(f"runs.state.{run.state}"), TONES[run.state])


def _estimate(run: Run, name: str, language: str) -> str:
    found = run.metrics.get(name)
    if not isinstance(found, Mapping):
        return ABSENT
    interval = f"{number(found['low'], 3)}–{number(found['high'], 3)}"
    return number(found["value"], 3) + choose(language, f"（{interval}）", f" ({interval})")


def _clusters(kind: str) -> Callable[[Run, Ctx], str]:
    def written(run: Run, ctx: Ctx) -> str:
        found = run.metrics.get("k", {}).get(kind)
        if not found:
            return ABSENT
        if not found.get("k"):
            return ctx.t("runs.not_clustered", count=number(found.get("customers")))
        chosen: Figures = next((c for c in found.get("candidates", ()) if c.get("k") == found["k"]), {})
        return ctx.t(
            "runs.clustered",
            k=found["k"],
            silhouette=number(chosen.get("silhouette"), 3),
            stability=number(chosen.get("stability"), 3),
        )

    return written


def _figure(name: str, digits: int = 0) -> Callable[[Run, Ctx], str]:
    return lambda run, _ctx: number(run.metrics.get(name), digits)


def _share(name: str, digits: int = 2) -> Callable[[Run, Ctx], str]:
    return lambda run, _ctx: percent(run.metrics.get(name), digits)


def _sample(run: Run, ctx: Ctx) -> str:
    rows, bad, kind = (run.metrics.get(name) for name in ("rows", "bad", "sample"))
    if rows is None:
        return ABSENT
    return ctx.t("runs.sample", rows=number(rows), bad=number(bad), kind=ctx.t(f"runs.sample_kind.{kind}"))


def _tested(run: Run, ctx: Ctx) -> str:
    rows, left = run.metrics.get("rows"), run.metrics.get("outcomes")
    return ABSENT if rows is None else ctx.t("runs.tested", rows=number(rows), left=number(left))


def _families(run: Run, ctx: Ctx) -> str:
    names = [choose(ctx.language, *FAMILY_WORDS[family]) for family in run.metrics.get("families", {})]
    return choose(ctx.language, "、", ", ").join(names) or ABSENT


def _amount(side: str) -> Callable[[Run, Ctx], str]:
    return lambda run, ctx: short_money(_of(run, side, "contribution"), ctx.currency, ctx.language)


def _of(run: Run, side: str, name: str) -> Decimal | None:
    told = (run.metrics.get(side) or {}).get(name)
    return None if told is None else Decimal(str(told))


def _moved_by(run: Run, ctx: Ctx) -> str:
    """The change since the month before and its five parts."""
    if not run.metrics.get("change"):
        return ABSENT
    parts = {
        name: short_money(_of(run, "change", name), ctx.currency, ctx.language, sign=True)
        for name in ("volume", "margin", "mix", "won", "lost")
    }
    return ctx.t("runs.moved_by", **parts)


def _versions(run: Run, ctx: Ctx) -> str:
    told = run.parameters.get("versions", ())
    named = [
        ctx.t("runs.parameter_version", version=each["version"], months=each["months"])
        if each["version"]
        else ctx.t("runs.parameters_built_in", months=each["months"])
        for each in told
    ]
    return choose(ctx.language, "、", ", ").join(named) or ABSENT


_COMMON = (
    Measure("as_of", lambda run, _ctx: day(run.as_of)),
    Measure("customers", lambda run, _ctx: number(run.customers)),
    Measure("batches", lambda run, _ctx: "、".join(f"#{batch}" for batch in run.batches) or ABSENT),
)
_OF_A_SCOPE = (*_COMMON, Measure("scope", lambda run, ctx: scope(ctx, run)))
MEASURES: dict[str, tuple[Measure, ...]] = {
    "segmentation": (
        *_OF_A_SCOPE,
        Measure("personal", _clusters("personal")),
        Measure("corporate", _clusters("corporate")),
        Measure("without_cluster", _figure("without_cluster")),
    ),
    "credit": (
        *_OF_A_SCOPE,
        Measure("learned_from", _sample),
        Measure("auc", lambda run, ctx: _estimate(run, "auc", ctx.language)),
        Measure("ks", lambda run, ctx: _estimate(run, "ks", ctx.language)),
        Measure("gini", lambda run, ctx: _estimate(run, "gini", ctx.language)),
        Measure("brier", _figure("brier", 4)),
        Measure("slope", _figure("slope", 2)),
        Measure("mean_pd", _share("mean_pd")),
    ),
    "attrition": (
        *_COMMON,
        Measure("tested_on", _tested),
        Measure("auc_later", lambda run, ctx: _estimate(run, "auc", ctx.language)),
        Measure("rule", lambda run, ctx: _estimate(run, "rule", ctx.language)),
        Measure("gain", lambda run, ctx: _estimate(run, "gain", ctx.language)),
        Measure("lift", _figure("lift", 1)),
        Measure("captured", _share("captured", 0)),
        Measure("brier", _figure("brier", 4)),
        Measure("slope", _figure("slope", 2)),
        Measure("expected_leavers", _figure("expected_leavers")),
        Measure("aum_at_risk", lambda run, ctx: short_money(run.metrics.get("aum_at_risk"), ctx.settings.currency, ctx.language)),
        Measure("not_exposed", _figure("not_exposed")),
    ),
    "next_product": (
        *_COMMON,
        Measure("recall", lambda run, ctx: _estimate(run, "recall", ctx.language)),
        Measure("popularity", lambda run, ctx: _estimate(run, "popularity", ctx.language)),
        Measure("gain", lambda run, ctx: _estimate(run, "gain", ctx.language)),
        Measure("opened", _figure("opened")),
        Measure("families", _families),
        Measure("nothing_to_offer", _figure("nothing_to_offer")),
    ),
    "contribution": (
        *_COMMON,
        Measure("contribution_month", _amount("month")),
        Measure("contribution_year", _amount("year")),
        Measure("raroc", lambda run, _ctx: percent(_of(run, "year", "raroc"))),
        Measure("contribution_change", _moved_by),
        Measure("top_fifth", _share("top_fifth", 0)),
        Measure("losing", _figure("losing")),
        Measure("unknown_balances", _figure("unknown")),
        Measure("parameters", _versions),
    ),
}  # fmt: skip


def scope(ctx: Ctx, run: Run) -> str:
    """Whom it was computed for: the whole bank, or a branch with the counts and the run the others come from."""
    branch = run.parameters.get("branch")
    if not branch:
        return ctx.t("runs.whole_bank")
    told = {name: number(run.metrics.get(name)) for name in ("recomputed", "carried_over")}
    return ctx.t("runs.of_branch", branch=branch["name"], version=run.parameters["carried_from"]["version"], **told)


def summary(ctx: Ctx, run: Run) -> str:
    """The figures one compares runs by, on one line."""
    if run.kind == "credit":
        return f"AUC {_estimate(run, 'auc', ctx.language)} · KS {_estimate(run, 'ks', ctx.language)}"
    if run.kind == "attrition":
        return (
            f"AUC {_estimate(run, 'auc', ctx.language)} · {ctx.t('runs.lift', lift=number(run.metrics.get('lift'), 1))}"
        )
    if run.kind == "next_product":
        return ctx.t("runs.recall", recall=_estimate(run, "recall", ctx.language))
    if run.kind == "contribution":
        return ctx.t("runs.year_made", money=_amount("year")(run, ctx), raroc=percent(_of(run, "year", "raroc")))
    chosen = run.metrics.get("k", {})
    told = [
        ctx.t(f"runs.k_{kind}", k=chosen[kind]["k"])
        for kind in ("personal", "corporate")
        if chosen.get(kind, {}).get("k")
    ]
    return " · ".join(told) or ABSENT


def warnings(ctx: Ctx, run: Run, shown: Run | None, serving: Sequence[int]) -> list[str]:
    """What gives pause, each in a sentence; `shown` is the run on show, `serving` the batches the pages are made of."""
    found = list(_own_warnings(ctx, run, shown))
    for name, moved in (run.migration or {}).items():
        if moved.get("stayed") is not None and 1 - moved["stayed"] > MUCH_MOVED:
            what = ctx.t(f"runs.column.{name}")
            found.append(ctx.t("runs.warn.moved", what=what, share=percent(1 - moved["stayed"])))
    if shown is not None and run.as_of < shown.as_of:
        found.append(ctx.t("runs.warn.older", day=day(run.as_of), shown=day(shown.as_of)))
    if shown is not None and shown.customers and abs(run.customers / shown.customers - 1) > MUCH_GROWN:
        found.append(ctx.t("runs.warn.customers", now=number(run.customers), shown=number(shown.customers)))
    if serving and tuple(serving) != run.batches:
        found.append(ctx.t("runs.warn.batches"))
    return found


def _own_warnings(ctx: Ctx, run: Run, shown: Run | None) -> Iterable[str]:
    if run.kind == "segmentation":
        return _segment_warnings(ctx, run)
    if run.kind == "credit":
        return _credit_warnings(ctx, run, shown)
    if run.kind == "contribution":
        return _contribution_warnings(ctx, run, shown)
    return _behaviour_warnings(ctx, run)


def _behaviour_warnings(ctx: Ctx, run: Run) -> Iterable[str]:
    """No better than what one would do without a model, or probabilities that did not come true."""
    if run.metrics.get("better") is False:
        yield ctx.t("runs.warn.no_better") if run.kind == "attrition" else ctx.t("runs.warn.no_better_offer")
    slope = run.metrics.get("slope")
    if slope is not None and not FAIR_SLOPE[0] <= slope <= FAIR_SLOPE[1]:
        yield ctx.t("runs.warn.slope_attrition", slope=number(slope, 2))


def _contribution_warnings(ctx: Ctx, run: Run, shown: Run | None) -> Iterable[str]:
    """No rating behind the expected loss, balances nobody knows, and a year far from the one on show."""
    if run.parameters.get("rating_run") is None:
        yield ctx.t("runs.warn.no_rating")
    unknown, accounts = run.metrics.get("unknown") or 0, _of(run, "month", "accounts") or 0
    if accounts and unknown / accounts > MANY_UNKNOWN:
        yield ctx.t("runs.warn.unknown", count=number(unknown))
    now, before = _of(run, "year", "contribution"), _of(shown, "year", "contribution") if shown else None
    if now is not None and before and abs(now / before - 1) > MUCH_GROWN:
        money = (short_money(each, ctx.currency, ctx.language) for each in (now, before))
        yield ctx.t("runs.warn.contribution", **dict(zip(("now", "shown"), money, strict=True)))


def _segment_warnings(ctx: Ctx, run: Run) -> Iterable[str]:
    for kind, chosen in run.metrics.get("k", {}).items():
        if chosen.get("k") and chosen.get("stable") is False:
            yield ctx.t("runs.warn.unstable", kind=ctx.t(f"runs.measure.{kind}"))
    without = run.metrics.get("without_cluster") or 0
    if run.customers and without / run.customers > MANY_WITHOUT:
        yield ctx.t("runs.warn.without", share=percent(without / run.customers))


def _credit_warnings(ctx: Ctx, run: Run, shown: Run | None) -> Iterable[str]:
    auc = (run.metrics.get("auc") or {}).get("value")
    before = ((shown.metrics if shown else {}).get("auc") or {}).get("value")
    slope = run.metrics.get("slope")
    if auc is not None and auc < WEAK_AUC:
        yield ctx.t("runs.warn.weak", auc=number(auc, 3))
    if auc is not None and auc > STRANGE_AUC:
        yield ctx.t("runs.warn.strange", auc=number(auc, 3))
    if auc is not None and before is not None and before - auc > LOST_AUC:
        yield ctx.t("runs.warn.lost", auc=number(auc, 3), before=number(before, 3))
    if slope is not None and not FAIR_SLOPE[0] <= slope <= FAIR_SLOPE[1]:
        yield ctx.t("runs.warn.slope", slope=number(slope, 2))


def class_order(run: Run, column: str, codes: Iterable[str]) -> list[str]:
    """Codes of a migration in the order they rank: tiers and grades from the best, clusters by number; strangers last."""
    ranked = {
        "tier": [*reversed(standing.tiers_of(run.model))],
        "life_cycle": [stage.code for stage in STAGES],
        "grade": list(GRADES),
        "band": list(BANDS),
    }.get(column, [])
    place = {code: at for at, code in enumerate(ranked)}

    def rank(code: str) -> tuple[int, int, str]:
        if code in ("none", "absent"):
            return (2, 0 if code == "none" else 1, code)
        if column == "cluster" and code.lstrip("-").isdigit():
            return (0, int(code), code)
        return (0, place[code], code) if code in place else (1, 0, code)

    return sorted(set(codes), key=rank)


def class_name(ctx: Ctx, run: Run, column: str, code: str, before: bool = False) -> str:
    """What a class is called; a customer only one of the runs has came or left."""
    if code == "absent":
        return ctx.t("runs.came" if before else "runs.left")
    if code == "none":
        return ctx.t("runs.none_of_them")
    if column == "tier":
        return standing.tier_name(code, run.model, ctx.language)
    if column == "life_cycle":
        return standing.stage_name(code, ctx.language)
    if column == "cluster" and code.isdigit():
        return standing.cluster_name(int(code), run.model, ctx.language)
    return ctx.t(f"runs.band.{code}") if column == "band" and code in BANDS else code


def started(ctx: Ctx, run: Run) -> str:
    """Who had it made: a login, or the schedule."""
    return choose(ctx.language, "定时任务", "schedule") if run.started_by == "schedule" else run.started_by
