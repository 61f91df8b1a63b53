"""The models: registry (who and what), topics (what it was about), incidents (what happened), statements (what was said), evidence and relations,
translations of their texts, and the public index derived from them."""

from .account import Account
from .action import Action
from .audit import AuditEntry
from .base import ChangedMeanwhileError
from .decision import NameDecision
from .evidence import Citation, Source
from .incident import Incident
from .index import DatasetVersion, PostingList, PublicChange, PublicIncident
from .merge import Merge
from .registry import Party, Platform
from .relation import Relation
from .statement import Involvement, Justification
from .table import ImportedRow, ImportedTable
from .topic import Topic, TopicLabel
from .translation import Translation
from .work import OpenPage, ReviewNote, Work

# Parents before children: the order of records in exports and imports.
IN_ORDER = (
    Platform,
    Party,
    Account,
    Topic,
    TopicLabel,
    Source,
    Incident,
    Action,
    Justification,
    Involvement,
    Citation,
    Relation,
    Translation,
)

__all__ = [
    "IN_ORDER",
    "Account",
    "Action",
    "AuditEntry",
    "ChangedMeanwhileError",
    "DatasetVersion",
    "Citation",
    "ImportedRow",
    "ImportedTable",
    "Incident",
    "Involvement",
    "Justification",
    "Merge",
    "NameDecision",
    "OpenPage",
    "Party",
    "Platform",
    "PostingList",
    "PublicChange",
    "PublicIncident",
    "Relation",
    "ReviewNote",
    "Source",
    "Topic",
    "TopicLabel",
    "Translation",
    "Work",
]
