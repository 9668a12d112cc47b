-- Roles of threat intelligence. Numbers and names are part of the protocol and never change.
INSERT INTO muster.intel_role (id, name, org_role, comm_role, most_elsewhere, help) VALUES
(1, 'Organization Administrator', true, false, 'Director', 'Everything in the own Organization.'),
(2, 'App Developer', true, false, 'Editor', 'Writes intelligence and builds what uses it.'),
(3, 'Standard User', true, false, 'Editor', 'Writes intelligence.'),
(4, 'Sharing User', true, false, 'Editor', 'Writes intelligence.'),
(5, 'Read Only Commenter', true, false, 'Commenter', 'Reads, and writes comments.'),
(6, 'Read Only User', true, false, 'User', 'Reads.'),
(7, 'Director', false, true, NULL, 'Everything in a Community or Source.'),
(8, 'Editor', false, true, NULL, 'Writes, changes and deletes intelligence.'),
(9, 'Contributor', false, true, NULL, 'Adds intelligence and changes none.'),
(10, 'Commenter', false, true, NULL, 'Reads, and writes comments.'),
(11, 'User', false, true, NULL, 'Reads.'),
(12, 'Subscriber', false, true, NULL, 'Reads.'),
(13, 'Banned', false, true, NULL, 'Sees nothing.')
ON CONFLICT (id) DO UPDATE SET name = excluded.name, org_role = excluded.org_role, comm_role = excluded.comm_role,
    most_elsewhere = excluded.most_elsewhere, help = excluded.help;

-- What each may do in each area: of nothing, READ, CREATE (READ, and new objects), FULL (also changing and deleting).
DELETE FROM muster.intel_right;
INSERT INTO muster.intel_right (role, area, level)
SELECT r.name, area, CASE (levels)[r.id]
    WHEN 'F' THEN 'FULL' WHEN 'C' THEN 'CREATE' WHEN 'R' THEN 'READ' WHEN 'B' THEN 'BUILD' ELSE 'NONE' END
FROM (VALUES
--                                                                                                 OA AD SU SU RC RO Di Ed Cn Cm US US Ba
    ('permIndicator permGroup permVictim permAttribute permSecurityLabel permArtifact permTask permTimeline permWorkflowTemplate',
                                                                                                 '{F, F, F, F, R, R, F, F, C, R, R, R, N}'),
    ('permTag permCaseTag',                                                                      '{F, F, F, F, R, R, F, F, R, R, R, R, N}'),
    ('permComment permPost',                                                                     '{F, F, F, F, C, R, F, F, C, C, R, R, N}'),
    ('permAttributeType permUsers permSettings permPublish',                                     '{F, R, R, R, N, N, F, R, N, N, N, N, N}'),
    ('permMembers',                                                                              '{R, R, R, R, N, N, F, R, N, N, N, N, N}'),
    ('permInvite',                                                                               '{F, N, N, N, N, N, F, N, N, N, N, N, N}'),
    ('permCopyData',                                                                             '{F, F, F, F, N, N, F, F, N, N, N, N, N}'),
    ('permApps',                                                                                 '{B, B, N, N, N, N, N, N, N, N, N, N, N}'),
    ('permPlaybooks permPlaybooksExecute',                                                       '{N, N, N, N, N, N, N, N, N, N, N, N, N}')
) AS matrix (areas, row), LATERAL (SELECT row::text[] AS levels) l, regexp_split_to_table(areas, ' ') AS area, muster.intel_role r;
