"""What a new user types first: each stumble gets one sentence, and a second start changes nothing."""

import getpass
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken

from incidents import second_factor

from .databases import SERVER, Database
from .server import ROOT, TrackerServer

ENGINES = [True, False] if SERVER else [True]
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
@pytest.mark.parametrize("on_sqlite", ENGINES)
def test_two_servers_started_at_once_on_nothing_both_serve(tmp_path, on_sqlite):
    database = Database(tmp_path, on_sqlite=on_sqlite)
    same = {name: database.environment[name] for name in ("DATA_DIR", "DATABASE_URL")}
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    servers = [TrackerServer(folder, **same) for folder in folders]
    try:
        with ThreadPoolExecutor() as both:
            list(both.map(TrackerServer.start, servers))
        answers = [shown(server, "/incidents/") for server in servers]
        outputs = [server.output for server in servers]
    finally:
        for server in servers:
            server.stop()
        database.drop()

    assert answers[0] == answers[1]
    assert "人道中國" in answers[0][1]
    assert sum("Loaded the three cases" in output for output in outputs) == 1
    assert not any("Traceback" in output for output in outputs)


@pytest.mark.slow
@pytest.mark.skipif(not SERVER, reason="needs a database that takes no changes")
def test_a_database_that_takes_no_changes_is_served_and_an_empty_one_refused_in_a_sentence(tmp_path):
    empty, database = Database(tmp_path, on_sqlite=False), Database.migrated(tmp_path, on_sqlite=False)
    same = {name: database.environment[name] for name in ("DATA_DIR", "DATABASE_URL")}
    folder = tmp_path / "one"
    folder.mkdir()
    try:
        database.shell(
            "from django.core.management import call_command; from incidents import index\n"
            "call_command('loaddata', 'zoom_2020', verbosity=0); index.refresh('default')"
        )
        for each in (empty, database):
            read_only = f"ALTER DATABASE {each.name} SET default_transaction_read_only = on"
            subprocess.run([*each.psql, "-c", read_only], check=True)
        refusal = empty.fail("serve", "--port", "0")
        with TrackerServer(folder, **same) as server:
            status, body = shown(server, "/incidents/")
            output = server.output
    finally:
        empty.drop()
        database.drop()

    assert "The database could not be prepared" in refusal
    assert "Traceback" not in refusal
    assert (status, "人道中國" in body) == (200, True)
    assert "Traceback" not in output


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    refusal = Database(tmp_path / "file", on_sqlite=True).fail("serve")

    assert "DATA_DIR" in refusal
    assert "cannot be written" in refusal
    assert "Traceback" not in refusal


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


def test_a_trial_of_one_person_is_not_served_to_others(settings):
    settings.SINGLE_USER = True

    with pytest.raises(CommandError, match="SINGLE_USER is for a trial on this machine"):
        call_command("serve", host="0.0.0.0", port=0)


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

    def test_somebody_at_a_terminal_reads_the_rules_first_and_is_asked_again(self, monkeypatch, capsys):
        User.objects.create_user("taken")
        typed = iter(["taken", "ed"])
        passwords = iter(["short", "a long password", "another", "a long password", "a long password"])
        rules = []

        def type_password(_prompt):
            rules.append("at least 8 characters" in capsys.readouterr().out)
            return next(passwords)

        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
        monkeypatch.setattr(getpass, "getpass", type_password)
        call_command("make_editor")

        assert rules[0]
        assert User.objects.get(username="ed").check_password("a long password")

    def test_somebody_at_a_terminal_is_led_through_the_second_factor(self, monkeypatch, capsys, settings):
        settings.SECOND_FACTOR = True
        printed = []

        def type_code(_prompt):
            printed.append("".join(capsys.readouterr()))
            key = b32decode(re.search("into the app: (.+)", "".join(printed)).group(1).replace(" ", ""))
            return f"{totp(key, t0=30 * 10**6 * (len(printed) == 1)):06}"  # a wrong one first

        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("builtins.input", type_code)
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: "a long password")
        call_command("make_editor", username="ed")

        user = User.objects.get()
        shown = capsys.readouterr()
        assert "█" in printed[0] or "▄" in printed[0]
        assert "not the code" in printed[1]
        assert second_factor.is_set_up(user)
        assert re.findall("^[a-z2-7]{8}$", shown.out, re.MULTILINE) == list(
            StaticToken.objects.values_list("token", flat=True).order_by("pk")
        )

    def test_the_second_factor_can_wait_until_the_first_login(self, monkeypatch, capsys, settings):
        settings.SECOND_FACTOR = True
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("builtins.input", lambda _prompt: "")
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: "a long password")
        call_command("make_editor", username="ed")

        assert not second_factor.is_set_up(User.objects.get())
        assert "at your first login" in capsys.readouterr().out

    def test_somebody_who_gives_up_makes_nobody(self, monkeypatch):
        def give_up(_prompt):
            raise KeyboardInterrupt

        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr("builtins.input", give_up)

        with pytest.raises(CommandError, match="No account was created"):
            call_command("make_editor")
