"""The facts of one action, as rows of a label, values and notes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...choices import (
    Automation,
    EndCause,
    Occurrence,
    Plan,
    Scope,
    Status,
    Term,
    Vocabulary,
)
from ...dates import duration, hours_words, moment_words
from ...languages import QUOTED_WORDS
from ...lasting import days_lasted
from ...locales import zone_words
from ...places import place_name
from .accounts import Successions
from .actions import based, platform_name
from .notes import Noted, Notes
from .numbers import number_words

# The fields that a row shows together, so that each note is next to what it is about.
START_FIELDS = (
    "start",
    "start_text",
    "start_basis",
    "start_is_span",
    "timezone",
    "start_at_from",
    "start_at_to",
)
END_FIELDS = ("end", "end_text", "end_at_from", "end_at_to", "end_cause")
ALWAYS_SET = ("start_basis",)  # it means something only with a start
UNTOLD = ("", None, False, "unknown", "not_recorded", "not_applicable")
ACCOUNTS_FIELDS = ("accounts_min", "accounts_max", "accounts_text", "accounts_as_of", "member_kind")


@dataclass(kw_only=True)
class Fact(Noted):
    """One row. Each value is a dictionary whose first key names its kind: `words`, `word` (a member of a vocabulary), `party`,
    or `platform`, `account`, `other_account` or `status`, which have a template each."""

    label: str
    values: list[dict[str, Any]]


def action_facts(
    action: dict[str, Any], record: dict[str, Any], notes: Notes, successions: Successions
) -> list[Fact]:
    """The rows of one action, in the order of the page."""

    def fact(label, *values, fields=()):
        row = Fact(label=label, values=[_value(each) for each in values])
        if fields:
            row.notes = notes.of("action", action["seq"], fields)
            is_told = any(_is_told(name, action.get(name)) for name in fields)
            row.is_uncited = is_told and notes.lack("action", action["seq"], fields)
        return row

    translations = {action[name]: action.get(f"{name}_translation") for name in QUOTED_WORDS["action"]}

    def in_words(text):
        words = wording(text, is_quoted=notes.contain(text, "action", action["seq"]))
        if translation := translations.get(text):
            return _("%(words)s (our translation: %(translation)s)") % {
                "words": words,
                "translation": translation["text"],
            }
        return words

    account = action["account"]
    plan = [account["plan"]] if account["plan"] in (Plan.PAID, Plan.FREE) else []
    facts = [
        fact(_("Platform"), _platform_value(action)),
        fact(_("Account"), _account_value(account), account["kind"], *plan, fields=("account",)),
        *(fact(label, *accounts) for label, accounts in _accounts_beside(account, successions)),
        fact(_("Account holder"), {"party": account["holder"]} if account["holder"] else _("Not known")),
        fact(_("What was done"), action["type"], action["occurrence"], fields=("", "type", "occurrence")),
        fact(_start_label(action), *start_values(action, in_words), fields=START_FIELDS),
        fact(_("Ended"), *end_values(action, in_words), fields=END_FIELDS),
        fact(_("How long"), *duration_values(action, in_words), fields=("duration_text",)),
    ]
    if accounts := accounts_values(action, in_words):
        facts.append(fact(_("Accounts affected"), *accounts, fields=ACCOUNTS_FIELDS))
    if places := scope_values(action, in_words):
        facts.append(fact(_("Where it applied"), *places, fields=("scope", "countries", "scope_text")))
    if action["term"] != Term.UNKNOWN or action["term_text"]:
        facts.append(
            fact(
                _("Announced term"),
                *term_values(action, in_words),
                fields=("term", "term_text", "expected_end"),
            )
        )
    if action["automation"] != Automation.UNKNOWN:
        facts.append(fact(_("Who decided"), action["automation"], fields=("automation",)))
    if action["note"]:
        facts.append(fact(_("Our note"), action["note"], fields=("note",)))
    facts.append(fact(_("Was a reason given?"), action["reason_status"], fields=("reason_status",)))
    status = {"status": action["status"], "as_of": action["status_as_of"]}
    facts.append(fact(_("Status"), status, fields=("status", "status_as_of")))
    facts.append(fact(_("Counted?"), counted_words(action)))
    return facts


def _start_label(action):
    """What the start of an action is called: what was never applied did not begin."""
    if action["status"] != Status.NEVER_APPLIED:
        return _("Began")
    return {
        Occurrence.ANNOUNCED_NOT_APPLIED: _("Announced"),
        Occurrence.RECOMMENDED_NOT_APPLIED: _("Recommended"),
        Occurrence.THREATENED_NOT_APPLIED: _("Threatened"),
    }.get(action["occurrence"], _("Date"))


def _accounts_beside(account, successions):
    """The holder’s next and earlier accounts, each with the label of its row."""
    beside = successions.get(account["slug"], {})
    for label, name in ((_("Holder’s next account"), "next"), (_("Holder’s earlier account"), "earlier")):
        if accounts := beside.get(name):
            yield label, [{"other_account": each["slug"], "name": each["name"]} for each in accounts]


def _account_value(account):
    return {
        "account": account["slug"],
        "label": account["label"],
        "language": account.get("label_language", ""),
    }


def _platform_value(action):
    platform = action["account"]["platform"]
    return {"platform": platform["slug"], "name": platform_name(action)} if platform else _("Not known")


def not_known(label: str) -> Fact:
    """The row of an action of which no source says it, beside others of which one does."""
    return Fact(label=label, values=[_value(_("Not known"))])


def _value(value):
    if isinstance(value, dict):
        return value
    return {"word" if isinstance(value, Vocabulary) else "words": value}


def _is_told(name, value):
    """Whether the record says something in a field that a source should bear out."""
    return name not in ALWAYS_SET and value not in UNTOLD


def start_values(action: dict[str, Any], in_words: Callable[[str], str]) -> list[str]:
    """When the action began: the date with what it refers to, the hours, the start in words."""
    values = []
    if action["start"]:
        words = action["start"].span_words() if action["start_is_span"] else action["start"].words()
        values.append(based(words, action["start_basis"]))
    if zone := action["timezone"]:
        values.append(
            moment_words(action["start_at_from"], action["start_at_to"], zone)
            or _("local date in %(place)s") % {"place": zone_words(zone)}
        )
    if action["start_text"]:
        values.append(in_words(action["start_text"]))
    return _capitalised(values) or [_("Not known")]


def end_values(action: dict[str, Any], in_words: Callable[[str], str]) -> list[str | EndCause]:
    """When and why the action ended, or that it did not."""
    values = [action["end"].words()] if action["end"] else []
    if action["timezone"] and (
        hours := moment_words(action["end_at_from"], action["end_at_to"], action["timezone"])
    ):
        values.append(hours)
    if action["end_text"]:
        values.append(in_words(action["end_text"]))
    if not values:
        as_of = action["status_as_of"]
        without_end = {
            Status.IN_FORCE: _("Not ended as of %(date)s") % {"date": as_of.words()}
            if as_of
            else _("Not ended"),
            Status.NEVER_APPLIED: _("Never applied"),
            Status.NOT_APPLICABLE: _("One-time action (no duration)"),
        }
        return [without_end.get(action["status"], _("Not known"))]
    if action["end_cause"] not in (EndCause.NOT_APPLICABLE, EndCause.UNKNOWN):
        values.append(action["end_cause"])
    return _capitalised(values)


def duration_values(action: dict[str, Any], in_words: Callable[[str], str]) -> list[str]:
    """How long it lasted, as bounds and in words."""
    computed, words = duration_words(action), action["duration_text"]
    if not words:
        return [capfirst(computed) or _("Not known")]
    return _capitalised([*([computed] if computed else []), in_words(words)])


def duration_words(action: dict[str, Any]) -> str:
    """How long it lasted, or had lasted as of its status, as bounds; empty if not known."""
    if action["status"] == Status.IN_FORCE and action["start"] and action["status_as_of"]:
        if days := duration(action["start"], action["status_as_of"]).at_least:
            return ngettext(
                "at least %(days)d day by %(date)s", "at least %(days)d days by %(date)s", days
            ) % {
                "days": days,
                "date": action["status_as_of"].words(),
            }
    elif action["status"] in (Status.NEVER_APPLIED, Status.NOT_APPLICABLE):
        return _("no duration")
    elif action["status"] == Status.PARTLY_LIFTED:
        return _part_lifted_words(action)
    if hours := _hours(action):
        return hours
    return days_lasted(action).words()


def _part_lifted_words(action):
    """How long all of it lasted, and that part of it was left, as of the day that is known of."""
    days, as_of = duration(action["start"], action["end"]).at_least, action["status_as_of"]
    values = {"days": days, "date": as_of and as_of.words()}
    if days and as_of:
        words = ngettext(
            "at least %(days)d day; part of it in force as of %(date)s",
            "at least %(days)d days; part of it in force as of %(date)s",
            days,
        )
    elif days:
        words = ngettext(
            "at least %(days)d day; part of it was not lifted",
            "at least %(days)d days; part of it was not lifted",
            days,
        )
    else:
        words = _("part of it in force as of %(date)s") if as_of else _("part of it was not lifted")
    return words % values


def _hours(action):
    """How long it lasted where its hours are known and it was a matter of two days at most; empty otherwise."""
    bounds = [action[name] for name in ("start_at_from", "start_at_to", "end_at_from", "end_at_to")]
    if not all(bounds):
        return ""
    begun_from, begun_to, ended_from, ended_to = bounds
    longest = ended_to - begun_from
    return (
        hours_words(max(ended_from - begun_to, timedelta()), longest) if longest <= timedelta(days=2) else ""
    )


def accounts_values(action: dict[str, Any], in_words: Callable[[str], str]) -> list[str]:
    """How many accounts the action affected, as bounds and in words; empty if not known."""
    values = [words] if (words := number_words(action)) else []
    if not values and action["member_kind"] not in UNTOLD:
        things = action["member_kind"].phrase
        values.append(
            things if action["accounts_text"] else _("%(things)s, number not known") % {"things": things}
        )
    if action["accounts_text"]:
        values.append(in_words(action["accounts_text"]))
    if action["accounts_as_of"]:
        values.append(_("as of %(date)s") % {"date": action["accounts_as_of"].words()})
    return _capitalised(values)


def scope_values(action: dict[str, Any], in_words: Callable[[str], str]) -> list[Any]:
    """Where it applied, as places and in words; empty if not known."""
    values = [action["scope"]] if action["scope"] != Scope.UNKNOWN else []
    values += map(place_name, action["countries"].split())
    if action["scope_text"]:
        values.append(in_words(action["scope_text"]))
    return _capitalised(values)


def term_values(action: dict[str, Any], in_words: Callable[[str], str]) -> list[str | Term]:
    """How long the platform announced that it would last."""
    values = [action["term"]]
    if action["term_text"]:
        values.append(in_words(action["term_text"]))
    if action["expected_end"]:
        values.append(_("announced end: %(date)s") % {"date": action["expected_end"].words()})
    return values


def counted_words(action: dict[str, Any]) -> str:
    """Whether it is counted as an account action, and if not, why."""
    if action["counted"]:
        return _("Yes")
    return _("No: %(reason)s") % {"reason": action["not_counted_because"].phrase}


def wording(text: str, *, is_quoted: bool) -> str:
    """What a date, term or number is in words: in quotation marks if a quotation has them, and nobody's where none does."""
    return _("in the source’s words: “%(text)s”") % {"text": text} if is_quoted else text


def _capitalised(values: list[Any]) -> list[Any]:
    # A value of a vocabulary is capitalised where it is shown.
    return values if not values or isinstance(values[0], Vocabulary) else [capfirst(values[0]), *values[1:]]
