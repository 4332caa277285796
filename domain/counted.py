"""Whom a count of customers counts, in words: said beside every such figure, on screen and on paper (docs/glossary.md).

everybody: on record, those without an account any more among them. open: the KPI, with an open account at month-end.
grouped: who has behaviour to be grouped by. assets: whose AUM is known, so that they have a value tier.
"""

from __future__ import annotations

from domain.phrasing import choose

COUNTED = {
    "everybody": (
        "在册全部客户，含已无账户的",
        "all customers on record, those without an account any more among them",
    ),
    "open": ("月末有未销户账户的客户", "customers with an open account at month-end"),
    "grouped": ("持有产品或近12个月有交易的客户", "customers with a product, or a movement in the last 12 months"),
    "assets": ("已知管理资产的客户", "customers whose AUM is known"),
}


def whom(name: str, language: str) -> str:
    """Of COUNTED, as it stands in the middle of a line."""
    return choose(language, *COUNTED[name])
