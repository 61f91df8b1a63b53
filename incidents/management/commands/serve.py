"""`manage.py serve`: prepares the database and static files, then serves the tracker. `make run` calls it."""

import errno
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from ... import index
from ...catalogues import compile_catalogues
from ...files import alone_in
from ...models import Incident
from ...public import overload

CASES_FIXTURE = "zoom_2020"
PREPARING = 5_390_117  # the number of PostgreSQL's lock for who prepares the database
HEADER_SECONDS = 10  # for a client to send the head of a request
MAX_CONNECTIONS = (
    4096  # of each process, if it may open so many files; clients that are silent or slow have one, too
)
MAX_OTHER_FILES = 256  # that a process opens
# To the database, of each process: one for each request that is worked on or sent, and for questions about its health.
CONNECTIONS = overload.pages.at_once + overload.desk.at_once + settings.DOWNLOADS + 2


class Command(BaseCommand):
    help = "Prepares the database and static files, then serves the tracker."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))
        parser.add_argument("--workers", type=int, default=os.environ.get("WEB_CONCURRENCY", "2"))
        parser.add_argument("--threads", type=int, default=120)
        parser.add_argument(
            "--reload",
            action="store_true",
            help="use Django's development server, which reloads after changes",
        )

    def handle(self, *, host, port, workers, threads, reload, **options):
        if settings.SINGLE_USER and host not in settings.LOOPBACK:
            raise CommandError("SINGLE_USER is for a trial on this machine. Unset it to serve others.")
        shown = f"[{host}]" if ":" in host else host
        if not os.environ.get(
            DJANGO_AUTORELOAD_ENV
        ):  # the reloader runs this command again after each change
            self.check_port(host, port)
            self.prepare(static=not reload)
            self.stdout.write(
                f"The tracker is at http://{shown}:{port}/ and its editing desk at http://{shown}:{port}/admin/"
            )
            self.stdout.write(
                "Run `make editor` to create a user account for the desk. Press Control-C to stop the server."
            )
            self.stdout.flush()
        if reload:
            call_command("runserver", f"{shown}:{port}")
            return
        share_connections()
        background = [sys.executable, sys.argv[0], "index_changes", f"--parent={os.getpid()}"]
        with subprocess.Popen(background, cwd=settings.BASE_DIR) as indexing:
            try:
                server(host, port, workers, threads).serve()
            finally:
                indexing.terminate()

    def prepare(self, *, static):
        """Prepare the database and the static files, one server after the other."""
        try:
            with alone_in(settings.DATA_DIR):
                for folder in settings.LOCALE_PATHS:
                    compile_catalogues(folder)
                self.prepare_database()
                if static:
                    collect_static()
        except DatabaseError as error:
            reason = str(error).partition("\n")[0]
            raise CommandError(f"The database could not be prepared: {reason}.") from error
        except OSError as error:
            raise CommandError(f"Could not write {error.filename}: {error.strerror}.") from error

    def prepare_database(self):
        """Apply the migrations, and load the three cases into an empty database."""
        if (
            connection.vendor == "postgresql"
        ):  # other machines may share it; the lock ends with the connection
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        call_command("migrate", verbosity=0)
        if not Incident.objects.exists():
            call_command("loaddata", CASES_FIXTURE, verbosity=0)
            index.refresh("default")  # the first reader finds all of them, however slow the machine
            self.stdout.write("Loaded the three cases of 2020.")

    def check_port(self, host, port):
        """Raise CommandError if the port is taken or the address is not valid."""
        try:
            family, kind, protocol, _name, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is already in use. Choose another: make run PORT={port + 1}"
                ) from error
            raise CommandError(f"Cannot listen on {host} port {port}: {error}.") from error


def share_connections():
    """Have no worker process inherit a connection, and on PostgreSQL the threads of each share as many as work at once."""
    for found in connections.all():
        found.close()
        if found.vendor != "postgresql":
            continue
        found.close_pool()
        options = found.settings_dict.setdefault("OPTIONS", {})
        options.setdefault("pool", settings.POOL | {"max_size": CONNECTIONS})
        found.settings_dict |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


def server(host, port, workers, threads):
    """A server that keeps connections apart from threads: clients that are silent, send slowly or stay away hold none.

    It writes no access log, no warnings that contain URLs and no words of an error: we do not record who read what.
    """
    files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Granian(
        "tracker.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        backpressure=min(MAX_CONNECTIONS, files - MAX_OTHER_FILES),
        blocking_threads=threads,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=settings.SERVER_LOGGING,
    )


def collect_static():
    """Collect the static files, unless none has changed since they were last collected."""
    sources = [
        (name, Path(storage.path(name)))
        for finder in finders.get_finders()
        for name, storage in finder.list(["CVS", ".*", "*~"])
    ]
    state = "\n".join(
        sorted(f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}" for name, path in sources)
    )
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.is_file() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)
