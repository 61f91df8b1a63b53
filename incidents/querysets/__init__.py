"""The language of the domain: every rule about which records are public, counted or wanted has one word here."""

from .base import RecordQuerySet, ShownQuerySet, many
from .evidence import CitationQuerySet, SourceQuerySet, TranslationQuerySet
from .incident import (
    ActionQuerySet,
    IncidentQuerySet,
    InvolvementQuerySet,
    JustificationQuerySet,
    PartQuerySet,
    RelationQuerySet,
)
from .registry import AccountQuerySet, PartyQuerySet, PlatformQuerySet, TopicLabelQuerySet, TopicQuerySet

__all__ = [
    "AccountQuerySet",
    "ActionQuerySet",
    "CitationQuerySet",
    "IncidentQuerySet",
    "InvolvementQuerySet",
    "JustificationQuerySet",
    "PartQuerySet",
    "PartyQuerySet",
    "PlatformQuerySet",
    "RecordQuerySet",
    "RelationQuerySet",
    "ShownQuerySet",
    "SourceQuerySet",
    "TopicLabelQuerySet",
    "TopicQuerySet",
    "TranslationQuerySet",
    "many",
]
