"""Atom feeds: any list by its last changes, and all that was published, changed, withdrawn or merged."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..index import record_of
from ..index.routers import reading
from ..languages import current_tag, local_name
from ..listing.filters import IncidentFilter
from ..listing.ordering import Cursor, documents_in_order
from ..listing.sentence import Sentence
from ..models import PublicChange, PublicIncident
from .caching import PublicRequest, public_page
from .presenters import incident_line, localized_row, topic_links, worded
from .problem_details import invalid_parameters
from .revisions import older_than, with_titles

MAX_ENTRIES = 50


@require_safe
@public_page(parameters=None)
def incident_feed(request):
    """The incidents of a list, the last changed first. Invalid parameters return 400, as everywhere.

    The place that a page of the list begins with says nothing here: `older` is the place in a feed.
    """
    given = request.GET.copy()
    older = given.pop("older", [""])
    data = given.copy()
    data["sort"] = "changed"
    incident_filter = IncidentFilter(data, using=reading.get(), dataset_version=request.dataset_version)
    errors = dict(incident_filter.errors)
    try:
        (text,) = older
        after = Cursor.read(text, "changed") if text else None
    except ValueError:
        errors["older"] = [_("Give the value that a link to older entries has.")]
    if errors:
        return invalid_parameters(errors)
    query = given.urlencode()
    feed = atom_feed(
        request,
        title=_("%(site)s: %(sentence)s")
        % {"site": local_name(settings.SITE_NAME), "sentence": Sentence(incident_filter).subject},
        address=reverse("incident_list") + (f"?{query}" if query else ""),
    )
    page = incident_filter.listing.page(MAX_ENTRIES, after=after)
    if page.has_next:
        feed.link_to_older(request, page.last)
    for incident in documents_in_order(page.keys):
        record = localized_row(record_of(incident))
        feed.add_item(
            title=record["title"],
            title_language=record["title_language"],
            link=request.build_absolute_uri(reverse("incident", args=[record["ref"]])),
            description=escape(incident_line(record)),  # feed readers take a summary for HTML
            unique_id=tag_uri(request, f"incidents/{record['ref']}"),
            categories=[topic["name"] for topic in topic_links(record)],
            updateddate=record["updated_at"],
            pubdate=record["published_at"],
        )
    return atom_response(feed)


@require_safe
@public_page(parameters=["older"])
def change_feed(request):
    """What was published, changed, withdrawn or merged, the latest first."""
    title = _("%s: changes") % local_name(settings.SITE_NAME)
    return changes_response(request, PublicChange.objects.all(), title=title, address=reverse("changes"))


@require_safe
@public_page(parameters=["older"])
def history_feed(request, ref):
    """What became of one incident, the latest first."""
    record = worded(record_of(get_object_or_404(PublicIncident, ref=ref)))
    title = _("%(site)s: changes of “%(title)s”") % {
        "site": local_name(settings.SITE_NAME),
        "title": record["title"],
    }
    found = PublicChange.objects.filter(ref=ref)
    return changes_response(request, found, title=title, address=reverse("incident", args=[ref]))


def changes_response(request, found, *, title, address):
    """A feed of these changes."""
    try:
        found = older_than(found, request.GET.get("older", ""))
    except ValueError:
        return invalid_parameters({"older": [_("Give the value that a link to older entries has.")]})
    feed = atom_feed(request, title=title, address=address)
    latest = with_titles(found.order_by("-pk").defer("before")[: MAX_ENTRIES + 1])
    if len(latest) > MAX_ENTRIES:
        feed.link_to_older(request, latest[MAX_ENTRIES - 1].change.pk)
    for change, incident_title, _is_public, language in latest[:MAX_ENTRIES]:
        feed.add_item(
            title=_("%(change)s: %(title)s") % {"change": change.get_kind_display(), "title": incident_title},
            title_language=language,
            link=request.build_absolute_uri(reverse("incident", args=[change.ref])),
            description=_("Revision %(number)d, dataset version %(version)d")
            % {"number": change.number, "version": change.dataset_version},
            unique_id=tag_uri(request, f"incidents/{change.ref}/revisions/{change.number}"),
            updateddate=change.at,
        )
    return atom_response(feed)


def tag_uri(request: HttpRequest, name: str) -> str:
    """An identifier that outlives the address: a tag URI (RFC 4151)."""
    authority = settings.TAG_AUTHORITY or f"{request.get_host().partition(':')[0]},2020"
    return f"tag:{authority}:{name}"


class TaggedTitles:
    """Writes XML as the handler it is made of, and says of titles what language they are in."""

    def __init__(self, handler, language):
        self._handler, self._language = handler, language

    def __getattr__(self, name):
        return getattr(self._handler, name)

    def addQuickElement(self, name, contents=None, attrs=None):
        tagged = {"xml:lang": self._language} if name == "title" else attrs
        self._handler.addQuickElement(name, contents, tagged)


class Feed(Atom1Feed):
    """An Atom feed as old as its newest entry, or while it has none as the data: else it would change at each request."""

    older = ""

    def link_to_older(self, request, place):
        """Say where the feed goes on (RFC 5005, section 3)."""
        query = request.GET.copy()
        query["older"] = str(place)
        self.older = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        if self.older:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.older})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        if language := item.get("title_language"):
            handler = TaggedTitles(handler, language)
        super().add_item_elements(handler, item)

    def latest_post_date(self):
        return (
            super().latest_post_date() if self.items else self.feed["data_of"] or super().latest_post_date()
        )


def atom_feed(request: PublicRequest, *, title: str, address: str) -> Feed:
    """An empty feed of the page at this address."""
    version = request.dataset_version
    return Feed(
        title=title,
        link=request.build_absolute_uri(address),
        description="",
        language=current_tag(),
        author_name=local_name(settings.AUTHOR),
        feed_url=request.build_absolute_uri(),
        feed_guid=tag_uri(request, request.get_full_path().lstrip("/")),
        feed_copyright=f"{settings.DATA_LICENSE} {settings.DATA_LICENSE_URL}",
        data_of=version and version.published_at,
    )


def atom_response(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
