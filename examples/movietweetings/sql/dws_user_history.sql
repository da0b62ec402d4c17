-- What the server must know of users whose past never went through its own intake: the films they acted on last, and
-- all that they have seen or hidden. For serving only; training reads `recent` from dws_user_feature, which is the same column.
WITH days AS (
    SELECT strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), known AS (
    SELECT a.user_id, a.item_id, a.ds FROM dwd_action a WHERE a.ds <= '${to}'
    UNION ALL
    SELECT e.user_id, e.item_id, e.ds FROM ods_event e
    WHERE  e.ds <= '${to}' AND e.type IN ('seen', 'hide') AND e.user_id IS NOT NULL AND e.item_id IS NOT NULL
), seen AS (
    SELECT d.ds, k.user_id, list(DISTINCT k.item_id ORDER BY k.item_id) AS seen
    FROM   days d JOIN known k ON k.ds <= d.ds
    GROUP  BY d.ds, k.user_id
)
SELECT s.user_id, coalesce(f.recent, map_from_entries(CAST([] AS STRUCT(k VARCHAR, v DOUBLE)[]))) AS recent, s.seen, s.ds
FROM   seen s
LEFT JOIN dws_user_feature f ON f.ds = s.ds AND f.user_id = s.user_id
ORDER  BY s.ds, s.user_id
