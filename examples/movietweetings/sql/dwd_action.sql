-- What people did with films, one row a user, film, type and UTC day of the act (the last one of that day wins).
--
-- ods_event is partitioned by arrival, this table by the day of the act: an event that arrives up to three days
-- late still finds its day, because the step rebuilds the last three days each night. Later ones are left out: after
-- three nights a day's content is final, however and whenever it is computed.
WITH acts AS (
    SELECT e.user_id, e.item_id, e.type, e.at, e.event_id,
           least(1.0, greatest(0.01, coalesce(e.weight, 1.0))) AS weight,
           strftime(e.at, '%Y%m%d')                            AS ds
    FROM   ods_event e
    WHERE  e.ds BETWEEN '${from}' AND '${to}'
    AND    e.type IN ('rate', 'click', 'action')
    AND    e.user_id IS NOT NULL AND e.item_id IS NOT NULL
    AND    CAST(e.at AS DATE) BETWEEN CAST(strptime(e.ds, '%Y%m%d') AS DATE) - 3 AND CAST(strptime(e.ds, '%Y%m%d') AS DATE)
)
SELECT a.user_id, a.item_id, a.type, a.at, a.weight, a.ds
FROM   acts a
WHERE  a.ds BETWEEN '${from}' AND '${to}'
QUALIFY row_number() OVER (PARTITION BY a.user_id, a.item_id, a.type, a.ds ORDER BY a.at DESC, a.event_id DESC) = 1
ORDER  BY a.ds, a.user_id, a.item_id, a.type
