"""The form for a new incident: one page that saves a draft with its account, action, source and citation."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import IncidentKind, IssuedBasis, StartBasis, Status
from ..leaks import refusals
from ..limits import readable
from ..locales import signs
from ..models import Account, Action, Citation, Incident, Justification, Source
from ..slugs import holder_words, platform_words, propose_account_slug, propose_citekey, propose_ref
from .borrowing import BorrowingForm
from .date_questions import DateQuestionMixin, edtf_or_none
from .links import change_url
from .log_fields import BORROWED_FIELDS
from .proposals import PROPOSED, action_values, statement_kind
from .same_page import SamePageMixin, sources_of_page

# Not so of one day rather than another.
UNCHANGING = (Status.UNKNOWN, Status.NOT_APPLICABLE, Status.NEVER_APPLIED)


def log_form_class(site, request):
    """The class of the log form for one request."""
    fields = {name: borrowed.form_field(site, request) for name, borrowed in BORROWED_FIELDS.items()}
    fields["source_date_basis"].initial = IssuedBasis.PRINTED
    fields["accessed_on"].initial = timezone.localdate
    for name, proposal in PROPOSED.items():
        fields[name].choices = [("", proposal), *(choice for choice in fields[name].choices if choice[0])]
        fields[name].initial, fields[name].required = "", False
    return type("LogForm", (LogForm,), fields)


class LogForm(SamePageMixin, DateQuestionMixin, BorrowingForm):
    """The records of a first draft, from what was typed: which there are, and what they say of each other."""

    borrowed = BORROWED_FIELDS
    platform_not_known = forms.BooleanField(
        required=False, label=gettext_lazy("No source names the platform")
    )

    class Meta:
        model = Incident
        fields = ["title", "summary", "kind", "editor_notes"]

    def clean(self):
        super().clean()
        self.reused = []
        self.subjects = []  # pairs of a statement and the action it is about
        values = self.cleaned_data
        source = self.find_source()
        if values.get("kind") == IncidentKind.CONTEXT:
            self.add_background_event(source)
        else:
            self.add_action(source)
        self.check_names()
        others = [edtf_or_none(values.get(name)) for name in ("status_as_of", "said_on")]
        is_ahead = values.get("start_basis") in (StartBasis.ANNOUNCED, StartBasis.PLANNED_FOR)
        issued = edtf_or_none(source.issued)
        self.ask_about_dates(["start"], [*others, issued], [] if is_ahead else [issued])
        return self.cleaned_data

    def clean_title(self):
        title = self.cleaned_data["title"]
        if same := readable().filter(title__iexact=title).first():
            raise ValidationError(
                format_html(
                    '{} <a href="{}">{}</a>',
                    _(
                        "An incident with this title already exists. Say in the title what is different about this one."
                    ),
                    change_url(same),
                    same.ref,
                )
            )
        return title

    def add_action(self, source):
        """Add an action with a citation and, if the form says what the platform said, a justification."""
        account = self.find_account()
        action = self.build(Action, account=account, **action_values(self, source))
        if action.status not in UNCHANGING and not action.status_as_of and edtf_or_none(source.issued):
            action.status_as_of = source.issued
        self.check(action, without=["incident", "account"])
        self.add(action)
        self.add_citation(source, action=action, quote=self.value("quote"))
        # The same words, checked just now, are the source of the incident as a whole: of its title and summary.
        self.add(self.citation(source, quote=self.value("quote")))
        if self.value("ground") or self.value("justification_quote"):
            self.add_justification(source, action)
        self.instance.ref = propose_ref(
            edtf_or_none(action.start) or edtf_or_none(source.issued),
            platform_words(account.platform),
            holder_words(account.holder),
        )

    def add_justification(self, source, action):
        justification = self.build(Justification, kind=statement_kind(self))
        self.check(justification, without=["incident"])
        self.add(justification)
        self.subjects.append((justification, action))
        self.add_citation(
            source, form_field="justification_quote", justification=justification, quote=justification.quote
        )

    def add_background_event(self, source):
        """Give the incident a date of its own and a citation; it has no account and no action."""
        for name in ("platform", "holder", "account"):
            if self.value(name):
                self.add_error(name, _("Background events have no platform or account; leave this empty."))
        self.instance.date = self.value("start")
        self.instance.date_text = self.value("start_text")
        try:
            Incident._meta.get_field("date").clean(self.instance.date, self.instance)
        except ValidationError as error:
            self.add_error("start", error)
        self.add_citation(source, quote=self.value("quote"))
        self.instance.ref = propose_ref(
            edtf_or_none(self.instance.date) or edtf_or_none(source.issued), IncidentKind.CONTEXT
        )

    def find_account(self):
        """The account chosen, or the holder's account of this label on the platform, or a new one."""
        chosen, platform, holder = (self.cleaned_data.get(name) for name in ("account", "platform", "holder"))
        if chosen:
            if platform and platform != chosen.platform:
                self.add_error("platform", _("The account you chose is on another platform."))
            if holder and holder != chosen.holder:
                self.add_error("holder", _("The account you chose has another holder."))
            return chosen
        label = self.value("account_label") or _("account")
        if bool(platform) is bool(self.value("platform_not_known")):
            if "platform" not in self.errors:
                message = _(
                    "Choose the platform or an account on record, or, under “More about the account”, that no source names it."
                )
                self.add_error("platform", message)
            return Account(label=label, holder=holder)
        if existing := self.same_account(platform, holder):
            self.reused.append(existing)
            return existing
        account = self.build(Account, label=label, slug=propose_account_slug(platform, holder))
        self.check(account)
        self.add(account)
        return account

    def same_account(self, platform, holder):
        """The account on record that was meant, if a holder and a label name one.

        Accounts whose holder or platform is not known are never taken for the same. A holder who has accounts on the platform is
        only known by one of them if a label says by which.
        """
        if not holder or not platform:
            return None
        on_record = readable(Account.objects.filter(platform=platform, holder=holder))
        label = self.value("account_label")
        if label and label.casefold() != _("account"):
            return on_record.filter(label__iexact=label).first()
        if others := list(on_record.order_by("label")):
            self.add_error(
                "account_label",
                _(
                    "On record already: %(accounts)s. Choose it as “Account already on record”, or say what sets "
                    "this account apart."
                )
                % {"accounts": signs().semicolon.join(map(str, others))},
            )
        return None

    def find_source(self):
        """The source of the page at this URL, or a new one."""
        on_record = [] if self.is_new_capture else sources_of_page(self.value("source_url"))
        if on_record:
            same = [source for source in on_record if self.says_the_same(source)]
            if not same:
                self.ask_about_page("source_url", on_record)
            existing = (same or on_record)[0]
            self.reused.append(existing)
            return existing
        source = self.build(Source)
        if not source.issued:
            source.issued_basis = IssuedBasis.UNKNOWN
        source.citekey = propose_citekey(source.container_title, source.url, edtf_or_none(source.issued))
        self.check(source)
        self.add(source)
        return source

    def says_the_same(self, source):
        """Whether nothing that was typed about the page differs from what is on record."""
        title, issued = self.value("source_title"), self.value("source_date")
        return title.casefold() in ("", source.title.casefold()) and issued in ("", source.issued)

    def add_citation(self, source, *, form_field="quote", **values):
        """Add a citation whose quotation was typed into this field of the form."""
        citation = self.citation(source, **values)
        self.check(citation, without=["incident", "source", "action", "justification"], quote=form_field)
        self.add(citation)

    def citation(self, source, **values):
        """An unsaved citation of a place in the source."""
        place = {name: self.value(name) for name in ("locator", "attribution")}
        return Citation(source=source, **place, **values)

    def check_names(self):
        """Show at its field what would give away the holder's name, or another private value of the account."""
        account = next((record.account for record in self.records if isinstance(record, Action)), None)
        for record in (self.instance, *self.records):
            if hasattr(record, "incident_id"):
                record.incident = self.instance
            for field, message in refusals(record, beside=[account] if account else []).items():
                form_field = self.field_of(record, field)
                if not self.has_error(form_field or NON_FIELD_ERRORS):
                    self.add_error(form_field, message)

    def field_of(self, record, field):
        """A citation of the justification has a box of its own for its quotation, and for nothing else."""
        if isinstance(record, Citation) and record.justification:
            return {"quote": "justification_quote"}.get(field)
        return super().field_of(record, field)

    def save_records(self, user):
        super().save_records(user)
        for statement, action in self.subjects:
            statement.actions.add(action)
