"""Atom: any list as a feed of what was last changed in it, and a feed of all that was published, changed or withdrawn."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..index import record_of
from ..index.routers import reading
from ..listing.filters import IncidentFilter
from ..listing.ordering import documents_in_order
from ..listing.sentence import Sentence
from ..models import PublicChange
from .caching import public_page
from .presenters import incident_line
from .problem_details import invalid_parameters
from .revisions import with_titles

MOST = 50


@require_safe
@public_page
def incident_feed(request):
    """The incidents of a list, those changed last first; what is not understood is refused as everywhere."""
    data = request.GET.copy()
    data["sort"] = "changed"
    listing = IncidentFilter(data, using=reading.get(), dataset_version=request.dataset_version)
    if not listing.is_valid():
        return invalid_parameters(listing.errors)
    asked = request.GET.urlencode()
    address = request.build_absolute_uri(reverse("incident_list") + (f"?{asked}" if asked else ""))
    feed = _feed(request, f"{settings.SITE_NAME}: {Sentence(listing)}", address)
    for entry in documents_in_order(listing.page(MOST).keys):
        record = record_of(entry)
        link = request.build_absolute_uri(reverse("incident", args=[record["ref"]]))
        feed.add_item(
            title=record["title"],
            link=link,
            description=escape(incident_line(record)),  # a reader takes it for HTML
            unique_id=_tag(request, f"incidents/{record['ref']}"),
            updateddate=record["updated_at"],
            pubdate=record["published_at"],
        )
    return _answer(feed)


@require_safe
@public_page
def change_feed(request):
    """What was published, changed, withdrawn or merged, the latest first."""
    if request.GET:
        raise Http404
    feed = _feed(
        request, _("%s: changes") % settings.SITE_NAME, request.build_absolute_uri(reverse("changes"))
    )
    for change in with_titles(PublicChange.objects.order_by("-pk").defer("before")[:MOST]):
        link = request.build_absolute_uri(reverse("incident", args=[change.ref]))
        feed.add_item(
            title=f"{change.get_kind_display()}: {change.title}",
            link=link,
            description=_("Revision %(number)d, dataset version %(edition)d")
            % {"number": change.number, "edition": change.dataset_version},
            unique_id=_tag(request, f"incidents/{change.ref}/revisions/{change.number}"),
            updateddate=change.at,
        )
    return _answer(feed)


def _tag(request, name):
    """A name that stays whatever the address becomes: a tag URI (RFC 4151)."""
    return f"tag:{request.get_host().partition(':')[0]},2020:{name}"


def _feed(request, title, address):
    own = request.build_absolute_uri()
    return Atom1Feed(
        title=title,
        link=address,
        description="",
        feed_url=own,
        feed_guid=_tag(request, request.get_full_path().lstrip("/")),
        feed_copyright=f"{settings.DATA_LICENSE} {settings.DATA_LICENSE_URL}",
    )


def _answer(feed):
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
