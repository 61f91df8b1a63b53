"""Who runs the site: what the operator has said, and that they have not where they have not."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.template import engines

from .factories import make_story
from .test_pages import Page, text

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_what_the_operator_has_not_said_is_said_not_to_be_known(client):
    page = Page(client.get("/imprint/"))

    assert "The operator of this site has not said who they are." in page.text
    assert "The operator of this site has not given an address to write to." in page.text
    assert "The operator has not said what their servers or their provider keep beyond that." in page.text
    assert "/imprint/#corrections" in page.links


def test_what_the_operator_has_said_stands_there_and_nothing_else_is_made_up(client, settings):
    settings.OPERATOR, settings.CONTACT = "Example Archive\n1 Example Street", "mailto:editors@example.org"
    settings.PRIVACY_NOTE = "Our provider keeps addresses for seven days."

    page = Page(client.get("/imprint/"))

    for words in ("Example Archive", "1 Example Street", "editors@example.org", "for seven days."):
        assert words in page.text
    assert "has not" not in page.text.partition("Corrections")[0].partition("Imprint")[2]


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        (
            "mailto:editors@example.org",
            "mailto:editors@example.org?subject=Suspension%20tracker%3A%20error%20at%20%2Fincidents%2Ftold%2F",
        ),
        ("https://example.org/form", "https://example.org/form"),
        ("", "/imprint/#corrections"),
    ],
)
def test_an_error_in_a_record_can_be_reported_from_its_page(client, settings, contact, address):
    settings.CONTACT = contact
    make_story()

    page = Page(client.get("/incidents/told/"))

    assert "Report an error in this record" in page.text
    assert page.links.count(address) == 2
    assert "Report an error on this page" in text(client.get("/platforms/told/"))


def test_an_operator_s_own_templates_come_before_ours():
    folders = [Path(folder) for folder in configured.TEMPLATES[0]["DIRS"]]

    assert folders == [Path(configured.DATA_DIR) / "templates", Path(configured.BASE_DIR) / "templates"]
    assert engines["django"].get_template("site/imprint.html")


def test_a_shared_link_has_a_title_a_description_and_a_picture(client):
    make_story()

    page = client.get("/incidents/told/").content.decode()

    for tag in ('property="og:title"', 'property="og:description"', 'name="twitter:card"'):
        assert page.count(tag) == 1
    assert '<meta property="og:image" content="http://testserver/incidents/told/card.png">' in page


def test_the_site_map_has_the_imprint(client):
    assert "<loc>http://testserver/imprint/</loc>" in client.get("/sitemap-pages.xml").content.decode()
