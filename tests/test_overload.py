"""More requests than a process can work on: some wait for a moment, others are told to come again. None asks the database."""

import re
from contextlib import ExitStack, suppress
from threading import Event, Thread

import pytest
from django.contrib.auth.models import User
from django.test import Client

from incidents.public import overload
from incidents.public.overload import Slots

from .databases import SERVER, Database
from .server import wait_until

PAGES = ["/", "/incidents/", "/incidents/?q=quokka", "/admin/", "/admin/login/"]
FOR_PROGRAMS = ["/incidents.csv", "/incidents.json?q=quokka", "/incidents.atom", "/api/v1/incidents/"]


@pytest.fixture
def no_room(monkeypatch):
    """As many requests as there is room for, none of which is ever done."""
    monkeypatch.setattr(overload, "MAX_WAIT_SECONDS", 0)
    with ExitStack() as stack:
        for name in ("desk", "pages", "searches"):
            monkeypatch.setattr(overload, name, Slots(1))
            stack.enter_context(getattr(overload, name).taken())
        yield


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_for_whom_there_is_no_room_is_told_when_to_come_again(client, no_room, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Please try again in a few seconds." in answer.content.decode()
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize("path", FOR_PROGRAMS)
def test_a_program_for_which_there_is_no_room_gets_a_document(client, no_room, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "Try again after 5 seconds."
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_an_editor_reads_that_nothing_was_saved(client, no_room):
    answer = client.post("/admin/incidents/source/add/", {"title": "What was typed"})

    assert answer.status_code == 503
    assert "What you sent was not saved." in answer.content.decode()


def test_those_who_are_refused_do_not_fill_the_log(client, no_room, caplog):
    client.get("/incidents/")

    assert caplog.messages == []


@pytest.mark.django_db
def test_whether_the_server_works_is_told_in_spite_of_that(client, no_room):
    assert client.get("/healthz").status_code == 200


class NeverSent:
    """What a client sends that has begun to, and never ends."""

    def __init__(self, ended):
        self.ended = ended

    def read(self, *_size):
        self.ended.wait()
        return b""

    readline = read


@pytest.fixture
def never_sent():
    ended = Event()
    yield NeverSent(ended)
    ended.set()


def begin_to_send(path, body, **headers):
    """The answer to somebody of whose form nothing arrives."""
    form = {"wsgi.input": body, "CONTENT_LENGTH": "1000", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    return Client().post(path, **form, **headers)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/api/v1/reconcile/"])
def test_who_sends_slowly_takes_no_room_of_others(path, never_sent, no_room):
    sending = Thread(target=begin_to_send, args=(path, never_sent))
    sending.start()
    wait_until(lambda: overload.strangers.free._value < overload.strangers.at_once)

    has_asked_for_room = not sending.is_alive()

    never_sent.ended.set()
    sending.join()
    assert not has_asked_for_room
    assert overload.strangers.free._value == overload.strangers.at_once


@pytest.mark.django_db
def test_who_is_logged_in_saves_while_strangers_send_as_much_as_is_read_at_a_time(monkeypatch):
    monkeypatch.setattr(overload, "strangers", Slots(0))
    stranger, editor = Client(), Client()
    editor.force_login(User.objects.create_superuser("ada"))
    url, data = "/admin/incidents/topic/add/", {"slug": "typed"}

    assert (stranger.post(url, data).status_code, editor.post(url, data).status_code) == (503, 200)


@pytest.mark.django_db
def test_one_search_too_many_holds_up_no_other_page(client, monkeypatch):
    monkeypatch.setattr(overload, "MAX_WAIT_SECONDS", 0)
    monkeypatch.setattr(overload, "searches", Slots(1))

    with overload.searches.taken():
        statuses = [client.get(path).status_code for path in ("/incidents/?q=quokka", "/incidents/")]

    assert statuses == [503, 200]
    assert client.get("/incidents/?q=quokka").status_code == 200


def test_who_waits_is_answered_once_there_is_room():
    slots, waits, found = Slots(1, waiting=1), Event(), []

    def wait():
        waits.set()
        with slots.taken() as has_room:
            found.append(has_room)

    thread = Thread(target=wait)
    with slots.taken() as first:
        thread.start()
        waits.wait()
    thread.join()

    assert (first, found) == (True, [True])


def test_room_is_given_back_when_a_view_fails():
    slots = Slots(1)

    for _n in range(2):
        with suppress(ZeroDivisionError), slots.taken() as has_room:
            assert has_room
            1 / 0  # noqa: B018

    assert slots.free.acquire(blocking=False)


def test_a_server_has_more_threads_than_there_is_room_for(settings):
    serve = (settings.BASE_DIR / "incidents/management/commands/serve.py").read_text()
    threads = int(re.search(r'"--threads", type=int, default=(\d+)', serve)[1])
    slots = (overload.desk, overload.pages, overload.searches, overload.strangers, overload.editors)
    room = sum(each.total for each in slots)

    assert threads > room + settings.DOWNLOADS


SHARED = """
import os, threading
from django.db import connection
from incidents.management.commands import serve

def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.02)")
    connection.close()

def ask_at_once():
    threads = [threading.Thread(target=ask) for _n in range(4 * serve.CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

connection.ensure_connection()
serve.share_connections()
workers = []
for _n in range(2):
    if not (worker := os.fork()):
        ask_at_once()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            os._exit(int(cursor.fetchone()[0] > 2 * serve.CONNECTIONS))
    workers.append(worker)
print([os.waitpid(worker, 0)[1] for worker in workers])
"""


@pytest.mark.slow
@pytest.mark.skipif(not SERVER, reason="SQLite has no connections to run out of.")
def test_the_threads_of_a_process_share_connections_that_no_other_process_uses(tmp_path, django_db_setup):
    database = Database.migrated(tmp_path)

    assert database.shell(SHARED) == "[0, 0]"
    database.drop()
