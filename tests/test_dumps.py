"""Dumps: bags that others can validate, an index of versions, and nothing in an old one that was taken back since."""

import json
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from bagit_utils import Bag
from django.core.management import CommandError, call_command

from incidents import exports, files, index, mirror, publishing, signing
from incidents.exports import dumps
from incidents.models import Incident, Involvement, Party
from incidents.protection import forget_revisions

from .factories import make_involvement, make_party, make_published_incident, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def few_formats(monkeypatch, request):
    if "every_format" not in request.node.name:
        monkeypatch.setattr(exports, "FORMATS", {name: exports.FORMATS[name] for name in ("csv", "jsonl")})
        monkeypatch.setattr(dumps, "FORMATS", exports.FORMATS)


@pytest.fixture
def folder(tmp_path, settings):
    """A place for dumps, and a key."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    signing.make_key(signing.key_path())
    return tmp_path / "dumps"


def publish(folder, *options):
    """Publish a dump, and return the number of its version and what was said."""
    said = StringIO()
    call_command("publish_dump", str(folder), *options, stdout=said, stderr=StringIO())
    return index.current_version("default").number, said.getvalue()


def kept(folder):
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())


def test_a_dump_has_every_format_in_a_bag_that_others_validate(folder):
    make_published_incident()
    version, _said = publish(folder)
    dump = folder / str(version)

    assert Bag(dump).validate().valid
    assert {path.name for path in (dump / "data").iterdir()} == {
        *(f"incidents.{name}" for name in exports.FORMATS),
        "withdrawals.json",
    }
    assert (folder / "latest").resolve() == dump.resolve()
    assert json.loads((dump / "manifest.json").read_text())["dataset"]["version"] == version


def test_every_file_of_a_dump_is_signed(folder):
    make_published_incident()
    version, _said = publish(folder)
    dump, key = folder / str(version), signing.key_path().with_name(signing.PUBLIC_KEY)

    assert list(signing.faults(dump, key=key)) == []
    for path in [path for path in dump.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        assert list(signing.faults(dump, key=key)), path
        path.write_bytes(content)


def test_nothing_is_written_twice_and_only_the_newest_versions_are_kept(folder):
    make_published_incident(ref="one")
    version, _said = publish(folder)
    assert publish(folder) == (version, f"Version {version} already exists.\n")
    Incident.objects.filter(ref="one").update(title="Another title")

    following, _said = publish(folder, "--keep", "1")

    assert following > version
    assert kept(folder) == [following]


def test_an_index_says_which_versions_there_are(folder):
    make_published_incident(ref="one")
    first, _said = publish(folder)
    make_published_incident(ref="two")
    second, _said = publish(folder)

    listed = json.loads((folder / "versions.json").read_text())["versions"]

    assert [(each["version"], each["folder"], each["incidents"]) for each in listed] == [
        (second, f"{second}/", 2),
        (first, f"{first}/", 1),
    ]
    assert f'href="{first}/index.html"' in (folder / "index.html").read_text()


def copies_elsewhere(folder):
    """Dumps that somebody else keeps."""
    elsewhere = folder.parent / "elsewhere/copies"
    for version in kept(folder):
        shutil.copytree(folder / str(version), elsewhere / str(version))
    return elsewhere


def obey(copies, withdrawals):
    """Have copies follow a list of withdrawals, by the lines in docs/formats.md."""
    (code,) = re.findall(r"```python\n(import json.+?)```", Path("docs/formats.md").read_text(), re.DOTALL)
    code = code.replace("https://tracker.example.org/withdrawals.json", withdrawals.as_uri())
    subprocess.run([sys.executable, "-c", code], cwd=copies.parent, check=True)


def withdraw():
    publishing.withdraw(Incident.objects.get(ref="one"), reason="It was a mistake.")


def withdraw_and_publish_again():
    withdraw()
    index.current_version("default")
    Incident.objects.filter(ref="one").update(publication="published", title="What may be said")


def hide_the_holder():
    Party.objects.filter(slug="wombat").update(
        name_public=False, public_label="a person in China", at_risk=True
    )


def hide_the_source():
    incident = Incident.objects.get(ref="one")
    for citation in list(incident.citations.all()):
        citation.source = make_source(citekey=f"open-{citation.pk}")
        citation.save()
    from_then = citation.source.__class__.objects.get(citekey="paper")
    from_then.is_confidential = True
    from_then.save()


def hide_a_body_that_was_taken_off_before():
    Involvement.objects.all().delete()
    index.current_version("default")
    Party.objects.filter(slug="bilby").update(name_public=False, public_label="a group in China")


def correct_and_forget():
    Incident.objects.filter(ref="one").update(title="What may be said")
    index.current_version("default")
    forget_revisions("one")


@pytest.mark.parametrize(
    "take_back",
    [
        withdraw,
        withdraw_and_publish_again,
        hide_the_holder,
        hide_the_source,
        hide_a_body_that_was_taken_off_before,
        correct_and_forget,
    ],
)
def test_a_dump_that_has_what_was_taken_back_since_is_deleted(folder, take_back):
    make_published_incident(ref="other")
    untouched, _said = publish(folder)
    holder = make_party(
        slug="wombat",
        kind="person",
        name_public=True,
        name_public_basis="public_figure",
        public_label="Wombat",
    )
    incident = make_published_incident(ref="one", title="Quokka", source=make_source(citekey="paper"))
    account = incident.actions.get().account
    account.holder = holder
    account.save()
    make_involvement(incident, party=make_party(slug="bilby", kind="organisation"))
    with_it, _said = publish(folder)
    elsewhere = copies_elsewhere(folder)

    take_back()
    now, said = publish(folder)
    obey(elsewhere, folder / str(now) / "data/withdrawals.json")

    assert kept(folder) == sorted({untouched, now})
    assert kept(elsewhere) == [untouched]
    assert f"Version {with_it} has been deleted" in said
    assert "in one." in said


def test_a_dump_before_a_correction_stays(folder):
    incident = make_published_incident(ref="one")
    first, _said = publish(folder)
    Incident.objects.filter(pk=incident.pk).update(title="A better title")

    second, _said = publish(folder)

    assert kept(folder) == [first, second]


@pytest.mark.parametrize(
    ("command", "owner", "name"),
    [("publish_dump", dumps, "write_dump"), ("publish_mirror", mirror, "publish")],
)
def test_one_run_waits_for_another_and_cannot_bring_back_what_that_took_away(
    folder, settings, monkeypatch, command, owner, name
):
    settings.SITE_URL = "https://tracker.example"
    make_published_incident()
    seen = []

    def write(*args, **options):
        with pytest.raises(BlockingIOError):
            files._lock(settings.DATA_DIR / files.PUBLISHING, wait=False)
        seen.append(name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(owner, name, write)
    with pytest.raises(CommandError, match="No space left"):
        call_command(command, str(folder), stdout=StringIO(), stderr=StringIO())

    assert seen == [name]
    with files.publishing_alone():
        pass
