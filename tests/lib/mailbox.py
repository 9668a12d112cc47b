"""Mails of an instance without a mail server, as files of its outbox."""
import re

from tests.lib.instance import wait_for
from tests.lib.mail import files_to, parse

LINK = re.compile(r"https?://[^\s<>\"]+")


class Mail:
    """One mail: to, subject, text, the token of its link."""

    def __init__(self, raw):
        self.message = parse(raw)
        self.to = self.message["To"]
        self.subject = str(self.message["Subject"])
        self.text = self.message.get_body(("plain",)).get_content()
        self.html = self.message.get_body(("html",)).get_content()

    @property
    def url(self):
        return LINK.search(self.text).group(0)

    @property
    def token(self):
        return re.search(r"[#?&](?:token|invite)=(\w+)$", self.url).group(1)


def settled(instance, to):
    """Everything that is queued for this address was sent."""
    wait_for(lambda: not instance.value("SELECT count(*) FROM muster.mail WHERE state = 'QUEUED' AND recipient = %s", to),
             f"no mail to {to} waits", 30)


def mails(instance, to, subject=""):
    """All mails to this address whose subject begins so, oldest first; first everything that is queued for it is waited for."""
    settled(instance, to)
    found = [Mail(file.read_bytes()) for file in files_to(instance, to)]
    return [mail for mail in found if mail.subject.startswith(subject)]


def last(instance, to, subject=""):
    """The newest one, which must be there."""
    found = mails(instance, to, subject)
    assert found, f"no mail to {to} whose subject begins {subject!r}"
    return found[-1]
