"""The page of an incident: the facts of each action, one timeline, numbered notes, and what is not known."""

from collections import defaultdict
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...choices import SYMMETRIC_RELATIONS, RelationKind
from .accounts import Successions
from .actions import account_name, action_heading
from .answer import answer
from .drawing import drawing
from .facts import action_facts, incident_facts
from .notes import Noted, Notes
from .registry import cited_subjects, names_in
from .timeline import timeline
from .topics import topic_links
from .unknowns import unknowns

# The heading of a relation as seen from its other incident, where it differs.
REVERSED_RELATIONS = {
    RelationKind.FOLLOWS: gettext_lazy("Followed by"),
    RelationKind.PART_OF: gettext_lazy("Includes"),
    RelationKind.CONTEXT_OF: gettext_lazy("Background"),
    RelationKind.RETALIATION_FOR: gettext_lazy("Led to retaliation"),
}


def incident_page(record: dict[str, Any], successions: Successions | None = None) -> dict[str, Any]:
    """What the page of an incident shows beyond its record; notes are numbered in the order of the page."""
    notes = Notes(record, names_in(record))
    summary = Noted(notes=notes.of("incident"), is_uncited=notes.lack("incident", fields=["summary"]))
    blocks = [
        {
            "action": action,
            "heading": action_heading(action),
            "account": account_name(action["account"]),
            "facts": action_facts(action, record, notes, successions or {}),
        }
        for action in record["actions"]
    ]
    if facts := incident_facts(record, notes):
        blocks.append({"heading": _("About the whole incident"), "facts": facts})
    entries = timeline(record, notes)
    subjects = cited_subjects(record, notes)
    of_actions = chain.from_iterable(block["facts"] for block in blocks)
    notes.number([summary, *of_actions, *entries, *chain.from_iterable(each.facts for each in subjects)])
    return {
        "answer": answer(record, [each.statement for each in entries if each.kind == "justification"], notes),
        "summary": summary,
        "about": topic_links(record),
        "date_is_quoted": notes.contain(record["date_text"], "incident"),
        "blocks": blocks,
        "timeline": {
            "all": entries,
            "drawing": drawing(record, entries),
            "dated": [entry for entry in entries if entry.date],
            "undated": [entry for entry in entries if not entry.date],
        },
        "unknown": unknowns(record),
        "subjects": subjects,
        "related": related(record),
        "notes": notes.in_order,
        "sources": notes.sources,
    }


def related(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Relations grouped by kind, as seen from this incident."""
    groups = defaultdict(list)
    for relation in record["relations"]:
        reads_alike = relation["forward"] or relation["kind"] in SYMMETRIC_RELATIONS
        groups[relation["kind"], reads_alike].append(relation)
    return [
        {
            "heading": kind.label if forward else REVERSED_RELATIONS.get(kind, kind.label),
            "relations": relations,
        }
        for (kind, forward), relations in groups.items()
    ]
