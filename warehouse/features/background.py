"""Who the customer is: age, tenure, income, and the published figures of the place."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from warehouse.engine import canonical_table
from warehouse.features.windows import as_of_day

DAYS_A_MONTH, DAYS_A_YEAR = 30.4375, 365.25


def background(customers: ir.Table) -> ir.Table:
    """customer_id and its background features; a person's age only, a region by branch number or by the branch's city."""
    branches, regions = canonical_table("branches"), canonical_table("regions")
    place = regions.select("region_id", "name", "average_salary", "unemployment_rate")
    by_id = place.drop("name").rename(salary_by_id="average_salary", rate_by_id="unemployment_rate")
    by_name = place.group_by("name").aggregate(
        salary_by_name=place.average_salary.max(), rate_by_name=place.unemployment_rate.max()
    )
    cities = branches.select("branch_id", branch_city=branches.city)
    who = customers.select(
        "customer_id", "branch_id", "kind", "birth_date", "opened_on", "annual_income", "annual_revenue"
    )
    who = who.left_join(cities, "branch_id").drop("branch_id_right")
    who = who.left_join(by_id, who.branch_id == by_id.region_id)
    who = who.left_join(by_name, who.branch_city == by_name.name)
    today = as_of_day()
    age = today.delta(who.birth_date, unit="day") / DAYS_A_YEAR
    return who.select(
        "customer_id",
        age_years=ibis.ifelse(who.kind == "personal", age, ibis.null("float64")),
        tenure_months=today.delta(who.opened_on, unit="day") / DAYS_A_MONTH,
        annual_income=who.annual_income,
        yearly_means=ibis.coalesce(who.annual_income, who.annual_revenue),  # what instalments are paid from
        region_average_salary=ibis.coalesce(who.salary_by_id, who.salary_by_name),
        region_unemployment=ibis.coalesce(who.rate_by_id, who.rate_by_name),
    )
