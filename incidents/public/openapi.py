"""The OpenAPI 3.1 description of the API, out of what the records and filters are."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from ..index.facets import FACET
from ..listing.filters import IncidentFilter
from ..models import IN_ORDER
from ..models.fields import EDTFField, VocabularyField
from ..records import PUBLIC_FIELDS

MODELS = {model._meta.model_name: model for model in IN_ORDER}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
# How a record is nested, where the API tells more or otherwise than its public fields.
NESTED = {
    "account": {
        "platform": "platform",
        "holder": "party?",
        "succeeded_by": None,
    },
    "action": {"account": "account", "incident": None},
    "justification": {"speaker": "party?", "action": "number?", "supersedes": "number?", "incident": None},
    "involvement": {"party": "party?", "action": "number?", "incident": None},
    "citation": {
        "source": "text",
        "action": "number?",
        "justification": "number?",
        "involvement": "number?",
        "incident": None,
    },
    "source": {"derived_from": "derived?"},
}
MORE = {
    "platform": {"operator_country_name": TEXT},
    "party": {"country_name": TEXT},
    "involvement": {"country_name": TEXT},
    "action": {
        "places": {"type": "array", "items": TEXT},
        "counted": {"type": "boolean"},
        "not_counted_because": TEXT,
    },
}


def openapi(address, most, parts, registries):
    """The whole description; `address` is where the API stands."""
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
    schemas = {name.capitalize(): _schema(name) for name in MODELS if name != "relation"}
    schemas |= {"Incident": _incident(), "Problem": _problem(), "Vocabularies": _vocabularies()}
    schemas["Derived"] = _object(dict.fromkeys(("citekey", "title", "container_title", "publisher"), TEXT))
    for name in ("incident", *(singular[part] for part in parts)):
        within = {} if name == "incident" else {"incident": TEXT}
        schemas[f"{name.capitalize()}Page"] = _page(name.capitalize(), within, counted=True)
    for term in ("platform", "account", "party", "source"):
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
        "400": {"description": _("Something was not understood"), "content": problem},
        "429": {"description": _("Too many requests"), "content": problem},
    }
    if missing:
        answers["404"] = {"description": _("Not there"), "content": problem}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}


def _filters(most):
    found = [_limit(most)]
    for name, field in IncidentFilter.base_filters.items():
        several = name in (*FACET, "all")
        schema = (
            {"type": "array", "items": TEXT, "maxItems": 100}
            if several
            else {"type": "string", "maxLength": 200}
        )
        found.append({"name": name, "in": "query", "schema": schema, "description": str(field.label or name)})
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


def _schema(name):
    properties = {}
    for field in PUBLIC_FIELDS[name]:
        nested = NESTED.get(name, {}).get(field, ...)
        if nested is not None:
            column = MODELS[name]._meta.get_field(field)
            properties[field] = _column(column) if nested is ... else _reference(nested)
    return _object(properties | MORE.get(name, {}))


def _column(column):
    told = {}
    if isinstance(column, VocabularyField):
        told = {"type": "string", "enum": list(column.vocabulary.values)}
    elif isinstance(column, models.BooleanField):
        told = {"type": "boolean"}
    elif isinstance(column, models.IntegerField):
        told = {"type": ["integer", "null"] if column.null else "integer"}
    elif isinstance(column, models.DateTimeField):
        told = {"type": ["string", "null"], "format": "date-time"}
    elif isinstance(column, models.DateField):
        told = {"type": ["string", "null"], "format": "date"}
    else:
        told = {"type": "string"}
    if isinstance(column, EDTFField):
        told["description"] = _("EDTF, empty if not known")
    return told


def _reference(nested):
    if nested == "text":
        return TEXT
    if nested == "number?":
        return {"type": ["integer", "null"]}
    name = nested.rstrip("?").capitalize()
    reference = {"$ref": f"#/components/schemas/{name}"}
    return {"anyOf": [reference, {"type": "null"}]} if nested.endswith("?") else reference


def _incident():
    def listed(name):
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}

    relation = _object(
        {
            "forward": {"type": "boolean"},
            "kind": TEXT,
            "certainty": TEXT,
            "note": TEXT,
            "incident": _object(dict.fromkeys(("ref", "title", "kind", "date", "date_text"), TEXT)),
        }
    )
    own = _schema("incident")["properties"]
    return _object(
        own
        | {
            "actions": listed("Action"),
            "justifications": listed("Justification"),
            "involvements": listed("Involvement"),
        }
        | {
            "citations": listed("Citation"),
            "sources": listed("Source"),
            "relations": {"type": "array", "items": relation},
        }
    )


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


def _vocabularies():
    word = _object({"value": TEXT, "label": TEXT, "definition": TEXT})
    return _object({"results": {"type": "object", "additionalProperties": {"type": "array", "items": word}}})


def _object(properties):
    return {"type": "object", "properties": properties, "required": list(properties)}
