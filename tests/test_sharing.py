"""What others show of us: pictures of charts and incidents, and pages made to stand within theirs."""

import struct

import pytest

from incidents.public import pictures

from .factories import make_published_incident, make_story
from .kept import kept
from .test_pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def story(db):
    return make_story()


@pytest.fixture
def fonts(monkeypatch):
    """Every font there is, or none for these characters, whatever this machine has."""
    missing = set()
    monkeypatch.setattr(pictures, "_is_drawn", lambda character: character not in missing)
    return missing


def size(png):
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])


def test_a_chart_and_an_incident_are_pictures_too(client, story, fonts):
    chart, card = client.get("/charts/reasons.png"), client.get("/incidents/told/card.png")

    assert chart["Content-Type"] == card["Content-Type"] == "image/png"
    assert chart["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert size(chart.content)[0] == 1440
    assert size(card.content) == (1200, 630)
    assert "http://testserver/incidents/told/card.png" in client.get("/incidents/told/").content.decode()


def test_where_no_font_has_a_character_there_are_no_boxes(client, story, fonts):
    fonts.add("Z")

    assert (
        client.get("/charts/platforms.png?status=lifted").headers["Location"]
        == "/charts/platforms.svg?status=lifted"
    )
    assert client.get("/incidents/told/card.png").headers["Location"] == "/static/incidents/card.png"


def test_a_character_that_no_font_has_is_told_from_one_that_is_drawn():
    assert not pictures._is_drawn("\U0010fffd")


@pytest.mark.parametrize("title", ["Short", "A title of many words " * 9, "很長的標題" * 40])
def test_a_card_has_the_whole_title(client, fonts, monkeypatch, title):
    drawn = []
    monkeypatch.setattr("incidents.public.sharing.png_response", lambda svg, width: drawn.append(svg))
    make_published_incident(ref="named", title=title.strip())

    client.get("/incidents/named/card.png")

    assert title.split()[-1][-5:] in drawn[0]
    assert drawn[0].count("<text") <= 13


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/charts/reasons/embed/?platform=told", "/incidents/told/embed/"])
def test_a_page_made_for_it_may_stand_in_a_page_of_another_site_and_no_other_may(client, story, path):
    for _time in ("made", "from the cache"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer
    page = Page(answer)
    assert "dataset version" in page.text
    assert "CC BY 4.0" in page.text
    for other in ("/charts/", "/incidents/told/", "/charts/reasons.svg", "/incidents/embed/"):
        answer = client.get(other)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"] or answer.status_code == 404
    assert client.get("/charts/platforms/embed/?platform=told").status_code == 404
    assert client.get("/charts/reasons/embed/?colour=red").status_code == 400


def test_a_page_says_what_to_copy_to_embed_it(client, story):
    assert 'src="http://testserver/incidents/told/embed/"' in Page(client.get("/incidents/told/")).text
    text = Page(client.get("/charts/?platform=told")).text
    assert 'src="http://testserver/charts/reasons/embed/?platform=told"' in text
    assert 'img src="http://testserver/charts/reasons.png?platform=told"' in text
