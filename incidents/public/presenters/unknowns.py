"""What a record does not know, said in words."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ...choices import (
    CAUSE_ROLES,
    RESPONSE_ROLES,
    AccountKind,
    ActionType,
    Audience,
    Automation,
    Certainty,
    EndCause,
    IncidentKind,
    Occurrence,
    OrderStatus,
    Outcome,
    ReasonStatus,
    Role,
    Scope,
    StartBasis,
    Status,
    Term,
)
from .actions import account_name, numbered
from .statements import party_name, speaker_name

# Roles of those who asked a platform or an authority for something, so that an outcome is to be expected. What comes of a
# media inquiry is an answer, or none: a statement.
ASKING_ROLES = frozenset(
    {
        Role.APPEALED,
        Role.RESTORATION_REQUESTED,
        Role.REQUEST_FOR_EXPLANATION,
        Role.LEGISLATORS_INQUIRY,
        Role.LAWSUIT,
    }
)

# What may be more than one account; any other kind is one.
PERHAPS_SEVERAL = frozenset({AccountKind.SET_OF_ACCOUNTS, AccountKind.UNKNOWN})
# A start that is the day of a report or announcement, not that on which the action took effect.
TOLD_BEFORE_OR_AFTER = frozenset({StartBasis.REPORTED, StartBasis.ANNOUNCED, StartBasis.PLANNED_FOR})


def unknowns(record: dict[str, Any]) -> list[dict[str, Any]]:
    """What is not known, in groups of a heading and phrases: one for each action, one for all that was said."""
    several = len(record["actions"]) > 1
    groups = [
        {"heading": _heading(action, several=several), "phrases": phrases}
        for action in record["actions"]
        if (phrases := list(_of_action(action)))
    ]
    if phrases := [*_of_incident(record), *_of_justifications(record), *_of_involvements(record)]:
        groups.append({"heading": _("What was said and done about it"), "phrases": phrases})
    return groups


def _heading(action, *, several):
    """The account, and of several actions which one, as over its facts."""
    account = account_name(action["account"])
    if not several:
        return account
    return _("%(action)s – %(account)s") % {"action": numbered(action), "account": account}


def _of_incident(record: dict[str, Any]) -> Iterator[str]:
    if record["kind"] == IncidentKind.CONTEXT and not record["date"]:
        yield _("when it happened")
    if record["actions"] and not any(each["role"] in CAUSE_ROLES for each in record["involvements"]):
        yield _("whether anyone asked the platform to do it")


def _of_action(action: dict[str, Any]) -> Iterator[str]:
    account = action["account"]
    if not account["platform"]:
        yield _("which platform it was")
    if not account["holder"]:
        yield _("whose account it was")
    if account["kind"] == AccountKind.UNKNOWN:
        yield _("what kind of account it was")
    if (
        account["kind"] in PERHAPS_SEVERAL
        and action["accounts_min"] is None
        and action["accounts_max"] is None
        and not action["accounts_text"]
    ):
        yield _("how many accounts were affected")
    if action["type"] == ActionType.UNKNOWN:
        yield _("what kind of action it was")
    if action["occurrence"] == Occurrence.UNKNOWN:
        yield _("whether it took place")
    if action["status"] != Status.NEVER_APPLIED:
        yield from _of_effect(action)
    elif not action["start"]:
        yield _("when it was announced, recommended or threatened")
    if action["term"] == Term.UNKNOWN and action["status"] != Status.NOT_APPLICABLE:
        yield _("how long it was meant to last")
    if action["reason_status"] == ReasonStatus.NOT_RECORDED:
        yield _("whether a reason was given (not recorded by us)")


def _of_effect(action: dict[str, Any]) -> Iterator[str]:
    """What is asked only of what was carried out, or may have been."""
    if not action["start"]:
        yield _("when it began")
    elif action["start_basis"] == StartBasis.FIRST_OBSERVED:
        yield _("how long it had been in effect before anyone noticed")
    elif action["start_basis"] in TOLD_BEFORE_OR_AFTER:
        yield _("when it took effect")
    yield from _of_end(action)
    if action["status"] in (Status.IN_FORCE, Status.PARTLY_LIFTED) and not action["status_as_of"]:
        yield _("as of when its status is known")
    if action["scope"] == Scope.UNKNOWN and not action["scope_text"]:
        yield _("where it applied")
    if action["automation"] == Automation.UNKNOWN:
        yield _("whether a person or software decided")


def _of_end(action: dict[str, Any]) -> Iterator[str]:
    """Whether it ended; when and why, if it did."""
    status = action["status"]
    if status in (Status.IN_FORCE, Status.NOT_APPLICABLE):
        return
    if status == Status.UNKNOWN and not (action["end"] or action["end_text"]):
        yield _("whether it ended")
        return
    if not action["end"]:
        yield {
            Status.LIFTED: _("when it was lifted"),
            Status.PARTLY_LIFTED: _("when part of it was lifted"),
        }.get(status, _("when it ended"))
    if action["end_cause"] == EndCause.UNKNOWN:
        yield {
            Status.LIFTED: _("why it was lifted"),
            Status.PARTLY_LIFTED: _("why part of it was lifted"),
        }.get(status, _("why it ended"))


def _of_justifications(record: dict[str, Any]) -> Iterator[str]:
    for each in record["justifications"]:
        about = {"who": speaker_name(each), "what": each["kind"].phrase}
        if not each["date"]:
            yield _("when it was said (%(what)s: %(who)s)") % about
        if each["audience"] == Audience.UNKNOWN:
            yield _("to whom it was said (%(what)s: %(who)s)") % about


def _of_involvements(record: dict[str, Any]) -> Iterator[str]:
    for each in record["involvements"]:
        about = {"who": party_name(each), "what": each["role"].phrase}
        if each["role"] in (CAUSE_ROLES | RESPONSE_ROLES) and not each["date"]:
            yield _("when it happened (%(what)s: %(who)s)") % about
        if each["status"] == OrderStatus.UNKNOWN:
            yield _("whether it still stands (%(what)s: %(who)s)") % about
        if each["certainty"] == Certainty.UNKNOWN:
            yield _("how certain it is (%(what)s: %(who)s)") % about
        if each["role"] in ASKING_ROLES and each["outcome"] == Outcome.UNKNOWN:
            yield _("what came of it (%(what)s: %(who)s)") % about
