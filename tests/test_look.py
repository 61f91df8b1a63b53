"""The public pages in a browser: at every width, in both themes, without script, by keyboard, on paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command

from .factories import (
    make_account,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
    make_story,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]

PAGES = [
    "/data/",
    "/changes/",
    "/api/v1/",
    "/incidents/told/revisions/1/",
    "/",
    "/incidents/?platform=told&status=lifted&from=2020-05&to=2020-07",
    "/incidents/?colour=red&from=x",
    "/incidents/told/",
    "/platforms/",
    "/platforms/told/",
    "/topics/",
    "/topics/told/",
    "/charts/",
    "/parties/",
    "/sources/paper/",
    "/parties/told/",
    "/about/",
    "/accounts/",
    "/accounts/told/",
    "/sources/",
    "/reasons/",
    "/reasons/government_demand/",
    "/countries/",
    "/countries/HK/",
    "/imprint/",
    "/incidents/before/",
    "/incidents/?kind=context",
    "/incidents/?q=nothing+has+this",
    "/charts/reasons/embed/",
    "/incidents/told/embed/",
    "/api/v1/reconcile/embed/?id=platforms/told",
    "/incidents/told/sources/",
    "/nowhere/",
]
# Rules about what a style decides; all others hold at every width and in both schemes, if they do in one.
STYLED = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
ALL_OF_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Spacing that WCAG 1.4.12 lets a reader ask for.
SPACED = """() => {
    const style = new CSSStyleSheet();
    style.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
        p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [style];
}"""
WRITTEN_BY_STYLE = """() => [...document.querySelectorAll("body *")].flatMap(each => ["::before", "::after"]
    .map(part => getComputedStyle(each, part).content)
    .filter(content => !["none", "normal", '""'].includes(content)))"""
BEYOND_THE_EDGE = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.checkVisibility() && !each.ownerSVGElement && each.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(each).position != "absolute")
    .map(each => each.outerHTML.slice(0, 120))"""

LEFT_OUT_OF_PICTURES = """() => [...document.querySelectorAll("section > *")]
    .filter(each => each.checkVisibility() && !each.checkVisibility({contentVisibilityAuto: true})).length"""
# Where the answers of an incident end: who, what, when, how it ended, and each reason that the platform stated.
ANSWERS = """() => [...document.querySelectorAll(".answer > div:nth-child(-n+4), .chain li")]
    .map(each => each.getBoundingClientRect().bottom + scrollY)"""
# Text from right to left that the text around it could be mixed up with.
NOT_ISOLATED = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!/[\u0590-\u08ff]/.test(walker.currentNode.data) || parent.closest("script, title, svg, option, .unseen, .chart [id^=title-]")) continue;
        if (!parent.closest("bdi, [dir]:not(html)")) found.push(parent.outerHTML.slice(0, 200));
    }
    return found;
}"""


def test_nothing_reaches_beyond_the_edge_at_any_width_with_any_spacing(browse):
    make_story()
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
    make_published_incident(ref="long", title=long[:200], summary=long)
    page = browse("/")
    root = page.url.rstrip("/")

    for path in ["/incidents/", "/incidents/long/", *PAGES]:
        page.goto(root + path)
        for spaced in (False, True):
            if spaced:
                page.evaluate(SPACED)
            for width in (280, 320, 360, 800, 1400):
                page.set_viewport_size({"width": width, "height": 900})

                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                assert page.evaluate(BEYOND_THE_EDGE) == [], (path, width)


def test_what_is_copied_is_what_is_read(browse):
    make_story()
    page = browse("/")
    root = page.url.rstrip("/")

    for path in PAGES:
        page.goto(root + path)

        assert page.evaluate(WRITTEN_BY_STYLE) == [], path


def test_names_from_right_to_left_are_isolated_from_the_line_they_stand_in(browse):
    name = "جمعية الحبر الأزرق"
    platform = make_platform(slug="rtl", name="منصة ١")
    party = make_party(slug="rtl", public_label=name, native_label=name, native_language="ar")
    account = make_account(slug="rtl", platform=platform, holder=party, label=f"صفحة {name}")
    source = make_source(
        citekey="rtl", title="إغلاق صفحة (٢٠٢٠)", publisher="صحيفة", author=name, language="ar"
    )
    incident = make_published_incident(ref="rtl", title="أغلقت المنصة صفحة", account=account, source=source)
    make_justification(incident, speaker=party, quote="خالفت القواعد", quote_language="ar", date="2020-06-10")
    make_involvement(incident, role="demanded_by", party=party, quote="طلبنا ذلك", quote_language="ar")
    page = browse("/")
    root, mixed = page.url.rstrip("/"), {}

    for path in (
        "/",
        "/incidents/?platform=rtl&party=rtl&q=صفحة",
        "/incidents/rtl/",
        "/incidents/rtl/revisions/1/",
        "/incidents/rtl/embed/",
        "/platforms/",
        "/platforms/rtl/",
        "/parties/",
        "/parties/rtl/",
        "/accounts/",
        "/accounts/rtl/",
        "/sources/",
        "/sources/rtl/",
        "/charts/",
        "/charts/behind/embed/",
        "/changes/",
    ):
        page.goto(root + path)
        mixed |= dict.fromkeys(page.evaluate(NOT_ISOLATED), path)

    assert mixed == {}


def test_the_longest_case_is_read_in_few_screens_and_printed_on_few_pages(browse):
    call_command("loaddata", "zoom_2020", verbosity=0)
    page = browse("/incidents/2020-zoom-humanitarian-china/", width=360, height=800)

    assert page.evaluate("document.documentElement.scrollHeight") < 15 * 800
    page.set_viewport_size({"width": 1400, "height": 900})
    assert page.evaluate("document.documentElement.scrollHeight") < 8 * 900
    # Web archives take a picture of the whole page without scrolling it.
    assert page.evaluate(LEFT_OUT_OF_PICTURES) == 0
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8

    # docs/ten-seconds.md: what a reader learns in ten seconds stands in the first 700 pixels.
    for case in ("humanitarian-china", "wang-dan", "hong-kong-alliance"):
        page.goto(f"{page.url.partition('/incidents/')[0]}/incidents/2020-zoom-{case}/")
        for width in (360, 1400):
            page.set_viewport_size({"width": width, "height": 700})
            bottoms = page.evaluate(ANSWERS)
            assert len(bottoms) >= 5, case
            assert max(bottoms) <= 700, (case, width)


def test_the_pages_break_no_rule_of_accessibility(browse):
    make_story()
    page = browse("/")
    root = page.url.rstrip("/")
    axe = Axe()

    def broken(rules):
        found = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        return [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]]

    for path in PAGES:
        page.goto(root + path)
        assert broken({"type": "tag", "values": ALL_OF_WCAG}) == [], path
        if path == "/incidents/told/":
            assert broken({"type": "rule", "values": ["color-contrast-enhanced"]}) == []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (280, 320, 800, 1400):
                page.set_viewport_size({"width": width, "height": 900})

                assert broken({"type": "rule", "values": STYLED}) == [], (path, scheme, width)


def test_filters_stand_beside_the_list_where_there_is_room_and_fold_where_there_is_none(browse):
    make_story()

    assert browse("/incidents/", width=1000).get_by_label("Search terms").is_visible()
    narrow = browse("/incidents/?status=lifted", width=999)
    assert not narrow.get_by_label("Search terms").is_visible()
    narrow.get_by_text("Filters (1 active)").click()
    assert narrow.get_by_label("Search terms").is_visible()


def follow(link, **how):
    """Use a link or button, and wait for all of the page that it leads to."""
    link.click(**how)
    link.page.wait_for_load_state()


def test_filtering_works_without_script_and_keeps_its_state_in_the_address(browse):
    make_story()
    make_published_incident(title="Another")
    page = browse("/incidents/", script=False)

    page.get_by_role("checkbox", name=re.compile("^Lifted")).check()
    follow(page.get_by_role("button", name="Apply filters").first)

    assert "status=lifted" in page.url
    assert page.locator(".found").inner_text().startswith("1 incident, status: lifted")
    assert page.locator(".row-title").all_inner_texts() == ["Zoom shuts an account"]
    follow(page.get_by_role("link", name="Remove lifted"))
    assert page.locator(".row-title").count() == 2


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_types_filters_turns_pages_goes_back_and_shares_the_address(browse, script):
    zoom = make_account(platform=make_platform(slug="zoom", name="Zoom"))
    for number in range(30):
        make_published_incident(
            ref=f"i{number}",
            title=f"Talk {number}",
            account=zoom,
            action={"start": f"20{number % 20 + 1:02}"},
        )
    make_published_incident(ref="other", title="Another talk")
    page = browse("/", script=script)

    page.get_by_role("searchbox", name="Search incidents").fill("talks")
    follow(page.get_by_role("button", name="Search", exact=True))
    assert page.locator(".found strong").inner_text() == "31 incidents"
    page.get_by_role("checkbox", name=re.compile("^Zoom")).check()
    follow(page.get_by_role("button", name="Apply filters").first)
    assert page.locator(".found strong").inner_text() == "30 incidents"
    assert page.locator("mark").first.inner_text() == "Talk"
    first = page.locator(".row-title").all_inner_texts()
    follow(page.get_by_role("link", name="Next"))
    page.wait_for_url(re.compile("after="))
    second = page.locator(".row-title").all_inner_texts()
    shared = page.url
    page.go_back()

    assert page.locator(".row-title").all_inner_texts() == first
    assert (len(first), len(second), len({*first, *second})) == (25, 5, 30)
    again = browse("/" + shared.split("/", 3)[3], script=script)
    assert again.locator(".row-title").all_inner_texts() == second
    follow(again.get_by_role("link", name="Previous"))
    assert again.locator(".row-title").all_inner_texts() == first
    again.get_by_label("Go to").fill("2005")
    follow(again.get_by_role("button", name="Go", exact=True))
    assert again.locator(".row-date").first.inner_text().startswith("2005")
    follow(again.get_by_role("link", name="exclude Zoom"))
    assert again.locator(".row-title").all_inner_texts() == ["Another talk"]


def test_a_search_that_finds_nothing_leads_on(browse):
    make_story()
    page = browse("/incidents/?q=zom&status=lifted", width=360)

    assert "0 incidents" in page.locator(".found").inner_text()
    follow(page.get_by_role("link", name="zoom"))

    assert page.locator(".row-title").count() == 1


def test_a_row_is_one_target_and_its_title_the_link(browse):
    make_story()
    page = browse("/incidents/")

    follow(page.locator(".row-reason"), force=True)

    assert page.url.endswith("/incidents/told/")


def test_the_keyboard_reaches_the_text_first_and_sees_where_it_is(browse):
    make_story()
    page = browse("/incidents/told/")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Enter")

    assert (skip, outline) == ("skip", "3px")
    assert page.evaluate("document.activeElement.id") == "main"


def test_paper_is_black_on_white_with_the_addresses_of_sources_and_no_navigation(browse):
    make_story()
    page = browse("/incidents/told/", dark=True)

    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator(".site-nav").is_visible()
    address = "getComputedStyle(document.querySelector('.sources a:has(> cite)'), '::after').content"
    assert "https://news.example/" in page.evaluate(address)
