"""The mirror: the whole public site as files, which need no server, show what the doors show and forget what was withdrawn."""

import json
import re
import shutil
import subprocess
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from incidents import mirror, publishing, signing
from incidents.exports import FORMATS
from incidents.models import Incident, Party
from incidents.public import indexes, listings

from .factories import make_published_incident, make_story
from .server import BROWSER_MILLISECONDS

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ROOT = "https://tracker.example"
TAG = re.compile(r"<[a-z]+\s[^>]*>")
LINK = re.compile(r'(?<=\s)(?:href|src|action)="([^"]*)"')
IN_EVERY_TAG = re.compile(r"<[^>]*>")
SETTINGS = {"SITE_URL": ROOT, "ALLOWED_HOSTS": ["tracker.example", "testserver"]}
ENGLISH, CHINESE = ("en", "English"), ("zh-hant", "繁體中文")


def publish(folder):
    call_command("publish_mirror", str(folder), stdout=StringIO(), stderr=StringIO())
    return (folder / "latest").resolve()


def read(folder):
    """Every file below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def site(tmp_path, settings, monkeypatch):
    """A place for a mirror, and a key. To be quick, the mirror has no charts and few files."""
    for name, few in {
        "FORMATS": ["csv"],
        "CHARTS": [],
        "SUBJECTS": ["platform"],
        "CITATION_FORMATS": [],
    }.items():
        monkeypatch.setattr(mirror.site, name, few)
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.LANGUAGES = [ENGLISH]
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    signing.make_key(signing.key_path())
    return tmp_path / "mirror"


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """A mirror of three incidents whose lists have a page for each, and what the doors answered."""
    folder = tmp_path_factory.mktemp("mirror")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(**SETTINGS, DATA_DIR=folder, LANGUAGES=[ENGLISH, CHINESE]),
        transaction.atomic(),
    ):
        for name in set(FORMATS) - {"csv", "json", "zip"}:
            patch.delitem(FORMATS, name)  # the others are written in the same way
        patch.setattr(listings, "_downloads", listings._downloads.__wrapped__)  # it keeps what FORMATS had
        patch.setattr(listings, "PAGE_SIZE", 1)
        patch.setattr(indexes, "MAX_ROWS", 1)
        make_story()
        make_published_incident(ref="second", title="A second one")
        gone = make_published_incident(ref="gone", title="A third one")
        signing.make_key(signing.key_path())
        client = Client()
        client.get("/")
        publishing.withdraw(gone, reason="It was a mistake.")
        latest = publish(folder / "public")
        files = read(latest)
        doors = {}
        for name in files:
            address = "/" + name.removesuffix("index.html")
            if not re.match(
                r"(/zh-han[st])?/(static|search|years|SHA256SUMS|signing-key)|.*/page-\d", address
            ):
                response = client.get(address)
                doors[name] = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return latest, files, doors


def links(files):
    """Each link of each page: the page and the address."""
    for name, content in files.items():
        if name.endswith(".html"):
            for tag in TAG.findall(content.decode()):
                if 'rel="canonical"' not in tag and 'rel="alternate" hreflang' not in tag:
                    yield from ((name, unescape(address)) for address in LINK.findall(tag))


@pytest.mark.once
def test_a_mirror_has_what_the_doors_answer(made):
    _latest, files, doors = made

    def words(html):
        return IN_EVERY_TAG.sub("", html.decode()).split()

    assert len(doors) > 100
    assert {
        name
        for name, body in doors.items()
        if (words(files[name]) != words(body) if name.endswith(".html") else files[name] != body)
    } == set()
    assert b"It was a mistake." in files["incidents/gone/index.html"]


@pytest.mark.once
def test_every_link_of_a_mirror_is_relative_and_leads_to_a_file(made):
    latest, files, _doors = made

    found = {(name, address) for name, address in links(files) if not re.match(r"https?:|mailto:|#", address)}

    assert len(found) > 500
    assert {each for each in found if each[1].startswith("/")} == set()
    assert {
        (name, address)
        for name, address in found
        if not (latest / name).parent.joinpath(re.split("[?#]", address)[0] or Path(name).name).is_file()
    } == set()


@pytest.mark.once
def test_a_mirror_leads_to_the_site_only_for_what_needs_its_server(made):
    _latest, files, _doors = made

    found = {address.removeprefix(ROOT) for _name, address in links(files) if address.startswith(ROOT)}

    assert {
        address
        for address in found
        if not re.match(
            r"(/zh-han[st])?/?(api/v1/.+|charts/[\w-]+\.png|((incidents|changes)\.[\w.]+|charts/[\w./-]*)\?.+)?$",
            address,
        )
    } == set()


@pytest.mark.once
def test_pages_are_there_in_every_language_and_data_once(made):
    _latest, files, _doors = made

    assert '<html lang="zh-Hant"' in files["zh-hant/incidents/told/index.html"].decode()
    assert 'href="../../../incidents/told.csv"' in files["zh-hant/incidents/told/index.html"].decode()
    assert 'action="../search/index.html"' in files["zh-hant/incidents/index.html"].decode()
    assert not [
        name
        for name in files
        if name.startswith("zh-hant/") and name.endswith(".csv") and "charts" not in name
    ]


@pytest.mark.once
def test_lists_of_several_pages_are_there_to_their_end(made):
    _latest, files, _doors = made

    pages = [files[f"incidents/{name}.html"].decode() for name in ("index", "page-2")]

    assert ["Zoom shuts an account" in page for page in pages].count(True) == 1
    assert ["A second one" in page for page in pages].count(True) == 1
    assert 'rel="next" href="page-2.html"' in pages[0]
    assert 'rel="prev" href="index.html"' in pages[1]
    assert "incidents/page-3.html" not in files
    assert "parties/page-2.html" in files


@pytest.mark.once
def test_no_page_of_a_mirror_asks_another_site_for_anything(made):
    _latest, files, _doors = made

    for name, content in files.items():
        if name.endswith(".html") and b"<body>" in content and b'http-equiv="refresh"' not in content:
            assert b"default-src &#x27;none&#x27;" in content, name
            assert not re.search(
                rb'<(?:script|img|link rel="(?:stylesheet|icon|search)")[^>]*(?:src|href)="[a-z]+:', content
            )


@pytest.mark.once
@pytest.mark.browser
def test_a_mirror_is_searched_and_filtered_by_a_browser_without_a_server(made, chromium):
    latest, _files, _doors = made
    page, complaints, asked = chromium.new_page(), [], set()
    page.set_default_timeout(BROWSER_MILLISECONDS)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.add(request.url))

    def found(query):
        page.goto(f"file://{latest}/search/index.html?{query}")
        return page.locator("#rows a").all_inner_texts()

    try:
        assert found("q=天安门") == ["Zoom shuts an account"]  # its alias is in traditional characters
        assert found("q=second") == ["A second one"]
        assert found("platform=told") == ["Zoom shuts an account"]
        assert found("platform=-told") == ["A second one"]
        assert found("platform=told&status=in_force") == []
        assert found("from=2020-05&to=2020-05&platform=told") == ["Zoom shuts an account"]
        assert found("from=2021") == []
        assert found("kind=context&from=2020-05-20&to=2020-05-20") == ["A vigil is held"]
        page.goto(f"file://{latest}/platforms/told/index.html")
        page.locator(".filter-form button").first.click()
        page.wait_for_selector("#rows a")
        page.get_by_text("Zoom shuts an account").click()
        page.wait_for_url(f"file://{latest}/incidents/told/index.html")
    finally:
        page.close()
    assert complaints == []
    assert {url for url in asked if not url.startswith(f"file://{latest}/")} == set()


# Signed


@pytest.fixture
def copy(made, tmp_path):
    """A copy of the mirror, in which a test may break something, and the public key."""
    latest, _files, _doors = made
    shutil.copytree(latest, tmp_path / "copy")
    return tmp_path / "copy", latest.parent.parent / signing.PUBLIC_KEY


def verify(folder, key):
    """What the command says of a folder: all that is wrong."""
    said = StringIO()
    try:
        call_command("verify", str(folder), key=key, stdout=StringIO(), stderr=said)
    except CommandError as error:
        return [*said.getvalue().splitlines(), f"exit code {error.returncode}"]
    return []


@pytest.mark.once
def test_a_mirror_that_is_whole_is_verified(copy):
    assert verify(*copy) == []


@pytest.mark.once
def test_each_file_that_is_wrong_missing_or_foreign_is_named(copy):
    folder, _key = copy
    (folder / "index.html").write_text("Nothing to see here.")
    (folder / "incidents.csv").unlink()
    (folder / "about" / "more.html").write_text("More.")

    assert sorted(verify(*copy)) == [
        "about/more.html: not part of it",
        "exit code 1",
        "incidents.csv: missing",
        "index.html: not as it was published",
    ]


@pytest.mark.once
def test_a_list_of_checksums_that_somebody_else_wrote_is_not_believed(copy, tmp_path):
    folder, key = copy
    with (folder / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  more.html\n")
    signing.make_key(tmp_path / "other.pem")

    assert verify(folder, key) == ["SHA256SUMS: not signed with this key", "exit code 1"]
    signing.sign(folder, key=tmp_path / "other.pem")
    assert verify(folder, key) == ["SHA256SUMS: not signed with this key", "exit code 1"]
    (folder / "SHA256SUMS.sig").unlink()
    assert verify(folder, key) == ["SHA256SUMS.sig: missing", "exit code 1"]


@pytest.mark.once
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed: apt install openssl")
def test_others_verify_a_mirror_without_this_program(copy):
    """By the commands of docs/operations.md."""
    folder, key = copy
    (command,) = re.findall(
        r"^openssl .*\n.*sha256sum .*$", Path("docs/operations.md").read_text(), re.MULTILINE
    )

    def exit_code():
        words = command.replace("signing-key.pub", str(key))
        return subprocess.run(["sh", "-c", words], cwd=folder, capture_output=True).returncode

    assert exit_code() == 0
    (folder / "index.html").write_text("Nothing to see here.")
    assert exit_code() != 0


def test_a_key_is_made_once(site):
    with pytest.raises(CommandError, match="There is a key already"):
        call_command("make_signing_key")


def test_readers_find_the_key_on_the_page_about_the_data(site, client):
    make_published_incident()

    assert "BEGIN PUBLIC KEY" in client.get("/data/").content.decode()
    (site.parent / "data" / signing.PUBLIC_KEY).unlink()
    caches["pages"].clear()
    assert "BEGIN PUBLIC KEY" not in client.get("/data/").content.decode()


# Again and again


def test_the_next_run_after_a_withdrawal_leaves_no_trace_of_it(site):
    incident = make_published_incident(ref="secret", title="Wombat")
    make_published_incident(ref="other", title="Quokka")
    before = read(publish(site))

    publishing.withdraw(incident, reason="It was a mistake.")
    after = publish(site)

    assert b"Wombat" in before["incidents.csv"]
    assert [path for path in site.iterdir() if path.name != "latest"] == [after]
    assert [name for name, content in read(after).items() if b"Wombat" in content] == []
    assert b"Quokka" in (after / "incidents.csv").read_bytes()


def test_the_next_run_after_a_name_was_hidden_leaves_no_trace_of_it_and_lists_the_incident(site):
    make_published_incident(ref="other")
    incident = make_published_incident(ref="told")
    holder = incident.actions.get().account.holder
    Party.objects.filter(pk=holder.pk).update(public_label="Wombat")
    before = read(publish(site))

    Party.objects.filter(pk=holder.pk).update(name_public=False, public_label="a group in China")
    after = read(publish(site))

    assert b"Wombat" in before["incidents.csv"]
    assert [name for name, content in after.items() if b"Wombat" in content] == []
    listed = json.loads(after["withdrawals.json"])
    assert [each["ref"] for each in listed["withdrawn"]] == ["told"]
    version = json.loads(before["withdrawals.json"])["dataset"]["version"]
    assert version < listed["withdrawn"][0]["version"] <= listed["dataset"]["version"]


def test_a_run_that_fails_leaves_the_mirror_before_and_one_that_ends_keeps_unchanged_files(site, monkeypatch):
    make_published_incident(ref="other", title="Quokka")
    before = publish(site)
    dates = {path.relative_to(before): path.stat().st_mtime_ns for path in before.rglob("*.*")}
    changed = Incident.objects.get()
    changed.title = "Quokka again"
    changed.save()
    written = mirror.site.Site.write_search
    monkeypatch.setattr(mirror.site.Site, "write_search", lambda self: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        publish(site)

    assert sorted(path.name for path in site.iterdir()) == sorted([before.name, "latest"])
    assert (site / "latest").resolve() == before
    monkeypatch.setattr(mirror.site.Site, "write_search", written)
    after = publish(site)
    same = {path for path, date in dates.items() if (after / path).stat().st_mtime_ns == date}
    assert Path("static/incidents/site.css") in same
    assert Path("search/facets.js") in same
    assert Path("incidents.csv") not in same
