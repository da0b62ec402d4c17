-- What is known of a user at the end of each day, from the acts of the last 30 days. A user without an act in them has
-- no row: training and serving then both see the code "unseen".
--
-- Of a day before the last one, where training asks some users only (train_draw), only theirs are made.
--
-- Tastes are told by what the *morning of each act* knew of the film: its place in that morning's hot list, its age,
-- its genres. So a snapshot never looks past its own day, and a film's later success changes nobody's past.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), asked AS ( -- whom training asks the day after; of a day that is not here, everybody's snapshot is made
    SELECT strftime(CAST(strptime(ds, '%Y%m%d') AS DATE) - 1, '%Y%m%d') AS ds, unnest(users) AS user_id
    FROM   train_draw
    WHERE  ds BETWEEN '${from+1}' AND '${to}'
), acts AS (
    SELECT a.user_id, a.item_id, a.ds, CAST(strptime(a.ds, '%Y%m%d') AS DATE) AS day,
           CAST(max(a.weight) AS DECIMAL(6, 4))                                                        AS weight,
           row_number() OVER (PARTITION BY a.user_id ORDER BY a.ds, max(a.at), a.item_id)              AS nth,
           row_number() OVER (PARTITION BY a.user_id, a.ds ORDER BY a.item_id)                         AS of_day
    FROM   dwd_action a
    WHERE  a.ds BETWEEN '${from-29}' AND '${to}'
    AND   (a.ds >= (SELECT strftime(min(day) - 29, '%Y%m%d') FROM days WHERE ds NOT IN (SELECT ds FROM asked))
           OR a.user_id IN (SELECT user_id FROM asked))
    GROUP  BY a.user_id, a.item_id, a.ds
), films AS ( -- the newest description on or before the day of the act
    SELECT a.item_id, a.ds, i.tags, a.day - CAST(i.first_at AS DATE) AS age,
           CAST(substr(a.ds, 1, 4) AS INTEGER) - TRY_CAST(regexp_extract(i.title, '\((\d{4})\)', 1) AS INTEGER) AS years
    FROM   (SELECT DISTINCT item_id, ds, day FROM acts) a JOIN ods_item i ON i.item_id = a.item_id AND i.ds <= a.ds
    QUALIFY row_number() OVER (PARTITION BY a.item_id, a.ds ORDER BY i.ds DESC, i.first_at, i.title) = 1
), told AS (
    SELECT a.user_id, a.item_id, a.day, a.ds, a.weight, a.nth, a.of_day, f.years, coalesce(h.rank, 1000) AS hot_rank,
           CAST(round(ln(coalesce(h.rank, 1000)), 4) AS DECIMAL(8, 4))  AS log_hot_rank,
           CAST(round(ln(2 + f.age), 4) AS DECIMAL(8, 4))               AS log_age,
           CAST(round(ln(3 + greatest(f.years, -2)), 4) AS DECIMAL(8, 4)) AS log_years
    FROM   acts a
    LEFT JOIN films f ON f.item_id = a.item_id AND f.ds = a.ds
    LEFT JOIN ads_hot h ON h.grp = 'all' AND h.item_id = a.item_id AND h.ds = strftime(a.day - 1, '%Y%m%d')
), snapshots AS (
    SELECT d.ds, d.day, a.user_id
    FROM   days d, (SELECT DISTINCT user_id FROM acts) a
    WHERE  d.ds NOT IN (SELECT ds FROM asked)
    UNION ALL
    SELECT d.ds, d.day, k.user_id FROM days d JOIN asked k ON k.ds = d.ds
), windowed AS (
    SELECT s.ds AS snapshot, s.day - t.day AS ago, t.*
    FROM   snapshots s JOIN told t ON t.user_id = s.user_id AND t.day BETWEEN s.day - 29 AND s.day
), numbers AS (
    SELECT snapshot, user_id, min(ago) AS days_since_last, max(nth) AS last_nth,
           count(*) FILTER (WHERE ago < 1)          AS n1,
           count(*) FILTER (WHERE ago < 7)          AS n7,
           count(*)                                 AS n30,
           count(*) FILTER (WHERE of_day = 1)       AS active_days,
           sum(weight)                              AS weight,
           sum(log_hot_rank)                        AS log_hot_rank,
           sum(log_age)                             AS log_age,
           sum(log_years)                           AS log_years,
           count(*) FILTER (WHERE hot_rank <= 20)   AS hot_20,
           count(*) FILTER (WHERE hot_rank <= 100)  AS hot_100,
           count(*) FILTER (WHERE years <= 0)       AS years_0,
           count(*) FILTER (WHERE years <= 1)       AS years_1,
           count(*) FILTER (WHERE years <= 3)       AS years_3,
           count(*) FILTER (WHERE years <= 8)       AS years_8,
           count(*) FILTER (WHERE years <= 15)      AS years_15,
           count(*) FILTER (WHERE years <= 30)      AS years_30,
           count(years)                             AS years_known
    FROM   windowed
    GROUP  BY snapshot, user_id
), history AS (
    SELECT snapshot, user_id, map_from_entries(list_sort(list((item_id, liking)))) AS recent
    FROM (
        SELECT w.snapshot, w.user_id, w.item_id, max(round(CAST(w.weight AS DOUBLE) * pow(0.5, w.ago / 14.0), 4)) AS liking
        FROM   windowed w
        JOIN   numbers n ON n.snapshot = w.snapshot AND n.user_id = w.user_id AND w.nth > n.last_nth - 30
        GROUP  BY w.snapshot, w.user_id, w.item_id)
    GROUP  BY snapshot, user_id
), genre_acts AS (
    SELECT t.user_id, t.day, g.genre, count(*)                                 AS n
    FROM   told t JOIN films f ON f.item_id = t.item_id AND f.ds = t.ds, unnest(f.tags) AS g(genre)
    GROUP  BY t.user_id, t.day, g.genre
), genre_sums AS (
    SELECT s.ds AS snapshot, g.user_id, g.genre, sum(g.n) AS n
    FROM   snapshots s JOIN genre_acts g ON g.user_id = s.user_id AND g.day BETWEEN s.day - 29 AND s.day
    GROUP  BY s.ds, g.user_id, g.genre
), genres AS (
    SELECT g.snapshot, g.user_id,
           map_from_entries(list_sort(list((g.genre, g.n / (n.n30 + 1))))) AS genre_weights
    FROM   genre_sums g JOIN numbers n ON n.snapshot = g.snapshot AND n.user_id = g.user_id
    GROUP  BY g.snapshot, g.user_id
)
SELECT n.user_id,
       n.n1                                                        AS user_acts_1d,
       n.n7                                                        AS user_acts_7d,
       n.n30                                                       AS user_acts_30d,
       n.active_days                                               AS user_active_days,
       n.days_since_last                                           AS user_days_since_last,
       round(CAST(coalesce(n.weight, 0) + 2.1 AS DOUBLE) / (n.n30 + 3), 4) AS user_mean_weight,
       round(CAST(n.log_hot_rank AS DOUBLE) / nullif(n.n30, 0), 4) AS user_log_hot_rank,
       round(CAST(n.log_age AS DOUBLE) / nullif(n.n30, 0), 4)      AS user_log_film_age,
       round(CAST(n.log_years AS DOUBLE) / nullif(n.n30, 0), 4)    AS user_log_film_years,
       round((n.hot_20 + 0.6) / (n.n30 + 2), 4)                    AS user_hot20_share,
       round((n.hot_100 + 1.0) / (n.n30 + 2), 4)                   AS user_hot100_share,
       round((n.years_0 + 0.6) / (n.n30 + 2), 4)                   AS user_new_film_share,
       g.genre_weights,
       map(['0', '1', '2', '3', '4', '5', '6'],
           [n.years_0 / (n.n30 + 1), (n.years_1 - n.years_0) / (n.n30 + 1), (n.years_3 - n.years_1) / (n.n30 + 1),
            (n.years_8 - n.years_3) / (n.n30 + 1), (n.years_15 - n.years_8) / (n.n30 + 1),
            (n.years_30 - n.years_15) / (n.n30 + 1), (n.years_known - n.years_30) / (n.n30 + 1)]) AS year_taste,
       h.recent, s.similar_users, n.snapshot AS ds
FROM   numbers n
JOIN   history h ON h.snapshot = n.snapshot AND h.user_id = n.user_id
LEFT JOIN genres g ON g.snapshot = n.snapshot AND g.user_id = n.user_id
LEFT JOIN ads_user_similar s ON s.ds = n.snapshot AND s.user_id = n.user_id
ORDER  BY n.snapshot, n.user_id
