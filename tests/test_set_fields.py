"""Fields of several incidents are set at once, after a page has shown word by word what would change."""

import re

import pytest
from django.contrib.auth.models import Group, User

from incidents.models import Action, Incident

from .factories import make_action, make_citation, make_incident, make_published_incident
from .test_admin import address
from .test_logging import desk  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def page_of(*incidents):
    return f"{address('incident_set')}?ids={','.join(str(each.pk) for each in incidents)}"


def drafts_with_actions(**fields):
    drafts = [make_incident(), make_incident()]
    for draft in drafts:
        make_action(draft, **fields)
    return drafts


def set_after_looking(client, *incidents, **values):
    """The page that shows what would change, and what is answered when that is set."""
    first = client.post(page_of(*incidents), values)
    return first, client.post(page_of(*incidents), values | {"shown": first.context["shown"]}, follow=True)


def test_nothing_changes_until_it_was_shown(desk):  # noqa: F811
    drafts = drafts_with_actions()

    shown, done = set_after_looking(desk, *drafts, timezone="Asia/Shanghai")

    assert "<ins>Asia/Shanghai</ins>" in shown.content.decode()
    assert [f"“{draft}” has been changed." in done.content.decode() for draft in drafts] == [True, True]
    assert set(Action.objects.values_list("timezone", flat=True)) == {"Asia/Shanghai"}
    assert Action.objects.first().history.count() == 2
    assert Incident.objects.first().updated_by.username == "some editor"


def test_what_is_sent_without_having_been_shown_is_only_shown(desk):  # noqa: F811
    drafts = drafts_with_actions()
    first = desk.post(page_of(*drafts), {"timezone": "Asia/Shanghai"})

    for shown in ("", "x", first.context["shown"]):
        desk.post(page_of(*drafts), {"timezone": "Asia/Tokyo", "shown": shown})

    assert set(Action.objects.values_list("timezone", flat=True)) == {""}


def test_what_changed_after_it_was_shown_is_shown_again(desk):  # noqa: F811
    draft, other = drafts_with_actions()
    first = desk.post(page_of(draft, other), {"status": "in_force"})
    make_action(draft)

    again = desk.post(page_of(draft, other), {"status": "in_force", "shown": first.context["shown"]})

    assert again.context["shown"] not in ("", first.context["shown"])
    assert set(Action.objects.values_list("status", flat=True)) == {"unknown"}


@pytest.mark.parametrize(
    ("replaces", "after"), [("", ["lifted", "in_force"]), ("on", ["in_force", "in_force"])]
)
def test_what_is_recorded_stays_unless_it_is_to_be_replaced(desk, replaces, after):  # noqa: F811
    draft = make_incident()
    make_action(draft, status="lifted")
    make_action(draft)

    set_after_looking(desk, draft, status="in_force", replaces=replaces)

    assert list(draft.actions.order_by("seq").values_list("status", flat=True)) == after


def test_the_language_is_that_of_quotations(desk):  # noqa: F811
    draft = make_incident()
    quoted, silent = make_citation(draft, quote="關閉", quote_language=""), make_citation(draft, quote="")

    set_after_looking(desk, draft, quote_language="zh-Hant")

    quoted.refresh_from_db()
    silent.refresh_from_db()
    assert (quoted.quote_language, silent.quote_language) == ("zh-Hant", "")


def test_a_row_that_breaks_a_rule_says_so_and_the_others_are_set(desk):  # noqa: F811
    ended, other = make_incident(), make_incident()
    make_action(ended, end="2020-06-12")
    make_action(other)

    shown, _done = set_after_looking(desk, ended, other, status="in_force")

    assert re.search(r"Action 1: .*end", str(shown.context["rows"][0].errors))
    assert list(Action.objects.order_by("pk").values_list("status", flat=True)) == ["unknown", "in_force"]


def test_a_published_incident_gets_the_reason_and_stays_within_what_publication_requires(desk):  # noqa: F811
    published = make_published_incident()

    set_after_looking(desk, published, automation="fully", why="the platform said so")

    action = published.actions.get()
    assert (action.automation, action.history.first().history_change_reason) == (
        "fully",
        "the platform said so",
    )


def test_a_researcher_sets_fields_of_drafts_alone(client):
    draft, published = make_incident(), make_published_incident()
    make_action(draft)
    user = User.objects.create_user("me", is_staff=True)
    user.groups.add(Group.objects.get(name="researcher"))
    client.force_login(user)

    set_after_looking(client, draft, published, automation="fully")

    assert {each.incident: each.automation for each in Action.objects.all()} == {
        draft: "fully",
        published: "unknown",
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Fill in at least one field."),
        ({"timezone": "Asia/Xyzzy"}, "is not a time zone"),
        ({"quote_language": "zz"}, "is not a language tag"),
        ({"status_as_of": "June"}, "is not a date"),
        ({"status": "gone"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_set_is_said_at_its_field(desk, values, sentence):  # noqa: F811
    page = desk.post(page_of(*drafts_with_actions()), values)

    assert sentence in str(page.context["form"].errors)
    assert not page.context["shown"]


def test_the_list_opens_the_page_and_exports_those_that_were_chosen(desk):  # noqa: F811
    chosen, other = make_published_incident(ref="chosen"), make_published_incident(ref="left-out")

    def ask(action):
        return desk.post(address("incident_changelist"), {"action": action, "_selected_action": [chosen.pk]})

    assert ask("set_fields").url == page_of(chosen)
    table = ask("export_csv").getvalue().decode()
    assert (chosen.ref in table, other.ref in table) == (True, False)
    assert ask("export_xlsx").getvalue().startswith(b"PK")
