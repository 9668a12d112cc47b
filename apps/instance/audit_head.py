"""audit_head.py FILE: prints the audit head that a file holds as one line: a mail as it was saved, or its text, or a line of a log."""
import email
import email.policy
import re
import sys

HEAD = re.compile(r"muster-audit-head 1((?: [a-z]+=[0-9A-Za-z+/=:.-]+)+? signature=[0-9A-Za-z+/]{86}==)")


def texts(data):
    """The file as it is, and the text of the mail that it may be."""
    yield data.decode(errors="replace")
    part = email.message_from_bytes(data, policy=email.policy.default).get_body(("plain",))
    if part is not None:
        yield part.get_content()


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read(1 << 20)
    for text in texts(data):
        found = HEAD.search(" ".join(text.split()))
        if found:
            print("muster-audit-head 1" + found[1])
            return 0
    return 1


sys.exit(main())
