"""Whether the tracker works, for those who run it: `/healthz`, and a few numbers for Prometheus if the settings say so.

Neither has a word about people: who asks, what for, or what any record says.
"""

import shutil
import time

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from ..index import change_queue
from ..index.versions import latest_version

MIN_FREE_BYTES = 100_000_000  # on the disk of DATA_DIR
STUCK_SECONDS = 300  # for which changes wait though nothing is taken off the queue

# When this process saw the queue in another state for the last time, and which.
_seen: tuple[float, tuple[int, int]] = (0, (-1, -1))


@require_safe
def healthz(request):
    """Status 200 if all is well, 503 if not; what is looked at, each with whether it is well."""
    found = state()
    answer = JsonResponse(found, status=200 if found["status"] == "ok" else 503)
    add_never_cache_headers(answer)
    return answer


@require_safe
def metrics(request):
    """The same as numbers, in the text format of Prometheus."""
    if not settings.METRICS:
        raise Http404
    found = state()
    lines = (
        f"# TYPE tracker_{name} gauge\ntracker_{name} {int(value)}\n"
        for name, value in (
            ("up", found["status"] == "ok"),
            ("database_up", found["database"] == "ok"),
            ("changes_waiting", found.get("changes_waiting", 0)),
            ("dataset_version", found.get("dataset_version", 0)),
            ("disk_free_bytes", shutil.disk_usage(settings.DATA_DIR).free),
        )
    )
    answer = HttpResponse("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")
    add_never_cache_headers(answer)
    return answer


def state():
    """What there is to say: the whole as `status`, then part by part."""
    found: dict[str, str | int] = {}
    try:
        waiting = change_queue.number(DEFAULT_DB_ALIAS)
        version = latest_version(DEFAULT_DB_ALIAS)
    except DatabaseError:
        found |= {"database": "not reachable", "index": "not known"}
    else:
        number = version.number if version else 0
        found |= {"database": "ok", "index": "stuck" if _is_stuck(waiting, number) else "ok"}
        found |= {"changes_waiting": waiting, "dataset_version": number}
    has_room = shutil.disk_usage(settings.DATA_DIR).free >= MIN_FREE_BYTES
    found["disk"] = "ok" if has_room else "almost full"
    well = all(found[name] == "ok" for name in ("database", "index", "disk"))
    return {"status": "ok" if well else "failing"} | found


def _is_stuck(waiting, number):
    """Whether changes have waited for long while nothing was indexed."""
    global _seen
    if not waiting or _seen[1] != (waiting, number):
        _seen = time.monotonic(), (waiting, number)
    return waiting > 0 and time.monotonic() - _seen[0] > STUCK_SECONDS
