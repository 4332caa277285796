"""The accounts and loans of a block: drawn once, with the month each opens, also those that open after the horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demobank import latent
from demobank.geography import PRODUCT_RATES, products_of
from demobank.people import People
from demobank.plan import ACCOUNTS, LOOK_AHEAD, Array, Plan, cents, pick
from domain.canonical import PRODUCT_FAMILIES
from domain.identity_numbers import luhn_check

FAMILY = {name: i for i, name in enumerate(PRODUCT_FAMILIES)}
_SHARE_OF_AUM = {"time": 2.5, "wealth": 3.0, "fund": 1.0, "insurance": 0.8}
COLLATERAL = ("住房抵押", "信用", "保证", "商用房抵押", "存货质押")
PURPOSES = ("购房", "装修", "购车", "综合消费", "经营周转", "采购原材料", "设备购置")


@dataclass(frozen=True)
class Accounts:
    """Accounts of a block. The first n are the customers' main accounts, so account i < n is customer i's own.

    Arrays of shape (accounts,); money in whole cents, days epoch days.
    """

    account_id: Array
    customer: Array  # index into People
    family: Array  # index into PRODUCT_FAMILIES
    product: Array  # index into PRODUCTS
    open_month: Array  # 0 before the history; may lie after the horizon
    opened: Array
    rate: Array
    term: Array  # months, 0 where there is none
    limit: Array
    size: Array  # what the account tends to hold (deposits, investments), cents
    of_family: Array  # (families, customers): account index, −1 where not held

    def held(self, family: str) -> Array:
        """Account index of this family per customer, −1 where there is none."""
        return self.of_family[FAMILY[family]]


@dataclass(frozen=True)
class Loans:
    """Instalment loans of a block, arrays of shape (loans,)."""

    account: Array
    customer: Array
    granted_month: Array
    granted: Array  # epoch day
    principal: Array
    term: Array
    instalment: Array
    rate: Array  # a year
    due_day: Array
    paid_before: Array  # instalments paid before the history starts
    family: Array
    purpose: Array
    collateral: Array
    loan_to_value: Array  # NaN without a mortgaged thing
    burden: Array  # instalments to income, per year


def _openings(plan: Plan, people: People, rng: np.random.Generator) -> Array:
    """(families, n): the month each held family opens, −1 for never within the look-ahead."""
    n, count = people.type.size, len(latent.HELD_FAMILIES)
    hold = latent.HOLD_SHARE[people.type]
    hazard = np.clip(latent.OPEN_HAZARD[people.type] * people.propensity, 0, 0.3)
    held = (rng.random((n, count)) < hold) & (people.join_month == 0)[:, None]
    wait = np.ceil(np.log1p(-rng.random((n, count))) / np.log1p(-np.maximum(hazard, 1e-12)))
    later = people.join_month[:, None] + np.maximum(wait, 1)
    never = (later > plan.months + LOOK_AHEAD) | (hazard <= 0)
    return np.where(held, 0, np.where(never, -1, later)).astype(np.int64).T


def open_hazard(people: People) -> Array:
    """(n, families): the true monthly probability of opening each family not yet held."""
    return np.clip(latent.OPEN_HAZARD[people.type] * people.propensity, 0, 0.3)


def _ids(customer_id: Array, family: Array) -> Array:
    out = [
        (body := f"9{code:02d}{owner}001") + luhn_check(body) for owner, code in zip(customer_id, family, strict=True)
    ]
    return np.array(out)


def _opened_day(plan: Plan, rng: np.random.Generator, month: Array, floor: Array) -> Array:
    """A day of the opening month (from the 2nd to the 20th); before the history, one after the customer came."""
    firsts = np.array([plan.month(i).first_epoch for i in range(plan.months + LOOK_AHEAD + 1)])
    start = plan.month(1).first_epoch
    spread = rng.random(month.size)
    before = floor + np.rint(spread * np.maximum(start - 1 - floor, 0)).astype(np.int64)
    return np.where(month > 0, firsts[month] + 1 + (spread * 19).astype(np.int64), before)


def _sizes(people: People, customer: Array, family: Array, open_month: Array) -> Array:
    """Cents each deposit or investment account tends to hold: shares of what the customer keeps with the bank."""
    weight = np.ones(family.size)
    for name, share in _SHARE_OF_AUM.items():
        weight[family == FAMILY[name]] = share
    weight[family >= FAMILY["mortgage"]] = 0
    weight[family == FAMILY["settlement"]] = 1.6
    total = np.bincount(customer, weight * (open_month == 0), minlength=people.type.size)
    base = np.maximum(total, 1.0)[customer]
    return np.rint(people.aum[customer] * weight / base * np.where(open_month > 0, 0.4, 1.0)).astype(np.int64)


def make_accounts(plan: Plan, people: People, block: int) -> tuple[Accounts, Loans]:
    """Every account the block's customers have or will open within the look-ahead."""
    rng = plan.rng(block, ACCOUNTS)
    n = people.type.size
    opening = _openings(plan, people, rng)
    held_family, held_customer = np.nonzero(opening >= 0)
    codes = np.array([FAMILY[name] for name in latent.HELD_FAMILIES])
    main = np.where(people.corporate, FAMILY["settlement"], FAMILY["demand"])
    customer = np.concatenate([np.arange(n), held_customer])
    family = np.concatenate([main, codes[held_family]])
    open_month = np.concatenate([people.join_month, opening[held_family, held_customer]])
    opened = _opened_day(plan, rng, open_month, people.opened[customer])
    opened[:n] = people.opened
    product = np.zeros(family.size, dtype=np.int64)
    u = rng.random(family.size)
    for name, code in FAMILY.items():
        choices, cdf = products_of(name)
        found = family == code
        product[found] = choices[pick(u[found], cdf)]
    of_family = np.full((len(PRODUCT_FAMILIES), n), -1)
    of_family[family, customer] = np.arange(family.size)
    size = _sizes(people, customer, family, open_month)
    is_time = family == FAMILY["time"]
    size[is_time] = np.maximum(size[is_time] // 100_000, 1) * 100_000  # thousands of yuan, as people do
    noise = np.exp(rng.normal(0, 0.35, family.size))
    limit = cents(np.round(np.clip(people.income[customer] / 100 / 12 * 2.2 * noise, 5_000, 300_000), -3))
    loans = _make_loans(plan, people, rng, customer, family, open_month)
    term = np.where(is_time, np.array([12, 24, 36])[np.clip(product - 2, 0, 2)], 0)
    term[loans.account] = loans.term
    opened[loans.account] = loans.granted
    rate = PRODUCT_RATES[product].copy()
    rate[loans.account] = loans.rate
    accounts = Accounts(
        account_id=_ids(people.customer_id[customer], family),
        customer=customer,
        family=family,
        product=product,
        open_month=open_month,
        opened=opened,
        rate=rate,
        term=term,
        limit=np.where(family == FAMILY["credit_card"], limit, 0),
        size=size,
        of_family=of_family,
    )
    return accounts, loans


def _make_loans(
    plan: Plan, people: People, rng: np.random.Generator, customer: Array, family: Array, open_month: Array
) -> Loans:
    account = np.flatnonzero(np.isin(family, [FAMILY["mortgage"], FAMILY["consumer_loan"], FAMILY["business_loan"]]))
    n = account.size
    who, kind, month = customer[account], family[account], open_month[account]
    mortgage, business = kind == FAMILY["mortgage"], kind == FAMILY["business_loan"]
    choice = rng.integers(0, 3, n)
    term = np.select([mortgage, business], [120 + 60 * rng.integers(0, 5, n), 12 + 12 * choice], 24 + 12 * choice)
    base = np.select([mortgage, business], [0.036, 0.046], 0.060)
    rate = np.round(base + rng.uniform(-0.006, 0.012, n), 4)
    burden = rng.beta(2.2, 3.6, n) * np.select([mortgage, business], [0.85, 0.22], 0.5)
    company = people.corporate[who]
    burden = np.where(company, burden * 0.35, burden)
    monthly = rate / 12
    annuity = (1 - (1 + monthly) ** -term) / monthly
    principal = np.maximum(np.round(people.income[who] / 100 / 12 * burden * annuity, -3), 5_000)
    instalment = cents(principal / annuity)
    # A loan from before the history has run some of its term, at most a few months short of all of it.
    age = np.where(month == 0, (rng.random(n) * np.minimum(term - 6, 96)).astype(np.int64), 0)
    due_day = rng.integers(6, 26, n)
    start = np.datetime64(plan.month(1).first, "M")
    granted_month = np.where(month > 0, month, -age)
    firsts = (start + granted_month - 1).astype("datetime64[D]").astype(np.int64)
    purpose = np.select([mortgage, business], [0, 4 + choice], 1 + choice)
    collateral = np.select([mortgage, business], [0, np.array([1, 2, 3])[choice]], 1)
    secured = mortgage | (business & (choice == 2))
    return Loans(
        account=account,
        customer=who,
        granted_month=granted_month,
        granted=firsts + rng.integers(0, 24, n),
        principal=cents(principal),
        term=term,
        instalment=instalment,
        rate=rate,
        due_day=due_day,
        paid_before=age,
        family=kind,
        purpose=purpose,
        collateral=collateral,
        loan_to_value=np.where(secured, np.round(rng.uniform(0.35, 0.8, n), 3), np.nan),
        burden=burden,
    )


def outstanding(loans: Loans, paid: Array) -> Array:
    """Cents still owed after `paid` instalments of the annuity; 0 once all are paid."""
    growth = (1 + loans.rate / 12) ** paid
    left = loans.principal * growth - loans.instalment * (growth - 1) / (loans.rate / 12)
    return np.where(paid >= loans.term, 0, np.maximum(np.rint(left), 0)).astype(np.int64)
