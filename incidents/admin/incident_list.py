"""The list of incidents in the admin: its columns, filters and search."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import IncidentKind
from ..limits import readable
from ..locales import listed
from ..models import Account, Action, Citation, Incident, Platform, Source, Topic
from ..queues import queues_of
from .base import any_contains
from .queues import QueueFilter


class UncitedFilter(admin.SimpleListFilter):
    """Finds incidents in which something has no source; those published by version 0.2, too, may have stayed so."""

    title = gettext_lazy("sources")
    parameter_name = "sources"

    def lookups(self, request, model_admin):
        return [("missing", gettext_lazy("Something has no source"))]

    def queryset(self, request, queryset):
        return queryset.uncited() if self.value() == "missing" else queryset


class PlatformFilter(admin.RelatedFieldListFilter):
    """Offers the platforms of which there is an account: looking for them in a long list would take seconds."""

    def field_choices(self, field, request, model_admin):
        used = Account.objects.filter(platform=OuterRef("pk"))
        found = readable(Platform.objects.filter(Exists(used))).order_by("name")
        return [(platform.pk, str(platform)) for platform in found]


class IncidentListMixin:
    """The attributes and methods of a model admin that its list is made of."""

    list_display = [
        "title",
        "platforms",
        "holders",
        "types",
        "start",
        "status",
        "reason",
        "publication",
        "claimed_by",
        "updated_at",
    ]
    list_filter = [
        QueueFilter,
        "publication",
        UncitedFilter,
        ("actions__account__platform", PlatformFilter),
        "actions__type",
        "actions__status",
        "actions__reason_status",
        "actions__occurrence",
        "kind",
    ]
    search_fields = ["title"]
    search_help_text = gettext_lazy(
        "Search title, ref, platform, account holder, account, topics, and titles and URLs of sources."
    )
    ordering = ["-updated_at", "ref"]

    def get_queryset(self, request):
        return (
            super().get_queryset(request).with_first_day().with_actions().select_related("work__claimed_by")
        )

    def get_ordering(self, request):
        queue = queues_of(Incident).get(request.GET.get("queue"))
        return queue.order if queue and queue.order else super().get_ordering(request)

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.replace("\0", " ").split():
            queryset = queryset.filter(_has_word(word))
        return queryset, False

    @admin.display(description=gettext_lazy("platform"))
    def platforms(self, incident):
        return _of_actions(incident, lambda action: action.account.platform or _("Not known"))

    @admin.display(description=gettext_lazy("account holder"))
    def holders(self, incident):
        return _of_actions(incident, lambda action: action.account.holder or _("Not known"))

    @admin.display(description=gettext_lazy("what was done"))
    def types(self, incident):
        if incident.kind == IncidentKind.CONTEXT:
            return incident.get_kind_display()
        return _of_actions(incident, lambda action: action.get_type_display())

    @admin.display(description=gettext_lazy("start"), ordering="first_day")
    def start(self, incident):
        if incident.date or incident.date_text:
            return incident.date.words() if incident.date else incident.date_text
        return _of_actions(
            incident,
            lambda action: action.start.words() if action.start else action.start_text or _("Not known"),
        )

    @admin.display(description=gettext_lazy("status"))
    def status(self, incident):
        return _of_actions(incident, lambda action: action.get_status_display())

    @admin.display(description=gettext_lazy("reason given"))
    def reason(self, incident):
        return _of_actions(incident, lambda action: action.get_reason_status_display())

    @admin.display(description=gettext_lazy("claimed by"))
    def claimed_by(self, incident):
        return incident.work.claimed_by if hasattr(incident, "work") else None


def _has_word(word):
    """A condition: an incident, an account acted on, its platform or holder, a topic or a source contains the word."""
    # Accounts and sources first: over the joins, the databases would read the words of each as often as it is referred to.
    accounts = Account.objects.filter(
        any_contains(
            word,
            "platform__name",
            "platform__aliases",
            "label",
            "handle",
            "holder__public_label",
            "holder__native_label",
            "holder__aliases",
            "holder__private_name",
        )
    )
    sources = Source.objects.filter(any_contains(word, "title", "url", "citekey"))
    actions = Action.objects.filter(account__in=accounts.order_by().values("pk"))
    citations = Citation.objects.filter(source__in=sources.order_by().values("pk"))
    topics = Topic.objects.filter(any_contains(word, "labels__name", "labels__aliases"))
    return (
        any_contains(word, "title", "ref")
        | Q(pk__in=actions.values("incident"))
        | Q(pk__in=citations.values("incident"))
        | Q(pk__in=topics.values("incidents"))
    )


def _of_actions(incident, describe):
    """What `describe` returns for the actions of an incident, each value once."""
    return listed(dict.fromkeys(str(describe(action)) for action in incident.actions.all()))
