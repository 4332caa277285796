"""PD, grade and score against the demo bank's own probabilities of default, which no delivery says.

Sample, development and rating are the product's. Who is rated and has a loan or credit card on the books is compared: the
truth is the exact chance, at the business date, that at least one of them defaults within 12 months, all of them together
and under the stress they share, given their state. No outcome is drawn: a chance stands for its expectation in slope and
AUC. Source: demobank/credit_events.py, demobank/default_chances.py.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bench.context import Context
from bench.line import Aim, Line
from bench.predictions_truth import bank
from bench.timing import Spread

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from domain.credit.grades import Masterscale
    from jobs.credit_sample import Sample
    from warehouse.picture import Picture

Floats = npt.NDArray[np.float64]
LEAST, MOST, MONTHS = 8_000, 20_000, 30  # customers: fewer have too few defaults, more take longer and tell the same
FEW = 20  # a grade of fewer customers is not judged
TRUE_SLOPE = Aim(0.9, "0.9–1.1", at_least=True, most=1.1, missed="few defaults to learn from on a small bank")
WITHIN = Aim(1.0, "all", at_least=True, missed="see the note")
HIDDEN = (
    "what drives risk is partly in no delivery: a part of each customer's own, the latent type, age, which may never be a "
    "characteristic, and whether the customer is under stress; the next line is what the same columns can say at best"
)
NEAR = Aim(0.97, "≥ 0.97", at_least=True, missed=HIDDEN)


def run(context: Context) -> list[Line]:
    """The lines."""
    from domain.credit.run import ScorecardParameters, develop, rate
    from jobs.rate_customers import SEED as CARD_SEED

    count, folder = min(max(context.size.customers, LEAST), MOST), context.scratch("credit_truth")
    picture, _ = bank(folder, count, MONTHS)
    truth = true_chances(folder / "first.truth")
    sample = sampled(picture, folder)
    made = develop(sample.features, sample.bad, ScorecardParameters(), CARD_SEED, sample.between)
    rated = rate(made.scorecard, sample.rated).set_index("customer_id")
    assert picture.as_of is not None
    true = truth.loc[picture.as_of].reindex(rated.index[rated["grade"] != "D"]).dropna()
    rated = rated.loc[true.index]
    who = f"{count:,} customers × {MONTHS} months, {len(sample.bad):,} observations with {int(sample.bad.sum()):,} defaults"
    chance, told = true.to_numpy(), rated["pd"].to_numpy(dtype=float)
    best = expected_auc(chance, -chance)
    return [
        Line("PD, slope of the true log odds", "", _said(slope(chance, told)), "as many as the PD says", _said(1.0), TRUE_SLOPE,
             f"{who}, {len(true):,} rated; mean PD {told.mean():.2%}, true {chance.mean():.2%}"),
        grades(chance, told, made.scorecard.masterscale),
        Line("score, AUC on the true chances", "AUC", _said(expected_auc(chance, rated["score"].to_numpy(dtype=float))),
             "the true chances", _said(best), NEAR, ""),
        Line("columns of the score, AUC on the true chances", "AUC", _said(expected_auc(chance, -taught(sample, truth, true))),
             "the true chances", _said(best), None,
             "no scorecard: gradient boosting taught the true chances themselves, on all columns, customers it had not seen"),
    ]  # fmt: skip


def true_chances(folder: Path) -> pd.Series:
    """(as_of, customer_id) -> chance that a loan or card of the customer's defaults within 12 months, 0..1."""
    import pandas as pd

    told = pd.read_parquet(folder / "borrowers.parquet", columns=["customer_id", "as_of", "pd_12m"])
    found: pd.Series = told.set_index(["as_of", "customer_id"])["pd_12m"].sort_index()
    return found


def sampled(picture: Picture, folder: Path) -> Sample:
    """The sample as the credit job draws it at the business date."""
    from config.settings import load_settings
    from jobs.credit_sample import make_sample
    from jobs.runner import Job, utc_now
    from jobs.sources_of_a_run import Ground
    from store.database import open_engine, reading
    from store.scope import whole_bank

    settings = load_settings({"GUANXI_HOME": str(folder), "GUANXI_SECRET_KEY": "b" * 32})
    engine = open_engine(f"sqlite:///{folder / 'ledger.db'}")
    with reading(engine) as connection:
        scope = whole_bank(connection)
    job = Job(0, settings, engine, "bench", scope, dt.datetime.now(dt.UTC), utc_now)
    assert picture.as_of is not None
    try:
        return make_sample(job, Ground((1,), picture), picture.as_of)
    finally:
        engine.dispose()


def expected_auc(chance: Floats, score: Floats) -> float:
    """The AUC to be expected of a score where each row is bad by its chance; a higher score is safer, ties count half."""
    _, place = np.unique(np.round(score, 9), return_inverse=True)
    bad, good = np.bincount(place, chance), np.bincount(place, 1 - chance)
    below = np.cumsum(bad) - bad
    return float((good * (below + bad / 2)).sum() / (good.sum() * bad.sum()))


def slope(chance: Floats, told: Floats) -> float:
    """Slope of a logistic regression of expected outcomes on the log odds of the PD: 1 is neither too bold nor too shy."""
    design = np.column_stack([np.ones(len(told)), np.log(told / (1 - told))])
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        now = 1 / (1 + np.exp(-design @ beta))
        curve = (design * (now * (1 - now))[:, None]).T @ design
        step = np.linalg.solve(curve, design.T @ (chance - now))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[1])


def grades(chance: Floats, told: Floats, scale: Masterscale) -> Line:
    """How many grades' mean true chance lies within their bounds, of those with at least FEW customers."""
    place, bounds = scale.place(told), (0.0, *scale.bounds, 1.0)
    judged, outside, said = 0, [], []
    for n, name in enumerate(scale.grades):
        there = place == n
        if there.sum() < FEW:
            continue
        mean = float(chance[there].mean())
        judged += 1
        said.append(f"{name} {mean:.2%} of {int(there.sum()):,}")
        if not bounds[n] <= mean < bounds[n + 1]:
            outside.append(f"{name} {mean:.3%} is not in {bounds[n]:.2%}–{bounds[n + 1]:.2%}")
    note = "true rate by grade: " + ", ".join(said) + ("; " + ", ".join(outside) if outside else "")
    return Line("grades whose true rate is in bounds", "", _said(judged - len(outside)), f"grades of ≥ {FEW} customers",
                _said(judged), WITHIN, note)  # fmt: skip


def taught(sample: Sample, truth: pd.Series, rated: pd.Series) -> Floats:
    """Log odds of the rated customers, of models that were taught the truth on other customers."""
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.model_selection import GroupKFold, cross_val_predict

    from domain.credit.characteristics import OFFERED

    now = sample.rated.set_index("customer_id").loc[rated.index].reset_index()
    table = pd.concat([sample.features, now], ignore_index=True)
    seen = [day.astype("datetime64[D]").item() for day in sample.observed]
    known = truth.reindex(pd.MultiIndex.from_arrays([seen, sample.features["customer_id"]])).to_numpy()
    chance = np.concatenate([known, rated.to_numpy()])
    there = np.isfinite(chance) & (chance > 0)
    columns: list[Any] = [name for name in table.columns if name in OFFERED]
    model = HistGradientBoostingRegressor(max_iter=200, learning_rate=0.06, max_leaf_nodes=15, l2_regularization=5)
    odds = np.full(len(table), np.nan)
    odds[there] = cross_val_predict(
        model, table.loc[there, columns].astype(float), np.log(chance[there] / (1 - chance[there])),
        groups=table.loc[there, "customer_id"], cv=GroupKFold(4),
    )  # fmt: skip
    return odds[-len(now) :]


def _said(value: float) -> Spread:
    return Spread.of([float(value)])
