"""Who the customers of a block are: what the bank knows of them, and the latent traits it does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demobank import latent, names
from demobank.geography import CITIES, Geography
from demobank.plan import JOIN_RATE, PEOPLE, Array, Plan, cdf_of, cents, epoch_day, pick
from domain.identity_numbers import USCC_ALPHABET, id_number_check, organisation_check, uscc_check

FIRST_CUSTOMER_ID = 1_000_000_001
ID_TYPE_PERSON = "身份证（演示）"
ID_TYPE_COMPANY = "统一社会信用代码（演示）"
# Rows: young, family, affluent, elder, and the rest; education from primary to graduate, risk from C1 to C5.
_SCHOOL_CDF = cdf_of([[1, 2, 5, 8, 2], [2, 4, 5, 6, 1], [1, 1, 3, 7, 5], [6, 4, 1, 1, 0], [3, 5, 4, 2, 0]])
_RISK_CDF = cdf_of([[1, 2, 4, 3, 1], [2, 4, 4, 2, 0], [1, 2, 3, 4, 2], [6, 4, 1, 0, 0], [1, 3, 4, 2, 1]])


@dataclass(frozen=True)
class People:
    """The customers of one block, arrays of shape (n,); days are epoch days, money is whole cents."""

    customer_id: Array
    type: Array  # index into latent.TYPES
    corporate: Array
    female: Array
    birth: Array
    name: Array
    id_number: Array
    phone: Array
    address: Array
    branch: Array
    manager: Array  # staff index
    city: Array
    education: Array
    occupation: Array  # index into names.OCCUPATIONS
    married: Array
    income: Array  # a year; revenue for corporates
    risk_preference: Array  # 1–5
    opened: Array
    join_month: Array  # 0 for those the bank had before the history starts
    consent: Array  # (n, 3) sms, phone, email
    do_not_contact: Array
    industry: Array  # index into names.INDUSTRIES
    capital: Array
    employees: Array
    aum: Array  # what the customer tends to keep with the bank
    propensity: Array  # (n, families of latent.HELD_FAMILIES): factor on the opening hazard
    leave_hazard: Array  # a month, while no loan runs
    revolves: Array  # 0–1: how much of a card bill is carried over
    wild: Array  # standard normal: the part of credit risk nothing observable shows
    employed: Array
    loses_salary: Array  # under stress the salary stops (else it falls)


def _identity_numbers(block: int, female: Array, birth: Array) -> list[str]:
    """Right check digits in the unassigned area 99xxxx: nobody can own one, and none repeats."""
    dates = birth.astype("datetime64[D]").astype(str)
    out = []
    for i, (day, woman) in enumerate(zip(dates, female, strict=True)):
        body = f"99{block * 10 + i // 500:04d}{day[:4]}{day[5:7]}{day[8:10]}{(i % 500) * 2 + (0 if woman else 1):03d}"
        out.append(body + id_number_check(body))
    return out


def _uscc(number: int) -> str:
    digits, left = "", number
    for _ in range(6):
        digits = USCC_ALPHABET[left % 31] + digits
        left //= 31
    organisation = "MA" + digits
    body = "91999999" + organisation + organisation_check(organisation)
    return body + uscc_check(body)


def _types(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    corporate = rng.random(n) < latent.CORPORATE_SHARE
    u = rng.random(n)
    kind = np.where(corporate, latent.COMPANY + pick(u, latent.CORPORATE_CDF), pick(u, latent.PERSONAL_CDF))
    return kind, corporate


def _joined(plan: Plan, block: int, rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """(month of joining, epoch day of opening); months before the history are 0."""
    later = plan.block_join_month(block)
    if later is not None:
        month = np.full(n, later)
        rng.random(n)
    else:
        share = min(0.3, JOIN_RATE * plan.months)
        new = rng.random(n) < share
        month = np.where(new, rng.integers(1, plan.months + 1, n), 0)
    start = epoch_day(plan.month(1).first)
    before = start - 1 - np.rint(rng.beta(1.1, 2.0, n) * 25 * 365.25).astype(np.int64)
    firsts = np.array([plan.month(i).first_epoch for i in range(int(month.max()) + 1)])
    return month, np.where(month > 0, firsts[month] + rng.integers(0, 20, n), before)


def _place(geo: Geography, rng: np.random.Generator, n: int) -> tuple[Array, Array, Array]:
    branch = geo.outlets[pick(rng.random(n), geo.outlet_cdf)]
    slot = (rng.random(n) * geo.n_managers[branch]).astype(np.int64)
    return branch, geo.managers[geo.first_manager[branch] + slot], geo.city[branch]


def _occupations(rng: np.random.Generator, kind: Array) -> Array:
    weights = np.ones((6, len(names.OCCUPATIONS)))
    weights[:, 8:] = [0.0, 0.0, 0.4, 0.3]
    weights[:, 0] = 4
    weights[latent.ELDER] = np.eye(12)[9]
    weights[latent.SELF_EMPLOYED] = np.eye(12)[8] * 9 + np.eye(12)[10] * 2
    weights[latent.AFFLUENT] = np.eye(12)[7] * 6 + np.eye(12)[4] * 2 + np.eye(12)[2] * 2 + np.eye(12)[8]
    return pick(rng.random(kind.size), cdf_of(weights), np.minimum(kind, 5))


def _born_and_opened(
    plan: Plan, rng: np.random.Generator, kind: Array, join: tuple[Array, Array]
) -> tuple[Array, Array]:
    """(birth, opening) days: of the type's age, and nobody of the private customers came before turning 16."""
    low, high = latent.AGE_RANGE[kind].T
    birth = epoch_day(plan.ends_on) - np.rint((low + (high - low + 0.999) * rng.random(kind.size)) * 365.25).astype(
        np.int64
    )
    month, opened = join
    grown = np.where(kind >= latent.COMPANY, opened, np.maximum(opened, birth + 16 * 366))
    return birth, np.where(month > 0, opened, np.minimum(grown, epoch_day(plan.month(1).first) - 1))


def _numbers(block: int, first: int, corporate: Array, female: Array, birth: Array) -> Array:
    numbers = np.array(_identity_numbers(block, female, birth))
    for i in np.flatnonzero(corporate):
        numbers[i] = _uscc(first + int(i))
    return numbers


def _address(rng: np.random.Generator, city: Array) -> Array:
    n = city.size
    street = np.strings.add(np.array(CITIES)[city], names.ROADS[rng.integers(0, names.ROADS.size, n)])
    return np.strings.add(np.strings.add(street, rng.integers(1, 300, n).astype(str)), "号")


def make_people(plan: Plan, geo: Geography, block: int) -> People:
    """The customers of a block, the same whatever other blocks are made."""
    rng = plan.rng(block, PEOPLE)
    n, first = plan.block_size(block), plan.first_customer(block)
    kind, corporate = _types(rng, n)
    join_month, opened = _joined(plan, block, rng, n)
    branch, manager, city = _place(geo, rng, n)
    birth, opened = _born_and_opened(plan, rng, kind, (join_month, opened))
    female = rng.random(n) < 0.5
    deviation = rng.normal(size=n)
    income = latent.INCOME_MEDIAN[kind] * np.exp(latent.INCOME_SIGMA[kind] * deviation)
    aum = latent.AUM_MEDIAN[kind] * np.exp(0.45 * deviation + latent.AUM_SIGMA[kind] * rng.normal(size=n))
    person = np.strings.add(names.surnames(rng, n), names.given_names(rng, female, birth // 365.2425 + 1970))
    company, industry = names.company_names(rng, np.array(CITIES)[city])
    rows = np.minimum(kind, 4)
    age = (epoch_day(plan.ends_on) - birth) / 365.25
    return People(
        customer_id=(FIRST_CUSTOMER_ID + first + np.arange(n)).astype(str),
        type=kind,
        corporate=corporate,
        female=female,
        birth=birth,
        name=np.where(corporate, company, person),
        id_number=_numbers(block, first, corporate, female, birth),
        phone=np.array([f"129{first + i:08d}" for i in range(n)]),
        address=_address(rng, city),
        branch=branch,
        manager=manager,
        city=city,
        education=pick(rng.random(n), _SCHOOL_CDF, rows),
        occupation=_occupations(rng, kind),
        married=rng.random(n) < np.clip((age - 22) / 14, 0.05, 0.85),
        income=cents(income),
        risk_preference=1 + pick(rng.random(n), _RISK_CDF, rows),
        opened=opened,
        join_month=join_month,
        consent=rng.random((n, 3)) < [0.85, 0.6, 0.35],
        do_not_contact=rng.random(n) < 0.03,
        industry=industry,
        capital=cents(np.round(income * np.exp(rng.normal(-1.6, 0.6, n)), -4)) + 10_000_000,
        employees=np.maximum(2, income / 450_000 * np.exp(rng.normal(0, 0.5, n))).astype(np.int64),
        aum=cents(aum),
        propensity=np.exp(rng.normal(-0.18, 0.6, (n, len(latent.HELD_FAMILIES)))),
        leave_hazard=latent.LEAVE_HAZARD[kind] * np.exp(rng.normal(-0.125, 0.5, n)),
        revolves=np.where(rng.random(n) < 0.35, rng.beta(2.0, 2.0, n), 0.0),
        wild=rng.normal(size=n),
        employed=rng.random(n) < latent.EMPLOYED[kind],
        loses_salary=rng.random(n) < 0.6,
    )
