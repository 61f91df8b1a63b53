"""The docs name what there is: every filter, every public field's model, every command, every place they point to."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale

from incidents.listing.filters import IncidentFilter
from incidents.management.commands import write_docs
from incidents.models import IN_ORDER
from incidents.shape import SHAPE

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)


def test_every_filter_is_documented():
    cells = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs/filters.md").read_text(), re.MULTILINE)

    assert set(IncidentFilter.base_filters) == {
        name for cell in cells for name in re.findall(r"`(\w+)`", cell)
    }


def test_every_model_of_a_fixture_is_documented():
    documented = set(re.findall(r"`incidents\.(\w+)`", (ROOT / "docs/fixtures.md").read_text()))

    assert documented == set(SHAPE)


@pytest.mark.parametrize("page", write_docs.PARTS)
def test_what_follows_from_the_code_is_up_to_date(page):
    """Otherwise: `manage.py write_docs`."""
    assert write_docs.written(page) == (ROOT / "docs" / page).read_text()


def documented_fields():
    """The fields in docs/editors-fields.md by record; a row can have several."""
    sections = re.split(r"^## ", (ROOT / "docs/editors-fields.md").read_text(), flags=re.MULTILINE)[1:]
    for section in sections:
        cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)[2:]
        yield section.splitlines()[0].lower(), " ; ".join(cells)


@pytest.mark.parametrize("model", IN_ORDER, ids=lambda model: model._meta.model_name)
def test_every_field_of_the_editing_desk_is_explained(model):
    meta, unasked = model._meta, {"number", "incident"}
    names = {
        str(field.verbose_name) for field in (*meta.concrete_fields, *meta.many_to_many) if field.editable
    }
    rows = dict(documented_fields())[str(meta.verbose_name)]

    missing = {
        name
        for name in names - unasked - {"ID"}
        if not re.search(rf"(?:^|[,;] ){re.escape(name)}(?:$|,| ;|;)", rows)
    }

    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_points_to_is_there(page):
    text = page.read_text()
    links = {link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link}
    files = set(re.findall(r"`((?:incidents|tests|tracker|docs|fixtures|requirements|\.ci)/[\w./*]*)`", text))

    missing = {link for link in links if link and not (page.parent / link).exists()}
    missing |= {name for name in files if not list(ROOT.glob(name.rstrip("/")))}

    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_are_there(page):
    text = page.read_text()
    ours = {path.stem for path in (ROOT / "incidents/management/commands").glob("[a-z]*.py")}
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"manage\.py (\w+)", text)) <= ours | {
        "axes_reset_username",
        "check",
        "collectstatic",
        "help",
        "loaddata",
        "migrate",
    }
    assert (
        set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
        <= targets
    )


HANDBOOK = "editors-handbook.md"
OTHERS = [code for code, _name in settings.LANGUAGES if code != "en"]


def test_the_handbook_goes_through_the_form_for_an_incident_from_top_to_bottom(admin_client):
    steps = re.findall(r"^[1-9]\. .*(?:\n   .*)*", (ROOT / "docs" / HANDBOOK).read_text(), re.MULTILINE)
    words = [word.strip(".").lower() for step in steps for word in re.findall(r"[*]{2}(.+?)[*]{2}", step)]
    page = admin_client.get("/admin/incidents/incident/add/").content.decode()
    labels = [label.lower() for label in re.findall(r"<label[^>]*>\s*(.+?):", page)]

    places = [labels.index(word) for word in words if word in labels]

    assert places == sorted(places)
    assert len(places) >= 7


@pytest.mark.parametrize("language", OTHERS)
def test_words_of_the_desk_in_a_translated_handbook_are_those_of_the_catalogue(language):
    with (ROOT / "locale" / to_locale(language) / "LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale=to_locale(language))
    words = {text for each in catalogue for text in (each.string if each.pluralizable else [each.string])}
    handbook = re.sub("`[^`]*`", "", (ROOT / "docs" / language / HANDBOOK).read_text())

    assert set(re.findall(r"[*]{2}(.+?)[*]{2}", handbook)) - words == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translated_handbook_has_the_sections_and_commands_of_the_original(language):
    def outline(page):
        text = page.read_text()
        return re.findall(r"^#+ ", text, re.MULTILINE), re.findall(r"```.*?```", text, re.DOTALL)

    assert outline(ROOT / "docs" / language / HANDBOOK) == outline(ROOT / "docs" / HANDBOOK)


def test_the_tree_names_no_machine():
    """No absolute path of a machine, and no address in a lock file."""
    texts = {
        path: path.read_text()
        for folder in ("incidents", "tracker", "tests", "docs", "templates", "requirements", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".md", ".html", ".css", ".lock", "") and path.is_file()
        if "node_modules" not in path.parts
    }

    assert [
        str(path) for path, text in texts.items() if re.search(r"(?<![\w.])/(home|root|Users)/\w", text)
    ] == []
    assert [str(path) for path, text in texts.items() if path.suffix == ".lock" and "://" in text] == []
