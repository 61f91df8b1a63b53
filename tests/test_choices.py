"""The vocabularies: each word has a phrase, a label and a definition, and the definition fits whatever it is used for."""

import pytest

from incidents.choices import (
    ActionType,
    Certainty,
    JustificationKind,
    Modality,
    NotCounted,
    PartyKind,
    ReasonStatus,
    Role,
    Vocabulary,
)

VOCABULARIES = Vocabulary.__subclasses__()
MEMBERS = [member for vocabulary in VOCABULARIES for member in vocabulary]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.anchor)
def test_a_word_has_a_capital_only_where_it_stands_alone(member):
    phrase, label = member.phrase, str(member.label)

    assert (phrase[0], label[0]) == (phrase[0].lower(), phrase[0].upper())
    assert phrase[1:] == label[1:]


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_no_two_words_of_a_vocabulary_have_the_same_label_or_definition(vocabulary):
    for texts in ([str(each.label) for each in vocabulary], [str(each.definition) for each in vocabulary]):
        assert len(set(texts)) == len(texts)
        assert "" not in texts


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.anchor)
def test_a_definition_is_a_sentence(member):
    definition = str(member.definition)

    assert definition[0].isupper()
    assert definition.endswith(".")


@pytest.mark.parametrize(
    ("member", "use"),
    [
        (Role.APPEALED, "court"),  # a platform that appeals against an order
        (Role.REQUEST_FOR_EXPLANATION, "authority"),
        (Modality.REPORTED, "Someone else reports what the speaker said"),
        (JustificationKind.CORRECTION, "done"),  # “We made two mistakes” takes back an act
        (JustificationKind.NO_RESPONSE, "authority"),
        (JustificationKind.DENIAL, "authority"),
        (ReasonStatus.GENERIC, "law"),  # “to comply with local law”
        (Certainty.DOCUMENTED, "own public words"),
        (ActionType.EVENT_TERMINATED, "at its beginning"),
        (PartyKind.ORGANISATION, "political party"),
    ],
)
def test_a_definition_fits_what_the_word_is_used_for(member, use):
    assert use in str(member.definition)


def test_a_party_is_no_state_body():
    assert "party" not in str(PartyKind.STATE_BODY.definition)


def test_what_is_not_counted_for_its_type_is_not_said_to_be_suspended_or_closed():
    assert NotCounted.TYPE_UNKNOWN.phrase == "sources do not say what was done"
