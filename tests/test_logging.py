"""The form for a new incident and the page of one: what is proposed, shown and never lost."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from incidents.models import Action, Incident, Justification

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_party,
    make_platform,
    make_source,
)
from .server import wait_until
from .test_admin import action_row, address, change_data, citation_row, log_data, log_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SAID = {"ground": "local_law", "justification_quote": "We follow the law.", "speaker_text": "Zoom"}
OPEN = {"occurrence": "", "start_basis": "", "justification_kind": ""}


@pytest.fixture
def desk(client):
    user = User.objects.create_user("some editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ({}, ("reported", "occurred")),
        (SAID, ("confirmed_by_platform", "occurred")),
        (SAID | {"justification_kind": "denial"}, ("reported", "occurred")),
        ({"start": "2020-06-11"}, ("reported", "reported")),  # the day of the source
        ({"start": "", "start_text": "in June"}, ("reported", "reported")),
        (SAID | {"occurrence": "disputed", "start_basis": "announced"}, ("disputed", "announced")),
    ],
)
def test_what_is_left_open_is_proposed_from_what_was_typed(desk, typed, proposed):
    desk.post(address("incident_add"), log_data(**OPEN | typed))

    action = Action.objects.get()
    assert (action.occurrence, action.start_basis) == proposed


def test_a_value_that_is_proposed_can_be_left_open_in_one_way_only(desk):
    form = desk.get(address("incident_add")).context["adminform"].form

    for name in ("occurrence", "start_basis", "justification_kind"):
        assert [value for value, _label in form.fields[name].choices].count("") == 1


@pytest.mark.parametrize(
    ("start", "issued", "chosen", "basis"),
    [
        ("2020-06-07", "2020-06-11", "", "occurred"),
        ("2020-06-11", "2020-06-11", "", "reported"),
        ("", "2020-06-11", "", "reported"),
        ("2020-06-07", "2020-06-11", "announced", "announced"),
    ],
)
def test_what_the_start_of_a_further_action_refers_to_is_proposed_too(desk, start, issued, chosen, basis):
    incident, account, source = make_incident(), make_account(), make_source(issued=issued)
    row = action_row(
        account=account.pk, start=start, start_basis=chosen, cite_source=source.pk, cite_quote="Words."
    )

    assert desk.post(address("incident_change", incident.pk), change_data(incident, **row)).status_code == 302

    assert Action.objects.get().start_basis == basis


def test_what_somebody_else_says_confirms_nothing_for_the_platform(desk):
    court = make_party(public_label="A court", kind="state_body")

    desk.post(address("incident_add"), log_data(**OPEN | SAID | {"speaker": court.pk, "speaker_text": ""}))

    assert Action.objects.get().occurrence == "reported"
    assert Justification.objects.get().speaker == court


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ({"audience": "holder"}, "notice_to_holder"),
        ({"audience": "public"}, "public_justification"),
        ({"audience": "holder", "justification_kind": "apology"}, "apology"),
    ],
)
def test_what_was_said_to_the_holder_is_not_taken_for_a_public_reason(desk, typed, kind):
    desk.post(address("incident_add"), log_data(**OPEN | SAID | typed))

    assert Justification.objects.get().kind == kind


def test_accounts_on_record_are_not_all_listed_in_the_form(desk):
    account = make_account(label="one of ten thousand")

    page = desk.get(address("incident_add")).content.decode()

    assert 'data-field-name="account"' in page
    assert account.label not in page


def test_every_error_is_listed_with_a_link_and_no_fold_hides_one(desk):
    incident, account = make_incident(), make_account()
    row = action_row(account=account.pk, accounts_min="3", accounts_max="2")

    page = desk.post(address("incident_change", incident.pk), change_data(incident, **row)).content.decode()

    assert '<a href="#id_actions-0-accounts_max">' in page
    actions = page.partition('id="actions-group"')[2].partition('id="justifications-group"')[0]
    assert "<summary><h4" not in " ".join(actions.split()).replace("> <", "><")


def test_saving_stays_on_the_page(desk):
    party = make_party(kind="organisation")
    data = {
        "public_label": "Another",
        "slug": party.slug,
        "kind": "organisation",
        "name_public": "on",
        "cleared": "on",
    }

    page = desk.post(address("party_change", party.pk), data)

    assert page.headers["Location"] == address("party_change", party.pk)
    assert not Incident.objects.exists()


class TestCitingWhereOneWrites:
    def save(self, desk, incident, row):
        return desk.post(address("incident_change", incident.pk), change_data(incident, **row))

    def test_a_new_action_takes_its_source_and_quotation_with_it_for_each_fact_ticked(self, desk):
        incident, account, source = make_incident(), make_account(), make_source()
        cite = {
            "cite_source": source.pk,
            "cite_quote": "It was shut on 7 June.",
            "cite_fields": ["type", "start"],
        }
        row = action_row(account=account.pk, start="2020-06-07", **cite, cite_also=["incident"])

        assert self.save(desk, incident, row).status_code == 302

        action = incident.actions.get()
        assert [
            (each.target, each.field, each.quote, each.created_by.username)
            for each in incident.citations.all()
        ] == [
            (action, "type", "It was shut on 7 June.", "some editor"),
            (action, "start", "It was shut on 7 June.", "some editor"),
            (incident, "", "It was shut on 7 June.", "some editor"),
        ]

    def test_a_statement_is_cited_by_its_own_quotation(self, desk):
        incident, source = make_incident(), make_source()
        row = {
            "kind": "public_justification", "ground": "local_law", "speaker_text": "Zoom", "modality": "asserted",
            "quote": "We follow the law.", "quote_language": "en", "audience": "public", "cite_source": source.pk,
        }  # fmt: skip
        data = {f"justifications-0-{name}": value for name, value in row.items()} | {
            "justifications-TOTAL_FORMS": 1
        }

        assert self.save(desk, incident, data).status_code == 302

        citation = incident.citations.get()
        assert (citation.justification, citation.quote, citation.quote_language) == (
            incident.justifications.get(),
            "We follow the law.",
            "en",
        )

    def test_a_source_for_an_action_on_record_does_not_count_as_a_change_of_it(self, desk):
        action = make_action(start="2020-06-07")
        values = {field.name: getattr(action, field.name) for field in Action._meta.fields}
        row = action_row(
            **{name: value for name, value in values.items() if isinstance(value, str)}, id=action.pk
        )
        row |= {"actions-0-account": action.account_id, "actions-0-seq": 1, "actions-INITIAL_FORMS": 1}
        row["actions-0-cite_source"] = make_source().pk

        assert self.save(desk, action.incident, row).status_code == 302

        assert action.citations.count() == action.history.count() == 1
        page = desk.get(address("incident_change", action.incident_id)).content.decode()
        assert '<a href="#id_citations-0-quote">' in page

    def test_a_new_part_offers_the_others_and_those_on_record_do_not_list_each_other(self, desk):
        incident = make_incident()
        for _number in range(3):
            make_action(incident)

        page = desk.get(address("incident_change", incident.pk)).content.decode()

        listed = [value for value in page.split('"') if value.startswith("action-")]
        assert len(listed) == 3 * 3  # by a new action, a new stated reason and a new involvement

    def test_a_new_part_begins_with_the_account_and_the_source_of_an_incident_that_has_one(self, desk):
        action = make_action()
        source = make_citation(action.incident).source
        row = {
            "involvements-TOTAL_FORMS": 1,
            "involvements-0-certainty": "alleged", "involvements-0-outcome": "unknown",
            "involvements-0-status": "not_applicable", "involvements-0-modality": "asserted",
            "involvements-0-cite_source": source.pk,
        }  # fmt: skip

        page = desk.get(address("incident_change", action.incident_id)).content.decode()
        new = page.partition('id="actions-empty"')[2].partition('id="justifications-group"')[0]
        assert [f'<option value="{pk}" selected>' in new for pk in (action.account_id, source.pk)] == [
            True
        ] * 2

        # A part that was opened and left as it is, and a source that nobody quoted, are nothing.
        assert self.save(desk, action.incident, row).status_code == 302
        row |= {"involvements-0-role": "media_inquiry", "involvements-0-party_text": "News"}
        assert self.save(desk, action.incident, row).status_code == 302
        assert [each.citations.count() for each in action.incident.involvements.all()] == [0]
        assert action.incident.citations.count() == 1

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"cite_quote": "It was shut."}, "cite_source"),
            ({"cite_source": "source", "cite_quote": "x" * 1001}, "cite_quote"),
            ({"cite_source": "source", "cite_quote": "It was opened."}, "cite_quote"),
        ],
    )
    def test_what_cannot_be_cited_is_said_where_it_was_typed(self, desk, typed, field):
        incident, account, source = make_incident(), make_account(), make_source(content_text="It was shut.")
        row = action_row(
            account=account.pk, **typed | ({"cite_source": source.pk} if "cite_source" in typed else {})
        )

        page = self.save(desk, incident, row)

        assert f'href="#id_actions-0-{field}"' in page.content.decode()
        assert not incident.actions.exists()


class TestLongIncidents:
    """An incident with many parts shows them as lines, and has a form for those that are asked for."""

    def measure(self, desk, incident):
        desk.get(address("incident_change", incident.pk))
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(address("incident_change", incident.pk))
        return len(queries), len(page.content)

    def test_a_hundred_citations_take_no_more_queries_than_ten_and_a_page_of_300_kilobytes(self, desk):
        action = make_action()
        for _n in range(10):
            make_citation(action.incident, action=action)
        few, _bytes = self.measure(desk, action.incident)
        for _n in range(90):
            make_citation(action.incident, action=action, quote="The account was shut down. " * 20)

        many, size = self.measure(desk, action.incident)

        assert many == few
        assert size < 300_000

    def test_a_part_is_opened_by_its_line_and_saved(self, desk):
        incident = make_incident(summary="")
        citations = [make_citation(incident, quote=f"Words {n}.") for n in range(7)]
        change = address("incident_change", incident.pk)
        citation = citations[5]
        open_it = f"?open=citation.{citation.pk}#id_citations-0-source"
        page = desk.get(change).content.decode()
        assert f'href="{open_it}"' in page
        assert "Words 5." in page
        assert 'name="citations-0-quote"' not in page

        page = desk.get(change + open_it.partition("#")[0]).content.decode()
        assert page.count(f'name="citations-0-id" value="{citation.pk}"') == 1
        assert 'name="citations-1-quote"' not in page

        row = citation_row(citation, quote="Other words.") | {"citations-INITIAL_FORMS": 1}
        assert saved(desk, incident, row).headers["Location"] == change
        assert [each.quote for each in incident.citations.all()] == [
            *(f"Words {n}." for n in range(5)), "Other words.", "Words 6.",
        ]  # fmt: skip

    def test_what_is_missing_leads_to_the_form_of_its_part(self, desk):
        incident = make_incident()
        actions = [make_action(incident, start="") for _n in range(7)]

        page = desk.get(address("incident_change", incident.pk)).content.decode()

        assert f'href="?open=action.{actions[6].pk}#id_actions-0-start_text"' in page

    @pytest.mark.parametrize("number", [6, 7])
    def test_all_of_a_kind_are_opened_if_they_are_few(self, desk, number):
        incident = make_incident()
        make_action(incident)
        for _n in range(number):
            make_citation(incident)
            make_citation()

        def page(**query):
            return desk.get(address("incident_change", incident.pk), query).content.decode()

        assert ('href="?open=citation"' in page()) is (number == 6)
        assert ('name="citations-5-quote"' in page(open="citation")) is (number == 6)

    @pytest.mark.parametrize("asked", ["citation.x", "citation.", "x.1", "citation.99999999999999999999"])
    def test_nonsense_opens_nothing(self, desk, asked):
        incident = make_incident()
        for _n in range(7):
            make_citation(incident)

        page = desk.get(address("incident_change", incident.pk), {"open": asked}).content.decode()

        assert 'name="citations-0-quote"' not in page


def saved(desk, incident, row):
    return desk.post(address("incident_change", incident.pk), change_data(incident, **row))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_comes_back_with_errors_has_the_cursor_in_the_first_box_that_is_wrong(browse, live_server):
    page = log_in(browse, "/admin/incidents/incident/add/")
    page.fill("#id_title", "Weibo closes an account")
    page.fill("#id_start", "13th")
    page.locator("details:has(#id_locator) summary").click()
    page.fill("#id_accessed_on", "13th")

    with page.expect_navigation():
        page.click("[name=_save]")

    errors = page.locator("[data-errors] a")
    expect(page.locator(".field-platform .select2-selection")).to_be_focused()
    assert errors.all_inner_texts() == ["Platform", "Start", "Title of the source", "Accessed on"]
    errors.last.click()
    expect(page.locator("#id_accessed_on")).to_be_focused()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_comes_back_after_the_browser_was_closed_and_goes_when_it_is_saved(
    browse, live_server
):
    make_platform(name="Weibo")
    page = log_in(browse, "/admin/incidents/incident/add/")
    page.fill("#id_title", "Weibo closes an account")
    page.fill("#id_source_title", "Weibo closes accounts")
    page.select_option("#id_type", "terminated")
    page.click(".field-platform .select2-selection")
    page.locator(".select2-dropdown .select2-search__field").press_sequentially("weibo")
    page.click(".select2-results__option:has-text('Weibo')")
    wait_until(
        lambda: page.evaluate(
            "Object.values(localStorage).some(text => text.includes('labels') && JSON.parse(text).labels.platform.length)"
        )
    )
    page.close()

    again = page.context.new_page()
    again.goto(f"{live_server.url}/admin/incidents/incident/add/")
    again.click("text=Bring it back")

    expect(again.locator("#id_title")).to_be_focused()
    expect(again.locator("#id_title")).to_have_value("Weibo closes an account")
    expect(again.locator("#id_type")).to_have_value("terminated")
    expect(again.locator(".field-platform .select2-selection__rendered")).to_contain_text("Weibo")
    again.click("[name=_save]")
    expect(again.locator(".messagelist .success")).to_be_visible()
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('desk:'))") == []
    again.fill("#id_title", "Not saved")
    wait_until(lambda: again.evaluate("Object.values(localStorage).some(text => text.includes('Not saved'))"))
    again.on("dialog", lambda dialog: dialog.accept())
    again.click("#logout-form button")
    again.wait_for_url("**/logout/")
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('desk:'))") == []
