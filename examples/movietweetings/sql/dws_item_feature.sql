-- What is known of a film at the end of each day, from the acts of the last 30 days. A film without an act in 60 days
-- has no row (code "unseen"). The `item_half_…` columns are decayed counts, in ten-thousandths of what all films
-- together have, so that a busy weekend moves no film; the number is the half-life in days.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), acts AS (
    SELECT a.user_id, a.item_id, CAST(strptime(a.ds, '%Y%m%d') AS DATE) AS day, max(a.at) AS at,
           CAST(max(a.weight) AS DECIMAL(6, 4)) AS weight
    FROM   dwd_action a
    WHERE  a.ds BETWEEN '${from-59}' AND '${to}'
    GROUP  BY a.user_id, a.item_id, a.ds
), told AS ( -- alone = the only film of that user and day: one says "just saw it", many say "going through old ones"
    SELECT a.*, count(*) OVER (PARTITION BY a.user_id, a.day) = 1                               AS alone,
           row_number() OVER (PARTITION BY a.item_id ORDER BY a.day, a.at, a.user_id)           AS nth
    FROM   acts a
), daily AS (
    SELECT item_id, day, count(*) AS n, sum(weight) AS weight, count(*) FILTER (WHERE alone) AS alone, max(nth) AS last_nth
    FROM   told GROUP BY item_id, day
), spread AS (
    SELECT d.ds, d.day AS today, a.item_id, d.day - a.day AS ago, a.n, a.weight, a.alone, a.last_nth
    FROM   days d JOIN daily a ON a.day BETWEEN d.day - 59 AND d.day
), decay AS (
    SELECT ago,
           CAST(round(pow(0.5, ago / 0.5), 9) AS DECIMAL(12, 9)) AS half_05, CAST(round(pow(0.5, ago / 1.5), 9) AS DECIMAL(12, 9)) AS half_15,
           CAST(round(pow(0.5, ago / 4.0), 9) AS DECIMAL(12, 9)) AS half_4,  CAST(round(pow(0.5, ago / 10.0), 9) AS DECIMAL(12, 9)) AS half_10
    FROM   range(30) AS span(ago)
), numbers AS (
    SELECT s.ds, s.today, s.item_id, max(s.last_nth) AS last_nth,
           coalesce(sum(s.n) FILTER (WHERE s.ago < 1), 0)                AS n1,
           coalesce(sum(s.n) FILTER (WHERE s.ago < 7), 0)                AS n7,
           coalesce(sum(s.n) FILTER (WHERE s.ago BETWEEN 7 AND 13), 0)   AS n7_before,
           coalesce(sum(s.n) FILTER (WHERE s.ago < 30), 0)               AS n30,
           coalesce(sum(s.n) FILTER (WHERE s.ago = 6), 0)                AS n_week_ago,
           coalesce(sum(s.alone) FILTER (WHERE s.ago < 7), 0)            AS alone7,
           coalesce(sum(s.alone) FILTER (WHERE s.ago < 30), 0)           AS alone30,
           coalesce(sum(s.weight) FILTER (WHERE s.ago < 30), 0)          AS weight30,
           count(*) FILTER (WHERE s.ago < 30)                            AS days30,
           coalesce(sum(s.n * d.half_05), 0) AS half_05, coalesce(sum(s.n * d.half_15), 0) AS half_15,
           coalesce(sum(s.n * d.half_4), 0)  AS half_4,  coalesce(sum(s.n * d.half_10), 0) AS half_10
    FROM   spread s LEFT JOIN decay d ON d.ago = s.ago
    GROUP  BY s.ds, s.today, s.item_id
), placed AS (
    SELECT n.*,
           sum(half_05) OVER (PARTITION BY ds) AS all_05, sum(half_15) OVER (PARTITION BY ds) AS all_15,
           sum(half_4) OVER (PARTITION BY ds)  AS all_4,  sum(half_10) OVER (PARTITION BY ds) AS all_10,
           row_number() OVER (PARTITION BY ds ORDER BY half_15 DESC, item_id) AS hot_rank
    FROM   numbers n
), fans AS ( -- the last 200 users of the film
    SELECT n.ds, n.item_id, map_from_entries(list_sort(list((t.user_id, round(CAST(t.weight AS DOUBLE), 4))))) AS recent_users
    FROM   numbers n JOIN told t ON t.item_id = n.item_id AND t.day <= n.today AND t.day >= n.today - 59 AND t.nth <= n.last_nth AND t.nth > n.last_nth - 200
    GROUP  BY n.ds, n.item_id
), films AS (
    SELECT n.ds, n.item_id, i.tags, n.today - CAST(i.first_at AS DATE) AS age_days,
           CAST(substr(n.ds, 1, 4) AS INTEGER) - TRY_CAST(regexp_extract(i.title, '\((\d{4})\)', 1) AS INTEGER) AS years
    FROM   numbers n JOIN ods_item i ON i.item_id = n.item_id AND i.ds <= n.ds
    QUALIFY row_number() OVER (PARTITION BY n.ds, n.item_id ORDER BY i.ds DESC, i.first_at, i.title) = 1
)
SELECT n.item_id,
       n.n1                                                     AS item_acts_1d,
       n.n7                                                     AS item_acts_7d,
       n.n30                                                    AS item_acts_30d,
       n.n_week_ago                                             AS item_acts_week_ago,
       n.days30                                                 AS item_days,
       round(10000 * CAST(n.half_05 AS DOUBLE) / nullif(CAST(n.all_05 AS DOUBLE), 0), 3)  AS item_half_05,
       round(10000 * CAST(n.half_15 AS DOUBLE) / nullif(CAST(n.all_15 AS DOUBLE), 0), 3)  AS item_half_15,
       round(10000 * CAST(n.half_4 AS DOUBLE) / nullif(CAST(n.all_4 AS DOUBLE), 0), 3)    AS item_half_4,
       round(10000 * CAST(n.half_10 AS DOUBLE) / nullif(CAST(n.all_10 AS DOUBLE), 0), 3)  AS item_half_10,
       n.hot_rank                                               AS item_hot_rank,
       round((n.n1 + 1) / (n.n7 / 7.0 + 1), 4)                  AS item_trend_day,
       round((n.n7 + 2) / (n.n7_before + 2.0), 4)               AS item_trend_week,
       round((n.n7 + 2) / (n.n30 * 7 / 30.0 + 2), 4)            AS item_trend_month,
       round((n.alone7 + 1) / (n.n7 + 3.0), 4)                  AS item_alone_7d,
       round((n.alone30 + 1) / (n.n30 + 3.0), 4)                AS item_alone_30d,
       round(CAST(n.weight30 + 3.5 AS DOUBLE) / (n.n30 + 5), 4) AS item_mean_weight,
       f.age_days                                               AS item_age_days,
       f.years                                                  AS item_years,
       f.tags                                                   AS genres,
       map_from_entries(list_transform(f.tags, lambda genre: (genre, round(1 / sqrt(len(f.tags)), 4)))) AS genre_weights,
       map_from_entries([(CASE WHEN n.hot_rank <= 5 THEN '1' WHEN n.hot_rank <= 20 THEN '2' WHEN n.hot_rank <= 50 THEN '3'
                               WHEN n.hot_rank <= 100 THEN '4' WHEN n.hot_rank <= 200 THEN '5' WHEN n.hot_rank <= 500 THEN '6'
                               ELSE '7' END, CAST(1 AS DOUBLE))]) AS hot_band,
       map_from_entries([(CASE WHEN f.years IS NULL THEN '9' WHEN f.years <= 0 THEN '0' WHEN f.years <= 1 THEN '1' WHEN f.years <= 3 THEN '2'
                               WHEN f.years <= 8 THEN '3' WHEN f.years <= 15 THEN '4' WHEN f.years <= 30 THEN '5'
                               ELSE '6' END, CAST(1 AS DOUBLE))]) AS year_band,
       c.neighbours AS similar_items, u.recent_users, n.ds
FROM   placed n
LEFT JOIN films f ON f.ds = n.ds AND f.item_id = n.item_id
LEFT JOIN fans u ON u.ds = n.ds AND u.item_id = n.item_id
LEFT JOIN ads_item_cf c ON c.ds = n.ds AND c.item_id = n.item_id
ORDER  BY n.ds, n.item_id
