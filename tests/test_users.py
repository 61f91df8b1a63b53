"""Who did what stays known: users with a past are kept, and the history says nothing untrue of anyone."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from incidents.models import Incident, Platform

from .factories import make_platform

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = User.objects.create_user("some administrator", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    client.force_login(user)
    return client


@pytest.fixture
def researcher():
    return User.objects.create_user("some researcher", is_staff=True)


def created_a_record(user):
    make_platform(created_by=user)


def changed_a_record(user):
    platform = make_platform()
    platform.updated_by = user
    platform.save()


def stands_in_the_history(user):
    platform = make_platform(name="Zum")
    platform._history_user = user
    platform.name = "Zoom"
    platform.save()
    Platform.objects.all().delete()


def stands_in_the_log(user):
    user.logentry_set.create(action_flag=2)


@pytest.mark.parametrize(
    "past", [created_a_record, changed_a_record, stands_in_the_history, stands_in_the_log]
)
def test_users_with_a_past_cannot_be_deleted(administrator, researcher, past):
    past(researcher)

    page = administrator.post(reverse("admin:auth_user_delete", args=[researcher.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [researcher.pk], "post": "yes"}
    administrator.post(reverse("admin:auth_user_changelist"), chosen)

    assert page.status_code == 403
    with pytest.raises(ProtectedError), transaction.atomic():
        researcher.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        User.objects.filter(pk=researcher.pk).delete()
    assert User.objects.filter(pk=researcher.pk).exists()


def test_users_without_a_past_can_be_deleted(administrator, researcher):
    administrator.post(reverse("admin:auth_user_delete", args=[researcher.pk]), {"post": "yes"})

    assert not User.objects.filter(pk=researcher.pk).exists()


def changed_by(client, platform):
    page = client.get(reverse("admin:incidents_platform_history", args=[platform.pk])).content.decode()
    return [
        " ".join(re.sub("<[^>]+>", " ", cell).split())
        for row in re.findall(r"<tr>\s*<td>.*?</tr>", page, re.DOTALL)
        for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[1:2]
    ]


def test_the_history_says_who_changed_a_record_or_that_it_is_not_recorded(administrator, researcher):
    platform = make_platform()
    for user, reason in ((researcher, None), (None, None), (None, "Imported from zoom.json")):
        platform._history_user, platform._change_reason = user, reason
        platform.save()
    User.objects.filter(pk=researcher.pk).update(is_active=False)

    assert changed_by(administrator, platform)[:3] == ["system", "not recorded", "some researcher"]


@pytest.mark.slow
def test_what_loaddata_reads_has_a_first_revision():
    call_command("loaddata", "zoom_2020", verbosity=0)
    incident = Incident.objects.first()
    first = incident.history.get()
    citation = incident.citations.first()

    incident.title = "Another title"
    incident.save()
    call_command("loaddata", "zoom_2020", verbosity=0)

    assert (first.history_type, first.history_change_reason) == ("+", "Loaded from a fixture")
    assert incident.history.count() == 3
    assert incident.history.first().history_type == "~"
    assert incident.history.first().title == first.title
    assert citation.history.count() == 1


def user_data(user, **changes):
    """What the page of a user sends back, with these changes."""
    joined = {"date_joined_0": "2026-11-20", "date_joined_1": "00:00:00"}
    return (
        {"username": user.username.replace(" ", "-"), "is_active": "on", "is_staff": "on"} | joined | changes
    )


def test_an_administrator_does_not_make_themselves_superuser(administrator):
    user, more = User.objects.get(), Permission.objects.get(codename="delete_logentry")
    data = user_data(user, is_superuser="on", user_permissions=[more.pk], groups=[user.groups.get().pk])

    answer = administrator.post(reverse("admin:auth_user_change", args=[user.pk]), data)

    user.refresh_from_db()
    assert (answer.status_code, user.is_superuser, user.user_permissions.count()) == (302, False, 0)


def test_an_administrator_gives_no_group_more_rights(administrator):
    group, more = Group.objects.get(name="administrator"), Permission.objects.get(codename="delete_logentry")
    data = {"name": "administrator", "permissions": [more.pk]}

    administrator.post(reverse("admin:auth_group_change", args=[group.pk]), data)
    administrator.post(reverse("admin:auth_group_add"), data | {"name": "another"})

    assert not Group.objects.filter(permissions=more).exists()


@pytest.mark.parametrize("page", ["auth_user_change", "auth_user_delete", "auth_user_password_change"])
def test_an_administrator_does_not_take_over_a_superuser(administrator, page):
    above = User.objects.create_superuser("above")
    data = {"password1": "a long pass phrase", "password2": "a long pass phrase", "post": "yes"}

    answer = administrator.post(reverse(f"admin:{page}", args=[above.pk]), user_data(above) | data)

    above.refresh_from_db()
    assert (answer.status_code, above.is_superuser, above.has_usable_password()) == (403, True, False)


def test_an_administrator_gives_and_takes_the_groups(administrator, researcher):
    group = Group.objects.get(name="editor")
    data = user_data(researcher, groups=[group.pk])

    administrator.post(reverse("admin:auth_user_change", args=[researcher.pk]), data)

    assert researcher.groups.get() == group
