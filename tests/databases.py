"""Databases of their own for tests that run the commands of the tracker in processes of their own."""

import atexit
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import postgres
from .server import ROOT

SERVER = (
    os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ""
)
numbers = itertools.count()
templates = {}  # whether on SQLite -> the first database that was migrated, which others are copied from


class Database:
    """A database of its own, on the engine of DATABASE_URL unless another is named, and the processes that write to it."""

    def __init__(self, folder, *, on_sqlite=not SERVER, template=None):
        self.name = f"own_{os.getpid()}_{next(numbers)}"
        url, self.psql = f"sqlite:///{folder}/{self.name}.sqlite3", None
        if not on_sqlite:
            self.psql = [
                postgres.binaries() / "psql",
                "-q",
                "-d",
                SERVER.replace("postgres://", "postgresql://", 1),
            ]
            like = f"TEMPLATE {template.name}" if template else ""
            subprocess.run([*self.psql, "-c", f"CREATE DATABASE {self.name} {like}"], check=True)
            url = SERVER.replace("/postgres?", f"/{self.name}?")
        elif template:
            shutil.copy(template.path, folder / f"{self.name}.sqlite3")
        self.path = folder / f"{self.name}.sqlite3"
        self.environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder)}

    @classmethod
    def migrated(cls, folder, *, on_sqlite=not SERVER):
        """A database with all tables and no records."""
        if on_sqlite not in templates:
            home = Path(tempfile.mkdtemp(prefix="template-"))
            atexit.register(shutil.rmtree, home)
            template = templates[on_sqlite] = cls(home, on_sqlite=on_sqlite)
            atexit.register(template.drop)
            template.manage("migrate", "-v0")
        return cls(folder, on_sqlite=on_sqlite, template=templates[on_sqlite])

    def python(self, *arguments, **options):
        """A process; its output is a pipe."""
        command, options = [sys.executable, *arguments], {"stdout": subprocess.PIPE, "text": True} | options
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **options)

    def manage(self, *arguments):
        """What this command prints, without the last line break."""
        with self.python("manage.py", *arguments) as process:
            output, _errors = process.communicate()
        assert process.returncode == 0
        return output.rstrip("\n")

    def fail(self, *arguments):
        """What this command says when it refuses."""
        command = [sys.executable, "manage.py", *arguments]
        ended = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode != 0
        return ended.stderr

    def shell(self, code):
        """What this code prints."""
        return self.manage("shell", "--no-imports", "-c", code)

    def drop(self):
        if self in templates:
            shutil.rmtree(self.path.parent)
        if self.psql:
            subprocess.run([*self.psql, "-c", f"DROP DATABASE {self.name} WITH (FORCE)"], check=True)
