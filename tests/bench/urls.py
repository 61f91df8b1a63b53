"""The tracker's addresses and the yardsticks: so many bytes from nowhere, and the rows of a page by raw SQL."""

from django.db import connection
from django.http import HttpResponse
from django.urls import path

from tracker import urls


def bare(request, size):
    return HttpResponse(b"x" * size, content_type="text/html; charset=utf-8")


def rows(request):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.ref, i.title, e.first_day, a.type, a.status, p.name, h.public_label, j.quote"
            " FROM (SELECT * FROM incidents_publicincident WHERE listed ORDER BY first_day DESC, ref LIMIT 25) e"
            " JOIN incidents_incident i ON i.id = e.incident_id"
            " LEFT JOIN incidents_action a ON a.incident_id = i.id LEFT JOIN incidents_account c ON c.id = a.account_id"
            " LEFT JOIN incidents_platform p ON p.id = c.platform_id LEFT JOIN incidents_party h ON h.id = c.holder_id"
            " LEFT JOIN incidents_justification j ON j.incident_id = i.id AND j.seq = 1"
        )
        return HttpResponse(repr(cursor.fetchall()))


urlpatterns = [
    path("bench/bare/<int:size>/", bare),
    path("bench/rows/", rows),
    *urls.urlpatterns,
]
