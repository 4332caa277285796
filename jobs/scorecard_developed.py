"""A scorecard as it was developed: its run, its place in the register, its parameters, and its sample drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.credit.binning import BinningRules
from domain.credit.characteristics import Clearance
from domain.credit.grades import Masterscale
from domain.credit.run import ScorecardParameters
from domain.credit.scorecard import Scaling, Scorecard, from_dict
from domain.credit.selection import SelectionRules, Verdict
from domain.plain import from_plain
from jobs.credit_sample import Sample, make_sample
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground
from store.database import Connection
from store.models import Model, of_run, origin_of
from store.runs import Run
from store.runs import run as run_of
from warehouse.batches import folder_of
from warehouse.picture import Picture

RULES: dict[str, Any] = {
    "binning": BinningRules, "selection": SelectionRules, "scaling": Scaling, "masterscale": Masterscale,
}  # fmt: skip


@dataclass(frozen=True)
class Developed:
    """run: the one that developed the card. model: its entry in the register, None for a card from before there was one."""

    run: Run
    model: Model | None
    card: Scorecard

    @property
    def edges(self) -> tuple[float, ...]:
        """Between the tenths of the development score."""
        return tuple(float(edge) for edge in self.run.metrics["score_edges"])

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """On every characteristic that was offered."""
        return tuple(from_plain(Verdict, one) for one in self.run.metrics["verdicts"])

    @property
    def by_hand(self) -> tuple[str, ...]:
        """Characteristics whose bins people set."""
        return tuple(name for name in self.card.names if name in (self.run.parameters.get("bins") or {}))


def developed(connection: Connection, run_id: int) -> Developed:
    """The development behind a credit run, whether it developed a card or rated with one. Refused where there is none."""
    asked = run_of(connection, run_id)
    if asked is None or asked.kind != "credit" or not asked.model.get("characteristics"):
        raise Refused(f"Run {run_id} has no scorecard.", f"运行 {run_id} 没有评分卡。")
    model = of_run(connection, run_id)
    origin = model.run_id if model is not None else origin_of(connection, run_id)
    made = asked if origin in (None, run_id) else run_of(connection, origin or run_id)
    if made is None or "verdicts" not in made.metrics:
        raise Refused(
            f"The run that developed the card of run {run_id} is no longer kept.",
            f"运行 {run_id} 所用评分卡的开发记录已不在。",
        )
    try:
        card = from_dict(dict(made.model))
    except ValueError as error:
        raise Refused(f"{error} Develop a new card.", f"评分卡与其指纹不符或版本不同，请重新开发：{error}") from error
    return Developed(made, model, card)


def ground_of(job: Job, batches: tuple[int, ...]) -> Ground:
    """These batches, whether or not they count today. Refused where one is no longer on the disk."""
    folders = tuple(folder_of(job.settings.warehouse, batch_id) for batch_id in batches)
    gone = [str(b) for b, folder in zip(batches, folders, strict=True) if not folder.is_dir()]
    if gone or not batches:
        told = ", ".join(gone) or "—"
        raise Refused(f"Batches {told} of the development are no longer kept.", f"开发所用的数据批次 {told} 已不在。")
    return Ground(batches, Picture(folders))


def sample_again(job: Job, found: Developed, columns: tuple[str, ...] | None = None) -> tuple[Ground, Sample]:
    """The development's batches and the sample, drawn as it was then; of its figures these columns, None for all."""
    ground = replace(ground_of(job, found.run.batches), columns=columns)
    return ground, make_sample(job, ground, found.run.as_of)


def parameters_of(told: Mapping[str, Any]) -> ScorecardParameters:
    """The parameters of a development from its run's; what an older run does not name is as it is by default."""
    rules = {name: from_plain(kind, told[name]) for name, kind in RULES.items() if told.get(name)}
    cleared = {name: from_plain(Clearance, one) for name, one in (told.get("cleared") or {}).items()}
    return replace(
        ScorecardParameters(), **rules, long_run_rate=told.get("long_run_rate"), bins=dict(told.get("bins") or {}),
        cleared=cleared,
    )  # fmt: skip
