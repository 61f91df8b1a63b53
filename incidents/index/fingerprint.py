"""A fingerprint of the code that documents and posting lists are made by: where it changes, everything is indexed again."""

import ast
import importlib.metadata
import inspect
import textwrap
import unicodedata

from .. import (
    addresses,
    analysis,
    choices,
    dates,
    lasting,
    origins,
    platform_names,
    records,
    shape,
    summaries,
    voices,
)
from . import csv_rows, documents, facet_kinds, facets, terms

CODE = (
    dates,
    records,
    addresses,
    analysis,
    lasting,
    origins,
    platform_names,
    summaries,
    voices,
    documents,
    terms,
    csv_rows,
    facet_kinds.values_at,
    facet_kinds._steps,
    facet_kinds._values,
    facet_kinds.Facet.terms,
    facet_kinds.DerivedFacet.terms,
    shape.fields_of,
    shape.keys_of,
    choices.not_counted,
    choices.standing,
)
VALUES = (
    shape.SHAPE,
    sorted(choices.COUNTED_TYPES),
    sorted(choices.COUNTED_OCCURRENCES),
    csv_rows.HEADER,  # it has the languages of the settings
)
DATA = ("opencc", "pystemmer")  # packages whose rules decide which words are the same


def index_rules():
    """All that decides how a record is indexed, as texts: the code without comments and docstrings, and data versions."""
    data = unicodedata.unidata_version, *map(importlib.metadata.version, DATA)
    return (*map(_code, CODE), *map(repr, VALUES), facets.FINGERPRINT, *data)


def _code(source):
    """The code of a module or function as Python understands it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(source)))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            del node.body[0]
    return ast.dump(tree)
