"""The exact chance that a customer defaults within a year, on any loan or card they have: the chain of all of them at once.

Given the months of stress, the accounts of a customer go their own ways; stress is shared, so that the chances of single
accounts may not be multiplied. The state is (stress, arrears of each account); a year is walked back month by month, for
every state a customer can be in. Leaving is in it as `simulation` has it: who has no loan running and no card in arrears
may leave, pays off the card, and defaults no more. Not in it: what is opened after the day (a loan taken later also keeps
a customer from leaving, which moves the chance of a card by less than a thousandth of itself).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demobank import columns
from demobank.credit_events import DEFAULT, stress_moves
from demobank.plan import Array
from demobank.simulation import MonthResult
from demobank.state import Block

HORIZON = 12
_NEVER = HORIZON + 1  # of a card: months to its last due date, of which there is none


def survival(
    enters: Array, leaves: Array, free_from: Array, steps: Array, left: Array, horizon: int = HORIZON
) -> Array:
    """The chance of no default within `horizon` months from every state: (n, 2, 4, …, 4), an axis of four an account.

    enters, leaves: (n,) monthly chances of stress and of leaving. free_from: (n,) months until no loan runs any more by
    schedule, from which one may leave. steps: (n, accounts, 2, 5, 5). left: (n, accounts) months to the last due date.
    """
    n, accounts = left.shape
    move = stress_moves(enters)
    running = steps[..., :DEFAULT, :DEFAULT]
    ended = running.copy()
    ended[:, :, :, 0] = np.eye(DEFAULT)[0]  # repaid
    value = np.ones((n, 2, DEFAULT**accounts))
    for month in range(horizon, 0, -1):
        for place in range(accounts):
            over = (month > left[:, place])[:, None, None, None]
            step = np.where(over, ended[:, place], running[:, place])
            # The first axis of arrears is worked on and goes to the end: after the last account all stand as before.
            value = step @ value.reshape(n, 2, DEFAULT, -1)
            value = np.moveaxis(value, 2, 3).reshape(n, 2, -1)
        gone = np.where(month - 1 >= free_from, leaves, 0.0)[:, None]
        value[:, :, 0] = gone + (1 - gone) * value[:, :, 0]
        value = move @ value
    return value


class Borrowers:
    """Chances of default of a block's customers at any month-end; what did not change since the last is kept."""

    def __init__(self, block: Block) -> None:
        self.block = block
        n = block.people.type.size
        families = np.unique(block.loans.family)
        # places of a customer: the card, then a loan of each family; −1 where there is none
        self.places = np.full((n, 1 + families.size), -1)
        self.places[block.cards.customer, 0] = np.arange(block.cards.account.size)
        self.places[block.loans.customer, 1 + np.searchsorted(families, block.loans.family)] = np.arange(
            block.loans.account.size
        )
        self.known = np.full(self.places.shape, -2)  # months left of what the kept chances are for
        self.kept = np.zeros((n, 2, DEFAULT ** self.places.shape[1]))
        self.card_kept = np.zeros((block.cards.account.size, 2, DEFAULT))
        self.card_known = np.full(block.cards.account.size, -1)

    def at(self, result: MonthResult, end_month: Array) -> pa.Table:
        """One row a customer with a loan or card on the books, none of them in default at the month-end."""
        there, left, arrears = self._standing(result, end_month)
        index = np.flatnonzero(there.any(axis=1) & ~(there & (arrears == DEFAULT)).any(axis=1))
        self._renew(index, np.where(there, left, -1))
        state = np.zeros(index.size, dtype=np.int64)
        for place in range(there.shape[1]):
            held = there[index, place]
            state = np.where(held, state * DEFAULT + arrears[index, place], state)
        stress = result.stressed[index].astype(np.int64)
        chance = np.where(result.leaving[index], 0.0, 1 - self.kept[index, stress, state])
        return pa.table(
            {
                "customer_id": pa.array(self.block.people.customer_id[index], pa.string()),
                "as_of": columns.days(np.full(index.size, result.month.last_epoch)),
                "stressed": pa.array(result.stressed[index].astype(bool)),
                "pd_12m": pa.array(np.clip(chance, 0.0, 1.0)),
            }
        )

    def of_cards(self, result: MonthResult, end_month: Array) -> tuple[Array, Array, Array]:
        """(cards, chance of the next month, of a year) of cards on the books and not in default, each by itself."""
        there, left, arrears = self._standing(result, end_month)
        block, who = self.block, self.block.cards.customer
        index = np.flatnonzero(there[who, 0] & (arrears[who, 0] < DEFAULT))
        free = np.where(there[who, 1:], left[who, 1:], 0).max(axis=1, initial=0)
        old = index[self.card_known[index] != free[index]]
        if old.size:
            self.card_known[old] = free[old]
            self.card_kept[old] = survival(
                block.chain.enters[who[old]], block.people.leave_hazard[who[old]], free[old],
                block.chain.card_steps[old][:, None], np.full((old.size, 1), _NEVER),
            )  # fmt: skip
        stress, missed = result.stressed[who[index]].astype(np.int64), arrears[who[index], 0]
        year = 1 - self.card_kept[index, stress, missed]
        move = stress_moves(block.chain.enters[who[index]])[np.arange(index.size), stress]
        soon = (move * block.chain.card_steps[index, :, missed, DEFAULT]).sum(axis=1)
        stays = ~result.leaving[who[index]]
        return index, soon * stays, np.clip(year, 0.0, 1.0) * stays

    def _standing(self, result: MonthResult, end_month: Array) -> tuple[Array, Array, Array]:
        """(held, months left, arrears) by customer and place."""
        card, loans = self.places[:, :1], self.places[:, 1:]
        there = np.concatenate([_placed(result.card_open, card), _placed(result.loan_open, loans)], axis=1)
        left = np.clip(_placed(end_month, loans) - result.month.index, 0, HORIZON)
        left = np.concatenate([np.full(card.shape, _NEVER), left], axis=1)
        arrears = np.concatenate([_placed(result.card_arrears, card), _placed(result.arrears, loans)], axis=1)
        return there, left, np.where(there, arrears, 0)

    def _renew(self, index: Array, key: Array) -> None:
        """Work out again whose accounts or months left are not those of the kept chances."""
        block = self.block
        changed = index[(self.known[index] != key[index]).any(axis=1)]
        self.known[changed] = key[changed]
        pattern = (key[changed] >= 0) @ (1 << np.arange(key.shape[1]))
        for kind in np.unique(pattern):
            who = changed[pattern == kind]
            held = np.flatnonzero(kind >> np.arange(key.shape[1]) & 1)
            steps = np.stack(
                [
                    block.chain.card_steps[self.places[who, 0]]
                    if place == 0
                    else block.chain.steps[self.places[who, place]]
                    for place in held
                ],
                axis=1,
            )
            left = key[who][:, held]
            free = np.where(held > 0, left, 0).max(axis=1)
            found = survival(block.chain.enters[who], block.people.leave_hazard[who], free, steps, left)
            self.kept[who, :, : found.shape[2]] = found


def _placed(values: Array, place: Array) -> Array:
    """Values of accounts by place, 0 (False) where there is none."""
    return np.append(values, np.zeros(1, values.dtype))[place]
