"""A word is found in either Chinese script, in either width, with or without capitals, and nothing private by it."""

import pytest

from incidents.filters import IncidentFilter
from incidents.models import Incident
from incidents.search import spellings

from .factories import (
    make_account,
    make_citation,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db):
    alliance = make_party(
        public_label="Hong Kong Alliance", native_label="香港支聯會", native_language="zh-Hant"
    )
    zoom = make_platform(name="Zoom", aliases="Zoom Meetings\nツーム")
    incident = make_published_incident(
        ref="2020-zoom-alliance",
        title="Zoom shuts an account",
        summary="A café talk was cancelled.",
        account=make_account(platform=zoom, holder=alliance, label="account for the talk"),
        source=make_source(
            title="講座之前就發現被封號了",
            publisher="Epoch Times",
            url="https://daily.example/2020/zoom-talk",
        ),
    )
    make_justification(incident, quote="We follow the law of the land.", speaker_text="a spokesperson")
    make_involvement(
        incident, party=make_party(public_label="Lee Cheuk-yan", native_label="李卓人"), note="He asked why."
    )
    make_published_incident(title="Another story")
    return incident


@pytest.mark.parametrize(
    "text",
    [
        "香港支聯會", "香港支联会", "支联", "封號", "封号", "Zoom 封號", "Ｚｏｏｍ", "zoom", "ZOOM", "李卓人", "ツーム",
        "café", "alliance", "spokesperson", "land.", "asked why", "zoom-talk", "daily.example", "Epoch", "talk law lee",
        "2020-zoom-alliance",
    ],
)  # fmt: skip
def test_a_word_is_found_however_it_is_written(story, text):
    assert list(Incident.objects.public().search(text)) == [story]


@pytest.mark.parametrize(
    "text",
    ["香港支持", "zoom weibo", "zoomed", "_", "%", "\\", "a%b", "'", '"', "*", "--", "NOT NEAR", "NEAR(a b)"],
)
def test_what_stands_nowhere_is_not_found(story, text):
    assert not Incident.objects.public().search(text).exists()


def test_what_is_not_public_is_not_searched(story):
    hidden = make_party(
        public_label="a group", kind="collective", name_public=False, aliases="Geheim", private_name="Secret"
    )
    make_involvement(story, party=hidden)
    make_citation(
        story, source=make_source(title="Vertraulich", is_confidential=True), quote="confidentially"
    )
    Incident.objects.filter(pk=story.pk).update(editor_notes="Notizen")

    for word in ("Geheim", "Secret", "Vertraulich", "confidentially", "Notizen"):
        assert not Incident.objects.public().search(word).exists()


@pytest.mark.parametrize(
    "text",
    [" ".join(f"z{n}" for n in range(50)), "王" * 200, "王 丹 " * 50, "x" * 200, "🙂 ‮ ﷽", "(((((" * 40],
)
def test_no_text_is_an_error_or_finds_everything(story, text):
    listing = IncidentFilter(f"q={text}", Incident.objects.listed())

    assert listing.errors.keys() <= {"q"}
    assert len(listing.qs) < 2


def test_a_word_has_few_spellings():
    assert spellings("Zoom") == ["Zoom"]
    assert spellings("Ｚｏｏｍ") == ["Ｚｏｏｍ", "Zoom"]
    assert set(spellings("支联会")) == {"支联会", "支聯會"}
