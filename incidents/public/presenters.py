"""An incident told: from its public record the facts of each action, one time line, notes, and what is not known."""

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..choices import (
    CAUSE_ROLES,
    RESPONSE_ROLES,
    AccountKind,
    ActionType,
    Audience,
    Automation,
    Certainty,
    EndCause,
    Ground,
    IncidentKind,
    JustificationKind,
    Occurrence,
    Outcome,
    ReasonStatus,
    RelationKind,
    Scope,
    Stance,
    StartBasis,
    Status,
    Term,
    Vocabulary,
)
from ..dates import Duration, duration, moment_words, zone_words
from ..models import Action, Incident, Involvement, Justification

LAST = date.max
PARTS = {"action": Action, "justification": Justification, "involvement": Involvement}
# Statements that tell of a reason, as against those that tell of none.
SILENT = frozenset({JustificationKind.NO_REASON_GIVEN, JustificationKind.NO_RESPONSE})
# Those who asked the platform or an authority for something, so that an outcome is to be expected.
ASKING = frozenset({"appealed", "request_for_explanation", "media_inquiry", "legislators_inquiry", "lawsuit"})
# A relation that reads differently from its other end.
REVERSED = {
    RelationKind.FOLLOWS: gettext_lazy("Followed by"),
    RelationKind.PART_OF: gettext_lazy("Has as a part"),
    RelationKind.CONTEXT_OF: gettext_lazy("Context"),
    RelationKind.RETALIATION_FOR: gettext_lazy("Answered by retaliation"),
}
# On one day, what happened stands before what was said about it.
KIND_ORDER = ("context", "start", "involvement", "justification", "end")
# What a row of the list is told by.
ROW_FIELDS = frozenset(
    ("type", "occurrence", "start", "start_basis", "status", "reason_status", "kind", "ground", "date")
)
# Which fields the rows of a facts block show, so that each citation stands beside what it bears on.
START = ("start", "start_text", "start_basis", "timezone", "start_at_from", "start_at_to")
END = ("end", "end_text", "end_cause")


def story(record):
    """What the incident page shows beyond the record itself, its notes numbered in the order of the page."""
    notes = Notes(record)
    told = {
        "summary": {"notes": notes.of("incident"), **_sides(notes.of("incident"))},
        "blocks": [facts_block(action, record, notes) for action in record["actions"]],
        "timeline": timeline(record, notes),
        "unknown": unknowns(record),
        "related": related(record),
    }
    notes.number(told)
    return told | {"notes": notes.in_order, "sources": notes.sources}


class Notes:
    """The citations of an incident as notes, found by what they are about."""

    def __init__(self, record):
        self.sources = [
            source | {"number": number, "notes": []}
            for number, source in enumerate(record["sources"], start=1)
        ]
        sources = {source["citekey"]: source for source in self.sources}
        for source in self.sources:
            origin = source["derived_from"]
            source["parent_here"] = bool(origin) and origin["citekey"] in sources
        self._found = defaultdict(list)
        self.in_order = []
        for citation in record["citations"]:
            part = next((name for name in PARTS if citation[name]), "incident")
            note = citation | {
                "source": sources[citation["source"]],
                "contradicts": citation["stance"] == Stance.CONTRADICTS,
                "about": _about(part, citation),
            }
            self._found[part, citation.get(part)].append(note)

    def of(self, part, seq=None, fields=()):
        """Notes on a part of the incident; with fields named, only those on one of these."""
        return [note for note in self._found[part, seq] if not fields or note["field"] in fields]

    def number(self, told):
        """Number the notes as a reader meets them, those met nowhere last."""
        met = list(told["summary"]["notes"])
        for block in told["blocks"]:
            met += [note for fact in block["facts"] for note in fact["notes"]]
        met += [note for entry in told["timeline"]["all"] for note in entry["notes"]]
        met += [note for notes in self._found.values() for note in notes]
        for note in met:
            if "number" not in note:
                self.in_order.append(note)
                note["number"] = len(self.in_order)
                note["alone"] = [note]
                note["source"]["notes"].append(note)
        for noted in (
            *(fact for block in told["blocks"] for fact in block["facts"]),
            *told["timeline"]["all"],
        ):
            noted["notes"].sort(key=lambda note: note["number"])


def _about(part, citation):
    """What a citation bears on: the name of a field, in words; empty for the record as a whole."""
    labels = {field.name: field.verbose_name for field in PARTS.get(part, Incident)._meta.concrete_fields}
    return labels.get(citation["field"], citation["field"])


def facts_block(action, record, notes):
    """The facts of one action: rows of a label, values, notes, and the values that sources put differently.

    A value is words, a member of a vocabulary (`word`), a `party`, or a `statement` of the time line.
    """
    ours = (None, action["seq"])
    causes = [
        each for each in record["involvements"] if each["role"] in CAUSE_ROLES and each["action"] in ours
    ]
    statements = [each for each in record["justifications"] if each["action"] in ours]
    facts = []

    def fact(label, *values, fields=(), cited=()):
        found = [*(notes.of("action", action["seq"], fields) if fields else ()), *cited]
        values = [_value(value) for value in values]
        facts.append({"label": label, "values": values, "notes": found, **_sides(found)})

    account = action["account"]
    fact(_("Platform"), {"platform": account["platform"]})
    fact(_("Account"), {"account": account}, account["kind"], fields=("account",))
    fact(_("Holder"), {"party": account["holder"]} if account["holder"] else _("Not known"))
    fact(_("What was done"), action["type"], action["occurrence"], fields=("", "type", "occurrence"))
    fact(_("Began"), *begin_words(action), fields=START)
    fact(_("Ended"), *end_words(action), fields=END)
    fact(_("How long"), duration_words(action))
    if action["accounts_min"] or action["accounts_max"] or action["accounts_text"]:
        fact(_("Accounts"), accounts_words(action), fields=("accounts_min", "accounts_max", "accounts_text"))
    if action["scope"] != Scope.UNKNOWN:
        fact(_("Where it took effect"), action["scope"], *action["places"], fields=("scope", "countries"))
    if action["term"] != Term.UNSTATED or action["term_text"]:
        fact(_("Announced term"), *term_words(action), fields=("term", "term_text", "expected_end"))
    if action["automation"] != Automation.UNKNOWN:
        fact(_("Who decided"), action["automation"], fields=("automation",))
    fact(
        _("Who is said to have asked for it"),
        *([{"cause": each, "anchor": f"involvement-{each['seq']}"} for each in causes] or [_("Not known")]),
        cited=[note for each in causes for note in notes.of("involvement", each["seq"])],
    )
    fact(_("Reason"), action["reason_status"], fields=("reason_status",))
    statements = [
        each for each in statements if each["kind"] in SILENT or each["ground"] != Ground.NOT_APPLICABLE
    ]
    if statements:
        fact(
            _("As stated"),
            *(
                {
                    "statement": each,
                    "anchor": f"justification-{each['seq']}",
                    "silent": each["kind"] in SILENT,
                }
                for each in statements
            ),
        )
    fact(
        _("Status"),
        {"status": action["status"], "as_of": action["status_as_of"]},
        fields=("status", "status_as_of"),
    )
    fact(_("Counted as an account action"), counted_words(action))
    return {"action": action, "facts": facts}


def _value(value):
    """A value of a facts block as a dict with one telling key."""
    if isinstance(value, dict):
        return value
    return {"word" if isinstance(value, Vocabulary) else "words": value}


def _sides(notes):
    """The notes that say otherwise, and those that say the same in words of their own."""
    return {
        "against": [note for note in notes if note["contradicts"]],
        "worded": [note for note in notes if note["value_as_stated"] and not note["contradicts"]],
    }


def begin_words(action):
    words = []
    if action["start"]:
        words.append(action["start"].words())
        if action["start_basis"] != StartBasis.OCCURRED:
            words[0] += f" ({action['start_basis'].phrase})"
    if action["timezone"]:
        words.append(
            moment_words(action["start_at_from"], action["start_at_to"], action["timezone"])
            or _("by the calendar of %s") % zone_words(action["timezone"])
        )
    if action["start_text"]:
        words.append(_("in the source’s words: “%s”") % action["start_text"])
    return [capfirst(words[0]), *words[1:]] if words else [_("Not known")]


def end_words(action):
    words = [action["end"].words()] if action["end"] else []
    if action["end_text"]:
        words.append(_("in the source’s words: “%s”") % action["end_text"])
    if not words:
        return {
            Status.IN_FORCE: [_("Not ended")],
            Status.NEVER_APPLIED: [_("Never applied")],
            Status.NOT_APPLICABLE: [_("A single act, with no end of its own")],
        }.get(action["status"], [_("Not known")])
    cause = [] if action["end_cause"] == EndCause.NOT_APPLICABLE else [action["end_cause"]]
    return [capfirst(words[0]), *words[1:], *(each for each in cause if each != EndCause.UNKNOWN)]


def duration_words(action):
    """How long it lasted, or had lasted when last heard of, as bounds."""
    if action["status"] == Status.IN_FORCE and action["start"] and action["status_as_of"]:
        if days := duration(action["start"], action["status_as_of"]).at_least:
            return ngettext("At least %(days)d day by %(day)s", "At least %(days)d days by %(day)s", days) % {
                "days": days,
                "day": action["status_as_of"].words(),
            }
    elif action["status"] in (Status.NEVER_APPLIED, Status.NOT_APPLICABLE):
        return _("No duration")
    lasted = duration(action["start"], action["end"])
    if action["start_basis"] in (StartBasis.FIRST_OBSERVED, StartBasis.REPORTED):
        # It took effect when this was seen or told, or earlier: only an hour bound says how much.
        earliest, latest = action["start_at_from"], action["end"] and action["end"].latest
        if earliest and latest:
            begun = earliest.astimezone(ZoneInfo(action["timezone"] or "UTC")).date()
            lasted = Duration(lasted.at_least, (latest - begun).days)
        else:
            lasted = Duration(lasted.at_least, None)
    return capfirst(lasted.words()) or _("Not known")


def accounts_words(action):
    low, high, text = action["accounts_min"], action["accounts_max"], action["accounts_text"]
    if low and low == high:
        words = ngettext("%d account", "%d accounts", low) % low
    elif low and high:
        words = _("between %(low)d and %(high)d accounts") % {"low": low, "high": high}
    elif low:
        words = ngettext("at least %d account", "at least %d accounts", low) % low
    elif high:
        words = ngettext("at most %d account", "at most %d accounts", high) % high
    else:
        words = ""
    return capfirst(", ".join(part for part in (words, text and f"“{text}”") if part))


def term_words(action):
    words = [action["term"]]
    if action["term_text"]:
        words.append(f"“{action['term_text']}”")
    if action["expected_end"]:
        words.append(_("announced to end: %s") % action["expected_end"].words())
    return words


def counted_words(action):
    if action["counted"]:
        return _("Yes")
    reason = str(action["not_counted_because"])
    return _("No: %s") % (reason[:1].lower() + reason[1:])


def party_words(involvement):
    return involvement["party"]["public_label"] if involvement["party"] else involvement["party_text"]


def speaker_words(justification):
    return (
        justification["speaker"]["public_label"]
        if justification["speaker"]
        else justification["speaker_text"]
    )


def timeline(record, notes):
    """Everything that happened or was said, in order of time; what has no date stands last, as it was logged."""
    several, entries = len(record["actions"]) > 1, []
    for action in record["actions"]:
        about = {"action": action, "several": several}
        seq, cited = action["seq"], notes.of("action", action["seq"])
        start = [note for note in cited if note["field"] in ("", "type", "occurrence", *START)]
        entries.append(_entry("start", action["start"], seq, start) | about)
        if action["end"] or action["end_text"]:
            ending = [note for note in cited if note["field"] in END]
            entries.append(_entry("end", action["end"], seq, ending) | about)
    by_number = {each["seq"]: each for each in record["justifications"]}
    replaced = {each["supersedes"]: each for each in record["justifications"] if each["supersedes"]}
    for each in record["justifications"]:
        seq = each["seq"]
        entry = _entry("justification", each["date"], seq, notes.of("justification", seq))
        entry["replaces"], entry["replaced_by"] = by_number.get(each["supersedes"]), replaced.get(seq)
        entries.append(entry | {"said": each, "silent": each["kind"] in SILENT})
    for each in record["involvements"]:
        entry = _entry("involvement", each["date"], each["seq"], notes.of("involvement", each["seq"]))
        entries.append(entry | {"said": each, "cause": each["role"] in CAUSE_ROLES})
    for number, relation in enumerate(record["relations"]):
        other = relation["incident"]
        if other["kind"] == IncidentKind.CONTEXT and record["kind"] != IncidentKind.CONTEXT:
            entries.append(_entry("context", other["date"], number, []) | {"relation": relation})
    entries.sort(key=lambda entry: entry["order"])
    return {
        "all": entries,
        "dated": [entry for entry in entries if entry["date"]],
        "undated": [entry for entry in entries if not entry["date"]],
    }


def _entry(kind, day, number, notes):
    first, last = (day.earliest or day.latest, day.latest or day.earliest) if day else (LAST, LAST)
    return {
        "kind": kind,
        "anchor": f"{kind}-{number}",
        "date": day,
        "notes": notes,
        "order": (first, last, KIND_ORDER.index(kind), number),
        **_sides(notes),
    }


def related(record):
    """Relations by kind, as seen from this incident."""
    groups = defaultdict(list)
    for relation in record["relations"]:
        groups[relation["kind"], relation["forward"]].append(relation)
    return [
        {"heading": kind.label if forward else REVERSED.get(kind, kind.label), "relations": relations}
        for (kind, forward), relations in groups.items()
    ]


def unknowns(record):
    """What the record does not know, in words: groups of a heading and phrases."""
    groups = [
        {"heading": action["account"]["label"], "phrases": phrases}
        for action in record["actions"]
        if (phrases := list(_unknown_of_action(action)))
    ]
    causes = [each for each in record["involvements"] if each["role"] in CAUSE_ROLES]
    phrases = [*_unknown_of_words(record)]
    if record["actions"] and not causes:
        phrases.insert(0, _("whether anybody asked the platform for it"))
    if record["kind"] == IncidentKind.CONTEXT and not record["date"]:
        phrases.insert(0, _("on which day it happened"))
    if phrases:
        groups.append({"heading": _("What was said and done about it"), "phrases": phrases})
    return groups


def _unknown_of_action(action):
    account, status = action["account"], action["status"]
    may_have_ended = status not in (Status.IN_FORCE, Status.NEVER_APPLIED, Status.NOT_APPLICABLE)
    if not account["holder"]:
        yield _("whose account it was")
    if account["kind"] == AccountKind.UNKNOWN:
        yield _("what kind of account it was")
    if action["accounts_min"] is None and action["accounts_max"] is None:
        yield _("how many accounts it was about")
    if action["type"] == ActionType.UNKNOWN:
        yield _("what kind of action it was")
    if action["occurrence"] == Occurrence.UNKNOWN:
        yield _("whether it took place")
    if not action["start"]:
        yield _("on which day it began")
    elif action["start_basis"] == StartBasis.FIRST_OBSERVED:
        yield _("how long before it was noticed it took effect")
    elif action["start_basis"] in (StartBasis.REPORTED, StartBasis.ANNOUNCED):
        yield _("on which day it took effect")
    if may_have_ended and not action["end"]:
        yield _("on which day it ended, if it did")
    if may_have_ended and action["end_cause"] == EndCause.UNKNOWN:
        yield _("why it ended, if it did")
    if status == Status.UNKNOWN:
        yield _("whether it still holds")
    if status != Status.UNKNOWN and not action["status_as_of"]:
        yield _("of which day its status is")
    if action["scope"] == Scope.UNKNOWN:
        yield _("in which places it took effect")
    if action["term"] == Term.UNSTATED:
        yield _("for how long it was meant to be: no term was announced, or none is recorded")
    if action["automation"] == Automation.UNKNOWN:
        yield _("whether a person or a program decided")
    if action["reason_status"] == ReasonStatus.NOT_RECORDED:
        yield _("whether a reason was given: not recorded by us")


def _unknown_of_words(record):
    for each in record["justifications"]:
        about = {"who": speaker_words(each), "what": each["kind"].phrase}
        if not each["date"]:
            yield _("when: %(who)s, %(what)s") % about
        if each["audience"] == Audience.UNKNOWN:
            yield _("to whom: %(who)s, %(what)s") % about
    for each in record["involvements"]:
        about = {"who": party_words(each), "what": each["role"].phrase}
        if each["role"] in (CAUSE_ROLES | RESPONSE_ROLES) and not each["date"]:
            yield _("when: %(who)s, %(what)s") % about
        if each["certainty"] == Certainty.UNKNOWN:
            yield _("how certain it is: %(who)s, %(what)s") % about
        if each["role"] in ASKING and each["outcome"] == Outcome.UNKNOWN:
            yield _("what came of it: %(who)s, %(what)s") % about


def listed(row):
    """A row of the list, of a record with all `OF_ROW`: when its story begins, a line for all actions alike, and the
    reason first stated in words."""
    starts = [action for action in row["actions"] if action["start"]]
    starts.sort(key=lambda action: action["start"].earliest or action["start"].latest)
    said = [
        each
        for each in row["justifications"]
        if each["kind"] not in SILENT and each["ground"] != Ground.NOT_APPLICABLE and each["quote"]
    ]
    said.sort(
        key=lambda each: (
            (each["date"] and (each["date"].earliest or each["date"].latest)) or LAST,
            each["seq"],
        )
    )
    alike = defaultdict(list)
    for action in row["actions"]:
        account = action["account"]
        holder = account["holder"] and account["holder"]["slug"]
        same = (account["platform"]["slug"], holder, action["type"], action["occurrence"], action["status"])
        alike[same].append(action)
    return row | {
        "begins": starts[0] if starts else None,
        "lines": [
            {
                "start": actions[0]["start"],
                "platform": actions[0]["account"]["platform"]["name"],
                "holder": actions[0]["account"]["holder"],
                "type": actions[0]["type"],
                "occurrence": actions[0]["occurrence"],
                "status": actions[0]["status"],
                "several": _several_words(len(actions)),
            }
            for actions in alike.values()
        ],
        "reason": said[0] if said else None,
        "later": _later_words(len(said) - 1),
    }


def _several_words(number):
    return (
        ngettext("%(number)d action", "%(number)d actions", number) % {"number": number} if number > 1 else ""
    )


def _later_words(number):
    words = ngettext("one later statement", "%(number)d later statements", number)
    return words % {"number": number} if number > 0 else ""


def row_words(record):
    """An incident in one line, for a feed: when, on which platform, to whom, what, how it stands."""
    lines = []
    for line in listed(record)["lines"]:
        said = (
            line["start"].words() if line["start"] else "",
            line["platform"],
            line["holder"]["public_label"] if line["holder"] else "",
            str(line["type"].phrase),
            str(line["status"].phrase),
        )
        lines.append(", ".join(part for part in said if part))
    return "; ".join(lines)
