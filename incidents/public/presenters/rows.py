"""An incident in a list: as a row of a page, and in one line for a feed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...choices import IncidentKind, Status
from ...dates import EDTF
from ...locales import in_brackets, listed, signs
from .actions import based, platform_name, type_words
from .chain import chain_of_reasons
from .topics import topic_links

MAX_LINES = 4  # of one incident
# The fields that a row turns into vocabulary members and dates; the rest of its record stays as stored.
ROW_FIELDS = frozenset(
    (
        "type",
        "occurrence",
        "start",
        "start_basis",
        "end",
        "status",
        "reason_status",
        "kind",
        "ground",
        "further_grounds",
        "audience",
        "standing",
        "modality",
        "date",
    )
)


@dataclass(frozen=True)
class ActionLine:
    """What a row says about actions that differ only in account and date: `start` is that of the first."""

    start: EDTF | None
    start_basis: Any
    platform: str
    holder: dict[str, Any] | None
    type: Any
    occurrence: Any
    status: Any
    end: EDTF | None  # if they all ended then
    number: int

    @property
    def what(self) -> str:
        return type_words(self.type, self.occurrence)

    @property
    def several(self) -> str:
        """“3 actions”; empty for one."""
        if self.number == 1:
            return ""
        return ngettext("%(number)d action", "%(number)d actions", self.number) % {"number": self.number}

    @property
    def fact(self) -> str:
        """“account suspended (3 actions)”."""
        return self.what + (in_brackets(self.several) if self.several else "")


def incident_row(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose `ROW_FIELDS` are values, with its first action, its first lines and how many `more` it has, its topics,
    and the reasons that the platforms stated, one after the other."""
    lines, reasons = action_lines(record), chain_of_reasons(record)
    dated = [action for action in record["actions"] if action["start"]]
    return record | {
        "begins": min(dated, key=lambda action: _first_day(action["start"]), default=None),
        "lines": lines[:MAX_LINES],
        "more": len(lines[MAX_LINES:]),
        "about": topic_links(record),
        "reasons": reasons,
        "reasons_label": ngettext("Stated reason:", "Stated reasons:", len(reasons)),
    }


def action_lines(record: dict[str, Any]) -> list[ActionLine]:
    """A line for all actions with the same platform, holder, type, occurrence and status."""
    alike = defaultdict(list)
    for action in record["actions"]:
        account = action["account"]
        holder = account["holder"] and account["holder"]["slug"]
        platform = (account["platform"] and account["platform"]["slug"], platform_name(action))
        key = (platform, holder, action["type"], action["occurrence"], action["status"])
        alike[key].append(action)
    return [
        ActionLine(
            start=action["start"],
            start_basis=action["start_basis"],
            platform=platform_name(action),
            holder=action["account"]["holder"],
            type=action["type"],
            occurrence=action["occurrence"],
            status=action["status"],
            end=action["end"] if all(other["end"] == action["end"] for other in others) else None,
            number=1 + len(others),
        )
        for action, *others in alike.values()
    ]


def incident_line(record: dict[str, Any]) -> str:
    """An incident in one line: for its actions, the date, platform, holder, what was done, and the status."""
    lines = [str(record["kind"].label)] if record["kind"] == IncidentKind.CONTEXT else []
    for line in action_lines(record):
        parts = (
            based(line.start.words(), line.start_basis) if line.start else "",
            line.platform,
            line.holder["public_label"] if line.holder else "",
            line.what,
            line.several,
            _("status not known") if line.status == Status.UNKNOWN else line.status.phrase,
        )
        lines.append(listed(part for part in parts if part))
    return signs().semicolon.join(lines)


def _first_day(value: EDTF | None) -> date:
    return (value and (value.earliest or value.latest)) or date.max
