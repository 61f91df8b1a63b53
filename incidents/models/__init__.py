"""The models: the registry (who and what), the incident (what happened), the evidence (how we know)."""

from .evidence import Citation, Source
from .incident import Action, Incident, Involvement, Justification, Relation
from .registry import Account, Party, Platform

__all__ = [
    "Account",
    "Action",
    "Citation",
    "Incident",
    "Involvement",
    "Justification",
    "Party",
    "Platform",
    "Relation",
    "Source",
]
