"""What marks a source as confidential or a party as at risk protects people: only those who may publish remove it."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField

from incidents import marks
from incidents.admin.base import set_editor
from incidents.exports.importing import import_fixture
from incidents.models import IN_ORDER, Incident, Party, Source

from .factories import (
    internal_fixture,
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_party,
    make_published_incident,
    make_source,
)
from .test_admin import address, staff  # noqa: F401

pytestmark = pytest.mark.django_db


def protected_source():
    return make_source(citekey="kept", is_confidential=True)


def protected_party():
    return make_party(
        slug="kept", kind="person", at_risk=True, name_public=False, is_minor=True, cleared=False
    )


def protected_account():
    return make_account(slug="kept", handle="@kept")


PROTECTED = [
    (protected_source, "is_confidential", False),
    (protected_party, "at_risk", False),
    (protected_party, "is_minor", False),
    (protected_party, "name_public", True),
    (protected_party, "cleared", True),
    (protected_account, "handle_public", True),
]
# Fields of yes and no that protect nobody.
NO_MARKS = {
    *("action.start_is_span", "justification.is_translation", "involvement.is_translation"),
    "citation.is_translation",
    "translation.is_behind",
}


def typed(record, **changes):
    """What the form of a stored record sends back, with these changes; a box that is not ticked sends nothing."""
    fields = {
        "source": (
            "citekey",
            "title",
            "publisher",
            "issued",
            "issued_basis",
            "url",
            "csl_type",
            "derivation",
        ),
        "party": ("slug", "public_label", "kind"),
        "account": ("slug", "label", "kind", "plan", "platform_id", "holder_id", "handle"),
    }[record._meta.model_name]
    boxes = marks.MARKS[record._meta.model_name]
    values = {name.removesuffix("_id"): getattr(record, name) for name in fields}
    values |= {name: getattr(record, name) for name in boxes} | changes
    return {name: "on" if value is True else value for name, value in values.items() if value is not False}


def change(client, record, **changes):
    return client.post(address(f"{record._meta.model_name}_change", record.pk), typed(record, **changes))


@pytest.mark.parametrize("publication", ["published", "withdrawn", "draft"])
def test_a_researcher_does_not_open_a_confidential_source(staff, client, publication):  # noqa: F811
    incident, source = make_published_incident(ref="citing"), make_source(is_confidential=True, url="")
    make_citation(incident, source=source, quote="Told in confidence.")
    Incident.objects.filter(pk=incident.pk).update(
        publication=publication, withdrawn_reason="A mistake." * (publication == "withdrawn")
    )

    change(
        staff("researcher"),
        source,
        is_confidential=False,
        title="Told in confidence by",
        accessed_on="2026-11-20",
    )

    source.refresh_from_db()
    assert source.is_confidential
    client.logout()
    assert "Told in confidence" not in client.get("/incidents/citing/").content.decode()


def test_a_researcher_does_not_change_a_confidential_source_that_a_published_incident_cites(staff):  # noqa: F811
    source = make_source(is_confidential=True)
    make_citation(make_published_incident(), source=source)

    answer = change(staff("researcher"), source, title="Another title")

    assert answer.status_code == 403
    assert Source.objects.filter(title="Another title").count() == 0


def test_a_researcher_does_not_change_an_uncleared_party_that_a_published_incident_shows(staff):  # noqa: F811
    party = make_party()
    make_published_incident(account=make_account(holder=party))
    Party.objects.filter(pk=party.pk).update(cleared=False)

    assert change(staff("researcher"), party, public_label="Another label").status_code == 403


@pytest.mark.parametrize(("make", "name", "loose"), PROTECTED)
@pytest.mark.parametrize("way", ["", "?_popup=1"])
def test_a_researcher_sees_what_protects_and_cannot_take_it_away(staff, make, name, loose, way):  # noqa: F811
    record, client = make(), staff("researcher")
    page = client.get(address(f"{record._meta.model_name}_change", record.pk) + way)

    client.post(address(f"{record._meta.model_name}_change", record.pk) + way, typed(record, **{name: loose}))

    before, record = record, type(record).objects.get(pk=record.pk)
    assert name not in page.context["adminform"].form.fields
    assert "Only those who may publish" in page.content.decode()
    assert getattr(record, name) == getattr(before, name) == (not loose)


@pytest.mark.parametrize(("make", "name", "loose"), PROTECTED)
def test_an_editor_can(staff, make, name, loose):  # noqa: F811
    record = make()
    page = staff("editor").get(address(f"{record._meta.model_name}_change", record.pk))

    assert name in page.context["adminform"].form.fields


@pytest.mark.slow
def test_an_editor_opens_a_source_that_an_incident_cites(staff, client):  # noqa: F811
    incident, source = make_published_incident(ref="citing"), make_source(is_confidential=True)
    make_citation(incident, source=source, quote="Told in confidence.")

    change(staff("editor"), source, is_confidential=False, accessed_on="2026-11-20")

    client.logout()
    assert "Told in confidence" in client.get("/incidents/citing/").content.decode()


def test_an_editor_names_a_party_that_an_incident_shows(staff):  # noqa: F811
    party = make_party(public_label="Jane Qvist", name_public=False, aliases="Qvist, Jane", cleared=False)
    make_action(account=make_account(holder=party))

    change(staff("editor"), party, name_public=True, aliases="Qvist, Jane")

    party.refresh_from_db()
    assert party.name_public


def test_a_researcher_protects_whom_nobody_has_protected(staff):  # noqa: F811
    client, source = staff("researcher"), make_source()
    party = make_party(kind="person", public_label="Jane A. Qvist", slug="jane-a-qvist")

    change(client, source, is_confidential=True)
    change(
        client, party, at_risk=True, name_public=False, private_name="Jane Qvist", public_label="a student"
    )

    party.refresh_from_db()
    assert Source.objects.get().is_confidential
    assert (party.at_risk, party.name_public, party.slug) == (True, False, "a-student")


def test_a_box_that_a_researcher_has_ticked_stays_typed_if_saving_fails(staff):  # noqa: F811
    page = change(staff("researcher"), make_source(), is_confidential=True, title="")

    assert page.context["adminform"].form["is_confidential"].value() is True
    assert 'type="checkbox" name="is_confidential"' in page.content.decode()


def test_a_researcher_says_of_a_new_party_that_it_is_not_at_risk(staff):  # noqa: F811
    data = {"public_label": "A newsroom", "kind": "media", "name_public": "on", "cleared": "on"}

    staff("researcher").post(address("party_add"), data)

    party = Party.objects.get()
    assert (party.at_risk, party.name_public, party.cleared) == (False, True, False)


@pytest.mark.parametrize(("make", "name", "loose"), PROTECTED)
def test_no_way_of_saving_on_the_desk_takes_it_away(rf, staff, make, name, loose):  # noqa: F811
    user = staff("researcher").get(address("incident_changelist")).wsgi_request.user
    record = make()
    setattr(record, name, loose)

    with pytest.raises(PermissionDenied):
        set_editor(record, user)


@pytest.mark.parametrize(("make", "name", "loose"), PROTECTED)
def test_an_import_does_not_take_it_away(tmp_path, make, name, loose):
    kept = make()
    incident = make_incident(ref="kept")
    action = make_action(incident, account=kept) if name == "handle_public" else make_action(incident)
    make_citation(incident, action=action, source=kept if name == "is_confidential" else make_source())
    if isinstance(kept, Party):
        action.account.holder = kept
        action.account.save()
    records = json.loads(internal_fixture(Incident.objects.all()))
    fields = next(
        each["fields"]
        for each in records
        if each["model"] == kept._meta.label_lower and "kept" in each["fields"].values()
    )
    assert fields[name] == (not loose)
    fields[name] = loose
    (tmp_path / "loose.json").write_text(json.dumps(records))

    report = import_fixture(tmp_path / "loose.json", internal=True)

    assert [error for error in report.errors if "protects somebody here" in error] != []
    assert getattr(type(kept).objects.get(pk=kept.pk), name) == (not loose)


def test_every_box_of_a_record_is_a_mark_or_protects_nobody():
    boxes = {
        f"{model._meta.model_name}.{field.name}"
        for model in IN_ORDER
        for field in model._meta.fields
        if isinstance(field, BooleanField)
    }

    assert boxes == NO_MARKS | {f"{name}.{mark}" for name, found in marks.MARKS.items() for mark in found}


@pytest.mark.parametrize("make", [make_incident, make_source, make_party, make_account])
def test_a_researcher_deletes_only_what_they_have_added(staff, make):  # noqa: F811
    client = staff("researcher")
    user = client.get(address("incident_changelist")).wsgi_request.user
    own, other = make(created_by=user), make()
    name = own._meta.model_name
    chosen = {"action": "delete_selected", "_selected_action": [own.pk, other.pk], "post": "yes"}

    client.post(address(f"{name}_changelist"), chosen)
    answers = [client.post(address(f"{name}_delete", each.pk), {"post": "yes"}) for each in (other, own)]

    assert [answer.status_code for answer in answers] == [403, 302]
    assert not type(own).objects.filter(pk=own.pk).exists()
    assert type(own).objects.filter(pk=other.pk).exists()
