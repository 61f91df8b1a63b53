"""Clients that are silent, slow, take nothing or are very many: readers are answered all the same."""

import contextlib
import socket
import threading
import time

import pytest

from tests.databases import Database
from tests.hostile import TIMES
from tests.server import TrackerServer, wait_until

pytestmark = pytest.mark.slow

HEAD = b"GET /incidents/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
SENT = (
    b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n"
    b"Cookie: csrftoken=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n"
)
FORM, BATCH = (b"POST %s HTTP/1.1\r\n" % path + SENT for path in (b"/admin/login/", b"/api/v1/reconcile/"))
# What each of so many clients sends at once, and what it does then: nothing, send a byte now and then, or read one byte.
CLIENTS = {
    "silent": (500, b"", None),
    "a byte of the head now and then": (50, HEAD, "sends"),
    "a byte of the form now and then": (50, FORM, "sends"),
    "a byte of a batch of searches now and then": (50, BATCH, "sends"),
    "files that nobody reads": (100, b"GET /incidents.json HTTP/1.1\r\nHost: localhost\r\n\r\n", "reads"),
}


@pytest.fixture(scope="module")
def tracker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    database = Database.migrated(folder, on_sqlite=True)
    with database.python("-m", "tests.bench.data", "700"):  # 6 MB: more than any buffer on its way takes
        pass
    database.path.rename(folder / "tracker.sqlite3")
    with TrackerServer(folder) as server:
        yield server


@contextlib.contextmanager
def clients(port, number, sent, then):
    """So many connections, held until the context is left."""
    ended, connections = threading.Event(), []
    for _n in range(number):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        connection.sendall(sent)
        connections.append(connection)
        if then == "reads":
            connection.recv(1)

    def go_on():
        while not ended.wait(0.5):
            for connection in connections:
                with contextlib.suppress(OSError):  # the server may have ended it
                    connection.send(b"a")

    thread = threading.Thread(target=go_on) if then == "sends" else None
    if thread:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread:
            thread.join()
        for connection in connections:
            connection.close()


def status_for_reader(tracker, path):
    """The status of the answer to a reader who comes again when asked to, as in a rush, for a minute."""
    for _time in range(12):
        with tracker.get(path) as answer:
            if answer.status != 503:
                break
        time.sleep(int(answer.headers["Retry-After"]))
    return answer.status


@pytest.mark.parametrize("kind", CLIENTS)
def test_readers_are_answered_beside(tracker, kind):
    with clients(tracker.port, *CLIENTS[kind]):
        statuses = [
            status_for_reader(tracker, path)
            for n in range(10 * TIMES)
            for path in (f"/incidents/?q=-quokka&at={2000 + n}", "/admin/login/")
        ]

    assert statuses == [200] * 20 * TIMES
    assert "quokka" not in tracker.output


def test_a_rush_is_answered_or_told_to_come_again_and_leaves_nothing_behind(tracker):
    asked = b"GET /incidents/?q=-quokka&at=%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    heads = []
    with contextlib.ExitStack() as stack:
        connections = []
        for number in range(200 * TIMES):
            connections.append(stack.enter_context(socket.create_connection(("127.0.0.1", tracker.port))))
            connections[-1].sendall(asked % (1000 + number))
        for connection in connections:
            heads.append(
                stack.enter_context(connection.makefile("rb")).read().partition(b"\r\n\r\n")[0].lower()
            )

    statuses = {head.split()[1] for head in heads}
    assert statuses <= {b"200", b"503"}
    assert [head for head in heads if b" 503 " in head and b"retry-after: 5" not in head] == []
    wait_until(lambda: tracker.get("/incidents/?q=-quokka").status == 200)
    assert "quokka" not in tracker.output
