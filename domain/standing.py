"""Where the published runs put a customer, in words: what the 360 shows and the report prints.

Everything here reads what the runs wrote (domain/segmentation/run.py, domain/credit/run.py) and says it in one
language. What a run did not say stays None; nothing is computed anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.catalogue import BY_NAME, SHARE_CATEGORIES, SHARE_CHANNELS
from domain.credit.characteristics import ABSENT
from domain.credit.characteristics import BY_NAME as CHARACTERISTICS
from domain.credit.overrides import AGREES, HOLDS, LADDER, REASON_BY_CODE, RESTS, Override, effect
from domain.phrasing import MINUS, against, choose, counted, currency_word, number, percent, short_money
from domain.reports.customer import Activity, CharacteristicPoints, Distinct, Overridden, Rating, Segment, Share
from domain.segmentation.life_cycle import STAGES
from domain.segmentation.sentences import against_the_kind
from domain.segmentation.tiers import CNY_TIERS

_STAGES = {stage.code: (stage.zh, stage.en) for stage in STAGES}
_EDGES = re.compile(rf"{MINUS}?\d[\d,]*(?:\.\d+)?")  # the figures in the words of a band
_SUFFIX = {"days": ("天", " days"), "months": ("个月", " months"), "years": ("岁", " years")}
Figures = Mapping[str, Any]


def feature_value(unit: str, value: Any, currency: str, language: str) -> str | None:
    """A feature's value with its unit: 16.0%, 138.6万元, 12天; None where it is not known."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if unit == "money":
        return short_money(value, currency, language)
    if unit in ("share", "rate"):
        return percent(value, sign=unit == "rate")
    if unit in _SUFFIX:
        return number(value) + choose(language, *_SUFFIX[unit])
    return number(value, 0 if unit == "count" else 2)


def beside_band(unit: str, value: Any, band: str | None, currency: str, language: str) -> str | None:
    """A figure beside the words of its band: with as many decimals as it takes not to read like an edge it is under or over.

    3.97 months under 4 are 3.97个月, not 4个月; 79,999 under 80,000 are 79,999元, not 8.00万元.
    """
    said = feature_value(unit, value, currency, language)
    if said is None or band is None or isinstance(value, str) or unit == "count":
        return said
    edges = [float(edge.replace(MINUS, "-").replace(",", "")) for edge in _EDGES.findall(band)]
    if unit == "money":
        alike = [edge for edge in edges if short_money(edge, currency, language) == said and edge != value]
        if not alike:
            return said
        return choose(language, "{0}{1}", "{1} {0}").format(
            against(value, *alike, digits=0), currency_word(currency, language)
        )
    shares = unit in ("share", "rate")
    shown = float(value) * 100 if shares else float(value)
    exact = against(shown, *edges, digits=1 if shares else 0 if unit in _SUFFIX else 2)
    if shares:
        return f"{'+' if unit == 'rate' and shown > 0 and exact.strip('0.') else ''}{exact}%"
    return exact + choose(language, *_SUFFIX.get(unit, ("", "")))


def clusters_of(model: Figures) -> dict[int, Mapping[str, Any]]:
    """number -> the cluster as the segmentation describes it, personal and corporate together."""
    return {int(c["number"]): c for kind in model.get("clusters", {}).values() for c in kind.get("clusters", ())}


def tiers_of(model: Figures) -> dict[str, tuple[str, str, float]]:
    """code -> zh, en, AUM at which it begins; lowest first, those of companies last. The house's own where the run does
    not say."""
    every = (*model.get("tiers", ()), *model.get("corporate_tiers", ()))
    told = {t["code"]: (t["zh"], t["en"], float(t["begins"])) for t in every}
    return told or {t.code: (t.zh, t.en, t.begins) for t in CNY_TIERS}


def cluster_name(number_: int, model: Figures, language: str) -> str:
    """The name an analyst gave the cluster, else what sets it apart (交易频繁·存款较少), else its number."""
    told = clusters_of(model).get(number_, {})
    for name in (told.get("name"), told.get("label")):
        if name:
            return str(name.get(language) if isinstance(name, Mapping) else name)
    return cluster_number(number_, language)


def cluster_sentence(told: Figures, currency: str, language: str) -> str | None:
    """What sets a cluster apart from others of its kind, with the figures; told: its description."""
    return against_the_kind(told, lambda unit, value: feature_value(unit, value, currency, language), language)


def cluster_number(number_: int, language: str) -> str:
    """客群 3, Segment 3: the mark that stays when a name changes."""
    return choose(language, f"客群 {number_}", f"Segment {number_}")


def tier_name(code: str, model: Figures, language: str) -> str:
    """白金, Platinum; a code nobody named stands as it is."""
    told = tiers_of(model).get(code)
    return choose(language, told[0], told[1]) if told else code


def stage_name(code: str, language: str) -> str:
    """成熟, Mature; a code nobody named stands as it is."""
    return choose(language, *_STAGES[code]) if code in _STAGES else code


def segment_of(
    *, tier: str | None, life_cycle: str | None, cluster: int | None, rfm: str | None, why: Figures | None,
    features: Figures | None, model: Figures, currency: str, language: str,
) -> Segment | None:  # fmt: skip
    """The segment with its reasons; None for who is not in the published segmentation."""
    if tier is None and life_cycle is None and cluster is None and rfm is None:
        return None
    why, features = why or {}, features or {}
    scores = [int(c) if c.isdecimal() else None for c in rfm] if rfm and len(rfm) == 3 else [None] * 3
    told = clusters_of(model).get(cluster, {}).get("description") or {} if cluster is not None else {}
    return Segment(
        tier=tier_name(tier, model, language) if tier else None,
        tier_why=_tier_why(tier, why, model, currency, language),
        life_cycle=stage_name(life_cycle, language) if life_cycle else None,
        life_cycle_why=_life_cycle_why(why, language),
        recency=scores[0],
        frequency=scores[1],
        monetary=scores[2],
        rfm_why=_rfm_why(why, currency, language),
        cluster=cluster_name(cluster, model, language) if cluster is not None else None,
        cluster_description=cluster_sentence(told, currency, language),
        distinct=tuple(_distinct(f, features, currency, language) for f in told.get("features", ())),
    )


def _tier_why(tier: str | None, why: Figures, model: Figures, currency: str, language: str) -> str | None:
    tiers = tiers_of(model)
    value = why.get("tier_value")
    if tier is None:
        return choose(
            language,
            "没有月末余额，管理资产未知：账户已全部销户，或来源不提供余额",
            "no balance at month-end, so the AUM is not known: all accounts are closed, or the source tells none",
        )
    if tier not in tiers or value is None:
        return None
    held, begins = short_money(value, currency, language), short_money(tiers[tier][2], currency, language)
    name = tier_name(tier, model, language)
    if float(value) < tiers[tier][2]:
        return choose(
            language,
            f"近3个月平均管理资产{held}，低于{name}的起点{begins}；连续两个月末低于起点才降级",
            f"average AUM of 3 months {held}, under the {begins} of {name}; a tier is lost after two month-ends below it",
        )
    return choose(
        language,
        f"近3个月平均管理资产{held}，{name}从{begins}起",
        f"average AUM of 3 months {held}; {name} begins at {begins}",
    )


def _joined(parts: Sequence[str | None], language: str) -> str | None:
    return choose(language, "，", ", ").join(part for part in parts if part) or None


def _life_cycle_why(why: Figures, language: str) -> str | None:
    tenure, idle, trend = why.get("tenure_months"), why.get("days_since_last"), why.get("aum_trend_6m")
    return _joined(
        [
            choose(language, f"在行{number(tenure)}个月", f"{counted(tenure, 'en', '', 'month')} with the bank")
            if tenure is not None
            else None,
            choose(language, f"{number(idle)}天前有主动交易", f"own movement {counted(idle, 'en', '', 'day')} ago")
            if idle is not None
            else None,
            choose(language, f"管理资产每月{percent(trend, sign=True)}", f"AUM {percent(trend, sign=True)} a month")
            if trend is not None
            else None,
        ],
        language,
    )  # fmt: skip


def _rfm_why(why: Figures, currency: str, language: str) -> str | None:
    idle, movements, money = why.get("days_since_last"), why.get("movements_12m"), why.get("monetary")
    return _joined(
        [
            choose(language, f"最近一次在{number(idle)}天前", f"last {counted(idle, 'en', '', 'day')} ago")
            if idle is not None
            else None,
            choose(
                language, f"近12个月{number(movements)}笔", f"{counted(movements, 'en', '', 'movement')} in 12 months"
            )
            if movements is not None
            else None,
            choose(language, "往来", "turnover ") + short_money(money, currency, language)
            if money is not None
            else None,
        ],
        language,
    )


def _distinct(told: Figures, features: Figures, currency: str, language: str) -> Distinct:
    feature = BY_NAME[told["name"]]
    words = [feature_value(feature.unit, v, currency, language) for v in (features.get(feature.name), told.get("here"))]
    return Distinct(choose(language, feature.zh, feature.en), words[0] or "—", words[1] or "—")


def rating_of(
    *, grade: str | None, score: int | None, pd: float | None, points: Any, reasons: Any, currency: str, language: str,
    override: Override | None = None, ladder: Sequence[str] = LADDER,
) -> Rating | None:  # fmt: skip
    """The rating; None for who is not in the published one. ValueError when the points do not add up to the score.

    points: {"base", "points", "values"}, reasons: {"reasons", "next_grade"}, as domain/credit/run.py makes them.
    override: the one in force on the day; ladder: the grades it is measured on, best first.
    """
    if grade is None:
        return None
    points = points if isinstance(points, Mapping) and "points" in points else {}
    told: Figures = reasons if isinstance(reasons, Mapping) else {"reasons": reasons or []}
    entries = points.get("points") or []
    values = points.get("values") or [None] * len(entries)
    return Rating(
        grade=grade,
        score=score,
        probability_of_default=pd,
        base_points=int(points.get("base") or 0),
        points=tuple(_points(e, v, currency, language) for e, v in zip(entries, values, strict=True)),
        reasons=tuple(reason[language] for reason in told.get("reasons") or () if isinstance(reason, Mapping)),
        to_next_grade=_next_grade(told.get("next_grade"), language),
        override=None if override is None else overridden(override, grade, ladder, language),
        outside=_outside([str(e["lacks"]) for e in entries if e.get("lacks")], language),
    )


def _outside(lacks: Sequence[str], language: str) -> str | None:
    """What is said of a rating with characteristics that do not apply; None where all do."""
    if not lacks:
        return None
    n, one = len(lacks), len(lacks) == 1
    words = [(zh, f"has {en}") for each, (zh, en) in ABSENT.items() if each in lacks and each != "unknown"]
    if "unknown" in lacks:
        words.append(
            (
                "缺少评分卡所用的其他数据" if words else "缺少评分卡所用的数据",
                f"lacks {'other ' if words else ''}figures of the card",
            )
        )
    first = choose(language, "，也".join(zh for zh, _ in words), " and ".join(en for _, en in words))
    return choose(
        language,
        f"这位客户{first}：卡上 {n} 项特征不适用，按开发样本的平均水平计分（不加不减）；开发样本中没有这样的客户，该评级超出开发样本。",
        f"This customer {first}: {n} {'characteristic of the card does' if one else 'characteristics of the card do'} not apply "
        f"and {'gives' if one else 'give'} no points either way; nobody like that was in the development sample.",
    )


def overridden(one: Override, grade: str, ladder: Sequence[str], language: str) -> Overridden:
    """A signed override beside the model's grade of today, in words."""
    does = effect(grade, one.grade, ladder)
    moved = choose(
        language,
        f"提议时模型等级为{one.model_grade}，现为{grade}",
        f"The model's grade was {one.model_grade} when it was proposed and is {grade} now",
    )
    ends = {
        RESTS: choose(language, "；已超出可推翻的幅度，以模型等级为准", "; further than may be overridden, so the model's grade counts"),
        AGREES: choose(language, "，两者已一致", ", so both agree"),
        HOLDS: choose(language, "；推翻仍有效，请复核", "; the override still holds and should be looked at again"),
    }  # fmt: skip
    known = REASON_BY_CODE.get(one.reason_code)
    return Overridden(
        grade=one.grade, model_grade=one.model_grade, notches=one.notches,
        reason=known.words(language) if known else one.reason_code, words=one.reason, expires_on=one.expires_on,
        proposed_by=one.proposer_name or one.proposed_by, proposed_at=one.proposed_at,
        signed_by=one.decider_name or one.decided_by or "—", signed_at=one.decided_at or one.proposed_at,
        holds=does != RESTS, note=moved + ends[does] if grade != one.model_grade else None,
    )  # fmt: skip


def _points(entry: Figures, value: Any, currency: str, language: str) -> CharacteristicPoints:
    known = CHARACTERISTICS.get(entry["characteristic"])
    said = beside_band(known.unit, value, entry[f"bin_{language}"], currency, language) if known else None
    return CharacteristicPoints(
        name=entry[language],
        value=said or entry[f"bin_{language}"],
        points=int(entry["points"]),
        best=int(entry["best"]),
        band=entry[f"bin_{language}"],
        average=None if entry.get("average") is None else float(entry["average"]),
        applies=not entry.get("lacks"),
    )


def _next_grade(told: Figures | None, language: str) -> str | None:
    if not told:
        return None
    steps = choose(language, "；", "; ").join(
        choose(language, f"{step['zh']}可得{step['gain']}分", f"{step['en']} brings {step['gain']}")
        for step in told.get("steps") or ()
    )
    first = choose(
        language,
        f"再高{told['points']}分升至{told['grade']}",
        f"{told['points']} more {'point makes' if told['points'] == 1 else 'points make'} {told['grade']}",
    )
    if not steps:
        return first + choose(
            language,
            "；有数据且可改变的各项都已在最好一档",
            "; all that has a figure and can be changed is in its best band already",
        )
    if not told.get("enough", True):
        steps += choose(language, "；合计仍不足一级", "; together not yet enough")
    return first + choose(language, "：", ": ") + steps


def activity_of(features: Figures | None, hours: Sequence[Sequence[int]] | None) -> Activity:
    """How the customer uses the bank; shares from the largest, those of nothing left out."""
    told = features or {}

    def shares(prefix: str, codes: Sequence[str]) -> tuple[Share, ...]:
        found = [Share(code, float(told[prefix + code])) for code in codes if told.get(prefix + code)]
        return tuple(sorted(found, key=lambda share: (-share.share, share.code)))

    def whole(name: str) -> int | None:
        return None if told.get(name) is None else int(told[name])

    income = told.get("regular_income")
    return Activity(
        movements_12m=whole("movements_12m"),
        active_months_12m=whole("active_months_12m"),
        days_since_last=whole("days_since_last"),
        regular_income=None if income is None else Decimal(str(income)),
        channels=shares("share_channel_", SHARE_CHANNELS),
        categories=shares("share_category_", SHARE_CATEGORIES),
        hours=None if hours is None else tuple(tuple(int(n) for n in day) for day in hours),
    )
