"""`make bench`: measures the production server, every case beside a bare view of as many bytes, all in turn in one run.

`SIZES="10000 100000"`, `ENGINES="sqlite postgresql"`, `HANDS="house foreign"`, `FILES="csv zip"` and `ROUNDS=60` choose. The
figures go to var/bench/results.json and, by `report`, into docs/benchmarks.md. What was measured with the same code is not
measured again, so that a run that was broken off goes on; data are kept as long as the code that indexed them stays.
"""

import contextlib
import csv
import hashlib
import http.client
import io
import json
import os
import platform
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests import postgres
from tests.server import wait_until

from . import load, report
from .cases import Cases

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "bench"
ROUNDS = int(os.environ.get("ROUNDS", "60"))
WARMING = 3  # questions of each case before it is measured
FILES = os.environ.get("FILES", "csv jsonl json dsa.csv statements.csv fixture.json zip sqlite xlsx").split()
IN_LANGUAGES = (
    "first page",
    "filtered",
    "search, rare word",
    "incident page",
)  # measured with one language and with three
COPY = (
    "SELECT i.ref, i.title, i.summary, i.updated_at, a.*, c.slug, c.label, c.kind, p.slug, p.name, p.operator,"
    " h.slug, h.public_label, h.native_label, h.country FROM incidents_action a"
    " JOIN incidents_incident i ON i.id = a.incident_id JOIN incidents_publicincident e ON e.incident_id = i.id"
    " JOIN incidents_account c ON c.id = a.account_id JOIN incidents_platform p ON p.id = c.platform_id"
    " LEFT JOIN incidents_party h ON h.id = c.holder_id"
)


class Served:
    """The tracker as in production, on one database."""

    def __init__(self, url, folder, **more):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port)],
            cwd=ROOT, env=environment(url, folder, **more), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            wait_until(lambda: self.get("/about/")[0] == 200, process=self.process)
        except BaseException:
            self.stop()
            raise

    def get(self, path, headers=None):
        """Status, body, ETag and milliseconds of an answer."""
        begun = time.perf_counter()
        try:
            self.connection.request("GET", path, headers=headers or {})
            answer = self.connection.getresponse()
            body = answer.read()
        except (http.client.RemoteDisconnected, http.client.IncompleteRead) as error:
            # Nothing was asked for a while, or the machine is so busy that the connection was given up.
            self.connection.close()
            if isinstance(error, http.client.IncompleteRead):
                sys.stderr.write(f"{path}: {error}; asked again\n")
            return self.get(path, headers)
        except OSError:
            self.connection.close()
            raise
        return answer.status, body, answer.headers.get("ETag"), (time.perf_counter() - begun) * 1000

    def stream(self, path, headers=None):
        """Status, bytes, seconds to the first byte and to the last, and by how many MB a worker grew meanwhile."""
        self.connection.close()
        before = self.memory()
        begun, looked, most, size = time.perf_counter(), 0, before, 0
        self.connection.request("GET", path, headers=headers or {})
        answer = self.connection.getresponse()
        first = None
        while piece := answer.read1(1 << 20):
            first = first or time.perf_counter() - begun
            size += len(piece)
            if time.perf_counter() > looked + 0.3:
                looked = time.perf_counter()
                most = [max(pair) for pair in zip(most, self.memory(), strict=True)]
        seconds = time.perf_counter() - begun
        grown = max(after - earlier for after, earlier in zip(most, before, strict=True))
        return {"status": answer.status, "bytes": size, "first": first, "seconds": seconds, "memory": grown}

    @property
    def workers(self):
        """The processes that answer; not the one that indexes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [
            int(pid) for pid in children if b"index_changes" not in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def memory(self):
        """Proportional set size of each worker, in MB."""
        rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.workers)
        return [int(rollup.split("Pss:")[1].split()[0]) / 1024 for rollup in rollups]

    def processor(self):
        """Milliseconds of processor that the workers have used."""
        return (
            sum(time.clock_gettime_ns(~pid << 3 | 2) for pid in self.workers) / 1e6
        )  # Linux: the clock of a process

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def environment(url, folder, **more):
    """Without the address of a site, so that no files are prepared beside what is measured."""
    return os.environ | {
        "DATABASE_URL": url, "DATA_DIR": str(folder), "ALLOWED_HOSTS": ".invalid,127.0.0.1", "SECRET_KEY": "bench-0123456789" * 4,
        "SECURE_SSL_REDIRECT": "0", "DJANGO_SETTINGS_MODULE": "tests.bench.settings", **more,
    }  # fmt: skip


def measure(served, cases):
    """Milliseconds by case: cold, warm, known to the reader already (304), and of a bare view of as many bytes; and the
    processor's of the cold one and of the bare view."""
    kinds = ("cold", "warm", "known", "bare", "processor", "bare_processor")
    found = {name: {kind: [] for kind in kinds} | {"bytes": 0} for name in cases}
    idle = served.memory()
    for number in range(WARMING):
        for case in cases.values():
            served.get(case(number))
    raw = []
    for number in range(WARMING, WARMING + ROUNDS):
        for name, times in found.items():
            path = cases[name](number)
            used = served.processor()
            status, body, tag, cold = served.get(path)
            times["processor"].append(served.processor() - used)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            times["cold"].append(cold)
            served.get(path)
            times["warm"].append(served.get(path)[3])
            times["known"].append(served.get(path, {"If-None-Match": tag})[3])
            used = served.processor()
            times["bare"].append(served.get(f"/bench/bare/{len(body)}/")[3])
            times["bare_processor"].append(served.processor() - used)
            times["bytes"] = len(body)
        raw.append(served.get("/bench/rows/")[3])
    return {
        "idle": idle,
        "after": served.memory(),
        "raw": _summary(raw),
        "cases": {
            name: {"bytes": times["bytes"]} | {kind: _summary(times[kind]) for kind in kinds}
            for name, times in found.items()
        },
    }  # fmt: skip


def measure_languages(url, folder, cases):
    """Milliseconds of processor of cold English pages, where the site has one language and where it has three."""
    found = {name: {"1": [], "3": []} for name in IN_LANGUAGES}
    # One after the other: the columns of files depend on the languages, so that each has the index made anew.
    for languages, more in (("1", {"LANGUAGES": ""}), ("3", {})):
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=environment(url, folder, **more),
            check=True,
        )
        with running(url, folder, **more) as served:
            for number in range(WARMING, WARMING + ROUNDS):
                for name, times in found.items():
                    used = served.processor()
                    served.get(cases[name](number))
                    times[languages].append(served.processor() - used)
    return {
        name: {key: statistics.median(each) for key, each in times.items()} for name, times in found.items()
    }


def measure_files(url, folder):
    """The files of everything: made while they are sent; then prepared, whole and the last half."""
    found = {}
    with running(url, folder) as served:
        for name in FILES:
            found[name] = {"made": served.stream(f"/incidents.{name}")}
    site = {"SITE_URL": "http://127.0.0.1"}
    subprocess.run(
        [sys.executable, "manage.py", "prepare_files"],
        cwd=ROOT,
        env=environment(url, folder, **site),
        check=True,
    )
    with running(url, folder, **site) as served:
        for name in FILES:
            found[name]["prepared"] = whole = served.stream(f"/incidents.{name}")
            half = whole["bytes"] // 2
            found[name]["half"] = served.stream(f"/incidents.{name}", {"Range": f"bytes={half}-"})
    shutil.rmtree(folder / "prepared")
    return found


@contextlib.contextmanager
def running(url, folder, **more):
    served = Served(url, folder, **more)
    try:
        yield served
    finally:
        served.stop()


def _summary(times):
    ordered = sorted(times)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]  # noqa: E731
    return {
        "p50": statistics.median(ordered),
        "p95": at(0.95),
        "p99": at(0.99),
        "mean": statistics.fmean(ordered),
    }


def copied(url):
    """Rows and seconds of the database's own copy of all actions as CSV."""
    begun = time.perf_counter()
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            out, rows = io.StringIO(), 0
            writer = csv.writer(out)
            found = database.execute(COPY)
            while part := found.fetchmany(1000):
                writer.writerows(part)
                rows += len(part)
                out.seek(0)
                out.truncate()
    else:
        rows = 0
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as database:
            copy = f"COPY ({COPY.replace('a.*', 'a.type, a.status, a.occurrence, a.start, a.start_earliest, a.start_latest, a.reason_status, a.seq')}) TO STDOUT WITH CSV"
            with database.cursor().copy(copy) as pieces:
                rows = sum(bytes(piece).count(b"\n") for piece in pieces)
    return {"rows": rows, "seconds": time.perf_counter() - begun}


def _read_through(folder):
    """Have the system keep in memory what it has room for, as it would where the tracker runs for long."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


@contextlib.contextmanager
def database(engine, size, hand, code):
    """The address of a database with so many incidents, its folder, and the figures of its index; made unless it is there."""
    folder = KEPT / f"{hand}-{engine}-{size}"
    ready, server = folder / "ready", None
    is_ready = ready.exists() and (figures := json.loads(ready.read_text()))["code"] == code
    if not is_ready:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "sqlite":
        url = f"sqlite:///{folder}/tracker.sqlite3"
    else:
        server = postgres.Server(Path(tempfile.gettempdir()) / f"bench-pg-{hand}-{size}")
        if not is_ready or not (server.folder / "data").exists():
            is_ready = False
            shutil.rmtree(server.folder / "data", ignore_errors=True)
            server.make()
        server.start("-c shared_buffers=512MB")
        url = server.url
    try:
        if not is_ready:
            made = subprocess.run(
                [sys.executable, "-m", "tests.bench.data", str(size), hand], cwd=ROOT, stdout=subprocess.PIPE,
                env=os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder)}, check=True,
            )  # fmt: skip
            if server:
                with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as fresh:
                    fresh.execute("VACUUM ANALYZE")
                    fresh.execute("CHECKPOINT")  # the server is stopped without one
            figures = json.loads(made.stdout) | {"code": code}
            ready.write_text(json.dumps(figures))
        _read_through(server.folder / "data" if server else folder)
        yield url, folder, figures
    finally:
        if server:
            server.stop()


def main():
    sizes = [int(size) for size in os.environ.get("SIZES", "10000 100000").split()]
    engines = os.environ.get("ENGINES", "sqlite postgresql").split()
    hands = os.environ.get("HANDS", "house foreign").split()
    code, results = code_now(), {}
    with contextlib.suppress(OSError, ValueError):
        results = json.loads((KEPT / "results.json").read_text())
    if results.get("code") != code or results["machine"]["rounds"] != ROUNDS:
        results = {"code": code, "runs": {}}
    results["machine"] = machine()
    for name in (f"{hand} {engine} {size}" for size in sizes for engine in engines for hand in hands):
        if name not in results["runs"]:
            results["runs"][name] = run(name, code)
            KEPT.joinpath("results.json").write_text(json.dumps(results, indent=1))
    report.write(results)


def run(name, code):
    """The figures of one run: of data by one hand, on one engine, of one size."""
    hand, engine, size = name.split()
    begun = time.monotonic()

    def tell(what):
        sys.stderr.write(f"{time.monotonic() - begun:5.0f} s  {name}: {what}\n")

    with database(engine, int(size), hand, code) as (url, folder, figures):
        cases = Cases(url).all()
        tell("one reader")
        with running(url, folder) as served:
            found = measure(served, cases) | {"index": figures}
        tell("many readers")
        with running(url, folder) as served:
            found["load"] = load.measure(served.port, cases, served.memory)
        tell("languages")
        found["languages"] = measure_languages(url, folder, cases)
        tell("files")
        found["files"], found["copy"] = measure_files(url, folder), copied(url)
        tell("done")
    return found | {"seconds": time.monotonic() - begun}


def code_now():
    """What a measurement depends on beside the machine: the code of the tracker and of the benchmark."""
    state = hashlib.sha256()
    for folder in ("incidents", "tracker", "templates", "tests/bench"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html") and path.name != "report.py":
                state.update(path.read_bytes())
    return state.hexdigest()


def machine():
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1_000_000
    return {"cores": os.cpu_count(), "memory": memory, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
            "rounds": ROUNDS, "on": time.strftime("%Y-%m-%d")}  # fmt: skip


if __name__ == "__main__":
    main()
