-- Users with the same taste, as of the end of each day: for each user the 20 others with the largest
--     sum over common films of 1 / ln(1 + n(film))  /  sqrt(n(user) * n(other))
-- over the acts of the last 30 days, at least two films in common. Films touched by more than 60 users, and users with
-- more than 200 films, are left out here: everybody's film tells little about taste, and pairs grow with the square.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), acts AS (
    SELECT DISTINCT d.ds, a.user_id, a.item_id
    FROM   days d
    JOIN   dwd_action a ON a.ds BETWEEN strftime(d.day - 29, '%Y%m%d') AND d.ds
    WHERE  a.ds BETWEEN '${from-29}' AND '${to}'
), users AS (
    SELECT ds, user_id, count(*) AS films,
           CAST(row_number() OVER (ORDER BY ds, user_id) AS INTEGER) AS no
    FROM   acts GROUP BY ds, user_id HAVING films BETWEEN 2 AND 200
), kept AS (
    SELECT a.ds, a.item_id, u.no, count(*) OVER (PARTITION BY a.ds, a.item_id) AS fans
    FROM   acts a JOIN users u ON u.ds = a.ds AND u.user_id = a.user_id
    QUALIFY fans BETWEEN 2 AND 60
), pairs AS (
    SELECT a.no AS one, b.no AS other, count(*) AS common,
           sum(CAST(round(1 / ln(1 + a.fans), 6) AS DECIMAL(8, 6))) AS overlap
    FROM   kept a JOIN kept b ON b.ds = a.ds AND b.item_id = a.item_id AND b.no <> a.no
    GROUP  BY a.no, b.no
    HAVING common >= 2
), scored AS (
    SELECT u.ds, u.user_id, v.user_id AS other_id,
           round(CAST(p.overlap AS DOUBLE) / sqrt(u.films * v.films), 6) AS score
    FROM   pairs p JOIN users u ON u.no = p.one JOIN users v ON v.no = p.other
), best AS (
    SELECT * FROM scored
    QUALIFY row_number() OVER (PARTITION BY ds, user_id ORDER BY score DESC, other_id) <= 20
)
SELECT user_id, map_from_entries(list_sort(list((other_id, score)))) AS similar_users, ds
FROM   best
GROUP  BY ds, user_id
ORDER  BY ds, user_id
