"""What a run was worked out with, in words: every parameter it keeps, a line a matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.catalogue import BY_NAME
from domain.credit.characteristics import named
from domain.phrasing import choose, number, percent, percent_exact, short_money
from domain.standing import tier_name
from portal.access import Ctx
from store.runs import Run

SHARES = frozenset({"growing", "declining", "least_share", "tail", "rare_share", "share_lost"})
# Said elsewhere: the date, whom it was computed for, the versions of the price parameters, bins by their draft, the model; the
# version of the masterscale stands before its bounds.
ELSEWHERE = frozenset({"as_of", "branch", "carried_from", "versions", "bins", "model_id", "corporate_tiers", "horizon",
                       "masterscale_version"})  # fmt: skip
Parameters = Mapping[str, Any]
Says = Callable[[Ctx, Run], str]


def told(ctx: Ctx, run: Run) -> list[tuple[str, str]]:
    """Name and words of each matter; what has no words yet stands as it is kept, so that nothing is left out."""
    lines, said = [], set(ELSEWHERE)
    for matter, part, says in LINES.get(run.kind, ()):
        said.add(part)
        if part in run.parameters:
            lines.append((ctx.t(f"run.matter.{matter}"), says(ctx, run)))
    rest = ((name, value) for name, value in run.parameters.items() if name not in said)
    return lines + [(name, _figure(name, value)) for name, value in rest]


def _figure(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if name in SHARES:
        return percent(value, 1)
    digits = next((digits for digits in (0, 1, 2) if round(value, digits) == value), 3)
    return number(value, digits)


def _says(matter: str, part: str) -> Says:
    def says(ctx: Ctx, run: Run) -> str:
        kept = run.parameters[part]
        figures = kept if isinstance(kept, Mapping) else {part: kept}
        return ctx.t(f"run.says.{matter}", **{name: _figure(name, value) for name, value in figures.items()})

    return says


def _whole(matter: str) -> Says:
    """A sentence of the parameters that stand by themselves."""
    return lambda ctx, run: ctx.t(
        f"run.says.{matter}", **{name: _figure(name, value) for name, value in run.parameters.items()}
    )


def _tiers(ctx: Ctx, run: Run) -> str:
    every = (*run.parameters["tiers"], *run.parameters.get("corporate_tiers", ()))
    begins = (
        f"{tier_name(tier['code'], {'tiers': every}, ctx.language)} ≥ "
        f"{short_money(tier['begins'], ctx.currency, ctx.language)}"
        for tier in every
    )
    return " · ".join(begins)


def _cuts(ctx: Ctx, run: Run) -> str:
    return ctx.t("run.says.cuts_kept" if run.parameters["keep_cuts"] else "run.says.cuts_new")


def _features(part: str) -> Says:
    def says(ctx: Ctx, run: Run) -> str:
        names = run.parameters[part]
        words = [
            choose(ctx.language, BY_NAME[name].zh, BY_NAME[name].en) if name in BY_NAME else name for name in names
        ]
        return ctx.t("run.says.features", count=len(names), names=choose(ctx.language, "、", ", ").join(words))

    return says


def _sample(ctx: Ctx, run: Run) -> str:
    return ctx.t(f"runs.sample_kind.{run.parameters['sample']}")


def _long_run(ctx: Ctx, run: Run) -> str:
    asked = run.parameters["long_run_rate"]
    return long_run_words(ctx, asked, run.model.get("long_run_rate"), run.metrics)


def long_run_words(ctx: Ctx, asked: float | None, rate: float | None, metrics: Mapping[str, Any]) -> str:
    """The share of bad a card's PD is calibrated to, and what it is a share of, the same wherever it is told.

    asked: what whoever developed the card set, None for the sample's own. rate: as the card has it. metrics: of the
    development; rows and bad are of the good and the bad only.
    """
    if asked is not None:
        return ctx.t("run.says.long_run", rate=percent(asked, 2))
    if rate is None:
        return ctx.t("run.says.own_rate")
    rows, bad = metrics.get("rows"), metrics.get("bad")
    if not rows or bad is None:
        return ctx.t("run.says.own_rate_is", rate=percent(rate, 2))
    return ctx.t("run.says.own_rate_of", rate=percent(rate, 2), known=percent(bad / rows, 2))


def _masterscale(ctx: Ctx, run: Run) -> str:
    # A PD that equals a bound belongs to the worse grade.
    grades, bounds = run.parameters["masterscale"]["grades"], run.parameters["masterscale"]["bounds"]
    below = [f"{grade} < {percent_exact(bound)}" for grade, bound in zip(grades, bounds, strict=False)]
    told = " · ".join([*below, *(f"{grade} ≥ {percent_exact(bounds[-1])}" for grade in grades[len(bounds) :])])
    number_ = run.parameters.get("masterscale_version")
    if number_ is None:
        return told
    return ctx.t("parameters.number", version=number_) + choose(ctx.language, "：", ": ") + told


def _survival(ctx: Ctx, run: Run) -> str:
    told = run.parameters["survival"]
    rest, by = percent(float(told["parameter"]), 2), told["attrition"]
    if by is None:
        return ctx.t("run.says.survival_parameter", rest=rest)
    return ctx.t("run.says.survival", version=by["version"], months=by["months"], rest=rest)


def _rating_run(ctx: Ctx, run: Run) -> str:
    used = run.parameters["rating_run"]
    return ctx.t("run.says.no_rating") if used is None else ctx.t("run.says.rating", run=used)


def _selection(ctx: Ctx, run: Run) -> str:
    """What a characteristic needs to enter; whether it must be significant is told of runs that asked for it."""
    kept = run.parameters["selection"]
    words = _says("selection", "selection")(ctx, run)
    level = kept.get("significance") if isinstance(kept, Mapping) else None
    return words if level is None else words + ctx.t("run.says.significance", level=_figure("significance", level))


def _cleared(ctx: Ctx, run: Run) -> str:
    """Suspicions of a leak that analysts ruled out before the card was made."""
    told = run.parameters["cleared"].items()
    return choose(ctx.language, "；", "; ").join(
        f"{choose(ctx.language, named(name).zh, named(name).en)} — {one[ctx.language]}" for name, one in told
    )


def _by_hand(ctx: Ctx, run: Run) -> str:
    """Bins an analyst set, and the draft that says why."""
    return ctx.t("development.by_hand", count=len(run.parameters["bins"]), number=run.parameters["draft"])


# By kind: the matter, the parameter whose presence it needs, and its words.
LINES: dict[str, tuple[tuple[str, str, Says], ...]] = {
    "segmentation": (
        ("tiers", "tiers", _tiers),
        ("cuts", "keep_cuts", _cuts),
        ("life_cycle", "life_cycle", _says("life_cycle", "life_cycle")),
        ("clusters", "clusters", _says("clusters", "clusters")),
        ("cluster_rows", "clusters", _says("cluster_rows", "clusters")),
        ("personal", "personal", _features("personal")),
        ("corporate", "corporate", _features("corporate")),
    ),
    "credit": (
        ("sample", "sample", _sample),
        ("long_run", "long_run_rate", _long_run),
        ("binning", "binning", _says("binning", "binning")),
        ("selection", "selection", _selection),
        ("cleared", "cleared", _cleared),
        ("scaling", "scaling", _says("scaling", "scaling")),
        ("masterscale", "masterscale", _masterscale),
        ("by_hand", "draft", _by_hand),
    ),
    "attrition": (
        ("leaves", "share_lost", _whole("leaves")),  # one rule of two parts: neither is leaving by itself
        ("watched", "alive_days", _says("alive_days", "alive_days")),
        ("judged", "redraws", _says("redraws", "redraws")),
        ("reasons", "drivers", _says("drivers", "drivers")),
        ("boosting", "boosting", _says("boosting", "boosting")),
    ),
    "next_product": (
        ("opens", "horizon", _whole("opens")),
        ("offered", "least_openings", _says("least_openings", "least_openings")),
        ("peers", "peers", _says("peers", "peers")),
        ("judged", "top", _says("top", "top")),
        ("offers", "told", _says("told", "told")),
        ("judged", "redraws", _says("redraws", "redraws")),
        ("reasons", "drivers", _says("drivers", "drivers")),
        ("boosting", "boosting", _says("boosting", "boosting")),
    ),
    "contribution": (
        ("months", "months", _says("months", "months")),
        ("rating_run", "rating_run", _rating_run),
        ("survival", "survival", _survival),
    ),
}
