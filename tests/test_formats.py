"""Every format carries the whole public record, whatever is in it, and those with tables come back unchanged."""

import asyncio
import csv
import html
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import dplib
import frictionless
import httpx
import jsonschema
import pytest
from datasette.app import Datasette
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.template.defaultfilters import filesizeformat
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents import exports, index
from incidents.exports.importing import import_fixture
from incidents.exports.json_stream import UnreadableError
from incidents.exports.selection import unpacked
from incidents.index import indexer
from incidents.index.csv_rows import HEADER, cell, plain
from incidents.listing import ordering
from incidents.models import Account, Action, Incident, Party, Platform, PublicIncident, Source, Topic
from incidents.texts import stored_line
from incidents.translations import translate

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_justification,
    make_platform,
    make_published_incident,
    make_selection,
    make_source,
    make_story,
    public_fixture,
)
from .server import MAX_WAIT_SECONDS

pytestmark = pytest.mark.django_db


def written(name, query="", **options):
    return b"".join(exports.write(name, make_selection(query), **options))


def emptied():
    Source.objects.update(derived_from=None)
    for model in (Incident, Account, Party, Platform, Source, Topic):
        model.objects.all().delete()


def records():
    index.current_version("default")
    return [json.loads(unpacked(entry.record)) for entry in PublicIncident.objects.order_by("ref")]


@pytest.mark.slow
@pytest.mark.once
def test_the_data_package_is_valid(cases, tmp_path, monkeypatch):
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        package.extractall(tmp_path)
    monkeypatch.chdir(tmp_path)

    report = frictionless.validate("datapackage.json")

    assert report.flatten(["name", "fieldName", "message"]) == []
    described = json.loads((tmp_path / "datapackage.json").read_text())
    assert described["licenses"] == [
        {"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
    ]
    assert described["incidents"] == 3
    assert {resource["name"]: resource["rows"] for resource in described["resources"]}["citations"] == 541


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_package_keeps_to_both_versions_of_the_standard(db, version):
    make_published_incident()
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        described = json.loads(package.read("datapackage.json"))
    parts = [("datapackage", described)]
    for resource in described["resources"]:
        parts += [
            ("dataresource", resource),
            ("tableschema", resource["schema"]),
            ("tabledialect", resource["dialect"]),
        ]

    for name, part in parts:
        profile = json.loads((Path(dplib.__file__).parent / f"profiles/{version}/{name}.json").read_text())
        validator = jsonschema.validators.validator_for(profile)(profile)
        assert [error.message for error in validator.iter_errors(part)] == []


def repacked(change, folder=""):
    """The package of all data with the text of each file changed, in a folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package, zipfile.ZipFile(file, "w") as changed:
        for name in package.namelist():
            changed.writestr(folder + name, change(name, package.read(name).decode()))
    return file.getvalue()


@pytest.mark.slow
def test_a_package_has_texts_as_they_are_and_one_of_version_0_2_is_read_without_its_apostrophes(db, tmp_path):
    make_published_incident(title="=1+1 is what he wrote")
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        assert "=1+1 is what he wrote" in package.read("incidents.csv").decode().replace("'=", "")
    old = repacked(lambda name, text: text.replace('"$schema"', '"was"').replace("=1+1", "'=1+1"))
    path = tmp_path / "old.zip"
    path.write_bytes(old)
    emptied()

    assert import_fixture(path).errors == []
    assert Incident.objects.get().title == "=1+1 is what he wrote"


@pytest.mark.slow
def test_a_package_written_by_another_program_is_read(db, tmp_path):
    make_published_incident()
    before = public_fixture(Incident.objects.all())
    path = tmp_path / "their.zip"
    path.write_bytes(
        repacked(
            lambda name, text: (
                re.sub(r"\b(true|false)\b", lambda found: found[0].title(), text)
                if name.endswith(".csv")
                else text
            ),
            folder="account-suspensions/",
        )
    )
    emptied()

    assert import_fixture(path).errors == []
    assert public_fixture(Incident.objects.all()) == before


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            ("parties.csv", "true", "perhaps"),
            "parties.csv, line 2: name_public is neither true nor false: perhaps",
        ),
        (("actions.csv", ",1,", ",1.0,"), "actions.csv, line 2: seq is not a whole number: 1.0"),
    ],
)
def test_a_cell_of_another_type_is_refused_with_its_file_and_line(db, tmp_path, wrong, message):
    make_published_incident()
    file, old, new = wrong
    path = tmp_path / "wrong.zip"
    path.write_bytes(repacked(lambda name, text: text.replace(old, new) if name == file else text))

    with pytest.raises(UnreadableError, match=re.escape(message)):
        import_fixture(path)


@pytest.mark.slow
@pytest.mark.once
def test_datasette_searches_the_texts_and_knows_records_by_their_names(cases, client, tmp_path):
    path = tmp_path / "incidents.db"
    path.write_bytes(written("sqlite"))
    metadata = client.get("/datasette.json").json()

    async def asked(address):
        answer = await Datasette([str(path)], metadata=metadata).client.get(address)
        assert answer.status_code == 200
        return answer

    def found(table, words):
        address = f"/incidents/{table}.json?_search={words}&_shape=array"
        return asyncio.run(asked(address)).json()

    assert {row["ref"] for row in found("incidents", "Humanit")} >= {"2020-zoom-humanitarian-china"}
    assert [row["slug"] for row in found("parties", "支聯會")] == ["hong-kong-alliance"]
    quotations = found("statements", '"local law"')
    texts = [f"{row['quote']}{row['value_as_stated']}{row['reading']}".lower() for row in quotations]
    assert ["local law" in text for text in texts] == [True] * len(texts) != []
    rows = asyncio.run(asked("/incidents/accounts.json?_shape=array&_labels=on")).json()
    assert {row["holder"]["label"] for row in rows if row["holder"]} >= {"Humanitarian China"}
    page = asyncio.run(asked("/incidents")).text
    assert metadata["license"] in page
    assert metadata["source_url"] in page


@pytest.mark.slow
@pytest.mark.once
def test_datasette_opens_the_sqlite_file_and_follows_its_keys(cases, tmp_path):
    path = tmp_path / "tables.db"
    path.write_bytes(written("sqlite"))

    async def asked(address):
        return (await Datasette([str(path)]).client.get(address)).json()

    rows = asyncio.run(asked("/tables/actions.json?_shape=array&_labels=on"))
    tables = asyncio.run(asked("/tables.json"))

    assert {
        row["incident"]["label"] if isinstance(row["incident"], dict) else row["incident"] for row in rows
    }
    assert len(rows) == 5
    keys = {table["name"]: table["foreign_keys"]["outgoing"] for table in tables["tables"]}
    assert {(key["column"], key["other_table"]) for key in keys["citations"]} == {
        ("incident", "incidents"),
        ("source", "sources"),
        ("action", "actions"),
        ("justification", "justifications"),
        ("involvement", "involvements"),
        ("platform", "platforms"),
        ("party", "parties"),
        ("account", "accounts"),
    }
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT count(*) FROM account_actions").fetchone() == (5,)


def test_title_and_summary_are_in_every_row_of_csv_in_each_language_of_the_site(db):
    incident = make_published_incident(title="It was shut")
    translate(incident, "title", "zh-Hant", "帳號被關閉").save()

    (row,) = csv.DictReader(io.StringIO(written("csv").decode()))

    names = ("title", "title_zh_hant", "summary_zh_hant", "title_zh_hans", "summary_zh_hans")
    assert [row[name] for name in names] == ["It was shut", "帳號被關閉", "", "", ""]


DAYS = {
    "../2020-06-11": ("", "2020-06-11"),
    "2020-05-22/..": ("2020-05-22", ""),
    "2020-06-07~": ("2020-06-07", "2020-06-07"),
    "2020-XX": ("2020-01-01", "2020-12-31"),
    "": ("", ""),
}


@pytest.mark.parametrize(("start", "days"), DAYS.items())
def test_the_days_that_a_date_may_mean_stand_beside_it_in_every_file(db, start, days):
    make_published_incident(action={"start": start, "start_text": "lately"})

    (row,) = csv.DictReader(io.StringIO(written("csv").decode()))
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        (packed,) = csv.DictReader(io.StringIO(package.read("actions.csv").decode()))
    (record,) = records()

    names = ("start_earliest", "start_latest")
    assert tuple(row[name] for name in names) == tuple(packed[name] for name in names) == days
    assert tuple(record["actions"][0][name] or "" for name in names) == days
    assert HEADER.index("start_earliest") == HEADER.index("start") + 1


OVERLAP = """SELECT start FROM account_actions WHERE start <> ''
 AND (start_earliest IS NULL OR start_earliest <= '2020-06-05') AND (start_latest IS NULL OR start_latest >= '2020-06-05')"""


def test_sql_over_the_file_finds_what_may_have_begun_on_a_day(db, tmp_path):
    for start in DAYS:
        make_published_incident(action={"start": start, "start_text": "lately"})
    path = tmp_path / "out.sqlite"
    path.write_bytes(written("sqlite"))

    with closing(sqlite3.connect(path)) as database:
        found = {start for (start,) in database.execute(OVERLAP)}

    assert found == {"../2020-06-11", "2020-05-22/..", "2020-XX"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["zip", "sqlite"])
def test_the_days_that_a_date_may_mean_are_not_read_back(db, tmp_path, name):
    make_published_incident(action={"start": "../2020-06-11"})
    before = public_fixture(Incident.objects.all())
    path = tmp_path / "out"
    path.write_bytes(written(name))
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    assert public_fixture(Incident.objects.all()) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fixture.json", "zip", "sqlite"])
def test_what_was_taken_away_comes_back_the_same(cases, tmp_path, name):
    before, told = written("fixture.json"), records()
    path = tmp_path / f"out.{name}"
    path.write_bytes(written(name))
    emptied()

    report = import_fixture(path)

    assert report.errors == []
    assert written("fixture.json") == before
    assert records() == told


@pytest.mark.parametrize("name", exports.FORMATS)
def test_the_same_data_give_the_same_bytes(cases, name):
    assert written(name) == written(name)


@pytest.mark.parametrize("name", exports.FORMATS)
def test_a_list_of_nothing_is_a_file_too(db, name):
    assert bool(written(name, "q=nothing")) == (name != "jsonl")


HOSTILE = (
    st.text(
        alphabet=st.one_of(
            st.sampled_from("=+-@\t\n\r,;\"'<>&{}\\|%_\u200e\u202e\u2028\ufeff😀王"),
            st.characters(blacklist_categories=["Cs", "Cc"]),
        ),
        min_size=1,
        max_size=60,
    )
    .map(stored_line)
    .filter(bool)
)


@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), min_size=5, max_size=5))
def test_no_text_is_lost_on_its_way_out_and_back(db, tmp_path, texts):
    emptied()
    for number, (title, quote, label) in enumerate(texts):
        incident = make_published_incident(
            ref=f"told-{number}",
            title=title,
            summary=quote,
            account=make_account(label=label, platform=make_platform(name=f"{number} {label}")),
        )
        make_justification(incident, quote=quote)
    before = written("fixture.json")
    rows = csv.DictReader(io.StringIO(written("csv").decode(), newline=""))
    tables = {name: tmp_path / f"out.{name}" for name in ("zip", "sqlite")}
    for name, path in tables.items():
        path.write_bytes(written(name))

    found = {row["ref"]: (plain(row["title"]), plain(row["account_label"])) for row in rows}
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    titles = {incident["ref"]: incident["title"] for incident in json.loads(written("json"))["incidents"]}
    assert found == {f"told-{n}": (title, label) for n, (title, _quote, label) in enumerate(texts)}
    assert {line["ref"]: line["justifications"][0]["quote"] for line in lines} == {
        f"told-{n}": quote for n, (_title, quote, _label) in enumerate(texts)
    }
    assert titles == {f"told-{n}": title for n, (title, _quote, _label) in enumerate(texts)}
    for path in tables.values():
        emptied()
        assert import_fixture(path).errors == []
        assert written("fixture.json") == before


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")


def cells_as_opened(text):
    """The cells that spreadsheets make of a line with this text in one, whatever separator they take."""
    out = io.StringIO()
    csv.writer(out).writerow(["before", cell(text), "after"])
    yield from next(csv.reader(io.StringIO(out.getvalue(), newline="")))
    for separator in ";\t|":
        yield from (
            part for row in csv.reader(out.getvalue().splitlines(), delimiter=separator) for part in row
        )
        yield from (part.strip(' "') for row in out.getvalue().splitlines() for part in row.split(separator))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "'=1",
            "'",
            "plain",
            "",
            "''=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠x",
        ),
        *(
            "a;=1+1",
            "a\t=1+1",
            "a|@x",
            "a;＝1+1",
            "a\n=1+1",
            "a\r\n-1",
            'a;"=1+1',
            'a;" =1+1',
            "a;'=1",
            "a;''=1",
            "\t=",
        ),
        *('"=1', ';";=', "'\t'=", "a ; =1", ";;=;+", "a - b = c", "x@y.example", "﹦1"),
    ],
)
def test_no_cell_is_a_formula_and_each_can_be_read_back(text):
    assert [each for each in cells_as_opened(text) if each.startswith(FORMULA_SIGNS)] == []
    assert plain(cell(text)) == text


@given(text=st.text(alphabet="=+-@＝\t\r\n;|, '\"a", max_size=12))
def test_no_text_however_odd_is_a_formula_or_is_lost(text):
    assert [each for each in cells_as_opened(text) if each.startswith(FORMULA_SIGNS)] == []
    assert plain(cell(text)) == text


def test_a_text_that_no_spreadsheet_takes_for_a_formula_stays_as_it_is():
    text = "Zoom – the company – said: 1 + 1 = 2, a-b, me@news.example; and more"

    assert cell(text) == text


@pytest.mark.slow
def test_a_text_of_a_megabyte_leaves_and_returns(db, tmp_path):
    make_published_incident(ref="long", summary="王 =x " * 200_000)
    before, path = written("fixture.json"), tmp_path / "out.sqlite"
    path.write_bytes(written("sqlite"))
    emptied()

    assert len(before) > 1_000_000
    assert import_fixture(path).errors == []
    assert written("fixture.json") == before
    assert b"xl/worksheets" in written("xlsx")


@pytest.mark.parametrize("begin", [b"PK\x03\x04 not a package", b"SQLite format 3\x00 not a database"])
def test_a_file_that_only_begins_like_one_of_ours_is_refused_in_a_sentence(tmp_path, begin):
    path = tmp_path / "false"
    path.write_bytes(begin)

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_fixture", str(path))


@pytest.mark.slow
def test_a_row_that_breaks_a_rule_is_named_by_its_place(cases, tmp_path):
    path = tmp_path / "out.sqlite"
    path.write_bytes(written("sqlite"))
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE actions SET type = 'eaten' WHERE seq = 1")
        database.commit()
    emptied()

    report = import_fixture(path)

    assert any("line 1: " in problem and "eaten" in problem for problem in report.errors)
    assert not Incident.objects.exists()


def test_a_byte_order_mark_is_there_on_request_alone(client, db):
    make_story()

    assert not written("csv").startswith(b"\xef\xbb\xbf")
    answer = client.get("/incidents.csv?bom=1")
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbfref,")
    assert client.get("/incidents.json?bom=1").status_code == 400


def test_background_events_are_in_every_file_with_their_kind_and_uncounted(db, client):
    make_story()
    context = Incident.objects.get(kind="context")
    other = make_published_incident(ref="alone", kind="context", date="2020-05-21")

    def kinds(name, query=""):
        content = written(name, query).decode()
        found = (
            csv.DictReader(io.StringIO(content)) if name == "csv" else map(json.loads, content.splitlines())
        )
        return [(each["ref"], each["kind"], each["date"]) for each in found]

    everything = [(each.ref, "context", str(each.date)) for each in (other, context)]
    for name in ("csv", "jsonl"):
        assert kinds(name)[-2:] == everything
        assert kinds(name)[0][:2] == ("told", "account_action")
        # With a list go those that it is related to; a list of them has no other.
        assert [ref for ref, *_ in kinds(name, "type=suspended")] == ["told", context.ref]
        assert kinds(name, "kind=context&q=alone") == everything[:1]
    for query, names in {"": ["alone", context.ref, "told"], "type=suspended": [context.ref, "told"]}.items():
        entries = json.loads(written("fixture.json", query))
        found = [each["fields"]["ref"] for each in entries if each["model"] == "incidents.incident"]
        assert found == names
    file = json.loads(written("json"))
    assert [record["kind"] for record in file["incidents"]] == ["account_action", "context", "context"]
    assert (file["dataset"]["incidents"], file["dataset"]["background_events"]) == (1, 2)


def test_csv_has_a_row_for_each_action_with_its_incident_and_account(db):
    make_story()
    rows = list(csv.DictReader(io.StringIO(written("csv").decode())))
    rows = [row for row in rows if row["kind"] == "account_action"]

    actions = [action for record in records() for action in record["actions"]]
    assert [(row["ref"], row["seq"]) for row in rows] == [("told", str(action["seq"])) for action in actions]
    assert {row["platform_slug"] for row in rows} == {"told"}


def test_the_desk_gives_the_same_bytes_as_the_download(client, db):
    make_story()

    assert public_fixture(Incident.objects.all()) == b"".join(
        client.get("/incidents.fixture.json").streaming_content
    )


def test_an_unknown_format_is_refused_by_name(tmp_path):
    with pytest.raises(CommandError, match="“pdf” is not a format"):
        call_command("export", "pdf")


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_all_that_was_saved_before_however_long_indexing_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(indexer, "MAX_WAIT_SECONDS", 0)
    monkeypatch.setattr(indexer, "SMALL_BATCH_SIZE", 1)
    with transaction.atomic():
        for ref in ("first", "second"):
            make_published_incident(ref=ref)

    call_command("export", "jsonl", output=str(tmp_path / "all.jsonl"))

    assert (tmp_path / "all.jsonl").read_text().count("\n") == 2


@pytest.mark.parametrize("order", ["newest", "changed"])
def test_very_many_are_read_along_an_index_and_not_sorted_before_the_first_leaves(db, monkeypatch, order):
    make_published_incident()
    monkeypatch.setattr(ordering, "MAX_STREAMED_BY_KEY", 0)
    with CaptureQueriesContext(connection) as asked:
        written("jsonl", f"sort={order}")
    read, *_without_date = [
        each["sql"] for each in asked if "ORDER BY" in each["sql"] and "record" in each["sql"]
    ]

    with connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # for one row it would sort; it still does if no index has the order
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {read}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {read}")
        plan = str(cursor.fetchall())

    assert {"newest": "public_incident_order", "changed": "public_incident_changes"}[order] in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.slow
def test_the_page_tells_the_size_of_each_file(cases, client):
    page = client.get("/data/").content.decode()
    rows = re.findall(
        r'<th scope="row">\s*<a href="/incidents.([a-z.]+)">.*?</th>\s*<td[^>]*>\s*(.*?)\s*</td>\s*<td[^>]*>\s*(.*?)\s*</td>',
        page,
        re.DOTALL,
    )

    shown = {name: html.unescape(size) for name, size, _rows in rows}
    there = {
        name: len(b"".join(client.get(f"/incidents.{name}").streaming_content)) for name in exports.FORMATS
    }

    # The page does not know by which name of the site a file is fetched, which is in some of them.
    may_be = {name: {filesizeformat(size - unknown) for unknown in (0, 60)} for name, size in there.items()}
    assert {name: size for name, size in shown.items() if size not in may_be[name]} == {}
    assert set(shown) == set(there)
    actions = f"{Action.objects.count()} actions"
    assert {name: said for name, _size, said in rows} == dict.fromkeys(
        there, "3 incidents, 5 background events"
    ) | {"csv": f"{actions}, 5 background events", "dsa.csv": actions}


@pytest.mark.parametrize("size", [0, 1, 3, 5, 9])
def test_a_sample_has_the_order_of_its_selection_and_nothing_twice(db, size):
    for day in (3, 1, 5, 2, 4):
        make_published_incident(ref=f"i{day}", action={"start": f"2020-01-0{day}"})
    listing = make_selection("sort=oldest")
    chosen = exports.Selection.of_incidents(Incident.objects.all())

    for selection in (listing, chosen):
        refs = [json.loads(record)["ref"] for record in selection.sample(size).records()]

        assert len(refs) == min(size, 5)
        assert refs == sorted(set(refs))


@pytest.mark.parametrize("name", ["jsonl", "fixture.json"])
def test_a_file_has_what_is_public_when_it_is_written(db, name):
    withdrawn = make_published_incident(ref="withdrawn")
    make_published_incident(ref="stays")
    selections = [make_selection(), exports.Selection.of_incidents(Incident.objects.all())]
    Incident.objects.filter(pk=withdrawn.pk).update(publication="draft")
    make_published_incident(ref="added")
    index.current_version("default")

    listed, chosen = (b"".join(exports.write(name, selection)).decode() for selection in selections)

    assert [ref in listed for ref in ("withdrawn", "stays", "added")] == [False, True, True]
    assert [ref in chosen for ref in ("withdrawn", "stays", "added")] == [False, True, False]


def test_every_format_is_documented():
    documented = (Path(__file__).parent.parent / "docs/formats.md").read_text()

    assert {name for name in exports.FORMATS if f"\n| `{name}` |" not in documented} == set()


@pytest.mark.slow
def test_the_size_of_very_many_is_reckoned_and_said_to_be(db, client, monkeypatch):
    for number in range(12):
        make_published_incident(ref=f"2020-platform-{number}", title=f"Title of number {number}")
    there = {name: len(written(name)) for name in ("csv", "jsonl")}
    monkeypatch.setattr(exports, "SAMPLE_SIZE", 6)
    found = exports.sizes(make_selection())

    assert all(abs(found[name][0] - there[name]) < there[name] / 10 for name in there)
    assert not any(is_exact for _size, is_exact in found.values())
    assert client.get("/data/").content.decode().count("up to about") == len(exports.FORMATS)


@pytest.mark.slow
def test_the_sizes_are_worked_out_once_for_an_edition_and_anew_for_the_next(db, client, monkeypatch):
    make_published_incident()
    asked = []
    monkeypatch.setattr(
        "incidents.public.downloads.sizes",
        lambda selection: asked.append(selection.count) or exports.sizes(selection),
    )
    for _reader in range(3):
        caches["pages"].clear()
        client.get("/data/")
    make_published_incident()
    client.get("/data/")

    assert asked == [1, 2]


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed: apt install r-base-core")
def test_every_example_of_the_page_works_when_pasted(cases, live_server, tmp_path):
    """As on the page: curl and pandas, R and Datasette, each asking the running tracker."""
    page = httpx.get(f"{live_server.url}/data/", timeout=None).text
    curl, pandas, r, datasette = map(
        html.unescape, re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    )
    own = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "R_DEFAULT_INTERNET_TIMEOUT": str(MAX_WAIT_SECONDS),
    }

    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, env=os.environ | own, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("bash", "-c", curl)
    rows = csv.DictReader(io.StringIO((tmp_path / "actions.csv").read_bytes().decode()))
    actions = [row for row in rows if row["kind"] == "account_action"]
    assert len(actions) == Action.objects.count()
    assert re.search(rf"Zoom +{len(actions)}\b", run(sys.executable, "-c", pandas))
    assert set(run("Rscript", "-e", r).split()) >= {action["type"] for action in actions}
    # It would serve until it is stopped; `--get` has it answer once.
    answer = run("bash", "-c", f"{datasette} --get /incidents/incidents.json?_shape=objects")
    assert {row["ref"] for row in json.loads(answer)["rows"]} >= {"2020-zoom-humanitarian-china"}


def test_how_long_it_lasted_whether_reasons_changed_and_how_many_origins_are_columns(db):
    incident = make_published_incident(
        ref="2020-x",
        action={
            "start": "2020-06-07",
            "start_basis": "occurred",
            "end": "2020-06-10/2020-06-11",
            "status": "lifted",
        },
        source=make_source(citekey="first"),
    )
    make_citation(
        incident,
        source=make_source(derivation="translation", derived_from=Source.objects.get(citekey="first")),
    )
    make_action(incident, start="2020-06-07")
    for day, ground in (
        ("2020-06-08", "error"),
        ("2020-06-09", "local_law"),
        ("2020-06-11", "terms_rule_named"),
    ):
        make_justification(
            incident,
            kind="public_justification",
            ground=ground,
            date=day,
            speaker=None,
            speaker_text="a spokesperson",
        )

    (record,) = records()
    rows = list(csv.DictReader(io.StringIO(written("csv").decode())))

    assert (record["story"], record["origins"]) == ("changed", 1)
    assert [(each["days_min"], each["days_max"]) for each in record["actions"]] == [(3, 4), (None, None)]
    columns = ("story", "origins", "days_min", "days_max")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("changed", "1", "3", "4"),
        ("changed", "1", "", ""),
    ]
