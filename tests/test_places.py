"""Places, time zones and languages are found by name in any language; hours are those of the place; a script is not needed."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from incidents.admin.code_fields import CHOICES
from incidents.admin_site import code_called
from incidents.models import IN_ORDER, Action, Incident, Party
from incidents.models.fields import kind_of

from .factories import make_account, make_action, make_incident, make_party, make_platform
from .test_admin import action_row, address, change_data, log_data
from .test_logging import desk  # noqa: F401

pytestmark = pytest.mark.django_db


def codes(desk, kind, term):  # noqa: F811
    return [
        row["id"] for row in desk.get(reverse("admin:codes", args=[kind]), {"term": term}).json()["results"]
    ]


@pytest.mark.parametrize(
    ("kind", "term", "first"),
    [
        ("zone", "Chicago", "America/Chicago"),
        ("zone", "taiwan", "Asia/Taipei"),
        ("zone", "台灣", "Asia/Taipei"),
        ("zone", "芝加哥", "America/Chicago"),
        ("zone", "台北", "Asia/Taipei"),
        ("zone", "Asia/Hong_Kong", "Asia/Hong_Kong"),
        ("place", "Taiwan", "TW"),
        ("place", "台湾", "TW"),
        ("place", "Frankreich", "FR"),
        ("place", "Россия", "RU"),
        ("place", "UA-43", "UA-43"),
        ("place", "European", "EU"),
        ("language", "Traditional", "zh-Hant"),
        ("language", "polski", "pl"),
        ("language", "zh-Hant-HK", "zh-Hant-HK"),
    ],
)
def test_codes_are_found_by_name_in_any_language(desk, kind, term, first):  # noqa: F811
    assert codes(desk, kind, term)[0] == first


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("place", "HK-ZZZ"),
        ("place", "QQ"),
        ("language", "zz"),
        ("language", "eng"),
        ("language", "zh-Abcd"),
        ("language", "en-XX"),
        ("zone", "Asia/Xyzzy"),
    ],
)
def test_what_only_looks_like_a_code_is_not_offered_and_no_record_takes_it(desk, kind, code):  # noqa: F811
    columns = [
        (model, field)
        for model in IN_ORDER
        for field in model._meta.fields
        if not field.is_relation and CHOICES.get(kind_of(field)) == kind
    ]

    assert code not in codes(desk, kind, code)
    assert columns
    for model, field in columns:
        with pytest.raises(ValidationError, match=f"“{code}” is not a"):
            field.clean(code, model())


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("place", "GB-SCT"),
        ("language", "sr-Latn-ekavsk"),
        ("language", "es-419"),
        ("language", "mul"),
        ("language", "und"),
    ],
)
def test_every_registered_code_can_be_typed(desk, kind, code):  # noqa: F811
    assert codes(desk, kind, code)[0] == code


def test_codes_are_for_the_desk(client):
    assert client.get(reverse("admin:codes", args=["zone"])).status_code == 302


def test_nonsense_finds_nothing_and_there_are_no_other_codes(desk):  # noqa: F811
    assert codes(desk, "place", "\0xyzzy") == []
    assert desk.get(reverse("admin:codes", args=["nothing"])).status_code == 404


@pytest.mark.slow
def test_hours_are_typed_and_shown_as_the_clocks_of_the_place_show_them(desk):  # noqa: F811
    incident, account = make_incident(), make_account()
    row = action_row(account=account.pk, start="2020-06-07", timezone="America/Chicago") | {
        "actions-0-start_at_from_0": "2020-06-07",
        "actions-0-start_at_from_1": "09:30",
    }

    desk.post(address("incident_change", incident.pk), change_data(incident, **row))

    assert Action.objects.get().start_at_from == datetime(2020, 6, 7, 14, 30, tzinfo=UTC)
    page = desk.get(address("incident_change", incident.pk)).content.decode()
    assert 'name="actions-0-start_at_from_1" value="09:30:00"' in page


@pytest.mark.slow
def test_an_hour_that_the_clocks_skipped_is_refused(desk):  # noqa: F811
    incident, account = make_incident(), make_account()
    row = action_row(account=account.pk, start="2020-03-08", timezone="America/Chicago") | {
        "actions-0-start_at_from_0": "2020-03-08",
        "actions-0-start_at_from_1": "02:30",
    }

    page = desk.post(address("incident_change", incident.pk), change_data(incident, **row)).content.decode()

    assert "be interpreted in time zone" in page
    assert not incident.actions.exists()


@pytest.mark.slow
def test_hours_nobody_touched_stay_as_they_are(desk):  # noqa: F811
    moment = datetime(2020, 6, 8, 2, 0, tzinfo=UTC)
    action = make_action(start="2020-06-07", timezone="America/Chicago", start_at_from=moment)
    page = desk.get(address("incident_change", action.incident_id))
    form = page.context["inline_admin_formsets"][0].formset.forms[0]

    assert form["start_at_from"].subwidgets[0].data["subwidgets"][1]["value"] == "21:00:00"
    assert 'name="actions-0-start_at_from_1" value="21:00:00"' in page.content.decode()


@pytest.mark.parametrize(("sent", "stored"), [(["US", "HK"], "HK US"), (["HK US"], "HK US"), ([], "")])
def test_several_places_are_stored_in_order(desk, sent, stored):  # noqa: F811
    party = make_party(kind="organisation", country="CN")
    data = {
        "public_label": party.public_label,
        "slug": party.slug,
        "kind": "organisation",
        "name_public": "on",
    }

    desk.post(address("party_change", party.pk), data | {"country": sent, "cleared": "on"})

    assert Party.objects.get().country == stored


class TestWithoutScript:
    def test_a_draft_is_logged_by_typing_names(self, desk):  # noqa: F811
        platform, holder = make_platform(name="Weibo"), make_party(public_label="a reading group")
        make_platform(name="Weibo International")
        typed = {"platform-typed": "weibo", "holder-typed": "reading", "timezone-typed": "Asia/Shanghai"}

        data = log_data(platform="", holder="", timezone="") | typed
        assert desk.post(address("incident_add"), data).status_code == 302

        action = Incident.objects.get().actions.get()
        assert (action.account.platform, action.account.holder, action.timezone) == (
            platform,
            holder,
            "Asia/Shanghai",
        )

    @pytest.mark.parametrize(
        ("typed", "code"),
        [("Chicago", "America/Chicago"), ("台北", "Asia/Taipei"), ("Europe/Rome", "Europe/Rome")],
    )
    def test_a_code_is_typed_by_name(self, desk, typed, code):  # noqa: F811
        platform = make_platform(name="Weibo")

        data = log_data(platform=platform.pk, holder="", timezone="") | {"timezone-typed": typed}
        assert desk.post(address("incident_add"), data).status_code == 302

        assert Incident.objects.get().actions.get().timezone == code

    @pytest.mark.parametrize(
        ("kind", "typed", "code"),
        [
            ("place", "Taiwan", "TW"),
            ("place", "UA-43", "UA-43"),
            ("place", "an", "an"),
            ("language", "und", "und"),
            ("language", "English", "en"),
            ("zone", "Amer", "Amer"),
        ],
    )
    def test_a_name_of_several_is_left_as_typed_and_a_code_is_a_code(self, kind, typed, code):
        assert code_called(kind, typed) == code

    @pytest.mark.parametrize("typed", ["no such platform", "we"])
    def test_what_names_none_or_several_is_refused(self, desk, typed):  # noqa: F811
        for name in ("Weibo", "WeChat"):
            make_platform(name=name)

        page = desk.post(address("incident_add"), log_data(platform="") | {"platform-typed": typed})

        assert "platform" in page.context["adminform"].form.errors
        assert not Incident.objects.exists()


def test_without_a_script_the_plus_opens_a_tab_that_says_how_to_go_on(desk):  # noqa: F811
    page = desk.get(address("incident_add")).content.decode()
    (link,) = re.findall(r'<a [^>]*id="add_id_holder"[^>]*>', page)
    path = unescape(re.search('href="([^"]+)"', link)[1])
    assert 'target="_blank"' in link

    saved = desk.post(path, {"public_label": "A newsroom", "kind": "media", "_popup": "1"}).content.decode()

    assert Party.objects.get().public_label == "A newsroom"
    assert "Close this tab." in saved.partition("<noscript>")[2].partition("</noscript>")[0]
