"""Who may do what: `page.verb` grants bundled into roles. No grant, no page, callback, file or job.

A user may hold several roles; the grants add up. Which rows a grant reaches is scope, another matter (store/scope.py).
"""

from __future__ import annotations

from collections.abc import Iterable

ROLES: dict[str, frozenset[str]] = {
    "executive": frozenset(
        {
            "home.view", "overview.view", "overview.export", "contribution.view", "contribution.export",
            "behaviour.view", "behaviour.export", "segments.view", "segments.export", "segments.name", "parameters.view",
            "portfolio.view", "portfolio.export",
            "features.view", "features.export", "customers.search", "customers.view", "ratings.view", "ratings.export",
            "models.view", "monitoring.view", "monitoring.export", "reports.view", "reports.management", "account.self",
        }
    ),
    "branch_staff": frozenset(
        {
            "home.view", "customers.search", "customers.view", "customers.names", "customers.export",
            "behaviour.view", "behaviour.export", "ratings.view", "ratings.export", "ratings.alerts",
            "ratings.override", "overrides.view", "reports.view", "reports.customer", "reports.credit", "account.self",
        }
    ),
    "administrator": frozenset(
        {
            "home.view", "jobs.view", "jobs.submit", "jobs.cancel", "schedules.view", "schedules.edit", "runs.view", "runs.publish",
            "deliveries.view", "deliveries.upload", "deliveries.roll_back", "deliveries.rejects",
            "users.view", "users.edit", "parameters.view", "parameters.propose", "parameters.approve", "account.self",
        }
    ),
    "risk_officer": frozenset(
        {
            "home.view", "overview.view", "customers.search", "customers.view", "customers.names",
            "portfolio.view", "portfolio.export",
            "segments.view", "segments.export", "segments.name", "features.view", "features.export", "runs.view",
            "runs.publish", "ratings.view", "ratings.export", "ratings.alerts", "ratings.override", "ratings.sign", "overrides.view",
            "development.view", "development.edit", "parameters.view",
            "models.view", "models.validate", "models.approve", "models.retire", "models.assign", "models.compare",
            "models.answer", "models.dossier", "monitoring.view", "monitoring.export",
            "reports.view", "reports.credit", "account.self",
        }
    ),
    "auditor": frozenset(
        {
            "home.view", "portfolio.view", "portfolio.export", "ratings.view", "ratings.export", "overrides.view", "models.view",
            "models.dossier", "monitoring.view", "monitoring.export", "development.view", "runs.view", "parameters.view",
            "audit.view", "reports.view", "account.self",
        }
    ),
}  # fmt: skip

ROLE_WORDS: dict[str, tuple[str, str]] = {
    "executive": ("管理层", "Executive"),
    "branch_staff": ("客户经理", "Branch staff"),
    "administrator": ("管理员", "Administrator"),
    "risk_officer": ("风险经理", "Risk officer"),
    "auditor": ("审计员", "Auditor"),
}

# Granted one by one on top of a role: unmasked names for an executive.
EXTRA_GRANTS = frozenset({"customers.names"})
ALL_GRANTS = frozenset().union(*ROLES.values(), EXTRA_GRANTS)


def grants_of(roles: Iterable[str], extra: Iterable[str] = ()) -> frozenset[str]:
    """All grants of these roles and single grants. ValueError names a role or grant that does not exist."""
    roles, extra = tuple(roles), tuple(extra)
    unknown = [r for r in roles if r not in ROLES] + [g for g in extra if g not in EXTRA_GRANTS]
    if unknown:
        raise ValueError(f"no such role or grant: {', '.join(unknown)}; roles are {', '.join(ROLES)}")
    return frozenset(extra).union(*(ROLES[role] for role in roles))
