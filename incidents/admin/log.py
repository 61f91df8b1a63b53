"""The log form: one page, one Save, and a draft is there with its account, action, source and citation."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import IncidentKind, IssuedBasis, JustificationKind
from ..models import Account, Action, Citation, Incident, Justification, Source
from ..slugs import holder_words, propose_account_slug, propose_citekey, propose_ref
from .base import RecordForm, stamp
from .evidence import readable
from .links import change_url


@dataclass(frozen=True)
class Borrowed:
    """A field of another record in the log form, and what is different here."""

    model: type[models.Model]
    field: str
    required: bool | None = None
    label: str = ""
    help_text: str = ""


BORROWED = {
    "platform": Borrowed(
        Account,
        "platform",
        required=False,
        help_text=gettext_lazy("Type any of its names. Not there? Add it with +."),
    ),
    "holder": Borrowed(
        Account,
        "holder",
        help_text=gettext_lazy(
            "Whose account it is; empty if not known. Not there? Add it with +, under a description if the name "
            "could harm."
        ),
    ),
    "account": Borrowed(
        Action,
        "account",
        required=False,
        label=gettext_lazy("Account that is here already"),
        help_text=gettext_lazy("Takes the place of platform and holder."),
    ),
    "account_label": Borrowed(
        Account,
        "label",
        required=False,
        help_text=gettext_lazy(
            "What tells it apart from the holder's other accounts there, in words that give nobody away. "
            "Left empty: “account”."
        ),
    ),
    "account_kind": Borrowed(Account, "kind"),
    "type": Borrowed(Action, "type"),
    "occurrence": Borrowed(Action, "occurrence"),
    "start": Borrowed(Action, "start"),
    "start_text": Borrowed(Action, "start_text"),
    "start_basis": Borrowed(Action, "start_basis"),
    "timezone": Borrowed(Action, "timezone"),
    "status": Borrowed(Action, "status"),
    "status_as_of": Borrowed(Action, "status_as_of"),
    "reason_status": Borrowed(
        Action, "reason_status", help_text=gettext_lazy("Was a reason given? What was said goes below.")
    ),
    "ground": Borrowed(Justification, "ground", required=False),
    "justification_quote": Borrowed(
        Justification, "quote", label=gettext_lazy("What the platform said, in its very words")
    ),
    "speaker_text": Borrowed(Justification, "speaker_text", label=gettext_lazy("Said by")),
    "audience": Borrowed(Justification, "audience"),
    "said_on": Borrowed(Justification, "date", label=gettext_lazy("Said on")),
    "source_url": Borrowed(
        Source,
        "url",
        help_text=gettext_lazy(
            "The page you read. If we have it already, it is found by its address and cited again."
        ),
    ),
    "source_title": Borrowed(Source, "title", required=False, label=gettext_lazy("Title of the source")),
    "source_outlet": Borrowed(
        Source,
        "container_title",
        label=gettext_lazy("Publisher"),
        help_text=gettext_lazy("The newspaper, site or body that put it out."),
    ),
    "source_date": Borrowed(Source, "issued", label=gettext_lazy("Date of the source")),
    "source_date_basis": Borrowed(Source, "issued_basis"),
    "source_kind": Borrowed(Source, "csl_type", label=gettext_lazy("Kind of source")),
    "source_language": Borrowed(Source, "language", label=gettext_lazy("Language of the source")),
    "accessed_on": Borrowed(Source, "accessed_on"),
    "quote": Borrowed(
        Citation,
        "quote",
        help_text=gettext_lazy(
            "The sentence that tells of it, word for word, at most 1,000 characters. Mark what is left out with […]. "
            "Needed to publish."
        ),
    ),
    "locator": Borrowed(Citation, "locator"),
    "attribution": Borrowed(Citation, "attribution"),
}

FIELDSETS = [
    (gettext_lazy("What happened"), {"fields": ["title", "type"]}),
    (gettext_lazy("To whom"), {"fields": ["platform", "holder"]}),
    (
        gettext_lazy("More about the account"),
        {"classes": ["collapse"], "fields": ["account_label", "account_kind", "account"]},
    ),
    (gettext_lazy("When, and how it stands"), {"fields": ["start", "start_text", "status"]}),
    (
        gettext_lazy("More about the dates"),
        {"classes": ["collapse"], "fields": ["start_basis", "timezone", "status_as_of", "occurrence"]},
    ),
    (gettext_lazy("Why, in the platform's words"), {"fields": ["reason_status"]}),
    (
        gettext_lazy("What was said"),
        {
            "classes": ["collapse"],
            "fields": ["ground", "justification_quote", "speaker_text", "audience", "said_on"],
        },
    ),
    (
        gettext_lazy("How we know"),
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
            "fields": ["accessed_on", "source_kind", "source_language", "locator", "attribution"],
        },
    ),
    (
        gettext_lazy("Summary, notes, and events that are no platform's doing"),
        {"classes": ["collapse"], "fields": ["summary", "editor_notes", "kind"]},
    ),
]


def log_form(site, request):
    """The log form for one request, with the widgets and help of the desks that its fields are borrowed from."""
    fields = {}
    for name, borrowed in BORROWED.items():
        desk = site.get_model_admin(borrowed.model)
        field = desk.formfield_for_dbfield(borrowed.model._meta.get_field(borrowed.field), request)
        field.label = borrowed.label or field.label
        field.help_text = borrowed.help_text or field.help_text
        if borrowed.required is not None:
            field.required = borrowed.required
        fields[name] = field
    fields["source_date_basis"].initial = IssuedBasis.PRINTED
    fields["accessed_on"].initial = timezone.localdate
    return type("LogForm", (LogForm,), fields)


class LogForm(RecordForm):
    """Makes the records of a first draft out of what was typed; `save_story()` saves them after the incident."""

    class Meta:
        model = Incident
        fields = ["title", "summary", "kind", "editor_notes"]

    def clean(self):
        super().clean()
        self.reused, self.story = [], []
        values = self.cleaned_data
        source = self.find_source()
        if values.get("kind") == IncidentKind.CONTEXT:
            self.tell_context(source)
        else:
            self.tell_action(source)
        return self.cleaned_data

    def clean_title(self):
        title = self.cleaned_data["title"]
        if same := Incident.objects.filter(title__iexact=title).first():
            raise ValidationError(
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("An incident of this title is here already. Say what is different about this one."),
                    change_url(same),
                    same.ref,
                )
            )
        return title

    def tell_action(self, source):
        """An action on an account, cited; and the reason that was given, if something is said of it."""
        account = self.find_account()
        action = self.build(Action, account=account)
        action.status_as_of = action.status_as_of or (source.issued if readable(source.issued) else "")
        self.check(action, without=["incident", "account"])
        self.tell(action)
        self.cite(source, action=action, quote=self.value("quote"))
        if self.value("ground") or self.value("justification_quote"):
            self.tell_reason(source, action)
        platform = account.platform if account.platform_id else None
        if platform:
            self.instance.ref = propose_ref(
                readable(action.start) or readable(source.issued), platform.slug, holder_words(account.holder)
            )

    def tell_reason(self, source, action):
        justification = self.build(Justification, action=action, kind=JustificationKind.PUBLIC_JUSTIFICATION)
        self.check(justification, without=["incident", "action"])
        self.tell(justification)
        self.cite(source, box="justification_quote", justification=justification, quote=justification.quote)

    def tell_context(self, source):
        """An event that no platform brought about: it has a date of its own and no account."""
        for name in ("platform", "holder", "account"):
            if self.value(name):
                self.add_error(name, _("Context has no platform and no account. Leave this empty."))
        self.instance.date = self.value("start")
        self.instance.date_text = self.value("start_text")
        try:
            Incident._meta.get_field("date").clean(self.instance.date, self.instance)
        except ValidationError as error:
            self.add_error("start", error)
        self.cite(source, quote=self.value("quote"))
        self.instance.ref = propose_ref(
            readable(self.instance.date) or readable(source.issued), IncidentKind.CONTEXT
        )

    def find_account(self):
        """The account chosen, or the one of this platform, holder and label, or a new one."""
        chosen, platform, holder = (self.cleaned_data.get(name) for name in ("account", "platform", "holder"))
        if chosen:
            if platform and platform != chosen.platform:
                self.add_error("platform", _("The account chosen below is on another platform."))
            if holder and holder != chosen.holder:
                self.add_error("holder", _("The account chosen below has another holder."))
            return chosen
        label = self.value("account_label") or _("account")
        if not platform:
            if "platform" not in self.errors:
                self.add_error("platform", _("Choose the platform, or an account that is here already."))
            return Account(label=label, holder=holder)
        found = Account.objects.filter(platform=platform, holder=holder, label__iexact=label).first()
        if found:
            self.reused.append(found)
            return found
        account = self.build(Account, label=label, slug=propose_account_slug(platform, holder))
        self.check(account)
        self.tell(account)
        return account

    def find_source(self):
        """The source of this address, or a new one."""
        url = self.value("source_url")
        found = url and Source.objects.filter(models.Q(url=url) | models.Q(archived_url=url)).first()
        if found:
            self.reused.append(found)
            return found
        source = self.build(Source)
        if not source.issued:
            source.issued_basis = IssuedBasis.UNKNOWN
        source.citekey = propose_citekey(source.container_title, source.url, readable(source.issued))
        self.check(source)
        self.tell(source)
        return source

    def cite(self, source, *, box="quote", **values):
        """A citation whose quotation was typed into this box."""
        citation = Citation(
            source=source, locator=self.value("locator"), attribution=self.value("attribution"), **values
        )
        self.check(citation, without=["incident", "source", "action", "justification"], quote=box)
        self.tell(citation)

    def value(self, name):
        """What was typed, if it passed so far; nothing otherwise."""
        value = self.cleaned_data.get(name)
        return "" if value is None else value

    def build(self, model, **values):
        typed = {
            borrowed.field: self.cleaned_data[name]
            for name, borrowed in BORROWED.items()
            if borrowed.model is model and name in self.cleaned_data
        }
        return model(**typed | values)

    def check(self, record, *, without=(), **boxes):
        """Hold a record against its rules, and show what it breaks at the boxes it came from."""
        boxes = {b.field: name for name, b in BORROWED.items() if b.model is type(record)} | boxes
        faulty = {field for field, name in boxes.items() if name in self.errors}
        try:
            record.full_clean(exclude={*without, *faulty})
        except ValidationError as error:
            for field, errors in error.error_dict.items():
                self.add_error(boxes.get(field), errors)

    def tell(self, record):
        self.story.append(record)

    def save_story(self, user):
        """Save what the draft is made of, parents first; the incident itself is saved already."""
        for record in self.story:
            if hasattr(record, "incident_id"):
                record.incident = self.instance
            stamp(record, user)
            record.save()
