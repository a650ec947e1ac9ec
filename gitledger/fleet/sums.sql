-- What the engines are asked: sums over windows in one pass, one line for each repository, provider, meter,
-- unit, rule of counting, group and reason for being left out. Written in what DuckDB and Spark both read: no
-- quotes, no functions but SUM, COUNT, MIN, MAX, MOD and GREATEST, no join, decimals only. What is put in:
-- :group is a column or an expression, :floor the first day of what is asked (a neighbour before it makes no
-- pair), :since and :until days, :chain m_ where windows are parted by methodology, else nothing. f_ are sums
-- of features, l_ and m_ of what lasts of them, at least and at most.

-- name: sums
SELECT
  repo, provider, meter, unit, rule, :group AS part, why,
  MIN(plan) AS plan,
  MAX(plan) AS dearest,
  COUNT(*) AS windows,
  COUNT(y) AS n,
  SUM(x) AS f_x,
  SUM(y) AS f_y,
  SUM(x * x) AS f_xx,
  SUM(x * y) AS f_xy,
  SUM(y * y) AS f_yy,
  SUM(CASE WHEN :chainprev1_day >= :floor THEN x * :chainprev1_x END) AS f_xx1,
  SUM(CASE WHEN :chainprev1_day >= :floor THEN x * :chainprev1_y + y * :chainprev1_x END) AS f_xy1,
  SUM(CASE WHEN :chainprev1_day >= :floor THEN y * :chainprev1_y END) AS f_yy1,
  SUM(CASE WHEN :chainprev2_day >= :floor THEN x * :chainprev2_x END) AS f_xx2,
  SUM(CASE WHEN :chainprev2_day >= :floor THEN x * :chainprev2_y + y * :chainprev2_x END) AS f_xy2,
  SUM(CASE WHEN :chainprev2_day >= :floor THEN y * :chainprev2_y END) AS f_yy2,
  SUM(CASE WHEN :chainprev3_day >= :floor THEN x * :chainprev3_x END) AS f_xx3,
  SUM(CASE WHEN :chainprev3_day >= :floor THEN x * :chainprev3_y + y * :chainprev3_x END) AS f_xy3,
  SUM(CASE WHEN :chainprev3_day >= :floor THEN y * :chainprev3_y END) AS f_yy3,
  SUM(steps) AS f_steps,
  SUM(CASE WHEN :chainprev_chain_day >= :floor THEN :chainprev_chain_steps END) AS f_cancelled,
  COUNT(lasting_y) AS l_n,
  SUM(lasting_x) AS l_x,
  SUM(lasting_y) AS l_y,
  SUM(lasting_x * lasting_x) AS l_xx,
  SUM(lasting_x * lasting_y) AS l_xy,
  SUM(lasting_y * lasting_y) AS l_yy,
  SUM(CASE WHEN :chainlasting_prev1_day >= :floor
    THEN lasting_x * :chainlasting_prev1_x END) AS l_xx1,
  SUM(CASE WHEN :chainlasting_prev1_day >= :floor
    THEN lasting_x * :chainlasting_prev1_y + lasting_y * :chainlasting_prev1_x END) AS l_xy1,
  SUM(CASE WHEN :chainlasting_prev1_day >= :floor
    THEN lasting_y * :chainlasting_prev1_y END) AS l_yy1,
  SUM(CASE WHEN :chainlasting_prev2_day >= :floor
    THEN lasting_x * :chainlasting_prev2_x END) AS l_xx2,
  SUM(CASE WHEN :chainlasting_prev2_day >= :floor
    THEN lasting_x * :chainlasting_prev2_y + lasting_y * :chainlasting_prev2_x END) AS l_xy2,
  SUM(CASE WHEN :chainlasting_prev2_day >= :floor
    THEN lasting_y * :chainlasting_prev2_y END) AS l_yy2,
  SUM(CASE WHEN :chainlasting_prev3_day >= :floor
    THEN lasting_x * :chainlasting_prev3_x END) AS l_xx3,
  SUM(CASE WHEN :chainlasting_prev3_day >= :floor
    THEN lasting_x * :chainlasting_prev3_y + lasting_y * :chainlasting_prev3_x END) AS l_xy3,
  SUM(CASE WHEN :chainlasting_prev3_day >= :floor
    THEN lasting_y * :chainlasting_prev3_y END) AS l_yy3,
  SUM(lasting_most_x) AS m_x,
  SUM(lasting_most_x * lasting_most_x) AS m_xx,
  SUM(lasting_most_x * lasting_y) AS m_xy,
  SUM(CASE WHEN :chainlasting_prev1_day >= :floor
    THEN lasting_most_x * :chainlasting_prev1_most_x END) AS m_xx1,
  SUM(CASE WHEN :chainlasting_prev1_day >= :floor
    THEN lasting_most_x * :chainlasting_prev1_y + lasting_y * :chainlasting_prev1_most_x END) AS m_xy1,
  SUM(CASE WHEN :chainlasting_prev2_day >= :floor
    THEN lasting_most_x * :chainlasting_prev2_most_x END) AS m_xx2,
  SUM(CASE WHEN :chainlasting_prev2_day >= :floor
    THEN lasting_most_x * :chainlasting_prev2_y + lasting_y * :chainlasting_prev2_most_x END) AS m_xy2,
  SUM(CASE WHEN :chainlasting_prev3_day >= :floor
    THEN lasting_most_x * :chainlasting_prev3_most_x END) AS m_xx3,
  SUM(CASE WHEN :chainlasting_prev3_day >= :floor
    THEN lasting_most_x * :chainlasting_prev3_y + lasting_y * :chainlasting_prev3_most_x END) AS m_xy3,
  SUM(lasting_squares) AS l_squares,
  SUM(lasting_most_squares) AS m_squares,
  SUM(CASE WHEN lasting_y IS NOT NULL THEN steps END) AS l_steps,
  SUM(CASE WHEN :chainlasting_prev_chain_day >= :floor
    THEN :chainlasting_prev_chain_steps END) AS l_cancelled
FROM outcomes
WHERE day BETWEEN :since AND :until
GROUP BY repo, provider, meter, unit, rule, :group, why;

-- The days that a table speaks of, those of the neighbours that its windows have among them.

-- name: days
SELECT
  repo,
  MIN(day) AS first_day,
  MAX(day) AS last_day,
  MIN(prev_chain_day) AS prev_day,
  MIN(lasting_prev_chain_day) AS lasting_prev_day,
  MIN(m_prev_chain_day) AS m_prev_day,
  MIN(m_lasting_prev_chain_day) AS m_lasting_prev_day
FROM outcomes
GROUP BY repo;
