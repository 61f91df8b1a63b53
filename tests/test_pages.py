"""The public pages: what answers where, what a page shows, and what it costs."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views import defaults

from incidents import choices, index
from incidents.index.facets import FACET
from incidents.index.posting_lists import index_reader
from incidents.models import Incident
from incidents.public import downloads
from incidents.templatetags.record import shortened

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
    make_story,
)

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """What a test asks of a page: its ids, links but those to its other languages, elements, and its text."""

    def __init__(self, response):
        super().__init__()
        self.ids, self.links, self.elements, self.words = [], [], [], []
        self.feed(response.content.decode())

    BLOCKS = frozenset("h1 h2 h3 p li dt dd td th legend label summary form".split())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in self.BLOCKS:
            self.words.append(" ")
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and "hreflang" not in attributes:
            self.links.append(attributes["href"])

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def text(response):
    return Page(response).text


@pytest.fixture
def story():
    return make_story()


PAGES = [
    "/",
    "/incidents/",
    "/incidents/?platform=told&status=lifted&from=2020&q=Zoom",
    "/incidents/told/",
    "/incidents/before/",
    "/platforms/",
    "/platforms/told/",
    "/topics/",
    "/topics/told/",
    "/charts/",
    "/accounts/",
    "/parties/",
    "/sources/",
    "/reasons/",
    "/countries/",
    "/sources/paper/",
    "/reasons/government_demand/",
    "/countries/HK/",
    "/charts/?platform=told",
    "/charts/reasons/embed/",
    "/incidents/told/embed/",
    "/incidents/told/sources/",
    "/incidents/before/embed/",
    "/accounts/told/",
    "/parties/told/",
    "/about/",
    "/incidents.fixture.json?platform=told",
    "/incidents/told.fixture.json",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_and_nothing_else(story, path):
    client = Client(headers={"cookie": f"sessionid={32 * 'a'}"})

    response = client.get(path)
    answers = {client.head(path).status_code, response.status_code}

    assert answers == {200}
    assert client.post(path).status_code == 405
    assert response.cookies == {}
    assert "cookie" not in response.headers.get("Vary", "").lower()


@pytest.mark.parametrize("path", [path for path in PAGES if "fixture" not in path])
def test_a_page_has_one_heading_a_title_a_language_and_places_to_jump_to(client, story, path):
    page = Page(client.get(path))

    assert [tag for tag, _attributes in page.elements].count("h1") == 1
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.elements
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


@pytest.mark.slow
def test_every_link_of_every_page_leads_somewhere(client, story):
    pages = {path: Page(client.get(path)) for path in PAGES if "fixture" not in path}
    links = {
        urljoin(path, link)
        for path, page in pages.items()
        for link in page.links
        if link.startswith(("/", "?"))
    }

    assert len(links) > 50
    assert {link for link in links if client.head(link).status_code != 200} == set()


@pytest.mark.parametrize("path", [path for path in PAGES if "fixture" not in path])
def test_a_page_carries_no_script_and_no_style_of_its_own(client, story, path):
    page = Page(client.get(path))

    data = ("script", {"type": "application/ld+json"})  # described for machines; no browser runs it
    assert not [
        element
        for element in page.elements
        if element[0] in ("script", "style", "iframe", "img") and element != data
    ]
    assert not [
        name
        for _tag, attributes in page.elements
        for name in attributes
        if name == "style" or name.startswith("on")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/incidents/{}/",
        "/platforms/{}/",
        "/accounts/{}/",
        "/parties/{}/",
        "/topics/{}/",
        "/incidents/{}.fixture.json",
    ],
)
def test_what_was_never_published_answers_as_what_does_not_exist(client, path):
    party, platform = make_party(slug="hidden"), make_platform(slug="hidden")
    account = make_account(slug="hidden", holder=party, platform=platform)
    make_action(make_incident(ref="hidden"), account=account)
    make_incident(ref="never", publication="withdrawn", withdrawn_reason="A reason.", published_at=None)

    hidden, unknown, never = (client.get(path.format(slug)) for slug in ("hidden", "unknown", "never"))

    assert [hidden.status_code, unknown.status_code, never.status_code] == [404, 404, 404]
    contents = {
        answer.content.replace(slug.encode(), b"slug")
        for answer, slug in ((hidden, "hidden"), (unknown, "unknown"), (never, "never"))
    }
    assert len(contents) == 1
    assert ("Page not found" if path.endswith("/") else "There is nothing public at this address.") in text(
        hidden
    )


def test_a_withdrawn_incident_leaves_its_reason(client):
    make_incident(
        ref="gone", title="Private", publication="withdrawn", withdrawn_reason="The source took it back."
    )

    response = client.get("/incidents/gone/")

    assert response.status_code == 410
    assert "The source took it back." in text(response)
    assert "Private" not in text(response)
    assert client.get("/incidents/gone.fixture.json").status_code == 404


def test_a_merged_incident_redirects_to_the_one_that_covers_it(client):
    target = make_published_incident(ref="target")
    make_incident(ref="merged", publication="withdrawn", merged_into=target)

    response = client.get("/incidents/merged/")

    assert (response.status_code, response["Location"]) == (301, "/incidents/target/")


def test_an_incident_with_a_party_that_is_not_cleared_is_not_there(client):
    party = make_party(cleared=False, public_label="Uncleared")
    make_published_incident(ref="uncleared", account=make_account(holder=party))

    assert client.get("/incidents/uncleared/").status_code == 404
    assert "Uncleared" not in text(client.get("/incidents/"))


def test_a_row_shows_date_platform_holder_action_status_and_the_stated_reason(client, story):
    assert (
        "22 May 2020, first noticed Zoom shuts an account "
        "Zoom · Hong Kong Alliance 香港支聯會 · account suspended · Lifted between 11 and 12 June 2020 "
        "June Fourth commemoration Stated reasons: local law → government demand"
    ) in text(client.get("/incidents/"))


def test_a_row_without_a_reason_says_so(client):
    make_published_incident(
        account=make_account(holder=None),
        action={"start": "", "start_text": "x", "reason_status": "none_stated"},
    )

    page = text(client.get("/incidents/"))

    assert "Date not known" in page
    assert "holder not known" in page
    assert "Reason: source says none was given" in page


def test_context_is_not_listed(client, story):
    assert "A vigil is held" not in text(client.get("/incidents/"))
    assert "1 incident" in text(client.get("/incidents/"))


def test_the_filters_asked_for_most_come_first_and_values_without_a_match_fold(client, story):
    page = client.get("/incidents/").content.decode()
    form = page[page.index('<form class="filter-form"') :]

    assert 'autocomplete="off"' in form[:100]
    fields = re.findall(r'<(?:input|select|fieldset) id="f-(\w+)"', form)
    assert fields[:4] == ["q", "platform", "ground", "status"]
    folded = re.findall(r'<ul class="no-match">.*?</ul>', form, re.DOTALL)
    assert [option for option in re.findall(r'"count">(\d+)<', form) if option == "0"] == [
        option for each in folded for option in re.findall(r'"count">(\d+)<', each)
    ]
    groups = re.findall(r'<details class="group"( open)?>\s*<summary>(.*?)</summary>', form)
    assert [label for is_open, label in groups if is_open] == ["Platform", "Stated reason", "Status"]


def test_a_list_that_is_not_understood_shows_sentences_and_no_rows(client, story):
    answer = client.get("/incidents/?colour=red&platform=nowhere&from=x")
    page = Page(answer)

    assert answer.status_code == 400
    assert "<title>Error: Incidents" in answer.content.decode()
    assert {"#f-platform", "#f-from"} <= set(page.links)
    assert {"f-platform", "f-from"} <= set(page.ids)
    assert "No results: we could not read these filters" in page.text
    assert "“colour” is not a filter here." in page.text
    assert "Platform: There is no platform “nowhere” here." in page.text
    assert "“x” is not a date." in page.text
    assert (
        "input",
        {
            "id": "f-from",
            "name": "from",
            "maxlength": "10",
            "value": "x",
            "aria-invalid": "true",
            "aria-describedby": "e-from",
        },
    ) in page.elements
    assert "Zoom shuts an account" not in page.text


@pytest.mark.slow
def test_a_list_is_cut_into_pages_that_keep_the_filter(client):
    platform = make_platform(slug="zoom")
    for number in range(26):
        make_published_incident(ref=f"i{number}", account=make_account(platform=platform))

    first = Page(client.get("/incidents/?platform=zoom"))
    onward = next(link for link in first.links if "after=" in link)
    second = Page(client.get(f"/incidents/{onward}"))
    back = next(link for link in second.links if "before=" in link)

    assert "26 incidents" in first.text
    assert "platform=zoom" in onward
    assert {f"/incidents/i{number}/" for number in range(26)} == {
        link for page in (first, second) for link in page.links if re.fullmatch(r"/incidents/i\d+/", link)
    }
    assert "?platform=zoom" in second.links
    assert Page(client.get(f"/incidents/{back}")).links == first.links


def test_an_empty_list_says_so_in_words(client):
    assert "No incidents have been published yet." in text(client.get("/"))
    assert "0 incidents No published incidents match." in text(client.get("/incidents/"))
    assert "no platforms are shown" in text(client.get("/platforms/"))


def test_a_list_without_matches_offers_other_spellings_and_filters_to_remove(client, story):
    misspelt = Page(client.get("/incidents/?q=shutz"))
    narrow = Page(client.get("/incidents/?q=shuts&status=expired"))

    assert "?q=shuts" in misspelt.links
    assert "?q=shuts" in narrow.links


def test_a_download_has_what_the_list_shows_under_a_name_that_says_what_it_is(client, story):
    make_published_incident(ref="other")

    response = client.get("/incidents.fixture.json?platform=told")
    content = b"".join(response.streaming_content).decode()

    assert response["Content-Type"] == "application/json"
    assert re.fullmatch(
        r'attachment; filename="incidents-selected-\d+\.fixture\.json"',
        response["Content-Disposition"],
    )
    assert '"told"' in content
    assert '"other"' not in content


def test_the_download_of_one_incident_bears_its_ref(client, story):
    response = client.get("/incidents/told.fixture.json")

    assert response["Content-Disposition"] == 'attachment; filename="told.fixture.json"'
    assert b"Zoom shuts an account" in b"".join(response.streaming_content)


def test_the_head_of_a_download_writes_nothing(story):
    response = downloads.incident_download(RequestFactory().head("/"), "fixture.json")

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b""


def test_a_download_that_is_not_understood_gets_a_problem_document(client, story):
    response = client.get("/incidents.fixture.json?colour=red&platform=nowhere")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Invalid parameters",
        "status": 400,
        "detail": "Nothing is returned unless every parameter is valid. Correct these and try again.",
        "errors": [
            {
                "parameter": "colour",
                "detail": "“colour” is not a filter here. Available filters: q, from, to, sort, "
                f"{', '.join(FACET)}, all, after, before, at.",
            },
            {"parameter": "platform", "detail": "There is no platform “nowhere” here."},
        ],
    }


def test_a_format_we_do_not_have_is_not_found(client, story):
    assert client.get("/incidents.docx").status_code == 404
    assert client.get("/incidents/told.docx").status_code == 404


def test_a_place_below_a_country_is_named_by_its_country_and_code(client):
    incident = make_published_incident(
        ref="told", action={"scope": "listed_countries", "countries": "HK UA-43"}
    )
    make_involvement(incident, country="UA-43")

    page = text(client.get("/incidents/told/"))

    assert "In the places listed Hong Kong Ukraine (UA-43)" in page
    assert "country: Ukraine (UA-43)" in page


def test_the_facts_of_an_action_stand_in_words(client, story):
    page = text(client.get("/incidents/told/"))

    assert (
        "Platform Zoom Account account of the Alliance Kind not known"
        " Account holder Hong Kong Alliance 香港支聯會" in page
    )
    assert "Began 22 May 2020 (first noticed) since May 22" in page
    assert "Ended Between 11 and 12 June 2020" in page
    assert "How long At least 20 days" in page
    assert "whether anyone asked the platform to do it" in page
    assert "Status Lifted as of 12 June 2020" in page
    assert "Counted? Yes" in page


def test_sources_that_disagree_stand_side_by_side(client, story):
    page = text(client.get("/incidents/told/"))

    assert "Disputed by another source (start): “late May”, A newsroom, 11 June 2020" in page
    assert "Contradicts: “It was also closed in late May.” – A newsroom" in page


TEXTS = {
    "start_text": "late in May",
    "end_text": "a day later",
    "duration_text": "for about a day",
    "term_text": "for now",
    "scope_text": "for users in the region",
    "accounts_text": "two accounts in Hong Kong",
}


@pytest.mark.parametrize("name", TEXTS)
def test_only_words_that_a_cited_source_has_stand_in_quotation_marks(client, name):
    words = TEXTS[name]
    incident = make_published_incident(
        ref="told", action={"status": "lifted", "start": "2020-05-31~"} | TEXTS
    )
    other = make_action(incident)
    make_citation(action=other, quote=f"It began {words}.")
    contradicting = make_citation(
        action=incident.actions.first(), quote=f"Not {words}.", stance="contradicts", field=name
    )

    ours = text(client.get("/incidents/told/"))
    contradicting.delete()
    make_citation(action=incident.actions.first(), quote=f"It says {words}.")
    theirs = text(client.get("/incidents/told/"))

    assert words in ours.casefold() or words in ours
    assert f"“{words}”" not in ours
    assert f"n the source’s words: “{words}”" in theirs


def test_the_date_of_a_background_event_is_quoted_only_where_a_source_has_its_words(client):
    incident = make_published_incident(ref="told", kind="context", date_text="late in May")

    ours = text(client.get("/incidents/told/"))
    make_citation(incident, quote="It was held late in May.", field="date")
    theirs = text(client.get("/incidents/told/"))

    assert "· late in May" in ours
    assert "· “late in May”" in theirs


def test_a_note_keeps_the_source_s_words_and_our_reading_apart(client):
    incident = make_published_incident(ref="told")
    make_citation(
        action=incident.actions.get(),
        field="start",
        quote="Le compte est fermé depuis fin mai.",
        quote_language="fr",
        is_translation=True,
        value_as_stated="fin mai",
        reading="the last ten days of May",
        source=make_source(language="zh-Hant"),
    )

    page = Page(response := client.get("/incidents/told/"))

    assert ">“Le compte est fermé depuis <mark>fin mai</mark>.”</q>" in response.content.decode()
    assert "Our reading: the last ten days of May" in page.text
    assert "“Le compte est fermé depuis fin mai.” (translation)" in page.text
    assert {each["lang"] for tag, each in page.elements if tag == "q" and "lang" in each} >= {"fr"}
    assert not [each for tag, each in page.elements if tag == "q" and each.get("lang") == "zh-Hant"]


def test_the_timeline_is_in_order_of_time_and_what_has_no_date_comes_last(client, story):
    page = text(client.get("/incidents/told/"))
    timeline = page[page.index("Timeline") :]

    order = [
        timeline.index(words)
        for words in (
            "20 May 2020 Background: A vigil is held",
            "22 May 2020 Zoom: account suspended (date: first noticed)",
            "10 June 2020 Zoom gave its reason: local law",
            "11 June 2020 Zoom corrected or took back what was said or done; its reason: government demand",
            "between 11 and 12 June 2020 Lifted",
            "Date not known Hong Kong Alliance alleged why it happened, or who was behind it (stated as a possibility)",
            "10 June 2020 Zoom gave its reason: local law (reason later replaced) We follow local law.",
            "Public statement of reasons · to the public · reason later replaced: local law",
            "Correction or withdrawal · audience not known · stated reason: government demand",
            "It seems possible. Allegation · alleged · stated as a possibility",
        )
    ]
    assert order == sorted(order)


def test_a_statement_that_replaces_another_says_so_both_ways(client, story):
    response = client.get("/incidents/told/")

    assert "Replaces an earlier statement (10 June 2020, local law)" in text(response)
    assert "Replaced by a later statement (11 June 2020, government demand)" in text(response)
    assert {"#justification-1", "#justification-2"} <= set(Page(response).links)


def test_a_statement_shows_the_law_it_cites_and_where_its_text_is(client, story):
    story.justifications.filter(kind="correction").update(
        legal_basis="Article 5", reference_url="https://law.example/5"
    )
    story.involvements.update(legal_basis="Article 6")

    page = Page(client.get("/incidents/told/"))

    assert "Law or rule cited: Article 5 Text of the law or rule" in page.text
    assert "https://law.example/5" in page.links
    assert "Law or rule cited: Article 6" in page.text


def test_a_quotation_names_its_language_and_its_source(client, story):
    quotes = [
        attributes for tag, attributes in Page(client.get("/incidents/told/")).elements if tag == "blockquote"
    ]

    assert {"cite": story.citations.get(seq=1).source.url, "lang": "zh-Hant", "dir": "auto"} in quotes


def test_sources_are_numbered_as_a_reader_meets_them(client, story):
    page, evidence = (Page(client.get(f"/incidents/told/{end}")) for end in ("", "sources/"))

    met = re.findall(r"sources? \(([\d, ]+)\)", page.text)
    assert list(dict.fromkeys(", ".join(met).split(", "))) == ["1", "2"]
    assert "/incidents/told/sources/" in page.links
    sources = [each for each in page.ids if each.startswith("source-") and each != "source-list"]
    assert sources == ["source-paper", "source-copy"]
    assert [each for each in evidence.ids if each.startswith("source-")] == sources


def test_the_page_of_sources_says_what_each_derives_from_and_leads_back_to_what_its_words_are_cited_for(
    client, story
):
    page = Page(client.get("/incidents/told/sources/"))

    assert "Republication of What happened, A newsroom" in page.text
    back = (
        "/incidents/told/",
        "/incidents/told/#action-1",
        "/incidents/told/#justification-1",
        "#source-paper",
    )
    assert set(back) <= set(page.links)


def test_the_same_words_are_one_note_for_all_that_they_are_cited_for(client):
    incident = make_published_incident(ref="told")
    make_citation(action=incident.actions.get(), source=incident.citations.first().source, field="status")

    page, evidence = (text(client.get(f"/incidents/told/{end}")) for end in ("", "sources/"))

    assert evidence.count("The very words.") == 1
    assert "Cited for: action, incident, status" in evidence
    assert page.count("1 source (1)") == 3  # summary, what was done, status


# In Chinese it has what was said in translation, too.
@pytest.mark.parametrize(("language", "most"), [("", 25_000), ("/zh-hant", 29_000), ("/zh-hans", 29_000)])
def test_the_page_of_a_case_is_sent_in_few_kilobytes(client, cases, language, most):
    pages = [
        client.get(f"{language}/incidents/2020-zoom-{case}/", headers={"accept-encoding": "gzip, br"})
        for case in ("humanitarian-china", "hong-kong-alliance", "wang-dan")
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert max(len(page.content) for page in pages) < most


def test_all_that_a_first_visit_to_the_longest_case_needs_is_sent_in_less_than_32_kilobytes(client, cases):
    path = "/incidents/2020-zoom-humanitarian-china/"

    needed = re.findall(r'/static/(incidents/[\w.]+)"', client.get(path).content.decode())

    assert needed == ["incidents/site.css", "incidents/icon.svg"]
    page = client.get(path, headers={"accept-encoding": "gzip, br"}).content
    files = [brotli.compress(Path(finders.find(name)).read_bytes()) for name in needed]
    assert len(page) + sum(map(len, files)) < 32_000


UNCITED = "no source cited here"


def test_what_has_no_source_says_so(client):
    incident = make_published_incident(ref="told", action={"scope": "worldwide", "status": "lifted"})
    make_justification(incident, quote="We follow the law.")
    make_involvement(incident, note="A ministry asked.")
    incident.citations.all().delete()
    make_citation(action=incident.actions.get(), field="status")

    page = text(client.get("/incidents/told/"))

    story, facts = page[page.rindex("Timeline") :].rsplit(" Facts ", 1)
    assert facts.count(UNCITED) == 4  # account, what was done, when it began, where
    assert f"Where it applied Worldwide {UNCITED}" in facts
    assert "Status Lifted 1 source (1)" in facts
    assert f"We follow the law. {UNCITED}" in story
    assert f"influenced it (alleged) {UNCITED} More A ministry asked." in story
    assert f"What happened, {incident.title[9:]}. {UNCITED}" in page


def test_what_only_contradicting_notes_are_about_has_no_source(client):
    incident = make_published_incident(ref="told")
    make_citation(justification=make_justification(incident), stance="contradicts")

    assert text(client.get("/incidents/told/")).count(UNCITED) == 1


def test_what_is_cited_as_a_whole_or_not_known_needs_no_further_source(client):
    make_published_incident(ref="told", action={"scope": "worldwide", "start": "", "start_text": "lately"})

    assert UNCITED not in text(client.get("/incidents/told/"))


@pytest.mark.parametrize("address", ["/", "/about/", "/incidents/told/"])
def test_no_page_says_that_everything_has_a_source(client, address):
    make_published_incident(ref="told").citations.all().delete()

    assert "very statement cites" not in client.get(address).content.decode()


def test_what_is_not_known_is_listed_in_words(client, story):
    page = text(client.get("/incidents/told/"))
    box = page[page.index("What is not known account of the Alliance") :].partition(" Notes ")[0]

    for words in (
        "what kind of account it was",
        "how many accounts were affected",
        "how long it had been in effect before anyone noticed",
        "why it was lifted",
        "where it applied",
        "whether a person or software decided",
        "whether anyone asked the platform to do it",
        "to whom it was said (correction or withdrawal: Zoom)",
        "when it happened (allegation: Hong Kong Alliance)",
    ):
        assert words in box
    assert "whether a reason was given" not in box


def test_a_record_of_which_nothing_is_known_has_no_empty_place(client):
    incident = make_published_incident(
        ref="bare",
        account=make_account(holder=None),
        action={"type": "unknown", "start": "", "start_text": "once"},
    )
    make_citation(incident, source=make_source(issued="", issued_basis="unknown", url="", publisher=""))

    response = client.get("/incidents/bare/")

    assert "Account holder Not known What was done Type not known Reported, platform silent" in text(response)
    assert "Ended Not known How long Not known" in text(response)
    assert "whether a reason was given (not recorded by us)" in text(response)
    assert "Counted? No: sources do not say what was done" in text(response)
    assert "date not known" in text(response)
    assert "Date not known." in text(client.get("/incidents/bare/sources/"))
    assert not re.search(r"<(dd|li|p|td)[^>]*>\s*</\1>", response.content.decode())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"status": "in_force", "status_as_of": "2020-06-10", "start": "2020-06-07"},
            "Ended Not ended as of 10 June 2020 How long At least 3 days by 10 June 2020",
        ),
        ({"status": "not_applicable"}, "Ended One-time action (no duration) How long No duration"),
        (
            {"status": "lifted", "start": "2020-06-07", "start_basis": "occurred", "end": "2020-06-10"},
            "How long 3 days",
        ),
        (
            {
                "status": "lifted",
                "start": "2020-06-07",
                "start_basis": "first_observed",
                "timezone": "America/New_York",
                "start_at_from": "2020-05-31T12:00Z",
                "end": "2020-06-10",
            },
            "How long Between 3 and 10 days",
        ),
        ({"accounts_min": 1, "accounts_max": 2}, "Accounts affected Between 1 and 2 accounts"),
        (
            {"scope": "listed_countries", "countries": "CN HK"},
            "Where it applied In the places listed China Hong Kong",
        ),
        (
            {"term": "fixed", "term_text": "a week", "expected_end": "2020-06-14"},
            "For a stated period a week announced end: 14 June 2020",
        ),
        ({"occurrence": "disputed"}, "Counted? No: sources disagree on whether it happened"),
        ({"scope_text": "for users in the region"}, "Where it applied For users in the region"),
        (
            {"scope": "worldwide", "scope_text": "except in Germany"},
            "Where it applied Worldwide except in Germany",
        ),
        ({"duration_text": "for eight days"}, "How long For eight days"),
        (
            {"start_basis": "occurred", "end": "2020-06-15", "duration_text": "for a week or so"},
            "How long 8 days for a week or so",
        ),
        ({"accounts_text": "dozens"}, "Accounts affected Dozens"),
    ],
)
def test_bounds_and_terms_are_shown_as_what_they_are(client, fields, words):
    make_published_incident(ref="told", action=fields)

    assert words in text(client.get("/incidents/told/"))


def test_a_summary_is_markdown_and_nothing_more(client):
    summary = "It *seems* so.\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://elsewhere.example/y.png)"
    make_published_incident(ref="told", summary=summary)

    page = Page(client.get("/incidents/told/"))

    assert ("em", {}) in page.elements
    assert not [element for element in page.elements if element[0] == "img" or element == ("script", {})]
    assert not [link for link in page.links if link.startswith("javascript")]


@pytest.mark.parametrize(
    "summary",
    [
        "4. Juni 1989: Soldaten räumen den Platz.",
        "- a dash begins the line",
        "# 1 of 2",
        "> 100 accounts",
        "+ 20 more",
        "An account\n===\nis closed.",
        "First.\n\n***\n\nSecond.",
        "    It begins with spaces.",
        "```\nThree backticks",
        "[1]: https://elsewhere.example/",
        "`as_typed`",
        "Tom &amp; Jerry <b>bold</b>",
    ],
)
def test_what_an_editor_types_in_plain_sentences_comes_back_unchanged(client, summary):
    make_published_incident(ref="told", summary=f"Lantern. {summary}\n\n{summary}")
    typed = " ".join(f"Lantern. {summary} {summary}".split())

    page = Page(client.get("/incidents/told/"))
    snippet = text(client.get("/incidents/?q=lantern"))
    description = next(each["content"] for tag, each in page.elements if each.get("name") == "description")

    assert typed in page.text
    assert description == typed
    assert " ".join(summary.split()) in snippet


def test_search_shows_a_summary_without_its_markup(client):
    make_published_incident(summary="A *lantern* in [a list](https://elsewhere.example/xyzzy).")

    assert "A lantern in a list." in text(client.get("/incidents/?q=lantern"))
    assert "0 incidents" in text(client.get("/incidents/?q=xyzzy"))


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"status": "unknown"}, ["whether it ended"]),
        ({"status": "unknown", "end": "2020-06-12"}, ["why it ended"]),
        ({"status": "expired", "end": "2020-06-12"}, ["why it ended"]),
        ({"status": "lifted"}, ["when it was lifted", "why it was lifted"]),
        ({"status": "partly_lifted"}, ["when part of it was lifted", "why part of it was lifted"]),
        ({"status": "in_force"}, []),
    ],
)
def test_why_it_ended_is_asked_where_it_did(client, fields, asked):
    make_published_incident(ref="told", action=fields)

    page = text(client.get("/incidents/told/"))

    assert re.findall(r"wh\w+ (?:part of )?it (?:was )?(?:ended|lifted|is still)", page) == asked
    assert "if it did" not in page


@pytest.mark.slow
def test_accounts_are_called_by_their_holder(client):
    platform = make_platform(slug="x", name="X")
    groups = [make_party(slug=name, public_label=f"{name.title()} Group") for name in ("green", "red")]
    accounts = [
        *(make_account(slug=each.slug, label="account", platform=platform, holder=each) for each in groups),
        make_account(slug="unknown", label="account", platform=platform, holder=None),
    ]
    incident = make_published_incident(ref="told", account=accounts[0])
    for account in accounts[1:]:
        make_action(incident, account=account)
    names = ["account of Green Group", "account of Red Group", "account of an unknown holder"]

    page = text(client.get("/incidents/told/"))

    assert [str(each) for each in accounts] == [
        f"{names[0]} (X)",
        f"{names[1]} (X)",
        f"{names[2]} (X, unknown)",
    ]
    for name, account in zip(names, accounts, strict=True):
        assert f"– {name}" in page
        assert name in re.search("<h1.*?</h1>", client.get(f"/accounts/{account.slug}/").content.decode())[0]
        assert f"on the account {name}" in text(client.get(f"/incidents/?account={account.slug}"))


def test_relations_read_from_both_ends(client, story):
    assert "Related incidents Background A vigil is held 20 May 2020" in text(client.get("/incidents/told/"))
    assert "Related incidents Background to Zoom shuts an account" in text(client.get("/incidents/before/"))


def test_a_confidential_source_leaves_no_note_behind(client, story):
    make_citation(story, source=make_source(title="Leaked", is_confidential=True), quote="Secret words")

    page = text(client.get("/incidents/told/"))

    assert "Leaked" not in page
    assert "Secret words" not in page


def test_every_word_has_its_definition_one_click_away(client, story):
    ids = set(Page(client.get("/about/")).ids)

    anchors = {
        link.partition("#")[2]
        for link in Page(client.get("/incidents/told/")).links
        if link.startswith("/about/#")
    }
    vocabularies = set(choices.Vocabulary.__subclasses__()) - {choices.Publication}

    assert anchors <= ids
    assert {member.anchor for vocabulary in vocabularies for member in vocabulary} <= ids


@pytest.mark.slow
def test_each_number_of_the_front_page_is_the_length_of_the_list_it_leads_to(client, story):
    make_published_incident(action={"reason_status": "none_stated", "status": "in_force"})

    home = client.get("/").content.decode()
    numbers = dict(
        re.findall(r'<a href="(/incidents/[^"]*)"[^>]*>[^<]*</a>\s*<span class="aside">(\d+)</span>', home)
    )

    assert {
        "/incidents/": "2",
        "/incidents/?platform=told": "1",
        "/incidents/?ground=government_demand": "1",
        "/incidents/?country=HK": "1",
        "/incidents/?topic=told": "1",
        "/incidents/?story=changed": "1",
        "/incidents/?reason=none_stated": "1",
        "/incidents/?status=in_force": "1",
    }.items() <= numbers.items()
    for link, number in numbers.items():
        assert client.get(html.unescape(link)).content.decode().count('<h3 class="row-title">') == int(number)
    words = text(client.get("/"))
    assert "In 1 of 2 recorded incidents, the platform changed its stated reason" in words
    assert "The incidents have 2 account actions that we count." in words


def test_the_front_page_tells_the_newest_case_with_most_stated_reasons_and_links_into_its_page(client, story):
    make_published_incident(ref="2026-newest", action={"start": "2026-01-01"})

    home = Page(client.get("/"))
    into = [link for link in home.links if link.startswith("/incidents/told/#")]

    assert "One case Zoom shuts an account" in home.text
    assert "What Zoom said the reason was" in home.text
    assert {link.partition("#")[2] for link in into} <= set(Page(client.get("/incidents/told/")).ids)
    assert into


def test_the_front_page_of_an_empty_tracker_claims_nothing(client):
    home = Page(client.get("/"))

    assert "No incidents have been published yet." in home.text
    assert not re.search(r"of 0|0 incidents|One case|recorded incidents", home.text)


@pytest.mark.slow
def test_platform_account_and_party_pages_say_what_they_count(client, story):
    meeting = make_account(
        platform=story.actions.get().account.platform,
        holder=story.actions.get().account.holder,
        kind="meeting_or_event",
    )
    make_action(story, account=meeting, type="event_terminated")

    counted = "incident 1 account action How we count 1 accounts, pages and meetings affected 2"
    assert counted in text(client.get("/platforms/told/"))
    assert counted in text(client.get("/parties/told/"))
    assert "Zoom Meetings" in text(client.get("/platforms/told/"))
    assert "incident 1 account action How we count 1" in text(client.get("/accounts/told/"))


def test_a_party_page_has_the_incidents_it_spoke_in(client, story):
    assert "Zoom shuts an account" in text(client.get("/parties/zoom-inc/"))


@pytest.mark.slow
def test_a_party_page_says_what_parts_it_had_whose_account_it_was_when_and_how_certain(client, story):
    government = make_party(slug="government", public_label="A government", kind="state_body")
    demand = make_involvement(
        story, seq=2, role="demanded_by", party=government, date="2020-05", certainty="admitted"
    )
    make_involvement(story, seq=3, role="comment", party=make_party(), together_with=[government])
    make_citation(involvement=demand, attribution="Zoom")

    page = Page(client.get("/parties/government/"))

    assert (
        "Said to be behind it What Whose account When How certain"
        " A government demanded it, Zoom says Hong Kong Alliance 香港支聯會 Zoom May 2020 Admitted"
    ) in page.text
    assert "What it did about it" in page.text
    assert "/incidents/told/#involvement-2" in page.links
    assert "As account holder" not in page.text
    assert "Filters Search terms" in page.text
    assert (
        "Said to be behind it" not in text(client.get("/parties/told/")).partition("Incidents involving")[0]
    )


def test_a_party_without_a_public_name_shows_its_label_alone(client):
    party = make_party(
        slug="group",
        public_label="a student group",
        kind="collective",
        name_public=False,
        native_label="學生",
        aliases="Alias",
        private_name="Real name",
    )
    make_published_incident(account=make_account(holder=party, handle="@handle"))

    page = text(client.get("/parties/group/"))

    assert "a student group" in page
    assert "Name Not shown." in page
    for hidden in ("學生", "Alias", "Real name", "@handle"):
        assert hidden not in page


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_the_same_number_of_queries_for_three_as_for_one(client, story, path):
    def cost():
        index_reader("default", index.current_version("default"))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
            if response.streaming:
                b"".join(response.streaming_content)
        return len(queries)

    account = story.actions.get().account

    def add(number):
        more = make_published_incident(
            ref=f"more{number}",
            account=make_account(platform=account.platform, holder=account.holder),
            action={"status": "lifted"},
        )
        make_published_incident(account=account, action={"status": "lifted"}, title="Zoom")
        action = make_action(story, account=make_account(platform=account.platform))
        make_citation(action=action, source=make_source(derived_from=make_source(), derivation="adaptation"))
        make_citation(
            justification=make_justification(
                story, speaker=make_party(), supersedes=story.justifications.first()
            )
        )
        make_citation(involvement=make_involvement(story, party=make_party(country="CN")))
        make_justification(more, speaker=make_party())
        make_relation(more, story)
        make_relation(make_published_incident(kind="context", date="2020"), story, kind="context_of")

    add(0)
    before = cost()
    for number in (1, 2):
        add(number)

    assert cost() <= before


def test_the_error_page_asks_no_database(django_assert_num_queries):
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        response = defaults.server_error(request)

    assert response.status_code == 500
    assert "Something went wrong" in text(response)
    assert "site.css" in response.content.decode()


def test_what_is_malformed_and_what_is_not_allowed_have_pages_of_their_own():
    request = RequestFactory().get("/")

    assert "We could not read this request" in text(defaults.bad_request(request, Exception()))
    assert "You do not have access" in text(defaults.permission_denied(request, Exception()))


def test_the_list_costs_no_more_when_it_is_empty_of_matches(client, story):
    assert Incident.objects.listed().count() == 1
    assert "0 incidents matching nothing, of, the, kind" in text(
        client.get("/incidents/?q=nothing+of+the+kind")
    )


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("We follow local law.", "We follow local law."),
        ("We follow the local law of places.", "We follow the local …"),
        (
            "六四事件三十一周年紀念網上會議在帳號被關閉之前一直沒有問題",
            "六四事件三十一周年紀念網上會議在帳號被關閉之…",
        ),
    ],
)
def test_a_long_quotation_is_cut_between_words_and_says_so(quote, shown):
    assert shortened(quote, 22) == shown


@pytest.mark.parametrize("certainty", ["alleged", "documented", "disputed"])
def test_a_connection_between_incidents_is_as_certain_as_recorded(client, certainty):
    incident = make_published_incident(ref="told")
    make_relation(
        make_published_incident(kind="context", title="A detention", date="2020-06-01"),
        incident,
        kind="context_of",
        certainty=certainty,
    )
    make_relation(
        incident, make_published_incident(title="A double"), kind="same_campaign", certainty=certainty
    )

    page = text(client.get("/incidents/told/"))

    assert f"A detention · connection: {certainty}" in page[page.index("Timeline") :]
    related = page[page.rindex("Related incidents") :]
    assert f"A detention 1 June 2020 · connection: {certainty}" in related
    assert f"A double · connection: {certainty}" in related


def test_our_own_pointers_are_no_matter_of_certainty(client):
    incident = make_published_incident(ref="told")
    make_relation(incident, make_published_incident(title="A double"), kind="see_also")

    assert "connection:" not in text(client.get("/incidents/told/"))


def test_a_connection_whose_certainty_is_not_known_says_so(client):
    incident = make_published_incident(ref="told")
    make_relation(incident, make_published_incident(title="A double"))

    assert "A double · connection: certainty not known" in text(client.get("/incidents/told/"))


def test_what_is_related_both_ways_stands_under_one_heading(client):
    incident = make_published_incident(ref="told")
    make_relation(incident, make_published_incident())
    make_relation(make_published_incident(), incident)

    assert text(client.get("/incidents/told/")).count("Same campaign") == 1
