-- Items that publish events brought into the catalogue, beside those that imports did: an item belongs to the day it appeared.
-- Reads the day's own rows as they are, so that an import of the same day stays, and running again changes nothing.
WITH both_ways AS (
    SELECT i.item_id, i.title, i.tags, i.author, i.first_at, i.ds
    FROM   ods_item i
    WHERE  i.ds BETWEEN '${from}' AND '${to}'
    UNION ALL
    SELECT e.item_id, json_extract_string(e.fields, '$.title'), CAST(json_extract(e.fields, '$.tags') AS VARCHAR[]),
           coalesce(json_extract_string(e.fields, '$.author'), e.user_id), e.at, e.ds
    FROM   ods_event e
    WHERE  e.ds BETWEEN '${from}' AND '${to}' AND e.type = 'publish' AND e.item_id IS NOT NULL
)
SELECT b.item_id, b.title, b.tags, b.author, b.first_at, b.ds
FROM   both_ways b
WHERE  NOT EXISTS (SELECT 1 FROM ods_item o WHERE o.item_id = b.item_id AND o.ds < b.ds)
QUALIFY row_number() OVER (PARTITION BY b.ds, b.item_id ORDER BY b.first_at, b.title) = 1
ORDER  BY b.ds, b.item_id
