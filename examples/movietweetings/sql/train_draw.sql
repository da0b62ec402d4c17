-- Whom training asks on each day: about 3,000 of the users who are active on it, so that 30 days of train_sample hold
-- about a million rows however many users there are. The share follows the mean of the last 30 days; a user is in when
-- md5(user, seed) is `below` it, so mostly the same users are asked day after day. `below` and `users` are NULL where the
-- share is 1 and everybody is asked.
--
-- Snapshots of the days before the last one have no reader but training. Where `users` names some, these snapshots are
-- made for those users alone, and for what their rows need.
WITH days AS (
    SELECT CAST(day AS DATE) AS day, strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
), active AS (
    SELECT DISTINCT user_id, ds FROM dwd_action WHERE ds BETWEEN '${from-29}' AND '${to}'
), daily AS (
    SELECT CAST(strptime(ds, '%Y%m%d') AS DATE) AS day, count(*) AS users FROM active GROUP BY ds
), shares AS (
    SELECT d.ds, CAST(least(1, round(3000.0 * count(a.day) / greatest(1, coalesce(sum(a.users), 1)), 6)) AS DOUBLE) AS share
    FROM   days d LEFT JOIN daily a ON a.day BETWEEN d.day - 29 AND d.day
    GROUP  BY d.ds
), draws AS (
    SELECT ds, share, CASE WHEN share < 1 THEN lpad(lower(hex(CAST(floor(share * 1048576) AS BIGINT))), 5, '0') END AS below
    FROM   shares
)
SELECT d.share, d.below,
       CASE WHEN d.share < 1 THEN coalesce(list(a.user_id ORDER BY a.user_id) FILTER (WHERE a.user_id IS NOT NULL), []) END AS users,
       d.ds
FROM   draws d
LEFT JOIN active a ON a.ds = d.ds AND substr(md5(a.user_id || '|7'), 1, 5) < d.below
GROUP  BY d.ds, d.share, d.below
ORDER  BY d.ds
