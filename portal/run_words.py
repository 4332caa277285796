"""A run in words: its figures beside those on show, what gives pause, and how its classes are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from dash.development.base_component import Component

from domain import standing
from domain.behaviour.risk_bands import WORDS as RISKS
from domain.catalogue import FAMILY_WORDS
from domain.contribution.bands import BANDS
from domain.phrasing import ABSENT, choose, day, number, percent, short_money
from domain.segmentation.life_cycle import STAGES
from portal.access import Ctx
from portal.actors import person
from portal.customer_words import GRADES
from portal.widgets import status
from store import runs as store_runs
from store.contributions import earlier_rating
from store.database import Connection
from store.run_moves import read
from store.runs import Run

KINDS = ("segmentation", "credit", "attrition", "next_product", "contribution")
TONES = {"candidate": "accent", "published": "good", "superseded": "plain", "rejected": "bad"}
PREDICTED = ("risk", "offer")  # columns of who is looked at at all: the others neither came nor left
Figures = Mapping[str, Any]


class Reader(Protocol):
    """For whom a run is put into words: a request's Ctx, or somebody at a prompt."""

    @property
    def language(self) -> str:
        """zh or en."""

    @property
    def currency(self) -> str:
        """The bank's."""

    @property
    def connection(self) -> Connection:
        """To the store."""

    def t(self, key: str, **values: object) -> str:
        """The text of a key."""


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


def slope_of_card(metrics: Mapping[str, Any], ctx: Ctx) -> str:
    """The slope out of fold, and what the weights on the card were multiplied with because of it."""
    slope, multiplied = (metrics.get(name) for name in ("slope", "shrinkage"))
    if slope is None or multiplied is None:
        return number(slope, 2)
    return ctx.t("runs.slope_mended", slope=number(slope, 2), multiplied=number(multiplied, 2))


def _sample(run: Run, ctx: Ctx) -> str:
    rows, bad, kind = (run.metrics.get(name) for name in ("rows", "bad", "sample"))
    if rows is None:
        return ABSENT
    return ctx.t("runs.sample", rows=number(rows), bad=number(bad), kind=ctx.t(f"runs.sample_kind.{kind}"))


def _mean_pd(run: Run, ctx: Ctx) -> str:
    """Of everybody rated, and of those who are not in default, whose PD is no certainty: that is what a bad rate is like."""
    mean, rated, gone = (run.metrics.get("mean_pd"), run.metrics.get("rated"), _in_default(run))
    if mean is None or not gone or not rated or gone >= rated:
        return percent(mean, 2)
    others = (mean * rated - gone) / (rated - gone)
    return ctx.t("runs.mean_pd", all=percent(mean, 2), gone=number(gone), others=percent(others, 2))


def _in_default(run: Run) -> int:
    return int((run.metrics.get("grades") or {}).get("D", 0))


def _tested(run: Run, ctx: Ctx) -> str:
    rows, left = run.metrics.get("rows"), run.metrics.get("outcomes")
    return ABSENT if rows is None else ctx.t("runs.tested", rows=number(rows), left=number(left))


def _families(run: Run, ctx: Ctx) -> str:
    names = [choose(ctx.language, *FAMILY_WORDS[family]) for family in run.metrics.get("families", {})]
    return choose(ctx.language, "、", ", ").join(names) or ABSENT


def _basis(run: Run, ctx: Ctx) -> str:
    """What offers go by: the segment's habit alone, or with a share of the customer's own signals."""
    if run.metrics.get("basis") not in ("rule", "blend"):
        return ABSENT
    own = (run.metrics.get("own_share") or {}).get("own")
    return ctx.t(f"runs.basis.{run.metrics['basis']}", own=percent(own, 0))


def _by_the_rule(run: Run) -> bool:
    """The customer's own signals were tried and left out: what is shown is the segment's habit."""
    return run.metrics.get("basis") == "rule"


def _found_by(run: Run) -> str:
    """The figure of what is shown, which is not that of what was tried."""
    return "popularity" if _by_the_rule(run) else "recall"


def _amount(side: str) -> Callable[[Run, Ctx], str]:
    return lambda run, ctx: short_money(of(run, side, "contribution"), ctx.currency, ctx.language)


def of(run: Run, side: str, name: str) -> Decimal | None:
    """An amount of a run's metrics, `side` month, year or change; None where the run does not have it."""
    told = (run.metrics.get(side) or {}).get(name)
    return None if told is None else Decimal(str(told))


def _moved_by(run: Run, ctx: Ctx) -> str:
    """The change since the month before and its five parts."""
    if not run.metrics.get("change"):
        return ABSENT
    parts = {
        name: short_money(of(run, "change", name), ctx.currency, ctx.language, sign=True)
        for name in ("volume", "margin", "mix", "won", "lost")
    }
    return ctx.t("runs.moved_by", **parts)


def parameter_versions(run: Run, ctx: Reader) -> str:
    """The versions of the contribution parameters and how many months each covers."""
    told = run.parameters.get("versions", ())
    named = [ctx.t("runs.parameter_version", version=each["version"], months=each["months"]) for each in told]
    return choose(ctx.language, "、", ", ").join(named) or ABSENT


def _rating(run: Run, ctx: Ctx) -> str:
    """The published ratings whose probabilities of default the expected loss rests on."""
    used, other = rating_of(ctx, run), earlier_rating(ctx.connection, run)
    named = used.version if used is not None else ctx.t("runs.no_rating")
    return named if other is None else ctx.t("runs.not_on_show", used=named, shown=other.shown)


def rating_of(ctx: Reader, run: Run) -> Run | None:
    """The credit run a contribution took its probabilities of default from; None without one."""
    run_id = run.parameters.get("rating_run")
    return None if run_id is None else store_runs.run(ctx.connection, int(run_id))


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
        Measure("slope", lambda run, ctx: slope_of_card(run.metrics, ctx)),
        Measure("mean_pd", _mean_pd),
    ),
    "attrition": (
        *_OF_A_SCOPE,
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
        *_OF_A_SCOPE,
        Measure("basis", _basis),
        Measure("recall", lambda run, ctx: _estimate(run, _found_by(run), ctx.language)),
        Measure("popularity", lambda run, ctx: _estimate(run, "popularity", ctx.language)),
        Measure("tried", lambda run, ctx: _estimate(run, "recall", ctx.language) if _by_the_rule(run) else ABSENT),
        Measure("own_gain", lambda run, ctx: _estimate(run, "gain", ctx.language)),
        Measure("opened", _figure("opened")),
        Measure("families", _families),
        Measure("nothing_to_offer", _figure("nothing_to_offer")),
    ),
    "contribution": (
        *_OF_A_SCOPE,
        Measure("contribution_month", _amount("month")),
        Measure("contribution_year", _amount("year")),
        Measure("raroc", lambda run, _ctx: percent(of(run, "year", "raroc"))),
        Measure("contribution_change", _moved_by),
        Measure("top_fifth", _share("top_fifth", 0)),
        Measure("losing", _figure("losing")),
        Measure("unknown_balances", _figure("unknown")),
        Measure("parameters", parameter_versions),
        Measure("rating", _rating),
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
        return ctx.t("runs.recall", recall=_estimate(run, _found_by(run), ctx.language))
    if run.kind == "contribution":
        return ctx.t("runs.year_made", money=_amount("year")(run, ctx), raroc=percent(of(run, "year", "raroc")))
    chosen = run.metrics.get("k", {})
    told = [
        ctx.t(f"runs.k_{kind}", k=chosen[kind]["k"])
        for kind in ("personal", "corporate")
        if chosen.get(kind, {}).get("k")
    ]
    return " · ".join(told) or ABSENT


def class_order(run: Run, column: str, codes: Iterable[str]) -> list[str]:
    """Codes of a migration in the order they rank: tiers and grades from the best, clusters by number; strangers last."""
    ranked = {
        "tier": [*reversed(standing.tiers_of(run.model))],
        "life_cycle": [stage.code for stage in STAGES],
        "grade": list(GRADES),
        "band": list(BANDS),
        "risk": list(RISKS),
        "offer": list(FAMILY_WORDS),
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
    if column in PREDICTED:
        return _predicted(ctx, code)
    if code in ("absent", "none"):
        return ctx.t("runs.none_of_them" if code == "none" else "runs.came" if before else "runs.left")
    if column == "tier":
        return standing.tier_name(code, run.model, ctx.language)
    if column == "life_cycle":
        return standing.stage_name(code, ctx.language)
    if column == "cluster" and code.isdigit():
        return standing.cluster_name(int(code), run.model, ctx.language)
    return ctx.t(f"runs.band.{code}") if column == "band" and code in BANDS else code


def step_words(ctx: Ctx, value: str) -> str | None:
    """A cell of a run's migration, as the look-up is asked for its customers; None for what means nothing."""
    asked = read(ctx.connection, value)
    run = None if asked is None else store_runs.run(ctx.connection, asked[0].run_id)
    if asked is None or run is None:
        return None
    of, column, *codes = asked
    sides = [class_name(ctx, run, column, code, before=not at) for at, code in enumerate(codes)]
    what = ctx.t(f"runs.column.{column}")
    return ctx.t("run.step", old=of.version_before, new=run.version, what=what, before=sides[0], after=sides[1])


def _predicted(ctx: Ctx, code: str) -> str:
    """A band of the probability of leaving, or the family offered first."""
    if code in RISKS:
        return ctx.t(f"runs.risk.{code}", middle=percent(RISKS["middle"], 0), high=percent(RISKS["high"], 0))
    if code in FAMILY_WORDS:
        return choose(ctx.language, *FAMILY_WORDS[code])
    return ctx.t("runs.no_offer" if code == "none" else "runs.not_predicted")


def started(ctx: Ctx, run: Run) -> str:
    """Who had it made: a person by name, or the schedule."""
    return person(ctx, run.started_by)
