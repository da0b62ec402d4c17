-- What is known of a film at the end of each day, from the acts of the last 30 days. A film with fewer than two of them
-- has no row (code "unseen"), unless it came up within the last week. The `item_half_…` columns are decayed counts, in ten-thousandths of what all films
-- together have, so that a busy weekend moves no film; the number is the half-life in days.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), asked AS ( -- whom training asks the day after; of a day that is not here, everybody's snapshot is made
    SELECT strftime(CAST(strptime(ds, '%Y%m%d') AS DATE) - 1, '%Y%m%d') AS ds, unnest(users) AS user_id
    FROM   train_draw
    WHERE  ds BETWEEN '${from+1}' AND '${to}'
), matches AS ( -- who may match such a user; of the others no film's fan is asked for
    SELECT DISTINCT s.ds, unnest(map_keys(s.similar_users)) AS user_id
    FROM   ads_user_similar s
    WHERE  s.ds BETWEEN '${from}' AND '${to}' AND s.ds IN (SELECT ds FROM asked)
), acts AS (
    SELECT a.user_id, a.item_id, CAST(strptime(a.ds, '%Y%m%d') AS DATE) AS day, max(a.at) AS at,
           CAST(max(a.weight) AS DECIMAL(6, 4)) AS weight
    FROM   dwd_action a
    WHERE  a.ds BETWEEN '${from-29}' AND '${to}'
    GROUP  BY a.user_id, a.item_id, a.ds
), told AS ( -- alone = the only film of that user and day: one says "just saw it", many say "going through old ones"
    SELECT a.*, count(*) OVER (PARTITION BY a.user_id, a.day) = 1                               AS alone,
           row_number() OVER (PARTITION BY a.item_id ORDER BY a.day, a.at, a.user_id)           AS nth
    FROM   acts a
), daily AS (
    SELECT item_id, day, count(*) AS n, sum(weight) AS weight, count(*) FILTER (WHERE alone) AS alone, max(nth) AS last_nth
    FROM   told GROUP BY item_id, day
), decay AS ( -- in millionths, so that sums are whole numbers
    SELECT ago,
           CAST(round(1000000 * pow(0.5, ago / 0.5)) AS BIGINT) AS half_05, CAST(round(1000000 * pow(0.5, ago / 1.5)) AS BIGINT)  AS half_15,
           CAST(round(1000000 * pow(0.5, ago / 4.0)) AS BIGINT) AS half_4,  CAST(round(1000000 * pow(0.5, ago / 10.0)) AS BIGINT) AS half_10
    FROM   range(30) AS span(ago)
), numbers AS (
    SELECT d.ds, d.day AS today, a.item_id, max(a.last_nth) AS last_nth,
           coalesce(sum(a.n) FILTER (WHERE w.ago < 1), 0)                AS n1,
           coalesce(sum(a.n) FILTER (WHERE w.ago < 7), 0)                AS n7,
           coalesce(sum(a.n) FILTER (WHERE w.ago BETWEEN 7 AND 13), 0)   AS n7_before,
           coalesce(sum(a.n) FILTER (WHERE w.ago = 6), 0)                AS n_week_ago,
           sum(a.n)                                                      AS n30,
           coalesce(sum(a.alone) FILTER (WHERE w.ago < 7), 0)            AS alone7,
           sum(a.alone) AS alone30, sum(a.weight) AS weight30, count(*)  AS days30,
           sum(a.n * w.half_05) AS half_05, sum(a.n * w.half_15) AS half_15, sum(a.n * w.half_4) AS half_4, sum(a.n * w.half_10) AS half_10
    FROM   days d
    JOIN   daily a ON a.day BETWEEN d.day - 29 AND d.day
    JOIN   decay w ON w.ago = d.day - a.day
    GROUP  BY d.ds, d.day, a.item_id
), placed AS (
    SELECT n.*,
           sum(half_05) OVER (PARTITION BY ds) AS all_05, sum(half_15) OVER (PARTITION BY ds) AS all_15,
           sum(half_4) OVER (PARTITION BY ds)  AS all_4,  sum(half_10) OVER (PARTITION BY ds) AS all_10,
           row_number() OVER (PARTITION BY ds ORDER BY half_15 DESC, item_id) AS hot_rank
    FROM   numbers n
), known AS (
    SELECT p.*, i.tags, p.today - CAST(i.first_at AS DATE) AS age_days,
           CAST(substr(p.ds, 1, 4) AS INTEGER) - TRY_CAST(regexp_extract(i.title, '\((\d{4})\)', 1) AS INTEGER) AS years
    FROM   placed p LEFT JOIN ods_item i ON i.item_id = p.item_id AND i.ds <= p.ds
    WHERE  p.n30 >= 2 OR i.first_at >= p.today - 6
    QUALIFY row_number() OVER (PARTITION BY p.ds, p.item_id ORDER BY i.ds DESC, i.first_at, i.title) = 1
), fans AS ( -- the last 100 users of the film
    SELECT ds, item_id, map_from_entries(list_sort(list((user_id, liking)))) AS recent_users
    FROM (
        SELECT k.ds, k.item_id, t.user_id, max(CAST(t.weight AS DOUBLE)) AS liking
        FROM   known k JOIN told t ON t.item_id = k.item_id AND t.nth <= k.last_nth AND t.nth > k.last_nth - least(k.n30, 100)
        WHERE  k.ds NOT IN (SELECT ds FROM asked) OR EXISTS (SELECT 1 FROM matches m WHERE m.ds = k.ds AND m.user_id = t.user_id)
        GROUP  BY k.ds, k.item_id, t.user_id)
    GROUP  BY ds, item_id
)
SELECT k.item_id,
       CAST(k.n1 AS BIGINT)                                     AS item_acts_1d,
       CAST(k.n7 AS BIGINT)                                     AS item_acts_7d,
       CAST(k.n30 AS BIGINT)                                    AS item_acts_30d,
       CAST(k.n_week_ago AS BIGINT)                             AS item_acts_week_ago,
       k.days30                                                 AS item_days,
       round(10000 * CAST(k.half_05 AS DOUBLE) / nullif(CAST(k.all_05 AS DOUBLE), 0), 3)  AS item_half_05,
       round(10000 * CAST(k.half_15 AS DOUBLE) / nullif(CAST(k.all_15 AS DOUBLE), 0), 3)  AS item_half_15,
       round(10000 * CAST(k.half_4 AS DOUBLE) / nullif(CAST(k.all_4 AS DOUBLE), 0), 3)    AS item_half_4,
       round(10000 * CAST(k.half_10 AS DOUBLE) / nullif(CAST(k.all_10 AS DOUBLE), 0), 3)  AS item_half_10,
       k.hot_rank                                               AS item_hot_rank,
       round((k.n1 + 1) / (k.n7 / 7.0 + 1), 4)                  AS item_trend_day,
       round((k.n7 + 2) / (k.n7_before + 2.0), 4)               AS item_trend_week,
       round((k.n7 + 2) / (k.n30 * 7 / 30.0 + 2), 4)            AS item_trend_month,
       round((k.alone7 + 1) / (k.n7 + 3.0), 4)                  AS item_alone_7d,
       round((k.alone30 + 1) / (k.n30 + 3.0), 4)                AS item_alone_30d,
       round(CAST(k.weight30 + 3.5 AS DOUBLE) / (k.n30 + 5), 4) AS item_mean_weight,
       k.age_days                                               AS item_age_days,
       k.years                                                  AS item_years,
       k.tags                                                   AS genres,
       map_from_entries(list_transform(list_sort(list_distinct(k.tags)), lambda genre: (genre, round(1 / sqrt(len(k.tags)), 4)))) AS genre_weights,
       map([CASE WHEN k.years IS NULL THEN '9' WHEN k.years <= 0 THEN '0' WHEN k.years <= 1 THEN '1' WHEN k.years <= 3 THEN '2'
                 WHEN k.years <= 8 THEN '3' WHEN k.years <= 15 THEN '4' WHEN k.years <= 30 THEN '5'
                 ELSE '6' END], [CAST(1 AS DOUBLE)]) AS year_band,
       c.neighbours AS similar_items,
       coalesce(f.recent_users, map_from_entries(CAST([] AS STRUCT(k VARCHAR, v DOUBLE)[]))) AS recent_users, -- none asked for is not unknown
       k.ds
FROM   known k
LEFT JOIN fans f ON f.ds = k.ds AND f.item_id = k.item_id
LEFT JOIN ads_item_cf c ON c.ds = k.ds AND c.item_id = k.item_id
ORDER  BY k.ds, k.item_id
