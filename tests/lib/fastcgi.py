"""A family by itself: a program behind a listening socket, without nginx, a watcher or a database, and requests to it as records."""
import os
import pathlib
import socket
import struct
import subprocess
import tempfile

from tests.lib.instance import BUILD, wait_for

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


def record(kind, data=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(data), 0) + data


def request(path, method="GET", **params):
    """All records of a request without a body."""
    pairs = {"REQUEST_METHOD": method, "DOCUMENT_URI": path, **params}
    text = b"".join(bytes((len(name), len(value))) + name.encode() + value.encode() for name, value in pairs.items())
    return record(BEGIN, struct.pack(">HBxxxxx", 1, 0)) + record(PARAMS, text) + record(PARAMS) + record(STDIN)


def read_reply(connection):
    """What the program wrote, to the end of the connection."""
    data = b""
    while more := connection.recv(65536):
        data += more
    out = b""
    while len(data) >= 8:
        _, kind, _, length, padding = struct.unpack(">BBHHBx", data[:8])
        out += data[8:8 + length] if kind == STDOUT else b""
        data = data[8 + length + padding:]
    return out


class Program:
    """One process of a family. stdin: what it gets in place of a listening socket."""

    def __init__(self, family="exercises", stdin=None):
        self.dir = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with  # removed by __exit__
        self.path = str(pathlib.Path(self.dir.name) / "s")
        self.log = pathlib.Path(self.dir.name) / "log"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        sanitizers = {name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([str(BUILD / f"bin/muster-{family}")], stderr=log,
                                            stdin=self.listener if stdin is None else stdin,
                                            env={"DATABASE_URL": "host=/nonexistent user=nobody", "LOG_LEVEL": "info", **sanitizers})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.listener.close()
        self.dir.cleanup()

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        connection.connect(self.path)
        return connection

    def ask(self, path="/healthz/exercises"):
        with self.connect() as connection:
            connection.sendall(request(path))
            return read_reply(connection)

    def cpu(self):
        """Seconds so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def text(self):
        return self.log.read_text(encoding="utf-8")

    def idle(self):
        """Waits until it sleeps."""
        def sleeps():
            return pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "S"
        wait_for(sleeps, "an idle process", 10)
