"""The models: the registry (who and what), the incident (what happened), statements (what was said), the evidence,
and the public archive derived from them."""

from .archive import Change, Edition, Entry, Posting
from .evidence import Citation, Source
from .incident import Action, Incident, Relation
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
    "Change",
    "Citation",
    "Edition",
    "Entry",
    "Incident",
    "Involvement",
    "Justification",
    "Party",
    "Platform",
    "Posting",
    "Relation",
    "Source",
]
