#!/usr/bin/python3
"""peer.py: HTTP servers on loopback that behave as servers outside may. For the unit test of common/net, which starts it.

Prints one line "PLAIN TLS OLD BABBLE CLOSED CA" (ports, and the file of the authority) and ends when its standard input does. The path of a
request names what is to happen; the functions below say what.
"""
import os
import pathlib
import select
import socket
import socketserver
import ssl
import sys
import tempfile
import threading
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.lib.smtp import make_ca  # noqa: E402

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
hits = 0


def reply(conn, body, more=b"", status=b"200 OK"):
    conn.sendall(b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), more, body))


def until_gone(conn, data):
    """Sends again and again until the client goes away."""
    while True:
        conn.sendall(data)


def drip(conn):
    """A byte every few milliseconds: never silent, never done."""
    conn.sendall(HEAD + b"\r\n")
    while not select.select([conn], [], [], 0.02)[0]:
        conn.sendall(b"x")


def bomb(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(bytes(size)) + packer.flush()


def packed_transfer(conn):
    data = bomb(64 * 1024 * 1024)
    conn.sendall(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))


def endless(head, data):
    def send(conn):
        conn.sendall(head)
        until_gone(conn, data)
    return send


PATHS = {
    "/ok": lambda c: reply(c, b"fine\0and more", b"Content-Type: text/plain\r\nX-Twice: 1\r\nX-Twice: 2\r\nSet-Cookie: a=b\r\n"),
    "/hits": lambda c: reply(c, b"%d" % hits),
    "/fault": lambda c: reply(c, b"no", status=b"500 Broken"),
    "/redirect": lambda c: reply(c, b"", b"Location: /ok\r\n", b"302 Found"),
    "/drip": drip,
    "/silent": lambda c: c.recv(1),
    "/endless": endless(HEAD + b"\r\n", bytes(65536)),
    "/chunks": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + bytes(0x4000) + b"\r\n"),
    "/headers": endless(HEAD, b"X-More: and more\r\n" * 1000),
    "/line": endless(HEAD + b"X-Long: ", b"x" * 65536),
    "/interim": endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 1000),
    "/trailers": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-More: and more\r\n" * 1000),
    "/huge": lambda c: c.sendall(HEAD + b"Content-Length: 1000000000000\r\n\r\nx"),
    "/packed": lambda c: reply(c, bomb(64 * 1024 * 1024), b"Content-Encoding: gzip\r\n"),
    "/packed-transfer": packed_transfer,
    "/short": lambda c: c.sendall(HEAD + b"Content-Length: 100\r\n\r\nbroken of"),
    "/half-head": lambda c: c.sendall(HEAD + b"Content-Le"),
    "/half-after-interim": lambda c: c.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + b"Content-Le"),
    "/interim-reply": lambda c: c.sendall(b"HTTP/1.1 103 Early Hints\r\nLocation: /early\r\n\r\n" + HEAD + b"\r\nafter it"),
    "/nothing": lambda c: None,
    "/junk": lambda c: c.sendall(b"220 mail.example.com ESMTP\r\n"),
}


class Handler(socketserver.BaseRequestHandler):
    """One request a connection; /echo answers with the request as it came."""

    def setup(self):
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)

    def handle(self):
        global hits
        head, _, body = b"", b"", b""
        while b"\r\n\r\n" not in head:
            data = self.request.recv(65536)
            if not data or data.startswith(b"\x16\x03"):  # the beginning of TLS, where none is spoken
                return
            head += data
        hits += 1
        head, _, body = head.partition(b"\r\n\r\n")
        length = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        while length and len(body) < length[0]:
            body += self.request.recv(65536)
        path = head.split()[1].decode()
        if path == "/echo":
            reply(self.request, head + b"\r\n\r\n" + body)
        else:
            PATHS[path](self.request)


class Babble(Handler):
    """A mail server that greets without an end."""

    def handle(self):
        until_gone(self.request, b"220-hello\r\n" * 1000)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, handler=Handler, context=None):
        super().__init__(("127.0.0.1", 0), handler)
        self.context = context
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, *_):
        """Clients that go away are what is tested."""


def tls(folder, newest=None):
    """Prefers HTTP/2 to HTTP/1.1, and speaks it to nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2", "http/1.1"])
    if newest:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = newest
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("MUSTER_TESTS_TMP")) as folder, socket.socket() as closed:
        ca = make_ca(folder)
        servers = [Server(), Server(context=tls(ca)), Server(context=tls(ca, ssl.TLSVersion.TLSv1_1)), Server(Babble)]
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, nobody answers
        print(*(server.port for server in servers), closed.getsockname()[1], ca / "ca.pem", flush=True)
        sys.stdin.read()


main()
