-- Item-CF as one SELECT: what the step item_cf of recall.yaml computes, for who would rather read or change SQL. For each film the
-- 50 others with the largest
--     sum over common users of 1 / ln(1 + n(user))  /  sqrt(n(film) * n(other))
-- over the acts of the last 60 days, at least two users in common; users with more than 500 films are left out.
-- In recall.yaml it stands as  item_cf: { sql: sql/ads_item_cf.sql, into: ads_item_cf, fill: 31d, lifecycle: 90d }.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), acts AS (
    SELECT DISTINCT d.ds, a.user_id, a.item_id
    FROM   days d JOIN dwd_action a ON CAST(strptime(a.ds, '%Y%m%d') AS DATE) BETWEEN d.day - 59 AND d.day
    WHERE  a.ds BETWEEN '${from-59}' AND '${to}'
), users AS (
    SELECT ds, user_id, 1 / ln(1 + count(*)) AS factor FROM acts GROUP BY ds, user_id HAVING count(*) <= 500
), kept AS (
    SELECT a.ds, a.user_id, a.item_id, u.factor FROM acts a JOIN users u ON u.ds = a.ds AND u.user_id = a.user_id
), films AS (
    SELECT ds, item_id, count(*) AS fans FROM kept GROUP BY ds, item_id
), pairs AS (
    SELECT a.ds, a.item_id, b.item_id AS other, count(*) AS common, sum(a.factor) AS overlap
    FROM   kept a JOIN kept b ON b.ds = a.ds AND b.user_id = a.user_id AND b.item_id <> a.item_id
    GROUP  BY a.ds, a.item_id, b.item_id
    HAVING common >= 2
), scored AS (
    SELECT p.ds, p.item_id, p.other, round(p.overlap / sqrt(f.fans * o.fans), 9) AS score -- sums of doubles differ in their last bits
    FROM   pairs p
    JOIN   films f ON f.ds = p.ds AND f.item_id = p.item_id
    JOIN   films o ON o.ds = p.ds AND o.item_id = p.other
), best AS (
    SELECT * FROM scored QUALIFY row_number() OVER (PARTITION BY ds, item_id ORDER BY score DESC, other) <= 50
)
SELECT item_id, map_from_entries(list_sort(list((other, score)))) AS neighbours, ds
FROM   best
GROUP  BY ds, item_id
ORDER  BY ds, item_id
