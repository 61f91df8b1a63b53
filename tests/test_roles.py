"""Who may do what: the table of docs/roles.md, walked row by row through the doors of the desk."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse
from simple_history.models import HistoricalRecords

from incidents.choices import Publication
from incidents.models import Account, Incident, Merge, Party, Platform, Source, Work

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)
from .kept import kept
from .test_marks import typed
from .test_merging import merge

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

DOCS = Path(__file__).resolve().parent.parent / "docs/roles.md"
ROLES = ["reader", "researcher", "editor", "administrator"]


@cache
def rows():
    """The rows of the table: what, of which, and the roles that may."""
    cells = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in DOCS.read_text().splitlines()
        if line.startswith("| ")
    ]
    assert cells[0][2:] == ROLES
    return {
        (what, which): [role for role, answer in zip(ROLES, answers, strict=True) if answer == "yes"]
        for what, which, *answers in cells[1:]
    }


@kept
def make_world():
    """An incident in each state, with a party and a source of each kind."""
    for state in Publication.values:
        incident = (make_published_incident if state in ("published", "withdrawn") else make_incident)(
            ref=state.replace("_", "-")
        )
        Incident.objects.filter(pk=incident.pk).update(
            publication=state, withdrawn_reason="A mistake." * (state == "withdrawn")
        )
    for ref in ("own-draft", "limited-draft", "limited-draft-that-names-them"):
        incident = make_incident(ref=ref)
        if ref.startswith("limited"):
            Work.objects.create(incident=incident, is_limited=True)
    shown = Incident.objects.get(ref="published")
    Source.objects.filter(citations__incident=shown).update(citekey="shown")
    party = make_party(slug="shown")
    make_citation(
        shown,
        action=make_action(shown, account=make_account(holder=party)),
        source=Source.objects.get(citekey="shown"),
    )
    for slug in ("not-shown", "own"):
        make_party(slug=slug, public_label=slug, name_public=False, cleared=False, at_risk=True)
    for ref in ("limited-draft", "limited-draft-that-names-them"):
        draft = Incident.objects.get(ref=ref)
        make_action(draft, account=make_account(holder=make_party(slug=f"of-a-{ref}")))
        make_citation(draft, source=make_source(citekey=f"of-a-{ref}"))
    make_action(Incident.objects.get(ref="draft"))
    draft = Incident.objects.get(ref="own-draft")
    for slug in ("theirs", "of-others"):
        make_action(draft, account=make_account(slug=slug, holder=make_party(slug=slug)))
    make_account(slug="not-shown")
    make_platform(slug="not-shown")
    merge(make_party(slug="merged"), make_party(slug="merged-into"))
    make_source(citekey="not-shown")
    make_source(citekey="confidential", is_confidential=True)


class Desk:
    """The views of the desk as a user of this role meets them."""

    def __init__(self, role):
        self.user = User.objects.create_user("me", is_staff=True)
        self.user.groups.add(Group.objects.get(name=role))
        Incident.objects.filter(ref="own-draft").update(created_by=self.user)
        Work.objects.get(incident__ref="limited-draft-that-names-them").named.add(self.user)
        Party.objects.filter(slug__in=["own", "theirs"]).update(created_by=self.user)
        Account.objects.filter(slug="theirs").update(created_by=self.user)

    def may(self, what, which):
        """Whether the door that this row of the table names is open."""
        return getattr(
            self,
            re.sub(r"^(change|delete|read|add) (a party|a source)$", r"\1_record", what).replace(" ", "_"),
        )(which, *re.findall("party|source", what)[:1])

    def answer(self, name, *args, query="", data=None):
        """What the view answers, before a template is rendered: nothing if it refuses."""
        address = reverse(f"admin:{name}", args=args)
        ask = RequestFactory().get if data is None else RequestFactory().post
        request = ask(address + query, data)
        request.user, request.session, request._dont_enforce_csrf_checks = self.user, SessionStore(), True
        request._messages = FallbackStorage(request)
        view, args, kwargs = resolve(address)
        HistoricalRecords.context.request = request
        try:
            answer = view(request, *args, **kwargs)
        except (PermissionDenied, Http404):
            return None
        finally:
            del HistoricalRecords.context.request
        # From what somebody does not find, Django leads to the start page.
        is_refused = "/login/" in answer.get("Location", "") or answer.get("Location") == "/admin/"
        return None if is_refused else answer

    def is_open(self, name, *args, **options):
        return self.answer(name, *args, **options) is not None

    def incident(self, which):
        return Incident.objects.get(ref={"any": "draft"}.get(which, re.sub("[ _]", "-", which)))

    def of_incident(self, door, which, **options):
        return self.is_open(f"incidents_incident_{door}", self.incident(which).pk, **options)

    def transition(self, name, which):
        return self.is_open("incidents_incident_transition", name, query=f"?ids={self.incident(which).pk}")

    def read_the_list(self, which):
        return self.is_open("incidents_incident_changelist")

    def read(self, which):
        return self.of_incident("change", which)

    def read_the_history(self, which):
        return all(
            self.of_incident("history", state)
            for state in (Publication.values if which == "any" else [which])
        )

    def read_an_old_version(self, which):
        record = Party.objects.get(slug="of-others") if which == "deleted party" else self.incident("draft")
        if which == "own deleted draft":
            record.created_by = self.user
        record.save()
        Account.objects.filter(holder__slug="of-others").update(holder=None)
        name, revision = record._meta.model_name, record.history.first()
        record.delete()
        is_listed = name == "incident" or self.is_open(f"incidents_{name}_history", revision.id)
        return is_listed and self.is_open(f"incidents_{name}_simple_history", revision.id, revision.pk)

    def say_who_may_read(self, which):
        return self.of_incident("limit", which)

    def log_an_incident(self, which):
        return self.is_open("incidents_incident_add")

    def change(self, which):
        # What may not be changed at all is refused before anything that was typed is read.
        return self.of_incident("change", which, data={"title": "Another title"})

    def delete(self, which):
        return self.of_incident("delete", which)

    def leftovers(self, which):
        page = self.answer("incidents_incident_delete", self.incident(which).pk)
        return {each["record"].slug for each in page.context_data["leftovers"]} if page else set()

    def delete_leftovers_they_have_added(self, which):
        return "theirs" in self.leftovers(which)

    def delete_leftovers_others_have_added(self, which):
        return "of-others" in self.leftovers(which)

    def assign_several(self, which):
        return self.transition("assign", which)

    def add_topics_to_several(self, which):
        return self.transition("topics", which)

    def set_fields_of_several(self, which):
        query, data = f"?ids={self.incident(which).pk}", {"automation": "fully"}
        page = self.answer("incidents_incident_set", query=query, data=data)
        return bool(page) and not any(row.errors for row in page.context_data["rows"])

    def import_a_table(self, which):
        return self.is_open("incidents_incident_import")

    def claim(self, which):
        return self.of_incident("claim", which, data={})

    def write_a_review_note(self, which):
        return self.of_incident("notes", which, data={"about": "", "text": "Who says so?"})

    def restore_a_version(self, which):
        incident = self.incident(which)
        moment = incident.history.first().history_date.isoformat()
        return self.of_incident("restore", which, query=f"?at={moment.replace('+', '%2B')}")

    def translate(self, which):
        return self.is_open("incidents_incident_translate", self.incident(which).pk, "zh-Hant")

    def look_for_doubles(self, which):
        return self.is_open("incidents_incident_alike", data={"title": "The same"})

    def answer_whether_they_are_the_same(self, which):
        return self.of_incident("answer", which, data={})

    def read_a_part(self, which):
        part, listed = self.incident(which).actions.first(), self.answer("incidents_action_changelist")
        is_listed = bool(listed) and part in listed.context_data["cl"].queryset
        assert is_listed == self.is_open("incidents_action_change", part.pk)
        return is_listed

    def start_from_a_saved_page(self, which):
        return self.is_open("incidents_incident_saved_page", data={})

    def send_to_review(self, which):
        return self.transition("review", which)

    def return_to_draft(self, which):
        return self.transition("return", which)

    def publish(self, which):
        return self.transition("publish", which)

    def withdraw(self, which):
        return self.transition("withdraw", which)

    def merge(self, which):
        return self.transition("merge", which)

    def export(self, action, which):
        data = {"action": action, "_selected_action": [self.incident(which).pk]}
        answer = self.answer("incidents_incident_changelist", data=data)
        return bool(answer and answer.streaming)

    def export_public_data(self, which):
        return self.export("export_csv", which)

    def export_private_data(self, which):
        return self.export("export_internal", which)

    def record(self, model, which):
        key = which.replace(" ", "-").replace("any", "shown")
        return Party.objects.get(slug=key) if model == "party" else Source.objects.get(citekey=key)

    def add_record(self, which, model):
        return self.is_open(f"incidents_{model}_add")

    def read_record(self, which, model):
        return self.is_open(f"incidents_{model}_change", self.record(model, which).pk)

    def change_record(self, which, model):
        return self.is_open(f"incidents_{model}_change", self.record(model, which).pk, data={})

    def delete_record(self, which, model):
        return self.is_open(f"incidents_{model}_delete", self.record(model, which).pk)

    def save(self, record, **changes):
        """Whether these changes of a record are saved."""
        model = record._meta.model_name
        self.answer(f"incidents_{model}_change", record.pk, data=typed(record, **changes))
        stored = type(record).objects.get(pk=record.pk)
        return all(getattr(stored, name) == value for name, value in changes.items())

    def open_a_confidential_source(self, which, _model):
        return self.save(Source.objects.get(citekey="confidential"), is_confidential=False)

    def name_a_party(self, which, _model):
        return self.save(Party.objects.get(slug="not-shown"), name_public=True, at_risk=False)

    def clear_a_party(self, which, _model):
        return self.save(Party.objects.get(slug="not-shown"), cleared=True)

    def merge_a_party(self, which, _model):
        return self.is_open("incidents_party_merge", Party.objects.get(slug=which.replace(" ", "-")).pk)

    def merge_a_source(self, which, _model):
        return self.is_open("incidents_source_merge", Source.objects.get(citekey=which.replace(" ", "-")).pk)

    def merge_an_account(self, which):
        return self.is_open("incidents_account_merge", Account.objects.get(slug="not-shown").pk)

    def merge_a_platform(self, which):
        return self.is_open("incidents_platform_merge", Platform.objects.get(slug="not-shown").pk)

    def take_back_a_merge(self, which):
        party = Party.objects.get(slug="merged-into")
        return self.is_open("incidents_party_merge_undo", party.pk, data={"merge": Merge.objects.get().pk})

    def manage_users(self, which):
        return self.is_open("auth_user_changelist") and self.is_open("auth_user_add")

    def manage_groups(self, which):
        return self.is_open("auth_group_changelist")

    def make_oneself_superuser(self, which):
        data = {"username": "me", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        data |= {"date_joined_0": "2026-11-20", "date_joined_1": "00:00:00"}
        self.answer("auth_user_change", self.user.pk, data=data)
        return User.objects.get(pk=self.user.pk).is_superuser

    def read_the_audit_log(self, which):
        return self.is_open("incidents_auditentry_changelist")


@pytest.mark.parametrize(("what", "which"), rows())
def test_a_door_is_open_to_those_whom_the_table_names_and_to_nobody_else(what, which):
    make_world()

    found = []
    for role in [*ROLES, "nobody"]:
        Group.objects.get_or_create(name="nobody")
        with transaction.atomic():
            if Desk(role).may(what, which):
                found.append(role)
            transaction.set_rollback(True)

    assert found == rows()[what, which]
