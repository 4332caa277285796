"""The canonical tables of what happens: movements, month-ends, loan status and service, and the truth beside them."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache

import numpy as np
import pyarrow as pa

from demobank import columns, latent
from demobank.accounts import open_hazard
from demobank.credit_events import DEFAULT, default_table
from demobank.default_chances import Borrowers
from demobank.geography import PRODUCT_IDS
from demobank.ledger import MEMOS
from demobank.plan import SERVICE, Array
from demobank.simulation import MonthResult
from demobank.state import Block, State, left_month
from domain.canonical import BANK_MADE_KINDS, CHANNELS, FIVE_CLASSES, MOVEMENT_CATEGORIES, MOVEMENT_KINDS

_SUBJECTS = ("账户查询", "卡片挂失", "手机银行登录", "收费争议", "等候时间长", "还款咨询", "理财咨询", "资料变更")
_SERVICE_CHANNELS = ("电话", "柜面", "手机银行", "网上银行")


def transactions_table(block: Block, result: MonthResult) -> pa.Table:
    """The movements of a month in time order; ids are day, block and number, so they sort by day and within it.

    booked_at is the bank's local time; balance_after runs per account in the order of ids.
    """
    rows, month = result.rows, result.month
    n = result.balance_after.size
    day = rows["second"] // 86_400
    dates = (month.first.year * 10_000 + month.first.month * 100 + 1 + day).astype(np.int64)
    number = dates * 10**11 + block.index * 10**7 + np.arange(n)
    at = (month.first_epoch * 86_400 + rows["second"].astype(np.int64)) * 1_000_000
    own = ~np.isin(rows["kind"], [MOVEMENT_KINDS.index(k) for k in BANK_MADE_KINDS])
    return columns.table(
        "transactions", n,
        transaction_id=pa.array(number).cast(pa.string()),
        account_id=columns.words(rows["account"], account_labels(block)), booked_at=columns.moments(at),
        amount=columns.money(rows["amount"]), balance_after=columns.money(result.balance_after),
        kind=columns.words(rows["kind"], MOVEMENT_KINDS), channel=columns.words(rows["channel"], CHANNELS),
        category=columns.words(rows["category"], MOVEMENT_CATEGORIES),
        counterparty_bank=_partner_bank(block, rows["partner"], own),
        counterparty_account=columns.words(rows["partner"], _partner_labels(block), rows["partner"] > 0),
        memo=columns.words(rows["memo"], MEMOS),
    )  # fmt: skip


def _partner_bank(block: Block, partner: Array, own: Array) -> pa.Array:
    by_partner, names = _bank_labels(block)
    return columns.words(by_partner[partner], names, (partner > 0) & own)


# A block's words are turned into Arrow once, not once a month; two blocks are alive at a time.
@lru_cache(maxsize=2)
def account_labels(block: Block) -> pa.Array:
    """The block's account numbers, by account index."""
    return columns.text(block.accounts.account_id)


@lru_cache(maxsize=2)
def _partner_labels(block: Block) -> pa.Array:
    return pa.array(["", *block.partner_account[1:]], pa.string())


@lru_cache(maxsize=2)
def _bank_labels(block: Block) -> tuple[Array, pa.Array]:
    names, codes = np.unique(block.partner_bank[1:].astype(str), return_inverse=True)
    return np.concatenate([[0], codes]), columns.text(names)


def brought_forward(block: Block, state: State) -> pa.Table:
    """The balances the history starts from, as one movement an account on the day before its first month.

    With them the movements of an account add up to its balance from the first month-end on.
    """
    month = block.plan.month(0)
    a = block.accounts
    index = np.flatnonzero((a.open_month == 0) & np.isin(a.family, _RUNNING) & (state.balance != 0))
    n = index.size
    rows = {
        "account": index, "second": np.full(n, (month.days - 1) * 86_400 + 23 * 3_600), "amount": state.balance[index],
        "kind": np.full(n, MOVEMENT_KINDS.index("deposit")), "channel": np.full(n, CHANNELS.index("system")),
        "category": np.full(n, MOVEMENT_CATEGORIES.index("other")), "partner": np.zeros(n, dtype=np.int64),
        "memo": np.full(n, MEMOS.index("上线结转余额")),
    }  # fmt: skip
    empty = np.zeros(0, dtype=np.int64)
    balance = state.balance[index]
    opening = MonthResult(month, rows, balance, *[empty] * (len(fields(MonthResult)) - 3))
    return transactions_table(block, opening)


_RUNNING = (0, 1, 8, 10)  # demand, time, credit card, settlement: families whose movements are kept


def balances_table(block: Block, result: MonthResult) -> pa.Table:
    """Month-end and average balance of every account open in the month."""
    index = np.flatnonzero(result.reported)
    return columns.table(
        "balances", index.size,
        account_id=columns.words(index, account_labels(block)),
        as_of=columns.days(np.full(index.size, result.month.last_epoch)),
        balance=columns.money(result.balance[index]), average_balance=columns.money(result.average[index]),
    )  # fmt: skip


def loan_status_table(block: Block, result: MonthResult) -> pa.Table:
    """Outstanding, arrears and five-class of every loan and credit card on the books, or paid off in the month.

    A card's outstanding is what its balance is below zero.
    """
    index, card = np.flatnonzero(result.loan_reported), np.flatnonzero(result.card_reported)
    account = np.concatenate([block.loans.account[index], block.cards.account[card]])
    days = np.concatenate([result.days_past_due[index], result.card_days[card]])
    owed = np.maximum(-result.balance[block.cards.account[card]], 0)
    return columns.table(
        "loan_status", account.size,
        account_id=columns.words(account, account_labels(block)),
        as_of=columns.days(np.full(account.size, result.month.last_epoch)),
        outstanding=columns.money(np.concatenate([result.left_over[index], owed])),
        overdue_amount=columns.money(np.concatenate([result.overdue[index], result.card_overdue[card]])),
        days_past_due=days.astype(np.int32),
        five_class=columns.words(np.searchsorted([1, 90, 181, 361], days, side="right"), FIVE_CLASSES),
    )  # fmt: skip


def service_table(block: Block, state: State, index: int, horizon: int, only_settled: bool = False) -> pa.Table:
    """What customers asked and complained about in month `index`, as it stands at the end of month `horizon`.

    only_settled: just those whose answer came in month `horizon`, the ones an increment sends again.
    """
    p, month = block.people, block.plan.month(index)
    rng = block.plan.rng(block.index, SERVICE + index)
    gone = left_month(state)
    here = (p.join_month < index) & ((gone == 0) | (index < gone))
    fading = (state.fade_month > 0) & (index >= state.fade_month - 2)
    who = np.repeat(np.arange(p.type.size), rng.poisson(np.where(fading, 0.08, 0.025) * here))
    n = who.size
    kind = np.where(rng.random(n) < np.where(fading[who], 0.6, 0.15), 1, 2 * (rng.random(n) < 0.4))
    second = rng.integers(0, month.days, n) * 86_400 + rng.integers(8 * 3_600, 20 * 3_600, n)
    at = month.first_epoch * 86_400 + second
    resolved = at + (3_600 * np.exp(rng.normal(2.2, 1.3, n))).astype(np.int64)
    known = resolved < (block.plan.month(horizon).last_epoch + 1) * 86_400
    mood = np.clip(np.rint(rng.normal(np.where(kind == 1, 3.0, 4.2), 0.9)), 1, 5).astype(np.int32)
    answers = known & (rng.random(n) < 0.45)
    product = rng.integers(0, PRODUCT_IDS.size, n)
    named = rng.random(n) < 0.5
    channel, subject = rng.integers(0, 4, n), rng.integers(0, len(_SUBJECTS), n)
    event = [f"E{month.first:%Y%m}{block.index:04d}{i:05d}" for i in range(n)]
    made = columns.table(
        "service_events", n,
        event_id=pa.array(event, pa.string()), customer_id=columns.text(p.customer_id[who]),
        at=columns.moments(at * 1_000_000), channel=columns.text(np.array(_SERVICE_CHANNELS)[channel]),
        kind=columns.text(np.array(["enquiry", "complaint", "request"])[kind]),
        subject=columns.text(np.array(_SUBJECTS)[subject]), product_id=columns.text(PRODUCT_IDS[product], named),
        resolved_at=columns.moments(resolved * 1_000_000, known), satisfaction=pa.array(mood, mask=~answers),
    )  # fmt: skip
    if not only_settled:
        return made
    since = block.plan.month(horizon).first_epoch * 86_400
    return made.filter(pa.array(known & (resolved >= since)))


def customer_truth(block: Block, state: State) -> pa.Table:
    """What drives each customer: latent type, hazards, and when leaving began and ended (null for who stays)."""
    p = block.people
    gone = left_month(state)
    months = [block.plan.month(i) for i in range(int(max(gone.max(initial=0), 1)) + 1)]
    first = np.array([m.first_epoch for m in months])
    last = np.array([m.last_epoch for m in months])
    hazards = open_hazard(p)
    data = {
        "customer_id": pa.array(p.customer_id, pa.string()),
        "latent_type": pa.array(np.array(latent.TYPES)[p.type], pa.string()),
        "attrition_hazard_monthly": pa.array(p.leave_hazard),
        "fading_from": columns.days(first[state.fade_month], state.fade_month > 0),
        "left_on": columns.days(last[np.maximum(gone - 1, 0)], gone > 0),
        "stress_hazard_monthly": pa.array(block.chain.enters),
        "credit_risk": pa.array(block.chain.risk),
    }
    for i, family in enumerate(latent.HELD_FAMILIES):
        data[f"open_hazard_{family}"] = pa.array(hazards[:, i])
    return pa.table(data)


class LoanTruth:
    """The exact probability of default of a block's loans and cards at any month-end, and of their owners."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.year = default_table(block.chain, block.loans, 12)
        self.next = default_table(block.chain, block.loans, 1)
        self.borrowers = Borrowers(block)

    def add(self, known: dict[str, list[pa.Table]], result: MonthResult, end_month: Array) -> None:
        """Put a month-end's chances into `known`: of accounts under loans, of customers under borrowers."""
        known["loans"] += [self.at(result, end_month), self.of_cards(result, end_month)]
        known["borrowers"].append(self.borrowers.at(result, end_month))

    def of_cards(self, result: MonthResult, end_month: Array) -> pa.Table:
        """One row a credit card on the books and not yet in default at the month-end."""
        index, soon, year = self.borrowers.of_cards(result, end_month)
        cards = self.block.cards
        return _account_truth(
            self.block, result, cards.account[index], cards.customer[index], result.card_arrears[index], soon, year
        )

    def at(self, result: MonthResult, end_month: Array) -> pa.Table:
        """One row a loan on the books and not yet in default at the month-end."""
        index = np.flatnonzero(result.loan_open & (result.arrears < DEFAULT))
        stress = result.stressed[self.block.loans.customer[index]].astype(np.int64)
        arrears = result.arrears[index]
        left = np.maximum(end_month[index] - result.month.index, 0)
        return _account_truth(
            self.block, result, self.block.loans.account[index], self.block.loans.customer[index], arrears,
            self.next[index, np.minimum(left, 1), stress, arrears], self.year[index, np.minimum(left, 12), stress, arrears],
        )  # fmt: skip


def _account_truth(
    block: Block, result: MonthResult, account: Array, owner: Array, arrears: Array, soon: Array, year: Array
) -> pa.Table:
    return pa.table(
        {
            "account_id": pa.array(block.accounts.account_id[account], pa.string()),
            "as_of": columns.days(np.full(account.size, result.month.last_epoch)),
            "stressed": pa.array(result.stressed[owner].astype(bool)),
            "missed_instalments": pa.array(arrears.astype(np.int32)),
            "default_hazard_monthly": pa.array(soon),
            "pd_12m": pa.array(year),
        }
    )
