"""The command that explains a customer's rating as JSON: for programs, and so for operators only; it is on the trail."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import click

from console.place import in_sentences, opened
from domain.credit.explanation import told_of, with_override
from store import audit, customers, overrides
from store.database import writing
from store.picture import current
from store.scope import whole_bank


@click.command()
@click.argument("customer_id")
@in_sentences
def rating(customer_id: str) -> None:
    """Explain the published rating of CUSTOMER_ID as JSON.

    Points by characteristic with the customer's own figures, average and best, four reasons in both languages, what would
    move one grade, and the override in force. It knows no scope; every asking is on the audit trail.
    """
    with opened() as place, writing(place.engine) as connection:
        one, shown = customers.customer(connection, whole_bank(connection), customer_id), current(connection)
        if one is None or shown is None or one.grade is None:
            raise click.ClickException(f"Customer {customer_id} is not in the published rating; look at ./guanxi runs.")
        today = place.now().astimezone(ZoneInfo(place.settings.time_zone)).date()
        kept, why = one.rating_points or {}, one.rating_reasons or {}
        told = told_of(
            grade=one.grade, score=one.score, pd_=one.pd, base=int(kept.get("base") or 0), points=kept.get("points") or [],
            values=kept.get("values") or [], reasons=why.get("reasons") or [], next_grade=why.get("next_grade"),
        )  # fmt: skip
        held = overrides.in_force(connection, [customer_id], today).get(customer_id)
        whole = with_override(told, held, overrides.ladder(connection))
        version = shown.versions.get("credit")
        audit.write(connection, place.now(), place.by, "rating.explain", "customer", customer_id, {"version": version})
    about = {"customer_id": customer_id, "rating": version, "as_of": shown.as_of.isoformat()}
    click.echo(json.dumps({**about, **whole}, ensure_ascii=False, indent=2))
