-- User-CF recall: what similar users did lately, strongest first, 50 films a user, without those the user did lately too
-- (the server leaves out the older ones). score = sum over similar users of likeness * recency weight. What a user did
-- lately is `recent` of dws_user_feature, made here again because that table need not have everybody's.
WITH likes AS (
    SELECT s.ds, s.user_id, unnest(map_entries(s.similar_users)) AS other
    FROM   ads_user_similar s
    WHERE  s.ds BETWEEN '${from}' AND '${to}'
), acts AS (
    SELECT a.user_id, a.item_id, CAST(strptime(a.ds, '%Y%m%d') AS DATE) AS day, CAST(max(a.weight) AS DECIMAL(6, 4)) AS weight,
           row_number() OVER (PARTITION BY a.user_id ORDER BY a.ds, max(a.at), a.item_id) AS nth
    FROM   dwd_action a
    WHERE  a.ds BETWEEN '${from-29}' AND '${to}'
    GROUP  BY a.user_id, a.item_id, a.ds
), people AS (
    SELECT l.ds, CAST(strptime(l.ds, '%Y%m%d') AS DATE) AS day, l.user_id
    FROM   (SELECT ds, user_id FROM likes UNION SELECT ds, other.key FROM likes) l
), windowed AS (
    SELECT p.ds, p.user_id, a.item_id, a.nth, max(a.nth) OVER (PARTITION BY p.ds, p.user_id) AS last_nth,
           round(CAST(a.weight AS DOUBLE) * pow(0.5, (p.day - a.day) / 14.0), 4) AS liking
    FROM   people p JOIN acts a ON a.user_id = p.user_id AND a.day BETWEEN p.day - 29 AND p.day
), theirs AS (
    SELECT ds, user_id, item_id, max(liking) AS liking
    FROM   windowed
    WHERE  nth > last_nth - 30
    GROUP  BY ds, user_id, item_id
), scored AS (
    SELECT l.ds, l.user_id, t.item_id, sum(CAST(round(l.other.value * t.liking, 9) AS DECIMAL(15, 9))) AS score
    FROM   likes l
    JOIN   theirs t ON t.ds = l.ds AND t.user_id = l.other.key
    GROUP  BY ALL
), best AS (
    SELECT s.ds, s.user_id, s.item_id, CAST(s.score AS DOUBLE) AS score,
           row_number() OVER (PARTITION BY s.ds, s.user_id ORDER BY s.score DESC, s.item_id) AS nth
    FROM   scored s
    WHERE  NOT EXISTS (SELECT 1 FROM theirs t WHERE t.ds = s.ds AND t.user_id = s.user_id AND t.item_id = s.item_id)
    QUALIFY nth <= 50
)
SELECT user_id, map_from_entries(list_sort(list((item_id, score)))) AS items, ds
FROM   best
GROUP  BY ds, user_id
ORDER  BY ds, user_id
