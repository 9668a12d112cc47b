-- name: export_plan
-- What an export reads, in its order; a category without a table is there, too. wide: each row brings others along.
SELECT c.key, c.label, c.form, d.table_name, d.link,
       EXISTS (SELECT FROM muster.personal_data n WHERE n.parent = d.table_name AND n.nested IS NOT NULL) AS wide
FROM muster.personal_category c
LEFT JOIN muster.personal_data d ON d.category = c.key AND d.link_kind IN ('person', 'email')
WHERE c.form <> 'none'
ORDER BY c.position, d.table_name, d.link;

-- name: export_lists
-- The rows that entries of a table bring along, in the order of muster.export_lists().
SELECT d.parent, d.nested, c.names, c.kinds
FROM muster.personal_data d
CROSS JOIN LATERAL (SELECT array_agg(x.key ORDER BY x.n) AS names, array_agg(x.kind ORDER BY x.n) AS kinds FROM muster.export_cells(d) x) c
WHERE d.nested IS NOT NULL
ORDER BY d.parent, d.nested;

-- name: export_page
SELECT item, after, lists FROM muster.export_page($1, $2, $3, $4);
