"""Imports run downward: a module uses lower lines, and nothing on its own line or above."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINES = [
    {"incidents.locales"},
    {
        "incidents.choices",
        "incidents.dates",
        "incidents.files",
        "incidents.signing",
        "incidents.addresses",
        "incidents.shown",
        "incidents.analysis",
        "incidents.clients",
        "incidents.languages",
        "incidents.partials",
        "incidents.summaries",
        "incidents.table_files",
        "incidents.texts",
        "incidents.word_changes",
    },
    {
        "incidents.catalogues",
        "incidents.lasting",
        "incidents.origins",
        "incidents.names",
        "incidents.places",
        "incidents.platform_names",
        "incidents.querysets",
    },
    {"incidents.models", "incidents.voices"},
    {"incidents.limits"},
    {"incidents.called", "incidents.doubles", "incidents.shape", "incidents.translations"},
    {
        "incidents.marks",
        "incidents.queues",
        "incidents.records",
        "incidents.second_factor",
        "incidents.sessions",
        "incidents.slugs",
        "incidents.templatetags",
        "incidents.users",
    },
    {"incidents.audit", "incidents.leaks"},
    {"incidents.reviewing"},
    {"incidents.publishing", "incidents.groups"},
    {"incidents.index"},
    {"incidents.listing", "incidents.protection", "incidents.restoring", "incidents.backups"},
    {"incidents.merging"},
    {"incidents.leftovers"},
    {"incidents.exports"},
    {"incidents.account_pages"},
    {"incidents.admin_site"},
    {"incidents.public", "incidents.admin"},
    {"incidents.mirror"},
    {"incidents.management"},
    {"tracker.urls"},
]
LINE = {module: number for number, line in enumerate(LINES) for module in line}
FILES = sorted(
    path
    for folder in ("incidents", "tracker")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def module_of(path):
    """The line's name for a file: incidents/models/base.py belongs to incidents.models."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])


def imported(path):
    """What a file imports of ours, by the same names."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = [*base, *(node.module or "").split(".")] if node.module else base
            names = [".".join([*stem, alias.name]) for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] in ("incidents", "tracker") and len(parts) > 1:
                yield ".".join(parts[:2])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downward(path):
    module = module_of(path)
    line = LINE.get(module, len(LINES))

    upward = {name for name in imported(path) if name != module and LINE.get(name, len(LINES)) >= line}

    assert upward == set()


def test_exports_take_a_selection_and_parse_no_query_string():
    texts = {path.name: path.read_text() for path in (ROOT / "incidents/exports").glob("*.py")}

    assert [name for name, text in texts.items() if "listing.filters" in text] == []


def test_every_module_stands_on_a_line():
    free = {
        "tracker.apps",
        "tracker.logs",
        "incidents.apps",
        "incidents.__init__",
        "tracker.formats",
        "tracker.settings",
        "tracker.wsgi",
        "tracker.__init__",
    }

    assert {module_of(path) for path in FILES} - free <= set(LINE)
