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
    programs = binaries()
    # Short, because the path of a socket may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    who = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = next(user for user in pwd.getpwall() if user.pw_name in ("postgres", "nobody"))
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(program, *arguments, check=True):
        subprocess.run(
            [programs / program, *arguments],
            check=check,
            timeout=60,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdout=subprocess.DEVNULL,
            **who,
        )

    def stop():
        if folder.exists():
            run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", check=False)
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    run("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = (
        f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    )
    run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
    return f"postgres://postgres@/postgres?host={quote(str(folder), safe='')}"
