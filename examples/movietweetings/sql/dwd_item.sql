-- The catalogue as it was known at the end of each day: a film exists from its first event on, and its newest
-- description up to that day holds. Titles of later films are invisible before they appear.
WITH days AS (
    SELECT strftime(day, '%Y%m%d') AS ds
    FROM   generate_series(strptime('${from}', '%Y%m%d'), strptime('${to}', '%Y%m%d'), INTERVAL 1 DAY) AS span(day)
)
SELECT i.item_id, i.title, i.tags, i.author, i.first_at, d.ds
FROM   days d
JOIN   ods_item i ON i.ds <= d.ds
QUALIFY row_number() OVER (PARTITION BY d.ds, i.item_id ORDER BY i.ds DESC, i.first_at, i.title) = 1
ORDER  BY d.ds, i.item_id
