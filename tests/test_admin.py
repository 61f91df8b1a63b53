"""The admin: logging on one page, permissions, the rules of publication, and no input that ends in an error page."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from incidents.admin import transitions
from incidents.groups import make_groups
from incidents.models import Account, Action, Citation, Incident, Party, Platform, Source
from incidents.publishing import problems

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)

pytestmark = pytest.mark.django_db

LISTS = ["platform", "party", "account", "topic", "source", "incident"]


@pytest.fixture
def staff(client):
    """`staff("editor")` is a client logged in as a member of that group."""

    def log_in(group):
        user = User.objects.create_user(f"some {group}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return log_in


def address(name, *args):
    return reverse(f"admin:incidents_{name}", args=args)


def transition(name, *incidents):
    return f"{address('incident_transition', name)}?ids={','.join(str(each.pk) for each in incidents)}"


def log_data(**changes):
    """What a researcher types into the log form."""
    platform = Platform.objects.first() or make_platform(slug="zoom", name="Zoom")
    holder = Party.objects.first() or make_party(slug="humanitarian-china")
    return {
        "title": "Zoom shuts the account of Humanitarian China",
        "platform": platform.pk,
        "holder": holder.pk,
        "account_label": "account used for the 31 May conference",
        "account_kind": "unknown",
        "type": "suspended",
        "occurrence": "reported",
        "start": "2020-06-07",
        "start_text": "",
        "start_basis": "first_observed",
        "timezone": "",
        "status": "lifted",
        "status_as_of": "",
        "reason_status": "not_recorded",
        "source_url": "https://news.example/zoom",
        "source_title": "Zoom shuts an account",
        "source_outlet": "Example News",
        "source_date": "2020-06-11",
        "source_date_basis": "printed",
        "source_kind": "article-newspaper",
        "source_language": "en",
        "accessed_on": "2026-11-20",
        "audience": "unknown",
        "kind": "account_action",
        "quote": "The account was shut down.",
        "summary": "",
        "editor_notes": "",
    } | changes


def change_data(incident, **changes):
    """What the change page sends back when nothing is touched."""
    data = {"title": incident.title, "summary": incident.summary, "ref": incident.ref, "kind": incident.kind}
    data |= {"date": "", "date_text": "", "editor_notes": ""}
    for prefix in (
        "actions",
        "justifications",
        "involvements",
        "citations",
        "relations_from",
        "relations_to",
    ):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changes


def action_row(**changes):
    return {
        f"actions-0-{name}": value
        for name, value in {
            "type": "suspended", "occurrence": "reported", "status": "unknown", "reason_status": "not_recorded",
            "start_basis": "reported", "end_cause": "unknown", "term": "unstated", "scope": "unknown",
            "automation": "unknown", "member_kind": "not_applicable", "account": "", **changes,
        }.items()
    } | {"actions-TOTAL_FORMS": 1}  # fmt: skip


def citation_row(citation, **changes):
    values = {name: getattr(citation, name) for name in ("quote", "stance", "field", "locator")} | {
        "id": citation.pk, "source": citation.source_id, "action": citation.action_id or "",
        "justification": "", "involvement": "", "attribution": "", "value_as_stated": "", **changes,
    }  # fmt: skip
    return {f"citations-0-{name}": value for name, value in values.items()} | {"citations-TOTAL_FORMS": 1}


def make_ready_draft(**fields):
    """A draft that nothing stands in the way of."""
    incident = make_published_incident(**fields)
    Incident.objects.filter(pk=incident.pk).update(publication="draft", published_at=None)
    return Incident.objects.get(pk=incident.pk)


def errors(page):
    return dict(page.context["adminform"].form.errors)


class TestDatesInDoubt:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("start", "asked"),
        [
            ("2002-06-07", "18 years from the nearest other date, 2020-06-11. Is the year right?"),
            ("2021-06-07", "later than its source, 2020-06-11. Is the year right?"),
        ],
    )
    def test_a_likely_slip_of_a_year_is_asked_about_and_taken_once_it_is_right(self, staff, start, asked):
        client = staff("researcher")

        page = client.post(address("incident_add"), log_data(start=start, status="unknown"))
        assert [asked in message for message in errors(page)["start"]] == [True]
        assert 'name="dates_right"' in page.content.decode()
        assert not Incident.objects.exists()

        page = client.post(address("incident_add"), log_data(start=start, status="unknown", dates_right="on"))
        assert page.status_code == 302
        assert Action.objects.get().start == start

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "changes",
        [
            {"start": "2020-06-12"},  # it is a day later elsewhere
            {"start": "2021-06-07", "start_basis": "planned_for"},
            {"start": "2015"},
            {"start": "", "start_text": "once"},
        ],
    )
    def test_what_is_likely_is_not_asked_about(self, staff, changes):
        page = staff("researcher").post(address("incident_add"), log_data(status="unknown", **changes))

        assert page.status_code == 302

    @pytest.mark.slow
    @pytest.mark.parametrize("status", ["unknown", "not_applicable"])
    def test_a_status_that_is_not_known_or_cannot_change_is_as_of_no_day(self, staff, status):
        staff("researcher").post(address("incident_add"), log_data(status=status))

        assert Action.objects.get().status_as_of == ""

    @pytest.mark.slow
    def test_a_part_may_be_later_than_the_sources_cited_so_far(self, staff):
        incident = make_ready_draft(action={"start": "2020-06-07"})
        row = action_row(start="2020-09-07", account=make_account().pk) | {"actions-INITIAL_FORMS": 0}

        page = staff("researcher").post(address("incident_change", incident.pk), change_data(incident, **row))

        assert page.status_code == 302

    @pytest.mark.slow
    @pytest.mark.parametrize("start", ["2010-06-07", "2021-06-07"])
    def test_a_date_of_a_part_is_asked_about_when_it_is_typed(self, staff, start):
        incident = make_ready_draft(action={"start": "2020-06-07"})
        client, account = staff("researcher"), make_account()
        row = action_row(start=start, account=account.pk) | {"actions-INITIAL_FORMS": 0}

        page = client.post(address("incident_change", incident.pk), change_data(incident, **row))
        assert "Is the year right?" in page.content.decode()
        assert incident.actions.count() == 1

        right = change_data(incident, **row, dates_right="on")
        assert client.post(address("incident_change", incident.pk), right).status_code == 302
        action = incident.actions.get(start=start)
        row = action_row(id=action.pk, start=start, account=account.pk, type="locked")
        page = client.post(
            address("incident_change", incident.pk),
            change_data(incident, **row | {"actions-INITIAL_FORMS": 1}),
        )
        assert page.status_code == 302
        assert incident.actions.get(start=start).type == "locked"

    def test_a_page_that_has_not_asked_has_no_box_for_the_answer(self, staff):
        assert 'name="dates_right"' not in staff("researcher").get(address("incident_add")).content.decode()


class TestLogging:
    def test_one_page_and_one_save_make_a_cited_draft(self, staff):
        page = staff("researcher").post(address("incident_add"), log_data())

        incident = Incident.objects.get()
        action, citation = incident.actions.get(), incident.citations.first()
        assert page.headers["Location"] == address("incident_change", incident.pk)
        assert (incident.ref, incident.publication) == ("2020-zoom-humanitarian-china", "draft")
        assert (action.seq, action.type, action.start, str(action.start_earliest)) == (
            1,
            "suspended",
            "2020-06-07",
            "2020-06-07",
        )
        assert action.status_as_of == "2020-06-11"
        assert action.account.label == "account used for the 31 May conference"
        assert (citation.action, citation.quote) == (action, "The account was shut down.")
        assert citation.source.citekey == "example-news-2020-06-11"
        assert citation.source.accessed_on is not None

    @pytest.mark.slow
    def test_a_platform_that_no_source_names_is_not_forgotten_by_mistake(self, staff):
        client = staff("researcher")

        page = client.post(address("incident_add"), log_data(platform=""))
        assert "that no source names it" in errors(page)["platform"][0]

        for title in ("Once", "Twice"):
            data = log_data(title=title, platform="", platform_not_known="on", account_label="")
            assert client.post(address("incident_add"), data).status_code == 302
        slugs = Account.objects.order_by("slug").values_list("slug", "platform")
        assert list(slugs) == [
            ("unnamed-platform-humanitarian-china", None),
            ("unnamed-platform-humanitarian-china-2", None),
        ]
        assert Incident.objects.order_by("ref").first().ref == "2020-unnamed-platform-humanitarian-china"

    def test_a_platform_is_not_both_chosen_and_unknown(self, staff):
        page = staff("researcher").post(address("incident_add"), log_data(platform_not_known="on"))

        assert list(errors(page)) == ["platform"]

    def test_who_made_it_is_noted_on_every_record(self, staff):
        staff("researcher").post(address("incident_add"), log_data())

        for model in (Incident, Account, Action, Source, Citation):
            record = model.objects.first()
            assert str(record.created_by) == str(record.updated_by) == "some researcher"
            assert str(record.history.get().history_user) == "some researcher"

    @pytest.mark.slow
    def test_an_account_and_a_source_that_are_here_already_are_used(self, staff):
        client = staff("researcher")
        client.post(address("incident_add"), log_data())

        page = client.post(address("incident_add"), log_data(title="Again"), follow=True)

        assert (Account.objects.count(), Source.objects.count(), Incident.objects.count()) == (1, 1, 2)
        used = [str(each) for each in page.context["messages"] if "used again" in str(each)]
        assert len(used) == 2

    @pytest.mark.slow
    def test_accounts_of_unknown_holders_are_never_taken_for_the_same(self, staff):
        client = staff("researcher")
        for title, label in (("Once", ""), ("Twice", ""), ("Again", "a page"), ("And again", "a page")):
            data = log_data(title=title, holder="", account_label=label)
            client.post(address("incident_add"), data)

        slugs = list(Account.objects.order_by("slug").values_list("slug", flat=True))
        assert slugs == ["zoom-account", "zoom-account-2", "zoom-account-3", "zoom-account-4"]
        assert len({str(account) for account in Account.objects.all()}) == 4

    @pytest.mark.slow
    @pytest.mark.parametrize("label", ["", "account", "Account"])
    def test_which_account_of_a_holder_is_meant_is_asked(self, staff, label):
        client = staff("researcher")
        client.post(address("incident_add"), log_data(account_label="the group's page"))

        page = client.post(address("incident_add"), log_data(title="Again", account_label=label))

        assert "On record already: the group&#x27;s page" in str(errors(page)["account_label"])
        assert Account.objects.count() == 1

    @pytest.mark.slow
    def test_sources_without_an_address_are_never_taken_for_the_same(self, staff):
        client = staff("researcher")
        for title in ("Once", "Twice"):
            client.post(address("incident_add"), log_data(title=title, source_url=""))

        assert Source.objects.count() == 2

    @pytest.mark.slow
    def test_a_second_incident_gets_a_ref_of_its_own(self, staff):
        client = staff("researcher")
        for title in ("Once", "Once more"):
            client.post(address("incident_add"), log_data(title=title))

        assert set(Incident.objects.values_list("ref", flat=True)) == {
            "2020-zoom-humanitarian-china",
            "2020-zoom-humanitarian-china-2",
        }

    @pytest.mark.slow
    def test_a_start_and_a_holder_may_stay_unknown(self, staff):
        staff("researcher").post(address("incident_add"), log_data(start="", holder="", source_date=""))

        assert Incident.objects.get().ref == "undated-zoom"
        assert Action.objects.get().start == ""

    @pytest.mark.slow
    def test_an_address_is_not_made_from_a_name_that_may_yet_be_taken_out(self, staff):
        make_party(slug="tao-xubai", public_label="Tao Xubai", kind="person", name_public=False)

        staff("researcher").post(address("incident_add"), log_data())

        assert Incident.objects.get().ref == "2020-zoom-unnamed-person"
        assert Account.objects.get().slug == "zoom-unnamed-person"

    def test_an_account_that_is_here_takes_the_place_of_platform_and_holder(self, staff):
        account = make_account(label="the old account")
        data = log_data(platform="", holder="", account_label="", account=account.pk)

        staff("researcher").post(address("incident_add"), data)

        assert Action.objects.get().account == account == Account.objects.get()

    def test_an_account_and_a_platform_that_do_not_go_together_are_reported(self, staff):
        account = make_account()
        data = log_data(platform=make_platform().pk, holder="", account=account.pk)

        page = staff("researcher").post(address("incident_add"), data)

        assert "on another platform" in str(errors(page)["platform"])

    @pytest.mark.slow
    def test_an_account_without_a_label_gets_one_that_gives_no_one_away(self, staff):
        staff("researcher").post(address("incident_add"), log_data(account_label=""))

        assert Account.objects.get().label == "account"

    @pytest.mark.slow
    def test_what_was_said_is_a_justification_with_its_citation(self, staff):
        said = {"ground": "local_law", "justification_quote": "We follow the law.", "speaker_text": "Zoom"}

        staff("researcher").post(address("incident_add"), log_data(**said))

        justification = Incident.objects.get().justifications.get()
        assert (justification.ground, justification.speaker_text) == ("local_law", "Zoom")
        assert list(justification.actions.all()) == [Action.objects.get()]
        assert justification.citations.get().quote == "We follow the law."

    @pytest.mark.slow
    def test_what_the_form_logs_lacks_no_source(self, staff):
        said = {"ground": "local_law", "justification_quote": "We follow the law.", "speaker_text": "Zoom"}

        staff("researcher").post(address("incident_add"), log_data(summary="Zoom shut an account.", **said))

        incident = Incident.objects.get()
        assert problems(incident) == []
        assert [(each.target, each.quote) for each in incident.citations.all()] == [
            (Action.objects.get(), "The account was shut down."),
            (incident, "The account was shut down."),
            (incident.justifications.get(), "We follow the law."),
        ]

    def test_words_without_a_speaker_are_reported(self, staff):
        data = log_data(ground="local_law", justification_quote="We follow the law.")

        page = staff("researcher").post(address("incident_add"), data)

        assert "Name one speaker" in str(errors(page)["speaker_text"])
        assert not Incident.objects.exists()

    def test_a_quotation_that_the_saved_text_lacks_is_reported_at_its_own_field(self, staff):
        make_source(url="https://news.example/zoom", content_text="The account was shut down.")
        said = {"ground": "local_law", "justification_quote": "We follow the law.", "speaker_text": "Zoom"}

        page = staff("researcher").post(
            address("incident_add"), log_data(source_title="", source_date="", **said)
        )

        assert list(errors(page)) == ["justification_quote"]

    def test_context_has_a_date_and_no_account(self, staff):
        data = log_data(kind="context", platform="", holder="", start="2020-05-31~", title="A detention")

        staff("researcher").post(address("incident_add"), data)

        incident = Incident.objects.get()
        assert (incident.ref, incident.date, str(incident.date_latest)) == (
            "2020-context", "2020-05-31~", "2020-05-31"
        )  # fmt: skip
        assert incident.citations.first().quote == "The account was shut down."
        assert not incident.actions.exists()

    def test_context_with_an_account_is_reported(self, staff):
        page = staff("researcher").post(address("incident_add"), log_data(kind="context"))

        assert set(errors(page)) == {"platform", "holder"}

    def test_a_title_that_is_here_is_no_second_incident(self, staff):
        first = make_incident(title="zoom shuts the account of humanitarian china")

        page = staff("researcher").post(address("incident_add"), log_data())

        assert address("incident_change", first.pk) in str(errors(page)["title"])

    def test_everything_wrong_is_reported_at_once(self, staff):
        data = log_data(title="", start="June", source_url="https://me:x@news.example/", quote="x" * 1001)

        page = staff("researcher").post(address("incident_add"), data)

        assert set(errors(page)) == {"title", "start", "source_url", "quote"}

    @pytest.mark.slow
    def test_an_undated_source_is_not_said_to_have_a_date(self, staff):
        staff("researcher").post(address("incident_add"), log_data(source_date=""))

        assert Source.objects.get().issued_basis == "unknown"
        assert Action.objects.get().status_as_of == ""

    def test_what_someone_else_saves_at_the_same_moment_is_no_error(self, staff):
        def meanwhile(instance, **kwargs):
            pre_save.disconnect(meanwhile, Incident)
            make_incident(ref=instance.ref)

        pre_save.connect(meanwhile, Incident)
        page = staff("researcher").post(address("incident_add"), log_data(title="Mine"))

        assert "Nothing was saved" in str(errors(page))
        assert 'value="Mine"' in page.content.decode()
        assert not Account.objects.exists()

    @pytest.mark.slow
    def test_a_researcher_does_not_publish_by_sending_more_than_the_form_has(self, staff):
        more = {"publication": "published", "published_at": "2026-11-20", "ref": "chosen"}

        client = staff("researcher")
        client.post(address("incident_add"), log_data(**more))
        incident = Incident.objects.get()
        client.post(address("incident_change", incident.pk), change_data(incident, title="New", **more))

        incident.refresh_from_db()
        assert (incident.title, incident.publication, incident.published_at) == ("New", "draft", None)

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"start": "2020-06-07/2020-06-01"}, "start", "runs backwards"),
            ({"start": "7 June"}, "start", "is not a date"),
            ({"timezone": "Mars/Olympus"}, "timezone", "is not a time zone"),
            ({"quote": "字" * 1001}, "quote", "at most 1000 characters"),
            ({"source_url": "https://me:secret@news.example/"}, "source_url", "user name or password"),
            ({"source_url": "news.example"}, "source_url", "full URL"),
            ({"source_date": "June"}, "source_date", "is not a date"),
            ({"source_language": "English"}, "source_language", "is not a language tag"),
            ({"source_language": "zz"}, "source_language", "is not a language tag"),
            ({"title": ""}, "title", "required"),
            ({"title": "a\0b"}, "title", "Null characters"),
            ({"account_label": "a\x07b"}, "account_label", "cannot be stored"),
            ({"platform": "999999"}, "platform", "valid choice"),
            ({"platform": "zoom"}, "platform", "Choose the platform"),
            ({"platform": str(10**30)}, "platform", "Choose the platform"),
            ({"type": "abolished"}, "type", "valid choice"),
            ({"occurrence": "threatened_not_applied"}, "status", "Never applied"),
        ],
    )
    def test_bad_input_is_reported_at_its_field_and_stays_typed(self, staff, changes, field, sentence):
        page = staff("researcher").post(address("incident_add"), log_data(**changes))

        assert page.status_code == 200
        assert list(errors(page)) == [field]
        assert sentence in str(errors(page)[field])
        assert 'value="Example News"' in page.content.decode()
        assert not Incident.objects.exists()
        assert not Source.objects.exists()

    @pytest.mark.slow
    def test_a_state_of_publication_cannot_be_smuggled_in(self, staff):
        staff("researcher").post(
            address("incident_add"),
            log_data(
                publication="published", published_at_0="2020-01-01", published_at_1="00:00", cleared="on"
            ),
        )

        assert Incident.objects.get().publication == "draft"


class TestRegistry:
    @pytest.mark.parametrize("name", ["Twitter", "x"])
    def test_a_platform_known_by_another_name_is_reported_at_its_field(self, staff, name):
        make_platform(slug="x", name="X", aliases="Twitter, ../2023")

        page = staff("researcher").post(
            address("platform_add"), {"name": name, "slug": "new", "kind": "unknown"}
        )

        assert "Choose that platform" in str(errors(page)["name"])

    def test_a_researcher_does_not_clear_a_party(self, staff):
        data = {
            "public_label": "A group",
            "slug": "a-group",
            "kind": "collective",
            "at_risk": "on",
            "cleared": "on",
        }

        staff("researcher").post(address("party_add"), data)

        assert Party.objects.get().cleared is False

    def test_what_a_researcher_changes_needs_clearing_again(self, staff):
        party = make_party(slug="a-group", public_label="A group")

        staff("researcher").post(
            address("party_change", party.pk),
            {"public_label": "Another group", "slug": "a-group", "kind": "collective", "name_public": "on"},
        )

        party.refresh_from_db()
        assert (party.public_label, party.cleared) == ("Another group", False)

    def test_a_rule_of_the_database_is_reported_at_its_field(self, staff):
        data = {
            "public_label": "Li Si",
            "slug": "li-si",
            "kind": "person",
            "at_risk": "on",
            "name_public": "on",
        }

        page = staff("editor").post(address("party_add"), data)

        assert "A person at risk is not named" in str(errors(page)["name_public"])

    def test_slugs_and_keys_propose_themselves(self, staff):
        client = staff("researcher")
        client.post(address("party_add"), {"public_label": "香港支聯會", "kind": "organisation"})
        client.post(address("platform_add"), {"name": "Zoom", "kind": "unknown"})
        client.post(
            address("source_add"),
            {
                "title": "A page", "url": "https://www.hkfp.example/1", "issued": "2020-06-12",
                "issued_basis": "url", "csl_type": "webpage", "derivation": "original",
            },
        )  # fmt: skip

        assert Party.objects.get().slug == "xianggangzhilianhui"
        assert Platform.objects.get().slug == "zoom"
        assert Source.objects.get().citekey == "hkfp-2020-06-12"

    @pytest.mark.parametrize("slug", ["li-si", "the-friend-of-li-si"])
    def test_a_slug_does_not_spell_a_private_name(self, staff, slug):
        data = {"public_label": "a friend", "slug": slug, "kind": "person", "private_name": "Li Si"}

        page = staff("editor").post(address("party_add"), data)

        assert "contains a name, handle or URL that is not public" in str(errors(page)["slug"])


class TestTheWholeStory:
    @pytest.mark.slow
    def test_parts_are_added_and_numbered(self, staff):
        incident, account = make_incident(), make_account()

        page = staff("researcher").post(
            address("incident_change", incident.pk), change_data(incident, **action_row(account=account.pk))
        )

        assert page.status_code == 302
        assert incident.actions.get().seq == 1

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"start": "2020-06-07", "end": "2020-06-01"}, "end"),
            ({"status": "in_force", "end": "2021"}, "status"),
            ({"scope": "listed_countries"}, "countries"),
            ({"countries": "CN XX", "scope": "listed_countries"}, "countries"),
            ({"accounts_min": "3", "accounts_max": "2"}, "accounts_max"),
            ({"accounts_min": str(10**20)}, "accounts_min"),
            ({"expected_end": "2021"}, "term"),
            ({"start_at_from_0": "2020-06-07", "start_at_from_1": "10:00"}, "timezone"),
        ],
    )
    def test_every_rule_is_reported_at_its_field(self, staff, changes, field):
        incident, account = make_incident(), make_account()

        page = staff("researcher").post(
            address("incident_change", incident.pk),
            change_data(incident, **action_row(account=account.pk, **changes)),
        )

        assert page.status_code == 200
        assert [list(row) for row in page.context["inline_admin_formsets"][0].formset.errors] == [[field]]
        assert not incident.actions.exists()

    @pytest.mark.slow
    def test_what_is_missing_stands_on_the_page_with_links(self, staff):
        incident = make_ready_draft(summary="")
        incident.citations.all().delete()
        Party.objects.update(cleared=False)

        page = staff("editor").get(address("incident_change", incident.pk)).content.decode()

        missing = re.search(r'<section class="missing".*?</section>', page, re.DOTALL)[0]
        links = re.findall(r'href="([^"]+)"', missing)
        assert links == [
            "#id_summary",
            "#citations-all",
            "#citations-all",
            f"{address('party_change', Party.objects.get().pk)}?incident={incident.pk}#id_cleared",
        ]
        assert 'id="citations-all"' in page

    def test_who_solves_it_on_the_page_of_another_record_comes_back(self, staff):
        incident, party = make_incident(), make_party()
        there, back = (
            f"{address('party_change', party.pk)}?incident={incident.pk}",
            address("incident_change", incident.pk),
        )
        client = staff("editor")

        page = client.get(there)
        saved = client.post(
            there, {"public_label": "a choir", "kind": "organisation", "slug": "a-choir", "at_risk": "on"}
        )

        assert f'href="{back}"' in page.content.decode()
        assert saved.headers["Location"] == there

    @pytest.mark.slow
    def test_a_published_incident_lists_what_has_no_source_and_can_be_changed(self, staff):
        make_published_incident(title="Whole")
        incident = make_published_incident(title="Old")
        make_justification(incident)
        client = staff("editor")

        page = client.get(address("incident_change", incident.pk)).content.decode()
        found = client.get(address("incident_changelist"), {"sources": "missing"}).content.decode()
        saved = client.post(
            address("incident_change", incident.pk), change_data(incident, summary="Another summary.")
        )

        assert "Stated reason 1: add a supporting citation" in page
        assert ("Old" in found, "Whole" in found) == (True, False)
        assert saved.status_code == 302
        assert Incident.objects.get(pk=incident.pk).summary == "Another summary."

    @pytest.mark.slow
    def test_a_published_incident_gets_no_statement_without_a_source(self, staff):
        incident = make_published_incident()
        row = {
            "kind": "public_justification", "ground": "local_law", "speaker_text": "Zoom", "quote": "The law.",
            "modality": "asserted", "audience": "public",
        }  # fmt: skip
        rows = {f"justifications-0-{name}": value for name, value in row.items()} | {
            "justifications-TOTAL_FORMS": 1
        }

        page = staff("editor").post(address("incident_change", incident.pk), change_data(incident, **rows))

        assert "Stated reason 1: add a supporting citation" in page.content.decode()
        assert not incident.justifications.exists()

    @pytest.mark.slow
    def test_a_long_story_still_saves(self, staff):
        incident = make_incident()
        source = make_source()
        rows = {"citations-TOTAL_FORMS": 120}
        for n in range(120):
            rows |= {
                f"citations-{n}-{name}": value
                for name, value in {
                    "source": source.pk, "quote": f"words {n}", "stance": "supports", "action": "",
                    "justification": "", "involvement": "", "field": "", "attribution": "", "value_as_stated": "",
                    "locator": "",
                }.items()
            }  # fmt: skip

        page = staff("researcher").post(
            address("incident_change", incident.pk), change_data(incident, **rows)
        )

        assert page.status_code == 302
        assert incident.citations.count() == 120

    @pytest.mark.slow
    def test_an_action_goes_with_its_citations_even_with_one_just_changed(self, staff):
        incident = make_ready_draft()
        action, citation = incident.actions.get(), incident.citations.first()
        rows = action_row(account=action.account.pk, id=action.pk, DELETE="on", start="2020-06-07")
        rows |= citation_row(citation, quote="Other words.")
        counts = {"actions-INITIAL_FORMS": 1, "citations-INITIAL_FORMS": 1}

        page = staff("researcher").post(
            address("incident_change", incident.pk), change_data(incident, **rows | counts)
        )

        assert page.status_code == 302
        assert not incident.actions.exists()
        assert [citation.action for citation in incident.citations.all()] == [None]

    @pytest.mark.slow
    def test_an_action_and_its_citation_are_deleted_once_each(self, staff):
        incident = make_ready_draft()
        action, citation = incident.actions.get(), incident.citations.first()
        rows = action_row(account=action.account.pk, id=action.pk, DELETE="on")
        rows |= citation_row(citation, DELETE="on")
        counts = {"actions-INITIAL_FORMS": 1, "citations-INITIAL_FORMS": 1}

        staff("researcher").post(
            address("incident_change", incident.pk), change_data(incident, **rows | counts)
        )

        deleted = Citation.history.filter(history_type="-")
        assert [str(each.history_user) for each in deleted] == ["some researcher"]

    def test_saving_what_nobody_changed_changes_nothing(self, staff):
        incident = make_incident()
        before = incident.updated_at

        staff("researcher").post(address("incident_change", incident.pk), change_data(incident))

        incident.refresh_from_db()
        assert (incident.updated_at, incident.history.count()) == (before, 1)

    @pytest.mark.slow
    def test_a_changed_part_is_a_change_of_the_incident(self, staff):
        incident = make_incident()
        before, account = incident.updated_at, make_account()

        staff("researcher").post(
            address("incident_change", incident.pk), change_data(incident, **action_row(account=account.pk))
        )

        incident.refresh_from_db()
        assert incident.updated_at > before
        assert str(incident.updated_by) == "some researcher"
        assert str(incident.actions.get().created_by) == "some researcher"

    @pytest.mark.slow
    def test_words_that_the_quotation_lacks_are_reported_at_their_field(self, staff):
        incident = make_published_incident()
        citation = incident.citations.first()
        Incident.objects.filter(pk=incident.pk).update(publication="draft", published_at=None)
        data = change_data(incident, **citation_row(citation, value_as_stated="no such words"))

        page = staff("researcher").post(
            address("incident_change", incident.pk), data | {"citations-INITIAL_FORMS": 1}
        )

        (formset,) = (each for each in page.context["inline_admin_formsets"] if each.opts.model is Citation)
        assert "does not contain these words" in str(formset.formset.errors[0]["value_as_stated"])

    def test_every_part_has_its_history(self, staff):
        citation = make_published_incident().citations.first()

        page = staff("researcher").get(address("citation_history", citation.pk))

        assert page.status_code == 200

    @pytest.mark.slow
    def test_what_a_statement_is_about_is_ticked_among_the_actions_of_the_incident(self, staff):
        incident = make_incident()
        first, second, other = make_action(incident), make_action(incident), make_action()
        statement = make_justification(incident, actions=[first])
        names = ("kind", "ground", "speaker_text", "quote", "quote_language", "audience", "modality")
        row = {f"justifications-0-{name}": getattr(statement, name) for name in names}
        row |= {"justifications-0-id": statement.pk}
        row |= {"justifications-TOTAL_FORMS": 1, "justifications-INITIAL_FORMS": 1}
        url, client = address("incident_change", incident.pk), staff("researcher")

        page = client.get(url).content.decode()
        client.post(url, change_data(incident, **row, **{"justifications-0-actions": [first.pk, second.pk]}))
        refused = client.post(url, change_data(incident, **row, **{"justifications-0-actions": [other.pk]}))

        boxes = re.findall(
            r'<input type="checkbox" name="justifications-0-actions" value="(\d+)"([^>]*)', page
        )
        assert [(value, "checked" in rest) for value, rest in boxes] == [
            (str(first.pk), True),
            (str(second.pk), False),
        ]
        assert list(statement.actions.order_by("seq")) == [first, second]
        assert "is not one of the available choices" in refused.content.decode()
        assert statement.history.count() == 2
        history = client.get(address("justification_history", statement.pk)).content.decode()
        assert f"[{first}, {second}]" in history

    @pytest.mark.slow
    def test_several_reasons_are_selected_and_stored_in_their_order(self, staff):
        incident = make_incident()
        row = {
            "kind": "public_justification", "ground": "terms_rule_named", "speaker_text": "Zoom", "audience": "public",
            "modality": "asserted", "quote": "For two reasons.", "further_grounds": ["error", "local_law"],
        }  # fmt: skip
        row = {f"justifications-0-{name}": value for name, value in row.items()}
        url, client = address("incident_change", incident.pk), staff("editor")

        client.post(url, change_data(incident, **row, **{"justifications-TOTAL_FORMS": 1}))

        statement = incident.justifications.get()
        page = client.get(url).content.decode()
        box = re.search(r'<select name="justifications-0-further_grounds".*?</select>', page, re.DOTALL)[0]
        assert statement.further_grounds == "local_law error"
        assert re.findall(r'value="(\w+)" selected', box) == ["local_law", "error"]

    @pytest.mark.slow
    def test_a_name_hidden_of_somebody_who_joined_in_is_refused_at_the_box(self, staff):
        incident = make_incident()
        hidden = make_party(
            name_public=False, private_name="Jane Roe", kind="person", public_label="a reporter"
        )
        row = {
            "kind": "public_justification", "ground": "local_law", "speaker_text": "Zoom", "audience": "public",
            "modality": "asserted", "quote": "Jane Roe agrees.", "together_with": [hidden.pk],
        }  # fmt: skip
        row = {f"justifications-0-{name}": value for name, value in row.items()}

        page = staff("editor").post(
            address("incident_change", incident.pk),
            change_data(incident, **row, **{"justifications-TOTAL_FORMS": 1}),
        )

        assert "contains a name, handle or URL" in page.content.decode()
        assert not incident.justifications.exists()

    @pytest.mark.slow
    def test_choices_within_an_incident_come_from_it_alone(self, staff):
        incident, other = make_incident(), make_incident()
        make_justification(incident, speaker_text="the right speaker")
        make_justification(other, speaker_text="the wrong speaker")

        page = staff("researcher").get(address("incident_change", incident.pk)).content.decode()

        assert "the right speaker" in page
        assert "the wrong speaker" not in page


class TestPublishing:
    @pytest.mark.slow
    def test_a_complete_draft_is_published_after_one_question(self, staff, client):
        incident = make_ready_draft()
        staff("editor")

        assert incident.title in client.get(transition("publish", incident)).content.decode()
        client.post(transition("publish", incident))

        assert client.get(incident.get_absolute_url()).status_code == 200

    def test_what_may_not_be_published_is_not(self, staff, client):
        incident = make_incident(summary="")
        staff("editor")

        page = client.post(transition("publish", incident)).content.decode()

        assert "Write a summary." in page
        assert not Incident.objects.public().exists()

    @pytest.mark.slow
    def test_the_action_of_the_list_says_what_is_missing_with_a_link(self, staff, client):
        good = make_ready_draft()
        bad = make_incident(summary="")

        asked = staff("editor").post(
            address("incident_changelist"), {"action": "publish", "_selected_action": [good.pk, bad.pk]}
        )
        page = client.get(asked.headers["Location"])
        client.post(asked.headers["Location"])

        assert list(Incident.objects.public()) == [good]
        assert (
            f'<a href="{address("incident_change", bad.pk)}#id_summary">Write a summary.</a>'
            in page.content.decode()
        )

    @pytest.mark.slow
    def test_very_many_are_published_page_by_page(self, staff, client, monkeypatch):
        monkeypatch.setattr(transitions, "MAX_AT_ONCE", 2)
        drafts = [make_ready_draft() for _n in range(3)]
        staff("editor")

        first = client.get(transition("publish", *drafts)).content.decode()
        second = client.post(transition("publish", *drafts))

        assert "1 more follows on the next page." in first
        assert list(Incident.objects.public().order_by("pk")) == drafts[:2]
        assert second.headers["Location"] == transition("publish", drafts[2])
        client.post(second.headers["Location"])
        assert Incident.objects.public().count() == 3

    @pytest.mark.slow
    def test_a_published_incident_is_not_changed_into_one_that_may_not_be(self, staff):
        incident = make_published_incident(summary="What happened.")

        page = staff("editor").post(
            address("incident_change", incident.pk), change_data(incident, summary="", title="A new title")
        )

        assert "Write a summary." in str(errors(page))
        assert 'value="A new title"' in page.content.decode()
        incident.refresh_from_db()
        assert incident.summary == "What happened."

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("name", "changes", "sentence", "typed"),
        [
            ("source", {"accessed_on": ""}, "enter the date we accessed it", "zh-Hant"),
            ("source", {"is_confidential": "on"}, "add a supporting citation", "zh-Hant"),
            ("account", {"holder": "uncleared"}, "has to clear this party", "email_account"),
            ("party", {"kind": "person"}, "say why the name may be published", "HK"),
        ],
    )
    def test_no_other_page_takes_from_a_published_incident_what_it_needs(
        self, staff, name, changes, sentence, typed
    ):
        incident = make_published_incident()
        action = incident.actions.get()
        source, account, party = incident.citations.first().source, action.account, action.account.holder
        if "holder" in changes:
            changes = {"holder": make_party(cleared=False).pk}
        data = {
            "source": {
                "citekey": source.citekey, "title": source.title, "url": source.url, "issued": source.issued,
                "issued_basis": "printed", "csl_type": "webpage", "derivation": "original",
                "publisher": source.publisher, "accessed_on": "2026-11-20", "language": typed,
            },
            "account": {
                "platform": account.platform_id, "holder": party.pk, "label": account.label,
                "slug": account.slug, "kind": typed, "plan": "unknown",
            },
            "party": {
                "public_label": party.public_label, "slug": party.slug, "kind": "organisation",
                "name_public": "on", "cleared": "on", "country": typed,
            },
        }[name]  # fmt: skip
        record = {"source": source, "account": account, "party": party}[name]

        page = staff("editor").post(address(f"{name}_change", record.pk), data | changes)

        assert page.status_code == 200
        assert sentence in str(errors(page))
        assert f'value="{typed}"' in page.content.decode()
        assert Incident.objects.public().get() == incident
        assert not type(record).objects.filter(updated_by__isnull=False).exists()

    @pytest.mark.slow
    def test_what_was_wrong_before_does_not_keep_the_rest_from_being_mended(self, staff):
        incident = make_published_incident()
        incident.citations.all().delete()

        page = staff("editor").post(
            address("incident_change", incident.pk), change_data(incident, title="Better")
        )

        incident.refresh_from_db()
        assert (page.status_code, incident.title) == (302, "Better")

    def test_a_leak_through_the_ref_is_seen(self, staff, client):
        incident = make_ready_draft(ref="2020-zoom-li-si")
        Party.objects.update(name_public=False, private_name="Li Si")
        staff("editor")

        page = client.post(transition("publish", incident)).content.decode()

        assert "contains a name, handle or URL that is not public" in page
        assert not Incident.objects.public().exists()

    def test_who_published_is_noted(self, staff, client):
        incident = make_ready_draft()
        staff("editor").post(transition("publish", incident))

        incident.refresh_from_db()
        assert str(incident.updated_by) == str(incident.history.first().history_user) == "some editor"

    def test_a_researcher_sends_a_draft_to_review_and_takes_it_back(self, staff):
        incident = make_incident()
        client = staff("researcher")

        states = []
        for name in ("review", "return"):
            client.post(transition(name, incident))
            incident.refresh_from_db()
            states.append(incident.publication)

        assert states == ["in_review", "draft"]

    def test_a_withdrawal_asks_for_the_reason(self, staff, client):
        incident = make_published_incident()
        staff("editor")

        assert "required" in client.post(transition("withdraw", incident)).content.decode()
        client.post(transition("withdraw", incident), {"reason": "It named somebody."})

        assert client.get(incident.get_absolute_url()).status_code == 410

    @pytest.mark.parametrize("target", ["itself", "a draft", "nothing"])
    def test_a_merge_goes_to_another_published_incident(self, staff, target):
        incident, draft = make_published_incident(), make_incident()
        key = {"itself": incident.pk, "a draft": draft.pk, "nothing": "no-such-key"}[target]

        page = staff("editor").post(transition("merge", incident), {"merged_into": key})

        assert page.status_code == 200
        assert page.context["form"].errors
        assert Incident.objects.public().get() == incident

    def test_a_merge_leads_readers_on(self, staff, client):
        double, kept = make_published_incident(), make_published_incident()

        staff("editor").post(transition("merge", double), {"merged_into": kept.pk})

        assert client.get(double.get_absolute_url()).headers["Location"] == kept.get_absolute_url()

    def test_exports_of_the_selection(self, staff):
        shown = make_published_incident(editor_notes="ask again")
        draft = make_incident(ref="2020-draft")
        data = {"_selected_action": [shown.pk, draft.pk]}
        client = staff("editor")

        answers = {
            name: client.post(address("incident_changelist"), data | {"action": name})
            for name in ("export_public", "export_internal")
        }

        files = {name: b"".join(answer.streaming_content).decode() for name, answer in answers.items()}
        assert "2020-draft" not in files["export_public"]
        assert "ask again" not in files["export_public"]
        assert "2020-draft" in files["export_internal"]
        assert "internal" in answers["export_internal"].headers["Content-Disposition"]


class TestRights:
    @pytest.mark.parametrize("name", ["publish", "withdraw", "merge"])
    def test_a_researcher_does_not_publish(self, staff, name):
        incident = make_incident()

        assert staff("researcher").post(transition(name, incident), {"reason": "x"}).status_code == 403

    def test_a_researcher_has_no_actions_of_editors(self, staff):
        make_incident()

        page = staff("researcher").get(address("incident_changelist")).content.decode()

        assert 'value="review"' in page
        assert 'value="publish"' not in page
        assert 'value="export_internal"' not in page

    @pytest.mark.slow
    @pytest.mark.parametrize("publication", ["published", "withdrawn"])
    def test_a_researcher_reads_and_does_not_change_what_was_published(self, staff, publication):
        incident = make_published_incident()
        Incident.objects.filter(pk=incident.pk).update(publication=publication, withdrawn_reason="x")
        client = staff("researcher")

        assert client.get(address("incident_change", incident.pk)).status_code == 200
        assert (
            client.post(
                address("incident_change", incident.pk), change_data(incident, title="New")
            ).status_code
            == 403
        )

    @pytest.mark.parametrize("name", ["platform", "party", "account", "source"])
    def test_a_researcher_does_not_change_what_a_public_incident_shows(self, staff, name):
        action = make_published_incident().actions.get()
        record = {
            "platform": action.account.platform,
            "party": action.account.holder,
            "account": action.account,
            "source": action.citations.first().source,
        }[name]

        assert staff("researcher").post(address(f"{name}_change", record.pk), {}).status_code == 403

    @pytest.mark.parametrize("group", ["researcher", "editor", "administrator"])
    def test_nobody_deletes_a_published_incident(self, staff, group):
        incident = make_published_incident()
        client = staff(group)

        assert client.post(address("incident_delete", incident.pk), {"post": "yes"}).status_code == 403
        client.post(
            address("incident_changelist"),
            {"action": "delete_selected", "_selected_action": [incident.pk], "post": "yes"},
        )
        assert Incident.objects.filter(pk=incident.pk).exists()

    @pytest.mark.parametrize("group", ["researcher", "editor"])
    def test_an_old_version_is_read_and_not_put_back(self, staff, group):
        incident = make_incident(title="Old")
        old = incident.history.get()
        Incident.objects.filter(pk=incident.pk).update(
            publication="published", published_at="2026-11-20T00:00Z"
        )
        client = staff(group)
        version = address("incident_simple_history", incident.pk, old.pk)

        assert client.get(version).status_code == 200
        assert client.post(version, change_data(incident, title="Put back")).status_code == 403
        assert Incident.objects.get().title == "Old"

    def test_a_part_has_no_page_to_change_it_on(self, staff):
        citation = make_citation()
        client = staff("editor")

        assert client.post(address("citation_change", citation.pk), {"quote": "New"}).status_code == 403
        assert client.get(address("citation_add")).status_code == 403
        assert client.get(address("citation_change", citation.pk)).status_code == 200  # to be read

    def test_a_draft_may_be_deleted_by_who_added_it(self, staff):
        client = staff("researcher")
        incident = make_incident(created_by=User.objects.get())
        make_action(incident)

        client.post(address("incident_delete", incident.pk), {"post": "yes"})

        assert not Incident.objects.exists()

    @pytest.mark.parametrize(
        ("group", "status"), [("researcher", 403), ("editor", 403), ("administrator", 200)]
    )
    def test_administrators_keep_the_users(self, staff, group, status):
        assert staff(group).get(reverse("admin:auth_user_changelist")).status_code == status

    def test_the_stranger_is_asked_to_log_in(self, client):
        for name in LISTS:
            assert client.get(address(f"{name}_changelist")).status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_number_of_queries_for_one_and_for_many(staff, name):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(f"{name}_changelist")).status_code == 200
        return len(queries)

    make_published_incident()
    client = staff("editor")
    count()  # the first page also reads content types
    one = count()
    for _ in range(3):
        make_citation(make_published_incident())

    assert count() == one


@pytest.mark.parametrize(
    "query",
    [
        "publication__exact=%00",
        "q=%00",
        "q=" + "x" * 5000,
        "q='",
        "publication__exact=none",
        "o=9.9.9",
        "p=99",
        "all=",
    ],
)
def test_no_address_of_the_list_is_an_error(staff, query):
    make_incident()

    assert staff("editor").get(f"{address('incident_changelist')}?{query}").status_code < 500


@pytest.mark.parametrize("term", ["", "%00", "x" * 5000, "王", "'"])
def test_no_word_typed_into_an_autocomplete_field_is_an_error(staff, term):
    where = "app_label=incidents&model_name=account&field_name=platform"

    assert staff("researcher").get(f"/admin/autocomplete/?{where}&term={term}").status_code == 200


def test_more_than_a_form_can_hold_is_refused(staff):
    page = staff("researcher").post(address("incident_add"), log_data(summary="x" * 3_000_000))

    assert page.status_code == 400


@pytest.mark.parametrize("key", [str(10**30), "0", "x"])
def test_an_address_of_no_record_is_no_error(staff, key):
    client = staff("editor")

    assert client.get(f"/admin/incidents/incident/{key}/change/").status_code == 302
    assert client.get(f"{address('incident_transition', 'publish')}?ids={key}").status_code == 404


def log_in(browse, path, **look):
    """A page of the admin in a browser, with an editor logged in."""
    # Tests with a live server empty all tables, groups among them.
    make_groups(apps.get_app_config("incidents"), using="default")
    editor = User.objects.create_user("editor", password="a long password", is_staff=True)
    editor.groups.add(Group.objects.get(name="editor"))
    page = browse(path, **look)
    page.fill("#id_username", "editor")
    page.fill("#id_password", "a long password")
    page.click("[type=submit]")
    return page


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize(("width", "dark"), [(360, False), (1400, True)])
def test_the_admin_fits_the_screen_and_the_content_policy(browse, live_server, width, dark):
    incident = make_published_incident(title="A long title " * 12)
    make_justification(incident)
    page = log_in(browse, "/admin/", width=width, dark=dark)
    incident.save()

    for path in [
        "/admin/",
        *(f"/admin/incidents/{name}/" for name in LISTS),
        "/admin/incidents/incident/add/",
        "/admin/incidents/party/add/?_popup=1",
        address("incident_change", incident.pk),
        address("incident_history", incident.pk),
        address("incident_simple_history", incident.pk, incident.history.first().pk),
        address("citation_history", incident.citations.first().pk),
        transition("merge", incident),
    ]:
        page.goto(live_server.url + path)

        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
def test_a_fourth_incident_is_logged_published_and_read(browse, live_server, settings):
    """The whole way in a browser: platform and holder made in place, one Save, what is missing added, published."""
    settings.SINGLE_USER = True
    make_source(citekey="weibo-notice", title="A notice")
    page = log_in(browse, "/admin/incidents/incident/add/")
    page.fill("#id_title", "Weibo closes the account of a student group")
    for field, selector, text in [
        ("platform", "#id_name", "Weibo"),
        ("holder", "#id_public_label", "a student group in China"),
    ]:
        with page.expect_popup() as popup:
            page.click(f"#add_id_{field}")
        popup.value.fill(selector, text)
        popup.value.click("[name=_save]")
        expect(page.locator(f"#id_{field}")).not_to_have_value("")
    page.select_option("#id_type", "terminated")
    page.fill("#id_start", "2021-07-06")
    page.select_option("#id_status", "in_force")
    page.fill("#id_source_url", "https://news.example/weibo")
    page.fill("#id_source_title", "Weibo closes accounts")
    page.fill("#id_source_outlet", "Example News")
    page.fill("#id_source_date", "2021-07-07")
    page.fill("#id_quote", "The account was closed.")
    page.click("[name=_save]")

    missing = page.locator(".missing li")
    expect(missing).to_have_text(
        ["Write a summary.", "a student group in China: an editor has to clear this party for publication."]
    )
    missing.nth(1).get_by_role("link").click()
    expect(page.locator("#id_cleared")).to_be_focused()
    page.check("#id_cleared")
    page.click("[name=_save]")
    page.goto(f"{live_server.url}/admin/incidents/incident/")
    page.click("text=Weibo closes the account of a student group")
    missing.nth(0).get_by_role("link").click()
    page.locator(":focus").fill("Weibo closed the account of a student group.")
    page.click("#citations-group summary")
    page.click("text=Add another Citation")
    page.click("#citations-2 .field-source .select2-selection")
    page.locator(".select2-dropdown .select2-search__field").press_sequentially("notice")
    page.click(".select2-results__option:has-text('weibo-notice')")
    action = "1: Account closed, account of a student group in China (Weibo), 6 July 2021"
    page.select_option("#id_citations-2-action", label=action)
    page.fill("#id_citations-2-quote", "The account has been closed.")
    page.click("[name=_save]")
    expect(page.locator(".complete")).to_be_visible()
    page.click("text=Publish")
    page.click("[type=submit].default")
    expect(page.locator(".messagelist")).to_contain_text("has been published")
    answer = page.goto(f"{live_server.url}/incidents/2021-weibo-unnamed/")

    assert answer.status == 200
    expect(page.locator("h1")).to_have_text("Weibo closes the account of a student group")
