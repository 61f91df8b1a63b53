"""Text is stored as NFC with line feeds and without what nobody sees, in whatever way it comes in."""

import importlib
import io
import json
import unicodedata
import zipfile
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Incident, Source
from incidents.texts import stored_address, stored_line, stored_text

from .factories import make_incident, make_published_incident, make_source

TYPED = "\u200fCafe\u0301 \u200b\r\n\u200eZwei\ufffe Zeilen  \rdrei\u200b\r\n\r\n"
STORED = "Café\nZwei Zeilen\ndrei"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (TYPED, STORED),
        ("one\u2028two\u2029three\x85four", "one\ntwo\nthree\nfour"),
        ("\ufeffZoom\uffff \U0001fffe", "Zoom"),
        ("  indented\n  more  \n", "indented\n  more"),
        ("\u2067שלום\u2069", "שלום"),
        ("a \u2067שלום\u2069 b", "a \u2067שלום\u2069 b"),
        ("a \u2067שלום b", "a שלום b"),
        ("a\u202c b\u2069", "a b"),
        ("\u2068\u2069", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("ภาษา\u200bไทย", "ภาษา\u200bไทย"),
        ("한국어".encode().decode(), "한국어"),
        (unicodedata.normalize("NFD", "한국어 Việt Nam"), "한국어 Việt Nam"),
    ],
)
def test_what_is_stored_of_a_text(text, stored):
    assert stored_text(text) == stored


def test_a_line_has_no_line_breaks():
    assert stored_line(" We follow\r\n  the\tlaw. ") == "We follow the law."


def test_the_letters_of_an_address_stay():
    address = "https://news.example/cafe\u0301?q=\u200b1"

    assert stored_address(f" {address}\u200b\n") == address


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs"])
        | st.sampled_from("\r\n\t \u200b\u2067\u2069\u202c\u0301a")
    )
)
def test_what_is_stored_is_stored_as_it_is(text):
    for normalise in (stored_text, stored_line, stored_address):
        assert normalise(normalise(text)) == normalise(text)
    assert unicodedata.is_normalized("NFC", stored_text(text))
    assert "\r" not in stored_text(text)
    assert not set("\n\r\t") & set(stored_line(text))


# In every way that a text comes in


@pytest.fixture
def editor(client, db):
    user = User.objects.create_user("some editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client.force_login(user)
    return client


def test_what_is_typed_on_the_editing_desk(editor):
    source = make_source()
    change = reverse("admin:incidents_source_change", args=[source.pk])
    form = editor.get(change).context["adminform"].form
    data = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}

    editor.post(change, data | {"notes": TYPED, "title": TYPED, "url": " https://news.example/1\u200b "})
    source.refresh_from_db()
    first = source.updated_at
    editor.post(change, data | {"notes": TYPED, "title": TYPED, "url": "https://news.example/1"})

    source.refresh_from_db()
    assert (source.notes, source.title) == (STORED, "Café Zwei Zeilen drei")
    assert source.url == "https://news.example/1"
    assert source.updated_at == first


@pytest.mark.django_db
def test_what_is_imported(tmp_path, capsys):
    incident = make_published_incident(summary=STORED)
    path = tmp_path / "in.json"
    fields = {"ref": incident.ref, "summary": TYPED}
    path.write_text(json.dumps([{"model": "incidents.incident", "fields": fields}]))

    call_command("import_fixture", str(path))

    assert Incident.objects.get().summary == STORED
    assert "0 changed, 1 unchanged" in capsys.readouterr().out


@pytest.mark.django_db
def test_what_code_saves_updates_or_creates_in_bulk():
    saved = make_incident(summary=TYPED, title=TYPED)
    Incident.objects.bulk_create([Incident(ref="bulk", title=TYPED)])
    updated = make_source()
    Source.objects.filter(pk=updated.pk).update(content_text=TYPED)

    updated.refresh_from_db()
    assert (saved.summary, saved.title) == (STORED, "Café Zwei Zeilen drei")
    assert saved.history.get().summary == STORED
    assert Incident.objects.get(ref="bulk").title == saved.title
    assert updated.content_text == STORED


@pytest.mark.django_db
def test_a_spreadsheet_has_no_escaped_line_ends(client):
    make_published_incident(summary="One.\r\n\r\nTwo.")

    content = b"".join(client.get("/incidents.xlsx").streaming_content)

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if b"_x000D_" in book.read(name)]
        assert any(b"One.\n\nTwo." in book.read(name) for name in book.namelist())


@pytest.mark.django_db
def test_what_an_earlier_version_stored_is_normalised_by_the_upgrade():
    migration = importlib.import_module("incidents.migrations.0009_normalised_texts")
    source, other = make_source(), make_source()
    sql = "UPDATE incidents_source SET notes = %s, title = %s, url = %s WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [TYPED, TYPED, "https://news.example/\u200b", source.pk])

    for _time in range(2):
        migration.normalise_texts(apps, SimpleNamespace(connection=connection))

    source.refresh_from_db()
    assert (source.notes, source.title) == (STORED, "Café Zwei Zeilen drei")
    assert source.url == "https://news.example/"
    assert [each.history_change_reason for each in source.history.all()] == [migration.REASON, None]
    assert source.history.first().notes == STORED
    assert other.history.count() == 1
