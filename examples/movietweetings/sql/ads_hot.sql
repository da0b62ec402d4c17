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
    SELECT a.day + CAST(age AS INTEGER)                                            AS day,
           a.item_id,
           sum(a.acts * CAST(round(pow(0.5, age / 1.5), 9) AS DECIMAL(12, 9)))     AS score
    FROM   daily a, range(15) AS ages(age)
    GROUP  BY ALL
), ranked AS (
    SELECT day, item_id, score, CAST(row_number() OVER (PARTITION BY day ORDER BY score DESC, item_id) AS INTEGER) AS rank
    FROM   scored
    WHERE  day BETWEEN CAST(strptime('${from}', '%Y%m%d') AS DATE) AND CAST(strptime('${to}', '%Y%m%d') AS DATE)
    QUALIFY rank <= 500
)
SELECT 'all' AS grp, item_id, CAST(score AS DOUBLE) AS score,
       rank, strftime(day, '%Y%m%d') AS ds
FROM   ranked
ORDER  BY ds, rank
