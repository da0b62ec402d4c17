-- Fresh: films first seen within the last seven days, by early traction: acts so far, halved after every day.
WITH newcomers AS (
    SELECT item_id, CAST(min(first_at) AS DATE) AS born
    FROM   ods_item
    WHERE  ds BETWEEN '${from-6}' AND '${to}'
    GROUP  BY item_id
), daily AS (
    SELECT a.item_id, CAST(strptime(a.ds, '%Y%m%d') AS DATE) AS day, count(DISTINCT a.user_id) AS acts
    FROM   dwd_action a
    JOIN   newcomers n ON n.item_id = a.item_id
    WHERE  a.ds BETWEEN '${from-6}' AND '${to}'
    GROUP  BY a.item_id, a.ds
), scored AS (
    SELECT strftime(a.day + CAST(age AS INTEGER), '%Y%m%d')                       AS ds,
           a.item_id,
           sum(a.acts * CAST(round(pow(0.5, age / 1.0), 9) AS DECIMAL(12, 9)))    AS score
    FROM   daily a, range(7) AS ages(age)
    GROUP  BY ALL
)
SELECT 'all' AS grp, s.item_id, CAST(s.score AS DOUBLE) AS score,
       CAST(row_number() OVER (PARTITION BY s.ds ORDER BY s.score DESC, s.item_id) AS INTEGER) AS rank, s.ds
FROM   scored s
JOIN   newcomers n ON n.item_id = s.item_id
WHERE  s.ds BETWEEN '${from}' AND '${to}'
AND    CAST(strptime(s.ds, '%Y%m%d') AS DATE) - n.born BETWEEN 0 AND 6
QUALIFY rank <= 100
ORDER  BY s.ds, rank
