"""Every address of the tracker: the public site at the root, the desk under /admin/."""

from django.contrib import admin
from django.urls import include, path

handler500 = "incidents.public.views.server_error"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("incidents.public.urls")),
]
