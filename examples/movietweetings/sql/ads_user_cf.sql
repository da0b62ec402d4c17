-- User-CF recall: what similar users did lately, strongest first, 50 films a user, without those the user already has
-- (of the last 60 days; the server leaves out the older ones). score = sum over similar users of likeness * recency weight.
WITH likes AS (
    SELECT s.ds, s.user_id, unnest(map_entries(s.similar_users)) AS other
    FROM   ads_user_similar s
    WHERE  s.ds BETWEEN '${from}' AND '${to}'
), theirs AS (
    SELECT ds, user_id, unnest(map_entries(recent)) AS act
    FROM   dws_user_feature
    WHERE  ds BETWEEN '${from}' AND '${to}'
), scored AS (
    SELECT l.ds, l.user_id, t.act.key AS item_id,
           sum(CAST(round(l.other.value * t.act.value, 9) AS DECIMAL(15, 9))) AS score
    FROM   likes l
    JOIN   theirs t ON t.ds = l.ds AND t.user_id = l.other.key
    GROUP  BY ALL
), best AS (
    SELECT s.ds, s.user_id, s.item_id, CAST(s.score AS DOUBLE) AS score,
           row_number() OVER (PARTITION BY s.ds, s.user_id ORDER BY s.score DESC, s.item_id) AS nth
    FROM   scored s
    WHERE  NOT EXISTS (SELECT 1 FROM theirs t WHERE t.ds = s.ds AND t.user_id = s.user_id AND t.act.key = s.item_id)
    QUALIFY nth <= 50
)
SELECT user_id, map_from_entries(list_sort(list((item_id, score)))) AS items, ds
FROM   best
GROUP  BY ds, user_id
ORDER  BY ds, user_id
