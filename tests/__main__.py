"""What `make check` and `make test` run.

`python -m tests --checks` checks format, lint, templates, types and migrations. `--quick` adds the tests that are not
marked slow, each for the first of its values, on all processors. Without either: the checks and the whole suite on SQLite
and on PostgreSQL, with any further arguments handed to pytest; ENGINE=sqlite or ENGINE=postgresql runs it on one alone.
"""

import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from . import postgres

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
TEMPLATES = (ROOT / "templates").rglob("*.html")
CHECKS = {
    "format": [PROGRAMS / "ruff", "format", "--check", "--quiet", "."],
    "lint": [PROGRAMS / "ruff", "check", "--quiet", "."],
    "templates": [PROGRAMS / "djade", "--check", "--target-version", "5.2", *TEMPLATES],
    "types": [PROGRAMS / "mypy", "--no-error-summary"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "-v0"],
}
NOTHING_SELECTED = 5  # pytest's exit code
FROM_OUTSIDE = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")


def main(arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        checks = {name: start(stack, scratch, name, command) for name, command in CHECKS.items()}
        if arguments[:1] == ["--checks"]:
            return 1 if report_checks(checks) else 0
        if arguments[:1] == ["--quick"]:
            suites, skipped = quick(stack, scratch, arguments[1:]), []
        else:
            suites, skipped = whole(stack, scratch, arguments), list(left_out())
        failures = report_checks(checks) + report_suites(suites) + list(failed_tests(suites))
        for sentence in skipped:
            print(f"Skipped: {sentence}")
        if skipped and os.environ.get("REQUIRE_ALL"):
            failures.append("something was skipped")
        for failure in failures:
            print(f"Failed: {failure}")
        print(totals(suites))
        return 1 if failures else 0


def start(stack, scratch, name, command, **environment):
    """A process whose output goes to a file. It ends with us, however we end."""
    inherited = {name: value for name, value in os.environ.items() if name not in FROM_OUTSIDE}
    own = {"DATABASE_URL": f"sqlite:///{scratch}/tests.sqlite3", "DATA_DIR": f"{scratch}/data"}
    output = Path(scratch) / f"{name}.output"
    with output.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=inherited | own | environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process.output = output
    stack.callback(end, process)
    return process


def end(process):
    """Interrupt a process that is still running; pytest then stops the servers it has started."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait()


def pytest(arguments, workers):
    shared_out = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *shared_out, *arguments]


def quick(stack, scratch, arguments):
    """The quick form of the suite, on SQLite, shared out to all processors. Tables are made without migrations."""
    chosen = ["--quick", "--hypothesis-profile=quick", "--nomigrations"]
    command = pytest([*chosen, *arguments], os.cpu_count())
    return {"SQLite": start(stack, scratch, "SQLite", command)}


def whole(stack, scratch, arguments):
    """The suite on each engine, both at once. What uses no database of the suite runs on the first engine only."""
    wanted = os.environ.get("ENGINE", "")
    engines = {"SQLite": {}} if wanted in ("", "sqlite") else {}
    if postgres.binaries() and wanted in ("", "postgresql"):
        engines["PostgreSQL"] = {"DATABASE_URL": postgres.start(), "DATA_DIR": f"{scratch}/postgresql"}
    suites = {}
    for name, environment in engines.items():
        once = ["-m", "engine"] if suites else []
        command = pytest([*once, *arguments], os.cpu_count() // len(engines))
        suites[name] = start(stack, scratch, name, command, **environment)
    return suites


def left_out():
    """A sentence for each thing that is not installed and whose tests did not run."""
    if not postgres.binaries():
        yield f"PostgreSQL is not installed: the suite did not run on it ({postgres.INSTALL})"
    if not shutil.which("chromium"):
        yield "Chromium is not installed: the browser checks did not run (apt install chromium)"
    elif not glob.glob("/usr/share/fonts/**/NotoSansCJK*", recursive=True):
        yield "No Chinese font: the browser shows boxes (apt install fonts-noto-cjk)"
    for program, package in {
        "redis-server": "redis-server",
        "Rscript": "r-base-core",
        "xgettext": "gettext",
        "curl": "curl",
        "java": "default-jre-headless",
        "openssl": "openssl",
        "nginx": "nginx-light",
        "varnishd": "varnish",
    }.items():
        if not shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
            yield f"{program} is not installed: what needs it did not run (apt install {package})"
    if not os.path.exists("tests/node/node_modules"):
        yield "The validators of tests/node are not installed (npm ci --prefix tests/node --ignore-scripts)"


def report_checks(checks):
    """Print what the checks have to say, and return the names of those that failed."""
    failed = []
    for name, process in checks.items():
        if process.wait():
            failed.append(name)
            print(f"── {name}\n{read(process)}")
    return failed


def report_suites(suites):
    """Print what the suites have to say, and return which of them failed."""
    failed = []
    for number, (name, process) in enumerate(suites.items()):
        code = process.wait()
        print(f"── {name}\n{read(process)}")
        if code and not (number and code == NOTHING_SELECTED):
            failed.append(f"the suite on {name}")
    return failed


def failed_tests(suites):
    """The name of each test that failed, which is said again at the end, where a long report is read first."""
    for name, process in suites.items():
        for line in re.findall(r"^(?:FAILED|ERROR) (.*)", read(process), re.MULTILINE):
            yield f"{line} (on {name})"


def read(process):
    return process.output.read_text().rstrip()


def totals(suites):
    """“N passed, N failed, N skipped” of all suites together."""
    total = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for process in suites.values():
        *_, last = [
            "",
            *re.findall(
                r"^(?:=+ )?(\d+ (?:passed|failed|error|skipped).* in .*)", read(process), re.MULTILINE
            ),
        ]
        for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", last):
            total["failed" if word == "error" else word] += int(number)
    return "{passed} passed, {failed} failed, {skipped} skipped".format(**total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
