"""What those who run the tracker can ask of it: whether it works, and a few numbers."""

import pytest
from django.db import connection

from incidents import index
from incidents.models import Incident
from incidents.public import health

from .factories import make_published_incident

pytestmark = pytest.mark.django_db

WELL = {
    "status": "ok",
    "database": "ok",
    "index": "ok",
    "changes_waiting": 0,
    "dataset_version": 0,
    "disk": "ok",
}


@pytest.fixture(autouse=True)
def _just_started(monkeypatch):
    monkeypatch.setattr(health, "_seen", (0, (-1, -1)))


def asked(client):
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


def test_all_is_well(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, WELL)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert "Vary" not in answer


def test_it_says_how_many_changes_wait_and_indexes_none(client):
    incident = make_published_incident()
    client.get("/incidents/")
    Incident.objects.filter(pk=incident.pk).update(title="Another title")

    first, second = (asked(client)[1]["changes_waiting"] for _n in range(2))

    assert first == second == 1


def test_changes_that_wait_for_minutes_are_a_failure(client, monkeypatch):
    make_published_incident()
    assert asked(client)[0] == 200
    monkeypatch.setattr(health, "STUCK_SECONDS", -1)

    status, found = asked(client)

    assert (status, found["status"], found["index"]) == (503, "failing", "stuck")
    client.get("/incidents/")
    assert asked(client)[0] == 200


def test_a_full_disk_is_a_failure(client, monkeypatch):
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 10**18)

    status, found = asked(client)

    assert (status, found) == (503, WELL | {"status": "failing", "disk": "almost full"})


def test_a_database_that_is_away_is_a_failure_and_not_an_error(client):
    """A table that is gone fails like a server that is."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_change_queue RENAME TO away")

    status, found = asked(client)

    assert (status, found["database"], found["index"]) == (503, "not reachable", "not known")


def test_numbers_are_told_only_if_the_settings_say_so(client, settings):
    make_published_incident(title="Quokka")
    client.get("/incidents/")
    hidden = client.get("/metrics").status_code
    settings.METRICS = True

    answer = client.get("/metrics")

    lines = dict(line.split() for line in answer.content.decode().splitlines() if line[0] != "#")
    free = lines.pop("tracker_disk_free_bytes")
    assert hidden == 404
    assert free.isdigit()
    assert lines == {
        "tracker_up": "1",
        "tracker_database_up": "1",
        "tracker_changes_waiting": "0",
        "tracker_dataset_version": str(index.current_version("default").number),
    }
