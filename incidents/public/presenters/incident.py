"""The page of an incident: the facts of each action, one timeline, numbered sources, and what is not known."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...choices import CAUSE_ROLES, SYMMETRIC_RELATIONS, RelationKind
from ...voices import Voice, gives_ground, is_silent, platforms_of, voice_of
from .accounts import Successions
from .actions import action_heading, platform_name
from .answer import Answer, answer
from .chain import chain_of_reasons
from .drawing import drawing
from .fact_table import fact_tables
from .facts import action_facts
from .notes import Noted, Notes, sources_words
from .registry import cited_subjects, names_in
from .timeline import Entry, by_day, timeline
from .topics import topic_links
from .unknowns import unknowns
from .wording import localized

# The heading of a relation as seen from its other incident, where it differs.
REVERSED_RELATIONS = {
    RelationKind.FOLLOWS: gettext_lazy("Followed by"),
    RelationKind.PART_OF: gettext_lazy("Includes"),
    RelationKind.CONTEXT_OF: gettext_lazy("Background"),
    RelationKind.RETALIATION_FOR: gettext_lazy("Led to retaliation"),
}


def incident_page(record: dict[str, Any], successions: Successions | None = None) -> dict[str, Any]:
    """What the page of an incident shows beyond its record; sources are numbered in the order of the page."""
    notes = Notes(record, names_in(record))
    summary = Noted(notes=notes.of("incident"), is_uncited=notes.lack("incident", fields=["summary"]))
    blocks = [
        {
            "action": action,
            "heading": action_heading(action),
            "facts": action_facts(action, record, notes, successions or {}),
        }
        for action in record["actions"]
    ]
    entries = timeline(record, notes)
    parts = said_and_done(record, entries)
    subjects = cited_subjects(record, notes)
    said = chain.from_iterable(part["entries"] for part in parts)
    of_actions = chain.from_iterable(block["facts"] for block in blocks)
    notes.number([summary, *said, *of_actions, *chain.from_iterable(each.facts for each in subjects)])
    return {
        "answer": answer(record, notes),
        "summary": summary,
        "about": topic_links(record),
        "date_is_quoted": notes.contain(record["date_text"], "incident"),
        "blocks": blocks,
        "tables": fact_tables(blocks),
        "timeline": {"all": entries, "drawing": drawing(record, entries), "days": by_day(entries)},
        "said_and_done": parts,
        "unknown": unknowns(record),
        "subjects": subjects,
        "related": related(record),
        "sources": notes.sources,
        "sources_counted": sources_words(notes.sources),
    }


def incident_answer(record: dict[str, Any]) -> Answer | None:
    """The answer to a reader's first questions; None for a background event."""
    return answer(record, Notes(record, names_in(record)))


def lead_case(records: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Of these incidents the one in which the platform stated most reasons, the first of several, as a front page tells it."""
    record = max(records, key=lambda each: len(chain_of_reasons(each)), default=None)
    if not record:
        return None
    record = localized(record)
    notes = Notes(record, names_in(record))
    # What the platform did and said; the page of the incident has the rest.
    entries = [each for each in timeline(record, notes) if each.kind in ("start", "justification")]
    return {"incident": record, "answer": answer(record, notes), "drawing": drawing(record, entries)}


def said_and_done(record: dict[str, Any], entries: list[Entry]) -> list[dict[str, Any]]:
    """What the platform said, what others said, who is said to be behind it, and who else had a part, each in order of time."""
    names = list(dict.fromkeys(platform_name(action) for action in record["actions"]))
    parts: dict[str, list[Entry]] = {
        name: [] for name in ("said", "authorities", "speakers", "behind", "others")
    }
    names_of = {Voice.PLATFORM: "said", Voice.AUTHORITY: "authorities", Voice.OTHER: "speakers"}
    for entry in entries:
        if entry.kind == "justification":
            voice = voice_of(entry.statement, platforms_of(entry.statement, record))
            parts[names_of[voice]].append(entry)
            entry.is_open = voice == Voice.PLATFORM and (
                is_silent(entry.statement) or gives_ground(entry.statement)
            )
        elif entry.kind == "involvement":
            parts["behind" if entry.statement["role"] in CAUSE_ROLES else "others"].append(entry)
    headings = {
        "said": _("What %(platform)s said") % {"platform": names[0]}
        if len(names) == 1
        else _("What the platforms said"),
        "authorities": _("What authorities said"),
        "speakers": _("What else was said"),
        "behind": _("Who is said to be behind it"),
        "others": _("Others involved, and what they did"),
    }
    return [
        {"id": name, "heading": headings[name], "entries": found} for name, found in parts.items() if found
    ]


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
