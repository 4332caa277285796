"""The bank's map: cities and their published figures, the tree of branches, staff, and the products on the shelf.

All names are invented. A customer's, branch's and region's city is the same word, so they join by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from demobank import names
from demobank.plan import BANK_NAME, GEOGRAPHY, MARKET_BLOCK, Array, Plan, cdf_of

CITIES = ("江城市", "滨江市", "古城市")
PROVINCE = "云江省"
CITY_WEIGHT = (0.5, 0.3, 0.2)
# region_id, name, population, urban share, average salary, unemployment, entrepreneurs a thousand, crimes
REGIONS = (
    ("R01", "江城市", 6_840_000, 0.82, "104500.00", 0.041, 118.0, 21_300),
    ("R02", "滨江市", 3_210_000, 0.71, "92300.00", 0.047, 131.0, 11_800),
    ("R03", "古城市", 1_960_000, 0.58, "74800.00", 0.056, 96.0, 6_900),
)
_QUARTERS = (
    "中心 城东 城西 城南 城北 高新区 湖滨 望江 桃源 文昌 云锦 书院 石桥 青年路 建设路 新湖 解放街 东风 南岸 北站 "
    "大学城 开发区 老街 东湖 西山 金沙 临港 凤凰 龙泉 翠屏 松林 白鹭 明珠 锦绣 平安里 花园 长堤 码头 会展 机场"
)
_QUARTER_NAMES = _QUARTERS.split()
TITLES = ("行长", "客户经理", "对公客户经理", "柜面主管")

# product_id, name, family, risk level (None where suitability does not apply), rate a year, share within the family
PRODUCTS = (
    ("P1001", "江城活期存款", "demand", None, 0.0010, 1.0),
    ("P1101", "单位结算账户", "settlement", None, 0.0020, 1.0),
    ("P1201", "定期存款一年", "time", None, 0.0110, 0.6),
    ("P1202", "定期存款两年", "time", None, 0.0120, 0.25),
    ("P1203", "定期存款三年", "time", None, 0.0150, 0.15),
    ("P2001", "江城稳盈理财", "wealth", 2, 0.0240, 0.7),
    ("P2002", "江城进取理财", "wealth", 3, 0.0310, 0.3),
    ("P2101", "云江债券基金", "fund", 3, 0.0300, 0.55),
    ("P2102", "云江成长股票基金", "fund", 5, 0.0500, 0.45),
    ("P2201", "安江年金保险", "insurance", 2, 0.0250, 0.6),
    ("P2202", "安江终身寿险", "insurance", 1, 0.0200, 0.4),
    ("P3001", "个人住房按揭贷款", "mortgage", None, 0.0360, 1.0),
    ("P3101", "江城消费贷", "consumer_loan", None, 0.0620, 0.65),
    ("P3102", "江城车位装修贷", "consumer_loan", None, 0.0520, 0.35),
    ("P3201", "小微经营贷", "business_loan", None, 0.0480, 0.6),
    ("P3202", "流动资金贷款", "business_loan", None, 0.0430, 0.4),
    ("P4001", "江城信用卡", "credit_card", None, 0.1825, 1.0),
    ("P4101", "江城借记卡", "debit_card", None, 0.0, 1.0),
)
PRODUCT_IDS = np.array([p[0] for p in PRODUCTS])
PRODUCT_RATES = np.array([p[4] for p in PRODUCTS])


def products_of(family: str) -> tuple[Array, Array]:
    """(indices into PRODUCTS, their cumulative shares) of one family."""
    found = [i for i, p in enumerate(PRODUCTS) if p[2] == family]
    return np.array(found), cdf_of([PRODUCTS[i][5] for i in found])


@dataclass(frozen=True)
class Geography:
    """Branches and staff of one bank; `outlets` are the branches customers belong to."""

    branch_id: Array
    branch_name: Array
    parent: Array  # index of the parent branch, −1 for head office
    level: Array
    city: Array  # index into CITIES
    outlets: Array  # branch indices of level 2
    outlet_cdf: Array
    staff_id: Array
    staff_name: Array
    staff_branch: Array
    staff_title: Array  # index into TITLES
    staff_active: Array
    first_manager: Array  # per branch: first index into managers
    managers: Array  # staff indices of customer managers, grouped by branch
    n_managers: Array  # per branch


@lru_cache(maxsize=4)
def geography(plan: Plan) -> Geography:
    """The map of a bank of this size: 12 outlets up to 5,000 customers, 40 from about 1,000,000 on."""
    rng = plan.rng(MARKET_BLOCK, GEOGRAPHY)
    n = min(40, round(12 + 12 * max(0.0, math.log10(plan.customers / 5_000))))
    outlet_city = np.sort(np.searchsorted(np.cumsum(CITY_WEIGHT), (np.arange(n) + 0.5) / n))
    used = [0] * len(CITIES)
    titles = [f"{BANK_NAME}总行", *(f"{city.removesuffix('市')}分行" for city in CITIES)]
    for city in outlet_city:
        titles.append(f"{CITIES[city].removesuffix('市')}{_QUARTER_NAMES[used[city]]}支行")
        used[city] += 1
    level = np.array([0, 1, 1, 1] + [2] * n)
    size = np.exp(rng.normal(0, 0.45, n)) * np.array(CITY_WEIGHT)[outlet_city]
    per_outlet = np.maximum(4, np.rint(plan.customers * size / size.sum() / 250)).astype(np.int64)
    team = np.concatenate([[8, 5, 5, 5], 2 + per_outlet])
    staff_branch = np.repeat(np.arange(4 + n), team)
    place = np.arange(staff_branch.size) - np.repeat(np.cumsum(team) - team, team)
    title = np.select([place == 0, place == 1, place % 4 == 2], [0, 3, 2], 1)
    female = rng.random(staff_branch.size) < 0.52
    people = np.strings.add(
        names.surnames(rng, female.size), names.given_names(rng, female, rng.integers(1968, 2001, female.size))
    )
    is_manager = (place > 1) & (level[staff_branch] == 2)
    managers = np.flatnonzero(is_manager)
    n_managers = np.bincount(staff_branch[managers], minlength=4 + n)
    return Geography(
        branch_id=np.array([f"B{i:04d}" for i in range(4 + n)]),
        branch_name=np.array(titles),
        parent=np.concatenate([[-1, 0, 0, 0], outlet_city + 1]),
        level=level,
        city=np.concatenate([[0, 0, 1, 2], outlet_city]),
        outlets=np.arange(4, 4 + n),
        outlet_cdf=cdf_of(size),
        staff_id=np.array([f"S{i + 1:05d}" for i in range(staff_branch.size)]),
        staff_name=people,
        staff_branch=staff_branch,
        staff_title=title,
        staff_active=is_manager | (rng.random(female.size) > 0.03),
        first_manager=np.cumsum(n_managers) - n_managers,
        managers=managers,
        n_managers=n_managers,
    )
