"""What every answer says to the browser about itself, pages and errors alike."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import path

from incidents.public import downloads
from tracker import urls

from .factories import make_published_incident

pytestmark = pytest.mark.django_db

HEADERS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


def fail(request):
    raise RuntimeError("the view fails")


def refuse(request):
    raise PermissionDenied


urlpatterns = [
    path("fails/", fail),
    path("refused/", refuse),
    *urls.urlpatterns,
]


@pytest.fixture
def answers(client, settings, monkeypatch):
    """An answer of each kind by its name, and the status that it should have."""
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    make_published_incident()
    page = client.get("/incidents/")
    found = {
        "page": (200, page),
        "page from the cache": (200, client.get("/incidents/")),
        "page that the reader has": (304, client.get("/incidents/", headers={"if-none-match": page["ETag"]})),
        "file": (200, client.get("/incidents.json")),
        "API": (200, client.get("/api/v1/incidents/")),
        "health": (200, client.get("/healthz")),
        "feed": (200, client.get("/changes.atom")),
        "desk": (200, client.get("/admin/login/")),
        "desk without a login": (302, client.get("/admin/")),
        "form without a token": (403, type(client)(enforce_csrf_checks=True).post("/admin/login/")),
        "refused": (403, client.get("/refused/")),
        "parameters": (400, client.get("/incidents.json?platform=none-such")),
        "host": (400, client.get("/incidents/", headers={"host": "evil.example"})),
        "not found": (404, client.get("/nowhere/")),
        "method": (405, client.post("/incidents/")),
        "failure": (500, client.get("/fails/")),
    }
    monkeypatch.setattr(downloads, "download_slots", downloads.BoundedSemaphore(0))
    return found | {"too many downloads": (503, client.get("/incidents.csv"))}


def test_every_answer_has_the_headers_of_security(answers):
    found = {name: (each.status_code, HEADERS - {*each.headers}) for name, (_status, each) in answers.items()}

    assert found == {name: (status, set()) for name, (status, _answer) in answers.items()}
