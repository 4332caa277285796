"""Attrition and next product against the demo bank's own hazards, on months neither had seen.

The peer is the truth: whoever knew every customer's hazards would rank by them. Ours has seen deliveries only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.context import Context
from bench.line import Aim, Line
from bench.timing import Spread

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from warehouse.picture import Picture

LEAST, MOST = 3_000, 20_000  # customers: fewer tell nothing, more take a quarter of an hour and tell the same
SEED, HORIZON = 7, 3
FEW = "a bank of some thousand customers has too few leavers and openings to tell the two apart"
HIDDEN = (
    "each customer has a propensity of their own by family that nothing shows before the first opening: whoever knew every "
    "latent type, and nothing else, would reach"
)
NEAR = 0.95
Slice = Callable[[dt.date, "pd.DataFrame", "pd.DataFrame", "pd.DataFrame"], "pd.DataFrame"]


def run(context: Context) -> list[Line]:
    """The lines."""
    import pandas as pd

    count = min(max(context.size.customers, LEAST), MOST)
    picture, truth = bank(context.scratch("predictions"), count, context.size.months)
    told = {name: list(parts) for name, parts in slices(picture, context).items()}
    attrition = pd.concat(told["attrition"])
    offers = pd.concat(told["next_product"])
    return [*leaving(attrition, truth, count), *opening(offers, truth, count)]


def bank(folder: Path, customers: int, months: int) -> tuple[Picture, pd.DataFrame]:
    """A received delivery of the demo bank, and what drives each customer."""
    import pandas as pd

    from demobank.delivery import write_delivery
    from store.database import migrate, open_engine
    from store.ledger import DatabaseLedger
    from warehouse.batches import folder_of, receive
    from warehouse.picture import Picture
    from warehouse.sources import load_source

    facts = write_delivery(folder / "first", customers, months, SEED)
    url = f"sqlite:///{folder / 'ledger.db'}"
    migrate(url)
    engine = open_engine(url)
    ledger = DatabaseLedger(engine, "bench", lambda: dt.datetime.now(dt.UTC))
    receipt = receive(facts.folder, load_source("guanxi"), ledger, folder / "warehouse")
    engine.dispose()
    if receipt.batch_id is None:
        raise RuntimeError(f"the demo bank's delivery was not taken: {receipt.sentence}")
    truth = pd.read_parquet(facts.truth_folder / "customers.parquet").set_index("customer_id")
    return Picture((folder_of(folder / "warehouse", receipt.batch_id),)), truth


def slices(picture: Picture, context: Context) -> dict[str, list[pd.DataFrame]]:
    """The months both models learn from and are judged on, as the jobs make them."""
    import pandas as pd

    from domain.behaviour import attrition
    from domain.marketing import next_product
    from domain.segmentation.segments_at import segments_at
    from jobs.monthly_panel import panel_days
    from warehouse.features import build_to_parquet
    from warehouse.features.windows import back
    from warehouse.service_facts import service_facts

    assert picture.as_of is not None
    days = panel_days(picture.months(), picture.as_of, HORIZON)
    kept: dict[dt.date, pd.DataFrame] = {}

    def features(day: dt.date) -> pd.DataFrame:
        if day not in kept:
            path = context.folder / "scratch" / "predictions" / f"{day}.parquet"
            build_to_parquet(picture, day, path)
            kept[day] = pd.read_parquet(path)
        return kept[day]

    found: dict[str, list[pd.DataFrame]] = {"attrition": [], "next_product": []}
    rules = attrition.AttritionParameters()
    for day in days:
        now, later, service = features(day), features(back(day, -HORIZON)), service_facts(picture, day)
        found["attrition"].append(attrition.slice_of(day, now, later, service, rules))
        found["next_product"].append(next_product.slice_of(day, now, later, service, segments_at(now, {})))
        kept = {at: table for at, table in kept.items() if at > day}
    return found


def leaving(panel: pd.DataFrame, truth: pd.DataFrame, customers: int) -> Iterator[Line]:
    """AUC and calibration slope on the test months. The truth's score: 1 for who has begun to leave in the month or the
    one before, 0 for who began earlier and is as good as gone, else the hazard of a month, 0 while a loan runs.
    """
    import numpy as np
    import pandas as pd

    from domain.behaviour.attrition import AttritionParameters, develop
    from domain.behaviour.by_time import of
    from domain.credit.metrics import auc

    model = develop(panel, replace(AttritionParameters(), redraws=2), SEED)
    test = of(panel.sort_values(["as_of", "customer_id"]).reset_index(drop=True), model.split.test)
    began = pd.Series(pd.to_datetime(truth["fading_from"]).reindex(test["customer_id"]).to_numpy())
    ahead = (began.dt.year * 12 + began.dt.month) - (test["as_of"].dt.year * 12 + test["as_of"].dt.month)
    hazard = truth["attrition_hazard_monthly"].reindex(test["customer_id"]).to_numpy() * (
        test["loans_held"].to_numpy() == 0
    )
    score = np.where(ahead.isin([0, -1]), 1.0, np.where(ahead < -1, 0.0, hazard))
    outcome, judged = test["outcome"].to_numpy(), model.judged
    known = auc(outcome, -score)
    who = f"{customers:,} customers, {judged.outcomes:,} of {judged.rows:,} customer-months left"
    better = Aim(NEAR, f"≥ {NEAR}", at_least=True, missed=FEW)
    yield Line(
        "attrition, AUC on later months", "", _said(judged.auc.value), "the true hazards", _said(known), better, who
    )
    slope = Aim(0.8, "≥ 0.8", at_least=True, missed=FEW)
    yield Line("attrition, calibration slope", "", _said(judged.slope), "neither bold nor shy", _said(1.0), slope,
               f"days since the last movement alone: AUC {judged.rule.value:.3f}")  # fmt: skip


def opening(panel: pd.DataFrame, truth: pd.DataFrame, customers: int) -> Iterator[Line]:
    """recall@3 of ours, of the true hazards, and of the mean hazards of the latent types: of the openings that came, and,
    without their luck, of those that the true hazards expect.
    """
    from domain.behaviour.by_time import of
    from domain.marketing.next_product import NextProductParameters, chances_of, develop, recall_at

    rules = replace(NextProductParameters(), redraws=2)
    model = develop(panel, rules, SEED)
    test = of(panel.sort_values(["as_of", "customer_id"]).reset_index(drop=True), model.split.test)
    families = tuple(model.families)
    hazards = truth[[f"open_hazard_{family}" for family in families]]
    by_type = hazards.groupby(truth["latent_type"]).transform("mean")
    known, typed = (hazards_of(test, table, families) for table in (hazards, by_type))
    named = {family: chances_of(model.trial[family], test, model.kinds[family], family) for family in families}
    told, top = model.compared, rules.top
    seen = [recall_at(test, each, top) for each in (known, typed)]
    expected = [_expected_at(known, each, top) for each in (known, typed, named)]
    note = f"{customers:,} customers, {told.opened:,} openings; the most popular of the segment reach {told.popularity.value:.3f}"
    shares = [each / expected[0] for each in expected[1:]]
    missed = f"{HIDDEN} {shares[0]:.3f} of what the truth reaches of the openings it expects; ours {shares[1]:.3f}"
    aim = Aim(NEAR, f"≥ {NEAR}", at_least=True, missed=missed)
    ours = _said(told.recall.value)
    yield Line("next product, recall@3 on later months", "", ours, "the true hazards", _said(seen[0]), aim, note)
    yield Line("next product, recall@3 on later months", "", ours, "the latent types", _said(seen[1]))
    what = "next product, recall@3 of expected openings"
    yield Line(what, "", _said(expected[2]), "the true hazards", _said(expected[0]))
    yield Line(what, "", _said(expected[2]), "the latent types", _said(expected[1]))


def hazards_of(test: pd.DataFrame, hazards: pd.DataFrame, families: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The hazards of who does not hold the family, −1 of who does."""
    import numpy as np

    return {
        family: np.where(
            test[f"opened_{family}"].notna(),
            hazards[f"open_hazard_{family}"].reindex(test["customer_id"]).to_numpy(),
            -1.0,
        )
        for family in families
    }


def _expected_at(known: dict[str, np.ndarray], ranked: Mapping[str, np.ndarray], top: int) -> float:
    """Of the openings the true hazards expect, the share in the `top` families ranked first; −1 is who cannot open one."""
    import numpy as np

    hazards = np.column_stack([np.maximum(known[family], 0.0) for family in known])
    first = np.argsort(-np.column_stack([ranked[family] for family in known]), axis=1, kind="stable")[:, :top]
    return float(np.take_along_axis(hazards, first, axis=1).sum() / hazards.sum())


def _said(value: float) -> Spread:
    return Spread.of([float(value)])
