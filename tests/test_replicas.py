"""Public pages are read from a streaming replica, never older than seen before; without it the primary answers."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from . import postgres

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30


class Tracker:
    """The tracker as it is served, on a primary and a replica."""

    def __init__(self, primary, replica, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "DATABASE_URL": primary.url,
            "DATABASE_REPLICA_URLS": replica.url,
            "DATABASE_POOL": "4",
            "DATA_DIR": str(folder),
            "WEB_CONCURRENCY": "1",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }
        self.process = None

    def serve(self):
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self.get("/about/").status == 200)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def get(self, path, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as answer:
            return answer

    def title(self, **headers):
        """The title of the first case, as a reader is shown it, and the ETag that came with it."""
        answer = self.get("/incidents/2020-zoom-wang-dan/", **headers)
        return re.search("<h1[^>]*>([^<]*)", answer.read().decode())[1], answer.headers["ETag"]

    def rename(self, title):
        """Change the case as another process would."""
        code = (
            "from incidents.models import Incident\n"
            f"incident = Incident.objects.get(ref='2020-zoom-wang-dan'); incident.title = {title!r}; incident.save()"
        )
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", code],
            cwd=ROOT,
            env=self.environment | {"DATABASE_REPLICA_URLS": ""},
            check=True,
        )


def until(holds):
    """Wait until it holds; what is not there yet may fail."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("It never came true.")


def ask(server, sql):
    with psycopg.connect(
        host=str(server.folder), user="postgres", dbname="postgres", autocommit=True
    ) as found:
        return found.execute(sql).fetchone()[0]


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    primary, replica = postgres.Server(), postgres.Server()
    primary.make()
    primary.start()
    replica.follow(primary)
    replica.start()
    tracker = Tracker(primary, replica, tmp_path_factory.mktemp("data"))
    tracker.serve()
    yield primary, replica, tracker
    tracker.stop()
    replica.remove()
    primary.remove()


if connection.vendor == "postgresql":

    def test_readers_are_served_by_a_replica_that_may_lag_stop_and_come_back(servers):
        primary, replica, tracker = servers
        first = tracker.title()[0]
        until(lambda: ask(replica, "SELECT count(*) FROM incidents_datasetversion") > 0)

        # A reader who knows nothing newer is served by the replica, as far as it has come.
        ask(replica, "SELECT pg_wal_replay_pause()::text")
        tracker.rename("Second")
        assert tracker.title()[0] == first

        # Whoever has seen the newer edition, and from then on everybody, is served by the primary.
        newest = ask(primary, "SELECT max(number) FROM incidents_datasetversion")
        tag = f'"{newest}-000000000000000000000000"'
        assert tracker.title(**{"If-None-Match": tag})[0] == "Second"
        assert tracker.title()[0] == "Second"

        # The replica catches up and serves again.
        ask(replica, "SELECT pg_wal_replay_resume()::text")
        until(lambda: ask(replica, "SELECT max(number) FROM incidents_datasetversion") == newest)
        ask(primary, "SELECT pg_stat_reset()::text")
        before = ask(replica, "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")
        assert tracker.get("/platforms/").status == 200
        until(
            lambda: (
                ask(replica, "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'") > before
            )
        )

        # It stops: nobody notices.
        replica.stop()
        tracker.rename("Third")
        assert tracker.title()[0] == "Third"
        assert tracker.get("/incidents/?q=third").status == 200

        # It comes back, and after a while it is asked again.
        replica.start()
        ask(replica, "SELECT 1")
        assert tracker.title()[0] == "Third"

    def test_the_desk_stays_on_the_primary(servers):
        _primary, replica, tracker = servers
        ask(replica, "SELECT pg_wal_replay_pause()::text")
        tracker.rename("Fourth")

        seen_by_editor = tracker.title(Cookie="sessionid=abc")[0]

        ask(replica, "SELECT pg_wal_replay_resume()::text")
        assert seen_by_editor == "Fourth"
        assert tracker.get("/admin/login/").status == 200
