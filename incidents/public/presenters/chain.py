"""The chain of reasons: what the platforms stated, one after the other, as the head of an incident and its row in a list show it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ...choices import Ground, JustificationKind, Standing
from ...dates import EDTF
from ...locales import in_brackets, listed
from ...voices import SILENT_KINDS, Voice, is_silent, platforms_of, states_reason, voice_of
from .sentences import reason_words
from .timeline import statements_in_order


@dataclass(frozen=True)
class Reason:
    """One link of the chain: a reason as stated first, with its date and whatever makes it less than that."""

    anchor: str
    words: str
    date: EDTF | None
    doubts: list[str]
    speaker: str  # of several platforms, which one

    @property
    def doubted(self) -> str:
        """“local law (denied)”."""
        return self.words + (in_brackets(listed(self.doubts)) if self.doubts else "")


def chain_of_reasons(record: dict[str, Any]) -> list[Reason]:
    """The reasons that the platforms stated, in order of time: one that only repeats the last is left out, silence remains
    only before the first, and so does that something was an error where it takes back the act and gives no reason for it."""
    platforms = [action["account"]["platform"] for action in record["actions"]]
    several = len({platform and platform["slug"] for platform in platforms}) > 1
    names_actions = any(each["actions"] for each in record["justifications"])
    chain: list[Reason] = []
    for each in statements_in_order(record):
        if not _is_reason(each) or voice_of(each, platforms_of(each, record)) != Voice.PLATFORM:
            continue
        silent = is_silent(each) or each["ground"] == Ground.NONE_STATED
        words = _silence(each) if silent else reason_words(each)
        if chain and (silent or chain[-1].words == words):
            continue
        chain.append(
            Reason(
                anchor=f"justification-{each['seq']}",
                words=words,
                date=each["date"],
                doubts=list(_doubts(each, silent=silent, names_actions=names_actions)),
                speaker=each["speaker_text"] or each["speaker"]["public_label"] if several else "",
            )
        )
    return chain


def _is_reason(justification):
    return justification["kind"] in SILENT_KINDS or states_reason(justification)


def _doubts(justification, *, silent, names_actions):
    if silent:
        yield justification["audience"].phrase
    if justification["standing"] in (Standing.DENIED, Standing.SECOND_HAND):
        yield justification["standing"].phrase
    elif justification["modality"] != "asserted":
        yield justification["modality"].phrase
    if names_actions and not justification["actions"]:
        yield _("about no action in particular")


def _silence(justification):
    return _("no answer") if justification["kind"] == JustificationKind.NO_RESPONSE else _("no reason")
