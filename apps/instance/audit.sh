# audit.sh: whether the audit logs are what was written, by themselves and against what was handed out of here. Sourced by instance.sh.
# shellcheck shell=bash

# Once. A key that is lost is replaced: what the old one signed is known by its public part, which is kept.
create_audit_key() {
    local public
    [[ -x $APP/bin/muster-jobs ]] || return 0
    [[ -e $ETC/audit.key ]] || {
        (umask 077 && head -c 32 /dev/urandom | base64 -w 0 >"$ETC/audit.key.new" && printf '\n' >>"$ETC/audit.key.new")
        sync "$ETC/audit.key.new"
        mv "$ETC/audit.key.new" "$ETC/audit.key"
        own_audit_key
    }
    public=$("$APP/bin/muster-jobs" --audit-key "$ETC/audit.key") || die "The key that signs the audit head, $ETC/audit.key, cannot be used."
    grep -qxF "$public" "$ETC/audit.pub" 2>/dev/null || printf '%s\n' "$public" >>"$ETC/audit.pub"
}

verb_audit-key() {
    [[ -e $ETC/audit.key ]] || die "There is no $ETC/audit.key; it is made at the first start."
    "$APP/bin/muster-jobs" --audit-key "$ETC/audit.key"
}

# One line an organisation. The log can be cut off at its end and still be a chain: audit_head notices that.
verb_audit-verify() {
    (($# <= 2)) || die 'usage: instance.sh audit-verify [FILE [PUBLIC_KEY]]'
    local lines
    require_instance
    lines=$(superuser_psql muster -At -F ' ' -c "SELECT coalesce('BROKEN at entry ' || muster.audit_verify(o.org_id), 'whole'), o.org_id, o.slug,
        (SELECT count(*) FROM muster.audit_log l WHERE l.org_id = o.org_id) || ' entries' FROM muster.org o ORDER BY o.created_at, o.org_id")
    say "$lines"
    [[ $lines != *BROKEN* ]] || die 'An audit log is not what was written.'
    say 'Every audit log is whole.'
    (($# == 0)) || verify_head "$@"
}

# A head that was kept elsewhere: who signed it, and whether what it covered is still there.
verify_head() { # FILE [PUBLIC_KEY]
    local file statement key keys=() word number='' digest='' made='' verdict organisations erased entries
    file=$(from_caller "$1")
    statement=$(/usr/bin/python3 "$here/audit_head.py" "$file") || die "$file holds no audit head."
    mapfile -t keys < <(if (($# == 2)); then printf '%s\n' "$2"; else cat "$ETC/audit.pub"; fi)
    key=$("$APP/bin/muster-jobs" --audit-check "${keys[@]}" <<<"$statement") ||
        die "The audit head in $file is not signed with ${2+the key that you gave}${2-a key of this instance}."
    for word in $statement; do
        case $word in
        number=*) number=${word#*=} ;;
        digest=*) digest=${word#*=} ;;
        made=*) made=${word#*=} ;;
        esac
    done
    [[ $number =~ ^[0-9]{1,18}$ && $digest =~ ^[0-9a-f]{64}$ ]] || die "$file holds no audit head."
    IFS=$'\t' read -r verdict organisations erased entries < <(
        ask number="$number" digest="$digest" <<<"SELECT * FROM muster.audit_anchor_check(:'number', decode(:'digest', 'hex'));"
    ) || die 'The logs were not checked; the message of the database is above.'
    case $verdict in
    ok) ;;
    unknown) die "The database knows no audit head number $number: it is older than this head, or its own were taken out." ;;
    missing) die "$erased organisations that head $number covers are gone, and there are fewer receipts of erasures." ;;
    *) die "The audit logs are not what head $number covered: what was written before $made was changed, taken out or put in afterwards." ;;
    esac
    say "Head $number of $made, signed with the key $key: all $entries entries that it covers are in the logs as they were, of $organisations organisations."
    ((erased == 0)) || say "$erased other organisations that it covers were erased since or before, with their logs."
}
