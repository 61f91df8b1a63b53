"""What the suite does with its own tests: what uses the database runs on each engine, anything else once, and little of it before a commit."""

import pytest


def test_what_uses_no_database_runs_once(request):
    assert not request.node.get_closest_marker("engine")


@pytest.mark.django_db
def test_what_is_marked_to_use_the_database_runs_on_each_engine(request):
    assert request.node.get_closest_marker("engine")


@pytest.mark.once
@pytest.mark.django_db
def test_what_is_asked_on_each_engine_elsewhere_runs_once(request):
    assert not request.node.get_closest_marker("engine")


@pytest.mark.parametrize("value", ["first", "second"])
def test_the_quick_form_asks_of_the_first_value_alone(request, value):
    assert value == "first" or not request.config.getoption("--quick")


@pytest.mark.slow
def test_the_quick_form_leaves_out_what_is_slow(request):
    assert not request.config.getoption("--quick")


def test_what_asks_for_the_database_runs_on_each_engine(db, request):
    assert request.node.get_closest_marker("engine")
