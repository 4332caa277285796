"""An export answers exactly what its address asks, or refuses: a figure somebody takes along cannot be looked at again.

A page that is asked something odd shows what it shows, with its filters in sight; a file has no such sight. So whatever
stands in an export's address must be read back from the question that was made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl

import flask

from domain.canonical import PRODUCT_FAMILIES
from domain.segmentation.life_cycle import STAGES
from portal.access import Ctx, Refusal
from portal.address_numbers import number_in
from portal.customer_question import SEES_STEPS
from portal.customer_words import GRADES, words_of
from store.branches import branches_in
from store.facets import ABSENT, AUM_BANDS, MOVED, NONE, TOTALS, WAS
from store.lookup import place_names
from store.run_moves import read
from store.scope import OutOfScope

LONGEST_SAID = 60  # characters of an odd address that are said back
KINDS = ("personal", "corporate")
_EITHER = {"holding": ("open", "none_open"), "overdue": ("yes", "no"), "kind": KINDS, "total": TOTALS}


def require_exact(told: Mapping[str, str]) -> None:
    """Refusal unless this request asks nothing but `told`: the question as it was understood, by name in the address.

    A parameter of another name, one said twice, and a value that was read as another are refused; one without a value
    asks nothing.
    """
    for name, values in flask.request.args.lists():
        said = [value.strip() for value in values if value.strip()]
        if said and said != [told.get(name, "")]:
            raise odd(name, next((value for value in said if value != told.get(name)), said[0]))


def exact_query(query: str) -> None:
    """`require_exact` of a question that says itself as a query string."""
    require_exact(dict(parse_qsl(query)))


def odd(name: str, value: str) -> Refusal:
    """That a part of an address means nothing, in the reader's words."""
    return Refusal("common.export_odd", asked=f"{name}={value}"[:LONGEST_SAID])


def require_facets(ctx: Ctx, facets: Mapping[str, Sequence[str]]) -> None:
    """Facets of the look-up as an export may be asked by: OutOfScope for a branch that is not the viewer's, Refusal for a
    value that there is none of."""
    for name, values in facets.items():
        for value in values:
            if name == "branch":
                if value not in {one.branch_id for one in branches_in(ctx.connection, ctx.scope)}:
                    raise OutOfScope(f"branch {value[:LONGEST_SAID]} is not in scope")
            elif not known_facet(ctx, name, value):
                raise odd(name, value)


def known_facet(ctx: Ctx, name: str, value: str) -> bool:
    """Whether a facet of the look-up, other than the branch, has such a value."""
    if name in _EITHER:
        return value in _EITHER[name]
    if name == "manager":
        return value == NONE or value in place_names(ctx.connection, [], [value])
    checks: Mapping[str, Callable[[str], bool]] = {
        "tier": lambda code: code == NONE or code in words_of(ctx).tiers,
        "segment": _segment,
        "grade": lambda code: code in (*GRADES, NONE),
        "life_cycle": _stage,
        "family": lambda code: code in PRODUCT_FAMILIES,
        "aum": lambda code: code in AUM_BANDS or code == NONE,
        "rfm": lambda code: code == NONE or re.fullmatch("[1-5]{3}", code) is not None,
        "was": lambda code: _stood(ctx, code),
        "step": lambda code: ctx.may(SEES_STEPS) and read(ctx.connection, code) is not None,
    }
    return checks[name](value)


def _segment(code: str) -> bool:
    return code == NONE or number_in(code) is not None


def _stage(code: str) -> bool:
    return code == NONE or code in {stage.code for stage in STAGES}


def _stood(ctx: Ctx, value: str) -> bool:
    column, _, code = value.partition(":")
    if column not in WAS:
        return False
    return code in (ABSENT, MOVED) or known_facet(ctx, column, code)
