"""Very many small requests at once, from given addresses: sign-in attempts of somebody who guesses."""
import asyncio
import collections
import json
import threading

AT_ONCE = 12  # less than one network may have under way, and than the pool for hashing queues: nobody hears 503 because of us


class Flood:
    """Sends sign-in attempts, (address, e-mail) each, in a thread of its own; replies: (status, Retry-After) in the order of arrival."""

    def __init__(self, instance, attempts, password="some wrong words", at_once=AT_ONCE):
        self.port = instance.port
        self.attempts = iter(attempts)
        self.password = password
        self.at_once = at_once
        self.replies = []
        self.thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def start(self):
        self.thread.start()
        return self

    def running(self):
        return self.thread.is_alive()

    def wait(self, seconds=120):
        """How many replies had which status."""
        self.thread.join(seconds)
        assert not self.thread.is_alive(), f"{len(self.replies)} attempts in {seconds} s"
        return collections.Counter(status for status, _ in self.replies)

    async def _all(self):
        await asyncio.gather(*(self._some() for _ in range(self.at_once)))

    async def _some(self):
        for address, email in self.attempts:
            self.replies.append(await self._one(address, email))

    async def _one(self, address, email):
        body = json.dumps({"email": email, "password": self.password}).encode()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
            writer.write(b"POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body) + body)
            head = (await reader.read()).partition(b"\r\n\r\n")[0].decode("latin-1")
            writer.close()
        except OSError:
            return 0, None
        lines = head.split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return (int(lines[0].split()[1]) if head else 0), fields.get("retry-after")


def sign_in_attempts(instance, *args, **options):
    """Sends them all; how many had which status, and the Retry-After of those that were told to wait."""
    flood = Flood(instance, *args, **options).start()
    return flood.wait(), [int(after) for status, after in flood.replies if status == 429]
