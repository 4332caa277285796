"""Who belongs to whom in a block: families, owners of companies, groups, guarantors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demobank import columns, latent, names
from demobank.plan import RELATIONS, Array
from demobank.state import Block


@dataclass(frozen=True)
class Kinship:
    """Pairs of customers; (a, b, kind) says that b is the kind of a."""

    a: Array
    b: Array
    kind: Array
    share: Array  # NaN except for shareholders
    legal_representative: Array  # (customers,) a name for companies
    spouse: Array  # (customers,) index or −1


def _pairs(rng: np.random.Generator, left: Array, right: Array, share: float) -> tuple[Array, Array]:
    """Match some of the left with as many of the right, each at most once."""
    count = int(min(left.size, right.size) * share)
    return rng.permutation(left)[:count], rng.permutation(right)[:count]


def make_kinship(block: Block) -> Kinship:
    """The relations of a block's customers; the same every time."""
    people, rng = block.people, block.plan.rng(block.index, RELATIONS)
    n, person = people.type.size, ~people.corporate
    parts: list[tuple[Array, Array, str, Array]] = []

    def add(a: Array, b: Array, kind: str, share: Array | None = None) -> None:
        parts.append((a, b, kind, np.full(a.size, np.nan) if share is None else share))

    spouse = np.full(n, -1)
    young = person & people.married & (people.type != latent.ELDER)
    for group in (young, person & people.married & (people.type == latent.ELDER)):
        wife, husband = _pairs(rng, np.flatnonzero(group & people.female), np.flatnonzero(group & ~people.female), 0.35)
        add(wife, husband, "spouse")
        add(husband, wife, "spouse")
        spouse[wife], spouse[husband] = husband, wife
    child, parent = _pairs(
        rng, np.flatnonzero(person & (people.type <= latent.FAMILY)), np.flatnonzero(people.type == latent.ELDER), 0.3
    )
    fits = people.birth[child] - people.birth[parent] > 20 * 365
    add(child[fits], parent[fits], "parent")
    add(parent[fits], child[fits], "child")
    companies = np.flatnonzero(people.corporate)
    owners = np.flatnonzero(np.isin(people.type, [latent.SELF_EMPLOYED, latent.AFFLUENT]))
    company, owner = _pairs(rng, companies, owners, 0.55)
    add(company, owner, "legal_representative")
    holds = rng.random(company.size) < 0.7
    add(company[holds], owner[holds], "shareholder", np.round(rng.uniform(0.2, 1.0, int(holds.sum())), 2))
    members = rng.permutation(companies)[: companies.size // 6 * 3]
    head = members[: members.size // 3]
    add(members[members.size // 3 :], np.tile(head, 2), "group_member")
    borrowers = np.unique(block.loans.customer[block.loans.family == 7])
    borrower, guarantor = _pairs(rng, borrowers, np.flatnonzero(person), 0.35)
    other = borrower != guarantor
    add(borrower[other], guarantor[other], "guarantor")
    female = rng.random(n) < 0.25
    named = np.strings.add(names.surnames(rng, n), names.given_names(rng, female, rng.integers(1960, 1998, n)))
    named[company] = people.name[owner]
    return Kinship(
        a=np.concatenate([p[0] for p in parts]),
        b=np.concatenate([p[1] for p in parts]),
        kind=np.concatenate([np.full(p[0].size, p[2], dtype=object) for p in parts]),
        share=np.concatenate([p[3] for p in parts]),
        legal_representative=named,
        spouse=spouse,
    )


def relations_table(block: Block, kinship: Kinship) -> pa.Table:
    """The canonical `relations` of a block."""
    ids = block.people.customer_id
    return columns.table(
        "relations",
        kinship.a.size,
        customer_id=columns.text(ids[kinship.a]),
        other_id=columns.text(ids[kinship.b]),
        kind=columns.text(kinship.kind),
        share=pa.array(kinship.share, mask=np.isnan(kinship.share)),
    )
