"""Platforms, parties and accounts are found by any name in any script, told apart, and not added twice unawares."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from incidents.models import Party, Platform

from .factories import make_account, make_action, make_party, make_platform
from .test_admin import address, log_in
from .test_logging import desk  # noqa: F401

pytestmark = pytest.mark.django_db


def choices(desk, term, model="account", field="holder"):  # noqa: F811
    query = {"app_label": "incidents", "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in desk.get(reverse("admin:autocomplete"), query).json()["results"]]


@pytest.mark.parametrize(
    ("names", "term"),
    [
        ({"public_label": "Hong Kong Alliance", "native_label": "香港支聯會"}, "香港支联会"),
        ({"public_label": "Hong Kong Alliance", "native_label": "香港支聯會"}, "xianggang"),
        ({"public_label": "ВКонтакте"}, "вк"),
        ({"public_label": "ВКонтакте"}, "vkont"),
        ({"public_label": "İstanbul Barosu"}, "istanbul"),
        ({"public_label": "a lawyer", "kind": "person", "private_name": "Ирина Вымышленная"}, "irina"),
    ],
)
def test_a_party_is_found_in_every_script(desk, names, term):  # noqa: F811
    make_party(public_label="Somebody else")
    make_party(**names)

    assert [text.partition(" (")[0] for text in choices(desk, term)] == [names["public_label"]]


def test_a_choice_says_the_name_that_matched_and_what_tells_it_apart(desk):  # noqa: F811
    platform = make_platform(name="X", aliases="Twitter, ../2023-07")
    for country in ("CN", "US"):
        make_party(public_label="Students’ Union", kind="organisation", country=country)
    make_action(account=make_account(platform=platform, holder=Party.objects.get(country="CN")))

    assert choices(desk, "twit", field="platform") == ["X (Twitter, 1 incident)"]
    assert sorted(choices(desk, "union")) == [
        "Students’ Union (Organisation, China, 1 incident)",
        "Students’ Union (Organisation, United States of America, 0 incidents)",
    ]


def test_a_choice_does_not_spell_a_private_name(desk):  # noqa: F811
    make_party(
        public_label="a lawyer", kind="person", private_name="Ирина В", name_public=False, aliases="Ирина"
    )

    assert choices(desk, "Ирина") == ["a lawyer (Person, 0 incidents)"]


@pytest.mark.parametrize(
    ("known", "typed", "is_asked"),
    [
        ("Hong Kong Alliance", "hong kong alliance", True),
        ("Hong Kong Alliance", "Hong Kong Aliance", True),
        ("香港支聯會", "香港支联会", True),
        ("ВКонтакте", "VKontakte", True),
        ("林巧珍", "林巧真", False),  # sounds alike, and is somebody else
        ("a student group in China", "a trade union in China", False),
        ("a student group in China, 1", "a student group in China, 2", False),
    ],
)
def test_what_is_nearly_the_name_of_a_party_on_record_is_asked_about(desk, known, typed, is_asked):  # noqa: F811
    party = make_party(public_label=known)
    data = {"public_label": typed, "kind": "organisation", "at_risk": "on"}

    page = desk.post(address("party_add"), data)

    assert (page.status_code == 200) is is_asked
    if is_asked:
        assert address("party_change", party.pk) in page.content.decode()
        assert desk.post(address("party_add"), data | {"is_another": "on"}).status_code == 302
    assert Party.objects.count() == 2


def test_in_a_small_window_the_one_on_record_is_chosen_instead(desk):  # noqa: F811
    party = make_party(public_label="Hong Kong Alliance")
    data = {"public_label": "Hong Kong Aliance", "kind": "organisation", "_popup": "1"}

    assert 'name="_use"' in desk.post(address("party_add"), data).content.decode()

    answer = desk.post(address("party_add"), data | {"_use": party.pk}).content.decode()
    assert f"&quot;value&quot;: &quot;{party.pk}&quot;" in answer
    assert Party.objects.count() == 1


def test_a_saved_record_is_not_asked_about(desk):  # noqa: F811
    make_platform(name="Telegramm")
    platform = make_platform(name="Telegram")
    data = {"name": "Telegram", "slug": platform.slug, "kind": platform.kind, "operator": "Somebody"}

    assert desk.post(address("platform_change", platform.pk), data).status_code == 302
    assert Platform.objects.get(name="Telegram").operator == "Somebody"


@pytest.mark.parametrize(
    ("kind", "basis", "answers"),
    [
        ("person", "speaks to the press", (True, False)),
        ("organisation", "is a public body", (True, True)),
        ("person", "", (False, True)),
    ],
)
def test_one_question_says_whether_a_new_party_may_be_named(desk, kind, basis, answers):  # noqa: F811
    data = {"public_label": "Somebody", "kind": kind, "at_risk": "on", "name_public_basis": basis}

    assert desk.post(address("party_add"), data).status_code == 302

    party = Party.objects.get()
    assert (party.name_public, party.at_risk) == answers
    page = desk.get(address("party_change", party.pk)).content.decode()
    assert "May be named, because" not in page
    assert "May be named, because" in desk.get(address("party_add")).content.decode()


def test_a_minor_is_not_named_whatever_the_answer(desk):  # noqa: F811
    data = {"public_label": "Somebody", "kind": "person", "name_public_basis": "is known", "is_minor": "on"}

    page = desk.post(address("party_add"), data)

    assert "A minor is never named." in page.content.decode()
    assert not Party.objects.exists()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_holder_on_record_is_taken_from_the_window_in_which_another_was_to_be_added(browse):
    party = make_party(public_label="Hong Kong Alliance")
    page = log_in(browse, "/admin/incidents/incident/add/")
    with page.expect_popup() as popup:
        page.click("#add_id_holder")
    popup.value.fill("#id_public_label", "Hong Kong Aliance")
    popup.value.click("[name=_save]")

    popup.value.click("text=Use this one")

    expect(page.locator("#id_holder")).to_have_value(str(party.pk))
