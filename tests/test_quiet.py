"""A change of what is private leaves no trace in public: no revision, no dataset version, no moment."""

import pytest

from incidents import index
from incidents.models import Incident, PublicChange, Source

from .factories import make_citation, make_source, make_story, public_fixture

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def incident(db):
    incident = make_story()
    index.current_version("default")
    return incident


def noted(incident):
    incident.editor_notes = "The holder called us."
    incident.save()


def noted_of_a_part(incident):
    """What the desk does when a citation of a confidential source is added."""
    make_citation(incident, source=make_source(is_confidential=True), quote="Told in confidence.")
    incident.save()


def noted_of_the_holder(incident):
    holder = incident.actions.get().account.holder
    holder.contact, holder.notes, holder.private_name = "by mail", "Do not call.", "Jane Qvist"
    holder.save()


def noted_of_the_account(incident):
    account = incident.actions.get().account
    account.handle = "@hidden"
    account.save()


def noted_of_a_source(incident):
    for source in Source.objects.all():
        source.notes, source.captured_by, source.content_text = "Kept.", "Ada", source.title
        source.private_url = "https://news.example/hidden"
        source.save()


@pytest.mark.parametrize(
    "change", [noted, noted_of_a_part, noted_of_the_holder, noted_of_the_account, noted_of_a_source]
)
def test_a_change_of_what_is_private_leaves_no_trace(client, incident, change):
    def seen():
        addresses = (
            *(
                "/",
                "/incidents/",
                "/incidents/told/",
                "/incidents.atom",
                "/changes.atom",
                "/changes/",
                "/incidents.json",
            ),
            *(
                "/incidents.csv",
                "/incidents.fixture.json",
                "/api/v1/incidents/told/",
                "/api/v1/sources/",
                "/sitemap-0.xml",
            ),
            *("/incidents/?sort=changed", "/parties/told/", "/accounts/told/"),
        )
        answers = {address: client.get(address) for address in addresses}
        return {address: (answer.get("ETag"), answer.getvalue()) for address, answer in answers.items()}

    before, version = seen(), index.current_version("default")
    revisions = list(PublicChange.objects.order_by("pk").values())

    change(Incident.objects.get(ref="told"))

    assert index.current_version("default") == version
    assert list(PublicChange.objects.order_by("pk").values()) == revisions != []
    assert seen() == before
    assert public_fixture(Incident.objects.filter(ref="told")) == b"".join(
        client.get("/incidents/told.fixture.json").streaming_content
    )
