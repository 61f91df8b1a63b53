"""The catalogues under locale/ say what the code says."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

from incidents.catalogues import compile_catalogues

LOCALE = settings.BASE_DIR / "locale"
CATALOGUES = sorted(folder.name for folder in LOCALE.iterdir())
PIECES = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|%[a-zA-Z]|</?[a-z]+[^>]*>|^\n|\n$")


def read(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def messages(name):
    return [each for each in read(LOCALE / name / "LC_MESSAGES/django.po") if each.id]


def texts(value):
    return [value] if isinstance(value, str) else list(value)


def pieces(value):
    return {piece for text in texts(value) for piece in PIECES.findall(text)}


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_placeholders_and_tags_of_its_message(name):
    assert [
        (each.id, each.string)
        for each in messages(name)
        if any(texts(each.string)) and pieces(each.string) != pieces(each.id)
    ] == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_translation_is_a_guess(name):
    assert [each.id for each in messages(name) if each.fuzzy] == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_message_is_translated(name):
    assert [each.id for each in messages(name) if not all(texts(each.string))] == []


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed: apt install gettext")
def test_each_catalogue_has_the_messages_of_the_code(tmp_path, monkeypatch):
    for folder in ("incidents", "tracker", "templates", "locale"):
        ignored = shutil.ignore_patterns("__pycache__", "static", "migrations", "*.mo")
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=ignored)
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", verbosity=0)

    for name in CATALOGUES:
        extracted = read(tmp_path / "locale" / name / "LC_MESSAGES/django.po")
        assert {(each.context, each.id) for each in messages(name)} == {
            (each.context, each.id) for each in extracted if each.id
        }, "run make messages"


def test_a_changed_catalogue_is_compiled_anew(tmp_path):
    source = tmp_path / "fr/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Incident"\nmsgstr "Incident (fr)"\n')
    compiled = Path(f"{tmp_path}/fr/LC_MESSAGES/django.mo")
    compile_catalogues(tmp_path)
    first = compiled.read_bytes()

    source.write_text('msgid "Incident"\nmsgstr "Affaire"\n')
    compile_catalogues(tmp_path)

    assert b"Incident (fr)" in first
    assert b"Affaire" in compiled.read_bytes()
