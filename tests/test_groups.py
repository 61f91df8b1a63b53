"""The groups are there after every migration, with their permissions and no others."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User

from incidents.groups import make_groups

pytestmark = pytest.mark.django_db


def may(group):
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_each_group_may_do_what_the_one_before_may_and_more():
    transitions = ("add", "change", "delete", "view")

    assert may("editor") - may("researcher") == {"publish_incident"}
    assert may("researcher") < may("editor")
    assert may("administrator") - may("editor") == {
        f"{transition}_{name}" for transition in transitions for name in ("user", "group")
    } | {"view_auditentry"}


def test_no_group_may_touch_the_history():
    assert not [codename for codename in may("administrator") if "historical" in codename]


def test_migrating_again_puts_back_what_was_changed_and_keeps_the_members():
    group = Group.objects.get(name="researcher")
    member = User.objects.create_user("a researcher")
    group.user_set.add(member)
    before = may("researcher")
    group.permissions.set(Permission.objects.filter(codename="publish_incident"))

    make_groups(apps.get_app_config("incidents"), using="default")

    assert may("researcher") == before
    assert list(group.user_set.all()) == [member]
    assert Group.objects.count() == 4
