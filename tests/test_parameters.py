"""What an address may ask for: tracking is dropped in one manner, all else that means nothing is refused in one manner."""

import re

import pytest

from incidents.public import urls, urls_of_programs

from .factories import make_story

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# What stands for the variable parts of an address.
PARTS = {
    "ref": "told",
    "slug": "told",
    "number": "1",
    "suffix": "json",
    "part": "pages",
    "rest": "nowhere",
    "name": "reasons",
    "value": "value",
}
NOT_OF_THE_RECORD = ("robots.txt", "opensearch.xml", ".well-known/security.txt", "healthz", "metrics")
# What else differs from address to address.
OTHERS = {
    "reasons.json": "reasons.svg",
    "/sources.json": "/sources.bib",
    "sources/value": "sources/paper",
    "reasons/value": "reasons/government_demand",
    "countries/value": "countries/HK",
}


def filled_in(pattern):
    """An address of this pattern that there is."""
    address = "/" + re.sub(r"<\w+:(\w+)>", lambda part: PARTS[part[1]], pattern)
    for old, new in OTHERS.items():
        address = address.replace(old, new)
    return address


ADDRESSES = [
    filled_in(str(each.pattern))
    for each in [*urls_of_programs.urlpatterns, *urls.urlpatterns]
    if str(each.pattern) not in NOT_OF_THE_RECORD
]


@pytest.mark.parametrize("address", [each for each in ADDRESSES if "nowhere" not in each])
def test_every_address_drops_what_tracks_and_refuses_what_it_does_not_know(client, address):
    make_story()

    shared = client.get(f"{address}?utm_source=mail&fbclid=1&_=2")
    unknown = client.get(f"{address}?colour=red")

    assert (shared.status_code, shared.headers.get("Location")) == (301, address)
    assert unknown.status_code == 400
    assert "colour" in unknown.content.decode()
    is_page = address.endswith("/") and ("/api/" not in address or address == "/api/v1/")
    assert ("<title>Error: " in unknown.content.decode()) == is_page


@pytest.mark.parametrize(
    ("shared", "address"),
    [
        ("/incidents/?q=&from=&to=&sort=&platform=told", "/incidents/?platform=told"),
        ("/incidents/?q=%20+&status=", "/incidents/"),
        ("/incidents/?q=a+b&gclid=x&status=lifted", "/incidents/?q=a+b&status=lifted"),
        ("/nowhere/?utm_source=x", "/nowhere/"),
        ("/%2Fevil.example/?fbclid=1", "/%2Fevil.example/"),
        ("/incidents.json?platform=&fbclid=1", "/incidents.json?platform="),
        ("/incidents/?q=王丹&fbclid=1", "/incidents/?q=%E7%8E%8B%E4%B8%B9"),
    ],
)
def test_the_rest_of_an_address_stays_as_it_is(client, shared, address):
    assert client.get(shared).headers.get("Location") == address


@pytest.mark.parametrize(
    "address", ["/incidents/?q=told", "/incidents/?q=utm_source", "/incidents.json?platform="]
)
def test_an_address_without_such_parameters_is_answered_at_once(client, address):
    make_story()

    assert client.get(address).status_code == 200
