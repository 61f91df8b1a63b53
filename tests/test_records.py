"""Records: built and read back as their shape declares, the same in every language, and no public field forgotten."""

import copy
import re
import zlib

import orjson
import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import caches
from django.db import IntegrityError, models, transaction

from incidents import index
from incidents.choices import NotCounted
from incidents.index import comparison
from incidents.index.csv_rows import LEFT_OUT
from incidents.models import IN_ORDER, Incident, PublicChange, PublicIncident
from incidents.models.fields import FieldKind, kind_of
from incidents.records import (
    from_json,
    incident_record,
    is_same_story,
    past_from_json,
    to_json,
)
from incidents.shape import SHAPE, keys_of

from .factories import make_story

pytestmark = pytest.mark.django_db


def record_of(ref):
    return incident_record(Incident.objects.public().with_story().get(ref=ref))


def stored(ref):
    """The record of an incident as JSON has it."""
    return orjson.loads(to_json(record_of(ref)))


# Built and read


def test_every_column_has_a_kind():
    kinds = {
        kind_of(field)
        for model in IN_ORDER
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
    }

    assert kinds == set(FieldKind)
    with pytest.raises(TypeError, match="has no kind yet"):
        kind_of(models.JSONField())


def test_a_record_comes_back_from_json_as_it_was(cases):
    for incident in Incident.objects.public().with_story():
        record = incident_record(incident)

        assert from_json(to_json(record)) == record


@pytest.mark.slow
def test_a_record_has_the_keys_that_its_shape_declares(cases):
    def keys(name, values, only=()):
        assert set(values) == {key.name for key in keys_of(name) if not only or key.name in only}
        for key in keys_of(name):
            inner = values.get(key.name) if key.nested else None
            for each in inner if key.nested and key.nested.many and inner else filter(None, [inner]):
                keys(key.nested.record, each, key.nested.only)

    for ref in Incident.objects.public().values_list("ref", flat=True):
        keys("incident", record_of(ref))


def test_other_values_stay_as_json_has_them_where_only_some_are_wanted():
    make_story()
    text = to_json(record_of("told"))

    action = from_json(text, frozenset({"start"}))["actions"][0]

    assert action["start"].earliest.isoformat() == "2020-05-22"
    assert type(action["end"]) is str


# Of earlier versions


def test_a_record_of_an_earlier_version_is_read_with_the_keys_of_today():
    make_story()
    today = stored("told")
    past = copy.deepcopy(today)
    past["actions"][0] |= {
        "places": ["Volksrepublik China"],
        "not_counted_because": "Typ unbekannt",
        "type": "unknown",
    }
    past["involvements"][0]["country_name"] = ""
    del past["actions"][0]["accounts_text"], past["sources"][0]["derived_from"], past["relations"]

    record = past_from_json(to_json(past))

    assert record["actions"][0]["not_counted_because"] == NotCounted.TYPE_UNKNOWN
    assert record["relations"] == []
    assert set(record["actions"][0]) == set(today["actions"][0])
    assert set(record["involvements"][0]) == set(today["involvements"][0])
    assert record["sources"][0]["derived_from"] is None


def test_two_records_are_the_same_whatever_only_one_of_them_could_say():
    make_story()
    before, after = stored("told"), stored("told")
    before["actions"][0] |= {"places": [], "not_counted_because": "a phrase"}
    after["relations"][0]["incident"]["title"] = "Another title"
    del before["sources"][0]["author"]
    other = copy.deepcopy(after)
    other["actions"][0]["account"]["holder"]["country"] = "CN"
    fewer = copy.deepcopy(after) | {"citations": after["citations"][1:]}

    assert is_same_story(before, after)
    assert not is_same_story(before, other)
    assert not is_same_story(before, fewer)


def test_a_new_shape_of_records_makes_no_revision():
    incident = make_story()
    index.current_version("default")
    entry = PublicIncident.objects.get(pk=incident.pk)
    past = orjson.loads(zlib.decompress(bytes(entry.record)))
    past["actions"][0] |= {"places": ["China"], "not_counted_because": "Typ unbekannt"}
    PublicIncident.objects.filter(pk=entry.pk).update(record=zlib.compress(to_json(past)))
    changes = PublicChange.objects.count()

    comparison.repair("default", [incident.pk])

    assert zlib.decompress(bytes(PublicIncident.objects.get(pk=entry.pk).record)) == to_json(
        record_of("told")
    )
    assert PublicChange.objects.count() == changes


# No public field is forgotten

# Fields that no form of the editing desk has, and why.
NOT_EDITED = {
    "incident": {"updated_at": "set by saving"},
    **{
        name: {"incident": "the page they are on", "seq": "numbered by saving"}
        for name in ("action", "justification", "involvement", "citation")
    },
    "topiclabel": {"topic": "the page they are on"},
}


def fields_in_forms():
    """For each model the fields that some form of the editing desk shows."""
    found = {}
    for model, model_admin in admin.site._registry.items():
        for each in (model_admin, *model_admin.inlines):
            shown = each.fieldsets or [(None, {"fields": each.fields or ()})]
            names = found.setdefault(getattr(each, "model", None) or model, set())
            for _title, options in shown:
                for line in options["fields"]:
                    names.update([line] if isinstance(line, str) else line)
    return found


@pytest.mark.parametrize("name", SHAPE)
def test_every_public_field_is_in_a_form_or_known_to_be_in_none(name):
    shown = fields_in_forms()[apps.get_model("incidents", name)]

    assert set(SHAPE[name].fields) - shown == set(NOT_EDITED.get(name, ()))


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_csv_leaves_out_is_a_key_that_it_could_have(name):
    assert set(LEFT_OUT[name]) <= {key.name for key in keys_of(name) if not key.nested}


# Keys that make no difference on any page, and why.
NOT_ON_PAGES = {
    "incident": {"publication": "always published"},
    "account": {"succeeded_by": "pages say what the accounts before and after it are called now"},
    "translation": {"key": "by which files know it"},
    "citation": {"seq": "notes are in the order in which the page has them"},
}
# Keys by which other parts of a record refer to this one; on a page they are links and numbers of sources.
REFERENCES = {("source", "citekey"), ("citation", "source")}
OTHERS = {
    FieldKind.TEXT: ["Otherwise", "very words"],  # the latter as in the quotation of a citation
    FieldKind.ADDRESS: ["https://otherwise.example/"],
    FieldKind.PLACE: ["NZ"],
    FieldKind.PLACES: ["NZ ZA"],
    FieldKind.LANGUAGE: ["fr"],
    FieldKind.TIME_ZONE: ["Asia/Tokyo"],
    FieldKind.EDTF: ["1999-12-31"],
    FieldKind.DATE: ["1999-12-31"],
    FieldKind.DATETIME: ["1999-12-31T00:00:00Z"],
    FieldKind.BOOLEAN: [True, False],
    FieldKind.INTEGER: [1, 2, 7],
}
# Records that pages of their own show, by the field that has the slug of the page.
PAGES_OF = {
    **dict.fromkeys(("platform", "party", "account", "topic"), "slug"),
    "topiclabel": "topic__slug",
}
WITHIN = {
    "incident": (),
    "translation": ("translations", 0),
    "action": ("actions", 0),
    "account": ("actions", 0, "account"),
    "platform": ("actions", 0, "account", "platform"),
    "party": ("actions", 0, "account", "holder"),
    "topic": ("topics", 0),
    "topiclabel": ("topics", 0, "labels", 0),
    "justification": ("justifications", 1),
    "involvement": ("involvements", 0),
    "citation": ("citations", 1),
    "source": ("sources", 1),
    "relation": ("relations", 0),
}


def page(client, address):
    """What a reader sees at an address."""
    caches["pages"].clear()
    answer = client.get(address)
    seen = re.sub(r"(?s)<head>.*</head>|<script.*?</script>", "", answer.content.decode())
    return answer.status_code, seen


@pytest.fixture
def bases(db):
    """Two records in which, between them, no field is hidden by the value of another one."""
    make_story()
    index.current_version("default")
    first = stored("told")
    first["actions"][0] |= {"scope": "listed_countries", "countries": "CN"}
    second = copy.deepcopy(first) | {"kind": "context"}
    second["justifications"][1]["speaker"] = second["involvements"][0]["party"] = None
    second["involvements"][0]["role"] = "ordered_by"
    second["citations"][1]["action"] = None
    second["actions"][0] |= {
        "term": "fixed",
        "timezone": "Asia/Hong_Kong",
        "start_at_from": "2020-05-22T02:00:00Z",
        "start_at_to": "2020-05-22T03:00:00Z",
        "end_at_from": "2020-05-22T05:00:00Z",
        "end_at_to": "2020-05-22T06:00:00Z",
        "start": "2020-05-21/2020-05-22",
    }
    second["actions"].append(second["actions"][0] | {"seq": 2})
    return first, second


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPE)
def test_every_public_key_makes_a_difference_on_a_page_or_is_known_to_make_none(client, bases, name):
    entries = PublicIncident.objects.filter(ref="told")
    addresses = ["/incidents/told/"]
    if name in ("source", "citation"):
        addresses.append("/incidents/told/sources/")
    if name == "incidenttranslation":
        addresses.append("/zh-hant/incidents/told/")

    def shown(record):
        entries.update(record=zlib.compress(orjson.dumps(record)))
        return [page(client, address) for address in addresses]

    def differs(base, key, value):
        """Whether the pages of the incident show another value."""
        record = copy.deepcopy(base)
        part = record
        for step in WITHIN[name]:
            part = part and part[step]
        if part is None:
            return False
        before = shown(record)
        part[key] = value
        return shown(record) != before

    def differs_there(key, value):
        """Whether the page of the platform, party, account or topic does."""
        told = apps.get_model("incidents", name).objects.filter(**{PAGES_OF[name]: "told"})
        record = told.first()
        address = (record.topic if name == "topiclabel" else record).get_absolute_url()
        before = page(client, address)
        try:
            with transaction.atomic():
                told.filter(pk=record.pk).update(**{key: value})
                after = page(client, address)
                transaction.set_rollback(True)
        except (IntegrityError, ValueError):
            return False
        return after != before

    def is_seen(key):
        values = key.vocabulary.values if key.vocabulary else OTHERS[key.kind]
        if key.many:
            values = [[], *([value] for value in values)]
        return any(differs(base, key.name, value) for base in bases for value in values) or (
            name in PAGES_OF and any(differs_there(key.name, value) for value in values)
        )

    keys = [key for key in keys_of(name) if not (key.nested or key.derived or (name, key.name) in REFERENCES)]
    assert {key.name for key in keys if not is_seen(key)} == set(NOT_ON_PAGES.get(name, ()))
