"""A fixture is checked as a whole, every fault is reported with its line, and all of it is written or nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.exports import steps
from incidents.exports.importing import import_fixture
from incidents.exports.json_stream import read_objects
from incidents.models import Account, Action, Citation, Incident, Justification, Party, Platform, Source
from incidents.publishing import problems

from .databases import Database
from .factories import (
    internal_fixture,
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
    make_source,
    make_translation,
    public_fixture,
)
from .server import wait_until

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
PLATFORM = {"model": "incidents.platform", "fields": {"slug": "zoom", "name": "Zoom"}}


def entry(model, **fields):
    return {"model": f"incidents.{model}", "fields": fields}


def write(folder, content):
    path = folder / "in.json"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
    return str(path)


def written(folder, incidents=None, format=public_fixture):
    incidents = Incident.objects.listed() if incidents is None else incidents
    return write(folder, format(incidents))


def emptied():
    for model in (Incident, Account, Party, Platform):
        model.objects.all().delete()


def outcomes(report):
    return {label.split(".")[1]: dict(counts) for label, counts in report.counts.items()}


@pytest.mark.slow
def test_what_was_exported_comes_back(tmp_path):
    make_relation(make_published_incident(), make_published_incident())
    path = written(tmp_path)
    before = Path(path).read_bytes()
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    assert public_fixture(Incident.objects.listed()) == before
    assert outcomes(report)["incident"] == {"new": 2}


@pytest.mark.slow
def test_the_second_time_changes_nothing(tmp_path):
    make_published_incident()
    path = written(tmp_path)
    import_fixture(path)
    moments = (
        list(Incident.objects.values_list("updated_at")),
        Party.history.count(),
        Incident.history.count(),
    )

    report = import_fixture(path)

    assert all(set(counts) == {"unchanged"} for counts in outcomes(report).values())
    assert (
        list(Incident.objects.values_list("updated_at")),
        Party.history.count(),
        Incident.history.count(),
    ) == moments


def test_a_change_is_named_with_its_field_and_kept_in_the_history(tmp_path):
    platform = make_platform(slug="zoom", name="Zoom", operator="Zoom Inc")
    path = write(tmp_path, [entry("platform", slug="zoom", name="Zoom", operator="Zoom Communications")])

    report = import_fixture(path, reason="a correction")

    platform.refresh_from_db()
    assert report.changes == ["incidents.platform zoom: operator"]
    assert platform.operator == "Zoom Communications"
    assert platform.history.first().history_change_reason == "a correction"


def written_by_version_0_2(folder, **fields):
    """An export as 0.2 wrote it, with these fields in its citation."""
    entries = json.loads(Path(written(folder)).read_text())
    citation, *others = (each["fields"] for each in entries if each["model"] == "incidents.citation")
    for each in (citation, *others):
        for name in ("reading", "quote_language", "is_translation"):
            del each[name]
    citation |= fields
    return write(folder, entries)


@pytest.mark.slow
def test_words_of_version_0_2_that_are_not_in_the_quotation_become_a_reading(tmp_path, capsys):
    make_published_incident()
    path = written_by_version_0_2(tmp_path, value_as_stated="late May, one account")
    emptied()

    call_command("import_fixture", path)
    said = capsys.readouterr().out
    call_command("import_fixture", path)

    citation = Citation.objects.first()
    assert (citation.value_as_stated, citation.reading) == ("", "late May, one account")
    assert "value_as_stated: “late May, one account” is not in the quotation" in said
    assert "incidents.citation: 0 new, 0 changed, 2 unchanged" in capsys.readouterr().out


@pytest.mark.slow
def test_what_version_0_2_published_without_a_source_is_imported_and_reported(tmp_path):
    incident = make_published_incident(ref="2020-told")
    make_justification(incident)
    make_involvement(incident)
    incident.citations.filter(action=None).delete()
    path = written(tmp_path)
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    line = (
        next(
            n for n, text in enumerate(Path(path).read_text().splitlines(), 1) if "incidents.incident" in text
        )
        - 1
    )
    begin = f"line {line}: incidents.incident 2020-told: published without a source."
    missing = "add a supporting citation with a quotation from an open source"
    assert [note.partition(", about")[0].rstrip(".") for note in report.notes] == [
        f"{begin} {name}: {missing}" for name in ("Summary", "Stated reason 1", "Involvement 1")
    ]
    assert Incident.objects.public().get().ref == "2020-told"


@pytest.mark.slow
def test_an_action_without_a_source_is_not_imported_as_published(tmp_path):
    make_published_incident().actions.get().citations.all().delete()
    path = written(tmp_path)
    emptied()

    (problem,) = import_fixture(path).errors

    assert "it cannot be published: Action 1: add a supporting citation" in problem


def test_the_period_of_a_name_of_version_0_2_becomes_an_interval(tmp_path):
    names = "Twitter, until 2023\nX.com, since 2009-10\nTwttr"
    path = write(tmp_path, [entry("platform", slug="x", name="X", aliases=names)])

    report = import_fixture(path)

    assert report.errors == []
    assert Platform.objects.get().aliases == "Twitter, ../2023\nX.com, 2009-10/..\nTwttr"
    assert "the period of a name is an EDTF interval now" in report.notes[0]


@pytest.mark.slow
def test_codes_of_version_0_2_that_are_not_registered_become_the_nearest_that_are(tmp_path):
    incident = make_published_incident(action={"scope": "listed_countries", "countries": "CN TW"})
    make_justification(incident, quote_language="en")
    path = written_by_version_0_2(tmp_path)
    entries = json.loads(Path(path).read_text())
    of = {each["model"].partition(".")[2]: each["fields"] for each in entries}
    of["platform"]["operator_country"] = "HK-ZZZ"
    of["party"] |= {"country": "HK", "native_language": "zh-Abcd-HK"}
    of["action"] |= {"timezone": "PRC", "countries": "CN CN-ZZZ HK-ZZZ"}
    of["justification"]["quote_language"] = "zz"
    write(tmp_path, entries)
    emptied()

    report = import_fixture(path)
    again = import_fixture(path)

    assert (report.errors, again.errors, again.changes) == ([], [], [])
    assert Platform.objects.get().operator_country == "HK"
    assert Party.objects.get().native_language == "zh-HK"
    action = Action.objects.get()
    assert (action.timezone, action.countries) == ("Asia/Shanghai", "CN HK")
    assert Justification.objects.get().quote_language == ""
    assert [note.rpartition(": ")[2] for note in report.notes if "is not registered" in note] == [
        "“HK-ZZZ” is not registered, so it becomes “HK”.",
        "“zh-Abcd-HK” is not registered, so it becomes “zh-HK”.",
        "“PRC” is not registered, so it becomes “Asia/Shanghai”.",
        "“CN CN-ZZZ HK-ZZZ” is not registered, so it becomes “CN HK”.",
        "“zz” is not registered, so it is left out.",
    ]


@pytest.mark.slow
def test_words_of_today_that_are_not_in_the_quotation_are_refused(tmp_path):
    make_published_incident()
    path = written_by_version_0_2(tmp_path, value_as_stated="late May, one account", reading="")
    emptied()

    report = import_fixture(path)

    (problem,) = report.errors
    assert "The quotation does not contain these words." in problem


def test_what_the_file_leaves_out_stays(tmp_path):
    party = make_party(slug="group", private_name="Li Si", name_public=False)

    import_fixture(write(tmp_path, [entry("party", slug="group", public_label="a group")]))

    party.refresh_from_db()
    assert (party.public_label, party.private_name) == ("a group", "Li Si")


def test_an_internal_file_does_not_undo_what_was_changed_since_it_was_written(tmp_path):
    platform = make_platform(name="As it was")
    make_action(account=make_account(platform=platform))
    path = written(tmp_path, Incident.objects.all(), internal_fixture)
    platform.operator = "Added since"
    platform.save()

    report = import_fixture(path, internal=True)

    assert [error.split(": ")[2] for error in report.errors] == [
        "it was changed here since the file was written."
    ]
    assert Platform.objects.get().operator == "Added since"


def test_a_dry_run_writes_nothing_and_says_what_it_would(tmp_path, capsys):
    call_command("import_fixture", write(tmp_path, [PLATFORM]), dry_run=True)

    assert "incidents.platform: 1 new, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert Platform.objects.count() == 0


@pytest.mark.slow
def test_a_reference_to_a_later_record_of_the_same_kind_is_followed(tmp_path):
    make_published_incident(account=make_account(slug="a", succeeded_by=make_account(slug="b")))
    make_published_incident(account=Account.objects.get(slug="b"))
    path = written(tmp_path)
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    assert Account.objects.get(slug="a").succeeded_by.slug == "b"


def test_an_internal_export_comes_back_whole(tmp_path):
    incident = make_published_incident(editor_notes="ask again")
    Party.objects.update(notes="a private note")
    path = written(tmp_path, Incident.objects.all(), internal_fixture)
    emptied()

    report = import_fixture(path, internal=True)

    assert report.errors == []
    assert Incident.objects.get(ref=incident.ref).editor_notes == "ask again"
    assert Party.objects.get().notes == "a private note"


BROKEN = {
    "nothing": ("", "beginning with"),
    "no array": ('{"model": 1}', "beginning with"),
    "not valid JSON": ("hello", "beginning with"),
    "cut off": ('[\n{"model": "incidents.platform",', "line 2"),
    "something after it": ("[] x", "after the end"),
    "a comma too many": (json.dumps([PLATFORM])[:-1] + ",]", "not valid JSON"),
    "no comma": ("[1 2]", "expected “,” or “]”"),
    "a number": ("[1]", "not a record"),
    "a name twice": ('[{"model": "incidents.platform", "model": "x", "fields": {}}]', "twice"),
    "NaN": ('[{"model": NaN}]', "NaN is not valid JSON"),
    "nested deeply": ("[" * 100_000, "too deeply"),
    "nonsense without end": ('["' + "x" * 3_000_000, "at most 1,000,000 characters"),
    "not UTF-8": (b"[\xff\xfe]", "UTF-8"),
    "UTF-16": ("[]".encode("utf-16"), "UTF-8"),
    "unknown model": ([entry("moonphase")], "not a model that can be imported"),
    "a user": ([{"model": "auth.user", "fields": {"username": "me"}}], "not a model that can be imported"),
    "a primary key": ([PLATFORM | {"pk": 1}], "natural keys only"),
    "unknown field": ([entry("platform", slug="x", name="X", colour="red")], "not a field that can be imported"),
    "who made it": ([entry("platform", slug="x", name="X", created_by=["me"])], "not a field that can be imported"),
    "a derived day": ([entry("action", start_earliest="2020-01-01")], "not a field that can be imported"),
    "no place": ([entry("platform", slug="x", name="X", operator_country="Hong Kong")], "operator_country: “Hong Kong” is not"),
    "no registered country": ([entry("platform", slug="x", name="X", operator_country="ZZ")], "operator_country: “ZZ” is not"),
    "private data": ([entry("party", slug="x", public_label="X", private_name="Y")], "private data"),
    "names of the unnamed": ([entry("party", slug="x", public_label="X", aliases="Y")], "private data"),
    "a private handle": ([entry("account", slug="x", label="X", handle="@y")], "private data"),
    "a text for a number": ([entry("action", seq="1")], "a whole number"),
    "a number for a text": ([entry("platform", slug="x", name=7)], "must be a text"),
    "true for a number": ([entry("action", seq=True)], "a whole number"),
    "a huge number": ([entry("action", seq=10**30)], "too large"),
    "infinity": ([entry("platform", slug="x", name=1e400)], "not valid JSON"),
    "null": ([entry("platform", slug="x", name=None)], "cannot be null"),
    "NUL": ([entry("platform", slug="x", name="a\0b")], "cannot be stored"),
    "half a character": ('[{"model": "incidents.platform", "fields": {"slug": "x", "name": "\\ud800"}}]', "cannot be stored"),
    "half a character in a key": ([entry("account", platform=["\ud800"])], "cannot be stored"),
    "a reference that is no key": ([entry("account", slug="x", label="X", platform=7)], "natural key"),
    "a broken reference": ([entry("account", slug="x", label="X", platform=["nowhere"])], "neither in the database nor earlier"),
    "a key of the wrong length": ([entry("account", slug="x", label="X", platform=["a", "b"])], "neither in the database nor earlier"),
    "no natural key": ([entry("platform", name="X")], "incomplete"),
    "the same twice": ([PLATFORM, PLATFORM], "already on line 2"),
    "a word that is none": ([entry("platform", slug="x", name="X", kind="wonderful")], "kind"),
    "a date that is none": ([entry("source", citekey="x", title="X", issued="June")], "issued"),
    "a rule of the model": ([PLATFORM, entry("platform", slug="zoom-2", name="Zoom")], "Choose that platform"),
    "a rule of the database": (
        [entry("party", slug="x", public_label="X", kind="person", at_risk=True, name_public=True)],
        "A person at risk is not named",
    ),
    "what may not be published": (
        [entry("incident", ref="2020-x", title="X", publication="published", published_at="2026-11-20T00:00:00Z")],
        "cannot be published",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "named"), BROKEN.values(), ids=BROKEN.keys())
def test_a_fault_is_told_with_its_line_and_nothing_is_written(tmp_path, capsys, content, named):
    path = write(tmp_path, content)

    with pytest.raises(CommandError) as refusal:
        call_command("import_fixture", path)

    told = capsys.readouterr().err + str(refusal.value)
    assert named in told
    assert path in told
    assert not Platform.objects.exists()
    assert not Party.objects.exists()


@pytest.mark.parametrize("name", ["", "missing.json"])
def test_what_is_no_file_is_said_in_a_sentence(tmp_path, name):
    with pytest.raises(CommandError, match="directory|No such file"):
        call_command("import_fixture", str(tmp_path / name))


def test_every_fault_has_its_own_line(tmp_path):
    path = write(tmp_path, [entry("platform", slug=f"p{n}", name=7) for n in range(3)])

    report = import_fixture(path)

    assert [problem.split(":")[0] for problem in report.errors] == ["line 2", "line 9", "line 16"]


def test_a_published_incident_is_not_unpublished_by_a_file(tmp_path):
    incident = make_published_incident()
    path = write(tmp_path, [entry("incident", ref=incident.ref, title="X", publication="draft")])

    report = import_fixture(path)

    assert "Withdraw it on the editing desk" in report.errors[0]
    incident.refresh_from_db()
    assert incident.publication == "published"


@pytest.mark.slow
def test_a_name_that_must_not_be_shown_does_not_come_in_with_a_published_incident(tmp_path):
    make_published_incident()
    path = written(tmp_path)
    Path(path).write_text(Path(path).read_text().replace('"cleared": true', '"cleared": false'))
    emptied()

    report = import_fixture(path)

    assert "has to clear this party" in report.errors[0]
    assert not Incident.objects.exists()


@pytest.mark.slow
def test_dates_come_in_with_their_bounds(tmp_path):
    make_published_incident(action={"start": "2020-06-03/2020-06-04"})
    path = written(tmp_path)
    emptied()

    import_fixture(path)

    assert [str(day) for day in Action.objects.values_list("start_earliest", "start_latest").get()] == [
        "2020-06-03",
        "2020-06-04",
    ]


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_records_are_read_alike_however_the_file_is_cut(tmp_path, monkeypatch, size):
    monkeypatch.setattr("incidents.exports.json_stream.CHUNK_CHARACTERS", size)
    path = write(tmp_path, '\n [ {"a":\n 1},\n\n  2 ,"]" ] \n')

    assert list(read_objects(path)) == [(2, {"a": 1}), (5, 2), (5, "]")]


@pytest.mark.slow
@pytest.mark.once
def test_killed_half_way_a_file_that_is_not_long_leaves_the_database_as_it_was(tmp_path):
    Database.migrated(tmp_path, on_sqlite=True).path.rename(tmp_path / "db.sqlite3")
    url = f"sqlite:///{tmp_path}/db.sqlite3"
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path)}
    # More than SQLite keeps in memory: its write-ahead log grows long before the end.
    path = write(
        tmp_path,
        [entry("incident", ref=f"2020-{n}", title="X", summary="Text " * 4000) for n in range(steps.LONG)],
    )
    log = tmp_path / "db.sqlite3-wal"

    def manage(*arguments):
        return [sys.executable, "manage.py", *arguments]

    running = subprocess.Popen(manage("import_fixture", path), cwd=ROOT, env=environment)
    try:
        wait_until(lambda: log.stat().st_size > 100_000, process=running)
    finally:
        running.kill()
        running.wait()

    left = subprocess.run(
        manage(
            "shell",
            "--no-imports",
            "-c",
            "from incidents.models import Incident; print(Incident.objects.count())",
        ),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert left.stdout.strip() == "0"


def test_a_draft_comes_in_as_a_draft(tmp_path):
    import_fixture(write(tmp_path, [entry("incident", ref="2020-x", title="X")]))

    assert Incident.objects.get().publication == "draft"
    assert make_incident().publication == "draft"


def test_a_second_source_of_a_page_on_record_is_imported_and_reported(tmp_path):
    make_source(citekey="here", url="https://www.news.example/talk/")
    new = {"citekey": "new", "title": "Talk", "url": "http://news.example/talk?utm_source=feed"}

    report = import_fixture(write(tmp_path, [entry("source", **new)]))

    assert report.notes == ["line 2: incidents.source new: the same page as here"]
    assert import_fixture(write(tmp_path, [entry("source", **new)])).notes == []


@pytest.fixture
def in_steps(monkeypatch):
    """Imports a file in steps, each of as little as can be written at once."""
    monkeypatch.setattr(steps, "STEP_SECONDS", 0)
    monkeypatch.setattr(steps, "pause", lambda using: None)
    return steps.import_in_steps


def stories(tmp_path, *refs):
    """A file with published incidents, which are deleted."""
    for ref in refs:
        incident = make_published_incident(ref=ref)
        relation = make_relation(incident, Incident.objects.order_by("pk").first(), note="In one week.")
        make_translation(incident)
        make_translation(make_citation(incident, reading="It may be."), field="reading")
        make_translation(relation, field="note")
        make_translation(incident.citations.order_by("seq").first().source)
    path = tmp_path / "stories.json"
    path.write_bytes(public_fixture(Incident.objects.all()))
    for model in (Incident, Account, Source, Platform):
        model.objects.all().delete()
    return path


def test_a_file_that_is_imported_in_steps_is_as_if_it_had_been_imported_at_once(tmp_path, in_steps):
    make_published_incident(ref="zero")
    path = stories(tmp_path, "one", "two", "three")

    report = in_steps(path)

    assert (report.errors, report.counts["incidents.incident"]) == ([], {"new": 4})
    assert public_fixture(Incident.objects.all()) == path.read_bytes()
    again = in_steps(path)
    assert {outcome for counts in again.counts.values() for outcome in counts} == {"unchanged"}


def test_an_import_in_steps_that_ends_early_leaves_whole_incidents_and_goes_on_next_time(tmp_path, in_steps):
    make_published_incident(ref="zero")
    path = stories(tmp_path, "one", "two")
    whole = json.loads(path.read_text())
    (last,) = (each for each in whole if each["fields"].get("ref") == "zero")
    last["fields"]["title"], title = "", last["fields"]["title"]
    path.write_text(json.dumps(whole))

    report = in_steps(path)

    assert "zero: title: This field cannot be blank" in report.errors[0]
    assert report.counts["incidents.incident"] == {"new": 2}
    refs = list(Incident.objects.order_by("ref").values_list("ref", flat=True))
    assert (
        refs
        == list(Incident.objects.public().order_by("ref").values_list("ref", flat=True))
        == ["one", "two"]
    )
    assert not [incident.ref for incident in Incident.objects.all() if problems(incident)]
    last["fields"]["title"] = title
    path.write_text(json.dumps(whole))
    assert in_steps(path).counts["incidents.incident"] == {"new": 1, "unchanged": 2}


@pytest.mark.slow
def test_a_long_file_is_tried_on_a_copy_of_the_database_before_it_is_written(tmp_path, django_db_setup):
    database = Database.migrated(tmp_path)
    platforms = [entry("platform", slug=f"p-{n}", name=f"Platform {n}") for n in range(steps.LONG + 1)]
    path = tmp_path / "long.json"
    path.write_text(json.dumps([*platforms, entry("platform", slug="p-0", name="Again")]))
    count = "from incidents.models import *; print(Platform.objects.count())"

    said = database.fail("import_fixture", str(path))

    assert "line 1: incidents.platform p-0: it is already on line 1" in said
    assert said.strip().endswith("cannot be imported as it is. Nothing was written.")
    assert database.shell(count) == "0"
    path.write_text(json.dumps(platforms))
    assert "501 new" in database.manage("import_fixture", str(path), "--dry-run")
    assert database.shell(count) == "0"
    assert "501 new" in database.manage("import_fixture", str(path))
    assert database.shell(count) == "501"
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".being")] == []
    database.drop()
