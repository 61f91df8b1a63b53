"""What a statement or involvement is, as a sentence that keeps its doubts: “Chinese Party may have influenced it, Green Group says”."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...choices import Certainty, Ground, JustificationKind, Modality, Outcome, Role, Standing
from ...locales import listed, signs
from ...voices import is_silent
from .statements import party_name, speaker_name

# What was said: if it is not about a reason, if it gives one, and if it is known to give none.
STATEMENTS = {
    JustificationKind.NOTICE_TO_HOLDER: (
        gettext_lazy("%(who)s notified the account holder"),
        gettext_lazy("%(who)s told the account holder its reason: %(reason)s"),
        gettext_lazy("%(who)s notified the account holder and gave no reason"),
    ),
    JustificationKind.PUBLIC_JUSTIFICATION: (
        gettext_lazy("%(who)s spoke about it"),
        gettext_lazy("%(who)s gave its reason: %(reason)s"),
        gettext_lazy("%(who)s spoke about it and gave no reason"),
    ),
    JustificationKind.CONFIRMATION: (
        gettext_lazy("%(who)s confirmed that it had acted"),
        gettext_lazy("%(who)s confirmed that it had acted, and gave its reason: %(reason)s"),
        gettext_lazy("%(who)s confirmed that it had acted, and gave no reason"),
    ),
    JustificationKind.DENIAL: (
        gettext_lazy("%(who)s denied it"),
        gettext_lazy("%(who)s denied it, and named a reason: %(reason)s"),
        gettext_lazy("%(who)s denied it, and gave no reason"),
    ),
    JustificationKind.APOLOGY: (
        gettext_lazy("%(who)s apologised or expressed regret"),
        gettext_lazy("%(who)s apologised or expressed regret, and gave its reason: %(reason)s"),
        gettext_lazy("%(who)s apologised or expressed regret, and gave no reason"),
    ),
    JustificationKind.CORRECTION: (
        gettext_lazy("%(who)s corrected or took back what was said or done"),
        gettext_lazy("%(who)s corrected or took back what was said or done; its reason: %(reason)s"),
        gettext_lazy("%(who)s corrected or took back what was said or done, and gave no reason"),
    ),
    JustificationKind.POLICY_OR_PROMISE: (
        gettext_lazy("%(who)s said what its rules are, or what it would do in future"),
        gettext_lazy(
            "%(who)s said what its rules are, or what it would do in future; its reason: %(reason)s"
        ),
        gettext_lazy("%(who)s said what its rules are, or what it would do in future, and gave no reason"),
    ),
    JustificationKind.NO_REASON_GIVEN: (gettext_lazy("%(who)s gave no reason"),) * 3,
    JustificationKind.NO_RESPONSE: (gettext_lazy("%(who)s did not answer"),) * 3,
}
ERROR = gettext_lazy("%(who)s said that it was an error")

# The part that somebody had: as a fact, as something said by nobody in particular, and as a possibility.
PARTS = {
    Role.DEMANDED_BY: (
        gettext_lazy("%(who)s demanded it"),
        gettext_lazy("%(who)s is said to have demanded it"),
        gettext_lazy("%(who)s may have demanded it"),
    ),
    Role.ORDERED_BY: (
        gettext_lazy("%(who)s ordered it"),
        gettext_lazy("%(who)s is said to have ordered it"),
        gettext_lazy("%(who)s may have ordered it"),
    ),
    Role.REQUESTED_BY: (
        gettext_lazy("%(who)s asked for it"),
        gettext_lazy("%(who)s is said to have asked for it"),
        gettext_lazy("%(who)s may have asked for it"),
    ),
    Role.FLAGGED_BY: (
        gettext_lazy("%(who)s drew the platform’s attention to it"),
        gettext_lazy("%(who)s is said to have drawn the platform’s attention to it"),
        gettext_lazy("%(who)s may have drawn the platform’s attention to it"),
    ),
    Role.ALLEGED_INFLUENCE: (
        gettext_lazy("%(who)s influenced it"),
        gettext_lazy("%(who)s is said to have influenced it"),
        gettext_lazy("%(who)s may have influenced it"),
    ),
    Role.INSIDER: (
        gettext_lazy("%(who)s acted from inside the platform"),
        gettext_lazy("%(who)s is said to have acted from inside the platform"),
        gettext_lazy("%(who)s may have acted from inside the platform"),
    ),
    Role.LEGAL_BASIS: (
        gettext_lazy("%(who)s has a law or sanction that nobody is said to have invoked"),
        gettext_lazy("%(who)s is said to have a law or sanction that nobody is said to have invoked"),
        gettext_lazy("%(who)s may have a law or sanction that nobody is said to have invoked"),
    ),
    Role.ACCOUNT_OPERATOR: (
        gettext_lazy("%(who)s ran the account"),
        gettext_lazy("%(who)s is said to have run the account"),
        gettext_lazy("%(who)s may have run the account"),
    ),
    Role.REGISTERED_OWNER: (
        gettext_lazy("%(who)s was the registered owner of the account"),
        gettext_lazy("%(who)s is said to have been the registered owner of the account"),
        gettext_lazy("%(who)s may have been the registered owner of the account"),
    ),
    Role.CO_SANCTIONED: (
        gettext_lazy("%(who)s was affected by the same measure"),
        gettext_lazy("%(who)s is said to have been affected by the same measure"),
        gettext_lazy("%(who)s may have been affected by the same measure"),
    ),
}
# What somebody did about it afterwards.
RESPONSES = {
    Role.ALLEGATION: gettext_lazy("%(who)s alleged why it happened, or who was behind it"),
    Role.RESPONSE_BY_HOLDER: gettext_lazy("%(who)s responded"),
    Role.REQUEST_FOR_EXPLANATION: gettext_lazy("%(who)s asked for an explanation"),
    Role.APPEALED: gettext_lazy("%(who)s appealed"),
    Role.COMPLAINED_PUBLICLY: gettext_lazy("%(who)s complained in public"),
    Role.MEDIA_INQUIRY: gettext_lazy("%(who)s asked about it"),
    Role.LEGISLATORS_INQUIRY: gettext_lazy("%(who)s asked about it as legislators"),
    Role.LAWSUIT: gettext_lazy("%(who)s went to court"),
    Role.REGULATOR_REVIEW: gettext_lazy("%(who)s reviewed it as a regulator"),
    Role.OVERSIGHT_REVIEW: gettext_lazy("%(who)s reviewed it as an oversight body"),
    Role.OFFICIAL_FINDING: gettext_lazy("%(who)s stated what it had found"),
    Role.RESTORATION_ORDERED: gettext_lazy("%(who)s ordered that it be undone"),
    Role.RESTORATION_REQUESTED: gettext_lazy("%(who)s asked that it be undone"),
    Role.PROSECUTION: gettext_lazy("%(who)s brought charges; charges are not findings"),
    Role.COMMENT: gettext_lazy("%(who)s commented on it"),
    Role.RETALIATION: gettext_lazy("%(who)s retaliated"),
}
DOUBTFUL = (Standing.DENIED, Standing.SECOND_HAND, Standing.SUPERSEDED)
SHOWN = (Certainty.ADMITTED, Certainty.DOCUMENTED)
UNTOLD_OUTCOMES = (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)


def statement_sentence(said: dict[str, Any], claimant: str = "") -> str:
    """What somebody said: “Zoom gave its reason: local law”; at second hand, or as a possibility, it says so.

    `claimant` is who alone is cited as reporting it.
    """
    plain, with_reason, without_reason = STATEMENTS[said["kind"]]
    who = speaker_name(said)
    if said["ground"] == Ground.ERROR and not said["further_grounds"] and said["standing"] != Standing.DENIED:
        pattern = ERROR
    elif said["ground"] == Ground.NOT_APPLICABLE:
        pattern = plain
    elif said["ground"] == Ground.NONE_STATED or is_silent(said):
        pattern = without_reason
    else:
        pattern = with_reason
    sentence = pattern % {"who": who, "reason": reason_words(said)}
    if said["modality"] == Modality.REPORTED and claimant not in ("", who):
        return _("%(sentence)s, %(who)s says") % {"sentence": sentence, "who": claimant}
    return _doubted(sentence, _modality(said))


def reason_words(said: dict[str, Any]) -> str:
    """The reasons that a statement gives: “local law; error”."""
    return signs().semicolon.join(str(ground.phrase) for ground in (said["ground"], *said["further_grounds"]))


def involvement_sentence(part: dict[str, Any], claimant: str = "") -> str:
    """The part somebody had, or what somebody did about it; `claimant` is who alone is cited as saying so."""
    who, role, certainty = party_name(part), part["role"], part["certainty"]
    if role in RESPONSES:
        sentence = RESPONSES[role] % {"who": who}
        says_itself = role == Role.ALLEGATION and certainty == Certainty.ALLEGED
        doubts = [] if says_itself or certainty in SHOWN else [certainty.phrase]
    else:
        fact, said, possible = PARTS[role]
        is_possible = part["modality"] in (Modality.HEDGED, Modality.CONDITIONAL)
        is_plain = certainty in SHOWN or (claimant and certainty == Certainty.ALLEGED)
        pattern = possible if is_possible else fact if is_plain else said
        sentence = pattern % {"who": who}
        if claimant and claimant != who:
            sentence = _("%(sentence)s, %(who)s says") % {"sentence": sentence, "who": claimant}
        doubts = [] if is_plain and (claimant or certainty == Certainty.DOCUMENTED) else [certainty.phrase]
    if part["modality"] != Modality.HEDGED or role in RESPONSES:
        doubts.append(_modality(part))  # “may have” says the other
    sentence = _doubted(sentence, *doubts)
    if part["outcome"] in UNTOLD_OUTCOMES:
        return sentence
    return _("%(sentence)s; outcome: %(outcome)s") % {
        "sentence": sentence,
        "outcome": part["outcome"].phrase,
    }


def claimant_of(attributions: Iterable[str]) -> str:
    """Who says so, if all that bears it out has it from the same; empty if that is not known, or if several do."""
    names = set(attributions)
    return names.pop() if len(names) == 1 else ""


def _modality(said):
    """How it was said and what became of it, in words; empty if it was said as a fact and still stands."""
    if said.get("standing") in DOUBTFUL:
        return said["standing"].phrase
    return "" if said["modality"] == Modality.ASSERTED else said["modality"].phrase


def _doubted(sentence, *doubts):
    words = listed(str(doubt) for doubt in doubts if doubt)
    return _("%(sentence)s (%(doubts)s)") % {"sentence": sentence, "doubts": words} if words else sentence
