"""What the forms for new incidents and their parts propose from what was typed, where an editor leaves a value open."""

from django import forms
from django.utils.translation import gettext_lazy

from ..choices import Audience, JustificationKind, Occurrence, StartBasis
from .citing import SOURCE

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
    return {
        "occurrence": form.value("occurrence")
        or (Occurrence.CONFIRMED_BY_PLATFORM if is_confirmed else Occurrence.REPORTED),
        "start_basis": form.value("start_basis") or start_basis(form.value("start"), source),
    }


def start_basis(start, source):
    """What a start date refers to: the day of the article is the day of the event only if somebody says so."""
    is_of_article = source and start == source.issued
    return StartBasis.OCCURRED if start and not is_of_article else StartBasis.REPORTED


def statement_kind(form):
    """The kind of the statement: that typed, else that proposed."""
    is_notice = form.value("audience") == Audience.HOLDER
    proposed = JustificationKind.NOTICE_TO_HOLDER if is_notice else JustificationKind.PUBLIC_JUSTIFICATION
    return form.value("justification_kind") or proposed


def proposed_for_parts(request, incident):
    """The account and the source of an incident that has one of each so far, for its next part; read once for all inlines."""
    if not hasattr(request, "proposed_for_parts"):
        on_record = {"account": incident.actions, SOURCE: incident.citations} if incident else {}
        found = {
            name: parts.order_by().values_list(name.removeprefix("cite_"), flat=True).distinct()[:2]
            for name, parts in on_record.items()
        }
        request.proposed_for_parts = {name: keys[0] for name, keys in found.items() if len(keys) == 1}
    return request.proposed_for_parts


class ProposedBasisForm(forms.BaseForm):
    """A form of a part: in that of a new action, what the start refers to is proposed if it is left open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "start_basis" in self.fields and not self.instance.pk:
            basis = self.fields["start_basis"]
            basis.choices = [("", PROPOSED["start_basis"]), *basis.choices]
            basis.required, self.initial["start_basis"] = False, ""

    def clean(self):
        values = super().clean()
        values = self.cleaned_data if values is None else values
        if (
            "start_basis" in self.fields
            and not values.get("start_basis")
            and not self.has_error("start_basis")
        ):
            values["start_basis"] = start_basis(values.get("start", ""), values.get(SOURCE))
        return values
