-- Who may call which function; nobody else may. A function that says SECURITY DEFINER runs as muster_lookup, which crosses tenants, and
-- may be called by its owner anyway; "lookup" is named for what such functions call in turn.
CREATE TEMPORARY TABLE want_function ON COMMIT DROP AS SELECT name, callers FROM (VALUES
    ('auth',
        'account_delete attempt_forget attempt_take_some audit_page device_note domain_enter email_digest export_page
        factor_reset_ask factor_reset_cancel factor_reset_refusal forgot invitation_accept invite invite_places leave_refusal
        link_enter mail_choose mail_queue mailbox_of org_keep organization_delete organization_restore own_mail pending_join person_erase person_hold
        register register_wait seats_lock sign_in_enter sign_in_lookup sign_in_record sign_in_refused unknown_noted
        unproven_take_over user_change user_refusal user_remove'),
    ('auth jobs',
        'factor_reset_apply'),
    ('auth exercises portal intel',
        'attempt_back attempt_take attempt_take_each audit job_cancel job_get job_queue principal_enter push'),
    ('exercises',
        'answer_put exercise_create exercise_delete exercise_rename mail_queue_about question_show usage_count usage_of'),
    ('intel',
        'api_user_revoke intel_credential intel_enter intel_may intel_own_role intel_owner_list intel_token_renew intel_visible member_accept member_invite member_list
        member_remove owner_change owner_create owner_delete'),
    ('jobs',
        'audit_anchor_make audit_anchor_note audit_anchor_todo job_back job_beat job_done job_enter job_fail job_hold job_next
        job_rest job_schedule job_take mail_mode mails_gone org_ending_remind org_ending_step retention_apply'),
    ('lookup',
        'address_is_proven audit_actor_digest audit_anchor_digest audit_anchor_ends audit_append audit_budget audit_first_hash
        audit_hash audit_lane_open audit_org_digest audit_page_of credentials_end email_digest_of enter_as export_lists
        export_match export_object factor_end forgot_link intel_enter_as intel_name_is_seen intel_owner_refusal intel_revoke intel_use_note invite_administrator is_account is_last_platform_admin iso_time job_pick
        job_seen joined_notify last_use_note mail_queue_about_in mail_queue_in org_end org_ending_refuse org_erase org_is_ending
        org_is_unproven org_open org_restore org_tell orgs_expire people_expire platform_audit platform_lock platform_only play_end
        principal_refuse seats_lock_of seats_try_of slug_of unproven_detach unproven_displace ways_in_end'),
    ('lookup auth',
        'export_cells factor_reset_at is_last_admin'),
    ('lookup auth exercises portal intel jobs',
        'org person'),
    ('lookup intel',
        'intel_api_user intel_role_of'),
    ('exercises portal',
        'exercise_keep exercise_seen_note'),
    ('auth portal',
        'is_newcomer'),
    ('lookup exercises portal',
        'play_begin'),
    ('lookup auth jobs',
        'mail_stop_digest'),
    ('lookup jobs',
        'mail_topic'),
    ('portal',
        'admin_audit_org admin_audit_platform admin_health admin_job_delete admin_job_retry admin_jobs admin_org admin_org_change
        admin_org_create admin_org_delete admin_org_invite admin_org_restore admin_orgs admin_retention admin_settings
        admin_settings_change admin_user_change admin_user_sessions_end admin_users certificate_issue certificate_public
        platform_next queue_state ready sessions_key sessions_page sessions_ranges sessions_sorted setup_state')
) AS matrix (callers, names), regexp_split_to_table(names, '\s+') AS name;
