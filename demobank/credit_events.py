"""How loans and cards go overdue, cure and default: a Markov chain whose 12-month probability of default is known exactly.

Every customer is calm or under stress; every loan and every credit card has 0, 1, 2, 3 missed instalments (of a card:
minimum payments) or is in default (90 days past due and more: absorbing). A month moves first the stress, then the
arrears given the new stress. The log odds of missing rise with a customer's risk: debt burden, thin savings, revolving,
youth, type and a part that nothing shows. A card is forgotten more often than an instalment, and more often paid up in
the next month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demobank import latent
from demobank.accounts import FAMILY, Accounts, Loans
from demobank.people import People
from demobank.plan import Array

DEFAULT = 4  # state of arrears; 1–3 are missed instalments
RECOVERY = 0.18  # a month: stress ends
SALE, CARD_SALE = 0.07, 0.18  # a month: a loan, a card in default is sold or written off
_FAMILY_SHIFT = {"mortgage": -0.5, "consumer_loan": 0.35, "business_loan": 0.2}


@dataclass(frozen=True)
class Chain:
    """Transition probabilities: of stress per customer, of arrears per loan."""

    enters: Array  # (customers,) calm -> stress
    steps: Array  # (loans, 2, 5, 5): stress after the month, arrears before, arrears after
    card_steps: Array  # the same, (cards, 2, 5, 5), in the order of customers
    risk: Array  # (customers,) the latent risk, about standard normal times 1.3


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _standard(x: Array, mean: float, spread: float) -> Array:
    # Fixed centre and spread: a customer's risk must not depend on who else is in the block.
    return np.clip((x - mean) / spread, -2.5, 2.5)


def make_chain(people: People, accounts: Accounts, loans: Loans, as_of: int) -> Chain:
    """The chain of a block; as_of is the epoch day at which ages are taken.

    A loan or card of later burdens itself only: what is not yet owed drives nobody's risk.
    """
    n = people.type.size
    old = accounts.open_month[loans.account] == 0
    burden = np.bincount(loans.customer, loans.burden * old, minlength=n)
    buffer = np.log(np.maximum(people.aum, 100) / people.income)
    buffer = np.where(people.corporate, buffer + 2.2, buffer)
    age = np.where(people.corporate, 45.0, (as_of - people.birth) / 365.25)
    card = accounts.held("credit_card")
    holds = (card >= 0) & (accounts.open_month[np.maximum(card, 0)] == 0)
    risk = (
        _of_burden(burden)
        - 0.85 * _standard(buffer, -1.2, 1.2)
        + _of_revolving(np.where(holds, people.revolves, 0.0))
        - 0.25 * _standard(age, 42.0, 12.0)
        + latent.RISK_SHIFT[people.type]
        + 0.45 * people.wild
    )
    enters = np.clip(_sigmoid(-4.95 + 0.45 * risk), 0.0, 0.3)
    shift = np.zeros(len(FAMILY))
    for name, value in _FAMILY_SHIFT.items():
        shift[FAMILY[name]] = value
    before = burden[loans.customer]
    loan_risk = risk[loans.customer] + shift[loans.family]
    loan_risk += np.where(old, 0.0, _of_burden(before + loans.burden) - _of_burden(before))
    own = np.where(holds, 0.0, _of_revolving(people.revolves) - _of_revolving(np.zeros(n)))
    return Chain(
        enters=enters, steps=_steps(loan_risk, _LOAN), card_steps=_steps((risk + own)[card >= 0], _CARD), risk=risk
    )


def _of_burden(burden: Array) -> Array:
    return 0.55 * _standard(burden, 0.22, 0.16)


def _of_revolving(share: Array) -> Array:
    return 0.45 * _standard(share, 0.1, 0.22)


@dataclass(frozen=True)
class _Habit:
    """Log odds without stress and under it, and what the risk adds; cures: of who does not get worse, all paid up."""

    misses: tuple[float, float]
    of_risk: tuple[float, float]
    worsens: tuple[float, float]
    cures: float


_LOAN = _Habit((-4.45, -2.2), (0.5, 0.4), (-1.05, 0.35), 0.65)
_CARD = _Habit((-4.1, -2.0), (0.35, 0.4), (-1.8, 0.6), 0.75)


def _steps(risk: Array, habit: _Habit) -> Array:
    """(accounts, stress, before, after) probabilities of arrears."""
    steps = np.zeros((risk.size, 2, 5, 5))
    for stress in (0, 1):
        miss = _sigmoid(habit.misses[stress] + habit.of_risk[stress] * risk)
        worse = _sigmoid(habit.worsens[stress] + 0.3 * risk)
        steps[:, stress, 0, 1] = miss
        steps[:, stress, 0, 0] = 1 - miss
        for arrears in (1, 2, 3):
            steps[:, stress, arrears, arrears + 1] = worse
            steps[:, stress, arrears, 0] = (1 - worse) * habit.cures
            steps[:, stress, arrears, arrears] = (1 - worse) * (1 - habit.cures)
        steps[:, stress, DEFAULT, DEFAULT] = 1
    return steps


def default_table(chain: Chain, loans: Loans, horizon: int = 12) -> Array:
    """The exact probability of default within `horizon` months, from every state a loan can be in.

    Shape (loans, horizon + 1, 2, 5): months left to the last due date (capped at the horizon), stress, arrears. After
    the last due date a loan without arrears is repaid and can no longer default.
    """
    enters = chain.enters[loans.customer]
    joint = stress_moves(enters)[:, :, :, None, None] * chain.steps[:, None]  # loan, stress, stress', arrears, arrears'
    running = joint.transpose(0, 1, 3, 2, 4).reshape(-1, 10, 10)
    ended = running.copy()
    for state in (0, 5):
        ended[:, state, :] = 0.0
        ended[:, state, state] = 1.0
    out = np.empty((enters.size, horizon + 1, 10))
    after = np.zeros((enters.size, 10, 1))
    after[:, [DEFAULT, 5 + DEFAULT]] = 1.0
    tails = [after]
    for _ in range(horizon):
        tails.append(ended @ tails[-1])
    for left in range(horizon + 1):
        value = tails[horizon - left]
        for _ in range(left):
            value = running @ value
        out[:, left] = value[:, :, 0]
    return out.reshape(-1, horizon + 1, 2, 5)


def stress_moves(enters: Array) -> Array:
    """(customers, before, after) probabilities of stress."""
    move = np.empty((enters.size, 2, 2))
    move[:, 0, 1], move[:, 0, 0] = enters, 1 - enters
    move[:, 1, 0], move[:, 1, 1] = RECOVERY, 1 - RECOVERY
    return move


def next_stress(chain: Chain, stressed: Array, u: Array) -> Array:
    """Stress after one month, per customer."""
    return np.where(stressed, u >= RECOVERY, u < chain.enters)


def next_arrears(steps: Array, stressed: Array, arrears: Array, u: Array) -> Array:
    """Arrears after one month, per account, given its owner's stress of the month."""
    rows = np.cumsum(steps[np.arange(arrears.size), stressed.astype(np.int64), arrears], axis=1)
    return np.minimum((u[:, None] >= rows).sum(axis=1), DEFAULT)


def starting_state(chain: Chain, loans: Loans, u_stress: Array, u_loans: Array) -> tuple[Array, Array]:
    """(stress, arrears) at the start of the history: the long-run share under stress, few loans in arrears."""
    stressed = u_stress < chain.enters / (chain.enters + RECOVERY)
    miss = chain.steps[:, 0, 0, 1] * (1 + 4 * stressed[loans.customer])
    old = loans.paid_before > 4
    arrears = np.select([u_loans < miss * 0.3, u_loans < miss], [2, 1], 0)
    return stressed, np.where(old, arrears, 0)


def starting_cards(chain: Chain, stressed: Array, u: Array) -> Array:
    """Arrears of cards at the start of the history, given their owners' stress: few."""
    miss = chain.card_steps[:, 0, 0, 1] * (1 + 4 * stressed)
    return np.select([u < miss * 0.15, u < miss], [2, 1], 0)
