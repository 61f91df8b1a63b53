"""Pages that are on record already: a form says which source is of the same page, and asks whether the page has changed since."""

from django import forms
from django.db.models import Prefetch
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from ..addresses import AFTER, AROUND
from ..limits import readable
from ..models import Citation, Source
from .links import change_url

NEW_CAPTURE = "new_capture"  # the box that says that the page has changed, which a form has once it has asked


def as_pasted(url):
    """An address without the quotation marks or brackets that it was pasted with."""
    return url.replace("\0", "").strip(AROUND).rstrip(AFTER)


def sources_of_page(url, *, but=None):
    """The sources of this page, newest first, each with its citations."""
    citations = Citation.objects.filter(incident__in=readable()).select_related("incident")
    found = readable(Source.objects.at_address(url)).prefetch_related(
        Prefetch("citations", citations.order_by("incident__ref"))
    )
    return list(found.exclude(pk=but).order_by("-issued_latest", "-pk"))


def source_link(source):
    """A source as a link, with its date and links to the incidents that cite it."""
    incidents = {each.incident_id: each.incident for each in source.citations.all()}.values()
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', ((change_url(incident), incident.ref) for incident in incidents)
    )
    return format_html(
        '<a href="{}">{}</a> ({}) – {}',
        change_url(source),
        source,
        source.issued or _("undated"),
        format_html(_("cited in {}"), links) if incidents else _("cited in no incident"),
    )


class SamePageMixin(forms.BaseForm):
    """A form that asks. `same_page` are the sources that it asks about."""

    same_page = ()

    @property
    def is_new_capture(self):
        return bool(self.data.get(NEW_CAPTURE))

    def ask_about_page(self, field, sources):
        """Show at this field that these sources are of the same page, unless somebody has said that it has changed."""
        if sources and not self.has_error(field):
            self.same_page = [source_link(source) for source in sources]
            self.add_error(field, _("This page is on record already: %s") % sources[0])
