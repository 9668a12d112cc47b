"""Mail servers on loopback that behave as servers do: take, refuse, ask for a sign-in, speak TLS, hang."""
import asyncio
import pathlib
import socket
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.lib.instance import free_port, wait_for
from tests.lib.mail import parse


def make_ca(folder):
    """A certificate authority and a certificate of localhost from it, by the openssl command; returns an object with the paths."""
    folder = pathlib.Path(folder)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=Test CA",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")
    (folder / "extensions").write_text("subjectAltName=DNS:localhost\n", encoding="utf-8")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
            "extensions", "-out", "server.pem")
    (folder / "ca.pem").chmod(0o644)
    return folder


class Handler:
    """Keeps what was taken and what was asked; `replies` maps an address to what RCPT answers, or a verb to what it answers."""

    def __init__(self):
        self.taken = []   # (from, [to], bytes, login, tls)
        self.asked = []   # recipients, refused ones too
        self.sessions = set()
        self.replies = {}

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.sessions.add(session.peer)
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked.append(address)
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.replies:
            return self.replies["DATA"]
        if "AFTER" in self.replies:
            self.replies["AFTER"]()
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content, getattr(session, "login_name", None),
                           session.ssl is not None))
        return "250 taken"


class Server:
    """A server of aiosmtpd in a thread. tls: None, "starttls" or "smtps"; login: (name, password) that it insists on."""

    def __init__(self, port=None, tls=None, ca=None, login=None):
        self.port = port or free_port()
        self.tls, self.login = tls, login
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(ca / "server.pem", ca / "server.key")
        self.handler = Handler()
        self.controller = None

    @property
    def url(self):
        return f"{'smtps' if self.tls == 'smtps' else 'smtp'}://localhost:{self.port}"

    def start(self):
        options = {}
        if self.tls == "starttls":
            options.update(tls_context=self.context, require_starttls=True)
        if self.login:
            options.update(authenticator=self._check, auth_required=True, auth_require_tls=self.tls == "starttls")

        class Local(Controller):
            def factory(inner):
                return SMTP(self.handler, **options)
        self.controller = Local(self.handler, hostname="127.0.0.1", port=self.port,
                                ssl_context=self.context if self.tls == "smtps" else None)
        self.controller.start()
        return self

    def _check(self, server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self.login
        session.login_name = data.login.decode() if right else None
        return AuthResult(success=right, handled=False)

    def stop(self):
        if self.controller:
            self.controller.stop()
            self.controller = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def mails(self):
        return [parse(data) for _, _, data, _, _ in self.handler.taken]

    def to(self, address):
        """The mails to an address, oldest first."""
        return [parse(data) for _, to, data, _, _ in self.handler.taken if address in to]

    def wait_for(self, address, count=1, seconds=30):
        wait_for(lambda: len(self.to(address)) >= count, f"mail {count} to {address}", seconds, 0.05)
        return self.to(address)[-1]


class Hanging:
    """Accepts and never says a word, or stops talking after some replies."""

    def __init__(self, port=None, replies=()):
        self.port = port or free_port()
        self.replies = list(replies)
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)

    async def _talk(self, reader, writer):
        self.connections += 1
        try:
            for reply in self.replies:
                writer.write(reply.encode() + b"\r\n")
                line = await reader.readline()
                if line.upper().startswith(b"DATA"):
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", self.port))
        self.loop.run_forever()

    def __enter__(self):
        self.thread.start()
        wait_for(self._listens, "the hanging server", 5)
        wait_for(lambda: self.connections, "our own look at it", 5)
        self.connections = 0
        return self

    def _listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
