"""Statements and involvements: what they are about, in the records, their history, files of any version and on pages."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from incidents import exports, index
from incidents.choices import NO_GROUNDS, Ground
from incidents.exports.importing import import_fixture
from incidents.models import Incident, Justification, Party
from incidents.public.linked_data import describe_incident
from incidents.public.presenters import incident_page, incident_row
from incidents.public.revisions import differences
from incidents.publishing import problems
from incidents.records import from_json, incident_record, past_from_json, to_json

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_selection,
)
from .kept import kept

pytestmark = pytest.mark.django_db


def record_of(incident):
    return incident_record(Incident.objects.public().with_story().get(pk=incident.pk))


def written(name):
    return b"".join(exports.write(name, make_selection()))


def rows(name):
    return list(csv.DictReader(io.StringIO(written(name).decode())))


@pytest.fixture
@kept
def three_actions():
    """A published incident with actions on three platforms, and what was said about the first and the third."""
    incident = make_published_incident(ref="three", account=make_account(platform=make_platform(name="One")))
    for name in ("Two", "Three"):
        make_citation(action=make_action(incident, account=make_account(platform=make_platform(name=name))))
    first, _second, third = incident.actions.order_by("seq")
    for actions, ground, quote in (
        ([third, first], "local_law", "On two of them."),
        ([], "error", "On all of it."),
    ):
        make_citation(
            justification=make_justification(incident, actions=actions, ground=ground, quote=quote),
            quote=quote,
        )
    demand = make_involvement(incident, actions=[first], role="demanded_by", party_text="a ministry")
    make_citation(involvement=demand)
    return incident


# What they are about


def test_a_record_has_the_numbers_of_the_actions(three_actions, client):
    answer = client.get("/api/v1/incidents/three/").json()

    assert [each["actions"] for each in answer["justifications"]] == [[1, 3], []]
    assert [each["actions"] for each in answer["involvements"]] == [[1]]


def test_a_page_tells_it_under_each_of_the_actions_and_what_is_about_the_whole_once(three_actions):
    parts = incident_page(from_json(to_json(record_of(three_actions))))["said_and_done"]

    assert [
        (entry.statement["quote"], entry.about)
        for part in parts
        for entry in part["entries"]
        if entry.kind == "justification"
    ] == [
        ("On two of them.", ["1. One: account suspended", "3. Three: account suspended"]),
        ("On all of it.", []),
    ]


def test_the_timeline_says_which_actions_it_is_about(three_actions, client):
    page = " ".join(re.sub("<[^>]+>", "", client.get("/incidents/three/").content.decode()).split())

    assert re.findall(
        r"About: ([^A-Z]*?[A-Z]\w+: account suspended(?:; 3. Three: account suspended)?)", page
    ) == [
        "1. One: account suspended; 3. Three: account suspended",
        "1. One: account suspended",
    ]


def test_a_row_of_csv_states_the_reasons_of_its_action_and_of_the_whole(three_actions):
    assert [(row["seq"], row["statements_grounds"]) for row in rows("csv")] == [
        ("1", "local_law error"),
        ("2", "error"),
        ("3", "local_law error"),
    ]


def test_tables_have_the_numbers_with_spaces_between_them(three_actions, tmp_path):
    (tmp_path / "tables.sqlite3").write_bytes(written("sqlite"))
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        packed = list(csv.DictReader(io.StringIO(package.read("justifications.csv").decode())))

    with closing(sqlite3.connect(tmp_path / "tables.sqlite3")) as database:
        stored = [row for (row,) in database.execute("SELECT actions FROM justifications ORDER BY seq")]

    assert stored == [row["actions"] for row in packed] == ["1 3", ""]


# Whatever changes it


def test_a_change_reaches_readers_and_the_public_history(three_actions, client):
    client.get("/incidents/three/")
    Justification.objects.get(quote="On two of them.").actions.set([three_actions.actions.get(seq=2)])

    now = client.get("/api/v1/incidents/three/").json()
    page = re.sub(
        r"\s+", " ", re.sub("<[^>]+>", " ", client.get("/incidents/three/revisions/2/").content.decode())
    )

    assert now["justifications"][0]["actions"] == [2]
    assert "stated reason 1: actions 1, 3 2" in page


def test_a_change_by_sql_reaches_readers(three_actions, client):
    client.get("/incidents/three/")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_justification_actions")

    assert [each["actions"] for each in client.get("/api/v1/incidents/three/").json()["justifications"]] == [
        [],
        [],
    ]
    assert [differing for _number, differing in index.differences("default") if differing] == []


def test_a_save_and_the_actions_that_come_with_it_are_one_revision(three_actions):
    statement = Justification.objects.get(quote="On two of them.")
    actions = list(three_actions.actions.order_by("seq"))

    statement.note = "One of them, after all."
    statement.save()
    statement.actions.set(actions[:1])
    Justification.objects.get(pk=statement.pk).actions.set(actions[1:2])

    history = [
        (each.history_type, sorted(row.action_id for row in each.actions.all()))
        for each in statement.history.all()
    ]
    assert history == [
        ("~", [actions[1].pk]),
        ("~", [actions[0].pk]),
        ("+", [actions[0].pk, actions[2].pk]),
    ]


def test_what_is_about_one_action_alone_goes_with_it_and_never_widens(three_actions):
    three_actions.actions.get(seq=1).delete()

    left = record_of(three_actions)
    assert [(each["quote"], each["actions"]) for each in left["justifications"]] == [
        ("On two of them.", [3]),
        ("On all of it.", []),
    ]
    assert left["involvements"] == []


# Who made them


@pytest.fixture
@kept
def joint(db):
    """A published incident in which two governments demanded something, and two platforms said why together."""
    incident = make_published_incident(ref="joint")
    one, other = (make_party(slug=slug, public_label=slug.title()) for slug in ("one", "other"))
    said = make_justification(incident, speaker=one, together_with=[other], quote="Said by both.")
    done = make_involvement(incident, role="demanded_by", party_text="a ministry", together_with=[one, other])
    make_citation(justification=said, quote=said.quote)
    make_citation(involvement=done)
    return incident


def test_everyone_who_made_a_statement_or_did_something_is_named(joint, client):
    record = client.get("/api/v1/incidents/joint/").json()
    page = " ".join(re.sub("<[^>]+>", "", client.get("/incidents/joint/").content.decode()).split())

    assert [party["slug"] for party in record["justifications"][0]["together_with"]] == ["other"]
    assert [party["slug"] for party in record["involvements"][0]["together_with"]] == ["one", "other"]
    assert page.count("One, together with Other") > 1
    assert page.count("a ministry, together with One, Other") > 1


@pytest.mark.parametrize("query", ["party=one", "party=other", "q=other"])
def test_an_incident_is_found_by_each_of_them(joint, client, query):
    assert client.get(f"/api/v1/incidents/?{query}").json()["count"] == 1
    assert client.get("/parties/other/").status_code == 200


@pytest.mark.slow
def test_tables_and_fixtures_have_each_of_them(joint, tmp_path):
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        text = package.read("involvements.csv").decode()
    path = tmp_path / "out.zip"
    path.write_bytes(written("zip"))
    before = written("fixture.json")
    emptied()

    report = import_fixture(path)

    assert [row["together_with"] for row in csv.DictReader(io.StringIO(text))] == ["one other"]
    assert report.errors == []
    assert written("fixture.json") == before
    assert b'"together_with": [\n      [\n        "one"\n      ],' in before


def test_a_party_is_not_deleted_while_it_is_named_with_others(joint):
    with pytest.raises(ProtectedError), transaction.atomic():
        Party.objects.get(slug="other").delete()

    joint.delete()

    assert Party.objects.get(slug="other").delete()


def test_a_name_hidden_of_one_of_them_is_refused_in_the_texts_of_the_incident(joint):
    hidden = make_party(name_public=False, private_name="Jane Roe", kind="person", public_label="a reporter")
    joint.involvements.get().together_with.add(hidden)
    Incident.objects.filter(pk=joint.pk).update(summary="Jane Roe joined in.")

    leaks = [problem for problem in problems(Incident.objects.get(pk=joint.pk)) if problem.leak]

    assert [(problem.field, problem.leak.refused) for problem in leaks] == [("summary", True)]


@pytest.mark.parametrize(
    ("speaker", "heading"),
    [
        (None, "What Zoom said"),
        ({"kind": "company", "public_label": "Zoom"}, "What Zoom said"),
        ({"kind": "company", "public_label": "zoom video communications"}, "What Zoom said"),
        ({"kind": "company", "public_label": "A bank"}, "What else was said"),
        ({"kind": "state_body", "public_label": "A ministry"}, "What authorities said"),
        (
            {"kind": "intergovernmental_body", "public_label": "A court of several states"},
            "What authorities said",
        ),
        ({"kind": "media", "public_label": "Zoom"}, "What else was said"),
    ],
)
def test_what_was_said_stands_under_who_said_it(speaker, heading):
    platform = make_platform(name="Zoom", operator="Zoom Video Communications, Inc.")
    incident = make_published_incident(account=make_account(platform=platform))
    make_justification(incident, **({"speaker": make_party(**speaker)} if speaker else {}))

    (part,) = incident_page(from_json(to_json(record_of(incident))))["said_and_done"]

    assert part["heading"] == heading


def test_what_a_platform_said_with_an_authority_stands_under_neither():
    platform = make_platform(name="Zoom")
    incident = make_published_incident(account=make_account(platform=platform))
    zoom, ministry = make_party(kind="company", public_label="Zoom"), make_party(kind="state_body")
    make_justification(incident, speaker=zoom, together_with=[ministry])

    (part,) = incident_page(from_json(to_json(record_of(incident))))["said_and_done"]

    assert part["heading"] == "What else was said"


# Several reasons in one statement


@pytest.fixture
@kept
def two_reasons(db):
    """A published incident in which one statement gives two reasons at once."""
    incident = make_published_incident(ref="two")
    said = make_justification(
        incident, ground="terms_rule_named", further_grounds="local_law error", quote="For two reasons."
    )
    make_citation(justification=said, quote=said.quote)
    return incident


def test_a_record_lists_all_reasons_and_a_page_names_them(two_reasons, client):
    record = client.get("/api/v1/incidents/two/").json()
    page = " ".join(re.sub("<[^>]+>", "", client.get("/incidents/two/").content.decode()).split())

    assert record["justifications"][0]["ground"] == "terms_rule_named"
    assert record["justifications"][0]["further_grounds"] == ["local_law", "error"]
    assert page.count("terms, rule named; local law; error") == 4  # head, timeline, statement and its terms
    assert {type(each) for each in record_of(two_reasons)["justifications"][0]["further_grounds"]} == {Ground}


@pytest.mark.parametrize("ground", ["terms_rule_named", "local_law", "error"])
def test_an_incident_is_found_by_each_of_the_reasons(two_reasons, client, ground):
    assert client.get(f"/api/v1/incidents/?ground={ground}").json()["count"] == 1
    assert rows("csv")[0]["statements_grounds"] == "terms_rule_named local_law error"


@pytest.mark.parametrize(
    "wrong",
    [
        "error local_law",
        "local_law local_law",
        "local_law  error",
        "none_stated",
        "nonsense",
        "terms_rule_named",
    ],
)
def test_reasons_are_listed_once_each_in_the_order_of_the_vocabulary(two_reasons, wrong):
    statement = two_reasons.justifications.get()
    statement.further_grounds = wrong

    with pytest.raises(ValidationError) as refusal:
        statement.full_clean()

    assert "further_grounds" in refusal.value.message_dict


@pytest.mark.parametrize(
    "wrong",
    [
        "none_stated",
        "local_law nonsense",
        " local_law",
        "local_law  error",
        "local_law local_law",
        "local_law local_law local_law",
        "LOCAL_LAW",
        "local_lawerror",
    ],
)
def test_the_database_refuses_what_is_not_a_list_of_reasons(two_reasons, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        two_reasons.justifications.update(further_grounds=wrong)


def test_a_statement_can_give_every_reason_there_is(two_reasons):
    statement = two_reasons.justifications.get()
    statement.further_grounds = " ".join(
        ground for ground in Ground.values if ground not in NO_GROUNDS | {"terms_rule_named"}
    )

    statement.full_clean()
    statement.save()

    assert two_reasons.justifications.get().further_grounds == statement.further_grounds


# What is not the stated reason


def not_stated(incident, standing):
    """A statement of the incident whose reason is not the stated one, for this cause."""
    fields = {"denied": {"kind": "denial"}, "second_hand": {"modality": "reported"}}.get(standing, {})
    made = make_justification(incident, ground="government_demand", quote="A government asked.", **fields)
    if standing == "superseded":
        make_justification(incident, ground="local_law", quote="We follow the law.", supersedes=made)
    return made


@pytest.mark.parametrize("standing", ["denied", "second_hand", "superseded"])
def test_a_reason_denied_second_hand_or_replaced_is_stated_nowhere(client, standing):
    incident = make_published_incident(ref="told")
    not_stated(incident, standing)
    word = {
        "denied": "reason denied",
        "second_hand": "second-hand reason",
        "superseded": "reason later replaced",
    }[standing]

    record = client.get("/api/v1/incidents/told/").json()
    page = " ".join(re.sub("<[^>]+>", "", client.get("/incidents/told/").content.decode()).split())
    row = rows("csv")[0]
    (crosswalk,) = rows("dsa.csv")

    assert record["justifications"][0]["standing"] == standing
    assert client.get("/api/v1/incidents/?ground=government_demand").json()["count"] == 0
    assert client.get("/api/v1/incidents/?other_ground=government_demand").json()["count"] == 1
    assert f"government demand ({word})" in page
    assert f"{word}: government demand" in page
    assert (row["statements_grounds"], row["statements_other_grounds"]) == (
        "local_law" if standing == "superseded" else "",
        "government_demand",
    )
    assert row["statements_first_quote_standing"] == standing
    assert f"{standing} ground: government_demand" in crosswalk["could_not_be_said"]
    listed = " ".join(re.sub("<[^>]+>", "", client.get("/incidents/").content.decode()).split())
    if standing != "superseded":
        assert crosswalk["decision_ground"] == ""
    in_row = "government demand → local law" if standing == "superseded" else f"government demand ({word})"
    assert in_row in listed


def test_what_others_report_of_a_speaker_is_no_claim_of_theirs():
    incident = make_published_incident()
    zoom, ministry = make_party(public_label="Zoom"), make_party(public_label="A ministry")
    make_justification(incident, speaker=zoom, together_with=[ministry], quote="We follow the law.")
    make_justification(incident, speaker=zoom, modality="reported", quote="Zoom is said to follow a law.")

    claims = describe_incident(from_json(to_json(record_of(incident))), "https://tracker.example/")[
        "mentions"
    ]

    assert [(claim["text"], [each["name"] for each in claim["author"]]) for claim in claims] == [
        ("We follow the law.", ["Zoom", "A ministry"])
    ]


def test_that_no_reason_was_given_is_no_second_hand_reason():
    silence = {"kind": "no_response", "ground": "none_stated", "modality": "reported"}
    incident = make_published_incident()
    make_justification(incident, **silence)

    assert record_of(incident)["justifications"][0]["standing"] == "stated"


def test_a_row_shows_what_was_stated_and_denied_one_after_the_other():
    incident = make_published_incident()
    make_justification(incident, ground="local_law", date="2020-06-09", quote="We follow the law.")
    make_justification(
        incident, kind="denial", ground="government_demand", date="2020-06-01", quote="Nobody asked."
    )

    row = incident_row(from_json(to_json(record_of(incident))))

    assert [(each.words, each.doubts) for each in row["reasons"]] == [
        ("government demand", ["reason denied"]),
        ("local law", []),
    ]


def test_the_form_lists_such_reasons_only_where_there_are_some(client):
    incident = make_published_incident()
    before = client.get("/incidents/").content.decode()
    not_stated(incident, "denied")

    after = client.get("/incidents/").content.decode()

    assert 'name="other_ground"' not in before
    assert re.findall('name="other_ground" value="([a-z_]+)"', after) == ["government_demand"]


# Files and records of earlier versions


def with_one_action(fields):
    """The fields of a statement as an earlier version wrote them: with one action, or none."""
    actions = fields.pop("actions")
    return fields | {"action": actions[0] if actions else None}


def emptied():
    Incident.objects.all().delete()


def about():
    return {each.quote: [action.seq for action in each.actions.all()] for each in Justification.objects.all()}


@pytest.mark.slow
def test_a_fixture_of_an_earlier_version_comes_in(three_actions, tmp_path):
    entries = json.loads(written("fixture.json"))
    for entry in entries:
        if "actions" in entry["fields"]:
            entry["fields"] = with_one_action(entry["fields"])
    path = tmp_path / "old.json"
    path.write_text(json.dumps(entries))
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    assert about() == {"On two of them.": [1], "On all of it.": []}
    assert import_fixture(path).changes == []


@pytest.mark.slow
def test_tables_of_an_earlier_version_come_in(three_actions, tmp_path):
    path, packed = tmp_path / "old.sqlite3", tmp_path / "old.zip"
    path.write_bytes(written("sqlite"))
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package, zipfile.ZipFile(packed, "w") as old:
        for name in package.namelist():
            text = package.read(name).decode()
            if name in ("justifications.csv", "involvements.csv"):
                text = text.replace(",actions,", ",action,").replace("three,1,1 3,", "three,1,three/3,")
                text = text.replace("three,1,1,", "three,1,three/1,")
            old.writestr(name, text)
    with closing(sqlite3.connect(path)) as database:
        for table in ("justifications", "involvements"):
            database.execute(f"ALTER TABLE {table} ADD COLUMN action TEXT")
            database.execute(
                f"UPDATE {table} SET action = 'three/' || substr(actions, -1) WHERE actions <> ''"
            )
            database.execute(f"ALTER TABLE {table} DROP COLUMN actions")
        database.commit()

    for each in (path, packed):
        emptied()
        report = import_fixture(each)
        assert report.errors == []
        assert about() == {"On two of them.": [3], "On all of it.": []}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("actions", "reason"),
    [
        ([["three", 9]], "neither in the database"),
        (["three", 1], "a list of texts and numbers"),
        ("three", "must be a list"),
        ([["other", 1]], "belong to another incident"),
    ],
)
def test_a_list_that_cannot_be_is_refused_with_its_line(three_actions, tmp_path, actions, reason):
    make_published_incident(ref="other")
    entries = json.loads(written("fixture.json"))
    entry = next(each for each in entries if each["fields"].get("actions"))
    entry["fields"]["actions"] = actions
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(entries))

    (error,) = import_fixture(path).errors

    assert reason in error
    assert about() == {"On two of them.": [1, 3], "On all of it.": []}


def test_a_revision_of_an_earlier_version_is_read_and_compared(three_actions):
    now = from_json(to_json(record_of(three_actions)))
    old = json.loads(to_json(now))
    for name in ("justifications", "involvements"):
        old[name] = [with_one_action(each) for each in old[name]]

    past = past_from_json(to_json(old))

    assert [each["actions"] for each in past["justifications"]] == [[1], []]
    assert [change["now"] for change in differences(past, now)] == ["1, 3"]
