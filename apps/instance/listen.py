#!/usr/bin/python3
"""listen.py PORT [ADDRESS...]: prints the addresses to listen on, one "listen" value of nginx a line.

Without addresses: 127.0.0.1, and ::1 when this machine has it. Ends with a sentence and status 1 when a port is taken.
"""
import errno
import socket
import sys


def try_bind(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        sock.listen(1)


def main():
    port = int(sys.argv[1])
    asked = [a.strip("[]") for a in sys.argv[2:]]
    usable = []
    for address in asked or ["127.0.0.1", "::1"]:
        try:
            try_bind(address, port)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                sys.exit(f"Port {port} on {address} is already in use by another program. Choose another one, for example PORT={port + 1}.")
            if problem.errno == errno.EACCES:
                sys.exit(f"Port {port} needs a privilege that this user does not have. Choose a port from 1024 on, for example PORT=8080.")
            if address == "::1" and not asked:
                continue
            sys.exit(f"Cannot listen on {address}: {problem.strerror}.")
        usable.append(f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
    print("\n".join(usable))


main()
