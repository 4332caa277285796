"""Every table of the store, in one metadata: what Alembic migrates and the queries read."""

from __future__ import annotations

from store.tables.contribution import contribution_months, parameter_versions, run_contributions
from store.tables.developments import clearances, development_drafts, developments
from store.tables.feature_profiles import feature_profiles
from store.tables.jobs import chain_steps, chains, job_log, job_runs, schedules
from store.tables.ledger import batch_files, batches
from store.tables.metadata import metadata
from store.tables.models import credit_model_events, credit_models
from store.tables.monitoring import scorecard_months
from store.tables.overrides import rating_overrides
from store.tables.people import (
    audit_head,
    audit_log,
    saved_views,
    sessions,
    settings,
    unknown_sign_ins,
    user_grants,
    user_roles,
    user_scopes,
    users,
)
from store.tables.picture import (
    accounts,
    branch_months,
    branches,
    cards,
    customer_features,
    customer_habits,
    customer_months,
    customer_terms,
    customers,
    loans,
    pictures,
    products,
    staff,
)  # fmt: skip
from store.tables.rating_changes import (
    card_notices_seen,
    rating_alerts_seen,
    rating_changes,
    rating_comparisons,
    warning_flags,
    warning_measures,
)
from store.tables.reports import reports
from store.tables.runs import publications, run_attrition, run_next_products, run_ratings, run_segments, runs
from store.tables.segments import segment_names
from store.tables.undertakings import dossier_findings, undertakings

__all__ = [
    "accounts", "audit_head", "audit_log", "batch_files", "batches", "branch_months", "branches",
    "card_notices_seen", "cards", "chain_steps", "chains",
    "clearances", "contribution_months", "credit_model_events", "credit_models",
    "customer_features", "customer_habits", "customer_months", "customer_terms", "customers",
    "development_drafts", "developments", "dossier_findings", "feature_profiles",
    "job_log", "job_runs", "loans",
    "metadata", "parameter_versions", "pictures", "products", "publications",
    "rating_alerts_seen", "rating_changes", "rating_comparisons", "rating_overrides",
    "reports", "run_attrition", "run_contributions",
    "run_next_products", "run_ratings", "run_segments", "runs", "saved_views", "schedules", "scorecard_months",
    "segment_names", "sessions", "settings",
    "staff", "undertakings", "unknown_sign_ins", "user_grants", "user_roles", "user_scopes", "users",
    "warning_flags", "warning_measures",
]  # fmt: skip
