"""For whoever keeps a copy of the dataset: what changed since a version, and what must be deleted."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..exports import Selection
from ..exports.deltas import withdrawal_list, write_delta
from ..index.routers import reading
from .api import json_response
from .caching import public_page, version_number
from .downloads import sent
from .problem_details import invalid_parameters

MAX_DIGITS = 15


@csrf_exempt
@require_safe
@public_page(parameters=("since",))
def delta(request):
    """What changed in the list of all incidents since a dataset version; everything, since none."""
    since = since_version(request)
    if since is None:
        message = _("Give the number of one dataset version, at most %d, which is the latest.")
        return invalid_parameters({"since": [message % version_number(request)]})
    address = request.build_absolute_uri(reverse("incident_list"))
    everything = Selection.of_everything(reading.get(), address=address)
    name = f"changes-{since}-{version_number(request)}.jsonl"
    return sent(request, "application/x-ndjson", write_delta(everything, since=since), name)


def since_version(request):
    """The number of the version that a request names, 0 if it names none; None if there has been no such version."""
    given = request.GET.getlist("since", ["0"])
    text = given[0] if len(given) == 1 else ""
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        return None
    # Within these, a number that no version has got is no harm.
    return int(text) if int(text) <= version_number(request) else None


@csrf_exempt
@require_safe
@public_page
def withdrawn(request):
    """The incidents of which copies must be deleted."""
    response = json_response(withdrawal_list(reading.get(), version_number(request)))
    response["Dataset-Version"] = str(version_number(request))
    return response
