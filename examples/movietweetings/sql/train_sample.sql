-- One row an exposure of day D; label 1 = the user acted on the film that day.
--
-- Where the server logged what it answered (`served` events), those are the exposures: each names the feature bundles
-- it was ranked with, and counts as taken if the user clicked or rated the film later that day or within the hour, before
-- it was served again; an act just after midnight belongs to the exposure before it and makes nobody active on the new day. The
-- day is that of the request: what was written after midnight is found the night after, which computes this day
-- again; then the day is final. Imported history has no such log. There the exposures are *drawn*: for each user who was active on D, what
-- that morning's recall (hot, fresh, item-CF, user-CF of D - 1) would have offered and the user had not had before. The
-- films they touched are the positives; of the others at most 10 a user and day are kept, the smallest by
-- md5(user, film, day, seed). So a drawn 0 means "was on offer and not touched", not "was seen and refused"; films that
-- a user touched but recall did not offer are no rows at all: the ranker never meets them either.
-- A user's day with served rows has no drawn ones.
WITH days AS (
    SELECT strftime(day, '%Y%m%d') AS ds, strftime(day - INTERVAL 1 DAY, '%Y%m%d') AS eve
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), exposures AS (
    SELECT strftime(e.at, '%Y%m%d') AS ds, e.event_id, e.user_id, e.item_id, e.at, e.request_id,
           nullif(json_extract_string(e.fields, '$.bundles."user_features/live"'), '') AS user_snapshot,
           nullif(json_extract_string(e.fields, '$.bundles."item_features/live"'), '') AS item_snapshot,
           CAST(json_extract(e.fields, '$.request') AS MAP(VARCHAR, VARCHAR))   AS request,
           json_extract_string(e.fields, '$.own')                               AS own,
           lead(e.at) OVER (PARTITION BY e.user_id, e.item_id ORDER BY e.at, e.event_id) AS again
    FROM   ods_event e
    WHERE  e.ds BETWEEN '${from-1}' AND '${to}' AND e.type = 'served'
    AND    CAST(strptime(e.ds, '%Y%m%d') AS DATE) - CAST(e.at AS DATE) BETWEEN 0 AND 1
), taken AS (
    SELECT DISTINCT e.event_id, e.user_id, e.item_id, e.ds, a.ds AS acted
    FROM   exposures e
    JOIN   dwd_action a ON a.user_id = e.user_id AND a.item_id = e.item_id AND a.at >= e.at
    WHERE  a.ds BETWEEN '${from-1}' AND '${to}' AND (e.again IS NULL OR a.at < e.again)
    AND    (a.ds = e.ds OR a.at < e.at + INTERVAL 1 HOUR)
), served AS (
    SELECT e.user_id, e.item_id, CAST(e.event_id IN (SELECT event_id FROM taken) AS INTEGER) AS label,
           e.at, e.request_id, 'served' AS source, e.user_snapshot, e.item_snapshot, e.request, e.own, e.ds
    FROM   exposures e
    WHERE  e.ds BETWEEN '${from}' AND '${to}'
), acts AS (
    SELECT DISTINCT a.user_id, a.ds
    FROM   dwd_action a LEFT JOIN taken t ON t.user_id = a.user_id AND t.item_id = a.item_id AND t.acted = a.ds AND t.ds < a.ds
    WHERE  a.ds BETWEEN '${from}' AND '${to}' AND t.ds IS NULL
), active AS (
    SELECT d.ds, d.eve, a.user_id
    FROM   days d JOIN acts a ON a.ds = d.ds
    WHERE  NOT EXISTS (SELECT 1 FROM exposures e WHERE e.ds = d.ds AND e.user_id = a.user_id)
), firsts AS ( -- when each of these users first touched each film: that day it is a positive, afterwards no candidate
    SELECT a.user_id, a.item_id, min(a.ds) AS ds, min(a.at) AS at
    FROM   dwd_action a
    WHERE  a.ds <= '${to}' AND a.user_id IN (SELECT user_id FROM active)
    GROUP  BY a.user_id, a.item_id
), triggers AS (
    SELECT a.ds, a.eve, a.user_id, unnest(map_entries(f.recent)) AS act
    FROM   active a JOIN dws_user_feature f ON f.ds = a.eve AND f.user_id = a.user_id
), neighbours AS (
    SELECT ds AS eve, item_id, unnest(map_entries(neighbours)) AS near
    FROM   ads_item_cf
    WHERE  ds BETWEEN '${from-1}' AND '${to-1}'
), near AS (
    SELECT t.ds, t.user_id, n.near.key AS item_id,
           sum(CAST(round(t.act.value * n.near.value, 9) AS DECIMAL(15, 9))) AS score
    FROM   triggers t JOIN neighbours n ON n.eve = t.eve AND n.item_id = t.act.key
    GROUP  BY t.ds, t.user_id, n.near.key
), item_cf AS (
    SELECT n.ds, n.user_id, n.item_id
    FROM   near n LEFT JOIN firsts f ON f.user_id = n.user_id AND f.item_id = n.item_id
    WHERE  f.ds IS NULL OR f.ds >= n.ds
    QUALIFY row_number() OVER (PARTITION BY n.ds, n.user_id ORDER BY n.score DESC, n.item_id) <= 60
), user_cf AS (
    SELECT a.ds, a.user_id, unnest(map_keys(c.items)) AS item_id
    FROM   active a JOIN ads_user_cf c ON c.ds = a.eve AND c.user_id = a.user_id
), offered AS (
    SELECT ds, user_id, item_id FROM item_cf
    UNION
    SELECT ds, user_id, item_id FROM user_cf
    UNION
    SELECT a.ds, a.user_id, h.item_id FROM active a JOIN ads_hot h ON h.ds = a.eve AND h.grp = 'all' AND h.rank <= 100
    UNION
    SELECT a.ds, a.user_id, h.item_id FROM active a JOIN ads_fresh h ON h.ds = a.eve AND h.grp = 'all' AND h.rank <= 30
), labelled AS (
    SELECT o.ds, o.user_id, o.item_id,
           CASE WHEN f.ds = o.ds THEN 1 ELSE 0 END                                     AS label,
           CASE WHEN f.ds = o.ds THEN f.at ELSE strptime(o.ds, '%Y%m%d') END           AS at,
           substr(md5(o.user_id || '|' || o.item_id || '|' || o.ds || '|7'), 1, 12)    AS draw
    FROM   offered o
    LEFT JOIN firsts f ON f.user_id = o.user_id AND f.item_id = o.item_id
    LEFT JOIN taken t ON t.user_id = o.user_id AND t.item_id = o.item_id AND t.acted = o.ds AND t.ds < o.ds
    WHERE  (f.ds IS NULL OR f.ds >= o.ds) AND t.ds IS NULL
), drawn AS (
    SELECT l.*
    FROM   labelled l
    WHERE  l.label = 1 OR l.draw < '6' -- three in eight are enough to draw 10 from, and much less to sort
    QUALIFY l.label = 1 OR row_number() OVER (PARTITION BY l.ds, l.user_id, l.label ORDER BY l.draw, l.item_id) <= 10
)
SELECT s.user_id, s.item_id, s.label, s.at, s.request_id, s.source, s.user_snapshot, s.item_snapshot, s.request, s.own, s.ds FROM served s
UNION ALL
SELECT d.user_id, d.item_id, d.label, d.at, NULL, 'drawn', NULL, NULL, NULL, NULL, d.ds FROM drawn d
ORDER  BY ds, user_id, item_id, request_id
