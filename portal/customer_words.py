"""What the codes of a customer are called: tiers and segments as the run on show names them, the rest as the house does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.catalogue import CATEGORY_WORDS, CHANNEL_WORDS, FAMILY_WORDS
from domain.masking import mask_name
from domain.phrasing import choose
from domain.segmentation.life_cycle import STAGES
from domain.segmentation.tiers import CNY_TIERS
from portal import translations
from portal.access import Ctx
from store.customers import segmentation_model

_STAGES = {stage.code: (stage.zh, stage.en) for stage in STAGES}
_TIERS = {tier.code: (tier.zh, tier.en) for tier in CNY_TIERS}


def _said(words: Mapping[str, tuple[str, str]], code: str, language: str) -> str:
    return choose(language, *words[code]) if code in words else code


@dataclass(frozen=True)
class Words:
    """The words of one language; `model` is that of the segmentation on show, {} without one."""

    language: str
    model: Mapping[str, Any]
    names_shown: bool = False

    @cached_property
    def clusters(self) -> dict[int, Mapping[str, Any]]:
        """number -> the cluster as the run describes it."""
        kinds = self.model.get("clusters", {}).values()
        return {int(c["number"]): c for kind in kinds for c in kind.get("clusters", ())}

    @cached_property
    def tiers(self) -> dict[str, tuple[str, str]]:
        """code -> its names, lowest tier first."""
        told = {t["code"]: (t["zh"], t["en"]) for t in self.model.get("tiers", ())}
        return told or _TIERS

    def tier(self, code: str) -> str:
        """白金 / Platinum."""
        return _said(self.tiers, code, self.language)

    def life_cycle(self, code: str) -> str:
        """成熟 / Mature."""
        return _said(_STAGES, code, self.language)

    def family(self, code: str) -> str:
        """活期存款 / Demand deposits."""
        return _capital(_said(FAMILY_WORDS, code, self.language))

    def channel(self, code: str) -> str:
        """手机银行 / Mobile banking."""
        return _capital(_said(CHANNEL_WORDS, code, self.language))

    def category(self, code: str) -> str:
        """餐饮 / Dining."""
        return _capital(_said(CATEGORY_WORDS, code, self.language))

    def kind(self, code: str) -> str:
        """个人 / Personal."""
        return translations.text(self.language, f"customers.kind.{code}")

    def segment(self, number: int) -> str:
        """The name an analyst gave it, or its number."""
        name = self.clusters.get(number, {}).get("name")
        if isinstance(name, Mapping):
            name = name.get(self.language)
        return str(name) if name else translations.text(self.language, "customers.segment_number", number=number)

    def segment_description(self, number: int) -> str | None:
        """What sets it apart, as the run says it."""
        told = self.clusters.get(number, {}).get("description")
        return told.get(self.language) if isinstance(told, Mapping) else None

    def name(self, name: str | None, kind: str, customer_id: str) -> str:
        """The customer's name as this viewer may see it; who has none is called by number: 客户 1787."""
        if not name:
            return translations.text(self.language, "customers.nameless", number=customer_id)
        shown = name if self.names_shown or kind == "corporate" else mask_name(name)
        return shown or ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def words_of(ctx: Ctx) -> Words:
    """The words for this viewer; whole names only with the grant."""
    return Words(ctx.language, segmentation_model(ctx.connection), ctx.may("customers.names"))
