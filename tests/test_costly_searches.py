"""What would take too long to search for is refused in words: never a shorter list, never a longer one."""

import pytest
from django.utils.http import urlencode

from incidents.listing.filters import IncidentFilter

from .factories import make_published_incident

pytestmark = pytest.mark.django_db

TOO_COMMON = (
    "The words of “%s” occur in too many incidents to look for them side by side. Add a search term that fewer"
    " incidents have, or remove the quotation marks."
)


@pytest.fixture
def four(monkeypatch):
    """Four incidents that have the same words, two of them in the same order; three texts or words are too many."""
    monkeypatch.setattr("incidents.listing.matching.MAX_TEXTS_READ", 3)
    monkeypatch.setattr("incidents.listing.matching.MAX_WORDS_BEGUN", 3)
    make_published_incident(ref="one", title="wombats ban a wombat", summary="A quokka.")
    make_published_incident(ref="two", title="wombats a wombat ban", summary="A quokka.")
    make_published_incident(ref="three", title="ban a wombat, wombats", summary="A quokka.")
    make_published_incident(ref="four", title="a wombats wombat ban", summary="A numbat.")


def refs(client, query):
    """The refs that the API answers with; or what it says is wrong."""
    answer = client.get(f"/api/v1/incidents/?{urlencode({'q': query})}").json()
    if "errors" in answer:
        return [error["detail"] for error in answer["errors"]]
    return sorted(record["ref"] for record in answer["results"])


@pytest.mark.parametrize("query", ['"ban a wombat"', '-"ban a wombat" wombats', '"ban a wombat" OR numbat'])
def test_a_phrase_of_words_that_too_many_incidents_have_is_refused(four, client, query):
    assert refs(client, query) == [TOO_COMMON % "ban a wombat"]


def test_every_door_refuses_it(four, client):
    query = urlencode({"q": '"ban a wombat"'})

    page = client.get(f"/incidents/?{query}").content.decode()
    file = client.get(f"/incidents.csv?{query}")
    feed = client.get(f"/incidents.atom?{query}")

    assert page.count(TOO_COMMON % "ban a wombat") == 2  # above the form and at its field
    assert "wombats" not in page
    assert (file.status_code, feed.status_code) == (400, 400)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"ban a wombat" quokka', ["one", "three"]),
        ('quokka -"ban a wombat"', ["two"]),
        ("ban a wombat", ["four", "one", "three", "two"]),
        ('"ban a wombat" "a quokka"', ["one", "three"]),
    ],
)
def test_other_words_leave_fewer_texts_to_look_through(four, client, monkeypatch, query, found):
    monkeypatch.setattr("incidents.listing.matching.MAX_TEXTS_READ", 6)

    assert refs(client, query) == found


def test_what_others_have_searched_for_makes_no_difference(four, client):
    for query in ('"ban a wombat" quokka', '"ban a wombat" numbat'):
        refs(client, query)

    assert refs(client, '"ban a wombat"') == [TOO_COMMON % "ban a wombat"]


@pytest.mark.slow
def test_a_beginning_that_too_many_words_have_is_refused(four, client):
    assert refs(client, "w*") == ["four", "one", "three", "two"]
    make_published_incident(ref="five", title="Wallaby, wallaroo")

    assert refs(client, "w*") == ["There are too many words that begin with “w”. Type more letters."]
    assert refs(client, "wal* OR numb*") == ["five", "four"]
    assert refs(client, "womba* numba* quok*") == [
        "There are too many words that begin with “quok”. Type more letters."
    ]


def test_a_phrase_is_never_searched_for_before_the_query_is_understood(four):
    assert set(IncidentFilter('q="ban a wombat"&platform=nowhere').errors) == {"platform"}
