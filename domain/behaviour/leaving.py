"""Why a customer may leave, or stays: reasons against customers alike, told only where they move the chance materially.

A driver's push is the log odds it adds. What customers alike share (no loan among those without loans) sets nobody apart, so
the mean push of those alike is taken off first. Alike are customers of one kind, with or without loans and investments. At or
above the bank's average chance the reasons to leave are told, below it what speaks for staying; a reason whose figure points
the other way (assets that grew, as a reason to leave) is told of neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from domain.behaviour.drivers import FIGURES, is_lacking
from domain.behaviour.signals import DRIVERS
from domain.credit.woe import Floats

Figures = Mapping[str, Any]
Usual = Mapping[str, Sequence[float]]
LEAVES, STAYS = "leaves", "stays"
LEAST_ODDS = math.log(1.25)  # a reason moves the odds by a quarter at least
LEAST_SHARE = 0.5  # and the chance by half the bank's average
LEAST_ALIKE = 50  # customers; fewer are compared with everybody
EVERYBODY = ""
LONG_IDLE = 15  # days without a movement, from which they speak for leaving
ROUNDED = 6  # decimals of a chance


def alike(signals: pd.DataFrame) -> NDArray[np.object_]:
    """The group of each row of signals, shape (n,): kind, loans held or not, investments held or not."""
    invested = sum(np.nan_to_num(signals[f"n_{f}"].to_numpy(dtype=float)) for f in ("wealth", "fund", "insurance"))
    parts = (
        np.where(signals["corporate"].to_numpy(dtype=float) > 0, "corporate", "personal"),
        np.where(np.nan_to_num(signals["loans_held"].to_numpy(dtype=float)) > 0, " loans", ""),
        np.where(np.asarray(invested) > 0, " investments", ""),
    )
    return np.asarray(parts[0].astype(object) + parts[1].astype(object) + parts[2].astype(object))


def usual(pushes: Floats, signals: pd.DataFrame) -> dict[str, list[float]]:
    """The mean push of each driver by group of `alike`, and of EVERYBODY; JSON-able. pushes: (n, drivers), n > 0."""
    groups, told = alike(signals), {EVERYBODY: pushes.mean(axis=0)}
    told |= {str(g): pushes[groups == g].mean(axis=0) for g in np.unique(groups) if (groups == g).sum() >= LEAST_ALIKE}
    return {group: [round(float(mean), 4) for mean in means] for group, means in told.items()}


def beyond(pushes: Floats, signals: pd.DataFrame, means: Usual) -> Floats:
    """Pushes less those of customers alike, (n, drivers). means: of `usual`; where it says nothing, of these rows."""
    known = means or usual(pushes, signals)
    taken = [known.get(group, known[EVERYBODY]) for group in alike(signals)]
    return np.asarray(np.round(pushes - np.asarray(taken), 6))


def reasons(
    chance: Floats, pushes: Floats, figures: Mapping[str, Sequence[Any]], average: float, most: int
) -> list[list[dict[str, Any]]]:
    """For each row up to `most` reasons, the strongest first, ties in the order of DRIVERS.

    chance: (n,), 0..1; pushes: (n, drivers), of `beyond`; figures: name -> a value a row (drivers.figures_of); average: the
    bank's chance. Each is {"driver", "way": LEAVES or STAYS, "push": log odds, "moved": what the chance would be less (more,
    for staying) without it, "values": {name: figure}}.
    """
    raised = chance >= average
    turned = np.where(raised[:, None], pushes, -pushes)
    odds = logit(np.clip(chance, 1e-6, 1 - 1e-6))[:, None]
    moved = np.abs(expit(odds) - expit(odds - pushes))
    fit = (turned >= LEAST_ODDS) & (~raised[:, None] | (moved >= LEAST_SHARE * average))
    order = np.argsort(-np.where(fit, turned, -np.inf), axis=1, kind="stable")
    return [
        _told(row, order[row][: int(count)], pushes[row], moved[row], figures, LEAVES if up else STAYS, most)
        for row, (count, up) in enumerate(zip(fit.sum(axis=1), raised, strict=True))
    ]


def _told(
    row: int, places: NDArray[np.int64], push: Floats, moved: Floats, figures: Mapping[str, Sequence[Any]], way: str, most: int
) -> list[dict[str, Any]]:  # fmt: skip
    told: list[dict[str, Any]] = []
    for at in places:
        code = DRIVERS[at].code
        values = {name: figures[name][row] for name in FIGURES[code]}
        if points(code, values, way):
            told.append(
                {"driver": code, "way": way, "push": round(float(push[at]), 3), "moved": round(float(moved[at]), ROUNDED),
                 "values": values}
            )  # fmt: skip
        if len(told) == most:
            break
    return told


def points(code: str, values: Figures, way: str) -> bool:
    """Whether the figure a driver is told with points the way it is told. Not having something is a reason to leave where the
    bank can do something about it, and none to stay; a quiet service record is the other way round."""
    if code == "service":
        quiet = not any(values.get(name) for name in ("complaints_3m", "complaints_open", "enquiries_3m"))
        return quiet == (way == STAYS)
    if is_lacking(code, values):
        return way == LEAVES
    falls = _FALLS[code](values) if code in _FALLS else None
    return falls is None or falls == (way == LEAVES)


def told_of(entries: Sequence[Figures] | None, chance: float, average: float | None) -> list[Figures]:
    """Of a run's kept entries those that hold by today's rules: a run of before kept every push, however small, and what all
    alike share. average: of the run; None where it does not say, then nothing is left out for it."""
    found = []
    for one in entries or ():
        way, push, values = one.get("way"), float(one.get("push") or 0), one.get("values") or {}
        if way is None:
            if average is not None and (chance < average or push < LEAST_ODDS):
                continue
            if not points(one["driver"], values, LEAVES) or is_lacking(one["driver"], values):
                continue
        elif (way == LEAVES) != raised(chance, average):
            continue
        found.append(one)
    return found


def raised(chance: float, average: float | None) -> bool:
    """Whether there is a sign of leaving at all: a chance at or above the bank's average."""
    return average is None or chance >= average


def average_of(metrics: Figures) -> float | None:
    """The bank's chance by an attrition run's figures; None where it does not say."""
    scored, leavers = metrics.get("scored"), metrics.get("expected_leavers")
    return float(leavers) / float(scored) if scored and leavers is not None else None


def _below(now: str, usual_one: str) -> Callable[[Figures], bool | None]:
    def falls(values: Figures) -> bool | None:
        held, mean = values.get(now), values.get(usual_one)
        return None if held is None or mean is None else bool(held < mean)

    return falls


def _flow(values: Figures) -> bool | None:
    net, came, year = (values.get(name) for name in ("net_flow_3m", "inflow_3m", "inflow_12m"))
    if net is None:
        return None
    return net < 0 or (came is not None and year is not None and came < year / 4)


def _idle(values: Figures) -> bool | None:
    days = values.get("days_since_last")
    return None if days is None else days >= LONG_IDLE


# Whether the figure itself falls off; None where it does not say.
_FALLS: dict[str, Callable[[Figures], bool | None]] = {
    "balance": _below("aum", "aum_avg_12m"), "activity": _below("movements_1m", "usual_movements"), "flow": _flow,
    "recency": _idle, "credit": lambda values: True if values.get("days_past_due") else None,
}  # fmt: skip
