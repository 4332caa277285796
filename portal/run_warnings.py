"""What gives pause before a run is published, each in a sentence: every kind is looked at in the same way first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from domain.catalogue import BY_NAME
from domain.credit.binning import BinningRules
from domain.credit.by_hand import odd_of
from domain.credit.characteristics import named
from domain.credit.metrics import psi
from domain.credit.scorecard import from_dict
from domain.credit.straightness import LEAST, MOST
from domain.phrasing import choose, day, listing, number, percent, short_money
from domain.plain import from_plain
from domain.segmentation.given_names import names_lost
from domain.segmentation.migration import ABSENT
from portal.odd_bins import odd_words
from portal.run_words import Reader, of, parameter_versions, rating_of
from store import runs as store_runs
from store.picture import PictureOnShow
from store.runs import Run

MUCH_MOVED, MANY_WITHOUT, MUCH_GROWN = 0.25, 0.20, 0.10
MUCH_DRIFTED = 0.25  # the mean of what is predicted, against the run on show
MANY_UNKNOWN = 0.02  # accounts without a known balance
WEAK_AUC, STRANGE_AUC, LOST_AUC = 0.65, 0.97, 0.03
FAIR_SLOPE = (0.8, 1.25)
MONTHS_LOOKED_AT = 25
ACT = 0.25  # a stability index to act on, as the segments page judges it
MOST_NAMED = 3  # figures named of those that drifted


def warnings(ctx: Reader, run: Run, shown: Run | None, picture: PictureOnShow | None) -> list[str]:
    """What gives pause; `shown` is the run on show, `picture` what the pages are made of."""
    return [
        *_own_warnings(ctx, run, shown),
        *_moved(ctx, run),
        *_of_any(ctx, run, shown),
        *_of_months(ctx, run, picture),
    ]


def _moved(ctx: Reader, run: Run) -> Iterable[str]:
    for name, moved in (run.migration or {}).items():
        if moved.get("stayed") is not None and 1 - moved["stayed"] > MUCH_MOVED:
            what = ctx.t(f"runs.column.{name}")
            yield ctx.t("runs.warn.moved", what=what, share=percent(1 - moved["stayed"]))


def _of_any(ctx: Reader, run: Run, shown: Run | None) -> Iterable[str]:
    """Older than what is on show, fewer or many more customers, and what is predicted drifted away."""
    if shown is None:
        return
    if run.as_of < shown.as_of:
        yield ctx.t("runs.warn.older", day=day(run.as_of), shown=day(shown.as_of))
    grown = run.customers / shown.customers - 1 if shown.customers else 0.0
    if abs(grown) > MUCH_GROWN:
        key = "fewer" if grown < 0 else "more"
        yield ctx.t(f"runs.warn.{key}", now=number(run.customers), shown=number(shown.customers))
    now, before = _level(run), _level(shown)
    if now is not None and before and abs(now / before - 1) > MUCH_DRIFTED:
        told = {"now": percent(now, 2), "shown": percent(before, 2), "change": percent(now / before - 1, sign=True)}
        yield ctx.t(f"runs.warn.drift_{run.kind}", **told, limit=percent(MUCH_DRIFTED, 0))


def _level(run: Run) -> float | None:
    """The share a kind's predictions come to over all customers it looked at; None where it has none."""
    if run.kind == "credit":
        return run.metrics.get("mean_pd")
    part, whole = {
        "attrition": ("expected_leavers", "scored"), "next_product": ("nothing_to_offer", "scored"),
    }.get(run.kind, ("", ""))  # fmt: skip
    told, scored = run.metrics.get(part), run.metrics.get(whole)
    return None if told is None or not scored else float(told) / float(scored)


def _of_months(ctx: Reader, run: Run, picture: PictureOnShow | None) -> Iterable[str]:
    """Worked out from other batches, months without figures in between, and months the picture has and it has not."""
    if picture is None:
        return
    if tuple(picture.batches) != run.batches:
        yield ctx.t("runs.warn.batches")
    months = [month for month in picture.months if month <= run.as_of][-MONTHS_LOOKED_AT:]
    if gaps := missing(months):
        yield ctx.t("runs.warn.missing_months", months=listing([f"{gap:%Y-%m}" for gap in gaps], ctx.language))
    later = [month for month in picture.months if month > run.as_of]
    if later:
        yield ctx.t("runs.warn.not_newest", day=day(run.as_of), newest=day(later[-1]))


def missing(months: Sequence[date]) -> list[date]:
    """The first days of the months between the first and the last of `months` that are not there."""
    there = {(month.year, month.month) for month in months}
    numbers = [month.year * 12 + month.month - 1 for month in months]
    between = range(min(numbers), max(numbers) + 1) if numbers else ()
    wanted = [date(number // 12, number % 12 + 1, 1) for number in between]
    return [month for month in wanted if (month.year, month.month) not in there]


def _own_warnings(ctx: Reader, run: Run, shown: Run | None) -> Iterable[str]:
    if run.kind == "segmentation":
        return _segment_warnings(ctx, run, shown)
    if run.kind == "credit":
        return _credit_warnings(ctx, run, shown)
    if run.kind == "contribution":
        return _contribution_warnings(ctx, run, shown)
    return _behaviour_warnings(ctx, run)


def _behaviour_warnings(ctx: Reader, run: Run) -> Iterable[str]:
    """No better than what one would do without a model, or probabilities that did not come true."""
    if run.kind == "next_product":
        yield from _offer_warnings(ctx, run)
    elif run.metrics.get("better") is False:
        yield ctx.t("runs.warn.no_better")
    slope = run.metrics.get("slope")
    if slope is not None and not FAIR_SLOPE[0] <= slope <= FAIR_SLOPE[1]:
        yield ctx.t(f"runs.warn.slope_attrition_{_leaning(slope)}", slope=number(slope, 2))


def _leaning(slope: float) -> str:
    """Below 1 the high chances are too high and the low ones too low; above it, the other way round."""
    return "bold" if slope < 1 else "shy"


def _offer_warnings(ctx: Reader, run: Run) -> Iterable[str]:
    """What would be shown is the rule itself, or was below it on later months, or no more than level with it."""
    told = run.metrics
    both = {name: percent((told.get(name) or {}).get("value")) for name in ("recall", "popularity")}
    gain = (told.get("gain") or {}).get("value")
    if told.get("basis") == "rule":
        yield ctx.t("runs.warn.offer_rule", **both)
    elif told.get("better") is False:
        yield ctx.t("runs.warn.offer_below" if gain is not None and gain < 0 else "runs.warn.no_better_offer", **both)


def _contribution_warnings(ctx: Reader, run: Run, shown: Run | None) -> Iterable[str]:
    """No rating behind the expected loss, balances nobody knows, and a year far from the one on show."""
    if run.parameters.get("rating_run") is None:
        yield ctx.t("runs.warn.no_rating")
    used, rated = rating_of(ctx, run), store_runs.published(ctx.connection, "credit")
    if used is not None and rated is not None and used.run_id != rated.run_id:
        yield ctx.t("runs.warn.other_rating", used=used.version, shown=rated.version)
    if shown is not None and _versions(shown) and _versions(run) != _versions(shown):
        named = {name: parameter_versions(each, ctx) for name, each in (("now", run), ("shown", shown))}
        yield ctx.t("runs.warn.other_parameters", **named)
    yield from survival_warning(ctx, run, shown)
    unknown, accounts = run.metrics.get("unknown") or 0, of(run, "month", "accounts") or 0
    if accounts and unknown / accounts > MANY_UNKNOWN:
        yield ctx.t("runs.warn.unknown", count=number(unknown))
    now, before = of(run, "year", "contribution"), of(shown, "year", "contribution") if shown else None
    if now is not None and before and abs(now / before - 1) > MUCH_GROWN:
        money = (short_money(each, ctx.currency, ctx.language) for each in (now, before))
        yield ctx.t("runs.warn.contribution", **dict(zip(("now", "shown"), money, strict=True)))


def survival_warning(ctx: Reader, run: Run, shown: Run | None) -> Iterable[str]:
    """Lifetime values that rest on something else than those on show."""
    now, before = (_survival(ctx, each) for each in (run, shown or run))
    if now != before:
        yield ctx.t("runs.warn.other_survival", now=now, shown=before)


def _survival(ctx: Reader, run: Run) -> str:
    """What lifetime values rest on, in words; runs of before the ways were told apart have the flat one."""
    told = run.parameters.get("survival") or {}
    by = ctx.t("runs.warn.survival_attrition" if told.get("attrition") else "runs.warn.survival_flat")
    return ctx.t("runs.warn.survival_default", by=by) if told.get("default") else by


def _versions(run: Run) -> set[tuple[int, str | None]]:
    """Which parameter versions count from when; how many months each covers changes as time goes by."""
    return {(each["version"], each.get("valid_from")) for each in run.parameters.get("versions", ())}


def _segment_warnings(ctx: Reader, run: Run, shown: Run | None) -> Iterable[str]:
    for lost in names_lost(shown.model if shown else {}, run.model):
        yield ctx.t("runs.warn.name_lost", name=lost["name"].get(ctx.language, ""), number=lost["number"])
    yield from _drifted(ctx, run)
    for kind, chosen in run.metrics.get("k", {}).items():
        if chosen.get("k") and chosen.get("stable") is False:
            yield ctx.t("runs.warn.unstable", kind=ctx.t(f"runs.measure.{kind}"))
    without = run.metrics.get("without_cluster") or 0
    if run.customers and without / run.customers > MANY_WITHOUT:
        yield ctx.t("runs.warn.without", share=percent(without / run.customers))


def _drifted(ctx: Reader, run: Run) -> Iterable[str]:
    """Which of the two drifted, with the figures: who stands where, or what is known of the customers."""
    for column, moved in (run.migration or {}).items():
        value = _stability(moved.get("cells") or ())
        if value is not None and value >= ACT:
            yield ctx.t(
                "runs.warn.drift_groups", what=ctx.t(f"runs.column.{column}"), psi=number(value, 2), act=number(ACT, 2)
            )
    every = [pair for each in (run.metrics.get("drift") or {}).values() for pair in each.items()]
    told = {name: value for name, value in every if value >= ACT}
    named = [name for name in sorted(told, key=lambda name: -told[name]) if name in BY_NAME]
    if named:
        first = [
            f"{choose(ctx.language, BY_NAME[name].zh, BY_NAME[name].en)} {number(told[name], 2)}"
            for name in named[:MOST_NAMED]
        ]
        listed = listing(first, ctx.language)
        yield ctx.t("runs.warn.drift_features", count=number(len(named)), act=number(ACT, 2), first=listed)


def _stability(cells: Sequence[Mapping[str, Any]]) -> float | None:
    """The stability index of who stands where, of customers of both runs; None when there is nobody."""
    both = [cell for cell in cells if ABSENT not in (cell["before"], cell["after"])]
    codes = sorted({str(cell[side]) for cell in both for side in ("before", "after")})
    sides = [
        [sum(int(cell["customers"]) for cell in both if str(cell[side]) == code) for code in codes]
        for side in ("before", "after")
    ]
    return psi(*sides) if any(sides[0]) else None


def _credit_warnings(ctx: Reader, run: Run, shown: Run | None) -> Iterable[str]:
    """What the card is worth is told of the run that developed it: a re-rating learned nothing, and who weighs it weighs
    the customers' figures. That the card is weaker than the one on show counts whenever a run would change the card."""
    auc = (run.metrics.get("auc") or {}).get("value")
    before = ((shown.metrics if shown else {}).get("auc") or {}).get("value")
    if auc is not None and before is not None and before - auc > LOST_AUC:
        yield ctx.t("runs.warn.lost", auc=number(auc, 3), before=number(before, 3))
    if not _by_a_card_there_was(run):
        yield from _of_development(ctx, run)


def _by_a_card_there_was(run: Run) -> bool:
    """Whether it says whose card it rated with: its number in the register, or the run one branch was taken from."""
    return "model_id" in run.parameters or "carried_from" in run.parameters


def _of_development(ctx: Reader, run: Run) -> Iterable[str]:
    auc, slope = (run.metrics.get("auc") or {}).get("value"), run.metrics.get("slope")
    if auc is not None and auc < WEAK_AUC:
        yield ctx.t("runs.warn.weak", auc=number(auc, 3))
    if auc is not None and auc > STRANGE_AUC:
        yield ctx.t("runs.warn.strange", auc=number(auc, 3))
    if slope is not None:
        yield from _left_of_slope(ctx, slope, run.metrics.get("shrinkage"))
    yield from _bins_by_hand(ctx, run)


def _left_of_slope(ctx: Reader, slope: float, multiplied: float | None) -> Iterable[str]:
    """The weights on the card are already multiplied by the slope out of fold, to its end unless a bound stopped it: only what
    is left then is wrong. (Where the scale has a second slope the multiplier is that of the riskier part, not of all.)"""
    if multiplied and LEAST < multiplied < MOST:
        return
    left = slope / multiplied if multiplied else slope
    if not FAIR_SLOPE[0] <= left <= FAIR_SLOPE[1]:
        yield ctx.t(f"runs.warn.slope_{_leaning(left)}", slope=number(left, 2))


def _bins_by_hand(ctx: Reader, run: Run) -> Iterable[str]:
    """Characteristics whose bins people set and that did not enter the card, and bins no development would have cut."""
    if not run.model.get("characteristics") or not run.parameters.get("bins"):
        return
    try:
        card = from_dict(dict(run.model))
    except ValueError:  # changed by hand: the page says so
        return
    out = [named(name) for name in run.parameters["bins"] if name not in card.names]
    if out:
        names = listing([choose(ctx.language, one.zh, one.en) for one in out], ctx.language)
        yield ctx.t("runs.warn.by_hand_out", names=names)
    rules = from_plain(BinningRules, run.parameters.get("binning") or {})
    for one in card.characteristics:
        if one.name in run.parameters["bins"]:
            for odd in odd_of(one.binning, named(one.name).direction, rules):
                told = odd_words(ctx, one.binning, odd, rules.least_share)
                yield ctx.t("runs.warn.by_hand", told=told)
