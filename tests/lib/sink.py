"""A mail server on loopback that takes everything."""
import socketserver
import threading

from tests.lib.instance import wait_for
from tests.lib.mailbox import Mail


class Session(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client without extensions needs."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        for line in iter(self.rfile.readline, b""):
            verb = line.split(b":")[0].split(b" ")[0].strip().upper()
            if verb == b"DATA":
                self.say("354 go on")
                rows = list(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(Mail(b"".join(row[1:] if row.startswith(b"..") else row for row in rows)))
            self.say("221 bye" if verb == b"QUIT" else "250 sink")
            if verb == b"QUIT":
                return


class Sink(socketserver.ThreadingTCPServer):
    """with Sink() as sink: sink.url is for SMTP_URL, sink.last() waits for a mail."""
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.mails = []
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def all(self, to, subject=""):
        return [mail for mail in list(self.mails) if mail.to == to and mail.subject.startswith(subject)]

    def last(self, to, subject="", count=1):
        """The newest of so many at least."""
        return wait_for(lambda: len(self.all(to, subject)) >= count and self.all(to, subject), f"mail {count} to {to}: {subject}", 30)[-1]
