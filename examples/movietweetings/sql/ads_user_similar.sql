-- Users with the same taste, as of the end of each day: for each user the 20 others with the largest
--     sum over common films of 1 / ln(1 + n(film))  /  sqrt(n(user) * n(other))
-- over the acts of the last 30 days, at least two films in common. Films touched by more than 60 users, and users with
-- more than 200 films, are left out here: everybody's film tells little about taste, and pairs grow with the square.
-- Days before the last one: only for the users whom train_draw asks the day after.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), asked AS ( -- whom training asks the day after; of a day that is not here, everybody's snapshot is made
    SELECT strftime(CAST(strptime(ds, '%Y%m%d') AS DATE) - 1, '%Y%m%d') AS ds, unnest(users) AS user_id
    FROM   train_draw
    WHERE  ds BETWEEN '${from+1}' AND '${to}'
), touched AS ( -- ids as numbers, in the order of the ids
    SELECT user_id, item_id, CAST(strptime(ds, '%Y%m%d') AS DATE) AS day,
           CAST(dense_rank() OVER (ORDER BY user_id) AS INTEGER) AS user_no,
           CAST(dense_rank() OVER (ORDER BY item_id) AS INTEGER) AS item_no
    FROM   (SELECT DISTINCT user_id, item_id, ds FROM dwd_action WHERE ds BETWEEN '${from-29}' AND '${to}')
), names AS (
    SELECT DISTINCT user_no, user_id FROM touched
), spans AS ( -- from which day to which an act is the first of its user and film in the window: so every day has each pair once
    SELECT user_no, item_no, day + 29 AS last,
           greatest(day, coalesce(lag(day) OVER (PARTITION BY user_no, item_no ORDER BY day) + 30, day)) AS first
    FROM   touched
), acts AS (
    SELECT d.day, s.user_no, s.item_no
    FROM   days d JOIN spans s ON d.day BETWEEN s.first AND s.last
), users AS (
    SELECT day, user_no, count(*) AS films, CAST(row_number() OVER (ORDER BY day, user_no) AS INTEGER) AS no
    FROM   acts GROUP BY day, user_no HAVING films BETWEEN 2 AND 200
), known AS (
    SELECT a.day, a.item_no, u.no
    FROM   acts a JOIN users u ON u.day = a.day AND u.user_no = a.user_no
), films AS (
    SELECT day, item_no, count(*) AS fans
    FROM   known GROUP BY day, item_no HAVING fans BETWEEN 2 AND 60
), kept AS (
    SELECT k.day, k.item_no, k.no, f.fans
    FROM   known k JOIN films f ON f.day = k.day AND f.item_no = k.item_no
), named AS (
    SELECT u.no, strftime(u.day, '%Y%m%d') AS ds, n.user_id
    FROM   users u JOIN names n ON n.user_no = u.user_no
), seekers AS ( -- not as joins: asked and users meet by day in billions before they meet by user
    SELECT n.no
    FROM   named n
    WHERE  n.ds NOT IN (SELECT ds FROM asked)
    OR     EXISTS (SELECT 1 FROM asked k WHERE k.ds = n.ds AND k.user_id = n.user_id)
), pairs AS (
    SELECT a.no AS one, b.no AS other, count(*) AS common,
           sum(CAST(round(1 / ln(1 + a.fans), 6) AS DECIMAL(8, 6))) AS overlap
    FROM   kept a JOIN kept b ON b.day = a.day AND b.item_no = a.item_no AND b.no <> a.no
    WHERE  a.no IN (SELECT no FROM seekers)
    GROUP  BY a.no, b.no
    HAVING common >= 2
), scored AS (
    SELECT u.day, p.one, u.user_no, v.user_no AS other_no,
           round(CAST(p.overlap AS DOUBLE) / sqrt(u.films * v.films), 6) AS score
    FROM   pairs p JOIN users u ON u.no = p.one JOIN users v ON v.no = p.other
), best AS (
    SELECT * FROM scored
    QUALIFY row_number() OVER (PARTITION BY one ORDER BY score DESC, other_no) <= 20
)
SELECT n.user_id, map_from_entries(list_sort(list((o.user_id, b.score)))) AS similar_users, strftime(b.day, '%Y%m%d') AS ds
FROM   best b
JOIN   names n ON n.user_no = b.user_no
JOIN   names o ON o.user_no = b.other_no
GROUP  BY b.day, n.user_id
ORDER  BY ds, n.user_id
