"""In a language made for tests, in which each message stands in brackets and which is read from right to left, nothing on a
page is outside of brackets but what records say."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.cache import caches
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from incidents.admin.transitions import TRANSITIONS
from incidents.exports import FORMATS
from incidents.models import Incident, Platform
from incidents.public.citations import CITATION_FORMATS

from .factories import make_incident, make_platform, make_story
from .test_parameters import ADDRESSES

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

PSEUDO = "ar"
SHOWN = ("title", "aria-label", "placeholder", "alt", "content")
BLOCKS = frozenset(
    "title h1 h2 h3 h4 p li ul ol dt dd dl td th tr caption legend label summary form div section article nav main header footer"
    " aside figure figcaption option button details fieldset blockquote select table head body meta link".split()
)
# Names of files, formats and addresses, which are the same in every language.
TECHNICAL = re.compile(
    r"https?:\S*|/\S*|[\w.]+\.[a-z]+\S*|\b(?:API|UTC|English|Pseudo|"
    + "|".join([*FORMATS, *CITATION_FORMATS])
    + r")\b"
)
NOT_READ = ("script", "style", "code", "pre")


@pytest.fixture
def pseudo(settings, monkeypatch):
    settings.LANGUAGES = [("en", "English"), (PSEUDO, "Pseudo")]
    translation._trans.__dict__.clear()
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        monkeypatch.setattr(
            translation._trans, name, bracketed(getattr(trans_real, name), name), raising=False
        )
    caches["pages"].clear()
    yield
    monkeypatch.undo()
    translation._trans.__dict__.clear()


def bracketed(plain, name):
    """A function of gettext that puts in brackets what it is given, in the language made for tests."""

    def put_in_brackets(*args):
        if translation.get_language() != PSEUDO:
            return plain(*args)
        texts = args[1:] if name[:1] == "p" or name[:2] == "np" else args
        text = texts[0] if "n" not in name[:2] or texts[-1] == 1 else texts[1]
        return f"⟦{text}⟧" if text else text

    return put_in_brackets


class Runs(HTMLParser):
    """The runs of text of a page, each within one block, and the attributes that are shown."""

    def __init__(self, html):
        super().__init__()
        self.runs, self.run, self.unread = [], [], 0
        self.feed(html)
        self.end_run()

    def end_run(self):
        if text := " ".join("".join(self.run).split()):
            self.runs.append(text)
        self.run = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in BLOCKS:
            self.end_run()
        self.unread += tag in NOT_READ
        self.runs += [
            attributes[name] for name in SHOWN if attributes.get(name) and not is_technical(attributes, name)
        ]

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.end_run()
        self.unread -= tag in NOT_READ

    def handle_data(self, data):
        if not self.unread:
            self.run.append(data)


def is_technical(attributes, name):
    said = attributes.get("name", "") + attributes.get("property", "")
    return name == "content" and ("description" not in said and "title" not in said)


def outside(text):
    """A text without what is in brackets."""
    depth, kept = 0, []
    for sign in text:
        depth += sign == "⟦"
        if not depth:
            kept.append(sign)
        elif depth == 1 and sign == "⟦":
            kept.append("⟦⟧")
        depth -= sign == "⟧"
    return "".join(kept)


def values(record):
    """All texts of a record."""
    if isinstance(record, dict):
        record = [*record.values()]
    if isinstance(record, list):
        for each in record:
            yield from values(each)
    elif isinstance(record, str):
        yield record


def unmarked(run, said):
    """What stands outside of brackets in a run of text, and is neither what records say nor the name of a file or format."""
    rest = TECHNICAL.sub("", outside(run))
    for text in said:
        rest = rest.replace(text, "")
    return re.findall("[A-Za-z]{2,}", rest)


@pytest.fixture
def pages(client, pseudo):
    """Each kind of page by its address, in the language made for tests; and the texts of the records, the longest first."""
    make_story()
    records = json.loads(b"".join(client.get("/incidents.json").streaming_content))
    answers = {
        address: client.get(f"/{PSEUDO}{address}")
        for address in [*ADDRESSES, "/nothing/", "/incidents/?from=13th"]
    }
    found = {
        address: answer.content.decode()
        for address, answer in answers.items()
        if answer.get("Content-Type", "").startswith("text/html")
    }
    said = sorted(
        (text for text in set(values(records)) if re.search("[A-Za-z]", text)), key=len, reverse=True
    )
    return found, said


def test_every_word_of_a_page_is_a_message_or_what_a_record_says(pages):
    found, said = pages

    assert len(found) > 25
    assert [
        (address, run) for address, page in found.items() for run in Runs(page).runs if unmarked(run, said)
    ] == []
    assert {re.search("<html[^>]*>", page)[0] for page in found.values()} == {'<html lang="ar" dir="rtl">'}


DESK_LISTS = "incident platform party account topic source action justification involvement citation".split()
UNMARKED_BY_DJANGO = {"Search", "True", "False"}  # what its pictures are called


def desk_addresses():
    """The main pages of the desk: lists, forms, and what is done to records; some are refused, in words."""
    told, draft = Incident.objects.get(ref="told"), make_incident(ref="draft", title="Another vigil")
    make_platform(slug="other", name="Weibo")
    yield from map(reverse, ("admin:index", "admin:account", "admin:password_change"))
    for name in DESK_LISTS:
        record = apps.get_model("incidents", name).objects.earliest("pk")
        yield from (reverse(f"admin:incidents_{name}_{page}") for page in ("changelist", "add"))
        yield from (
            reverse(f"admin:incidents_{name}_{page}", args=[record.pk])
            for page in ("change", "history", "delete")
        )
    yield from (reverse(f"admin:incidents_incident_{page}") for page in ("import", "start"))
    yield from (reverse(f"admin:incidents_incident_{page}", args=[draft.pk]) for page in ("notes", "limit"))
    chosen = f"?ids={draft.pk},{told.pk}"
    yield from (reverse("admin:incidents_incident_transition", args=[name]) + chosen for name in TRANSITIONS)
    yield reverse("admin:incidents_incident_set") + chosen
    yield reverse("admin:incidents_platform_merge", args=[Platform.objects.get(slug="told").pk])


def test_every_word_of_the_desk_is_a_message_or_what_a_record_says(client, pseudo):
    make_story()
    records = json.loads(b"".join(client.get("/incidents.json").streaming_content))
    editor = User.objects.create_user("editor at the desk", is_staff=True)
    editor.groups.set(Group.objects.all())
    client.force_login(editor)

    found = {address: client.get(f"/{PSEUDO}{address}") for address in list(desk_addresses())}
    said = sorted(
        {*values(records), "editor at the desk", "draft", "Another vigil", "Weibo"}, key=len, reverse=True
    )

    assert {page.status_code for page in found.values()} == {200, 403}
    assert [
        (address, run)
        for address, page in found.items()
        for run in Runs(page.content.decode()).runs
        if run not in UNMARKED_BY_DJANGO and unmarked(run, said)
    ] == []
