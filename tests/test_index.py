"""The index agrees with the records after every way of writing, and every public change is a new dataset version."""

import gc
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from incidents import index, publishing
from incidents.index import document_pairs, indexer
from incidents.index.posting_lists import index_reader
from incidents.index.terms import VALUE
from incidents.index.versions import latest_version
from incidents.listing.filters import IncidentFilter
from incidents.models import (
    Account,
    Action,
    DatasetVersion,
    Incident,
    Party,
    Platform,
    PostingList,
    PublicChange,
    PublicIncident,
)
from incidents.records import incident_record

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
    make_source,
    make_topic,
    make_translation,
)

pytestmark = pytest.mark.django_db


def found(query):
    """The refs that a query string finds, as the next reader would see them."""
    listing = IncidentFilter(query, dataset_version=index.current_version("default"))
    assert listing.errors == {}
    return sorted(
        PublicIncident.objects.in_bulk(list(listing.listing.found))[pk].ref for pk in listing.listing.found
    )


def dataset_version():
    return index.current_version("default")


def is_up_to_date():
    """Whether the index is what it would be if it were rebuilt."""
    index.current_version("default")
    return [differing for _number, differing in index.differences("default") if differing] == []


@pytest.fixture
def incident(db):
    """A published incident with a part of every kind, already indexed."""
    published = make_published_incident(
        ref="indexed",
        title="Zoom shuts an account",
        account=make_account(
            slug="used", platform=make_platform(slug="zoom", name="Zoom"), holder=make_party(slug="holder")
        ),
    )
    make_citation(published, source=make_source(citekey="paper", title="A paper"), quote="the very words")
    assert found("q=paper") == ["indexed"]
    return published


def save(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()


def raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


WRITES = {
    "save": (lambda incident: save(incident, title="Quokka"), "q=quokka"),
    "save of some fields": (lambda incident: (setattr(incident, "title", "Quokka"), incident.save(update_fields=["title"])), "q=quokka"),
    "update of a queryset": (lambda incident: Incident.objects.update(title="Quokka"), "q=quokka"),
    "bulk update": (lambda incident: (setattr(incident, "title", "Quokka"), Incident.objects.bulk_update([incident], ["title"])), "q=quokka"),
    "SQL at the database's prompt": (lambda incident: raw("UPDATE incidents_incident SET title = 'Quokka'"), "q=quokka"),
    "a new action": (lambda incident: make_action(incident, account=make_account(platform=make_platform(name="Quokka"))), "q=quokka"),
    "bulk creation": (lambda incident: Action.objects.bulk_create([Action(incident=incident, seq=9, account=Account.objects.get(), type="locked")]), "type=locked"),
    "the name of a platform": (lambda incident: Platform.objects.update(name="Quokka"), "q=quokka"),
    "the label of a holder": (lambda incident: Party.objects.update(public_label="Quokka"), "q=quokka"),
    "another platform of the account": (lambda incident: Account.objects.update(platform=make_platform(slug="quokka")), "platform=quokka"),
    "the title of a source": (lambda incident: type(incident.citations.last().source).objects.update(title="Quokka"), "source:quokka"),
    "a raw delete": (lambda incident: raw("DELETE FROM incidents_citation WHERE source_id = (SELECT id FROM incidents_source WHERE citekey = 'paper')"), "-q=paper"),
    "a confidential source": (lambda incident: type(incident.citations.last().source).objects.filter(citekey="paper").update(is_confidential=True), "-q=paper"),
    "a party no longer cleared": (lambda incident: Party.objects.update(cleared=False), "-"),
    "withdrawal": (lambda incident: publishing.withdraw(incident, reason="An error.", by=None), "-"),
    "deletion": (lambda incident: (incident.citations.all().delete(), incident.actions.all().delete(), incident.delete()), "-"),
}  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
def test_whatever_writes_the_next_reader_sees_it(incident, write):
    write, query = WRITES[write]
    before = dataset_version().number

    write(incident)

    expected = [] if query.startswith("-") else ["indexed"]
    query = query.removeprefix("-")
    assert found(f"q={query}" if query.startswith("source:") else query) == expected
    assert dataset_version().number == before + 1
    assert is_up_to_date()


@pytest.mark.slow
def test_a_fixture_that_is_loaded_is_found(incident, tmp_path):
    make_published_incident(ref="other", title="Quokka")
    path = tmp_path / "all.json"
    call_command("dumpdata", "incidents", natural_foreign=True, natural_primary=True, output=str(path),
                 exclude=["incidents.publicincident", "incidents.postinglist", "incidents.datasetversion"])  # fmt: skip
    entries = [entry for entry in json.loads(path.read_text()) if "historical" not in entry["model"]]
    path.write_text(json.dumps(entries).replace("Quokka", "Numbat"))

    call_command("loaddata", str(path), verbosity=0)

    assert found("q=numbat") == ["other"]
    assert found("q=quokka") == []


@pytest.mark.slow
def test_an_import_is_found(incident, tmp_path):
    path = tmp_path / "out.json"
    call_command("export_fixture", output=str(path))
    path.write_text(path.read_text().replace("Zoom shuts an account", "Quokka"))

    call_command("import_fixture", str(path))

    assert found("q=quokka") == ["indexed"]


@pytest.mark.slow
def test_the_triggers_of_a_table_that_was_rebuilt_are_created_again(incident):
    index.change_queue.drop_triggers("default")
    Incident.objects.update(title="Quokka")

    call_command("migrate", verbosity=0)

    assert found("q=quokka") == ["indexed"]
    assert index.change_queue.missing_triggers("default") == []


@pytest.mark.slow
def test_everything_is_indexed_again_where_it_was_indexed_by_other_rules(incident):
    before = dataset_version()
    raw("UPDATE incidents_change_queue_state SET fingerprint = 'of other rules'")
    PostingList.objects.filter(term=f"{VALUE}platform=zoom".encode()).update(
        term=f"{VALUE}platform=old".encode()
    )

    call_command("migrate", verbosity=0)

    assert index.change_queue.is_current("default")
    assert found("platform=zoom&q=account") == ["indexed"]
    assert not PostingList.objects.filter(term=f"{VALUE}platform=old".encode()).exists()
    assert is_up_to_date()
    # The public data are what they were; what processes have cached is not.
    assert dataset_version().number == before.number
    assert dataset_version().stamp != before.stamp
    assert PublicChange.objects.count() == 1


def test_what_a_failed_transaction_wrote_is_forgotten(incident):
    before = dataset_version()
    with transaction.atomic():
        Incident.objects.update(title="Quokka")
        assert found("q=quokka") == ["indexed"]
        transaction.set_rollback(True)

    assert found("q=quokka") == []
    assert dataset_version() == before


def test_what_is_not_public_makes_no_dataset_version(incident):
    before = dataset_version()

    draft = make_incident(title="Quokka")
    make_action(draft)
    Party.objects.update(notes="Quokka", contact="Quokka")
    Incident.objects.filter(pk=incident.pk).update(editor_notes="Quokka")

    assert dataset_version() == before
    assert found("q=quokka") == []
    assert not PostingList.objects.filter(term=b"quokka").exists()


def test_a_new_title_is_indexed_in_the_records_of_related_incidents(incident):
    other = make_published_incident(ref="other", title="Before")
    make_relation(incident, other)
    dataset_version()

    Incident.objects.filter(ref="other").update(title="After")

    dataset_version()
    record = index.record_of(PublicIncident.objects.get(ref="indexed"))
    assert [each["incident"]["title"] for each in record["relations"]] == ["After"]


def test_a_process_reads_again_what_another_one_has_changed(incident):
    reader = index_reader("default", dataset_version())
    assert len(reader.incidents(f"{VALUE}platform=zoom")) == 1
    kept = dict(reader.cache)

    make_published_incident(account=make_account(platform=Platform.objects.get()), title="One more")
    index.refresh("default")

    assert len(index_reader("default").incidents(f"{VALUE}platform=zoom")) == 2
    assert kept


@pytest.mark.slow
def test_the_command_lists_what_differs_and_repairs_it(incident, capsys):
    dataset_version()
    PublicIncident.objects.update(texts=" nothing ")
    PostingList.objects.filter(term=f"{VALUE}platform=zoom".encode()).delete()

    with pytest.raises(CommandError, match="Different in the index: 1"):
        call_command("check_index")
    assert "indexed: stale" in capsys.readouterr().out
    call_command("check_index", "--repair")

    assert is_up_to_date()
    assert found("platform=zoom&q=account") == ["indexed"]


def test_the_command_reports_missing_triggers_and_creates_them(incident):
    index.change_queue.drop_triggers("default")

    with pytest.raises(CommandError, match="missing or out of date"):
        call_command("check_index")
    call_command("check_index", "--repair")

    assert index.change_queue.is_current("default")


@pytest.mark.slow
def test_dataset_versions_count_up_and_never_have_the_same_stamp(incident):
    for number in range(3):
        Incident.objects.update(title=f"Title {number}")
        dataset_version()

    numbers = list(DatasetVersion.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert len(set(DatasetVersion.objects.values_list("stamp", flat=True))) == len(numbers)
    assert latest_version("default").published_at <= timezone.now()


def hide_name(incident):
    holder = incident.actions.get().account.holder
    holder.name_public, holder.public_label = False, "An organisation"
    holder.save()


def make_confidential(incident):
    source = incident.citations.first().source
    source.is_confidential = True
    source.save()


@pytest.mark.parametrize(
    "hide",
    [
        lambda incident: publishing.withdraw(incident, reason="It names somebody."),
        hide_name,
        make_confidential,
    ],
    ids=["withdrawn", "name taken back", "source made confidential"],
)
def test_what_is_hidden_is_hidden_at_once_whatever_else_is_queued(hide):
    holder = make_party(
        public_label="Quokka", kind="organisation", name_public=True, at_risk=False, cleared=True
    )
    incident = make_published_incident(
        account=make_account(holder=holder), source=make_source(title="Quokka's letter")
    )
    others = [make_published_incident() for _n in range(3)]
    index.refresh("default")
    Incident.objects.filter(pk__in=[each.pk for each in others]).update(title="Changed")
    before = {each.pk: bytes(each.record) for each in PublicIncident.objects.all()}

    hide(incident)

    after = {each.pk: bytes(each.record) for each in PublicIncident.objects.all()}
    assert after.get(incident.pk) != before[incident.pk]
    assert [pk for pk in before if pk != incident.pk and after.get(pk) != before[pk]] == []
    assert index.change_queue.has_changes("default")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_readers_are_answered_while_nothing_can_be_written(client):
    incident = make_published_incident(title="Quokka")
    index.refresh("default")
    Incident.objects.filter(pk=incident.pk).update(title="Wombat")
    refuse, allow = {
        "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]

    with connection.cursor() as cursor:
        cursor.execute(refuse)
        try:
            meanwhile = client.get("/incidents/")
        finally:
            cursor.execute(allow)

    assert b"Quokka" in meanwhile.content
    assert b"Wombat" in client.get("/incidents/?sort=oldest").content


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_is_saved_is_indexed_before_the_next_answer(client):
    incident = make_published_incident(title="Quokka")
    assert b"Quokka" in client.get("/incidents/").content

    incident.title = "Wombat"
    incident.save()

    assert not index.change_queue.has_changes("default")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_is_saved_stays_and_waits_where_indexing_fails(monkeypatch, caplog):
    monkeypatch.setattr(indexer, "refresh_beside_others", lambda *_arguments: 1 / 0)

    make_published_incident(ref="one")

    assert Incident.objects.get().ref == "one"
    assert index.change_queue.has_changes("default")
    assert "Error calling" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="On PostgreSQL, others write meanwhile.")
def test_on_sqlite_one_indexes_at_a_time_so_that_others_find_a_moment_to_write(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "is_in_memory_db", lambda: False)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "tracker.sqlite3"))
    make_published_incident(title="Quokka")
    index.refresh("default")
    Incident.objects.update(title="Wombat")

    with index.change_queue.alone("default", is_patient=False) as first:
        index.refresh_beside_others("default", max_seconds=60)
        meanwhile = index.change_queue.has_changes("default")
    index.refresh_beside_others("default", max_seconds=60)

    assert (first, meanwhile, index.change_queue.has_changes("default")) == (True, True, False)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_between_two_transactions_that_index_there_is_a_pause(monkeypatch):
    pauses = []
    monkeypatch.setattr(indexer, "pause", pauses.append)
    monkeypatch.setattr(indexer, "SMALL_BATCH_SIZE", 1)
    for _n in range(3):
        make_published_incident()
    Incident.objects.update(title="Wombat")

    index.refresh_beside_others("default", max_seconds=600)

    assert set(pauses) == {"default"}
    assert not index.change_queue.has_changes("default")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_is_usually_changed_at_once_is_indexed_in_one_transaction_without_a_pause(monkeypatch):
    pauses = []
    monkeypatch.setattr(indexer, "pause", pauses.append)
    published = make_published_incident(account=make_account(holder=make_party(slug="group")))
    index.refresh("default")
    with transaction.atomic():
        for model, column in ((Incident, "title"), (Platform, "name"), (Party, "public_label")):
            model.objects.update(**{column: "Wombat"})
        make_citation(published, source=make_source(title="Wombat"))
        for record in Account.objects.all():
            record.save()

    assert (pauses, index.change_queue.has_changes("default")) == ([], False)
    assert is_up_to_date()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_saves_does_not_wait_until_all_is_indexed_that_others_have_changed(monkeypatch):
    monkeypatch.setattr(indexer, "SMALL_BATCH_SIZE", 1)
    platform = make_platform(slug="zoom")
    for _n in range(3):
        make_published_incident(account=make_account(platform=platform))
    index.refresh("default")
    Platform.objects.update(name="Wombat")

    make_source(title="Something else")

    assert 0 < index.change_queue.number("default") < 3


@pytest.mark.parametrize(
    ("size", "seconds", "then"),
    [(40, 1.0, 10), (40, 0.25, 40), (5, 0.01, 10), (1, 9, 1), (200, 0.0001, 200), (3, 0.0, 8)],
)
def test_as_many_are_indexed_at_a_time_as_fit_into_a_short_transaction(size, seconds, then):
    assert indexer._size_after(size, seconds) == then


@pytest.mark.parametrize("change", [{"cleared": False}, {"slug": "another"}])
def test_a_page_asks_the_gate_and_not_the_index_alone(client, change):
    holder = make_party(slug="group")
    make_published_incident(account=make_account(holder=holder))
    assert client.get("/parties/group/").status_code == 200
    Party.objects.update(**change)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_change_queue")  # as if it had not been read yet

    assert client.get("/parties/group/?sort=oldest").status_code == 404


def public_incidents(number):
    """So many, about a topic, with a statement by two parties and translations of what they are called."""
    topic, party = make_topic(), make_party()
    make_translation(topic, "note", text="關於它")
    make_translation(party, "public_label", text="一個組織")
    for _number in range(number):
        made = make_published_incident(account=make_account(holder=party))
        made.topics.add(topic)
        make_justification(made, together_with=[party])


def test_what_has_been_read_of_many_incidents_makes_a_record_of_each_without_asking_again(
    django_assert_num_queries,
):
    public_incidents(2)
    incidents = list(Incident.objects.public().with_story())

    with django_assert_num_queries(0):
        records = [incident_record(each) for each in incidents]

    assert [record["topics"][0]["translations"][0]["text"] for record in records] == ["關於它"] * 2


def test_posting_lists_are_the_same_whether_they_are_written_at_once_or_in_several_goes(monkeypatch):
    public_incidents(3)
    index.refresh("default")
    written = {(each.term, each.layer): each.incidents for each in PostingList.objects.all()}
    PostingList.objects.all().delete()
    monkeypatch.setattr(document_pairs, "BATCH_SIZE", 1)
    monkeypatch.setattr(indexer, "MAX_POSITIONS", 1)

    indexer.write_documents(
        "default", sorted(Incident.objects.values_list("pk", flat=True)), are_posted=False
    )

    assert {(each.term, each.layer): each.incidents for each in PostingList.objects.all()} == written
    assert len(written) > 50


def test_the_records_of_an_incident_are_not_kept_once_its_document_is_made():
    public_incidents(2)
    incidents = list(Incident.objects.values_list("pk", flat=True))

    def kept():
        return sum(isinstance(each, Action) for each in gc.get_objects())

    gc.collect()
    before = kept()
    gc.disable()
    try:
        pairs = list(document_pairs.document_pairs("default", incidents))
        assert all(wanted for of_batch in pairs for wanted, _stored in of_batch.values())
        assert kept() == before
    finally:
        gc.enable()
