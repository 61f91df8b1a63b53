"""The form with which an incident is logged: one page, one Save."""

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import IssuedBasis
from ..dates import EDTF
from ..models import Account, Action, Citation, Incident, Party, Platform, Source
from ..naming import propose_citekey, propose_ref, propose_slug
from .base import RecordSelect

ACTION_FIELDS = [
    "type", "occurrence", "start", "start_text", "start_basis", "timezone", "status", "status_as_of", "reason_status"
]  # fmt: skip
# What the form calls a field of another record.
SOURCE_FIELDS = {
    "source_url": "url",
    "source_title": "title",
    "source_outlet": "container_title",
    "source_date": "issued",
    "source_language": "language",
}


class IncidentLogForm(forms.ModelForm):
    """An incident with its first action, the account, one source and one quotation."""

    platform = forms.ModelChoiceField(Platform.objects.all(), label=_("Platform"))
    holder = forms.ModelChoiceField(
        Party.objects.all(), label=_("Account holder"), required=False, help_text=_("Empty if not known.")
    )
    account_label = forms.CharField(
        label=_("Account"),
        max_length=200,
        initial=_("account"),
        help_text=_("In words that give nobody away: “account used for the 31 May conference”."),
    )
    source_url = forms.CharField(label=_("Address of the source"), max_length=2000, required=False)
    source_title = forms.CharField(label=_("Its title"), max_length=500)
    source_outlet = forms.CharField(label=_("Published by"), max_length=300, required=False)
    source_date = forms.CharField(
        label=_("Published on"), max_length=40, required=False, help_text=_("2020-06-12, 2020-06 or 2020.")
    )
    source_language = forms.CharField(
        label=_("Its language"),
        max_length=35,
        required=False,
        initial="en",
        help_text=_("BCP 47: en, zh-Hant."),
    )
    quote = forms.CharField(
        label=_("Quotation"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The words that say what was done, as they stand there. At most 1,000 characters."),
    )

    class Meta:
        model = Incident
        fields = ["title", "summary", "editor_notes"]

    def __init__(self, *args, admin_site=None, **kwargs):
        super().__init__(*args, **kwargs)
        defaults = Action()
        for name in ACTION_FIELDS:
            self.fields[name] = Action._meta.get_field(name).formfield(initial=getattr(defaults, name))
        self.fields["account_kind"] = Account._meta.get_field("kind").formfield()
        for name in ("title", "account_label", "source_url", "source_title", "source_outlet", "start_text"):
            self.fields[name].widget.attrs["class"] = "vTextField"
        for name in ("quote", "summary", "editor_notes"):
            self.fields[name].widget.attrs["class"] = "vLargeTextField"
        for name in ("platform", "holder"):
            field = Account._meta.get_field(name)
            self.fields[name].widget = RelatedFieldWidgetWrapper(
                RecordSelect(field, admin_site), field.remote_field, admin_site, can_add_related=True
            )
            self.fields[name].widget.choices = self.fields[name].choices

    def clean(self):
        """Check the records that the form will make, and bring what they say to the boxes it came from."""
        cleaned = super().clean()
        if not self.errors:
            self.account, self.action, self.source, self.citation = self.records(cleaned)
            self.check(self.account, {"label": "account_label", "kind": "account_kind"}, exclude=["slug"])
            self.check(
                self.action, {name: name for name in ACTION_FIELDS}, exclude=["incident", "account", "seq"]
            )
            if not self.source.pk:
                names = {field: name for name, field in SOURCE_FIELDS.items()} | {
                    "issued_basis": "source_date"
                }
                self.check(self.source, names, exclude=["citekey"])
            self.check(self.citation, {"quote": "quote"}, exclude=["incident", "source", "action", "seq"])
        return cleaned

    def records(self, cleaned):
        """The account and the source, found or new, and a new action and citation."""
        made = {
            "platform": cleaned["platform"],
            "holder": cleaned["holder"],
            "label": cleaned["account_label"],
        }
        account = Account.objects.filter(**made).first() or Account(**made, kind=cleaned["account_kind"])
        told = {field: cleaned[name] for name, field in SOURCE_FIELDS.items()}
        source = (told["url"] and Source.objects.filter(url=told["url"]).first()) or Source(
            **told,
            accessed_on=timezone.localdate(),
            issued_basis=IssuedBasis.PRINTED if told["issued"] else IssuedBasis.UNKNOWN,
        )
        action = Action(**{name: cleaned[name] for name in ACTION_FIELDS})
        if isinstance(source.issued, EDTF):  # else the form says that it is none
            action.status_as_of = action.status_as_of or source.issued
        return account, action, source, Citation(source=source if source.pk else None, quote=cleaned["quote"])

    def check(self, record, names, *, exclude):
        try:
            record.clean_fields(exclude=exclude)
            record.validate_constraints(exclude=exclude)
            if not isinstance(record, Citation):
                record.clean()
        except ValidationError as error:
            told = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
            for field, errors in told.items():
                self.add_error(names.get(field), errors)

    def save(self, commit=True):
        incident = super().save(commit=False)
        start = self.action.start and (self.action.start.earliest or self.action.start.latest)
        issued = self.source.issued and self.source.issued.earliest
        day = start or issued
        incident.ref = propose_ref(
            year=day and day.year, platform=self.account.platform, holder=self.account.holder
        )
        return incident

    def save_parts(self, incident, sign):
        """Save what belongs to the incident; `sign` notes who made a record."""
        if not self.account.pk:
            holder = self.account.holder
            words = [self.account.platform.slug, holder.slug if holder else "", self.account.label]
            self.account.slug = propose_slug(Account, " ".join(words))
        if not self.source.pk:
            self.source.citekey = propose_citekey(
                outlet=self.source.container_title, url=self.source.url, issued=self.source.issued
            )
        self.action.incident, self.citation.incident = incident, incident
        for record in (self.account, self.source):
            if not record.pk:
                sign(record)
                record.save()
        self.action.account, self.citation.source = self.account, self.source
        sign(self.action)
        self.action.save()
        self.citation.action = self.action
        sign(self.citation)
        self.citation.save()
