"""Public pages are read from a streaming replica, never older than seen before; without it the primary answers."""

import re
import subprocess
import sys
from contextlib import ExitStack

import psycopg
import pytest

from . import postgres
from .server import ROOT, TrackerServer, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not postgres.binaries(), reason=f"PostgreSQL is not installed: {postgres.INSTALL}"),
]


def title(tracker, **headers):
    """The title of a case, as a reader is shown it."""
    answer = tracker.get("/incidents/2020-zoom-wang-dan/", **headers)
    return re.search("<h1[^>]*>([^<]*)", answer.read().decode())[1]


def rename(tracker, title):
    """Change the case as another process would."""
    code = (
        "from incidents.models import Incident\n"
        f"incident = Incident.objects.get(ref='2020-zoom-wang-dan'); incident.title = {title!r}; incident.save()"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT,
        env=tracker.environment | {"DATABASE_REPLICA_URLS": ""},
        check=True,
    )


def ask(server, sql):
    with psycopg.connect(
        host=str(server.folder), user="postgres", dbname="postgres", autocommit=True, application_name="test"
    ) as connection:
        return connection.execute(sql).fetchone()[0]


def newest(server):
    return ask(server, "SELECT max(number) FROM incidents_datasetversion")


def pause(replica):
    """Have it take over nothing more."""
    ask(replica, "SELECT pg_wal_replay_pause()::text")
    wait_until(lambda: ask(replica, "SELECT pg_get_wal_replay_pause_state()") == "paused")


def reads_from(server, tracker):
    """Whether the tracker asks this server for a page."""
    last_query = (
        "SELECT coalesce(max(state_change), '-infinity') FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND application_name <> 'test'"
    )
    before = ask(server, f"SELECT ({last_query})::text")
    assert tracker.get("/platforms/").status == 200
    return ask(server, f"SELECT ({last_query}) > '{before}'")


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    with ExitStack() as stack:
        primary, replica = postgres.Server(), postgres.Server()
        for server in (primary, replica):
            stack.callback(server.remove)
        primary.make()
        primary.start()
        replica.follow(primary)
        replica.start()
        tracker = TrackerServer(
            tmp_path_factory.mktemp("data"),
            DATABASE_URL=primary.url,
            DATABASE_REPLICA_URLS=replica.url,
            DATABASE_POOL="4",
            WEB_CONCURRENCY="1",
        )
        stack.enter_context(tracker)
        yield primary, replica, tracker


def test_readers_are_served_by_a_replica_that_may_lag_stop_and_come_back(servers):
    primary, replica, tracker = servers
    first = title(tracker)
    wait_until(lambda: newest(replica) == newest(primary))
    wait_until(lambda: reads_from(replica, tracker))

    # A reader who knows nothing newer is served by the replica, as far as it has come.
    pause(replica)
    rename(tracker, "Second")
    assert title(tracker) == first

    # A reader who has seen the newer dataset version is served by the primary, and so is everybody from then on.
    wait_until(lambda: newest(primary) > newest(replica))
    tag = f'"{newest(primary)}-000000000000000000000000"'
    assert title(tracker, **{"If-None-Match": tag}) == "Second"
    assert title(tracker) == "Second"

    # The replica catches up and serves again.
    ask(replica, "SELECT pg_wal_replay_resume()::text")
    wait_until(lambda: newest(replica) == newest(primary))
    wait_until(lambda: reads_from(replica, tracker))

    # It stops: nobody notices.
    replica.stop()
    rename(tracker, "Third")
    wait_until(lambda: title(tracker) == "Third")
    assert tracker.get("/incidents/?q=third").status == 200

    # It comes back, and after a while it is asked again.
    replica.start()
    assert title(tracker) == "Third"
    wait_until(lambda: reads_from(replica, tracker))
    assert title(tracker) == "Third"


def test_the_desk_stays_on_the_primary(servers):
    primary, replica, tracker = servers
    pause(replica)
    rename(tracker, "Fourth")

    # As soon as it is indexed, which another process may be about.
    wait_until(lambda: title(tracker, Cookie="sessionid=abc") == "Fourth")
    assert newest(replica) < newest(primary)
    ask(replica, "SELECT pg_wal_replay_resume()::text")
    assert tracker.get("/admin/login/").status == 200
