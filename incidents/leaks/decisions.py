"""Editors' answers to what is doubtful."""

from collections.abc import Iterable

from ..models import NameDecision
from .privates import Leak

RESERVED_CHARACTERS = 500  # of `NameDecision.words`


def without_answered(leaks: list[Leak]) -> list[Leak]:
    """These leaks without the questions that were answered for the same text."""
    answered = answered_among(leaks)
    return [leak for leak in leaks if leak.refused or leak.key not in answered]


def answered_among(leaks: Iterable[Leak]) -> set[tuple[str, ...]]:
    """The keys of those of these leaks that are questions and were answered for the same text."""
    asked = {leak.key for leak in leaks if not leak.refused}
    if not asked:
        return set()
    decisions = NameDecision.objects.filter(record_key__in={key[1] for key in asked})
    return asked & {_key_of(decision) for decision in decisions}


def answer(leaks: Iterable[Leak | None], reason: str, by=None) -> None:
    """Keep an editor's answer to these questions: why the passages may be public."""
    NameDecision.objects.bulk_create(
        NameDecision(
            record_model=leak.place.model,
            record_key=leak.place.key,
            field=leak.place.field,
            text_digest=leak.place.digest,
            owner_model=leak.private.model,
            owner_key=leak.private.key,
            words=leak.match.words[:RESERVED_CHARACTERS],
            reason=reason,
            decided_by=by,
        )
        for leak in leaks
        if leak and not leak.refused
    )


def _key_of(decision: NameDecision) -> tuple[str, ...]:
    return (
        decision.record_model,
        decision.record_key,
        decision.field,
        decision.text_digest,
        decision.owner_model,
        decision.owner_key,
    )
