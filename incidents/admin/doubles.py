"""What may be the same incident, beside the form of a new one and on the page of a draft, and what editors say to that."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ..choices import Publication, RelationKind
from ..doubles import Outline, doubles_of, outline_of
from ..limits import readable
from ..locales import listed
from ..models import Account, Relation
from .base import may_publish, set_editor
from .date_questions import edtf_or_none
from .links import change_url
from .same_page import as_pasted, sources_of_page
from .transitions import transition_url

# What an editor can say of two incidents that are not the same.
ANSWERS = {"related": RelationKind.SEE_ALSO, "different": RelationKind.NOT_SAME_AS}


def doubles_on_page(user, incident):
    """The incidents that this one may be the same as, each with the reasons and, if it is published, where to merge them."""
    merge = transition_url("merge", [incident]) if may_publish(user) else ""
    return [
        {
            "incident": other,
            "reasons": listed(reasons),
            "merge": merge and other.publication == Publication.PUBLISHED and f"{merge}&into={other.pk}",
        }
        for other, reasons in doubles_of(outline_of(incident))
    ]


def alike_view(model_admin, request):
    """The part of the form for a new incident that lists incidents like what has been typed so far."""
    if request.method != "POST":  # what is typed stays out of the server's log
        return HttpResponseNotAllowed(["POST"])
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = [
        {"incident": other, "reasons": listed(reasons)} for other, reasons in doubles_of(_typed(request.POST))
    ]
    return TemplateResponse(request, "admin/incidents/incident/_doubles.html", {"doubles": rows})


def _typed(values):
    """The outline of what has been typed into the form."""
    key = {name: _key(values.get(name, "")) for name in ("platform", "holder", "account")}
    account = Account.objects.filter(pk__in=key["account"]).first()
    start = edtf_or_none(values.get("start", "").strip())
    url = as_pasted(values.get("source_url", ""))
    return Outline(
        title=" ".join(values.get("title", "").replace("\0", " ").split()),
        accounts=key["account"],
        holders=key["holder"] | ({account.holder_id} - {None} if account else set()),
        platforms=key["platform"] | ({account.platform_id} - {None} if account else set()),
        spans=[(start.earliest, start.latest)] if start else [],
        sources={source.pk for source in sources_of_page(url)} if url else set(),
    )


def _key(value):
    return {int(value)} if value.isdecimal() and len(value) < 19 else set()


def answer_view(model_admin, request, key):
    """Remember that two incidents are related, or different."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    incident = get_object_or_404(readable(), pk=key)
    if not model_admin.has_change_permission(request, incident):
        raise PermissionDenied
    for name, kind in ANSWERS.items():
        for other in readable().filter(pk__in=_key(request.POST.get(name, ""))):
            relation = Relation(from_incident=incident, to_incident=other, kind=kind)
            set_editor(relation, request.user)
            try:
                with transaction.atomic():
                    relation.full_clean()
                    relation.save()
            except (ValidationError, IntegrityError):
                messages.warning(request, _("These two incidents already have this relation."))
            else:
                said = _("Recorded as “%(kind)s”, so you will not be asked again: %(other)s")
                messages.success(request, said % {"kind": relation.get_kind_display(), "other": other})
    return HttpResponseRedirect(change_url(incident))
