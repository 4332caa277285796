"""Next product: which family a customer without it will open within three months, why, and whether it may be offered.

For each family one model of its own, of the customers who do not hold it: how often the customer's segment opens the
family, and as much of what sets the customer apart as proved right on later months (domain/marketing/opening.py). Openings
are rare: what a whole segment does is known sooner, and a bank of some thousand customers has little else to go by.
Judged by recall@3 on months later still: of the families opened, how many were among the three likeliest named, against
naming the three most often opened in the customer's segment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.behaviour.boosted import BoostingRules, slope_of
from domain.behaviour.by_time import Split, TooLittle, of, split_by_time, too_short
from domain.behaviour.drivers import by_driver, figures_of, strongest
from domain.behaviour.signals import SIGNALS, signals
from domain.canonical import PRODUCT_FAMILIES
from domain.credit.metrics import Estimate, auc
from domain.credit.woe import Floats
from domain.marketing.chances import MILLION, packed, unpacked
from domain.marketing.opening import Learned, Scorer, Share, choose_share, hits, learn, scorer_of
from domain.marketing.suitability import REASONS, reasons_against

FORMAT = 1
# Openings are rare and the signals weak: shallow trees over many rows, or the model learns single customers by heart.
SHALLOW = BoostingRules(rounds=60, rate=0.06, leaves=5, least_rows=300, ridge=20.0, most_rows=120_000)


@dataclass(frozen=True)
class NextProductParameters:
    """horizon: months. least_openings: a family opened less often in what teaches, or a third as often in what
    calibrates, is not predicted. top: families a list of offers names. told: offers kept per customer. peers: customer-months a
    segment's own rate of opening weighs against the bank's.
    """

    horizon: int = 3
    least_openings: int = 30
    top: int = 3
    told: int = 5
    redraws: int = 200
    drivers: int = 3
    peers: float = 300.0
    boosting: BoostingRules = SHALLOW


@dataclass(frozen=True)
class Compared:
    """recall@top of the model, of popularity within the segment, and the gain, with intervals over redrawn customers.

    customers: who opened something in the test months. better: the interval of the gain lies above 0.
    """

    customers: int
    opened: int
    recall: Estimate
    popularity: Estimate
    gain: Estimate
    better: bool


@dataclass(frozen=True)
class NextProductModel:
    """Scorers by family; trial: those that were judged, which have seen nothing of the test months.

    share, tried: of the customer's own signals in the scorers and in those on trial, and what it was chosen by.

    families: JSON-able figures by family on the test months: rows, opened, auc, slope, share predicted and seen.
    left_out: family -> openings, too few to learn from. kinds: family -> kinds that hold it.
    """

    scorers: Mapping[str, Scorer]
    split: Split
    compared: Compared
    families: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, int]
    kinds: Mapping[str, tuple[str, ...]]
    parameters: NextProductParameters
    trial: Mapping[str, Scorer]
    share: Share
    tried: Share

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: how the run was made."""
        return {
            "format": FORMAT, "families": list(self.scorers), "reasons": [reason.code for reason in REASONS],
            "signals": list(SIGNALS), "kinds": {f: list(k) for f, k in self.kinds.items()},
            "own_share": self.share.own, "scorers": {f: one.as_dict() for f, one in self.scorers.items()},
            "split": {name: [day.isoformat() for day in days] for name, days in asdict(self.split).items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What a run keeps of a model to score by."""

    scorers: Mapping[str, Scorer]
    kinds: Mapping[str, tuple[str, ...]]
    parameters: NextProductParameters


def kept(model: Mapping[str, Any], parameters: NextProductParameters) -> Kept | None:
    """The scorers of a run's `as_dict`; None where it kept none (a run of before), or knows other reasons against."""
    if "scorers" not in model or list(model["reasons"]) != [reason.code for reason in REASONS]:
        return None
    scorers = {family: scorer_of(model["scorers"][family]) for family in model["families"]}
    return Kept(scorers, {f: tuple(kinds) for f, kinds in model["kinds"].items()}, parameters)


def exposed(features: pd.DataFrame) -> NDArray[np.bool_]:
    """Who can be offered something: customers with an open account, shape (n,)."""
    return (features["accounts_open"].to_numpy(dtype=float, na_value=np.nan) > 0).astype(bool)


def slice_of(
    day: date, now: pd.DataFrame, later: pd.DataFrame, service: pd.DataFrame | None, segment: pd.Series
) -> pd.DataFrame:
    """One month-end of the panel: customer_id, as_of, kind, segment, opened_<family> and SIGNALS of the exposed.

    opened_<family>: 1 opened within the horizon and there at its end, 0 not, missing for who held it already or is in
    no later table. segment: a label a row of `now`, known at `day`, for the popularity the model is compared with.
    """
    chosen = exposed(now) & now["customer_id"].isin(later["customer_id"]).to_numpy()
    there = now[chosen]
    panel = pd.concat([there[["customer_id", "kind"]], signals(there, service)], axis=1)
    panel.insert(1, "as_of", pd.Timestamp(day))
    panel["segment"] = segment[chosen].astype(str)
    after = later.set_index("customer_id")
    for family in PRODUCT_FAMILIES:
        had = there[f"n_{family}"].to_numpy(dtype=float) > 0
        has = there["customer_id"].map(after[f"n_{family}"]).to_numpy(dtype=float) > 0
        panel[f"opened_{family}"] = np.where(had, np.nan, has.astype(float)).astype(np.float32)
    return panel.reset_index(drop=True)


def develop(panel: pd.DataFrame, parameters: NextProductParameters, seed: int) -> NextProductModel:
    """Learn from the panel (slices of `slice_of`, in any order). TooLittle when history or openings do not suffice."""
    panel = panel.sort_values(["as_of", "customer_id"], kind="stable").reset_index(drop=True)
    days = [stamp.date() for stamp in panel["as_of"].drop_duplicates()]
    split = split_by_time(days, parameters.horizon)
    if split is None:
        raise too_short(len(days), parameters.horizon)
    kinds = {f: k for f in PRODUCT_FAMILIES if (k := _openers(panel, f))}
    kinds, left_out = _often_enough(panel, split, kinds, parameters)
    if not kinds:
        raise TooLittle(
            f"No family of products was opened {parameters.least_openings} times in the months that teach and a third as "
            "often in those that calibrate; nothing was predicted. Wait for more months.",
            f"没有任何一类产品在建模月份内新开达到 {parameters.least_openings} 次、并在校准月份内达到其三分之一，故未作预测。"
            "请积累更多月份。",
        )
    test = of(panel, split.test)
    first = _learned(of(panel, split.teach), kinds, parameters, seed)
    tried = choose_share(first, of(panel, split.calibrate), kinds, parameters.top)
    # What was taught by the time the test months begin; then the same, a test's length later, for today.
    known = _learned(of(panel, split.teach_now), kinds, parameters, seed)
    share = choose_share(known, test, kinds, parameters.top)
    scorers = {f: one.with_share(share.own) for f, one in _learned(panel, kinds, parameters, seed).items()}
    trial = {f: one.with_share(tried.own) for f, one in known.items()}
    chances, popular = (
        {f: chances_of(one, test, kinds[f], f) for f, one in made.items()}
        for made in (trial, {f: one.with_share(0.0) for f, one in known.items()})
    )
    told = {f: _family_figures(test[f"opened_{f}"], chances[f]) for f in trial}
    compared = _compared(test, chances, popular, parameters, seed)
    return NextProductModel(scorers, split, compared, told, left_out, kinds, parameters, trial, share, tried)


def _openers(panel: pd.DataFrame, family: str) -> tuple[str, ...]:
    """Kinds of customers that open the family: a mortgage is not offered to a company."""
    return tuple(sorted(panel.loc[panel[f"opened_{family}"] == 1, "kind"].unique()))


def _rows(panel: pd.DataFrame, family: str, kinds: tuple[str, ...]) -> pd.DataFrame:
    return panel[panel[f"opened_{family}"].notna() & panel["kind"].isin(kinds)]


def _often_enough(
    panel: pd.DataFrame, split: Split, kinds: Mapping[str, tuple[str, ...]], parameters: NextProductParameters
) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:  # fmt: skip
    """The families opened often enough to be learned and judged, then and now; openings of those that were not."""
    kept, left_out = {}, {}
    for family, who in kinds.items():
        for first, second in ((split.teach, split.calibrate), (split.teach_now, split.calibrate_now)):
            taught, later = (
                int(_rows(of(panel, days), family, who)[f"opened_{family}"].sum()) for days in (first, second)
            )
            if taught < parameters.least_openings or later < parameters.least_openings // 3:
                left_out[family] = taught + later
                break
        else:
            kept[family] = who
    return kept, left_out


def _learned(
    taught: pd.DataFrame, kinds: Mapping[str, tuple[str, ...]], parameters: NextProductParameters, seed: int
) -> dict[str, Learned]:  # fmt: skip
    return {
        family: learn(_rows(taught, family, who), family, parameters.peers, parameters.boosting, seed)
        for family, who in kinds.items()
    }


def chances_of(scorer: Scorer, table: pd.DataFrame, kinds: tuple[str, ...], family: str) -> Floats:
    """Probability of opening, shape (n,); −1 for who holds the family already or is of a kind that never does."""
    free = table[f"opened_{family}"].notna() & table["kind"].isin(kinds)
    chance = np.full(len(table), -1.0)
    chance[free.to_numpy()] = scorer.probability(table[free], table.loc[free, "segment"])
    return chance


def _family_figures(opened: pd.Series, chance: Floats) -> dict[str, Any]:
    free = chance >= 0
    outcome, told = opened.to_numpy()[free].astype(np.int64), chance[free]
    figures: dict[str, Any] = {"rows": len(told), "opened": int(outcome.sum()), "auc": None, "slope": None}
    figures |= {"predicted": float(told.mean()), "seen": float(outcome.mean())} if len(told) else {}
    if 0 < outcome.sum() < len(outcome):
        odds = np.log(np.clip(told, 1e-6, 1 - 1e-6) / np.clip(1 - told, 1e-6, 1))
        figures |= {"auc": auc(outcome, -told), "slope": slope_of(odds, outcome)}
    return figures


def recall_at(test: pd.DataFrame, chances: Mapping[str, Floats], top: int) -> float:
    """Of the families opened in `test` (slices of `slice_of`), the share among each row's `top` likeliest of `chances`:
    by family, shape (n,), −1 for who cannot open it.
    """
    opened, named = hits(test, (chances,), top)
    return float(named.sum() / opened.sum())


def _compared(
    test: pd.DataFrame, chances: Mapping[str, Floats], popular: Mapping[str, Floats],
    parameters: NextProductParameters, seed: int,
) -> Compared:  # fmt: skip
    """recall@top of both, over the openings of the test months, redrawn by customer."""
    opened, *found = hits(test, (chances, popular), parameters.top)
    table = pd.DataFrame({"who": test["customer_id"], "opened": opened, "ours": found[0], "theirs": found[1]})
    by_customer = table[table["opened"] > 0].groupby("who")[["opened", "ours", "theirs"]].sum().to_numpy()
    n = len(by_customer)
    if not n:
        unknown = Estimate(float("nan"), float("nan"), float("nan"))
        return Compared(0, 0, unknown, unknown, unknown, False)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=parameters.redraws)
    drawn = times @ by_customer
    total = by_customer.sum(axis=0)
    shares, value = drawn[:, 1:] / drawn[:, :1], total[1:] / total[0]
    gain = shares[:, 0] - shares[:, 1]

    def told(at: float, over: Floats) -> Estimate:
        return Estimate(float(at), *(float(x) for x in np.quantile(over, [0.025, 0.975])))

    more = told(value[0] - value[1], gain)
    return Compared(n, int(total[0]), told(value[0], shares[:, 0]), told(value[1], shares[:, 1]), more, more.low > 0)


def score(
    model: NextProductModel | Kept, features: pd.DataFrame, service: pd.DataFrame | None, facts: pd.DataFrame,
    least_risk: Mapping[str, int | None], segment: pd.Series, usual: Mapping[str, float | None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Offers of every exposed customer, one row each, in order of customer_id. segment: as in `slice_of`, of today.

    Columns: customer_id; family and probability (the likeliest that may be offered; None where nothing may); offers: the
    likeliest `told` families not held, suppressed or not, each {"family", "probability", "usual" (the mean of those
    without it), "peers" (how often the customer's segment opens it), "suppressed": [codes], "drivers": [...]}, drivers as in
    `drivers.strongest`, none where the rule alone speaks; chances: all families in a text (domain/marketing/chances.py).
    usual: of the whole bank, where `features` are of a part of it.
    """
    chosen = features.assign(segment=segment.astype(str))[exposed(features)]
    there = chosen.sort_values("customer_id", kind="stable").reset_index(drop=True)
    table = signals(there, service)
    families = list(model.scorers)
    chances, against, reasons = _by_family(model, there, table, facts, least_risk)
    order = np.argsort(-chances, axis=1, kind="stable")[:, : model.parameters.told]
    free = (chances >= 0) & (against == 0)
    best = np.where(free, chances, -1.0).argmax(axis=1)
    some = free.any(axis=1)
    texts = packed(chances, against)
    mean = usual_of(texts, families) if usual is None else usual
    offers = [
        [
            {"family": families[at], "probability": chance[at], "usual": mean.get(families[at]), **reasons[at][row]}
            for at in places
            if chance[at] >= 0
        ]
        for row, (places, chance) in enumerate(zip(order.tolist(), chances.tolist(), strict=True))
    ]
    names = np.array([*families, None], dtype=object)
    return pd.DataFrame(
        {
            "customer_id": there["customer_id"], "family": pd.Series(names[np.where(some, best, -1)], dtype=object),
            "probability": np.where(some, chances[np.arange(len(there)), best], np.nan),
            "offers": pd.Series(offers, dtype=object), "chances": pd.Series(texts, dtype=object),
        }
    )  # fmt: skip


def usual_of(chances: Sequence[str], families: Sequence[str]) -> dict[str, float | None]:
    """The mean chance of those who could open each family; None where nobody could. chances: as in `score`, a text a row."""
    told, _ = unpacked(chances, len(families))
    columns = zip(families, told.T, strict=True)
    return {f: round(float(own[own >= 0].mean()) / MILLION, 6) if (own >= 0).any() else None for f, own in columns}


def _by_family(
    model: NextProductModel | Kept, there: pd.DataFrame, table: pd.DataFrame, facts: pd.DataFrame,
    least_risk: Mapping[str, int | None],
) -> tuple[Floats, NDArray[np.uint8], list[list[dict[str, Any]]]]:  # fmt: skip
    """(n, families): probabilities (−1 where not to be had) and bits of the reasons against; per family each row's
    reasons and drivers.
    """
    figures = figures_of(there, table)
    chances = np.full((len(there), len(model.scorers)), -1.0)
    against = np.zeros(chances.shape, dtype=np.uint8)
    reasons: list[list[dict[str, Any]]] = []
    for at, (family, scorer) in enumerate(model.scorers.items()):
        free = ~(there[f"n_{family}"].to_numpy(dtype=float) > 0) & there["kind"].isin(model.kinds[family]).to_numpy()
        chances[free, at] = scorer.probability(table[free], there.loc[free, "segment"])
        held = reasons_against(there, facts, family, least_risk.get(family))
        codes = np.array(list(held), dtype=object)
        flags = np.column_stack(list(held.values()))
        against[:, at] = flags @ (1 << np.arange(len(codes)))
        pushes = np.round(by_driver(scorer.trees.contributions(table)[1], scorer.trees.names), 6)
        told = strongest(pushes, figures, model.parameters.drivers)
        peers = np.round(scorer.habit(there["segment"]), 6).tolist()
        reasons.append(
            [{"peers": p, "suppressed": codes[f].tolist(), "drivers": d} for p, f, d in zip(peers, flags, told, strict=True)]
        )  # fmt: skip
    return chances, against, reasons


def metrics_of(model: NextProductModel, rows: pd.DataFrame, customers: int) -> dict[str, Any]:
    """JSON-able figures of a run: recall against popularity, each family's, what is expected, what was suppressed."""
    return {
        **asdict(model.compared), "basis": "blend" if model.share.own else "rule", "own_share": asdict(model.share),
        "tried_share": asdict(model.tried), "top": model.parameters.top, "families": {f: dict(v) for f, v in model.families.items()},
        "left_out": dict(model.left_out), "usual": usual_of(rows["chances"].tolist(), list(model.scorers)), **offered(rows, customers),
    }  # fmt: skip


def offered(rows: pd.DataFrame, customers: int) -> dict[str, Any]:
    """The part of the figures that is of today's customers, not of the model. rows: family, None where nothing may be offered."""
    some = rows[rows["family"].notna()]
    return {
        "scored": len(rows), "not_exposed": customers - len(rows), "nothing_to_offer": len(rows) - len(some),
        "offers": {str(k): int(v) for k, v in some["family"].value_counts().sort_index().items()},
    }  # fmt: skip
