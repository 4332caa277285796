"""A month's movements of a block: collected in pieces, put in order, topped up, swept, and given running balances."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from demobank.plan import Array, Month
from domain.canonical import CHANNELS, MOVEMENT_CATEGORIES, MOVEMENT_KINDS

KIND = {name: i for i, name in enumerate(MOVEMENT_KINDS)}
CHANNEL = {name: i for i, name in enumerate(CHANNELS)}
CATEGORY = {name: i for i, name in enumerate(MOVEMENT_CATEGORIES)}
MEMOS = (
    None, "上线结转余额", "工资", "年终奖", "养老金", "房租", "水电燃气费", "货款", "采购付款", "代发工资", "税款", "红包", "贷款还款",
    "信用卡还款", "利息", "账户管理费", "罚息", "他行转入", "转出至本人他行账户", "理财申购", "理财赎回", "定期存入", "定期转出",
    "贷款发放", "支付购房款", "销户转出", "日用消费", "餐饮", "网上购物", "出行", "医疗", "学费", "保费", "现金存取", "转账", "场地租金",
    "短信服务费", "循环利息", "违约金", "话费代扣",
)  # fmt: skip
MEMO = {name: i for i, name in enumerate(MEMOS)}
_COLUMNS = ("account", "second", "amount", "kind", "channel", "category", "partner", "memo")
_TYPES = (np.int32, np.int32, np.int64, np.int8, np.int8, np.int8, np.int32, np.int8)
DAY = 86_400


@dataclass
class Pieces:
    """Movements as they are thought of; `second` counts from the start of the month, `amount` is signed cents."""

    parts: list[tuple[Array, ...]] = field(default_factory=list)

    def add(
        self,
        account: Array,
        second: Array,
        amount: Array,
        kind: str | Array,
        channel: str | Array,
        category: str | Array,
        memo: str | Array | None,
        partner: Array | int = 0,
    ) -> None:
        """Add one movement an account; words stand for all of them, arrays hold codes. Zero amounts are dropped."""
        keep = amount != 0
        if not keep.any():
            return
        coded = (
            account, second, amount,
            KIND[kind] if isinstance(kind, str) else kind,
            CHANNEL[channel] if isinstance(channel, str) else channel,
            CATEGORY[category] if isinstance(category, str) else category,
            partner, MEMO[memo] if memo is None or isinstance(memo, str) else memo,
        )  # fmt: skip
        n = account.size
        self.parts.append(
            tuple(
                np.broadcast_to(np.asarray(value, dtype=type_), (n,))[keep]
                for value, type_ in zip(coded, _TYPES, strict=True)
            )
        )

    def take(self) -> dict[str, Array]:
        """Everything added so far, column by column, in the order of adding."""
        if not self.parts:
            return {name: np.zeros(0, dtype=t) for name, t in zip(_COLUMNS, _TYPES, strict=True)}
        return {name: np.concatenate([p[i] for p in self.parts]) for i, name in enumerate(_COLUMNS)}


def sums(account: Array, amount: Array, size: int) -> Array:
    """Exact int64 sums of cents per account, shape (size,)."""
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, account, amount)
    return out


@dataclass(frozen=True)
class Run:
    """The movements of a month in account and time order, and where each account's stand."""

    rows: dict[str, Array]
    starts: Array  # first row of each account that moved
    accounts: Array  # those accounts
    running: Array  # balance after each row


def order(rows: dict[str, Array], opening: Array) -> Run:
    """Sort by account and time (ties in the order of adding) and run the balances from `opening`."""
    if not rows["account"].size:
        return Run(rows, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    key = rows["account"].astype(np.int64) * (32 * DAY) + rows["second"]
    turn = np.argsort(key, kind="stable")
    rows = {name: column[turn] for name, column in rows.items()}
    account = rows["account"]
    starts = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    total = np.cumsum(rows["amount"])
    before = np.repeat(total[starts] - rows["amount"][starts], np.diff(np.r_[starts, account.size]))
    return Run(rows, starts, account[starts], total - before + opening[account])


def lowest(run: Run, opening: Array) -> tuple[Array, Array, Array]:
    """(lowest, closing, second of the last movement) per account; accounts that did not move keep their opening."""
    low, close, last = opening.copy(), opening.copy(), np.zeros(opening.size, dtype=np.int64)
    if run.starts.size:
        low[run.accounts] = np.minimum.reduceat(run.running, run.starts)
        ends = np.r_[run.starts[1:], run.running.size] - 1
        close[run.accounts] = run.running[ends]
        last[run.accounts] = run.rows["second"][ends]
    return low, close, last


def average_balance(run: Run, opening: Array, month: Month) -> Array:
    """Mean of the end-of-day balances of the month in cents, per account, rounded down."""
    day = run.rows["second"] // DAY
    weighted = sums(run.rows["account"], run.rows["amount"] * (month.days - day), opening.size)
    return opening + weighted // month.days
