"""The audit logs have an anchor outside: whoever rewrites all that the server has, chains, ends and anchors, is still found out (A12)."""
import re
import subprocess
import uuid

import pytest

from tests.lib import Client, Instance
from tests.lib.instance import ROOT, reachable, wait_for
from tests.lib.mailbox import mails

TO = "auditor@example.org"
HEAD = re.compile(r"audit: (muster-audit-head 1 .*signature=\S+)$", re.M)

# What somebody does who has the database's superuser and reads this program: an act is another one, and every hash behind it follows.
REWRITE = """
DO $$
DECLARE r muster.audit_log; v_org uuid := '%s'; v_hash bytea; v_lane smallint;
BEGIN
    SET session_replication_role = replica;
    UPDATE muster.audit_log SET detail = detail || '{"rewritten": true}'
    WHERE org_id = v_org AND seq = (SELECT min(seq) FROM muster.audit_log WHERE org_id = v_org);
    FOR v_lane IN SELECT lane FROM muster.audit_head WHERE org_id = v_org LOOP
        v_hash := muster.audit_first_hash(v_org, v_lane);
        FOR r IN SELECT * FROM muster.audit_log WHERE org_id = v_org AND lane = v_lane ORDER BY link LOOP
            v_hash := muster.audit_hash(v_hash, r);
            UPDATE muster.audit_anchor_head SET hash = v_hash
            WHERE org_digest = muster.audit_org_digest(v_org) AND lane = v_lane AND link = r.link;
            UPDATE muster.audit_log SET hash = v_hash WHERE org_id = v_org AND seq = r.seq;
        END LOOP;
        UPDATE muster.audit_head SET hash = v_hash WHERE org_id = v_org AND lane = v_lane;
    END LOOP;
    UPDATE muster.audit_anchor SET digest = muster.audit_anchor_digest(number, true);
END
$$
"""


@pytest.fixture(scope="module")
def own():
    with Instance(PROCESSES=2, AUDIT_HEAD_MAIL=TO, RATE_LIMIT_PER_MINUTE=0, LIMIT_REGISTER=0) as started:
        yield started


def next_head(own):
    """A day goes by: the file of the mail with the head that is made then."""
    wait_for(lambda: own.value("SELECT count(*) FROM muster.audit_anchor WHERE sent_at IS NULL") == 0, "all heads are sent")
    number = own.value("SELECT coalesce(max(number), 0) + 1 FROM muster.audit_anchor")
    own.sql("UPDATE muster.audit_anchor SET made_at = made_at - interval '1 day'")
    due = "UPDATE muster.job SET run_at = now() WHERE kind = 'audit_head' AND state = 'QUEUED' RETURNING id"
    wait_for(lambda: own.sql(due), "it is due")
    own.sql("NOTIFY muster_jobs")
    sent = "SELECT count(*) FROM muster.audit_anchor WHERE number = %s AND sent_at IS NOT NULL"
    wait_for(lambda: own.value(sent, number) == 1, "it is sent")
    return own.var / f"outbox/audit-head-{number}.eml"


def run(own, *arguments):
    return subprocess.run(own.command(*arguments), cwd=ROOT, env=own.environment(), capture_output=True, text=True, timeout=60, check=False)


def verify(own, *arguments):
    done = run(own, "audit-verify", *(str(one) for one in arguments))
    return done.returncode, done.stdout + done.stderr


def newest(own):
    """The text of the last mail."""
    number = own.value("SELECT max(number) FROM muster.audit_anchor WHERE sent_at IS NOT NULL")
    (mail,) = mails(own, TO, f"Muster audit head {number}")
    return mail.text.replace("\r\n", "\n")


def logged(own):
    return HEAD.findall("".join(text for _, text in own.logs()))


def test_once_a_day_it_goes_out(own):
    """By mail and in the log, the same in both; it says numbers and digests, and nobody's name."""
    admin = Client(own).register().signin()
    next_head(own)
    text = newest(own)
    lines = text[text.index("muster-audit-head 1"):].split("\n\n", 1)[0]
    wait_for(lambda: " ".join(lines.split()) in logged(own), "the log has it")
    assert admin.email not in text and admin.me["orgId"] not in text and "Organisation" not in text
    assert {line.partition("=")[0] for line in lines.split("\n")[1:]} == {
        "number", "made", "organisations", "erased", "entries", "previous", "digest", "key", "signature"}
    assert dict(line.split("=", 1) for line in lines.split("\n")[1:])["organisations"] == str(own.value("SELECT count(*) FROM muster.org"))
    # not twice a day
    own.sql("UPDATE muster.job SET run_at = now() WHERE kind = 'audit_head' AND state = 'QUEUED'")
    own.sql("NOTIFY muster_jobs")
    later = "SELECT count(*) FROM muster.job WHERE kind = 'audit_head' AND state = 'QUEUED' AND run_at > now()"
    wait_for(lambda: own.value(later) == 1, "it ran")
    assert own.value("SELECT count(*) FROM muster.audit_anchor WHERE made_at > now() - interval '12 hours'") == 1


def test_each_names_the_one_before(own):
    next_head(own)
    digest = re.search(r"\ndigest=(\w+)", newest(own))[1]
    Client(own).register()
    next_head(own)
    assert f"\nprevious={digest}\n" in newest(own) and f"\ndigest={digest}\n" not in newest(own)


def test_what_goes_on_is_no_change(own, tmp_path):
    """Acts, lanes and people come and go behind a head; a line of the log and the text alone will do as well as the mail."""
    admin = Client(own).register().signin()
    file = next_head(own)
    admin.run("bec", questionCount=3)
    colleague = admin.colleague()
    admin.call("DELETE", f"/api/portal/users/{colleague.me['id']}")
    next_head(own)
    assert verify(own, file)[0] == 0
    text, line = tmp_path / "text", tmp_path / "line"
    text.write_text(newest(own).replace("\n", "\r\n"), encoding="utf-8")
    line.write_text(f"2031-01-01T00:00:00Z warn jobs - audit: {logged(own)[-1]}\n", encoding="utf-8")
    public = run(own, "audit-key").stdout.strip()
    for arguments in ((text,), (line,), (line, public)):
        code, said = verify(own, *arguments)
        assert code == 0 and "are in the logs as they were" in said, said


def test_a_forged_head(own, tmp_path):
    """What was not signed with this key, or says something else than was signed."""
    next_head(own)
    head, file = logged(own)[-1], tmp_path / "head"
    entries = int(re.search(r"entries=(\d+)", head)[1])
    other = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqo="
    for text, arguments in ((head.replace(f"entries={entries}", f"entries={entries + 1}"), ()), (head, (other,)),
                            (head, ("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",))):
        file.write_text(text, encoding="utf-8")
        code, said = verify(own, file, *arguments)
        assert code == 1 and "is not signed" in said
    file.write_text("nothing of the kind", encoding="utf-8")
    assert verify(own, file)[0] == 1
    number = int(re.search(r"number=(\d+)", head)[1])
    own.sql("DELETE FROM muster.audit_anchor_head WHERE number = %s", number)
    own.sql("DELETE FROM muster.audit_anchor WHERE number = %s", number)
    file.write_text(head, encoding="utf-8")
    code, said = verify(own, file)
    assert code == 1 and "knows no audit head" in said


def test_an_erased_organisation(own):
    """Its log is gone with it: it is said, and what remains is checked. One that vanished without a receipt is a failure."""
    admin, other = Client(own).register().signin(), Client(own).register().signin()
    file = next_head(own)
    before = int(re.search(r"(\d+) other organisations", verify(own, file)[1] + "0 other organisations")[1])
    receipt = str(uuid.uuid4())
    own.sql("SELECT muster.org_erase(%s, %s)", admin.me["orgId"], receipt)
    code, said = verify(own, file)
    assert code == 0 and f"{before + 1} other organisations" in said
    assert verify(own, next_head(own))[0] == 0
    own.sql("DELETE FROM muster.erasure_receipt WHERE id = %s", receipt)
    code, said = verify(own, file)
    assert code == 1 and "fewer receipts" in said and other.me["orgId"] in said
    own.sql("INSERT INTO muster.erasure_receipt (kind) VALUES ('organization')")
    assert verify(own, file)[0] == 0


def test_an_organisation_that_its_person_left(own):
    """Whoever accepts an invitation elsewhere takes the own organisation along: that is an erasure with a receipt, and no failure."""
    mover, host = Client(own).register().signin(), Client(own).register().signin()
    file = next_head(own)
    gone = own.value("SELECT (muster.audit_anchor_check(number, digest)).erased FROM muster.audit_anchor ORDER BY number DESC LIMIT 1")
    own.sql("DELETE FROM muster.erasure_receipt")
    own.sql("INSERT INTO muster.erasure_receipt (kind) SELECT 'organization' FROM generate_series(1, %s)", gone)  # as few as there may be
    mover.call("POST", "/api/auth/invitations/accept", json={"token": own.invite(host.me["orgId"], mover.email)})
    assert own.value("SELECT count(*) FROM muster.erasure_receipt") == gone + 1
    code, said = verify(own, file)
    assert code == 0, said


def test_a_killed_worker_goes_on_where_it_was(own):
    """An anchor that was made, and neither signed nor sent: it goes out as the one that it is."""
    own.stop_service("jobs")
    own.sql("UPDATE muster.audit_anchor SET made_at = made_at - interval '1 day'")
    assert own.value("SELECT muster.audit_anchor_make()") is True
    (made,) = own.sql("SELECT number, encode(digest, 'hex') AS digest FROM muster.audit_anchor ORDER BY number DESC LIMIT 1")
    number, digest = made["number"], made["digest"]
    own.sql("UPDATE muster.job SET run_at = now() WHERE kind = 'audit_head' AND state = 'QUEUED'")
    own.start_service("jobs")
    wait_for(lambda: own.value("SELECT sent_at IS NOT NULL FROM muster.audit_anchor WHERE number = %s", number), "it is sent")
    assert f"\nnumber={number}\n" in newest(own) and f"\ndigest={digest}\n" in newest(own)


def test_s21_a_rewritten_log_is_found_out_from_outside(own, tmp_path):
    """Entries, hashes, ends and anchors are rewritten in keeping with each other: by itself the database is whole, and only the head that
    was kept elsewhere tells."""
    admin = Client(own).register().signin()
    admin.run("bec", questionCount=3)
    file = next_head(own)
    kept = tmp_path / "kept.eml"
    kept.write_bytes(file.read_bytes())
    assert verify(own, kept)[0] == 0
    own.sql(REWRITE.replace("%s", admin.me["orgId"]))
    own.sql("SET session_replication_role = origin")
    code, said = verify(own)
    assert code == 0 and "Every audit log is whole." in said
    code, said = verify(own, kept)
    assert code == 1 and "are not what head" in said


def test_s21_heads_after_a_loss(own, tmp_path):
    """What the guide says to keep is enough: another machine that gets backup and keys knows heads from before as its own, and signs with
    the same key. Without the keys the head is checked with the public one that was kept."""
    folder, head = reachable(tmp_path), next_head(own)
    public = run(own, "audit-key").stdout.strip()
    done = run(own, "backup", str(folder / "whole.dump"))
    assert done.returncode == 0 and "audit.key" in done.stdout, done.stdout + done.stderr
    with Instance(PROCESSES=2, AUDIT_HEAD_MAIL=TO) as other:
        assert run(other, "restore", str(folder / "whole.dump")).returncode == 0
        assert verify(other, head)[0] == 1 and verify(other, head, public)[0] == 0
        other.disconnect()
        other.terminate()
        for name in ("audit.key", "audit.pub"):
            (other.var / "etc" / name).write_bytes((own.var / "etc" / name).read_bytes())
        other.start()
        assert run(other, "audit-key").stdout.strip() == public
        code, said = verify(other, head)
        assert code == 0 and "are in the logs as they were" in said, said
        assert verify(other, next_head(other))[0] == 0


def test_an_address_that_is_none():
    own = Instance(AUDIT_HEAD_MAIL="nobody")
    own.port = 1
    with pytest.raises(AssertionError, match="AUDIT_HEAD_MAIL must be an e-mail address"):
        own.start()
