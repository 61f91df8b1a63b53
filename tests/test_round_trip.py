"""Fixture out, tables emptied, fixture in, fixture out: not one byte differs, on one engine or across both."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.exports.importing import import_fixture
from incidents.models import Account, Incident, Party, Platform, Source, Topic
from incidents.texts import stored_line

from . import postgres
from .databases import Database
from .factories import (
    internal_fixture,
    make_account,
    make_justification,
    make_party,
    make_published_incident,
    make_source,
    public_fixture,
)
from .kept import analyze

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "fixtures/zoom_2020.json"


def public_bytes():
    return public_fixture(Incident.objects.listed())


def emptied():
    Source.objects.update(derived_from=None)
    for model in (Incident, Account, Party, Platform, Source, Topic):
        model.objects.all().delete()


@pytest.mark.django_db
def test_the_cases_are_written_as_the_exporter_writes_them(cases):
    assert public_bytes() == CASES.read_bytes()


@pytest.mark.django_db
def test_loading_by_django_and_by_the_import_is_the_same(tmp_path):
    call_command("loaddata", "zoom_2020", verbosity=0)
    emptied()

    report = import_fixture(CASES)

    assert report.errors == []
    assert public_bytes() == CASES.read_bytes()


@pytest.mark.django_db
def test_an_internal_export_loads_again_unchanged(cases, tmp_path):
    Incident.objects.filter(ref__endswith="wang-dan").update(editor_notes="Ask again.", publication="draft")
    before = internal_fixture(Incident.objects.all())
    path = tmp_path / "internal.json"
    path.write_bytes(before)
    emptied()

    call_command("loaddata", str(path), verbosity=0)
    analyze()

    assert internal_fixture(Incident.objects.all()) == before


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200).filter(stored_line)


@pytest.mark.django_db
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(title=text, quote=text, label=text)
def test_whatever_text_goes_out_comes_back(tmp_path, title, quote, label):
    holder = make_party(public_label=label, native_label=label)
    incident = make_published_incident(
        title=title, account=make_account(holder=holder), source=make_source(title=title)
    )
    make_justification(incident, quote=quote)
    before = public_bytes()
    path = tmp_path / "text.json"
    path.write_bytes(before)
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    assert public_bytes() == before
    emptied()


@pytest.mark.skipif(not postgres.binaries(), reason=f"PostgreSQL is not installed: {postgres.INSTALL}")
def test_the_bytes_are_the_same_on_either_engine(tmp_path):
    """SQLite to PostgreSQL and back, by the commands that a user types."""
    url = os.environ.get("DATABASE_URL", "")
    server = url if url.startswith("postgres") else postgres.start()
    name = f"round_trip_{os.getpid()}"
    psql = [postgres.binaries() / "psql", "-q", "-d", server.replace("postgres://", "postgresql://", 1)]
    subprocess.run([*psql, "-c", f"CREATE DATABASE {name}"], check=True)
    engines = {
        "first.json": f"sqlite:///{tmp_path}/first.sqlite3",
        "second.json": server.replace("/postgres?", f"/{name}?"),
        "third.json": f"sqlite:///{tmp_path}/third.sqlite3",
    }

    for file in ("first.sqlite3", "third.sqlite3"):
        Database.migrated(tmp_path, on_sqlite=True).path.rename(tmp_path / file)
    source = CASES
    for target, url in engines.items():
        environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path)}
        code = (
            "from django.core.management import call_command as run; run('migrate', verbosity=0); "
            f"run('loaddata', {str(source)!r}, verbosity=0); "
            f"run('export_fixture', output={str(tmp_path / target)!r})"
        )
        shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(shell, cwd=ROOT, env=environment, check=True)
        source = tmp_path / target
    subprocess.run([*psql, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=True)

    assert {(tmp_path / name).read_bytes() for name in engines} == {CASES.read_bytes()}
