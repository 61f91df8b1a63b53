"""Translations: title and summary of an incident in the languages of its readers."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from incidents import index, leaks, queues
from incidents.exports.importing import import_fixture
from incidents.models import Incident, IncidentTranslation, PublicIncident
from incidents.public.presenters import other_languages, worded
from incidents.publishing import NotPublishable, problems, publish
from incidents.translations import behind

from .factories import (
    make_account,
    make_incident,
    make_party,
    make_published_incident,
    make_translation,
    public_fixture,
)
from .test_admin import change_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.user = User.objects.create_user("some editor", is_staff=True)
    client.user.groups.add(Group.objects.get(name="editor"))
    client.force_login(client.user)
    return client


@pytest.fixture
def told():
    """A public incident with a title and a summary in Traditional Chinese."""
    incident = make_published_incident(ref="vigil", title="A page is closed", summary="It *seems* closed.")
    make_translation(
        incident,
        title="專頁被關閉",
        summary="專頁*似乎*被關閉。",
        translator="T. Ranslator",
        translated_from=1,
    )
    index.current_version("default")
    return incident


def record(incident):
    index.current_version("default")
    return index.record_of(PublicIncident.objects.get(pk=incident.pk))


def test_a_reader_gets_title_and_summary_in_their_language_and_else_the_original_tagged(told):
    make_translation(told, language="fr", title="Une page est fermée", summary="")
    found = record(told)

    def words(language):
        with translation.override(language):
            shown = worded(found)
        return [shown[name] for name in ("title", "title_language", "summary", "summary_language")]

    assert words("en") == ["A page is closed", "", "It *seems* closed.", ""]
    assert words("zh-hant") == ["專頁被關閉", "", "專頁*似乎*被關閉。", ""]
    assert words("zh-hans") == ["專頁被關閉", "zh-Hant", "專頁*似乎*被關閉。", "zh-Hant"]
    assert words("fr") == ["Une page est fermée", "", "It *seems* closed.", "en"]
    assert words("de") == ["A page is closed", "en", "It *seems* closed.", "en"]


def test_a_page_offers_the_languages_that_it_is_not_in(told):
    with translation.override("zh-hant"):
        in_chinese = other_languages(worded(record(told)), (), {})
    in_english = other_languages(worded(record(told)), (), {})

    assert [each["language"] for each in in_chinese] == ["en"]
    assert [(each["language"], each["title"]) for each in in_english] == [("zh-Hant", "專頁被關閉")]


def test_a_past_revision_is_cited_by_the_title_that_its_reader_sees(client, told):
    page = client.get("/zh-hant/incidents/vigil/revisions/1/").content.decode()

    assert "「專頁被關閉」" in page
    assert "A page is closed" not in page


def test_a_translation_is_behind_once_title_or_summary_of_the_original_have_changed(told):
    assert behind(record(told)) == set()

    told.editor_notes = "Private"
    told.save()
    assert behind(record(told)) == set()

    told.refresh_from_db()
    told.summary = "It is closed."
    told.save()
    assert behind(record(told)) == {"zh-Hant"}

    told.translations.update(translated_from=PublicIncident.objects.get(pk=told.pk).revision)
    assert behind(record(told)) == set()


def test_pages_say_that_a_translation_is_behind_and_who_made_it(client, told):
    told.summary = "It is closed."
    told.save()

    page = client.get("/incidents/vigil/").content.decode()

    assert "Translated from revision 1; the original is at revision 2." in " ".join(page.split())
    assert "專頁被關閉" in page
    assert "T. Ranslator" in page


def test_the_queues_hold_incidents_with_missing_and_late_translations(told):
    late = make_published_incident(ref="late")
    for language in ("zh-Hant", "zh-Hans"):
        make_translation(late, language=language, translated_from=1)
    unsaid = make_published_incident(ref="unsaid")
    make_translation(unsaid)
    make_translation(make_incident())
    index.current_version("default")
    late.title = "Another title"
    late.save()
    index.current_version("default")

    held = {
        queue.name: set(queue.records(None))
        for queue in queues.QUEUES
        if "date" in queue.name or "un" in queue.name
    }

    assert held["untranslated"] == {told, unsaid}
    assert held["outdated"] == {late, unsaid}


def test_one_language_leaves_nothing_untranslated(told, settings):
    settings.LANGUAGES = [("en", "English")]
    (queue,) = [each for each in queues.QUEUES if each.name == "untranslated"]

    assert not queue.records(None).exists()


HIDDEN = {"public_label": "a student", "kind": "person", "at_risk": True, "name_public": False}


@pytest.mark.parametrize("field", ["title", "summary", "translator"])
def test_no_incident_is_published_whose_translation_names_somebody_hidden(field):
    party = make_party(**HIDDEN, private_name="Ouyang Testina\n歐陽試娜")
    incident = make_published_incident(account=make_account(holder=party))
    Incident.objects.filter(pk=incident.pk).update(publication="draft")
    assert problems(Incident.objects.get(pk=incident.pk)) == []

    make_translation(incident, **{field: "帳號屬於歐陽試娜"})

    with pytest.raises(NotPublishable):
        publish(incident)
    (leak,) = leaks.leaks_of(incident)
    assert (leak.place.model, leak.place.field, leak.refused) == ("incidenttranslation", field, True)


def test_a_form_refuses_a_translation_that_names_somebody_hidden_in_another_script():
    party = make_party(**HIDDEN, private_name="歐陽試娜")
    incident = make_published_incident(account=make_account(holder=party))

    simplified = IncidentTranslation(incident=incident, language="zh-Hans", title="欧阳试娜的账号")

    assert set(leaks.refusals(simplified)) == {"title"}


def test_a_name_hidden_later_takes_back_the_incident_whose_translation_has_it():
    party = make_party(kind="person", public_label="歐陽試娜", private_name="歐陽試娜")
    incident = make_published_incident(account=make_account(holder=party))
    make_translation(incident, title="歐陽試娜的帳號")
    index.current_version("default")

    found = [find.leak.place.model for _n, finds in leaks.finds(leaks.Privates.load()) for find in finds]
    assert found == []
    party.name_public, party.name_public_basis, party.public_label, party.at_risk = (
        False,
        "",
        "a student",
        True,
    )
    party.save()
    found = [find.leak.place.model for _n, finds in leaks.finds(leaks.Privates.load()) for find in finds]

    assert "incidenttranslation" in found


def test_search_finds_an_incident_by_the_words_of_a_translation(client, told):
    for words in ("專頁", "似乎", "专页"):
        assert b"vigil" in client.get("/incidents/", {"q": words}).content, words


def test_the_language_of_the_original_and_a_second_translation_are_refused(told):
    with pytest.raises(ValidationError, match="incident itself"):
        IncidentTranslation(incident=told, language="en", title="Again").full_clean()
    with pytest.raises(ValidationError, match="already"):
        IncidentTranslation(incident=told, language="zh-Hant", title="又一").full_clean()


def test_translations_come_back_from_a_fixture(tmp_path, told):
    written = public_fixture(Incident.objects.all())
    (tmp_path / "told.json").write_bytes(written)
    IncidentTranslation.objects.all().delete()

    report = import_fixture(tmp_path / "told.json")

    assert report.errors == []
    assert public_fixture(Incident.objects.all()) == written
    assert "專頁被關閉" in json.dumps(json.loads(written), ensure_ascii=False)


def test_a_page_takes_no_more_queries_for_many_translations(client, told):
    def count():
        index.current_version("default")
        with CaptureQueriesContext(connection) as queries:
            client.get("/incidents/vigil/")
        return len(queries)

    one = count()
    for language in ("zh-Hans", "fr", "de"):
        make_translation(told, language=language, translated_from=1)
    assert count() == one


def test_the_api_gives_title_and_summary_in_the_language_that_is_asked_for(client, told):
    make_published_incident(ref="other", title="Another story", action={"start": "2019"})

    page = client.get("/api/v1/incidents/?language=zh-Hant&limit=1").json()
    one = client.get("/api/v1/incidents/vigil/?language=zh-Hant").json()
    untranslated = client.get(page["next"]).json()["results"][0]
    whole = client.get("/api/v1/incidents/vigil/").json()

    assert page["results"] == [one]
    assert (one["title"], one["title_language"]) == ("專頁被關閉", "zh-Hant")
    assert one["original"] == {"title": "A page is closed", "summary": "It *seems* closed."}
    assert (untranslated["title"], untranslated["title_language"]) == ("Another story", "en")
    assert whole["title"] == "A page is closed"
    assert whole["translations"] == one["translations"]
    assert client.get("/api/v1/incidents/vigil/?language=x").status_code == 400
    assert client.get("/api/v1/incidents/?language=zh-Hant&language=en").status_code == 400


def test_an_editor_translates_beside_the_original_and_the_form_refuses_a_hidden_name(editor):
    incident = make_published_incident(
        account=make_account(holder=make_party(**HIDDEN, private_name="歐陽試娜"))
    )
    index.current_version("default")
    address, client = reverse("admin:incidents_incident_change", args=[incident.pk]), editor
    row = {
        "translations-TOTAL_FORMS": 1,
        "translations-0-language": "zh-Hant",
        "translations-0-translated_from": 1,
    }

    page = client.get(address).content.decode()
    refused = client.post(address, change_data(incident, **row, **{"translations-0-title": "歐陽試娜的帳號"}))
    saved = client.post(address, change_data(incident, **row, **{"translations-0-title": "一個帳號"}))

    assert f'<div lang="en"><p><strong>{incident.title}</strong></p><p>{incident.summary}</p></div>' in page
    assert 'name="translations-__prefix__-translated_from" value="1"' in page
    assert refused.status_code == 200
    assert "not public" in refused.content.decode()
    assert saved.status_code == 302
    made = incident.translations.get()
    assert (made.title, made.created_by) == ("一個帳號", client.user)
