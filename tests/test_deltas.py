"""Copies of the dataset: what changed since a version brings them up to date, and what was withdrawn leaves them."""

import json

import pytest

from incidents import exports, index, protection, publishing
from incidents.models import Account, Citation, Incident, Party, PublicChange, PublicIncident, Source

from .factories import (
    make_involvement,
    make_party,
    make_published_incident,
    make_selection,
    make_source,
    make_story,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def version():
    return index.current_version("default").number


def body(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def lines(data):
    return [json.loads(line) for line in data.splitlines()]


def whole():
    """The records of `/incidents.jsonl`, by ref."""
    written = b"".join(exports.write("jsonl", make_selection()))
    return {record["ref"]: record for record in lines(written)}


def delta(client, since):
    return lines(body(client.get(f"/changes.jsonl?since={since}")))


def apply(copy, changes):
    """The copy with what these lines say."""
    for line in changes[1:]:
        if "record" in line:
            copy[line["ref"]] = line["record"]
        else:
            copy.pop(line["ref"], None)
    return copy


def change(ref, **fields):
    Incident.objects.filter(ref=ref).update(**fields)
    return version()


@pytest.fixture
def history(db):
    """The versions of a dataset in which everything happened that can, each with all its records."""
    make_story()
    stays, goes, merges, returns, moves = (
        make_published_incident(ref=ref) for ref in ("stays", "goes", "merges", "returns", "moves")
    )
    versions = {version(): whole()}

    def keep():
        versions[version()] = whole()

    change("stays", title="Another title")
    keep()
    publishing.withdraw(goes, reason="An error.")
    keep()
    publishing.withdraw(returns, reason="An error.")
    keep()
    make_published_incident(ref="new")
    keep()
    publishing.withdraw(merges, merged_into=Incident.objects.get(ref="stays"))
    Incident.objects.filter(ref="returns").update(publication="published", withdrawn_reason="")
    keep()
    change("moves", kind="context")
    Party.objects.update(public_label="Another name")
    keep()
    return versions


def test_a_copy_of_any_version_becomes_that_of_the_latest_by_what_changed_since(client, history):
    latest = history[version()]
    assert len(history) == 7

    for number, records in history.items():
        assert apply(dict(records), delta(client, number)) == latest
    assert apply({}, delta(client, 0)) == latest
    assert apply({}, lines(body(client.get("/changes.jsonl")))) == latest


def test_what_has_to_go_comes_first_and_is_told_by_its_ref_alone(client, history):
    first = min(history)

    about, *changes = delta(client, first)

    removed = {line["ref"]: line for line in changes if "record" not in line}
    assert {ref: line["removed"] for ref, line in removed.items()} == {
        "goes": "withdrawn",
        "merges": "merged",
    }
    assert {key for line in removed.values() for key in line} == {"ref", "version", "removed"}
    assert [line["ref"] for line in changes[:2]] == list(removed)
    versions = [line["version"] for line in changes[2:]]
    assert versions == sorted(versions)
    about = about["dataset"]
    assert (about["since"], about["version"]) == (first, version())
    assert about["incidents"] + about["background_events"] == len(history[version()])


def test_nothing_has_changed_since_the_latest_version(client, history):
    assert len(delta(client, version())) == 1


def test_what_a_new_shape_of_records_rewrites_has_changed_too(client, history):
    """Such a change makes no revision, so that no list of changes has it."""
    before = version()
    PublicIncident.objects.filter(ref="stays").update(rows="")
    Incident.objects.filter(ref="stays").update(updated_at="2026-11-26T00:00Z")

    assert [line["ref"] for line in delta(client, before)[1:]] == ["stays"]


@pytest.mark.parametrize("since", ["x", "", "-1", "1.0", "٣", "99999", "9" * 40, "1&since=1"])
def test_a_version_that_there_has_not_been_yet_is_refused(client, history, since):
    answer = client.get(f"/changes.jsonl?since={since}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["since"]


def withdrawn(client):
    answer = client.get("/withdrawals.json")
    assert answer["Dataset-Version"] == str(version())
    return {each["ref"]: each["version"] for each in answer.json()["withdrawn"]}


def test_withdrawals_say_up_to_which_version_copies_have_to_go(client, history):
    third, fourth = sorted(history)[2:4]

    assert withdrawn(client) == {"goes": third, "returns": fourth}
    assert {key for each in client.get("/withdrawals.json").json()["withdrawn"] for key in each} == {
        "ref",
        "at",
        "version",
    }


def test_past_records_that_were_deleted_have_to_go_from_copies_too(client, history):
    protection.forget_revisions("stays")

    assert withdrawn(client)["stays"] == max(history)


def hide_the_holder():
    Party.objects.filter(slug="told").update(name_public=False, public_label="a group in China", at_risk=True)


def take_off_the_holder():
    Account.objects.filter(slug="told").update(holder=make_party(slug="another"))


def hide_a_source():
    stays = make_source(citekey="stays")
    Source.objects.filter(derived_from__citekey="paper").update(derived_from=None, derivation="original")
    Citation.objects.filter(source__citekey="paper").update(source=stays)
    Source.objects.filter(citekey="paper").update(is_confidential=True)


@pytest.mark.parametrize("take_back", [hide_the_holder, take_off_the_holder, hide_a_source])
def test_who_was_taken_out_of_an_incident_has_to_go_from_copies_which_read_no_name(client, db, take_back):
    make_story()
    with_it, copy = version(), whole()
    assert "香港支聯會" in str(copy)
    assert "paper" in str(copy)
    assert withdrawn(client) == {}

    take_back()

    assert with_it < withdrawn(client)["told"] <= version()
    assert {*withdrawn(client)} == {"told"}
    answer = client.get("/withdrawals.json").content.decode()
    assert not [word for word in ("香港", "Alliance", "paper", "holder", "source") if word in answer]


def test_what_was_corrected_has_not_to_go_from_copies(client, db):
    make_story()
    version()
    change("told", title="A better title")
    Party.objects.update(public_label="Another name")
    PublicChange.objects.update(taken_back=False)

    assert protection.note_taken_back() == 0
    assert withdrawn(client) == {}


def test_what_only_past_records_show_has_to_go_as_soon_as_a_mirror_or_dump_is_made(client, db):
    incident = make_story()
    mistaken = make_involvement(incident, party=make_party(slug="mistaken", kind="organisation"))
    version()
    mistaken.delete()
    without_it = version()
    assert withdrawn(client) == {}
    Party.objects.filter(slug="mistaken").update(name_public=False, public_label="a group")
    assert version() == without_it
    assert withdrawn(client) == {}

    noted = [protection.note_taken_back() for _run in range(2)]

    assert noted == [1, 0]
    assert withdrawn(client) == {"told": without_it}


def test_a_ref_that_named_somebody_is_in_no_list_once_it_is_replaced(client, db):
    incident = make_published_incident(ref="2020-zoom-lin-qiuyan")
    holder = incident.actions.get().account.holder
    first = version()
    publishing.withdraw(incident, reason="An error.")
    Party.objects.filter(pk=holder.pk).update(
        public_label="a student", private_name="Lin Qiuyan", name_public=False, at_risk=True
    )
    assert "lin-qiuyan" in str(delta(client, first)) + str(withdrawn(client))

    protection.rename(Incident.objects.get(pk=incident.pk), ref="2020-zoom-student")

    assert "lin-qiuyan" not in str(delta(client, first)) + str(withdrawn(client))
    assert [line["removed"] for line in delta(client, first)[1:]] == ["withdrawn"]
