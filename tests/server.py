"""The tracker as `make run` serves it, in processes of its own, for the tests that need the whole of it."""

import atexit
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Tests wait for a state, however long a busy machine takes. This ends the wait for what never comes.
MAX_WAIT_SECONDS = 600
BROWSER_MILLISECONDS = 240_000
FROM_OUTSIDE = ("DATABASE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")


collected = []  # the folder of static files that servers are given which have none


def wait_until(holds, *, process=None, not_yet=OSError):
    """Wait until `holds()` is true; until then it may raise `not_yet`. If the process ends, so does the waiting."""
    end = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < end:
        if process and process.poll() is not None:
            raise AssertionError(f"The process ended with {process.returncode}.")
        try:
            if holds():
                return
        except not_yet:
            pass
        time.sleep(0.02)
    raise AssertionError(f"Not true after {MAX_WAIT_SECONDS} seconds.")


def free_port():
    """A port of this machine that nobody has. None that the system gives to whoever asks for any: it would be taken soon."""
    while True:
        port = random.randint(10_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class TrackerServer:
    """A server on a free port of this machine. `with TrackerServer(folder) as server:` leaves no process behind."""

    def __init__(self, folder, *options, **environment):
        self.folder, self.options = folder, options
        inherited = {name: value for name, value in os.environ.items() if name not in FROM_OUTSIDE}
        self.environment = inherited | {"DATA_DIR": str(folder)} | environment
        self.process = None

    def __enter__(self):
        try:
            self.copy_static()
            self.start()
            self.keep_static()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self):
        """Start, and wait until it answers. If somebody else has taken the port meanwhile, take another one."""
        for _attempt in range(10):
            self.port = free_port()
            with (self.folder / "output").open("w") as output:
                self.process = subprocess.Popen(
                    [sys.executable, "manage.py", "serve", "--port", str(self.port), *self.options],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            try:
                wait_until(lambda: self.get("/about/").status == 200, process=self.process)
                return
            except AssertionError as error:
                if f"Port {self.port} is already in use" not in self.output:
                    raise AssertionError(f"{error}\n{self.output}") from error

    @property
    def static(self):
        return Path(self.environment["DATA_DIR"]) / "static"

    def copy_static(self):
        """Give it the static files that the first server has collected and compressed."""
        if collected and not self.static.exists():
            shutil.copytree(collected[0], self.static)

    def keep_static(self):
        if not collected and self.static.exists():
            collected.append(tempfile.mkdtemp(prefix="static-"))
            atexit.register(shutil.rmtree, collected[0])
            shutil.copytree(self.static, collected[0], dirs_exist_ok=True)

    def stop(self, signal_number=signal.SIGTERM):
        """End it as a user or an init system would; what does not end is killed, with its workers."""
        if not self.process:
            return
        self.process.send_signal(signal_number)
        try:
            self.process.wait(MAX_WAIT_SECONDS)
        except BaseException:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise
        finally:
            self.process = None

    @property
    def output(self):
        """What it has written to its terminal so far."""
        return (self.folder / "output").read_text()

    def get(self, path, **headers):
        """The answer to a request, an error's as well."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=MAX_WAIT_SECONDS)
        except urllib.error.HTTPError as answer:
            return answer
