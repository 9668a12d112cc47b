"""HTTP as bytes: for requests that no client library would send."""
import json
import socket


class Raw:
    """One reply: status, headers in lower case, body; closed: whether the server ended the connection."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if data else None
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}

    def json(self):
        return json.loads(self.body)


def send(instance, *chunks, close=False, timeout=20, address="127.0.0.1"):
    """Sends bytes and reads one reply to its end (requests should say Connection: close). close: no more will come.
    address: where from."""
    with socket.create_connection(("127.0.0.1", instance.port), timeout=timeout, source_address=(address, 0)) as s:
        try:
            for chunk in chunks:
                s.sendall(chunk)
            if close:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has replied and hung up
        data = b""
        while True:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                break
            if not more:
                break
            data += more
        return Raw(data)


def head(method, path, **headers):
    """The head of a request; header names with _ for -."""
    fields = {"Host": "localhost", "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return (f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields.items()) + "\r\n").encode("latin-1")
