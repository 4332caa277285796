"""What the codes of a customer are called on screen, for one viewer: in their language, whole names only with the grant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain import standing
from domain.catalogue import (
    CATEGORY_WORDS,
    CHANNEL_WORDS,
    CUSTOMER_WORDS,
    FAMILY_WORDS,
    INDUSTRY_SECTIONS,
    KIND_WORDS,
    STATUS_WORDS,
)
from domain.masking import mask_name
from domain.phrasing import choose
from portal import translations
from portal.access import Ctx
from store.customers import segmentation_model

GOOD_GRADES, MIDDLING_GRADES = ("AAA", "AA", "A"), ("BBB", "BB", "B")
GRADES = (*GOOD_GRADES, *MIDDLING_GRADES, "CCC", "CC", "C", "D")


def tone_of_grade(grade: str | None) -> str:
    """The chip's tone for a grade."""
    return "good" if grade in GOOD_GRADES else "warn" if grade in MIDDLING_GRADES else "bad" if grade else "plain"


@dataclass(frozen=True)
class Words:
    """The words of one language; `model` is that of the segmentation on show, {} without one."""

    language: str
    model: Mapping[str, Any]
    names_shown: bool = False

    def _said(self, words: Mapping[str, tuple[str, str]], code: str | None) -> str:
        if code is None:
            return "—"
        said = choose(self.language, *words[code]) if code in words else code
        return said[:1].upper() + said[1:]

    @property
    def tiers(self) -> tuple[str, ...]:
        """Codes of the tiers, the lowest first."""
        return tuple(standing.tiers_of(self.model))

    def tier(self, code: str | None) -> str | None:
        """白金 / Platinum; 未知 for who was placed but whose AUM the source does not tell, None without a segmentation."""
        if code is None:
            return translations.text(self.language, "common.unknown") if self.model else None
        return standing.tier_name(code, self.model, self.language)

    def life_cycle(self, code: str) -> str:
        """成熟 / Mature."""
        return standing.stage_name(code, self.language)

    def segment(self, number: int) -> str:
        """What it is called: 交易频繁·存款较少 / Frequent use, low deposits."""
        return standing.cluster_name(number, self.model, self.language)

    def family(self, code: str | None) -> str:
        """活期存款 / Demand deposits."""
        return self._said(FAMILY_WORDS, code)

    def channel(self, code: str | None) -> str:
        """手机银行 / Mobile banking."""
        return self._said(CHANNEL_WORDS, code)

    def category(self, code: str | None) -> str:
        """餐饮 / Dining."""
        return self._said(CATEGORY_WORDS, code)

    def movement(self, code: str | None) -> str:
        """刷卡消费 / Card payment."""
        return self._said(KIND_WORDS, code)

    def status(self, code: str | None) -> str:
        """正常 / Open."""
        return self._said(STATUS_WORDS, code)

    def kind(self, code: str | None) -> str:
        """个人客户 / Personal customer."""
        return self._said(CUSTOMER_WORDS, code)

    def industry(self, code: str | None) -> str | None:
        """交通运输、仓储和邮政业 G5430: the section in words before the code; other codes as they stand."""
        return f"{self._said(INDUSTRY_SECTIONS, code[:1])} {code}" if code and code[:1] in INDUSTRY_SECTIONS else code

    def name(self, name: str | None, kind: str, customer_id: str) -> str:
        """The customer's name as this viewer may see it; who has none is called by number: 客户 1787."""
        if not name:
            return translations.text(self.language, "customers.nameless", number=customer_id)
        shown = name if self.names_shown or kind == "corporate" else mask_name(name)
        return shown or ""


def words_of(ctx: Ctx) -> Words:
    """The words for this viewer."""
    return Words(ctx.language, segmentation_model(ctx.connection), ctx.may("customers.names"))
