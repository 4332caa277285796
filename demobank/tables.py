"""The canonical tables of what stands still: the bank itself, and the customers, accounts and loans of a block."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demobank import columns, names
from demobank.accounts import COLLATERAL, FAMILY, PURPOSES
from demobank.credit_events import DEFAULT
from demobank.geography import CITIES, PRODUCT_IDS, PRODUCTS, PROVINCE, REGIONS, TITLES, Geography
from demobank.kinship import Kinship
from demobank.movements import bill_of, rent_of
from demobank.people import ID_TYPE_COMPANY, ID_TYPE_PERSON
from demobank.plan import Array, cents
from demobank.state import Block, State
from domain.identity_numbers import luhn_check


def bank_tables(geo: Geography) -> dict[str, pa.Table]:
    """branches, staff, products and regions."""
    n, staff = geo.branch_id.size, geo.staff_id.size
    return {
        "branches": columns.table(
            "branches", n,
            branch_id=columns.text(geo.branch_id), name=columns.text(geo.branch_name),
            parent_id=columns.text(geo.branch_id[geo.parent], geo.parent >= 0), level=geo.level.astype(np.int32),
            city=columns.text(np.array(CITIES)[geo.city]), province=pa.array([PROVINCE] * n),
        ),
        "staff": columns.table(
            "staff", staff,
            staff_id=columns.text(geo.staff_id), name=columns.text(geo.staff_name),
            branch_id=columns.text(geo.branch_id[geo.staff_branch]),
            title=columns.text(np.array(TITLES)[geo.staff_title]), active=pa.array(geo.staff_active),
        ),
        "products": columns.table(
            "products", len(PRODUCTS),
            product_id=[p[0] for p in PRODUCTS], name=[p[1] for p in PRODUCTS], family=[p[2] for p in PRODUCTS],
            currency=["CNY"] * len(PRODUCTS), risk_level=[p[3] for p in PRODUCTS],
        ),
        "regions": columns.table(
            "regions", len(REGIONS),
            region_id=[r[0] for r in REGIONS], name=[r[1] for r in REGIONS], population=[r[2] for r in REGIONS],
            urban_share=[r[3] for r in REGIONS],
            average_salary=columns.money(cents(np.array([float(r[4]) for r in REGIONS]))),
            unemployment_rate=[r[5] for r in REGIONS], entrepreneurs_per_1000=[r[6] for r in REGIONS],
            crimes=[r[7] for r in REGIONS],
        ),
    }  # fmt: skip


def customers_table(block: Block, geo: Geography, kinship: Kinship) -> pa.Table:
    """The canonical `customers` of a block, personal and corporate."""
    p = block.people
    n, corporate, person = p.type.size, p.corporate, ~p.corporate
    married = np.where(p.married, "已婚", "未婚")
    mail = np.strings.add(np.strings.add("c", p.customer_id), "@mail.example")
    return columns.table(
        "customers", n,
        customer_id=columns.text(p.customer_id), kind=columns.text(np.where(corporate, "corporate", "personal")),
        name=columns.text(p.name), gender=columns.text(np.where(p.female, "female", "male"), person),
        birth_date=columns.days(p.birth, person),
        id_type=columns.text(np.where(corporate, ID_TYPE_COMPANY, ID_TYPE_PERSON)),
        id_number=columns.text(p.id_number), phone=columns.text(p.phone), email=columns.text(mail, p.consent[:, 2]),
        address=columns.text(p.address), city=columns.text(np.array(CITIES)[p.city]),
        education=columns.text(names.EDUCATION[p.education], person),
        occupation=columns.text(names.OCCUPATIONS[p.occupation], person),
        marital_status=columns.text(married, person), annual_income=columns.money(p.income, person),
        risk_preference=columns.text(np.strings.add("C", p.risk_preference.astype(str)), person),
        opened_on=columns.days(p.opened), branch_id=columns.text(geo.branch_id[p.branch]),
        manager_id=columns.text(geo.staff_id[p.manager]), consent_sms=pa.array(p.consent[:, 0]),
        consent_phone=pa.array(p.consent[:, 1]), consent_email=pa.array(p.consent[:, 2]),
        do_not_contact=pa.array(p.do_not_contact), uscc=columns.text(p.id_number, corporate),
        industry=columns.text(names.INDUSTRY_CODES[p.industry], corporate),
        registered_capital=columns.money(p.capital, corporate),
        employees=pa.array(p.employees.astype(np.int32), mask=person),
        annual_revenue=columns.money(p.income, corporate),
        legal_representative=columns.text(kinship.legal_representative, corporate),
    )  # fmt: skip


def accounts_table(block: Block, geo: Geography, state: State, chosen: Array, last_day: int) -> pa.Table:
    """The canonical `accounts` of the chosen ones (indices); `last_day` is the epoch day of the delivery."""
    a = block.accounts
    closed = (state.closed_month > 0)[chosen]
    matures = a.opened + np.rint(a.term * 30.4375).astype(np.int64)
    span = np.maximum(np.rint(a.term * 30.4375).astype(np.int64), 1)
    # A time deposit that was rolled over matures at the end of the current term.
    rolled = matures + np.maximum(-(-(last_day - matures) // span), 0) * span
    matures = np.where(a.family == FAMILY["time"], rolled, matures)
    status = np.where(closed, "closed", "open")
    return columns.table(
        "accounts", chosen.size,
        account_id=columns.text(a.account_id[chosen]), product_id=columns.text(PRODUCT_IDS[a.product[chosen]]),
        branch_id=columns.text(geo.branch_id[block.people.branch[a.customer[chosen]]]),
        opened_on=columns.days(a.opened[chosen]), closed_on=columns.days(state.closed_day[chosen], closed),
        status=columns.text(status), currency=pa.array(["CNY"] * chosen.size), rate=pa.array(a.rate[chosen]),
        term_months=pa.array(a.term[chosen].astype(np.int32), mask=a.term[chosen] == 0),
        matures_on=columns.days(matures[chosen], a.term[chosen] > 0),
        limit=columns.money(a.limit[chosen], a.limit[chosen] > 0),
    )  # fmt: skip


def holders_table(block: Block, kinship: Kinship, chosen: Array) -> pa.Table:
    """The canonical `holders`: one owner each; some spouses joint, some legal representatives authorised."""
    a, ids = block.accounts, block.people.customer_id
    owner = a.customer[chosen]
    n = block.people.type.size
    main = chosen[chosen < n]
    couple = main[(kinship.spouse[main] >= 0) & (main % 6 == 0)]
    legal = np.flatnonzero(kinship.kind == "legal_representative")
    firm = np.isin(kinship.a[legal], main)
    company, person = kinship.a[legal][firm], kinship.b[legal][firm]
    account = np.concatenate([chosen, couple, company])
    who = np.concatenate([owner, kinship.spouse[couple], person])
    role = np.repeat(np.array(["owner", "joint", "authorised"]), [chosen.size, couple.size, company.size])
    return columns.table(
        "holders", account.size,
        account_id=columns.text(a.account_id[account]), customer_id=columns.text(ids[who]), role=columns.text(role),
    )  # fmt: skip


def loans_table(block: Block, state: State, chosen: Array) -> pa.Table:
    """The canonical `loans` of the chosen ones (indices into Loans); the outcome stands once a loan has ended."""
    x, a = block.loans, block.accounts
    account = x.account[chosen]
    ended = state.closed_month[account] > 0
    bad = state.arrears[chosen] == DEFAULT
    secured = ~np.isnan(x.loan_to_value[chosen])
    return columns.table(
        "loans", chosen.size,
        account_id=columns.text(a.account_id[account]), paying_account_id=columns.text(a.account_id[x.customer[chosen]]),
        granted_on=columns.days(x.granted[chosen]), principal=columns.money(x.principal[chosen]),
        term_months=x.term[chosen].astype(np.int32), instalment=columns.money(x.instalment[chosen]),
        rate=pa.array(x.rate[chosen]), purpose=columns.text(np.array(PURPOSES)[x.purpose[chosen]]),
        collateral=columns.text(np.array(COLLATERAL)[x.collateral[chosen]]),
        loan_to_value=pa.array(np.nan_to_num(x.loan_to_value[chosen]), mask=~secured),
        outcome=columns.text(np.where(bad, "bad", "good"), ended | bad),
    )  # fmt: skip


def cards_table(block: Block, chosen: Array) -> pa.Table:
    """The canonical `cards`: a debit card on most personal main accounts, one credit card an account."""
    a, p = block.accounts, block.people
    n = p.type.size
    main = chosen[chosen < n]
    debit = main[~p.corporate[main] & ((main * 31) % 100 < 86)]
    account = np.concatenate([debit, chosen[a.family[chosen] == FAMILY["credit_card"]]])
    credit = account >= n
    who = a.customer[account]
    number = [
        (body := f"9999{2 if is_credit else 1}{owner}") + luhn_check(body)
        for owner, is_credit in zip(p.customer_id[who], credit, strict=True)
    ]
    rich = p.aum[who] > 50_000_000
    issued = a.opened[account]
    age = np.maximum(np.datetime64(block.plan.ends_on).astype(np.int64) - issued, 0)
    issued = issued + age // 1_826 * 1_826  # renewed every five years
    return columns.table(
        "cards", account.size,
        card_id=columns.text(np.array(number, dtype=object)), account_id=columns.text(a.account_id[account]),
        customer_id=columns.text(p.customer_id[who]), kind=columns.text(np.where(credit, "credit", "debit")),
        level=columns.text(np.where(rich, "白金卡", "普卡")), issued_on=columns.days(issued),
        expires_on=columns.days(issued + 1_826), limit=columns.money(a.limit[account], credit),
    )  # fmt: skip


def standing_orders_table(block: Block, customers: Array, loans: Array) -> pa.Table:
    """The canonical `standing_orders`: rent, utilities, instalments of the chosen customers and loans."""
    p, x = block.people, block.loans
    rent, bill = rent_of(p), bill_of(p)
    renting, billed = customers[rent[customers] > 0], customers[bill[customers] > 0]
    who = np.concatenate([renting, billed, x.customer[loans]])
    count = [renting.size, billed.size, loans.size]
    serial = np.concatenate([np.full(renting.size, 1), np.full(billed.size, 2), x.family[loans] + 10])
    n = p.type.size
    partner = np.concatenate(
        [
            block.partner_of["own"] + (renting + 3) % n,
            np.full(billed.size, block.partner_of["utility"]),
            np.zeros(loans.size, dtype=np.int64),
        ]
    )
    order_id = [f"O{owner}{place:02d}" for owner, place in zip(p.customer_id[who], serial, strict=True)]
    return columns.table(
        "standing_orders", who.size,
        order_id=pa.array(order_id, pa.string()), account_id=columns.text(block.accounts.account_id[who]),
        amount=columns.money(np.concatenate([rent[renting], bill[billed], x.instalment[loans]])),
        category=columns.text(np.repeat(np.array(["rent", "household", "loan"]), count)),
        counterparty_bank=pa.array(block.partner_bank[partner], pa.string()),
        counterparty_account=pa.array(block.partner_account[partner], pa.string()),
    )  # fmt: skip
