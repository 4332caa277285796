"""What a bank knew of a customer on the day a loan was asked for: one row a loan, strictly before its grant.

Each loan is looked at on its own date, so one query joins the loans to the movements of the account that pays them and
keeps `booked_at < granted_on`: not even a movement of the day of the grant is read. Columns that mean the same as a
feature of the catalogue with as_of = the day before the grant carry its name.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from domain.canonical import BANK_MADE_KINDS
from domain.credit.validated import Leaks

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

_BANK_MADE = ", ".join(f"'{kind}'" for kind in BANK_MADE_KINDS)

# A day's end balance is the running sum of the day's movements on the opening balance: the order within a day, which a
# source need not give, cannot change it. The opening is read off days with a single movement; without any it is zero.
SQL = f"""
WITH asked AS (
    SELECT l.account_id, l.paying_account_id, CAST(l.granted_on AS DATE) AS granted_on,
           CAST(l.principal AS DOUBLE) AS principal, l.term_months, CAST(l.instalment AS DOUBLE) AS instalment, l.outcome
    FROM loans l WHERE l.paying_account_id IS NOT NULL
), known AS (
    SELECT a.account_id, a.granted_on, CAST(t.booked_at AS DATE) AS day, CAST(t.amount AS DOUBLE) AS amount,
           CAST(t.balance_after AS DOUBLE) AS balance_after, t.kind, t.category,
           t.kind IN ({_BANK_MADE}) AS bank_made,
           t.booked_at >= a.granted_on - INTERVAL 3 MONTH AS recent,
           t.booked_at >= a.granted_on - INTERVAL 12 MONTH AS in_year
    FROM asked a JOIN transactions t ON t.account_id = a.paying_account_id AND t.booked_at < a.granted_on
), days AS (
    SELECT account_id, granted_on, day, sum(amount) AS moved, count(*) AS n, max(balance_after) AS told
    FROM known GROUP BY ALL
), running AS (
    SELECT *, sum(moved) OVER past AS total, lead(day, 1, granted_on) OVER past AS until
    FROM days WINDOW past AS (PARTITION BY account_id ORDER BY day)
), opening AS (
    SELECT account_id, coalesce(median(CASE WHEN n = 1 THEN told - total END), 0) AS opened FROM running GROUP BY ALL
), spans AS (
    SELECT r.account_id, r.granted_on, r.day, round(total + opened, 2) AS balance,
           date_diff('day', greatest(r.day, CAST(r.granted_on - INTERVAL 12 MONTH AS DATE)), r.until) AS length,
           date_diff('day', greatest(r.day, CAST(r.granted_on - INTERVAL 3 MONTH AS DATE)), r.until) AS recent_length
    FROM running r JOIN opening o USING (account_id)
), balance AS (
    SELECT account_id,
           sum(balance * length) FILTER (length > 0) / nullif(sum(length) FILTER (length > 0), 0) AS balance_mean,
           min(balance) FILTER (length > 0) AS balance_min,
           arg_max(balance, day) AS balance_last,
           coalesce(stddev_pop(balance) FILTER (length > 0), 0) AS balance_spread,
           coalesce(sum(length) FILTER (length > 0 AND balance < 0), 0) AS days_below_zero_12m,
           min(balance) FILTER (recent_length > 0) AS min_balance_3m,
           sum(balance * recent_length) FILTER (recent_length > 0)
               / nullif(sum(recent_length) FILTER (recent_length > 0), 0) AS deposits_avg_3m,
           greatest(date_diff('day', min(day), any_value(granted_on)), 1) / 30.4375 AS history_months
    FROM spans GROUP BY ALL
), flow AS (
    SELECT account_id,
           coalesce(sum(amount) FILTER (in_year AND amount > 0 AND NOT bank_made), 0) AS inflow_12m,
           coalesce(-sum(amount) FILTER (in_year AND amount < 0 AND NOT bank_made), 0) AS outflow_12m,
           coalesce(-sum(amount) FILTER (in_year AND kind = 'withdrawal'), 0) AS cash_out,
           coalesce(-sum(amount) FILTER (in_year AND category = 'household' AND amount < 0), 0) AS household,
           coalesce(-sum(amount) FILTER (in_year AND kind = 'penalty_interest'), 0) AS penalty_interest_12m,
           count(*) FILTER (in_year AND NOT bank_made) AS movements_12m,
           coalesce(sum(amount) FILTER (recent AND amount > 0 AND NOT bank_made), 0) AS inflow_3m,
           coalesce(-sum(amount) FILTER (recent AND amount < 0 AND NOT bank_made), 0) AS outflow_3m,
           count(*) FILTER (recent AND NOT bank_made) AS movements_3m
    FROM known GROUP BY ALL
), owner AS (
    SELECT account_id, min(customer_id) AS customer_id FROM holders WHERE role = 'owner' GROUP BY ALL
)
SELECT a.account_id, o.customer_id, a.granted_on, a.outcome,
       a.principal AS loan_principal, CAST(a.term_months AS DOUBLE) AS loan_term_months, a.instalment AS loan_instalment,
       b.* EXCLUDE (account_id),
       f.* EXCLUDE (account_id, cash_out, household),
       f.cash_out / nullif(f.outflow_12m, 0) AS cash_share,
       f.household / least(b.history_months, 12) AS household_monthly,
       f.inflow_12m / least(b.history_months, 12) AS inflow_monthly,
       f.outflow_12m / least(b.history_months, 12) AS outflow_monthly,
       f.movements_12m / least(b.history_months, 12) AS movements_monthly,
       a.instalment * least(b.history_months, 12) / nullif(f.inflow_12m, 0) AS instalment_to_income,
       CASE WHEN b.balance_mean > 0 THEN a.principal / b.balance_mean END AS principal_to_balance,
       CAST(g.average_salary AS DOUBLE) AS region_average_salary, g.unemployment_rate AS region_unemployment
FROM asked a
JOIN balance b USING (account_id) JOIN flow f USING (account_id)
LEFT JOIN owner o ON o.account_id = a.paying_account_id
LEFT JOIN accounts c ON c.account_id = a.paying_account_id
LEFT JOIN regions g ON g.region_id = c.branch_id
ORDER BY a.account_id
"""


def application_features(connection: DuckDBPyConnection) -> pd.DataFrame:
    """One row a loan whose paying account has a movement strictly before the grant, in order of the loan account.

    connection: DuckDB with the relations loans, transactions, accounts, holders and regions in canonical shape. Loans
    without such history are left out; they cannot be scored on behaviour. Columns: account_id (the loan), customer_id
    (owner of the paying account), granted_on, outcome (good, bad or None), then the characteristics: money in the
    bank's currency, months of 30.4375 days, windows of 12 and 3 months that end the day before the grant. A ratio whose
    base is zero or below is missing.
    """
    frame = connection.execute(SQL).df()
    numbers = _figures(frame)
    # The engine adds doubles in no fixed order: six decimals leave no trace of it in folds and hashes downstream.
    frame[numbers] = frame[numbers].astype("float64").round(6)
    return frame


def _figures(frame: pd.DataFrame) -> list[str]:
    return [c for c in frame.columns if c not in ("account_id", "customer_id", "granted_on", "outcome")]


# Everything on or after the newest grant of the account is another: so no loan of it that is looked at may read any of it.
_LATER = """
CREATE OR REPLACE TEMP TABLE newest AS
  SELECT paying_account_id AS account_id, max(CAST(granted_on AS DATE)) AS since FROM loans
  WHERE paying_account_id IS NOT NULL GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE changed AS
  SELECT t.* REPLACE (
    CASE WHEN n.since <= t.booked_at THEN t.amount * 7 - 12345 ELSE t.amount END AS amount,
    CASE WHEN n.since <= t.booked_at THEN -1 ELSE t.balance_after END AS balance_after,
    CASE WHEN n.since <= t.booked_at THEN 'penalty_interest' ELSE t.kind END AS kind)
  FROM transactions t JOIN newest n USING (account_id)"""


def leak_test(connection: DuckDBPyConnection) -> Leaks:
    """Work the figures out anew after changing every movement on or after the grant and turning every outcome round.

    connection: as of `application_features`; tables of its own are left in it. Of an account that pays several loans the
    newest is looked at, as what comes after an earlier grant may come before a later one.
    """
    connection.execute(_LATER)
    (movements,) = connection.execute(
        "SELECT count(*) FROM transactions t JOIN newest n USING (account_id) WHERE t.booked_at >= n.since"
    ).fetchone() or (0,)
    keys = "account_id NOT IN (SELECT l.account_id FROM loans l JOIN newest n ON n.account_id = l.paying_account_id"
    keys += " WHERE CAST(l.granted_on AS DATE) < n.since)"
    turned = "CASE outcome WHEN 'good' THEN 'bad' WHEN 'bad' THEN 'good' END"
    before = connection.execute(f"SELECT * FROM ({SQL}) WHERE {keys} ORDER BY account_id").df()
    text = SQL.replace("FROM loans l", f"FROM (SELECT * REPLACE ({turned} AS outcome) FROM loans) l")
    text = text.replace("JOIN transactions t", "JOIN changed t")
    after = connection.execute(f"SELECT * FROM ({text}) WHERE {keys} ORDER BY account_id").df()
    names = _figures(before)
    if before["account_id"].tolist() != after["account_id"].tolist():
        return Leaks(int(movements), len(before), len(names), len(before) * len(names))
    one, other = (frame[names].astype("float64").round(6) for frame in (before, after))
    differ = int(((one != other) & ~(one.isna() & other.isna())).to_numpy().sum())
    return Leaks(int(movements), len(before), len(names), differ)


def loans_asked(connection: DuckDBPyConnection, as_of: date) -> tuple[int, int]:
    """Loans granted by a day, whether or not anything was known of the customer before; and how many of them turned bad."""
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (outcome = 'bad') FROM loans WHERE CAST(granted_on AS DATE) <= ?", [as_of]
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
