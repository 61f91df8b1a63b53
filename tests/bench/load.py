"""Many readers at once, each with one connection and always one request under way."""

import asyncio
import random
import re
import time

SECONDS = 6
CLIENTS = (1, 8, 64, 256)
WARM_SHARE = 0.8
WARM = 40  # addresses that are asked for again and again
NEW = (
    "filtered",
    "deep page",
    "search, common word",
    "search, rare word",
    "search, two of Han",
    "incident page",
)
BEGUN = 100  # the number of the first question: those before have been asked


class Addresses:
    """What is asked for: mostly what others have just asked for, else something new."""

    def __init__(self, cases):
        self.cases, self.chance = cases, random.Random(1)
        self.numbers, self.left = dict.fromkeys(NEW, BEGUN), list(NEW)
        self.warm = [self.new() for _number in range(WARM)]

    def new(self):
        """What nobody has asked for; of common words there are only some hundreds."""
        while True:
            case = self.chance.choice(self.left)
            number, self.numbers[case] = self.numbers[case], self.numbers[case] + 1
            try:
                return self.cases[case](number)
            except IndexError:
                self.left.remove(case)

    def next(self):
        return self.chance.choice(self.warm) if self.chance.random() < WARM_SHARE else self.new()


def measure(port, cases, memory):
    """By number of clients: answers a second, their times, the share that was told to come again, and the workers' memory."""
    addresses, found = Addresses(cases), {}
    for path in addresses.warm * 4:  # in every worker
        asyncio.run(_ask(port, [path]))
    for clients in CLIENTS:
        begun = time.perf_counter()
        answers = asyncio.run(_all(port, addresses, clients, begun + SECONDS))
        seconds = time.perf_counter() - begun
        times = sorted(took for status, took in answers if status == 200) or [0.0]
        found[str(clients)] = {
            "rate": len(times) / seconds,
            "p50": times[len(times) // 2],
            "p99": times[int(len(times) * 0.99)],
            "busy": sum(status == 503 for status, _took in answers) / len(answers),
            "failed": sum(status not in (200, 503) for status, _took in answers),
            "memory": memory(),
        }
    return found


async def _all(port, addresses, clients, end):
    asked = iter(lambda: addresses.next() if time.perf_counter() < end else None, None)
    lists = await asyncio.gather(*(_ask(port, asked) for _number in range(clients)))
    return [answer for answers in lists for answer in answers]


async def _ask(port, addresses):
    """Statuses and milliseconds of the answers to these; status 0 where a connection broke."""
    found, connection = [], None
    for path in addresses:
        begun = time.perf_counter()
        try:
            reader, writer = connection = connection or await asyncio.open_connection(
                "127.0.0.1", port, limit=1 << 20
            )
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            await _read_body(reader, head)
            status = int(head.split()[1])
        except (OSError, EOFError):
            status, connection = 0, None
        found.append((status, (time.perf_counter() - begun) * 1000))
    if connection:
        connection[1].close()
    return found


async def _read_body(reader, head):
    """Read to the end of an answer, which says how long it is, or comes in pieces."""
    if length := re.search(rb"(?i)\r\ncontent-length: *(\d+)", head):
        await reader.readexactly(int(length[1]))
        return
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()
