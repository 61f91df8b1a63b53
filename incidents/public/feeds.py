"""Atom feeds: any list by its last changes, and all that was published, changed, withdrawn or merged."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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
from .caching import PublicRequest, public_page
from .presenters import incident_line, topic_links
from .problem_details import invalid_parameters
from .revisions import with_titles

MAX_ENTRIES = 50


@require_safe
@public_page(parameters=None)
def incident_feed(request):
    """The incidents of a list, the last changed first, from its first page. Invalid parameters return 400, as everywhere."""
    data = request.GET.copy()
    data["sort"] = "changed"
    incident_filter = IncidentFilter(data, using=reading.get(), dataset_version=request.dataset_version)
    if not incident_filter.is_valid():
        return invalid_parameters(incident_filter.errors)
    query = request.GET.urlencode()
    address = request.build_absolute_uri(reverse("incident_list") + (f"?{query}" if query else ""))
    title = _("%(site)s: %(sentence)s") % {"site": settings.SITE_NAME, "sentence": Sentence(incident_filter)}
    feed = atom_feed(request, title=title, address=address)
    for incident in documents_in_order(incident_filter.listing.page(MAX_ENTRIES).keys):
        record = record_of(incident)
        feed.add_item(
            title=record["title"],
            link=request.build_absolute_uri(reverse("incident", args=[record["ref"]])),
            description=escape(incident_line(record)),  # feed readers take a summary for HTML
            unique_id=tag_uri(request, f"incidents/{record['ref']}"),
            categories=[topic["name"] for topic in topic_links(record)],
            updateddate=record["updated_at"],
            pubdate=record["published_at"],
        )
    return atom_response(feed)


@require_safe
@public_page
def change_feed(request):
    """What was published, changed, withdrawn or merged, the latest first."""
    title = _("%s: changes") % settings.SITE_NAME
    feed = atom_feed(request, title=title, address=request.build_absolute_uri(reverse("changes")))
    latest = PublicChange.objects.order_by("-pk").defer("before")[:MAX_ENTRIES]
    for change, incident_title, _is_public in with_titles(latest):
        feed.add_item(
            title=_("%(change)s: %(title)s") % {"change": change.get_kind_display(), "title": incident_title},
            link=request.build_absolute_uri(reverse("incident", args=[change.ref])),
            description=_("Revision %(number)d, dataset version %(version)d")
            % {"number": change.number, "version": change.dataset_version},
            unique_id=tag_uri(request, f"incidents/{change.ref}/revisions/{change.number}"),
            updateddate=change.at,
        )
    return atom_response(feed)


def tag_uri(request: HttpRequest, name: str) -> str:
    """An identifier that outlives the address: a tag URI (RFC 4151)."""
    return f"tag:{request.get_host().partition(':')[0]},2020:{name}"


class Feed(Atom1Feed):
    """An Atom feed as old as its newest entry, or while it has none as the data: else it would change at each request."""

    def latest_post_date(self):
        return (
            super().latest_post_date() if self.items else self.feed["data_of"] or super().latest_post_date()
        )


def atom_feed(request: PublicRequest, *, title: str, address: str) -> Feed:
    """An empty feed of the page at this address."""
    version = request.dataset_version
    return Feed(
        title=title,
        link=address,
        description="",
        feed_url=request.build_absolute_uri(),
        feed_guid=tag_uri(request, request.get_full_path().lstrip("/")),
        feed_copyright=f"{settings.DATA_LICENSE} {settings.DATA_LICENSE_URL}",
        data_of=version and version.published_at,
    )


def atom_response(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
