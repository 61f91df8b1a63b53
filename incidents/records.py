"""What we tell the outside: the one gate through which every public door takes its data.

`PUBLIC_FIELDS` names every public field; what it does not name never leaves the admin. The functions
below build plain dictionaries from records that come out of a `public()` queryset. Choices stay members
of their vocabulary and dates stay EDTF values: JSON writes both as text, templates ask them for words.
"""

from datetime import date, datetime
from functools import cache, partial

import orjson
from django.apps import apps
from django.db.models import DateField, DateTimeField

from .dates import EDTF
from .models.fields import EDTFField, VocabularyField, place_name
from .querysets import SHOWN

PUBLIC_FIELDS = {
    "platform": ("slug name operator operator_country kind website policy_url aliases".split()),
    "party": (
        "slug public_label native_label native_language kind country at_risk name_public "
        "name_public_basis cleared aliases".split()
    ),
    "account": "slug platform holder label kind url handle handle_public succeeded_by".split(),
    "incident": "ref title summary kind date date_text publication published_at updated_at".split(),
    "source": (
        "citekey csl_type title author container_title publisher issued issued_basis url archived_url "
        "language derivation derived_from derivation_note accessed_on".split()
    ),
    "action": (
        "incident seq account type occurrence start start_text start_basis timezone start_at_from "
        "start_at_to end end_text expected_end status status_as_of end_cause term term_text scope "
        "countries accounts_min accounts_max accounts_text automation reason_status".split()
    ),
    "justification": (
        "incident seq action kind ground speaker speaker_text modality quote quote_language "
        "is_translation note date audience reference_url legal_basis supersedes".split()
    ),
    "involvement": (
        "incident seq action party party_text role certainty outcome modality quote quote_language "
        "is_translation note date country legal_basis".split()
    ),
    "citation": (
        "incident seq source action justification involvement field stance quote locator attribution "
        "value_as_stated".split()
    ),
    "relation": "from_incident to_incident kind certainty note".split(),
}


def public_values(record, *, without="", key=lambda other: other.natural_key()):
    """The public fields of a record by name, but one; a relation to another record as that one's natural key."""
    values = {}
    for name, is_relation, vocabulary in _fields(record._meta.model_name):
        if name != without:
            value = getattr(record, name)
            if is_relation:
                value = value and key(value)
            elif vocabulary:
                value = vocabulary(value)
            values[name] = value
    return values | _withheld(record)


@cache
def _fields(name):
    """The public fields of a model: name, whether it is a relation, and its vocabulary."""
    fields = map(apps.get_model("incidents", name)._meta.get_field, PUBLIC_FIELDS[name])
    return [(each.name, each.is_relation, getattr(each, "vocabulary", None)) for each in fields]


def _withheld(record):
    """Public fields of this one record that are private after all, emptied."""
    match record._meta.model_name:
        case "party" if not record.name_public:
            return {"native_label": "", "native_language": "", "name_public_basis": "", "aliases": ""}
        case "account":
            named = record.holder is not None and record.holder.name_public
            handle = named and record.handle_public
            return {
                "handle": record.handle if handle else "",
                "handle_public": handle,
                "url": record.url if named or record.holder is None else "",
            }
        case "source" if record.derived_from and record.derived_from.is_confidential:
            return {"derived_from": None}
    return {}


def platform_record(platform):
    return public_values(platform) | {"operator_country_name": place_name(platform.operator_country)}


def party_record(party):
    return public_values(party) | {"country_name": place_name(party.country)}


def account_record(account):
    """An account with its platform and holder. The account that followed it may not be public, and is left out."""
    return public_values(account, without="succeeded_by") | {
        "platform": platform_record(account.platform),
        "holder": account.holder and party_record(account.holder),
    }


def source_record(source):
    """A source with the title and publisher of the one it derives from."""
    values = public_values(source)
    if values["derived_from"]:
        values["derived_from"] = {
            name: getattr(source.derived_from, name)
            for name in ("citekey", "title", "container_title", "publisher")
        }
    return values


def action_record(action):
    return _part(action) | {
        "account": account_record(action.account),
        "places": [place_name(code) for code in action.countries.split()],
        "counted": not action.not_counted_because,
        "not_counted_because": action.not_counted_because,
    }


def justification_record(justification):
    return _part(justification) | {"speaker": justification.speaker and party_record(justification.speaker)}


def involvement_record(involvement):
    return _part(involvement) | {
        "party": involvement.party and party_record(involvement.party),
        "country_name": place_name(involvement.country),
    }


def citation_record(citation):
    return _part(citation) | {"source": citation.source.citekey}


def relation_record(relation, incident):
    """A relation as seen from one of its two incidents; `forward` says whether it reads from this one."""
    forward = relation.from_incident_id == incident.pk
    other = relation.to_incident if forward else relation.from_incident
    values = public_values(relation)
    return {
        "forward": forward,
        **{name: values[name] for name in ("kind", "certainty", "note")},
        "incident": {
            name: value
            for name, value in public_values(other).items()
            if name in ("ref", "title", "kind", "date", "date_text")
        },
    }


def incident_record(incident):
    """Everything public about an incident fetched `with_story()`; sources in the order of their first citation."""
    sources = {citation.source.citekey: citation.source for citation in incident.shown_citations}
    return public_values(incident) | {
        "actions": [action_record(each) for each in incident.shown_actions],
        "justifications": [justification_record(each) for each in incident.shown_justifications],
        "involvements": [involvement_record(each) for each in incident.shown_involvements],
        "citations": [citation_record(each) for each in incident.shown_citations],
        "sources": [source_record(source) for source in sources.values()],
        "relations": [
            relation_record(relation, incident)
            for relation in (*incident.shown_relations_from, *incident.shown_relations_to)
        ],
    }


def shown_in(record, model):
    """The records of a model (as in `SHOWN`) within the public record of an incident, each as often as it is shown."""
    for parts, path in SHOWN[model]:
        for found in record[parts]:
            for name in path.split("__"):
                found = found and found[name]
            if found:
                yield found


def _part(part):
    """A part of an incident within its incident: other parts are named by their number alone."""
    return public_values(
        part, without="incident", key=lambda other: getattr(other, "seq", None) or other.natural_key()
    )


def to_json(record):
    """A record as JSON: words of a vocabulary as their values, dates as EDTF, moments in UTC."""
    return orjson.dumps(record, default=str, option=orjson.OPT_UTC_Z)


def from_json(text, only=None):
    """The record of an incident as `incident_record()` gave it, out of its JSON.

    With `only` some names of fields, other values stay as JSON has them: to make them would be half the work.
    """
    _revive = partial(_revive_fields, only)
    record = orjson.loads(text)
    _revive("incident", record)
    for action in record["actions"]:
        _revive("action", action)
        _revive("account", action["account"])
        _revive("platform", action["account"]["platform"])
        _revive("party", action["account"]["holder"])
    for each in record["justifications"]:
        _revive("justification", each)
        _revive("party", each["speaker"])
    for each in record["involvements"]:
        _revive("involvement", each)
        _revive("party", each["party"])
    for each in record["citations"]:
        _revive("citation", each)
    for each in record["sources"]:
        _revive("source", each)
    for each in record["relations"]:
        _revive("relation", each)
        _revive("incident", each["incident"])
    return record


def _revive_fields(only, name, values):
    if values:
        for field, revive in _revivers(name, only):
            if value := values.get(field):
                values[field] = revive(value)


@cache
def _revivers(name, only):
    """What makes the values of a record's fields out of their JSON, by field."""
    model, found = apps.get_model("incidents", name), []
    for field_name in PUBLIC_FIELDS[name]:
        field = model._meta.get_field(field_name)
        if only is not None and field_name not in only:
            continue
        if isinstance(field, VocabularyField):
            found.append((field_name, field.vocabulary))
        elif isinstance(field, EDTFField):
            found.append((field_name, EDTF))
        elif isinstance(field, DateTimeField):
            found.append((field_name, datetime.fromisoformat))
        elif isinstance(field, DateField):
            found.append((field_name, date.fromisoformat))
    return found
