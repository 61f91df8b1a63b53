"""The models: the registry (who and what), the incident (what happened), statements (what was said), the evidence,
and the public archive derived from them."""

from .evidence import Citation, Source
from .incident import Action, Incident, Relation
from .index import DatasetVersion, PostingList, PublicChange, PublicIncident
from .registry import Account, Party, Platform
from .statement import Involvement, Justification

# Parents before children: the order in which records leave and come in.
IN_ORDER = (
    Platform,
    Party,
    Account,
    Source,
    Incident,
    Action,
    Justification,
    Involvement,
    Citation,
    Relation,
)

__all__ = [
    "IN_ORDER",
    "Account",
    "Action",
    "DatasetVersion",
    "Citation",
    "Incident",
    "Involvement",
    "Justification",
    "Party",
    "Platform",
    "PostingList",
    "PublicChange",
    "PublicIncident",
    "Relation",
    "Source",
]
