"""Translations: the texts of records in the languages of their readers."""

import json
import re

import lxml.html
import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from incidents import index, leaks, merging, queues
from incidents.exports.importing import import_fixture
from incidents.models import (
    Action,
    Incident,
    NameDecision,
    Party,
    Platform,
    PublicIncident,
    Source,
    Translation,
)
from incidents.public.presenters import other_languages, worded
from incidents.publishing import problems
from incidents.translations import texts_of, translate

from .factories import (
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.user = User.objects.create_user("some editor", is_staff=True)
    client.user.groups.add(Group.objects.get(name="editor"))
    client.force_login(client.user)
    return client


@pytest.fixture
def told():
    """A public incident whose texts are in Traditional Chinese, too."""
    incident = make_published_incident(ref="vigil", title="A page is closed", summary="It *seems* closed.")
    action = incident.actions.get()
    action.note = "It came back."
    action.save()
    make_translation(incident, text="專頁被關閉", translator="T. Ranslator", translated_from=1)
    make_translation(incident, "summary", text="專頁*似乎*被關閉。", translated_from=1)
    make_translation(action, "note", text="後來恢復。", translated_from=1)
    index.current_version("default")
    return incident


def record(incident):
    index.current_version("default")
    return index.record_of(PublicIncident.objects.get(pk=incident.pk))


def test_a_reader_gets_title_and_summary_in_their_language_and_else_the_original_tagged(told):
    make_translation(told, language="fr", text="Une page est fermée")
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


def test_our_own_words_in_what_an_incident_shows_are_read_in_the_language_of_the_page(client, told):
    account = told.actions.get().account
    make_translation(account, "label", text="一個專頁")
    make_translation(account.platform, "name", text="會議平台")

    chinese = client.get("/zh-hant/incidents/vigil/").content.decode()
    english = client.get("/incidents/vigil/").content.decode()

    for words in ("後來恢復。", "一個專頁", "會議平台"):
        assert words in chinese
        assert words not in english
    assert "It came back." in english
    assert "It came back." not in chinese


def test_words_of_others_stay_as_they_are_with_our_translation_beside_them(client, told):
    chinese = make_justification(told, quote="我們遵守法律。", quote_language="zh-Hant")
    english = make_justification(told, quote="We follow the law.")
    source = make_source(title="A report")
    make_citation(told, source=source, quote="It was shut.", value_as_stated="shut")
    make_translation(chinese, "quote", language="en", text="We obey the law.", translator="T. Ranslator")
    made = make_translation(english, "quote", text="我們守法。")
    make_translation(source, "title", text="一篇報道")
    index.current_version("default")

    in_english = " ".join(client.get("/incidents/vigil/").content.decode().split())
    in_chinese = " ".join(client.get("/zh-hant/incidents/vigil/").content.decode().split())

    assert "<p>我們遵守法律。</p>" in in_english
    assert 'Our translation, by <bdi>T. Ranslator</bdi>: <q dir="auto">“We obey the law.”</q>' in in_english
    assert made.text not in in_english
    for words in ("<p>We follow the law.</p>", "<p>我們遵守法律。</p>", "A report"):
        assert words in in_chinese
    for words in (made.text, "一篇報道"):
        assert words in in_chinese
    assert "We obey the law." not in in_chinese


def test_a_page_offers_the_languages_that_it_is_not_in(told):
    with translation.override("zh-hant"):
        in_chinese = other_languages(worded(record(told)), {})
    in_english = other_languages(worded(record(told)), {})

    assert [(each["language"], each["title"]) for each in in_chinese] == [("en", "A page is closed")]
    assert [(each["language"], each["title"]) for each in in_english] == [("zh-Hant", "專頁被關閉")]


def test_a_past_revision_is_cited_by_the_title_that_its_reader_sees(client, told):
    page = client.get("/zh-hant/incidents/vigil/revisions/1/").content.decode()

    assert "「專頁被關閉」" in page
    assert "A page is closed" not in page


@pytest.mark.parametrize(
    ("model", "field", "make"),
    [
        (Incident, "title", lambda incident: incident),
        (Action, "note", lambda incident: incident.actions.get()),
        (Platform, "name", lambda incident: incident.actions.get().account.platform),
    ],
)
def test_a_translation_is_behind_once_its_original_has_changed(told, model, field, make):
    original = make(told)
    made, _new = Translation.objects.get_or_create(
        **{model._meta.model_name: original}, field=field, language="zh-Hant", defaults={"text": "譯"}
    )

    original.save()
    made.refresh_from_db()
    assert made.is_behind is False

    setattr(original, field, "Otherwise")
    original.save()
    made.refresh_from_db()
    assert made.is_behind is True


def test_pages_say_that_a_translation_is_behind_and_who_made_it(client, told):
    told.summary = "It is closed."
    told.save()

    for address in ("/incidents/vigil/", "/zh-hant/incidents/vigil/"):
        assert "T. Ranslator" in client.get(address).content.decode()
    page = client.get("/incidents/vigil/").content.decode()

    assert "Translated from revision 1; the original is at revision 2." in " ".join(page.split())
    assert "專頁被關閉" in page


def test_a_name_in_its_own_script_is_not_shown_beside_a_label_in_that_language(client):
    party = make_party(
        slug="alliance", public_label="The Alliance", native_label="聯會", native_language="zh-Hant"
    )
    make_translation(party, "public_label", text="联会", language="zh-Hans")
    make_published_incident(ref="closed", account=make_account(holder=party))

    def is_beside(prefix):
        return 'class="native"' in client.get(f"{prefix}/incidents/closed/").content.decode()

    assert [is_beside(prefix) for prefix in ("", "/zh-hans", "/zh-hant")] == [True, False, False]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "incidents/",
        "incidents.atom",
        "incidents/closed/embed/",
        "platforms/example/",
        "parties/alliance/",
    ],
)
def test_an_account_holder_is_called_the_same_on_every_page(client, path):
    party = make_party(slug="alliance", public_label="The Alliance")
    make_translation(party, "public_label", text="联会", language="zh-Hans")
    account = make_account(holder=party, platform=make_platform(slug="example"))
    incident = make_published_incident(ref="closed", account=account)
    make_involvement(incident, party=party, role="appealed")

    english, chinese = (client.get(f"{prefix}/{path}").content.decode() for prefix in ("", "/zh-hans"))

    assert ("The Alliance" in english, "联会" in english) == (True, False)
    assert ("The Alliance" in chinese, "联会" in chinese) == (False, True)


HAN = re.compile("[\u4e00-\u9fff]")


def han_without_language(element, language=""):
    """The texts in an element with Han that neither says nor inherits that it is Chinese."""
    language = element.get("lang", language)
    own = [element.text, *(child.tail for child in element)]
    if not language.startswith("zh") and element.tag not in ("title", "script", "option"):
        yield from (text for text in own if text and HAN.search(text))
    for child in element:
        if isinstance(child.tag, str):
            yield from han_without_language(child, language)


@pytest.mark.parametrize(
    "address",
    [
        "/incidents/vigil/",
        "/incidents/vigil/sources/",
        "/incidents/vigil/revisions/2/",
        "/incidents/?account=vigil-page",
        "/incidents/?source=han",
        "/accounts/",
        "/accounts/vigil-page/",
        "/sources/",
        "/sources/han/",
    ],
)
def test_chinese_on_an_english_page_says_that_it_is_chinese(client, told, address):
    account = told.actions.get().account
    # Past the model, which insists that a slug is given once.
    type(account).objects.filter(pk=account.pk).update(
        slug="vigil-page", label="page of the vigil 六四，31周年"
    )
    source = make_source(citekey="han", title="六四的報導", language="zh-Hant")
    make_citation(told, account=account, source=source)
    index.current_version("default")

    page = client.get(address)

    assert page.status_code == 200
    assert HAN.search(page.content.decode())
    assert list(han_without_language(lxml.html.fromstring(page.content))) == []


def held(*names):
    """The incidents in these queues."""
    return {queue.name: set(queue.records(None)) for queue in queues.QUEUES if queue.name in names}


def translate_all(incident, language, *, quoted):
    for text in texts_of(incident):
        if text.is_quoted == quoted and not text.is_read_in(language):
            translate(text.record, text.field, language, f"{text.text} ({language})").save()


def test_the_queues_hold_incidents_with_missing_and_late_translations(told):
    late = make_published_incident(ref="late")
    for language in ("zh-Hant", "zh-Hans"):
        translate_all(late, language, quoted=False)
    make_translation(make_incident(), is_behind=True)
    index.current_version("default")
    late.title = "Another title"
    late.save()

    assert held("untranslated", "outdated") == {"untranslated": {told}, "outdated": {late}}


def shown_texts(incident):
    """One text of each kind that a page shows, by the queue that it belongs to if it is not translated."""
    action, citation = incident.actions.get(), incident.citations.first()
    holder = action.account.holder
    return {
        "untranslated": [
            (incident, "summary"),
            (action, "note"),
            (holder, "public_label"),
            (citation, "reading"),
            (citation, "attribution"),
            (citation.source, "derivation_note"),
            (incident.relations_from.get(), "note"),
        ],
        "quotations": [(citation, "quote"), (citation.source, "title"), (action, "start_text")],
    }


def test_a_queue_holds_an_incident_as_long_as_a_text_that_it_shows_is_not_translated(editor):
    incident = make_published_incident(action={"start_text": "lately", "note": "It came back."})
    make_relation(incident, make_published_incident(ref="o"), note="Both at once.")
    citation = incident.citations.first()
    citation.reading, citation.attribution = "Undated.", "A witness"
    citation.save()
    Source.objects.update(derivation_note="A copy.", language="en")
    for language in ("zh-Hant", "zh-Hans"):
        for quoted in (True, False):
            translate_all(incident, language, quoted=quoted)
    both = {"untranslated", "quotations"}
    assert {name for name, found in held(*both).items() if incident in found} == set()
    assert "Without a translation: 0 of our own, 0 of the words of others." in said(editor, incident)

    for queue, texts in shown_texts(incident).items():
        for record, field in texts:
            with transaction.atomic():
                record.translations.filter(field=field, language="zh-Hant").delete()
                assert {name for name, found in held(*both).items() if incident in found} == {queue}, field
                numbers = (1, 0) if queue == "untranslated" else (0, 1)
                words = "Without a translation: {} of our own, {} of the words of others.".format(*numbers)
                assert words in said(editor, incident), field
                transaction.set_rollback(True)


def said(client, incident):
    return " ".join(client.get(translation_page(incident)).content.decode().split())


def test_of_citations_that_read_the_same_one_needs_a_translation(told, client):
    for seq, field in enumerate(("title", "summary")):
        make_citation(told, field=field, attribution="A witness", quote="One" if seq else "Two", reading="")
    first = told.citations.filter(attribution="A witness").first()
    make_translation(first, "attribution", language="zh-Hant", text="一名目擊者")

    page = client.get("/zh-hant/incidents/vigil/sources/").content.decode()
    texts = [text for text in texts_of(told) if text.text == "A witness"]

    assert len({text.shown_as for text in texts}) == 1 < len(texts)
    assert "A witness" not in page


def test_what_is_in_chinese_needs_a_translation_into_english_only():
    incident = make_published_incident()
    incident.citations.update(quote="帳號被封", quote_language="zh-Hant", field="")

    wanted = {
        language: [
            text.text
            for text in texts_of(incident)
            if not text.is_read_in(language) and text.field == "quote"
        ]
        for language in ("en", "zh-Hant", "zh-Hans")
    }

    assert {language: bool(found) for language, found in wanted.items()} == {
        "en": True,
        "zh-Hant": False,
        "zh-Hans": False,
    }
    assert incident in held("quotations")["quotations"]


def test_one_language_leaves_nothing_untranslated(told, settings):
    settings.LANGUAGES = [("en", "English")]
    (queue,) = [each for each in queues.QUEUES if each.name == "untranslated"]

    assert not queue.records(None).exists()


HIDDEN = {"public_label": "a student", "kind": "person", "at_risk": True, "name_public": False}
# What can be translated, by how to make a text of an incident with a hidden holder.
ORIGINALS = {
    "incident": lambda incident: (incident, "summary"),
    "action": lambda incident: (make_action(incident, note="Note"), "note"),
    "justification": lambda incident: (incident.justifications.get(), "quote"),
    "citation": lambda incident: (incident.citations.first(), "quote"),
    "relation": lambda incident: (
        make_relation(incident, make_published_incident(ref="o"), note="n"),
        "note",
    ),
    "party": lambda incident: (incident.actions.first().account.holder, "public_label"),
    "account": lambda incident: (incident.actions.first().account, "label"),
    "source": lambda incident: (incident.citations.first().source, "title"),
}


def hiding(private_name="Ouyang Testina\n歐陽試娜"):
    incident = make_published_incident(
        account=make_account(holder=make_party(**HIDDEN, private_name=private_name))
    )
    make_justification(incident, note="Said so.")
    return incident


@pytest.mark.parametrize("field", ["text", "translator"])
@pytest.mark.parametrize("name", ORIGINALS)
def test_no_incident_is_published_whose_translations_name_somebody_hidden(name, field):
    incident = hiding()
    original, of_field = ORIGINALS[name](incident)
    before = leaks.leaks_of(incident)

    make_translation(original, of_field, **{field: "帳號屬於歐陽試娜"})

    (leak,) = [each for each in leaks.leaks_of(incident) if each not in before]
    assert (leak.place.model, leak.place.field, leak.refused) == ("translation", field, True)
    assert leak in [problem.leak for problem in problems(incident)]


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_form_refuses_a_translation_that_names_somebody_hidden_in_another_script(name):
    original, of_field = ORIGINALS[name](hiding("歐陽試娜"))

    simplified = Translation(**{name: original}, field=of_field, language="zh-Hans", text="欧阳试娜的账号")

    assert set(leaks.refusals(simplified)) == {"text"}


@pytest.mark.parametrize("name", ["incident", "action", "account", "citation"])
def test_a_name_hidden_later_takes_back_the_incident_whose_translation_has_it(name):
    party = make_party(kind="person", public_label="歐陽試娜", private_name="歐陽試娜")
    incident = make_published_incident(account=make_account(holder=party))
    make_translation(*ORIGINALS[name](incident), text="歐陽試娜的帳號")
    index.current_version("default")

    def found():
        return {find.leak.place.model for _n, finds in leaks.finds(leaks.Privates.load()) for find in finds}

    assert found() == set()
    party.name_public, party.name_public_basis, party.public_label, party.at_risk = (
        False,
        "",
        "a student",
        True,
    )
    party.save()

    assert "translation" in found()


def test_a_past_revision_is_not_shown_whose_translation_names_somebody_hidden_since(client):
    holder = make_party(kind="person", public_label="a student", name_public=False, at_risk=True)
    incident = make_published_incident(ref="past", account=make_account(holder=holder))
    made = make_translation(incident, text="歐陽試娜的帳號")
    index.current_version("default")
    made.text = "一個帳號"
    made.save()
    index.current_version("default")
    assert "歐陽試娜" in client.get("/zh-hant/incidents/past/revisions/1/").content.decode()

    holder.private_name = "歐陽試娜"
    holder.save()

    assert "歐陽試娜" not in client.get("/zh-hant/incidents/past/revisions/1/").content.decode()


def test_what_is_withheld_has_no_translations_either():
    confidential = make_source(is_confidential=True, title="Secret")
    citation = make_citation(make_published_incident(ref="shown"), source=confidential, quote="Secret words")
    party = make_party(**HIDDEN)
    make_involvement(citation.incident, party=party)
    Party.objects.filter(pk=party.pk).update(name_public_basis="HUSHED")
    party.refresh_from_db()
    for original, field in (
        (confidential, "title"),
        (citation, "quote"),
        (party, "name_public_basis"),
    ):
        make_translation(original, field, text="HUSHED")

    assert list(Translation.objects.public()) == []
    assert b"HUSHED" not in public_fixture(Incident.objects.all())
    assert "HUSHED" not in json.dumps(record(citation.incident), default=str)


def test_feeds_and_linked_data_say_what_language_a_title_is_in(client, told):
    make_published_incident(ref="other", title="Another story")

    feed = client.get("/zh-hant/incidents.atom").content.decode()
    changes = client.get("/zh-hant/changes.atom").content.decode()
    told_page, other_page = (
        client.get(f"/zh-hant/incidents/{ref}/").content.decode() for ref in ("vigil", "other")
    )

    assert 'xml:lang="zh-Hant"' in feed.partition("<entry>")[0]
    assert '<title xml:lang="en">Another story</title>' in feed
    assert "<title>專頁被關閉</title>" in feed
    assert re.search('<title xml:lang="en">[^<]*Another story', changes)
    assert '"inLanguage": "zh-Hant"' in told_page
    assert '"inLanguage": "en"' in other_page


@pytest.mark.parametrize("path", ["/incidents/vigil", "/incidents"])
@pytest.mark.parametrize("suffix", ["bib", "ris", "csl.json"])
def test_a_reference_has_the_title_that_its_page_has(client, told, path, suffix):
    def reference(prefix):
        return client.get(f"{prefix}{path}.{suffix}").getvalue().decode()

    assert "專頁被關閉" in reference("/zh-hant")
    assert "A page is closed" in reference("")
    assert "A page is closed" not in reference("/zh-hant")


def test_search_finds_an_incident_by_the_words_of_a_translation(client, told):
    make_translation(told.actions.get().account, "label", text="慶祝用的帳號")
    for words in ("專頁", "似乎", "专页", "恢復", "恢复", "慶祝"):
        assert b"vigil" in client.get("/incidents/", {"q": words}).content, words


def test_the_language_of_the_original_a_second_translation_and_one_of_nothing_are_refused(told):
    with pytest.raises(ValidationError, match="original is in this language"):
        Translation(incident=told, field="title", language="en", text="Again").full_clean()
    with pytest.raises(ValidationError, match="already"):
        Translation(incident=told, field="title", language="zh-Hant", text="又一").full_clean()
    with pytest.raises(ValidationError, match="nothing to translate"):
        Translation(action=told.actions.get(), field="end_text", language="fr", text="x").full_clean()


def test_translations_come_back_from_a_fixture(tmp_path, told):
    make_translation(told.actions.get().account.platform, "name", text="平台")
    make_translation(told.citations.first(), "quote", text="引文", is_behind=True)
    written = public_fixture(Incident.objects.all())
    (tmp_path / "told.json").write_bytes(written)
    Translation.objects.all().delete()

    report = import_fixture(tmp_path / "told.json")

    assert report.errors == []
    assert public_fixture(Incident.objects.all()) == written
    assert Translation.objects.count() == 5


def test_a_file_knows_a_citation_whose_text_is_translated_by_the_number_that_readers_see(tmp_path, told):
    make_citation(told, source=make_source(is_confidential=True))
    shown = make_citation(told, quote="Shown.")
    make_translation(shown, "quote", text="公開。")
    (tmp_path / "told.json").write_bytes(written := public_fixture(Incident.objects.all()))
    (number,) = [
        each["fields"]["citation"][1]
        for each in json.loads(written)
        if each["model"] == "incidents.translation" and each["fields"]["citation"]
    ]
    Translation.objects.all().delete()

    report = import_fixture(tmp_path / "told.json")

    assert (report.errors, number, shown.seq) == ([], shown.seq - 1, shown.seq)
    assert shown.translations.get().text == "公開。"


def test_a_page_takes_no_more_queries_for_many_translations(client, told):
    def count():
        index.current_version("default")
        with CaptureQueriesContext(connection) as queries:
            client.get("/zh-hant/incidents/vigil/")
        return len(queries)

    one = count()
    for language in ("zh-Hans", "fr", "de"):
        make_translation(told, language=language, translated_from=1)
    assert count() == one


def test_the_api_gives_our_words_in_the_language_that_is_asked_for(client, told):
    make_published_incident(ref="other", title="Another story", action={"start": "2019"})

    page = client.get("/api/v1/incidents/?language=zh-Hant&limit=1").json()
    one = client.get("/api/v1/incidents/vigil/?language=zh-Hant").json()
    untranslated = client.get(page["next"]).json()["results"][0]
    whole = client.get("/api/v1/incidents/vigil/").json()

    assert page["results"] == [one]
    assert (one["title"], one["title_language"]) == ("專頁被關閉", "zh-Hant")
    assert one["original"] == {"title": "A page is closed", "summary": "It *seems* closed."}
    assert (one["actions"][0]["note"], one["actions"][0]["note_language"]) == ("後來恢復。", "zh-Hant")
    assert one["actions"][0]["original"] == {"note": "It came back."}
    assert (untranslated["title"], untranslated["title_language"]) == ("Another story", "en")
    assert (whole["title"], whole["actions"][0]["note"]) == ("A page is closed", "It came back.")
    assert whole["translations"] == one["translations"]
    assert client.get("/api/v1/incidents/vigil/?language=x").status_code == 400
    assert client.get("/api/v1/incidents/?language=zh-Hant&language=en").status_code == 400


# The desk


def translation_page(incident, language="zh-Hant"):
    return reverse("admin:incidents_incident_translate", args=[incident.pk, language])


def seen_on(page):
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def test_an_editor_translates_beside_the_original_and_the_page_refuses_a_hidden_name(editor):
    incident, client = hiding("歐陽試娜"), editor
    index.current_version("default")
    address, box = translation_page(incident), f"incident-{incident.pk}-title"

    page = client.get(address).content.decode()
    typed = {"seen": seen_on(page), "translator": "Ada"}
    refused = client.post(address, typed | {box: "歐陽試娜的帳號"})
    saved = client.post(address, typed | {box: "一個帳號"})

    assert f'<div lang="en" dir="auto"><p>{incident.title}</p></div>' in page
    assert refused.status_code == 200
    assert "not public" in refused.content.decode()
    assert saved.status_code == 302
    made = incident.translations.get()
    assert (made.text, made.translator, made.translated_from, made.created_by) == (
        "一個帳號",
        "Ada",
        1,
        client.user,
    )


def test_an_editor_answers_on_the_translation_page_whether_a_translation_names_somebody(editor):
    incident = hiding("歐陽試娜")
    address, box = translation_page(incident), f"incident-{incident.pk}-title"
    typed = {"seen": seen_on(editor.get(address).content.decode()), box: "歐陽的帳號"}

    asked = editor.post(address, typed).content.decode()
    again = editor.post(address, typed | {"name_reason": "Another Ouyang."}).content.decode()
    saved = editor.post(
        address, typed | {"name_reason": "Another Ouyang.", "name_question": question_on(asked)}
    )

    assert question_on(asked) == question_on(again)
    assert saved.status_code == 302
    assert incident.translations.get().text == "歐陽的帳號"
    assert NameDecision.objects.get().reason == "Another Ouyang."
    assert [each for each in problems(incident) if each.question] == []


def question_on(page):
    return re.search(r'name="name_question" value="([^"]+)"', page)[1]


def test_the_translation_page_shows_what_has_changed_since_and_an_editor_says_that_it_is_right(editor, told):
    told.title = "A page was closed"
    told.save()
    index.current_version("default")
    address, made = translation_page(told), told.translations.get(field="title")

    page = editor.get(address).content.decode()
    everything = {f"incident-{told.pk}-{each.field}": each.text for each in told.translations.all()}
    action = told.actions.get()
    everything |= {f"action-{action.pk}-note": action.translations.get().text}
    right = {f"incident-{told.pk}-title-right": "on"}
    editor.post(address, {"seen": seen_on(page), **everything, **right})

    assert "<del>is </del><ins>was </ins>" in page
    made.refresh_from_db()
    assert (made.is_behind, made.text, made.translated_from) == (False, "專頁被關閉", 2)
    assert told.translations.count() == 2


def test_texts_that_read_the_same_are_translated_once_unless_their_translations_differ(editor, told):
    citations = [make_citation(told, quote=f"Words {n}.", reading="Undated.") for n in range(3)]
    make_translation(citations[2], "reading", text="未注日期")
    first, last = (f"citation-{each.pk}-reading" for each in (citations[0], citations[2]))

    page = editor.get(translation_page(told)).content.decode()
    editor.post(translation_page(told), {"seen": seen_on(page), **typed_on(page), first: "沒有日期"})

    assert (f'id="id_{first}"' in page, f'id="id_{last}"' in page) == (True, False)
    assert [each.translations.get().text for each in citations] == ["沒有日期"] * 3


def typed_on(page):
    """What the boxes of the page have."""
    boxes = re.findall(r'(?s)<input id="id_(\w+-\d+-\w+)"[^>]*? value="([^"]*)"', page)
    return dict(boxes + re.findall(r'(?s)<textarea id="id_([\w-]+)"[^>]*>([^<]*)<', page))


def test_what_somebody_else_changed_meanwhile_is_not_written_over(editor, told):
    address = translation_page(told)
    seen = seen_on(editor.get(address).content.decode())
    made = told.translations.get(field="title")
    made.text = "別人的"
    made.save()

    answer = editor.post(address, {"seen": seen, f"incident-{told.pk}-title": "我的"})

    assert "我的" in answer.content.decode()
    made.refresh_from_db()
    assert made.text == "別人的"


def test_two_records_with_a_translation_into_the_same_language_are_not_merged_before_one_is_deleted():
    old, new = make_platform(name="One"), make_platform(name="Two")
    for each in (old, new):
        make_translation(each, "name", text="平台")

    (sentence,) = merging.obstacles(old, new)

    assert "translation" in sentence
