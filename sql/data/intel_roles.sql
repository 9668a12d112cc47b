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
