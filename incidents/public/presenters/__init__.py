"""What pages and feeds show of public records, as plain values for templates.

`incident` makes the page of an incident out of `facts`, `timeline`, `unknowns` and `notes`; `registry` says what is cited about platforms, parties and accounts; `rows` makes lists.
"""

from .accounts import successions
from .actions import account_name
from .incident import incident_answer, incident_page, lead_case
from .parts import parts_of
from .registry import registry_evidence
from .rows import ROW_FIELDS, incident_line, incident_row
from .topics import topic_links, topic_name
from .wording import (
    in_language,
    localized,
    localized_row,
    other_languages,
    translation_of_page,
    with_related_worded,
    worded,
)

__all__ = [
    "ROW_FIELDS",
    "account_name",
    "incident_answer",
    "incident_line",
    "incident_page",
    "incident_row",
    "in_language",
    "lead_case",
    "other_languages",
    "parts_of",
    "registry_evidence",
    "successions",
    "topic_links",
    "localized",
    "localized_row",
    "topic_name",
    "translation_of_page",
    "with_related_worded",
    "worded",
]
