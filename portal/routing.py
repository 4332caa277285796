"""Pages behind the guard: Dash's own routing calls layouts directly, so each is wrapped in the same check here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import dash
from dash import dcc, html
from dash.development.base_component import Component

from portal import translations
from portal.access import Forbidden, Refusal, context, portal, sentence_of, viewer
from portal.guard import FIRST_STEMS, language_of_request
from portal.pages import PAGES, Page
from portal.unread import note
from portal.widgets import dialogs, status

PATH_STATE = "_guanxi_path"


def register() -> None:
    """Enter every page of PAGES in Dash's registry, which is one a process: what an earlier server put there goes."""
    dash.page_registry.clear()
    for page in PAGES:
        where = {"path_template": page.path} if "<" in page.path else {"path": page.path}
        dash.register_page(page.stem, layout=guarded(page), title=_title(page.stem), **where)
    dash.register_page("not_found_404", path="/404", layout=_not_found, title=_title("not_found"))


def _title(stem: str) -> Callable[..., str]:
    def title(**_parts: str) -> str:
        language = language_of_request()
        key = "common.not_found_title" if stem == "not_found" else f"{stem}.title"
        return f"{translations.text(language, key)} · {portal().settings.bank_name(language)}"

    return title


def _not_found(**_parameters: str) -> Component:
    language = language_of_request()
    return status.empty(
        translations.text(language, "common.not_found_title"), translations.text(language, "common.not_found")
    )


def guarded(page: Page) -> Callable[..., Any]:
    """layout(ctx, **parts and query) for whoever may see the page; a sentence for everybody else."""
    layout = import_module(f"portal.layouts.{page.stem}").layout
    taken = [name for name in inspect.signature(layout).parameters if name != "ctx"]

    def show(**parameters: Any) -> Any:
        who = viewer()
        if who is None:
            return dcc.Location(id="frame-sign-in", href="/sign-in", refresh=True)
        if who.must_change_password and page.stem not in FIRST_STEMS:
            return dcc.Location(id="frame-first-password", href="/account", refresh=True)
        # A query may not stand in for a part of the path.
        parts = page.match(str(parameters.pop(PATH_STATE, None) or "")) or {}
        given = {**parameters, **parts}
        try:
            with context(who, page.writes) as ctx:
                ctx.require(page.permission)
                shown = layout(ctx, **{name: given[name] for name in taken if name in given})
                odd = note(ctx, page, parameters, taken)
                more = [odd, shown, dialogs.ask(ctx) if page.asks else None]
                return html.Div([part for part in more if part is not None]) if odd or page.asks else shown
        except (Forbidden, Refusal) as error:
            return status.empty(translations.text(who.language, "common.no_access_title"), sentence_of(error, who)[0])
        except Exception as error:
            sentence, incident = sentence_of(error, who)
            return status.failed(sentence, incident, who.language)

    return show
