"""What an address asks that its page does not know: said in words on top of the page, never passed over in silence.

One table for all pages of figures. Months and branches are refused or said by the pages themselves, which know what there
is of them. An export refuses instead (portal/export_question.py): a file has no top to say it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.behaviour.habits import MONTHS
from domain.behaviour.measures import measure_of
from domain.behaviour.risk_bands import BANDS
from domain.catalogue import BY_NAME as FEATURES
from domain.credit.early_warning import BY_CODE as RULES
from domain.feature_meanings import TOPIC_WORDS
from domain.kpis import BY_NAME as KPIS
from domain.segmentation.given_names import every_cluster
from portal import behaviour_question, changes_question, portfolio_question, segments_question, what_if_question
from portal.access import Ctx
from portal.address_numbers import number_in
from portal.behaviour_question import FILTERS
from portal.contribution_people import AMONG, CELLS, CHANGE, MONTH, NOBODY, TWELVE
from portal.contribution_question import BY as CONTRIBUTION_BY
from portal.contribution_question import month_of, run_on_show
from portal.customer_words import words_of
from portal.export_question import LONGEST_SAID, known_facet
from portal.features_question import DOWN
from portal.features_question import SORTS as FEATURE_SORTS
from portal.layouts.customer import TABS
from portal.layouts.overrides import LISTS
from portal.pages import Page
from portal.what_if_question import WINDOWS
from store import parameters
from store.branches import branches_in
from store.facets import NAMES as FACETS
from store.facets import NONE
from store.kpis import last_months
from store.lookup import SORTS
from store.rating_changes import MOVES
from store.segments import COLUMNS
from warehouse.contribution.behind import ORDERS

Given = Mapping[str, str]
# Whether a page knows a value, beside what else its address says.
Known = Callable[[Ctx, str, Given], bool]
PEOPLE = "people"


def _among(values: Iterable[object]) -> Known:
    known = frozenset(map(str, values))
    return lambda _ctx, value, _given: value in known


def _sorted_by(values: Iterable[str], before: str = "", after: str = "") -> Known:
    known = frozenset(values)
    return lambda _ctx, value, _given: value.removeprefix(before).removesuffix(after) in known


def _view(values: Iterable[str]) -> Known:
    """A view; the customers behind a figure only with the figure."""
    known = frozenset(values)
    return lambda _ctx, value, given: value in known and (value != PEOPLE or bool(given.get("of")))


def _in_view(view: str, first: str, values: Iterable[object]) -> Known:
    """What only one of a page's views asks."""
    known = _among(values)
    return lambda ctx, value, given: given.get("view", first) == view and known(ctx, value, given)


def _facet(name: str, nobody: str = NONE) -> Known:
    def known(ctx: Ctx, value: str, _given: Given) -> bool:
        wanted = [NONE if one == nobody else one for one in value.split(",") if one]
        if name == "branch":
            own = {one.branch_id for one in branches_in(ctx.connection, ctx.scope)}
            return all(one in own for one in wanted)
        if name == "segment":
            segments = {str(one["number"]) for one in every_cluster(words_of(ctx).model)}
            return all(one in segments or one == NONE for one in wanted)
        return all(known_facet(ctx, name, one) for one in wanted)

    return known


def _measure(ctx: Ctx, value: str, _given: Given) -> bool:
    newest = ctx.picture.opening_month if ctx.picture else None
    return newest is None or measure_of(value, tuple(last_months(newest, MONTHS))) is not None


def _month_of_run(ctx: Ctx, value: str, _given: Given) -> bool:
    run = run_on_show(ctx)
    return run is not None and month_of(run, value) is not None


def _version(ctx: Ctx, value: str, _given: Given) -> bool:
    number = number_in(value)
    return number is not None and parameters.numbered(ctx.connection, what_if_question.CONTRIBUTION, number) is not None


def _views(views: tuple[str, ...]) -> dict[str, Known]:
    return {"view": _view(views)}


# By page: what its address may ask and how a value is known. What is not here is free text, a number, or said by the page.
QUESTIONS: Mapping[str, Mapping[str, Known]] = {
    "customers": {"sort": _sorted_by(SORTS, before="-"), **{name: _facet(name) for name in FACETS}},
    "customer": {"tab": _among(TABS)},
    "overview": {"kpi": _among(KPIS)},
    "contribution": {"by": _among(CONTRIBUTION_BY)},
    "contribution_customers": {
        "of": _among((MONTH, TWELVE, CHANGE)), "among": _among(AMONG), "own": _among("01"),
        "sort": _sorted_by(ORDERS, before="-"), **{name: _facet(name, NOBODY) for name in CELLS},
    },
    "what_if": {"month": _month_of_run, "months": _among(WINDOWS), "version": _version},
    "segments": {**_views(segments_question.VIEWS), "by": _among(COLUMNS)},
    "behaviour": {
        **_views(behaviour_question.VIEWS), **{name: _facet(name) for name in FILTERS if name != "branch"},
        "band": _among(BANDS), "of": _measure,
    },
    "features": {"topic": _among(TOPIC_WORDS), "sort": _sorted_by(FEATURE_SORTS, after=DOWN), "of": _among(FEATURES)},
    "portfolio": {**_views(portfolio_question.VIEWS), "by": _among(portfolio_question.BY)},
    "changes": {
        **_views(changes_question.VIEWS), "move": _in_view("changes", "changes", MOVES),
        "notches": _in_view("changes", "changes", range(1, changes_question.MOST_NOTCHES + 1)),
        "rule": _in_view("warning", "changes", RULES),
        "sort": lambda ctx, value, given: value in changes_question.SORTS.get(given.get("view", "changes"), (value,)),
    },
    "overrides": {"which": _among(LISTS)},
    "models": {},
    "monitoring": {},
    "development": {},
}  # fmt: skip
# Where an unknown value narrows to nobody rather than being left out.
NARROWS = {"customers": frozenset(FACETS), "behaviour": frozenset(FILTERS), "contribution_customers": frozenset(CELLS)}


def unread(ctx: Ctx, page: Page, given: Mapping[str, Any], taken: Iterable[str]) -> list[tuple[str, str]]:
    """(name, value) of what the address asks and the page does not know, in the order of the address.

    taken: the names its layout takes. [] for a page that is not in QUESTIONS.
    """
    known = QUESTIONS.get(page.stem)
    if known is None:
        return []
    said = {name: str(value) for name, value in given.items() if str(value or "").strip()}
    names = set(taken)
    return [
        (name, value)
        for name, value in said.items()
        if name not in names or (name in known and not known[name](ctx, value, said))
    ]


def note(ctx: Ctx, page: Page, given: Mapping[str, Any], taken: Iterable[str]) -> Component | None:
    """A line a piece that is not known, and what is shown for it; None where everything is known."""
    lines = [_line(ctx, page, name, value) for name, value in unread(ctx, page, given, taken)]
    if not lines:
        return None
    return html.Div([html.P(line) for line in lines], className="gx-alert warn gx-unread", role="status")


def _line(ctx: Ctx, page: Page, name: str, value: str) -> str:
    asked = f"{name}={value}"[:LONGEST_SAID]
    if name in NARROWS.get(page.stem, ()):
        return ctx.t("common.address_nobody", asked=asked)
    if name == "view":
        first = {
            "segments": segments_question.VIEWS, "behaviour": behaviour_question.VIEWS,
            "portfolio": portfolio_question.VIEWS, "changes": changes_question.VIEWS,
        }[page.stem][0]  # fmt: skip
        return ctx.t("common.address_view", asked=asked, shown=ctx.t(f"{page.stem}.view.{first}"))
    return ctx.t("common.address_odd", asked=asked)
