-- Who may call which function; nobody else may. A function that says SECURITY DEFINER runs as muster_lookup, which crosses tenants, and
-- may be called by its owner anyway; "lookup" is named for what such functions call in turn.
CREATE TEMPORARY TABLE want_function ON COMMIT DROP AS SELECT name, callers FROM (VALUES
    ('auth',
        'account_delete attempt_forget attempt_take_some domain_enter export_page forgot invitation_accept invite link_enter
        mail_unsubscribe organization_delete pending_join person_erase register sign_in_lookup sign_in_record
        sign_in_refused unknown_noted user_change user_remove'),
    ('auth exercises portal',
        'attempt_take audit job_cancel job_get job_queue mail_queue mail_queue_about principal_enter push'),
    ('exercises',
        'answer_put exercise_create exercise_delete question_show'),
    ('jobs',
        'job_back job_beat job_done job_fail job_hold job_next job_rest job_schedule job_take mails_gone retention_apply'),
    ('lookup',
        'address_is_proven audit_actor_digest audit_append audit_first_hash audit_hash export_lists export_match
        export_object forgot_link invite_administrator is_last_platform_admin iso_time job_pick job_seen joined_notify org_erase org_open
        platform_audit platform_only slug_of'),
    ('lookup auth',
        'email_digest export_cells is_last_admin seats_lock'),
    ('lookup auth exercises portal jobs',
        'org person'),
    ('lookup jobs',
        'mail_topic'),
    ('portal',
        'admin_audit_org admin_audit_platform admin_health admin_job_delete admin_job_retry admin_jobs admin_org
        admin_org_change admin_org_create admin_org_delete admin_org_invite admin_orgs admin_retention admin_settings
        admin_settings_change admin_user_change admin_user_sessions_end admin_users certificate_public')
) AS matrix (callers, names), regexp_split_to_table(names, '\s+') AS name;
