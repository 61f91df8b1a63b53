"""What all tests share: the browser, and a place for static files."""

import gc
import os
import shutil
import time
from pathlib import Path
from threading import BoundedSemaphore

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test.testcases import QuietWSGIRequestHandler
from django.utils import translation
from playwright.sync_api import expect, sync_playwright

from incidents.catalogues import compile_catalogues
from incidents.index import indexer, triggers
from incidents.public import downloads, overload

from .kept import kept
from .server import BROWSER_MILLISECONDS, MAX_WAIT_SECONDS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# Fixtures with which a test uses the database of DATABASE_URL.
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}

# Playwright keeps an event loop in this thread; the tests themselves await nothing.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# The live server writes headers and body apart: without this, each answer waits 40 ms for an acknowledgement.
QuietWSGIRequestHandler.disable_nagle_algorithm = True


# How long anything takes depends on what else the machine does; the suite never judges speed. An answer has all changes,
# a request waits for its turn, a browser for what will be there. Nobody else writes, for whom indexing would pause.
indexer.MAX_WAIT_SECONDS = overload.MAX_WAIT_SECONDS = MAX_WAIT_SECONDS
triggers.PAUSE_SECONDS = dict.fromkeys(triggers.PAUSE_SECONDS, 0)
expect.set_options(timeout=BROWSER_MILLISECONDS)
patient = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("tracker", **patient)
hypothesis.settings.register_profile("quick", **patient, max_examples=20)
hypothesis.settings.load_profile("tracker")


def pytest_addoption(parser):
    parser.addoption(
        "--quick",
        action="store_true",
        help="leave out slow tests, and ask what is asked of several values of the first alone",
    )


def pytest_configure():
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(folder)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        uses_database = item.get_closest_marker("django_db") or DATABASE & set(item.fixturenames)
        if uses_database and not item.get_closest_marker("once"):
            item.add_marker("engine")
        if "cases" in item.fixturenames:
            item.add_marker("slow")
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed: apt install chromium"))
    yield
    if config.getoption("--quick"):
        first = {}  # of the values of each test
        for item in items:
            if not item.get_closest_marker("slow"):
                first.setdefault(item.nodeid.partition("[")[0], item)
        chosen = set(first.values())
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = first.values()


def pytest_collection_finish():
    """What has been imported stays: looking through it again and again would take a tenth of all the time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def english():
    """A test begins in English, whatever the language of the last answer."""
    translation.activate("en")


@pytest.fixture
def stopped_clock(monkeypatch):
    """`time.time()` stands still in the middle of a minute, for what is counted by the minute."""
    moment = time.time() // 60 * 60 + 30
    monkeypatch.setattr(time, "time", lambda: moment)


@pytest.fixture(autouse=True)
def many_downloads(monkeypatch):
    """Django's test client closes no answer that a test does not read, so each keeps its slot."""
    monkeypatch.setattr(downloads, "download_slots", BoundedSemaphore(10_000))


@pytest.fixture
@kept
def cases(db):
    """The three cases."""
    call_command("loaddata", "zoom_2020", verbosity=0)


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium for the whole session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            timeout=BROWSER_MILLISECONDS,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, live_server):
    """`browse(path, width=…, dark=…, script=…)` opens a page of the running tracker.

    Whatever the browser complains of, a breach of the content policy above all, fails the test at its end.
    """
    complaints, contexts = [], []

    def open_page(path="/", *, width=1400, height=900, dark=False, script=True, cookies=()):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        context.set_default_timeout(BROWSER_MILLISECONDS)
        context.add_cookies([{"url": live_server.url, **cookie} for cookie in cookies])
        page = context.new_page()
        # That a page has a status of 400 or 404 is no fault of it.
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "the server responded with a status of 4" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
