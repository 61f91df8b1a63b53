"""With two languages switched on, nobody is given an answer in the other one."""

import struct
import zlib

import pytest
from django.core.cache import caches
from django.utils import translation
from django.utils.translation import trans_real

from incidents import dates, index, partials
from incidents.choices import NotCounted, Status
from incidents.dates import EDTF
from incidents.index import comparison
from incidents.listing import filter_form
from incidents.models import Incident, PublicChange, PublicIncident
from incidents.public import listings
from incidents.templatetags import record

from .factories import make_account, make_action, make_involvement, make_published_incident, make_story

pytestmark = pytest.mark.django_db

CHINESE = "zh-hant"
MESSAGES = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n",
    "Incidents": "事件",
    "%s: changes": "%s：變更",
    Status.LIFTED.phrase: "已解除",
    "at least %(n)d group\0at least %(n)d groups": "至少%(n)d個群組",
    "between %(low)d and %(n)d group\0between %(low)d and %(n)d groups": "%(low)d至%(n)d個群組",
    "between %(first)s and %(last)s": "%(first)s至%(last)s",
}
PATHS = [
    "/",
    "/incidents/",
    "/incidents/?status=lifted",
    "/incidents/told/",
    "/platforms/told/",
    "/topics/told/",
    "/data/",
    "/changes/",
    "/about/",
    "/incidents.atom",
    "/changes.atom",
    "/api/v1/",
    "/api/v1/vocabularies/",
    "/api/v1/openapi.json",
]


def write_catalogue(folder, messages):
    """A compiled gettext catalogue (GNU gettext manual, "The Format of GNU MO Files")."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    texts = [key for key, _text in pairs] + [text for _key, text in pairs]
    start, table, body = 28 + 8 * len(texts), b"", b""
    for text in texts:
        table += struct.pack("<II", len(text), start + len(body))
        body += text + b"\0"
    count = len(pairs)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(head + table + body)


@pytest.fixture
def two_languages(settings, tmp_path, monkeypatch):
    write_catalogue(tmp_path / "zh_Hant" / "LC_MESSAGES", MESSAGES)
    settings.LANGUAGES = [("en", "English"), (CHINESE, "繁體中文")]
    settings.LOCALE_PATHS = [tmp_path]
    settings.USE_I18N = True
    # What is kept of words that are looked up often is of the catalogues that other tests use.
    for module in (dates, partials, record, listings, filter_form):
        monkeypatch.setattr(module, "get_language", lambda: f"{translation.get_language()} of this test")
    translation._trans.__dict__.clear()  # Django asks once in a process whether there is anything to translate
    caches["pages"].clear()
    yield settings
    translation._trans.__dict__.clear()


@pytest.fixture
def by_prefix(two_languages):
    make_story()


@pytest.mark.parametrize("path", PATHS)
def test_each_language_is_kept_apart(client, by_prefix, path):
    english, chinese, english_again, chinese_again = (
        client.get(prefix + path) for prefix in ("", f"/{CHINESE}", "", f"/{CHINESE}")
    )

    assert english.status_code == chinese.status_code == 200
    assert english.content != chinese.content
    assert english.content == english_again.content
    assert chinese.content == chinese_again.content
    assert english["ETag"] != chinese["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_in_one_language_is_sent_the_other(client, by_prefix, path):
    english = client.get(path)

    chinese = client.get(f"/{CHINESE}{path}", headers={"If-None-Match": english["ETag"]})

    assert (chinese.status_code, chinese.content != english.content) == (200, True)


def test_every_part_of_a_page_is_in_the_language_of_the_page(client, by_prefix):
    client.get("/incidents/")

    chinese = client.get(f"/{CHINESE}/incidents/").content.decode()

    assert 'lang="zh-Hant" dir="ltr"' in chinese
    assert "已解除" in chinese
    assert ">Lifted<" not in chinese


def test_an_answer_whose_language_was_chosen_too_late_is_not_kept(client, two_languages):
    first, *others = two_languages.MIDDLEWARE
    two_languages.MIDDLEWARE = [*others, first]
    make_story()

    chinese = client.get(f"/{CHINESE}/incidents/")

    assert "事件" in chinese.content.decode()
    assert "ETag" not in chinese
    assert "事件" not in client.get("/incidents/").content.decode()


@pytest.fixture
def bracketed(two_languages, monkeypatch):
    """In another language than English, all that is translated stands in brackets."""
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        plain = getattr(trans_real, name)

        def put_in_brackets(*args, plain=plain):
            return plain(*args) if translation.get_language() == "en" else f"⟦{plain(*args)}⟧"

        monkeypatch.setattr(translation._trans, name, put_in_brackets, raising=False)


def documents():
    index.current_version("default")
    numbers = ("revision", "dataset_version")
    fields = [field.name for field in PublicIncident._meta.concrete_fields if field.name not in numbers]
    rows = PublicIncident.objects.order_by("pk").values_list(*fields)
    return [
        [zlib.decompress(each) if name == "record" else each for name, each in zip(fields, row, strict=True)]
        for row in rows
    ]


@pytest.mark.slow
def test_what_is_stored_is_the_same_whatever_the_language_of_whoever_saved(bracketed):
    incident = make_story()
    make_involvement(incident, role="ordered_by", country="US", party_text="a court")
    make_action(incident, type="event_terminated", scope="listed_countries", countries="CN HK")
    make_action(incident, occurrence="disputed")
    with translation.override(CHINESE):
        first = documents()
        incident.actions.filter(seq=1).update(term_text="for a week")
        written = documents()
        assert str(NotCounted.DISPUTED.label).startswith("⟦")
    differing = [found for _number, found in comparison.differences("default")]
    PublicIncident.objects.all().delete()
    comparison.repair("default", list(Incident.objects.values_list("pk", flat=True)))

    assert first != written
    assert differing == [{}]
    assert documents() == written
    past = PublicChange.objects.exclude(before=b"").values_list("before", flat=True)
    assert len(past) == 2
    assert "⟦" not in str([written, [zlib.decompress(bytes(each)).decode() for each in past]])


def test_a_page_says_the_names_of_places_in_the_language_of_its_reader(two_languages, client):
    incident = make_published_incident(
        ref="places", action={"scope": "listed_countries", "countries": "CN DE"}
    )
    holder = incident.actions.get().account.holder
    type(holder).objects.filter(pk=holder.pk).update(country="US")

    chinese = client.get(f"/{CHINESE}/incidents/places/").content.decode()
    with translation.override(CHINESE):
        party = client.get(holder.get_absolute_url()).content.decode()
    english = client.get("/incidents/places/").content.decode()

    assert "德國" in chinese
    assert "美國" in party
    assert "Germany" in english


@pytest.mark.parametrize(
    ("low", "high", "english", "chinese"),
    [
        (3, None, "At least 3 groups", "至少3個群組"),
        (3, 5, "Between 3 and 5 groups", "3至5個群組"),
    ],
)
def test_a_number_of_things_is_one_message_with_its_bounds(
    client, two_languages, low, high, english, chinese
):
    make_published_incident(
        ref="groups",
        action={"accounts_min": low, "accounts_max": high},
        account=make_account(kind="group_or_community"),
    )

    assert english in client.get("/incidents/groups/").content.decode()
    assert chinese in client.get(f"/{CHINESE}/incidents/groups/").content.decode()


@pytest.mark.parametrize(
    ("date", "english", "chinese"),
    [
        ("2020-06-07", "7 June 2020", "2020年6月7日"),
        ("2020-06-03/2020-06-04", "between 3 and 4 June 2020", "2020年6月3日至4日"),
        ("2020-05/2020-06", "between May and June 2020", "2020年5月至6月"),
        ("2020", "2020", "2020"),
    ],
)
def test_a_date_has_the_order_of_its_language(two_languages, date, english, chinese):
    assert EDTF(date).words() == english
    with translation.override(CHINESE):
        assert EDTF(date).words() == chinese


def test_a_topic_has_its_name_in_the_language_of_the_page(client, by_prefix):
    english, chinese = client.get("/topics/told/"), client.get(f"/{CHINESE}/topics/told/")

    assert '<h1 dir="auto">June Fourth commemoration</h1>' in english.content.decode()
    assert '<h1 dir="auto">六四紀念</h1>' in chinese.content.decode()
    listed = client.get(f"/{CHINESE}/incidents/?topic=told").content.decode()
    assert '<span dir="auto">六四紀念</span>' in listed
    assert "<bdi>六四紀念</bdi>" in listed
