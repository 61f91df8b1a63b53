"""Requests that were changed at random: none fails, none hangs, none finds more than was asked."""

import random
import time
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from tests.factories import make_party, make_published_incident, make_story
from tests.hostile import TIMES

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

MAX_SECONDS = 60  # of the processor, thousands of times what a request takes: an answer that does not come
NUMBER = 300 if TIMES == 1 else 1_000 * TIMES
PATHS = [
    "/", "/incidents/", "/incidents/told/", "/incidents/told/revisions/1/", "/incidents/told.json", "/incidents/told.bib",
    "/incidents.json", "/incidents.csv", "/incidents.xlsx", "/incidents.sqlite", "/incidents.atom", "/changes/",
    "/changes.atom", "/data/", "/platforms/", "/platforms/zoom/", "/accounts/account/", "/parties/party/", "/topics/",
    "/about/", "/sitemap.xml", "/sitemap-0.xml", "/robots.txt", "/opensearch.xml", "/healthz", "/metrics", "/api/v1/",
    "/api/v1/openapi.json", "/api/v1/incidents/", "/api/v1/incidents/told/", "/api/v1/actions/", "/api/v1/platforms/",
    "/api/v1/vocabularies/", "/admin/", "/admin/login/", "/.well-known/security.txt", "/static/incidents/style.css",
]  # fmt: skip
NAMES = "q platform holder type status from to sort all at after before limit country kind topic role plan bom offset".split()
VALUES = [
    "zoom", "-zoom", "none", "2020", "2020-06", "2020-13", "0000", "-1", "9" * 30, "1e9", "newest", "best", "*", '"', '"a b"',
    "a*", "platform:zoom", "-", "OR", "a OR b", "source:x", "六四", "‮", "\x00", "\x1b[0m", "\ud83d", "%", "%00", "%ff", "..",
    "../../etc/passwd", "<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "${7*7}", "a" * 201, "\r\nX-Injected: 1", "x[]", "＝",
]  # fmt: skip
HEADERS = {
    "accept": ["*/*", "", "text/html;q=2", "\x7f"],
    "accept-language": ["zh-Hant", "x" * 500, ";;;"],
    "accept-encoding": ["br", "gzip;q=0", "identity;q=0, *;q=0"],
    "host": ["localhost", "localhost:99999", "evil.example", "", "[::1", "localhost\\@evil.example"],
    "if-none-match": ["*", '"', 'W/"1-x"', '"99999999999999999999-x"', "," * 300],
    "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "Fri, 31 Dec 9999 23:59:59 GMT"],
    "range": ["bytes=0-0", "bytes=-1", "bytes=5-1", "lines=1-2"],
    "cookie": ["sessionid=x; csrftoken=y", "=;=;", "sessionid=" + "a" * 3000],
    "x-forwarded-for": ["127.0.0.1", "a, b, c", ""],
    "x-forwarded-proto": ["https", "gopher"],
    "x-forwarded-host": ["evil.example"],
    "x-http-method-override": ["DELETE"],
    "content-length": ["0"],
    "referer": ["https://evil.example/"],
}
METHODS = ["get"] * 12 + ["head", "post", "post", "put", "delete", "options", "patch", "trace"]
TYPES = [
    "application/x-www-form-urlencoded", "application/json", "multipart/form-data", "multipart/form-data; boundary=x",
    "text/plain; charset=nonsense", "",
]  # fmt: skip


def mutated(chance, text):
    """A text with up to two changes."""
    for _n in range(chance.choice((0, 0, 0, 1, 1, 2))):
        place = chance.randrange(len(text) + 1)
        text = chance.choice((
            text[:place] + text[place + 1 :],
            text[:place] + chance.choice("/.%?#;:&=+\\\x00\n é六<'\"") + text[place:],
            text[:place] + text[place:].swapcase(),
            text[:place],
            text + text[place:],
        ))  # fmt: skip
    return text


def query(chance):
    given = [
        (mutated(chance, chance.choice(NAMES)), mutated(chance, chance.choice(VALUES)))
        for _n in range(chance.choice((0, 1, 1, 2, 3, 8)))
    ]
    encoded = urlencode(
        [(name.encode("utf-8", "replace"), value.encode("utf-8", "surrogatepass")) for name, value in given]
    )
    return chance.choice((encoded, encoded, encoded, mutated(chance, encoded).replace("#", "")))


def request(chance):
    """The arguments of a request by a client of Django's."""
    path = "/" + quote(mutated(chance, chance.choice(PATHS)).lstrip("/").replace("?", ""), safe="/%.~")
    names = chance.sample(sorted(HEADERS), chance.choice((0, 0, 1, 2)))
    headers = {name: chance.choice(HEADERS[name]) for name in names}
    body = chance.choice((b"", b"a=b", b"{", b"\xff" * 100, b"--x\r\n\r\n", query(chance).encode()))
    return chance.choice(METHODS), f"{path}?{query(chance)}", headers, body, chance.choice(TYPES)


@pytest.fixture
def client(settings):
    settings.API_RATE = 0
    make_story()
    make_published_incident(title="Quokka")
    make_party(slug="hidden", public_label="Marsupilami", cleared=False)
    # A failing view gives its answer, as it would to a reader.
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def test_no_changed_request_fails_or_hangs_or_is_told_what_is_private(client):
    chance, found = random.Random(19890604), []

    for _n in range(NUMBER):
        method, address, headers, body, content_type = asked = request(chance)
        begun = time.thread_time()
        answer = client.generic(method.upper(), address, body, content_type, headers=headers)
        content = answer.getvalue()
        hangs = time.thread_time() - begun > MAX_SECONDS
        leaks = (
            b"Marsupilami" in content
            or b"<script>alert" in content
            and ("html" in answer["Content-Type"] or answer["X-Content-Type-Options"] != "nosniff")
            or "X-Injected" in answer
        )
        if answer.status_code >= 500 or hangs or leaks:
            found.append((answer.status_code, asked))

    assert found == []


def test_what_is_added_to_a_query_never_finds_more(client):
    """Parameters narrow a list, widen none: whatever is wrong with one, nothing is found."""
    chance, wider = random.Random(19890604), []

    def refs(text):
        answer = client.get(f"/api/v1/incidents/?{text}")
        return {each["ref"] for each in answer.json()["results"]} if answer.status_code == 200 else set()

    for _n in range(50 * TIMES):
        one, other = query(chance), query(chance)
        names = {part.partition("=")[0] for part in other.split("&")}
        if names & {part.partition("=")[0] for part in one.split("&")}:
            continue  # several values of one parameter mean any of them
        if not refs(f"{one}&{other}") <= refs(one):
            wider.append((one, other))

    assert wider == []
