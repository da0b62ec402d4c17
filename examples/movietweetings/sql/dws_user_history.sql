-- What the server must know of users whose past never went through its own intake: the films they acted on last, and
-- all that they have seen. For serving only; training reads `recent` from dws_user_feature, which is the same column.
WITH days AS (
    SELECT strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), seen AS (
    SELECT d.ds, a.user_id, list(DISTINCT a.item_id ORDER BY a.item_id) AS seen
    FROM   days d JOIN dwd_action a ON a.ds <= d.ds
    GROUP  BY d.ds, a.user_id
)
SELECT s.user_id, coalesce(f.recent, map_from_entries(CAST([] AS STRUCT(k VARCHAR, v DOUBLE)[]))) AS recent, s.seen, s.ds
FROM   seen s
LEFT JOIN dws_user_feature f ON f.ds = s.ds AND f.user_id = s.user_id
ORDER  BY s.ds, s.user_id
