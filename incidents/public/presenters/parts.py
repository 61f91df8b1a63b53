"""The parts that a party had in incidents: what it did or is said to have done, to whom, when, and how certain that is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ...choices import ACCOUNT_ROLES, CAUSE_ROLES
from .actions import platform_name
from .notes import Notes
from .registry import names_in
from .timeline import Entry, timeline

SIDES: tuple[tuple[str, str | Promise, frozenset[Any] | None], ...] = (
    ("behind", gettext_lazy("Said to be behind it"), CAUSE_ROLES),
    ("account", gettext_lazy("Part in the account"), ACCOUNT_ROLES),
    ("others", gettext_lazy("What it did about it"), None),
)


@dataclass(frozen=True)
class Part:
    """One part in one incident, with the accounts that the incident is about."""

    entry: Entry
    incident: dict[str, Any]
    whose: list[tuple[str, dict[str, Any] | None]]

    @property
    def certainty(self) -> Any:
        return self.entry.statement["certainty"]


@dataclass(frozen=True)
class Side:
    """The parts of one kind, by the role: what a party is said to be behind, or what it did about it."""

    name: str
    heading: str | Promise
    parts: list[Part]


def parts_of(slug: str, records: Iterable[dict[str, Any]]) -> list[Side]:
    """The parts that a party had in these incidents."""
    found: dict[str, list[Part]] = {name: [] for name, _heading, _roles in SIDES}
    for record in records:
        for entry in timeline(record, Notes(record, names_in(record))):
            if entry.kind == "involvement" and slug in _parties(entry.statement):
                name = next(
                    name for name, _h, roles in SIDES if not roles or entry.statement["role"] in roles
                )
                found[name].append(Part(entry, record, list(_whose(entry.statement, record))))
    return [Side(name, heading, found[name]) for name, heading, _roles in SIDES if found[name]]


def _parties(part: dict[str, Any]) -> set[str]:
    return {each["slug"] for each in (part["party"], *part["together_with"]) if each}


def _whose(part: dict[str, Any], record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The platforms and holders of the actions that a part is about, each pair once."""
    seen = set()
    for action in record["actions"]:
        holder = action["account"]["holder"]
        key = (platform_name(action), holder and holder["slug"])
        if (not part["actions"] or action["seq"] in part["actions"]) and key not in seen:
            seen.add(key)
            yield key[0], holder
