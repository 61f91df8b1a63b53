"""Each page has an address in every language, and is in the language of its address whatever the reader prefers."""

import re
from collections import defaultdict
from itertools import permutations, product
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError

from incidents.languages import path_in, without_language
from incidents.public import views

from .factories import make_published_incident, make_story

pytestmark = pytest.mark.django_db
CHINESE = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
TAGS = {"en": "en", **CHINESE}


def head_of(response):
    return re.search('<html lang="([^"]*)" dir="([^"]*)">', response.content.decode()).groups()


@pytest.mark.parametrize(("code", "tag"), TAGS.items())
@pytest.mark.parametrize("path", ["/", "/incidents/", "/about/", "/no-such-page/", "/incidents/?from=13th"])
def test_a_page_says_its_language_and_direction(client, code, tag, path):
    response = client.get(path_in(code, path))

    assert head_of(response) == (tag, "ltr")
    assert response["Content-Language"] == tag
    assert "Accept-Language" not in response.get("Vary", "")


@pytest.mark.parametrize("path", ["/", "/no-such-page/"])
def test_neither_browser_nor_cookie_chooses_the_language(client, path):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hant"

    assert head_of(client.get(path, headers={"Accept-Language": "zh-Hant"})) == ("en", "ltr")


@pytest.mark.parametrize("path", ["/zh/", "/zh-tw/", "/ZH-HANT/", "/en/", "/fr/", "/zh-hant/zh-hant/"])
def test_a_language_has_one_prefix_only(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.once
@pytest.mark.slow
def test_an_address_is_answered_in_its_language_whichever_was_asked_for_before(client):
    make_story()
    pages = ("/", "/about/", "/incidents/told/", "/incidents.atom")

    answers = defaultdict(set)
    for order in permutations(TAGS):
        caches["pages"].clear()
        for code, path in product((*order, *order), pages):
            answers[code, path].add(client.get(path_in(code, path)).content)

    assert {len(each) for each in answers.values()} == {1}
    assert len(set().union(*answers.values())) == len(answers)


@pytest.mark.parametrize("words", ["六四", "六四纪念", "June Fourth", '"六四紀念"'])
@pytest.mark.parametrize("code", TAGS)
def test_words_of_any_language_find_an_incident_at_the_addresses_of_all(client, code, words):
    make_story()

    page = client.get(path_in(code, "/incidents/"), {"q": words}).content.decode()

    assert f'href="{path_in(code, "/incidents/told/")}"' in page


def test_the_site_has_a_name_in_each_language_unless_it_has_one_of_its_own(client, settings):
    def name(code):
        page = client.get(path_in(code, "/")).content.decode()
        return re.search('class="site-name"[^>]*>([^<]*)<', page)[1]

    assert [name(code) for code in TAGS] == ["Suspension tracker", "帳號停用檔案庫", "账号停用档案库"]
    assert "帳號停用檔案庫" in client.get("/zh-hant/incidents.atom").content.decode()
    settings.SITE_NAME = "Locked out"
    caches["pages"].clear()
    assert {name(code) for code in TAGS} == {"Locked out"}


def test_pages_lead_to_pages_of_their_language(client):
    make_published_incident(ref="told")

    links = re.findall(
        r'<(?:a|form|link)[^>]* (?:href|action)="(/[^"]*)"',
        client.get("/zh-hant/incidents/").content.decode(),
    )

    switch = {"/incidents/", "/zh-hans/incidents/"}
    assert "/zh-hant/incidents/told/" in links
    assert {link for link in links if not link.startswith(("/zh-hant/", "/static/"))} == switch


def test_the_switch_keeps_the_place_and_what_was_asked(client):
    page = client.get("/zh-hans/incidents/?q=%E5%85%AD%E5%9B%9B&status=lifted").content.decode()

    switch = re.search('<nav class="languages".*?</nav>', page, re.DOTALL)[0]
    query = "/incidents/?q=%E5%85%AD%E5%9B%9B&amp;status=lifted"
    assert re.findall('<a href="([^"]*)" lang="([^"]*)" hreflang="[^"]*">(.*?)</a>', switch) == [
        (query, "en", "English"),
        (f"/zh-hant{query}", "zh-Hant", "繁體中文"),
    ]
    assert re.findall("<span (.*?)>(.*?)</span>", switch) == [
        ('lang="zh-Hans" aria-current="true"', "简体中文")
    ]


@pytest.mark.parametrize("code", TAGS)
def test_a_page_names_itself_as_canonical_and_all_its_languages(client, code):
    page = client.get(path_in(code, "/incidents/?status=lifted")).content.decode()

    address = "http://testserver{}/incidents/?status=lifted"
    prefix = "" if code == "en" else f"/{code}"
    assert re.findall('<link rel="canonical" href="(.*?)">', page) == [address.format(prefix)]
    assert dict(re.findall(r'<link rel="alternate" hreflang="(.*?)"\s+href="(.*?)">', page)) == {
        "en": address.format(""),
        "zh-Hant": address.format("/zh-hant"),
        "zh-Hans": address.format("/zh-hans"),
        "x-default": address.format(""),
    }


def test_the_sitemap_has_each_page_in_each_language(client):
    make_published_incident(ref="told")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}

    pages = ElementTree.fromstring(client.get("/sitemap-0.xml").content).findall("s:url", space)

    addresses = ["http://testserver" + path_in(code, "/incidents/told/") for code in TAGS]
    alternates = [*zip(TAGS.values(), addresses, strict=True), ("x-default", addresses[0])]
    assert [page.find("s:loc", space).text for page in pages] == addresses
    assert [
        [(link.get("hreflang"), link.get("href")) for link in page.findall("x:link", space)] for page in pages
    ] == [alternates] * 3


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt", "/healthz"])
def test_what_crawlers_and_monitors_ask_for_has_one_address(client, path):
    assert client.get(path).status_code == 200
    assert client.get(f"/zh-hant{path}").status_code == 404


def test_the_desk_in_any_language_is_kept_from_crawlers_and_caches(client, admin_client):
    robots = client.get("/robots.txt").content.decode()
    desk = admin_client.get("/zh-hant/admin/")

    assert [line for line in robots.splitlines() if line.startswith("Disallow")] == [
        "Disallow: /admin/",
        "Disallow: /zh-hant/admin/",
        "Disallow: /zh-hans/admin/",
    ]
    assert 'lang="zh-hant"' in desk.content.decode()
    assert ("ETag" in desk, "private" in desk["Cache-Control"]) == (False, True)
    assert client.get("/zh-hant/admin/")["Location"] == "/zh-hant/admin/login/?next=/zh-hant/admin/"


@pytest.mark.parametrize(
    "path", ["/api/v1/incidents/?colour=red", "/api/v1/nothing/", "/incidents/nothing.json"]
)
def test_programs_are_answered_in_the_language_of_the_address_too(client, path):
    english, chinese = client.get(path), client.get(f"/zh-hant{path}")

    assert english["Content-Type"] == chinese["Content-Type"] == "application/problem+json"
    assert english.status_code == chinese.status_code
    assert chinese["Content-Language"] == "zh-Hant"


def test_the_api_goes_on_in_its_language(client):
    for ref in ("first", "second"):
        make_published_incident(ref=ref)

    page = client.get("/zh-hant/api/v1/incidents/?limit=1").json()

    assert page["next"].startswith("http://testserver/zh-hant/api/v1/incidents/?")
    assert (
        client.get("/zh-hant/api/v1/openapi.json").json()["servers"][0]["url"]
        == "http://testserver/zh-hant/api/v1"
    )


@pytest.mark.parametrize(("error", "status"), [(RuntimeError, 500), (OperationalError, 503)])
@pytest.mark.parametrize(("code", "tag"), TAGS.items())
def test_a_failure_is_told_in_the_language_of_the_address(client, monkeypatch, error, status, code, tag):
    def fail(*args):
        raise error

    monkeypatch.setattr(views, "front_page_figures", fail)
    client.raise_request_exception = False

    response = client.get(path_in(code, "/"))

    assert (response.status_code, head_of(response)) == (status, (tag, "ltr"))


def test_a_request_under_a_foreign_name_is_refused_in_its_language(client):
    response = client.get("/zh-hant/", headers={"Host": "elsewhere.example"})

    assert (response.status_code, head_of(response)) == (400, ("zh-Hant", "ltr"))


def test_an_old_address_leads_to_the_new_one_in_its_language(client):
    response = client.get("/zh-hant/incidents/?utm_source=mail&status=lifted")

    assert (response.status_code, response["Location"]) == (301, "/zh-hant/incidents/?status=lifted")


@pytest.mark.parametrize("path", ["/", "/incidents/", "/zh-hanter/", "/zh-hant", "/admin/zh-hant/"])
def test_what_only_looks_like_a_prefix_is_none(path):
    assert without_language(path) == path
    assert without_language(path_in("zh-hant", path)) == path


def test_with_english_only_nothing_of_other_languages_is_left(client, settings):
    settings.LANGUAGES = [("en", "English")]

    page = client.get("/").content.decode()

    assert "hreflang" not in page
    assert client.get("/zh-hant/").status_code == 404
