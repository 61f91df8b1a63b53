"""A fixture holds the chosen incidents and all they refer to, in one order and shape, and nothing else."""

import json
import stat
import zlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.exports.selection import unpacked
from incidents.models import Incident, PublicIncident
from incidents.records import to_json
from incidents.shape import SHAPE

from .factories import (
    internal_fixture,
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
    make_source,
    public_fixture,
)

pytestmark = pytest.mark.django_db

ORDER = [
    "platform",
    "party",
    "account",
    "source",
    "incident",
    "action",
    "justification",
    "involvement",
    "citation",
    "relation",
]


def exported(incidents=None, format=public_fixture):
    incidents = Incident.objects.listed() if incidents is None else incidents
    return json.loads(format(incidents))


def keys(entries, model):
    name = {"source": "citekey", "incident": "ref"}.get(model, "slug")
    return [entry["fields"][name] for entry in entries if entry["model"] == f"incidents.{model}"]


def test_no_incident_is_an_empty_list():
    assert public_fixture(Incident.objects.none()) == b"[]\n"


def test_parents_come_before_children():
    incident = make_published_incident()
    make_justification(incident)
    make_involvement(incident, party=make_party())
    make_relation(incident, make_published_incident())

    models = [entry["model"].removeprefix("incidents.") for entry in exported()]

    assert models == sorted(models, key=ORDER.index)
    assert set(models) == set(ORDER)


def test_fields_stand_in_the_order_of_their_public_names():
    make_published_incident()

    for entry in exported():
        assert tuple(entry["fields"]) == SHAPE[entry["model"].split(".")[1]].fields


def test_records_of_a_kind_are_sorted_by_their_natural_key_byte_by_byte():
    for ref in ("2020-b", "2020-B", "2020-a-c", "2020-ab", "2020-a"):
        make_published_incident(ref=ref)

    assert keys(exported(), "incident") == sorted(["2020-b", "2020-B", "2020-a-c", "2020-ab", "2020-a"])


def test_only_what_the_chosen_incidents_refer_to_is_taken():
    chosen, other = make_published_incident(ref="2020-chosen"), make_published_incident(ref="2020-other")
    make_relation(chosen, other)

    entries = exported(Incident.objects.listed().filter(ref="2020-chosen"))

    assert keys(entries, "incident") == ["2020-chosen"]
    assert keys(entries, "account") == [chosen.actions.get().account.slug]
    assert keys(entries, "source") == [chosen.citations.first().source.citekey]
    assert not [entry for entry in entries if entry["model"] == "incidents.relation"]


def test_context_goes_with_the_incident_it_explains():
    chosen = make_published_incident(ref="2020-chosen")
    context = make_published_incident(ref="2020-context", kind="context", date="2020-05-31")
    make_relation(context, chosen, kind="context_of")
    make_published_incident(ref="2020-unrelated", kind="context")

    assert keys(exported(), "incident") == ["2020-chosen", "2020-context"]


def test_what_a_source_derives_from_goes_with_it():
    original = make_source(citekey="original")
    copy = make_source(citekey="copy", derivation="republication", derived_from=original)
    make_published_incident(source=copy)

    assert keys(exported(), "source") == ["copy", "original"]


def test_a_reference_to_what_is_left_out_is_left_empty():
    following = make_account()
    make_published_incident(account=make_account(succeeded_by=following))

    (account,) = [entry for entry in exported() if entry["model"] == "incidents.account"]

    assert account["fields"]["succeeded_by"] is None


def test_a_record_that_an_earlier_version_indexed_is_exported_with_todays_fields():
    make_involvement(make_published_incident(), party=make_party())
    today = exported()
    document = PublicIncident.objects.get()
    record = json.loads(unpacked(document.record))
    del record["involvements"][0]["together_with"]
    PublicIncident.objects.update(record=zlib.compress(to_json(record)))

    assert exported() == today


def test_drafts_stay_even_when_asked_for_through_a_public_format():
    draft = make_incident(ref="2020-draft")
    make_action(draft)

    assert exported(Incident.objects.all()) == []


def test_moments_keep_their_microseconds():
    make_published_incident(published_at="2026-11-20T10:11:12.345678Z")

    (incident,) = [entry for entry in exported() if entry["model"] == "incidents.incident"]

    assert incident["fields"]["published_at"] == "2026-11-20T10:11:12.345678Z"


def test_chinese_stands_as_it_is_and_lines_end_alike():
    make_published_incident(
        account=make_account(holder=make_party(native_label="王丹", native_language="zh-Hant"))
    )

    text = public_fixture(Incident.objects.listed()).decode()

    assert '"native_label": "王丹"' in text
    assert text.endswith("}\n]\n")
    assert "\r" not in text


@pytest.mark.slow
def test_an_export_asks_the_database_the_same_number_of_times():
    def count():
        with CaptureQueriesContext(connection) as queries:
            exported()
        return len(queries)

    def make_story_with_all_kinds_of_references():
        account = make_account(holder=make_party(), succeeded_by=make_account(holder=make_party()))
        incident = make_published_incident(account=account)
        first = make_justification(incident, speaker=make_party())
        make_justification(incident, speaker=make_party(), supersedes=first)
        make_involvement(incident, party=make_party())
        source = make_source(derived_from=make_source(), derivation="translation")
        make_citation(incident, justification=first, source=source)
        make_relation(incident, make_published_incident(), kind="follows")

    make_story_with_all_kinds_of_references()
    one = count()
    for _ in range(3):
        make_story_with_all_kinds_of_references()

    assert count() == one


def test_the_internal_export_has_everything_but_the_editors():
    incident = make_incident(ref="2020-draft", editor_notes="ask again")
    account = make_account(
        holder=make_party(private_name="Li Si", name_public=False, kind="person"), handle="@lisi"
    )
    action = make_action(incident, account=account)
    make_citation(incident, action=action, source=make_source(is_confidential=True, title="A letter"))

    text = json.dumps(exported(Incident.objects.all(), internal_fixture))

    assert all(word in text for word in ("ask again", "Li Si", "@lisi", "A letter"))
    assert "created_by" not in text


class TestCommand:
    def test_it_writes_what_the_page_downloads(self, client, tmp_path):
        platform = make_platform(slug="zoom")
        make_published_incident(account=make_account(platform=platform))
        make_published_incident()
        query = "platform=zoom&sort=oldest"

        call_command("export_fixture", query, output=str(tmp_path / "out.json"))

        page = client.get(f"/incidents.fixture.json?{query}")
        assert (tmp_path / "out.json").read_bytes() == b"".join(page.streaming_content)
        assert page.headers["Content-Type"] == "application/json"

    @pytest.mark.parametrize(
        ("query", "named"), [("colour=red", "colour"), ("type=red", "red"), ("from=2020-13", "2020-13")]
    )
    def test_a_query_that_is_not_understood_writes_nothing(self, query, named, tmp_path):
        with pytest.raises(CommandError, match=named):
            call_command("export_fixture", query, output=str(tmp_path / "out.json"))
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there_is_said_in_a_sentence(self, tmp_path):
        with pytest.raises(CommandError, match="Could not write"):
            call_command("export_fixture", output=str(tmp_path / "no" / "out.json"))

    @pytest.mark.parametrize("name", [None, "out.json"])
    def test_an_internal_export_goes_into_a_file_that_says_so(self, tmp_path, name):
        output = name and str(tmp_path / name)

        with pytest.raises(CommandError, match="internal"):
            call_command("export_fixture", internal=True, output=output)

    def test_an_internal_export_is_readable_by_its_owner_alone(self, tmp_path):
        make_incident(ref="2020-draft")
        path = tmp_path / "internal.json"

        call_command("export_fixture", internal=True, output=str(path))

        assert "2020-draft" in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
