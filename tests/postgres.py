"""A PostgreSQL server of our own, in a temporary folder, for as long as the tests run."""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

INSTALL = "apt install postgresql"


def binaries():
    """The folder of the newest installed server's programs, or None."""
    named = [os.environ.get("PG_BIN", "")]
    on_path = shutil.which("initdb")
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
    )
    brewed = sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), reverse=True)
    for folder in (*named, *installed, *brewed, *([Path(on_path).resolve().parent] if on_path else [])):
        if folder and (Path(folder) / "initdb").exists():
            return Path(folder)
    return None


def start():
    """Start a server and return its DATABASE_URL; it stops, and its folder goes, when this process ends."""
    server = Server()
    server.make()
    server.start()
    return server.url


class Server:
    """A server in a folder of its own, which goes when this process ends; a folder that is named stays."""

    def __init__(self, folder=None):
        # Short, because the path of a socket may have 107 bytes at most.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.folder.mkdir(exist_ok=True)
        self.user = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = next(user for user in pwd.getpwall() if user.pw_name in ("postgres", "nobody"))
            self.user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        atexit.register(self.stop if folder else self.remove)

    @property
    def url(self):
        # However long a busy machine takes to start a process for a connection.
        return f"postgres://postgres@/postgres?connect_timeout=600&host={quote(str(self.folder), safe='')}"

    def make(self):
        """An empty database."""
        self.run(
            *("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--no-locale", "-N"),
        )

    def follow(self, primary):
        """A copy of another server's database that streams whatever changes there."""
        self.run(
            *("pg_basebackup", "-h", primary.folder, "-U", "postgres", "-D", self.folder / "data"),
            *("-R", "-c", "fast"),
        )
        os.chmod(self.folder / "data", 0o700)

    def start(self, more=""):
        options = (
            f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
            f" -c synchronous_commit=off {more}"
        )
        self.run(
            "pg_ctl",
            "-D",
            self.folder / "data",
            "-w",
            "-t",
            "600",
            "-l",
            self.folder / "log",
            "-o",
            options,
            "start",
        )

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop", check=False)

    def remove(self):
        if self.folder.exists():
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program, *arguments, check=True):
        subprocess.run(
            [binaries() / program, *arguments],
            check=check,
            timeout=600,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            **self.user,
        )
