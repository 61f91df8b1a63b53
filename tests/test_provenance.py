"""The statements table: each citation with the value it is about and since when the record says so."""

import io
import sqlite3
import zipfile
from contextlib import closing

import pandas
import pytest

from incidents import exports, index, protection, publishing
from incidents.models import Action, Citation, Incident
from incidents.translations import translate

from .factories import make_citation, make_published_incident, make_selection, make_source

pytestmark = pytest.mark.django_db


def written(name, query=""):
    return b"".join(exports.write(name, make_selection(query)))


def read(file):
    return pandas.read_csv(
        file, keep_default_na=False, dtype={"first_version": "Int64"}, na_values={"first_version": [""]}
    )


def statements(query=""):
    """The rows of the file, as pandas reads them, by id."""
    return read(io.BytesIO(written("statements.csv", query))).set_index("id")


def version():
    return index.current_version("default").number


@pytest.fixture
def incident(db):
    incident = make_published_incident(ref="2020-x", action={"start": "2020-06"})
    return incident


def cite(incident, **fields):
    return f"2020-x/{make_citation(incident, **fields).seq}"


def test_a_statement_is_of_the_incident_a_part_a_platform_a_party_or_an_account(incident):
    action = incident.actions.get()
    account = action.account
    ids = {
        cite(incident, field="summary"): ("incidents", "2020-x", "summary", incident.summary),
        cite(incident, action=action, field="start"): ("actions", "2020-x/1", "start", "2020-06"),
        cite(incident, action=action): ("actions", "2020-x/1", "", ""),
        cite(incident, account=account, field="holder"): (
            "accounts",
            account.slug,
            "holder",
            account.holder.slug,
        ),
        cite(incident, party=account.holder, field="kind"): (
            "parties",
            account.holder.slug,
            "kind",
            "organisation",
        ),
        cite(incident, platform=account.platform, field="operator"): (
            "platforms",
            account.platform.slug,
            "operator",
            "",
        ),
    }

    found = statements()

    columns = ["entity_type", "entity", "property", "value"]
    assert {each: tuple(found.loc[each, columns]) for each in ids} == ids


def test_a_statement_has_its_source_quotation_and_stance(incident):
    source = make_source(citekey="said")
    each = cite(incident, source=source, stance="contradicts", quote="=It was May", field="summary")

    row = statements().loc[each]

    assert (row["source"], row["stance"], row["quote"]) == ("said", "contradicts", "'=It was May")


def test_a_value_that_is_translated_has_a_row_for_each_language(incident):
    of_summary, of_action = cite(incident, field="summary"), cite(incident, action=incident.actions.get())
    first = version()
    translate(incident, "summary", "zh-Hant", "停用了帳號。").save()
    translate(incident, "title", "zh-Hant", "標題").save()

    found = statements()

    mine = found[["value", "value_language"]].filter(regex=f"^({of_summary}|{of_action})", axis="index")
    assert {each: tuple(row) for each, row in mine.iterrows()} == {
        of_summary: (incident.summary, "en"),
        f"{of_summary}/zh-Hant": ("停用了帳號。", "zh-Hant"),
        of_action: ("", ""),
    }
    assert (
        found.loc[of_summary, "first_version"] == first < found.loc[f"{of_summary}/zh-Hant", "first_version"]
    )


@pytest.mark.slow
def test_a_statement_has_held_since_the_version_that_made_it_what_it_is(incident):
    action = incident.actions.get()
    of_start = cite(incident, action=action, field="start", quote="In June", value_as_stated="In June")
    first = version()
    of_end = cite(incident, action=action, field="status")
    second = version()
    Action.objects.filter(pk=action.pk).update(start="2020-06-07")
    third = version()
    Incident.objects.filter(pk=incident.pk).update(title="Another title")
    last = version()

    found = statements()

    assert first < second < third < last
    assert {
        each: tuple(found.loc[each, ["first_version", "last_version"]]) for each in (of_start, of_end)
    } == {
        of_start: (third, last),
        of_end: (second, last),
    }


def test_what_is_gone_is_in_no_statement_and_what_came_back_begins_anew(incident):
    each = cite(incident, quote="It said so.")
    first = version()
    publishing.withdraw(Incident.objects.get(pk=incident.pk), reason="An error.")
    assert statements().empty

    Incident.objects.filter(pk=incident.pk).update(publication="published", withdrawn_reason="")

    assert statements().loc[each, "first_version"] == version() > first


def test_where_past_records_were_deleted_a_statement_begins_after_them(incident):
    each = cite(incident, quote="It said so.")
    version()
    Incident.objects.filter(pk=incident.pk).update(title="Another title")
    second = version()

    protection.forget_revisions("2020-x")

    assert statements().loc[each, "first_version"] == second


def test_a_confidential_source_states_nothing(incident):
    each = cite(incident, source=make_source(citekey="hushed", is_confidential=True))

    assert each not in statements().index
    assert "hushed" not in written("statements.csv").decode()


def test_file_package_and_database_have_the_same_statements_of_what_is_in_their_tables(cases, tmp_path):
    (tmp_path / "file.sqlite").write_bytes(written("sqlite"))
    with zipfile.ZipFile(io.BytesIO(written("zip"))) as package:
        packaged = read(package.open("statements.csv"))
        tables = {
            name.removesuffix(".csv"): pandas.read_csv(package.open(name), keep_default_na=False, dtype=str)
            for name in package.namelist()
            if name.endswith(".csv")
        }
    with closing(sqlite3.connect(tmp_path / "file.sqlite")) as database:
        stored = pandas.read_sql("SELECT * FROM statements ORDER BY rowid", database)

    is_translated = packaged["id"].str.count("/") == 2
    assert sum(~is_translated) == len(tables["citations"]) == Citation.objects.open().count()
    assert set(packaged["id"]) == set(statements().index)
    assert packaged.drop(columns=["is_translation", "first_version"]).equals(
        stored.drop(columns=["is_translation", "first_version"])
    )
    for name, rows in packaged[~is_translated].groupby("entity_type"):
        table = tables[name].set_index(tables[name].columns[0])
        for row in rows[rows["property"] != ""].itertuples():
            assert row.value == table.loc[row.entity, row.property], row


def test_a_question_about_where_data_come_from_is_answered_by_one_table(cases):
    found = read(io.BytesIO(written("statements.csv")))

    contested = found[found["stance"] == "contradicts"].groupby(["entity", "property"])["source"].nunique()

    assert (len(contested) > 0, found["source"].eq("").sum()) == (True, 0)
