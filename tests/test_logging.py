"""The form for a new incident and the page of one: what is proposed, shown and never lost."""

import pytest
from django.contrib.auth.models import Group, User

from incidents.models import Action, Incident, Justification

from .factories import make_account, make_incident, make_party
from .test_admin import action_row, address, change_data, log_data

pytestmark = pytest.mark.django_db
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
