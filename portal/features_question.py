"""What the feature catalogue is asked, as it stands in its address, and the profiles it is answered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.catalogue import BY_NAME, FEATURES, Feature
from domain.feature_meanings import TABLE_WORDS, TOPIC_WORDS, UNIT_WORDS, meaning, sources
from domain.feature_profile import QUANTILES, Profile
from domain.phrasing import choose, number, percent, short
from portal.access import Ctx
from portal.overview_question import query
from store import feature_profiles
from store.branches import Branch, branches_in
from store.feature_profiles import Profiles
from store.scope import OutOfScope

PATH = "/features"
NAMES = ("branch", "month", "topic", "q", "sort", "of")
SORTS = ("name", "topic", "missing", "median", "drift")  # the address says the name, or the name and -down
DOWN = "-down"
LONGEST = 64


@dataclass(frozen=True)
class Question:
    """A branch, one of the month-ends there are profiles of (None: there are none), a topic and words to look for ('' for
    all), the order, and the feature that is opened."""

    branch: Branch
    month: date | None
    months: tuple[date, ...]
    topic: str
    words: str
    sort: str
    down: bool
    of: Feature | None
    tree: Sequence[Branch]

    @property
    def told(self) -> dict[str, str]:
        """By name of the address."""
        return {
            "branch": self.branch.branch_id, "month": f"{self.month:%Y-%m}" if self.month else "", "topic": self.topic,
            "q": self.words, "sort": f"{self.sort}{DOWN if self.down else ''}" if self.sort else "",
            "of": self.of.name if self.of else "",
        }  # fmt: skip

    def query(self, **changed: str) -> str:
        """The question as a query string, with something else asked."""
        return query(**{**self.told, **changed})

    def address(self, **changed: str) -> str:
        """The page with something else asked: address(of="aum")."""
        return f"{PATH}?{self.query(**changed)}"


@dataclass(frozen=True)
class Line:
    """A feature with its profile."""

    feature: Feature
    profile: Profile

    @property
    def median(self) -> float | None:
        """Of those whose figure is known."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float | None:
        """At one of QUANTILES; None when nothing is known."""
        return self.profile.quantiles[QUANTILES.index(share)] if self.profile.quantiles else None


def question_of(ctx: Ctx, told: Mapping[str, Any]) -> Question:
    """Read what stands in the address; the newest month and the highest branch where it says nothing.

    OutOfScope for a branch that is not the viewer's. Ask only of a viewer with a scope.
    """
    said = {name: str(told.get(name) or "")[:LONGEST] for name in NAMES}
    tree = branches_in(ctx.connection, ctx.scope)
    wanted = said["branch"]
    branch = next((one for one in tree if one.branch_id == wanted), None) if wanted else tree[0]
    if branch is None:
        raise OutOfScope(f"branch {wanted} is not in scope")
    months = feature_profiles.months(ctx.connection)
    newest = months[-1] if months else None
    sort = said["sort"].removesuffix(DOWN)
    return Question(
        branch=branch,
        month=next((month for month in months if f"{month:%Y-%m}" == said["month"]), newest),
        months=months,
        topic=said["topic"] if said["topic"] in TOPIC_WORDS else "",
        words=said["q"].strip(),
        sort=sort if sort in SORTS else "",
        down=said["sort"].endswith(DOWN),
        of=BY_NAME.get(said["of"]),
        tree=tree,
    )


def profiles_of(ctx: Ctx, asked: Question) -> Profiles | None:
    """Of the branch and month; None where there are none."""
    if asked.month is None:
        return None
    return feature_profiles.profiles(ctx.connection, ctx.scope, asked.month, asked.branch.branch_id)


def lines(ctx: Ctx, asked: Question, known: Profiles) -> list[Line]:
    """The features asked for, in the order asked for; what has no figure comes last."""
    found = [Line(one, known.by_feature[one.name]) for one in FEATURES if one.name in known.by_feature]
    words = asked.words.casefold()
    found = [
        line for line in found
        if asked.topic in ("", line.feature.topic)
        and words in " ".join((name_of(ctx, line.feature), *meaning(line.feature.name))).casefold()
    ]  # fmt: skip
    if not asked.sort:
        return found
    there = [line for line in found if _key(ctx, asked.sort)(line) is not None]
    there.sort(key=_key(ctx, asked.sort), reverse=asked.down)
    return there + [line for line in found if _key(ctx, asked.sort)(line) is None]


def _key(ctx: Ctx, sort: str) -> Callable[[Line], Any]:
    keys: dict[str, Callable[[Line], Any]] = {
        "name": lambda line: name_of(ctx, line.feature),
        "topic": lambda line: list(TOPIC_WORDS).index(line.feature.topic),
        "missing": lambda line: line.profile.missing_share,
        "median": lambda line: line.median,
        "drift": lambda line: line.profile.drift,
    }
    return keys[sort]


def name_of(ctx: Ctx, feature: Feature) -> str:
    """What it is called; in English as a sentence begins."""
    return choose(ctx.language, feature.zh, feature.en[:1].upper() + feature.en[1:])


def meaning_of(ctx: Ctx, feature: Feature) -> str:
    """What it says, in the viewer's language."""
    return choose(ctx.language, *meaning(feature.name))


def topic_of(ctx: Ctx, feature: Feature) -> str:
    """Its family."""
    return choose(ctx.language, *TOPIC_WORDS[feature.topic])


def unit_of(ctx: Ctx, feature: Feature) -> str:
    """What it is counted in."""
    return choose(ctx.language, *UNIT_WORDS[feature.unit])


def sources_of(ctx: Ctx, feature: Feature) -> str:
    """The bank's tables it is made of."""
    words = [choose(ctx.language, *TABLE_WORDS[table]) for table in sources(feature.name)]
    return choose(ctx.language, "、", ", ").join(words)


def value_words(ctx: Ctx, feature: Feature, value: float | None) -> str:
    """A value as it is read: money short, shares in percent."""
    if feature.unit == "money":
        return short(value, ctx.language)
    if feature.unit == "share":
        return percent(value)
    if feature.unit == "rate":
        return percent(value, 2, sign=True)
    digits = {"decimal": 2, "years": 1, "months": 1}.get(feature.unit, 0)
    return number(value, digits)
