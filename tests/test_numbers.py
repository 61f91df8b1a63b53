"""Every number on every page equals a count of rows by the API: the pages are walked, and each number's link is followed."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from incidents.listing.charts import CHARTS

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

NUMBER = re.compile(r"[\d,.\u00a0\u202f]*\d")
OF_LIST = re.compile(r"(\S+) of \S+ incidents?$")  # what a mark of a chart is called
FIRST = (
    "/",
    "/incidents/",
    "/charts/",
    "/platforms/",
    "/parties/",
    "/accounts/",
    "/reasons/",
    "/countries/",
    "/topics/",
    "/sources/",
    *(f"/charts/{name}/embed/" for name in CHARTS),
)
SUBJECT = re.compile(r"/(platforms|parties|accounts|reasons|countries|topics|sources)/[^/]+/")


class Numbers(HTMLParser):
    """The links of a page, and the numbers that it gives lists of incidents: in a link, as its name, or in an aside after it."""

    def __init__(self, path, response):
        super().__init__()
        self.path, self.links, self.numbers = path, set(), []
        self.link, self.words, self.aside, self.box = None, "", False, None
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.link, self.words = urljoin(self.path, attributes["href"]), ""
            self.links.add(self.link)
            if named := OF_LIST.search(attributes.get("aria-label", "")):
                self.add(self.link, named[1])
        elif tag == "input":
            self.box = attributes
        else:
            self.aside = tag == "span" and attributes.get("class") in ("aside", "count")

    def handle_data(self, data):
        self.words += data
        if self.aside and NUMBER.fullmatch(data.strip()):
            if self.link:
                self.add(self.link, data)
            elif self.box and self.path == "/incidents/":
                self.add(f"/incidents/?{self.box['name']}={self.box['value']}", data)

    def handle_endtag(self, tag):
        text = re.sub(r" incidents?$", "", " ".join(self.words.split()))
        if tag == "a" and NUMBER.fullmatch(text):
            self.add(self.link, text)
        if tag in ("li", "td", "p", "label", "dd"):
            self.link = self.box = None
        self.aside = False

    def add(self, address, number):
        if urlsplit(address).path == "/incidents/":
            self.numbers.append((address, int(re.sub(r"\D", "", number))))


def test_every_number_on_every_page_is_a_count_of_rows_by_the_api(client, cases):
    left, seen, followed = list(FIRST), set(), {}

    while left:
        path = left.pop()
        seen.add(path)
        page = Numbers(path, client.get(path))
        left += [link for link in page.links if SUBJECT.fullmatch(link) and link not in (*seen, *left)]
        for address, number in page.numbers:
            if address not in followed:
                query = urlsplit(address).query
                followed[address] = client.get(f"/api/v1/incidents/?{query}").json()["count"]
            assert (path, address, number) == (path, address, followed[address])

    assert len(seen) > 40
    assert len(followed) > 60
