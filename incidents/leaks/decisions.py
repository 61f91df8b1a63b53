"""Editors' answers to what is doubtful."""

from collections.abc import Iterable, Iterator

from ..models import NameDecision
from .privates import Leak

RESERVED_CHARACTERS = 500  # of `NameDecision.words`


def without_answered(leaks: list[Leak]) -> list[Leak]:
    """These leaks without the questions that were answered for the same text."""
    asked = {leak.key for leak in leaks if not leak.refused}
    answered = {_key_of(decision) for decision in _decisions(asked)} if asked else set()
    return [leak for leak in leaks if leak.refused or leak.key not in answered]


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


def _decisions(keys: set[tuple[str, ...]]) -> Iterator[NameDecision]:
    records = {key[1] for key in keys}
    return NameDecision.objects.filter(record_key__in=records)


def _key_of(decision: NameDecision) -> tuple[str, ...]:
    return (
        decision.record_model,
        decision.record_key,
        decision.field,
        decision.text_digest,
        decision.owner_model,
        decision.owner_key,
    )
