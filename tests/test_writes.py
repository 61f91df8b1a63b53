"""Nobody writes over what they have not read: forms, transitions, imports and commands of several hands at once."""

import html
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import publishing
from incidents.models import ChangedMeanwhileError, Citation, Incident, Party, Source

from .databases import SERVER, Database
from .factories import (
    make_action,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_published_incident,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand():
    """`hand(name, group="editor")` is the browser of somebody logged in."""

    def log_in(name, group="editor"):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return log_in


class Form:
    """A page of the admin as somebody has opened it."""

    def __init__(self, client, record):
        name = record._meta.model_name
        self.client, self.address = client, reverse(f"admin:incidents_{name}_change", args=[record.pk])
        context = client.get(self.address).context
        forms = [context["adminform"].form]
        for inline in context["inline_admin_formsets"]:
            forms += [inline.formset.management_form, *inline.formset.initial_forms]
        self.data = {"seen": context["seen"]}
        for form in forms:
            for field in form:
                value = field.value()
                if value is not None and value is not False:
                    self.data[field.html_name] = value

    def save(self, **changes):
        """Press Save; the sentence on top of the form if it was refused, else None."""
        response = self.client.post(self.address, self.data | changes)
        if response.status_code == 302:
            return None
        self.data |= {name: response.context[name] for name in ("seen", "asked")}
        form, formsets = response.context["adminform"].form, response.context["inline_admin_formsets"]
        errors = [
            *form.non_field_errors(),
            *form.errors.values(),
            *(each.formset.errors for each in formsets),
        ]
        return str(errors[0])


@pytest.mark.slow
def test_what_another_editor_ticked_meanwhile_stays(hand):
    incident = make_incident()
    first, second = make_action(incident), make_action(incident)
    statement = make_justification(incident, actions=[first], quote="As it was.")
    ada, bo, cy = (Form(hand(name), incident) for name in ("Ada", "Bo", "Cy"))

    assert ada.save(**{"justifications-0-actions": [first.pk, second.pk]}) is None
    assert bo.save(**{"justifications-0-quote": "As it is."}) is None
    refused = cy.save(**{"justifications-0-actions": []})

    statement.refresh_from_db()
    assert statement.quote == "As it is."
    assert list(statement.actions.order_by("seq")) == [first, second]
    assert refused
    assert cy.save(**{"justifications-0-actions": []}) is None
    assert list(statement.actions.all()) == []


@pytest.mark.slow
def test_it_is_said_who_was_last_though_the_clock_was_put_back_meanwhile(hand, monkeypatch):
    source = make_source(title="As it was")
    late = Form(hand("Cy"), source)
    assert Form(hand("Ada"), source).save(title="Ada's") is None
    monkeypatch.setattr(timezone, "now", lambda: datetime(1999, 6, 4, tzinfo=UTC))
    assert Form(hand("Bo"), source).save(title="Bo's") is None

    refused = late.save(title="Cy's")

    assert "Bo changed this to “Bo's” on 4 June 1999" in html.unescape(refused)


def test_what_only_one_of_two_editors_has_touched_is_merged(hand):
    source = make_source(title="As it was")
    first, second = Form(hand("Ada"), source), Form(hand("Bo"), source)

    assert first.save(title="Mended") is None
    assert second.save(author="Bo's addition") is None

    stored = Source.objects.get(pk=source.pk)
    assert (stored.title, stored.author) == ("Mended", "Bo's addition")


def test_what_both_have_changed_is_asked_about_once_at_its_field(hand):
    source = make_source(title="As it was", author="Somebody")
    first, second = Form(hand("Ada"), source), Form(hand("Bo"), source)
    assert first.save(title="Ada's title", author="Ada's author") is None

    refusal = second.save(title="Bo's title")

    assert "Ada changed this to “Ada&#x27;s title” on" in refusal
    assert "Save again to replace it." in refusal
    assert Source.objects.get(pk=source.pk).title == "Ada's title"
    assert second.save(title="Bo's title") is None
    stored = Source.objects.get(pk=source.pk)
    assert (stored.title, stored.author) == ("Bo's title", "Ada's author")


@pytest.mark.slow
def test_an_answer_to_one_conflict_does_not_answer_the_next(hand):
    source = make_source(title="As it was")
    first, second, third = (Form(hand(name), source) for name in ("Ada", "Bo", "Cy"))
    assert first.save(title="Ada's") is None
    assert "Ada changed this" in second.save(title="Bo's")
    assert "Ada changed this" in third.save(title="Cy's")
    assert third.save(title="Cy's") is None

    assert "Cy changed this to “Cy&#x27;s”" in second.save(title="Bo's")


def test_who_saves_twice_from_one_page_is_the_only_one_to_have_changed_it(hand):
    source, ada = make_source(), hand("Ada")

    assert Form(ada, source).save(title="One") is None
    assert Form(ada, source).save(title="Two") is None

    assert Source.objects.get(pk=source.pk).title == "Two"


@pytest.mark.slow
def test_two_who_change_different_parts_of_an_incident_both_save(hand):
    incident = make_incident()
    make_action(incident, start="2020-06-07")
    make_action(incident, start="2020-06-08")
    first, second = Form(hand("Ada"), incident), Form(hand("Bo"), incident)

    assert first.save(**{"actions-0-start_text": "in the evening"}) is None
    assert second.save(**{"actions-1-start_text": "at noon"}) is None

    assert [action.start_text for action in incident.actions.order_by("seq")] == ["in the evening", "at noon"]


@pytest.mark.slow
def test_a_part_is_not_written_over_either(hand):
    incident = make_incident()
    make_action(incident, start="2020-06-07")
    first, second = Form(hand("Ada"), incident), Form(hand("Bo"), incident)

    assert first.save(**{"actions-0-start_text": "in the evening"}) is None

    assert "Ada changed this to “in the evening”" in second.save(**{"actions-0-start_text": "at noon"})
    assert second.save(**{"actions-0-note": "A note", "actions-0-start_text": ""}) is None
    action = incident.actions.get()
    assert (action.start_text, action.note) == ("in the evening", "A note")


@pytest.mark.slow
def test_the_actions_that_a_statement_is_about_are_merged_too(hand):
    incident = make_incident()
    actions = [make_action(incident, start=f"2020-06-0{n}") for n in (7, 8)]
    make_involvement(incident, note="Asked in a letter.")
    first, second = Form(hand("Ada"), incident), Form(hand("Bo"), incident)

    assert first.save(**{"involvements-0-actions": [actions[1].pk]}) is None
    assert second.save(**{"involvements-0-note": "Asked in two letters."}) is None

    involvement = incident.involvements.get()
    assert (involvement.note, list(involvement.actions.all())) == ("Asked in two letters.", [actions[1]])


@pytest.mark.slow
def test_a_part_that_was_changed_meanwhile_is_not_deleted(hand):
    incident = make_incident()
    make_involvement(incident, note="Asked in a letter.")
    first, second = Form(hand("Ada"), incident), Form(hand("Bo"), incident)

    assert first.save(**{"involvements-0-note": "Asked in two letters."}) is None

    assert "Nothing was saved: involvement “" in second.save(**{"involvements-0-DELETE": "on"})
    assert incident.involvements.get().note == "Asked in two letters."


def test_a_record_that_was_deleted_meanwhile_is_not_made_again():
    source = make_source()
    mine = Source.objects.get(pk=source.pk)
    source.delete()

    with pytest.raises(ChangedMeanwhileError):
        mine.save()


@pytest.mark.slow
def test_a_name_that_was_taken_back_does_not_return_from_a_form_opened_before(hand):
    party = make_party(slug="a-body", kind="organisation", name_public=True, at_risk=False, cleared=True)
    late = Form(hand("Bo"), party)
    assert Form(hand("Ada"), party).save(name_public="", public_label="An organisation") is None

    assert late.save(country="HK") is None

    assert not Party.objects.get(pk=party.pk).name_public


def test_what_was_withdrawn_does_not_return_with_an_old_copy():
    incident = make_published_incident()
    mine = Incident.objects.get(pk=incident.pk)
    publishing.withdraw(incident, reason="It names somebody.")

    with pytest.raises(ChangedMeanwhileError):
        mine.save()

    assert Incident.objects.get(pk=incident.pk).publication == "withdrawn"


@pytest.mark.slow
def test_what_is_published_is_what_the_editor_read(hand):
    incident = make_published_incident()
    Incident.objects.filter(pk=incident.pk).update(publication="in_review", published_at=None)
    address = f"{reverse('admin:incidents_incident_transition', args=['publish'])}?ids={incident.pk}"
    editor = hand("Ada")
    opened = editor.get(address)
    citation = Citation.objects.filter(incident=incident).first()
    citation.quote = "Words that no editor has read."
    citation.save()

    asked_again = editor.post(address, {"seen": opened.context["seen"]})

    assert "has been changed since you opened this page" in asked_again.content.decode()
    assert Incident.objects.get(pk=incident.pk).publication == "in_review"
    assert editor.post(address, {"seen": asked_again.context["seen"]}).status_code == 302
    assert Incident.objects.get(pk=incident.pk).publication == "published"


@pytest.mark.parametrize("change", ["party", "source", "action"])
def test_whatever_an_incident_shows_belongs_to_what_was_read(change):
    incident = make_published_incident()
    before = publishing.state_of(incident)
    action = incident.actions.get()
    record = {
        "party": action.account.holder,
        "source": incident.citations.first().source,
        "action": action,
    }[change]
    record.save()

    with pytest.raises(ValidationError, match="has been changed since"):
        publishing.publish(incident, seen=before)


def test_a_fixture_does_not_undo_what_was_saved_since_it_was_read(tmp_path):
    make_published_incident(ref="2020-zoom")
    path = tmp_path / "internal.json"
    call_command("export_fixture", "--internal", output=str(path), verbosity=0)
    version = Incident.objects.get().version

    call_command("loaddata", str(path), verbosity=0)

    assert Incident.objects.get().version == version + 1


REFERRED_TO = """
from django.db import connection
from incidents.models import Platform
from tests.factories import make_platform
platform = make_platform()
connection.cursor().execute("SET lock_timeout = '5s'")
other = connection.copy()
other.set_autocommit(False)
other.cursor().execute(f"SELECT 1 FROM incidents_platform WHERE id = {platform.pk} FOR KEY SHARE")  # as adding an account does
platform.save()
print(Platform.objects.get().version)
other.close()
"""


@pytest.mark.slow
@pytest.mark.skipif(not SERVER, reason="On SQLite, nobody writes at the same time.")
def test_who_saves_a_record_does_not_wait_for_others_who_refer_to_it(tmp_path, django_db_setup):
    database = Database.migrated(tmp_path)

    assert database.shell(REFERRED_TO) == "2"
    database.drop()
