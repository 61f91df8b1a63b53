"""Citing where one writes: a part of an incident takes its source and quotation with it, for as many facts as are ticked."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..leaks import refusals
from ..limits import readable
from ..models import Citation, Source
from .base import NAMES_OF_CITING
from .selects import RecordSelect

SOURCE, QUOTE, FIELDS, ALSO = NAMES_OF_CITING
FIELDSET = (
    gettext_lazy("Cite a source for this"),
    {"classes": ["citing"], "fields": [SOURCE, QUOTE, FIELDS, ALSO]},
)
THE_INCIDENT = ("incident", gettext_lazy("The summary, or the incident as a whole"))


def citing_fields(site, model, facts, others):
    """The fields of a form that cite a source for a part: `facts` are choices of its fields, `others` of other parts."""
    boxes = forms.CheckboxSelectMultiple
    quote = Citation._meta.get_field("quote").formfield(
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}), required=False
    )
    quote.label = _("quotation").capitalize()
    quote.help_text = _("Word for word, at most 1,000 characters.")
    if any(field.name == "quote" for field in model._meta.fields):
        quote.help_text = _("Leave empty to cite the quotation above.")
    return {
        SOURCE: forms.ModelChoiceField(
            readable(Source.objects.all()),
            required=False,
            label=_("Source"),
            widget=RecordSelect(Citation._meta.get_field("source"), site),
        ),
        QUOTE: quote,
        FIELDS: forms.MultipleChoiceField(
            choices=facts,
            required=False,
            widget=boxes,
            label=_("It states"),
            help_text=_("Tick none to cite it for the whole."),
        ),
        ALSO: forms.MultipleChoiceField(
            choices=[THE_INCIDENT, *others],
            required=False,
            widget=boxes,
            label=_("The same words also bear out"),
        ),
    }


class CitingMixin(forms.BaseForm):
    """A form of a part that makes citations, `new_citations()`, of what was typed beside it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Listing every part under every part would make the page many times as long.
            self.fields[ALSO].choices = [THE_INCIDENT]

    def clean(self):
        values = super().clean()
        values = self.cleaned_data if values is None else values
        typed = [name for name in (QUOTE, FIELDS, ALSO) if values.get(name)]
        if typed and not values.get(SOURCE) and not self.has_error(SOURCE):
            self.add_error(SOURCE, _("Choose the source."))
        elif values.get(SOURCE):
            self._check(values)
        return values

    def _check(self, values):
        quoted = QUOTE if values.get(QUOTE) or "quote" not in self.fields else "quote"
        citation = Citation(incident=self.instance.incident, source=values[SOURCE], quote=self._quote(values))
        try:
            citation.full_clean(exclude=["incident"])
        except ValidationError as error:
            for errors in error.error_dict.values():
                self.add_error(quoted, errors)
        for message in refusals(citation).values():
            self.add_error(quoted, message)

    def _quote(self, values):
        return values.get(QUOTE) or values.get("quote") or ""

    def new_citations(self):
        """The citations to be saved, once the part itself is."""
        values = self.cleaned_data
        is_only_proposed = SOURCE not in self.changed_data and not (values[FIELDS] or values[ALSO])
        if not values.get(SOURCE) or (is_only_proposed and not self._quote(values)):
            return
        given = {"source": values[SOURCE], "quote": self._quote(values)}
        if not values.get(QUOTE):
            given |= {
                name: getattr(self.instance, name)
                for name in ("quote_language", "is_translation")
                if hasattr(self.instance, name)
            }
        about = {self.instance._meta.model_name: self.instance, "incident": self.instance.incident}
        for field in values[FIELDS] or [""]:
            yield Citation(**about, field=field, **given)
        for chosen in values[ALSO]:
            name, _dash, pk = chosen.partition("-")
            target = {f"{name}_id": int(pk)} if pk else {}
            yield Citation(incident=self.instance.incident, **target, **given)
