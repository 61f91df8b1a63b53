"""Answers kept in a real Redis: the same pages as without, nothing old, and nothing lost when it is away."""

import shutil
import subprocess
from contextlib import ExitStack, closing

import pytest
import redis

from incidents import index
from incidents.models import Incident
from tracker import settings as ours

from .server import MAX_WAIT_SECONDS, wait_until

needs_redis = pytest.mark.skipif(
    not shutil.which("redis-server"), reason="Redis is not installed: apt install redis-server"
)
pytestmark = [needs_redis, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(cases, tmp_path, settings, monkeypatch):
    """A Redis of our own, and the tracker configured to use it."""
    socket = tmp_path / "redis.sock"
    with ExitStack() as stack:
        process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", socket, "--save", ""], stdout=subprocess.DEVNULL
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        client = stack.enter_context(closing(redis.Redis(unix_socket_path=str(socket))))
        wait_until(client.ping, process=process, not_yet=redis.ConnectionError)
        monkeypatch.setattr(ours, "CACHE_URL", f"unix://{socket}")
        settings.CACHES = {name: ours.cache(name) for name in settings.CACHES}
        for cache in settings.CACHES.values():  # which is slow only where the machine is
            cache["OPTIONS"]["SOCKET_TIMEOUT"] = MAX_WAIT_SECONDS
        index.current_version("default")
        yield process, client


def test_a_page_is_kept_there_and_told_again_without_the_archive(server, client, django_assert_num_queries):
    first = client.get("/incidents/")
    kept = server[1].keys("pages*")

    with django_assert_num_queries(1):  # which edition it is
        second = client.get("/incidents/")

    assert len(kept) == 1
    assert second.content == first.content
    assert b"Humanitarian China" in second.content


def test_what_is_published_is_shown_at_once(server, client):
    client.get("/incidents/")
    Incident.objects.filter(ref="2020-zoom-wang-dan").update(title="Another title altogether")

    assert b"Another title altogether" in client.get("/incidents/").content


def test_all_processes_count_together_who_asks_too_often(server, client, settings, stopped_clock):
    settings.API_RATE = 2

    answers = [client.get(f"/api/v1/incidents/?limit={n}").status_code for n in (1, 2, 3)]

    assert answers == [200, 200, 429]
    assert len(server[1].keys("default*")) == 1


def test_without_it_pages_and_api_are_told_all_the_same(server, client):
    client.get("/incidents/")
    server[0].kill()
    server[0].wait()

    assert b"Humanitarian China" in client.get("/incidents/").content
    assert client.get("/api/v1/incidents/").status_code == 200
