"""What a new user types first: each stumble gets one sentence, and a second start changes nothing."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = [
    "/", "/incidents/", "/incidents/2020-zoom-humanitarian-china/", "/platforms/", "/platforms/zoom/",
    "/parties/wang-dan/", "/about/", "/admin/login/",
]  # fmt: skip


def rows(path):
    """Everything in a database file, as text."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The tracker as `make run` starts it, with a folder of its own."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder

    def __enter__(self):
        names = ("DATABASE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")
        environment = {name: value for name, value in os.environ.items() if name not in names}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port)],
            cwd=ROOT, env=environment | {"DATA_DIR": str(self.folder)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        for _ in range(600):
            try:
                self.get("/about/")
                return self
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the server did not answer within half a minute")

    def __exit__(self, *error):
        self.process.send_signal(signal.SIGINT)
        self.told = self.process.communicate(timeout=30)[0]

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode().replace(f":{self.port}/", "/")


def test_the_first_start_loads_the_cases_and_a_second_changes_nothing(tmp_path):
    with Server(tmp_path) as first:
        answers = {path: first.get(path) for path in ADDRESSES}
    before = rows(tmp_path / "tracker.sqlite3")
    with Server(tmp_path) as second:
        again = second.get("/incidents/")
    after = rows(tmp_path / "tracker.sqlite3")

    assert {status for status, _body in answers.values()} == {200}
    assert "人道中國" in answers["/incidents/"][1]
    assert again == answers["/incidents/"]
    assert before == after
    assert f"http://127.0.0.1:{first.port}/" in first.told
    assert "make editor" in first.told
    assert "loaded" in first.told
    assert "loaded" not in second.told


def test_a_taken_port_is_said_in_a_sentence():
    with socket.socket() as selection:
        selection.bind(("127.0.0.1", 0))
        selection.listen()
        port = selection.getsockname()[1]

        with pytest.raises(
            CommandError, match=f"Port {port} is taken. Choose another one: make run PORT={port + 1}"
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
