"""A clock that is put forward and back: readers get what is true now."""

from datetime import UTC, datetime

import pytest

from incidents import index, publishing
from incidents.models import DatasetVersion, Incident, PublicChange
from tests.factories import make_published_incident

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def index_in(year):
    """Index what has changed, by a clock that shows this year."""
    number = index.current_version("default").number
    DatasetVersion.objects.filter(pk=number).update(published_at=datetime(year, 6, 4, tzinfo=UTC))


def test_no_reader_keeps_what_was_sent_with_the_date_of_a_wrong_clock(client):
    make_published_incident(ref="told", title="Quokka")
    index_in(2020)
    seen = client.get("/incidents/")["Last-Modified"]
    Incident.objects.filter(ref="told").update(title="Wombat")
    index_in(2001)

    answers = [client.get("/incidents/", headers={"If-Modified-Since": seen}) for _n in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert b"Wombat" in answers[1].content


def test_what_is_withdrawn_is_gone_and_published_again_is_there_whatever_the_clock_says(client):
    make_published_incident(ref="told")
    statuses = []
    for year, change in (
        (2031, None),
        (2020, {"reason": "It was the same story."}),
        (1999, None),
        (2040, {"reason": "It names somebody."}),
    ):
        incident = Incident.objects.get(ref="told")
        if change:
            publishing.withdraw(incident, **change)
        elif incident.publication != "published":
            publishing.publish(incident)
        index_in(year)
        statuses.append(client.get("/incidents/told/").status_code)

    assert statuses == [200, 410, 200, 410]
    assert list(PublicChange.objects.order_by("pk").values_list("number", "kind")) == [
        (1, "published"), (2, "withdrawn"), (3, "published"), (4, "withdrawn"),
    ]  # fmt: skip
