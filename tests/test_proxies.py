"""The caches that stand in front, as docs/operations.md sets them up: they keep public answers, and show nothing old."""

import http.client
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.cache import caches

from incidents import publishing
from incidents.models import Incident

from .factories import make_published_incident
from .server import free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


def needs(program, package):
    return pytest.mark.skipif(
        not shutil.which(program, path=PATH), reason=f"{program} is not installed: apt install {package}"
    )


def block(language):
    """The configuration in the docs."""
    text = Path("docs/operations.md").read_text()
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return found


class Proxy:
    """A cache in front of the tracker, in a process of its own."""

    def __init__(self, folder, tracker):
        self.folder, self.tracker, self.port = folder, tracker, free_port()

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command(), cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_until(lambda: self.get("/robots.txt").status == 200, process=self.process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()

    def was_kept(self, path):
        """Whether an answer comes from the cache."""
        return self.get(path).headers["X-Cache"] in ("HIT", "true")

    def get(self, path, **headers):
        """The answer to a request: its `body` has been read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers={"Host": self.tracker.split(":")[0]} | names)
            answer = connection.getresponse()
            answer.body = answer.read().decode()
            return answer
        finally:
            connection.close()


class Nginx(Proxy):
    def command(self):
        docs = block("nginx").replace("127.0.0.1:8000", self.tracker)
        docs = docs.replace("/var/cache/nginx/tracker", f"{self.folder}/cache")
        docs = docs.replace(
            "listen 443 ssl;",
            f"listen 127.0.0.1:{self.port};\nadd_header X-Cache $upstream_cache_status always;",
        )
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"daemon off; {user} pid {self.folder}/pid; error_log {self.folder}/errors;"
            f"events {{}} http {{ {temporary} {docs} }}"
        )
        program = shutil.which("nginx", path=PATH)
        return [program, "-p", self.folder, "-e", self.folder / "errors", "-c", self.folder / "nginx.conf"]


class Varnish(Proxy):
    def command(self):
        host, port = self.tracker.split(":")
        docs = block("vcl").replace('"127.0.0.1"', f'"{host}"').replace('"8000"', f'"{port}"')
        begin = "sub vcl_backend_response {"
        docs = docs.replace(begin, f"{begin} set beresp.http.X-Cache = beresp.was_304;")
        (self.folder / "default.vcl").write_text(docs)
        return [
            *(shutil.which("varnishd", path=PATH), "-F", "-j", "none", "-n", self.folder / "work"),
            *("-a", f"127.0.0.1:{self.port}", "-f", self.folder / "default.vcl", "-s", "malloc,16m"),
        ]


@pytest.fixture(
    params=[
        pytest.param(Nginx, marks=needs("nginx", "nginx-light")),
        pytest.param(Varnish, marks=needs("varnishd", "varnish")),
    ]
)
def proxy(request, live_server, tmp_path):
    caches["pages"].clear()
    make_published_incident(ref="one", title="Quokka")
    make_published_incident(ref="other", title="Wombat")
    with request.param(tmp_path, live_server.url.removeprefix("http://")) as running:
        yield running


def test_a_cache_keeps_what_is_public_and_shows_nothing_that_was_withdrawn(proxy):
    for path in ("/incidents/one/", "/incidents/", "/incidents.csv"):
        assert "Quokka" in proxy.get(path).body
        # Varnish has sent a page before it has put it away.
        wait_until(lambda path=path: proxy.was_kept(path), process=proxy.process)
    etag = proxy.get("/withdrawals.json").headers["ETag"]
    assert proxy.get("/withdrawals.json", If_None_Match=etag).status == 304

    publishing.withdraw(Incident.objects.get(ref="one"), reason="It was a mistake.")

    assert proxy.get("/incidents/one/").status == 410
    for path in ("/incidents/", "/incidents.csv"):
        body = proxy.get(path).body
        assert ("Quokka" in body, "Wombat" in body) == (False, True)
    assert proxy.get("/withdrawals.json", If_None_Match=etag).status == 200


def test_a_cache_keeps_no_past_version_and_nothing_of_the_desk(proxy):
    for path in ("/incidents/one/revisions/1/", "/admin/login/"):
        assert proxy.get(path).status == 200
        assert not proxy.was_kept(path), path
