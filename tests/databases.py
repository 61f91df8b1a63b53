"""Databases of their own for tests that run the commands of the tracker in processes of their own."""

import itertools
import os
import subprocess
import sys

from . import postgres
from .server import ROOT

SERVER = (
    os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ""
)
numbers = itertools.count()


class Database:
    """A database of its own, on the engine of DATABASE_URL unless another is named, and the processes that write to it."""

    def __init__(self, folder, *, on_sqlite=not SERVER):
        self.name = f"own_{os.getpid()}_{next(numbers)}"
        url, self.psql = f"sqlite:///{folder}/{self.name}.sqlite3", None
        if not on_sqlite:
            self.psql = [
                postgres.binaries() / "psql",
                "-q",
                "-d",
                SERVER.replace("postgres://", "postgresql://", 1),
            ]
            subprocess.run([*self.psql, "-c", f"CREATE DATABASE {self.name}"], check=True)
            url = SERVER.replace("/postgres?", f"/{self.name}?")
        self.environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder)}

    def python(self, *arguments):
        """A process; its output is a pipe."""
        command = [sys.executable, *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)

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

    def at_once(self, *hands):
        """The lines that each of these hands prints, all working at the same time."""
        processes = [self.python("-m", "tests.hostile.hands", *map(str, hand)) for hand in hands]
        outputs = [process.communicate()[0].split() for process in processes]
        assert [process.returncode for process in processes] == [0] * len(hands)
        return outputs

    def drop(self):
        if self.psql:
            subprocess.run([*self.psql, "-c", f"DROP DATABASE {self.name} WITH (FORCE)"], check=True)
