"""The fields of the form for a new incident: which it borrows from the models of its draft, and their order."""

from django.utils.translation import gettext_lazy

from ..models import Account, Action, Citation, Justification, Source
from .borrowing import BorrowedField

BORROWED_FIELDS = {
    "platform": BorrowedField(
        Account,
        "platform",
        required=False,
        help_text=gettext_lazy("Type a name. Not listed? Add it with +."),
    ),
    "holder": BorrowedField(
        Account,
        "holder",
        help_text=gettext_lazy(
            "Leave empty if not known. Not listed? Add the holder with +. If naming them could cause harm, add a "
            "description instead of a name."
        ),
    ),
    "account": BorrowedField(
        Action,
        "account",
        required=False,
        label=gettext_lazy("Account already on record"),
        help_text=gettext_lazy("Choose it instead of platform and account holder."),
    ),
    "account_label": BorrowedField(
        Account,
        "label",
        required=False,
        help_text=gettext_lazy(
            "A description that sets it apart from the holder’s other accounts on the platform and identifies no one. "
            "If left empty: “account”."
        ),
    ),
    "account_kind": BorrowedField(Account, "kind"),
    "type": BorrowedField(Action, "type"),
    "occurrence": BorrowedField(Action, "occurrence"),
    "start": BorrowedField(Action, "start"),
    "start_text": BorrowedField(Action, "start_text"),
    "start_basis": BorrowedField(Action, "start_basis"),
    "timezone": BorrowedField(Action, "timezone"),
    "status": BorrowedField(Action, "status"),
    "status_as_of": BorrowedField(Action, "status_as_of"),
    "reason_status": BorrowedField(
        Action,
        "reason_status",
        help_text=gettext_lazy("Record what was said under “What the platform said”."),
    ),
    "ground": BorrowedField(Justification, "ground", required=False),
    "justification_quote": BorrowedField(
        Justification, "quote", label=gettext_lazy("What the platform said, word for word")
    ),
    "justification_kind": BorrowedField(Justification, "kind", label=gettext_lazy("Kind of statement")),
    "speaker": BorrowedField(
        Justification,
        "speaker",
        label=gettext_lazy("Said by someone else"),
        help_text=gettext_lazy(
            "An authority, or anyone else who is not the platform: a party on record, or add one with +."
        ),
    ),
    "speaker_text": BorrowedField(
        Justification,
        "speaker_text",
        label=gettext_lazy("Said by the platform"),
        help_text=gettext_lazy("In words: “Zoom”, “a spokesperson for Zoom”."),
    ),
    "audience": BorrowedField(Justification, "audience"),
    "said_on": BorrowedField(Justification, "date", label=gettext_lazy("Said on")),
    "source_url": BorrowedField(
        Source,
        "url",
        help_text=gettext_lazy(
            "The page you read. If the source is already on record, it is found by its URL and used again."
        ),
    ),
    "archived_url": BorrowedField(Source, "archived_url"),
    "source_title": BorrowedField(Source, "title", required=False, label=gettext_lazy("Title of the source")),
    "source_outlet": BorrowedField(
        Source,
        "container_title",
        label=gettext_lazy("Published in"),
        help_text=gettext_lazy("The newspaper or site, or the organisation that published it."),
    ),
    "source_author": BorrowedField(Source, "author", label=gettext_lazy("Author of the source")),
    "source_date": BorrowedField(Source, "issued", label=gettext_lazy("Date of the source")),
    "source_date_basis": BorrowedField(Source, "issued_basis"),
    "source_kind": BorrowedField(Source, "csl_type", label=gettext_lazy("Kind of source")),
    "source_language": BorrowedField(Source, "language", label=gettext_lazy("Language of the source")),
    "accessed_on": BorrowedField(Source, "accessed_on"),
    "quote": BorrowedField(
        Citation,
        "quote",
        help_text=gettext_lazy(
            "The sentence that reports it, word for word, at most 1,000 characters. Mark omissions with […]. "
            "Required to publish."
        ),
    ),
    "locator": BorrowedField(Citation, "locator"),
    "attribution": BorrowedField(Citation, "attribution"),
}

FIELDSETS = [
    (gettext_lazy("What happened"), {"fields": ["title", "type"]}),
    (gettext_lazy("Platform and account holder"), {"fields": ["platform", "holder"]}),
    (
        gettext_lazy("More about the account"),
        {
            "classes": ["collapse"],
            "fields": ["account_label", "account_kind", "account", "platform_not_known"],
        },
    ),
    (
        gettext_lazy("Dates and status"),
        {
            "fields": [
                ("start", "start_basis"),
                ("start_text", "timezone"),
                ("status", "status_as_of"),
                "occurrence",
            ]
        },
    ),
    (
        gettext_lazy("What the platform said"),
        {
            "fields": [
                "reason_status",
                "ground",
                "justification_quote",
                ("speaker_text", "speaker"),
                ("justification_kind", "audience"),
                "said_on",
            ],
        },
    ),
    (
        gettext_lazy("Source"),
        {
            "fields": [
                "source_url",
                "source_title",
                "source_outlet",
                ("source_date", "source_date_basis"),
                "quote",
            ]
        },
    ),
    (
        gettext_lazy("More about the source"),
        {
            "classes": ["collapse"],
            "fields": [
                "archived_url",
                "accessed_on",
                "source_author",
                "source_kind",
                "source_language",
                "locator",
                "attribution",
            ],
        },
    ),
    (
        gettext_lazy("Summary, notes and background events"),
        {"classes": ["collapse"], "fields": ["summary", "editor_notes", "kind"]},
    ),
]
