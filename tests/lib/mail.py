"""Mail in tests: what an instance without a server writes, and links to turn mails off."""
import email
import email.policy

from tests.lib.instance import wait_for


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def outbox(instance, to=None, subject=""):
    """The mails that were written as files, the oldest first; only those to an address and with these words in the subject."""
    files = sorted((instance.var / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [mail for mail in (parse(file.read_bytes()) for file in files) if to in (None, mail["To"]) and subject in mail["Subject"]]


def wait_for_mail(instance, to, subject="", count=1, seconds=30):
    """The newest of such mails, when there are so many."""
    def newest():
        found = outbox(instance, to, subject)
        return found[-1] if len(found) >= count else None
    return wait_for(newest, f"mail {count} to {to}: {subject}", seconds, 0.1)


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def one_click(mail):
    """Path and query of the one-click link."""
    return "/api/" + mail["List-Unsubscribe"].strip("<>").split("/api/", 1)[1]
