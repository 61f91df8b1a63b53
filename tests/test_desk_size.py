"""The pages of the editing desk stay as quick and as short for many records as for few."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import index, leaks
from incidents.leaks.privates import private_values_of
from incidents.models import Account, Party, Source
from incidents.publishing import problems

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_published_incident,
    make_relation,
    make_source,
)
from .test_admin import address, staff, transition  # noqa: F401

pytestmark = pytest.mark.django_db


def test_a_page_takes_the_same_number_of_queries_for_thirty_of_each_as_for_few(staff):  # noqa: F811
    holder = make_party(name_public=False, public_label="a group", private_name="Lin Qiaozhen")
    account = make_account(holder=holder)
    shown = make_published_incident(account=account)
    draft = make_incident()
    first = make_action(draft, account=account)
    source = make_source()

    def grow(number):
        for _n in range(number):
            make_citation(draft, action=first, source=make_source())
            make_relation(draft, make_published_incident(account=account, source=source))
            make_account(holder=make_party(name_public=False, private_name="Zhou Yufei"), handle="@yufei")
        for part in range(number // 5):
            make_justification(draft, date=f"20{part + 10}")
            make_involvement(draft)
        index.current_version("default")

    def counts():
        found = {}
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200, page
            found[page] = len(queries)
        return found

    client = staff("editor")
    pages = [
        "/admin/",
        *(f"/admin/incidents/incident/?queue={name}" for name in ("incomplete", "doubtful", "unclaimed")),
        "/admin/incidents/party/?queue=uncleared",
        address("incident_change", draft.pk),
        address("incident_change", shown.pk),
        address("party_change", holder.pk),
        address("account_change", account.pk),
        address("source_change", source.pk),
        address("incident_history", draft.pk),
        address("incident_notes", draft.pk),
        address("party_merge", holder.pk),
        transition("publish", draft),
        transition("assign", draft),
        f"{address('incident_set')}?ids={draft.pk}",
    ]
    grow(10)
    counts()  # the first answers also read content types
    few = counts()
    grow(30)

    assert counts() == few


def test_an_incident_with_a_hundred_citations_is_a_page_of_less_than_300_kilobytes(staff):  # noqa: F811
    incident = make_incident()
    action = make_action(incident)
    source = make_source()
    for _n in range(100):
        make_citation(incident, action=action, source=source, quote="The account could not be used. " * 8)

    page = staff("editor").get(address("incident_change", incident.pk))

    assert len(page.content) < 300_000


def test_private_values_are_those_in_the_database_whatever_changed_them():
    def in_database():
        return [
            value
            for model in (Party, Account, Source)
            for record in model.objects.order_by("pk")
            for value in private_values_of(record)
        ]

    unnamed = make_party(name_public=False, private_name="Lin Qiaozhen", aliases="Qiao\nJo", kind="person")
    named = make_party(aliases="Blue Ink")
    make_account(holder=unnamed, handle="@qiaozhen", url="https://site.example/qiaozhen")
    make_account(holder=named, handle="@blue", handle_public=True)
    make_account(holder=None, handle="@nobody")
    make_source(private_url="https://site.example/secret")
    make_source(is_confidential=True, url="https://site.example/a", archived_url="https://site.example/b")
    first = leaks.Privates.load().values

    assert first == in_database()
    Party.objects.filter(pk=named.pk).update(name_public=False)  # leaves no trace in the history
    assert leaks.Privates.load().values == in_database() != first
    Account.objects.all().delete()
    assert leaks.Privates.load().values == in_database()


def test_the_page_of_an_incident_is_made_from_few_templates(staff):  # noqa: F811
    page = staff("editor").get(address("incident_change", make_published_incident().pk))

    assert len(page.templates) < 1300  # one for each box and its attributes, none for each choice in a list


def test_what_an_incident_lacks_is_asked_for_in_short_queries():
    incident = make_published_incident()
    make_party(name_public=False, private_name="Lin Qiaozhen")

    with CaptureQueriesContext(connection) as queries:
        problems(incident)

    assert sum(len(query["sql"]) for query in queries) < 40_000


def test_what_waits_in_a_queue_is_worked_out_once_for_its_list(staff):  # noqa: F811
    account = make_account()
    for _n in range(2):
        make_action(make_incident(), account=account)

    with CaptureQueriesContext(connection) as queries:
        page = staff("editor").get("/admin/incidents/incident/?queue=doubtful")

    assert page.context["cl"].result_count == 2
    assert len([query for query in queries if "incidents_relation" in query["sql"]]) == 1


def test_a_search_reads_the_words_of_an_account_once_whatever_was_done_to_it(staff):  # noqa: F811
    make_action(make_incident())

    with CaptureQueriesContext(connection) as queries:
        page = staff("editor").get("/admin/incidents/incident/?q=account")

    assert page.context["cl"].result_count == 1
    assert not [
        each
        for each in queries
        if re.search(r"incidents_action\W.*JOIN\W+incidents_account.*LIKE", each["sql"])
    ]
