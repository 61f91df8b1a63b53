"""Topics: what incidents were about, found and shown under their names in every language."""

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import exports, index
from incidents.exports.importing import import_fixture
from incidents.index.posting_lists import index_reader
from incidents.languages import best_language, language_name
from incidents.listing.filters import IncidentFilter
from incidents.listing.ordering import documents_in_order
from incidents.listing.sentence import Sentence
from incidents.models import Account, Incident, Party, Platform, PublicChange, Source, Topic, TopicLabel
from incidents.publishing import problems

from .factories import (
    make_account,
    make_incident,
    make_party,
    make_published_incident,
    make_selection,
    make_topic,
    make_topic_label,
)
from .kept import kept

pytestmark = pytest.mark.django_db


def make_june_fourth():
    topic = make_topic(
        "June Fourth commemoration", slug="june-fourth", aliases="Tiananmen vigil", note="Vigils and talks."
    )
    make_topic_label(topic=topic, name="六四紀念", aliases="天安門\n六四燭光晚會")
    return topic


@pytest.fixture
def june_fourth():
    return make_june_fourth()


@pytest.fixture
@kept
def story():
    """A public incident with the topic, and one without."""
    make_published_incident(ref="other", title="Another story")
    incident = make_published_incident(ref="vigil", title="A page is closed", action={"start": "2020-06-04"})
    incident.topics.add(make_june_fourth())
    return incident


def refs(query):
    index.current_version("default")
    found = IncidentFilter(query)
    assert found.errors == {}
    return sorted(entry.ref for entry in documents_in_order(list(found.listing)))


def page(client, address):
    return " ".join(client.get(address).content.decode().split())


# Which name a reader sees


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        ("en", "en"),
        ("zh-hant", "zh-Hant"),
        ("zh-hant-hk", "zh-Hant"),
        ("zh-hans", "zh-Hans"),
        ("zh", "zh-Hant"),
        ("de", "en"),
        ("en-gb", "en"),
    ],
)
def test_a_reader_gets_the_nearest_language(wanted, best):
    assert best_language(dict.fromkeys(["zh-Hant", "en", "zh-Hans"]), wanted) == best


def test_without_the_language_of_the_reader_or_english_there_is_any_other():
    assert best_language({"zh-Hant": ""}, "de") == "zh-Hant"
    assert best_language({}, "de") == ""


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "English"), ("zh-Hant", "Traditional Chinese"), ("tlh", "tlh")]
)
def test_a_language_has_a_name_or_its_tag(tag, name):
    assert language_name(tag) == name


@pytest.mark.slow
def test_a_name_in_another_language_than_the_page_is_marked(client, story):
    english = page(client, "/incidents/vigil/")
    assert '<a href="/topics/june-fourth/" dir="auto">June Fourth commemoration</a>' in english

    TopicLabel.objects.get(language="en").delete()

    foreign = '<a href="/topics/june-fourth/" lang="zh-Hant" dir="auto">六四紀念</a>'
    assert foreign in page(client, "/incidents/vigil/")
    assert '<span lang="zh-Hant" dir="auto">六四紀念</span>' in page(client, "/incidents/")
    filtered = page(client, "/incidents/?topic=june-fourth")
    assert '<bdi lang="zh-Hant">六四紀念</bdi>' in filtered
    assert '<span dir="auto" lang="zh-Hant">六四紀念</span>' in filtered


# Search and filters


@pytest.mark.parametrize(
    "words",
    [
        "June Fourth",
        "commemorations",
        "Tiananmen",
        "六四",
        "六四紀念",
        "六四纪念",
        "天安門",
        "天安门",
        "烛光",
        "燭光",
    ],
)
def test_an_incident_is_found_by_every_name_of_its_topics(story, words):
    assert refs(f"q={words}") == ["vigil"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("topic=june-fourth", ["vigil"]),
        ("topic=-june-fourth", ["other"]),
        ("topic=none", ["other"]),
        ("topic=june-fourth&platform=none", []),
        ("q=topic:june-fourth", ["vigil"]),
        ('q=topic:"June Fourth commemoration"', ["vigil"]),
        ("q=topic:天安门", ["vigil"]),
        ('q=topic:"tiananmen VIGIL"', ["vigil"]),
        ("q=-topic:六四紀念", ["other"]),
    ],
)
def test_the_filter_takes_a_topic_by_its_slug_or_typed_by_any_name(story, query, found):
    assert refs(query) == found


def test_a_topic_that_nobody_has_is_refused(story):
    make_topic(slug="hidden")
    index.current_version("default")

    assert IncidentFilter("topic=hidden").errors == {"topic": ["There is no topic “hidden” here."]}


def test_a_sentence_names_the_topic(story):
    index.current_version("default")

    assert str(Sentence(IncidentFilter("topic=june-fourth"))) == "1 incident about June Fourth commemoration"
    assert str(Sentence(IncidentFilter("topic=none"))) == "1 incident about no topic recorded"


def test_a_changed_name_is_found_at_once_and_makes_a_revision(story):
    topic = story.topics.get()
    assert refs("q=commemoration") == ["vigil"]
    before = PublicChange.objects.filter(ref="vigil").count()

    label = topic.labels.get(language="en")
    label.name = "Fourth of June"
    label.save()
    topic.labels.get(language="zh-Hant").delete()

    assert refs("q=commemoration") == refs("q=天安門") == []
    assert refs('q="fourth of june"') == ["vigil"]
    assert PublicChange.objects.filter(ref="vigil").count() > before


@pytest.mark.parametrize("words", ["六四", "天安門", "天安门", "六四紀念", "June Fourth", "Tiananmen"])
def test_the_three_cases_are_found_by_every_name_of_their_topic(cases, words):
    assert refs(f"q={words}") == [
        "2020-zoom-hong-kong-alliance",
        "2020-zoom-humanitarian-china",
        "2020-zoom-wang-dan",
    ]


# Pages


def test_the_page_of_a_topic_is_a_list_with_its_names_in_every_language(client, story):
    topic = story.topics.get()
    make_topic_label(topic=topic, language="zh-Hans", name="六四纪念")

    topic = page(client, "/topics/june-fourth/")

    assert '<h1 dir="auto">June Fourth commemoration</h1>' in topic
    assert "Vigils and talks." in topic
    for words in (
        "<dt>Traditional Chinese</dt>",
        '<dd lang="zh-Hans">',
        '<span class="value" dir="auto">六四紀念</span>',
        '<span class="value aside" dir="auto">六四燭光晚會</span>',
        '<a href="/incidents/?topic=june-fourth">1</a>',
        'href="/incidents.csv?topic=june-fourth"',
    ):
        assert words in topic
    assert topic.count('<article class="row">') == 1


def test_the_index_of_topics_has_those_that_a_public_incident_has(client, story):
    make_incident().topics.add(make_topic("A hidden topic", slug="hidden"))

    topics = page(client, "/topics/")

    assert topics.count('<th scope="row">') == 1
    assert '<span class="value" lang="zh-Hant" dir="auto">六四紀念</span>' in topics
    assert 'href="/incidents/?topic=june-fourth"' in topics
    assert client.get("/topics/hidden/").status_code == 404
    assert client.get("/topics/none/").status_code == 404


def test_a_topic_of_background_alone_is_public_and_lists_nothing_of_its_own(client, june_fourth):
    make_published_incident(ref="event", kind="context", date="2020-05-31").topics.add(june_fourth)

    assert "June Fourth commemoration" in page(client, "/incidents/event/")
    assert "No incidents of its own" in page(client, "/topics/june-fourth/")


def test_the_index_takes_the_same_queries_however_many_topics_there_are(client, story):
    def count():
        index_reader("default", index.current_version("default"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/topics/")
        return len(queries)

    counts = []
    for number in (1, 3):
        for _n in range(number):
            make_published_incident().topics.add(make_topic())
        counts.append(count())

    assert counts[0] == counts[1]


# Files, feeds and programs


def test_the_api_has_the_topics_of_an_incident_and_all_public_ones(client, story):
    make_topic(slug="hidden")
    topic = {
        "slug": "june-fourth",
        "note": "Vigils and talks.",
        "labels": [
            {"language": "en", "name": "June Fourth commemoration", "aliases": "Tiananmen vigil"},
            {"language": "zh-Hant", "name": "六四紀念", "aliases": "天安門\n六四燭光晚會"},
        ],
        "translations": [],
    }

    assert client.get("/api/v1/incidents/vigil/").json()["topics"] == [topic]
    assert client.get("/api/v1/topics/").json()["results"] == [topic]
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["Incident"]["properties"]["topics"]["items"] == {"$ref": "#/components/schemas/Topic"}
    assert "TopicPage" in schemas


def test_files_have_the_topics(story, tmp_path):
    second = make_topic("Another", slug="another")
    story.topics.add(second)

    rows = list(csv.DictReader(io.StringIO(b"".join(exports.write("csv", make_selection())).decode())))
    path = tmp_path / "tables.sqlite3"
    path.write_bytes(b"".join(exports.write("sqlite", make_selection())))

    assert {row["ref"]: row["topics"] for row in rows} == {"vigil": "another june-fourth", "other": ""}
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT topic, language, name FROM topic_labels ORDER BY 1, 2").fetchall()
        assert names[0] == ("another", "en", "Another")
        assert names[2] == ("june-fourth", "zh-Hant", "六四紀念")
        assert database.execute("SELECT topics FROM incidents WHERE ref = 'vigil'").fetchone() == (
            "another june-fourth",
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fixture.json", "zip", "sqlite"])
def test_topics_come_back_from_a_file(story, tmp_path, name):
    before = b"".join(exports.write("fixture.json", make_selection()))
    path = tmp_path / f"out.{name}"
    path.write_bytes(b"".join(exports.write(name, make_selection())))
    for model in (Incident, Account, Party, Platform, Source, Topic):
        model.objects.all().delete()

    report = import_fixture(path)

    assert report.errors == []
    assert b"".join(exports.write("fixture.json", make_selection())) == before
    assert [str(topic) for topic in Incident.objects.get(ref="vigil").topics.all()] == [
        "June Fourth commemoration"
    ]
    assert all(set(counts) == {"unchanged"} for counts in import_fixture(path).counts.values())


@pytest.mark.slow
def test_a_file_of_before_there_were_topics_is_read(story, tmp_path):
    entries = json.loads(b"".join(exports.write("fixture.json", make_selection())))
    entries = [each for each in entries if "topic" not in each["model"]]
    for each in entries:
        each["fields"].pop("topics", None)
    path = tmp_path / "before.json"
    path.write_text(json.dumps(entries))

    report = import_fixture(path)

    assert report.errors == []
    assert Incident.objects.get(ref="vigil").topics.count() == 1


def test_feeds_and_search_engines_are_told_what_it_was_about(client, story):
    assert '<category term="June Fourth commemoration"' in page(client, "/incidents.atom")
    about = {
        "@type": "Thing",
        "name": "June Fourth commemoration",
        "alternateName": [
            "June Fourth commemoration",
            "六四紀念",
            "Tiananmen vigil",
            "天安門",
            "六四燭光晚會",
        ],
    }
    text = client.get("/incidents/vigil/").content.decode()
    described = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(described)["about"] == [about]


# The editing desk


def label_rows(*labels, initial=0):
    rows = {"labels-TOTAL_FORMS": len(labels), "labels-INITIAL_FORMS": initial}
    for n, label in enumerate(labels):
        rows |= {f"labels-{n}-{name}": value for name, value in ({"aliases": ""} | label).items()}
    return rows


@pytest.fixture
def desk(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("editor"))
    return client


def test_a_topic_gets_its_slug_from_its_names(desk):
    data = {"slug": "", "note": ""} | label_rows(
        {"language": "zh-Hant", "name": "六四紀念", "aliases": "天安門"},
        {"language": "en", "name": "June Fourth commemoration"},
    )

    answer = desk.post(reverse("admin:incidents_topic_add"), data)

    assert answer.status_code == 302
    topic = Topic.objects.get()
    assert (topic.slug, str(topic)) == ("june-fourth-commemoration", "June Fourth commemoration")
    assert topic.labels.count() == 2
    assert str(topic.labels.first().created_by) == "editor"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (label_rows(), "Please submit at least 1 form."),
        (label_rows({"language": "english", "name": "A"}), "is not a language tag"),
        (label_rows({"language": "", "name": "A"}), "This field is required."),
        (
            label_rows({"language": "en", "name": "A"}, {"language": "en", "name": "B"}),
            "Please correct the duplicate data",
        ),
        (label_rows({"language": "zh-Hant", "name": "六四"}), "Enter a slug: none can be made"),
    ],
)
def test_a_topic_needs_a_name_in_a_language(desk, rows, message):
    answer = desk.post(reverse("admin:incidents_topic_add"), {"slug": "", "note": ""} | rows)

    assert message in answer.content.decode()
    assert not Topic.objects.exists()


@pytest.mark.parametrize("typed", ["june", "六四", "天安門", "vigil"])
def test_a_topic_is_offered_by_any_of_its_names(desk, june_fourth, typed):
    make_topic("Another")
    query = {"app_label": "incidents", "model_name": "incident", "field_name": "topics", "term": typed}

    found = desk.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [each["text"] for each in found] == ["June Fourth commemoration"]


def test_the_history_of_an_incident_says_when_it_got_its_topics(desk, story):
    incident = Incident.objects.get(pk=story.pk)
    incident.save()
    incident.topics.set([make_topic("Another")])

    page = desk.get(reverse("admin:incidents_incident_history", args=[story.pk])).content.decode()

    change = page.partition("<dt>topics</dt>")[2].partition("</dd>")[0].strip()
    assert change == "<dd><del>June Fourth commemoration</del><ins>Another</ins>"


def test_only_editors_change_a_public_topic(client, django_user_model, story):
    topic = story.topics.get()
    user = django_user_model.objects.create_user("researcher", is_staff=True)
    user.groups.add(Group.objects.get(name="researcher"))
    client.force_login(user)
    address = reverse("admin:incidents_topic_change", args=[topic.pk])

    assert client.post(address, {"slug": "june-fourth", "note": "Changed."} | label_rows()).status_code == 403
    assert client.get(reverse("admin:incidents_topic_add")).status_code == 200


# What publication requires, and what must stay hidden


def test_a_topic_without_a_name_keeps_an_incident_from_being_published(story):
    topic = story.topics.get()
    assert problems(story) == []

    topic.labels.all().delete()

    assert [problem.message for problem in problems(story)] == ["Topic june-fourth: add a name."]


def test_a_name_of_a_topic_gives_nobody_away():
    hidden = make_party(
        kind="person", name_public=False, private_name="Lin Qiaozhen", public_label="a blogger"
    )
    incident = make_published_incident(account=make_account(holder=hidden))
    incident.topics.add(make_topic("Trial", aliases="Trial of Lin Qiaozhen"))

    assert [problem.field for problem in problems(incident)] == ["aliases"]


def test_the_slug_of_a_public_topic_stays(story):
    topic = story.topics.get()
    topic.slug = "another"

    with pytest.raises(ValidationError, match="its slug must stay"):
        topic.full_clean()
