"""The contents page: every page and every other address of the portal, and what it takes to open it.

A page is one line here and its four files (layouts/, callbacks/, translations/, tests). Menu, routing and guard derive
from this table. A route is an address outside Dash: a file, an export, an upload.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.facets import NAMES as FACETS

SECTIONS = ("home", "customers", "analysis", "credit", "reports", "admin", "self")


@dataclass(frozen=True)
class Page:
    """One page. `path` may hold `<name>` parts; `grid` says that it needs the table component's script,
    `asks` that acts on it ask first in a dialog of dash-bootstrap-components, whose script it needs;
    `writes` that showing it leaves an audit row."""

    stem: str
    path: str
    permission: str
    section: str
    menu: bool = True
    writes: bool = False
    grid: bool = False
    asks: bool = False

    @property
    def packages(self) -> tuple[str, ...]:
        """The component packages whose scripts only some pages are sent."""
        wanted = (("dash_ag_grid", self.grid), ("dash_bootstrap_components", self.asks))
        return tuple(name for name, needed in wanted if needed)

    def match(self, path: str) -> dict[str, str] | None:
        """The variable parts of `path` when it is this page's, else None."""
        pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path.rstrip("/") or "/")
        return found.groupdict() if found else None


@dataclass(frozen=True)
class Route:
    """An address outside Dash: `view` is `module:function`, called as f(ctx, **path parts), giving a Flask response.

    `limit` is the largest body in bytes it takes, None what the settings allow for an upload. With `writes` the
    transaction is a writing one and ctx.audit works; without it the view may open its own short ones on ctx.engine.
    asks: the parameters a GET takes; with any other it is refused, so that no file answers a question it did not read.
    """

    rule: str
    view: str
    permission: str
    methods: tuple[str, ...] = ("GET",)
    writes: bool = False
    limit: int | None = 1 << 20
    asks: tuple[str, ...] = ()


PAGES: tuple[Page, ...] = (
    Page("home", "/", "home.view", "home"),
    Page("customers", "/customers", "customers.search", "customers", grid=True),
    Page("customer", "/customers/<customer_id>", "customers.view", "customers", menu=False),
    Page("overview", "/overview", "overview.view", "analysis"),
    Page("contribution", "/contribution", "contribution.view", "analysis"),
    Page("contribution_customers", "/contribution/customers", "contribution.view", "analysis", menu=False),
    Page("what_if", "/contribution/what-if", "contribution.view", "analysis"),
    Page("segments", "/segments", "segments.view", "analysis"),
    Page("behaviour", "/behaviour", "behaviour.view", "analysis", grid=True),
    Page("features", "/features", "features.view", "analysis"),
    Page("portfolio", "/risk/portfolio", "portfolio.view", "credit", grid=True),
    Page("changes", "/risk/changes", "ratings.view", "credit"),
    Page("overrides", "/risk/overrides", "overrides.view", "credit", asks=True),
    Page("models", "/risk/models", "models.view", "credit", asks=True),
    Page("monitoring", "/risk/monitoring", "monitoring.view", "credit"),
    Page("development", "/risk/development", "development.view", "credit"),
    Page("reports", "/reports", "reports.view", "reports"),
    # one line a page; the order is the order of the menu
    Page("deliveries", "/admin/deliveries", "deliveries.view", "admin", asks=True),
    Page("delivery", "/admin/deliveries/<batch_id>", "deliveries.view", "admin", menu=False, asks=True),
    Page("jobs", "/admin/jobs", "jobs.view", "admin", asks=True),
    Page("job", "/admin/jobs/<job_id>", "jobs.view", "admin", menu=False, asks=True),
    Page("schedules", "/admin/schedules", "schedules.view", "admin"),
    Page("runs", "/admin/runs", "runs.view", "admin", asks=True),
    Page("run", "/admin/runs/<run_id>", "runs.view", "admin", menu=False, asks=True),
    Page("parameters", "/admin/parameters", "parameters.view", "admin", asks=True),
    Page("users", "/admin/users", "users.view", "admin", asks=True),
    Page("audit", "/audit", "audit.view", "admin"),
    Page("account", "/account", "account.self", "self", menu=False),
)

ROUTES: tuple[Route, ...] = (
    Route("/preferences", "portal.preferences:choose", "account.self", ("POST",), writes=True),
    Route("/files/<report_id>", "portal.downloads:file", "reports.view", writes=True, asks=("view",)),
    Route(
        "/customers-export/<kind>",
        "portal.customers_export:customers",
        "customers.export",
        writes=True,
        asks=("q", "sort", *FACETS),
    ),
    Route("/admin/deliveries/upload", "portal.uploads:receive", "deliveries.upload", ("POST",), limit=None),
    Route(
        "/admin/deliveries/<batch_id>/rejects.csv",
        "portal.layouts.delivery:rejects_file",
        "deliveries.rejects",
        writes=True,
    ),
    Route(
        "/overview-export/<kind>",
        "portal.overview_export:league",
        "overview.export",
        writes=True,
        asks=("month", "branch", "kpi"),
    ),
    Route(
        "/contribution-export/<kind>",
        "portal.contribution_export:table",
        "contribution.export",
        writes=True,
        asks=("month", "branch", "by"),
    ),
    Route(
        "/contribution-customers-export/<kind>",
        "portal.contribution_export:customers",
        "contribution.export",
        writes=True,
        asks=(
            *("month", "branch", "by", "of", "among", "own", "sort", "page"),
            *("manager", "family", "kind", "tier", "segment"),
        ),
    ),
    Route(
        "/what-if-export/<part>",
        "portal.what_if_export:table",
        "contribution.export",
        writes=True,
        asks=("month", "months", "branch", "version", "change"),
    ),
    Route(
        "/behaviour-export/<kind>",
        "portal.behaviour_export:table",
        "behaviour.export",
        writes=True,
        asks=("view", "branch", "kind", "tier", "segment", "manager", "band", "of"),
    ),
    Route("/admin/runs/<run_id>/card.<form>", "portal.card_export:card", "runs.view", writes=True),
    Route(
        "/portfolio-export/<kind>",
        "portal.portfolio_export:table",
        "portfolio.export",
        writes=True,
        asks=("view", "month", "branch", "by", "of", "on"),
    ),
    Route("/monitoring-export/<kind>", "portal.monitoring_export:table", "monitoring.export", writes=True),
    Route(
        "/segments-export/<kind>",
        "portal.segments_export:table",
        "segments.export",
        writes=True,
        asks=("branch", "view", "by"),
    ),
    Route(
        "/changes-export/<kind>",
        "portal.changes_export:table",
        "ratings.export",
        writes=True,
        asks=("view", "branch", "move", "notches", "rule", "sort", "page"),
    ),
    Route(
        "/features-export/<kind>",
        "portal.features_export:table",
        "features.export",
        writes=True,
        asks=("branch", "month", "topic", "q", "sort", "of"),
    ),
    # one line an address
)


def page_at(path: str) -> tuple[Page, dict[str, str]] | None:
    """The page that answers at `path` and its variable parts; exact paths come before variable ones."""
    for page in sorted(PAGES, key=lambda page: "<" in page.path):
        parts = page.match(path)
        if parts is not None:
            return page, parts
    return None
