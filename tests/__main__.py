"""`make test`: formatting, migrations, and the whole suite on SQLite and on PostgreSQL.

`python -m tests -k words` hands its arguments to pytest; ENGINE=sqlite or ENGINE=postgresql runs on one alone.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import postgres

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "formatting": [PROGRAMS / "ruff", "format", "--check", "--quiet", "."],
    "lint": [PROGRAMS / "ruff", "check", "--quiet", "."],
    "templates": [
        PROGRAMS / "djade",
        "--check",
        "--target-version",
        "5.2",
        *(ROOT / "templates").rglob("*.html"),
    ],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "-v0"],
}


def main(arguments):
    wanted, required = os.environ.get("ENGINE", ""), bool(os.environ.get("REQUIRE_ALL"))
    skipped = []
    if not postgres.binaries():
        skipped.append(f"PostgreSQL is not installed: the suite did not run on it ({postgres.INSTALL})")
    if not shutil.which("chromium"):
        skipped.append("Chromium is not installed: the browser checks did not run (apt install chromium)")
    elif not glob.glob("/usr/share/fonts/**/NotoSansCJK*", recursive=True):
        skipped.append("No Chinese font: the browser shows boxes (apt install fonts-noto-cjk)")
    for program, package in {
        "redis-server": "redis-server",
        "Rscript": "r-base-core",
        "curl": "curl",
    }.items():
        if not shutil.which(program):
            skipped.append(f"{program} is not installed: what needs it did not run (apt install {package})")

    failures = [name for name, command in CHECKS.items() if subprocess.run(command, cwd=ROOT).returncode]
    with tempfile.TemporaryDirectory() as scratch:
        engines = {"SQLite": f"sqlite:///{scratch}/tests.sqlite3"} if wanted in ("", "sqlite") else {}
        if postgres.binaries() and wanted in ("", "postgresql"):
            engines["PostgreSQL"] = postgres.start()
        # Both at once: each leaves a core idle half of the time.
        runs = {name: suite(name, url, scratch, arguments) for name, url in engines.items()}
        totals = dict.fromkeys(("passed", "failed", "skipped"), 0)
        for name, run in runs.items():
            output, _ = run.communicate()
            print(f"── {name}\n{output}")
            for word in ("passed", "failed", "skipped"):
                totals[word] += sum(int(n) for n in re.findall(rf"(\d+) {word}", output.splitlines()[-1]))
            totals["failed"] += sum(int(n) for n in re.findall(r"(\d+) error", output.splitlines()[-1]))
            if run.returncode:
                failures.append(f"the suite on {name}")
    for sentence in skipped:
        print(f"Skipped: {sentence}")
    if skipped and required:
        failures.append("something was skipped")
    for failure in failures:
        print(f"Failed: {failure}")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**totals))
    return 1 if failures else 0


def suite(name, url, scratch, arguments):
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": url, "DATA_DIR": f"{scratch}/{name}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


sys.exit(main(sys.argv[1:]))
