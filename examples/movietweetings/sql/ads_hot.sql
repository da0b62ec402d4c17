-- Hot: films by acts of the last 15 days, an act counting half after every 1.5 days. The list of day D is what the
-- morning of D + 1 may know.
--
-- Sums are DECIMAL, so that they do not depend on the order in which threads add.
WITH daily AS (
    SELECT item_id, CAST(strptime(ds, '%Y%m%d') AS DATE) AS day, count(DISTINCT user_id) AS acts
    FROM   dwd_action
    WHERE  ds BETWEEN '${from-14}' AND '${to}'
    GROUP  BY item_id, ds
), scored AS (
    SELECT strftime(a.day + CAST(age AS INTEGER), '%Y%m%d')                        AS ds,
           a.item_id,
           sum(a.acts * CAST(round(pow(0.5, age / 1.5), 9) AS DECIMAL(12, 9)))     AS score
    FROM   daily a, range(15) AS ages(age)
    GROUP  BY ALL
)
SELECT 'all' AS grp, item_id, CAST(score AS DOUBLE) AS score,
       CAST(row_number() OVER (PARTITION BY ds ORDER BY score DESC, item_id) AS INTEGER) AS rank, ds
FROM   scored
WHERE  ds BETWEEN '${from}' AND '${to}'
QUALIFY rank <= 500
ORDER  BY ds, rank
