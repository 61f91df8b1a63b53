"""What a new user types first: each stumble gets one sentence, and a second start changes nothing."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from .databases import Database
from .server import ROOT, TrackerServer

ADDRESSES = [
    "/", "/incidents/", "/incidents/2020-zoom-humanitarian-china/", "/platforms/", "/platforms/zoom/", "/topics/", "/topics/june-fourth/",
    "/parties/wang-dan/", "/about/", "/admin/login/",
]  # fmt: skip


def rows(path):
    """Everything in a database file, as text."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def shown(server, path):
    """Status and body of an answer, whatever port it came from."""
    answer = server.get(path)
    return answer.status, answer.read().decode().replace(f":{server.port}/", "/")


@pytest.mark.slow
def test_the_first_start_loads_the_cases_and_a_second_changes_nothing(tmp_path):
    with TrackerServer(tmp_path, WEB_CONCURRENCY="1") as server:
        answers = {path: shown(server, path) for path in ADDRESSES}
        address = f"http://127.0.0.1:{server.port}/"
        server.stop(signal.SIGINT)
        first_output, before = server.output, rows(tmp_path / "tracker.sqlite3")
        server.start()
        again = shown(server, "/incidents/")
    after = rows(tmp_path / "tracker.sqlite3")

    assert {status for status, _body in answers.values()} == {200}
    assert "人道中國" in answers["/incidents/"][1]
    assert again == answers["/incidents/"]
    assert before == after
    assert address in first_output
    assert "make editor" in first_output
    assert "Loaded" in first_output
    assert "Loaded" not in server.output


@pytest.mark.slow
def test_the_server_for_work_on_the_code_shows_errors_as_debug_pages(tmp_path):
    Database.migrated(tmp_path, on_sqlite=True).path.rename(tmp_path / "tracker.sqlite3")
    with TrackerServer(tmp_path, "--reload", DEBUG="1", WEB_CONCURRENCY="1") as server:
        status, body = shown(server, "/nowhere/")
        style = shown(server, "/static/incidents/site.css")

    assert status == 404
    assert "DEBUG = True" in body
    assert style[0] == 200
    assert "Watching for file changes" in server.output


def test_a_taken_port_is_said_in_a_sentence():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(
            CommandError, match=f"Port {port} is already in use. Choose another: make run PORT={port + 1}"
        ):
            call_command("serve", port=port)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 1", "This Python is too old. Install Python 3.11 or newer"),
        (
            'case "$2" in *venv*) exit 1;; esac',
            "Python's venv is missing. Install it: apt install python3-venv",
        ),
        (None, "Python is missing. Install Python 3.11 or newer"),
    ],
)
def test_a_python_that_will_not_do_is_said_in_a_sentence(tmp_path, script, sentence):
    python = tmp_path / "python"
    if script:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/runtime.lock").touch()

    # The suite itself may run under make, which tells its children so.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    command = ["make", "run", f"PY={python}"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert run.returncode != 0
    assert run.stdout.startswith(sentence)
    assert run.stdout.count("\n") == 1


@pytest.mark.django_db
class TestMakeEditor:
    def make(self, monkeypatch, password, **options):
        read, write = os.pipe()
        os.write(write, f"{password}\n".encode())
        os.close(write)
        with os.fdopen(read) as typed:
            monkeypatch.setattr(sys, "stdin", typed)
            call_command("make_editor", username="ed", **options)

    @pytest.mark.parametrize("group", ["researcher", "editor", "administrator"])
    def test_it_makes_a_member_of_a_group(self, monkeypatch, group, client):
        self.make(monkeypatch, "a long and good password", group=group)

        user = User.objects.get()
        assert (user.is_staff, user.is_superuser, user.groups.get().name) == (True, False, group)
        assert client.login(username="ed", password="a long and good password")

    @pytest.mark.parametrize("password", ["", "short", "password1", "12345678901"])
    def test_a_weak_password_makes_nobody(self, monkeypatch, password):
        with pytest.raises(CommandError, match="password"):
            self.make(monkeypatch, password)
        assert not User.objects.exists()

    def test_a_name_is_taken_once(self, monkeypatch):
        User.objects.create_user("ed")

        with pytest.raises(CommandError, match="already exists"):
            self.make(monkeypatch, "a long and good password")
