"""The latent behavioural types: what drives a customer and what no delivery ever says.

A row a type; money in yuan. Shares, rates and medians were chosen so that a city commercial bank's picture comes out:
every value tier populated, about 100 movements a customer in 24 months.
"""

from __future__ import annotations

import numpy as np

from demobank.plan import Array, cdf_of
from domain.canonical import CHANNELS, MOVEMENT_CATEGORIES

TYPES = ("young_mobile", "salaried_family", "affluent", "elder", "self_employed", "quiet", "company", "trader")
YOUNG, FAMILY, AFFLUENT, ELDER, SELF_EMPLOYED, QUIET, COMPANY, TRADER = range(8)
CORPORATE_SHARE = 0.08

PERSONAL_CDF = cdf_of([0.24, 0.25, 0.08, 0.17, 0.12, 0.14])
CORPORATE_CDF = cdf_of([0.6, 0.4])
AGE_RANGE = np.array([[20, 34], [30, 54], [35, 66], [58, 86], [27, 58], [19, 78], [0, 0], [0, 0]])
INCOME_MEDIAN = np.array([110e3, 160e3, 480e3, 55e3, 180e3, 60e3, 8e6, 15e6])  # a year; revenue for corporates
INCOME_SIGMA = np.array([0.45, 0.5, 0.8, 0.4, 0.7, 0.5, 1.4, 1.5])
AUM_MEDIAN = np.array([14e3, 55e3, 900e3, 90e3, 50e3, 5e3, 350e3, 250e3])
AUM_SIGMA = np.array([1.1, 1.1, 1.15, 1.1, 1.3, 1.5, 1.7, 1.8])
EMPLOYED = np.array([0.9, 0.9, 0.6, 0.0, 0.0, 0.25, 0.0, 0.0])
RENTS = np.array([0.22, 0.06, 0.0, 0.02, 0.15, 0.03, 0.0, 0.0])
DIRECT_DEBIT = np.array([0.25, 0.45, 0.4, 0.35, 0.3, 0.05, 0.0, 0.0])
SPEND_RATE = np.array([2.1, 1.7, 1.9, 1.1, 1.2, 0.4, 0.0, 0.0])  # discretionary movements a month
RECEIPT_RATE = np.array([0, 0, 0, 0, 1.3, 0, 2.6, 3.4])
SUPPLIER_RATE = np.array([0, 0, 0, 0, 0.7, 0, 2.4, 3.6])
SWEEP_RATE = np.array([0.5, 0.45, 0.5, 0.35, 0.5, 0.25, 0.6, 0.6])
LEAVE_HAZARD = np.array([0.008, 0.004, 0.005, 0.003, 0.006, 0.012, 0.004, 0.006])
RISK_SHIFT = np.array([0.2, -0.25, -0.5, 0.0, 0.5, 0.3, -0.1, 0.4])  # on the log odds of missing an instalment
WEEKEND_FACTOR = np.array([1.5, 1.4, 1.0, 0.7, 1.1, 1.0, 0.08, 0.15])
GIVES_RED_PACKETS = np.array([0.8, 1.0, 1.0, 0.5, 0.9, 0.3, 0.0, 0.0])

HELD_FAMILIES = ("time", "wealth", "fund", "insurance", "credit_card", "mortgage", "consumer_loan", "business_loan")
HOLD_SHARE = np.array(
    [
        [0.05, 0.10, 0.18, 0.05, 0.40, 0.05, 0.14, 0.00],
        [0.15, 0.15, 0.12, 0.18, 0.45, 0.38, 0.10, 0.00],
        [0.35, 0.65, 0.45, 0.35, 0.55, 0.15, 0.03, 0.03],
        [0.50, 0.15, 0.03, 0.08, 0.06, 0.00, 0.00, 0.00],
        [0.12, 0.12, 0.06, 0.10, 0.35, 0.15, 0.12, 0.22],
        [0.06, 0.02, 0.01, 0.02, 0.06, 0.02, 0.03, 0.00],
        [0.20, 0.12, 0.00, 0.00, 0.00, 0.00, 0.00, 0.28],
        [0.08, 0.05, 0.00, 0.00, 0.00, 0.00, 0.00, 0.35],
    ]
)
# A month, before the customer's own propensity; short loans turn over faster.
OPEN_HAZARD = HOLD_SHARE * np.array([0.014, 0.016, 0.016, 0.012, 0.014, 0.012, 0.032, 0.032])

# Discretionary spending: what for, how much (median yuan), and on which channels.
SPEND_CATEGORIES = (
    "groceries", "dining", "shopping", "travel", "health", "education", "insurance", "cash", "transfer", "other",
)  # fmt: skip
SPEND_CODES = np.array([MOVEMENT_CATEGORIES.index(c) for c in SPEND_CATEGORIES])
SPEND_WEIGHTS = np.array(
    [
        [14, 26, 28, 10, 3, 3, 1, 2, 11, 2],
        [24, 14, 20, 8, 6, 12, 3, 4, 8, 1],
        [8, 16, 20, 18, 6, 6, 6, 4, 14, 2],
        [26, 3, 5, 3, 20, 1, 2, 34, 5, 1],
        [14, 14, 12, 8, 4, 5, 2, 18, 22, 1],
        [22, 8, 10, 4, 10, 2, 1, 28, 14, 1],
    ],
    dtype=np.float64,
)
SPEND_MEDIAN = np.array([160, 130, 320, 750, 380, 1500, 1200, 1800, 2200, 200], dtype=np.float64)
CARD_ELIGIBLE = np.array([1, 1, 1, 1, 1, 1, 0, 0, 0, 1], dtype=bool)


def month_weights(month_of_year: int) -> Array:
    """Seasonal factor of each spending category in a calendar month (1–12)."""
    factor = np.ones(len(SPEND_CATEGORIES))
    for category, months, lift in (
        ("travel", (2, 5, 7, 8, 10), 2.0), ("shopping", (6, 11), 1.9), ("education", (2, 9), 3.0),
        ("health", (1, 12), 1.4), ("dining", (2, 10), 1.3), ("cash", (1, 2), 1.5),
    ):  # fmt: skip
        if month_of_year in months:
            factor[SPEND_CATEGORIES.index(category)] = lift
    return factor


# Channels of the customer's own movements, a row a type, in the order of CHANNELS without "system".
CHANNEL_CDF = cdf_of(
    [  # branch atm pos online mobile transfer
        [1, 3, 12, 8, 74, 2],
        [4, 8, 30, 14, 41, 3],
        [10, 4, 24, 26, 32, 4],
        [52, 24, 12, 1, 8, 3],
        [12, 14, 18, 14, 38, 4],
        [28, 26, 16, 6, 20, 4],
        [16, 1, 0, 62, 9, 12],
        [12, 1, 0, 50, 22, 15],
    ]
)
CASH_CDF = cdf_of([[1, 9]] * 2 + [[4, 6], [7, 3], [3, 7], [5, 5], [9, 1], [9, 1]])  # branch or atm
BRANCH, ATM, POS, ONLINE, MOBILE, TRANSFER, SYSTEM = range(len(CHANNELS))


def _bumps(*peaks: tuple[float, float, float]) -> Array:
    hours = np.arange(24)
    return sum((w * np.exp(-0.5 * ((hours - at) / width) ** 2) for at, width, w in peaks), np.full(24, 0.002))


_OFFICE = _bumps((10, 1.2, 1.0), (15, 1.4, 0.9))
_WEEKDAY = np.stack(
    [
        _bumps((12.5, 0.9, 0.5), (20.5, 1.8, 1.0), (23, 1.2, 0.6), (0, 0.8, 0.25)),
        _bumps((8, 0.9, 0.4), (12, 1.0, 0.5), (19.5, 1.6, 1.0)),
        _bumps((10.5, 1.5, 0.9), (15, 2.0, 0.8), (20, 1.5, 0.4)),
        _bumps((9.3, 0.9, 1.0), (14.5, 1.2, 0.4)),
        _bumps((8, 1.5, 0.5), (14, 3.0, 0.8), (21, 1.5, 0.6)),
        _bumps((10, 2.0, 0.6), (16, 3.0, 0.6)),
        _OFFICE,
        _OFFICE + _bumps((18, 2.0, 0.4)),
    ]
)
HOUR_CDF = cdf_of(np.concatenate([_WEEKDAY, np.roll(_WEEKDAY, 1, axis=1)]))  # weekends an hour later
