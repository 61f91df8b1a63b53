"""What a platform did, in words that never claim more than was recorded."""

from typing import Any

from django.utils.translation import gettext as _

from ...choices import COUNTED_OCCURRENCES, ActionType, Occurrence, StartBasis
from ...models.account import account_words
from ...platform_names import name_at


def account_name(account: dict[str, Any]) -> str:
    """An account with its holder, in words: “account of Green Group”."""
    holder = account["holder"]
    return account_words(account["label"], holder["public_label"] if holder else "")


def platform_name(action: dict[str, Any], *, begins: bool = False) -> str:
    """The platform under its name at the time of the action: “Twitter (now X)”; or, with a capital if that `begins` a
    line, that it is not known."""
    platform = action["account"]["platform"]
    if not platform:
        return _("Platform not known") if begins else _("platform not known")
    then = name_at(platform["name"], platform["aliases"], action["start"])
    if then == platform["name"]:
        return then
    return _("%(then)s (now %(now)s)") % {"then": then, "now": platform["name"]}


def has_happened(action: dict[str, Any]) -> bool:
    """Whether the action is confirmed or reported, rather than announced, threatened, disputed or somebody else's."""
    return action["occurrence"] in COUNTED_OCCURRENCES


def type_words(type_: ActionType, occurrence: Occurrence) -> str:
    """What was done, within a sentence, and the doubt about it: “account suspended (disputed)”."""
    words = _("kind of action not known") if type_ == ActionType.UNKNOWN else type_.phrase
    if occurrence in COUNTED_OCCURRENCES:
        return words
    return _("%(action)s (%(occurrence)s)") % {"action": words, "occurrence": occurrence.phrase}


def based(date: str, basis: StartBasis) -> str:
    """A start in words, with what the date refers to unless that is the action itself: “7 June 2020 (first noticed)”."""
    if basis == StartBasis.OCCURRED:
        return date
    return _("%(date)s (%(basis)s)") % {"date": date, "basis": basis.phrase}


def action_heading(action: dict[str, Any]) -> str:
    """An action as a heading: “Zoom: account closed (announced, not applied)”."""
    return _("%(platform)s: %(action)s") % {
        "platform": platform_name(action, begins=True),
        "action": type_words(action["type"], action["occurrence"]),
    }


def numbered(action: dict[str, Any]) -> str:
    """An action of several, as they are numbered on the page: “2. Zoom: account closed”."""
    return _("%(number)d. %(action)s") % {"number": action["seq"], "action": action_heading(action)}
