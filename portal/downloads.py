"""GET /files/<id>: every report that leaves goes through here, and is looked up in the viewer's scope again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import flask

from portal.access import Ctx, Refusal
from portal.address_numbers import number_in
from store.reports import BRANCH, CREDIT, CUSTOMER, DOSSIER, MANAGEMENT, SEGMENT, paper

# What a viewer must hold to open a paper of each kind, whoever made it.
KIND_PERMISSIONS = {
    CUSTOMER: "customers.view", CREDIT: "customers.view", MANAGEMENT: "reports.management",
    SEGMENT: "reports.management", BRANCH: "reports.management", DOSSIER: "models.dossier",
}  # fmt: skip


def kinds_open_to(ctx: Ctx) -> tuple[str, ...]:
    """The kinds of paper the viewer may open at all."""
    return tuple(kind for kind, permission in KIND_PERMISSIONS.items() if ctx.may(permission))


def file(ctx: Ctx, report_id: str) -> Any:
    """The file, when it is in scope and still what was entered; the download is put on the trail."""
    number = number_in(report_id)
    if number is None:
        raise Refusal("reports.no_such_file")
    found = paper(ctx.connection, ctx.scope, kinds_open_to(ctx), number)
    whole = (ctx.settings.reports / found.path).resolve()
    if not whole.is_relative_to(ctx.settings.reports.resolve()) or not whole.is_file():
        raise Refusal("reports.file_gone", title=found.title)
    if _sha256(whole) != found.sha256:
        raise Refusal("reports.file_changed", title=found.title)
    ctx.audit(
        "report.download",
        "report",
        str(found.report_id),
        kind=found.kind,
        customer_id=found.customer_id,
        code=found.code,
    )
    return flask.send_file(
        whole, mimetype="application/pdf", as_attachment=flask.request.args.get("view") is None,
        download_name=found.file_name, max_age=0, conditional=False,
    )  # fmt: skip


def _sha256(whole: Path) -> str:
    with whole.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
