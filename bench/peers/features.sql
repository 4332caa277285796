-- What a person who knows the bank's files writes by hand: one row a customer from the same Parquet, the same windows.
-- A customer of whom neither a movement nor a balance is known has no flows, which is not zero.
-- $batch is the folder, $as_of a month-end, $since the month-end twelve months before. Money stays DECIMAL.
WITH owned AS (
  SELECT a.account_id, h.customer_id, p.family, a."limit" AS credit_limit,
    NOT (coalesce(a.closed_on <= DATE '$as_of', false) OR (a.status = 'closed' AND a.closed_on IS NULL)) AS open,
    p.family IN ('demand', 'time', 'settlement') AS cash,
    p.family IN ('wealth', 'fund', 'insurance') AS placed,
    p.family IN ('mortgage', 'consumer_loan', 'business_loan', 'credit_card') AS lent
  FROM read_parquet('$batch/accounts.parquet') AS a
  JOIN read_parquet('$batch/holders.parquet') AS h ON h.account_id = a.account_id AND h.role = 'owner'
  JOIN read_parquet('$batch/products.parquet') AS p ON p.product_id = a.product_id
  WHERE a.opened_on <= DATE '$as_of'
),
recent AS (
  SELECT account_id, amount, balance_after, kind, channel, category, counterparty_account, booked_at,
    kind NOT IN ('interest', 'fee', 'penalty_interest') AS own,
    hour(booked_at) AS hour, booked_at <> date_trunc('day', booked_at) AS timed,
    12 * (year(DATE '$as_of') - year(booked_at)) + month(DATE '$as_of') - month(booked_at) AS bucket
  FROM read_parquet('$batch/transactions.parquet')
  WHERE booked_at < DATE '$as_of' + INTERVAL 1 DAY AND booked_at >= DATE '$since' + INTERVAL 1 DAY
),
moved AS (
  SELECT account_id,
    $account_flows,
    $account_channels,
    $account_categories,
    count(*) FILTER (own AND timed) AS timed,
    count(*) FILTER (own AND timed AND (hour >= 22 OR hour < 6)) AS night,
    count(*) FILTER (own AND timed AND dayofweek(booked_at) IN (0, 6)) AS weekend,
    bit_or(1 << bucket::INTEGER) FILTER (own) AS months_mask,
    max(booked_at) FILTER (own) AS last_on,
    -sum(amount) FILTER (kind = 'penalty_interest') AS penalty_interest_12m,
    min(balance_after) FILTER (bucket < 3) AS lowest_3m
  FROM recent GROUP BY account_id
),
flows AS (
  SELECT o.customer_id,
    $customer_flows,
    $customer_channels,
    $customer_categories,
    sum(timed) AS timed, sum(night) AS night, sum(weekend) AS weekend,
    coalesce(bit_count(bit_or(months_mask)), 0) AS active_months_12m, bool_or(m.account_id IS NOT NULL) AS any_moved,
    DATE '$as_of' - max(last_on)::DATE AS days_since_last,
    coalesce(sum(penalty_interest_12m), 0) AS penalty_interest_12m
  FROM owned AS o LEFT JOIN moved AS m ON m.account_id = o.account_id GROUP BY o.customer_id
),
counts AS (
  SELECT customer_id, $family_counts, count(DISTINCT family) FILTER (open) AS products_held FROM owned GROUP BY customer_id
),
ends AS (
  SELECT account_id, balance, coalesce(average_balance, balance) AS average,
    12 * (year(DATE '$as_of') - year(as_of)) + month(DATE '$as_of') - month(as_of) AS bucket
  FROM read_parquet('$batch/balances.parquet') WHERE as_of <= DATE '$as_of' AND as_of >= DATE '$since'
),
held AS (
  SELECT o.customer_id,
    max(bucket) FILTER (cash OR placed) AS first_seen,
    coalesce(sum(balance) FILTER (cash AND bucket = 0), 0) AS deposits,
    coalesce(sum(balance) FILTER (placed AND bucket = 0), 0) AS investments,
    coalesce(sum(average) FILTER (cash AND bucket < 3), 0) AS deposits_3m,
    coalesce(sum(average) FILTER (cash AND bucket < 12), 0) AS deposits_12m,
    coalesce(sum(balance) FILTER ((cash OR placed) AND bucket < 3), 0) AS aum_3m,
    coalesce(sum(balance) FILTER ((cash OR placed) AND bucket < 12), 0) AS aum_12m
  FROM ends AS e JOIN owned AS o ON o.account_id = e.account_id GROUP BY o.customer_id
),
lowest AS (
  SELECT o.customer_id, min(least(m.lowest_3m, e.low)) AS min_balance_3m
  FROM owned AS o LEFT JOIN moved AS m ON m.account_id = o.account_id
  LEFT JOIN (SELECT account_id, min(balance) AS low FROM ends WHERE bucket <= 3 GROUP BY account_id) AS e
    ON e.account_id = o.account_id
  WHERE o.open AND o.cash GROUP BY o.customer_id
),
owing AS (
  SELECT account_id, arg_max(outstanding, as_of) AS outstanding, arg_max(overdue_amount, as_of) AS overdue_amount,
    arg_max(days_past_due, as_of) AS days_past_due, max(days_past_due) AS worst
  FROM read_parquet('$batch/loan_status.parquet') WHERE as_of <= DATE '$as_of' AND as_of > DATE '$since'
  GROUP BY account_id
),
debts AS (
  SELECT o.customer_id,
    coalesce(sum(owed) FILTER (open AND lent), 0) AS loans,
    sum(overdue_amount) FILTER (open AND lent) AS overdue_amount, max(days_past_due) FILTER (open) AS days_past_due,
    max(worst) AS worst_days_past_due_12m, sum(credit_limit) FILTER (open AND lent AND credit_limit > 0) AS credit_limit,
    sum(owed) FILTER (open AND lent AND credit_limit > 0) AS credit_used
  FROM (
    SELECT o.*, s.* EXCLUDE (account_id),
      coalesce(s.outstanding, CASE WHEN o.family = 'credit_card' THEN greatest(-e.balance, 0) END) AS owed
    FROM owned AS o LEFT JOIN owing AS s ON s.account_id = o.account_id
    LEFT JOIN (SELECT account_id, balance FROM ends WHERE bucket = 0) AS e ON e.account_id = o.account_id
  ) AS o GROUP BY o.customer_id
),
came AS (
  SELECT o.customer_id, bucket,
    CASE WHEN kind IN ('salary', 'pension') THEN kind ELSE coalesce(counterparty_account, kind) END AS source,
    sum(amount) AS amount
  FROM recent AS r JOIN owned AS o ON o.account_id = r.account_id AND o.cash
  WHERE bucket < 4 AND amount > 0
    AND kind NOT IN ('loan_disbursement', 'redemption', 'interest', 'fee', 'penalty_interest')
  GROUP BY ALL
),
sources AS (
  SELECT customer_id, source, max(middle) AS middle,
    count(*) FILTER (amount::DOUBLE >= middle * 0.85
      AND (source IN ('salary', 'pension') OR amount::DOUBLE <= middle * 1.15)) AS months
  FROM (SELECT *, (median(amount) OVER (PARTITION BY customer_id, source))::DOUBLE AS middle FROM came)
  GROUP BY customer_id, source
),
income AS (
  SELECT customer_id, coalesce(sum(middle::DECIMAL(18, 2)) FILTER (months >= 3), 0) AS regular_income,
    max(months) AS regular_income_months
  FROM sources GROUP BY customer_id
)
SELECT c.customer_id, c.kind, c.branch_id, c.manager_id, c.gender,
  $out_flows,
  $out_channels,
  $out_categories,
  f.night / nullif(f.timed, 0)::DOUBLE AS night_share, f.weekend / nullif(f.timed, 0)::DOUBLE AS weekend_share,
  CASE WHEN f.any_moved OR h.first_seen IS NOT NULL THEN f.active_months_12m END AS active_months_12m, f.days_since_last,
  CASE WHEN f.any_moved OR h.first_seen IS NOT NULL THEN f.penalty_interest_12m::DOUBLE END AS penalty_interest_12m,
  $out_families, coalesce(k.products_held, 0) AS products_held,
  h.deposits::DOUBLE AS deposits, h.investments::DOUBLE AS investments, (h.deposits + h.investments)::DOUBLE AS aum,
  $out_averages,
  l.min_balance_3m::DOUBLE AS min_balance_3m, d.loans::DOUBLE AS loans, d.overdue_amount::DOUBLE AS overdue_amount,
  d.days_past_due, d.worst_days_past_due_12m, d.credit_limit::DOUBLE AS credit_limit, d.credit_used::DOUBLE AS credit_used,
  CASE WHEN h.first_seen IS NOT NULL THEN coalesce(i.regular_income, 0) ELSE i.regular_income END::DOUBLE AS regular_income,
  i.regular_income_months
FROM read_parquet('$batch/customers.parquet') AS c
LEFT JOIN flows AS f ON f.customer_id = c.customer_id
LEFT JOIN counts AS k ON k.customer_id = c.customer_id
LEFT JOIN held AS h ON h.customer_id = c.customer_id AND h.first_seen IS NOT NULL
LEFT JOIN lowest AS l ON l.customer_id = c.customer_id
LEFT JOIN debts AS d ON d.customer_id = c.customer_id
LEFT JOIN income AS i ON i.customer_id = c.customer_id
WHERE c.opened_on IS NULL OR c.opened_on <= DATE '$as_of'
ORDER BY c.customer_id
