"""What the form for a new incident proposes from what was typed, where an editor leaves a value open."""

from django.utils.translation import gettext_lazy

from ..choices import Audience, JustificationKind, Occurrence, StartBasis

# The first choice of these fields, which says what is proposed.
PROPOSED = {
    "occurrence": gettext_lazy("Proposed: confirmed if the platform is quoted, else reported"),
    "start_basis": gettext_lazy("Proposed: took effect, if a day other than that of the source is given"),
    "justification_kind": gettext_lazy("Proposed: notice if it was said to the holder, else public"),
}
# Statements by which a platform says that it did what it is said to have done.
CONFIRMING = {
    JustificationKind.NOTICE_TO_HOLDER,
    JustificationKind.PUBLIC_JUSTIFICATION,
    JustificationKind.CONFIRMATION,
    JustificationKind.APOLOGY,
}


def action_values(form, source):
    """Values of the action: those typed, else those proposed."""
    says_so = form.value("justification_quote") and not form.value("speaker")
    is_confirmed = says_so and statement_kind(form) in CONFIRMING
    start = form.value("start")
    return {
        "occurrence": form.value("occurrence")
        or (Occurrence.CONFIRMED_BY_PLATFORM if is_confirmed else Occurrence.REPORTED),
        # The day of the article is the day of the event only if somebody says so.
        "start_basis": form.value("start_basis")
        or (StartBasis.OCCURRED if start and start != source.issued else StartBasis.REPORTED),
    }


def statement_kind(form):
    """The kind of the statement: that typed, else that proposed."""
    is_notice = form.value("audience") == Audience.HOLDER
    proposed = JustificationKind.NOTICE_TO_HOLDER if is_notice else JustificationKind.PUBLIC_JUSTIFICATION
    return form.value("justification_kind") or proposed
