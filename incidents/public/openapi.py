"""The OpenAPI 3.1 description of the API, out of what the records and filters are."""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from ..dates import PLAIN_DAY
from ..index.facets import FACET, NONE
from ..languages import language_tag
from ..listing.filters import ORDERS, IncidentFilter
from ..listing.ordering import CURSOR
from ..listing.refusals import MAX_ADDRESS_CHARACTERS, MAX_CHARACTERS, MAX_VALUES
from ..models.fields import FieldKind
from ..shape import SHAPE, keys_of

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
SLUG = "[-a-zA-Z0-9_]{1,100}"
# The JSON schema of a value; what is not here is a text.
TYPES = {
    FieldKind.BOOLEAN: {"type": "boolean"},
    FieldKind.INTEGER: WHOLE,
    FieldKind.DATETIME: {"type": "string", "format": "date-time"},
    FieldKind.DATE: {"type": "string", "format": "date"},
}
SEARCH: dict[str, object] = {
    "type": "string",
    "anyOf": [
        {"maxLength": MAX_CHARACTERS},
        {"pattern": r"^https?://[^\s]+$", "maxLength": MAX_ADDRESS_CHARACTERS},
    ],
    "pattern": r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$",
}
# The JSON schemas of the parameters of a list that are no facets.
PARAMETERS: dict[str, dict[str, object]] = {
    "q": SEARCH,
    "from": {"type": "string", "pattern": f"^({PLAIN_DAY}|{NONE})?$"},
    "to": {"type": "string", "pattern": f"^({PLAIN_DAY})?$"},
    "sort": {"type": "string", "enum": ["", *ORDERS]},
    "all": {"type": "array", "items": {"type": "string", "enum": ["", *FACET]}, "maxItems": MAX_VALUES},
    "after": {"type": "string", "pattern": f"^({CURSOR})?$"},
    "before": {"type": "string", "pattern": f"^({CURSOR})?$"},
    "at": {"type": "string", "pattern": f"^({PLAIN_DAY})?$"},
}


def openapi(address, most, parts, registries):
    """The whole description; `address` is the URL of the API."""
    filters = _filters()
    listed = [_reference("parameters", name) for name in ("limit", *filters)]
    language = _reference("parameters", "language")
    paths = {
        "/incidents/": _operation("incidents", _("Incidents"), "IncidentPage", [*listed, language]),
        "/incidents/{ref}/": _operation(
            "incident", _("One incident"), "Incident", [_ref(), language], missing=True
        ),
        "/vocabularies/": _operation("vocabularies", _("Every vocabulary"), "Vocabularies", []),
    }
    singular = {
        "actions": "action",
        "justifications": "justification",
        "involvements": "involvement",
        "citations": "citation",
    }
    for name in parts:
        title = _("%s of the incidents that are found") % name.capitalize()
        paths[f"/{name}/"] = _operation(name, title, f"{singular[name].capitalize()}Page", listed)
    for name, (_model, term, *_rest) in registries.items():
        paged = [_reference("parameters", each) for each in ("limit", "after_key")]
        paths[f"/{name}/"] = _operation(name, name.capitalize(), f"{term.capitalize()}Page", paged)
    paths |= _copies()
    schemas = {name.capitalize(): _schema(name) for name in SHAPE}
    schemas |= {"Problem": _problem(), "Vocabularies": _vocabularies(), "Dataset": _dataset()}
    schemas["Withdrawals"] = _withdrawals()
    for name in ("incident", *(singular[part] for part in parts)):
        within = {} if name == "incident" else {"incident": TEXT}
        schemas[f"{name.capitalize()}Page"] = _page(name.capitalize(), within, counted=True)
    for _model, term, *_rest in registries.values():
        schemas[f"{term.capitalize()}Page"] = _page(term.capitalize(), {}, counted=False)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.SITE_NAME,
            "version": "1",
            "description": _("Records of account suspensions, read-only and without a key."),
            "contact": {"name": settings.AUTHOR, "url": address},
            "license": {"name": settings.DATA_LICENSE, "url": settings.DATA_LICENSE_URL},
        },
        "servers": [{"url": address.rstrip("/")}],
        "security": [],
        "paths": paths,
        "components": {
            "parameters": {"limit": _limit(most), "after_key": _after_key(), "language": _language()}
            | filters,
            "schemas": schemas,
        },
    }


def _reference(kind, name):
    return {"$ref": f"#/components/{kind}/{name}"}


def _operation(name, summary, schema, parameters, *, missing=False):
    problem = {"application/problem+json": {"schema": _reference("schemas", "Problem")}}
    answers = {
        "200": {
            "description": summary,
            "content": {"application/json": {"schema": _reference("schemas", schema)}},
        },
        "304": {"description": _("Unchanged since the ETag that was sent")},
        "400": {"description": _("Invalid parameters"), "content": problem},
        "414": {"description": _("The query string is too long"), "content": problem},
        "429": {"description": _("Too many requests"), "content": problem},
    }
    if missing:
        answers["404"] = {"description": _("Not there"), "content": problem}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "description": _(
                "Public records only. The answer to the same query changes only with the dataset version."
            ),
            "parameters": parameters,
            "responses": answers,
        }
    }


def _copies():
    """What a copy of the dataset is kept up to date with."""
    since = {"name": "since", "in": "query", "schema": {"type": "integer", "minimum": 0}}
    since["description"] = _("The dataset version of your copy; 0 or none for everything")
    delta = _operation("changes", _("What changed since a dataset version"), "", [since])
    delta["get"]["responses"]["200"]["content"] = {"application/x-ndjson": {}}
    delta["get"]["description"] = _(
        "JSON lines: first what this is, then the refs to delete, then the new or changed records. See docs/formats.md."
    )
    withdrawn = _operation("withdrawals", _("What copies have to delete"), "Withdrawals", [])
    return {"/changes.jsonl": delta, "/withdrawals.json": withdrawn}


def _filters():
    """The parameters of a list; what a facet takes is declared with it."""
    found = {}
    for name, field in IncidentFilter.base_filters.items():
        if facet := FACET.get(name):
            schema = {"type": "array", "items": facet.schema(), "maxItems": MAX_VALUES}
        else:
            schema = PARAMETERS[name]
        description = str(facet.meaning if facet else field.label or name)
        found[name] = {"name": name, "in": "query", "schema": schema, "description": description}
    return found


def _limit(most):
    return {
        "name": "limit",
        "in": "query",
        "description": _("How many there are on a page"),
        "schema": {"type": "integer", "minimum": 1, "maximum": most},
    }


def _language():
    return {
        "name": "language",
        "in": "query",
        "description": _("The language of title and summary, where they are translated"),
        "schema": {
            "type": "string",
            "enum": ["", *(language_tag(code) for code, _name in settings.LANGUAGES)],
        },
    }


def _after_key():
    return {
        "name": "after",
        "in": "query",
        "description": _("The key of the last record of the page before"),
        "schema": {"type": "string", "pattern": f"^({SLUG})?$"},
    }


def _ref():
    return {
        "name": "ref",
        "in": "path",
        "required": True,
        "description": _("The ref of an incident"),
        "schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    }


def _schema(name, only=()):
    """The schema of a record, or of some of its keys."""
    return _object({key.name: _value(key) for key in keys_of(name) if not only or key.name in only})


def _value(key):
    if key.nested:
        return _nested(key)
    if key.many:
        return {"type": "array", "items": _value(replace(key, many=False))}
    if key.vocabulary:
        return {"type": "string", "enum": [*([""] if key.derived else []), *key.vocabulary.values]}
    if key.kind is FieldKind.EDTF:
        return TEXT | {"description": _("EDTF, empty if not known")}
    schema = TYPES.get(key.kind, TEXT)
    return schema | {"type": [schema["type"], "null"]} if key.nullable else schema


def _nested(key):
    nested = key.nested
    reference = _reference("schemas", nested.record.capitalize())
    schema = _schema(nested.record, nested.only) if nested.only else reference
    if nested.many:
        return {"type": "array", "items": schema}
    return {"anyOf": [schema, {"type": "null"}]} if key.nullable else schema


def _page(name, within, *, counted):
    item = _reference("schemas", name)
    properties = {
        "dataset": _reference("schemas", "Dataset") if counted else _object({"version": WHOLE}),
        "next": {"type": ["string", "null"], "format": "uri"},
        "results": {"type": "array", "items": {"allOf": [item, _object(within)]} if within else item},
    }
    if counted:
        properties |= {"count": WHOLE, "previous": {"type": ["string", "null"], "format": "uri"}}
    return _object(properties)


def _dataset():
    """What a page says of the data, as every file does: see `Selection.about()`."""
    return _object(
        {
            "title": TEXT,
            "version": WHOLE,
            "changed_at": {"type": ["string", "null"], "format": "date-time"},
            "license": TEXT,
            "license_url": TEXT,
            "query": TEXT,
            "address": TEXT,
            "incidents": WHOLE,
            "background_events": WHOLE,
        }
    )


def _problem():
    error = _object({"parameter": TEXT, "detail": TEXT})
    problem = _object({"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT})
    problem["properties"]["errors"] = {"type": "array", "items": error}
    return problem


def _withdrawals():
    withdrawn = _object({"ref": TEXT, "at": TYPES[FieldKind.DATETIME], "version": WHOLE})
    return _object(
        {"dataset": _object({"version": WHOLE}), "withdrawn": {"type": "array", "items": withdrawn}}
    )


def _vocabularies():
    word = _object({"value": TEXT, "label": TEXT, "definition": TEXT})
    return _object({"results": {"type": "object", "additionalProperties": {"type": "array", "items": word}}})


def _object(properties):
    return {"type": "object", "properties": properties, "required": list(properties)}
