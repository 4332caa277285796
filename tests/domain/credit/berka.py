"""Berka's raw files as the canonical relations that the application features read; a mapping for tests only."""

from __future__ import annotations

from pathlib import Path

import duckdb

_OPTIONS = "delim=';', header=true, all_varchar=true, quote='\"'"
_DAY = "CAST(strptime('19' || substr({0}, 1, 6), '%Y%m%d') AS DATE)"


def canonical_relations(folder: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory with loans, transactions, accounts, holders and regions of the Berka bank."""
    connection = duckdb.connect()
    for name in ("account", "disp", "district", "loan", "trans"):
        connection.execute(f"CREATE TABLE raw_{name} AS FROM read_csv('{folder / name}.asc', {_OPTIONS})")
    connection.execute(f"CREATE TABLE raw_more AS FROM read_csv('{folder / 'trans_loan_accounts.csv'}', {_OPTIONS})")
    connection.execute(f"""
        CREATE TABLE transactions AS
        SELECT trans_id AS transaction_id, account_id, CAST({_DAY.format("date")} AS TIMESTAMP) AS booked_at,
               CASE WHEN type IN ('PRIJEM', 'credit') THEN 1 ELSE -1 END * CAST(amount AS DECIMAL(18, 2)) AS amount,
               CAST(balance AS DECIMAL(18, 2)) AS balance_after,
               CASE WHEN k_symbol IN ('UROK', 'interest credited') THEN 'interest'
                    WHEN k_symbol IN ('SLUZBY', 'payment for statement') THEN 'fee'
                    WHEN k_symbol LIKE 'SANKC%' OR k_symbol LIKE 'sanction%' THEN 'penalty_interest'
                    WHEN k_symbol = 'DUCHOD' THEN 'pension'
                    WHEN operation IN ('VKLAD', 'credit in cash') THEN 'deposit'
                    WHEN operation IN ('VYBER', 'withdrawal in cash') THEN 'withdrawal'
                    WHEN operation IN ('VYBER KARTOU', 'credit card withdrawal') THEN 'withdrawal'
                    WHEN type IN ('PRIJEM', 'credit') THEN 'transfer_in' ELSE 'transfer_out' END AS kind,
               CASE WHEN k_symbol IN ('SIPO', 'household') THEN 'household'
                    WHEN k_symbol IN ('POJISTNE', 'insurrance payment') THEN 'insurance'
                    WHEN k_symbol = 'UVER' THEN 'loan' END AS category
        FROM (FROM raw_trans UNION ALL FROM raw_more)""")
    connection.execute(f"""
        CREATE TABLE loans AS
        SELECT 'L' || loan_id AS account_id, account_id AS paying_account_id, {_DAY.format("date")} AS granted_on,
               CAST(amount AS DECIMAL(18, 2)) AS principal, CAST(duration AS INTEGER) AS term_months,
               CAST(payments AS DECIMAL(18, 2)) AS instalment,
               CASE WHEN status IN ('A', 'C') THEN 'good' ELSE 'bad' END AS outcome
        FROM raw_loan""")
    connection.execute("CREATE TABLE accounts AS SELECT account_id, district_id AS branch_id FROM raw_account")
    connection.execute("""
        CREATE TABLE holders AS
        SELECT account_id, client_id AS customer_id, CASE type WHEN 'OWNER' THEN 'owner' ELSE 'authorised' END AS role
        FROM raw_disp""")
    connection.execute("""
        CREATE TABLE regions AS
        SELECT A1 AS region_id, CAST(A11 AS DECIMAL(18, 2)) AS average_salary,
               TRY_CAST(A12 AS DOUBLE) / 100 AS unemployment_rate
        FROM raw_district""")
    return connection
