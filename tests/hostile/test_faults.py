"""A database that goes away: no answer is wrong, and all recovers by itself."""

import pytest

from tests import postgres
from tests.databases import SERVER
from tests.server import TrackerServer, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.mark.skipif(not SERVER, reason="It is PostgreSQL that can be away.")
def test_a_database_that_goes_away_is_asked_again_when_it_is_back(tmp_path):
    server = postgres.Server()
    server.make()
    server.start()
    with TrackerServer(tmp_path, DATABASE_URL=server.url) as tracker:
        assert tracker.get("/incidents/").status == 200

        server.stop()
        away = [
            tracker.get(path)
            for path in ("/", "/incidents/?sort=oldest", "/incidents.csv", "/data/", "/healthz")
        ]
        server.start()

        assert [answer.status for answer in away] == [503] * 5
        assert {answer.headers["Retry-After"] for answer in away[:4]} == {"30"}
        for answer in away:
            answer.close()
        wait_until(lambda: tracker.get("/incidents/").status == 200)
        wait_until(lambda: tracker.get("/healthz").status == 200)
    server.remove()
