-- What a person who knows the formulas writes by hand: every account's month, from the same Parquet, in one question.
-- $batch is the folder, $ratings a Parquet of customer_id and pd in millionths, $month a month-end, $first its first day,
-- $before the month-end before; the bank's balances are of month-ends. Money in whole cents, divided and rounded as doubles.
WITH families(family, side, customer_rate, keeping, trail, pd_unrated, conversion, lgd_n, lgd_d, held_n, held_d, charge_n,
  charge_d) AS (VALUES $families),
collaterals(family, collateral, lgd_n, lgd_d, held_n, held_d, charge_n, charge_d) AS (VALUES $collaterals),
prices(family, above, up_to, price) AS (VALUES $prices),
exchange(currency, fx) AS (VALUES $exchange),
owned AS (
  SELECT a.account_id, h.customer_id, a.currency, coalesce(a.term_months, l.term_months) AS term,
    round(coalesce(l.rate, a.rate) * 1e6) AS rate, l.collateral, coalesce(a."limit", 0) * 100 AS credit, a.opened_on, a.closed_on,
    a.status = 'closed' AND a.closed_on IS NULL AS gone, r.pd, f.*
  FROM read_parquet('$batch/accounts.parquet') AS a
  JOIN read_parquet('$batch/products.parquet') AS p ON p.product_id = a.product_id
  JOIN families AS f ON f.family = p.family
  JOIN read_parquet('$batch/holders.parquet') AS h ON h.account_id = a.account_id AND h.role = 'owner'
  JOIN read_parquet('$batch/customers.parquet') AS c
    ON c.customer_id = h.customer_id AND (c.opened_on IS NULL OR c.opened_on <= DATE '$as_of')
  LEFT JOIN read_parquet('$batch/loans.parquet') AS l ON l.account_id = a.account_id
  LEFT JOIN read_parquet('$ratings') AS r ON r.customer_id = h.customer_id
  WHERE a.opened_on <= DATE '$month' AND (a.closed_on IS NULL OR a.closed_on >= DATE '$first')
),
ends AS (
  SELECT account_id, as_of AS month, balance * 100 AS balance, average_balance * 100 AS average
  FROM read_parquet('$batch/balances.parquet') WHERE as_of IN (DATE '$before', DATE '$month')
),
owing AS (
  SELECT account_id, as_of AS month, outstanding * 100 AS outstanding, days_past_due AS days
  FROM read_parquet('$batch/loan_status.parquet') WHERE as_of IN (DATE '$before', DATE '$month')
),
defaulted AS (
  SELECT DISTINCT customer_id FROM owned JOIN owing USING (account_id) WHERE month = DATE '$month' AND days >= 90
),
moved AS (
  SELECT account_id, $costs AS costs,
    coalesce(-sum(amount) FILTER (kind = 'fee'), 0) * 100 AS fees,
    coalesce(-sum(amount) FILTER (kind = 'penalty_interest'), 0) * 100 AS penalties,
    coalesce(-sum(amount) FILTER (kind = 'interest'), 0) * 100 AS interest
  FROM read_parquet('$batch/transactions.parquet')
  WHERE booked_at >= DATE '$first' AND booked_at < DATE '$month' + INTERVAL 1 DAY GROUP BY account_id
),
known AS (
  SELECT o.*, coalesce(m.costs, 0) AS costs, coalesce(m.fees, 0) AS booked,
    coalesce(m.penalties + if(o.family = 'credit_card', m.interest, 0), 0) AS charged, m.account_id IS NOT NULL AS moved,
    d.customer_id IS NOT NULL AS bad, CASE side WHEN 'loan' THEN -1 WHEN 'none' THEN 0 ELSE 1 END * e.average AS given,
    if(side = 'loan', coalesce(w.outstanding, -e.balance), e.balance) AS here,
    if(o.opened_on >= DATE '$first', 0, if(side = 'loan', coalesce(v.outstanding, -p.balance), p.balance)) AS there
  FROM owned AS o
  LEFT JOIN ends AS e ON e.account_id = o.account_id AND e.month = DATE '$month'
  LEFT JOIN ends AS p ON p.account_id = o.account_id AND p.month = DATE '$before'
  LEFT JOIN owing AS w ON w.account_id = o.account_id AND w.month = DATE '$month'
  LEFT JOIN owing AS v ON v.account_id = o.account_id AND v.month = DATE '$before'
  LEFT JOIN moved AS m ON m.account_id = o.account_id
  LEFT JOIN defaulted AS d ON d.customer_id = o.customer_id
),
averaged AS (
  SELECT *, CASE WHEN side = 'none' THEN 0 WHEN given IS NOT NULL THEN given
    WHEN there IS NOT NULL AND coalesce(here, if(closed_on <= DATE '$month', 0, NULL)) IS NOT NULL
      THEN round((there + coalesce(here, 0)) / 2) ELSE here END::DOUBLE AS balance FROM known
),
priced AS (
  SELECT a.* EXCLUDE (lgd_n, lgd_d, held_n, held_d, charge_n, charge_d), coalesce(a.balance, 0) AS b, fx,
    if(bad, 1000000, coalesce(pd, pd_unrated)) AS chance, coalesce(q.price, 0) AS price,
    coalesce(k.lgd_n, a.lgd_n) AS lgd_n, coalesce(k.lgd_d, a.lgd_d) AS lgd_d, coalesce(k.held_n, a.held_n) AS held_n,
    coalesce(k.held_d, a.held_d) AS held_d, coalesce(k.charge_n, a.charge_n) AS charge_n,
    coalesce(k.charge_d, a.charge_d) AS charge_d
  FROM averaged AS a
  LEFT JOIN collaterals AS k ON k.family = a.family AND k.collateral = a.collateral
  LEFT JOIN prices AS q ON q.family = a.family AND coalesce(a.term, 0) > q.above AND coalesce(a.term, 0) <= q.up_to
  LEFT JOIN exchange AS x ON x.currency = a.currency
  WHERE moved OR (balance IS NOT NULL AND NOT (gone AND side = 'none'))
),
sided AS (
  SELECT *, CASE side WHEN 'loan' THEN greatest(b, 0) WHEN 'deposit' THEN greatest(-b, 0) ELSE 0 END AS owed,
    CASE side WHEN 'loan' THEN greatest(b, 0) WHEN 'deposit' THEN b ELSE 0 END AS earning,
    CASE WHEN side = 'loan' THEN if(family = 'credit_card', 0, coalesce(rate, customer_rate)) - price
      WHEN b >= 0 THEN price - coalesce(rate, customer_rate) ELSE price END AS gap FROM priced
),
worked AS (
  SELECT customer_id, account_id, family,
    if(balance IS NULL, NULL, round((earning * gap + charged::DOUBLE * 12e6) * fx / 12e6)) AS margin,
    round((b * trail + booked::DOUBLE * 12e6) * fx / 12e6) AS fees,
    if(balance IS NULL, NULL, round(
      round(if(conversion = 0, owed, owed + greatest(credit::DOUBLE - owed, 0) * conversion / 1000))
      * chance * lgd_n * fx / (12e6 * lgd_d))) AS expected_loss,
    round((12 * costs + keeping) / 1200) AS operating_cost,
    if(balance IS NULL, NULL, round(owed * charge_n * fx / (12.0::DOUBLE * charge_d))) AS capital_cost,
    if(balance IS NULL, NULL, round(owed * held_n * fx / held_d)) AS capital
  FROM sided
)
SELECT *, coalesce(margin, 0) + coalesce(fees, 0) - coalesce(expected_loss, 0) - operating_cost - coalesce(capital_cost, 0)
  AS contribution
FROM worked ORDER BY customer_id, account_id
