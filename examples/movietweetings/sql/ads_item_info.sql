-- What the server shows of a film.
SELECT item_id, title, tags, author, ds
FROM   dwd_item
WHERE  ds BETWEEN '${from}' AND '${to}'
ORDER  BY ds, item_id
