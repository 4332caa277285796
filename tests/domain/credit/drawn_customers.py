"""Samples in which one customer has up to three rows, and how often 95 % intervals hold the truth of them.

`python -m tests.domain.credit.drawn_customers 400` measures it over so many samples.
"""

from __future__ import annotations

import sys

import numpy as np

from domain.credit.inference import auc_difference
from domain.credit.metrics import auc, bootstrap

DAYS, RISK, OWN, LEVEL = 3, 1.2, 0.3, -3.2
Sample = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # bad, score, a rival's score, whose


def drawn(rng: np.random.Generator, customers: int) -> Sample:
    """Whoever is on several days has nearly the same score on each, and mostly the same outcome."""
    risk = rng.normal(size=customers)
    blur, shock = rng.normal(size=(2, customers))
    # A default six months off is seen from two of three days: rows of one customer are bad together, or some of them are.
    chance = 1 / (1 + np.exp(-LEVEL - RISK * risk - shock))
    bad = (rng.random(customers) < chance)[:, None] & (rng.random((customers, DAYS)) < 0.8)
    on = rng.random((customers, DAYS)) < 0.9
    score = -risk - 0.7 * blur
    rival = -risk + 0.7 * shock - 0.7 * rng.normal(size=customers)
    both = [one[:, None] + OWN * rng.normal(size=(customers, DAYS)) for one in (score, rival)]
    whose = np.repeat(np.arange(customers), DAYS).reshape(customers, DAYS)
    return bad[on].astype(np.int64), both[0][on], both[1][on], whose[on]


def truth(customers: int = 400_000) -> tuple[float, float]:
    """The AUC of the score, and by how much it is above the rival's: of so many customers that chance is nothing."""
    bad, score, rival, _ = drawn(np.random.default_rng(0), customers)
    return auc(bad, score), auc(bad, score) - auc(bad, rival)


def covered(samples: int, customers: int, repeats: int, seed: int = 1) -> dict[str, float]:
    """Share of samples whose interval holds the truth: of the AUC and of the difference, by customers and by rows."""
    area, above = truth()
    held = np.zeros(4)
    for at in range(samples):
        bad, score, rival, whose = drawn(np.random.default_rng((seed, at)), customers)
        told = [bootstrap(bad, score, repeats, at, by)["auc"] for by in (whose, None)]
        gaps = [auc_difference(bad, score, rival, by) for by in (whose, None)]
        held += [
            one.low <= true <= one.high for one, true in zip([*told, *gaps], [area, area, above, above], strict=True)
        ]
    names = ("AUC by customers", "AUC by rows", "difference by customers", "difference by rows")
    return dict(zip(names, (held / samples).tolist(), strict=True))


if __name__ == "__main__":
    for size in (1_000, 3_000):
        print(size, covered(int(sys.argv[1]), size, 500))
