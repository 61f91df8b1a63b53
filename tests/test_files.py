"""Files are written whole or not at all, whatever happens meanwhile."""

import json
import os
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from incidents.files import PREFIX, replacing

from .databases import SERVER, Database

ROOT = Path(__file__).resolve().parent.parent
ENGINES = [True, False] if SERVER else [True]


def left_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(PREFIX))


def test_a_file_has_its_name_once_it_is_whole_and_on_the_disk(tmp_path, monkeypatch):
    path, done = tmp_path / "whole", []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda file: (done.append(os.readlink(f"/proc/self/fd/{file}")), fsync(file))
    )
    monkeypatch.setattr(os, "replace", lambda *paths: (done.append("renamed"), replace(*paths)))

    with replacing(path) as part:
        part.mkdir()
        (part / "inside").write_text("text")
        assert not path.exists()
        assert stat.S_IMODE(part.parent.stat().st_mode) == 0o700

    assert [Path(each).name for each in done] == ["inside", "whole", "renamed", tmp_path.name]
    assert (path / "inside").read_text() == "text"
    assert left_in(tmp_path) == []


def test_what_fails_leaves_what_was_there(tmp_path):
    (tmp_path / "whole").write_text("before")

    with suppress(ZeroDivisionError), replacing(tmp_path / "whole") as part:
        part.write_text("after")
        raise ZeroDivisionError

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("whole", "before")]


def test_what_a_killed_run_leaves_is_deleted_by_the_next_and_what_is_being_written_is_not(tmp_path):
    script = (
        "import sys; from pathlib import Path; from incidents.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as part: part.write_text('half'); print('now', flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "whole")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with replacing(tmp_path / "another") as part:
            part.write_text("text")
            assert len(left_in(tmp_path)) == 2
        assert len(left_in(tmp_path)) == 1
        other.send_signal(signal.SIGKILL)
    assert len(left_in(tmp_path)) == 1

    with replacing(tmp_path / "another") as part:
        part.write_text("text")

    assert [path.name for path in tmp_path.iterdir()] == ["another"]


SAVES_MEANWHILE = """
import threading
from dataclasses import replace
from django.core.management import call_command
from django.db import connections
from incidents import exports, index
from tests.factories import make_published_incident
def save():
    make_published_incident(title="Quokka")
    index.refresh("default")
    connections.close_all()
def meanwhile(format):
    def write(selection, **options):
        thread = threading.Thread(target=save)
        thread.start()
        thread.join()
        yield from format.write(selection, **options)
    return replace(format, write=write)
make_published_incident(title="Wombat")
index.refresh("default")
exports.FORMATS["json"] = meanwhile(exports.FORMATS["json"])
exports.FORMATS["xlsx"] = meanwhile(exports.FORMATS["xlsx"])
call_command("publish_dump", FOLDER)
"""


@pytest.mark.slow
@pytest.mark.parametrize("on_sqlite", ENGINES)
def test_all_files_of_a_dump_are_of_one_version_while_an_editor_saves(tmp_path, on_sqlite):
    database = Database.migrated(tmp_path, on_sqlite=on_sqlite)
    try:
        database.shell(SAVES_MEANWHILE.replace("FOLDER", repr(str(tmp_path / "dumps"))))
    finally:
        database.drop()

    (folder,) = (path for path in (tmp_path / "dumps").iterdir() if path.name.isdigit())
    manifest = json.loads((folder / "manifest.json").read_text())
    texts = [path.read_bytes() for path in folder.rglob("*.*")]
    assert manifest["dataset"]["version"] == int(folder.name)
    assert manifest["dataset"]["incidents"] == 1
    assert json.loads((folder / "data/incidents.json").read_bytes())["dataset"]["version"] == int(folder.name)
    assert any(b"Wombat" in text for text in texts)
    assert not any(b"Quokka" in text for text in texts)


@pytest.mark.slow
def test_nobody_else_reads_the_database_or_what_is_beside_it(tmp_path):
    """Whatever the umask, and however version 0.2 has left it."""
    data, opened = tmp_path / "data", "from incidents.models import Incident; Incident.objects.exists(); "
    environment = os.environ | {"DATA_DIR": str(data), "DATABASE_URL": ""}
    environment.pop("DATABASE_URL")
    modes = "import os, pathlib; print(*(oct(p.stat().st_mode)[-3:] for p in sorted(pathlib.Path(os.environ['DATA_DIR']).glob('tracker*'))))"

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, umask=0o022, check=True, capture_output=True, text=True
        ).stdout.split()

    manage("migrate", "-v0")
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    (data / "tracker.sqlite3").chmod(0o644)

    assert manage("shell", "--no-imports", "-c", opened + modes) == ["600", "600", "600"]
