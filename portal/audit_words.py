"""What an entry of the audit trail tells besides who, what and when: every name and value in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.credit.early_warning import BY_CODE as WARNINGS
from domain.credit.finding_words import finding_words
from domain.phrasing import choose, listing, number
from jobs.registry import SCHEDULES
from portal import job_words, translations
from portal.access import Ctx
from portal.customer_question import question_of
from portal.customer_words import words_of
from portal.layouts.customers import facet_value
from portal.widgets import frame
from store.branches import names_of
from store.jobs import said
from store.lookup import TOTAL_LIMIT, place_names

Detail = Mapping[str, Any]


def told(ctx: Ctx, detail: Detail) -> str:
    """Name and value of each part, in the viewer's language; what has no words yet stands as it was written."""
    parts = [_range(ctx, detail)] if {"first", "shown"} <= set(detail) else []
    beside = {"first", "shown", "more"} if parts else {"more"}
    for name, value in detail.items():
        if name in beside or value in (None, "", [], {}, False):
            continue
        words = _value(ctx, name, value, detail)
        if words:
            label = translated(ctx, f"audit.detail.{name}", name)
            parts.append(label if value is True else label + choose(ctx.language, "：", ": ") + words)
    return " · ".join(parts) or "—"


def translated(ctx: Ctx, key: str, otherwise: str) -> str:
    """The words of a key made of what was written; what has none stays as it is."""
    return ctx.t(key) if translations.has(key) else otherwise


def _range(ctx: Ctx, detail: Detail) -> str:
    first, shown = int(detail["first"]), int(detail["shown"])
    if not shown:
        return ctx.t("audit.nothing_shown")
    return ctx.t("audit.shown", first=number(first + 1), last=number(first + shown))


def _value(ctx: Ctx, name: str, value: Any, detail: Detail) -> str:
    if name in SAYS:
        return SAYS[name](ctx, value, detail)
    if isinstance(value, bool):
        return translated(ctx, f"audit.detail.{name}", name)
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Mapping):
        return listing([f"{key} {each}" for key, each in value.items()], ctx.language)
    return listing([str(each) for each in value], ctx.language) if isinstance(value, list | tuple) else str(value)


def _kind(ctx: Ctx, value: Any, _detail: Detail) -> str:
    return translated(ctx, f"runs.kind.{value}", job_words.title(ctx, str(value)))


def _found(ctx: Ctx, value: Any, detail: Detail) -> str:
    # While somebody types no more are counted than this; older entries do not say whether there were more.
    more = detail.get("more", value >= TOTAL_LIMIT)
    return ctx.t("audit.or_more", count=number(value)) if more else number(value)


def _facets(ctx: Ctx, value: Mapping[str, Sequence[str]], _detail: Detail) -> str:
    words = words_of(ctx)
    places = place_names(ctx.connection, list(value.get("branch", ())), list(value.get("manager", ())))
    chosen = [
        f"{translated(ctx, f'customers.facet.{name}', name)} "
        + "/".join(facet_value(ctx, name, str(each), words, places) for each in values)
        for name, values in value.items()
    ]
    return listing(chosen, ctx.language)


def _question(ctx: Ctx, value: Any, detail: Detail) -> str:
    asked = question_of(str(value))
    text = [f"“{asked.text}”"] if asked.text else []
    facets = [_facets(ctx, asked.facets, detail)] if asked.facets else []
    return listing([*text, *facets], ctx.language) or ctx.t("common.all")


def _parameters(ctx: Ctx, value: Detail, detail: Detail) -> str:
    return job_words.in_words(ctx, str(detail.get("kind")), value)


def _grants(ctx: Ctx, values: Sequence[str]) -> list[str]:
    return [translated(ctx, f"users.grant.{str(each).replace('.', '_')}", str(each)) for each in values]


def _branches(ctx: Ctx, value: Any, _detail: Detail) -> str:
    wanted = [value] if isinstance(value, str) else list(value)
    names = names_of(ctx.connection, wanted)
    return listing([names.get(each, each) for each in wanted], ctx.language)


def _before(ctx: Ctx, value: Sequence[str], detail: Detail) -> str:
    """Roles and grants as they were, or branches."""
    if "branches" in detail:
        return _branches(ctx, value, detail)
    words = [frame.role_words([each], ctx.language) or _grants(ctx, [each])[0] for each in value]
    return listing(words, ctx.language)


def _steps(ctx: Ctx, value: Sequence[str], _detail: Detail) -> str:
    return listing([job_words.title(ctx, str(each)) for each in value], ctx.language)


def _schedule(ctx: Ctx, value: Any, _detail: Detail) -> str:
    return SCHEDULES[value].title(ctx.language) if value in SCHEDULES else str(value)


def _switched(ctx: Ctx, value: Any, _detail: Detail) -> str:
    return ctx.t(f"schedules.{value}")


def _warning(ctx: Ctx, value: Any, _detail: Detail) -> str:
    return WARNINGS[value].title(ctx.language) if value in WARNINGS else str(value)


SAYS: dict[str, Callable[[Ctx, Any, Detail], str]] = {
    "kind": _kind,
    "found": _found,
    "facets": _facets,
    "question": _question,
    "parameters": _parameters,
    "reason": lambda ctx, value, _: said(str(value), ctx.language) or "",
    "roles": lambda ctx, value, _: frame.role_words(value, ctx.language),
    "grants": lambda ctx, value, _: listing(_grants(ctx, value), ctx.language),
    "branches": _branches,
    "branch_id": _branches,
    "before": _before,
    "was": lambda ctx, value, _: translated(ctx, f"jobs.status.{value}", str(value)),
    "tab": lambda ctx, value, _: translated(ctx, f"customer.tab.{value}", str(value)),
    "format": lambda _ctx, value, _: str(value).upper(),
    "finding": lambda ctx, value, _: finding_words(str(value), ctx.language),
    "level": lambda ctx, value, _: translated(ctx, f"models.answers.{value}", str(value)),
    "step": lambda ctx, value, _: translated(ctx, f"models.state.{value}", str(value)),
    "first": lambda _ctx, value, _: number(int(value) + 1),
    "sha256": lambda _ctx, value, _: str(value)[:16],
    "move": lambda ctx, value, _: translated(ctx, f"changes.move.{value}", str(value)),
    "rule": _warning,
    "steps": _steps,
    "steps_before": _steps,
    "schedule": _schedule,
    "switched": _switched,
    "switched_before": _switched,
    "retry_of": lambda _ctx, value, _: f"#{value}",
    "previous_run_id": lambda _ctx, value, _: f"#{value}",
    "broken": lambda _ctx, value, _: f"#{value}",
}
