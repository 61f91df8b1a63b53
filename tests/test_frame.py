"""What every public page has around its own content: header, menu, search."""

import re

import pytest
from django.test import RequestFactory
from django.views import defaults

from .factories import make_story

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SEARCH = '<form class="site-search" action="/incidents/" role="search"'


@pytest.mark.parametrize("path", ["/", "/incidents/", "/incidents/told/", "/nowhere/"])
def test_every_page_has_the_search_and_a_menu_that_folds_without_script(client, path):
    make_story()

    page = client.get(path).content.decode()

    assert page.count(SEARCH) == 1
    assert page.count('<details class="menu">') == 1


@pytest.mark.parametrize(
    "answer",
    [defaults.server_error, lambda request: defaults.bad_request(request, Exception())],
)
def test_the_pages_of_errors_that_ask_no_database_have_them_too(answer, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = answer(RequestFactory().get("/")).content.decode()

    assert page.count(SEARCH) == 1


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", []),
        ("/platforms/", [("/platforms/", "page")]),
        ("/platforms/told/", [("/platforms/", "true")]),
        ("/about/", [("/about/", "page")]),
    ],
)
def test_the_menu_says_where_the_reader_is(client, path, current):
    make_story()

    page = client.get(path).content.decode()

    assert re.findall(r'<a href="([^"]*)" aria-current="(\w+)"', page) == current
