"""What a customer brings and what may come of them, as the report on paper wants it: the published runs' own words."""

from __future__ import annotations

from collections.abc import Mapping

from domain.contribution.words import earlier_rating_words, survival_words
from domain.outlook import basis_of, leaving_of, no_offers, offers_of, why_not_looked_at
from domain.phrasing import choose
from domain.reports import CustomerValue, Offer, Outlook
from store.contributions import earlier_rating, of_customer, survival
from store.customers import Customer
from store.database import Connection
from store.runs import Run


def value_of(
    connection: Connection, customer: Customer, on_show: Mapping[str, Run], language: str
) -> tuple[CustomerValue | None, str | None]:
    """The customer in the published contribution, or None and why."""
    run = on_show.get("contribution")
    if run is None:
        return None, choose(language, "尚无已发布的贡献度。", "No contribution is published yet.")
    found = of_customer(connection, run.run_id, customer.customer_id)
    if found is None:
        return None, choose(
            language,
            f"该客户不在已发布的贡献度 {run.version} 之中：近12个月没有可计算的账户。",
            f"The customer is not in the published contribution {run.version}: no account of the last 12 months.",
        )
    used = survival(connection, run, customer.customer_id)
    value = CustomerValue(
        run.as_of, found.year, found.month, found.months, found.lifetime_value, found.unknown,
        rating_note(connection, run, language), None if used is None else survival_words(used, language),
    )  # fmt: skip
    return value, None


def rating_note(connection: Connection, run: Run, language: str) -> str | None:
    """That a contribution run's probabilities of default are of another rating than the one on show, as a sentence."""
    other = earlier_rating(connection, run)
    return None if other is None else earlier_rating_words(other.used, other.shown, language)


def outlook_of(customer: Customer, on_show: Mapping[str, Run], currency: str, language: str) -> Outlook | None:
    """Leaving and offers, each with why it is not there; None before either kind was published."""
    leaving, offering = on_show.get("attrition"), on_show.get("next_product")
    if leaving is None and offering is None:
        return None
    told, absent, none = None, None, None
    offers: tuple[Offer, ...] = ()
    if leaving is not None:
        told = leaving_of(
            customer.attrition, customer.aum_at_risk, customer.attrition_drivers, leaving.parameters, leaving.metrics,
            currency, language,
        )  # fmt: skip
        if told is None:
            last = customer.last_own_movement_on
            absent = why_not_looked_at(customer.aum, last, leaving.as_of, leaving.parameters, leaving.version, language)
    if offering is not None:
        offers = offers_of(customer.next_product, currency, language)
        none = None if offers else no_offers(offering.version, language)
    months = int((offering.parameters if offering else {}).get("horizon") or 3)
    basis = basis_of(offering.metrics, language) if offering else None
    return Outlook(told, absent, offers, none, months, basis)
