"""What a page states about itself begins the form for a new incident, brought by a bookmark or read from a saved copy."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from incidents.admin.stated import page_of, proposals

from .factories import make_source
from .test_admin import address, log_in
from .test_logging import desk  # noqa: F401

URL = "https://news.example/2021/reading-group"
PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>Two closures in one week | Example News</title>
<link rel="canonical" href="https://news.example/2021/reading-group">
<meta property="og:title" content="Two closures in one week">
<meta property="og:site_name" content="Example News">
<meta property="article:published_time" content="2021-07-11T08:00:00+00:00">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"},
 {"@type": "NewsArticle", "datePublished": "2021-07-10T20:30:00Z", "author": [{"name": "A Reporter"}, {"name": "B Writer"}]}]}</script>
<script type="application/ld+json">not JSON</script>
</head>
<body><article><p id="words">On 6 July the group could no longer log in.</p>
<time datetime="2021-07-12">12 July</time></article></body>
</html>
"""
STATED = {
    "source_url": URL,
    "source_title": "Two closures in one week",
    "source_outlet": "Example News",
    "source_date": "2021-07-10",
    "source_author": "A Reporter; B Writer",
    "source_language": "en-GB",
}


def test_a_saved_page_states_what_it_is():
    assert proposals(page_of(PAGE.encode())) == STATED


@pytest.mark.parametrize(
    ("page", "stated"),
    [
        ("", {}),
        ("<title>  A page\n of one line </title>", {"source_title": "A page of one line"}),
        ('<html lang="zh_tw"><time datetime="2020-06">', {"source_date": "2020-06", "source_language": "zh-TW"}),
        ('<html lang="en-qq">', {"source_language": "en"}),
        ('<html lang="1"><meta name="date" content="soon">', {}),
        ('<meta name="date" content="2020-13-45">', {}),
        ('<meta name="date" content="2020/06/07 10:00">', {"source_date": "2020-06-07"}),
        ('<meta name="author" content="https://site.example/me">', {}),
        ("<!-- saved from url=(0020)https://a.example/b -->", {"source_url": "https://a.example/b"}),
        ('<script type="application/ld+json">' + "[" * 100_000, {}),
        ('<script type="application/ld+json">' + "[" * 900 + "]" * 900 + "</script>", {}),
        ('<script type="application/ld+json">{"headline": 7, "author": [1, null, {"name": []}], "@graph": 3}', {}),
        ("<![if x]><!x <title", {}),
        ('<meta charset="none"><title>Ünder</title>', {"source_title": "Ünder"}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(page, stated):
    assert proposals(page_of(page.encode())) == stated


@pytest.mark.parametrize(
    ("canonical", "taken"),
    [
        ("https://news.example/a", "https://news.example/a"),
        ("https://news.example/", "https://news.example/a?x=1"),
        ("https://other.example/a", "https://news.example/a?x=1"),
        ("javascript:alert(1)", "https://news.example/a?x=1"),
        ("//", "https://news.example/a?x=1"),
    ],
)
def test_the_canonical_address_is_taken_if_it_is_of_the_same_site(canonical, taken):
    given = {"source_url": "https://news.example/a?x=1", "canonical": canonical}

    assert proposals(given) == {"source_url": taken}


@pytest.mark.django_db
class TestUpload:
    def upload(self, desk, content):  # noqa: F811
        return desk.post(address("incident_saved_page"), {"page": SimpleUploadedFile("page.html", content)})

    def test_the_form_begins_with_it_and_says_so(self, desk):  # noqa: F811
        page = desk.get(self.upload(desk, PAGE.encode()).headers["Location"])

        initial = page.context["adminform"].form.initial
        assert {name: initial[name] for name in STATED} == STATED
        assert "Filled in from what the page states about itself: Title of the source, Published in" in (
            page.content.decode()
        )

    def test_what_is_on_record_about_the_page_is_left_to_the_record(self, desk):  # noqa: F811
        make_source(url=URL)

        page = desk.get(self.upload(desk, PAGE.encode()).headers["Location"])

        initial = page.context["adminform"].form.initial
        assert {name: initial[name] for name in STATED} == dict.fromkeys(STATED, "") | {"source_url": URL}

    @pytest.mark.parametrize(
        "content", [b"", b"\0", b"\xff\xfe<\0t\0", b"%PDF-1.7 \x80", b"<title>\0</title>"]
    )
    def test_no_file_is_an_error(self, desk, content):  # noqa: F811
        page = self.upload(desk, content)

        assert page.headers["Location"] == f"{address('incident_add')}?"
        assert "This file states nothing about itself." in desk.get(page.headers["Location"]).content.decode()

    def test_no_file_at_all_is_no_error(self, desk):  # noqa: F811
        assert desk.post(address("incident_saved_page")).status_code == 302
        assert desk.get(address("incident_saved_page")).status_code == 405


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_bookmark_brings_what_the_page_states_and_the_selected_words(browse, live_server):
    desk_page = log_in(browse, address("incident_add"))
    bookmark = desk_page.get_by_role("link", name="Log this page", include_hidden=True).get_attribute("href")
    reader = desk_page.context.new_page()
    reader.route(
        URL + "?from=feed", lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
    )
    reader.goto(URL + "?from=feed")
    reader.evaluate(
        """bookmark => {
            getSelection().selectAllChildren(document.getElementById("words"));
            const link = document.body.appendChild(document.createElement("a"));
            link.href = bookmark; link.style.userSelect = "none"; link.textContent = "bookmark";
        }""",
        bookmark,
    )

    with desk_page.context.expect_page() as opened:
        reader.evaluate("document.querySelector('a').click()")
    form = opened.value

    form.wait_for_url("**/incident/add/**")
    for name, value in STATED.items():
        expect(form.locator(f"#id_{name}")).to_have_value(value)
    expect(form.locator("#id_quote")).to_have_value("On 6 July the group could no longer log in.")
