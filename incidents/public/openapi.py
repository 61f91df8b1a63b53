"""The OpenAPI 3.1 description of the API, out of what the records and filters are."""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from ..index.facets import FACET
from ..listing.filters import ORDERS, IncidentFilter
from ..listing.refusals import MAX_CHARACTERS, MAX_VALUES
from ..models.fields import FieldKind
from ..shape import SHAPE, keys_of

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
# The JSON schema of a value; what is not here is a text.
TYPES = {
    FieldKind.BOOLEAN: {"type": "boolean"},
    FieldKind.INTEGER: WHOLE,
    FieldKind.DATETIME: {"type": "string", "format": "date-time"},
    FieldKind.DATE: {"type": "string", "format": "date"},
}


def openapi(address, most, parts, registries):
    """The whole description; `address` is the URL of the API."""
    paths = {
        "/incidents/": {"get": _operation("incidents", _("Incidents"), "IncidentPage", _filters(most))},
        "/incidents/{ref}/": {
            "get": _operation("incident", _("One incident"), "Incident", [_ref()], missing=True)
        },
        "/vocabularies/": {"get": _operation("vocabularies", _("Every vocabulary"), "Vocabularies", [])},
    }
    singular = {
        "actions": "action",
        "justifications": "justification",
        "involvements": "involvement",
        "citations": "citation",
    }
    for name in parts:
        title = _("%s of the incidents that are found") % name.capitalize()
        paths[f"/{name}/"] = {
            "get": _operation(name, title, f"{singular[name].capitalize()}Page", _filters(most))
        }
    for name, (_model, term, *_rest) in registries.items():
        after = {"name": "after", "in": "query", "schema": {"type": "string", "maxLength": 100}}
        operation = _operation(name, name.capitalize(), f"{term.capitalize()}Page", [_limit(most), after])
        paths[f"/{name}/"] = {"get": operation}
    paths |= _copies()
    schemas = {name.capitalize(): _schema(name) for name in SHAPE}
    schemas |= {"Problem": _problem(), "Vocabularies": _vocabularies(), "Withdrawals": _withdrawals()}
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
            "license": {"name": settings.DATA_LICENSE, "url": settings.DATA_LICENSE_URL},
        },
        "servers": [{"url": address.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(name, summary, schema, parameters, *, missing=False):
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = {
        "200": {
            "description": summary,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        },
        "304": {"description": _("Unchanged since the ETag that was sent")},
        "400": {"description": _("Invalid parameters"), "content": problem},
        "429": {"description": _("Too many requests"), "content": problem},
    }
    if missing:
        answers["404"] = {"description": _("Not there"), "content": problem}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}


def _copies():
    """What a copy of the dataset is kept up to date with."""
    since = {"name": "since", "in": "query", "schema": {"type": "integer", "minimum": 0}}
    since["description"] = _("The dataset version of your copy; 0 or none for everything")
    delta = _operation("changes", _("What changed since a dataset version"), "", [since])
    delta["responses"]["200"]["content"] = {"application/x-ndjson": {}}
    delta["description"] = _(
        "JSON lines: first what this is, then the refs to delete, then the new or changed records. See docs/formats.md."
    )
    withdrawn = _operation("withdrawals", _("What copies have to delete"), "Withdrawals", [])
    return {"/changes.jsonl": {"get": delta}, "/withdrawals.json": {"get": withdrawn}}


def _filters(most):
    """The parameters of a listing; what a facet takes is declared with it."""
    found = [_limit(most)]
    for name, field in IncidentFilter.base_filters.items():
        if facet := FACET.get(name):
            schema = {"type": "array", "items": facet.schema(), "maxItems": MAX_VALUES}
        elif name == "all":
            schema = {
                "type": "array",
                "items": {"type": "string", "enum": ["", *FACET]},
                "maxItems": MAX_VALUES,
            }
        elif name == "sort":
            schema = {"type": "string", "enum": ["", *ORDERS]}
        else:
            schema = {"type": "string", "maxLength": MAX_CHARACTERS}
        description = facet.meaning if facet else str(field.label or name)
        found.append({"name": name, "in": "query", "schema": schema, "description": description})
    return found


def _limit(most):
    return {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": most}}


def _ref():
    return {
        "name": "ref",
        "in": "path",
        "required": True,
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
    reference = {"$ref": f"#/components/schemas/{nested.record.capitalize()}"}
    schema = _schema(nested.record, nested.only) if nested.only else reference
    if nested.many:
        return {"type": "array", "items": schema}
    return {"anyOf": [schema, {"type": "null"}]} if key.nullable else schema


def _page(name, within, *, counted):
    item = {"$ref": f"#/components/schemas/{name}"}
    properties = {
        "dataset": {"type": "object", "properties": {"version": WHOLE}},
        "next": {"type": ["string", "null"]},
        "results": {"type": "array", "items": {"allOf": [item, _object(within)]} if within else item},
    }
    if counted:
        properties |= {"count": WHOLE, "previous": {"type": ["string", "null"]}}
    return _object(properties)


def _problem():
    error = _object({"parameter": TEXT, "detail": TEXT})
    told = _object({"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT})
    told["properties"]["errors"] = {"type": "array", "items": error}
    return told


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
