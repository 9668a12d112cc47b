"""Mail in tests: what an instance without a server writes, and links to turn mails off."""
import email
import email.policy
import functools

from tests.lib.instance import wait_for


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


@functools.lru_cache(maxsize=None)
def recipient(file):
    """Whom a mail in a file is to. Asked once a file, which never changes: the outbox of a suite holds thousands."""
    return str(parse(file.read_bytes().partition(b"\r\n\r\n")[0])["To"])


def files_to(instance, to):
    """The files of the mails to an address, the oldest first."""
    found = [file for file in (instance.var / "outbox").glob("*.eml") if recipient(file) == to]
    return sorted(found, key=lambda file: file.stat().st_mtime_ns)


def outbox(instance, to, subject=""):
    """The mails to an address that were written as files, the oldest first; only those with these words in the subject."""
    return [mail for mail in (parse(file.read_bytes()) for file in files_to(instance, to)) if subject in mail["Subject"]]


def wait_for_mail(instance, to, subject="", count=1, seconds=30):
    """The newest of such mails, when there are so many."""
    def newest():
        found = outbox(instance, to, subject)
        return found[-1] if len(found) >= count else None
    return wait_for(newest, f"mail {count} to {to}: {subject}", seconds, 0.1)


def hurry(instance):
    """The worker looks into its queue now. It is not told of mail about people and exercises, which waits for its next look."""
    instance.sql("NOTIFY muster_jobs")


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def one_click(mail):
    """Path and query of the one-click link."""
    return "/api/" + mail["List-Unsubscribe"].strip("<>").split("/api/", 1)[1]
