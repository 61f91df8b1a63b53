"""`make bench`: measures the production server, every case beside a bare view of as many bytes, all in turn in one run.

`SIZES="10000 100000"`, `ENGINES="sqlite postgresql"`, `FILES="csv zip"` and `ROUNDS=60` choose; data are made where there are none and kept. The figures
go to var/bench/results.json and, by `report`, into docs/benchmarks.md.
"""

import contextlib
import csv
import http.client
import io
import json
import os
import platform
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests import postgres

from . import report

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "bench"
ROUNDS = int(os.environ.get("ROUNDS", "60"))
SEED = 7
WORDS = {"common": "account", "rare": "kikuro", "prefix": "susp*", "phrase": '"without reason" kikuro'}
FILES = os.environ.get("FILES", "csv jsonl json dsa.csv fixture.json zip sqlite xlsx").split()
COPY = (
    "SELECT i.ref, i.title, i.summary, i.updated_at, a.*, c.slug, c.label, c.kind, p.slug, p.name, p.operator,"
    " h.slug, h.public_label, h.native_label, h.country FROM incidents_action a"
    " JOIN incidents_incident i ON i.id = a.incident_id JOIN incidents_publicincident e ON e.incident_id = i.id"
    " JOIN incidents_account c ON c.id = a.account_id JOIN incidents_platform p ON p.id = c.platform_id"
    " LEFT JOIN incidents_party h ON h.id = c.holder_id"
)


class Cases:
    """Addresses to ask for: by case, a function of a number; no address comes twice in a run.

    Where the question itself stays, an empty parameter makes its address a new one, as an untouched form does.
    """

    def __init__(self, facts):
        self.facts = facts

    def all(self):
        words = {
            f"search, {name}": lambda n, word=word: listing(n, q=word)
            for name, word in (WORDS | self.facts["words"]).items()
        }
        refs = self.facts["refs"]
        return {
            "first page": listing,
            "filtered": self.filtered,
            # So far apart that no two show the same rows, as long as there are enough.
            "deep page": lambda n: listing(n, at=day(2008, 47 * n % 3360)),
            **words,
            "incident page": lambda n: f"/incidents/{refs[n % len(refs)]}/?{n // len(refs)}",
            "JSON page of 100": lambda n: listing(n, "/api/v1/incidents/", limit=100),
            "feed": lambda n: listing(n, "/incidents.atom"),
        }

    def filtered(self, number):
        chance = random.Random(f"{SEED} {number}")
        choices = {
            "platform": self.facts["platforms"],
            "type": ["suspended", "terminated", "locked"],
            "status": ["in_force", "lifted"],
            "reason": ["generic", "none_stated"],
            "country": ["CN", "HK", "RU"],
            "ground": ["local_law", "error"],
            "from": [day(2005, number)],
        }
        chosen = chance.sample(sorted(choices), chance.choice((1, 2, 3)))
        return listing(number, **{name: chance.choice(choices[name]) for name in chosen})


def listing(number, path="/incidents/", **asked):
    """The address of a listing that has not been asked for under this number."""
    words = "".join(f"{name}={quote(str(value), safe='-*')}&" for name, value in asked.items())
    return f"{path}?{words}to={'+' * number}"


def day(year, number):
    return f"{year + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"


class Served:
    """The tracker as in production, on one database."""

    def __init__(self, url, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {
            "DATABASE_URL": url, "DATA_DIR": str(folder), "ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": "bench-0123456789" * 4,
            "SECURE_SSL_REDIRECT": "0", "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port)],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        for _attempt in range(600):
            with contextlib.suppress(OSError):
                self.get("/about/")
                break
            self.connection.close()
            time.sleep(0.2)

    def get(self, path, headers=None):
        """Status, body, ETag and milliseconds of an answer."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=headers or {})
        answer = self.connection.getresponse()
        body = answer.read()
        return answer.status, body, answer.headers.get("ETag"), (time.perf_counter() - begun) * 1000

    def stream(self, path):
        """Bytes, lines, seconds to the first byte and to the last, and the most memory of a worker meanwhile."""
        before = max(self.memory())
        begun, looked, most, lines, size = time.perf_counter(), 0, 0, 0, 0
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        if answer.status != 200:
            answer.read()
            return None
        first = None
        while piece := answer.read1(1 << 20):
            first = first or time.perf_counter() - begun
            size, lines = size + len(piece), lines + piece.count(b"\n")
            if time.perf_counter() > looked + 0.3:
                looked = time.perf_counter()
                most = max(most, max(self.memory()))
        return {
            "bytes": size,
            "lines": lines,
            "first": first,
            "seconds": time.perf_counter() - begun,
            "memory": most - before,
        }

    def memory(self):
        """Proportional set size of each worker, in MB."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [_pss(pid) for pid in children]

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def _pss(pid):
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("Pss:")[1].split()[0]) / 1024


def measure(served, facts):
    """Milliseconds by case: cold, warm, known to the reader already (304), and of a bare view of as many bytes."""
    cases = Cases(facts).all()
    idle = served.memory()
    found = {name: {"cold": [], "warm": [], "known": [], "bare": [], "bytes": 0} for name in cases}
    missing = {name for name, case in cases.items() if served.get(case(0))[0] != 200}
    for name in missing:
        del found[name]
    for warming in range(1, 4):
        for name in found:
            served.get(cases[name](warming))
    raw = []
    for number in range(10, 10 + ROUNDS):
        for name, times in found.items():
            path = cases[name](number)
            status, body, tag, cold = served.get(path)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            times["cold"].append(cold)
            # One of two workers keeps it now; the other one has its turn, too.
            for _worker in range(3):
                served.get(path)
            times["warm"].append(served.get(path)[3])
            times["known"].append(served.get(path, {"If-None-Match": tag})[3])
            times["bare"].append(served.get(f"/bench/bare/{len(body)}/")[3])
            times["bytes"] = len(body)
        raw.append(served.get("/bench/rows/")[3])
    return {
        "idle": idle,
        "after": served.memory(),
        "missing": sorted(missing),
        "raw": _summary(raw),
        "cases": {
            name: {"bytes": times["bytes"]} | {kind: _summary(times[kind]) for kind in ("cold", "warm", "known", "bare")}
            for name, times in found.items()
        },
    }  # fmt: skip


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


def facts_of(url):
    """What the cases ask for: refs, frequent platforms, a name in Han."""
    ask = {
        "refs": "SELECT ref FROM incidents_publicincident WHERE listed ORDER BY ref LIMIT 2000",
        "platforms": "SELECT slug FROM incidents_platform ORDER BY id LIMIT 12",
        "names": "SELECT native_label FROM incidents_party WHERE native_label <> '' ORDER BY id LIMIT 1",
        "words": "SELECT public_label FROM incidents_party ORDER BY id DESC LIMIT 1",
    }
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            found = {name: [row[0] for row in database.execute(sql)] for name, sql in ask.items()}
    else:
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as database:
            found = {name: [row[0] for row in database.execute(sql)] for name, sql in ask.items()}
    return {
        "refs": found["refs"],
        "platforms": found["platforms"],
        "words": {"name in Han": found["names"][0], "rare": found["words"][0].split()[0].lower()},
    }


def _read_through(folder):
    """Have the system keep in memory what it has room for, as it would where the tracker runs for long."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


@contextlib.contextmanager
def database(engine, size):
    """The address of a database with so many incidents; they are made where there are none."""
    folder = KEPT / f"{engine}-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready"
    if engine == "sqlite":
        url, server = f"sqlite:///{folder}/tracker.sqlite3", None
    else:
        server = postgres.Server(Path(tempfile.gettempdir()) / f"bench-pg-{size}")
        if not (server.folder / "data").exists():
            server.make()
            ready.unlink(missing_ok=True)
        server.start("-c shared_buffers=512MB")
        url = server.url
    try:
        if not ready.exists():
            subprocess.run(
                [sys.executable, "-m", "tests.bench.data", str(size)],
                cwd=ROOT, env=os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder)}, check=True,
            )  # fmt: skip
            if server:
                with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as fresh:
                    fresh.execute("VACUUM ANALYZE")
                    fresh.execute("CHECKPOINT")  # the server is stopped without one
            ready.touch()
        _read_through(server.folder / "data" if server else folder)
        yield url, folder
    finally:
        if server:
            server.stop()


def main():
    sizes = [int(size) for size in os.environ.get("SIZES", "10000 100000").split()]
    engines = os.environ.get("ENGINES", "sqlite postgresql").split()
    results = {"machine": machine(), "runs": {}}
    for size in sizes:
        for engine in engines:
            with database(engine, size) as (url, folder):
                sys.stderr.write(f"{engine}, {size:,} incidents\n")
                served = Served(url, folder)
                try:
                    run = measure(served, facts_of(url))
                    run["files"] = {name: served.stream(f"/incidents.{name}") for name in FILES}
                    run["copy"] = copied(url)
                finally:
                    served.stop()
                results["runs"][f"{engine} {size}"] = run
                KEPT.joinpath("results.json").write_text(json.dumps(results, indent=1))
    report.write(results)


def machine():
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1_000_000
    return {"cores": os.cpu_count(), "memory": memory, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
            "rounds": ROUNDS, "on": time.strftime("%Y-%m-%d")}  # fmt: skip


if __name__ == "__main__":
    main()
